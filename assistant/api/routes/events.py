"""Live events over a WebSocket: `{"type", "at", "conversation", "data"}`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import anyio
from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from assistant.api.live import Listener
from assistant.api.security import Security
from assistant.api.services import Services

FIRST_MESSAGE_SECONDS = 10
SEND_SECONDS = 20
CHECK_SECONDS = 30
MESSAGE_BYTES = 4096
Valid = Callable[[], Awaitable[bool]]


def router(services: Services, security: Security) -> APIRouter:
    routes = APIRouter()

    @routes.websocket("/ws/events")
    async def events(socket: WebSocket) -> None:
        """The first message is `{"token": "<API key or CSRF token>"}`; in local mode none is needed."""
        await socket.accept()
        token = None if security.local else await _token(socket)
        principal = await security.socket_principal(socket, token)
        if principal is None or not principal.may("events", "read"):
            await _close(socket, 4401 if principal is None else 4403, "sign in first" if principal is None else "this key may not listen")
            return
        listener = services.events.listen()
        if listener is None:
            await _close(socket, 1013, "too many listeners")
            return

        async def valid() -> bool:
            return await security.still_valid(principal, token, socket)

        try:
            with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
                await _send(socket, {"type": "hello", "at": services.clock.now().isoformat(), "conversation": None, "data": {}})
                await _serve(socket, services, listener, valid)
        finally:
            services.events.leave(listener)

    return routes


async def _serve(socket: WebSocket, services: Services, listener: Listener, valid: Valid) -> None:
    """Until the first of these ends: the listener goes, its right ends, it misbehaves, or the server stops."""
    ends: list[tuple[int, str]] = []

    async with anyio.create_task_group() as group:

        async def run(part: Coroutine[Any, Any, None], code: int, reason: str) -> None:
            with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):  # gone, or too slow to take anything: it may come back
                await part
                ends.append((code, reason))
            group.cancel_scope.cancel()

        group.start_soon(run, _drain(socket), 1003, "that was not expected")
        group.start_soon(run, _forward(socket, services, listener), 1001, "the server is stopping")
        group.start_soon(run, _check(services, valid), 4401, "the session has ended")
    if ends:
        await _close(socket, *ends[0])


async def _forward(socket: WebSocket, services: Services, listener: Listener) -> None:
    while batch := await listener.next():
        if listener.missed:
            note = {"type": "missed", "at": services.clock.now().isoformat(), "conversation": None, "data": {"count": listener.missed}}
            listener.missed = 0
            await _send(socket, note)
        for event in batch:
            await _send(socket, event.as_json())


async def _send(socket: WebSocket, event: dict[str, Any]) -> None:
    with anyio.fail_after(SEND_SECONDS):
        await socket.send_text(_line(event))


async def _drain(socket: WebSocket) -> None:
    """Listeners have nothing to say: small messages are ignored, a flood or a large one ends the socket (returns)."""
    for _ in range(1000):
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        if len(message.get("text") or "") > MESSAGE_BYTES or len(message.get("bytes") or b"") > MESSAGE_BYTES:
            return


async def _check(services: Services, valid: Valid) -> None:
    """Returns when the listener's right has ended."""
    while await valid():
        await services.clock.sleep(CHECK_SECONDS)


async def _token(socket: WebSocket) -> str | None:
    """What the first message carries, or None when it carries nothing of use in time."""
    try:
        with anyio.fail_after(FIRST_MESSAGE_SECONDS):
            text = await socket.receive_text()
        message = json.loads(text) if len(text) <= MESSAGE_BYTES else None
    except (TimeoutError, ValueError, KeyError, RecursionError, WebSocketDisconnect, RuntimeError):
        return None
    token = message.get("token") if isinstance(message, dict) else None
    return token if isinstance(token, str) else None


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code, reason)


def _line(event: dict[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, default=str, separators=(",", ":"))
