"""Days and moments a length away from others."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times.model import Amount, Context, Day, Item, Span

ONE_OF = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "fortnight": relativedelta(weeks=2),
    "month": relativedelta(months=1),
    "year": relativedelta(years=1),
}


def _workdays(start: date, count: int) -> date:
    """The day that lies so many working days on, or back when the count is negative."""
    step = 1 if count > 0 else -1
    day = start
    while day.weekday() > 4:
        # From a weekend it is counted like from the working day before it.
        day -= timedelta(step)
    weeks, rest = divmod(abs(count), 5)
    day += timedelta(7 * weeks * step)
    for _ in range(rest):
        day += timedelta(step)
        while day.weekday() > 4:
            day += timedelta(step)
    return day


def shifted_day(base: date, length: Amount, sign: int) -> date | None:
    """The day that lies a length after (1) or before (-1) another."""
    try:
        if length.unit == "workday" and length.count:
            return _workdays(base, sign * int(length.count))
        delta = relativedelta(days=length.delta.days, months=length.delta.months, years=length.delta.years)
        return base + delta if sign > 0 else base - delta
    except (OverflowError, ValueError):
        return None


def moved_by(ctx: Context, i: int, j: int, length: Amount, sign: int) -> Item | None:
    """Now, moved by a length: an instant for hours and minutes, a day otherwise."""
    if length.clocklike:
        try:
            delta = relativedelta(months=length.delta.months, years=length.delta.years, days=length.delta.days)
            seconds = timedelta(hours=length.delta.hours, minutes=length.delta.minutes, seconds=length.delta.seconds)
            instant = ctx.now + delta + seconds if sign > 0 else ctx.now - delta - seconds
        except (OverflowError, ValueError):
            return None
        grain = length.unit if length.unit in ("second", "minute", "hour") else "minute"
        return Item(i, j, instant=instant, grain=grain)
    if length.unit == "weekend":
        n = int(length.count or 1)
        start = ctx.today - timedelta(ctx.today.weekday() - 5) + timedelta(7 * (n - 1) * sign)
        return Item(i, j, span=Span(start, start + timedelta(2), "weekend"))
    day = shifted_day(ctx.today, length, sign)
    weeks = int(length.count * (2 if length.unit == "fortnight" else 1)) if sign > 0 and length.unit in ("week", "fortnight") else 0
    return Item(i, j, day=Day(fixed=day, weeks=weeks)) if day else None
