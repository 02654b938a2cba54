"""Sentences about when the business is open."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from assistant.domain.business import BusinessProfile, OpenPeriod
from assistant.domain.language import TimeValue
from assistant.memory import spoken as words_of
from assistant.memory.hours import Day, day_hours, next_open


def week(profile: BusinessProfile, *, spoken: bool) -> str:
    """The usual week, neighbouring days with the same hours said together."""
    runs: list[tuple[int, int, tuple[OpenPeriod, ...]]] = []
    for day, hours in enumerate(profile.hours):
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], day, hours)
        else:
            runs.append((day, day, hours))
    parts = []
    for first, last, hours in runs:
        if hours:
            name = (
                words_of.DAYS[first]
                if first == last
                else f"{words_of.DAYS[first]} {'and' if last == first + 1 else 'to'} {words_of.DAYS[last]}"
            )
            parts.append(f"{name} {'from ' if spoken else ''}{words_of.periods(hours, spoken=spoken)}")
    closed = [words_of.DAYS[day] for first, last, hours in runs if not hours for day in range(first, last + 1)]
    text = f"We're open {', '.join(parts)}."
    if closed == ["Saturday", "Sunday"]:
        return f"{text} We're closed on weekends."
    return f"{text} We're closed on {words_of.listed(closed)}." if 0 < len(closed) <= 3 else text


def one_day(day: Day, today: date, spoken: bool, *, closing: bool) -> str:
    when = words_of.day_name(day.day, today)
    if not day.periods:
        why = f" for {_the(day.why)}" if day.why and day.why != "closed that day" else ""
        return f"No, we're closed {when}{why}." if not closing else f"We're closed {when}{why}."
    if closing:
        return f"We close at {words_of.clock_time(day.periods[-1].end, spoken=spoken)} {when}."
    return f"{words_of.capital(when)} we're open {'from ' if spoken else ''}{words_of.periods(day.periods, spoken=spoken)}."


def _the(reason: str) -> str:
    return reason if reason[:1].isupper() or reason.startswith(("the ", "a ", "an ", "our ")) else f"the {reason}"


def open_now(profile: BusinessProfile, now: datetime, spoken: bool, *, asking_when: bool = False) -> str:
    day = day_hours(profile, now.date())
    for period in day.periods:
        if period.start <= now.time() < period.end and not asking_when:
            return f"Yes, we're open until {words_of.clock_time(period.end, spoken=spoken)}."
    coming = next_open(profile, now)
    if coming is None:
        return "No, we're closed at the moment."
    when = words_of.day_name(coming[0], now.date())
    opens = f"open {when} at {words_of.clock_time(coming[1], spoken=spoken)}."
    return f"We {opens}" if asking_when else f"No, we're closed right now. We {opens}"


def lunch(profile: BusinessProfile, now: datetime, spoken: bool) -> str:
    breaks = [(first.end, second.start) for hours in profile.hours for first, second in itertools.pairwise(hours)]
    noon = [pair for pair in breaks if time(11) <= pair[0] and pair[1] <= time(15)]
    if not noon:
        return "Yes, we're open over lunch."
    start, end = max(set(noon), key=noon.count)
    return f"No, we're closed for lunch from {words_of.clock_time(start, spoken=spoken)} to {words_of.clock_time(end, spoken=spoken)}."


def about_time(value: TimeValue, profile: BusinessProfile, now: datetime, spoken: bool, *, closing: bool) -> str | None:
    today = now.date()
    start, end = value.start, value.end
    if value.kind == "instant" and isinstance(start, datetime):
        local = start.astimezone(profile.zone) if start.tzinfo else start
        return _at(day_hours(profile, local.date()), local.time(), today, spoken)
    if value.kind == "time" and isinstance(start, time):
        return _at(day_hours(profile, today), start, today, spoken)
    if value.kind == "date" and isinstance(start, date):
        return one_day(day_hours(profile, start), today, spoken, closing=closing)
    if value.kind == "interval" and isinstance(start, datetime) and isinstance(end, datetime) and (end - start) <= timedelta(hours=24):
        if start.tzinfo is not None and end.tzinfo is not None:
            start, end = start.astimezone(profile.zone), end.astimezone(profile.zone)
        day = day_hours(profile, start.date())
        last = end.time() if end.date() == start.date() else time.max
        if day.periods and not day.overlaps(start.time(), last):
            return f"No, not then. {one_day(day, today, spoken, closing=False)}"
        return one_day(day, today, spoken, closing=closing)
    if value.kind == "interval" and type(start) is date and type(end) is date and (end - start).days <= 14:
        return _several([day_hours(profile, start + timedelta(days=i)) for i in range((end - start).days)], today, spoken)
    if value.kind == "recurring" and value.recurrence and (named := re.search(r"BYDAY=([A-Z,]+)", value.recurrence)):
        codes = [code for code in named.group(1).split(",") if code in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")]
        return _weekdays([("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(code) for code in codes], profile, spoken)
    return None


def named_days(days: Sequence[date], profile: BusinessProfile, now: datetime, spoken: bool) -> str:
    """ "Tomorrow and the day after": each of them, as many as one listens to."""
    each = [day_hours(profile, day) for day in sorted(set(days))[:3]]
    together = None if any(day.periods for day in each) else _several(each, now.date(), spoken)
    sentences = (one_day(day, now.date(), spoken, closing=not day.periods) for day in each)
    return together or " ".join(words_of.capital(sentence) for sentence in sentences)


def _weekdays(days: Sequence[int], profile: BusinessProfile, spoken: bool) -> str | None:
    """A habit ("on Saturdays"): the usual hours, whatever holiday the next one falls on."""
    if not days:
        return None
    names = words_of.listed([f"{words_of.DAYS[day]}s" for day in days])
    hours = {profile.hours[day] for day in days}
    if hours == {()}:
        return f"No, we're closed on {names}."
    if len(hours) == 1:
        return f"On {names} we're open {'from ' if spoken else ''}{words_of.periods(hours.pop(), spoken=spoken)}."
    return week(profile, spoken=spoken)


def _at(day: Day, moment: time, today: date, spoken: bool) -> str:
    if day.is_open_at(moment):
        return f"Yes, we're open {words_of.day_name(day.day, today)} at {words_of.clock_time(moment, spoken=spoken)}."
    if not day.periods:
        return one_day(day, today, spoken, closing=False)
    return f"No, not at {words_of.clock_time(moment, spoken=spoken)}. {one_day(day, today, spoken, closing=False)}"


def _several(days: Sequence[Day], today: date, spoken: bool) -> str | None:
    if not days:
        return None
    open_days = [day for day in days if day.periods]
    closed = [day for day in days if not day.periods]
    if not open_days:
        whys = {day.why for day in closed if day.why and day.why != "closed that day"}
        names = words_of.listed([words_of.DAYS[day.day.weekday()] for day in closed]) if len(closed) <= 3 else "all those days"
        return f"No, we're closed {f'on {names}' if len(closed) <= 3 else names}" + (f" for {_the(whys.pop())}." if len(whys) == 1 else ".")
    if len(days) <= 2:
        sentences = (one_day(day, today, spoken, closing=not day.periods) for day in days)
        return " ".join(words_of.capital(sentence) for sentence in sentences)
    reasons: dict[str, list[str]] = {}
    for day in closed:
        if day.why:
            reasons.setdefault(day.why, []).append(words_of.DAYS[day.day.weekday()])
    if reasons:
        parts = [f"{words_of.listed(names)} for {_the(why)}" for why, names in list(reasons.items())[:2]]
        return f"We're open as usual, except {words_of.listed(parts)}."
    return None
