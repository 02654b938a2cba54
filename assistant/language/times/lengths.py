"""A length beside its start: "for two hours from 2", "3 days starting Monday"."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from assistant.language.times.counted import shifted_day
from assistant.language.times.dating import day_date
from assistant.language.times.halves import clock_time
from assistant.language.times.joining import gap, unify
from assistant.language.times.model import Clock, Context, Item, Span


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
        and not (length.amount_role == "for" and not words and start.day is not None and start.clock is not None)
    ):
        return None
    if not before and (length.amount_role != "for" or any(w not in ("for", ",", "and", "about", "lasting") for w in words)):
        return None
    if (
        before
        and words[-1:] in (["on"], ["at"])
        and length.amount_role != "for"
        and not {"starting", "beginning", "commencing"} & set(words)
    ):
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
