"""Free starts: which there are, and which to offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.domain.appointments import Unwanted
from assistant.scheduling.grid import UNIT_MINUTES, from_minutes, to_minutes, units
from assistant.scheduling.hours import OpeningHours, Span

#: Days whose bookings are read at once while searching.
CHUNK_DAYS = 7
_DAY = timedelta(days=1)
#: More choices than that are a list, which `in_order` gives.
MAX_CHOICES = 20
#: In looking for the nearest, another day costs as much as four hours on the same day.
_DAY_COST = 240
_SAME_HALF_DAY = 120
_MIN_GAP = 30


@dataclass(frozen=True, slots=True)
class Taken:
    """A stretch that one resource is busy with, buffer included, in minutes since the epoch."""

    resource: int
    start: int
    end: int


class Occupancy:
    """Bookings as one bit a unit and resource, for quick questions."""

    def __init__(self, taken: Iterable[Taken], parallel: int) -> None:
        self._parallel = parallel
        self._masks: dict[int, int] = {}
        taken = list(taken)
        self._base = min((t.start for t in taken), default=0) // UNIT_MINUTES
        for item in taken:
            self._masks[item.resource] = self._masks.get(item.resource, 0) | self._bits(item.start, item.end)

    def _bits(self, start: int, end: int) -> int:
        first, last = start // UNIT_MINUTES - self._base, -(-end // UNIT_MINUTES) - self._base
        if last <= 0:
            return 0
        first = max(first, 0)
        return ((1 << (last - first)) - 1) << first

    def free_resource(self, start: int, end: int) -> int | None:
        """The first resource that is free throughout [start, end), or None."""
        bits = self._bits(start, end)
        free = next((r for r in range(self._parallel) if not self._masks.get(r, 0) & bits), None)
        if free is None or all(r < self._parallel for r in self._masks):
            return free
        # The owner lowered `parallel`: bookings beyond it still need somebody, so they count.
        for unit in units(start, end):
            bit = self._bits(unit, unit + UNIT_MINUTES)
            if sum(1 for mask in self._masks.values() if mask & bit) >= self._parallel:
                return None
        return free


class Search:
    """Looks for free starts of one length between `earliest` and `latest`.

    `taken(start, end)` reads bookings and holds, a week at a time and only where somebody is there at all; `away(start, end)` reads
    when nobody is. All in minutes since the epoch. What is `unwanted` is passed over as if it were taken.
    """

    def __init__(
        self,
        hours: OpeningHours,
        *,
        taken: Callable[[int, int], Iterable[Taken]],
        away: Callable[[int, int], Sequence[Span]],
        minutes: int,
        buffer_minutes: int,
        earliest: int,
        latest: int,
        unwanted: Sequence[Unwanted] = (),
    ) -> None:
        self._hours = hours
        self._taken = taken
        self._minutes = minutes
        self._length = minutes + buffer_minutes
        self._earliest = earliest
        self._latest = latest
        self._unwanted = tuple(unwanted)
        self._away = sorted(away(earliest, latest)) if earliest < latest else []
        self._chunks: dict[int, Occupancy] = {}

    def in_order(self, start: int, end: int) -> Iterator[int]:
        """Every free start in [start, end), in time order."""
        start, end = max(start, self._earliest), min(end, self._latest)
        if start >= end:
            return
        day, last = self._day(start), self._day(end - 1)
        while day <= last:
            yield from self._on_day(day, start, end)
            day += _DAY

    def spread(self, start: int, end: int, count: int) -> list[int]:
        """Up to `count` starts in time order that give a real choice: on several days, or well apart on one."""
        start, end, count = max(start, self._earliest), min(end, self._latest), min(count, MAX_CHOICES)
        days: list[list[int]] = []
        if start < end:
            day, last = self._day(start), self._day(end - 1)
            while day <= last and len(days) < count:
                free = list(self._on_day(day, start, end))
                if free:
                    days.append(free)
                day += _DAY
        if not days or count <= 0:
            return []
        if len(days) == 1:
            return _apart(days[0], count)
        share, more = divmod(count, len(days))
        picked: list[int] = []
        for number, free in enumerate(days):
            wanted = share + (1 if number < more else 0)
            later_half = [m for m in free if self._is_afternoon(m)] if number % 2 and wanted == 1 else []
            picked += _apart(later_half or free, wanted)
        return sorted(picked)

    def nearest(self, near: int, start: int, end: int, count: int) -> list[int]:
        """Up to `count` starts, nearest to `near` first; the hour of day weighs more than the day, and twins are avoided."""
        start, end, count = max(start, self._earliest), min(end, self._latest), min(count, MAX_CHOICES)
        if start >= end or count <= 0:
            return []
        middle, clock = self._day(near), self._clock(near)
        first, last = self._day(start), self._day(end - 1)
        reach = max((last - middle).days, (middle - first).days, 0)
        costs: dict[int, int] = {}
        picked: list[int] = []
        dearest = 0
        for away in range(reach + 1):
            fresh = False
            for day in {middle + away * _DAY, middle - away * _DAY}:
                if first <= day <= last:
                    for moment in self._on_day(day, start, end):
                        costs[moment] = away * _DAY_COST + abs(self._clock(moment) - clock)
                        fresh = True
            if fresh:
                picked, dearest = self._pick(costs, count)
            if len(picked) == count and dearest < (away + 1) * _DAY_COST:
                break
        return picked

    def _pick(self, costs: dict[int, int], count: int) -> tuple[list[int], int]:
        """The cheapest starts, with a penalty for more of the same half day; also what the last of them cost."""
        left = sorted(costs, key=lambda m: (costs[m], m))
        picked: list[int] = []
        dearest = 0
        while left and len(picked) < count:

            def cost(moment: int) -> tuple[bool, int, int]:
                twin = any(abs(moment - other) < _MIN_GAP for other in picked)
                same = any(self._half_day(moment) == self._half_day(other) for other in picked)
                return twin, costs[moment] + (_SAME_HALF_DAY if same else 0), moment

            best = min(left[:400], key=cost) if picked else left[0]
            twin, price, _ = cost(best)
            dearest = max(dearest, price + (24 * 60 if twin else 0))
            left.remove(best)
            picked.append(best)
        return picked, dearest

    # -- one day -----------------------------------------------------------------------------------------------------------------

    def _on_day(self, day: date, start: int, end: int) -> Iterator[int]:
        spans = self._hours.spans(day)
        if not spans or spans[-1][1] <= start or spans[0][0] >= end:
            return
        open_spans = subtract(spans, (gone for gone in self._away if gone[0] < spans[-1][1] and gone[1] > spans[0][0]))
        if not open_spans:
            return
        occupancy = self._chunk(day)
        for moment in self._hours.grid(day, self._hours.profile.booking.slot_minutes):
            if start <= moment < end:
                inside = any(first <= moment and moment + self._minutes <= last for first, last in open_spans)
                if inside and occupancy.free_resource(moment, moment + self._length) is not None and not self._ruled_out(moment):
                    yield moment

    def _ruled_out(self, moment: int) -> bool:
        return bool(self._unwanted) and any(item.rules_out(from_minutes(moment, self._hours.zone)) for item in self._unwanted)

    def _chunk(self, day: date) -> Occupancy:
        number = day.toordinal() // CHUNK_DAYS
        known = self._chunks.get(number)
        if known is None:
            # A day at either side covers every zone, and what runs over from the evening before.
            low = to_minutes(_midnight(date.fromordinal(max(number * CHUNK_DAYS - 1, 1))))
            taken = self._taken(low, low + (CHUNK_DAYS + 3) * 24 * 60)
            known = self._chunks[number] = Occupancy(taken, self._hours.profile.booking.parallel)
        return known

    def _day(self, minutes: int) -> date:
        return from_minutes(minutes, self._hours.zone).date()

    def _clock(self, minutes: int) -> int:
        local = from_minutes(minutes, self._hours.zone)
        return local.hour * 60 + local.minute

    def _is_afternoon(self, minutes: int) -> bool:
        return self._clock(minutes) >= 12 * 60

    def _half_day(self, minutes: int) -> tuple[date, bool]:
        local = from_minutes(minutes, self._hours.zone)
        return local.date(), local.hour >= 12


def subtract(spans: Iterable[Span], away: Iterable[Span]) -> list[Span]:
    """What is left of `spans` without `away`."""
    left = list(spans)
    for gone_start, gone_end in away:
        rest: list[Span] = []
        for start, end in left:
            if gone_end <= start or gone_start >= end:
                rest.append((start, end))
                continue
            if start < gone_start:
                rest.append((start, gone_start))
            if gone_end < end:
                rest.append((gone_end, end))
        left = rest
    return left


def _apart(free: list[int], count: int) -> list[int]:
    """Up to `count` of one day's starts, well apart, full and half hours first; the earliest is always among them."""
    if len(free) <= count:
        return free
    first, last = free[0], free[-1]
    # Two choices: the earliest and one well into the rest. More: evenly up to the last.
    shares = [0.0, 0.6][:count] if count <= 2 else [number / (count - 1) for number in range(count)]
    picked: list[int] = []
    for share in shares:
        target = first + share * (last - first)
        left = [moment for moment in free if moment not in picked]
        picked.append(first if share == 0 else min(left, key=lambda m: (abs(m - target) + (20 if m % 30 else 0), m)))
    return sorted(picked)


def _midnight(day: date) -> datetime:
    return from_minutes((day.toordinal() - date(1970, 1, 1).toordinal()) * 24 * 60)
