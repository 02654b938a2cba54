"""What every request passes through: an id, limits on its body, headers that keep browsers strict, and a last net for failures."""

from __future__ import annotations

import traceback
from collections.abc import Mapping

import anyio
import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.errors import answer
from assistant.domain.clock import Clock
from assistant.domain.errors import AssistantError
from assistant.domain.ids import new_id

log = structlog.get_logger(__name__)

MEGABYTE = 1024 * 1024
DEFAULT_BODY = MEGABYTE
LINGER_SECONDS = 3.0
LINGER_BYTES = 64 * MEGABYTE
BODY_LIMITS: Mapping[str, int] = {"/voice/query": 11 * MEGABYTE, "/api/v1/chat": 14 * MEGABYTE, "/api/v1/knowledge": 21 * MEGABYTE}
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class RequestContext:
    """Gives every request its id, adds the security headers, and turns what nobody foresaw into a 500 without details."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        identity = new_id("req", self._clock.now())
        scope.setdefault("state", {})["request_id"] = identity
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = identity
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=identity):
            try:
                await self._app(scope, receive, sending)
            except Exception as error:  # noqa: BLE001 - the last net: whatever it was, the client gets an answer and the log the place
                # Only where it happened, not the message: that may repeat what somebody said.
                where = "".join(traceback.format_tb(error.__traceback__)[-6:])
                log.error("unforeseen failure", kind=type(error).__name__, path=scope["path"], where=where)
                if scope["type"] == "http" and not started:
                    await answer(scope, 500, "error", AssistantError.say)(scope, receive, sending)
                elif scope["type"] == "websocket":
                    await _close_quietly(send)


async def _close_quietly(send: Send) -> None:
    try:
        await send({"type": "websocket.close", "code": 1011})
    except RuntimeError:
        return  # it was closed before


class _TooLarge(Exception):
    """The body has grown over its limit while it was read."""


class BodyLimit:
    """Refuses bodies over their path's limit: at once when the size is declared, else as soon as it is passed."""

    def __init__(self, app: ASGIApp, limits: Mapping[str, int] = BODY_LIMITS, default: int = DEFAULT_BODY) -> None:
        self._app = app
        self._limits = limits
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next((size for prefix, size in self._limits.items() if scope["path"].startswith(prefix)), self._default)
        for name, value in scope["headers"]:
            if name == b"content-length":
                if not value.isdigit():
                    await answer(scope, 400, "bad_request", "Content-Length is not a number.")(scope, receive, send)
                    return
                if int(value) > limit:
                    await self._refuse(scope, limit, receive, send)
                    return
        size, over, started = 0, False, False

        async def receiving() -> Message:
            nonlocal size, over
            message = await receive()
            if message["type"] == "http.request":
                size += len(message.get("body", b""))
                if size > limit:
                    over = True
                    raise _TooLarge
            return message

        async def sending(message: Message) -> None:
            nonlocal started
            if over and not started:
                return  # the framework's own words about a body that could not be read
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receiving, sending)
        except _TooLarge:
            over = True
        if over and not started:
            await self._refuse(scope, limit, receive, send)

    @staticmethod
    async def _refuse(scope: Scope, limit: int, receive: Receive, send: Send) -> None:
        """Answer at once, then take a little more before closing: a connection closed on a sender loses them the answer."""
        response = answer(scope, 413, "too_large", f"The body is larger than {limit // MEGABYTE} MB.", {"Connection": "close"})
        await send({"type": "http.response.start", "status": 413, "headers": response.raw_headers})
        await send({"type": "http.response.body", "body": response.body, "more_body": True})
        taken = 0
        with anyio.move_on_after(LINGER_SECONDS):
            while taken < LINGER_BYTES:
                message = await receive()
                taken += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    break
        await send({"type": "http.response.body", "body": b"", "more_body": False})
