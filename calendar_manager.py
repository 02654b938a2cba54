"""The calendar: free times, holds, bookings, moves and cancellations, by the business's rules and never twice for one time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from assistant.booking.ledger import Ledger, facts
from assistant.booking.rules import BookingRules, aware, ceil, slot
from assistant.domain.appointments import Actor, Appointment, AppointmentStatus, Refusal, SeriesReport, Slot, Source, Unwanted
from assistant.domain.clock import Clock
from assistant.domain.errors import Conflict, InvalidInput
from assistant.domain.ports import EventSink, Messenger, ProfileSource
from assistant.jobs.calendar_exchange import CalendarExchange, open_remote
from assistant.scheduling.grid import from_minutes, to_minutes
from assistant.scheduling.ical import Occurrence, fingerprint
from assistant.scheduling.names import same_person
from assistant.scheduling.remote import RemoteCalendar
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
_MOST_VISITS = 10


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
        self._rules = BookingRules(profile, clock, self._rows, self._blocks)
        self._ledger = Ledger(self._rules, self._rows, ReminderRows(clock), contacts, clock)
        self.exchange = CalendarExchange(
            db, self._rows, SyncRows(vault, clock), self, profile, clock, events=events, messenger=messenger, remote=remote
        )

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
        unwanted: Sequence[Unwanted] = (),
    ) -> tuple[Slot, ...]:
        """Free starts in [start, end) that nobody ruled out: nearest to `near` first when given, else spread out and in time order."""
        wanted = self._rules.service(service)
        hours = self._rules.hours()
        low, high = to_minutes(ceil(aware(start))), to_minutes(ceil(aware(end)))

        def work(session: Session) -> tuple[Slot, ...]:
            search = self._rules.search(session, hours, wanted, moving, unwanted)
            if near is None:
                starts = search.spread(low, high, count)
            else:
                starts = search.nearest(to_minutes(aware(near)), low, high, count)
            return tuple(slot(moment, wanted.minutes, hours) for moment in starts)

        return await self._read(work)

    async def availability(
        self, service: str, *, from_: datetime | None = None, to: datetime | None = None, limit: int = 500, cursor: str | None = None
    ) -> Page[Slot]:
        """Every free start in [from_, to) in time order; without ends, from now to the horizon."""
        wanted = self._rules.service(service)
        hours = self._rules.hours()
        limit = max(1, min(limit, 1000))
        after = decode_cursor(cursor)
        low = to_minutes(ceil(aware(from_))) if from_ else to_minutes(self._clock.now())
        high = to_minutes(ceil(aware(to))) if to else self._rules.latest(hours)
        if after is not None:
            low = max(low, to_minutes(after[0]) + 1)

        def work(session: Session) -> Page[Slot]:
            found: list[int] = []
            for moment in self._rules.search(session, hours, wanted, None).in_order(low, high):
                if len(found) == limit:
                    return Page(tuple(slot(m, wanted.minutes, hours) for m in found), encode_cursor(from_minutes(found[-1])))
                found.append(moment)
            return Page(tuple(slot(m, wanted.minutes, hours) for m in found))

        return await self._read(work)

    async def check(self, service: str, starts_at: datetime, *, moving: str | None = None) -> Refusal | None:
        """None when the time can be had now, else exactly why not."""
        wanted = self._profile().service(service)
        if wanted is None:
            return Refusal("unknown_service")
        hours = self._rules.hours()
        return await self._read(
            lambda session: self._rules.refusal(session, hours, wanted.minutes, wanted.buffer_minutes, starts_at, moving)
        )

    async def day_hours(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        return self._rules.hours().open_periods(day)

    async def day_closed(self, day: date) -> str | None:
        """What keeps the business closed on a day that is no ordinary one: the holiday's name, the closure's reason."""
        refusal = self._rules.hours().closed(day)
        return refusal.reason if refusal is not None else None

    # -- holds and bookings ------------------------------------------------------------------------------------------------------

    async def hold(
        self, service: str, starts_at: datetime, *, contact_id: str | None, conversation_id: str, source: Source, moving: str | None = None
    ) -> Appointment:
        """Keep a time for five minutes; replaces the conversation's earlier hold."""
        wanted = self._rules.service(service)
        hours = self._rules.hours()

        def work(session: Session) -> Appointment:
            self._rows.delete_holds(session, conversation_id=conversation_id)
            self._rows.sweep(session, older_than=FORGET_HOLDS_AFTER)
            self._rules.insist(self._rules.refusal(session, hours, wanted.minutes, wanted.buffer_minutes, starts_at, moving))
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
            self._ledger.claim(session, row, hours, ignoring=moving)
            self._rows.touch(session, row, "held", "caller", None, facts(row))
            return self._ledger.record(session, row, hours)

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
        hours = self._rules.hours()

        def work(session: Session) -> Appointment:
            row = self._ledger.get(session, hold_id)
            if row.status != "held":
                if row.status == "cancelled":
                    raise Conflict("that appointment was cancelled", code="cancelled")
                return self._ledger.record(session, row, hours)
            expired = row.hold_expires_at is None or row.hold_expires_at <= self._clock.now()
            if expired:
                self._rules.insist(self._rules.refusal(session, hours, row.minutes, row.buffer_minutes, row.starts_at, row.id))
            row.status, row.hold_expires_at, row.moving_id = "booked", None, None
            if expired or self._rows.owned(session, row.id) != set(self._ledger.units(row)):
                self._ledger.claim(session, row, hours)
            else:
                self._rows.keep(session, row.id)
            row.text_consent = text_consent
            row.version += 1
            self._rows.describe(session, row, contact_id=contact_id, name=name, notes=notes)
            self._ledger.booked(session, row, hours, "caller")
            if recurrence:
                self._ledger.repeat(session, row, hours, recurrence, name=name, notes=notes)
            return self._ledger.record(session, row, hours)

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
        wanted = self._rules.service(service)
        hours = self._rules.hours()
        phone = self._ledger.phone(contact_phone, hours.profile.country)

        def work(session: Session) -> Appointment:
            known = self._rows.by_key(session, idempotency_key) if idempotency_key else None
            if known is not None:
                if (known.service, known.starts_at) != (wanted.name, starts_at):
                    raise Conflict("that idempotency key was used for something else", code="idempotency_mismatch")
                return self._ledger.record(session, known, hours)
            self._rules.insist(self._rules.refusal(session, hours, wanted.minutes, wanted.buffer_minutes, starts_at, None))
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
            self._ledger.claim(session, row, hours)
            self._ledger.booked(session, row, hours, "api")
            if recurrence:
                self._ledger.repeat(session, row, hours, recurrence, name=contact_name, notes=notes)
            return self._ledger.record(session, row, hours)

        return await self._write(work)

    async def series(self, appointment_id: str) -> SeriesReport:
        """What became of the recurring booking that this appointment belongs to."""
        hours = self._rules.hours()

        def work(session: Session) -> SeriesReport:
            row = self._ledger.get(session, appointment_id)
            if row.series_id is None:
                return SeriesReport((self._ledger.record(session, row, hours),), ())
            rows = self._rows.series(session, row.series_id)
            refused = [
                (datetime.fromisoformat(item["starts_at"]).astimezone(hours.zone), str(item["code"]))
                for event in self._rows.history(session, row.series_id)
                if event.kind == "series" and event.after
                for item in event.after["refused"]
            ]
            return SeriesReport(tuple(self._ledger.record(session, r, hours) for r in rows if r.status == "booked"), tuple(refused))

        return await self._read(work)

    # -- changes -----------------------------------------------------------------------------------------------------------------

    async def move(self, appointment_id: str, starts_at: datetime, *, actor: Actor, version: int | None = None) -> Appointment:
        """Same identity, new time; holds made for this move are used up. Raises SlotTaken, Conflict, NotFound, InvalidInput."""
        hours = self._rules.hours()

        def work(session: Session) -> Appointment:
            row = self._ledger.changeable(session, appointment_id, version)
            self._ledger.move(session, row, hours, aware(starts_at), actor)
            return self._ledger.record(session, row, hours)

        return await self._write(work)

    async def change_service(self, appointment_id: str, service: str, *, actor: Actor) -> Appointment:
        wanted = self._rules.service(service)
        hours = self._rules.hours()

        def work(session: Session) -> Appointment:
            row = self._ledger.changeable(session, appointment_id, None)
            self._ledger.change_service(session, row, hours, wanted, actor)
            return self._ledger.record(session, row, hours)

        return await self._write(work)

    async def cancel(self, appointment_id: str, *, actor: Actor, version: int | None = None) -> Appointment:
        """Frees the time and the reminders; cancelling twice is once."""
        hours = self._rules.hours()

        def work(session: Session) -> Appointment:
            row = self._ledger.get(session, appointment_id)
            if row.status != "cancelled":
                self._ledger.expect_version(row, version)
                self._ledger.cancel(session, row, actor)
            return self._ledger.record(session, row, hours)

        return await self._write(work)

    async def patch(self, appointment_id: str, version: int, changes: Mapping[str, Any], *, actor: Actor = "api") -> Appointment:
        """Change `starts_at`, `service`, `status`, `notes` or `name` together or not at all, if `version` is still the current one."""
        unknown = set(changes) - {"starts_at", "service", "status", "notes", "name"}
        if unknown:
            raise InvalidInput(f"cannot change {', '.join(sorted(unknown))}", code="unknown_field")
        hours = self._rules.hours()
        wanted = self._rules.service(changes["service"]) if changes.get("service") is not None else None

        def work(session: Session) -> Appointment:
            row = self._ledger.get(session, appointment_id)
            self._ledger.expect_version(row, version)
            if row.status in ("held", "cancelled") and set(changes) - {"notes", "name"}:
                raise Conflict(f"the appointment is {row.status}", code=row.status)
            starts_at = aware(changes["starts_at"]) if changes.get("starts_at") is not None else row.starts_at
            if wanted is not None and wanted.name != row.service:
                self._ledger.change_service(session, row, hours, wanted, actor, starts_at)
            elif starts_at != row.starts_at:
                self._ledger.move(session, row, hours, starts_at, actor)
            if "notes" in changes or "name" in changes:
                self._rows.describe(session, row, contact_id=row.contact_id, name=changes.get("name"), notes=changes.get("notes"))
                if "notes" in changes and changes["notes"] is None:
                    self._rows.clear_notes(row)
                row.version += 1
                self._rows.touch(session, row, "described", actor, None, None)
            if changes.get("status") is not None:
                self._ledger.set_status(session, row, changes["status"], actor)
            return self._ledger.record(session, row, hours)

        return await self._write(work)

    # -- what is booked ----------------------------------------------------------------------------------------------------------

    async def get(self, appointment_id: str) -> Appointment:
        hours = self._rules.hours()
        return await self._read(lambda session: self._ledger.record(session, self._ledger.get(session, appointment_id), hours))

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
        hours = self._rules.hours()
        limit = max(1, min(limit, 200))
        after = decode_cursor(cursor)

        def work(session: Session) -> Page[Appointment]:
            rows = self._rows.page(session, start=from_, end=to, statuses=statuses, limit=limit + 1, after=after, contact_id=contact_id)
            following = encode_cursor(rows[limit - 1].starts_at, rows[limit - 1].id) if len(rows) > limit else None
            return Page(tuple(self._ledger.record(session, row, hours) for row in rows[:limit]), following)

        return await self._read(work)

    async def upcoming(self, contact_id: str) -> tuple[Appointment, ...]:
        """The booked appointments of one contact from now on, in time order."""
        hours = self._rules.hours()
        now = self._clock.now()
        return await self._read(lambda s: tuple(self._ledger.record(s, row, hours) for row in self._rows.upcoming(s, contact_id, now)))

    async def visits(self, contact_id: str) -> tuple[Appointment, ...]:
        """The latest appointments of one contact that are over and were kept, as far as is known; the last one first."""
        hours = self._rules.hours()
        now = self._clock.now()
        return await self._read(
            lambda s: tuple(self._ledger.record(s, row, hours) for row in self._rows.visits(s, contact_id, now, _MOST_VISITS))
        )

    async def prove(self, name: str, starts_at: datetime) -> Appointment | None:
        """The booking with that name at exactly that time; None also when it could be two people's."""
        hours = self._rules.hours()

        def work(session: Session) -> Appointment | None:
            known = [self._ledger.record(session, row, hours) for row in self._rows.starting(session, aware(starts_at))]
            fitting = [appointment for appointment in known if appointment.name and same_person(name, appointment.name)]
            return fitting[0] if len(fitting) == 1 else None

        return await self._read(work)

    async def agenda(self, start: datetime, end: datetime) -> tuple[Appointment, ...]:
        """Everybody's booked appointments in [start, end): for the owner only."""
        hours = self._rules.hours()
        return await self._read(
            lambda s: tuple(self._ledger.record(s, row, hours) for row in self._rows.between(s, aware(start), aware(end)))
        )

    async def history(self, appointment_id: str) -> tuple[tuple[datetime, str, str, dict[str, Any] | None, dict[str, Any] | None], ...]:
        """What happened to an appointment: (when, what, who, before, after), the oldest first."""

        def work(session: Session) -> tuple[tuple[datetime, str, str, dict[str, Any] | None, dict[str, Any] | None], ...]:
            self._ledger.get(session, appointment_id)
            return tuple((e.at, e.kind, e.actor, e.before, e.after) for e in self._rows.history(session, appointment_id))

        return await self._read(work)

    # -- the owner's own time ----------------------------------------------------------------------------------------------------

    async def block(self, start: datetime, end: datetime, *, reason: str | None = None) -> tuple[Appointment, ...]:
        """Keep time free; returns the bookings that already stand in it (they stay)."""
        if aware(end) <= aware(start):
            raise InvalidInput("a block ends after it starts")
        hours = self._rules.hours()

        def work(session: Session) -> tuple[Appointment, ...]:
            self._blocks.add(session, start, end, reason=reason)
            standing = self._rows.between(session, start, end, overlapping=True)
            self._ledger.news(session, "calendar.blocked", None, {"starts_at": start.isoformat(), "ends_at": end.isoformat()})
            return tuple(self._ledger.record(session, row, hours) for row in standing)

        return await self._write(work)

    async def unblock(self, start: datetime, end: datetime) -> int:
        """Give time back: blocks inside [start, end) go, those that reach beyond are cut. Synced calendars' busy times stay."""

        def work(session: Session) -> int:
            hit = [b for b in self._blocks.overlapping(session, aware(start), aware(end)) if b.source != "caldav"]
            for block in hit:
                self._blocks.remove(session, block.id)
                for rest_start, rest_end in ((block.starts_at, start), (end, block.ends_at)):
                    if rest_start < rest_end:
                        self._blocks.add(
                            session, rest_start, rest_end, reason=block.reason, source=block.source, external_uid=block.external_uid
                        )
            if hit:
                self._ledger.news(session, "calendar.unblocked", None, {"starts_at": start.isoformat(), "ends_at": end.isoformat()})
            return len(hit)

        return await self._write(work)

    async def blocks(self, start: datetime, end: datetime) -> tuple[BlockRecord, ...]:
        return await self._read(lambda session: tuple(self._blocks.overlapping(session, aware(start), aware(end))))

    # -- calendars elsewhere (assistant.jobs.calendar_sync.SyncedCalendar) -----------------------------------------------------------

    async def for_sync(self, since: datetime, also: Sequence[str]) -> Sequence[Appointment]:
        hours = self._rules.hours()
        return await self._read(lambda s: [self._ledger.record(s, row, hours) for row in self._rows.ending_after(s, since, also)])

    async def follow(self, appointment_id: str, starts_at: datetime, ends_at: datetime, *, version: int) -> Appointment:
        """Move as the owner moved it elsewhere: hours, notice and grid do not count there, other bookings do."""
        hours = self._rules.hours()
        start = aware(starts_at).replace(second=0, microsecond=0)
        minutes = (ends_at - start) // timedelta(minutes=1)
        if not 5 <= minutes <= 24 * 60:
            raise InvalidInput("an appointment cannot be that long", code="too_long")

        def work(session: Session) -> Appointment:
            row = self._ledger.changeable(session, appointment_id, version)
            self._ledger.replace(session, row, hours, start, row.service, minutes, row.buffer_minutes, "sync", "moved", by_rule=False)
            return self._ledger.record(session, row, hours)

        return await self._write(work)

    async def cancel_synced(self, appointment_id: str, *, version: int) -> Appointment:
        return await self.cancel(appointment_id, actor="sync", version=version)

    async def set_busy(self, source: BlockSource, scope: str, busy: Mapping[str, Sequence[Occurrence]]) -> Sequence[Appointment]:
        """Make the busy times of one calendar elsewhere exactly these; returns the bookings that newly stand in them.

        Without a `scope` only the events named in `busy` are replaced, and others of that source stay.
        """
        hours = self._rules.hours()
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
            return [self._ledger.record(session, row, hours) for row in standing.values()]

        return await self._write(work)

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
