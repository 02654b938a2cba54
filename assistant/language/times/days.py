"""Days: names, dates in words and figures, and the weekday of a week or month."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times import festivals
from assistant.language.times.lexicon import (
    LAST,
    MODS,
    MONTHS,
    NEXT,
    PART_WORDS,
    SHY_MONTHS,
    TODAY,
    UNITS,
    WEEKDAY_PLURALS,
    WEEKDAY_POSSESSIVES,
    WEEKDAYS,
)  # fmt: skip
from assistant.language.times.model import Context, Day, Item

_COMING = ("coming", "upcoming", "following")
_DAY_BEFORE = frozenset({
    "on", "for", "by", "until", "from", "to", "before", "after", "since", "of", "between", "and", "or", "about", "than", "through",
    "say", "is", "-", "next", "last", "this", "be", "like", "do", "want",
})  # fmt: skip
_DAY_AFTER = frozenset({
    "at", "in", "of", "or", "and", "is", "to", "through", "please", "for", "then", "if", "works", "would", "morning", "afternoon",
    "evening", "night", "day", "until", "from", "about", "between", "before", "after", "this", "next", "but", "with", "around", "it",
    "i", "my", "we", "maybe", "instead", "thanks", "thank", "what", "how", "can", "when", "are", "was", "will", "available", "free", "should", "sounds",
    "anytime", "sometime", "any", "by", "not", "because", "since", "as", "so", "that", "also", "there", "no", "early", "late", "first", "last",
    "could", "looks", "open", "might", "too", "on", "noon", "midday", "half", "quarter", "ideally", "preferably",
})  # fmt: skip


_NOT_DAYS = frozenset({
    "floor", "street", "avenue", "st", "ave", "grade", "time", "one", "option", "person", "place", "birthday", "anniversary", "century", "party", "visit",
    "edition", "row", "amendment", "caller", "child", "attempt", "try", "dose", "class", "level", "year", "week", "month", "quarter", "generation", "largest",
    "best", "most", "in", "choice", "degree", "appointment", "session", "road", "lane", "drive", "district", "opinion", "half",
}) - {"in"}  # fmt: skip


def safe_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def year_at(ctx: Context, i: int, *, dashed: bool = False, plain: bool = False) -> tuple[int, int] | None:
    """A year after a date: 2026, '26, "twenty twenty six", "of 87".

    `dashed`: two figures after a dash or slash are a year too. `plain`: four figures cannot be a clock reading here.
    """
    j = i
    while ctx.word(j) in (",", "in", "of", "the", "year", "/", "-", ".") and j - i < 3:
        if ctx.word(j) == "the" and ctx.word(j + 1) != "year":
            return None
        j += 1
    joined = j > i and (
        ctx.word(j - 1) in ("of", "'") or (dashed and ctx.word(j - 1) in ("/", "-") and ctx.touching(j - 1) and ctx.touching(j))
    )
    t = ctx.tokens[j] if j < len(ctx.tokens) else None
    if t is not None and t.text == "'" and ctx.touching(j + 1) and ctx.tokens[j + 1].width == 2 and ctx.number(j + 1) is not None:
        n = int(ctx.number(j + 1) or 0)
        return (2000 + n if n < 70 else 1900 + n), j + 2
    if t is None or t.kind != "num" or t.ordinal or t.num is None:
        return None
    n = int(t.num)
    if ctx.word(j + 1) in ("am", "pm", "hours", "hrs", "oclock", "people", "guests"):
        return None
    if t.width == 4 and 1500 <= n <= 2199:
        if 1900 <= n <= ctx.now.year + 15 or n >= 2060 or plain or (j > i and ctx.word(j - 1) in ("in", "of", "year")) or n % 100 > 59:
            return n, j + 1
        return None
    nxt = ctx.cardinal(j + 1)
    if t.spelled and nxt is not None and ctx.tokens[j + 1].spelled and n in (19, 20) and 10 <= nxt <= 99:
        return n * 100 + nxt, j + 2
    if joined and t.width == 2 and ctx.word(j - 1) != "in" and n <= 99:
        return (2000 + n if n < 70 else 1900 + n), j + 1
    return None


def month_at(ctx: Context, i: int) -> int | None:
    """The month named by token i."""
    return MONTHS.get(ctx.word(i))


def _dom(ctx: Context, i: int) -> int | None:
    n = ctx.number(i)
    if n is None or not 1 <= n <= 31 or ctx.tokens[i].width > 2:
        return None
    return n


def _clockish(ctx: Context, i: int) -> bool:
    """Whether the number at token i goes on as a time: "3 pm", "3 o'clock"."""
    return ctx.word(i) in ("am", "pm", "oclock", ":", "h") or (ctx.word(i) == "p" and ctx.tokens[i].glued)


def _month_first(ctx: Context, i: int) -> Item | None:
    month = month_at(ctx, i)
    if month is None:
        return None
    j = i + 1
    if ctx.word(j) == ".":
        j += 1
    while ctx.word(j) in ("-", "/", ",") and ctx.tokens[j + 1 : j + 2] and ctx.tokens[j + 1].kind == "num":
        j += 1
    the = ctx.word(j) == "the"
    if the or (ctx.word(j) in ("on", "around") and ctx.word(j + 1) == "the"):
        j += 1 if the else 2
    day = _dom(ctx, j)
    if day is None or (not ctx.tokens[j].ordinal and _clockish(ctx, j + 1)):
        return None
    if (
        not ctx.tokens[j].ordinal
        and ctx.cardinal(j + 1) is not None
        and not ctx.tokens[j].spelled
        and ctx.tokens[j + 1].width == 2
        and ctx.word(j + 2) in ("am", "pm")
    ):
        return None
    j += 1
    if ctx.word(j) == "-" and ctx.word(j + 1) in ("st", "nd", "rd", "th"):
        j += 2
    # "18 March 79 4:30" has a year of two figures only when a time follows or nothing does.
    year = year_at(ctx, j)
    if year is None and ctx.cardinal(j) is not None and ctx.tokens[j].width == 2 and int(ctx.cardinal(j) or 0) > 31:
        n = int(ctx.cardinal(j) or 0)
        year = ((2000 if n < 70 else 1900) + n, j + 1)
    return _calendar_item(i, year[1] if year else j, year[0] if year else None, month, day)


def _day_first(ctx: Context, i: int) -> Item | None:
    j = i + 1 if ctx.word(i) == "the" else i
    day = _dom(ctx, j)
    if day is None:
        return None
    j += 1
    if ctx.word(j) == "." and ctx.touching(j):
        j += 1
    if ctx.word(j) == "day":
        j += 1
    if ctx.word(j) in ("of", "-", "/", "in") and month_at(ctx, j + 1) is not None:
        j += 1
    dashed = ctx.word(j - 1) in ("-", "/")
    month = month_at(ctx, j)
    if month is None:
        return None
    if ctx.word(j) == "may" and (ctx.word(j + 1) in ("i", "we", "be", "have", "not", "you", "need", "want")):
        return None
    j += 1
    if ctx.word(j) == "." and ctx.touching(j):
        j += 1
    year = year_at(ctx, j, dashed=dashed)
    return _calendar_item(i, year[1] if year else j, year[0] if year else None, month, day)


def _calendar_item(i: int, j: int, year: int | None, month: int, day: int) -> Item:
    limit = 29 if month == 2 and year is None else calendar.monthrange(year or 2024, month)[1]
    return Item(i, j, day=Day(year=year, month=month, day=day, impossible=day > limit))


def _figures(ctx: Context, i: int) -> Item | None:
    """Dates in figures; the order of day and month is the country's unless the figures or the separator decide it."""
    mod = MODS.get(ctx.word(i), "")
    if mod and i + 1 < len(ctx.tokens) and ctx.tokens[i + 1].kind == "slash":
        inner = _figures(ctx, i + 1)
        return Item(i, inner.j, day=replace(inner.day, mod=mod)) if inner is not None and inner.day is not None else None
    t = ctx.tokens[i]
    if t.kind == "num":
        m_, d_, y_ = ctx.cardinal(i), ctx.cardinal(i + 1), ctx.cardinal(i + 2)
        if (
            m_ is None
            or d_ is None
            or y_ is None
            or t.spelled
            or not (t.width <= 2 and ctx.tokens[i + 1].width <= 2 and 1900 <= y_ <= 2199)
        ):
            return None
        if ctx.country not in ("US", "PH", "CA") or m_ > 12:
            m_, d_ = d_, m_
        return _calendar_item(i, i + 3, y_, m_, d_) if 1 <= m_ <= 12 and 1 <= d_ <= 31 else None
    if t.kind not in ("iso", "dmy", "slash", "dots"):
        return None
    if (
        t.kind == "dots"
        and not t.sep
        and not (
            ctx.word(i - 1) in ("on", "the") or ctx.word(i + 1) == "at" or (i + 1 < len(ctx.tokens) and ctx.tokens[i + 1].kind == "clock")
        )
    ):
        return None
    us = ctx.country in ("US", "PH", "CA") and t.sep != "."
    if t.kind == "iso":
        y, m, d = t.parts
        if m > 12 >= d:
            m, d = d, m
        return _calendar_item(i, i + 1, y, m, d) if 1 <= m <= 12 and y >= 1 and d else None
    if t.kind == "dmy":
        a, b, y = t.parts
        y = y if y > 99 else (2000 + y if y < 70 else 1900 + y)
        if y > 2199 or y < 1500:
            y = ctx.now.year if t.sep == "." else y
    else:
        a, b = t.parts[:2]
        y = 0
        us = us and t.kind != "dots"
    m, d = (a, b) if us else (b, a)
    if m > 12 >= d and (d or 0) >= 1:
        m, d = d, m
    if not (1 <= m <= 12 and 1 <= d <= 31):
        return None
    if t.kind == "slash" and not y and ctx.word(i + 1) in UNITS:
        return None
    others: tuple[tuple[date, str], ...] = ()
    item = _calendar_item(i, i + 1, y or None, m, d)
    if d <= 12 and m != d and t.sep != "." and item.day is not None:
        swapped = safe_date(y or ctx.now.year, d, m)
        if swapped:
            others = ((swapped, "day and month may stand the other way round"),)
            item.day = Day(year=y or None, month=m, day=d, others=others)
    return item


