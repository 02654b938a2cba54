"""Neighbouring atoms to whole meanings: day and time, ranges, open ends, lengths from a start."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from assistant.language.times import periods
from assistant.language.times.days import coming_weekday
from assistant.language.times.durations import amount as read_amount  # noqa: F401
from assistant.language.times.lexicon import AM_PARTS, GLUE, MOVING, NIGHT_PARTS, PARTS, PM_PARTS, WEEKDAYS
from assistant.language.times.model import Clock, Context, Day, Item, Span
from assistant.language.times.relative import shifted_day
from assistant.language.times.resolve import clock_time, day_date

_RANGE = frozenset({"to", "-", "until", "through", "till", "~", "and", "upto", "/"})
_RANGE_FILL = frozenset({"the", "about", "on", "at", ",", "up", "til", "in", "before", "approximately", "of", "all", "way"})
_AGAINST = frozenset({"and", "or", "to", "not", "but", "-", "?"})


def gap(ctx: Context, a: Item, b: Item) -> list[str]:
    """The words between two items."""
    return [ctx.tokens[k].text for k in range(a.j, b.i)]


def _agree(part: str | None, clock: Clock) -> bool:
    """Whether a reading of the clock can lie in a part of the day."""
    if part is None or not clock.sure:
        return True
    if part in AM_PARTS:
        return clock.hour < 12
    if part in PM_PARTS:
        return clock.hour >= 12
    if part in NIGHT_PARTS:
        return clock.hour >= 17 or clock.hour < 6
    return True


def _same_family(a: str, b: str) -> bool:
    return (
        a.split()[-1] == b.split()[-1]
        or {a, b} <= NIGHT_PARTS | {"evening"}
        or (a in AM_PARTS and b in AM_PARTS)
        or (a in PM_PARTS and b in PM_PARTS)
    )


def _join_days(ctx: Context, a: Day, b: Day, words: list[str]) -> Day | None:
    """Two descriptions of one day: "Tuesday" and "the 19th of March"."""
    if a.impossible or b.impossible:
        return replace(a, impossible=True)
    for x, y in ((a, b), (b, a)):
        if x.weekday is not None and x.day is None and x.fixed is None:
            if y.weeks and y.fixed is not None:
                # "Wednesday in a week" counts from the coming Wednesday; "in two weeks on Wednesday" is that week's.
                if x is a:
                    return Day(fixed=coming_weekday(ctx.today, x.weekday) + timedelta(7 * y.weeks))
                return Day(fixed=periods.monday(y.fixed) + timedelta(x.weekday))
            if y.fixed is not None:
                if y.fixed.weekday() == x.weekday:
                    return y
                continue
            if y.day is not None and y.weekday in (None, x.weekday):
                return replace(y, weekday=x.weekday)
        if x.fixed is not None and y.fixed is None and y.day is not None and y.weekday is None:
            other = day_date(y, ctx)
            if other == x.fixed:
                return x
    if a.fixed is not None and a.fixed == b.fixed:
        return a
    if a.fixed is not None and b.fixed is not None:
        return None
    if a == b:
        return a
    return None


def _in_span(day: Day, span: Span) -> Day | None:
    """A weekday in a week, or a day of the month in a month."""
    if (
        day.weekday is not None
        and day.day is None
        and day.fixed is None
        and span.grain in ("week", "weekend")
        and not span.part_of
        and (span.end - span.start).days <= 14
    ):
        base = periods.monday(span.start)
        return Day(fixed=base + timedelta(day.weekday), weekday=day.weekday)
    if day.day is not None and day.month is None and day.fixed is None and span.grain == "month" and (span.end - span.start).days <= 31:
        return Day(year=span.start.year if span.year_given else None, month=span.start.month, day=day.day)
    if day.month is not None and day.year is None and span.grain == "year":
        return replace(day, year=span.start.year)
    if day.weekday is not None and day.day is None and day.fixed is None and span.grain == "month" and False:
        return None
    return None


def join(ctx: Context, a: Item, b: Item) -> Item | None:
    """The two items as one meaning, or None when they are two."""
    words = gap(ctx, a, b)
    if len(words) > 4 or any(w not in GLUE and w not in ("by", "from", "(", "from", "around", "sometime", "starting", "to") for w in words):
        return None
    if "to" in words or ("from" in words and not (a.day and b.span) and not (b.lo is not None)):
        return None
    if "." in words and words != ["."]:
        return None
    if a.amount is not None or b.amount is not None or a.rule or b.rule or a.bound or b.bound:
        return None
    if a.lo is not None and b.lo is not None:
        return None
    if "-" in words and (b.weak or not (a.day_only and b.has_time and len(words) == 1)):
        return None
    return unify(ctx, a, b, words)


def unify(ctx: Context, a: Item, b: Item, words: list[str]) -> Item | None:
    """The meaning of two items taken together, whatever stands between them."""
    out = Item(min(a.i, b.i), max(a.j, b.j), extra=[*a.extra, *b.extra], approx=a.approx or b.approx)
    out.lo, out.hi = a.lo or b.lo, a.hi or b.hi
    out.minutes_to = a.minutes_to or b.minutes_to
    # days
    if a.instant is not None or b.instant is not None:
        inst, rest = (a, b) if a.instant is not None else (b, a)
        if (
            rest.instant is None
            and rest.day is not None
            and not rest.has_time
            and rest.lo is None
            and inst.instant is not None
            and day_date(rest.day, ctx) == inst.instant.date()
        ):
            out.instant, out.grain = inst.instant, inst.grain
            return out
        return None
    if out.lo is not None and (a.clock or b.clock):
        return None
    ranged = a if a.lo is not None else b if b.lo is not None else None
    if ranged is not None and not all(x is None or x.time_only for x in (ranged.lo, ranged.hi)):
        return None
    if a.day is not None and b.day is not None:
        day = _join_days(ctx, a.day, b.day, words)
        if day is None:
            return None
        out.day = day
    elif a.day is not None or b.day is not None:
        day_item, other = (a, b) if a.day is not None else (b, a)
        out.day = day_item.day
        if other.span is not None:
            inside = _in_span(day_item.day, other.span) if day_item.day is not None else None
            if inside is None:
                return None
            out.day = inside
    elif a.span is not None and b.span is not None:
        x, y = (a.span, b.span) if a.span.grain == "month" else (b.span, a.span)
        if x.grain == "month" and not x.year_given and y.grain == "year" and x.month and "in" not in words[:0]:
            out.span = periods.month_span(y.start.year, x.month, year_given=True)
        else:
            return None
    else:
        out.span = a.span or b.span
    # times
    if a.clock is not None and b.clock is not None:
        return None
    out.clock = a.clock or b.clock
    toned = a if a.tone else b if b.tone else None
    named = b if toned is a else a
    out.tone = toned.tone if toned is not None and named.part is None else ""
    if toned is not None and named.part is not None:
        both = f"{toned.tone} {named.part}"
        out.part = both if both in PARTS else named.part
    elif a.part is not None and b.part is not None:
        if not _same_family(a.part, b.part) and not (a.weak or b.weak):
            return None
        out.part = a.part if len(a.part) >= len(b.part) and not a.weak else b.part
        if "tonight" in (a.part, b.part) and "night" not in out.part:
            out.part = "tonight"
    else:
        out.part = a.part or b.part
    if out.clock is not None and out.part is not None and not _agree(out.part, out.clock):
        # "25 past 17 afternoon" agrees; "8 am in the evening" does not.
        return None
    if (
        a.weak
        and a.clock is not None
        and b.part is not None
        and b.day is None
        and not words
        and ctx.word(b.j).endswith("s")
        and len(ctx.word(b.j)) > 4
    ):
        # "2 morning sessions" counts sessions.
        return None
    if out.clock is not None and (a.weak or b.weak) and out.span is not None and out.day is None and out.part is None:
        return None
    if out.clock is not None and out.span is not None and out.day is None and out.span.grain not in ("weekend", "day"):
        return None
    if out.span is not None and out.part is not None and out.day is None:
        # "late afternoon next week" says a window of days and a window of hours: two values.
        return None
    weak_clock = (a.weak and a.clock is not None) or (b.weak and b.clock is not None)
    out.weak = weak_clock and not (out.day is not None or out.part is not None)
    if a.weak and a.part and not (b.has_day or b.clock):
        out.weak = True
    return out


def _prefers_number_as_day(ctx: Context, a: Item, b: Item) -> Item | None:
    """ "July 13 to 15": the second figure is a day like the first; "12 to 15 October": the first is like the second."""

    def bare(x: Item) -> int | None:
        if x.clock is None or x.day is not None or x.part is not None or x.clock.minute or x.clock.half or x.j != x.i + 1:
            return None
        n = ctx.cardinal(x.i)
        return n if n is not None and 1 <= n <= 31 else None

    n = bare(b)
    if n is not None and a.day is not None and a.day.day is not None and not a.has_time and b.weak:
        return Item(b.i, b.j, day=Day(year=a.day.year, month=a.day.month, day=n))
    return None


def merge(ctx: Context, items: list[Item], *, opened: bool = False) -> list[Item]:
    """Join neighbours until nothing joins; `opened`: "from" no longer waits for its "to" ("Saturday from 3")."""
    out: list[Item] = []
    for item in items:
        current = item
        while out:
            joined = join(ctx, out[-1], current)
            if joined is None and opened:
                joined = _open(ctx, out[-1], current)
            if joined is None:
                break
            out.pop()
            current = joined
        out.append(current)
    return out


def _open(ctx: Context, a: Item, b: Item) -> Item | None:
    """ "Saturday from 3": a day and the hour from which on."""
    if (
        not a.day_only
        or a.day is None
        or a.bound
        or b.clock is None
        or b.has_day
        or b.lo is not None
        or gap(ctx, a, b) not in (["from"], [",", "from"])
    ):
        return None
    joined = unify(ctx, a, b, [])
    if joined is not None:
        joined.bound, joined.weak = "from", False
    return joined


def _lead(ctx: Context, i: int) -> tuple[str, int]:
    """The nearest preposition before token i, past words without meaning, and where it stands."""
    k = i - 1
    while (
        k >= 0
        and ctx.word(k) in ("the", "about", "sometime", "anytime", "exactly", "a", "in", "say", "like", "on", "at", ",")
        and i - k < 4
    ):
        if ctx.word(k) in ("in", "on", "at") and ctx.word(k - 1) not in (
            "from",
            "between",
            "after",
            "before",
            "until",
            "by",
            "since",
            "in",
            "starting",
            "in",
        ):
            break
        k -= 1
    return ctx.word(k), k


_DAY_SEPARATORS = frozenset({"to", "-", "/", "and", "until", "through", "or", "&"})


def _numeric_days(ctx: Context, items: list[Item]) -> list[Item]:
    """Bare figures beside a calendar day are days like it: "from 5 to 23 January", "30-31 October", "July 13 to 15"."""
    out: list[Item] = []
    for k, b in enumerate(items):
        day = b.day
        if (
            day is None
            or day.day is None
            or day.month is None
            or day.fixed is not None
            or (b.has_time and ctx.tokens[b.i].kind == "num" and b.clock is not None)
        ):
            out.append(b)
            continue
        first = (
            ctx.number(b.i) is not None
            or (ctx.word(b.i) == "the" and ctx.number(b.i + 1) is not None)
            or ctx.tokens[b.i].kind in ("dmy", "dots")
        )
        at = b.i - 1
        if ctx.word(at) == "the":
            at -= 1
        if first and ctx.word(at) in _DAY_SEPARATORS and not (out and out[-1].day is not None):
            at -= 1
            if ctx.word(at) == "." and ctx.touching(at):
                at -= 1
            n = ctx.number(at)
            covering = out[-1] if out and out[-1].i <= at < out[-1].j else None
            free = covering is None or (covering.clock is not None and covering.j - covering.i == 1 and not covering.clock.half)
            if n is not None and 1 <= n <= 31 and ctx.tokens[at].width <= 2 and free:
                if covering is not None:
                    out.pop()
                out.append(Item(at, at + 1, day=Day(day=n)))
        out.append(b)
        # "November 18-19", "July 13 to 28"
        nxt = items[k + 1] if k + 1 < len(items) else None
        n2 = ctx.cardinal(b.j + 1)
        if (
            not first
            and day.year is None
            and not b.has_time
            and n2 is not None
            and ctx.word(b.j) in ("-", "to", "through", "until", "&")
            and 24 < n2 <= 31
            and (nxt is None or nxt.i > b.j + 1)
        ):
            out.append(Item(b.j + 1, b.j + 2, day=Day(month=day.month, day=n2)))
    return out


def pair_ranges(ctx: Context, items: list[Item]) -> list[Item]:
    """A to B, between A and B, from A until B."""
    items = _numeric_days(ctx, items)
    out: list[Item] = []
    k = 0
    while k < len(items):
        a = items[k]
        b = items[k + 1] if k + 1 < len(items) else None
        made = _range(ctx, a, b) if b is not None else None
        if made is not None:
            out.append(made)
            k += 2
            continue
        out.append(a)
        k += 1
    return out


def _range(ctx: Context, a: Item, b: Item) -> Item | None:
    words = gap(ctx, a, b)
    core = [w for w in words if w not in _RANGE_FILL]
    if not core or len(words) > 5 or len(core) > 1 or core[0] not in _RANGE:
        return None
    for x in (a, b):
        if (
            x.lo is not None
            or x.rule
            or x.bound
            or x.amount is not None
            or (x.instant is not None and x.grain != "second" and core[0] != "until" and False)
        ):
            return None
    lead, lead_at = _lead(ctx, a.i)
    word = core[0]
    if word == "and" and lead != "between":
        return None
    if word in ("-", "/") and not (a.j == b.i - 1):
        return None
    if word == "/" and not (a.day is not None and b.day is not None and b.day.day is not None):
        return None
    if word == "to" and lead not in ("between", "to", "for", "at") and _moving(ctx, a.i):
        return None
    if a.rejected:
        return None
    day_like = _prefers_number_as_day(ctx, a, b)
    if day_like is not None:
        b = day_like
    prefixed = lead in ("from", "between", "in", "for", "at") or word == "-" or word in ("until", "through", "till", "~")
    if a.weak and b.weak and a.clock and b.clock:
        if lead not in ("from", "between") and not _figures_range(ctx, a, b):
            return None
        if ctx.word(b.j) in ("people", "guests", "persons", "days", "weeks"):
            return None
        if word == "-" and lead not in ("from", "between", "at") and a.clock.hour > 12 and b.clock.hour > 12 and not a.clock.minute:
            na, nb = ctx.cardinal(a.i), ctx.cardinal(b.i)
            if na and nb and na < nb <= 31:
                a, b = Item(a.i, a.j, day=Day(day=na)), Item(b.i, b.j, day=Day(day=nb))
    elif a.weak and not b.has_day and not (b.clock is not None) and not prefixed:
        return None
    if (a.has_time and not a.has_day) and (b.day_only or (b.span is not None)) and a.clock is None:
        return None
    if a.clock is not None and b.day_only:
        return None
    if a.day_only and b.time_only and not (b.part is not None and False):
        return None
    if a.span is not None and a.span.start_at is not None:
        return None
    start = lead_at if lead in ("from", "between") and lead_at >= 0 else a.i
    _share(a, b)
    out = Item(start, b.j, lo=a, hi=b, extra=[*a.extra, *b.extra])
    out.weak = False
    return out


def _moving(ctx: Context, i: int) -> bool:
    """Whether a verb of moving stands before token i, so that "from A to B" says what becomes what."""
    return any(t.text in MOVING for t in ctx.tokens[max(0, i - 14) : i])


def _figures_range(ctx: Context, a: Item, b: Item) -> bool:
    """Whether two bare figures with a dash or "to" between them can be hours or days."""
    if ctx.word(a.i - 1) in ("at", "about", "around", "for") or len(ctx.tokens) <= 4:
        return True
    assert a.clock is not None and b.clock is not None
    if a.clock.minute > 0 or b.clock.minute > 0 or ctx.tokens[a.i].width == 4:
        return True
    after = ctx.word(b.j)
    return (
        after in ("on", "every", "each", "tomorrow", "today", "weekdays", ",", ".", "?", "!", "please", "next", "this")
        or after in WEEKDAYS
        or b.j >= len(ctx.tokens)
    )


def same_week(a: Item, b: Item) -> None:
    """ "Tuesday or Thursday next week", "next Tuesday or Thursday": the week is said once for both."""
    x, y = a.day, b.day
    if x is None or y is None:
        return
    if x.weekday is not None and x.day is None and x.fixed is None and not x.mod and y.fixed is not None and y.weekday is not None:
        a.day = Day(fixed=periods.monday(y.fixed) + timedelta(x.weekday), weekday=x.weekday)
    elif y.weekday is not None and y.day is None and y.fixed is None and not y.mod and x.fixed is not None and x.weekday is not None:
        b.day = Day(fixed=coming_weekday(x.fixed, y.weekday), weekday=y.weekday)
    elif (
        x.mod == "next"
        and x.weekday is not None
        and y.weekday is not None
        and not y.mod
        and y.fixed is None
        and x.day is None
        and y.day is None
        and y.weekday > x.weekday
    ):
        b.day = replace(y, mod="next")


def _share(a: Item, b: Item) -> None:
    """What one end of a range says for both: month and year of days."""
    if a.instant is not None and b.clock is not None and b.day is None:
        b.day = Day(fixed=a.instant.date())
    if a.day is not None and b.day is not None:
        same_week(a, b)
        x, y = a.day, b.day
        if x.day is not None and x.month is None and x.fixed is None and y.month is not None and y.day is not None and y.fixed is None:
            if x.day <= y.day:
                a.day = replace(x, month=y.month, year=y.year)
            else:
                a.day = replace(x, month=(y.month - 2) % 12 + 1, year=y.year - 1 if y.year and y.month == 1 else y.year)
        elif (
            x.month is not None
            and x.year is None
            and y.year is not None
            and y.month is not None
            and x.day is not None
            and y.day is not None
        ):
            a.day = replace(x, year=y.year - ((x.month, x.day) > (y.month, y.day)))
        elif x.month is not None and x.year is not None and y.month is not None and y.year is None and y.day is not None:
            b.day = replace(y, year=x.year + ((x.month, x.day or 1) > (y.month, y.day)))
    if a.span is not None and b.span is not None and a.span.month and b.span.month and a.span.grain == b.span.grain == "month":
        if b.span.year_given and not a.span.year_given:
            a.span = periods.month_span(b.span.start.year - (a.span.month > b.span.month), a.span.month, year_given=True)
        elif not b.span.year_given:
            year = a.span.start.year + (b.span.month < a.span.month)
            b.span = periods.month_span(year, b.span.month, year_given=True)


_BEFORE_WORDS = {"before": "before", "until": "until", "till": "until", "by": "by", "through": "through"}
_TWO_WORDS = {
    ("later", "than"): "after", ("earlier", "than"): "before", ("sooner", "than"): "before", ("prior", "to"): "before", ("not", "before"): "after",
    ("not", "after"): "before", ("nothing", "before"): "after", ("nothing", "after"): "before", ("up", "to"): "until", ("as", "of"): "from",
    ("no", "before"): "after", ("none", "before"): "after", ("late", "as"): "latest", ("early", "as"): "from", ("more", "than"): "",
}  # fmt: skip
_NEGATED_TWO = {"later": "latest", "earlier": "from", "sooner": "from"}


def bind_bounds(ctx: Context, items: list[Item]) -> list[Item]:
    """Before, after, until, by, since, from ... on, or later."""
    for item in items:
        if item.rule or item.lo is not None or item.amount is not None or item.weak or item.bound:
            continue
        if item.span is not None and item.span.start_at is not None:
            continue
        bound, start = _bound_before(ctx, item)
        if not bound:
            bound, end = _bound_after(ctx, item)
            if bound:
                item.bound, item.j = bound, end
            continue
        item.bound = bound
        after, end = _bound_after(ctx, item)
        if after:
            item.j = end
        item.i = start
    return items


def _bound_before(ctx: Context, item: Item) -> tuple[str, int]:
    k = item.i - 1
    while ctx.word(k) in ("the", "about", "around", "sometime", "at", "on", "roughly", "like", "say", "this") and item.i - k < 4:
        k -= 1
    w, p = ctx.word(k), ctx.word(k - 1)
    if w == "than" and p in _NEGATED_TWO and ctx.word(k - 2) in ("no", "not", "any", "never"):
        if ctx.word(k - 2) == "any" and ctx.word(k - 3) not in ("not", "can't", "don't", "n't", "won't"):
            return {"later": "after", "earlier": "before", "sooner": "before"}[p], k - 2
        return _NEGATED_TWO[p], k - 2
    if (p, w) in _TWO_WORDS:
        return _TWO_WORDS[p, w], k - 1
    if w in ("before", "until") and p in ("not", "isn't", "never") and w == "before":
        return "after", k - 1
    if w in _BEFORE_WORDS:
        if (
            w == "by"
            and item.part is not None
            and item.clock is None
            and item.day is None
            and item.part not in ("end of day", "noon", "lunch")
        ):
            return "", 0
        return _BEFORE_WORDS[w], k
    if w == "after":
        if p in ("morning", "day", "week", "month", "year", "evening") and False:
            return "", 0
        return "after", k
    if w == "past" and p in ("anytime", "time", "well"):
        return "after", k
    if w == "since":
        return "since", k
    if w in ("starting", "beginning", "effective", "commencing") and not item.clock:
        return "from", k
    if (
        w == "from"
        and p in ("starting", "any", "anytime", "time", "available", "free", "open", "effective")
        and not (item.time_only and ctx.word(item.j) in ("now",))
    ):
        return "from", k
    if w == "from" and (
        ctx.word(item.j) in ("on", "onward", "onwards") or (item.clock is not None and ctx.word(item.j) not in ("to", "for"))
    ):
        return "from", k
    return "", 0


def _bound_after(ctx: Context, item: Item) -> tuple[str, int]:
    a, b, c = ctx.word(item.j), ctx.word(item.j + 1), ctx.word(item.j + 2)
    stands = b not in ("after", "before") or item.j + 2 >= len(ctx.tokens) or c in (".", ",", "?", "!", "that", "please", "on", "if")
    if a in ("or", "and") and b in ("later", "after", "thereafter", "onwards", "beyond", "above") and stands:
        return "from", item.j + 2
    if a in ("or", "and") and b in ("earlier", "before") and stands:
        return "latest", item.j + 2
    if a in ("onwards", "onward"):
        return "from", item.j + 1
    if (
        a == "on"
        and ctx.word(item.i - 1) in ("from", "the", "on")
        and (item.j + 1 >= len(ctx.tokens) or not ctx.tokens[item.j + 1].text.isalpha())
    ):
        return "from", item.j + 1
    if a == "at" and b == "the" and c in ("earliest", "latest"):
        return ("from" if c == "earliest" else "latest"), item.j + 3
    if (a == "the" and b in ("earliest", "latest")) or (a == "at" and b in ("earliest", "latest")):
        return ("from" if b == "earliest" else "latest"), item.j + 2
    if a in ("earliest", "latest"):
        return ("from" if a == "earliest" else "latest"), item.j + 1
    return "", item.j


def attach_lengths(ctx: Context, items: list[Item]) -> list[Item]:
    """A length and the start beside it: "for two hours from 2", "3 days starting Monday", "for 10 days from 18 December"."""
    out: list[Item] = []
    k = 0
    while k < len(items):
        a = items[k]
        made, used = None, 1
        if k + 1 < len(items):
            b = items[k + 1]
            if a.amount is not None and b.amount is None:
                made = _lengthened(ctx, b, a, gap(ctx, a, b), before=True)
                used = 2
            elif b.amount is not None and a.amount is None:
                made = _lengthened(ctx, a, b, gap(ctx, a, b), before=False)
                used = 2
                if (
                    made is not None
                    and k + 2 < len(items)
                    and made.day is not None
                    and made.clock is None
                    and items[k + 2].clock is not None
                ):
                    pass
        if (
            k + 2 < len(items)
            and items[k + 1].amount is not None
            and a.day_only
            and items[k + 2].time_only
            and items[k + 2].clock is not None
        ):
            words = gap(ctx, a, items[k + 1]) + gap(ctx, items[k + 1], items[k + 2])
            both = (
                unify(ctx, a, replace(items[k + 2], bound=""), []) if set(words) <= {"from", "at", "starting", ",", "for", "the"} else None
            )
            if both is not None:
                made = _lengthened(ctx, both, items[k + 1], [], before=False)
                used = 3
        if made is not None:
            out.append(made)
            k += used
            continue
        out.append(a)
        k += 1
    return out


def _lengthened(ctx: Context, start: Item, length: Item, words: list[str], *, before: bool) -> Item | None:
    size = length.amount
    if size is None or start.rule or start.lo is not None or start.weak or start.bound in ("before", "until", "by", "since"):
        return None
    if (
        before
        and (not words or words[-1] not in ("from", "starting", "beginning", "commencing", "on", "at") or len(words) > 2)
        and not (start.bound == "from" and not words)
    ):
        return None
    if not before and (length.amount_role != "for" or any(w not in ("for", ",", "and", "about", "lasting") for w in words)):
        return None
    if before and words[-1:] in (["on"], ["at"]) and length.amount_role != "for":
        return None
    day = (
        day_date(start.day, ctx)
        if start.day is not None
        else start.span.start
        if start.span is not None and start.span.start_at is None
        else None
    )
    out = Item(min(start.i, length.i), max(start.j, length.j), extra=start.extra)
    if start.clock is not None:
        t, _, later = clock_time(start.clock, start.part)
        base = datetime.combine(day or ctx.today, t) + timedelta(later)
        end = base + (size.exact or timedelta())
        if day is not None:
            out.span = Span(base.date(), end.date(), "minute", start_at=base, end_at=end)
            return out
        out.lo = Item(start.i, start.j, clock=replace(start.clock, hour=t.hour, sure=True))
        out.hi = Item(start.i, start.j, clock=Clock(end.hour, end.minute, end.second, sure=True))
        return out
    if start.instant is not None:
        out.span = Span(
            start.instant.date(), start.instant.date(), "minute", start_at=start.instant, end_at=start.instant + (size.exact or timedelta())
        )
        return out
    if day is None or start.part is not None or size.clocklike:
        return None
    last = shifted_day(day, size, 1)
    if last is None:
        return None
    out.span = Span(day, last, "day")
    return out


def at(hour: int) -> time:
    """A whole hour as a time of day."""
    return time(hour)
