"""Which free times are offered."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.appointments import Unwanted
from assistant.domain.errors import InvalidInput
from assistant.scheduling.slots import Occupancy, Taken, subtract
from tests.support.calendars import MONDAY, World, at


async def _starts(world: World, *args: object, **options: object) -> list[str]:
    found = await world.calendar.find(*args, **options)  # type: ignore[arg-type]
    return [f"{slot.starts_at:%d %H:%M}" for slot in found]


async def test_one_day_gives_a_real_choice(world: World) -> None:
    assert await _starts(world, "Check-up", start=at(3, 13), end=at(3, 17)) == ["03 13:00", "03 15:00"]
    assert await _starts(world, "Check-up", start=at(3, 13), end=at(3, 17), count=3) == ["03 13:00", "03 14:30", "03 16:30"]


async def test_several_days_are_spread(world: World) -> None:
    found = await world.calendar.find("Check-up", start=at(1, 0), end=at(5, 0), count=3)
    assert [slot.starts_at.day for slot in found] == [1, 2, 3]
    assert {slot.starts_at.hour >= 12 for slot in found} == {True, False}


async def test_the_nearest_comes_first(world: World) -> None:
    await world.calendar.create("Check-up", at(3, 10, 30), contact_name="Joan Keller")
    found = await _starts(world, "Check-up", start=at(3, 0), end=at(4, 0), near=at(3, 10, 30))
    assert found[0] in ("03 10:00", "03 11:00")
    assert len(set(found)) == 2


async def test_a_full_afternoon_offers_the_morning_and_the_next_afternoon(world: World) -> None:
    await world.calendar.block(at(1, 12), at(1, 17))
    found = await _starts(world, "Check-up", start=at(1, 0), end=at(8, 0), near=at(1, 14))
    assert found == ["01 11:30", "02 14:00"]


async def test_what_is_ruled_out_is_passed_over(world: World) -> None:
    mornings = Unwanted(before=time(12))
    assert await _starts(world, "Check-up", start=at(3, 0), end=at(4, 0), unwanted=[mornings]) == ["03 13:00", "03 15:00"]
    found = await world.calendar.find("Check-up", start=at(1, 0), end=at(9, 0), count=4, unwanted=[Unwanted(weekday=2), mornings])
    assert len(found) == 4
    assert all(slot.starts_at.weekday() != 2 and slot.starts_at.hour >= 12 for slot in found)
    near = await world.calendar.find(
        "Check-up", start=at(1, 0), end=at(9, 0), near=at(3, 10), unwanted=[Unwanted(first=date(2026, 12, 3), last=date(2026, 12, 4))]
    )
    assert near
    assert all(slot.starts_at.day != 3 for slot in near)


async def test_moving_ignores_ones_own(world: World) -> None:
    booked = await world.calendar.create("Check-up", at(3, 10), contact_name="Joan Keller")
    assert "03 10:15" not in await _starts(world, "Check-up", start=at(3, 10), end=at(3, 11), count=9)
    assert "03 10:15" in await _starts(world, "Check-up", start=at(3, 10), end=at(3, 11), count=9, moving=booked.id)


async def test_nothing_before_the_notice_or_beyond_the_horizon(world: World) -> None:
    assert (await _starts(world, "Check-up", start=MONDAY, end=at(1, 0)))[0] == "30 09:00"
    assert await _starts(world, "Check-up", start=MONDAY + timedelta(days=91), end=MONDAY + timedelta(days=100)) == []
    assert await _starts(world, "Check-up", start=at(3, 0), end=at(3, 0)) == []


async def test_every_offer_can_be_had(world: World) -> None:
    for hour in (9, 11, 14):
        await world.calendar.create("Check-up", at(1, hour), contact_name="Joan Keller")
    page = await world.calendar.availability("Cleaning", from_=at(1, 0), to=at(3, 0))
    refused = [await world.calendar.check("Cleaning", slot.starts_at) for slot in page.items]
    assert page.items and refused == [None] * len(page.items)


async def test_availability_pages_without_gap_or_double(world: World) -> None:
    everything = await world.calendar.availability("Check-up", from_=at(1, 0), to=at(5, 0), limit=1000)
    assert everything.next is None
    pages, cursor = [], None
    while True:
        page = await world.calendar.availability("Check-up", from_=at(1, 0), to=at(5, 0), limit=7, cursor=cursor)
        pages += page.items
        cursor = page.next
        if cursor is None:
            break
    assert tuple(pages) == everything.items
    assert list(everything.items) == sorted(everything.items, key=lambda s: s.starts_at)
    with pytest.raises(InvalidInput):
        await world.calendar.availability("Massage")


async def test_availability_defaults_to_all_that_can_be_booked(world: World) -> None:
    page = await world.calendar.availability("Check-up")
    assert page.items[0].starts_at == at(30, 9, month=11)
    assert len(page.items) == 500 and page.next


_SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=8)


@given(_SPANS, st.integers(0, 70), st.integers(1, 15), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_occupancy_agrees_with_counting(taken: list[tuple[int, int]], start: int, length: int, parallel: int) -> None:
    """The bits say what plain counting says, for any bookings on any number of chairs."""
    items = [Taken(number % 4, begin * 5, (begin + size) * 5) for number, (begin, size) in enumerate(taken)]
    low, high = start * 5, (start + length) * 5

    def used(unit: int) -> set[int]:
        return {t.resource for t in items if t.start < unit + 5 and t.end > unit}

    units = range(low, high, 5)
    someone = any(all(r not in used(u) for u in units) for r in range(parallel))
    capacity = all(len(used(u)) < parallel for u in units)
    assert (Occupancy(items, parallel).free_resource(low, high) is not None) == (someone and capacity)


@given(_SPANS, _SPANS)
@settings(max_examples=100, deadline=None)
def test_subtract_leaves_exactly_the_rest(spans: list[tuple[int, int]], away: list[tuple[int, int]]) -> None:
    one, other = [(a, a + n) for a, n in spans], [(a, a + n) for a, n in away]
    left = subtract(one, other)
    for minute in range(80):
        inside = any(a <= minute < b for a, b in one) and not any(a <= minute < b for a, b in other)
        assert any(a <= minute < b for a, b in left) == inside