def weekday_at(ctx: Context, i: int) -> int | None:
    """The weekday named by token i; "sat" and "sun" only where they can be meant."""
    w = ctx.word(i)
    n = WEEKDAYS.get(w)
    if n is None:
        # A transcript writes "Tuesday's" without its apostrophe.
        return WEEKDAY_POSSESSIVES.get(w, WEEKDAY_PLURALS.get(w))
    if w in _DOUBTFUL and len(ctx.tokens) > 3 and not _dated_beside(ctx, i):
        return None
    return n


_DOUBTFUL = frozenset({"sat", "sun", "wed", "mon", "tu"})
_WITH_DAYS = frozenset(
    {
        "on",
        "next",
        "this",
        "last",
        "every",
        "each",
        "by",
        "until",
        "from",
        "to",
        "or",
        "between",
        "coming",
        "-",
        "before",
        "after",
        ",",
        "for",
        "closest",
        "nearest",
    }
)


def _dated_beside(ctx: Context, i: int) -> bool:
    """Whether the short form at token i stands where a day stands: "on sat", "sun 15th", "mon at 3"."""
    before, after = ctx.word(i - 1), ctx.word(i + 1)
    if before in ("the", "a"):
        return False
    if (i == 0 and ctx.word(i) != "sun") or (before == "and" and ctx.word(i - 2) in WEEKDAYS):
        return True
    if before in _WITH_DAYS or before in WEEKDAYS or before in MONTHS or ctx.number(i - 1) is not None:
        return not (
            before in ("to", "for", "from")
            and after not in WEEKDAYS
            and i + 1 < len(ctx.tokens)
            and after.isalpha()
            and after not in ("at", "to", "or", "and")
        )
    following = ctx.tokens[i + 1].kind if i + 1 < len(ctx.tokens) else ""
    return (
        following in ("num", "clock", "slash", "dmy", "iso", "dots")
        or after in MONTHS
        or after in WEEKDAYS
        or after in PART_WORDS
        or after in (",", "-", "next")
        or (after == "at" and (ctx.number(i + 2) is not None or ctx.word(i + 2) in ("half", "quarter", "noon", "a")))
        or (after == "the" and ctx.ordinal(i + 2) is not None)
    )


