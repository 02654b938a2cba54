"""Other sites' pages: by allow-list, never with cookies. `<voice-mic>` on a site works through its publishable key's own origins."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.security import Security

VOICE = ("/voice/query", "/audio/")
ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key"
ALLOWED_METHODS = "GET, POST, PATCH, DELETE"


class Cors:
    """Answers preflights and marks answers for origins on the list. Used outside local mode only."""

    def __init__(self, app: ASGIApp, security: Security, origins: tuple[str, ...]) -> None:
        self._app = app
        self._security = security
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = Headers(scope=scope).get("origin") if scope["type"] == "http" else None
        if origin is None or not scope["path"].startswith((*VOICE, "/api/v1/")) or not await self._allowed(origin, scope["path"]):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in asked:
            headers = {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": ALLOWED_METHODS,
                "Access-Control-Allow-Headers": ALLOWED_HEADERS,
                "Access-Control-Max-Age": "600",
                "Vary": "Origin",
            }
            await Response(status_code=204, headers=headers)(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = origin
                headers["Access-Control-Expose-Headers"] = "X-Request-ID, Retry-After"
                headers.add_vary_header("Origin")
            await send(message)

        await self._app(scope, receive, sending)

    async def _allowed(self, origin: str, path: str) -> bool:
        if origin.lower() in self._origins:
            return True
        return path.startswith(VOICE) and origin.lower() in await self._security.publishable_origins()
