"""Times, days and lists in words, for the ear (`spoken`) or for the eye."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from assistant.domain.business import OpenPeriod

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("", "", "twenty", "thirty", "forty", "fifty")


def clock_time(moment: time, *, spoken: bool, half: bool = False) -> str:
    """ "nine thirty" or "9:30 am"; `half` adds the part of day to spoken times that could be either."""
    if moment >= time(23, 59):
        return "midnight"
    if not spoken:
        suffix = "am" if moment.hour < 12 else "pm"
        minutes = f":{moment.minute:02}" if moment.minute else ""
        return f"{moment.hour % 12 or 12}{minutes} {suffix}"
    words = _HOURS[moment.hour % 12]
    if moment.minute:
        words += f" {_minutes(moment.minute)}"
    if half:
        words += " in the morning" if moment.hour < 12 else " in the afternoon" if moment.hour < 18 else " in the evening"
    return words


def _minutes(minute: int) -> str:
    if minute < 10:
        return f"oh {_HOURS[minute]}"
    if minute < 20:
        return _TEENS[minute - 10]
    tens, ones = divmod(minute, 10)
    return _TENS[tens] + (f" {_HOURS[ones]}" if ones else "")


def period(value: OpenPeriod, *, spoken: bool) -> str:
    half = value.start.hour % 12 == value.end.hour % 12 or value.start.hour < 6
    if value.start == time(0) and value.end >= time(23, 59):
        return "around the clock"
    between = " to " if spoken else "–"
    return f"{clock_time(value.start, spoken=spoken, half=half)}{between}{clock_time(value.end, spoken=spoken, half=half)}"


def periods(values: Sequence[OpenPeriod], *, spoken: bool) -> str:
    """ "nine to twelve and one to five"."""
    return listed([period(value, spoken=spoken) for value in values])


def listed(items: Sequence[str], last: str = "and") -> str:
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def day_name(day: date, today: date) -> str:
    """ "today", "tomorrow", "on Saturday", "on Thursday, December 24th"."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return ("today", "tomorrow")[ahead]
    if 1 < ahead < 7:
        return f"on {DAYS[day.weekday()]}"
    return f"on {DAYS[day.weekday()]}, {month_day(day)}" + (f", {day.year}" if abs(ahead) > 300 else "")


def month_day(day: date) -> str:
    suffix = "th" if 11 <= day.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return f"{MONTHS[day.month - 1]} {day.day}{suffix}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def article(noun: str) -> str:
    """ "a cleaning", "an exam"; plural and compound names of services go without."""
    lowered = noun if noun[1:2].isupper() else noun[:1].lower() + noun[1:]
    if lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")):
        return lowered
    return f"{'an' if lowered[:1] in 'aeiou' else 'a'} {lowered}"


def minutes_in_words(count: int) -> str:
    if count % 60 == 0 and count:
        return "one hour" if count == 60 else f"{count // 60} hours"
    if count > 60:
        hours, rest = divmod(count, 60)
        return f"{'an hour' if hours == 1 else f'{hours} hours'} and {rest} minutes"
    return f"{count} minutes"
