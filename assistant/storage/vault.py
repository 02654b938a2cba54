"""Field encryption: AES-256-GCM under a data key per subject, data keys wrapped by master keys, keyed hashes for look-up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import AssistantError
from assistant.storage.tables import DataKey

OWNER = "owner"
_VERSION = b"\x01"


class SealBroken(AssistantError):
    """A sealed value cannot be opened: its key is gone (erased), or the value was moved or changed."""

    code = "seal_broken"


@dataclass(frozen=True)
class MasterKey:
    """32 random bytes, named by a hash of themselves."""

    material: bytes

    @classmethod
    def generate(cls) -> MasterKey:
        return cls(secrets.token_bytes(32))

    @classmethod
    def from_text(cls, text: str) -> MasterKey:
        material = base64.urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
        if len(material) != 32:
            raise ValueError("an encryption key is 32 bytes in URL-safe base64 (44 characters)")
        return cls(material)

    @property
    def id(self) -> str:
        return hashlib.sha256(b"key-id" + self.material).hexdigest()[:16]

    def to_text(self) -> str:
        return base64.urlsafe_b64encode(self.material).decode()

    def derive(self, purpose: str) -> bytes:
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self.material)

    def __repr__(self) -> str:
        return f"MasterKey({self.id})"


class Vault:
    """Seals and opens the personal fields of one installation.

    `masters` come current first; older ones only unwrap; `reload` reads them again when a data key
    names one we do not know. The look-up key is a data key too (subject `lookup`), so hashes survive
    rotation. Opened data keys are cached in this process until `forget`.
    """

    def __init__(self, masters: Sequence[MasterKey], clock: Clock, *, reload: Callable[[], Sequence[MasterKey]] | None = None) -> None:
        if not masters:
            raise ValueError("a vault needs at least one master key")
        self._reload = reload
        self._use(masters)
        self._clock = clock
        self._keys: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def _use(self, masters: Sequence[MasterKey]) -> None:
        self._masters = tuple(masters)
        self._by_id = {master.id: master for master in masters}

    @property
    def current(self) -> MasterKey:
        return self._masters[0]

    # -- data keys ---------------------------------------------------------------------------------------------------------------

    def _wrap(self, subject: str, key: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + AESGCM(self.current.derive("wrap")).encrypt(nonce, key, subject.encode())

    def _unwrap(self, row: DataKey) -> bytes:
        if row.master_id not in self._by_id and self._reload is not None:
            self._use(self._reload())  # another process has rotated the keys
        master = self._by_id.get(row.master_id)
        if master is None:
            raise SealBroken(f"the master key {row.master_id} is not among ENCRYPTION_KEYS")
        try:
            return AESGCM(master.derive("wrap")).decrypt(row.wrapped[:12], row.wrapped[12:], row.subject.encode())
        except InvalidTag as error:
            raise SealBroken(f"data key of {row.subject} does not open") from error

    def _key(self, session: Session, subject: str, *, create: bool) -> bytes:
        with self._lock:
            known = self._keys.get(subject)
        if known is not None:
            return known
        # A key made in this transaction is not cached for others: until the commit it may still vanish with a rollback.
        fresh: dict[str, bytes] = session.info.setdefault("fresh_keys", {})
        if subject in fresh:
            return fresh[subject]
        row = session.get(DataKey, subject)
        if row is None:
            if not create:
                raise SealBroken(f"no data key for {subject}: erased or never made")
            row = self._make_key(session, subject)
            fresh[subject] = self._unwrap(row)
            return fresh[subject]
        key = self._unwrap(row)
        with self._lock:
            self._keys[subject] = key
        return key

    def _make_key(self, session: Session, subject: str) -> DataKey:
        fresh = DataKey(
            subject=subject, wrapped=self._wrap(subject, secrets.token_bytes(32)), master_id=self.current.id, created_at=self._clock.now()
        )
        try:
            with session.begin_nested():
                session.add(fresh)
        except IntegrityError:  # another process made it first
            return session.execute(select(DataKey).where(DataKey.subject == subject)).scalar_one()
        return fresh

    def forget(self, session: Session, subject: str) -> None:
        """Delete a subject's key: everything sealed under it is gone for good."""
        row = session.get(DataKey, subject)
        if row is not None:
            session.delete(row)
        with self._lock:
            self._keys.pop(subject, None)

    def drop_cache(self) -> None:
        """Forget opened data keys (the store was restored from a backup)."""
        with self._lock:
            self._keys.clear()

    def rewrap(self, session: Session, *, limit: int = 200) -> int:
        """Wrap up to `limit` data keys anew under the current master; returns how many. Safe to stop and repeat at any point."""
        rows = session.execute(select(DataKey).where(DataKey.master_id != self.current.id).limit(limit)).scalars().all()
        for row in rows:
            row.wrapped, row.master_id = self._wrap(row.subject, self._unwrap(row)), self.current.id
        return len(rows)

    # -- fields ------------------------------------------------------------------------------------------------------------------

    def seal_bytes(self, session: Session, subject: str | None, field: str, value: bytes) -> bytes:
        subject = subject or OWNER
        nonce = os.urandom(12)
        sealed = AESGCM(self._key(session, subject, create=True)).encrypt(nonce, value, f"{subject}|{field}".encode())
        return _VERSION + nonce + sealed

    def open_bytes(self, session: Session, subject: str | None, field: str, sealed: bytes) -> bytes:
        subject = subject or OWNER
        if sealed[:1] != _VERSION:
            raise SealBroken("unknown seal version")
        try:
            return AESGCM(self._key(session, subject, create=False)).decrypt(sealed[1:13], sealed[13:], f"{subject}|{field}".encode())
        except InvalidTag as error:
            raise SealBroken(f"{field} of {subject} does not open") from error

    def seal(self, session: Session, subject: str | None, field: str, text: str | None) -> bytes | None:
        """Seal a text under the subject's key (the owner's when None), bound to `field` so that values cannot be swapped."""
        return None if text is None else self.seal_bytes(session, subject, field, text.encode())

    def open(self, session: Session, subject: str | None, field: str, sealed: bytes | None) -> str | None:
        return None if sealed is None else self.open_bytes(session, subject, field, sealed).decode()

    def seal_json(self, session: Session, subject: str | None, field: str, value: Any) -> bytes | None:
        return None if value is None else self.seal_bytes(session, subject, field, json.dumps(value, ensure_ascii=False).encode())

    def open_json(self, session: Session, subject: str | None, field: str, sealed: bytes | None) -> Any:
        return None if sealed is None else json.loads(self.open_bytes(session, subject, field, sealed))

    def blind(self, session: Session, purpose: str, value: str | bytes) -> bytes:
        """A keyed hash: equal values look equal to us and to nobody without the key."""
        data = value.encode() if isinstance(value, str) else value
        key = self._key(session, "lookup", create=True)
        return hmac.new(key, purpose.encode() + b"|" + data, hashlib.sha256).digest()
