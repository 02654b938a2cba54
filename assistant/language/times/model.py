"""What the grammar passes between its stages: days, clock readings and the items that combine them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times.tokens import Token

MAX_DEPTH = 4
MAX_WORK = 300


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock reading. `half` is am, pm or None; `sure` when no half is needed (24 h, noon); `zone` as said.

    `late`: of the two halves the second is likelier, as for a reading that stands beside it. `days_on`: days after the one that is
    named ("8:50 AM+1").
    """

    hour: int
    minute: int = 0
    second: int = 0
    half: str | None = None
    sure: bool = False
    grain: str = "minute"
    zone: str = ""
    late: bool = False
    days_on: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """A day, named in part or fixed already. `shift` counts months or years from this one ("of next month")."""

    fixed: date | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    mod: str = ""
    month_shift: int | None = None
    weeks: int = 0
    impossible: bool = False
    others: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days from start to end (exclusive). A month without a year keeps `month`, so that a year may still come.

    `all_from`: of several units the last is meant, or all of them from that day on ("upcoming two weeks").
    """

    start: date
    end: date
    grain: str
    month: int | None = None
    year_given: bool = False
    start_at: datetime | None = None
    end_at: datetime | None = None
    part_of: str = ""
    all_from: date | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A length of time: calendar units and exact ones together. `count` and `unit` when it is a single unit."""

    delta: relativedelta
    unit: str
    count: float = 1
    exact: timedelta | None = None

    @property
    def clocklike(self) -> bool:
        """Whether it has hours, minutes or seconds in it."""
        d = self.delta
        return self.unit in ("second", "minute", "hour") or bool(d.hours or d.minutes or d.seconds or d.microseconds)


@dataclass(slots=True)
class Item:
    """A stretch of tokens with one meaning in time, grown by composition."""

    i: int
    j: int
    day: Day | None = None
    clock: Clock | None = None
    part: str | None = None
    span: Span | None = None
    instant: datetime | None = None
    amount: Amount | None = None
    amount_role: str = ""
    lo: Item | None = None
    hi: Item | None = None
    bound: str = ""
    rule: str | None = None
    weak: bool = False
    minutes_to: Clock | None = None
    grain: str = ""
    tone: str = ""
    limits: Item | None = None
    extra: list[Item] = field(default_factory=list)

    @property
    def has_day(self) -> bool:
        return self.day is not None or self.span is not None or self.instant is not None

    @property
    def has_time(self) -> bool:
        return self.clock is not None or self.part is not None or self.instant is not None

    @property
    def time_only(self) -> bool:
        if self.lo is not None or self.hi is not None:
            return all(x is None or x.time_only for x in (self.lo, self.hi)) and not self.has_day
        return self.has_time and not self.has_day and self.amount is None and self.rule is None

    @property
    def day_only(self) -> bool:
        return self.has_day and self.instant is None and not self.has_time and self.lo is None and self.hi is None and self.rule is None


@dataclass(slots=True)
class Context:
    """One text being read: its tokens and the moment and country it is read in."""

    tokens: list[Token]
    now: datetime
    country: str = "US"
    readers: Mapping[str, Callable[[Context, int], Item | None]] = field(default_factory=dict)
    memo: dict[tuple[str, int], Item | None] = field(default_factory=dict)
    depth: int = 0
    work: int = 0

    def once(self, name: str, i: int, reader: Callable[[Context, int], Item | None]) -> Item | None:
        """What a reader finds at token i, read once; readings nest only so deep, so that no text costs much."""
        key = (name, i)
        if key in self.memo:
            found = self.memo[key]
            return copy(found) if found is not None else None
        if self.depth >= MAX_DEPTH or self.work >= MAX_WORK:
            return None
        self.depth += 1
        self.work += 1
        found = reader(self, i)
        self.depth -= 1
        if self.depth == 0 or found is not None:
            self.memo[key] = found
        return copy(found) if found is not None else None

    def read(self, name: str, i: int) -> Item | None:
        """What the named reader finds at token i: how readings that contain each other meet without importing each other."""
        return self.readers[name](self, i)

    @property
    def today(self) -> date:
        return self.now.date()

    def word(self, i: int) -> str:
        """The text of token i, or nothing outside the text."""
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def number(self, i: int) -> int | None:
        """The whole number at token i."""
        if 0 <= i < len(self.tokens):
            t = self.tokens[i]
            if t.kind == "num" and t.num is not None and t.num == int(t.num):
                return int(t.num)
        return None

    def cardinal(self, i: int) -> int | None:
        """The whole number at token i that is not an ordinal."""
        return None if 0 <= i < len(self.tokens) and self.tokens[i].ordinal else self.number(i)

    def ordinal(self, i: int) -> int | None:
        """The ordinal at token i (21st, third)."""
        return self.number(i) if 0 <= i < len(self.tokens) and self.tokens[i].ordinal else None

    def beside(self, i: int) -> bool:
        """Whether nothing was said between token i and the one before it, not even a hesitation."""
        return 0 < i < len(self.tokens) and self.tokens[i].start - self.tokens[i - 1].end <= 3

    def touching(self, i: int) -> bool:
        """Whether token i follows the one before it without a space."""
        return 0 < i < len(self.tokens) and self.tokens[i].start == self.tokens[i - 1].end


def with_time(rule: str, hour: int, minute: int) -> str:
    """The rule at a time of day; a rule that has one keeps it."""
    if "BYHOUR" in rule or rule.startswith(("FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY")):
        return rule
    head, sep, count = rule.partition(";COUNT=")
    return f"{head};BYHOUR={hour};BYMINUTE={minute}{sep}{count}"
