"""When do they mean: dates, times, intervals, durations and recurrences in what a caller said."""

from __future__ import annotations

from datetime import datetime

from assistant.domain.language import TimeValue
from assistant.language.times.festivals import load_calendars
from assistant.language.times.grammar import read


def resolve(text: str, reference: datetime, *, country: str = "US") -> list[TimeValue]:
    """The times a text means, the one it asks for first; deterministic, never raises on any text.

    A naive reference gives naive results; an aware one gives results in its zone. What is ambiguous carries its other
    readings in `candidates`.
    """
    return read(text, reference, country)


def warm() -> None:
    """Load the lunar calendars (some tens of milliseconds), so that no caller waits for them."""
    load_calendars()


__all__ = ["resolve", "warm"]
