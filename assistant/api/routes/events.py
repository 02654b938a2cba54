"""Live events over a WebSocket: `{"type", "at", "conversation", "data"}`."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from assistant.api.live import Listener
from assistant.api.security import Security
from assistant.api.services import Services

FIRST_MESSAGE_SECONDS = 10
SEND_SECONDS = 20
CHECK_SECONDS = 30
MESSAGE_BYTES = 4096


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
            await socket.send_text(_line({"type": "hello", "at": services.clock.now().isoformat(), "conversation": None, "data": {}}))
            await _serve(socket, services, listener, valid)
        except (WebSocketDisconnect, RuntimeError, TimeoutError):
            return  # gone, or too slow to take anything: it may come back
        finally:
            services.events.leave(listener)

    return routes


async def _serve(socket: WebSocket, services: Services, listener: Listener, valid: Any) -> None:
    reading = asyncio.create_task(_drain(socket))
    sending = asyncio.create_task(_forward(socket, services, listener))
    checking = asyncio.create_task(_check(services, valid))
    tasks = {reading, sending, checking}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if checking in done:
        await _close(socket, 4401, "the session has ended")
    elif reading in done:
        await _close(socket, 1003, "that was not expected")
    elif sending in done and sending.exception() is None:
        await _close(socket, 1001, "the server is stopping")


async def _forward(socket: WebSocket, services: Services, listener: Listener) -> None:
    while batch := await listener.next():
        if listener.missed:
            note = {"type": "missed", "at": services.clock.now().isoformat(), "conversation": None, "data": {"count": listener.missed}}
            listener.missed = 0
            await asyncio.wait_for(socket.send_text(_line(note)), SEND_SECONDS)
        for event in batch:
            await asyncio.wait_for(socket.send_text(_line(event.as_json())), SEND_SECONDS)


async def _drain(socket: WebSocket) -> None:
    """Listeners have nothing to say: small messages are ignored, a flood or a large one ends the socket (returns)."""
    for _ in range(1000):
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        if len(message.get("text") or "") > MESSAGE_BYTES or len(message.get("bytes") or b"") > MESSAGE_BYTES:
            return


async def _check(services: Services, valid: Any) -> None:
    """Returns when the listener's right has ended."""
    while await valid():
        await services.clock.sleep(CHECK_SECONDS)


async def _token(socket: WebSocket) -> str | None:
    """What the first message carries, or None when it carries nothing of use in time."""
    try:
        text = await asyncio.wait_for(socket.receive_text(), FIRST_MESSAGE_SECONDS)
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
