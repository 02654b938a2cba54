"""Longer periods by name or number: halves of years, decades, fiscal years, numbered weeks, months in figures, "year to date"."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times.dates import year_at, year_ref
from assistant.language.times.lexicon import LAST, MODS, NEXT
from assistant.language.times.model import Context, Day, Item, Span
from assistant.language.times.numbers import TENS
from assistant.language.times.spans import month_span, unit_span

_DECADES = {word[:-1] + "ies": value for word, value in TENS.items()}
# "Fiscal 2027" is taken as the calendar year: a business's own is not known here.
_KINDS_OF_YEAR = frozenset({"fiscal", "calendar", "financial", "tax"})
_SEASONS = {
    "spring": ((3, 20), (6, 21)),
    "summer": ((6, 21), (9, 23)),
    "autumn": ((9, 23), (12, 21)),
    "fall": ((9, 23), (12, 21)),
    "winter": ((12, 21), (3, 20)),
}


def _years(i: int, j: int, first: int, count: int = 1) -> Item | None:
    return Item(i, j, span=Span(date(first, 1, 1), date(first + count, 1, 1), "year")) if 1 <= first <= 9000 else None


def _year_number(ctx: Context, i: int) -> int | None:
    """Four figures at token i that can only be a year here."""
    n = ctx.cardinal(i)
    return n if n is not None and ctx.tokens[i].width == 4 and 1900 <= n <= 2199 and not ctx.tokens[i].spelled else None


def _year_beside(ctx: Context, j: int) -> tuple[int, int] | None:
    """The year said after a period, and where it ends: "2027", "of 2027", "next year"."""
    if _year_number(ctx, j) is not None:
        return _year_number(ctx, j) or 0, j + 1
    k = j + 1 if ctx.word(j) in ("of", "in", ",") else j
    if _year_number(ctx, k) is not None:
        return _year_number(ctx, k) or 0, k + 1
    found = year_ref(ctx, k) if ctx.word(k) in ("this", "next", "last", "the") else None
    return found or (year_at(ctx, j) if ctx.word(j) in ("of", "'") else None)


def read_season(ctx: Context, i: int, k: int, mod: str) -> Item | None:
    """A season: this, next or last one, or a year's."""
    w = ctx.word(k)
    if w not in _SEASONS and w not in ("season", "seasons"):
        return None
    said = _year_beside(ctx, k + 1) if w in _SEASONS else None
    if said is not None:
        (am, ad), (bm, bd) = _SEASONS[w]
        return Item(i, said[1], span=Span(date(said[0], am, ad), date(said[0] + (w == "winter"), bm, bd), "season"))
    today = ctx.today
    runs: list[tuple[date, date]] = []
    for y in range(today.year - 2, today.year + 3):
        for name in ("spring", "summer", "autumn", "winter"):
            (am, ad), (bm, bd) = _SEASONS[name]
            if w in ("season", "seasons", name) or (w == "fall" and name == "autumn"):
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


def _named_season(ctx: Context, i: int) -> Item | None:
    """A season without "this" or "next": with its year, after a preposition, or alone."""
    w, before = ctx.word(i), ctx.word(i - 1)
    if w not in _SEASONS:
        return None
    alone = len(ctx.tokens) <= 2 and w != "fall"
    if _year_beside(ctx, i + 1) is None and not alone and before not in ("in", "during", "the", "until", "of", "by", "since"):
        return None
    if before == "the" and ctx.word(i + 1) in ("in", "on", "is", "has", "was", "broke", "came", "went", "inside", "from"):
        return None  # "the spring in the garage door"
    if w == "fall" and _year_beside(ctx, i + 1) is None and before not in ("the", "in"):
        return None
    return read_season(ctx, i, i, "this")


def _half_year(ctx: Context, i: int) -> Item | None:
    """ "H1 2027", "2027 H2", "second half of 2027" is read with the edges of periods."""
    lead = _year_number(ctx, i)
    j = i
    if lead is not None:
        j = i + 2 if ctx.word(i + 1) in ("-", ",") else i + 1
    if ctx.word(j) != "h" or ctx.cardinal(j + 1) not in (1, 2) or not ctx.touching(j + 1):
        return None
    after = _year_beside(ctx, j + 2) if lead is None else None
    year, end = (lead, j + 2) if lead is not None else after if after is not None else (ctx.now.year, j + 2)
    start = date(year, 1 if ctx.cardinal(j + 1) == 1 else 7, 1)
    return Item(i, end, span=Span(start, start + relativedelta(months=6), "half"))


