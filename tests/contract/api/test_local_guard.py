"""Local mode is not an open door: only this machine's own pages and programs get in, by HTTP and by WebSocket."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.websockets import WebSocketDisconnect

from tests.contract.api.conftest import Edge

REFUSED = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example:8000"},
    {"Host": "localhost.evil.example"},
    {"Host": "192.168.1.20:8000"},
    {"Host": "127.0.0.1@evil.example"},
    {"Origin": "http://evil.example"},
    {"Origin": "https://127.0.0.1:8000"},
    {"Origin": "http://127.0.0.1:9000"},
    {"Origin": "http://localhost:8000"},
    {"Origin": "null"},
    {"Forwarded": "for=10.0.0.1"},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Host": "127.0.0.1"},
    {"X-Forwarded-Anything": "1"},
    {"X-Real-IP": "127.0.0.1"},
    {"Via": "1.1 proxy"},
    {"CF-Connecting-IP": "10.0.0.1"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
]
ACCEPTED = [
    {},
    {"Host": "localhost:8000"},
    {"Host": "[::1]:8000"},
    {"Host": "LOCALHOST:8000", "Origin": "http://localhost:8000"},
    {"Origin": "http://127.0.0.1:8000"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
]


@pytest.fixture(scope="module")
def edge(shared_edges: Callable[..., Edge]) -> Edge:
    return shared_edges()


@pytest.mark.parametrize("headers", REFUSED, ids=str)
@pytest.mark.parametrize("path", ["/health", "/api/v1/appointments", "/nowhere"])
async def test_http_from_elsewhere_is_refused(edge: Edge, headers: dict[str, str], path: str) -> None:
    async with edge.client() as client:
        answer = await client.get(path, headers=headers)
    assert answer.status_code == 403
    error = answer.json()["error"]
    assert error["code"] == "not_local"
    assert error["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("headers", ACCEPTED, ids=str)
async def test_http_from_here_is_served(edge: Edge, headers: dict[str, str]) -> None:
    async with edge.client() as client:
        answer = await client.get("/api/v1/appointments", headers=headers)
    assert answer.status_code == 200


async def test_a_post_from_another_site_changes_nothing(edge: Edge) -> None:
    async with edge.client() as client:
        answer = await client.post("/api/v1/chat", json={"session": "a", "text": "hi"}, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403
    assert edge.host.events == []


@pytest.mark.parametrize("headers", REFUSED, ids=str)
def test_a_socket_from_elsewhere_is_refused(edge: Edge, headers: dict[str, str]) -> None:
    with (
        edge.sockets() as client,
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("ws://127.0.0.1:8000/ws/events", headers=headers),
    ):
        raise AssertionError("it was accepted")


@pytest.mark.parametrize("headers", ACCEPTED[:6], ids=str)
def test_a_socket_from_here_is_served(edge: Edge, headers: dict[str, str]) -> None:
    with edge.sockets() as client, client.websocket_connect("ws://127.0.0.1:8000/ws/events", headers=headers) as socket:
        assert socket.receive_json()["type"] == "hello"
