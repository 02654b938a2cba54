"""Series, reminders, proof, lists, and changes by the owner's programs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from assistant.domain.errors import Conflict, InvalidInput, NotFound, SlotTaken
from assistant.scheduling.names import same_person
from assistant.storage.reminders import ReminderRows
from tests.support.calendars import World, at


def _reminders(world: World, appointment_id: str) -> list[tuple[str, object]]:
    with world.db.read() as session:
        return [(r.state, r.due_at) for r in ReminderRows(world.clock).of_appointment(session, appointment_id)]


async def _book(world: World, when: object, *, consent: bool = True, recurrence: str | None = None) -> str:
    hold = await world.calendar.hold("Check-up", when, contact_id=None, conversation_id="cnv_1", source="call")  # type: ignore[arg-type]
    booked = await world.calendar.confirm(
        hold.id, contact_id=world.person(), name="Joan Keller", text_consent=consent, recurrence=recurrence
    )
    return booked.id


async def test_a_reminder_is_made_moved_and_cancelled(world: World) -> None:
    booked = await _book(world, at(3, 10))
    assert _reminders(world, booked) == [("pending", at(2, 10))]
    await world.calendar.move(booked, at(8, 11), actor="caller")
    assert _reminders(world, booked) == [("pending", at(7, 11))]
    await world.calendar.cancel(booked, actor="caller")
    assert [state for state, _ in _reminders(world, booked)] == ["cancelled"]


async def test_no_reminder_without_consent_or_time(world: World) -> None:
    assert _reminders(world, await _book(world, at(3, 10), consent=False)) == []
    assert _reminders(world, await _book(world, at(30, 14, month=11))) == []


async def test_a_series_is_booked_one_by_one_and_tells_what_it_could_not_have(world: World) -> None:
    await world.calendar.create("Check-up", at(8, 10), contact_name="Luis Ortega")
    first = await _book(world, at(1, 10), recurrence="FREQ=WEEKLY;COUNT=5")
    report = await world.calendar.series(first)
    assert [a.starts_at.day for a in report.booked] == [1, 15, 22, 29]
    assert [(when.day, code) for when, code in report.refused] == [(8, "taken")]
    assert {a.series_id for a in report.booked} == {first}
    assert all(a.name == "Joan Keller" for a in report.booked)
    await world.calendar.cancel(report.booked[1].id, actor="caller")
    assert [a.starts_at.day for a in (await world.calendar.series(first)).booked] == [1, 22, 29]


async def test_a_series_without_end_stops_at_the_horizon(world: World) -> None:
    first = await _book(world, at(1, 10), recurrence="FREQ=WEEKLY")
    report = await world.calendar.series(first)
    assert report.booked[-1].starts_at == at(23, 10, month=2, year=2027)


async def test_a_bad_rule_books_nothing(world: World) -> None:
    with pytest.raises(InvalidInput):
        await _book(world, at(1, 10), recurrence="FREQ=SECONDLY")
    assert await world.calendar.agenda(at(1, 0), at(2, 0)) == ()


@pytest.mark.parametrize(
    ("said", "known", "same"),
    [
        ("Tom Okafor", "Tom Okafor", True),
        ("okafor tom", "Tom Okafor", True),
        ("Tom Okafar", "Tom Okafor", True),
        ("Shivaun Daly", "Siobhan Daly", False),
        ("Katherine Meyer", "Catherine Meyer", True),
        ("Filip Steven", "Philip Stephen", True),
        ("Jon Keller", "John Keller", True),
        ("Mr. Jose Munoz", "José Muñoz", True),
        ("Anna O'Brien", "Anna Obrien", True),
        ("Tom", "Tom Okafor", False),
        ("Tom Baker", "Tom Okafor", False),
        ("Tom James Okafor", "Tom Okafor", True),
        ("Cher", "Cher", True),
        ("", "Tom Okafor", False),
    ],
)
def test_names_as_people_say_them(said: str, known: str, same: bool) -> None:
    assert same_person(said, known) is same


async def test_proof_needs_name_and_exact_time(world: World) -> None:
    booked = await world.calendar.create("Check-up", at(1, 10), contact_name="Tom Okafor", contact_phone="+12025550188")
    proven = await world.calendar.prove("okafor, tom", at(1, 10))
    assert proven is not None and proven.id == booked.id
    assert await world.calendar.prove("Tom Okafor", at(1, 10, 15)) is None
    assert await world.calendar.prove("Luis Ortega", at(1, 10)) is None
    await world.calendar.cancel(booked.id, actor="owner")
    assert await world.calendar.prove("Tom Okafor", at(1, 10)) is None


async def test_nothing_personal_is_stored_in_the_clear(world: World) -> None:
    await world.calendar.create("Check-up", at(1, 10), contact_name="Tom Okafor", contact_phone="(202) 555-0188", notes="afraid of drills")
    with world.db.read() as session:
        found = ""
        for table in ("appointments", "appointment_events", "contacts"):
            found += str([tuple(row) for row in session.execute(text(f"select * from {table}"))])
    assert "Okafor" not in found and "drills" not in found and "5550188" not in found


async def test_creating_with_a_key_is_once(world: World) -> None:
    first = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller", idempotency_key="k1")
    assert await world.calendar.create("checkup", at(1, 10), contact_name="Joan Keller", idempotency_key="k1") == first
    with pytest.raises(Conflict):
        await world.calendar.create("Check-up", at(1, 11), idempotency_key="k1")
    with pytest.raises(SlotTaken):
        await world.calendar.create("Check-up", at(1, 10), idempotency_key="k2")


async def test_creating_knows_the_contact_by_any_spelling(world: World) -> None:
    first = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller", contact_phone="(202) 555-0143")
    second = await world.calendar.create("Check-up", at(1, 11), contact_name="Max Keller", contact_phone="+1 202 555 0143")
    assert (first.phone, first.contact_id, second.name) == ("+12025550143", second.contact_id, "Max Keller")
    with pytest.raises(InvalidInput):
        await world.calendar.create("Check-up", at(2, 10), contact_phone="12")


async def test_patch_is_all_or_nothing_and_needs_the_version(world: World) -> None:
    booked = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller")
    await world.calendar.create("Check-up", at(1, 11), contact_name="Luis Ortega")
    with pytest.raises(SlotTaken):
        await world.calendar.patch(booked.id, 1, {"starts_at": at(1, 11), "notes": "by the window"})
    assert await world.calendar.get(booked.id) == booked
    changed = await world.calendar.patch(booked.id, 1, {"starts_at": at(2, 11), "service": "Cleaning", "notes": "by the window"})
    assert (changed.service, changed.starts_at, changed.ends_at, changed.notes) == ("Cleaning", at(2, 11), at(2, 11, 45), "by the window")
    with pytest.raises(Conflict):
        await world.calendar.patch(booked.id, 1, {"notes": "late"})
    cleared = await world.calendar.patch(booked.id, changed.version, {"notes": None})
    assert cleared.notes is None
    with pytest.raises(InvalidInput):
        await world.calendar.patch(booked.id, cleared.version, {"colour": "red"})


async def test_status_by_patch(world: World) -> None:
    booked = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller")
    done = await world.calendar.patch(booked.id, 1, {"status": "completed"})
    assert done.status == "completed"
    back = await world.calendar.patch(booked.id, done.version, {"status": "no_show"})
    again = await world.calendar.patch(booked.id, back.version, {"status": "booked"})
    gone = await world.calendar.patch(booked.id, again.version, {"status": "cancelled"})
    assert gone.status == "cancelled"
    with pytest.raises(Conflict):
        await world.calendar.patch(booked.id, gone.version, {"status": "booked"})
    with pytest.raises(NotFound):
        await world.calendar.patch("apt_none", 1, {"status": "completed"})


async def test_list_is_half_open_filtered_and_paged(world: World) -> None:
    made = [await world.calendar.create("Check-up", at(1, 9 + hour), contact_name="Joan Keller") for hour in (0, 1, 2, 4, 5)]
    await world.calendar.cancel(made[4].id, actor="api")
    found = await world.calendar.list(from_=at(1, 9), to=at(1, 11), statuses=("booked",))
    assert [a.id for a in found.items] == [made[0].id, made[1].id]
    assert [a.id for a in (await world.calendar.list(statuses=("cancelled",))).items] == [made[4].id]
    first = await world.calendar.list(limit=3)
    rest = await world.calendar.list(limit=3, cursor=first.next)
    assert [a.id for a in first.items + rest.items] == [a.id for a in made]
    assert rest.next is None


async def test_a_service_that_is_gone_still_shows(world: World) -> None:
    booked = await world.calendar.create("Cleaning", at(1, 10), contact_name="Joan Keller")
    world.profile = replace(world.profile, services=world.profile.services[1:])
    assert (await world.calendar.get(booked.id)).service == "Cleaning"
    moved = await world.calendar.move(booked.id, at(1, 14), actor="owner")
    assert moved.ends_at == at(1, 14, 45)


async def test_erasing_a_contact_frees_their_times(world: World) -> None:
    booked = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller", contact_phone="+12025550143")
    assert booked.contact_id is not None
    with world.db.write() as session:
        world.contacts.erase(session, booked.contact_id)
    assert await world.calendar.check("Check-up", at(1, 10)) is None
    with pytest.raises(NotFound):
        await world.calendar.get(booked.id)


async def test_the_person_hears_of_what_the_owner_changed(world: World) -> None:
    booked = await _book(world, at(3, 10))
    await world.calendar.move(booked, at(3, 11), actor="caller")
    assert world.letters.sent == []  # they did it themselves
    moved = await world.calendar.patch(booked, (await world.calendar.get(booked)).version, {"starts_at": at(8, 14, 30)})
    await world.calendar.cancel(booked, actor="owner", version=moved.version)
    assert [letter["body"] for letter in world.letters.sent] == [
        "Elm Street Dental: your Check-up was moved from Thu Dec 3, 11:00 am to Tue Dec 8, 2:30 pm.",
        "Elm Street Dental: your Check-up on Tue Dec 8, 2:30 pm was cancelled. Write or call us for another time.",
    ]
    assert len({letter["key"] for letter in world.letters.sent}) == 2


async def test_nobody_is_written_to_without_consent(world: World) -> None:
    booked = await _book(world, at(3, 10), consent=False)
    await world.calendar.cancel(booked, actor="owner")
    assert world.letters.sent == []
