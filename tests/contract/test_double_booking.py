"""Fifty at once for one time, from several processes, again and again: as many get it as there are chairs, and nobody else."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.clock import ManualClock
from assistant.domain.errors import AssistantError
from assistant.storage.appointments import AppointmentRows
from assistant.storage.database import Database
from tests.support.calendars import MONDAY, PRACTICE, World, at, make_world

PROCESSES = 4
BOOKINGS = 52
ROUNDS = 5


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'race.db'}" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def _times(round: int) -> Any:
    """A fresh time a round: Tuesdays to Thursdays at ten."""
    return at(1, 10) + timedelta(days=7 * (round // 3) + round % 3)


async def _attempt(world: World, number: int, round: int, existing: str | None) -> str:
    """One caller: some book at once, some hold and confirm, one moves what they have."""
    when = _times(round)
    try:
        if existing is not None:
            await world.calendar.move(existing, when, actor="caller")
        elif number % 2:
            hold = await world.calendar.hold("Cleaning", when, contact_id=None, conversation_id=f"cnv_{round}_{number}", source="call")
            await world.calendar.confirm(hold.id, contact_id=None, name="Joan Keller")
        else:
            await world.calendar.create("Cleaning", when, contact_name="Luis Ortega")
    except AssistantError as error:
        return error.code
    return "booked"


def _work(url: str, chairs: int, first: int, existing: list[str], barrier: Any, results: Any, locked: bool) -> None:
    profile = replace(PRACTICE, booking=replace(PRACTICE.booking, parallel=chairs))
    world = World(Database(url), ManualClock(MONDAY), profile)
    if not locked:
        AppointmentRows.lock = lambda self, session: None  # type: ignore[method-assign]

    async def rounds() -> None:
        for round in range(ROUNDS):
            barrier.wait(60)
            numbers = range(first, first + BOOKINGS // PROCESSES)
            results.put((round, await asyncio.gather(*(_attempt(world, n, round, existing[round] if n == 0 else None) for n in numbers))))

    asyncio.run(rounds())
    world.db.close()


def _race(url: str, chairs: int, *, locked: bool) -> Iterator[tuple[Counter[str], int]]:
    """What the callers of each round were told, and how many appointments then stood."""
    profile = replace(PRACTICE, booking=replace(PRACTICE.booking, parallel=chairs))
    world = make_world(url, profile=profile)

    async def seed() -> list[str]:
        return [(await world.calendar.create("Cleaning", _times(n).replace(hour=14), contact_name="Mover")).id for n in range(ROUNDS)]

    existing = asyncio.run(seed())
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(PROCESSES), context.Queue()
    share = BOOKINGS // PROCESSES
    workers = [
        context.Process(target=_work, args=(url, chairs, number * share, existing, barrier, results, locked)) for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    outcomes: dict[int, Counter[str]] = {round: Counter() for round in range(ROUNDS)}
    for _ in range(PROCESSES * ROUNDS):
        round, said = results.get(timeout=120)
        outcomes[round].update(said)
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    for round in range(ROUNDS):
        standing = asyncio.run(world.calendar.agenda(_times(round), _times(round) + timedelta(minutes=45)))
        yield outcomes[round], len(standing)
    world.db.close()


@pytest.mark.slow
@pytest.mark.parametrize("chairs", [1, 3])
def test_one_time_for_fifty(url: str, chairs: int) -> None:
    for told, standing in _race(url, chairs, locked=True):
        assert told == {"booked": chairs, "slot_taken": BOOKINGS - chairs}
        assert standing == chairs


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("chairs", [1, 3])
def test_the_claims_alone_keep_it_true(postgres_url: str, chairs: int) -> None:
    """Were the calendar's lock forgotten, the claims' key would still refuse the second one."""
    for told, standing in _race(postgres_url, chairs, locked=False):
        assert set(told) <= {"booked", "slot_taken"}
        assert 1 <= standing == told["booked"] <= chairs
