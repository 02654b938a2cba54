"""Reminders: who gets one, when, and only once."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from assistant.domain.business import BusinessProfile
from assistant.domain.errors import Unavailable
from assistant.jobs.reminders import Reminders
from assistant.storage.tables import Appointment, Call, Reminder, Task
from assistant.telephony.twilio.rest import NotReached, OutcomeUnknown
from tests.support.texting import START, Workshop

PHONE = "+12025550101"
OWNER = "+12025550199"


@pytest.fixture
def reminders(shop: Workshop) -> Reminders:
    return Reminders(
        db=shop.db,
        vault=shop.vault,
        contacts=shop.contacts,
        consents=shop.consents,
        outbox=shop.outbox,
        clock=shop.clock,
        profile=lambda: BusinessProfile(name="Riverside Dental", timezone="America/New_York"),
        quiet=lambda: (time(21), time(8)),
        events=shop.events,
        wake=lambda lane: None,
        owner_numbers=(OWNER,),
    )


def book(shop: Workshop, starts_at: datetime, *, consent: bool = True, channel: str = "text", before: float = 24.0) -> str:
    """An appointment with its reminder; returns the contact."""
    with shop.db.write() as session:
        contact = shop.contacts.for_phone(session, PHONE)
        now = shop.clock.now()
        session.add(
            Appointment(
                id="apt_1",
                service="Cleaning",
                minutes=45,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=45),
                timezone="America/New_York",
                status="booked",
                contact_id=contact.id,
                source="call",
                text_consent=consent,
                created_at=now,
                updated_at=now,
            )
        )
        session.flush()
        session.add(
            Reminder(
                id="rem_1",
                appointment_id="apt_1",
                contact_id=contact.id,
                channel=channel,
                state="pending",
                due_at=starts_at - timedelta(hours=before),
            )
        )
    return contact.id


def change(shop: Workshop, **values: object) -> None:
    with shop.db.write() as session:
        appointment = session.get_one(Appointment, "apt_1")
        for name, value in values.items():
            setattr(appointment, name, value)


def state(shop: Workshop) -> tuple[str, str | None]:
    with shop.db.read() as session:
        row = session.get_one(Reminder, "rem_1")
        return row.state, row.error


async def round_(shop: Workshop, reminders: Reminders, lane: str) -> None:
    for _, reminder_id in reminders.due():
        await reminders.remind(reminder_id)
    await shop.sender.drain(lane)


async def test_a_reminder_goes_out_once_the_day_before(shop: Workshop, reminders: Reminders) -> None:
    lane = book(shop, START + timedelta(hours=25))
    await round_(shop, reminders, lane)
    assert shop.provider.bodies == []
    await shop.clock.advance(3601)
    for _ in range(3):
        await round_(shop, reminders, lane)
    assert shop.provider.bodies == [
        "Reminder from Riverside Dental: Cleaning, Wed Dec 2, 11:00 am. To change or cancel it, just reply here."
    ]
    assert state(shop) == ("sent", None)


async def test_one_that_would_wake_somebody_goes_earlier(shop: Workshop, reminders: Reminders) -> None:
    # Thursday 7:30 in the morning: a day before is 7:30 on Wednesday, which is quiet, so Tuesday evening before nine.
    lane = book(shop, datetime.fromisoformat("2026-12-03T07:30:00-05:00"))
    await shop.clock.advance((datetime.fromisoformat("2026-12-01T20:58:00-05:00") - START).total_seconds())
    await round_(shop, reminders, lane)
    assert shop.provider.bodies == []
    await shop.clock.advance(60)
    await round_(shop, reminders, lane)
    assert len(shop.provider.bodies) == 1


async def test_after_a_night_without_power_it_waits_for_eight_but_not_past_the_appointment(shop: Workshop, reminders: Reminders) -> None:
    lane = book(shop, datetime.fromisoformat("2026-12-02T07:30:00-05:00"), before=10.0)
    await shop.clock.advance((datetime.fromisoformat("2026-12-02T03:00:00-05:00") - START).total_seconds())
    await round_(shop, reminders, lane)
    assert shop.provider.bodies == [] and shop.states() == ["cancelled"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "cancelled"}, "appointment_changed"),
        ({"text_consent": False}, "no_consent"),
        ({"starts_at": START}, "appointment_changed"),
    ],
)
async def test_what_is_no_longer_wanted_is_skipped(shop: Workshop, reminders: Reminders, changes: dict[str, object], reason: str) -> None:
    lane = book(shop, START + timedelta(hours=24))
    change(shop, **changes)
    await round_(shop, reminders, lane)
    assert shop.provider.bodies == [] and state(shop) == ("skipped", reason)


async def test_an_appointment_cancelled_after_queueing_is_not_reminded_of(shop: Workshop, reminders: Reminders) -> None:
    lane = book(shop, START + timedelta(hours=24))
    await reminders.remind("rem_1")
    change(shop, status="cancelled")
    await shop.sender.drain(lane)
    assert shop.provider.bodies == [] and shop.states() == ["cancelled"]


async def test_who_opted_out_is_left_alone(shop: Workshop, reminders: Reminders) -> None:
    lane = book(shop, START + timedelta(hours=24))
    with shop.db.write() as session:
        shop.contacts.set_opted_out(session, lane, True)
    await round_(shop, reminders, lane)
    assert state(shop) == ("skipped", "opted_out")


async def test_who_asked_to_be_called_is_rung_once(shop: Workshop, reminders: Reminders) -> None:
    rung: list[tuple[str, str]] = []

    async def ring(to: str, purpose: dict[str, str]) -> str:
        rung.append((to, purpose["reminder_id"]))
        return "cal_1"

    reminders.ring = ring
    lane = book(shop, START + timedelta(hours=24), channel="call")
    for _ in range(3):
        await round_(shop, reminders, lane)
    assert rung == [(PHONE, "rem_1")] and shop.provider.bodies == [] and state(shop) == ("sent", None)


async def test_a_doubtful_ring_is_never_repeated_and_shown(shop: Workshop, reminders: Reminders) -> None:
    async def ring(to: str, purpose: dict[str, str]) -> str:
        raise OutcomeUnknown("no answer")

    reminders.ring = ring
    lane = book(shop, START + timedelta(hours=24), channel="call")
    with pytest.raises(Unavailable):
        await reminders.remind("rem_1")
    assert state(shop) == ("failed", "provider_unknown")
    await round_(shop, reminders, lane)
    assert "reminder.failed" in shop.events.kinds()


async def test_a_ring_that_surely_failed_is_tried_again(shop: Workshop, reminders: Reminders) -> None:
    tries: list[str] = []

    async def ring(to: str, purpose: dict[str, str]) -> str:
        tries.append(to)
        if len(tries) == 1:
            raise NotReached("no network")
        return "cal_1"

    reminders.ring = ring
    lane = book(shop, START + timedelta(hours=24), channel="call")
    await round_(shop, reminders, lane)
    assert state(shop)[0] == "pending"
    await shop.clock.advance(121)
    await round_(shop, reminders, lane)
    assert len(tries) == 2 and state(shop) == ("sent", None)


@pytest.mark.parametrize("rung", [True, False])
async def test_a_process_that_died_while_ringing(shop: Workshop, reminders: Reminders, rung: bool) -> None:
    calls: list[str] = []

    async def ring(to: str, purpose: dict[str, str]) -> str:
        calls.append(to)
        return "cal_2"

    reminders.ring = ring
    lane = book(shop, START + timedelta(hours=24), channel="call")
    with shop.db.write() as session:
        row = session.get_one(Reminder, "rem_1")
        row.state, row.error, row.sent_at = "sent", "ringing", shop.clock.now()
        if rung:
            purpose = {"reminder_id": "rem_1"}
            session.add(
                Call(id="cal_1", sid="CA1", direction="outbound", source="twilio", status="queued", purpose=purpose, started_at=START)
            )
    await shop.clock.advance(301)
    await round_(shop, reminders, lane)
    assert calls == ([] if rung else [PHONE]) and state(shop) == ("sent", None)


async def test_a_task_reminds_the_owner_at_its_minute_even_at_night(shop: Workshop, reminders: Reminders) -> None:
    reminded: list[str] = []

    async def task_reminded(task_id: str) -> None:
        reminded.append(task_id)

    reminders.task_reminded = task_reminded
    at = datetime.fromisoformat("2026-12-01T23:30:00-05:00")
    with shop.db.write() as session:
        title = shop.vault.seal_bytes(session, None, "title", b"call Bob")
        session.add(Task(id="tsk_1", title_sealed=title, status="pending", created_at=START, updated_at=START))
        session.flush()
        session.add(Reminder(id="rem_1", task_id="tsk_1", channel="text", state="pending", due_at=at))
    await shop.clock.advance((at - START).total_seconds() - 60)
    await round_(shop, reminders, "owner")
    assert shop.provider.bodies == []
    await shop.clock.advance(60)
    await round_(shop, reminders, "owner")
    assert shop.provider.bodies == ["Reminder: call Bob"] and reminded == ["tsk_1"]
    assert shop.provider.messages[0].to == OWNER
