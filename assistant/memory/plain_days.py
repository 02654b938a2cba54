"""The few days that every question about opening hours may name, for when no time grammar is given."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from assistant.domain.language import TimeValue

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def plain_days(text: str, now: datetime) -> list[TimeValue]:
    """Today, tomorrow, the weekend and weekday names; a plural name is a habit."""
    lowered = text.casefold()
    today = now.date()
    if re.search(r"\btomorrow\b", lowered):
        return [_date(today + timedelta(days=1))]
    if re.search(r"\b(?:today|tonight)\b", lowered):
        return [_date(today)]
    if re.search(r"\bweekends\b", lowered):
        return [TimeValue("recurring", recurrence="FREQ=WEEKLY;BYDAY=SA,SU")]
    if re.search(r"\bweekend\b", lowered):
        saturday = today + timedelta(days=(5 - today.weekday()) % 7)
        return [TimeValue("interval", saturday, saturday + timedelta(days=2), grain="day")]
    for index, name in enumerate(_WEEKDAYS):
        if re.search(rf"\b{name}s\b", lowered):
            return [TimeValue("recurring", recurrence=f"FREQ=WEEKLY;BYDAY={_CODES[index]}")]
        if re.search(rf"\b{name}\b", lowered):
            return [_date(today + timedelta(days=(index - today.weekday()) % 7))]
    return []


def _date(day: date) -> TimeValue:
    return TimeValue("date", day, grain="day")
