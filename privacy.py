"""Privacy: what is masked, which keys there are, and one person's right to see and to be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import DeclarativeBase

from assistant.domain.clock import Clock
from assistant.domain.errors import NotFound
from assistant.language.pii import Redaction, Redactor
from assistant.storage import tables
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.keyring import Keyring
from assistant.storage.vault import MasterKey, SealBroken, Vault

_redactor = Redactor()


def redact(text: str) -> Redaction:
    """Mask personal data; `restore` on the result puts it back.

    Masked are kinds that have a form (numbers, addresses of all sorts), names that the store knows, and the people and places that a small
    tagger reads out of the sentence. What is masked too much only costs words; what is masked too little leaves the machine.
    """
    return _redactor.redact(text)


def redact_text(text: str) -> str:
    """The masked text alone, for log lines.

    They are made of words that look like names to the tagger (`Kafka`, `DirectML`), and a log that hides what broke is of no use. So here
    only those names and places count that the tagger is sure of and that its lists hold; forms and known names are masked as everywhere.
    """
    return _redactor.redact(text, technical=True).text


def spare(phrases: Sequence[str]) -> None:
    """What is public although it reads like a name, from now on: the business and its services."""
    _redactor.spare(phrases)


def know_names(names: Sequence[str]) -> None:
    """Names to mask in logs and events from now on."""
    _redactor.know(names)


#: what belongs to a contact, with the sealed fields that an export opens: table -> {column: field name in the seal}
_PERSONAL: tuple[tuple[type[DeclarativeBase], dict[str, str]], ...] = (
    (tables.Conversation, {"summary_sealed": "summary"}),
    (tables.Turn, {"text_sealed": "text", "heard_sealed": "heard"}),
    (tables.Call, {}),
    (tables.Message, {"body_sealed": "body"}),
    (tables.Appointment, {"name_sealed": "name", "notes_sealed": "notes"}),
    (tables.Note, {"text_sealed": "text"}),
    (tables.MemoryFact, {"text_sealed": "text"}),
    (tables.Consent, {"evidence_sealed": "evidence"}),
    (tables.Media, {}),
    (tables.Reminder, {}),
    (tables.Task, {"title_sealed": "title"}),
)


class Privacy:
    """Keys, export and erasure over one store."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        contacts: Contacts,
        clock: Clock,
        *,
        on_erased: Sequence[Callable[[str], None]] = (),
    ) -> None:
        self._db = db
        self._vault = vault
        self._contacts = contacts
        self._clock = clock
        self._on_erased = tuple(on_erased)

    def learn_names(self) -> int:
        """Teach the redactor every name in the store (at start)."""
        with self._db.read() as session:
            rows = session.execute(select(tables.Contact.id, tables.Contact.name_sealed).where(tables.Contact.name_sealed.is_not(None)))
            names = [self._vault.open(session, contact, "name", sealed) or "" for contact, sealed in rows]
        know_names(names)
        return len(names)

    async def export(self, contact_id: str) -> Mapping[str, Any]:
        """Everything about one person, readable."""
        return await self._db.run(self._export, contact_id)

    def _export(self, contact_id: str) -> Mapping[str, Any]:
        with self._db.write() as session:
            contact = self._contacts.get(session, contact_id)
            if contact is None:
                raise NotFound("there is no such contact")
            data: dict[str, Any] = {
                "contact": {
                    "id": contact.id,
                    "name": contact.name,
                    "phone": contact.phone,
                    "email": contact.email,
                    "created_at": contact.created_at.isoformat(),
                }
            }
            for table, sealed in _PERSONAL:
                column = table.__table__.c.contact_id
                rows = session.execute(select(table).where(column == contact_id)).scalars().all()
                data[table.__tablename__] = [self._readable(session, contact_id, row, sealed) for row in rows]
            session.add(tables.AuditEntry(action="export", actor="owner", subject=contact_id, at=self._clock.now()))
            return data

    def _readable(self, session: Any, contact_id: str, row: Any, sealed: Mapping[str, str]) -> dict[str, Any]:
        item: dict[str, Any] = {}
        for column in row.__table__.c:
            value = getattr(row, column.name)
            if column.name in sealed:
                try:
                    item[sealed[column.name]] = self._vault.open(session, contact_id, sealed[column.name], value)
                except SealBroken:
                    item[sealed[column.name]] = None
            elif not isinstance(value, bytes) and column.name != "contact_id":
                item[column.name] = value.isoformat() if hasattr(value, "isoformat") else value
        return item

    async def erase(self, contact_id: str, *, actor: str) -> bool:
        """Delete a person: their key first of all, then every row; what stays in the audit is that it happened."""

        def work() -> bool:
            with self._db.write() as session:
                session.execute(delete(tables.Turn).where(tables.Turn.contact_id == contact_id))
                done = self._contacts.erase(session, contact_id)
                if done:
                    session.add(tables.AuditEntry(action="erasure", actor=actor[:40], subject=contact_id, at=self._clock.now()))
                return done

        done = await self._db.run(work)
        if done:
            for listener in self._on_erased:
                listener(contact_id)
        return done


def rotate_keys(db: Database, keyring: Keyring, vault_of: Callable[[Sequence[MasterKey]], Vault], *, fresh: bool = True) -> tuple[str, int]:
    """A new master key (`fresh`), then every data key wrapped under it; (id of the current key, how many were wrapped).

    Killed at any point nothing is lost: the key file holds the old keys too, and running this again goes on where it stopped.
    """
    masters = keyring.load()
    if fresh and keyring.managed and not _pending(db, masters[0]):
        keyring.add()
        masters = keyring.load()
    vault = vault_of(masters)
    total = 0
    while True:
        with db.write() as session:
            count = vault.rewrap(session)
        total += count
        if count == 0:
            return masters[0].id, total


def _pending(db: Database, current: MasterKey) -> bool:
    """Whether an earlier rotation stopped half way: some keys under the current master and some not."""
    with db.read() as session:
        ids = set(session.execute(select(tables.DataKey.master_id).distinct()).scalars())
    return len(ids) > 1 and current.id in ids
