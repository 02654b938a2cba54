"""Periods beside what was just said or beside a day: "this week or next", "the week after", "the last weekend before Easter"."""

from __future__ import annotations

from datetime import timedelta

from assistant.language.times.dates import rank_at
from assistant.language.times.dating import day_date
from assistant.language.times.lexicon import NEXT, THIS, UNITS
from assistant.language.times.model import Context, Item, Span
from assistant.language.times.spans import unit_span

_WHOLE = frozenset({"week", "weekend", "month", "year", "quarter", "fortnight"})
_BESIDE = ("or", "and", "but", "maybe", "even")


def elided(ctx: Context, i: int) -> Item | None:
    """A unit that is said once for two: "this week or next", "this or next month"."""
    w = ctx.word(i)
    if w in THIS and ctx.word(i + 1) in ("or", "and") and ctx.word(i + 2) in NEXT and UNITS.get(ctx.word(i + 3)) in _WHOLE:
        return Item(i, i + 1, span=unit_span(ctx.today, UNITS[ctx.word(i + 3)], 0))
    if w not in NEXT or ctx.word(i - 1) not in _BESIDE:
        return None
    k = i - 2
    while ctx.word(k) in _BESIDE or ctx.word(k) == ",":
        k -= 1
    unit = UNITS.get(ctx.word(k), "")
    if unit not in _WHOLE or ctx.word(k - 1) not in THIS or (i + 1 < len(ctx.tokens) and ctx.word(i + 1) in UNITS):
        return None
    return Item(i, i + 1, span=unit_span(ctx.today, unit, 1))


def unit_after(ctx: Context, i: int, j: int) -> Item | None:
    """ "The week after", of the one that was said just before or of this one."""
    end = j + (3 if ctx.word(j + 2) == "that" else 2)
    stop = i - 1
    while stop > 0 and (ctx.word(stop) in _BESIDE or ctx.word(stop) == ","):
        stop -= 1
    for start in range(stop, max(-1, stop - 4), -1) if stop < i - 1 else ():
        inner = ctx.read("period", start)
        if inner is not None and inner.span is not None and inner.j == stop + 1:
            return Item(i, end, span=unit_span(inner.span.start, ctx.word(j), 1))
    return Item(i, end, span=unit_span(ctx.today, ctx.word(j), 1))


def ranked_weekend(ctx: Context, i: int) -> Item | None:
    """ "The last weekend before Easter", "the second weekend after the 10th"."""
    j = i + 1 if ctx.word(i) == "the" else i
    rank = rank_at(ctx, j)
    if rank is None or UNITS.get(ctx.word(rank[1])) != "weekend" or ctx.word(rank[1] + 1) not in ("before", "after", "following"):
        return None
    n, k = rank[0], rank[1] + 1
    inner = ctx.read("day", k + 1) if k + 1 < len(ctx.tokens) else None
    day = day_date(inner.day, ctx) if inner is not None and inner.day is not None and not inner.has_time else None
    if inner is None or day is None or not (1 <= n <= 12 or (n == -1 and ctx.word(k) == "before")):
        return None
    if ctx.word(k) == "before":
        start = day - timedelta((day.weekday() - 5 - 1) % 7 + 1 + 7 * (abs(n) - 1))
        start -= timedelta(7) if start + timedelta(1) >= day else timedelta()
    else:
        start = day + timedelta((5 - day.weekday() - 1) % 7 + 1 + 7 * (n - 1))
    return Item(i, inner.j, span=Span(start, start + timedelta(2), "weekend"))
