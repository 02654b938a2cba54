"""People: one identity a phone number, the same by call and by text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.ids import new_id
from assistant.storage.tables import Contact
from assistant.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class ContactRecord:
    id: str
    name: str | None
    phone: str | None
    email: str | None
    timezone: str | None
    opted_out: bool
    created_at: datetime


class Contacts:
    """Repository of contacts; every method takes the session of the caller's transaction."""

    def __init__(self, vault: Vault, clock: Clock, *, on_name: Callable[[str], None] = lambda name: None) -> None:
        self._vault = vault
        self._clock = clock
        self._on_name = on_name  # hears every name that is stored, so that logs can mask it

    def for_phone(self, session: Session, phone: str) -> ContactRecord:
        """The contact with this E.164 number, made if it is new."""
        found = self.find_phone(session, phone)
        if found is not None:
            return found
        now = self._clock.now()
        row = Contact(id=new_id("con", now), phone_hash=self._vault.blind(session, "phone", phone), created_at=now, updated_at=now)
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
                row.phone_sealed = self._vault.seal(session, row.id, "phone", phone)
        except IntegrityError:  # another process met this number first
            found = self.find_phone(session, phone)
            if found is None:
                raise
            return found
        return self.record(session, row)

    def nameless(self, session: Session) -> ContactRecord:
        """A contact for somebody whose number is withheld."""
        now = self._clock.now()
        row = Contact(id=new_id("con", now), created_at=now, updated_at=now)
        session.add(row)
        session.flush()
        return self.record(session, row)

    def find_phone(self, session: Session, phone: str) -> ContactRecord | None:
        row = session.execute(select(Contact).where(Contact.phone_hash == self._vault.blind(session, "phone", phone))).scalar_one_or_none()
        return None if row is None else self.record(session, row)

    def get(self, session: Session, contact_id: str) -> ContactRecord | None:
        row = session.get(Contact, contact_id)
        return None if row is None else self.record(session, row)

    def set_name(self, session: Session, contact_id: str, name: str) -> None:
        self._on_name(name)
        row = session.get_one(Contact, contact_id)
        row.name_sealed, row.updated_at = self._vault.seal(session, contact_id, "name", name), self._clock.now()

    def set_email(self, session: Session, contact_id: str, email: str) -> None:
        row = session.get_one(Contact, contact_id)
        row.email_sealed, row.updated_at = self._vault.seal(session, contact_id, "email", email), self._clock.now()

    def set_phone(self, session: Session, contact_id: str, phone: str) -> bool:
        """Give a nameless contact its number; False when another contact has it already."""
        if self.find_phone(session, phone) is not None:
            return False
        row = session.get_one(Contact, contact_id)
        row.phone_hash, row.phone_sealed = self._vault.blind(session, "phone", phone), self._vault.seal(session, contact_id, "phone", phone)
        row.updated_at = self._clock.now()
        return True

    def set_opted_out(self, session: Session, contact_id: str, opted_out: bool) -> None:
        row = session.get_one(Contact, contact_id)
        row.opted_out_at = self._clock.now() if opted_out else None

    def erase(self, session: Session, contact_id: str) -> bool:
        """Delete the person and their key; rows of theirs go by cascade."""
        row = session.get(Contact, contact_id)
        if row is None:
            return False
        session.delete(row)
        self._vault.forget(session, contact_id)
        return True

    def record(self, session: Session, row: Contact) -> ContactRecord:
        def opened(field: str, sealed: bytes | None) -> str | None:
            return self._vault.open(session, row.id, field, sealed)

        return ContactRecord(
            id=row.id,
            name=opened("name", row.name_sealed),
            phone=opened("phone", row.phone_sealed),
            email=opened("email", row.email_sealed),
            timezone=row.timezone,
            opted_out=row.opted_out_at is not None,
            created_at=row.created_at,
        )
