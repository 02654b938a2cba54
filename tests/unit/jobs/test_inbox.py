"""What happens to a text that came in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from assistant.domain.conversation import Party
from assistant.domain.errors import EngineFailed
from assistant.domain.events import Said
from assistant.jobs.inbox import APOLOGY
from assistant.storage.messages import InboundText
from tests.support.texting import Workshop, workshop

STRANGER = "+12025550101"


async def test_a_text_is_answered_once(shop: Workshop) -> None:
    contact = shop.text("What time do you open?")
    await shop.run(contact)
    await shop.run(contact)
    assert shop.provider.bodies == ["You wrote: What time do you open?"]
    assert [m.status for m in shop.messages.page(direction="in")] == ["answered"]


async def test_the_same_text_again_changes_nothing(shop: Workshop) -> None:
    shop.text("hello", sid="SM1")
    again = shop.inbox.take(InboundText(sid="SM1", sender=STRANGER, body="something else"))
    assert not again.fresh
    assert [message.body for message in shop.messages.page()] == ["hello"]


async def test_texts_of_one_sender_are_answered_in_order(shop: Workshop) -> None:
    for number in range(5):
        contact = shop.text(f"number {number}")
    await asyncio.gather(*(shop.run(contact) for _ in range(4)))
    await shop.run(contact)
    assert [said.text for said in shop.host.handled] == [f"number {n}" for n in range(5)]
    assert shop.provider.bodies == [f"You wrote: number {n}" for n in range(5)]


async def test_only_one_worker_at_a_time_has_a_sender(shop: Workshop) -> None:
    contact = shop.text("first")
    shop.text("second")
    assert shop.inbox.claim(contact) is not None
    assert shop.inbox.claim(contact) is None
    await shop.clock.advance(21)  # the holder died without a word
    regained = shop.inbox.claim(contact)
    assert regained is not None and regained.body == "first"


async def test_a_crash_after_the_conversation_answers_once(shop: Workshop) -> None:
    contact = shop.text("book me")
    work = shop.inbox.claim(contact)
    assert work is not None
    ref = await shop.host.open("sms", Party(contact_id=contact), key=contact)
    await shop.host.handle(Said(ref.id, "book me", message_id=work.message_id))  # ... and here the process dies
    await shop.clock.advance(21)
    await shop.run(contact)
    assert len(shop.host.handled) == 1
    assert shop.provider.bodies == ["You wrote: book me"]


async def test_a_passing_failure_is_tried_again_later(shop: Workshop) -> None:
    contact = shop.text("hello")
    shop.host.fail_with = [EngineFailed("no engine")]
    await shop.run(contact)
    assert shop.provider.bodies == []
    await shop.run(contact)
    assert shop.provider.bodies == []  # not yet
    await shop.clock.advance(2)
    assert shop.inbox.waiting() == [contact]
    await shop.run(contact)
    assert shop.provider.bodies == ["You wrote: hello"]


async def test_a_lasting_failure_is_given_up_told_and_can_be_retried(shop: Workshop) -> None:
    contact = shop.text("hello")
    shop.host.fail_with = [ValueError("the caller's own words")] * 9
    for _ in range(9):
        await shop.run(contact)
        await shop.clock.advance(200)
    assert shop.provider.bodies == [APOLOGY]
    assert "text.unanswered" in shop.events.kinds()
    (failure,) = shop.inbox.failures()
    assert failure[1] == "ValueError"  # the type, never the words
    shop.host.fail_with = []
    assert shop.inbox.retry(failure[0]) == contact
    await shop.run(contact)
    assert [said.text for said in shop.host.handled] == ["hello"]


async def test_a_text_that_brings_the_process_down_is_given_up_in_the_end(shop: Workshop) -> None:
    contact = shop.text("poison")
    for _ in range(25):
        assert shop.inbox.claim(contact) is not None
        shop.inbox.release_all()
    await shop.run(contact)
    assert shop.host.handled == []
    assert shop.provider.bodies == [APOLOGY]


@pytest.mark.parametrize("word", ["STOP", " stop ", "Cancel", "END", "unsubscribe", "OptOut"])
async def test_stop_words_unsubscribe_in_silence(shop: Workshop, word: str) -> None:
    contact = shop.text(word)
    await shop.run(contact)
    assert shop.host.handled == [] and shop.provider.bodies == []
    with shop.db.read() as session:
        record = shop.contacts.get(session, contact)
        assert record is not None and record.opted_out
        assert not shop.consents.granted(session, contact, "texts")


@pytest.mark.parametrize("words", ["cancel my appointment", "stop by at five?", "the end of the month", "yes"])
async def test_sentences_are_no_stop_words(shop: Workshop, words: str) -> None:
    contact = shop.text(words)
    await shop.run(contact)
    assert [said.text for said in shop.host.handled] == [words]


async def test_the_providers_own_finding_wins(shop: Workshop) -> None:
    contact = shop.text("no more please", opt_out_type="STOP")
    await shop.run(contact)
    assert shop.host.handled == []


async def test_after_start_the_conversation_goes_on(shop: Workshop) -> None:
    contact = shop.text("STOP")
    await shop.run(contact)
    shop.text("are you there?")
    await shop.run(contact)
    assert shop.host.handled == []  # an answer could not arrive; the text is kept for the owner
    shop.text("yes")  # to somebody who is unsubscribed this means START, not yes to a booking
    await shop.run(contact)
    assert [said.text for said in shop.host.handled] == ["START"]
    assert len(shop.provider.bodies) == 1
    shop.text("yes")
    await shop.run(contact)
    assert [said.text for said in shop.host.handled] == ["START", "yes"]


async def test_stop_takes_back_what_is_still_waiting(shop: Workshop) -> None:
    contact = shop.text("hello")
    await shop.drain.drain(contact)
    shop.text("STOP")
    await shop.run(contact)
    assert shop.provider.bodies == []
    assert shop.states() == ["cancelled"]


async def test_nothing_at_all_gets_no_answer(shop: Workshop) -> None:
    contact = shop.text("   ")
    await shop.run(contact)
    assert shop.provider.attempts == 0 and shop.inbox.depth() == (0, None)


async def test_the_owner_is_recognised_but_not_proven(tmp_path: Path) -> None:
    own = workshop(tmp_path, owner_numbers=("+12025550199",))
    contact = own.text("what's on today", sender="+12025550199")
    await own.run(contact)
    assert (own.host.parties[0].role, own.host.parties[0].proven) == ("owner", False)
    own.db.close()


async def test_long_and_foreign_texts_survive(shop: Workshop) -> None:
    body = "çok güzel ☕ 😀 " * 110
    contact = shop.text(body)
    await shop.run(contact)
    assert shop.host.handled[0].text == body
    assert len(shop.provider.bodies[0]) <= 1600


async def test_nothing_readable_is_on_the_disk(shop: Workshop) -> None:
    contact = shop.text("my secret knee")
    await shop.run(contact)
    shop.db.close()
    path = Path(str(shop.db.url.database))
    raw = b"".join(item.read_bytes() for item in path.parent.glob(path.name + "*"))
    assert b"secret knee" not in raw and STRANGER.encode() not in raw
