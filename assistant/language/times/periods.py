"""Periods of whole days: weeks, weekends, months, quarters, seasons, years, their edges, and runs of them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from assistant.language.times import festivals
from assistant.language.times.beside import elided, ranked_weekend, unit_after
from assistant.language.times.dates import may_ask, month_at, month_first, rank_at, shy_month, year_at
from assistant.language.times.dating import day_date
from assistant.language.times.days import read_day, read_holiday
from assistant.language.times.eras import read_era, read_season
from assistant.language.times.lexicon import LAST, MODS, NEXT, THIS, UNITS
from assistant.language.times.model import Context, Item, Span
from assistant.language.times.numbered import counted_period, ranked_period, year_period
from assistant.language.times.spans import edge, monday, month_span, unit_span, weekend_beside

_OF_A_DAY = ("of", "after", "before", "following", "commencing", "beginning", "starting")


_EDGES = {
    "beginning": "start", "start": "start", "early": "start", "first": "", "middle": "mid", "mid": "mid",
    "midway": "mid", "halfway": "mid", "end": "end",
    "late": "end", "close": "end", "rest": "rest", "remainder": "rest", "later": "rest", "earlier": "past", "course": "",
    "begining": "start",
}  # fmt: skip


_ABBREVIATED = {
    "eom": ("end", "month"),
    "bom": ("start", "month"),
    "eoy": ("end", "year"),
    "boy": ("start", "year"),
    "eow": ("end", "week"),
}


def _month(ctx: Context, i: int) -> Item | None:
    """A month by name, with or without its year."""
    j, mod = i, ""
    if ctx.word(j) == "the":
        return None
    if ctx.word(j) in MODS:
        mod, j = ctx.word(j), j + 1
    month = month_at(ctx, j)
    if month is None or (not mod and shy_month(ctx, j) and year_at(ctx, j + 1) is None):
        return None
    if may_ask(ctx, j) or ctx.word(j - 1) in ("name", "named", "called", "ms", "mrs", "miss", "dr"):
        return None
    k = j + 2 if ctx.word(j + 1) == "." and ctx.touching(j + 1) and len(ctx.word(j)) <= 4 and j + 2 < len(ctx.tokens) else j + 1
    year = year_at(ctx, k)
    now = ctx.now
    short = ctx.cardinal(k) if year is None and k < len(ctx.tokens) and ctx.tokens[k].width == 2 and not ctx.tokens[k].spelled else None
    if short is not None and short > 31 and k + 1 >= len(ctx.tokens):
        # "May 97"
        year = (2000 if short < 70 else 1900) + short, k + 1
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


# "The week of the 12th", "the weekend after Easter".
_AT_A_DAY = frozenset(
    {"of", "commencing", "beginning", "starting", "from", "containing", "with", "after", "before", "ending", "following", "prior"}
)


def _week_of(ctx: Context, i: int) -> Item | None:
    """The week of a day ("week of April 10th", "week commencing", "w/c"), or by number."""
    j = i + 1 if ctx.word(i) == "the" else i
    if ctx.word(j) == "w" and ctx.word(j + 1) == "/" and ctx.word(j + 2) == "c":
        j += 3
    elif ctx.word(j) in ("week", "weekend", "cw"):
        n = ctx.cardinal(j + 1)
        if ctx.word(j + 1) in ("number", "no", "#"):
            n = ctx.cardinal(j + 2)
        if (
            n
            and 1 <= n <= 53
            and ctx.word(j) in ("week", "cw")
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
        if ctx.word(j + 1) not in _AT_A_DAY or (ctx.word(j + 1) == "from" and j == i):
            return None
        if ctx.word(j + 1) in ("after", "before") and ctx.word(j + 2) in ("next", "last"):
            return Item(i, j + 3, span=unit_span(ctx.today, ctx.word(j), 2 if ctx.word(j + 2) == "next" else -2))
        j += 3 if (ctx.word(j + 1), ctx.word(j + 2)) == ("prior", "to") else 2
    else:
        return None
    if ctx.word(j) == "the" and ctx.ordinal(j + 1) is None:
        j += 1
    inner = read_day(ctx, j) if j < len(ctx.tokens) else None
    if inner is None or inner.day is None:
        return None
    if inner.day.weekday is not None and inner.day.day is None:
        # "week starting Monday June 1"
        following = inner.j + 1 if ctx.word(inner.j) in (",", "the") else inner.j
        exact = read_day(ctx, following) if following < len(ctx.tokens) else None
        if exact is not None and exact.day is not None and exact.day.day is not None:
            inner = exact
    named = inner.day
    day = day_date(named, ctx) if named is not None else None
    if named is None or day is None:
        return None
    words = {{"following": "after", "prior": "before"}.get(ctx.word(k), ctx.word(k)) for k in range(i, j)}
    if named.fixed is not None and "weekend" in words and not words & {"after", "before"}:
        return Item(i, inner.j, span=weekend_beside(day))
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


def _unit(ctx: Context, i: int) -> Item | None:
    """This, next or last unit, and "the week after next", "the weekend"."""
    j = i + 1 if ctx.word(i) == "the" else i
    w = ctx.word(j)
    if w == "hour" and j > i and ctx.word(i - 1) == "within":
        return Item(i, j + 1, span=Span(ctx.today, ctx.today, "hour", start_at=ctx.now, end_at=ctx.now + timedelta(hours=1)))
    if (
        w in ("week", "weekend", "month")
        and i == j
        and ctx.word(i - 1) in ("my", "our")
        and ctx.word(i + 1) in ("", "look", "looking", "like", "?")
    ):
        return Item(i, j + 1, span=unit_span(ctx.today, w, 0))
    if w in ("week", "month", "year") and j > i and ctx.word(i - 1) in ("for", "during") and ctx.word(j + 1) not in (*_OF_A_DAY, "to"):
        return Item(i, j + 1, span=unit_span(ctx.today, w, 0))
    if (
        w in ("all", "whole", "entire", "full")
        and UNITS.get(ctx.word(j + 1)) in ("week", "month", "weekend", "year")
        and ctx.word(i - 1) != "a"
    ):
        return Item(i, j + 2, span=unit_span(ctx.today, UNITS[ctx.word(j + 1)], 0))
    if (
        w in ("week", "month", "weekend")
        and j > i
        and ctx.word(j + 1) in ("after", "following")
        and (j + 2 >= len(ctx.tokens) or ctx.word(j + 2) in (".", ",", "?", "that"))
    ):
        return unit_after(ctx, i, j)
    if w in MODS or w == "that":
        k = j
        while k - j < 4 and (ctx.word(k) in MODS or ctx.word(k) == "that"):
            k += 1
        word = ctx.word(k - 1)
        unit = UNITS.get(ctx.word(k).removesuffix("'s"))
        if unit is None:
            return read_season(ctx, i, k, word)
        if unit in ("second", "minute"):
            return _moment(ctx, i, k, unit, word)
        if unit in ("night", "workday", "day"):
            return None
        if unit == "hour":
            hour = timedelta(hours=1)
            if word in NEXT:
                return Item(i, k + 1, span=Span(ctx.today, ctx.today, "hour", start_at=ctx.now, end_at=ctx.now + hour))
            if word in ("last", "past") and ctx.word(j - 1) == "the":
                return Item(i, k + 1, span=Span(ctx.today, ctx.today, "hour", start_at=ctx.now - hour, end_at=ctx.now))
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
        and ctx.word(j - 1) not in ("nice", "a", "good", "great", "lovely", "wonderful", "your", "fantastic", "fun")
    ):
        return Item(i, j + 1, span=unit_span(ctx.today, "weekend", 0 if ctx.today.weekday() < 6 else 1))
    return None


def _moment(ctx: Context, i: int, k: int, unit: str, word: str) -> Item | None:
    """ "This minute", "the next second"; what is done at the last minute says nothing about when."""
    if word in LAST or word == "that" or ctx.word(k + 1) in ("appointment", "booking", "change", "thing"):
        return None
    step = timedelta(seconds=1 if unit == "second" else 60)
    if word in NEXT and ctx.word(i - 1) in ("in", "within", "over", "during", "for"):
        return Item(i, k + 1, span=Span(ctx.today, ctx.today, unit, start_at=ctx.now, end_at=ctx.now + step))
    start = ctx.now.replace(microsecond=0, second=ctx.now.second if unit == "second" else 0) + (step if word in NEXT else timedelta())
    return Item(i, k + 1, span=Span(start.date(), start.date(), unit, start_at=start, end_at=start + step))


_TONES = ("early", "mid", "late")


def _two_edges(ctx: Context, i: int, j: int) -> Item | None:
    """ "Mid to late April", "early to mid next week"."""
    if ctx.word(j) not in _TONES or ctx.word(j + 1) not in ("to", "-", "or", "/") or ctx.word(j + 2) not in _TONES:
        return None
    k = j + 3
    while ctx.word(k) in ("-", "in", "of"):
        k += 1
    inner = (read_period(ctx, k) or _plain_month(ctx, k)) if k < len(ctx.tokens) else None
    if inner is None or inner.span is None or inner.span.start_at is not None:
        return None
    first, last = (edge(inner.span, _EDGES[ctx.word(at)], ctx.today) for at in (j, j + 2))
    return Item(i, inner.j, span=Span(first.start, last.end, inner.span.grain, part_of="mid")) if first.start < last.end else None


def _edge(ctx: Context, i: int) -> Item | None:
    """The end of the month, early March, later this week, mid July."""
    j = i + 1 if ctx.word(i) in ("the", "very") else i
    if ctx.word(j) in _ABBREVIATED:
        which, unit = _ABBREVIATED[ctx.word(j)]
        span = unit_span(ctx.today, unit, 0)
        return Item(i, j + 1, span=edge(span, which, ctx.today)) if span else None
    if ctx.word(j) == "mid-week":
        k = j + 2 if ctx.word(j + 1) in ("of", "in") else j + 1
        named = read_period(ctx, k) if k < len(ctx.tokens) else None
        if named is not None and named.span is not None and named.span.grain == "week":
            # "midweek next week"
            return Item(i, named.j, span=edge(named.span, "mid", ctx.today))
        this_week = unit_span(ctx.today, "week", 0)
        return Item(i, j + 1, span=edge(this_week, "mid", ctx.today)) if this_week else None
    if ctx.word(j) == "very":
        j += 1
    two = _two_edges(ctx, i, j)
    if two is not None:
        return two
    which = _EDGES.get(ctx.word(j), "")
    rank = rank_at(ctx, j)
    if rank is not None and ctx.word(rank[1]) in ("half", "part") and ctx.word(rank[1] + 1) in ("of", "in") and rank[0] in (1, 2, -1):
        which, j = ("first half" if rank[0] == 1 else "second half"), rank[1]
    if ctx.word(j) in ("latter", "back", "later") and ctx.word(j + 1) in ("half", "part", "end") and ctx.word(j + 2) in ("of", "in"):
        which, j = ("end" if ctx.word(j + 1) == "end" else "second half"), j + 1
    if not which:
        return None
    k = j + 1
    adjective = ctx.word(j) in ("early", "late", "mid", "later", "earlier")
    while k - j < 5 and ctx.word(k) in ("of", "in", "-", "on", "part", "half"):
        k += 1
    if ctx.word(k) in ("about", "sometime"):
        k += 1
    if ctx.word(j) in ("midway", "halfway") and ctx.word(k) in ("through", "into"):
        k += 1
    elif not adjective and ctx.word(j + 1) not in ("of", "in" if which == "second half" else "of", "-"):
        return None
    if k >= len(ctx.tokens):
        return None
    if (
        which == "rest"
        and not adjective
        and ctx.word(k) in ("the", "my", "our", "today")
        and (ctx.word(k + 1) == "day" or ctx.word(k) == "today")
    ):
        midnight = datetime.combine(ctx.today + timedelta(1), time())
        end = k + 1 if ctx.word(k) == "today" else k + 2
        return Item(i, end, span=Span(ctx.today, ctx.today, "part", start_at=ctx.now, end_at=midnight))
    if ctx.word(k) in ("my", "our", "your") and UNITS.get(ctx.word(k + 1)) in ("week", "month", "year"):
        own = unit_span(ctx.today, UNITS[ctx.word(k + 1)], 0)
        return Item(i, k + 2, span=edge(own, which, ctx.today)) if own else None
    at = k
    unit = UNITS.get(ctx.word(k + 1) if ctx.word(k) == "the" else ctx.word(k), "")
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
            month = month_at(ctx, k)
            if month is not None and not (adjective and month_first(ctx, k)):
                inner = _plain_month(ctx, k)
        if inner is None:
            year = year_at(ctx, k) if not adjective or (ctx.tokens[k].width == 4 and not ctx.tokens[k].spelled) else None
            if year:
                inner = Item(k, year[1], span=Span(date(year[0], 1, 1), date(year[0] + 1, 1, 1), "year"))
    if inner is None or inner.span is None or inner.span.start_at is not None:
        return None
    return Item(i, inner.j, span=edge(inner.span, which, ctx.today))


def _plain_month(ctx: Context, k: int) -> Item | None:
    month = month_at(ctx, k)
    if month is None:
        return None
    year = year_at(ctx, k + 1)
    y = year[0] if year else ctx.now.year + (month < ctx.now.month)
    return Item(k, year[1] if year else k + 1, span=month_span(y, month, year_given=bool(year)))


def _weekend_of(ctx: Context, i: int) -> Item | None:
    """The weekend beside a holiday: "memorial day weekend"."""
    inner = read_holiday(ctx, i)
    if inner is None or inner.day is None or inner.day.fixed is None or ctx.word(inner.j) not in ("weekend", "week"):
        return None
    day = inner.day.fixed
    if ctx.word(inner.j) == "week":
        return Item(i, inner.j + 1, span=Span(monday(day), monday(day) + timedelta(7), "week"))
    year = year_at(ctx, inner.j + 1, plain=True)
    dated = festivals.match([ctx.word(k) for k in range(i + (ctx.word(i) == "the"), inner.j)], ctx.country) if year else None
    if year is not None and dated is not None and (days := festivals.dates_of(dated[0], year[0])):
        return Item(i, year[1], span=weekend_beside(days[0]))  # "Labor Day weekend 2027"
    return Item(i, inner.j + 1, span=weekend_beside(day))


_READERS = (
    _month, _week_of, counted_period, elided, ranked_weekend, _unit, ranked_period, _edge, year_period, _weekend_of, read_era,
)  # fmt: skip


def read_period(ctx: Context, i: int) -> Item | None:
    """The longest period that starts at token i."""
    return ctx.once("period", i, _read_period)


def _read_period(ctx: Context, i: int) -> Item | None:
    best: Item | None = None
    for reader in _READERS:
        item = reader(ctx, i)
        if item is not None and (best is None or item.j > best.j):
            best = item
    return best
