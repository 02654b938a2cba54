"""Picking one of the times that were offered: by number, by saying the time, "the first", "the later one", "either"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from assistant.dialogue.state import Wish
from assistant.domain.language import Understanding


@dataclass(frozen=True, slots=True)
class Choice:
    picked: int | None = None
    wants: Literal["earlier", "later", "neither", "more"] | None = None


def choose(heard: Understanding, wish: Wish, options: Sequence[datetime], zone: ZoneInfo) -> Choice:
    """What was picked of the options, if anything. A time that was said decides before a number that might be a time."""
    local = [option.astimezone(zone) for option in options]
    if not wish.empty:
        matches = [index for index, option in enumerate(local) if _fits(option, wish)]
        if len(matches) == 1 and (wish.at is not None or wish.day is not None):
            return Choice(picked=matches[0])
        if wish.at is not None or wish.day is not None:
            return Choice()
    value = heard.slots.get("choice")
    if value in ("earlier", "later", "neither"):
        return Choice(wants=value)
    if value == "any":
        return Choice(picked=0)
    if isinstance(value, int) and not isinstance(value, bool):
        index = value if value >= 0 else len(local) + value
        if 0 <= index < len(local):
            return Choice(picked=index)
    if len(local) == 1 and heard.slots.get("yes_no") == "yes":
        return Choice(picked=0)
    return Choice()


def _fits(option: datetime, wish: Wish) -> bool:
    if wish.day is not None and option.date() not in wish.days and wish.until is None:
        return False
    if wish.at is not None:
        return option.time() in (wish.at, wish.alt)
    return wish.day is not None and not wish.has_time and wish.until is None
