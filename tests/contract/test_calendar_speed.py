"""A year with 20,000 appointments: finding a time stays quick. Processor time is measured, so that other work does not count."""

from __future__ import annotations

import asyncio
import random
import statistics
import time as wall
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from assistant.scheduling.grid import UNIT_MINUTES
from assistant.storage.tables import Appointment, SlotClaim
from tests.support.calendars import MONDAY, PRACTICE, World, at, make_world

CHAIRS = 12
COUNT = 20_000


def _fill(world: World) -> None:
    """Bookings all over the year, nine of ten times gone in the weeks to come."""
    random.seed(5)
    start = MONDAY.astimezone(UTC).replace(hour=14) - timedelta(days=270)
    rows, claims = [], []
    starts = [(day, chair, slot) for day in range(365) for chair in range(CHAIRS) for slot in range(7)]
    for number, (day, chair, slot) in enumerate(random.sample(starts, COUNT)):
        when = start + timedelta(days=day, minutes=slot * 60)
        rows.append(
            {
                "id": f"apt_{number:06}", "service": "Cleaning", "minutes": 45, "buffer_minutes": 10, "starts_at": when,
                "ends_at": when + timedelta(minutes=45), "timezone": "America/New_York", "resource": chair, "status": "booked",
                "source": "api", "version": 1, "sequence": 0, "text_consent": False, "created_at": start, "updated_at": start,
            }
        )  # fmt: skip
        claims += [
            {"resource": chair, "slot_start": when + timedelta(minutes=UNIT_MINUTES * unit), "appointment_id": f"apt_{number:06}"}
            for unit in range(11)
        ]
    with world.db.write() as session:
        session.execute(insert(Appointment), rows)
        session.execute(insert(SlotClaim), claims)


@pytest.fixture(scope="module")
def busy_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    profile = replace(PRACTICE, booking=replace(PRACTICE.booking, parallel=CHAIRS, max_days_ahead=365))
    world = make_world(f"sqlite:///{tmp_path_factory.mktemp('year') / 'year.db'}", profile=profile)
    _fill(world)
    yield world
    world.db.close()


async def _median_ms(world: World, start: datetime, end: datetime, near: datetime | None) -> float:
    took = []
    for _ in range(15):
        begin = wall.process_time()
        found = await world.calendar.find("Cleaning", start=start, end=end, near=near, count=3)
        took.append((wall.process_time() - begin) * 1000)
        assert len(found) == 3
    return statistics.median(took)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "start", "end", "near"),
    [
        ("a day", at(8, 0), at(9, 0), None),
        ("a week", at(7, 0), at(14, 0), None),
        ("near a time, the year open", MONDAY, MONDAY + timedelta(days=365), at(9, 15)),
        ("the year open", MONDAY, MONDAY + timedelta(days=365), None),
    ],
)
def test_find_is_quick(busy_year: World, name: str, start: datetime, end: datetime, near: datetime | None) -> None:
    took = asyncio.run(_median_ms(busy_year, start, end, near))
    print(f"find, {name}: {took:.1f} ms")
    assert took < 20, f"{name}: {took:.1f} ms"


@pytest.mark.slow
def test_a_search_that_reads_all_of_a_year(busy_year: World) -> None:
    """The worst case: one chair left of twelve and nothing free, so that every week is read."""
    world, profile = busy_year, busy_year.profile

    async def search() -> float:
        took = []
        for _ in range(5):
            begin = wall.process_time()
            await world.calendar.find("Root canal", start=MONDAY, end=MONDAY + timedelta(days=365), near=at(2, 10), count=5)
            took.append((wall.process_time() - begin) * 1000)
        return statistics.median(took)

    world.rules(parallel=1)
    took = asyncio.run(search())
    world.profile = profile
    print(f"find, all of a year: {took:.1f} ms")
    assert took < 300


@pytest.mark.slow
def test_check_and_hold_are_quick(busy_year: World) -> None:
    async def hold() -> float:
        took = []
        for number in range(15):
            begin = wall.process_time()
            await busy_year.calendar.hold("Check-up", at(7, 16, 30), contact_id=None, conversation_id=f"cnv_{number % 2}", source="call")
            took.append((wall.process_time() - begin) * 1000)
        return statistics.median(took)

    took = asyncio.run(hold())
    print(f"hold: {took:.1f} ms")
    assert took < 60