def coming_weekday(today: date, weekday: int) -> date:
    """The next such day after today."""
    return today + timedelta((weekday - today.weekday() - 1) % 7 + 1)


def _weekday(ctx: Context, i: int) -> Item | None:
    """A weekday with what stands before and after it ("next Tuesday but one", "Friday week")."""
    j, mods = i, []
    while j - i < 4 and (ctx.word(j) in MODS or (ctx.word(j) == "the" and ctx.word(j + 1) in MODS)):
        if ctx.word(j) in MODS:
            mods.append(ctx.word(j))
        j += 1
    weekday = weekday_at(ctx, j)
    count = 0
    if weekday is None and not mods:
        n = ctx.cardinal(i)
        plural = WEEKDAY_PLURALS.get(ctx.word(i + 1))
        if n and plural is not None and n < 60:
            k = i + 2
            if ctx.word(k) == "from" and ctx.word(k + 1) in ("now", "today"):
                return Item(i, k + 2, day=Day(fixed=coming_weekday(ctx.today, plural) + timedelta(7 * (n - 1))))
            if ctx.word(k) == "ago":
                return Item(
                    i,
                    k + 1,
                    day=Day(
                        fixed=coming_weekday(ctx.today, plural)
                        - timedelta(
                            7 * (n + (plural != ctx.today.weekday()))
                            - 7 * (plural == ctx.today.weekday())
                            + (7 if plural == ctx.today.weekday() else 0)
                        )
                    ),
                )
        return None
    if weekday is None:
        return None
    day = Day(weekday=weekday, mod="coming" if mods and mods[-1] in _COMING else MODS.get(mods[-1], "") if mods else "")
    k = j + 1
    if ctx.word(k) == ".":
        k += 1 if ctx.tokens[j].end == ctx.tokens[k].start and len(ctx.word(j)) <= 5 and k + 1 < len(ctx.tokens) else 0
    if ctx.word(k) in ("after", "but") and ctx.word(k + 1) in ("next", "one"):
        if (ctx.word(k), ctx.word(k + 1)) in (("after", "next"), ("but", "one")):
            return Item(i, k + 2, day=Day(fixed=coming_weekday(ctx.today, weekday) + timedelta(7)))
    if ctx.word(k) in ("after", "before", "following") and not mods and ctx.word(k + 1) not in ("next", "last", "lunch", "work", "noon"):
        beside = _beside_day(ctx, i, k + 1, weekday, -1 if ctx.word(k) == "before" else 1)
        if beside is not None:
            return beside
    if ctx.word(k) == "before" and ctx.word(k + 1) == "last":
        return Item(i, k + 2, day=Day(fixed=_back(ctx.today, weekday) - timedelta(7)))
    if (
        ctx.word(k) in ("week", "fortnight")
        and not mods
        and ctx.word(k + 1) not in ("of", "commencing", "beginning")
        and ctx.cardinal(k + 1) is None
    ):
        count = 1 if ctx.word(k) == "week" else 2
        return Item(i, k + 1, day=Day(fixed=coming_weekday(ctx.today, weekday) + timedelta(7 * count)))
    if (
        not mods
        and ctx.word(k) in ("next", "coming")
        and (
            k + 1 >= len(ctx.tokens)
            or ctx.tokens[k + 1].kind != "word"
            or ctx.word(k + 1) in ("at", "please", "if", "in", "from", "between")
        )
    ):
        return Item(i, k + 1, day=replace(day, mod=ctx.word(k)))
    figures = _weekday_figures(ctx, k, weekday)
    if figures is not None:
        return Item(i, figures[1], day=figures[0])
    # "Friday 23", "Sunday the 17th", "Monday 21"; small bare numbers are left to be hours.
    d = k + 1 if ctx.word(k) in ("the", ",") else k
    if ctx.word(k) == "," and ctx.word(k + 1) == "the":
        d = k + 2
    n2 = _dom(ctx, d)
    if n2 is not None and month_at(ctx, d + 1) is None and not _clockish(ctx, d + 1):
        of_month = ctx.word(d + 1) in ("of", "in", "this", "next", "day")
        stands = ctx.tokens[d].ordinal or (
            n2 > 12
            and ctx.tokens[d].width == 2
            and not of_month
            and ctx.word(d + 1) not in ("-", "minutes")
            and (ctx.cardinal(d + 1) is None or n2 > 23)
        )
        if ctx.tokens[d].ordinal and ctx.word(d + 1) in ("of",) and month_at(ctx, d + 2) is not None:
            stands = False
        if stands and not (ctx.tokens[d].ordinal and of_month):
            return Item(i, d + 1, day=Day(weekday=weekday, day=n2, mod=day.mod))
    return Item(i, k, day=day)


