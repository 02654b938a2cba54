"""What a sentence does with its times: corrections, what is moved where, and a day and an hour said apart."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times.dating import coming_weekday, day_date
from assistant.language.times.halves import clock_time
from assistant.language.times.joining import gap
from assistant.language.times.lexicon import MOVING
from assistant.language.times.model import Context, Day, Item, with_time
from assistant.language.times.moves import bind, moved, refused_last, same_time
from assistant.language.times.ranges import same_week

_CORRECTORS = frozenset(
    {
        "no",
        "wait",
        "sorry",
        "actually",
        "correction",
        "nope",
        "mean",
        "meant",
        "scratch",
        "oops",
        "nah",
        "rather",
        "apologies",
        "pardon",
        "whoops",
    }
)


_LISTED = frozenset({"or", "and", ",", "/", "&", "maybe", "even", "at", "possibly", "perhaps", "either", "then"})


_EITHER_HOUR = frozenset(
    {"or", "maybe", "like", "say", "about", "either", "please", "perhaps", "probably", ".", ",", "?", "yes", "yeah", "well"}
)


_CORRECTION_FILL = _CORRECTORS | frozenset({
    ",", ".", "-", "i", "i'm", "that", "that's", "it", "make", "to", "at", "on", "the", "for", "um", "uh", "er", "let's", "say", "not",
    "hold", "hang", "a", "minute", "second",
    "change", "do", "better", "would", "be", "prefer", "i'd", "like", "is", "s", "about", "how", "what", "want", "need", "it's", "no",
    "or", "in", "yes", "well", "so", "oh", "hmm",
    "of", "if", "you", "can", "could", "please", "go", "with", "have", "?", "!", "…", "this", "we", "my", "me", "instead", "book",
    "then", "moment", "let", "look", "see", "check", "think",
    "bad", "mistake", "did", "won't", "work", "doesn't", "works", "cannot", "can't",
})  # fmt: skip


_IN_WORDS = frozenset({"arrive", "arriving", "checkin", "checking", "check", "come", "coming", "start", "arrival", "starting", "from"})


_OUT_WORDS = frozenset({"leave", "leaving", "checkout", "until", "departing", "depart", "departure", "returning", "return"})


def settle(ctx: Context, items: list[Item], rules: list[Item]) -> list[Item]:
    """The values of the text in the order in which they are asked for."""
    _promote(ctx, items)
    items = [x for x in items if not x.weak]
    if not items and not rules:
        return []
    same_time(ctx, items)
    _one_on(ctx, items)
    items = _correct(ctx, items)
    rules = [rule for rule, then in itertools.zip_longest(rules, rules[1:]) if then is None or not _corrects(ctx, rule, then)]
    items = _share_lists(ctx, _about(ctx, _follow(ctx, items)))
    items = _stay(ctx, _fence(ctx, items))
    if rules:
        return _repeat(ctx, items, rules)
    asked = moved(ctx, items)
    items = _once(ctx, asked if asked is not None else refused_last(ctx, bind(ctx, items)))
    for k in range(len(items) - 1):
        if items[k].time_only and items[k].part and items[k].clock is None and items[k + 1].span is not None and items[k + 1].day is None:
            items[k], items[k + 1] = items[k + 1], items[k]
    return _repeat(ctx, items, rules) if rules else _lengths_last(_at_table(ctx, items))


def _lengths_last(items: list[Item]) -> list[Item]:
    """ "A ninety minute massage on Saturday at eleven": when comes before how long."""
    return sorted(items, key=lambda item: item.amount is not None)


def _at_table(ctx: Context, items: list[Item]) -> list[Item]:
    """ "Dinner for two on Friday at eight" is in the evening."""
    if any(t.text in ("dinner", "supper") for t in ctx.tokens):
        for item in items:
            if item.clock is not None and not item.clock.sure and item.part is None and 5 <= item.clock.hour <= 11:
                item.clock = replace(item.clock, late=True)
    return items


# ---------------------------------------------------------------------- bare numbers
def _promote(ctx: Context, items: list[Item]) -> None:
    """A bare number in a list of hours or after a correction of one is an hour: "at 3 or 4", "at three, no, four"."""
    for a, b in itertools.pairwise(items):
        words = gap(ctx, a, b)
        if (
            b.weak
            and b.clock is not None
            and not a.weak
            and (a.clock is not None or (a.hi is not None and a.hi.clock is not None))
            and words
        ):
            listed = all(w in _LISTED for w in words) and (
                "or" in words or "and" in words or (words == [","] and ctx.word(b.j) in ("or", ",", "and"))
            )
            corrected = any(w in _CORRECTORS for w in words) and all(w in _CORRECTION_FILL for w in words)
            aimed = words[-1] == "to" and any(t.text in MOVING for t in ctx.tokens[: a.i])
            if listed or corrected or aimed:
                b.weak = False
        if a.weak and b.weak and words == ["or"] and all(x.clock is not None and x.clock.minute and x.j - x.i == 1 for x in (a, b)):
            # "9.30 or 10.15"
            a.weak = b.weak = False
        rest = {t.text for k, t in enumerate(ctx.tokens) if not a.i <= k < a.j and not b.i <= k < b.j}
        if a.weak and b.weak and a.clock is not None and b.clock is not None and words == ["or"] and rest <= _EITHER_HOUR:
            # "maybe 3 or 4"
            a.weak = b.weak = False
        if (
            a.weak
            and a.clock is not None
            and b.clock is not None
            and not b.weak
            and words
            and all(w in _LISTED for w in words)
            and "or" in words
        ):
            a.weak = False


# ---------------------------------------------------------------------- corrections
def _one_on(ctx: Context, items: list[Item]) -> None:
    """ "Next week or the week after", "this month, no, the month after": counted from the one before it."""
    for a, b in itertools.pairwise(items):
        said = [ctx.word(k) for k in range(b.i, b.j)]
        if (
            a.span is None
            or b.span is None
            or said[-1] != "after"
            or said[:1] != ["the"]
            or a.span.grain != b.span.grain
            or a.span.start_at
        ):
            continue
        length = {"week": relativedelta(weeks=1), "month": relativedelta(months=1), "year": relativedelta(years=1)}.get(b.span.grain)
        if length is not None:
            b.span = replace(b.span, start=a.span.end, end=a.span.end + length)


def _correct(ctx: Context, items: list[Item]) -> list[Item]:
    """The later words replace what they correct: "Tuesday, no, Wednesday at four"."""
    out: list[Item] = []
    for item in items:
        if out and (_begun_again(out[-1], item) or _corrects(ctx, out[-1], item)):
            out[-1] = _overlay(ctx, out[-1], item)
        elif out and _denied(ctx, out[-1], item):
            continue
        elif out and item.clock is not None and _denied(ctx, out[-1], replace(item, clock=None)) and _comma_within(ctx, item):
            # "Friday, not Thursday, 3 pm": the hour is of the day that is meant
            out[-1] = replace(out[-1], clock=item.clock, part=item.part, extra=[*out[-1].extra, item])
        else:
            out.append(item)
    return out


def _corrects(ctx: Context, a: Item, b: Item) -> bool:
    words = gap(ctx, a, b)
    if not words or len(words) > 14:
        return False
    if words == ["*"] or (ctx.word(b.j) == "actually" and words in ([",", "well"], ["well"], [","])):
        return True  # "10am *10:30am", "next week, well Friday actually"
    said = [
        w
        for k, w in enumerate(words)
        if w in _CORRECTORS
        and not (w == "wait" and k and words[k - 1] in ("can't", "to"))
        and not (w == "mean" and k and words[k - 1] not in ("i", "you"))
    ]
    if "no" in said and any(
        words[k : k + 2] in (["no", "later"], ["no", "earlier"], ["no", "problem"], ["no", "preference"], ["no", "sooner"])
        for k in range(len(words))
    ):
        said.remove("no")
    if not said:
        return words[0] == "," and ctx.word(a.i - 1) == "not" and len(words) <= 2 and a.day_only == b.day_only
    if all(w in _CORRECTION_FILL for w in words):
        return True
    # "Make it the 10th. Actually, could we do the 11th at one": more words, but the correction is said.
    return said[0] in ("actually", "wait", "scratch", "rather", "oops") and len(words) <= 10


def _begun_again(a: Item, b: Item) -> bool:
    """ "At eight, uh, eight forty five": the hour once more, and its minutes."""
    if a.clock is None or b.clock is None or a.j != b.i or not b.time_only or a.lo is not None or b.lo is not None or a.clock.minute:
        return False
    return a.clock.hour % 12 == b.clock.hour % 12 and b.clock.minute > 0


def _denied(ctx: Context, a: Item, b: Item) -> bool:
    """ "Tuesday, not Wednesday": the second is what is not meant."""
    words = gap(ctx, a, b)
    return (
        bool(words)
        and len(words) <= 3
        and words[-1] == "not"
        and all(w in (",", "not", "at", "on") for w in words)
        and not b.bound
        and (a.day_only == b.day_only)
    )


def _comma_within(ctx: Context, item: Item) -> bool:
    return any(ctx.word(k) == "," for k in range(item.i, item.j))


def _overlay(ctx: Context, a: Item, b: Item) -> Item:
    """The corrected value: what the later words leave out stays as it was."""
    if (
        b.rule
        or a.rule
        or b.instant is not None
        or b.amount is not None
        or a.amount is not None
        or a.instant is not None
        or (b.lo is not None and b.lo.has_day)
    ):
        return b
    out = replace(b, i=min(a.i, b.i), j=max(a.j, b.j), extra=[*a.extra, *b.extra])
    if not b.has_day and not (b.lo is not None and b.lo.has_day):
        out.day, out.span = a.day, a.span
        if a.lo is not None and a.lo.has_day:
            return b
    if not b.has_time and b.lo is None:
        out.clock, out.part, out.lo, out.hi = a.clock, a.part, a.lo, a.hi
        if a.lo is not None and not all(x is None or x.time_only for x in (a.lo, a.hi)):
            out.lo = out.hi = None
        if not b.bound and out.clock is not None:
            out.bound = a.bound
    elif b.clock is not None and b.part is None and not b.clock.sure and a.part is not None and a.clock is not None:
        out.part = a.part
    elif b.clock is not None and not b.clock.sure and a.clock is not None and a.clock.half in ("am", "pm") and b.part is None:
        out.part = "morning" if a.clock.half == "am" else "afternoon"
    return out


# ---------------------------------------------------------------------- lists and stays
def _share_lists(ctx: Context, items: list[Item]) -> list[Item]:
    """ "Tuesday or Wednesday at 3", "Tuesday at 3 or 4": what is said once holds for both."""
    pairs = list(itertools.pairwise(items))
    for a, b in [*reversed(pairs), *pairs]:
        words = gap(ctx, a, b)
        if (
            not words
            or len(words) > 3
            or not all(w in _LISTED | {"on", "the"} for w in words)
            or not (
                "or" in words
                or "and" in words
                or words in (["/"], ["&"])
                or (
                    words == [","]
                    and (
                        (a.day_only and b.day is not None) or (b.time_only and a.clock is not None and ctx.word(b.j) in ("or", "and", ","))
                    )
                )
            )
        ):
            continue
        if a.day_only and a.day is not None and not a.bound and b.day is not None and b.lo is not None and b.hi is not None:
            if b.lo.time_only and b.hi.time_only:
                # "Tomorrow or Friday between nine and ten"
                a.lo, a.hi = b.lo, b.hi
            continue
        if a.bound or b.bound or a.lo or b.lo:
            continue
        same_week(a, b)
        _same_month(ctx, a, b)
        if a.day_only and a.day is not None and b.day is not None and b.has_time:
            a.clock, a.part = b.clock, b.part
        elif b.time_only and a.day is not None and a.has_time:
            b.day = a.day
            if b.clock is not None and a.clock is not None and not b.clock.sure and b.part is None:
                b.part = a.part or ({"am": "morning", "pm": "afternoon"}.get(a.clock.half or ""))
        elif a.time_only and b.clock is not None and b.day is not None and a.clock is not None:
            a.day = b.day
            if not a.clock.sure:
                a.part = a.part or b.part
        elif (
            a.time_only
            and b.time_only
            and a.clock is not None
            and b.clock is not None
            and not a.clock.sure
            and a.part is None
            and b.clock.half
        ):
            a.part = "morning" if b.clock.half == "am" else "afternoon"
        if a.clock is not None and b.clock is not None and b.clock.hour == a.clock.hour + 1 == 7:
            # "at six or seven": whatever half of the day the one is in, the other is too.
            b.clock = replace(b.clock, late=True)
    return items


def _follow(ctx: Context, items: list[Item]) -> list[Item]:
    """ "Monday the 7th and the following Friday", "not this Thursday, the Thursday after": counted from the day before it."""
    for a, b in itertools.pairwise(items):
        if b.day is None or b.day.weekday is None or b.day.day is not None or a.day is None or b.day.fixed is not None:
            continue
        after = ctx.word(b.j) == "after" and ctx.word(b.i - 1) == "the" and ctx.word(b.j + 1) in _AFTER_THAT
        base = day_date(a.day, ctx) if b.day.mod == "following" or after else None
        if base is not None:
            b.day = Day(fixed=coming_weekday(base, b.day.weekday), weekday=b.day.weekday)
    return items


_AFTER_THAT = frozenset({"", "that", "this", ".", ",", "?", "!", "please", "then", "instead", "works", "would", "if"})


def _about(ctx: Context, items: list[Item]) -> list[Item]:
    """ "Around two or three": the hour between them, not one of the two."""
    out: list[Item] = []
    for b in items:
        a = out[-1] if out else None
        if (
            a is not None
            and a.clock is not None
            and b.clock is not None
            and not (a.bound or b.bound or a.lo or b.lo or (a.day and b.day) or (a.part and b.part))
            and gap(ctx, a, b) == ["or"]
            and any(ctx.word(k) == "about" for k in range(max(0, b.i - 4), b.i))
            and (b.clock.hour * 60 + b.clock.minute - a.clock.hour * 60 - a.clock.minute) % 720 in (30, 60)
        ):
            part = a.part or b.part
            lo, hi = Item(a.i, a.j, clock=a.clock, part=part), Item(b.i, b.j, clock=b.clock, part=part)
            out[-1] = Item(min(a.i, b.i), max(a.j, b.j), day=a.day or b.day, lo=lo, hi=hi, extra=[*a.extra, *b.extra])
        else:
            out.append(b)
    return out


_OPENING, _CLOSING = ("after", "from"), ("before", "until", "latest", "by")


def _fence(ctx: Context, items: list[Item]) -> list[Item]:
    """ "After 2 but before 4": two open ends that face each other are one interval."""
    out: list[Item] = []
    for item in items:
        last = out[-1] if out else None
        days = _fenced_days(ctx, last, item) if last is not None else None
        if days is not None:
            out[-1] = days
            continue
        if last is not None and last.bound in _CLOSING and item.bound in _OPENING and "or" not in gap(ctx, last, item):
            # "before 3 and after 10" is said the other way round.
            last, item = item, last
        if (
            last is not None and last.clock is not None and item.clock is not None
            and last.bound in _OPENING and item.bound in _CLOSING
            and all(w in (",", "but", "and", "or", "not") for w in (gap(ctx, last, item) or gap(ctx, item, last)))
            and not (last.day is not None and item.day is not None)
        ):  # fmt: skip
            day = last.day or item.day
            lo, hi = replace(last, bound="", day=None), replace(item, bound="", day=None)
            out[-1] = Item(min(last.i, item.i), max(last.j, item.j), day=day, lo=lo, hi=hi, extra=[*last.extra, *item.extra])
        elif last is not None and out[-1] is item:
            out.append(last)
        else:
            out.append(item)
    return out


def _fenced_days(ctx: Context, a: Item, b: Item) -> Item | None:
    """ "After the 5th but before the 20th": the days between."""
    if a.bound in _CLOSING and b.bound in _OPENING:
        a, b = b, a
    words = gap(ctx, a, b) or gap(ctx, b, a)
    if not (a.bound in _OPENING and b.bound in _CLOSING and a.day_only and b.day_only and set(words) <= {",", "but", "and", "not"}):
        return None
    if a.day is None or b.day is None:
        return None
    first, last = day_date(a.day, ctx), day_date(b.day, ctx)
    if first is None or last is None:
        return None
    if first > last:
        # The window has begun already.
        first = first - relativedelta(years=1) if a.day.month else day_date(replace(a.day, mod="last"), ctx)
    if first is None or first > last:
        return None
    lo = Item(a.i, a.j, day=Day(fixed=first + timedelta(a.bound == "after")))
    hi = Item(b.i, b.j, day=Day(fixed=last - timedelta(b.bound in ("before", "until"))))
    return Item(min(a.i, b.i), max(a.j, b.j), lo=lo, hi=hi, extra=[*a.extra, *b.extra])


def _same_month(ctx: Context, a: Item, b: Item) -> None:
    """ "April fifteenth or sixteenth", "the fifteenth or the sixteenth of April": the month is said once."""
    x, y = a.day, b.day
    if x is not None and y is not None and x.day and not (x.month or x.fixed or x.weekday is not None) and y.fixed is not None:
        # "the 5th or the 6th next month"
        if y.fixed.day in (ctx.ordinal(b.i), ctx.ordinal(b.i + 1)) and x.day < y.fixed.day:
            a.day = Day(fixed=y.fixed.replace(day=x.day))
        return
    if x is None or y is None or x.fixed or y.fixed or x.day is None or y.day is None or x.day >= y.day:
        return
    if x.month is None and y.month is not None and x.weekday is None:
        a.day = replace(x, month=y.month, year=y.year)
    elif y.month is None and x.month is not None and y.weekday is None:
        b.day = replace(y, month=x.month, year=x.year)


def _role(ctx: Context, item: Item) -> str:
    if item.bound in ("until", "from"):
        return "out" if item.bound == "until" else "in"
    for k in range(item.i - 1, max(-1, item.i - 5), -1):
        w = ctx.word(k)
        if w in ("check", "checking") and ctx.word(k + 1) in ("in", "out"):
            return ctx.word(k + 1)
        if w in ("in", "out") and ctx.word(k + 1) == "on":
            return w
        if w in _IN_WORDS - {"check", "checking"}:
            return "in"
        if w in _OUT_WORDS:
            return "out"
        if w in (".", "?", "!"):
            break
    return ""


def _stay(ctx: Context, items: list[Item]) -> list[Item]:
    """Arriving on one day and leaving on another is one interval."""
    for k in range(len(items) - 1):
        a, b = items[k], items[k + 1]
        if (
            not (a.day_only and b.day_only and a.day is not None and b.day is not None)
            or a.bound not in ("", "from")
            or b.bound not in ("", "until")
        ):
            continue
        roles = (_role(ctx, a), _role(ctx, b))
        if roles == ("out", "in"):
            a, b = b, a
        elif roles != ("in", "out"):
            continue
        lo, hi = replace(a, bound=""), replace(b, bound="")
        joined = Item(min(a.i, b.i), max(a.j, b.j), lo=lo, hi=hi, extra=[*a.extra, *b.extra])
        return [*items[:k], joined, *items[k + 2 :]]
    return items


def _once(ctx: Context, items: list[Item]) -> list[Item]:
    """ "I meant Saturday, Saturday at noon": a day that is said again with its hour is said once."""
    timed = {day_date(x.day, ctx) for x in items if x.day is not None and x.clock is not None and not x.bound and x.lo is None}
    return [x for x in items if not (x.day_only and x.day is not None and not x.bound and day_date(x.day, ctx) in timed)]


# ---------------------------------------------------------------------- repetition
def _repeat(ctx: Context, items: list[Item], rules: list[Item]) -> list[Item]:
    """A time of day, a start and an end said apart from their repetition belong to it."""
    rest: list[Item] = []
    for item in items:
        rule = rules[0]
        if rule.rule and item.time_only and item.clock is not None and not item.bound and item.lo is None and "BYHOUR" not in rule.rule:
            t, _, _ = clock_time(item.clock, item.part or rule.part)
            rules[0] = replace(rule, rule=with_time(rule.rule, t.hour, t.minute), extra=[*rule.extra, item])
        elif item.time_only and item.lo is not None and item.hi is not None and item.lo.clock is not None and rule.lo is None:
            rules[0] = replace(rule, lo=item.lo, hi=item.hi, part=rule.part or item.part, extra=[*rule.extra, item])
        elif (
            item.time_only and item.part is not None and item.lo is None and item.clock is None and not item.bound
            and not {"or", "not", "no", "nor"} & {*gap(ctx, item, rule), *gap(ctx, rule, item)}
        ):  # fmt: skip
            rules[0] = replace(rule, extra=[*rule.extra, item])
        elif item.day_only and item.bound in ("from", "since", "until", "by", "through", "latest", "before") and rule.limits is None:
            rules[0] = replace(rule, limits=item, extra=[*rule.extra, item])
        elif _stretch(item) and rule.limits is None and not _set_against(ctx, item, rule):
            # "every Tuesday for the next four weeks", "each Wednesday from January to March"
            rules[0] = replace(rule, limits=item, extra=[*rule.extra, item])
        elif item.amount is not None and not item.amount.clocklike and item.amount_role == "for" and rule.amount is None:
            rules[0] = replace(rule, amount=item.amount, extra=[*rule.extra, item])
        else:
            rest.append(item)
    return [*rules, *rest]


def _stretch(item: Item) -> bool:
    """Whether an item is a run of whole days."""
    if item.bound or item.has_time or item.rule:
        return False
    if item.lo is not None and item.hi is not None:
        return all(end.day_only for end in (item.lo, item.hi))
    return item.span is not None and item.span.start_at is None and item.day is None


def _set_against(ctx: Context, item: Item, rule: Item) -> bool:
    """Whether what repeats is excepted from the run of days: "next week, not Mondays"."""
    before = [ctx.word(k) for k in range(max(0, rule.i - 3), rule.i)]
    return bool({"not", "no", "except", "but", "besides", "never", "can't", "don't"} & {*gap(ctx, item, rule), *before})
