"""What other parts may send, and the messages left for the owner."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant.domain.conversation import Party
from assistant.domain.errors import NotFound
from assistant.jobs.messenger import OutboxMessenger, TakenMessages
from assistant.storage.tables import Appointment, Call
from tests.support.texting import START, Workshop

OWNER = "+12025550199"


@pytest.fixture
def woken() -> list[str]:
    return []


@pytest.fixture
def messenger(shop: Workshop, woken: list[str]) -> OutboxMessenger:
    return OutboxMessenger(
        db=shop.db,
        outbox=shop.outbox,
        contacts=shop.contacts,
        clock=shop.clock,
        events=shop.events,
        wake=woken.append,
        owner_numbers=(OWNER,),
    )


@pytest.fixture
def contact(shop: Workshop) -> str:
    with shop.db.write() as session:
        return shop.contacts.for_phone(session, "+12025550101").id


def book(shop: Workshop, contact: str, *, consent: bool) -> None:
    at = START + timedelta(days=3)
    with shop.db.write() as session:
        session.add(
            Appointment(
                id="apt_1",
                service="Cleaning",
                minutes=30,
                starts_at=at,
                ends_at=at + timedelta(minutes=30),
                timezone="America/New_York",
                status="booked",
                contact_id=contact,
                source="call",
                text_consent=consent,
                created_at=START,
                updated_at=START,
            )
        )


async def test_one_text_a_key(shop: Workshop, messenger: OutboxMessenger, contact: str, woken: list[str]) -> None:
    first = await messenger.send(contact_id=contact, body="Your code is 123456", purpose="code", key="code:1")
    again = await messenger.send(contact_id=contact, body="Your code is 123456", purpose="code", key="code:1")
    assert first == again and woken == [contact, contact]
    await shop.sender.drain(contact)
    assert shop.provider.bodies == ["Your code is 123456"]


async def test_an_old_code_is_not_sent(shop: Workshop, messenger: OutboxMessenger, contact: str) -> None:
    await messenger.send(contact_id=contact, body="Your code is 123456", purpose="code", key="code:1")
    await shop.clock.advance(601)
    await shop.sender.drain(contact)
    assert shop.provider.bodies == []


@pytest.mark.parametrize(("consent", "sent"), [(True, 1), (False, 0)])
async def test_a_confirmation_needs_the_consent_of_the_read_back(
    shop: Workshop, messenger: OutboxMessenger, contact: str, consent: bool, sent: int
) -> None:
    book(shop, contact, consent=consent)
    await messenger.send(contact_id=contact, body="Booked.", purpose="confirmation", key="c", appointment_id="apt_1")
    await shop.sender.drain(contact)
    assert len(shop.provider.bodies) == sent


async def test_a_later_consent_counts_too(shop: Workshop, messenger: OutboxMessenger, contact: str) -> None:
    book(shop, contact, consent=False)
    with shop.db.write() as session:
        shop.consents.record(session, contact, "texts", True, source="sms")
    await messenger.send(contact_id=contact, body="Booked.", purpose="confirmation", key="c", appointment_id="apt_1")
    await shop.sender.drain(contact)
    assert shop.provider.bodies == ["Booked."]


async def test_a_follow_up_waits_a_minute_and_is_dropped_when_they_call_again(
    shop: Workshop, messenger: OutboxMessenger, contact: str
) -> None:
    await messenger.send(contact_id=contact, body="We got cut off.", purpose="follow_up", key="dropped:1")
    await shop.sender.drain(contact)
    assert shop.provider.bodies == []
    await shop.clock.advance(61)
    await shop.sender.drain(contact)
    assert shop.provider.bodies == ["We got cut off."]
    await messenger.send(contact_id=contact, body="We got cut off again.", purpose="follow_up", key="dropped:2")
    await shop.clock.advance(30)
    with shop.db.write() as session:
        session.add(
            Call(id="cal_1", contact_id=contact, direction="inbound", source="twilio", status="in-progress", started_at=shop.clock.now())
        )
    await shop.clock.advance(31)
    await shop.sender.drain(contact)
    assert shop.provider.bodies == ["We got cut off."]


async def test_the_owner_is_told_at_night_only_what_is_urgent(shop: Workshop, messenger: OutboxMessenger) -> None:
    await shop.clock.advance(12 * 3600)
    await messenger.tell_owner("Joan left a message.", key="m:1")
    await messenger.tell_owner("URGENT. Tom: tooth.", key="m:2", urgent=True)
    await shop.sender.drain("owner")
    assert shop.provider.bodies == ["URGENT. Tom: tooth."]
    await shop.clock.advance(10.1 * 3600)
    await shop.sender.drain("owner")
    assert shop.provider.bodies == ["URGENT. Tom: tooth.", "Joan left a message."]


async def test_nobody_without_a_number_can_be_texted(shop: Workshop, messenger: OutboxMessenger) -> None:
    with shop.db.write() as session:
        nameless = shop.contacts.nameless(session).id
    with pytest.raises(NotFound):
        await messenger.send(contact_id=nameless, body="hi", purpose="reply", key="x")


async def test_messages_for_the_owner_are_kept_until_they_are_read(shop: Workshop, contact: str) -> None:
    book_ = TakenMessages(shop.db, shop.vault, shop.contacts, shop.messages, shop.clock, shop.events)
    ref = await shop.host.open("sms", Party(contact_id=contact), key=contact)
    first = await book_.take(contact_id=contact, conversation_id=ref.id, name="Joan Keller", body="My knee: better.", urgent=False)
    await shop.clock.advance(5)
    await book_.take(contact_id=None, conversation_id=ref.id, name=None, body="Call back", urgent=True)
    unread = await book_.unread()
    assert [(item.name, item.phone, item.body, item.urgent) for item in unread] == [
        ("Joan Keller", "+12025550101", "My knee: better.", False),
        (None, None, "Call back", True),
    ]
    await book_.mark_read([first])
    assert [item.body for item in await book_.unread()] == ["Call back"]
    assert shop.messages.page(kind="message")[-1].body == "From Joan Keller: My knee: better."