def _beside_day(ctx: Context, i: int, k: int, weekday: int | None, step: int) -> Item | None:
    """The day, or the weekday, next to a named day that starts at token k: "the Monday after Easter"."""
    if k >= len(ctx.tokens):
        return None
    inner = read_day(ctx, k)
    if inner is None or inner.day is None or inner.part is not None:
        return None
    from assistant.language.times.resolve import day_date

    base = day_date(inner.day, ctx)
    if base is None:
        return None
    if weekday is None:
        return Item(i, inner.j, day=Day(fixed=base + timedelta(step)))
    if inner.day.weekday is not None and inner.day.day is None:
        return None
    ahead = (weekday - base.weekday() - 1) % 7 + 1
    return Item(
        i, inner.j, day=Day(fixed=base + timedelta(ahead) if step > 0 else base - timedelta((base.weekday() - weekday - 1) % 7 + 1))
    )


def _weekday_figures(ctx: Context, k: int, weekday: int) -> tuple[Day, int] | None:
    """ "Monday 19.06", "Friday 7-6": two figures that are a date because it falls on that weekday."""
    t = ctx.tokens[k] if k < len(ctx.tokens) else None
    if t is None:
        return None
    if t.kind == "dots" and not t.sep and len(t.parts) == 2:
        pairs, end = [(t.parts[1], t.parts[0])], k + 1
    elif (
        t.kind == "num" and t.width <= 2 and ctx.word(k + 1) == "-" and ctx.touching(k + 1) and ctx.touching(k + 2) and ctx.cardinal(k + 2)
    ):
        a, b = int(t.num or 0), int(ctx.cardinal(k + 2) or 0)
        pairs, end = [(a, b), (b, a)] if ctx.country == "US" else [(b, a), (a, b)], k + 3
    else:
        return None
    for month, dom in pairs:
        for year in (ctx.now.year, ctx.now.year + 1):
            found = safe_date(year, month, dom) if 1 <= month <= 12 else None
            if found and found >= ctx.today:
                if found.weekday() == weekday:
                    return Day(fixed=found), end
                break
    return None


