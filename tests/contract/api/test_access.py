"""Who gets in when a telephone is connected: keys, scopes, sessions, cross-site requests, and guessing."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from pydantic import SecretStr
from starlette.websockets import WebSocketDisconnect

from assistant.api.security import COOKIE, CSRF_HEADER
from tests.contract.api.conftest import PASSPHRASE, PUBLIC, Edge

PRIVATE = [
    "/api/v1/appointments",
    "/api/v1/tasks",
    "/api/v1/contacts",
    "/api/v1/audit",
    "/api/v1/apikeys",
    "/api/v1/health",
    "/api/v1/calls",
]


async def sign_in(client: httpx.AsyncClient, passphrase: str = PASSPHRASE) -> httpx.Response:
    return await client.post("/api/v1/session", json={"passphrase": passphrase})


async def key_with(edge: Edge, *scopes: str, origins: tuple[str, ...] = ()) -> str:
    async with edge.owner() as client:
        made = await client.post("/api/v1/apikeys", json={"name": "test", "scopes": scopes, "origins": origins})
    assert made.status_code == 201
    return str(made.json()["key"])


@pytest.fixture(scope="module")
def closed(shared_edges: Callable[..., Edge]) -> Edge:
    return shared_edges(local=False)


@pytest.mark.parametrize("path", PRIVATE)
async def test_nothing_private_without_a_key(closed: Edge, path: str) -> None:
    async with closed.client() as client:
        answer = await client.get(path)
        wrong = await client.get(path, headers={"Authorization": "Bearer la_wrong"})
    assert answer.status_code == wrong.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"]["code"] == "not_authenticated"


async def test_health_and_readiness_are_open_and_tell_no_details(closed: Edge) -> None:
    async with closed.client() as client:
        assert (await client.get("/health")).json()["status"] == "ok"
        ready = await client.get("/ready")
    assert ready.status_code == 200
    assert ready.json()["engines"] == {"stt": "ok"}


async def test_the_owner_key_opens_everything(closed: Edge) -> None:
    async with closed.owner() as client:
        for path in PRIVATE:
            assert (await client.get(path)).status_code == 200, path


async def test_a_key_does_what_its_scopes_say_and_no_more(remote: Edge) -> None:
    key = await key_with(remote, "chat")
    async with remote.client(Authorization=f"Bearer {key}") as client:
        assert (await client.post("/api/v1/chat", json={"session": "s", "text": "hi"})).status_code == 200
        refused = await client.get("/api/v1/appointments")
        as_owner = await client.post("/api/v1/chat", json={"session": "s", "text": "hi", "as": "owner"})
    assert refused.status_code == as_owner.status_code == 403
    assert refused.json()["error"]["code"] == as_owner.json()["error"]["code"] == "scope_missing"


async def test_a_revoked_key_stops_at_once(remote: Edge) -> None:
    key = await key_with(remote, "read")
    async with remote.owner() as owner, remote.client(Authorization=f"Bearer {key}") as client:
        assert (await client.get("/api/v1/contacts")).status_code == 200
        identity = (await owner.get("/api/v1/apikeys")).json()["items"][0]["id"]
        assert (await owner.delete(f"/api/v1/apikeys/{identity}")).status_code == 204
        assert (await client.get("/api/v1/contacts")).status_code == 401


async def test_keys_are_shown_once(remote: Edge) -> None:
    key = await key_with(remote, "read")
    async with remote.owner() as owner:
        listed = (await owner.get("/api/v1/apikeys")).text
    assert key not in listed
    assert key[:10] in listed


async def test_the_console_session_needs_its_csrf_token_for_changes(remote: Edge) -> None:
    async with remote.client() as client:
        signed = await sign_in(client)
        cookie = signed.headers["set-cookie"].lower()
        assert signed.status_code == 201
        assert all(part in cookie for part in ("secure", "httponly", "samesite=strict", "path=/"))
        token = signed.json()["csrf"]
        task = {"title": "Order gloves"}
        assert (await client.get("/api/v1/tasks")).status_code == 200
        without = await client.post("/api/v1/tasks", json=task)
        wrong = await client.post("/api/v1/tasks", json=task, headers={CSRF_HEADER: "x" * 64})
        elsewhere = await client.post("/api/v1/tasks", json=task, headers={CSRF_HEADER: token, "Origin": "https://evil.example"})
        right = await client.post("/api/v1/tasks", json=task, headers={CSRF_HEADER: token, "Origin": PUBLIC})
    assert [without.status_code, wrong.status_code, elsewhere.status_code, right.status_code] == [403, 403, 403, 201]
    assert without.json()["error"]["code"] == "csrf"


async def test_sessions_are_listed_revoked_and_end(remote: Edge) -> None:
    async with remote.client() as client, remote.owner() as owner:
        await sign_in(client)
        session = (await owner.get("/api/v1/sessions")).json()["items"][0]
        assert (await owner.delete(f"/api/v1/sessions/{session['id']}")).status_code == 204
        assert (await client.get("/api/v1/tasks")).status_code == 401
        await sign_in(client)
        assert (await client.get("/api/v1/tasks")).status_code == 200
        await remote.world.clock.advance(25 * 3600)
        assert (await client.get("/api/v1/tasks")).status_code == 401
        assert (await client.get("/api/v1/session")).json()["signed_in"] is False


async def test_the_passphrase_may_be_written_down_as_it_is(make_edge: Callable[..., Edge]) -> None:
    edge = make_edge(local=False, console_passphrase=SecretStr(PASSPHRASE))
    async with edge.client() as client:
        assert (await sign_in(client, "four words are worse")).status_code == 401
        assert (await sign_in(client)).status_code == 201


async def test_signing_out_ends_the_session_on_the_server_too(remote: Edge) -> None:
    async with remote.client() as client:
        token = (await sign_in(client)).json()["csrf"]
        cookie = client.cookies[COOKIE]
        assert (await client.delete("/api/v1/session", headers={CSRF_HEADER: token})).status_code == 204
        assert (await client.get("/api/v1/tasks", headers={"Cookie": f"{COOKIE}={cookie}"})).status_code == 401


async def test_guessing_the_passphrase_locks(remote: Edge) -> None:
    async with remote.client() as client:
        wrong = [(await sign_in(client, f"guess {n}")).status_code for n in range(5)]
        locked = await sign_in(client)
        assert wrong == [401] * 5
        assert locked.status_code == 429
        assert 1 <= int(locked.headers["retry-after"]) <= 900
        await remote.world.clock.advance(901)
        assert (await sign_in(client)).status_code == 201


async def test_a_publishable_key_works_from_its_own_pages_only(remote: Edge) -> None:
    key = await key_with(remote, "voice", origins=("https://shop.example",))
    async with remote.client(Authorization=f"Bearer {key}") as client:
        here = await client.post("/voice/query", headers={"Origin": "https://shop.example"}, files={"audio": b"no sound"})
        there = await client.post("/voice/query", headers={"Origin": "https://evil.example"}, files={"audio": b"no sound"})
        nowhere = await client.post("/voice/query", files={"audio": b"no sound"})
        other = await client.get("/api/v1/contacts", headers={"Origin": "https://shop.example"})
    assert here.status_code == 422  # let in, and the recording judged
    assert here.headers["access-control-allow-origin"] == "https://shop.example"
    assert there.status_code == nowhere.status_code == other.status_code == 403
    assert "access-control-allow-origin" not in there.headers


async def test_preflights_follow_the_allow_list(make_edge: Callable[..., Edge]) -> None:
    edge = make_edge(local=False, cors_origins="https://app.example")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    async with edge.client() as client:
        yes = await client.options("/api/v1/chat", headers={"Origin": "https://app.example", **asked})
        no = await client.options("/api/v1/chat", headers={"Origin": "https://evil.example", **asked})
    assert yes.status_code == 204
    assert yes.headers["access-control-allow-origin"] == "https://app.example"
    assert "access-control-allow-credentials" not in yes.headers
    assert "access-control-allow-origin" not in no.headers


async def test_rates_are_limited_per_key_with_retry_after(make_edge: Callable[..., Edge]) -> None:
    edge = make_edge(local=False, rate_limit_key="3/minute", rate_limit_address="4/minute")
    first, second = await key_with(edge, "read"), await key_with(edge, "read")
    async with edge.client(Authorization=f"Bearer {first}") as client, edge.client(Authorization=f"Bearer {second}") as other:
        statuses = [(await client.get("/api/v1/contacts")).status_code for _ in range(4)]
        refused = await client.get("/api/v1/contacts")
        assert statuses == [200, 200, 200, 429]
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["error"]["code"] == "rate_limited"
        assert (await other.get("/api/v1/contacts")).status_code == 200
    async with edge.client() as nobody:
        statuses = [(await nobody.get("/api/v1/contacts")).status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 401, 429]


def test_the_first_message_of_a_listener_is_its_key(remote: Edge) -> None:
    url = "wss://phone.example.com/ws/events"
    with remote.sockets() as client:
        with client.websocket_connect(url) as socket:
            socket.send_json({"token": "owner-key-0123456789abcdef"})
            assert socket.receive_json()["type"] == "hello"
        for first in ('{"token": "wrong"}', "rubbish", "[]", '{"token": 5}', "{" * 5000):
            with client.websocket_connect(url) as socket:
                socket.send_text(first)
                with pytest.raises(WebSocketDisconnect) as closed:
                    socket.receive_json()
                assert closed.value.code == 4401
