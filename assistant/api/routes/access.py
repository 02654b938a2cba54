"""Signing in to the console, its sessions, and API keys."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from assistant.api.errors import documented
from assistant.api.models import Id, KeyIn, KeyMade, KeyOut, LoginIn, MeOut, Page, SessionOut
from assistant.api.security import COOKIE, Principal, Security, csrf_token, needs
from assistant.api.services import Services
from assistant.domain.errors import NotAuthenticated, NotFound
from assistant.storage.access import SESSION_DAYS, KeyRecord, SessionRecord

Owner = Annotated[Principal, Depends(needs())]


def router(services: Services, security: Security, features: list[str]) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["access"])
    db = services.db

    async def me_for(request: Request, token: str | None) -> MeOut:
        signed_in = security.local or (token is not None and await db.run(security.sessions.verify, token) is not None)
        profile = services.profile() if signed_in else None
        return MeOut(
            mode="local" if security.local else "remote",
            signed_in=signed_in,
            can_sign_in=security.can_log_in,
            csrf=csrf_token(token) if signed_in and token else None,
            business=profile.name if profile else None,
            timezone=profile.timezone if profile else None,
            version=services.version,
            features=features if signed_in else [],
        )

    @routes.get("/session", responses=documented())
    async def whoami(request: Request) -> MeOut:
        """What this browser may do; needs no key, and says nothing private without one."""
        await security.limiter.hit(services.settings.rate_limit_address, "whoami", request.client.host if request.client else "unknown")
        return await me_for(request, request.cookies.get(COOKIE))

    if not security.local:

        @routes.post("/session", status_code=201, responses=documented())
        async def sign_in(request: Request, body: LoginIn, response: Response) -> MeOut:
            """Sign in to the console with its passphrase; the session lives in a cookie that scripts cannot read."""
            _, token = await security.log_in(request, body.passphrase)
            response.set_cookie(COOKIE, token, max_age=SESSION_DAYS * 86_400, path="/", secure=True, httponly=True, samesite="strict")
            return await me_for(request, token)

        @routes.delete("/session", status_code=204, response_class=Response, responses=documented())
        async def sign_out(request: Request, principal: Owner) -> Response:
            """End this session."""
            if principal.kind != "session":
                raise NotAuthenticated("This is a key, not a session.")
            await db.run(security.sessions.revoke, principal.id)
            response = Response(status_code=204)
            response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
            return response

    @routes.get("/sessions", responses=documented())
    async def list_sessions(principal: Owner) -> Page[SessionOut]:
        """Every browser that is signed in."""
        return Page(items=[_session(record, principal) for record in await db.run(security.sessions.list)])

    @routes.delete("/sessions/{session_id}", status_code=204, response_class=Response, responses=documented(404))
    async def revoke_session(session_id: Annotated[Id, Path()], principal: Owner) -> None:
        """Sign another browser out."""
        if not await db.run(security.sessions.revoke, session_id):
            raise NotFound("there is no such session")

    @routes.get("/apikeys", responses=documented())
    async def list_keys(principal: Owner, revoked: Annotated[bool, Query(description="Revoked ones too.")] = False) -> Page[KeyOut]:
        """API keys, without their secrets."""
        keys = await db.run(lambda: security.keys.list(with_revoked=revoked))
        return Page(items=[KeyOut(**_key(record)) for record in keys])

    @routes.post("/apikeys", status_code=201, responses=documented())
    async def create_key(body: KeyIn, principal: Owner) -> KeyMade:
        """Make a key. The answer is the only place where it is ever shown."""
        record, secret = await db.run(lambda: security.keys.create(body.name, body.scopes, origins=body.origins))
        return KeyMade(**_key(record), key=secret)

    @routes.delete("/apikeys/{key_id}", status_code=204, response_class=Response, responses=documented(404))
    async def revoke_key(key_id: Annotated[Id, Path()], principal: Owner) -> None:
        """Revoke a key; it stops working at once."""
        if not await db.run(security.keys.revoke, key_id):
            raise NotFound("there is no such key")

    return routes


def _session(record: SessionRecord, principal: Principal) -> SessionOut:
    return SessionOut(
        id=record.id,
        agent=record.agent,
        created_at=record.created_at,
        last_at=record.last_at,
        expires_at=record.expires_at,
        current=principal.id == record.id,
    )


def _key(record: KeyRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "name": record.name,
        "prefix": record.prefix,
        "scopes": sorted(record.scopes),
        "origins": list(record.origins),
        "publishable": record.publishable,
        "created_at": record.created_at,
        "last_used_at": record.last_used_at,
        "revoked_at": record.revoked_at,
    }