def _back(today: date, weekday: int) -> date:
    return today - timedelta((today.weekday() - weekday - 1) % 7 + 1)


def month_ref(ctx: Context, i: int) -> tuple[int, int, int] | None:
    """A month that something lies in, "of October 2018", "of the month", "in next month": (year, month, end); year 0 is the coming one."""
    j = i
    if ctx.word(j) in ("of", "in", "from"):
        j += 1
    if ctx.word(j) in ("the", "this", "current", "next", "last", "following", "coming", "that", "previous", "same", "every", "each"):
        w = ctx.word(j)
        k = j + 1
        if w == "the" and ctx.word(k) in MODS:
            w, k = ctx.word(k), k + 1
        if ctx.word(k) == "month" and w not in ("every", "each"):
            shift = 1 if w in NEXT else -1 if w in LAST else 0
            d = ctx.today.replace(day=1) + relativedelta(months=shift)
            return d.year, d.month, k + 1
        if month_at(ctx, k) is not None and w in MODS:
            m = month_at(ctx, k) or 1
            y = ctx.now.year
            if w in NEXT and m <= ctx.now.month:
                y += 1
            if w in LAST and m >= ctx.now.month:
                y -= 1
            return y, m, k + 1
        return None
    if ctx.word(j) == "month" and j > i:
        return ctx.now.year, ctx.now.month, j + 1
    month = month_at(ctx, j)
    if month is None:
        return None
    end = j + 2 if ctx.word(j + 1) == "." and ctx.touching(j + 1) and len(ctx.word(j)) <= 4 and j + 2 < len(ctx.tokens) else j + 1
    year = year_at(ctx, end)
    if year:
        return year[0], month, year[1]
    return 0, month, end


