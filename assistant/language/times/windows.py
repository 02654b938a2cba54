"""Windows from counted lengths: "in 2 to 3 weeks", "in less than an hour", "within three days of Easter"."""

from __future__ import annotations

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times.counted import ONE_OF, moved_by, shifted_day
from assistant.language.times.dating import day_date
from assistant.language.times.days import read_day
from assistant.language.times.durations import amount
from assistant.language.times.lexicon import UNITS
from assistant.language.times.model import Amount, Context, Item, Span

_AT_MOST = (("less", "than"), ("no", "more", "than"), ("not", "more", "than"), ("at", "most"), ("up", "to"), ("under",))
_AT_LEAST = (("more", "than"), ("at", "least"), ("no", "less", "than"), ("not", "less", "than"), ("over",))


def limited(ctx: Context, i: int) -> Item | None:
    """ "In less than two hours", "in at least a week": a window from now, or from then on."""
    for limits, most in ((_AT_MOST, True), (_AT_LEAST, False)):
        for words in limits:
            if tuple(ctx.word(i + 1 + n) for n in range(len(words))) != words:
                continue
            length = amount(ctx, i + 1 + len(words))
            moved = moved_by(ctx, i, length[1], length[0], 1) if length is not None else None
            if moved is None or most is False:
                if moved is not None:
                    moved.bound = "from"
                return moved
            if moved.instant is not None:
                return Item(i, moved.j, span=Span(ctx.today, moved.instant.date(), "minute", start_at=ctx.now, end_at=moved.instant))
            day = day_date(moved.day, ctx) if moved.day is not None else None
            return Item(i, moved.j, span=Span(ctx.today, day + timedelta(1), "day")) if day is not None else None
    return None


def around_day(ctx: Context, i: int, k: int, size: Amount) -> Item | None:
    """ "Within three days of Easter": as far before the day as after it."""
    inner = read_day(ctx, k) if k < len(ctx.tokens) else None
    day = day_date(inner.day, ctx) if inner is not None and inner.day is not None else None
    first, last = (shifted_day(day, size, -1), shifted_day(day, size, 1)) if day is not None else (None, None)
    if inner is None or first is None or last is None or size.clocklike:
        return None
    return Item(i, inner.j, span=Span(max(first, ctx.today), last + timedelta(1), "day"))


def _two_lengths(ctx: Context, j: int) -> tuple[int, Amount, int] | None:
    """Two counts of one unit at token j, the shorter, the longer and where they end: "2 to 3 weeks", "a day or two"."""
    if ctx.word(j) in ("a", "an", "one") and ctx.word(j + 1) in UNITS and ctx.word(j + 2) == "or":
        high, unit = ctx.cardinal(j + 3), UNITS[ctx.word(j + 1)]
        step = ONE_OF.get(unit) or {"hour": relativedelta(hours=1), "minute": relativedelta(minutes=1)}.get(unit)
        if high is None or not 1 < high <= 4 or step is None or ctx.word(j + 4) in UNITS:
            return None
        exact = {"hour": timedelta(hours=high), "minute": timedelta(minutes=high)}.get(unit)
        return 1, Amount(step * high, unit, high, exact), j + 4
    low = ctx.cardinal(j)
    if low is None or not (ctx.word(j + 1) in ("to", "or", "-") or (ctx.word(j + 1) == "and" and ctx.word(j - 1) == "between")):
        return None
    longer = amount(ctx, j + 2)
    if longer is None or not longer[0].count or low >= longer[0].count or UNITS.get(ctx.word(longer[1] - 1)) is None:
        return None
    return low, longer[0], longer[1]


def spread(ctx: Context, i: int, j: int, *, from_now: bool = False) -> Item | None:
    """ "In 2 to 3 weeks": from the shorter length on to the longer, or from now on."""
    found = _two_lengths(ctx, j)
    if found is None:
        return None
    low, size, end = found
    if size.clocklike and size.exact is not None:
        step = size.exact / size.count
        a, b = ctx.now + step * (0 if from_now else low), ctx.now + size.exact
        return Item(i, end, span=Span(a.date(), b.date(), size.unit, start_at=a, end_at=b))
    if size.unit not in ("day", "week", "month", "workday"):
        return None
    shorter = Amount(ONE_OF.get(size.unit, relativedelta(days=1)) * low, size.unit, low)
    first, last = shifted_day(ctx.today, shorter, 1), shifted_day(ctx.today, size, 1)
    if first is None or last is None:
        return None
    return Item(i, end, span=Span(ctx.today if from_now else first, last + timedelta(1), "day"))
