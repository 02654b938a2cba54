"""One round of keeping step with a calendar elsewhere; safe to stop at any point and to repeat after any time offline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Protocol
from urllib.parse import urlsplit

from assistant.domain.appointments import Appointment
from assistant.domain.clock import Clock
from assistant.domain.errors import AssistantError, Conflict, InvalidInput
from assistant.scheduling import ical
from assistant.scheduling.reconcile import Here, Step, There, decide
from assistant.scheduling.remote import Changed, RemoteCalendar, Resource
from assistant.storage.blocks import BlockSource
from assistant.storage.database import Database
from assistant.storage.sync import AccountRecord, ItemRecord, SyncRows

#: Events that ended longer ago than this are left alone.
LOOK_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SyncConflict:
    """What could not simply be followed: `kind` is changed_both, taken, deleted_but_changed, too_short, unreadable or overlaps."""

    kind: str
    appointment_id: str | None = None
    starts_at: datetime | None = None


@dataclass(slots=True)
class SyncReport:
    account_id: str
    sent: int = 0
    removed: int = 0
    moved: int = 0
    cancelled: int = 0
    busy: int = 0
    bytes_out: int = 0
    conflicts: list[SyncConflict] = field(default_factory=list)


class SyncedCalendar(Protocol):
    """What a sync needs of our calendar."""

    async def for_sync(self, since: datetime, also: Sequence[str]) -> Sequence[Appointment]:
        """Bookings that end after `since`, whatever their state but held, and those named."""
        ...

    async def follow(self, appointment_id: str, starts_at: datetime, ends_at: datetime, *, version: int) -> Appointment:
        """Move as the owner moved it elsewhere: opening hours do not count, other bookings do."""
        ...

    async def cancel_synced(self, appointment_id: str, *, version: int) -> Appointment: ...

    async def set_busy(self, source: BlockSource, scope: str, busy: Mapping[str, Sequence[ical.Occurrence]]) -> Sequence[Appointment]:
        """Make the blocks of `scope` exactly these, by UID; returns bookings that newly stand in them."""
        ...


class CalendarSync:
    """Compares, decides by `reconcile.decide`, and carries out; every network call runs in a thread."""

    def __init__(
        self,
        db: Database,
        rows: SyncRows,
        calendar: SyncedCalendar,
        clock: Clock,
        *,
        zone: tzinfo,
        horizon_days: int,
        entry: Callable[[Appointment, bool], ical.Entry],
    ) -> None:
        self._db = db
        self._rows = rows
        self._calendar = calendar
        self._clock = clock
        self._zone = zone
        self._horizon = timedelta(days=horizon_days)
        self._entry = entry

    async def run(self, account: AccountRecord, remote: RemoteCalendar) -> SyncReport:
        """Raises Unavailable or ProviderRefused when the other side cannot be reached; what was done until then stands."""
        report = SyncReport(account.id)
        now = self._clock.now()
        start, end = now - LOOK_BACK, now + self._horizon
        resources = await asyncio.to_thread(remote.fetch, start, end)
        try:
            foreign, ours = list(resources), dict[str, Resource]()
            if remote.writable:
                foreign, ours = await asyncio.to_thread(self._sort, resources, report)
                await self._ours(account, remote, ours, start, report)
            await self._foreign(account, foreign, start, end, report)
        finally:
            await self._db.run(self._noted, account, report)
        return report

    def _noted(self, account: AccountRecord, report: SyncReport) -> None:
        with self._db.write() as session:
            self._rows.audit(session, account.id, urlsplit(account.url).hostname or "", report.bytes_out)

    def _sort(self, resources: Sequence[Resource], report: SyncReport) -> tuple[list[Resource], dict[str, Resource]]:
        """Other people's events, and ours by appointment."""
        foreign: list[Resource] = []
        ours: dict[str, Resource] = {}
        for resource in resources:
            try:
                uid = ical.uid_in(resource.data)
            except (ValueError, KeyError, IndexError):
                report.conflicts.append(SyncConflict("unreadable"))
                continue
            appointment_id = ical.appointment_of(uid) if uid else None
            if appointment_id is None:
                foreign.append(resource)
            else:
                ours[appointment_id] = resource
        return foreign, ours

    # -- our bookings ------------------------------------------------------------------------------------------------------------

    async def _ours(
        self, account: AccountRecord, remote: RemoteCalendar, seen: Mapping[str, Resource], start: datetime, report: SyncReport
    ) -> None:
        items = await self._db.run(self._items, account.id)
        appointments = {a.id: a for a in await self._calendar.for_sync(start, [*items, *seen])}
        for appointment_id, appointment in appointments.items():
            item, resource = items.get(appointment_id), seen.get(appointment_id)
            if resource is None and item is not None and item.href is not None:
                resource = await asyncio.to_thread(remote.get, item.href)  # outside the window, or gone
            step, there = self._decide(appointment, item, resource)
            if step == "restore" and item is None and resource is not None and there and self._says(there) == self._said(appointment):
                # A round that was cut off after sending: the same there as here is agreement, not a conflict.
                await self._agree(account, appointment, resource.href, self._said(appointment))
                continue
            try:
                await self._carry_out(step, account, remote, appointment, item, resource, there, report)
            except Changed:
                report.conflicts.append(SyncConflict("changed_both", appointment.id, appointment.starts_at))  # the next round sees both

    def _items(self, account_id: str) -> dict[str, ItemRecord]:
        with self._db.read() as session:
            return self._rows.items(session, account_id)

    def _decide(self, appointment: Appointment, item: ItemRecord | None, resource: Resource | None) -> tuple[Step, There | None]:
        there = None if resource is None else self._there(resource, item)
        live = appointment.status == "booked"
        over = appointment.status in ("completed", "no_show")
        if over:
            return "nothing", there
        if not live and item is None and resource is None:
            return "nothing", there
        changed = item is None or item.appointment_version != appointment.version
        return decide(Here(live, changed), there, known=item is not None), there

    def _there(self, resource: Resource, item: ItemRecord | None) -> There:
        occurrence = ical.single(resource.data, self._zone)
        if occurrence is None or not occurrence.busy:
            return There(None, None, True)
        says = self._fingerprint(occurrence.starts_at, occurrence.ends_at)
        return There(occurrence.starts_at, occurrence.ends_at, item is None or says != item.seen)

    async def _carry_out(
        self,
        step: Step,
        account: AccountRecord,
        remote: RemoteCalendar,
        appointment: Appointment,
        item: ItemRecord | None,
        resource: Resource | None,
        there: There | None,
        report: SyncReport,
    ) -> None:
        if step in ("send", "restore"):
            if step == "restore":
                kind = "deleted_but_changed" if there is None or there.starts_at is None else "changed_both"
                report.conflicts.append(SyncConflict(kind, appointment.id, appointment.starts_at))
            await self._send(account, remote, appointment, resource, report)
        elif step == "remove" and resource is not None:
            await asyncio.to_thread(remote.delete, resource.href, etag=resource.etag)
            await self._db.run(self._drop, account.id, appointment.id)
            report.removed += 1
        elif step == "forget":
            await self._db.run(self._drop, account.id, appointment.id)
        elif step == "cancel":
            try:
                await self._calendar.cancel_synced(appointment.id, version=appointment.version)
            except Conflict:
                return  # changed here this very moment: the next round decides anew
            if resource is None:
                await self._db.run(self._drop, account.id, appointment.id)
            report.cancelled += 1
        elif step == "move" and there is not None and there.starts_at is not None and there.ends_at is not None and resource is not None:
            await self._follow(account, remote, appointment, there.starts_at, there.ends_at, resource, report)

    async def _follow(
        self,
        account: AccountRecord,
        remote: RemoteCalendar,
        appointment: Appointment,
        starts_at: datetime,
        ends_at: datetime,
        resource: Resource,
        report: SyncReport,
    ) -> None:
        try:
            moved = await self._calendar.follow(appointment.id, starts_at, ends_at, version=appointment.version)
        except (Conflict, InvalidInput) as error:
            if error.reason == "version_conflict":
                return
            kind = "taken" if isinstance(error, Conflict) else "too_short"
            report.conflicts.append(SyncConflict(kind, appointment.id, starts_at))
            await self._send(account, remote, appointment, resource, report)
            return
        report.moved += 1
        await self._agree(account, moved, resource.href, self._fingerprint(starts_at, ends_at))

    async def _send(
        self, account: AccountRecord, remote: RemoteCalendar, appointment: Appointment, resource: Resource | None, report: SyncReport
    ) -> None:
        data = ical.write([self._entry(appointment, account.share_names)])
        href, etag = (resource.href, resource.etag) if resource else (None, None)
        written = await asyncio.to_thread(lambda: remote.put(appointment.id, data, href=href, etag=etag))
        report.bytes_out += len(data)
        report.sent += 1
        await self._agree(account, appointment, written, self._said(appointment))

    async def _agree(self, account: AccountRecord, appointment: Appointment, href: str, seen: str) -> None:
        item = ItemRecord(ical.uid_of(appointment.id), href, seen, appointment.id, appointment.version)

        def work() -> None:
            with self._db.write() as session:
                self._rows.agree(session, account.id, item)

        await self._db.run(work)

    def _drop(self, account_id: str, appointment_id: str) -> None:
        with self._db.write() as session:
            self._rows.drop(session, account_id, ical.uid_of(appointment_id))

    def _fingerprint(self, starts_at: datetime, ends_at: datetime) -> str:
        return ical.fingerprint(int(starts_at.timestamp()), int(ends_at.timestamp()))

    def _said(self, appointment: Appointment) -> str:
        return self._fingerprint(appointment.starts_at, appointment.ends_at)

    def _says(self, there: There) -> str | None:
        return None if there.starts_at is None or there.ends_at is None else self._fingerprint(there.starts_at, there.ends_at)

    # -- everybody else's events -------------------------------------------------------------------------------------------------

    async def _foreign(
        self, account: AccountRecord, resources: Sequence[Resource], start: datetime, end: datetime, report: SyncReport
    ) -> None:
        busy: dict[str, list[ical.Occurrence]] = {}
        for resource in resources:
            try:
                reading = await asyncio.to_thread(ical.read, resource.data, self._zone, start, end)
            except AssistantError:
                if account.kind == "ics":
                    raise  # the address gives no calendar at all: what we knew stays
                report.conflicts.append(SyncConflict("unreadable"))
                continue
            report.conflicts += [SyncConflict("unreadable")] * len(reading.problems)
            for occurrence in reading.occurrences:
                if occurrence.busy and ical.appointment_of(occurrence.uid) is None:
                    busy.setdefault(occurrence.uid, []).append(occurrence)
        report.busy = sum(len(found) for found in busy.values())
        standing = await self._calendar.set_busy("caldav", account.id, busy)
        report.conflicts += [SyncConflict("overlaps", a.id, a.starts_at) for a in standing]
