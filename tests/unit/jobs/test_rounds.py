"""The morning's digest, the night's forgetting, and the sweep that finds both."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from assistant.domain.business import BusinessProfile
from assistant.jobs.digest import Digest
from assistant.jobs.retention import Retention
from assistant.jobs.sweep import Sweep
from assistant.jobs.texting import Courtesy
from assistant.storage.media import MediaStore
from assistant.storage.tables import Appointment, Contact, Conversation, Message, OutboxItem
from tests.support.texting import START, Workshop

OWNER = "+12025550199"
PROFILE = BusinessProfile(name="Riverside Dental", timezone="America/New_York")


def digest(shop: Workshop) -> Digest:
    return Digest(db=shop.db, outbox=shop.outbox, clock=shop.clock, profile=lambda: PROFILE, wake=lambda lane: None, owner_numbers=(OWNER,))


def appointment(shop: Workshop, at: datetime, number: int, contact_id: str | None = None) -> None:
    with shop.db.write() as session:
        session.add(
            Appointment(
                id=f"apt_{number}",
                service="Cleaning",
                minutes=30,
                starts_at=at,
                ends_at=at + timedelta(minutes=30),
                timezone="America/New_York",
                status="booked",
                contact_id=contact_id,
                source="call",
                created_at=START,
                updated_at=START,
            )
        )


async def test_the_digest_counts_and_names_nobody(shop: Workshop) -> None:
    appointment(shop, START + timedelta(hours=1), 1)
    appointment(shop, START + timedelta(hours=3), 2)
    appointment(shop, START + timedelta(days=1), 3)
    with shop.db.write() as session:
        shop.messages.add(session, kind="message", direction="in", body="secret", status="taken", contact_id=None)
    made = digest(shop)
    (due,) = made.due()
    assert due == ("digest", "2026-12-01")
    for _ in range(2):
        await made.make(due[1])
    assert made.due() == []
    await shop.sender.drain("owner")
    assert shop.provider.bodies == ["Good morning. 2 appointments today, the first at 11:00 am; 1 new message."]


async def test_a_day_with_nothing_to_tell_has_no_text(shop: Workshop) -> None:
    made = digest(shop)
    await made.make("2026-12-01")
    await shop.sender.drain("owner")
    assert shop.provider.bodies == [] and made.due() == []


async def test_a_morning_missed_is_not_told_at_night(shop: Workshop) -> None:
    await shop.clock.advance(12 * 3600)
    assert digest(shop).due() == []


def retention(shop: Workshop, folder: Path) -> tuple[Retention, MediaStore]:
    media = MediaStore(shop.db, shop.vault, shop.clock, folder / "media")
    made = Retention(db=shop.db, contacts=shop.contacts, media=media, clock=shop.clock, profile=lambda: PROFILE, days=90)
    return made, media


async def test_what_is_old_is_forgotten_and_the_rest_stays(shop: Workshop, tmp_path: Path) -> None:
    forget, media = retention(shop, tmp_path)
    old = shop.text("old words", sender="+12025550101")
    await shop.run(old)
    media.put(b"pixels", mime="image/png", contact_id=old)
    keeps = shop.text("has an appointment", sender="+12025550102")
    await shop.run(keeps)
    appointment(shop, START + timedelta(days=200), 1, keeps)
    unheard = shop.text("hi", sender="+12025550103")
    await shop.run(unheard)
    with shop.db.write() as session:
        shop.messages.add(session, kind="message", direction="in", body="nobody heard this", status="taken", contact_id=unheard)
    await shop.clock.advance(91 * 24 * 3600)
    fresh = shop.text("new words", sender="+12025550104")
    await shop.run(fresh)

    (due,) = forget.due()
    gone = await forget.make(due[1])
    assert gone["media"] == 1 and gone["contacts"] == 1 and forget.due() == []
    with shop.db.read() as session:
        assert set(session.query(Contact.id).all()) == {(keeps,), (unheard,), (fresh,)}
        assert session.query(Conversation).count() == 1
        assert session.query(OutboxItem).count() == 1
        bodies = {shop.vault.open(session, row.contact_id, "body", row.body_sealed) for row in session.query(Message)}
    assert bodies == {"nobody heard this", "new words", "You wrote: new words"}
    assert (await forget.make("again"))["messages"] == 0


async def test_a_text_still_to_be_sent_is_not_forgotten(shop: Workshop, tmp_path: Path) -> None:
    forget, _ = retention(shop, tmp_path)
    contact = shop.text("hello")
    await shop.drain.drain(contact)
    await shop.clock.advance(100 * 24 * 3600)
    await forget.make("2026-12-01")
    assert shop.states() == ["pending"]
    with shop.db.read() as session:
        assert [row.direction for row in session.query(Message)] == ["out"]


async def test_who_opted_out_stays_known(shop: Workshop, tmp_path: Path) -> None:
    forget, _ = retention(shop, tmp_path)
    contact = shop.text("STOP")
    await shop.run(contact)
    await shop.clock.advance(100 * 24 * 3600)
    await forget.make("2026-12-01")
    with shop.db.read() as session:
        record = shop.contacts.get(session, contact)
    assert record is not None and record.opted_out


async def test_the_sweep_finds_what_no_wake_up_was_stored_for(shop: Workshop) -> None:
    woken: list[tuple[str, str]] = []
    sweep = Sweep(shop.db, shop.clock, lambda kind, subject: woken.append((kind, subject)))
    sweep.add("broken", lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    sweep.add("inbox", lambda: [("inbox", sender) for sender in shop.inbox.waiting()])
    first, second = shop.text("a", sender="+12025550101"), shop.text("b", sender="+12025550102")
    assert await sweep.once() == 2 and woken == [("inbox", first), ("inbox", second)]
    assert shop.inbox.claim(first) is not None
    woken.clear()
    await sweep.once()
    assert woken == [("inbox", second)]


async def test_while_texts_pour_in_they_are_answered_one_after_the_other(shop: Workshop) -> None:
    courtesy = Courtesy(shop.clock, many=3)
    running: list[int] = []

    async def answer() -> None:
        async with courtesy.turn():
            running.append(1)
            most.append(len(running))
            await asyncio.sleep(0)
            running.pop()

    most: list[int] = []
    await asyncio.gather(*(answer() for _ in range(4)))
    assert max(most) == 4
    for _ in range(3):
        courtesy.arrived()
    most.clear()
    await asyncio.gather(*(answer() for _ in range(4)))
    assert courtesy.pouring and max(most) == 1
    await shop.clock.advance(1.1)
    assert not courtesy.pouring
