"""Days: names, dates in words and figures, and the weekday of a week or month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times import festivals
from assistant.language.times.dates import (
    _NOT_DAYS,
    day_first,
    day_number,
    month_at,
    month_first,
    month_ref,
    rank_at,
    read_figures,
    year_at,
    year_ref,
)
from assistant.language.times.dating import day_date, safe_date
from assistant.language.times.durations import amount
from assistant.language.times.lexicon import MODS, MONTHS, TODAY, UNITS, WEEKDAY_PLURALS, WEEKDAYS
from assistant.language.times.model import Context, Day, Item, Span
from assistant.language.times.weekdays import beside_day, read_weekday, weekday_at

_DAY_BEFORE = frozenset({
    "on", "for", "by", "until", "from", "to", "before", "after", "since", "of", "between", "and", "or", "about", "than", "through",
    "say", "is", "-", "next", "last", "this", "be", "like", "do", "want", "how's", "what's", "it's",
})  # fmt: skip


_DAY_AFTER = frozenset({
    "at", "in", "of", "or", "and", "is", "to", "through", "please", "for", "then", "if", "works", "would", "morning", "afternoon",
    "evening", "night", "day", "until", "from", "about", "between", "before", "after", "this", "next", "but", "with", "around", "it",
    "i", "my", "we", "maybe", "instead", "thanks", "thank", "what", "how", "can", "when", "are", "was", "will", "available", "free",
    "should", "sounds",
    "anytime", "sometime", "any", "by", "not", "because", "since", "as", "so", "that", "also", "there", "no", "early", "late", "first",
    "last",
    "could", "looks", "open", "might", "too", "on", "noon", "midday", "half", "quarter", "ideally", "preferably",
})  # fmt: skip


def _ranked(ctx: Context, i: int) -> Item | None:
    """The nth weekday, day or working day of a month or year."""
    j = i + 1 if ctx.word(i) == "the" else i
    rank = rank_at(ctx, j)
    if rank is None:
        return None
    n, j = rank
    weekday = weekday_at(ctx, j)
    if weekday is None:
        weekday = WEEKDAY_PLURALS.get(ctx.word(j))
    unit = UNITS.get(ctx.word(j))
    if weekday is None and unit not in ("day", "workday"):
        return None
    if ctx.word(j + 1) in ("after", "before", "following"):
        return _ranked_beside(ctx, i, j, n, weekday, unit)
    if ctx.word(j + 1) not in ("of", "in", "next", "this", "last"):
        return None
    ref = month_ref(ctx, j + 1)
    if ref is None:
        k = j + 2 if ctx.word(j + 1) in ("of", "in") else j + 1
        year = year_ref(ctx, k)
        if year is None or ctx.word(j + 1) not in ("of", "in"):
            return None
        first, end = date(year[0], 1, 1), date(year[0] + 1, 1, 1)
        found = _nth_of(first, end, weekday, unit, n)
        return Item(i, year[1], day=Day(fixed=found)) if found else None
    year_no, month, end_at = ref
    for y in [year_no] if year_no else [ctx.now.year, ctx.now.year + 1]:
        first = date(y, month, 1)
        found = _nth_of(first, first + relativedelta(months=1), weekday, unit, n)
        if found and year_no and found < ctx.today and (ctx.word(end_at - 2), ctx.word(end_at - 1)) == ("the", "month"):
            following = first + relativedelta(months=1)
            found = _nth_of(following, following + relativedelta(months=1), weekday, unit, n)
        if found and (year_no or found >= ctx.today):
            return Item(i, end_at, day=Day(fixed=found))
    return Item(i, end_at, day=Day(impossible=True))


def _ranked_beside(ctx: Context, i: int, j: int, n: int, weekday: int | None, unit: str | None) -> Item | None:
    """ "The second Sunday after Easter", "the last working day before Christmas"."""
    back = ctx.word(j + 1) == "before"
    inner = read_day(ctx, j + 2) if j + 2 < len(ctx.tokens) else None
    day = day_date(inner.day, ctx) if inner is not None and inner.day is not None and not inner.has_time else None
    if inner is None or day is None or not (1 <= n <= 12 or n == -1) or (n == -1 and not back):
        return None
    first, end = (day - timedelta(100), day) if back else (day + timedelta(1), day + timedelta(100))
    found = _nth_of(first, end, weekday, unit, -abs(n) if back else n)
    return Item(i, inner.j, day=Day(fixed=found)) if found else None


def _nth_of(first: date, end: date, weekday: int | None, unit: str | None, n: int) -> date | None:
    days = [first + timedelta(k) for k in range((end - first).days)]
    if weekday is not None:
        days = [d for d in days if d.weekday() == weekday]
    elif unit == "workday":
        days = [d for d in days if d.weekday() < 5]
    try:
        return days[n - 1 if n > 0 else n]
    except IndexError:
        return None


def _ordinal_day(ctx: Context, i: int) -> Item | None:
    """A bare day of the month: "the 14th", "on the second", "the 25th this month", "20 of next month", "next 30th"."""
    j, the, mod = i, False, ""
    if ctx.word(j) in MODS and ctx.word(j) not in ("same",) and ctx.ordinal(j + 1) is not None:
        mod, j = MODS[ctx.word(j)], j + 1
    elif ctx.word(j) == "the":
        the, j = True, j + 1
    n = day_number(ctx, j)
    if n is None:
        return None
    t = ctx.tokens[j]
    k = j + 1
    if ctx.word(k) == "day" and ctx.word(k + 1) in ("of", "this", "next"):
        k += 1
    ref = month_ref(ctx, k)
    if ref is not None and ref[0] and month_at(ctx, ref[2] - 1) is None and (t.ordinal or ctx.word(k) == "of"):
        found = safe_date(ref[0], ref[1], n)
        if found is not None and found < ctx.today and (ctx.word(ref[2] - 2), ctx.word(ref[2] - 1)) == ("the", "month"):
            # "The first of the month" is the coming one.
            following = ctx.today.replace(day=1) + relativedelta(months=1)
            found = safe_date(following.year, following.month, n)
        return Item(i, ref[2], day=Day(fixed=found, impossible=found is None))
    if not t.ordinal:
        return None
    before, after = ctx.word(i - 1), ctx.word(j + 1)
    follows = j + 1 >= len(ctx.tokens) or ctx.tokens[j + 1].kind != "word" or after in _DAY_AFTER or after in WEEKDAYS
    if not t.spelled and not follows:
        # In figures an ordinal is a day unless it counts a thing.
        follows = after not in _NOT_DAYS and not after.endswith("grader")
    elif t.spelled and not follows and the and before in ("on", "by", "until"):
        follows = after not in _NOT_DAYS
    if ctx.tokens[j].end and ctx.word(j + 1) == "-" and ctx.touching(j + 1) and ctx.touching(j + 2) and ctx.tokens[j + 2].kind == "word":
        follows = False
    if not follows:
        return None
    if mod:
        return Item(i, j + 1, day=Day(day=n, mod=mod)) if not t.spelled or n > 3 else None
    ranged = after == "to" and ctx.ordinal(j + 3 if ctx.word(j + 2) == "the" else j + 2) is not None
    timed = the and after == "at" and (ctx.number(j + 2) is not None or ctx.word(j + 2) in ("half", "quarter", "noon", "a"))
    if t.spelled and not ((the and (before in _DAY_BEFORE or n > 3)) or timed or ranged or (before in ("on",) and n > 3) or (n > 12)):
        return None
    if t.spelled and n <= 12 and after in ("one", "time", "of", "to") and not ranged:
        return None
    return Item(i, j + 1, day=Day(day=n))


def read_holiday(ctx: Context, i: int) -> Item | None:
    """A holiday by name, with the year it is said for."""
    j, mod = i, ""
    if ctx.word(j) == "the":
        j += 1
    own: int | None = None
    if ctx.word(j) in MODS and ctx.word(j + 1) == "year's":
        # "next year's Easter"
        own, j = ctx.now.year + {"next": 1, "last": -1}.get(MODS[ctx.word(j)], 0), j + 2
    if ctx.word(j) in MODS:
        mod, j = MODS[ctx.word(j)], j + 1
    if ctx.word(i - 1) in ("happy", "merry"):
        return None
    words = [ctx.word(k) for k in range(j, min(j + 9, len(ctx.tokens)))]
    found = festivals.match(words, ctx.country)
    if found is None:
        return None
    rule, taken = found
    j += taken
    if ctx.word(j) in ("'", "holiday"):
        j += 1
    year: int | None = None
    given = year_at(ctx, j, plain=True)
    said = (
        year_ref(ctx, j + 1)
        if ctx.word(j) in ("of", "in", "for")
        else year_ref(ctx, j)
        if ctx.word(j) in ("this", "next", "last")
        else None
    )
    if own is not None:
        year = own
    elif given:
        year, j = given
    elif said:
        year, j = said
    else:
        at = j + 1 if ctx.word(j) == "in" else j
        length = amount(ctx, at)
        if length and length[0].unit == "year" and (at > j or ctx.word(length[1]) in ("ago", "from")):
            n = int(length[0].count)
            if at > j:
                year, j = ctx.now.year + n, length[1]
            elif ctx.word(length[1]) == "ago":
                year, j = ctx.now.year - n, length[1] + 1
            elif ctx.word(length[1] + 1) in ("now", "today"):
                year, j = ctx.now.year + n, length[1] + 2
    if year is not None:
        days = festivals.dates_of(rule, year) if 1583 <= year <= 2200 else ()
        day = days[0] if days else None
    else:
        day = festivals.coming(rule, ctx.today + timedelta(1) if mod == "next" else ctx.today, back=mod == "last")
    if day is None:
        return None
    if rule == "earthhour":
        begins = datetime.combine(day, time(20, 30))
        return Item(i, j, span=Span(day, day, "hour", start_at=begins, end_at=begins + timedelta(hours=1)))
    length_days = festivals.length_of(rule)
    if length_days:
        day = festivals.first_day(rule, day)
        end = day + timedelta(length_days)
        if rule == "ramadan":
            feasts = [d for y in (day.year, day.year + 1) for d in festivals.dates_of("islamic:EID_AL_FITR", y) if d > day]
            end = feasts[0] if feasts else end
        return Item(i, j, span=Span(day, end, "day"))
    return Item(i, j, day=Day(fixed=day))


def _day_further(ctx: Context, i: int, end: int, step: int) -> Item | None:
    """ "Tomorrow or the day after": next to the day that was named just before token i."""
    if ctx.word(i - 1) not in ("or", "and", "maybe", "even"):
        return None
    stop = i - 1
    while stop > 0 and ctx.word(stop) in ("or", "and", "maybe", "even", ","):
        stop -= 1
    for start in range(stop, max(-1, stop - 4), -1):
        inner = read_day(ctx, start)
        if inner is not None and inner.day is not None and inner.j == stop + 1:
            day = day_date(inner.day, ctx)
            return Item(i, end, day=Day(fixed=day + timedelta(step))) if day is not None else None
    return None


def named_day(ctx: Context, i: int) -> Item | None:
    """today, tomorrow, the day after tomorrow, tonight."""
    w = ctx.word(i)
    j = i + 1 if w == "the" else i
    if ctx.word(j) == "day" and ctx.word(j + 1) in ("after", "before", "following") and ctx.word(i - 1) not in ("any", "every", "each"):
        k = j + 2
        step = -1 if ctx.word(j + 1) == "before" else 1
        if ctx.word(k) in TODAY:
            return Item(i, k + 1, day=Day(fixed=ctx.today + timedelta(TODAY[ctx.word(k)] + step)))
        if ctx.word(k) == "next" and step > 0 and (k + 1 >= len(ctx.tokens) or not ctx.word(k + 1).isalpha()):
            return Item(i, k + 1, day=Day(fixed=ctx.today + timedelta(2)))
        if ctx.word(k) in ("next", "last", "that") and weekday_at(ctx, k + 1) is None:
            return None
        if j == i and step > 0 and ctx.word(k) in ("", "at", "please", "itself", ".", "?", "morning", "evening", "afternoon"):
            return Item(i, k, day=Day(fixed=ctx.today + timedelta(2)))  # "I'll come day after", as in India
        beside = beside_day(ctx, i, k, None, step)
        return beside if beside is not None else _day_further(ctx, i, k, step)
    if w == "tonight" or w == "tonights" or w == "tonight's":
        return Item(i, i + 1, day=Day(fixed=ctx.today), part="tonight")
    if w in TODAY:
        return Item(i, i + 1, day=Day(fixed=ctx.today + timedelta(TODAY[w])))
    if w in ("this", "the", "later", "earlier", "same", "all") and ctx.word(i + 1) == "day" and w in ("this",):
        return Item(i, i + 2, day=Day(fixed=ctx.today))
    if w in ("later", "earlier") and ctx.word(i + 1) in ("today", "tonight", "tomorrow", "on"):
        return None
    if w in ("current", "today's") and ctx.word(i + 1) == "date":
        return Item(i, i + 2, day=Day(fixed=ctx.today))
    if (
        ctx.word(j) == "next"
        and ctx.word(j + 1) == "day"
        and ctx.word(j + 2) in ("off", "i", "that", "when", "available", "you", "we", "my", "open")
    ):
        return None
    if ctx.word(j) in MODS and UNITS.get(ctx.word(j + 1)) == "workday" and not ctx.word(j + 1).endswith("s"):
        if MODS[ctx.word(j)] == "this":
            return None
        back = MODS[ctx.word(j)] == "last"
        day = ctx.today + timedelta(-1 if back else 1)
        while day.weekday() > 4:
            day += timedelta(-1 if back else 1)
        return Item(i, j + 2, day=Day(fixed=day))
    if w == "next" and ctx.word(i + 1) == "day" and ctx.word(i + 2) not in ("and", "or"):
        return Item(i, i + 2, day=Day(fixed=ctx.today + timedelta(1)))
    if w == "the" and ctx.word(i + 1) in ("following", "next") and ctx.word(i + 2) == "day" and ctx.word(i + 3) not in ("and", "or"):
        return Item(i, i + 3, day=Day(fixed=ctx.today + timedelta(1)))
    if w == "the" and ctx.word(i + 1) == "day" and (ctx.word(i - 1) == "for" and i + 2 >= len(ctx.tokens) - 1):
        return Item(i, i + 2, day=Day(fixed=ctx.today))
    return None


def _closest(ctx: Context, i: int) -> Item | None:
    """ "the closest Monday to October 5th", "the second nearest Monday to Easter"."""
    j = i + 1 if ctx.word(i) == "the" else i
    n = ctx.ordinal(j)
    j = j + 1 if n is not None else j
    if ctx.word(j) not in ("closest", "nearest"):
        return None
    j += 1
    weekday, rule = weekday_at(ctx, j), None
    if weekday is None:
        found = festivals.match([ctx.word(k) for k in range(j, min(j + 8, len(ctx.tokens)))], ctx.country)
        if found is None:
            return None
        rule, end = found[0], j + found[1]
    else:
        end = j + 1
    if ctx.word(end) != "to" or end + 1 >= len(ctx.tokens):
        return None
    inner = read_day(ctx, end + 1)
    year = year_ref(ctx, end + 1)

    if inner is not None and inner.day is not None:
        base, after = day_date(inner.day, ctx), inner.j
    elif year:
        base, after = date(year[0], 1, 1), year[1]
    else:
        return None
    if base is None:
        return None
    if weekday is not None:
        options = [d for d in (base + timedelta(k) for k in range(-40, 41)) if d.weekday() == weekday]
    else:
        options = [d for y in range(base.year - 9, base.year + 10) for d in festivals.dates_of(rule or "", y)]
    options.sort(key=lambda d: (abs((d - base).days), d))
    at = (n or 1) - 1
    return Item(i, after, day=Day(fixed=options[at])) if at < len(options) else None


def read_day(ctx: Context, i: int) -> Item | None:
    """The day that starts at token i."""
    return ctx.once("day", i, _read_day)


def _read_day(ctx: Context, i: int) -> Item | None:
    t = ctx.tokens[i]
    if t.kind == "dots" and t.sep == "." and ctx.word(i - 1) in ("is", "was", "a", "of", "rated"):
        # "a rating of 4.5." ends a sentence
        return None
    if t.kind in ("iso", "dmy", "slash") or (t.kind == "dots" and t.sep == "."):
        return read_figures(ctx, i)
    readers: tuple[Callable[[Context, int], Item | None], ...] = (
        named_day,
        _ranked,
        read_weekday,
        month_first,
        day_first,
        _ordinal_day,
        read_holiday,
        _closest,
        read_figures,
    )
    if t.kind == "word" and t.text in MONTHS:
        readers = (read_holiday, month_first, read_weekday)
    best: Item | None = None
    for reader in readers:
        item = reader(ctx, i)
        if item is not None and (best is None or item.j > best.j):
            best = item
    return best
