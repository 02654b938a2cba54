"""Our calendar for other programs: the private feed, one appointment as a file, the import of a file, and accounts to keep step with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import TypeVar

from sqlalchemy.orm import Session

from assistant.domain.appointments import Appointment
from assistant.domain.business import BusinessProfile
from assistant.domain.clock import Clock
from assistant.domain.errors import AssistantError, InvalidInput, NotFound
from assistant.domain.ports import EventSink, Messenger, ProfileSource
from assistant.jobs.calendar_sync import CalendarSync, SyncedCalendar, SyncReport
from assistant.scheduling import ical
from assistant.scheduling.recurrence import occurrences
from assistant.scheduling.remote import CalDavCalendar, IcsAddress, RemoteCalendar, check_url
from assistant.storage.appointments import AppointmentRows
from assistant.storage.database import Database
from assistant.storage.sync import AccountKind, AccountRecord, SyncRows
from assistant.storage.tables import Appointment as Row

T = TypeVar("T")

KIND = "calendar_sync"
#: Seconds between two rounds with each account.
SYNC_EVERY = 300.0
#: How far back the feed reaches; older appointments are history, not calendar.
FEED_BACK = timedelta(days=90)
_SHOWN = ("booked", "completed", "no_show", "cancelled")


@dataclass(frozen=True, slots=True)
class IcsImport:
    """How many events and busy times it brought; `overlapping` are bookings that stand in those times, and stay."""

    events: int
    times: int
    overlapping: tuple[Appointment, ...] = ()
    problems: tuple[str, ...] = ()


def open_remote(account: AccountRecord) -> RemoteCalendar:
    if account.kind == "ics":
        return IcsAddress(account.url)
    return CalDavCalendar(account.url, account.user, account.password)


class CalendarExchange:
    """Reached as `CalendarManager.exchange`. `remote` opens the other side, so that tests can be it."""

    def __init__(
        self,
        db: Database,
        rows: AppointmentRows,
        sync_rows: SyncRows,
        calendar: SyncedCalendar,
        profile: ProfileSource,
        clock: Clock,
        *,
        events: EventSink | None = None,
        messenger: Messenger | None = None,
        remote: Callable[[AccountRecord], RemoteCalendar] = open_remote,
    ) -> None:
        self._db = db
        self._rows = rows
        self._sync = sync_rows
        self._calendar = calendar
        self._profile = profile
        self._clock = clock
        self._events = events
        self.messenger = messenger
        self._remote = remote
        self._last_feed: tuple[tuple[object, ...], bytes] | None = None
        self._turns: dict[str, asyncio.Lock] = {}

    # -- out ---------------------------------------------------------------------------------------------------------------------

    async def feed(self, *, names: bool = True) -> bytes:
        """Everything from three months back on, as one calendar to subscribe to; cancelled appointments are marked as such."""
        profile = self._profile()

        def work(session: Session) -> bytes:
            since = self._clock.now() - FEED_BACK
            # Subscribers ask often and hardly anything changes: the last answer is kept for as long as it is true.
            state = (names, id(profile), since.date(), *self._rows.state(session))
            if self._last_feed is not None and self._last_feed[0] == state:
                return self._last_feed[1]
            entries: list[ical.Entry] = []
            series: dict[str, list[Row]] = {}
            for row in self._rows.between(session, since, None, _SHOWN):
                if row.series_id is None:
                    entries.append(self._entry(session, row, profile, names))
                else:
                    series.setdefault(row.series_id, [])
            for series_id in series:
                entries += self._series(session, self._rows.series(session, series_id), profile, names)
            data = ical.write(entries, name=profile.name)
            self._last_feed = (state, data)
            return data

        return await self._read(work)

    async def feed_token(self, *, renew: bool = False) -> str:
        """The secret in the feed's address. `renew` makes a new one and closes the old address."""
        return await self._write(lambda session: self._sync.feed_token(session, renew=renew))

    async def is_feed_token(self, token: str) -> bool:
        known = await self.feed_token()
        return compare_digest(known.encode(), token.encode())

    async def attachment(self, appointment_id: str) -> bytes:
        """One appointment as an .ics file for the person it belongs to: no name in it but the business's."""
        profile = self._profile()

        def work(session: Session) -> bytes:
            row = self._rows.get(session, appointment_id)
            if row is None or row.status == "held":
                raise NotFound("no such appointment")
            entry = self._entry(session, row, profile, names=False)
            entry = replace(entry, summary=f"{row.service}, {profile.name}", description=profile.phone, location=profile.address)
            return ical.write([entry], method="CANCEL" if row.status == "cancelled" else "PUBLISH")

        return await self._read(work)

    def _entry(self, session: Session, row: Row, profile: BusinessProfile, names: bool) -> ical.Entry:
        return self._entry_of(self._rows.record(session, row, profile.zone), profile, names, row.updated_at)

    def _entry_of(self, appointment: Appointment, profile: BusinessProfile, names: bool, stamp: datetime) -> ical.Entry:
        who = f"{appointment.service}: {appointment.name}" if names and appointment.name else appointment.service
        return ical.Entry(
            uid=ical.uid_of(appointment.id),
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            summary=who,
            stamp=stamp,
            sequence=appointment.sequence,
            status="CANCELLED" if appointment.status == "cancelled" else "CONFIRMED",
            description=appointment.notes if names else None,
            location=profile.address,
        )

    def _series(self, session: Session, rows: Sequence[Row], profile: BusinessProfile, names: bool) -> list[ical.Entry]:
        """One recurring event, its gaps, and an exception for every date that was moved or cancelled."""
        first = next((row for row in rows if row.recurrence), None)
        if first is None or first.recurrence is None:
            return [self._entry(session, row, profile, names) for row in rows]
        planned = {self._planned(session, row).astimezone(profile.zone): row for row in rows}
        begin, last = min(planned), max(planned)
        dates = occurrences(first.recurrence, begin, until=last + timedelta(minutes=1), limit=len(rows) * 10 + 400)
        main = self._entry(session, planned[begin], profile, names)
        length = timedelta(minutes=planned[begin].minutes)
        parts = [part for part in first.recurrence.removeprefix("RRULE:").split(";") if not part.upper().startswith(("COUNT", "UNTIL"))]
        rule = ";".join([*parts, f"UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"])
        master = replace(
            main,
            uid=ical.uid_of(first.id),
            starts_at=begin,
            ends_at=begin + length,
            status="CONFIRMED",
            sequence=max(row.sequence for row in rows),
            stamp=max(row.updated_at for row in rows),
            rrule=rule,
            exdates=tuple(day for day in dates if day not in planned),
        )
        entries = [master]
        for original, row in sorted(planned.items()):
            if row.status == "cancelled" or row.starts_at != original or timedelta(minutes=row.minutes) != length:
                entries.append(replace(self._entry(session, row, profile, names), uid=master.uid, original=original))
        return entries

    def _planned(self, session: Session, row: Row) -> datetime:
        """When a member of a series was to be, before anybody moved it."""
        for event in self._rows.history(session, row.id):
            if event.kind == "booked" and event.after:
                return datetime.fromisoformat(event.after["starts_at"])
        return row.starts_at

    # -- in ----------------------------------------------------------------------------------------------------------------------

    async def import_ics(self, data: bytes) -> IcsImport:
        """Busy times of a calendar file become blocks; the same file again replaces what it brought before."""
        profile = self._profile()
        now = self._clock.now()
        until = now + timedelta(days=max(profile.booking.max_days_ahead, 366) + 1)
        reading = await asyncio.to_thread(ical.read, data, profile.zone, now, until)
        busy: dict[str, list[ical.Occurrence]] = {}
        for occurrence in reading.occurrences:
            if occurrence.busy and ical.appointment_of(occurrence.uid) is None:
                busy.setdefault(occurrence.uid, []).append(occurrence)
        standing = await self._calendar.set_busy("ics", "", busy)
        return IcsImport(len(busy), sum(len(found) for found in busy.values()), tuple(standing), reading.problems)

    # -- accounts ----------------------------------------------------------------------------------------------------------------

    async def add_account(
        self, kind: AccountKind, url: str, *, user: str | None = None, password: str | None = None, share_names: bool = False
    ) -> AccountRecord:
        """Keep step with a calendar: `caldav` both ways, `ics` its busy times only. Names of people go there only with `share_names`."""
        if kind not in ("caldav", "ics"):
            raise InvalidInput("a calendar account is caldav or ics", code="bad_kind")
        checked = check_url(url)
        return await self._write(lambda s: self._sync.add(s, kind=kind, url=checked, user=user, password=password, share_names=share_names))

    async def accounts(self) -> Sequence[AccountRecord]:
        return await self._read(self._sync.all)

    async def remove_account(self, account_id: str) -> None:
        """Stop keeping step. Its busy times go; what we sent there stays there."""
        await self._calendar.set_busy("caldav", account_id, {})
        await self._write(lambda session: self._sync.remove(session, account_id))

    def due(self) -> Sequence[tuple[str, str]]:
        """For the sweep: one job an account."""
        with self._db.read() as session:
            return [(KIND, account.id) for account in self._sync.all(session)]

    async def keep_in_step(self, account_id: str) -> None:
        """The job. A server that cannot be reached is no failed job: the account says so, and the next round catches up."""
        try:
            await self.sync(account_id)
        except AssistantError as error:
            if self._events is not None:
                self._events.publish("calendar.sync_failed", None, {"account": account_id, "reason": error.reason})

    async def sync(self, account_id: str) -> SyncReport:
        """One round with one account, one at a time. Failures are kept with the account and raised; the next round catches up."""
        async with self._turns.setdefault(account_id, asyncio.Lock()):
            return await self._round(account_id)

    async def _round(self, account_id: str) -> SyncReport:
        account = await self._read(lambda session: self._sync.get(session, account_id))
        profile = self._profile()
        engine = CalendarSync(
            self._db,
            self._sync,
            self._calendar,
            self._clock,
            zone=profile.zone,
            horizon_days=profile.booking.max_days_ahead + 2,
            entry=lambda appointment, names: self._entry_of(appointment, profile, names, self._clock.now()),
        )
        remote = self._remote(account)
        try:
            report = await engine.run(account, remote)
        except AssistantError as error:
            reason = error.reason
            await self._write(lambda session: self._sync.failed(session, account_id, reason))
            raise
        finally:
            remote.close()
        await self._write(lambda session: self._sync.worked(session, account_id))
        await self._tell(report)
        return report

    async def sync_all(self) -> Mapping[str, SyncReport | AssistantError]:
        """Every account, one after another; one that fails does not keep the others back."""
        found: dict[str, SyncReport | AssistantError] = {}
        for account in await self.accounts():
            try:
                found[account.id] = await self.sync(account.id)
            except AssistantError as error:
                found[account.id] = error
        return found

    async def _tell(self, report: SyncReport) -> None:
        for conflict in report.conflicts:
            if self._events is not None:
                starts_at = conflict.starts_at.isoformat() if conflict.starts_at else None
                data = {"account": report.account_id, "kind": conflict.kind, "id": conflict.appointment_id, "starts_at": starts_at}
                self._events.publish("calendar.conflict", None, data)
            if self.messenger is not None and conflict.appointment_id and conflict.starts_at:
                when = conflict.starts_at.astimezone(self._profile().zone)
                await self.messenger.tell_owner(
                    f"Calendar sync: {_WORDS.get(conflict.kind, 'please look at')} the booking of {when:%a %b} {when.day}, {when:%H:%M}.",
                    key=f"sync:{conflict.kind}:{conflict.appointment_id}:{conflict.starts_at.isoformat()}",
                )

    async def _read(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with self._db.read() as session:
                return work(session)

        return await self._db.run(run)

    async def _write(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with self._db.write() as session:
                return work(session)

        return await self._db.run(run)


_WORDS = {
    "changed_both": "changed here and there, so I kept ours for",
    "deleted_but_changed": "deleted there but changed here, so I kept",
    "taken": "moved there onto a time that is taken, so I put back",
    "too_short": "changed there to a length that cannot be, so I put back",
    "overlaps": "your other calendar is busy during",
}
