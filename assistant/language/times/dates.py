"""Calendar dates in words and figures: months, days of the month, years."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta

from assistant.language.times.dating import safe_date
from assistant.language.times.lexicon import LAST, MODS, MONTHS, NEXT, SHY_MONTHS, UNITS
from assistant.language.times.model import Context, Day, Item

_NOT_DAYS = frozenset({
    "floor", "street", "avenue", "st", "ave", "grade", "time", "one", "option", "person", "place", "birthday", "anniversary", "century",
    "party", "visit",
    "edition", "row", "amendment", "caller", "child", "attempt", "try", "dose", "class", "level", "year", "week", "month", "quarter",
    "generation", "largest",
    "best", "most", "in", "avail", "choice", "degree", "appointment", "session", "road", "lane", "drive", "district", "opinion", "half",
    "standard", "std", "form", "grader", "graders", "trimester",
}) - {"in"}  # fmt: skip


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


def day_number(ctx: Context, i: int) -> int | None:
    n = ctx.number(i)
    if n is None or not 1 <= n <= 31 or ctx.tokens[i].width > 2:
        return None
    return n


def clockish(ctx: Context, i: int) -> bool:
    """Whether the number at token i goes on as a time: "3 pm", "3 o'clock"."""
    return ctx.word(i) in ("am", "pm", "oclock", ":", "h") or (ctx.word(i) == "p" and ctx.tokens[i].glued)


def month_first(ctx: Context, i: int) -> Item | None:
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
    day = day_number(ctx, j)
    if day is None or (not ctx.tokens[j].ordinal and clockish(ctx, j + 1)):
        return None
    if (
        not ctx.tokens[j].ordinal
        and ctx.cardinal(j + 1) is not None
        and not ctx.tokens[j].spelled
        and ctx.tokens[j + 1].width == 2
        and (ctx.cardinal(j + 1) or 0) > 12
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
    year = year or _near_year(ctx, j)
    return calendar_item(i, year[1] if year else j, year[0] if year else None, month, day)


def _near_year(ctx: Context, j: int) -> tuple[int, int] | None:
    """Two figures behind a date that no hour of a day is meant by: "14th April 27" in 2026."""
    n = ctx.cardinal(j)
    if n is None or ctx.tokens[j].width != 2 or ctx.tokens[j].spelled or n <= 12 or abs(2000 + n - ctx.now.year) > 3:
        return None
    return (2000 + n, j + 1) if j + 1 >= len(ctx.tokens) or ctx.word(j + 1) in (".", ",", "?", "!", "at", "please") else None


def day_first(ctx: Context, i: int) -> Item | None:
    j = i + 1 if ctx.word(i) == "the" else i
    day = day_number(ctx, j)
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
    if may_ask(ctx, j) and ctx.word(j - 1) != "of":
        return None
    j += 1
    if ctx.word(j) == "." and ctx.touching(j):
        j += 1
    year = year_at(ctx, j, dashed=dashed) or _near_year(ctx, j)
    return calendar_item(i, year[1] if year else j, year[0] if year else None, month, day)


def calendar_item(i: int, j: int, year: int | None, month: int, day: int) -> Item:
    limit = 29 if month == 2 and year is None else calendar.monthrange(year or 2024, month)[1]
    return Item(i, j, day=Day(year=year, month=month, day=day, impossible=day > limit))


def read_figures(ctx: Context, i: int) -> Item | None:
    """Dates in figures; the order of day and month is the country's unless the figures or the separator decide it."""
    mod = MODS.get(ctx.word(i), "")
    if mod and i + 1 < len(ctx.tokens) and ctx.tokens[i + 1].kind == "slash":
        inner = read_figures(ctx, i + 1)
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
        return calendar_item(i, i + 3, y_, m_, d_) if 1 <= m_ <= 12 and 1 <= d_ <= 31 else None
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
        return calendar_item(i, i + 1, y, m, d) if 1 <= m <= 12 and y >= 1 and d else None
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
    if t.kind == "slash" and not y and (ctx.word(i + 1) in UNITS or t.parts == (24, 7)):
        return None
    others: tuple[tuple[date, str], ...] = ()
    item = calendar_item(i, i + 1, y or None, m, d)
    if d <= 12 and m != d and t.sep != "." and item.day is not None:
        swapped = safe_date(y or ctx.now.year, d, m)
        if swapped:
            others = ((swapped, "day and month may stand the other way round"),)
            item.day = Day(year=y or None, month=m, day=d, others=others)
    return item


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
    if w == "penultimate":
        return -2, i + 1
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


def year_ref(ctx: Context, i: int) -> tuple[int, int] | None:
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


_GIVEN_NAMES = frozenset({"april", "june", "may", "august", "jan"})


def may_ask(ctx: Context, i: int) -> bool:
    """Whether token i is the "may" of "may I come in", not the month of "in May I think"."""
    return (
        ctx.word(i) == "may"
        and ctx.word(i + 1) in ("i", "be", "we", "have", "not", "you", "also", "want", "need")
        and ctx.word(i + 2) not in ("think", "guess", "believe", "said", "suppose")
    )


def shy_month(ctx: Context, i: int) -> bool:
    """Whether the month word at token i is more likely an ordinary word ("may I", "march over")."""
    w, after = ctx.word(i), ctx.word(i + 1)
    if w in _GIVEN_NAMES and (
        ctx.word(i - 1) in ("i'm", "am", "called", "named", "dr", "ms", "mrs", "miss", "aunt", "it's", "its")
        or (ctx.word(i - 1) == "is" and ctx.word(i - 2) in ("name", "this", "she", "daughter", "wife", "sister"))
        or (ctx.word(i + 1), ctx.word(i + 2)) in (("is", "my"), ("here", ""))
    ):
        return True
    if w == "march" and ctx.word(i - 1) == "to" and after in ("down", "over", "up", "straight", "right", "out", "into", "around", "back"):
        return True
    if w not in SHY_MONTHS or (i == 0 and len(ctx.tokens) <= 2):
        return False
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
    if ctx.word(i - 1) in ("do", "book", "say", "maybe", "prefer", "suggest", "have") and after in ("", "?", ".", ",", "please", "or"):
        return False
    if (after == "works" or (after, ctx.word(i + 2)) in (("would", "be"), ("would", "work"), ("is", "fine"), ("is", "good"))) and (
        ctx.word(i - 1) in ("", ",", ".", "yes", "yeah", "well", "so", "then", "maybe")
    ):
        return False
    return ctx.word(i - 1) not in {
        "in", "of", "during", "until", "since", "by", "this", "next", "last", "early", "late", "mid", "end", "from", "to", "for",
        "before", "after", "beginning",
        "through", "between", "and", "or", "-", "every", "about", "coming", "following", "mid-", "each", "around",
    }  # fmt: skip
