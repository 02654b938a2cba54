"""Appointments and free time, as the calendar tells them; datetimes are aware, in the business's zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, Protocol

AppointmentStatus = Literal["held", "booked", "cancelled", "completed", "no_show"]
Source = Literal["call", "sms", "web", "api", "caldav", "ics"]
Actor = Literal["caller", "owner", "api", "sync", "system"]

#: Why a time cannot be had. `taken` is the only one that somebody caused meanwhile: another caller, or the owner's own plans.
RefusalCode = Literal[
    "past", "too_soon", "beyond_horizon", "closed_day", "holiday", "closure", "outside_hours", "too_long", "off_grid", "taken",
    "unknown_service", "nonexistent",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slot:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not; `reason` is the closure's or holiday's name, `opens`/`closes` the day's hours in words' raw form when they explain it."""

    code: RefusalCode
    reason: str | None = None
    hours: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Times that somebody ruled out: a weekday, a run of days, hours of the day, or those together ("not on a Monday morning")."""

    weekday: int | None = None
    #: days [first, last)
    first: date | None = None
    last: date | None = None
    #: hours [after, before)
    after: time | None = None
    before: time | None = None

    def rules_out(self, local: datetime) -> bool:
        """Whether a moment, in the business's zone, is among them."""
        day, clock = local.date(), local.time()
        return (
            (self.weekday is None or day.weekday() == self.weekday)
            and (self.first is None or day >= self.first)
            and (self.last is None or day < self.last)
            and (self.after is None or clock >= self.after)
            and (self.before is None or clock < self.before)
        )


@dataclass(frozen=True, slots=True)
class Appointment:
    id: str
    service: str
    starts_at: datetime
    ends_at: datetime
    status: AppointmentStatus
    contact_id: str | None
    name: str | None
    phone: str | None
    source: Source
    notes: str | None
    version: int
    sequence: int = 0
    series_id: str | None = None
    recurrence: str | None = None
    hold_expires_at: datetime | None = None
    text_consent: bool = False


@dataclass(frozen=True, slots=True)
class SeriesReport:
    """What became of a recurring booking: the dates that stand, and those that could not be had, with the reason's code."""

    booked: tuple[Appointment, ...]
    refused: tuple[tuple[datetime, str], ...]


class Calendar(Protocol):
    """What the conversation needs of a calendar. Refusals are values, races are `SlotTaken`, everything else is an AssistantError."""

    async def find(
        self,
        service: str,
        *,
        start: datetime,
        end: datetime,
        near: datetime | None = None,
        count: int = 2,
        moving: str | None = None,
        unwanted: Sequence[Unwanted] = (),
    ) -> tuple[Slot, ...]:
        """Free starts in [start, end), nearest to `near` first when given, else spread out, without the unwanted; `moving` ignores
        that appointment."""
        ...

    async def check(self, service: str, starts_at: datetime, *, moving: str | None = None) -> Refusal | None:
        """None when the time can be had now."""
        ...

    async def hold(
        self, service: str, starts_at: datetime, *, contact_id: str | None, conversation_id: str, source: Source, moving: str | None = None
    ) -> Appointment:
        """Keep a time for five minutes while confirming; replaces the conversation's earlier hold. Raises SlotTaken."""
        ...

    async def release(self, conversation_id: str) -> None:
        """Drop whatever this conversation holds."""
        ...

    async def confirm(
        self,
        hold_id: str,
        *,
        contact_id: str | None,
        name: str | None,
        notes: str | None = None,
        text_consent: bool = False,
        recurrence: str | None = None,
    ) -> Appointment:
        """Make a hold a booking. Repeating it returns the same booking; an expired hold is taken again if still free, else SlotTaken."""
        ...

    async def series(self, appointment_id: str) -> SeriesReport:
        """What became of the recurring booking that this appointment belongs to."""
        ...

    async def move(self, appointment_id: str, starts_at: datetime, *, actor: Actor, version: int | None = None) -> Appointment:
        """Same identity, new time (a hold of the same conversation for that time is used up). Raises SlotTaken, Conflict, NotFound."""
        ...

    async def change_service(self, appointment_id: str, service: str, *, actor: Actor) -> Appointment: ...

    async def cancel(self, appointment_id: str, *, actor: Actor, version: int | None = None) -> Appointment:
        """Frees the time and the reminders; cancelling twice is once."""
        ...

    async def upcoming(self, contact_id: str) -> tuple[Appointment, ...]:
        """The booked appointments of one contact from now on, in time order."""
        ...

    async def visits(self, contact_id: str) -> tuple[Appointment, ...]:
        """The latest appointments of one contact that are over and were kept, as far as is known; the last one first."""
        ...

    async def prove(self, name: str, starts_at: datetime) -> Appointment | None:
        """The booking with that name (as people say it) at exactly that time: how somebody on an unknown number shows it is theirs."""
        ...

    async def agenda(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        """Everybody's booked appointments in [start, end): for the owner only."""
        ...

    async def block(self, start: datetime, end: datetime, *, reason: str | None = None) -> tuple[Appointment, ...]:
        """Keep time free; returns the bookings that already stand in it (they stay)."""
        ...

    async def unblock(self, start: datetime, end: datetime) -> int: ...

    async def day_hours(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """When the business is open on that day, closures and holidays considered; empty when closed."""
        ...
