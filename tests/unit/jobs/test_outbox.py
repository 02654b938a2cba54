"""Sending against a provider that fails in every way it can."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from assistant.domain.errors import Conflict
from assistant.jobs.outbox import Pace
from assistant.storage.outbox import OutboundText
from assistant.storage.tables import OutboxItem
from assistant.telephony.twilio.rest import NotReached, OptedOut, OutcomeUnknown, ProviderError, RateLimited
from tests.support.texting import START, Workshop

PHONE = "+12025550101"


def queue(
    shop: Workshop, body: str = "hello", *, key: str | None = None, purpose: str = "reply", phone: str = PHONE, **more: object
) -> str:
    """Put a text into the outbox; returns its contact."""
    with shop.db.write() as session:
        contact = shop.contacts.for_phone(session, phone)
        text = OutboundText(key=key or body, to=phone, body=body, purpose=purpose, segments=1, contact_id=contact.id, **more)  # type: ignore[arg-type]
        shop.outbox.put(session, text)
    return contact.id


async def test_a_text_goes_out_once(shop: Workshop) -> None:
    lane = queue(shop)
    for _ in range(3):
        await shop.sender.drain(lane)
    assert shop.provider.bodies == ["hello"] and shop.states() == ["sent"]
    assert shop.provider.callbacks[0] == f"https://phone.example.com/twilio/sms/status?o={shop.outbox.page()[0].id}"


async def test_the_same_key_is_the_same_text(shop: Workshop) -> None:
    lane = queue(shop, "hello", key="k")
    queue(shop, "other words", key="k")
    await shop.sender.drain(lane)
    assert shop.provider.bodies == ["hello"]


async def test_order_is_kept_also_within_one_instant(shop: Workshop) -> None:
    for number in range(6):
        lane = queue(shop, f"{number}")
    await shop.sender.drain(lane)
    assert shop.provider.bodies == [f"{n}" for n in range(6)]


async def test_429_waits_as_long_as_it_is_told(shop: Workshop) -> None:
    lane = queue(shop)
    shop.provider.fail = [(RateLimited(retry_after=30.0), False)]
    await shop.sender.drain(lane)
    assert shop.outbox.due() == []
    await shop.clock.advance(29)
    await shop.sender.drain(lane)
    assert shop.provider.bodies == []
    await shop.clock.advance(2)
    await shop.sender.drain(lane)
    assert shop.provider.bodies == ["hello"]


async def test_no_connection_is_tried_again_and_given_up_after_hours(shop: Workshop) -> None:
    lane = queue(shop)
    shop.provider.fail = [(NotReached(), False)] * 200
    await shop.sender.drain(lane)
    assert shop.states() == ["pending"]
    for _ in range(60):
        await shop.clock.advance(301)
        await shop.sender.drain(lane)
    assert shop.states() == ["failed"] and shop.provider.bodies == []
    assert "text.failed" in shop.events.kinds()


@pytest.mark.parametrize("created", [True, False])
async def test_a_doubt_is_looked_up_and_never_sent_blindly(shop: Workshop, created: bool) -> None:
    lane = queue(shop)
    shop.provider.fail = [(OutcomeUnknown(), created)]
    await shop.sender.drain(lane)
    assert shop.states() == ["unknown"] and shop.provider.attempts == 1
    await shop.clock.advance(6)
    await shop.sender.drain(lane)
    assert shop.provider.attempts == 1
    assert shop.states() == (["sent"] if created else ["unknown"])
    for _ in range(3):
        await shop.clock.advance(30)
        await shop.sender.drain(lane)
    assert shop.states() == ["sent"] and shop.provider.bodies == ["hello"]


async def test_two_equal_texts_in_doubt_are_not_taken_for_each_other(shop: Workshop) -> None:
    lane = queue(shop, "Okay.", key="one")
    queue(shop, "Okay.", key="two")
    shop.provider.fail = [(OutcomeUnknown(), True), (OutcomeUnknown(), False)]
    await shop.sender.drain(lane)
    assert shop.states() == ["unknown", "unknown"]
    for _ in range(5):
        await shop.clock.advance(25)
        await shop.sender.drain(lane)
    assert shop.states() == ["sent", "sent"] and shop.provider.bodies == ["Okay.", "Okay."]
    with shop.db.read() as session:
        assert len(set(session.execute(select(OutboxItem.sid)).scalars())) == 2


async def test_an_old_equal_text_is_no_proof(shop: Workshop) -> None:
    lane = queue(shop, "Okay.", key="old")
    await shop.sender.drain(lane)
    await shop.clock.advance(3600)
    queue(shop, "Okay.", key="new")
    shop.provider.fail = [(OutcomeUnknown(), False)]
    await shop.sender.drain(lane)
    for _ in range(4):
        await shop.clock.advance(25)
        await shop.sender.drain(lane)
    assert shop.provider.bodies == ["Okay.", "Okay."]


async def test_while_it_cannot_look_it_does_not_send(shop: Workshop) -> None:
    lane = queue(shop)
    shop.provider.fail = [(OutcomeUnknown(), True)]
    shop.provider.list_fails = [OutcomeUnknown(), NotReached()]
    for _ in range(6):
        await shop.sender.drain(lane)
        await shop.clock.advance(25)
    assert shop.provider.attempts == 1 and shop.states() == ["sent"]


async def test_the_status_callback_settles_a_doubt(shop: Workshop) -> None:
    lane = queue(shop)
    shop.provider.fail = [(OutcomeUnknown(), True)]
    await shop.sender.drain(lane)
    outbox_id = shop.outbox.page()[0].id
    with shop.db.write() as session:
        shop.outbox.status(session, sid="SO" + "0" * 32, status="delivered", outbox_id=outbox_id, error_code=None)
    await shop.clock.advance(120)
    await shop.sender.drain(lane)
    assert shop.provider.attempts == 1 and shop.outbox.get(outbox_id).status == "delivered"


async def test_statuses_only_move_forward(shop: Workshop) -> None:
    lane = queue(shop)
    await shop.sender.drain(lane)
    sid = shop.provider.messages[0].sid

    def report(status: str) -> str | None:
        with shop.db.write() as session:
            shop.outbox.status(session, sid=sid, status=status, outbox_id=None, error_code=None)
        return shop.outbox.page()[0].status

    assert [report(status) for status in ("sent", "queued", "delivered", "sent", "undelivered", "nonsense", "read")] == [
        "sent", "sent", "delivered", "delivered", "delivered", "delivered", "read",
    ]  # fmt: skip


async def test_an_undelivered_text_shows_its_code(shop: Workshop) -> None:
    lane = queue(shop)
    await shop.sender.drain(lane)
    with shop.db.write() as session:
        shop.outbox.status(session, sid=shop.provider.messages[0].sid, status="undelivered", outbox_id=None, error_code=30003)
    record = shop.outbox.page()[0]
    assert (record.status, record.error, record.error_code) == ("undelivered", "undelivered", 30003)


async def test_a_stranger_with_our_id_changes_nothing(shop: Workshop) -> None:
    lane = queue(shop)
    await shop.sender.drain(lane)
    with shop.db.write() as session:
        assert shop.outbox.status(session, sid="SMother", status="failed", outbox_id=shop.outbox.page()[0].id, error_code=1) is None
    assert shop.outbox.page()[0].status == "queued"


async def test_opted_out_is_remembered_and_never_retried(shop: Workshop) -> None:
    lane = queue(shop, "one")
    queue(shop, "two")
    shop.provider.fail = [(OptedOut("no", number=21610), False)]
    await shop.sender.drain(lane)
    assert shop.states() == ["failed", "cancelled"] and shop.provider.bodies == []
    failed = next(record for record in shop.outbox.page() if record.state == "failed")
    with pytest.raises(Conflict):
        shop.outbox.retry(failed.id)
    queue(shop, "three")
    await shop.sender.drain(lane)
    assert shop.provider.attempts == 1


async def test_a_refusal_is_shown_and_can_be_retried(shop: Workshop) -> None:
    lane = queue(shop)
    shop.provider.fail = [(ProviderError("bad", number=30034), False)]
    await shop.sender.drain(lane)
    record = shop.outbox.page()[0]
    assert (record.state, record.error_code) == ("failed", 30034)
    assert shop.outbox.retry(record.id) == lane
    await shop.sender.drain(lane)
    assert shop.provider.bodies == ["hello"]
    with pytest.raises(Conflict):
        shop.outbox.retry(record.id)


async def test_a_process_that_died_while_sending_leaves_a_doubt(shop: Workshop) -> None:
    lane = queue(shop)
    assert shop.outbox.claim(lane) is not None
    assert shop.outbox.claim(lane) is None and shop.outbox.abandon() == 0
    await shop.clock.advance(31)
    assert shop.outbox.abandon() == 1
    assert shop.states() == ["unknown"]


async def test_without_a_provider_texts_fail_honestly(shop: Workshop) -> None:
    shop.sender._provider = None
    lane = queue(shop)
    await shop.sender.drain(lane)
    record = shop.outbox.page()[0]
    assert (record.state, record.error) == ("failed", "no_provider")


async def test_late_texts_are_not_sent(shop: Workshop) -> None:
    lane = queue(shop, expires_at=START + timedelta(minutes=5))
    await shop.clock.advance(301)
    await shop.sender.drain(lane)
    assert shop.states() == ["cancelled"]


async def test_what_we_start_waits_for_the_morning_and_answers_do_not(shop: Workshop) -> None:
    await shop.clock.advance(12 * 3600)  # ten at night in New York
    queue(shop, "morning news", purpose="owner")
    lane = queue(shop, "an answer")
    await shop.sender.drain(lane)
    assert shop.provider.bodies == ["an answer"]
    await shop.clock.advance(9 * 3600)
    await shop.sender.drain(lane)
    assert shop.provider.bodies == ["an answer"]  # still before eight
    await shop.clock.advance(1.1 * 3600)
    await shop.sender.drain(lane)
    assert shop.provider.bodies == ["an answer", "morning news"]


async def test_unknown_purposes_fail_closed(shop: Workshop) -> None:
    lane = queue(shop, purpose="marketing")
    await shop.sender.drain(lane)
    assert shop.provider.attempts == 0 and shop.states() == ["cancelled"]


async def test_the_pace_of_a_number_holds(shop: Workshop) -> None:
    pace = Pace(shop.clock, per_second=1.0, burst=3)
    assert [pace.book(1) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert pace.book(2) == pytest.approx(2.0)
    await shop.clock.advance(2)
    assert pace.book(1) == pytest.approx(1.0)
    shop.sender._pace = Pace(shop.clock, per_second=1.0, burst=1)
    lane = queue(shop, "a")
    queue(shop, "b")
    await shop.sender.drain(lane)
    assert shop.provider.bodies == ["a"]
    await shop.clock.advance(1.1)
    await shop.sender.drain(lane)
    assert shop.provider.bodies == ["a", "b"]


async def test_who_waits_for_the_pace_has_a_place_that_is_kept(shop: Workshop) -> None:
    shop.sender._pace = Pace(shop.clock, per_second=1.0, burst=1)
    lanes = [queue(shop, f"{number}", phone=f"+1202555010{number}") for number in range(4)]
    for _ in range(5):  # looked at again and again, also out of turn
        for lane in lanes:
            await shop.sender.drain(lane)
    assert shop.provider.bodies == ["0"]
    for second in range(3):
        await shop.clock.advance(1.01)
        for lane in reversed(lanes):
            await shop.sender.drain(lane)
        assert shop.provider.bodies == [f"{number}" for number in range(second + 2)]


@pytest.mark.parametrize("failure", [NotReached("no connection"), RateLimited(retry_after=9.0)], ids=["unreachable", "429"])
async def test_a_text_that_is_held_up_is_not_overtaken_by_the_next(shop: Workshop, failure: Exception) -> None:
    lane = queue(shop, "first")
    shop.provider.fail = [(failure, False)]
    await shop.sender.drain(lane)
    queue(shop, "second")
    await shop.sender.drain(lane)
    assert shop.provider.bodies == []
    await shop.clock.advance(10)
    await shop.sender.drain(lane)
    assert shop.provider.bodies == ["first", "second"]
