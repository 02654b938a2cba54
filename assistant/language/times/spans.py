"""Periods of whole days as arithmetic: calendar units, months, and the edges of a period."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times.model import Span


def monday(d: date) -> date:
    """The Monday of the day's week."""
    return d - timedelta(d.weekday())


def unit_span(today: date, unit: str, shift: int, count: int = 1) -> Span | None:
    """The calendar unit `shift` away from this one, or `count` of them in a row."""
    if unit in ("week", "fortnight", "weekend"):
        start = monday(today) + timedelta(7 * shift)
        if unit == "weekend":
            start += timedelta(5)
            return Span(start, start + timedelta(2 + 7 * (count - 1)), "weekend")
        return Span(start, start + timedelta(7 * count * (2 if unit == "fortnight" else 1)), "week")
    if unit == "month":
        start = today.replace(day=1) + relativedelta(months=shift)
        return Span(start, start + relativedelta(months=count), "month", month=start.month, year_given=True)
    if unit == "quarter":
        start = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) + relativedelta(months=3 * shift)
        return Span(start, start + relativedelta(months=3 * count), "quarter")
    size = {"year": 1, "decade": 10, "century": 100}.get(unit)
    if size:
        year = today.year // size * size + size * shift
        if year >= 1 and year + size * count <= 9999:
            return Span(date(year, 1, 1), date(year + size * count, 1, 1), "year")
    return None


def month_span(year: int, month: int, *, year_given: bool) -> Span:
    """One month as a period."""
    start = date(year, month, 1)
    return Span(start, start + relativedelta(months=1), "month", month=month, year_given=year_given)


def edge(span: Span, which: str, today: date) -> Span:
    """The beginning, middle, end or rest of a period."""
    if which == "rest":
        return Span(max(today, span.start), span.end, span.grain, part_of=which)
    if which == "past":
        return Span(span.start, max(today, span.start + timedelta(1)), span.grain, part_of=which)
    length = (span.end - span.start).days
    if which.endswith("half"):
        middle = span.start + relativedelta(months=6) if length > 200 else span.start + timedelta(length // 2)
        return (
            Span(span.start, middle, span.grain, part_of=which)
            if which == "first half"
            else Span(middle, span.end, span.grain, part_of=which)
        )
    if span.grain == "weekend":
        return {"start": Span(span.start, span.start + timedelta(1), "day"), "end": Span(span.end - timedelta(1), span.end, "day")}.get(
            which, span
        )
    if length > 3000:
        years = 4 if length < 5000 else 33
        starts = {"start": span.start, "end": span.end - relativedelta(years=years)}.get(
            which, span.start + relativedelta(years=years * 3 // 4)
        )
        return Span(starts, starts + relativedelta(years=years), span.grain, part_of=which)
    if length > 200:
        third = 4
        if which == "start":
            return Span(span.start, span.start + relativedelta(months=third), span.grain, part_of=which)
        if which == "end":
            return Span(span.end - relativedelta(months=third), span.end, span.grain, part_of=which)
        return Span(span.start + relativedelta(months=4), span.start + relativedelta(months=8), span.grain, part_of=which)
    part = max(1, round(length * (3 / 7 if length <= 7 else 1 / 3)))
    if which == "start":
        return Span(span.start, span.start + timedelta(part), span.grain, part_of=which)
    if which == "end":
        return Span(span.end - timedelta(part), span.end, span.grain, part_of=which)
    return Span(
        span.start + timedelta((length - part) // 2), span.start + timedelta((length - part) // 2 + part), span.grain, part_of=which
    )


def weekend_beside(day: date) -> Span:
    """The weekend that a day lengthens."""
    saturday = day - timedelta((day.weekday() - 5) % 7) if day.weekday() in (5, 6, 0, 1) else monday(day) + timedelta(5)
    return Span(min(saturday, day), max(saturday + timedelta(2), day + timedelta(1)), "weekend")