def _numbered_week(ctx: Context, i: int) -> Item | None:
    """ISO weeks with their year: "2026-W23", "W23 2026", "week 23 of 2026"; a day of one: "2026-W23-4"."""
    lead = _year_number(ctx, i)
    j = (i + 2 if ctx.word(i + 1) == "-" else i + 1) if lead is not None else i
    if ctx.word(j) not in ("w", "week") or (ctx.word(j) == "week" and lead is not None):
        return None
    k = j + 2 if ctx.word(j + 1) in ("number", "no", "#") else j + 1
    n = ctx.cardinal(k)
    if n is None or not 1 <= n <= 53 or ctx.tokens[k].width > 2 or (ctx.word(j) == "w" and not ctx.touching(k)):
        return None
    after = _year_beside(ctx, k + 1) if lead is None else None
    if lead is None and after is None:
        return None
    year, end = (lead, k + 1) if lead is not None else after or (0, 0)
    try:
        start = date.fromisocalendar(year, n, 1)
    except ValueError:
        return None
    weekday = ctx.cardinal(end + 1) if lead is not None and ctx.word(end) == "-" and ctx.touching(end + 1) else None
    if weekday is not None and 1 <= weekday <= 7:
        return Item(i, end + 2, day=Day(fixed=start + timedelta(weekday - 1)))
    return Item(i, end, span=Span(start, start + timedelta(7), "week"))


def _decade(ctx: Context, i: int) -> Item | None:
    """ "The 90s", "the nineteen eighties", "1970s", "the 21st century"."""
    j = i + 1 if ctx.word(i) == "the" else i
    if j > i and ctx.word(j) == "'" and ctx.touching(j + 1):
        j += 1  # "the '60s"
    n = ctx.number(j)
    if n is not None and ctx.tokens[j].ordinal and ctx.word(j + 1) == "century" and 1 <= n <= 40:
        return _years(i, j + 2, max(1, 100 * (n - 1)), 100)
    if n is not None and ctx.word(j + 1) in _DECADES and n in (18, 19, 20):
        return _years(i, j + 2, 100 * n + _DECADES[ctx.word(j + 1)], 10)
    if j == i and ctx.word(i - 1) not in ("early", "mid", "late", "-"):
        return None
    if ctx.word(j) in _DECADES:
        value = _DECADES[ctx.word(j)]
        return _years(i, j + 1, (1900 if value > 20 else 2000) + value, 10)
    k = j + 2 if ctx.word(j + 1) == "'" else j + 1
    if n is None or n % 10 or ctx.tokens[j].spelled or ctx.word(k) != "s" or not ctx.touching(k):
        return None
    if ctx.tokens[j].width == 2:
        return _years(i, k + 1, (1900 if n > 20 else 2000) + n, 10)
    return _years(i, k + 1, n, 10) if 1500 <= n <= 2100 and ctx.tokens[j].width == 4 else None


def _figured_month(ctx: Context, i: int) -> Item | None:
    """A month in figures with its year: "06/2027", "6-2027", "2027/06"."""
    if ctx.word(i + 1) not in ("/", "-") or not (ctx.touching(i + 1) and ctx.touching(i + 2)) or ctx.word(i + 3) in ("/", "-"):
        return None
    month, year, at = ctx.cardinal(i), _year_number(ctx, i + 2), i
    if year is None and ctx.word(i + 1) == "/":
        month, year, at = ctx.cardinal(i + 2), _year_number(ctx, i), i + 2
    if month is None or year is None or not 1 <= month <= 12 or ctx.tokens[at].width > 2 or ctx.tokens[at].spelled:
        return None
    return Item(i, i + 3, span=month_span(year, month, year_given=True))


def _kind_of_year(ctx: Context, i: int) -> Item | None:
    """ "This fiscal year", "the calendar year 2027", "FY27", "CY 2027"."""
    j = i + 1 if ctx.word(i) == "the" else i
    if ctx.word(j) in ("fy", "cy"):
        n = ctx.cardinal(j + 1)
        if n is None or ctx.tokens[j + 1].width not in (2, 4):
            return None
        return _years(i, j + 2, n if n > 99 else 2000 + n)
    mod = MODS.get(ctx.word(j), "")
    k = j + 1 if mod else j
    if ctx.word(k) not in _KINDS_OF_YEAR:
        return None
    end = k + 2 if ctx.word(k + 1) == "year" else k + 1
    said = _year_beside(ctx, end) if not mod else None
    if said is not None:
        return _years(i, said[1], said[0])
    if end == k + 1 or not mod:
        return None
    w = ctx.word(j)
    return _years(i, end, ctx.now.year + (1 if w in NEXT else -1 if w in LAST else 0))


def _to_date(ctx: Context, i: int) -> Item | None:
    """ "Year to date", "month to date", "YTD"."""
    unit, end = {"ytd": "year", "mtd": "month"}.get(ctx.word(i), ""), i + 1
    if not unit and ctx.word(i) in ("year", "month", "week") and (ctx.word(i + 1), ctx.word(i + 2)) == ("to", "date"):
        unit, end = ctx.word(i), i + 3
    span = unit_span(ctx.today, unit, 0) if unit else None
    return Item(i, end, span=Span(span.start, ctx.today + timedelta(1), span.grain, part_of="past")) if span else None


_READERS = (_half_year, _numbered_week, _decade, _figured_month, _kind_of_year, _to_date, _named_season)


def read_era(ctx: Context, i: int) -> Item | None:
    """The longest of these periods that starts at token i."""
    best: Item | None = None
    for reader in _READERS:
        item = reader(ctx, i)
        if item is not None and (best is None or item.j > best.j):
            best = item
    return best
