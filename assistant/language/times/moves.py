"""What is moved where, what is refused, and a day and an hour said apart."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

from assistant.language.times.dating import day_date
from assistant.language.times.joining import gap, unify
from assistant.language.times.lexicon import MOVING
from assistant.language.times.model import Context, Day, Item

_REFUSING_BEFORE = frozenset(
    {"can't", "cannot", "cant", "couldn't", "not", "isn't", "except", "won't", "don't", "dont", "never", "besides", "but", "nae"}
)


_REFUSED_AFTER = frozenset({"won't", "doesn't", "wont", "doesnt", "isn't", "can't", "not", "wouldn't"})


# ---------------------------------------------------------------------- moving
def _lead_word(ctx: Context, item: Item) -> str:
    k = item.i - 1
    while k >= 0 and ctx.word(k) in ("the", "on", "at", "about", "sometime", "be", "anytime", "like", "a") and item.i - k < 4:
        k -= 1
    return ctx.word(k)


def moved(ctx: Context, items: list[Item]) -> list[Item] | None:
    """ "Move it from Monday at 9 to Tuesday at 10": the target first, then what it was."""
    verb = next((k for k, t in enumerate(ctx.tokens) if t.text in MOVING), None)
    swapping = next((k for k, t in enumerate(ctx.tokens) if t.text == "instead" and ctx.word(k + 1) == "of"), None)
    if verb is None or len(items) < 2:
        if swapping is not None and len(items) >= 2:
            return _day_of_what_goes(refused_last(ctx, bind(ctx, items, barrier=swapping)))
        return _rather(ctx, items)
    aims: list[Item] = []
    rest: list[Item] = []
    aimed = False
    for item in items:
        lead = _lead_word(ctx, item)
        if lead == "from" or (item.i < verb):
            aimed = False
        elif lead in ("to", "for", "until"):
            aimed = True
        (aims if aimed else rest).append(item)
    if not aims or not rest:
        return None
    aims, rest = bind(ctx, aims), bind(ctx, rest)
    return _day_of_what_goes(aims + rest)


def _day_of_what_goes(items: list[Item]) -> list[Item]:
    """ "Move it from Friday morning at 9 to 10": an hour without a day is on the day of what it replaces."""
    first = items[0]
    source = next((x for x in items[1:] if x.day is not None or x.span is not None), None)
    if first.time_only and source is not None and source.day is not None:
        first.day = source.day
        if first.clock is not None and not first.clock.sure and first.part is None and source.part is not None:
            first.part = source.part
    return items


_STANDING = frozenset({
    "have", "had", "booked", "slot", "appointment", "booking", "reservation", "scheduled", "reserved", "cancel", "was", "were", "got",
    "i've", "we've", "down",
})  # fmt: skip
_WISHED = (
    ("make", "it"), ("could", "it", "be"), ("can", "it", "be"), ("could", "we", "do"), ("can", "we", "do"), ("prefer",), ("rather",),
    ("could", "we", "make"), ("can", "we", "make"), ("could", "you", "do"), ("can", "you", "do"),
)  # fmt: skip
_SUITS = frozenset({"instead", "works", "would", "suits", "is", "might"})


def _rather(ctx: Context, items: list[Item]) -> list[Item] | None:
    """ "I have Tuesday at ten, could it be Wednesday": what is wished for first, then what stands."""
    for k in range(1, len(items)):
        old, new = items[k - 1], items[k]
        between = [ctx.word(n) for n in range(old.j, new.i)]
        standing = _STANDING & {ctx.word(n) for n in range(max(0, old.i - 6), old.i)}
        asked = any(tuple(between[n : n + len(wish)]) == wish for wish in _WISHED for n in range(len(between)))
        suits = "but" in between and ctx.word(new.j) in _SUITS
        follows = any(pair in (("so", "any"), ("so", "anything"), ("so", "anytime")) for pair in itertools.pairwise(between))
        if follows and (new.bound or new.lo is not None):
            return bind(ctx, items[k:]) + bind(ctx, items[:k])  # "I finish at five, so anything from half past"
        if standing and (asked or suits) and not new.bound:
            return _day_of_what_goes(bind(ctx, items[k:]) + bind(ctx, items[:k]))
    return None


def same_time(ctx: Context, items: list[Item]) -> None:
    """ "Move Tuesday at two to Friday, same time": the hour that was said before, on the day beside these words."""
    at = next((k for k, t in enumerate(ctx.tokens) if t.text == "same" and ctx.word(k + 1) == "time"), None)
    if at is None:
        return
    source = next((x for x in items if x.clock is not None and not x.weak and not x.i <= at < x.j), None)
    target = next((x for x in items if x is not source and x.day is not None and x.lo is None and x.i - 4 <= at <= x.j + 3), None)
    if source is not None and target is not None and (target.clock is None or target.i <= at < target.j):
        target.clock, target.part, target.weak = source.clock, source.part, False
        base = day_date(source.day, ctx) if source.day is not None else None
        if base is not None and target.i <= at and (ctx.word(target.j - 2), ctx.word(target.j - 1)) == ("next", "week"):
            # A week after what is moved, not after today.
            target.day = Day(fixed=base + timedelta(7))


# ---------------------------------------------------------------------- what is refused
def _refused(ctx: Context, item: Item, floor: int = -1) -> bool:
    for k in range(item.i - 1, max(floor, item.i - 5), -1):
        w = ctx.word(k)
        if w in (",", ".", "?", "!", ";", "but") and not (w == "but" and ctx.word(k - 1) in ("anything", "any", "day", "anytime")):
            break
        if w in _REFUSING_BEFORE:
            return True
        if (w, ctx.word(k + 1)) in (("instead", "of"), ("rather", "than"), ("other", "than"), ("apart", "from")):
            return True
    if ctx.word(item.j) in _REFUSED_AFTER and ctx.word(item.j + 1) not in ("before", "after", "earlier", "later", "only"):
        return True
    return ctx.word(item.j) == "is" and ctx.word(item.j + 1) in ("no", "not", "too", "out", "impossible", "bad")


def refused_last(ctx: Context, items: list[Item]) -> list[Item]:
    """What the caller refuses comes after what they want."""
    if len(items) < 2:
        return items
    ends = [-1, *(x.j - 1 for x in items)]
    wanted = [x for k, x in enumerate(items) if not _refused(ctx, x, ends[k])]
    if not wanted or len(wanted) == len(items):
        return items
    return wanted + [x for x in items if x not in wanted]


# ---------------------------------------------------------------------- a day and an hour said apart
def _halved(ctx: Context, a: Item, b: Item) -> bool:
    """ "Evenings after 6": the part of the day says which half the bound lies in."""
    named = a.time_only and a.part is not None and a.clock is None and a.lo is None and not a.bound
    return named and bool(b.bound) and b.time_only and b.clock is not None and b.lo is None and not gap(ctx, a, b)


def bind(ctx: Context, items: list[Item], barrier: int | None = None) -> list[Item]:
    out: list[Item] = []
    for item in items:
        joined = None
        at = -1
        for k in range(len(out) - 1, -1, -1):
            if barrier is not None and (out[k].i < barrier) != (item.i < barrier):
                continue
            narrowed = (
                out[k].day is not None
                and out[k].part is not None
                and out[k].clock is None
                and out[k].lo is None
                and item.time_only
                and item.clock is not None
            )
            apart = (out[k].day_only and item.time_only) or (out[k].time_only and item.day_only)
            if apart or (narrowed and not out[k].bound) or _halved(ctx, out[k], item):
                joined, at = _together(ctx, out[k], item), k
                break
        if joined is not None:
            out[at] = joined
        else:
            out.append(item)
    return out


def _together(ctx: Context, a: Item, b: Item) -> Item | None:
    words = gap(ctx, a, b)
    if {"or", "not", "nor"} & set(words) or _refused(ctx, a) != _refused(ctx, b):
        return None
    if (a.bound and a.day_only) or (b.bound and b.day_only):
        return None
    joined = unify(ctx, replace(a, bound=""), replace(b, bound=""), [])
    if joined is not None:
        joined.bound = a.bound or b.bound
        joined.weak = False
        joined.extra = [*joined.extra, a, b]
    return joined
