"""Who may knock at all: in local mode only this machine's own pages and programs.

A web page elsewhere can make a browser send requests to 127.0.0.1. It cannot forge `Origin` or `Host`, so those two are checked:
`Host` defeats names that are rebound to 127.0.0.1, `Origin` and `Sec-Fetch-Site` defeat pages from other sites. A forwarding
header means that a proxy or tunnel has made the loopback port public; without a login that would be an open door.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.api.errors import answer

log = structlog.get_logger(__name__)

FORWARDING = frozenset(
    b"forwarded via x-real-ip x-client-ip x-cluster-client-ip x-original-forwarded-for x-original-host x-host true-client-ip "
    b"cf-connecting-ip cf-ray cf-visitor cdn-loop fastly-client-ip fly-client-ip x-envoy-external-address x-azure-clientip "
    b"x-appengine-user-ip ngrok-trace-id tailscale-user-login x-proxyuser-ip".split()
)
PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def is_loopback(host: str) -> bool:
    """A host without port: `localhost` or a loopback address."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_and_port(netloc: str, scheme: str) -> tuple[str, int] | None:
    """`Host` in parts, or None when it is malformed."""
    if not netloc or any(letter in netloc for letter in "/\\@?# ,"):
        return None
    try:
        parts = urlsplit(f"//{netloc}")
        if not parts.hostname:
            return None
        return parts.hostname, parts.port or PORTS.get(scheme, 80)
    except ValueError:
        return None


def same_origin(origin: str, host: str, scheme: str) -> bool:
    """Whether a page of `origin` and the server reached as `host` are the same site, port and scheme."""
    scheme = {"ws": "http", "wss": "https"}.get(scheme, scheme)
    parts = urlsplit(origin)
    theirs = host_and_port(parts.netloc, parts.scheme)
    return parts.scheme == scheme and theirs is not None and theirs == host_and_port(host, scheme)


def objection(scope: Scope) -> str | None:
    """Why this request may not be served in local mode, or None."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    hosts = [value for name, value in headers if name == b"host"]
    origins = [value for name, value in headers if name == b"origin"]
    if any(name in FORWARDING or name.startswith(b"x-forwarded") for name, _ in headers):
        return "it was forwarded by a proxy or tunnel; set TWILIO_AUTH_TOKEN and a console passphrase before opening this to others"
    if len(hosts) != 1:
        return "it names no host"
    host = hosts[0].decode("latin-1")
    parts = host_and_port(host, scope["scheme"])
    if parts is None or not is_loopback(parts[0]):
        return "it names another host; open http://127.0.0.1 and the port instead"
    client = scope.get("client")
    if client is not None and _is_address(client[0]) and not is_loopback(client[0]):
        return "it comes from another machine"
    if len(origins) > 1 or (origins and not same_origin(origins[0].decode("latin-1"), host, scope["scheme"])):
        return "it comes from a page of another site"
    return _fetch_objection(dict(headers), scope)


def _fetch_objection(headers: dict[bytes, bytes], scope: Scope) -> str | None:
    """Browsers say where a request comes from; following a link to us is fine, loading us into another page is not."""
    if headers.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin"):
        return None
    link = scope["type"] == "http" and scope["method"] == "GET" and headers.get(b"sec-fetch-mode") == b"navigate"
    if link and headers.get(b"sec-fetch-dest") == b"document":
        return None
    return "it comes from a page of another site"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class LocalGuard:
    """Refuses everything that did not start on this machine, HTTP and WebSocket alike, with 403."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reason = objection(scope) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self._app(scope, receive, send)
            return
        log.warning("refused in local mode", path=scope["path"], reason=reason)
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        await answer(scope, 403, "not_local", f"This assistant is in local mode and refuses the request: {reason}.")(scope, receive, send)
