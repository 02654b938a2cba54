"""Facts that a caller agreed to have remembered: kept per person, told back on request, gone with the person."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.errors import InvalidInput, NotAllowed
from assistant.memory.words import STOP, plain, stem, words

MAX_FACTS = 30
MAX_CHARACTERS = 300
_ABOUT_ME = re.compile(r"\b(?:i|i'm|i've|i'd|my|mine|me|we|our|us)\b")


def recalled(question: str, facts: Sequence[str]) -> str | None:
    """The fact that a question about oneself asks for ("what's my dog called"), when it holds most of the question's words."""
    asked = _content(question)
    if not asked or not _ABOUT_ME.search(plain(question)):
        return None
    shares = [(len(asked & _content(fact)) / len(asked), -age, fact) for age, fact in enumerate(reversed(facts))]
    share, _, best = max(shares, default=(0.0, 0, ""))
    return best[:1].lower() + best[1:] if share >= 2 / 3 else None


def _content(text: str) -> set[str]:
    """The words that matter; unlike a search's terms without synonyms, for a cat is not a dog."""
    return {stem(word) for word in words(text) if word not in STOP}


class StoredFact(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


class FactShelf(Protocol):
    """Where facts are kept sealed (`assistant.storage.knowledge.FactStore`); synchronous."""

    def add(self, contact_id: str, text: str) -> StoredFact: ...

    def of(self, contact_id: str) -> Sequence[StoredFact]: ...

    def remove(self, contact_id: str, fact_id: str) -> None: ...

    def forget(self, contact_id: str) -> int: ...


class AgreedFacts:
    """Remembering needs a yes each time, and reading back needs proof of who asks: both are the caller's arguments to make."""

    def __init__(self, shelf: FactShelf) -> None:
        self._shelf = shelf

    async def remember(self, contact_id: str, text: str, *, agreed: bool) -> StoredFact:
        """Store one fact; the same words twice are one fact."""
        if not agreed:
            raise NotAllowed("a fact is only remembered with consent", code="no_consent")
        text = " ".join(text.split())
        if not text or len(text) > MAX_CHARACTERS:
            raise InvalidInput(f"a fact has 1 to {MAX_CHARACTERS} characters")
        known = await asyncio.to_thread(self._shelf.of, contact_id)
        same = next((fact for fact in known if fact.text.casefold() == text.casefold()), None)
        if same is not None:
            return same
        if len(known) >= MAX_FACTS:
            raise InvalidInput(f"at most {MAX_FACTS} facts are remembered of one person", code="too_many_facts")
        return await asyncio.to_thread(self._shelf.add, contact_id, text)

    async def of(self, contact_id: str, *, proven: bool) -> Sequence[StoredFact]:
        if not proven:
            raise NotAllowed("what is remembered is told only to the person themselves", code="not_proven")
        return await asyncio.to_thread(self._shelf.of, contact_id)

    async def forget(self, contact_id: str, fact_id: str | None = None) -> int:
        """Forget one fact, or all of them; returns how many."""
        if fact_id is None:
            return await asyncio.to_thread(self._shelf.forget, contact_id)
        await asyncio.to_thread(self._shelf.remove, contact_id, fact_id)
        return 1
