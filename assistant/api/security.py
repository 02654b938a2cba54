"""Who is asking, and what they may do: local mode, API keys, console sessions."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import Request
from starlette.requests import HTTPConnection

from assistant.api.guard import same_origin
from assistant.api.limiting import RateLimiter
from assistant.domain.errors import NotAllowed, NotAuthenticated, TooMany
from assistant.storage.access import ApiKeys, Attempts, SessionRecord, Sessions

if TYPE_CHECKING:
    from assistant.api.services import Services

COOKIE = "__Host-assistant"
CSRF_HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLISHABLE_RATE = "20/minute"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who has proved who they are (or needs not to, in local mode)."""

    kind: Literal["local", "session", "key"]
    id: str
    scopes: frozenset[str]
    publishable: bool = False

    @property
    def is_owner(self) -> bool:
        return "owner" in self.scopes

    def may(self, *scopes: str) -> bool:
        return self.is_owner or not self.scopes.isdisjoint(scopes)


LOCAL = Principal("local", "local", frozenset({"owner"}))


class Security:
    """Authenticates requests and sockets. One per app."""

    def __init__(self, services: Services) -> None:
        settings = services.settings
        self.local = settings.local_mode
        self.keys = ApiKeys(services.db, services.clock)
        self.sessions = Sessions(services.db, services.clock)
        self.limiter = RateLimiter(services.clock, settings.secret("redis_url"))
        self._attempts = Attempts(services.db, services.clock)
        self._clock = services.clock
        self._db = services.db
        self._settings = settings
        self._owner_key = settings.secret("owner_api_key")
        self._hasher = PasswordHasher()
        passphrase = settings.secret("console_passphrase")
        # The setting may hold the hash itself, so that the passphrase is written down nowhere.
        self._passphrase_hash = passphrase if passphrase is None or passphrase.startswith("$argon2") else self._hasher.hash(passphrase)
        self._public_origin = _origin(settings.public_base_url)

    # -- requests ----------------------------------------------------------------------------------------------------------------

    async def principal(self, request: Request) -> Principal:
        """The principal of a request, within their rate. Raises NotAuthenticated, NotAllowed, TooMany."""
        if self.local:
            await self.limiter.hit(self._settings.rate_limit_owner, "local")
            return LOCAL
        found = await self._by_bearer(request) or await self._by_cookie(request)
        if found is None:
            await self.limiter.hit(self._settings.rate_limit_address, "address", address(request))
            raise NotAuthenticated("Send an API key as `Authorization: Bearer <key>`, or sign in to the console.")
        if found.publishable:
            await self.limiter.hit(PUBLISHABLE_RATE, "publishable", found.id, address(request))
        rate = self._settings.rate_limit_owner if found.is_owner else self._settings.rate_limit_key
        await self.limiter.hit(rate, "principal", found.id)
        return found

    async def _by_bearer(self, connection: HTTPConnection) -> Principal | None:
        header = connection.headers.get("authorization")
        if header is None:
            return None
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            return None
        found = await self.by_key(secret.strip(), origin=connection.headers.get("origin"))
        if found is None and isinstance(connection, Request):
            await self.limiter.hit(self._settings.rate_limit_address, "address", address(connection))
            raise NotAuthenticated("This API key is not valid, or has been revoked.")
        return found

    async def by_key(self, secret: str, *, origin: str | None = None) -> Principal | None:
        """The holder of an API key; a publishable key only counts from its own web pages."""
        if self._owner_key is not None and hmac.compare_digest(secret.encode(), self._owner_key.encode()):
            return Principal("key", "owner-key", frozenset({"owner"}))
        record = await self._db.run(self.keys.verify, secret)
        if record is None:
            return None
        if record.publishable and (origin or "").lower() not in record.origins:
            raise NotAllowed("This publishable key may not be used from this page.", code="origin_not_allowed")
        return Principal("key", record.id, record.scopes, record.publishable)

    async def _by_cookie(self, request: Request) -> Principal | None:
        token = request.cookies.get(COOKIE)
        record = await self._session(token)
        if record is None or token is None:
            return None
        if request.method not in SAFE:
            if not self.is_own_page(request):
                raise NotAllowed("This comes from a page of another site.", code="csrf")
            if not hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), csrf_token(token).encode()):
                raise NotAllowed(f"The {CSRF_HEADER} header is missing or wrong; reload the console.", code="csrf")
        return Principal("session", record.id, frozenset({"owner"}))

    async def _session(self, token: str | None) -> SessionRecord | None:
        return None if not token else await self._db.run(self.sessions.verify, token)

    def is_own_page(self, connection: HTTPConnection) -> bool:
        """No `Origin`, or our own one."""
        origin = connection.headers.get("origin")
        if origin is None:
            return True
        return origin == self._public_origin or same_origin(origin, connection.headers.get("host", ""), connection.url.scheme)

    async def publishable_origins(self) -> frozenset[str]:
        """Where publishable keys may be used from."""
        records = await self._db.run(self.keys.list)
        return frozenset(origin for record in records for origin in record.origins)

    # -- sockets -----------------------------------------------------------------------------------------------------------------

    async def socket_principal(self, socket: HTTPConnection, token: str | None) -> Principal | None:
        """Who opened a WebSocket. `token` is what its first message carried: an API key, or a session's CSRF token beside the cookie.

        None means: close it. In local mode the guard has checked the handshake already, and nothing is needed.
        """
        if self.local:
            return LOCAL
        cookie = socket.cookies.get(COOKIE)
        if cookie and token and self.is_own_page(socket) and hmac.compare_digest(token.encode(), csrf_token(cookie).encode()):
            record = await self._session(cookie)
            return None if record is None else Principal("session", record.id, frozenset({"owner"}))
        try:
            return await self.by_key(token, origin=socket.headers.get("origin")) if token else await self._by_bearer(socket)
        except NotAllowed:
            return None

    async def softphone_role(self, socket: HTTPConnection) -> str | None:
        """May this browser or program call us, and as whom (`?as=owner`)? Asked before the handshake is answered; None refuses it."""
        wish = "owner" if socket.query_params.get("as") == "owner" else "caller"
        if self.local:
            return wish
        token = socket.cookies.get(COOKIE)
        if token is not None:
            # A page of another site could open a socket that carries our cookie: it has to be our own page.
            own = "origin" in socket.headers and self.is_own_page(socket)
            return wish if own and await self._session(token) is not None else None
        try:
            holder = await self._by_bearer(socket)
        except NotAllowed:
            return None
        if holder is None or not holder.may("events", "chat") or holder.publishable:
            return None
        return wish if holder.is_owner or wish == "caller" else None

    async def still_valid(self, principal: Principal, token: str | None, socket: HTTPConnection) -> bool:
        """Asked now and then by long-lived sockets: a revoked key or an ended session loses its socket too."""
        if principal.kind == "local":
            return True
        fresh = await self.socket_principal(socket, token)
        return fresh is not None and fresh.id == principal.id

    # -- login -------------------------------------------------------------------------------------------------------------------

    @property
    def can_log_in(self) -> bool:
        return self._passphrase_hash is not None

    async def log_in(self, request: Request, passphrase: str) -> tuple[SessionRecord, str]:
        """A new session for the right passphrase. Raises NotAuthenticated, TooMany when guessing, NotAllowed when none is set."""
        if self._passphrase_hash is None:
            raise NotAllowed("No CONSOLE_PASSPHRASE is set on the server.", code="no_passphrase")
        if not self.is_own_page(request):
            raise NotAllowed("This comes from a page of another site.", code="csrf")
        where = address(request)
        await self.limiter.hit(self._settings.rate_limit_login, "login", where)
        subject = f"login:{where}"[:80]
        locked = await self._db.run(self._attempts.locked_until, subject)
        if locked is not None:
            wait = (locked - self._clock.now()).total_seconds()
            raise TooMany("Too many wrong passphrases; try again later.", code="locked", retry_after=wait)
        if not await self._db.run(self._matches, passphrase):
            await self._db.run(self._attempts.failed, subject)
            raise NotAuthenticated("That is not the passphrase.", code="wrong_passphrase")
        await self._db.run(self._attempts.succeeded, subject)
        await self._db.run(self.sessions.forget_old)
        return await self._db.run(self.sessions.create, request.headers.get("user-agent"))

    def _matches(self, passphrase: str) -> bool:
        try:
            return self._passphrase_hash is not None and self._hasher.verify(self._passphrase_hash, passphrase)
        except (VerificationError, InvalidHashError):
            return False


def needs(*scopes: str) -> Callable[[Request], Awaitable[Principal]]:
    """A dependency: the request's principal, who must be the owner or have one of these scopes."""

    async def check(request: Request) -> Principal:
        security: Security = request.app.state.security
        principal = await security.principal(request)
        if not principal.may(*scopes):
            raise NotAllowed(f"This key lacks the scope {' or '.join(('owner', *scopes))}.", code="scope_missing")
        return principal

    return check


def csrf_token(session_token: str) -> str:
    """Derived from the cookie's secret, so it needs no store and tells nothing about it."""
    return hmac.new(session_token.encode(), b"csrf", hashlib.sha256).hexdigest()


def address(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else "unknown"


def _origin(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
