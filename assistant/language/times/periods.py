"""Periods of whole days: weeks, weekends, months, quarters, seasons, years, their edges, and runs of them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times import days, festivals
from assistant.language.times.lexicon import LAST, MODS, NEXT, THIS, UNITS
from assistant.language.times.model import Context, Day, Item, Span

_SEASONS = {
    "spring": ((3, 20), (6, 21)),
    "summer": ((6, 21), (9, 23)),
    "autumn": ((9, 23), (12, 21)),
    "fall": ((9, 23), (12, 21)),
    "winter": ((12, 21), (3, 20)),
}
_OF_A_DAY = ("of", "after", "before", "following", "commencing", "beginning", "starting")
_EDGES = {
    "beginning": "start", "start": "start", "early": "start", "first": "", "middle": "mid", "mid": "mid", "midway": "mid", "end": "end",
    "late": "end", "close": "end", "rest": "rest", "remainder": "rest", "later": "rest", "earlier": "past", "course": "", "begining": "start",
}  # fmt: skip
_ABBREVIATED = {
    "eom": ("end", "month"),
    "bom": ("start", "month"),
    "eoy": ("end", "year"),
    "boy": ("start", "year"),
    "eow": ("end", "week"),
}


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


def _month(ctx: Context, i: int) -> Item | None:
    """A month by name, with or without its year."""
    j, mod = i, ""
    if ctx.word(j) == "the":
        return None
    if ctx.word(j) in MODS:
        mod, j = ctx.word(j), j + 1
    month = days.month_at(ctx, j)
    if month is None or (not mod and days.shy_month(ctx, j) and days.year_at(ctx, j + 1) is None):
        return None
    if ctx.word(j) == "may" and ctx.word(j + 1) in ("i", "be", "we", "have", "not", "you", "also", "want", "need"):
        return None
    k = j + 2 if ctx.word(j + 1) == "." and ctx.touching(j + 1) and len(ctx.word(j)) <= 4 and j + 2 < len(ctx.tokens) else j + 1
    year = days.year_at(ctx, k)
    now = ctx.now
    if year:
        return Item(i, year[1], span=month_span(year[0], month, year_given=True))
    if ctx.word(k) == "after" and ctx.word(k + 1) == "next":
        return Item(i, k + 2, span=month_span(now.year + 1 + (month < now.month), month, year_given=True))
    for shift_words in (("next", 1), ("this", 0), ("last", -1)):
        at = k + 1 if ctx.word(k) in ("of", "in") else k
        if ctx.word(at) == shift_words[0] and ctx.word(at + 1) == "year":
            return Item(i, at + 2, span=month_span(now.year + shift_words[1], month, year_given=True))
    if ctx.word(k) == "in" and ctx.word(k + 2) in ("year", "years"):
        n = 1 if ctx.word(k + 1) in ("a", "one") else ctx.cardinal(k + 1)
        if n:
            return Item(i, k + 3, span=month_span(now.year + n + (month < now.month), month, year_given=True))
    kind = MODS.get(mod, "")
    if kind == "this":
        y = now.year
    elif kind == "last":
        y = now.year - (month >= now.month)
    elif kind == "next":
        y = now.year + (month <= now.month)
    else:
        y = now.year + (month < now.month)
    return Item(i, k, span=month_span(y, month, year_given=bool(kind)))


def _week_of(ctx: Context, i: int) -> Item | None:
    """The week of a day ("week of April 10th", "week commencing", "w/c"), or by number."""
    j = i + 1 if ctx.word(i) == "the" else i
    if ctx.word(j) == "w" and ctx.word(j + 1) == "/" and ctx.word(j + 2) == "c":
        j += 3
    elif ctx.word(j) in ("week", "weekend"):
        n = ctx.cardinal(j + 1)
        if ctx.word(j + 1) in ("number", "no", "#"):
            n = ctx.cardinal(j + 2)
        if (
            n
            and 1 <= n <= 53
            and ctx.word(j) == "week"
            and (ctx.word(j + 1) == "number" or ctx.tokens[j + 1].width <= 2)
            and ctx.word(j + 2) not in UNITS
        ):
            for y in (ctx.now.year, ctx.now.year + 1):
                try:
                    start = date.fromisocalendar(y, n, 1)
                except ValueError:
                    continue
                if start + timedelta(7) > ctx.today:
                    return Item(i, j + (3 if ctx.word(j + 1) == "number" else 2), span=Span(start, start + timedelta(7), "week"))
            return None
        if ctx.word(j + 1) not in ("of", "commencing", "beginning", "starting", "from", "containing", "with", "after", "before"):
            return None
        if ctx.word(j + 1) in ("after", "before") and ctx.word(j + 2) in ("next", "last"):
            return Item(i, j + 3, span=unit_span(ctx.today, ctx.word(j), 2 if ctx.word(j + 2) == "next" else -2))
        j += 2
    else:
        return None
    if ctx.word(j) == "the" and ctx.ordinal(j + 1) is None:
        j += 1
    inner = days.read_day(ctx, j) if j < len(ctx.tokens) else None
    if inner is None or inner.day is None:
        return None
    from assistant.language.times.resolve import day_date

    day = day_date(inner.day, ctx)
    if day is None:
        return None
    words = {ctx.word(k) for k in range(i, j)}
    if inner.day.fixed is not None and "weekend" in words and not words & {"after", "before"}:
        return Item(i, inner.j, span=_beside(day))
    base = monday(day)
    if "weekend" in words:
        start = base + timedelta(5)
        if "before" in words and start + timedelta(1) >= day:
            start -= timedelta(7)
        elif "after" in words and start <= day:
            start += timedelta(7)
        return Item(i, inner.j, span=Span(start, start + timedelta(2), "weekend"))
    if "after" in words:
        base += timedelta(7)
    elif "before" in words:
        base -= timedelta(7)
    return Item(i, inner.j, span=Span(base, base + timedelta(7), "week"))


def _counted(ctx: Context, i: int) -> Item | None:
    """Runs of units: "next 3 weeks", "the last two months", "3 next weeks", "the coming few days"."""
    from assistant.language.times.durations import quantity

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
    unit = UNITS.get(ctx.word(at))
    if unit is None or count != int(count) or not 1 <= count <= 400:
        return None
    n, now, today = int(count), ctx.now, ctx.today
    if swapped and n > 1 and not ctx.word(at).endswith("s") and ctx.word(q[1]) not in ("upcoming", "coming"):
        # "we will be only 3 next week": the number counts something else.
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
    if ctx.word(at) in ("week", "year", "month", "quarter") and n > 1 and mod == "next":
        # "two upcoming week": the second one from now.
        return Item(i, at + 1, span=unit_span(today, unit, n))
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


def _unit(ctx: Context, i: int) -> Item | None:
    """This, next or last unit, and "the week after next", "the weekend"."""
    j = i + 1 if ctx.word(i) == "the" else i
    w = ctx.word(j)
    if w in ("week", "month", "year") and j > i and ctx.word(i - 1) in ("for", "during") and ctx.word(j + 1) not in _OF_A_DAY:
        return Item(i, j + 1, span=unit_span(ctx.today, w, 0))
    if (
        w in ("all", "whole", "entire", "full")
        and UNITS.get(ctx.word(j + 1)) in ("week", "month", "weekend", "year")
        and ctx.word(i - 1) not in ("a", "for")
    ):
        return Item(i, j + 2, span=unit_span(ctx.today, UNITS[ctx.word(j + 1)], 0))
    if (
        w in ("week", "month", "weekend")
        and j > i
        and ctx.word(j + 1) in ("after", "following")
        and (j + 2 >= len(ctx.tokens) or ctx.word(j + 2) in (".", ",", "?", "that"))
    ):
        return Item(i, j + (3 if ctx.word(j + 2) == "that" else 2), span=unit_span(ctx.today, w, 1))
    if w in MODS or w == "that":
        k = j
        while k - j < 4 and (ctx.word(k) in MODS or ctx.word(k) == "that"):
            k += 1
        word = ctx.word(k - 1)
        unit = UNITS.get(ctx.word(k).removesuffix("'s"))
        if unit is None:
            return _season(ctx, i, k, word)
        if unit in ("night", "workday", "second", "minute", "day"):
            return None
        if unit == "hour":
            if word in NEXT:
                return Item(i, k + 1, span=Span(ctx.today, ctx.today, "hour", start_at=ctx.now, end_at=ctx.now + timedelta(hours=1)))
            return None
        if unit == "quarter" and word in THIS and ctx.word(k + 1) in ("past", "to"):
            return None
        shift = 1 if word in NEXT else -1 if word in LAST else 0
        if unit == "fortnight" and shift == 1:
            shift = 1
        if word == "coming" and unit == "weekend" and ctx.today.weekday() < 5:
            shift = 0
        if unit == "weekend" and ctx.today.weekday() == 6 and word not in LAST and word in NEXT:
            shift = 1
        end = k + 1
        if ctx.word(end) == "but" and ctx.word(end + 1) == "one":
            shift, end = shift * 2, end + 2
        span = unit_span(ctx.today, unit, shift)
        return Item(i, end, span=span) if span else None
    unit = UNITS.get(w)
    if (
        unit in ("week", "month", "year", "weekend", "quarter")
        and ctx.word(j + 1) in ("after", "before")
        and ctx.word(j + 2) in ("next", "last", "this")
    ):
        shift = {"next": 2, "last": -2, "this": 1}[ctx.word(j + 2)]
        span = unit_span(ctx.today, unit or "week", shift if ctx.word(j + 1) == "after" or shift < 0 else -1)
        return Item(i, j + 3, span=span)
    if (
        unit == "weekend"
        and w == "weekend"
        and ctx.word(j - 1) not in ("nice", "good", "great", "lovely", "wonderful", "your", "fantastic", "fun")
    ):
        return Item(i, j + 1, span=unit_span(ctx.today, "weekend", 0 if ctx.today.weekday() < 6 else 1))
    return None


def _season(ctx: Context, i: int, k: int, mod: str) -> Item | None:
    w = ctx.word(k)
    if w not in _SEASONS and w != "season":
        return None
    today = ctx.today
    runs: list[tuple[date, date]] = []
    for y in range(today.year - 2, today.year + 3):
        for name in ("spring", "summer", "autumn", "winter"):
            (am, ad), (bm, bd) = _SEASONS[name]
            if w in ("season", name) or (w == "fall" and name == "autumn"):
                runs.append((date(y, am, ad), date(y + (name == "winter"), bm, bd)))
    runs.sort()
    current = next((n for n, r in enumerate(runs) if r[1] > today), 0)
    inside = runs[current][0] <= today
    n = current
    if MODS.get(mod) == "next" and inside:
        n += 1
    elif MODS.get(mod) == "last":
        n -= 1
    a, b = runs[n]
    return Item(i, k + 1, span=Span(a, b, "season"))


def _ranked_unit(ctx: Context, i: int) -> Item | None:
    """The first week of October, the last weekend of July, the 3rd quarter, q3 2019."""
    j = i + 1 if ctx.word(i) == "the" else i
    t = ctx.tokens[j] if j < len(ctx.tokens) else None
    if t is None:
        return None
    if t.text == "q" and ctx.touching(j + 1) and ctx.number(j + 1) in (1, 2, 3, 4):
        return _quarter(ctx, i, j + 2, int(ctx.number(j + 1) or 1))
    rank = days.rank_at(ctx, j)
    if rank is None:
        return None
    n, k = rank
    unit = UNITS.get(ctx.word(k))
    if unit == "quarter" and 1 <= n <= 4:
        return _quarter(ctx, i, k + 1, n)
    if unit not in ("week", "weekend", "month") or ctx.word(k + 1) not in ("of", "in"):
        return None
    ref = days.month_ref(ctx, k + 1)
    if ref is None:
        year = days._year_ref(ctx, k + 2)
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


def _quarter(ctx: Context, i: int, j: int, n: int) -> Item:
    year = days.year_at(ctx, j) or (days._year_ref(ctx, j + 1) if ctx.word(j) == "of" else None)
    y = year[0] if year else ctx.now.year
    start = date(y, 3 * n - 2, 1)
    return Item(i, year[1] if year else j, span=Span(start, start + relativedelta(months=3), "quarter"))


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


def _edge(ctx: Context, i: int) -> Item | None:
    """The end of the month, early March, later this week, mid July."""
    j = i + 1 if ctx.word(i) in ("the", "very") else i
    if ctx.word(j) in _ABBREVIATED:
        which, unit = _ABBREVIATED[ctx.word(j)]
        span = unit_span(ctx.today, unit, 0)
        return Item(i, j + 1, span=edge(span, which, ctx.today)) if span else None
    if ctx.word(j) == "very":
        j += 1
    which = _EDGES.get(ctx.word(j), "")
    rank = days.rank_at(ctx, j)
    if rank is not None and ctx.word(rank[1]) in ("half", "part") and ctx.word(rank[1] + 1) in ("of", "in") and rank[0] in (1, 2, -1):
        which, j = ("first half" if rank[0] == 1 else "second half"), rank[1]
    if not which:
        return None
    k = j + 1
    adjective = ctx.word(j) in ("early", "late", "mid", "later", "earlier")
    while k - j < 5 and ctx.word(k) in ("of", "in", "-", "on", "part", "half"):
        k += 1
    if ctx.word(k) in ("about", "sometime"):
        k += 1
    if not adjective and ctx.word(j + 1) not in ("of", "-"):
        return None
    if k >= len(ctx.tokens):
        return None
    at = k
    unit = UNITS.get(ctx.word(k + 1) if ctx.word(k) == "the" else ctx.word(k))
    inner: Item | None = None
    if (
        unit in ("week", "month", "year", "quarter")
        and (ctx.word(k) == "the" or not adjective or which == "mid")
        and ctx.word(k + (2 if ctx.word(k) == "the" else 1)) not in ("after", "of", "before")
    ):
        at = k + 2 if ctx.word(k) == "the" else k + 1
        span = unit_span(ctx.today, unit, 0)
        inner = Item(k, at, span=span)
    else:
        inner = read_period(ctx, k)
        if inner is None:
            month = days.month_at(ctx, k)
            if month is not None and not (adjective and days._month_first(ctx, k)):
                inner = _plain_month(ctx, k)
        if inner is None:
            year = days.year_at(ctx, k) if not adjective else None
            if year:
                inner = Item(k, year[1], span=Span(date(year[0], 1, 1), date(year[0] + 1, 1, 1), "year"))
    if inner is None or inner.span is None or inner.span.start_at is not None:
        return None
    return Item(i, inner.j, span=edge(inner.span, which, ctx.today))


def _plain_month(ctx: Context, k: int) -> Item | None:
    month = days.month_at(ctx, k)
    if month is None:
        return None
    year = days.year_at(ctx, k + 1)
    y = year[0] if year else ctx.now.year + (month < ctx.now.month)
    return Item(k, year[1] if year else k + 1, span=month_span(y, month, year_given=bool(year)))


def _year(ctx: Context, i: int) -> Item | None:
    """A bare year, only where a preposition or "year" says that it is one."""
    t = ctx.tokens[i]
    if t.text in ("the", "year"):
        k = i + 1 if t.text == "year" else i + 2
        if t.text == "the" and ctx.word(i + 1) != "year":
            return None
        if ctx.word(k) == "of":
            k += 1
        year = days.year_at(ctx, k)
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
            named = days.month_at(ctx, i + 2)
            if named:
                if ctx.word(i + 3) == "-" and ctx.number(i + 4):
                    return days._calendar_item(i, i + 5, n, named, min(int(ctx.number(i + 4) or 1), 31))
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
                )
                or i == 0
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


def _weekend_of(ctx: Context, i: int) -> Item | None:
    """The weekend beside a holiday: "memorial day weekend"."""
    inner = days._holiday(ctx, i)
    if inner is None or inner.day is None or inner.day.fixed is None or ctx.word(inner.j) not in ("weekend", "week"):
        return None
    day = inner.day.fixed
    if ctx.word(inner.j) == "week":
        return Item(i, inner.j + 1, span=Span(monday(day), monday(day) + timedelta(7), "week"))
    return Item(i, inner.j + 1, span=_beside(day))


def _beside(day: date) -> Span:
    """The weekend that a day lengthens."""
    saturday = day - timedelta((day.weekday() - 5) % 7) if day.weekday() in (5, 6, 0, 1) else monday(day) + timedelta(5)
    return Span(min(saturday, day), max(saturday + timedelta(2), day + timedelta(1)), "weekend")


def read_period(ctx: Context, i: int) -> Item | None:
    """The longest period that starts at token i."""
    return ctx.once("period", i, _read_period)


def _read_period(ctx: Context, i: int) -> Item | None:
    best: Item | None = None
    for reader in (_month, _week_of, _counted, _unit, _ranked_unit, _edge, _year, _weekend_of):
        item = reader(ctx, i)
        if item is not None and (best is None or item.j > best.j):
            best = item
    if best is None and ctx.word(i) in _SEASONS and ctx.word(i - 1) in ("in", "during", "the", "until", "of"):
        best = _season(ctx, i, i, "this") if ctx.word(i) != "fall" or ctx.word(i - 1) in ("the", "in") else None
    return best


def at_midnight(d: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(d, time())


__all__ = ["Day", "at_midnight", "edge", "festivals", "monday", "month_span", "read_period", "unit_span"]
