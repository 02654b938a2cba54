"""Alive, ready, measured; and the detail that the console shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from assistant.api.errors import documented
from assistant.api.guard import is_loopback, objection
from assistant.api.security import Security, needs
from assistant.api.services import HealthProvider, Services
from assistant.domain.errors import NotAllowed

OPEN = {
    200: {"description": "Calls and texts can be answered; missing optional engines show as `degraded`."},
    503: {"description": "Not yet, or not any more."},
}


def router(services: Services, security: Security) -> APIRouter:
    routes = APIRouter(tags=["health"])

    @routes.get("/health")
    async def alive() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok", "version": services.version}

    if services.health is not None:
        _detail(routes, services.health)
    if services.metrics is not None:
        _metrics(routes, services.metrics, security)
    return routes


def _detail(routes: APIRouter, health: HealthProvider) -> None:
    @routes.get("/ready", response_model=None, responses=OPEN)  # type: ignore[arg-type]
    async def ready() -> JSONResponse:
        """Whether calls and texts can be answered, by dependency and engine. Needs no key, so it names no details."""
        found = await health()
        status = str(found.get("status", "failed"))
        brief = {name: _brief(found.get(name)) for name in ("dependencies", "engines") if name in found}
        return JSONResponse({"status": status, **brief}, 503 if status == "failed" else 200)

    @routes.get("/api/v1/health", responses=documented(), dependencies=[Depends(needs("read"))])
    async def detail() -> dict[str, Any]:
        """Everything the doctor knows: engines and why they were chosen, models and their downloads, what is missing."""
        return dict(await health())


def _brief(parts: Any) -> Any:
    """Only the state of each part; the reasons may name paths and hosts."""
    if not isinstance(parts, dict):
        return parts
    return {name: part.get("status", "ok") if isinstance(part, dict) else part for name, part in parts.items()}


def _metrics(routes: APIRouter, render: Callable[[], bytes], security: Security) -> None:
    async def allowed(request: Request) -> None:
        # Loopback without a key, but not through a tunnel that ends on this machine.
        near = request.client is not None and is_loopback(request.client.host) and objection(request.scope) is None
        if not near and not (await security.principal(request)).may("metrics", "read"):
            raise NotAllowed("This key lacks the scope metrics.", code="scope_missing")

    answers: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {}}}, **documented()}

    @routes.get("/metrics", response_class=Response, responses=answers, dependencies=[Depends(allowed)])
    async def metrics() -> Response:
        """For Prometheus; from this machine without a key."""
        return Response(render(), media_type="text/plain; version=0.0.4; charset=utf-8")
