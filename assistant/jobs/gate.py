"""Who may be sent what, and when. Whatever is not clearly allowed stays here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.ports import ProfileSource
from assistant.storage.access import ConsentLedger
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.outbox import OutboxWork
from assistant.storage.tables import Appointment, Call
from assistant.telephony.sms.quiet import next_allowed, zones_of

QuietHours = Callable[[], tuple[time, time] | None]
#: Answers to what somebody has just written, said or asked for; one text after a dropped call counts as one.
_ANSWERS = frozenset({"reply", "code", "follow_up", "urgent"})
#: A confirmation this soon after it was queued answers the booking; later it is something that we start.
_PROMPT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`until` goes with `wait`, `reason` with `wait` and `drop`."""

    what: Literal["send", "wait", "drop"]
    reason: str = ""
    until: datetime | None = None


SEND = Verdict("send")


class Gate:
    """Opt-out, consent, the appointment itself, and quiet hours in the recipient's zone; asked right before every sending."""

    def __init__(
        self, db: Database, contacts: Contacts, consents: ConsentLedger, clock: Clock, profile: ProfileSource, quiet: QuietHours
    ) -> None:
        self._db = db
        self._contacts = contacts
        self._consents = consents
        self._clock = clock
        self._profile = profile
        self._quiet = quiet

    def decide(self, work: OutboxWork) -> Verdict:
        now = self._clock.now()
        if work.expires_at is not None and work.expires_at <= now:
            return Verdict("drop", "too_late")
        with self._db.read() as session:
            contact = self._contacts.get(session, work.contact_id) if work.contact_id else None
            if work.contact_id and contact is None:
                return Verdict("drop", "contact_gone")
            if contact is not None and contact.opted_out:
                return Verdict("drop", "opted_out")
            if work.purpose == "follow_up" and self._called_back(session, work):
                return Verdict("drop", "called_back")
            if work.purpose in _ANSWERS:
                return SEND
            if work.purpose in ("confirmation", "reminder"):
                refused = self._appointment(session, work, now)
                if refused is not None:
                    return refused
            elif work.purpose != "owner":
                return Verdict("drop", "unknown_purpose")
        if work.purpose == "confirmation" and now - work.created_at <= _PROMPT:
            return SEND
        zones = zones_of(work.to, own=contact.timezone if contact else None, business=self._profile().timezone)
        allowed = next_allowed(now, zones, self._quiet())
        if allowed == now:
            return SEND
        if allowed is None or (work.expires_at is not None and allowed >= work.expires_at):
            return Verdict("drop", "quiet_hours")
        return Verdict("wait", "quiet_hours", allowed)

    @staticmethod
    def _called_back(session: Session, work: OutboxWork) -> bool:
        """Whoever was cut off and has called again needs no text."""
        again = select(Call.id).where(Call.contact_id == work.contact_id, Call.direction == "inbound", Call.started_at > work.created_at)
        return session.execute(again.limit(1)).first() is not None

    def _appointment(self, session: Session, work: OutboxWork, now: datetime) -> Verdict | None:
        appointment = session.get(Appointment, work.appointment_id) if work.appointment_id else None
        if appointment is None:
            return Verdict("drop", "appointment_gone")
        if work.purpose == "reminder" and (appointment.status != "booked" or appointment.starts_at <= now):
            return Verdict("drop", "appointment_changed")
        if not appointment.text_consent and not self._consents.granted(session, work.contact_id, "texts"):
            return Verdict("drop", "no_consent")
        return None
