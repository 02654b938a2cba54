"""Rows of appointments and the claims that make a double booking impossible. Every method works in the caller's transaction.

A booking of [start, end + buffer) owns one `slot_claims` row per five-minute unit of one resource, inserted together with it; the
table's primary key refuses a second owner whatever the code above thinks. Holds own claims that expire.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import and_, delete, extract, func, insert, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.domain.appointments import Actor, Appointment, AppointmentStatus, Source
from assistant.domain.clock import Clock
from assistant.domain.errors import SlotTaken
from assistant.domain.ids import new_id
from assistant.storage.contacts import Contacts
from assistant.storage.tables import Appointment as Row
from assistant.storage.tables import AppointmentEvent, ServiceSnapshot, SlotClaim
from assistant.storage.vault import Vault

#: One lock for all writers of the calendar on Postgres; SQLite's immediate transactions already queue.
_CALENDAR_LOCK = 0x0CA1E17DA2
_LONGEST = timedelta(days=2)
LIVE = ("booked", "completed", "no_show")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A stretch one resource is busy with, buffer included, in minutes since the epoch."""

    resource: int
    start: int
    end: int


class AppointmentRows:
    """Repository of appointments, their claims and their history."""

    def __init__(self, vault: Vault, contacts: Contacts, clock: Clock) -> None:
        self._vault = vault
        self._contacts = contacts
        self._clock = clock

    # -- claims ------------------------------------------------------------------------------------------------------------------

    def lock(self, session: Session) -> None:
        """Let no other transaction change the calendar until this one ends."""
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CALENDAR_LOCK})

    def claim(self, session: Session, row: Row, slots: Sequence[datetime], *, parallel: int, ignoring: str | None = None) -> None:
        """Give `row` the units `slots` on one resource, whatever it had before. Raises SlotTaken and then leaves nothing behind.

        `ignoring` is an appointment that this one is going to replace: what it has counts as free, and stays its own until then.
        """
        now = self._clock.now()
        session.execute(delete(SlotClaim).where(SlotClaim.appointment_id == row.id))
        session.execute(
            delete(SlotClaim).where(SlotClaim.slot_start >= slots[0], SlotClaim.slot_start <= slots[-1], SlotClaim.expires_at <= now)
        )
        owners: dict[datetime, dict[int, str | None]] = {}
        found = select(SlotClaim.slot_start, SlotClaim.resource, SlotClaim.appointment_id).where(
            SlotClaim.slot_start >= slots[0], SlotClaim.slot_start <= slots[-1]
        )
        for slot, resource, owner in session.execute(found):
            owners.setdefault(slot, {})[resource] = owner
        others = {slot: {r for r, owner in held.items() if owner != ignoring or ignoring is None} for slot, held in owners.items()}
        if any(len(held) >= parallel for held in others.values()):
            raise SlotTaken("all resources are claimed")
        chosen = next((r for r in range(parallel) if all(r not in held for held in others.values())), None)
        if chosen is None:
            raise SlotTaken("no resource is free throughout")
        missing = [slot for slot in slots if chosen not in owners.get(slot, {})]
        row.resource = chosen
        session.flush()
        if not missing:
            return
        try:
            with session.begin_nested():
                session.execute(
                    insert(SlotClaim),
                    [
                        {"resource": chosen, "slot_start": slot, "appointment_id": row.id, "expires_at": row.hold_expires_at}
                        for slot in missing
                    ],
                )
        except IntegrityError as error:
            raise SlotTaken("claimed by another process") from error

    def free(self, session: Session, appointment_id: str) -> None:
        session.execute(delete(SlotClaim).where(SlotClaim.appointment_id == appointment_id))

    def keep(self, session: Session, appointment_id: str) -> None:
        """A hold's claims become a booking's: they no longer expire."""
        session.execute(update(SlotClaim).where(SlotClaim.appointment_id == appointment_id).values(expires_at=None))

    def owned(self, session: Session, appointment_id: str) -> set[datetime]:
        """The units that an appointment has and that have not expired."""
        now = self._clock.now()
        found = select(SlotClaim.slot_start).where(
            SlotClaim.appointment_id == appointment_id, or_(SlotClaim.expires_at.is_(None), SlotClaim.expires_at > now)
        )
        return set(session.execute(found).scalars())

    def sweep(self, session: Session, *, older_than: timedelta) -> int:
        """Delete holds that expired that long ago, with their claims."""
        limit = self._clock.now() - older_than
        return int(session.execute(delete(Row).where(Row.status == "held", Row.hold_expires_at <= limit)).rowcount)  # type: ignore[attr-defined]

    def busy(self, session: Session, start: datetime, end: datetime, *, ignoring: Iterable[str] = ()) -> list[Claimed]:
        """What keeps resources busy in [start, end): bookings with their buffers, and holds that live."""
        # Only the time is asked of the database: with the status in the question SQLite takes the wrong index. Minutes come back as
        # whole numbers because a search reads thousands of rows.
        found = select(
            Row.id, Row.resource, extract("epoch", Row.starts_at), Row.minutes + Row.buffer_minutes, Row.status, Row.hold_expires_at
        ).where(Row.starts_at > start - _LONGEST, Row.starts_at < end)
        skip = set(ignoring)
        now = self._clock.now()
        taken = []
        for id_, resource, epoch, length, status, expires in session.execute(found):
            if (status in LIVE or (status == "held" and expires is not None and expires > now)) and id_ not in skip:
                begin = int(epoch) // 60
                taken.append(Claimed(resource, begin, begin + length))
        return taken

    # -- rows --------------------------------------------------------------------------------------------------------------------

    def get(self, session: Session, appointment_id: str) -> Row | None:
        return session.get(Row, appointment_id, populate_existing=True)

    def by_key(self, session: Session, key: str) -> Row | None:
        return session.execute(select(Row).where(Row.idempotency_key == key)).scalar_one_or_none()

    def new(
        self,
        session: Session,
        *,
        service: str,
        minutes: int,
        buffer_minutes: int,
        starts_at: datetime,
        timezone: str,
        status: AppointmentStatus,
        source: Source,
        contact_id: str | None = None,
        conversation_id: str | None = None,
        hold_expires_at: datetime | None = None,
        moving_id: str | None = None,
        idempotency_key: str | None = None,
        series_id: str | None = None,
        recurrence: str | None = None,
        text_consent: bool = False,
        id: str | None = None,
    ) -> Row:
        """A row without claims yet: `claim` must follow in the same transaction."""
        now = self._clock.now()
        row = Row(
            id=id or new_id("apt", now),
            service=service,
            minutes=minutes,
            buffer_minutes=buffer_minutes,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            timezone=timezone,
            resource=0,
            status=status,
            source=source,
            contact_id=contact_id,
            conversation_id=conversation_id,
            hold_expires_at=hold_expires_at,
            moving_id=moving_id,
            idempotency_key=idempotency_key,
            series_id=series_id,
            recurrence=recurrence,
            text_consent=text_consent,
            version=1,
            sequence=0,
            created_at=now,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        return row

    def describe(self, session: Session, row: Row, *, contact_id: str | None, name: str | None, notes: str | None) -> None:
        """Whose it is, and under which name; what was sealed for another contact is sealed anew."""
        old_name, old_notes = self.name(session, row), self.notes(session, row)
        row.contact_id = contact_id
        session.flush()
        row.name_sealed = self._vault.seal(session, contact_id, "name", name if name is not None else old_name)
        row.notes_sealed = self._vault.seal(session, contact_id, "notes", notes if notes is not None else old_notes)

    def clear_notes(self, row: Row) -> None:
        row.notes_sealed = None

    def name(self, session: Session, row: Row) -> str | None:
        return self._vault.open(session, row.contact_id, "name", row.name_sealed)

    def notes(self, session: Session, row: Row) -> str | None:
        return self._vault.open(session, row.contact_id, "notes", row.notes_sealed)

    def touch(
        self, session: Session, row: Row, kind: str, actor: Actor, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> None:
        """One more version, with its line in the history."""
        now = self._clock.now()
        row.updated_at = now
        session.add(AppointmentEvent(appointment_id=row.id, kind=kind, actor=actor, before=before, after=after, at=now))

    def history(self, session: Session, appointment_id: str) -> list[AppointmentEvent]:
        found = select(AppointmentEvent).where(AppointmentEvent.appointment_id == appointment_id).order_by(AppointmentEvent.id)
        return list(session.execute(found).scalars())

    def delete_holds(self, session: Session, *, conversation_id: str | None = None, moving_id: str | None = None, keep: str = "") -> int:
        """Holds of a conversation, or for moving an appointment; their claims go with them."""
        of = Row.conversation_id == conversation_id if moving_id is None else Row.moving_id == moving_id
        ids = list(session.execute(select(Row.id).where(of, Row.status == "held", Row.id != keep)).scalars())
        if ids:
            session.execute(delete(SlotClaim).where(SlotClaim.appointment_id.in_(ids)))
            session.execute(delete(Row).where(Row.id.in_(ids)))
        return len(ids)

    # -- lists -------------------------------------------------------------------------------------------------------------------

    def upcoming(self, session: Session, contact_id: str, after: datetime) -> list[Row]:
        found = select(Row).where(Row.contact_id == contact_id, Row.status == "booked", Row.ends_at > after)
        return list(session.execute(found.order_by(Row.starts_at, Row.id)).scalars())

    def visits(self, session: Session, contact_id: str, before: datetime, most: int) -> list[Row]:
        found = select(Row).where(Row.contact_id == contact_id, Row.status.in_(("booked", "completed")), Row.ends_at <= before)
        return list(session.execute(found.order_by(Row.starts_at.desc(), Row.id).limit(most)).scalars())

    def between(
        self,
        session: Session,
        start: datetime | None,
        end: datetime | None,
        statuses: Sequence[str] = ("booked",),
        *,
        overlapping: bool = False,
    ) -> list[Row]:
        """Rows that start in [start, end), or that overlap it; by time."""
        found = select(Row).where(Row.status.in_(statuses))
        if start is not None:
            found = found.where(and_(Row.starts_at > start - _LONGEST, Row.ends_at > start) if overlapping else Row.starts_at >= start)
        if end is not None:
            found = found.where(Row.starts_at < end)
        return list(session.execute(found.order_by(Row.starts_at, Row.id)).scalars())

    def page(
        self,
        session: Session,
        *,
        start: datetime | None,
        end: datetime | None,
        statuses: Sequence[str],
        limit: int,
        after: tuple[datetime, str] | None,
        contact_id: str | None = None,
    ) -> list[Row]:
        """Up to `limit` rows that start in [start, end), by start and id; holds that have expired are not there."""
        found = select(Row).where(or_(Row.status != "held", Row.hold_expires_at > self._clock.now()))
        if statuses:
            found = found.where(Row.status.in_(statuses))
        if start is not None:
            found = found.where(Row.starts_at >= start)
        if end is not None:
            found = found.where(Row.starts_at < end)
        if contact_id is not None:
            found = found.where(Row.contact_id == contact_id)
        if after is not None:
            found = found.where(or_(Row.starts_at > after[0], and_(Row.starts_at == after[0], Row.id > after[1])))
        return list(session.execute(found.order_by(Row.starts_at, Row.id).limit(limit)).scalars())

    def starting(self, session: Session, starts_at: datetime) -> list[Row]:
        return list(session.execute(select(Row).where(Row.starts_at == starts_at, Row.status == "booked").order_by(Row.id)).scalars())

    def series(self, session: Session, series_id: str) -> list[Row]:
        return list(session.execute(select(Row).where(Row.series_id == series_id).order_by(Row.starts_at, Row.id)).scalars())

    def ending_after(self, session: Session, since: datetime, also: Sequence[str]) -> list[Row]:
        """Everything but holds that ends after `since`, and the rows named in `also`."""
        found = select(Row).where(Row.status != "held", or_(and_(Row.starts_at > since - _LONGEST, Row.ends_at > since), Row.id.in_(also)))
        return list(session.execute(found.order_by(Row.starts_at, Row.id)).scalars())

    def state(self, session: Session) -> tuple[object, ...]:
        """Differs after any change of any appointment."""
        return tuple(session.execute(select(func.count(Row.id), func.sum(Row.version), func.max(Row.updated_at))).one())

    # -- the rest ----------------------------------------------------------------------------------------------------------------

    def snapshot(self, session: Session, *, profile_hash: str, name: str, minutes: int, buffer_minutes: int, price: str | None) -> None:
        """Remember the service as it is now, once per version of it."""
        if session.execute(select(ServiceSnapshot.id).where(ServiceSnapshot.profile_hash == profile_hash)).first() is None:
            session.add(
                ServiceSnapshot(
                    profile_hash=profile_hash, name=name, minutes=minutes, buffer_minutes=buffer_minutes, price=price, at=self._clock.now()
                )
            )

    def record(self, session: Session, row: Row, zone: tzinfo) -> Appointment:
        contact = self._contacts.get(session, row.contact_id) if row.contact_id else None
        return Appointment(
            id=row.id,
            service=row.service,
            starts_at=row.starts_at.astimezone(zone),
            ends_at=row.ends_at.astimezone(zone),
            status=row.status,  # type: ignore[arg-type]
            contact_id=row.contact_id,
            name=self.name(session, row) or (contact.name if contact else None),
            phone=contact.phone if contact else None,
            source=row.source,  # type: ignore[arg-type]
            notes=self.notes(session, row),
            version=row.version,
            sequence=row.sequence,
            series_id=row.series_id,
            recurrence=row.recurrence,
            hold_expires_at=row.hold_expires_at.astimezone(zone) if row.hold_expires_at else None,
            text_consent=row.text_consent,
        )