def rank_at(ctx: Context, i: int) -> tuple[int, int] | None:
    """first, 3rd, last, second to last: the rank (negative from the end) and where it ends."""
    w = ctx.word(i)
    if w in ("last", "final"):
        return -1, i + 1
    n = ctx.ordinal(i)
    if n is None or n > 53:
        return None
    j = i + 1
    if ctx.word(j) in ("to", "-") and ctx.word(j + 1) in ("last", "the"):
        k = j + 2 if ctx.word(j + 1) == "the" else j + 1
        if ctx.word(k) == "-":
            k += 1
        if ctx.word(k) == "last":
            return -n, k + 1
    if ctx.word(j) == "last":
        return -n, j + 1
    return n, j


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
    if ctx.word(j + 1) not in ("of", "in", "next", "this", "last"):
        return None
    ref = month_ref(ctx, j + 1)
    if ref is None:
        k = j + 2 if ctx.word(j + 1) in ("of", "in") else j + 1
        year = _year_ref(ctx, k)
        if year is None or ctx.word(j + 1) not in ("of", "in"):
            return None
        first, end = date(year[0], 1, 1), date(year[0] + 1, 1, 1)
        found = _nth_of(first, end, weekday, unit, n)
        return Item(i, year[1], day=Day(fixed=found)) if found else None
    year_no, month, end_at = ref
    for y in [year_no] if year_no else [ctx.now.year, ctx.now.year + 1]:
        first = date(y, month, 1)
        found = _nth_of(first, first + relativedelta(months=1), weekday, unit, n)
        if found and (year_no or found >= ctx.today):
            return Item(i, end_at, day=Day(fixed=found))
    return Item(i, end_at, day=Day(impossible=True))


def _year_ref(ctx: Context, i: int) -> tuple[int, int] | None:
    if ctx.word(i) in ("the", "this", "next", "last"):
        k = i + 1
        w = ctx.word(i)
        if w == "the" and ctx.word(k) in MODS:
            w, k = ctx.word(k), k + 1
        if ctx.word(k) == "year":
            direct = year_at(ctx, k + 1)
            if direct:
                return direct
            return ctx.now.year + (1 if w in NEXT else -1 if w in LAST else 0), k + 1
        return None
    return year_at(ctx, i)


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
    n = _dom(ctx, j)
    if n is None:
        return None
    t = ctx.tokens[j]
    k = j + 1
    if ctx.word(k) == "day" and ctx.word(k + 1) in ("of", "this", "next"):
        k += 1
    ref = month_ref(ctx, k)
    if ref is not None and ref[0] and month_at(ctx, ref[2] - 1) is None and (t.ordinal or ctx.word(k) == "of"):
        found = safe_date(ref[0], ref[1], n)
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
    if t.spelled and not ((the and (before in _DAY_BEFORE or n > 3)) or (before in ("on",) and n > 3) or (n > 12)):
        return None
    if t.spelled and n <= 12 and after in ("one", "time", "of", "to"):
        return None
    return Item(i, j + 1, day=Day(day=n))


