"""Appointments, free times, and the services that can be booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query
from pydantic import StringConstraints

from assistant.api.errors import documented
from assistant.api.models import (
    AppointmentIn,
    AppointmentOut,
    AppointmentPatch,
    AppointmentState,
    BusinessOut,
    ContactRef,
    DayOut,
    Id,
    Instant,
    Page,
    ServiceOut,
    SlotOut,
)
from assistant.api.paging import Cursor, Limit
from assistant.api.security import needs
from assistant.api.services import Appointments, Services
from assistant.domain.appointments import Appointment
from assistant.domain.business import WEEKDAYS
from assistant.domain.errors import InvalidInput

From = Annotated[
    Instant | None, Query(alias="from", description="Starts at this instant or later.", examples=["2026-12-01T00:00:00-05:00"])
]
To = Annotated[Instant | None, Query(description="Starts before this instant.", examples=["2026-12-08T00:00:00-05:00"])]
Key = Annotated[
    str | None,
    StringConstraints(min_length=1, max_length=120, pattern=r"^[\x21-\x7e]+$"),
    Header(alias="Idempotency-Key", description="Repeating a request with the same key gives the same booking."),
]
AppointmentId = Annotated[Id, Path(description="The appointment's id.", examples=["apt_01k9x2m4qj8"])]


def router(services: Services, calendar: Appointments | None) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["calendar"])
    may_read, may_write = Depends(needs("calendar", "read")), Depends(needs("calendar"))

    @routes.get("/services", responses=documented(), dependencies=[may_read])
    async def list_services() -> Page[ServiceOut]:
        """What can be booked, as the business profile has it now."""
        items = [
            ServiceOut(
                name=service.name,
                aliases=list(service.aliases),
                minutes=service.minutes,
                buffer_minutes=service.buffer_minutes,
                price=service.price,
                description=service.description,
            )
            for service in services.profile().services
        ]
        return Page(items=items)

    @routes.get("/business", responses=documented(), dependencies=[may_read])
    async def business() -> BusinessOut:
        """The business as callers hear of it."""
        profile = services.profile()
        hours = {
            day: [f"{period.start:%H:%M}-{period.end:%H:%M}" for period in periods]
            for day, periods in zip(WEEKDAYS, profile.hours, strict=True)
            if periods
        }
        return BusinessOut(
            name=profile.name,
            timezone=profile.timezone,
            country=profile.country,
            hours=hours,
            slot_minutes=profile.booking.slot_minutes,
            address=profile.address,
            phone=profile.phone,
        )

    if calendar is not None:
        _bookings(routes, services, calendar, may_read, may_write)
    return routes


def _bookings(routes: APIRouter, services: Services, calendar: Appointments, may_read: object, may_write: object) -> None:
    reading, writing = [may_read], [may_write]

    async def shown(appointments: Sequence[Appointment]) -> list[AppointmentOut]:
        ids = {item.contact_id for item in appointments if item.contact_id}
        names = await services.db.run(_contact_names, services, ids) if ids else {}
        return [_out(item, names) for item in appointments]

    @routes.get("/appointments", responses=documented(), dependencies=reading)  # type: ignore[arg-type]
    async def list_appointments(
        from_: From = None,
        to: To = None,
        status: Annotated[list[AppointmentState] | None, Query(description="Only these; may repeat.", max_length=10)] = None,
        contact: Annotated[Id | None, Query(description="Only this contact's.")] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[AppointmentOut]:
        """Appointments in time order."""
        page = await calendar.list(from_=from_, to=to, statuses=status or (), limit=limit, cursor=cursor, contact_id=contact)
        return Page(items=await shown(page.items), next=page.next)

    @routes.post("/appointments", status_code=201, responses=documented(409), dependencies=writing)  # type: ignore[arg-type]
    async def create_appointment(body: AppointmentIn, idempotency_key: Key = None) -> AppointmentOut:
        """Book a time. `slot_taken` when somebody else has it; 422 when it is outside the business's rules."""
        made = await calendar.create(
            body.service,
            body.starts_at,
            contact_name=body.contact.name,
            contact_phone=body.contact.phone,
            notes=body.notes,
            idempotency_key=idempotency_key,
        )
        return (await shown([made]))[0]

    @routes.get("/appointments/{appointment_id}", responses=documented(404), dependencies=reading)  # type: ignore[arg-type]
    async def get_appointment(appointment_id: AppointmentId) -> AppointmentOut:
        """One appointment."""
        return (await shown([await calendar.get(appointment_id)]))[0]

    @routes.patch("/appointments/{appointment_id}", responses=documented(404, 409), dependencies=writing)  # type: ignore[arg-type]
    async def change_appointment(appointment_id: AppointmentId, body: AppointmentPatch) -> AppointmentOut:
        """Change an appointment, all together or not at all. Its id and history stay."""
        changes = body.given(without=("version",))
        for field in ("starts_at", "service", "status"):
            if field in changes and changes[field] is None:
                raise InvalidInput(f"{field}: cannot be emptied")
        return (await shown([await calendar.patch(appointment_id, body.version, changes)]))[0]

    @routes.delete("/appointments/{appointment_id}", responses=documented(404, 409), dependencies=writing)  # type: ignore[arg-type]
    async def cancel_appointment(
        appointment_id: AppointmentId,
        version: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="When given, 409 if it has changed since.")] = None,
    ) -> AppointmentOut:
        """Cancel. The time and its reminders are freed; cancelling twice is once."""
        return (await shown([await calendar.cancel(appointment_id, actor="api", version=version)]))[0]

    @routes.get("/hours", responses=documented(), dependencies=reading)  # type: ignore[arg-type]
    async def opening_hours(
        from_: Annotated[date, Query(alias="from", description="The first day.", examples=["2026-12-01"])],
        days: Annotated[int, Query(ge=1, le=62, description="How many days.")] = 7,
    ) -> Page[DayOut]:
        """When the business is open, day by day, closures and public holidays considered."""
        if not 1971 <= from_.year <= 2199:
            raise InvalidInput("from: must be a year between 1971 and 2199")
        items = []
        for day in (from_ + timedelta(days=number) for number in range(days)):
            spans = await calendar.day_hours(day)
            slots = [SlotOut(starts_at=start, ends_at=end) for start, end in spans]
            items.append(DayOut(date=day, open=slots, reason=await calendar.day_closed(day)))
        return Page(items=items)

    @routes.get("/availability", responses=documented(), dependencies=reading)  # type: ignore[arg-type]
    async def availability(
        service: Annotated[str, Query(min_length=1, max_length=200, description="The profile's exact name.", examples=["Cleaning"])],
        from_: From = None,
        to: To = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
        cursor: Cursor = None,
    ) -> Page[SlotOut]:
        """Every free start in time order, from now to the horizon when no ends are given."""
        page = await calendar.availability(service, from_=from_, to=to, limit=limit, cursor=cursor)
        return Page(items=[SlotOut(starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in page.items], next=page.next)


def _contact_names(services: Services, ids: set[str]) -> dict[str, str | None]:
    with services.db.read() as session:
        found = (services.contacts.get(session, contact_id) for contact_id in ids)
        return {contact.id: contact.name for contact in found if contact is not None}


def _out(item: Appointment, names: dict[str, str | None]) -> AppointmentOut:
    known = names.get(item.contact_id) if item.contact_id else None
    return AppointmentOut(
        id=item.id,
        service=item.service,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        status=item.status,
        name=item.name,
        contact=ContactRef(id=item.contact_id, name=known or item.name, phone=item.phone),
        source=item.source,
        notes=item.notes,
        version=item.version,
        recurrence=item.recurrence,
    )
