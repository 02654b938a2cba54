"""Holding, confirming, moving and cancelling."""

import pytest

from assistant.domain.errors import Conflict, InvalidInput, NotFound, SlotTaken
from tests.support.calendars import World, at


async def _hold(world: World, when: object, *, conversation: str = "cnv_1", service: str = "Check-up", moving: str | None = None) -> str:
    held = await world.calendar.hold(service, when, contact_id=None, conversation_id=conversation, source="call", moving=moving)  # type: ignore[arg-type]
    return held.id


async def test_hold_then_confirm(world: World) -> None:
    contact = world.person()
    hold = await _hold(world, at(1, 10))
    booked = await world.calendar.confirm(hold, contact_id=contact, name="Joan Keller", notes="first visit")
    assert (booked.id, booked.status, booked.name, booked.phone, booked.notes) == (
        hold,
        "booked",
        "Joan Keller",
        "+12025550143",
        "first visit",
    )
    assert booked.ends_at == at(1, 10, 30)
    assert [a.id for a in await world.calendar.upcoming(contact)] == [hold]


async def test_visits_are_what_is_over_the_last_first(world: World) -> None:
    contact = world.person()
    kept = [await _hold(world, at(1, hour), conversation=f"cnv_{hour}") for hour in (10, 14)]
    for hold in kept:
        await world.calendar.confirm(hold, contact_id=contact, name="Joan Keller")
    gone = await _hold(world, at(1, 11), conversation="cnv_11")
    await world.calendar.confirm(gone, contact_id=contact, name="Joan Keller")
    await world.calendar.cancel(gone, actor="caller")
    assert await world.calendar.visits(contact) == ()
    await world.clock.advance(7 * 86400)
    assert [visit.id for visit in await world.calendar.visits(contact)] == kept[::-1]
    assert await world.calendar.visits(world.person("+12025550199")) == ()


async def test_confirming_twice_is_once(world: World) -> None:
    hold = await _hold(world, at(1, 10))
    first = await world.calendar.confirm(hold, contact_id=None, name="Joan Keller")
    again = await world.calendar.confirm(hold, contact_id=None, name="Joan Keller")
    assert first == again
    assert len((await world.calendar.list()).items) == 1


async def test_a_held_time_is_taken_for_others(world: World) -> None:
    await _hold(world, at(1, 10))
    with pytest.raises(SlotTaken):
        await _hold(world, at(1, 10), conversation="cnv_2")
    refusal = await world.calendar.check("Check-up", at(1, 10, 15))
    assert refusal is not None and refusal.code == "taken"


async def test_a_new_hold_replaces_the_conversations_old_one(world: World) -> None:
    await _hold(world, at(1, 10))
    await _hold(world, at(1, 11))
    assert await world.calendar.check("Check-up", at(1, 10)) is None


async def test_release_frees(world: World) -> None:
    hold = await _hold(world, at(1, 10))
    await world.calendar.release("cnv_1")
    assert await world.calendar.check("Check-up", at(1, 10)) is None
    with pytest.raises(NotFound):
        await world.calendar.confirm(hold, contact_id=None, name="Joan Keller")


async def test_a_hold_expires_after_five_minutes(world: World) -> None:
    await _hold(world, at(1, 10))
    await world.clock.advance(299)
    assert await world.calendar.check("Check-up", at(1, 10)) is not None
    await world.clock.advance(1)
    assert await world.calendar.check("Check-up", at(1, 10)) is None
    assert (await world.calendar.list()).items == ()


async def test_an_expired_hold_is_taken_again_if_free(world: World) -> None:
    hold = await _hold(world, at(1, 10))
    await world.clock.advance(600)
    assert (await world.calendar.confirm(hold, contact_id=None, name="Joan Keller")).status == "booked"


async def test_an_expired_hold_that_another_took_is_lost(world: World) -> None:
    hold = await _hold(world, at(1, 10))
    await world.clock.advance(600)
    await world.calendar.confirm(await _hold(world, at(1, 10), conversation="cnv_2"), contact_id=None, name="Luis Ortega")
    with pytest.raises(SlotTaken):
        await world.calendar.confirm(hold, contact_id=None, name="Joan Keller")
    assert len(await world.calendar.agenda(at(1, 0), at(2, 0))) == 1


async def test_move_keeps_identity_and_history(world: World) -> None:
    booked = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller")
    moved = await world.calendar.move(booked.id, at(1, 10, 15), actor="caller")
    assert (moved.id, moved.sequence, moved.version) == (booked.id, booked.sequence + 1, booked.version + 1)
    assert moved.starts_at == at(1, 10, 15)
    history = await world.calendar.history(booked.id)
    assert [(what, who) for _, what, who, _, _ in history] == [("booked", "api"), ("moved", "caller")]
    assert await world.calendar.check("Check-up", at(1, 9, 45)) is None
    assert [kind for kind, _, _ in world.heard.events] == ["appointment.booked", "appointment.moved"]


async def test_a_hold_for_a_move_may_overlap_what_it_moves(world: World) -> None:
    booked = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller")
    await _hold(world, at(1, 10, 15), moving=booked.id)
    assert await world.calendar.check("Check-up", at(1, 10, 30)) is not None
    moved = await world.calendar.move(booked.id, at(1, 10, 15), actor="caller")
    assert moved.starts_at == at(1, 10, 15)
    assert [a.status for a in (await world.calendar.list()).items] == ["booked"]
    assert await world.calendar.check("Check-up", at(1, 10, 45)) is None


async def test_a_failed_move_changes_nothing(world: World) -> None:
    booked = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller")
    await world.calendar.create("Check-up", at(1, 11), contact_name="Luis Ortega")
    with pytest.raises(SlotTaken):
        await world.calendar.move(booked.id, at(1, 11), actor="caller")
    assert (await world.calendar.get(booked.id)) == booked
    assert await world.calendar.check("Check-up", at(1, 10)) is not None


async def test_cancel_frees_and_twice_is_once(world: World) -> None:
    booked = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller")
    cancelled = await world.calendar.cancel(booked.id, actor="caller")
    again = await world.calendar.cancel(booked.id, actor="caller", version=1)
    assert cancelled == again and cancelled.status == "cancelled"
    assert await world.calendar.check("Check-up", at(1, 10)) is None
    with pytest.raises(Conflict):
        await world.calendar.move(booked.id, at(1, 11), actor="caller")


async def test_buffers_belong_to_the_claim(world: World) -> None:
    await world.calendar.create("Cleaning", at(1, 9), contact_name="Joan Keller")
    assert (await world.calendar.check("Check-up", at(1, 9, 45))) is not None
    assert (await world.calendar.check("Check-up", at(1, 10))) is None


async def test_parallel_capacity(world: World) -> None:
    world.rules(parallel=2)
    for name in ("Joan Keller", "Luis Ortega"):
        await world.calendar.create("Check-up", at(1, 10), contact_name=name)
    with pytest.raises(SlotTaken):
        await world.calendar.create("Check-up", at(1, 10), contact_name="Tom Okafor")
    world.rules(parallel=1)
    assert (await world.calendar.check("Check-up", at(1, 10, 15))) is not None


async def test_refused_times_say_why(world: World) -> None:
    with pytest.raises(InvalidInput) as caught:
        await world.calendar.create("Check-up", at(6, 10), contact_name="Joan Keller")
    assert caught.value.reason == "closed_day"
    with pytest.raises(InvalidInput) as caught:
        await world.calendar.create("Massage", at(1, 10))
    assert caught.value.reason == "unknown_service"
