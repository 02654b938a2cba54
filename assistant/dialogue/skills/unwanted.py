"""Times that are no wish: those told of what has been, and those ruled out ("any day but Friday"), kept while times are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from assistant.dialogue.collectors import when
from assistant.dialogue.state import Wish
from assistant.dialogue.turn import Turn
from assistant.dialogue.wording import speak
from assistant.domain.appointments import Unwanted
from assistant.domain.language import TimeValue
from assistant.language.refusals import turned_down
from assistant.language.times.rule import CODES
from assistant.language.told import told_of

_WEEKDAY = re.compile(r"\b(?:" + "|".join(speak.WEEKDAYS) + r")s?\b", re.IGNORECASE)
#: "this Friday", "Friday the 5th", "next Friday": that day and no other
_ONE_DAY = re.compile(r"\d|\b(?:this|next|coming|of)\b|\b\w+(?:st|nd|rd|th)\b", re.IGNORECASE)
_PARTS = {"morning": Unwanted(before=time(12)), "afternoon": Unwanted(after=time(12), before=time(17)), "evening": Unwanted(after=time(17))}
_BYDAY = re.compile(r"BYDAY=([A-Z,]+)")
#: most that is kept; who rules out more than that is asked what suits them instead
MOST = 12


def wanted_times(turn: Turn) -> list[TimeValue]:
    """The times in the words at which somebody may want to come: not turned down, and not told of what has been."""
    others = turned_down(turn.text, turn.heard.times) | told_of(turn.text, turn.heard.times)
    return [value for index, value in enumerate(turn.heard.times) if index not in others]


def told_times(turn: Turn) -> list[TimeValue]:
    """The times in the words that tell of what has been: "my crown came off on Saturday"."""
    return [turn.heard.times[index] for index in sorted(told_of(turn.text, turn.heard.times))]


def ruled_out(turn: Turn) -> tuple[Unwanted, ...]:
    """The times that these words turn down and that are still to come."""
    refused = turned_down(turn.text, turn.heard.times) - told_of(turn.text, turn.heard.times)
    found: list[Unwanted] = []
    for index in sorted(refused):
        found += _of(turn.heard.times[index], turn.context.zone, turn.context.local)
    return tuple(item for item in found if item.last is None or item.last > turn.context.today)


def add(known: tuple[Unwanted, ...], more: tuple[Unwanted, ...]) -> tuple[Unwanted, ...]:
    """Both, each once, the latest kept."""
    return tuple(dict.fromkeys((*known, *more)))[-MOST:]


def just_these(moments: Sequence[datetime], zone: ZoneInfo, around: timedelta = timedelta()) -> tuple[Unwanted, ...]:
    """Single moments, such as those that have been offered already, with so much before and after them on their day."""
    result = []
    for at in (moment.astimezone(zone) for moment in moments):
        first, last = at - around, at + around
        after = first.time() if first.date() == at.date() else None
        before = _later(last.time()) if last.date() == at.date() else None
        result.append(Unwanted(first=at.date(), last=at.date() + timedelta(days=1), after=after, before=before))
    return tuple(result)


def still(unwanted: tuple[Unwanted, ...], wish: Wish) -> tuple[Unwanted, ...]:
    """What stays ruled out once somebody asks for this: "all right, Friday then" takes back "not on Friday"."""
    if wish.day is None or wish.until is not None:
        return unwanted
    hours = {wish.at or wish.after or time(12), wish.alt or wish.at or wish.after or time(12)}
    moments = [datetime.combine(wish.day, hour) for hour in hours]

    def taken_back(item: Unwanted) -> bool:
        whole_days = item.after is None and item.before is None
        return (whole_days or wish.at is not None) and any(item.rules_out(moment) for moment in moments)

    return tuple(item for item in unwanted if not taken_back(item))


def _of(value: TimeValue, zone: ZoneInfo, now: datetime) -> Iterator[Unwanted]:
    part = next((bounds for name, bounds in _PARTS.items() if name in value.text.lower()), Unwanted())
    named = _BYDAY.search(value.recurrence or "")
    if named is not None:  # "Mondays", "Friday afternoons"
        for code in named[1].split(","):
            yield replace(part, weekday=CODES.index(code))
        return
    wish = when.wish_of(value, zone, now)
    hours = part if part != Unwanted() else Unwanted(after=wish.after, before=wish.before)
    if wish.at is not None:
        for moment in {wish.at, wish.alt or wish.at}:
            yield replace(_on(value, wish), after=moment, before=_later(moment))
        return
    if value.kind == "interval" and value.start is None and wish.day is not None and wish.before is None:
        yield Unwanted(last=wish.until or wish.day)  # "I'm away until the 5th"
    elif wish.day is not None or hours != Unwanted():
        day = _on(value, wish)
        yield replace(day, after=hours.after, before=hours.before)


def _on(value: TimeValue, wish: Wish) -> Unwanted:
    """The days of a wish: every such weekday where only its name was said."""
    if wish.day is None:
        return Unwanted()
    if wish.until is None and _WEEKDAY.search(value.text) and not _ONE_DAY.search(_WEEKDAY.sub("", value.text)):
        return Unwanted(weekday=wish.day.weekday())
    return Unwanted(first=wish.day, last=wish.until or wish.day + timedelta(days=1))


def _later(moment: time) -> time | None:
    """The minute after; None at the end of the day."""
    minutes = moment.hour * 60 + moment.minute + 1
    return time(minutes // 60, minutes % 60) if minutes < 1440 else None
