"""Parts of the day: "first thing in the morning", "late afternoon", "any time after lunch", "this evening", "end of the day"."""

from __future__ import annotations

from datetime import timedelta

from assistant.language.times.dating import day_date
from assistant.language.times.lexicon import MEALS, PART_WORDS, PARTS, TODAY, WEEKDAYS
from assistant.language.times.model import Context, Day, Item

_AROUND_MEALS = {
    ("after", "lunch"): (13.0, 17.0), ("before", "lunch"): (9.0, 12.0), ("after", "breakfast"): (9.0, 12.0),
    ("before", "breakfast"): (6.0, 8.0),
    ("after", "dinner"): (19.0, 22.0), ("before", "dinner"): (16.0, 18.0), ("after", "work"): (17.0, 21.0), ("before", "work"): (6.0, 9.0),
    ("after", "school"): (15.0, 18.0), ("before", "school"): (7.0, 9.0), ("after", "teatime"): (18.0, 21.0),
    ("before", "teatime"): (14.0, 16.0),
}  # fmt: skip
for (_when, _what), _window in _AROUND_MEALS.items():
    PARTS[f"{_when} {_what}"] = _window
# "The next evening you have" is no certain day.
_ANY_NEXT = frozenset({"off", "i", "that", "when", "available", "you", "we", "my", "open", "slot", "slots", "appointment", "one", "free"})
_OF_THE_NIGHT = frozenset(
    {"guard", "guards", "bus", "buses", "nurse", "nurses", "porter", "school", "cream", "light", "lights", "owl", "shift"}
)
_NOT_AFTER_GOOD = frozenset({"good", "lovely", "nice", "great"})


def _named(ctx: Context, i: int) -> tuple[str, int] | None:
    """A part with its adjectives: "early morning", "mid afternoon", "first thing in the morning"."""
    j, tone = i, ""
    w = ctx.word(j)
    if w in ("first", "last") and ctx.word(j + 1) == "thing":
        if ctx.word(j - 1) in ("the", "one", "another"):
            return None
        j += 2
        if ctx.word(j) in ("in", "on") and ctx.word(j + 1) == "the" and ctx.word(j + 2) in ("morning", "afternoon", "day", "evening"):
            if ctx.word(j + 2) == "afternoon":
                return ("early afternoon" if w == "first" else "late afternoon"), j + 3
            j += 3
        elif ctx.word(j) in ("at", "in") and ctx.word(j + 1) in ("night", "morning"):
            j += 2
        return f"{w} thing", j
    if (w, ctx.word(j + 1), ctx.word(j + 2), ctx.word(j + 3)) == ("middle", "of", "the", "day"):
        return "midday", j + 4
    if w in ("end", "close", "start", "beginning") and ctx.word(j + 1) == "of":
        k = j + 3 if ctx.word(j + 2) in ("the", "this") else j + 2
        if ctx.word(k) in TODAY or (ctx.word(k) in WEEKDAYS and k == j + 2):
            # "the end of tomorrow", "end of Friday": the day is read next.
            return ("end of day" if w in ("end", "close") else "start of day"), k
        if ctx.word(k) in ("day", "business", "play", "workday"):
            k += 1
            return ("end of day" if w in ("end", "close") else "start of day"), k
    if w in ("small", "wee") and ctx.word(j + 1) == "hours" and ctx.word(j - 1) == "the":
        return "small hours", i + 2
    if w in ("business", "office", "working") and ctx.word(j + 1) == "hours" and ctx.word(j - 1) in ("during", "in", "within", "normal"):
        return "business hours", i + 2
    if w in ("eod", "cob"):
        return "end of day", i + 1
    if w in ("early", "late", "mid", "later", "earlier"):
        tone = {"later": "late", "earlier": "early"}.get(w, w)
        j += 1
        while ctx.word(j) in ("-", "ish", "in", "the", "on", "this", "at"):
            j += 1
    part = PART_WORDS.get(ctx.word(j))
    if tone == "mid" and ctx.word(j) in ("today", "tomorrow"):
        return "midday", j
    if ctx.word(j) == "tonight":
        part = "tonight"
    if part is None:
        return None
    if part == "night" and ctx.word(j + 1) in _OF_THE_NIGHT:
        return None
    if part in MEALS and ctx.word(j) in MEALS | {"supper"}:
        return None
    if ctx.word(j) == "nights" or (part == "night" and ctx.number(j - 1) is not None and ctx.word(j - 1) == "one"):
        return None
    if (
        (ctx.word(j) in ("eve", "aft", "nite", "dinner") or part in ("dawn", "dusk"))
        and not tone
        and ctx.word(j - 1) not in ("the", "this", "at", "in", "by", "before", "after", "until")
    ):
        return None
    named = f"{tone} {part}".strip()
    return (named if named in PARTS else part), j + 1


