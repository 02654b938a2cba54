"""Calendars people already use: the private feed, files in, and accounts that are kept in step."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.api.errors import documented
from assistant.api.models import Id, Instant
from assistant.api.security import needs
from assistant.domain.errors import InvalidInput, NotFound
from assistant.jobs.calendar_exchange import CalendarExchange

ICS_BYTES = 5 * 1024 * 1024
CALENDAR = "text/calendar; charset=utf-8"
_ICS: dict[int | str, dict[str, Any]] = {200: {"content": {"text/calendar": {}}, "description": "An iCalendar file."}}
AccountId = Annotated[Id, Path()]
Token = Annotated[str, StringConstraints(min_length=16, max_length=100, pattern=r"^[A-Za-z0-9_-]+$"), Path()]


class AccountIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["caldav", "ics"] = Field(description="`caldav` is kept in step both ways, `ics` brings its busy times only.")
    url: Annotated[str, StringConstraints(min_length=8, max_length=2000)]
    user: Annotated[str, StringConstraints(max_length=200)] | None = None
    password: Annotated[str, StringConstraints(max_length=500)] | None = None
    share_names: bool = Field(default=False, description="Whether names of people may go there.")


class AccountOut(BaseModel):
    id: str
    kind: str
    url: str
    user: str | None
    share_names: bool
    last_ok_at: Instant | None
    last_error: str | None


class Accounts(BaseModel):
    items: list[AccountOut]
    next: None = None


class FeedOut(BaseModel):
    path: str = Field(description="Subscribe to this address in any calendar. Whoever knows it can read the appointments.")


class ImportOut(BaseModel):
    events: int
    busy_times: int
    problems: list[str]


class SyncOut(BaseModel):
    ok: bool


def feed_router(exchange: CalendarExchange) -> APIRouter:
    """The feed is proven by the secret in its address: calendar programs cannot send a key."""
    routes = APIRouter(tags=["calendar"])

    @routes.get("/calendar/{token}.ics", response_class=Response, responses={**_ICS, **documented(404)})
    async def feed(token: Token) -> Response:
        """Every appointment, to subscribe to."""
        if not await exchange.is_feed_token(token):
            raise NotFound("there is no such calendar")
        return Response(await exchange.feed(), media_type=CALENDAR, headers={"Cache-Control": "private, max-age=60"})

    return routes


def router(exchange: CalendarExchange) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["calendar"])
    owner, reading = [Depends(needs())], [Depends(needs("read"))]

    @routes.get("/calendar/feed", responses=documented(), dependencies=owner)
    async def feed_address() -> FeedOut:
        """The private address of the feed."""
        return FeedOut(path=f"/calendar/{await exchange.feed_token()}.ics")

    @routes.post("/calendar/feed", responses=documented(), dependencies=owner)
    async def renew_feed() -> FeedOut:
        """A new address; the old one stops working at once."""
        return FeedOut(path=f"/calendar/{await exchange.feed_token(renew=True)}.ics")

    @routes.get("/appointments/{appointment_id}.ics", response_class=Response, responses={**_ICS, **documented(404)}, dependencies=reading)
    async def attachment(appointment_id: AccountId) -> Response:
        """One appointment as a file for the person it belongs to."""
        return Response(await exchange.attachment(appointment_id), media_type=CALENDAR)

    @routes.post("/calendar/import", responses=documented(), dependencies=owner)
    async def import_file(request: Request) -> ImportOut:
        """Busy times of an .ics file (the request's body) become blocks; the same file again replaces what it brought."""
        data = await request.body()
        if not data or len(data) > ICS_BYTES:
            raise InvalidInput("send an .ics file of at most 5 MB as the body")
        done = await exchange.import_ics(data)
        return ImportOut(events=done.events, busy_times=done.times, problems=list(done.problems))

    @routes.get("/calendar/accounts", responses=documented(), dependencies=owner)
    async def list_accounts() -> Accounts:
        """Calendars elsewhere that are kept in step."""
        return Accounts(items=[_out(account) for account in await exchange.accounts()])

    @routes.post("/calendar/accounts", status_code=201, responses=documented(), dependencies=owner)
    async def add_account(body: AccountIn) -> AccountOut:
        """Keep step with another calendar (Google, Outlook, Nextcloud, Radicale: see docs/calendars.md)."""
        account = await exchange.add_account(body.kind, body.url, user=body.user, password=body.password, share_names=body.share_names)
        return _out(account)

    @routes.delete(
        "/calendar/accounts/{account_id}", status_code=204, response_class=Response, responses=documented(404), dependencies=owner
    )
    async def remove_account(account_id: AccountId) -> None:
        """Stop keeping step; what was sent there stays there."""
        await exchange.remove_account(account_id)

    @routes.post("/calendar/accounts/{account_id}/sync", responses=documented(404, 503), dependencies=owner)
    async def sync_now(account_id: AccountId) -> SyncOut:
        """One round now; otherwise there is one every few minutes."""
        await exchange.sync(account_id)
        return SyncOut(ok=True)

    return routes


def _out(account: object) -> AccountOut:
    return AccountOut(**{name: getattr(account, name) for name in AccountOut.model_fields})
