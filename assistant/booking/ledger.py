"""The parts of one change of the calendar; everything here happens inside the caller's transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import phonenumbers
from sqlalchemy.orm import Session

from assistant.booking.rules import BookingRules
from assistant.domain.appointments import Actor, Appointment
from assistant.domain.business import Service
from assistant.domain.clock import Clock
from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.scheduling.grid import from_minutes, to_minutes, units
from assistant.scheduling.hours import OpeningHours
from assistant.scheduling.recurrence import occurrences
from assistant.storage.appointments import AppointmentRows
from assistant.storage.contacts import Contacts
from assistant.storage.reminders import ReminderRows
from assistant.storage.tables import Appointment as Row

#: How long after the owner's change the person is told of it.
LETTERS_AFTER = timedelta(minutes=15)
_MAX_SERIES = 120
#: What a booking may become by the owner's word.
_STATUS_CHANGES: dict[str, frozenset[str]] = {
    "booked": frozenset({"completed", "no_show", "cancelled"}),
    "completed": frozenset({"booked", "no_show"}),
    "no_show": frozenset({"booked", "completed"}),
}


class Ledger:
    """Books, moves and cancels rows with all that hangs on them: claims, reminders, history, news and letters.

    News (live events) and letters (texts to people) are only collected, in `session.info`, to go out once the change stands.
    """

    def __init__(self, rules: BookingRules, rows: AppointmentRows, reminders: ReminderRows, contacts: Contacts, clock: Clock) -> None:
        self._rules = rules
        self._rows = rows
        self._reminders = reminders
        self._contacts = contacts
        self._clock = clock

    def get(self, session: Session, appointment_id: str) -> Row:
        row = self._rows.get(session, appointment_id)
        if row is None:
            raise NotFound("no such appointment")
        return row

    def changeable(self, session: Session, appointment_id: str, version: int | None) -> Row:
        row = self.get(session, appointment_id)
        self.expect_version(row, version)
        if row.status != "booked":
            raise Conflict(f"the appointment is {row.status}", code=row.status)
        return row

    def expect_version(self, row: Row, version: int | None) -> None:
        if version is not None and version != row.version:
            raise Conflict(f"version {version} is not the current one", code="version_conflict")

    def units(self, row: Row) -> Sequence[datetime]:
        start = to_minutes(row.starts_at)
        return [from_minutes(unit) for unit in units(start, start + row.minutes + row.buffer_minutes)]

    def claim(self, session: Session, row: Row, hours: OpeningHours, *, ignoring: str | None = None) -> None:
        self._rows.claim(session, row, self.units(row), parallel=hours.profile.booking.parallel, ignoring=ignoring)

    def booked(self, session: Session, row: Row, hours: OpeningHours, actor: Actor) -> None:
        self.remind(session, row, hours)
        service = hours.profile.service(row.service)
        if service is not None:
            terms = f"{service.name}|{service.minutes}|{service.buffer_minutes}|{service.price}"
            self._rows.snapshot(
                session,
                profile_hash=hashlib.sha256(terms.encode()).hexdigest(),
                name=service.name,
                minutes=service.minutes,
                buffer_minutes=service.buffer_minutes,
                price=service.price,
            )
        self._rows.touch(session, row, "booked", actor, None, facts(row))
        self.news(session, "appointment.booked", row, facts(row))

    def remind(self, session: Session, row: Row, hours: OpeningHours) -> None:
        """The reminder row as it should be now: one if texts are agreed to and its time is still to come, else none."""
        before = hours.profile.booking.reminder_hours_before
        wanted = row.text_consent and row.status == "booked" and before > 0 and row.contact_id is not None
        due_at = row.starts_at - timedelta(hours=before) if wanted else None
        self._reminders.set(session, due_at, appointment_id=row.id, contact_id=row.contact_id)

    def move(self, session: Session, row: Row, hours: OpeningHours, starts_at: datetime, actor: Actor) -> None:
        if starts_at == row.starts_at:
            return
        self.replace(session, row, hours, starts_at, row.service, row.minutes, row.buffer_minutes, actor, "moved")

    def change_service(
        self, session: Session, row: Row, hours: OpeningHours, service: Service, actor: Actor, starts_at: datetime | None = None
    ) -> None:
        at = starts_at or row.starts_at
        self.replace(session, row, hours, at, service.name, service.minutes, service.buffer_minutes, actor, "service_changed")

    def replace(
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
        before, was = facts(row), row.starts_at
        self._rows.delete_holds(session, moving_id=row.id)
        if by_rule:
            self._rules.insist(self._rules.refusal(session, hours, minutes, buffer_minutes, starts_at, row.id))
        row.starts_at, row.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
        row.service, row.minutes, row.buffer_minutes = service, minutes, buffer_minutes
        row.timezone = hours.profile.timezone
        row.version, row.sequence = row.version + 1, row.sequence + 1
        self.claim(session, row, hours)
        self.remind(session, row, hours)
        self._rows.touch(session, row, kind, actor, before, facts(row))
        self.news(session, "appointment.moved", row, facts(row))
        if row.starts_at != was:
            self._reminders.cancel_texts(session, row.id)
            self.letter(session, row, actor, f"was moved from {written(was, hours)} to {written(starts_at, hours)}.")

    def cancel(self, session: Session, row: Row, actor: Actor) -> None:
        before = facts(row)
        self._rows.free(session, row.id)
        self._rows.delete_holds(session, moving_id=row.id)
        row.status, row.hold_expires_at = "cancelled", None
        row.version, row.sequence = row.version + 1, row.sequence + 1
        self._reminders.set(session, None, appointment_id=row.id)
        self._reminders.cancel_texts(session, row.id)
        self._rows.touch(session, row, "cancelled", actor, before, facts(row))
        self.news(session, "appointment.cancelled", row, facts(row))
        self.letter(
            session, row, actor, f"on {written(row.starts_at, self._rules.hours())} was cancelled. Write or call us for another time."
        )

    def letter(self, session: Session, row: Row, actor: Actor, news: str) -> None:
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
            "body": f"{self._rules.hours().profile.name}: your {row.service} {news}",
            "key": f"changed:{row.id}:{row.sequence}",
            "appointment_id": row.id,
        }
        session.info.setdefault("calendar_letters", []).append(letter)

    def set_status(self, session: Session, row: Row, status: str, actor: Actor) -> None:
        if status == row.status:
            return
        if status not in _STATUS_CHANGES.get(row.status, frozenset()):
            raise Conflict(f"{row.status} cannot become {status}", code="status_change")
        if status == "cancelled":
            self.cancel(session, row, actor)
            return
        before = facts(row)
        row.status = status
        row.version += 1
        if status != "booked":
            self._reminders.set(session, None, appointment_id=row.id)
        self._rows.touch(session, row, status, actor, before, facts(row))
        self.news(session, f"appointment.{status}", row, facts(row))

    def repeat(self, session: Session, first: Row, hours: OpeningHours, rule: str, *, name: str | None, notes: str | None) -> None:
        """Book the later dates of a series, each on its own; what cannot be had is written into the first one's history."""
        first.recurrence, first.series_id = rule, first.id
        refused: list[dict[str, str]] = []
        horizon = from_minutes(self._rules.latest(hours))
        for starts_at in occurrences(rule, first.starts_at.astimezone(hours.zone), until=horizon, limit=_MAX_SERIES)[1:]:
            refusal = self._rules.refusal(session, hours, first.minutes, first.buffer_minutes, starts_at, None)
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
            self.claim(session, row, hours)
            self.booked(session, row, hours, "system")
        self._rows.touch(session, first, "series", "system", None, {"rule": rule, "refused": refused})

    def record(self, session: Session, row: Row, hours: OpeningHours) -> Appointment:
        return self._rows.record(session, row, hours.zone)

    def phone(self, phone: str | None, country: str) -> str | None:
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

    def news(self, session: Session, kind: str, row: Row | None, data: Mapping[str, Any]) -> None:
        about = {"id": row.id, **data} if row is not None else dict(data)
        session.info.setdefault("calendar_news", []).append((kind, row.conversation_id if row is not None else None, about))


def facts(row: Row) -> dict[str, Any]:
    """What a history line and a live event may say: nothing personal."""
    return {"status": row.status, "service": row.service, "starts_at": row.starts_at.astimezone(UTC).isoformat(), "minutes": row.minutes}


def written(moment: datetime, hours: OpeningHours) -> str:
    local = moment.astimezone(hours.zone)
    return f"{local:%a %b} {local.day}, {local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"
