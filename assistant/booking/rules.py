"""The business's rules as of now: which times can be had, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy.orm import Session

from assistant.domain.appointments import Refusal, Slot, Unwanted
from assistant.domain.business import BusinessProfile, Service
from assistant.domain.clock import Clock
from assistant.domain.errors import InvalidInput, SlotTaken
from assistant.domain.ports import ProfileSource
from assistant.scheduling.grid import exists, from_minutes, to_minutes
from assistant.scheduling.hours import OpeningHours, Span
from assistant.scheduling.slots import Occupancy, Search, Taken
from assistant.storage.appointments import AppointmentRows
from assistant.storage.blocks import BlockRows


class BookingRules:
    """Asks the profile anew each time, since the owner may edit it while we run."""

    def __init__(self, profile: ProfileSource, clock: Clock, rows: AppointmentRows, blocks: BlockRows) -> None:
        self._profile = profile
        self._clock = clock
        self._rows = rows
        self._blocks = blocks
        self._hours_of: tuple[BusinessProfile, OpeningHours] | None = None

    def hours(self) -> OpeningHours:
        profile = self._profile()
        known = self._hours_of
        if known is None or known[0] is not profile:
            known = self._hours_of = (profile, OpeningHours(profile))
        return known[1]

    def service(self, name: str) -> Service:
        service = self._profile().service(name)
        if service is None:
            raise InvalidInput("there is no such service", code="unknown_service")
        return service

    def latest(self, hours: OpeningHours) -> int:
        """The first minute beyond the horizon."""
        today = self._clock.now().astimezone(hours.zone).date()
        last = today + timedelta(days=hours.profile.booking.max_days_ahead + 1)
        return to_minutes(datetime.combine(last, time(0), hours.zone))

    def search(
        self, session: Session, hours: OpeningHours, service: Service, moving: str | None, unwanted: Sequence[Unwanted] = ()
    ) -> Search:
        ignoring = (moving,) if moving else ()
        earliest = self._clock.now() + timedelta(minutes=hours.profile.booking.min_notice_minutes)
        return Search(
            hours,
            taken=lambda low, high: self.taken(session, low, high, ignoring),
            away=lambda low, high: self.away(session, low, high),
            minutes=service.minutes,
            buffer_minutes=service.buffer_minutes,
            earliest=to_minutes(ceil(earliest)),
            latest=self.latest(hours),
            unwanted=unwanted,
        )

    def taken(self, session: Session, low: int, high: int, ignoring: Iterable[str]) -> Sequence[Taken]:
        claimed = self._rows.busy(session, from_minutes(low), from_minutes(high), ignoring=ignoring)
        return [Taken(c.resource, c.start, c.end) for c in claimed]

    def away(self, session: Session, low: int, high: int) -> Sequence[Span]:
        found = self._blocks.spans(session, from_minutes(low), from_minutes(high))
        return [(to_minutes(start), to_minutes(ceil(end))) for start, end in found]

    def refusal(
        self, session: Session, hours: OpeningHours, minutes: int, buffer_minutes: int, starts_at: datetime, ignoring: str | None
    ) -> Refusal | None:
        """Why that time cannot be had, the most telling reason first."""
        rules = hours.profile.booking
        now = self._clock.now()
        starts_at = aware(starts_at)
        if not exists(starts_at, hours.zone):
            return Refusal("nonexistent")
        day = starts_at.astimezone(hours.zone).date()
        if starts_at < now:
            return Refusal("past")
        start, end = to_minutes(starts_at), to_minutes(starts_at) + minutes
        if start >= self.latest(hours):
            return Refusal("beyond_horizon")
        closed = hours.closed(day)
        if closed is not None:
            return closed
        period = next(((first, last) for first, last in hours.spans(day) if first <= start < last), None)
        if period is None:
            return Refusal("outside_hours", hours=hours.words(day))
        if end > period[1]:
            return Refusal("too_long", hours=hours.words(day))
        if starts_at < now + timedelta(minutes=rules.min_notice_minutes):
            return Refusal("too_soon")
        if not hours.on_grid(starts_at, rules.slot_minutes):
            return Refusal("off_grid")
        if self.away(session, start, end):
            return Refusal("taken")  # by the owner, whose business it is why
        taken = self.taken(session, start, end + buffer_minutes, (ignoring,) if ignoring else ())
        if Occupancy(taken, rules.parallel).free_resource(start, end + buffer_minutes) is None:
            return Refusal("taken")
        return None

    def insist(self, refusal: Refusal | None) -> None:
        if refusal is None:
            return
        if refusal.code == "taken":
            raise SlotTaken("that time is taken")
        raise InvalidInput(f"that time cannot be had: {refusal.code}", code=refusal.code)


def aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidInput("a time needs its zone", code="naive_time")
    return moment


def ceil(moment: datetime) -> datetime:
    return moment if moment.second == moment.microsecond == 0 else moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def slot(start: int, minutes: int, hours: OpeningHours) -> Slot:
    return Slot(from_minutes(start, hours.zone), from_minutes(start + minutes, hours.zone))
