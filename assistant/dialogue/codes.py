"""One-time codes by text: proof that the number is really the caller's, for what caller ID alone may not open."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Literal

from assistant.domain.clock import Clock
from assistant.domain.errors import NotFound
from assistant.domain.ports import Messenger
from assistant.storage.access import Attempts
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.vault import Vault

Checked = Literal["ok", "wrong", "locked", "expired"]
DIGITS = 6
LIFE = timedelta(minutes=10)
TEXT = "Your code is {code}. It works for 10 minutes. Give it to nobody but the assistant you are talking to."


class TextedCodes:
    """Implements `CodeGate`. A code is a keyed hash of the conversation and the nonce: nothing is stored, and any process can check it.

    Five wrong ones lock the number's memory for a quarter of an hour, across conversations; so do five codes asked for and never
    entered, for otherwise somebody with a forged number could have texts sent to it all day.
    """

    def __init__(self, db: Database, vault: Vault, contacts: Contacts, clock: Clock, messenger: Messenger | None) -> None:
        self._db = db
        self._vault = vault
        self._contacts = contacts
        self._clock = clock
        self._messenger = messenger
        self._wrong = Attempts(db, clock, limit=5)
        self._sent = Attempts(db, clock, limit=5)

    async def send(self, *, contact_id: str, conversation_id: str, nonce: str) -> Literal["sent", "locked", "unreachable"]:
        if self._messenger is None:
            return "unreachable"
        code = await self._db.run(self._prepare, contact_id, conversation_id, nonce)
        if code is None or code == "locked":
            return "unreachable" if code is None else "locked"
        try:
            await self._messenger.send(
                contact_id=contact_id, body=TEXT.format(code=code), purpose="code", key=f"code:{conversation_id}:{nonce}",
                conversation_id=conversation_id,
            )  # fmt: skip
        except NotFound:
            return "unreachable"
        return "sent"

    async def check(self, code: str, *, contact_id: str, conversation_id: str, nonce: str, sent_at: datetime) -> Checked:
        return await self._db.run(self._check, code, contact_id, conversation_id, nonce, sent_at)

    def _prepare(self, contact_id: str, conversation_id: str, nonce: str) -> str | None:
        """The code to be sent; "locked", or None where no text can arrive."""
        if self._wrong.locked_until(_wrong(contact_id)) or self._sent.locked_until(_sent(contact_id)):
            return "locked"
        with self._db.read() as session:
            contact = self._contacts.get(session, contact_id)
        if contact is None or contact.phone is None or contact.opted_out:
            return None
        self._sent.failed(_sent(contact_id))
        return self._code(conversation_id, nonce)

    def _check(self, code: str, contact_id: str, conversation_id: str, nonce: str, sent_at: datetime) -> Checked:
        if self._wrong.locked_until(_wrong(contact_id)):
            return "locked"
        if self._clock.now() - sent_at > LIFE:
            return "expired"
        if hmac.compare_digest(code.strip().encode(), self._code(conversation_id, nonce).encode()):
            self._wrong.succeeded(_wrong(contact_id))
            self._sent.succeeded(_sent(contact_id))
            return "ok"
        return "locked" if self._wrong.failed(_wrong(contact_id)) else "wrong"

    def _code(self, conversation_id: str, nonce: str) -> str:
        with self._db.write() as session:
            digest = self._vault.blind(session, "code", f"{conversation_id}:{nonce}")
        return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def _wrong(contact_id: str) -> str:
    return f"code:{contact_id}"[:80]


def _sent(contact_id: str) -> str:
    return f"code-sent:{contact_id}"[:80]
