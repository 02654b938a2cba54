"""What people agreed to have remembered, and the consent that goes with it: kept together, told on proof, forgotten together."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain.clock import Clock
from assistant.domain.ports import RememberedFact
from assistant.memory.agreed import AgreedFacts
from assistant.storage.access import ConsentLedger
from assistant.storage.database import Database
from assistant.storage.knowledge import FactStore
from assistant.storage.vault import Vault


class Remembering:
    """Implements `PersonalMemory` over the store; facts and evidence are sealed under the person's own key."""

    def __init__(self, db: Database, vault: Vault, clock: Clock) -> None:
        self._db = db
        self._facts = AgreedFacts(FactStore(db, vault, clock))
        self._ledger = ConsentLedger(vault, clock)

    async def remember(self, contact_id: str, text: str, *, asked: str, answered: str, source: str) -> RememberedFact:
        # The consent first: a fact without one must not exist, a consent without its fact harms nobody.
        await self._db.run(self._consent, contact_id, True, source, f"{asked} {answered}")
        fact = await self._facts.remember(contact_id, text, agreed=True)
        return RememberedFact(fact.id, fact.text)

    async def of(self, contact_id: str, *, proven: bool) -> Sequence[RememberedFact]:
        return [RememberedFact(fact.id, fact.text) for fact in await self._facts.of(contact_id, proven=proven)]

    async def forget(self, contact_id: str, fact_id: str | None = None, *, source: str) -> int:
        gone = await self._facts.forget(contact_id, fact_id)
        if fact_id is None:
            await self._db.run(self._consent, contact_id, False, source, "forget everything")
        return gone

    def _consent(self, contact_id: str, granted: bool, source: str, evidence: str) -> None:
        with self._db.write() as session:
            self._ledger.record(session, contact_id, "memory", granted, source=source, evidence=evidence)