def _holiday(ctx: Context, i: int) -> Item | None:
    """A holiday by name, with the year it is said for."""
    j, mod = i, ""
    if ctx.word(j) == "the":
        j += 1
    if ctx.word(j) in MODS:
        mod, j = MODS[ctx.word(j)], j + 1
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
        _year_ref(ctx, j + 1)
        if ctx.word(j) in ("of", "in", "for")
        else _year_ref(ctx, j)
        if ctx.word(j) in ("this", "next", "last")
        else None
    )
    if given:
        year, j = given
    elif said:
        year, j = said
    else:
        from assistant.language.times.durations import amount

        at = j + 1 if ctx.word(j) == "in" else j
        length = amount(ctx, at)
        if length and length[0].unit == "year" and (at > j or ctx.word(length[1]) in ("ago", "from")):
            n = int(length[0].count)
            base = festivals.coming(rule, ctx.today)
            if base and at > j:
                year, j = base.year + n, length[1]
            elif ctx.word(length[1]) == "ago":
                past = festivals.coming(rule, ctx.today, back=True)
                year, j = (past.year - n + 1 if past else ctx.now.year - n), length[1] + 1
    if year is not None:
        days = festivals.dates_of(rule, year) if 1583 <= year <= 2200 else ()
        day = days[0] if days else None
    elif mod == "this":
        days = festivals.dates_of(rule, ctx.now.year)
        day = days[0] if days else festivals.coming(rule, ctx.today)
    else:
        day = festivals.coming(rule, ctx.today + timedelta(1) if mod == "next" else ctx.today, back=mod == "last")
    if day is None:
        return None
    length_days = festivals.length_of(rule)
    if length_days:
        from assistant.language.times.model import Span

        end = day + timedelta(length_days)
        if rule == "ramadan":
            feasts = [d for y in (day.year, day.year + 1) for d in festivals.dates_of("islamic:EID_AL_FITR", y) if d > day]
            end = feasts[0] if feasts else end
        return Item(i, j, span=Span(day, end, "day"))
    return Item(i, j, day=Day(fixed=day))


def _named(ctx: Context, i: int) -> Item | None:
    """today, tomorrow, the day after tomorrow, tonight."""
    w = ctx.word(i)
    j = i + 1 if w == "the" else i
    if ctx.word(j) == "day" and ctx.word(j + 1) in ("after", "before", "following"):
        k = j + 2
        step = -1 if ctx.word(j + 1) == "before" else 1
        if ctx.word(k) in TODAY:
            return Item(i, k + 1, day=Day(fixed=ctx.today + timedelta(TODAY[ctx.word(k)] + step)))
        return None if ctx.word(k) in ("next", "last", "that") and weekday_at(ctx, k + 1) is None else _beside_day(ctx, i, k, None, step)
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
    year = _year_ref(ctx, end + 1)
    from assistant.language.times.resolve import day_date

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
    if t.kind in ("iso", "dmy", "slash") or (t.kind == "dots" and t.sep == "."):
        return _figures(ctx, i)
    readers = (_named, _ranked, _weekday, _month_first, _day_first, _ordinal_day, _holiday, _closest, _figures)
    if t.kind == "word" and t.text in MONTHS:
        readers = (_holiday, _month_first, _weekday)
    best: Item | None = None
    for reader in readers:
        item = reader(ctx, i)
        if item is not None and (best is None or item.j > best.j):
            best = item
    return best


def shy_month(ctx: Context, i: int) -> bool:
    """Whether the month word at token i is more likely an ordinary word ("may I", "march over")."""
    w = ctx.word(i)
    if w not in SHY_MONTHS or (i == 0 and len(ctx.tokens) <= 2):
        return False
    after = ctx.word(i + 1)
    if after in ("to", "-", "through", "until", "and", "or") and month_at(ctx, i + 2) is not None:
        return False
    if (after, ctx.word(i + 2)) in (
        ("after", "next"),
        ("next", "year"),
        ("this", "year"),
        ("last", "year"),
        ("of", "next"),
        ("of", "this"),
    ):
        return False
    if after == "in" and ctx.word(i + 3) in ("year", "years"):
        return False
    return ctx.word(i - 1) not in {
        "in", "of", "during", "until", "since", "by", "this", "next", "last", "early", "late", "mid", "end", "from", "to", "for", "before", "after", "beginning",
        "through", "between", "and", "or", "-", "every", "about", "coming", "following", "mid-", "each", "around",
    }  # fmt: skip
