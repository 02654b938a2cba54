"""The whole reading of one text, stage by stage."""

from __future__ import annotations

from datetime import datetime

from assistant.domain.language import TimeValue
from assistant.language.times import numbers
from assistant.language.times.bounds import bind_bounds
from assistant.language.times.days import read_day
from assistant.language.times.discourse import settle
from assistant.language.times.joining import merge
from assistant.language.times.lengths import attach_lengths
from assistant.language.times.mishearings import repair
from assistant.language.times.model import Context
from assistant.language.times.periods import read_period
from assistant.language.times.ranges import pair_ranges
from assistant.language.times.recurrence import read_rules
from assistant.language.times.resolve import Resolver
from assistant.language.times.scan import scan
from assistant.language.times.tokens import tokenise

MAX_VALUES = 24
# Years from which every reading still lies within the calendar.
FIRST_YEAR, LAST_YEAR = 1600, 3000


def read(text: str, reference: datetime, country: str) -> list[TimeValue]:
    """The times in a text, the one it asks for first."""
    tokens = numbers.block(numbers.collapse(repair(tokenise(text))))
    if not tokens or not FIRST_YEAR <= reference.year <= LAST_YEAR:
        return []
    zone = reference.tzinfo
    ctx = Context(tokens, reference.replace(tzinfo=None), country, readers={"day": read_day, "period": read_period})
    rules, taken = read_rules(ctx)
    items = scan(ctx, taken)
    items = merge(ctx, items)
    items = pair_ranges(ctx, items)
    items = merge(ctx, items, opened=True)
    items = bind_bounds(ctx, items)
    items = attach_lengths(ctx, items)
    items = settle(ctx, items, rules)
    resolver = Resolver(ctx, text, zone)
    values: list[TimeValue] = []
    for item in items[:MAX_VALUES]:
        value = resolver.value(item)
        if value is not None:
            values.append(value)
        elif item.lo is not None and item.hi is not None:
            # Two ends that make no range are two values.
            values += [v for end in (item.lo, item.hi) if (v := resolver.value(end)) is not None]
    return values
