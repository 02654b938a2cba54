"""What a sentence does with its times: corrections, what is moved where, and a day and an hour said apart."""

from __future__ import annotations

from dataclasses import replace

from assistant.language.times.compose import gap, unify
from assistant.language.times.model import Context, Item

_CORRECTING = frozenset(
    {
        "no",
        "wait",
        "sorry",
        "actually",
        "rather",
        "correction",
        "nope",
        "mean",
        "meant",
        "scratch",
        "oops",
        "instead",
        "hang",
        "hold",
        "nah",
        "not",
    }
)


def settle(ctx: Context, items: list[Item], rules: list[Item]) -> list[Item]:
    """The values of the text in the order in which they are asked for."""
    items = [x for x in items if not x.weak]
    items = _bind(ctx, items)
    if rules:
        return rules + [x for x in items if not x.time_only]
    return items


def _bind(ctx: Context, items: list[Item]) -> list[Item]:
    out: list[Item] = []
    for item in items:
        partner = next((k for k in range(len(out) - 1, -1, -1) if _complementary(ctx, out[k], item)), None)
        if partner is not None:
            joined = _together(ctx, out[partner], item)
            if joined is not None:
                out[partner] = joined
                continue
        out.append(item)
    return out


def _complementary(ctx: Context, a: Item, b: Item) -> bool:
    return (a.day_only and b.time_only) or (a.time_only and b.day_only)


def _together(ctx: Context, a: Item, b: Item) -> Item | None:
    words = set(gap(ctx, a, b))
    if "or" in words:
        return None
    bound = a.bound or b.bound
    x, y = replace(a, bound=""), replace(b, bound="")
    day = x if x.day_only else y
    if day.bound and not day.day:
        return None
    if (a.bound and a.day_only) or (b.bound and b.day_only):
        return None
    joined = unify(ctx, x, y, [])
    if joined is not None:
        joined.bound = bound
        joined.weak = False
    return joined
