"""From one time to another: "between three and five", "the 5th to the 20th of April"."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assistant.language.times.dates import month_at, year_at
from assistant.language.times.dating import coming_weekday, day_date
from assistant.language.times.joining import gap, unify
from assistant.language.times.lexicon import MOVING, NOUNS_COUNTED, WEEKDAYS
from assistant.language.times.model import Context, Day, Item
from assistant.language.times.spans import monday, month_span

_RANGE = frozenset({"to", "-", "until", "through", "till", "~", "and", "upto", "/"})


_RANGE_FILL = frozenset({"the", "about", "on", "at", ",", "up", "til", "in", "before", "approximately", "of", "all", "way"})


def _prefers_number_as_day(ctx: Context, a: Item, b: Item) -> Item | None:
    """ "July 13 to 15": the second figure is a day like the first; "12 to 15 October": the first is like the second."""

    def bare(x: Item) -> int | None:
        if x.clock is None or x.day is not None or x.part is not None or x.clock.minute or x.clock.half or x.j != x.i + 1:
            return None
        n = ctx.cardinal(x.i)
        return n if n is not None and 1 <= n <= 31 else None

    n = bare(b)
    if n is not None and a.day is not None and a.day.day is not None and not a.has_time and b.weak:
        year = year_at(ctx, b.j) if a.day.month is not None else None
        return Item(b.i, year[1] if year else b.j, day=Day(year=year[0] if year else a.day.year, month=a.day.month, day=n))
    return None


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
        if out and (earlier := _dated_weekday(ctx, out[-1], b)) is not None:
            out[-1] = earlier
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
        # "November 18-19", "July 13 to 28", "March 24 and 25"
        nxt = items[k + 1] if k + 1 < len(items) else None
        n2 = ctx.cardinal(b.j + 1)
        timed = b.has_time and not (ctx.number(b.j - 1) == day.day and month_at(ctx, b.j - 2) is not None)
        if first or day.year is not None or timed or n2 is None or n2 > 31 or ctx.word(b.j + 2) in NOUNS_COUNTED:
            continue
        listed = ctx.word(b.j) in ("and", "or") and n2 > day.day and (nxt is None or nxt.i > b.j + 1 or (nxt.weak and nxt.j == b.j + 2))
        if (ctx.word(b.j) in ("-", "to", "through", "until", "&") and n2 > 24 and (nxt is None or nxt.i > b.j + 1)) or listed:
            out.append(Item(b.j + 1, b.j + 2, day=Day(month=day.month, day=n2), clock=b.clock, part=b.part))
            if nxt is not None and nxt.i == b.j + 1:
                nxt.weak, nxt.clock = True, None
    return out


def _dated_weekday(ctx: Context, a: Item, b: Item) -> Item | None:
    """ "Sat 14 - Sun 15 September": the figure after the first weekday is a day of the month as well."""
    x, y, n = a.day, b.day, ctx.cardinal(a.j - 1)
    if x is None or y is None or x.weekday is None or x.day is not None or x.mod or y.weekday is None or y.day is None or y.month is None:
        return None
    alone = a.clock is not None and not a.clock.half and not a.clock.minute and a.part is None and ctx.tokens[a.j - 1].width <= 2
    if not alone or n is None or not 1 <= n <= 31 or gap(ctx, a, b) not in (["-"], ["to"], ["and"], ["until"], ["through"]):
        return None
    return Item(a.i, a.j, day=replace(y, weekday=x.weekday, day=n), extra=a.extra)


def _only_days(ctx: Context) -> list[Item]:
    """ "25.", "24 - 29", "from the 24 to the 29": one or two figures and nothing else, the last too late for an hour."""
    figures = [k for k, t in enumerate(ctx.tokens) if t.kind == "num"]
    others = {t.text for t in ctx.tokens if t.kind != "num"}
    if len(figures) == 1 and others == {"."} and 24 < (ctx.cardinal(figures[0]) or 0) <= 31:
        return [Item(figures[0], figures[0] + 1, day=Day(day=ctx.cardinal(figures[0])))]
    if len(figures) != 2 or not others & _RANGE or not others <= _RANGE | {"from", "between", "the", ".", "please"}:
        return []
    first, last = (ctx.cardinal(k) or 0 for k in figures)
    return [Item(k, k + 1, day=Day(day=ctx.cardinal(k))) for k in figures] if 1 <= first < last <= 31 and last > 24 else []


def pair_ranges(ctx: Context, items: list[Item]) -> list[Item]:
    """A to B, between A and B, from A until B."""
    items = _numeric_days(ctx, items) if items else _only_days(ctx)
    out: list[Item] = []
    k = 0
    while k < len(items):
        a = items[k]
        b = items[k + 1] if k + 1 < len(items) else None
        made = _range(ctx, a, b, again=_between_again(ctx, out[-1], a) if out else False) if b is not None else None
        if made is not None:
            if out and _in_named_month(ctx, out[-1], made):
                made = replace(made, i=out.pop().i)
            out.append(made)
            k += 2
            continue
        out.append(a)
        k += 1
    return out


def _in_named_month(ctx: Context, month: Item, days: Item) -> bool:
    """ "In June, from the 11th to the 15th": the month was said before; it is written into the days."""
    span, lo, hi = month.span, days.lo, days.hi
    if span is None or span.grain != "month" or span.month is None or lo is None or hi is None or lo.day is None or hi.day is None:
        return False
    bare = all(end.day and not (end.month or end.fixed or end.weekday is not None) for end in (lo.day, hi.day))
    if not bare or set(gap(ctx, month, days)) - {",", "from", "the"}:
        return False
    for end in (lo, hi):
        assert end.day is not None
        end.day = replace(end.day, month=span.month, year=span.start.year if span.year_given else None)
    return True


def _between_again(ctx: Context, made: Item, a: Item) -> bool:
    """Whether a second range goes on after "between A and B or"."""
    return made.lo is not None and ctx.word(made.i) == "between" and set(gap(ctx, made, a)) <= {"or", "and", ",", "from"}


def _range(ctx: Context, a: Item, b: Item, *, again: bool = False) -> Item | None:
    words = gap(ctx, a, b)
    core = [w for w in words if w not in _RANGE_FILL]
    if not core or len(words) > 5 or len(core) > 1 or core[0] not in _RANGE:
        return None
    for x in (a, b):
        if x.lo is not None or x.rule or x.bound or x.amount is not None:
            return None
    lead, lead_at = _lead(ctx, a.i)
    word = core[0]
    if word == "and" and lead != "between" and not again:
        return None
    if word in ("-", "/") and a.j != b.i - 1:
        return None
    if word == "/" and not (a.day is not None and b.day is not None and b.day.day is not None):
        return None
    if word == "to" and lead not in ("between", "to", "for", "at") and _moving(ctx, a.i):
        return None
    if word == "-" and a.day_only and b.day is not None and b.day.day is not None and a.day is not None and a.day.weekday is not None:
        # "Sunday - April 5" is one day when it falls on a Sunday.
        same = unify(ctx, a, b, []) if a.day.day is None and day_date(replace(b.day, weekday=None), ctx) is not None else None
        if same is not None and (day_date(b.day, ctx) or ctx.today).weekday() == a.day.weekday:
            return same
    day_like = _prefers_number_as_day(ctx, a, b)
    if day_like is not None:
        b = day_like
    prefixed = lead in ("from", "between", "in", "for", "at") or word == "-" or word in ("until", "through", "till", "~")
    if a.weak and b.weak and a.clock and b.clock:
        if (dated := _written_date(ctx, a, b)) is not None:
            return dated
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
    if a.day_only and b.time_only:
        return None
    if a.span is not None and a.span.start_at is not None:
        return None
    start = lead_at if lead in ("from", "between") and lead_at >= 0 else a.i
    _share(a, b)
    _same_fixed_month(ctx, a, b)
    out = Item(start, b.j, lo=a, hi=b, extra=[*a.extra, *b.extra])
    out.weak = False
    return out


def _written_date(ctx: Context, a: Item, b: Item) -> Item | None:
    """ "2 - 15" and nothing else: no hours, as the one is of a clock of twelve and the other is not, but a month and its day."""
    first, last = ctx.cardinal(a.i), ctx.cardinal(b.i)
    if len(ctx.tokens) != 3 or ctx.word(1) != "-" or first is None or last is None:
        return None
    month, day = sorted((first, last))
    written_so = (first == month) == (ctx.country in ("US", "PH", "CA"))
    return Item(a.i, b.j, day=Day(month=month, day=day)) if month <= 12 < day <= 24 and written_so else None


def _moving(ctx: Context, i: int) -> bool:
    """Whether a verb of moving stands before token i, so that "from A to B" says what becomes what."""
    return any(ctx.word(k) in MOVING and not _a_thing(ctx, k) for k in range(max(0, i - 14), i))


def _a_thing(ctx: Context, k: int) -> bool:
    """Whether the word at token k names something: "the guard's shift is ten to six"."""
    before = ctx.word(k - 1)
    return before in ("a", "the", "my", "your", "our", "his", "her", "their", "this", "that", "night", "day") or before.endswith("'s")


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
    if y.mod in ("coming", "following") and y.weekday is not None and y.day is None:
        # "Sunday through the following Saturday"
        b.day = replace(y, mod="")
    elif x.weekday is not None and x.day is None and x.fixed is None and not x.mod and y.fixed is not None and y.weekday is not None:
        a.day = Day(fixed=monday(y.fixed) + timedelta(x.weekday), weekday=x.weekday)
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


def _same_fixed_month(ctx: Context, a: Item, b: Item) -> None:
    """ "Between the 6th and the 19th of last month": both are of that month."""
    x, y = a.day, b.day
    if x is None or y is None or y.fixed is None or not x.day or x.month or x.fixed or x.weekday is not None:
        return
    if y.fixed.day in (ctx.ordinal(b.i), ctx.ordinal(b.i + 1)) and x.day < y.fixed.day:
        a.day = Day(fixed=y.fixed.replace(day=x.day))


def _share(a: Item, b: Item) -> None:
    """What one end of a range says for both: month and year of days."""
    if a.instant is not None and b.clock is not None and b.day is None:
        b.day = Day(fixed=a.instant.date())
    if b.instant is not None and a.clock is not None and a.day is None:
        a.day = Day(fixed=b.instant.date())
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
    first, last = a.span, b.span
    if first is not None and first.grain == "month" and first.month and not first.year_given and b.day is not None and b.day.year:
        # "November to February 5th, 2027"
        a.span = month_span(b.day.year - (first.month > (b.day.month or 12)), first.month, year_given=True)
    if first is not None and last is not None and first.month and last.month and first.grain == last.grain == "month":
        if last.year_given and not first.year_given:
            a.span = month_span(last.start.year - (first.month > last.month), first.month, year_given=True)
        elif not last.year_given:
            b.span = month_span(first.start.year + (last.month < first.month), last.month, year_given=True)
