"""Open ends: before, after, until, by, since, "or later", "at the earliest"."""

from __future__ import annotations

from dataclasses import replace

from assistant.language.times.lexicon import MOVING
from assistant.language.times.model import Context, Item

_BEFORE_WORDS = {"before": "before", "until": "until", "till": "until", "by": "by", "through": "through"}


_TWO_WORDS = {
    ("later", "than"): "after", ("earlier", "than"): "before", ("sooner", "than"): "before", ("prior", "to"): "before",
    ("not", "before"): "from", ("nothing", "before"): "from", ("no", "before"): "from", ("none", "before"): "from",
    ("not", "after"): "latest", ("nothing", "after"): "latest", ("not", "until"): "from", ("nothing", "until"): "from",
    ("not", "past"): "latest", ("up", "to"): "until", ("as", "of"): "from", ("as", "from"): "from",
    ("late", "as"): "latest", ("early", "as"): "from", ("through", "to"): "through", ("ending", "on"): "latest",
    ("finishing", "on"): "latest", ("more", "than"): "", ("greater", "than"): "after", ("bigger", "than"): "after",
    ("higher", "than"): "after", ("less", "than"): "before", ("smaller", "than"): "before", ("lower", "than"): "before",
    (">", "="): "from", ("=", ">"): "from", ("<", "="): "latest", ("=", "<"): "latest",
}  # fmt: skip
_SIGNS = {">": "after", "<": "before", "≥": "from", "≤": "latest"}


# "free from Monday", "any day from Wednesday", "on sale from the 4th" have no end; "my appointment from Monday" has a day.
_OPEN_FROM = frozenset({
    "starting", "any", "anytime", "time", "available", "free", "open", "effective", "day", "days", "date", "sale", "off", "out", "closed",
    "apply", "applies", "valid", "holiday", "vacation", "away", "here", "working", "anything",
})  # fmt: skip
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
        if (
            bound == "before"
            and item.span is not None
            and ctx.word(item.j) in ("ends", "finishes", "is")
            and (ctx.word(item.j) != "is" or ctx.word(item.j + 1) in ("over", "out"))
        ):
            # "before April is out"
            item.bound, item.j = "latest", item.j + (2 if ctx.word(item.j) == "is" else 1)
        after, end = _bound_after(ctx, item)
        if after:
            item.j = end
        item.i = start
    return items


def _look_back(item: Item) -> None:
    """What was said after "since" lies behind: "since Friday" is the last one."""
    day = item.day
    if day is not None and day.fixed is None and not day.mod and day.year is None:
        item.day = replace(day, mod="last")


_NEGATIONS = frozenset({
    "not", "isn't", "aren't", "won't", "can't", "cannot", "don't", "doesn't", "didn't", "couldn't", "wouldn't", "never",
})  # fmt: skip


def _denied(ctx: Context, k: int) -> bool:
    """Whether what lasts until token k is said not to be: "we don't open until nine"."""
    for at in range(k - 1, max(-1, k - 6), -1):
        w = ctx.word(at)
        if w in _NEGATIONS:
            return True
        if w in (",", ".", "?", "!", ";", "but", "and", "or"):
            return False
    return False


def _bound_before(ctx: Context, item: Item) -> tuple[str, int]:
    k = item.i - 1
    while (
        ctx.word(k) in ("the", "about", "around", "sometime", "at", "on", "roughly", "like", "say", "this", "my", "our", "your")
        and item.i - k < 4
    ):
        k -= 1
    w, p = ctx.word(k), ctx.word(k - 1)
    if w == "than" and p in _NEGATED_TWO and ctx.word(k - 2) in ("no", "not", "any", "never"):
        if ctx.word(k - 2) == "any" and ctx.word(k - 3) not in ("not", "can't", "don't", "n't", "won't"):
            return {"later": "after", "earlier": "before", "sooner": "before"}[p], k - 2
        return _NEGATED_TWO[p], k - 2
    if (p, w) in _TWO_WORDS:
        if ctx.word(item.j - 1) == "ago" and w == "than":
            # "less than a week ago" is later than that.
            return ("after" if p in ("less", "fewer") else "before"), k - 1
        return _TWO_WORDS[p, w], k - 1
    if w in ("before", "until") and p in ("not", "isn't", "never", "won't", "n't"):
        return "from", k - 1
    if w in ("after", "before") and p == "or" and ctx.word(k - 2) == "on":
        return ("from" if w == "after" else "latest"), k - 2
    if w == "until" and _denied(ctx, k):
        # "I'm not free until Monday" is free from then on.
        return "from", k
    if w in ("earliest", "latest") and k == item.i - 1 and (item.clock is not None or (ctx.word(k - 2), p) == ("at", "the")):
        return ("from" if w == "earliest" else "latest"), k
    if w in _SIGNS:
        return _SIGNS[w], k
    if w == "including" and (p, ctx.word(k - 2)) == ("and", "to"):
        # "up to and including Friday"
        return "latest", k - (4 if ctx.word(k - 3) == "up" else 3) + 1
    if w in ("ending", "expiring", "finishing") and item.day_only:
        return "latest", k
    if w in ("until", "till") and any(ctx.word(n) in MOVING for n in range(max(0, k - 8), k)):
        return "", 0  # "postpone it until the 8th" is that day
    if w in _BEFORE_WORDS:
        if w == "by" and ctx.word(k + 1) == "on":
            return "", 0  # "I'll drop it by on Friday"
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
        return "after", k
    if w == "past" and item.clock is not None and (k == 0 or p in ("anytime", "time", "well", "is", "it's", "just", "any", "a", "bit")):
        return "after", k
    if w == "since":
        _look_back(item)
        return "since", k
    if w in ("starting", "beginning", "effective", "commencing") and not item.clock:
        return "from", k
    if w == "from" and p in _OPEN_FROM and not (item.time_only and ctx.word(item.j) in ("now",)):
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
    if a in ("or", "and") and b in ("earlier", "before", "sooner") and stands:
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
    if (a, b, c) == ("at", "the", "very") and ctx.word(item.j + 3) in ("earliest", "latest"):
        return ("from" if ctx.word(item.j + 3) == "earliest" else "latest"), item.j + 4
    if (a == "the" and b in ("earliest", "latest")) or (a == "at" and b in ("earliest", "latest")):
        return ("from" if b == "earliest" else "latest"), item.j + 2
    if a in ("earliest", "latest"):
        return ("from" if a == "earliest" else "latest"), item.j + 1
    return "", item.j
