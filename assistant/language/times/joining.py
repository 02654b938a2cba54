"""Neighbouring atoms to one meaning: a day and its hour, a weekday and its week."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assistant.language.times.dating import coming_weekday, day_date
from assistant.language.times.lexicon import AM_PARTS, GLUE, NIGHT_PARTS, PARTS, PM_PARTS, WEEKDAYS
from assistant.language.times.model import Clock, Context, Day, Item, Span
from assistant.language.times.spans import monday, month_span


def gap(ctx: Context, a: Item, b: Item) -> list[str]:
    """The words between two items."""
    return [ctx.tokens[k].text for k in range(a.j, b.i)]


def _agree(part: str | None, clock: Clock) -> bool:
    """Whether a reading of the clock can lie in a part of the day."""
    if part is None or not clock.sure:
        return True
    if part in AM_PARTS:
        return clock.hour < 12
    if part in PM_PARTS:
        return clock.hour >= 12
    if part in NIGHT_PARTS:
        return clock.hour >= 17 or clock.hour < 6
    return True


def _same_family(a: str, b: str) -> bool:
    return (
        a.split()[-1] == b.split()[-1]
        or {a, b} <= NIGHT_PARTS | {"evening"}
        or (a in AM_PARTS and b in AM_PARTS)
        or (a in PM_PARTS and b in PM_PARTS)
    )


def _join_days(ctx: Context, a: Day, b: Day, words: list[str]) -> Day | None:
    """Two descriptions of one day: "Tuesday" and "the 19th of March"."""
    if a.impossible or b.impossible:
        return replace(a, impossible=True)
    for x, y in ((a, b), (b, a)):
        if x.weekday is not None and x.day is None and x.fixed is None:
            if y.weeks and y.fixed is not None:
                # "Wednesday in a week" counts from the coming Wednesday; "in two weeks on Wednesday" is that week's.
                if x is a:
                    return Day(fixed=coming_weekday(ctx.today, x.weekday) + timedelta(7 * y.weeks))
                return Day(fixed=monday(y.fixed) + timedelta(x.weekday))
            if y.fixed is not None:
                if y.fixed.weekday() == x.weekday:
                    return y
                continue
            if y.day is not None and y.weekday in (None, x.weekday):
                return replace(y, weekday=x.weekday)
        if x.fixed is not None and y.fixed is None and y.day is not None and y.weekday is None:
            other = day_date(y, ctx)
            if other == x.fixed:
                return x
    if a.fixed is not None and a.fixed == b.fixed:
        return a
    if a.fixed is not None and b.fixed is not None:
        return None
    if a == b:
        return a
    return None


def _in_span(day: Day, span: Span) -> Day | None:
    """A weekday in a week, or a day of the month in a month."""
    if (
        day.weekday is not None
        and day.day is None
        and day.fixed is None
        and span.grain in ("week", "weekend")
        and not span.part_of
        and (span.end - span.start).days <= 14
    ):
        base = monday(span.start)
        return Day(fixed=base + timedelta(day.weekday), weekday=day.weekday)
    if day.day is not None and day.month is None and day.fixed is None and span.grain == "month" and (span.end - span.start).days <= 31:
        return Day(year=span.start.year if span.year_given else None, month=span.start.month, day=day.day)
    if (
        day.month == span.start.month
        and day.day is not None
        and span.grain == "month"
        and span.year_given
        and (span.end - span.start).days <= 31
    ):
        return replace(day, year=span.start.year)
    if day.month is not None and day.year is None and span.grain == "year":
        return replace(day, year=span.start.year)
    return None


_THROUGH = ("to", "-", "through", "till", "until")


def join(ctx: Context, a: Item, b: Item) -> Item | None:
    """The two items as one meaning, or None when they are two."""
    words = gap(ctx, a, b)
    if words == ["/"] and a.day_only and b.clock is not None and ctx.tokens[b.i].kind == "clock":
        words = []  # "20.10.2026 / 20:15"
    if len(words) > 4 or any(w not in GLUE and w not in ("by", "from", "(", "from", "around", "sometime", "starting", "to") for w in words):
        return None
    if "to" in words or ("from" in words and not (a.day and b.span) and not (b.lo is not None)):
        return None
    if "by" in words and b.clock is not None and a.day_only:
        # "Friday by noon" is open before noon.
        return None
    if "." in words and words != ["."]:
        return None
    if b.day_only and a.has_time and ctx.word(b.j) in _THROUGH and WEEKDAYS.get(ctx.word(b.j + 1)) is not None:
        # "between 9 and 5, Monday to Friday": the weekday begins a range of its own.
        return None
    if (
        a.day_only
        and b.clock is not None
        and ctx.word(b.j) in _THROUGH
        and ctx.word(a.i - 1) in _THROUGH
        and WEEKDAYS.get(ctx.word(a.i - 2)) is not None
    ):
        return None
    if a.amount is not None or b.amount is not None or a.rule or b.rule or a.bound or b.bound:
        return None
    if a.lo is not None and b.lo is not None:
        return None
    if "-" in words and (b.weak or not (a.day_only and b.has_time and len(words) == 1)):
        return None
    return unify(ctx, a, b, words)


def unify(ctx: Context, a: Item, b: Item, words: list[str]) -> Item | None:
    """The meaning of two items taken together, whatever stands between them."""
    out = Item(min(a.i, b.i), max(a.j, b.j), extra=[*a.extra, *b.extra])
    out.lo, out.hi = a.lo or b.lo, a.hi or b.hi
    out.minutes_to = a.minutes_to or b.minutes_to
    # days
    if a.instant is not None or b.instant is not None:
        inst, rest = (a, b) if a.instant is not None else (b, a)
        if (
            rest.instant is None
            and rest.day is not None
            and not rest.has_time
            and rest.lo is None
            and inst.instant is not None
            and day_date(rest.day, ctx) == inst.instant.date()
        ):
            out.instant, out.grain = inst.instant, inst.grain
            return out
        return None
    if out.lo is not None and (a.clock or b.clock):
        return None
    ranged = a if a.lo is not None else b if b.lo is not None else None
    if ranged is not None and not all(x is None or x.time_only for x in (ranged.lo, ranged.hi)):
        return None
    if a.day is not None and b.day is not None:
        day = _join_days(ctx, a.day, b.day, words)
        if day is None:
            return None
        out.day = day
    elif a.day is not None or b.day is not None:
        day_item, other = (a, b) if a.day is not None else (b, a)
        out.day = day_item.day
        if other.span is not None:
            inside = _in_span(day_item.day, other.span) if day_item.day is not None else None
            if inside is None:
                return None
            out.day = inside
    elif a.span is not None and b.span is not None:
        x, y = (a.span, b.span) if a.span.grain == "month" else (b.span, a.span)
        if x.grain == "month" and not x.year_given and y.grain == "year" and x.month and "in" not in words[:0]:
            out.span = month_span(y.start.year, x.month, year_given=True)
        else:
            return None
    else:
        out.span = a.span or b.span
    # times
    if a.clock is not None and b.clock is not None:
        return None
    out.clock = a.clock or b.clock
    toned = a if a.tone else b if b.tone else None
    named = b if toned is a else a
    out.tone = toned.tone if toned is not None and named.part is None else ""
    if toned is not None and named.part is not None:
        both = f"{toned.tone} {named.part}"
        out.part = both if both in PARTS else named.part
    elif a.part is not None and b.part is not None:
        if not _same_family(a.part, b.part) and not (a.weak or b.weak):
            return None
        out.part = a.part if len(a.part) >= len(b.part) and not a.weak else b.part
        if "tonight" in (a.part, b.part) and "night" not in out.part:
            out.part = "tonight"
    else:
        out.part = a.part or b.part
    if out.clock is not None and out.part is not None and not _agree(out.part, out.clock):
        # "25 past 17 afternoon" agrees; "8 am in the evening" does not.
        return None
    if (
        a.weak
        and a.clock is not None
        and b.part is not None
        and b.day is None
        and not words
        and a.j - a.i == 1
        and ctx.word(b.j).endswith("s")
        and ctx.word(b.j) not in ("works", "suits")
        and len(ctx.word(b.j)) > 4
    ):
        # "2 morning sessions" counts sessions.
        return None
    if out.clock is not None and (a.weak or b.weak) and out.span is not None and out.day is None and out.part is None:
        return None
    if out.clock is not None and out.span is not None and out.day is None and out.span.grain not in ("weekend", "day"):
        return None
    if out.span is not None and out.part is not None and out.day is None:
        # "late afternoon next week" says a window of days and a window of hours: two values.
        return None
    weak_clock = (a.weak and a.clock is not None) or (b.weak and b.clock is not None)
    out.weak = weak_clock and not (out.day is not None or out.part is not None)
    if a.weak and a.part and not (b.has_day or b.clock):
        out.weak = True
    return out


def merge(ctx: Context, items: list[Item], *, opened: bool = False) -> list[Item]:
    """Join neighbours until nothing joins; `opened`: "from" no longer waits for its "to" ("Saturday from 3")."""
    out: list[Item] = []
    for k, item in enumerate(items):
        current = item
        hour = items[k + 1] if k + 1 < len(items) else None
        while out:
            if current is item and hour is not None and _has_its_hour(ctx, out[-1], current, hour):
                break
            joined = join(ctx, out[-1], current)
            if joined is None and opened:
                joined = _open(ctx, out[-1], current)
            if joined is None:
                break
            out.pop()
            current = joined
        out.append(current)
    return out


def _has_its_hour(ctx: Context, number: Item, day: Item, hour: Item) -> bool:
    """ "For two on the 4th at 16:30": the bare number before the day is no hour, as the day has one behind it."""
    bare = number.weak and number.clock is not None and number.day is None and number.j - number.i == 1
    return bare and day.day_only and hour.clock is not None and hour.time_only and not hour.weak and gap(ctx, day, hour) == ["at"]


def _open(ctx: Context, a: Item, b: Item) -> Item | None:
    """ "Saturday from 3": a day and the hour from which on."""
    if (
        not a.day_only
        or a.day is None
        or a.bound
        or b.clock is None
        or b.has_day
        or b.lo is not None
        or gap(ctx, a, b) not in (["from"], [",", "from"])
    ):
        return None
    joined = unify(ctx, a, b, [])
    if joined is not None:
        joined.bound, joined.weak = "from", False
    return joined
