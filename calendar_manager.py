"""The calendar: free times, holds, bookings, moves and cancellations, by the business's rules and never twice for one time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

import phonenumbers
from sqlalchemy.orm import Session

from assistant.domain.appointments import Actor, Appointment, AppointmentStatus, Refusal, Slot, Source
from assistant.domain.business import BusinessProfile, Service
from assistant.domain.clock import Clock
from assistant.domain.errors import Conflict, InvalidInput, NotFound, SlotTaken
from assistant.domain.ports import EventSink, Messenger, ProfileSource
from assistant.jobs.calendar_exchange import CalendarExchange, open_remote
from assistant.scheduling.grid import exists, from_minutes, to_minutes, units
from assistant.scheduling.hours import OpeningHours, Span
from assistant.scheduling.ical import Occurrence, fingerprint
from assistant.scheduling.names import same_person
from assistant.scheduling.recurrence import occurrences
from assistant.scheduling.remote import RemoteCalendar
from assistant.scheduling.slots import Occupancy, Search, Taken
from assistant.storage.appointments import AppointmentRows
from assistant.storage.blocks import BlockRecord, BlockRows, BlockSource
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.paging import Page, decode_cursor, encode_cursor
from assistant.storage.reminders import ReminderRows
from assistant.storage.sync import AccountRecord, SyncRows
from assistant.storage.tables import Appointment as Row
from assistant.storage.vault import Vault

T = TypeVar("T")

HOLD_MINUTES = 5
#: An expired hold stays known that long, so that a late yes can still take the time again.
FORGET_HOLDS_AFTER = timedelta(days=1)
#: How long after the owner's change the person is told of it.
LETTERS_AFTER = timedelta(minutes=15)
_MAX_SERIES = 120
#: What a booking may become by the owner's word.
_STATUS_CHANGES: dict[str, frozenset[str]] = {
    "booked": frozenset({"completed", "no_show", "cancelled"}),
    "completed": frozenset({"booked", "no_show"}),
    "no_show": frozenset({"booked", "completed"}),
}


@dataclass(frozen=True, slots=True)
class SeriesReport:
    """What became of a recurring booking: the dates that stand, and those that could not be had."""

    booked: tuple[Appointment, ...]
    refused: tuple[tuple[datetime, str], ...]


class CalendarManager:
    """Implements `assistant.domain.appointments.Calendar`, and what the REST interface needs besides.

    Every change is one transaction that first takes the calendar's lock, so that it sees what it decides on; the claims' primary key
    stands behind that. `profile` is asked anew for each operation, since the owner may edit it while we run.
    """

    def __init__(
        self,
        db: Database,
        vault: Vault,
        contacts: Contacts,
        profile: ProfileSource,
        clock: Clock,
        *,
        events: EventSink | None = None,
        messenger: Messenger | None = None,
        remote: Callable[[AccountRecord], RemoteCalendar] = open_remote,
    ) -> None:
        self._db = db
        self._vault = vault
        self._contacts = contacts
        self._profile = profile
        self._clock = clock
        self._events = events
        self._messenger = messenger
        self._rows = AppointmentRows(vault, contacts, clock)
        self._blocks = BlockRows(vault, clock)
        self._reminders = ReminderRows(clock)
        self.exchange = CalendarExchange(
            db, self._rows, SyncRows(vault, clock), self, profile, clock, events=events, messenger=messenger, remote=remote
        )
        self._hours_of: tuple[BusinessProfile, OpeningHours] | None = None

    def use_messenger(self, messenger: Messenger) -> None:
        """Hand in the messenger when it can only be made after the calendar."""
        self._messenger = self.exchange.messenger = messenger

    # -- free time ---------------------------------------------------------------------------------------------------------------

    async def find(
        self,
        service: str,
        *,
        start: datetime,
        end: datetime,
        near: datetime | None = None,
        count: int = 2,
        moving: str | None = None,
    ) -> tuple[Slot, ...]:
        """Free starts in [start, end): nearest to `near` first when given, else spread out and in time order."""
        wanted = self._service(service)
        hours = self._hours()
        low, high = to_minutes(_ceil(_aware(start))), to_minutes(_ceil(_aware(end)))

        def work(session: Session) -> tuple[Slot, ...]:
            search = self._search(session, hours, wanted, moving)
            if near is None:
                starts = search.spread(low, high, count)
            else:
                starts = search.nearest(to_minutes(_aware(near)), low, high, count)
            return tuple(_slot(moment, wanted.minutes, hours) for moment in starts)

        return await self._read(work)

    async def availability(
        self, service: str, *, from_: datetime | None = None, to: datetime | None = None, limit: int = 500, cursor: str | None = None
    ) -> Page[Slot]:
        """Every free start in [from_, to) in time order; without ends, from now to the horizon."""
        wanted = self._service(service)
        hours = self._hours()
        limit = max(1, min(limit, 1000))
        after = decode_cursor(cursor)
        low = to_minutes(_ceil(_aware(from_))) if from_ else to_minutes(self._clock.now())
        high = to_minutes(_ceil(_aware(to))) if to else self._latest(hours)
        if after is not None:
            low = max(low, to_minutes(after[0]) + 1)

        def work(session: Session) -> Page[Slot]:
            found: list[int] = []
            for moment in self._search(session, hours, wanted, None).in_order(low, high):
                if len(found) == limit:
                    return Page(tuple(_slot(m, wanted.minutes, hours) for m in found), encode_cursor(from_minutes(found[-1])))
                found.append(moment)
            return Page(tuple(_slot(m, wanted.minutes, hours) for m in found))

        return await self._read(work)

    async def check(self, service: str, starts_at: datetime, *, moving: str | None = None) -> Refusal | None:
        """None when the time can be had now, else exactly why not."""
        wanted = self._profile().service(service)
        if wanted is None:
            return Refusal("unknown_service")
        hours = self._hours()
        return await self._read(lambda session: self._refusal(session, hours, wanted.minutes, wanted.buffer_minutes, starts_at, moving))

    async def day_hours(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        return self._hours().open_periods(day)

    # -- holds and bookings ------------------------------------------------------------------------------------------------------

    async def hold(
        self, service: str, starts_at: datetime, *, contact_id: str | None, conversation_id: str, source: Source, moving: str | None = None
    ) -> Appointment:
        """Keep a time for five minutes; replaces the conversation's earlier hold."""
        wanted = self._service(service)
        hours = self._hours()

        def work(session: Session) -> Appointment:
            self._rows.delete_holds(session, conversation_id=conversation_id)
            self._rows.sweep(session, older_than=FORGET_HOLDS_AFTER)
            self._insist(self._refusal(session, hours, wanted.minutes, wanted.buffer_minutes, starts_at, moving))
            row = self._rows.new(
                session,
                service=wanted.name,
                minutes=wanted.minutes,
                buffer_minutes=wanted.buffer_minutes,
                starts_at=starts_at,
                timezone=hours.profile.timezone,
                status="held",
                source=source,
                contact_id=contact_id,
                conversation_id=conversation_id,
                hold_expires_at=self._clock.now() + timedelta(minutes=HOLD_MINUTES),
                moving_id=moving,
            )
            self._claim(session, row, hours, ignoring=moving)
            self._rows.touch(session, row, "held", "caller", None, _facts(row))
            return self._record(session, row, hours)

        return await self._write(work)

    async def release(self, conversation_id: str) -> None:
        """Drop whatever this conversation holds."""
        await self._write(lambda session: self._rows.delete_holds(session, conversation_id=conversation_id))

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
        """Make a hold a booking. Repeating it returns the same booking; an expired hold is taken again if still free, else SlotTaken.

        With `recurrence` (an RRULE) the later dates are booked one by one, as far as the horizon; `series` tells which could not be had.
        """
        hours = self._hours()

        def work(session: Session) -> Appointment:
            row = self._get(session, hold_id)
            if row.status != "held":
                if row.status == "cancelled":
                    raise Conflict("that appointment was cancelled", code="cancelled")
                return self._record(session, row, hours)
            expired = row.hold_expires_at is None or row.hold_expires_at <= self._clock.now()
            if expired:
                self._insist(self._refusal(session, hours, row.minutes, row.buffer_minutes, row.starts_at, row.id))
            row.status, row.hold_expires_at, row.moving_id = "booked", None, None
            if expired or self._rows.owned(session, row.id) != set(self._units(row)):
                self._claim(session, row, hours)
            else:
                self._rows.keep(session, row.id)
            row.text_consent = text_consent
            row.version += 1
            self._rows.describe(session, row, contact_id=contact_id, name=name, notes=notes)
            self._booked(session, row, hours, "caller")
            if recurrence:
                self._repeat(session, row, hours, recurrence, name=name, notes=notes)
            return self._record(session, row, hours)

        return await self._write(work)

    async def create(
        self,
        service: str,
        starts_at: datetime,
        *,
        contact_name: str | None = None,
        contact_phone: str | None = None,
        notes: str | None = None,
        idempotency_key: str | None = None,
        source: Source = "api",
        recurrence: str | None = None,
        text_consent: bool = False,
    ) -> Appointment:
        """Book at once. The same `idempotency_key` gives the same booking, and Conflict when it then asks for something else."""
        wanted = self._service(service)
        hours = self._hours()
        phone = self._phone(contact_phone, hours.profile.country)

        def work(session: Session) -> Appointment:
            known = self._rows.by_key(session, idempotency_key) if idempotency_key else None
            if known is not None:
                if (known.service, known.starts_at) != (wanted.name, starts_at):
                    raise Conflict("that idempotency key was used for something else", code="idempotency_mismatch")
                return self._record(session, known, hours)
            self._insist(self._refusal(session, hours, wanted.minutes, wanted.buffer_minutes, starts_at, None))
            contact = self._contacts.for_phone(session, phone) if phone else None
            if contact is not None and contact.name is None and contact_name:
                self._contacts.set_name(session, contact.id, contact_name)
            row = self._rows.new(
                session,
                service=wanted.name,
                minutes=wanted.minutes,
                buffer_minutes=wanted.buffer_minutes,
                starts_at=starts_at,
                timezone=hours.profile.timezone,
                status="booked",
                source=source,
                contact_id=contact.id if contact else None,
                idempotency_key=idempotency_key,
                text_consent=text_consent,
            )
            self._rows.describe(session, row, contact_id=row.contact_id, name=contact_name, notes=notes)
            self._claim(session, row, hours)
            self._booked(session, row, hours, "api")
            if recurrence:
                self._repeat(session, row, hours, recurrence, name=contact_name, notes=notes)
            return self._record(session, row, hours)

        return await self._write(work)

    async def series(self, appointment_id: str) -> SeriesReport:
        """What became of the recurring booking that this appointment belongs to."""
        hours = self._hours()

        def work(session: Session) -> SeriesReport:
            row = self._get(session, appointment_id)
            if row.series_id is None:
                return SeriesReport((self._record(session, row, hours),), ())
            rows = self._rows.series(session, row.series_id)
            refused = [
                (datetime.fromisoformat(item["starts_at"]).astimezone(hours.zone), str(item["code"]))
                for event in self._rows.history(session, row.series_id)
                if event.kind == "series" and event.after
                for item in event.after["refused"]
            ]
            return SeriesReport(tuple(self._record(session, r, hours) for r in rows if r.status == "booked"), tuple(refused))

        return await self._read(work)

    # -- changes -----------------------------------------------------------------------------------------------------------------

    async def move(self, appointment_id: str, starts_at: datetime, *, actor: Actor, version: int | None = None) -> Appointment:
        """Same identity, new time; holds made for this move are used up. Raises SlotTaken, Conflict, NotFound, InvalidInput."""
        hours = self._hours()

        def work(session: Session) -> Appointment:
            row = self._changeable(session, appointment_id, version)
            self._move(session, row, hours, _aware(starts_at), actor)
            return self._record(session, row, hours)

        return await self._write(work)

    async def change_service(self, appointment_id: str, service: str, *, actor: Actor) -> Appointment:
        wanted = self._service(service)
        hours = self._hours()

        def work(session: Session) -> Appointment:
            row = self._changeable(session, appointment_id, None)
            self._change_service(session, row, hours, wanted, actor)
            return self._record(session, row, hours)

        return await self._write(work)

    async def cancel(self, appointment_id: str, *, actor: Actor, version: int | None = None) -> Appointment:
        """Frees the time and the reminders; cancelling twice is once."""
        hours = self._hours()

        def work(session: Session) -> Appointment:
            row = self._get(session, appointment_id)
            if row.status != "cancelled":
                self._expect_version(row, version)
                self._cancel(session, row, actor)
            return self._record(session, row, hours)

        return await self._write(work)

    async def patch(self, appointment_id: str, version: int, changes: Mapping[str, Any], *, actor: Actor = "api") -> Appointment:
        """Change `starts_at`, `service`, `status`, `notes` or `name` together or not at all, if `version` is still the current one."""
        unknown = set(changes) - {"starts_at", "service", "status", "notes", "name"}
        if unknown:
            raise InvalidInput(f"cannot change {', '.join(sorted(unknown))}", code="unknown_field")
        hours = self._hours()
        wanted = self._service(changes["service"]) if changes.get("service") is not None else None

        def work(session: Session) -> Appointment:
            row = self._get(session, appointment_id)
            self._expect_version(row, version)
            if row.status in ("held", "cancelled") and set(changes) - {"notes", "name"}:
                raise Conflict(f"the appointment is {row.status}", code=row.status)
            starts_at = _aware(changes["starts_at"]) if changes.get("starts_at") is not None else row.starts_at
            if wanted is not None and wanted.name != row.service:
                self._change_service(session, row, hours, wanted, actor, starts_at)
            elif starts_at != row.starts_at:
                self._move(session, row, hours, starts_at, actor)
            if "notes" in changes or "name" in changes:
                self._rows.describe(session, row, contact_id=row.contact_id, name=changes.get("name"), notes=changes.get("notes"))
                if "notes" in changes and changes["notes"] is None:
                    self._rows.clear_notes(row)
                row.version += 1
                self._rows.touch(session, row, "described", actor, None, None)
            if changes.get("status") is not None:
                self._set_status(session, row, changes["status"], actor)
            return self._record(session, row, hours)

        return await self._write(work)

    # -- what is booked ----------------------------------------------------------------------------------------------------------

    async def get(self, appointment_id: str) -> Appointment:
        hours = self._hours()
        return await self._read(lambda session: self._record(session, self._get(session, appointment_id), hours))

    async def list(
        self,
        *,
        from_: datetime | None = None,
        to: datetime | None = None,
        statuses: Sequence[AppointmentStatus] = (),
        limit: int = 50,
        cursor: str | None = None,
        contact_id: str | None = None,
    ) -> Page[Appointment]:
        """Appointments that start in [from_, to), by time; all statuses unless some are named."""
        hours = self._hours()
        limit = max(1, min(limit, 200))
        after = decode_cursor(cursor)

        def work(session: Session) -> Page[Appointment]:
            rows = self._rows.page(session, start=from_, end=to, statuses=statuses, limit=limit + 1, after=after, contact_id=contact_id)
            following = encode_cursor(rows[limit - 1].starts_at, rows[limit - 1].id) if len(rows) > limit else None
            return Page(tuple(self._record(session, row, hours) for row in rows[:limit]), following)

        return await self._read(work)

    async def upcoming(self, contact_id: str) -> tuple[Appointment, ...]:
        """The booked appointments of one contact from now on, in time order."""
        hours = self._hours()
        now = self._clock.now()
        return await self._read(lambda s: tuple(self._record(s, row, hours) for row in self._rows.upcoming(s, contact_id, now)))

    async def prove(self, name: str, starts_at: datetime) -> Appointment | None:
        """The booking with that name at exactly that time; None also when it could be two people's."""
        hours = self._hours()

        def work(session: Session) -> Appointment | None:
            known = [self._record(session, row, hours) for row in self._rows.starting(session, _aware(starts_at))]
            fitting = [appointment for appointment in known if appointment.name and same_person(name, appointment.name)]
            return fitting[0] if len(fitting) == 1 else None

        return await self._read(work)

    async def agenda(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        """Everybody's booked appointments in [start, end): for the owner only."""
        hours = self._hours()
        return await self._read(lambda s: tuple(self._record(s, row, hours) for row in self._rows.between(s, _aware(start), _aware(end))))

    async def history(self, appointment_id: str) -> tuple[tuple[datetime, str, str, dict[str, Any] | None, dict[str, Any] | None], ...]:
        """What happened to an appointment: (when, what, who, before, after), the oldest first."""

        def work(session: Session) -> tuple[tuple[datetime, str, str, dict[str, Any] | None, dict[str, Any] | None], ...]:
            self._get(session, appointment_id)
            return tuple((e.at, e.kind, e.actor, e.before, e.after) for e in self._rows.history(session, appointment_id))

        return await self._read(work)

    # -- the owner's own time ----------------------------------------------------------------------------------------------------

    async def block(self, start: datetime, end: datetime, *, reason: str | None = None) -> tuple[Appointment, ...]:
        """Keep time free; returns the bookings that already stand in it (they stay)."""
        if _aware(end) <= _aware(start):
            raise InvalidInput("a block ends after it starts")
        hours = self._hours()

        def work(session: Session) -> tuple[Appointment, ...]:
            self._blocks.add(session, start, end, reason=reason)
            standing = self._rows.between(session, start, end, overlapping=True)
            self._news(session, "calendar.blocked", None, {"starts_at": start.isoformat(), "ends_at": end.isoformat()})
            return tuple(self._record(session, row, hours) for row in standing)

        return await self._write(work)

    async def unblock(self, start: datetime, end: datetime) -> int:
        """Give time back: blocks inside [start, end) go, those that reach beyond are cut. Synced calendars' busy times stay."""

        def work(session: Session) -> int:
            hit = [b for b in self._blocks.overlapping(session, _aware(start), _aware(end)) if b.source != "caldav"]
            for block in hit:
                self._blocks.remove(session, block.id)
                for rest_start, rest_end in ((block.starts_at, start), (end, block.ends_at)):
                    if rest_start < rest_end:
                        self._blocks.add(
                            session, rest_start, rest_end, reason=block.reason, source=block.source, external_uid=block.external_uid
                        )
            if hit:
                self._news(session, "calendar.unblocked", None, {"starts_at": start.isoformat(), "ends_at": end.isoformat()})
            return len(hit)

        return await self._write(work)

    async def blocks(self, start: datetime, end: datetime) -> tuple[BlockRecord, ...]:
        return await self._read(lambda session: tuple(self._blocks.overlapping(session, _aware(start), _aware(end))))

    # -- calendars elsewhere (assistant.jobs.calendar_sync.SyncedCalendar) -----------------------------------------------------------

    async def for_sync(self, since: datetime, also: Sequence[str]) -> Sequence[Appointment]:
        hours = self._hours()
        return await self._read(lambda s: [self._record(s, row, hours) for row in self._rows.ending_after(s, since, also)])

    async def follow(self, appointment_id: str, starts_at: datetime, ends_at: datetime, *, version: int) -> Appointment:
        """Move as the owner moved it elsewhere: hours, notice and grid do not count there, other bookings do."""
        hours = self._hours()
        start = _aware(starts_at).replace(second=0, microsecond=0)
        minutes = (ends_at - start) // timedelta(minutes=1)
        if not 5 <= minutes <= 24 * 60:
            raise InvalidInput("an appointment cannot be that long", code="too_long")

        def work(session: Session) -> Appointment:
            row = self._changeable(session, appointment_id, version)
            self._replace(session, row, hours, start, row.service, minutes, row.buffer_minutes, "sync", "moved", by_rule=False)
            return self._record(session, row, hours)

        return await self._write(work)

    async def cancel_synced(self, appointment_id: str, *, version: int) -> Appointment:
        return await self.cancel(appointment_id, actor="sync", version=version)

    async def set_busy(self, source: BlockSource, scope: str, busy: Mapping[str, Sequence[Occurrence]]) -> Sequence[Appointment]:
        """Make the busy times of one calendar elsewhere exactly these; returns the bookings that newly stand in them.

        Without a `scope` only the events named in `busy` are replaced, and others of that source stay.
        """
        hours = self._hours()
        prefix = f"{scope}/" if scope else ""
        wanted = {
            (prefix + fingerprint(uid), o.starts_at.astimezone(UTC), o.ends_at.astimezone(UTC)): o.summary
            for uid, found in busy.items()
            for o in found
        }
        named = {prefix + fingerprint(uid) for uid in busy}

        def work(session: Session) -> Sequence[Appointment]:
            standing: dict[str, Row] = {}
            known = set()
            for block in self._blocks.of_scope(session, source, prefix):
                key = (block.external_uid or "", block.starts_at, block.ends_at)
                if key in wanted:
                    known.add(key)
                elif scope or block.external_uid in named:
                    self._blocks.remove(session, block.id)
            for key, summary in wanted.items():
                if key not in known:
                    uid, start, end = key
                    self._blocks.add(session, start, end, reason=summary, source=source, external_uid=uid)
                    standing.update({row.id: row for row in self._rows.between(session, start, end, overlapping=True)})
            return [self._record(session, row, hours) for row in standing.values()]

        return await self._write(work)

    # -- rules -------------------------------------------------------------------------------------------------------------------

    def _hours(self) -> OpeningHours:
        profile = self._profile()
        known = self._hours_of
        if known is None or known[0] is not profile:
            known = self._hours_of = (profile, OpeningHours(profile))
        return known[1]

    def _service(self, name: str) -> Service:
        service = self._profile().service(name)
        if service is None:
            raise InvalidInput("there is no such service", code="unknown_service")
        return service

    def _latest(self, hours: OpeningHours) -> int:
        """The first minute beyond the horizon."""
        today = self._clock.now().astimezone(hours.zone).date()
        last = today + timedelta(days=hours.profile.booking.max_days_ahead + 1)
        return to_minutes(datetime.combine(last, time(0), hours.zone))

    def _search(self, session: Session, hours: OpeningHours, service: Service, moving: str | None) -> Search:
        ignoring = (moving,) if moving else ()
        earliest = self._clock.now() + timedelta(minutes=hours.profile.booking.min_notice_minutes)
        return Search(
            hours,
            taken=lambda low, high: self._taken(session, low, high, ignoring),
            away=lambda low, high: self._away(session, low, high),
            minutes=service.minutes,
            buffer_minutes=service.buffer_minutes,
            earliest=to_minutes(_ceil(earliest)),
            latest=self._latest(hours),
        )

    def _taken(self, session: Session, low: int, high: int, ignoring: Iterable[str]) -> Sequence[Taken]:
        claimed = self._rows.busy(session, from_minutes(low), from_minutes(high), ignoring=ignoring)
        return [Taken(c.resource, c.start, c.end) for c in claimed]

    def _away(self, session: Session, low: int, high: int) -> Sequence[Span]:
        found = self._blocks.spans(session, from_minutes(low), from_minutes(high))
        return [(to_minutes(start), to_minutes(_ceil(end))) for start, end in found]

    def _refusal(
        self, session: Session, hours: OpeningHours, minutes: int, buffer_minutes: int, starts_at: datetime, ignoring: str | None
    ) -> Refusal | None:
        """Why that time cannot be had, the most telling reason first."""
        rules = hours.profile.booking
        now = self._clock.now()
        starts_at = _aware(starts_at)
        if not exists(starts_at, hours.zone):
            return Refusal("nonexistent")
        day = starts_at.astimezone(hours.zone).date()
        if starts_at < now:
            return Refusal("past")
        start, end = to_minutes(starts_at), to_minutes(starts_at) + minutes
        if start >= self._latest(hours):
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
        if self._away(session, start, end):
            return Refusal("taken")  # by the owner, whose business it is why
        taken = self._taken(session, start, end + buffer_minutes, (ignoring,) if ignoring else ())
        if Occupancy(taken, rules.parallel).free_resource(start, end + buffer_minutes) is None:
            return Refusal("taken")
        return None

    def _insist(self, refusal: Refusal | None) -> None:
        if refusal is None:
            return
        if refusal.code == "taken":
            raise SlotTaken("that time is taken")
        raise InvalidInput(f"that time cannot be had: {refusal.code}", code=refusal.code)

    # -- parts of a transaction --------------------------------------------------------------------------------------------------

    def _get(self, session: Session, appointment_id: str) -> Row:
        row = self._rows.get(session, appointment_id)
        if row is None:
            raise NotFound("no such appointment")
        return row

    def _changeable(self, session: Session, appointment_id: str, version: int | None) -> Row:
        row = self._get(session, appointment_id)
        self._expect_version(row, version)
        if row.status != "booked":
            raise Conflict(f"the appointment is {row.status}", code=row.status)
        return row

    def _expect_version(self, row: Row, version: int | None) -> None:
        if version is not None and version != row.version:
            raise Conflict(f"version {version} is not the current one", code="version_conflict")

    def _units(self, row: Row) -> Sequence[datetime]:
        start = to_minutes(row.starts_at)
        return [from_minutes(unit) for unit in units(start, start + row.minutes + row.buffer_minutes)]

    def _claim(self, session: Session, row: Row, hours: OpeningHours, *, ignoring: str | None = None) -> None:
        self._rows.claim(session, row, self._units(row), parallel=hours.profile.booking.parallel, ignoring=ignoring)

    def _booked(self, session: Session, row: Row, hours: OpeningHours, actor: Actor) -> None:
        self._remind(session, row, hours)
        service = hours.profile.service(row.service)
        if service is not None:
            facts = f"{service.name}|{service.minutes}|{service.buffer_minutes}|{service.price}"
            self._rows.snapshot(
                session,
                profile_hash=hashlib.sha256(facts.encode()).hexdigest(),
                name=service.name,
                minutes=service.minutes,
                buffer_minutes=service.buffer_minutes,
                price=service.price,
            )
        self._rows.touch(session, row, "booked", actor, None, _facts(row))
        self._news(session, "appointment.booked", row, _facts(row))

    def _remind(self, session: Session, row: Row, hours: OpeningHours) -> None:
        """The reminder row as it should be now: one if texts are agreed to and its time is still to come, else none."""
        before = hours.profile.booking.reminder_hours_before
        wanted = row.text_consent and row.status == "booked" and before > 0 and row.contact_id is not None
        due_at = row.starts_at - timedelta(hours=before) if wanted else None
        self._reminders.set(session, due_at, appointment_id=row.id, contact_id=row.contact_id)

    def _move(self, session: Session, row: Row, hours: OpeningHours, starts_at: datetime, actor: Actor) -> None:
        if starts_at == row.starts_at:
            return
        self._replace(session, row, hours, starts_at, row.service, row.minutes, row.buffer_minutes, actor, "moved")

    def _change_service(
        self, session: Session, row: Row, hours: OpeningHours, service: Service, actor: Actor, starts_at: datetime | None = None
    ) -> None:
        at = starts_at or row.starts_at
        self._replace(session, row, hours, at, service.name, service.minutes, service.buffer_minutes, actor, "service_changed")

    def _replace(
        self,
        session: Session,
        row: Row,
        hours: OpeningHours,
        starts_at: datetime,
        service: str,
        minutes: int,
        buffer_minutes: int,
        actor: Actor,
        kind: str,
        *,
        by_rule: bool = True,
    ) -> None:
        """Give an appointment another time or length, keeping its identity."""
        before, was = _facts(row), row.starts_at
        self._rows.delete_holds(session, moving_id=row.id)
        if by_rule:
            self._insist(self._refusal(session, hours, minutes, buffer_minutes, starts_at, row.id))
        row.starts_at, row.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
        row.service, row.minutes, row.buffer_minutes = service, minutes, buffer_minutes
        row.timezone = hours.profile.timezone
        row.version, row.sequence = row.version + 1, row.sequence + 1
        self._claim(session, row, hours)
        self._remind(session, row, hours)
        self._rows.touch(session, row, kind, actor, before, _facts(row))
        self._news(session, "appointment.moved", row, _facts(row))
        if row.starts_at != was:
            self._reminders.cancel_texts(session, row.id)
            self._letter(session, row, actor, f"was moved from {_when(was, hours)} to {_when(starts_at, hours)}.")

    def _cancel(self, session: Session, row: Row, actor: Actor) -> None:
        before = _facts(row)
        self._rows.free(session, row.id)
        self._rows.delete_holds(session, moving_id=row.id)
        row.status, row.hold_expires_at = "cancelled", None
        row.version, row.sequence = row.version + 1, row.sequence + 1
        self._reminders.set(session, None, appointment_id=row.id)
        self._reminders.cancel_texts(session, row.id)
        self._rows.touch(session, row, "cancelled", actor, before, _facts(row))
        self._news(session, "appointment.cancelled", row, _facts(row))
        self._letter(session, row, actor, f"on {_when(row.starts_at, self._hours())} was cancelled. Write or call us for another time.")

    def _letter(self, session: Session, row: Row, actor: Actor, news: str) -> None:
        """Tell the person, who agreed to texts about this booking, what was changed without them."""
        if actor in ("caller", "system") or not row.text_consent or row.contact_id is None or row.starts_at <= self._clock.now():
            return
        contact = self._contacts.get(session, row.contact_id)
        if contact is None or contact.phone is None:
            return
        letter = {
            "contact_id": row.contact_id,
            # A little later: the owner may still undo it, and it is no answer that may break into somebody's quiet hours.
            "not_before": self._clock.now() + LETTERS_AFTER,
            "body": f"{self._profile().name}: your {row.service} {news}",
            "key": f"changed:{row.id}:{row.sequence}",
            "appointment_id": row.id,
        }
        session.info.setdefault("calendar_letters", []).append(letter)

    def _set_status(self, session: Session, row: Row, status: str, actor: Actor) -> None:
        if status == row.status:
            return
        if status not in _STATUS_CHANGES.get(row.status, frozenset()):
            raise Conflict(f"{row.status} cannot become {status}", code="status_change")
        if status == "cancelled":
            self._cancel(session, row, actor)
            return
        before = _facts(row)
        row.status = status
        row.version += 1
        if status != "booked":
            self._reminders.set(session, None, appointment_id=row.id)
        self._rows.touch(session, row, status, actor, before, _facts(row))
        self._news(session, f"appointment.{status}", row, _facts(row))

    def _repeat(self, session: Session, first: Row, hours: OpeningHours, rule: str, *, name: str | None, notes: str | None) -> None:
        """Book the later dates of a series, each on its own; what cannot be had is written into the first one's history."""
        first.recurrence, first.series_id = rule, first.id
        refused: list[dict[str, str]] = []
        horizon = from_minutes(self._latest(hours))
        for starts_at in occurrences(rule, first.starts_at.astimezone(hours.zone), until=horizon, limit=_MAX_SERIES)[1:]:
            refusal = self._refusal(session, hours, first.minutes, first.buffer_minutes, starts_at, None)
            if refusal is not None:
                refused.append({"starts_at": starts_at.isoformat(), "code": refusal.code})
                continue
            row = self._rows.new(
                session,
                service=first.service,
                minutes=first.minutes,
                buffer_minutes=first.buffer_minutes,
                starts_at=starts_at,
                timezone=first.timezone,
                status="booked",
                source=first.source,  # type: ignore[arg-type]
                contact_id=first.contact_id,
                series_id=first.id,
                text_consent=first.text_consent,
            )
            self._rows.describe(session, row, contact_id=row.contact_id, name=name, notes=notes)
            self._claim(session, row, hours)
            self._booked(session, row, hours, "system")
        self._rows.touch(session, first, "series", "system", None, {"rule": rule, "refused": refused})

    def _record(self, session: Session, row: Row, hours: OpeningHours) -> Appointment:
        return self._rows.record(session, row, hours.zone)

    def _phone(self, phone: str | None, country: str) -> str | None:
        """E.164, or InvalidInput for what cannot be a number."""
        if not phone:
            return None
        try:
            number = phonenumbers.parse(phone, country)
        except phonenumbers.NumberParseException as error:
            raise InvalidInput("that is not a phone number", code="invalid_phone") from error
        if not phonenumbers.is_possible_number(number):
            raise InvalidInput("that is not a phone number", code="invalid_phone")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    # -- transactions ------------------------------------------------------------------------------------------------------------

    async def _read(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with self._db.read() as session:
                return work(session)

        return await self._db.run(run)

    async def _write(self, work: Callable[[Session], T]) -> T:
        """One change of the calendar; what it has to tell is published once it stands."""

        def run() -> tuple[T, Mapping[Any, Any]]:
            with self._db.write() as session:
                self._rows.lock(session)
                return work(session), session.info

        result, told = await self._db.run(run)
        if self._messenger is not None:
            for letter in told.get("calendar_letters", ()):
                await self._messenger.send(purpose="confirmation", **letter)
        if self._events is not None:
            for kind, conversation, data in told.get("calendar_news", ()):
                self._events.publish(kind, conversation, data)
        return result

    def _news(self, session: Session, kind: str, row: Row | None, data: Mapping[str, Any]) -> None:
        about = {"id": row.id, **data} if row is not None else dict(data)
        session.info.setdefault("calendar_news", []).append((kind, row.conversation_id if row is not None else None, about))


def _facts(row: Row) -> dict[str, Any]:
    """What a history line and a live event may say: nothing personal."""
    return {"status": row.status, "service": row.service, "starts_at": row.starts_at.astimezone(UTC).isoformat(), "minutes": row.minutes}


def _when(moment: datetime, hours: OpeningHours) -> str:
    local = moment.astimezone(hours.zone)
    return f"{local:%a %b} {local.day}, {local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidInput("a time needs its zone", code="naive_time")
    return moment


def _ceil(moment: datetime) -> datetime:
    return moment if moment.second == moment.microsecond == 0 else moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _slot(start: int, minutes: int, hours: OpeningHours) -> Slot:
    return Slot(from_minutes(start, hours.zone), from_minutes(start + minutes, hours.zone))
