"""Text to meaning: intent, slots, times and acts in milliseconds, by rules and a small classifier, without a language model."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assistant.domain.business import BusinessProfile, Service
from assistant.domain.embedding import Embedder
from assistant.domain.errors import EngineFailed
from assistant.domain.language import TimeValue, Understanding, UnderstandingContext
from assistant.engines.embed import load_minilm
from assistant.language.classifier import IntentClassifier
from assistant.language.text import clean
from assistant.language.times import resolve
from assistant.language.understanding import Reader, Reading


class NLUSettings(Protocol):
    """What understanding reads of the settings."""

    @property
    def models_dir(self) -> Path: ...


ProfileSource = Callable[[], BusinessProfile | None]


class NLUEngine:
    """`NLUEngine(settings)` is enough: without the embedding model the n-gram classifier and the rules work alone.

    `profile` is asked at every utterance, so that an edited business file counts at once. `embedder` replaces the local model.
    """

    def __init__(self, settings: NLUSettings, *, profile: ProfileSource | None = None, embedder: Embedder | None = None) -> None:
        self._settings = settings
        self._profile = profile
        self._given = embedder
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self._problem: str | None = None

    async def start(self) -> None:
        """Loads the weights and runs one sentence through them, off the event loop. Not needed, only kinder to the first caller."""
        await asyncio.to_thread(self.warm)

    def warm(self) -> None:
        self.understand(
            "hello, I'd like to book an appointment for Tuesday at three", now=datetime(2026, 1, 5, 12, tzinfo=UTC), timezone="UTC"
        )

    @property
    def engine(self) -> str:
        """Which classifier is at work: "minilm+ngrams" or "ngrams" (the model is not there, or damaged)."""
        return "minilm+ngrams" if self._ready().classifier.uses_vectors else "ngrams"

    @property
    def problem(self) -> str | None:
        """Why the embedding model is not used, for `doctor`; None when all is well."""
        if self._ready().classifier.uses_vectors:
            return None
        return self._problem or "the embedding model is not downloaded"

    def understand(self, text: str, *, now: datetime, timezone: str, context: UnderstandingContext | None = None) -> Understanding:
        """What these words mean. Synchronous, a few milliseconds, never raises for anything said."""
        profile = self._profile() if self._profile is not None else None
        services: tuple[Service, ...] = profile.services if profile else ()
        country = profile.country if profile else "US"
        reader = self._ready()
        cleaned = clean(text)
        reference = _local(now, timezone)
        reading = reader.read(
            cleaned, context or UnderstandingContext(), services=services, country=country, times=_times(cleaned, reference, country)
        )
        return _as_understanding(reading)

    def _ready(self) -> Reader:
        with self._lock:
            if self._reader is None:
                embedder = self._given
                if embedder is None:
                    try:
                        embedder = load_minilm(Path(self._settings.models_dir) / "minilm")
                    except EngineFailed as error:  # a damaged download must not silence the line; doctor reports it
                        self._problem = error.detail
                self._reader = Reader(IntentClassifier(embedder=embedder))
            return self._reader


def _local(now: datetime, timezone: str) -> datetime:
    """The reference in the caller's zone; an unknown zone is read as the one `now` came in."""
    aware = now if now.tzinfo is not None else now.replace(tzinfo=UTC)
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return aware
    return now.replace(tzinfo=zone) if now.tzinfo is None else aware.astimezone(zone)


def _times(text: str, reference: datetime, country: str) -> Callable[[str], tuple[TimeValue, ...]]:
    """Resolves times of the utterance or of an option, each text once."""
    known: dict[str, tuple[TimeValue, ...]] = {}

    def find(words: str) -> tuple[TimeValue, ...]:
        if words not in known:
            known[words] = tuple(resolve(words, reference, country=country))
        return known[words]

    return find


def _as_understanding(reading: Reading) -> Understanding:
    slots: dict[str, Any] = {key: value for key, value in reading.slots.items() if value is not None}
    return Understanding(reading.intent, round(reading.confidence, 4), slots, reading.times, reading.also, reading.acts, reading.source)
