"""Whatever is done in whatever order: every booking owns exactly its time, nobody is booked twice, and holds do not leak."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.domain.errors import AssistantError
from assistant.scheduling.grid import from_minutes, to_minutes, units
from assistant.storage.tables import Appointment, SlotClaim
from tests.support.calendars import World, at, make_world

_TIMES = [at(1, 9), at(1, 9, 15), at(1, 9, 45), at(1, 10), at(1, 10, 30)]
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "hold_to_move", "confirm", "release", "create", "move", "cancel", "service", "wait", "chairs", "erase"]),
        st.integers(0, 4),
        st.integers(0, 2),
    ),
    min_size=4,
    max_size=22,
)


async def _step(world: World, what: str, number: int, other: int, holds: list[str], bookings: list[str]) -> None:
    calendar, when = world.calendar, _TIMES[number]
    service = ("Check-up", "Cleaning")[other % 2]
    conversation = f"cnv_{other}"
    some = bookings[number % len(bookings)] if bookings else "apt_none"
    match what:
        case "hold":
            holds.append((await calendar.hold(service, when, contact_id=None, conversation_id=conversation, source="call")).id)
        case "hold_to_move":
            made = await calendar.hold(service, when, contact_id=None, conversation_id=conversation, source="call", moving=some)
            holds.append(made.id)
        case "confirm" if holds:
            contact = world.person(f"+1202555014{other}")
            bookings.append((await calendar.confirm(holds[number % len(holds)], contact_id=contact, name="Joan Keller")).id)
        case "release":
            await calendar.release(conversation)
        case "create":
            bookings.append((await calendar.create(service, when, contact_name="Luis Ortega", contact_phone=f"+1202555014{other}")).id)
        case "move":
            await calendar.move(some, when, actor="caller")
        case "cancel":
            await calendar.cancel(some, actor="caller")
        case "service":
            await calendar.change_service(some, service, actor="caller")
        case "wait":
            await world.clock.advance(100 * (number + 1))
        case "chairs":
            world.rules(parallel=other + 1)
        case "erase":
            with world.db.write() as session:
                world.contacts.erase(session, world.contacts.for_phone(session, f"+1202555014{other}").id)


def _check(world: World, most: int) -> None:
    now = world.clock.now()
    with world.db.read() as session:
        rows = session.execute(select(Appointment)).scalars().all()
        claims = session.execute(select(SlotClaim)).scalars().all()
    owned: dict[str, set[object]] = {}
    for claim in claims:
        assert claim.appointment_id is not None
        owned.setdefault(claim.appointment_id, set()).add((claim.resource, claim.slot_start))
    at_once: Counter[object] = Counter()
    for row in rows:
        wanted = {from_minutes(u) for u in units(to_minutes(row.starts_at), to_minutes(row.ends_at) + row.buffer_minutes)}
        mine = owned.pop(row.id, set())
        if row.status == "booked":
            assert mine == {(row.resource, unit) for unit in wanted}
            assert all(claim.expires_at is None for claim in claims if claim.appointment_id == row.id)
            at_once.update(wanted)
        elif row.status == "held":
            assert {unit for _, unit in mine} <= wanted  # type: ignore[misc]
            assert row.hold_expires_at is not None and row.hold_expires_at <= now + timedelta(minutes=5)
        else:
            assert mine == set()
    assert owned == {}
    assert all(count <= most for count in at_once.values())


@pytest.mark.slow
@given(_STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_order_of_things(steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as home:
        world = make_world(f"sqlite:///{Path(home) / 'c.db'}")

        async def run() -> None:
            holds: list[str] = []
            bookings: list[str] = []
            most = 1
            for what, number, other in steps:
                with suppress(AssistantError):  # refused, taken, gone: what matters is what stands afterwards
                    await _step(world, what, number, other, holds, bookings)
                most = max(most, world.profile.booking.parallel)
                _check(world, most)

        asyncio.run(run())
        world.db.close()
