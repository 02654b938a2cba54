"""Which date a described day is, seen from the reference."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.domain.language import CLASH
from assistant.language.times.model import Context, Day

#: "the 6th of March", said on the 15th, is the one last week, or a slip; hardly the one in a year
_JUST_PASSED = timedelta(days=10)


def safe_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def coming_weekday(today: date, weekday: int) -> date:
    """The next such day after today."""
    return today + timedelta((weekday - today.weekday() - 1) % 7 + 1)


def day_date(day: Day, ctx: Context, after: date | None = None) -> date | None:
    """The date a day means, the coming one where the words leave it open; `after` is a day that it must not precede."""
    return dated(day, ctx, after)[0]


def dated(day: Day, ctx: Context, after: date | None = None) -> tuple[date | None, list[tuple[date, str]]]:
    today, others = ctx.today, list(day.others)
    if day.impossible:
        return None, []
    if day.fixed is not None:
        return day.fixed, others
    floor = after or today
    if day.month is not None and day.day is not None:
        return _month_day(day, day.month, day.day, floor, others)
    if day.day is not None:
        return _day_of_month(day, day.day, floor, today, others)
    if day.weekday is None:
        return None, []
    return _nearest_weekday(day, day.weekday, floor, today, after is not None, others)


def _month_day(day: Day, month: int, dom: int, floor: date, others: list[tuple[date, str]]) -> tuple[date | None, list[tuple[date, str]]]:
    if day.year is not None:
        return safe_date(day.year, month, dom), others
    coming = [d for y in range(floor.year, floor.year + 9) if (d := safe_date(y, month, dom)) and d >= floor]
    if not coming:
        return None, []
    if day.mod in ("last", "this"):
        past = [d for y in range(floor.year - 9, floor.year + 1) if (d := safe_date(y, month, dom)) and d < floor]
        if day.mod == "this":
            return safe_date(floor.year, month, dom), others
        return (past[-1] if past else None), others
    passed = safe_date(coming[0].year - 1, month, dom)
    if passed is not None and not day.mod and day.weekday is None and floor - passed <= _JUST_PASSED:
        return passed, [*others, (coming[0], "the day has just passed")]
    if day.weekday is not None and coming[0].weekday() != day.weekday:
        recent = [d for y in (floor.year - 1, floor.year) if (d := safe_date(y, month, dom)) and d < floor and (floor - d).days < 45]
        if recent and recent[-1].weekday() == day.weekday:
            return recent[-1], [*others, (coming[0], "the weekday fits the date that has passed")]
        matching = next((d for d in coming if d.weekday() == day.weekday), coming[0])
        return matching, [*others, *_clashing(coming[0], day.weekday)]
    return coming[0], others


def _clashing(dated: date, weekday: int) -> list[tuple[date, str]]:
    """The next such date and the weekday beside it, one of which was said by mistake."""
    return [(dated, CLASH), (dated + timedelta((weekday - dated.weekday() + 3) % 7 - 3), CLASH)]


def _day_of_month(
    day: Day, dom: int, floor: date, today: date, others: list[tuple[date, str]]
) -> tuple[date | None, list[tuple[date, str]]]:
    first = floor.replace(day=1)
    if day.mod == "last":
        months = [first - relativedelta(months=k) for k in range(14)]
        return next((d for m in months if (d := safe_date(m.year, m.month, dom)) and d < today), None), others
    months = [first + relativedelta(months=k) for k in range(40)]
    coming = [d for m in months if (d := safe_date(m.year, m.month, dom)) and d >= floor and (day.mod != "next" or d > today)]
    if not coming or day.weekday is None or coming[0].weekday() == day.weekday:
        return (coming[0] if coming else None), others
    matching = next((d for d in coming if d.weekday() == day.weekday), None)
    return matching, [*others, *_clashing(coming[0], day.weekday)]


def _nearest_weekday(
    day: Day, weekday: int, floor: date, today: date, anchored: bool, others: list[tuple[date, str]]
) -> tuple[date, list[tuple[date, str]]]:
    if anchored and not day.mod:
        return coming_weekday(floor, weekday), others
    coming = coming_weekday(today, weekday)
    this_week = today - timedelta(today.weekday()) + timedelta(weekday)
    if day.mod in ("next", "following"):
        value = this_week + timedelta(7)
        if coming != value:
            others = [*others, (coming, f"{day.mod} may mean the coming one")]
        return value, others
    if day.mod == "last":
        value = today - timedelta((today.weekday() - weekday - 1) % 7 + 1)
        return value, others
    if weekday == today.weekday():  # who means today says so
        others = [*others, (today, "today is that weekday")]
    return coming, others
