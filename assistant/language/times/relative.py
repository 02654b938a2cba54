"""What is counted from now or from a day: "in a fortnight", "three days ago", "two weeks after Easter", "a week on Friday"."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times.clocks import read_clock
from assistant.language.times.counted import ONE_OF, moved_by, shifted_day
from assistant.language.times.dating import coming_weekday, day_date
from assistant.language.times.days import read_day
from assistant.language.times.durations import amount
from assistant.language.times.halves import clock_time
from assistant.language.times.lexicon import MODS, NOUNS_COUNTED, TODAY, UNITS
from assistant.language.times.model import Amount, Clock, Context, Day, Item, Span
from assistant.language.times.weekdays import weekday_at
from assistant.language.times.windows import around_day, limited, spread

# Other words for now, where they are all that is said.
_AT_ONCE = (
    ("just", "now"), ("at", "this", "moment"), ("at", "once"), ("atm",), ("immediately",),
    ("right", "away"), ("straight", "away"), ("this", "instant"),
)  # fmt: skip
# "Are you free now" asks for this moment; in most other sentences the word only fills.
_BEFORE_NOW = frozenset({
    "meet", "come", "in", "available", "free", "open", "start", "starting", "leave", "it", "over", "today", "is", "back", "go", "here",
    "anything", "anyone", "someone", "anybody", "somebody", "begin", "begins", "starts",
})  # fmt: skip
_FORWARD = {"hence", "away", "out"}
_WAITING = frozenset({"me", "on", "wait", "just", "hold", "hang", "only", "got", "please", ",", ".", "need", "have", "the", "give"})


def _anchored(ctx: Context, i: int, k: int, length: Amount, sign: int) -> Item | None:
    """A length after or before a named day; the day starts at token k."""
    if k >= len(ctx.tokens):
        return None
    if ctx.word(k) in ("now", "today") or (ctx.word(k) == "right" and ctx.word(k + 1) == "now"):
        end = k + 2 if ctx.word(k) == "right" else k + 1
        return moved_by(ctx, i, end, length, sign) if ctx.word(k) != "today" or not length.clocklike else None
    if length.clocklike:
        return _beside_clock(ctx, i, k, length, sign)
    inner = read_day(ctx, k)
    if inner is None or inner.day is None:
        return None

    base = day_date(inner.day, ctx)
    day = shifted_day(base, length, sign) if base else None
    return Item(i, inner.j, day=Day(fixed=day), part=inner.part) if day else None


def _beside_clock(ctx: Context, i: int, k: int, length: Amount, sign: int) -> Item | None:
    """Hours or minutes before or after a clock reading: "an hour before noon"."""
    if length.exact is None or length.exact >= timedelta(days=100):
        return None
    dated = _beside_moment(ctx, i, k, sign * length.exact)
    if dated is not None:
        return dated
    inner = read_clock(ctx, k)
    if inner is None or inner.clock is None or length.exact >= timedelta(hours=12):
        return None
    if inner.weak and (ctx.word(inner.j) in NOUNS_COUNTED or ctx.word(inner.j) in UNITS):
        return None
    c = inner.clock
    total = (c.hour * 60 + c.minute + sign * int(length.exact.total_seconds()) // 60) % 1440
    hour = total // 60 if c.sure else (total // 60 - 1) % 12 + 1
    return Item(i, inner.j, clock=Clock(hour, total % 60, c.second, sure=c.sure, zone=c.zone))


def _beside_moment(ctx: Context, i: int, k: int, step: timedelta) -> Item | None:
    """Hours or minutes before or after a day and its hour: "two hours before Friday at five"."""
    named = read_day(ctx, k)
    day = day_date(named.day, ctx) if named is not None and named.day is not None and named.part is None else None
    if named is None or day is None:
        return None
    at = named.j
    while ctx.word(at) in ("at", ",", "@"):
        at += 1
    inner = read_clock(ctx, at) if at < len(ctx.tokens) and at - named.j <= 2 else None
    if inner is None or inner.clock is None or (inner.weak and at == named.j):
        return None
    time_of_day, _, later = clock_time(inner.clock)
    return Item(i, inner.j, instant=datetime.combine(day, time_of_day) + timedelta(later) + step, grain="minute")


def _run_beside(ctx: Context, i: int, k: int, size: Amount, sign: int) -> Item | None:
    """All the days of a length beside the day at token k: "the two weeks before Christmas", "three nights from the 12th"."""
    named = read_day(ctx, k) if k < len(ctx.tokens) else None
    base = day_date(named.day, ctx) if named is not None and named.day is not None and named.part is None else None
    far = shifted_day(base, size, sign) if base is not None and not size.clocklike else None
    if named is None or base is None or far is None:
        return None
    first, last = sorted((base, far))
    # What comes after a day begins on the next one; nights begin on the day itself.
    later = timedelta(sign > 0 and size.unit != "night")
    return Item(i, named.j, span=Span(first + later, last + later, "day"))


def _same_moment(ctx: Context, i: int) -> Item | None:
    """The hour or the day it is, elsewhere in time: "this time tomorrow", "this day last week", "the same time on Friday"."""
    j = i + 1 if ctx.word(i) in ("the", "about") else i
    if ctx.word(j) not in ("this", "same") or ctx.word(j + 1) not in ("time", "day"):
        return None
    clock = Clock(ctx.now.hour, ctx.now.minute, sure=True) if ctx.word(j + 1) == "time" else None
    k = j + 2
    unit = UNITS.get(ctx.word(k + 1))
    if ctx.word(k) in MODS and MODS[ctx.word(k)] != "this" and unit in ("week", "fortnight", "month", "year"):
        sign = 1 if MODS[ctx.word(k)] == "next" else -1
        weeks = {"week": 1, "fortnight": 2}.get(unit, 0)
        step = relativedelta(weeks=weeks, months=int(unit == "month"), years=int(unit == "year"))
        day = ctx.today + step if sign > 0 else ctx.today - step
        return Item(i, k + 2, day=Day(fixed=day), clock=clock)
    if clock is not None and (ctx.word(k) in TODAY or ctx.word(k) in ("next", "on", "a", "in", "last")):
        return Item(i, k, clock=clock)
    return None


def _clock_unit_beside(ctx: Context, i: int) -> Item | None:
    """ "The hour after", "the minute before": of now, where nothing else is said."""
    unit, way = UNITS.get(ctx.word(i + 1)), ctx.word(i + 2)
    ends = i + 3 >= len(ctx.tokens) or ctx.word(i + 3) in (".", ",", "?", "!")
    if unit not in ("minute", "hour") or way not in ("after", "before") or not ends:
        return None
    one = timedelta(minutes=1) if unit == "minute" else timedelta(hours=1)
    return moved_by(ctx, i, i + 3, Amount(relativedelta(seconds=one.seconds), unit, 1, one), 1 if way == "after" else -1)


def read_relative(ctx: Context, i: int) -> Item | None:
    """The counted expression that starts at token i."""
    return ctx.once("relative", i, _read_relative)


def _read_relative(ctx: Context, i: int) -> Item | None:
    w = ctx.word(i)
    if w in TODAY and ctx.word(i + 1) in ("week", "fortnight") and ctx.word(i + 2) not in ("of", "commencing"):
        n = 7 if ctx.word(i + 1) == "week" else 14
        return Item(i, i + 2, day=Day(fixed=ctx.today + timedelta(TODAY[w] + n)))
    if (w, ctx.word(i + 1), ctx.word(i + 2)) == ("this", "day", "week"):
        return Item(i, i + 3, day=Day(fixed=ctx.today + timedelta(7)))
    if w == "now" or (w == "right" and ctx.word(i + 1) == "now"):
        end = i + (2 if w == "right" else 1)
        return Item(i, end, instant=ctx.now.replace(microsecond=0), grain="second") if _now_counts(ctx, i, end) else None
    for at_once in _AT_ONCE:
        if w == at_once[0] and len(ctx.tokens) <= len(at_once) + 2 and tuple(ctx.word(i + n) for n in range(len(at_once))) == at_once:
            return Item(i, i + len(at_once), instant=ctx.now.replace(microsecond=0), grain="second")
    beside = _clock_unit_beside(ctx, i) if w == "the" else None
    if beside is not None:
        return beside
    counted = amount(ctx, i + 1) if w == "the" and ctx.cardinal(i + 1) is not None else None
    if counted is not None and ctx.word(counted[1]) in ("before", "after", "following"):
        run = _run_beside(ctx, i, counted[1] + 1, counted[0], -1 if ctx.word(counted[1]) == "before" else 1)
        if run is not None:
            return run
    if w in ("this", "same", "the"):
        same = _same_moment(ctx, i)
        if same is not None:
            return same
    if w in ONE_OF and ctx.word(i + 1) == "from" and ctx.word(i - 1) not in ("the", "any", "every"):
        one = Amount(ONE_OF[w], w, 1)
        return _anchored(ctx, i, i + 2, one, 1)
    if w == "+" and ctx.touching(i + 1):
        length = amount(ctx, i + 1)
        return moved_by(ctx, i, length[1], length[0], 1) if length else None
    if w in ("in", "within", "after"):
        return _prefixed(ctx, i, w)
    if w == "for" or (w == "lasting"):
        j = i + 1
        while ctx.word(j) in ("about", "just", "only", "at", "least", "up", "to", "all", "the", "roughly", "like") and j - i < 4:
            j += 1
        if ctx.word(j - 1) == "the" and ctx.word(j) in ("next", "last", "day"):
            return None
        length = amount(ctx, j)
        if length is None and (w, ctx.word(j - 1), ctx.word(j)) == ("for", "the", "hour"):
            length = Amount(relativedelta(hours=1), "hour", 1, timedelta(hours=1)), j + 1
        if length is None:
            return None
        if ctx.word(i - 1) in ("timer", "countdown"):
            return moved_by(ctx, i, length[1], length[0], 1)
        if j == i + 1 and (
            ctx.word(length[1]) in ("ago", "hence", "away")
            or (ctx.word(length[1]) == "from" and ctx.word(length[1] + 1) in ("now", "today", "tomorrow"))
        ):
            # "my booking for 9 days from now": the "for" belongs to the booking.
            return _suffixed(ctx, i, length[1], length[0])
        return Item(i, length[1], amount=length[0], amount_role="for")
    at = i + 1 if w == "between" else i
    stretch = spread(ctx, i, at) if w == "between" or ctx.word(i + 1) in ("to", "or", "-") else None
    if stretch is not None and (ctx.word(stretch.j), ctx.word(stretch.j + 1)) == ("from", "now"):
        stretch.j += 2
        return stretch
    if w == "between":
        return None
    length = amount(ctx, i)
    if length is None or (w in ("a", "an") and ctx.word(i - 1) in ("twice", "times", "once", "thrice", "x")):
        return None
    if w in ("couple", "few") and ctx.word(i - 1) == "a":
        return None
    size, j = length
    return _suffixed(ctx, i, j, size)


def _now_counts(ctx: Context, i: int, end: int) -> bool:
    """Whether "now" says when: in most sentences it only fills ("that's all for now")."""
    before, after = ctx.word(i - 1), ctx.word(end)
    if before == "to" and any(ctx.word(k) == "from" for k in range(max(0, i - 8), i)):
        return True
    if before == "and" and any(ctx.word(k) == "between" for k in range(max(0, i - 8), i)):
        return True
    if before in ("not", "for", "bye", "goodbye", "and", "ok", "okay", "so", "just", "but", "by"):
        return False
    if before in ("from", "between", "until", "since") or after in ("until", "to", "-", "through", "till"):
        return True
    if after == "works" or (after == "would" and ctx.word(end + 1) in ("be", "work", "suit")):
        return True
    return len(ctx.tokens) <= end - i + 2 or (before in _BEFORE_NOW and end >= len(ctx.tokens) - 1 and len(ctx.tokens) <= 10)


def _prefixed(ctx: Context, i: int, w: str) -> Item | None:
    within = limited(ctx, i) if w == "in" else None
    if within is not None:
        return within
    j = i + 1
    while ctx.word(j) in ("about", "just", "like", "the", "next", "exactly", "only", "say", "another", "maybe") and j - i < 4:
        j += 1
    around_next = ctx.word(j - 1) == "next"
    if around_next and ctx.word(j) in UNITS and ctx.word(j + 1) == "or":
        # "in the next week or two"
        high = ctx.cardinal(j + 2)
        moved = (
            moved_by(ctx, i, j + 3, Amount(ONE_OF[UNITS[ctx.word(j)]] * high, UNITS[ctx.word(j)], high), 1)
            if (high is not None and high <= 4 and UNITS[ctx.word(j)] in ONE_OF)
            else None
        )
        if moved is not None and moved.day is not None and moved.day.fixed is not None:
            return Item(i, j + 3, span=Span(ctx.today, moved.day.fixed + timedelta(1), "day"))
    if ctx.word(j - 1) == "the":
        return None
    stretch = spread(ctx, i, j, from_now=around_next or w == "within") if w in ("in", "within") else None
    if stretch is not None:
        return stretch
    length = amount(ctx, j)
    if length is None and around_next and ctx.word(j) in UNITS and ctx.word(j + 1) == "and":
        # "within the next day and 5 hours"
        rest = amount(ctx, j + 2)
        if rest is not None and UNITS[ctx.word(j)] == "day" and rest[0].exact:
            exact = timedelta(1) + rest[0].exact
            length = Amount(relativedelta(days=1) + rest[0].delta, rest[0].unit, 0, exact), rest[1]
    if length is None:
        return None
    size, end = length
    if ctx.word(end) == "'":
        end += 1
    if ctx.word(end) in ("time", "times") or (ctx.word(end) == "from" and ctx.word(end + 1) in ("now", "today")):
        end += 2 if ctx.word(end) == "from" else 1
    elif ctx.word(end) in ("on", "this", "next", "of") and w == "in" and around_next:
        return None
    if w == "after" and ctx.word(end) in ("of",):
        return None
    if w == "within" and ctx.word(end) == "of":
        return around_day(ctx, i, end + 1, size)
    if w == "within" or around_next:
        moved = moved_by(ctx, i, end, size, 1)
        if moved is None:
            return None
        stop: datetime | date = moved.instant or (moved.day.fixed if moved.day and moved.day.fixed else ctx.today)
        if isinstance(stop, datetime):
            return Item(i, end, span=Span(ctx.today, stop.date(), "minute", start_at=ctx.now, end_at=stop))
        return Item(i, end, span=Span(ctx.today, stop + timedelta(1), "day"))
    if w == "in" and ctx.word(end) == "since":
        return None
    return moved_by(ctx, i, end, size, 1)


def _suffixed(ctx: Context, i: int, j: int, size: Amount) -> Item | None:
    w = ctx.word(j)
    if w in ("'",):
        j += 1
        w = ctx.word(j)
    if w == "time" and size.unit in ("week", "month", "day", "year", "fortnight", "hour", "minute") and ctx.word(i - 1) in ("in",):
        return moved_by(ctx, i, j + 1, size, 1)
    if w in _FORWARD:
        end = j + 1
        if ctx.word(end) == "from" and ctx.word(end + 1) in ("now", "today"):
            end += 2
        if w == "out" and ctx.word(end) in ("of",):
            return None
        if w == "away" and end < len(ctx.tokens) and ctx.word(end) in ("from",):
            return None
        return moved_by(ctx, i, end, size, 1)
    if w in ("ago", "back"):
        if ctx.word(j + 1) in TODAY and not size.clocklike:
            # "a week ago today"
            day = shifted_day(ctx.today + timedelta(TODAY[ctx.word(j + 1)]), size, -1)
            return Item(i, j + 2, day=Day(fixed=day)) if day else None
        return moved_by(ctx, i, j + 1, size, -1)
    if w in ("from", "starting") and size.unit == "night":
        return _run_beside(ctx, i, j + 1, size, 1)
    if w in ("from", "after", "since", "following"):
        return _anchored(ctx, i, j + 1, size, 1)
    if w in ("later", "earlier", "sooner") and ctx.word(j + 1) == "than":
        beside = _anchored(ctx, i, j + 2, size, 1 if w == "later" else -1)
        if beside is not None:
            return beside
    if w in ("before", "prior"):
        k = j + 2 if w == "prior" and ctx.word(j + 1) == "to" else j + 1
        if ctx.word(k) == "now":
            return moved_by(ctx, i, k + 1, size, -1)
        return _anchored(ctx, i, k, size, -1)
    if w in ("on", "to", "this", "next", "coming") and size.unit in ("week", "fortnight") and size.count:
        k = j + 1 if w in ("on", "to") else j
        inner = read_day(ctx, k) if k < len(ctx.tokens) else None
        if (
            inner is not None
            and inner.day is not None
            and inner.day.weekday is not None
            and inner.day.day is None
            and ctx.word(i - 1) not in ("in", "for", "every", "within")
        ):
            base = day_date(inner.day, ctx)
            day = shifted_day(base, size, 1) if base else None
            return Item(i, inner.j, day=Day(fixed=day)) if day else None
    if (
        size.unit in ("week", "fortnight")
        and size.count
        and ctx.word(i - 1) not in ("in", "for", "every", "within", "next", "last")
        and weekday_at(ctx, j) is not None
    ):
        base = coming_weekday(ctx.today, weekday_at(ctx, j) or 0)
        day = shifted_day(base, size, 1)
        return Item(i, j + 1, day=Day(fixed=day)) if day else None
    if w in TODAY and size.unit in ("week", "fortnight") and size.count and ctx.word(i - 1) not in ("for", "in", "within"):
        base = ctx.today + timedelta(TODAY[w])
        day = shifted_day(base, size, 1)
        return Item(i, j + 1, day=Day(fixed=day)) if day else None
    if w == "later" and ctx.word(j + 1) not in ("than",):
        return moved_by(ctx, i, j + 1, size, 1)
    if w == "earlier" and ctx.word(j + 1) not in ("than",):
        return Item(i, j, amount=size)
    if w in ("old", "olds") or (w == "of" and ctx.word(j + 1) == "age") or size.unit == "weekend":
        return None
    if (
        ctx.word(i) in ("a", "an")
        and not size.clocklike
        and j == i + 2
        and len(ctx.tokens) > 4
        and ctx.word(i - 1) not in ("about", "least", "than")
        and w not in ("starting", "beginning", "commencing", "from")
    ):
        # "on a day that suits", "a week off": no length was asked for.
        return None
    if (
        size.unit in ("second", "minute")
        and size.count
        and ctx.word(i) in ("a", "one", "half", "couple", "few")
        and size.count < 10
        and (ctx.word(i - 1) in _WAITING or i <= 1)
        and not (j >= len(ctx.tokens) and i == 0 and size.count > 1)
    ):
        # "give me a minute", "just one second": a manner of speaking.
        return None
    return Item(i, j, amount=size)
