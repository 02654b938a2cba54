"""Counted and numbered periods: "the next three weeks", "the first week of May", quarters, years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times.counted import moved_by
from assistant.language.times.dates import calendar_item, month_at, month_ref, rank_at, year_at, year_ref
from assistant.language.times.durations import amount, quantity
from assistant.language.times.lexicon import GLUED_UNITS, MODS, UNITS
from assistant.language.times.model import Context, Item, Span
from assistant.language.times.spans import month_span, unit_span


def _several_units(ctx: Context, i: int, at: int, mod: str) -> Item | None:
    """ "The last 3 months and 2 weeks": back from now, or on from it, by all of them together."""
    length = amount(ctx, at)
    moved = moved_by(ctx, i, length[1], length[0], 1 if mod == "next" else -1) if length is not None and not length[0].count else None
    if moved is None:
        return None
    if moved.instant is not None:
        a, b = sorted((ctx.now, moved.instant))
        return Item(i, moved.j, span=Span(a.date(), b.date(), "minute", start_at=a, end_at=b))
    if moved.day is None or moved.day.fixed is None:
        return None
    first, last = sorted((ctx.today, moved.day.fixed))
    return Item(i, moved.j, span=Span(first, last, "day"))


def _nth_from_now(today: date, unit: str, n: int) -> Span | None:
    """ "Two upcoming weeks": the second one from now; or both of them."""
    if unit in ("day", "night"):
        return Span(today + timedelta(n), today + timedelta(n + 1), "day", all_from=today + timedelta(1))
    first, nth = unit_span(today, unit, 1), unit_span(today, unit, n)
    return replace(nth, all_from=first.start) if first is not None and nth is not None else None


def counted_period(ctx: Context, i: int) -> Item | None:
    """Runs of units: "next 3 weeks", "the last two months", "3 next weeks", "the coming few days"."""

    j = i + 1 if ctx.word(i) == "the" else i
    mod, rolling = (
        "",
        ctx.word(i - 1) in ("in", "within", "over", "for", "during") or ctx.word(i - 2) in ("in", "within", "over", "for", "during"),
    )
    if ctx.word(j) == "last" and ctx.word(j - 1) in (
        "it",
        "will",
        "to",
        "should",
        "can",
        "would",
        "does",
        "that",
        "they",
        "usually",
        "sessions",
        "appointments",
    ):
        return None
    if ctx.word(j) in MODS and MODS[ctx.word(j)] != "this":
        mod = MODS[ctx.word(j)]
        whole = _several_units(ctx, i, j + 1, mod)
        if whole is not None:
            return whole
        q = quantity(ctx, j + 1) if ctx.word(j + 1) not in ("a", "an") else None
        if ctx.word(j + 1) in ("few", "couple", "several"):
            q = ({"few": 3, "couple": 2, "several": 4}[ctx.word(j + 1)], j + 3 if ctx.word(j + 2) == "of" else j + 2)
        if q is None:
            return None
        count, at = q
        swapped = False
    else:
        q = quantity(ctx, j)
        if q is None or ctx.word(q[1]) not in MODS or MODS[ctx.word(q[1])] == "this":
            return None
        count, at = q[0], q[1] + 1
        mod, swapped = MODS[ctx.word(q[1])], True
    unit = UNITS.get(ctx.word(at)) or (GLUED_UNITS.get(ctx.word(at)) if at < len(ctx.tokens) and ctx.touching(at) else None)
    if unit == "hour" and 0 < count < 400 and count != int(count) and not swapped:
        half = timedelta(hours=count)
        a, b = (ctx.now, ctx.now + half) if mod == "next" else (ctx.now - half, ctx.now)
        return Item(i, at + 1, span=Span(a.date(), b.date(), unit, start_at=a, end_at=b))
    if unit is None or count != int(count) or not 1 <= count <= 400:
        return None
    n, now, today = int(count), ctx.now, ctx.today
    if "upcoming" in (ctx.word(at - 1), ctx.word(i)) and n > 1 and not rolling:
        nth = _nth_from_now(today, unit, n)
        if nth is not None:
            return Item(i, at + 1, span=nth)
    if swapped and n > 1 and not ctx.word(at).endswith("s") and ctx.word(q[1]) not in ("upcoming", "coming"):
        # "we will be only 3 next week": the number counts something else.
        return None
    if unit in ("minute", "second") and swapped and mod == "last":
        # "a last minute booking"
        return None
    if unit in ("hour", "minute", "second"):
        step = {"hour": timedelta(hours=n), "minute": timedelta(minutes=n), "second": timedelta(seconds=n)}[unit]
        a, b = (now, now + step) if mod == "next" else (now - step, now)
        return Item(i, at + 1, span=Span(a.date(), b.date(), unit, start_at=a, end_at=b))
    if unit == "workday":
        step_days, day, left = (1 if mod == "next" else -1), today, n
        first: date | None = None
        while left:
            day += timedelta(step_days)
            if day.weekday() < 5:
                first = first or day
                left -= 1
        a_day, b_day = (first or day, day) if mod == "next" else (day, first or day)
        return Item(i, at + 1, span=Span(a_day, b_day + timedelta(1), "day"))
    if unit in ("day", "night"):
        a_day = today + timedelta(1) if mod == "next" else today - timedelta(n)
        return Item(i, at + 1, span=Span(a_day, a_day + timedelta(n), "day"))
    if unit in ("week", "fortnight", "month", "year") and (swapped or rolling):
        step2 = (
            relativedelta(weeks=n * (2 if unit == "fortnight" else 1))
            if unit in ("week", "fortnight")
            else relativedelta(months=n * (12 if unit == "year" else 1))
        )
        if mod == "next":
            a_day = today + timedelta(1) if swapped else today
            return Item(i, at + 1, span=Span(a_day, a_day + step2, "day"))
        return Item(i, at + 1, span=Span(today - step2, today, "day"))
    return Item(i, at + 1, span=unit_span(today, unit, 1 if mod == "next" else -n, n))


def ranked_period(ctx: Context, i: int) -> Item | None:
    """The first week of October, the last weekend of July, the 3rd quarter, q3 2019."""
    j = i + 1 if ctx.word(i) == "the" else i
    t = ctx.tokens[j] if j < len(ctx.tokens) else None
    if t is None:
        return None
    if t.text == "q" and ctx.touching(j + 1) and ctx.number(j + 1) in (1, 2, 3, 4):
        return _quarter(ctx, i, j + 2, int(ctx.number(j + 1) or 1))
    rank = rank_at(ctx, j)
    if rank is None and t.text == "week" and ctx.cardinal(j + 1) is not None and ctx.word(j + 2) in ("of", "in"):
        # "week one of June"
        week = ctx.cardinal(j + 1) or 9
        return _nth_unit(ctx, i, week, "week", j + 1) if week <= 5 and month_ref(ctx, j + 2) is not None else None
    if rank is None:
        return None
    n, k = rank
    if n in (1, -1):
        run = _first_few(ctx, i, n, k)
        if run is not None:
            return run
    unit = UNITS.get(ctx.word(k))
    if unit == "quarter" and 1 <= n <= 4:
        return _quarter(ctx, i, k + 1, n)
    if unit == "quarter" and n == -1 and ctx.word(k + 1) in ("of", "in") and year_ref(ctx, k + 2) is not None:
        return _quarter(ctx, i, k + 1, 4)
    if unit not in ("week", "weekend", "month") or ctx.word(k + 1) not in ("of", "in"):
        return None
    return _nth_unit(ctx, i, n, unit, k)


def _nth_unit(ctx: Context, i: int, n: int, unit: str, k: int) -> Item | None:
    """The nth week, weekend or month of the month or year that is named after token k."""
    ref = month_ref(ctx, k + 1)
    if ref is None:
        year = year_ref(ctx, k + 2)
        if year is None:
            return None
        if unit == "month":
            span = month_span(year[0], n if n > 0 else 13 + n, year_given=True) if 1 <= (n if n > 0 else 13 + n) <= 12 else None
            return Item(i, year[1], span=span) if span else None
        a, b, end_at = date(year[0], 1, 1), date(year[0] + 1, 1, 1), year[1]
    else:
        y, m, end_at = ref
        a = date(y or ctx.now.year + (m < ctx.now.month), m, 1)
        b = a + relativedelta(months=1)
        if not y and b <= ctx.today:
            a += relativedelta(years=1)
            b = a + relativedelta(months=1)
    if unit == "weekend":
        starts = [d for d in (a + timedelta(x) for x in range((b - a).days)) if d.weekday() == 5]
        length = 2
    else:
        # A week belongs to the month that has its Thursday.
        starts = [d - timedelta(3) for d in (a + timedelta(x) for x in range((b - a).days)) if d.weekday() == 3]
        length = 7
    try:
        start = starts[n - 1 if n > 0 else n]
    except IndexError:
        return None
    return Item(i, end_at, span=Span(start, start + timedelta(length), unit))


def _first_few(ctx: Context, i: int, n: int, k: int) -> Item | None:
    """The first (1) or last (-1) few days, weeks or months of a month or a year: "the last three days of April"."""
    count = quantity(ctx, k)
    step = _STEPS.get(ctx.word(count[1])) if count is not None else None
    if count is None or step is None or ctx.word(count[1] + 1) not in ("of", "in") or count[0] != int(count[0]):
        return None
    month = month_ref(ctx, count[1] + 1)
    year = year_ref(ctx, count[1] + 2) if month is None else None
    if month is not None:
        first = date(month[0] or ctx.now.year + (month[1] < ctx.now.month), month[1], 1)
        last, end = first + relativedelta(months=1), month[2]
    elif year is not None:
        first, last, end = date(year[0], 1, 1), date(year[0] + 1, 1, 1), year[1]
    else:
        return None
    few = step * int(count[0])
    if first + few > last:
        return None
    return Item(i, end, span=Span(first, first + few, "day") if n == 1 else Span(last - few, last, "day"))


_STEPS = {
    "days": relativedelta(days=1),
    "weeks": relativedelta(weeks=1),
    "months": relativedelta(months=1),
}


def _quarter(ctx: Context, i: int, j: int, n: int) -> Item:
    year = year_at(ctx, j) or year_ref(ctx, j + 1 if ctx.word(j) in ("of", "in") else j)
    y = year[0] if year else ctx.now.year
    start = date(y, 3 * n - 2, 1)
    return Item(i, year[1] if year else j, span=Span(start, start + relativedelta(months=3), "quarter"))


def _years_range(ctx: Context, i: int) -> bool:
    """Whether the figures at token i begin a range of years: "2024-2026"."""
    first, last = ctx.cardinal(i), ctx.cardinal(i + 2)
    return (
        ctx.word(i + 1) in ("-", "to", "~")
        and first is not None
        and last is not None
        and ctx.tokens[i + 2].width == 4
        and all(n % 100 > 59 or ctx.now.year - 30 <= n <= ctx.now.year + 15 for n in (first, last))
        and 1900 <= first < last <= 2199
    )


def year_period(ctx: Context, i: int) -> Item | None:
    """A bare year, only where a preposition or "year" says that it is one."""
    t = ctx.tokens[i]
    if t.text in ("the", "year"):
        k = i + 1 if t.text == "year" else i + 2
        if t.text == "the" and ctx.word(i + 1) != "year":
            return None
        if ctx.word(k) == "of":
            k += 1
        far = ctx.cardinal(k) if k < len(ctx.tokens) and ctx.tokens[k].width == 4 and ctx.word(k - 1) == "year" else None
        year = year_at(ctx, k) or ((far, k + 1) if far is not None and 1000 <= far <= 2999 else None)
        return Item(i, year[1], span=Span(date(year[0], 1, 1), date(year[0] + 1, 1, 1), "year")) if year else None
    if t.kind == "num" and t.width == 4 and t.num is not None and not t.spelled:
        n = int(t.num)
        after = ctx.word(i + 1)
        if after == "-" and ctx.word(i + 2) == "q" and ctx.number(i + 3) in (1, 2, 3, 4):
            start = date(n, 3 * int(ctx.number(i + 3) or 1) - 2, 1) if 1900 <= n <= 2199 else None
            return Item(i, i + 4, span=Span(start, start + relativedelta(months=3), "quarter")) if start else None
        if after == "-" and ctx.touching(i + 1) and ctx.touching(i + 2) and 1900 <= n <= 2199:
            m = ctx.number(i + 2)
            if m and 1 <= m <= 12 and ctx.tokens[i + 2].width <= 2:
                return Item(i, i + 3, span=month_span(n, m, year_given=True))
            named = month_at(ctx, i + 2)
            if named:
                if ctx.word(i + 3) == "-" and ctx.number(i + 4):
                    return calendar_item(i, i + 5, n, named, min(int(ctx.number(i + 4) or 1), 31))
                return Item(i, i + 3, span=month_span(n, named, year_given=True))
        if after == "q" and ctx.number(i + 2) in (1, 2, 3, 4):
            start = date(n, 3 * int(ctx.number(i + 2) or 1) - 2, 1) if 1900 <= n <= 2199 else None
            return Item(i, i + 3, span=Span(start, start + relativedelta(months=3), "quarter")) if start else None
        before = ctx.word(i - 1)
        if (
            1900 <= n <= 2199
            and (
                before
                in (
                    "in",
                    "of",
                    "since",
                    "until",
                    "during",
                    "by",
                    "before",
                    "after",
                    "year",
                    "from",
                    "to",
                    "for",
                    "on",
                    "through",
                    "than",
                    "between",
                    "~",
                    "-",
                    ">",
                    "<",
                    "=",
                    "≥",
                    "≤",
                )
                or i == 0
                or (before == "and" and any(ctx.word(k) == "between" for k in range(max(0, i - 4), i)))
                or _years_range(ctx, i)
            )
            and ctx.word(i + 1) not in ("am", "pm", "hours")
        ):
            if (
                before in ("by", "for", "from", "to", "at", "until", "before", "after", "on", "since", "through")
                and n % 100 < 60
                and not (ctx.now.year - 30 <= n <= ctx.now.year + 15)
            ):
                return None
            end = i + 1
            if ctx.word(end) in ("s", "'s") or ctx.word(end) == "ad":
                end += 1
                if ctx.word(end - 1) == "s" and n % 10 == 0:
                    return Item(i, end, span=Span(date(n, 1, 1), date(n + 10, 1, 1), "year"))
            return Item(i, end, span=Span(date(n, 1, 1), date(n + 1, 1, 1), "year"))
    return None