def read_part(ctx: Context, i: int) -> Item | None:
    """The part of a day that starts at token i, with its day when one is said ("this morning", "last night")."""
    w = ctx.word(i)
    if w in ("after", "before"):
        k = i + 1
        while ctx.word(k) in ("my", "the", "your", "our"):
            k += 1
        what = {"supper": "dinner", "lunchtime": "lunch", "dinnertime": "dinner"}.get(ctx.word(k), ctx.word(k))
        if (w, what) in _AROUND_MEALS and ctx.word(k + 1) not in ("hours", "visa"):
            return Item(i, k + 1, part=f"{w} {what}")
        return None
    if w in ("lunch", "breakfast", "dinner", "supper") and (
        ctx.word(i - 1) in WEEKDAYS or ctx.word(i - 1) in TODAY or ctx.word(i - 1) in ("by", "until", "since")
    ):
        return Item(i, i + 1, part="dinner" if w == "supper" else w)
    if w in ("am", "pm"):
        before = ctx.word(i - 1)
        beside = (
            before in WEEKDAYS
            or before in TODAY
            or (before == "the" and ctx.word(i - 2) in ("in", "for", "during"))
            or ctx.ordinal(i - 1) is not None
        )
        return Item(i, i + 1, part="morning" if w == "am" else "afternoon") if beside else None
    if w in ("at", "over", "during", "around", "about"):
        k = i + 2 if ctx.word(i + 1) in ("the", "my") else i + 1
        if ctx.word(k) in ("lunch", "breakfast", "dinner", "supper"):
            what = "dinner" if ctx.word(k) in ("dinner", "supper") else ctx.word(k)
            return Item(i, k + 1, part=what)
        return None
    if w in ("this", "that", "last", "yesterday", "the", "next", "later", "earlier") or w == "one":
        k = i + 1
        if w in ("later", "earlier") and ctx.word(k) == "this":
            k += 1
            found = _named(ctx, k)
            if found and w == "later":
                return Item(i, found[1], day=Day(fixed=ctx.today), part=found[0])
            return Item(i, found[1], day=Day(fixed=ctx.today), part=found[0]) if found else None
        if w in ("later", "earlier") and ctx.word(k) in ("today", "tonight"):
            return Item(i, k + 1, day=Day(fixed=ctx.today), part="tonight" if ctx.word(k) == "tonight" else None)
        found = _named(ctx, k)
        if found is None:
            return _named_item(ctx, i)
        part, end = found
        if w == "this":
            day = ctx.today
            if end < len(ctx.tokens) and ctx.word(end) == "coming":
                end += 1
            return Item(i, end, day=Day(fixed=day), part="tonight" if part == "night" else part)
        if w == "next" and part in ("night", "evening", "afternoon", "morning") and ctx.word(end) not in _ANY_NEXT:
            return Item(i, end, day=Day(fixed=ctx.today + timedelta(1)), part=part)
        if w == "last" and part in ("night", "evening", "afternoon", "morning", "late night"):
            return Item(i, end, day=Day(fixed=ctx.today - timedelta(1)), part=part)
        if w == "the" and ctx.word(end) in ("before", "after") and part in ("morning", "afternoon", "evening", "night"):
            named = _beside(ctx, i, end, part)
            if named is not None:
                return named
        if w in ("the", "one") and PARTS.get(part):
            return Item(i, end, part=part)
        return _named_item(ctx, i)
    return _named_item(ctx, i)


def _beside(ctx: Context, i: int, at: int, part: str) -> Item | None:
    """ "The night before Christmas", "the morning after the 4th": a part of the day beside a named one."""
    inner = ctx.read("day", at + 1) if at + 1 < len(ctx.tokens) else None
    day = day_date(inner.day, ctx) if inner is not None and inner.day is not None and not inner.has_time else None
    if inner is None or day is None:
        return None
    return Item(i, inner.j, day=Day(fixed=day + timedelta(1 if ctx.word(at) == "after" else -1)), part=part)


def _named_item(ctx: Context, i: int) -> Item | None:
    found = _named(ctx, i)
    if found is None or ctx.word(i - 1) in _NOT_AFTER_GOOD:
        return None
    part, j = found
    today = part.endswith("tonight") or any(ctx.word(k) == "this" for k in range(i, j))
    return Item(i, j, day=Day(fixed=ctx.today) if today else None, part=part)


def read_tone(ctx: Context, i: int) -> Item | None:
    """A bare "early" or "late" that stands beside a day: "early Thursday", "Thursday the 30th, early"."""
    w = ctx.word(i)
    if w not in ("early", "late"):
        return None
    if ctx.word(i + 1) in ("enough", "for", "fee", "fees", "as", "than", "by", "appointment", "slot", "start"):
        return None
    return Item(i, i + 1, part="morning" if w == "early" else "late afternoon", weak=True, tone=w)
