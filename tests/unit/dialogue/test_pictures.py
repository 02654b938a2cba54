"""Pictures in a conversation: asked about later, and an appointment found in one is offered and never just made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from assistant.domain.conversation import Party
from assistant.domain.effects import Outcome
from assistant.domain.events import PictureRef, Said
from assistant.domain.ports import PictureAnswer
from orchestrator import Orchestrator
from tests.support.conversing import FaqAnswers
from tests.support.scenarios import World

PHONE = "+12025550142"
LETTER = {
    "kind": "letter",
    "date": "Thursday, December 4",
    "time": "10:30 am",
    "name": "Dr. Haddad",
    "starts_at": "2025-12-04T10:30:00-05:00",
}


class Reader:
    """Knows one picture: a letter, or one that nothing can be read in."""

    def __init__(self, fields: dict[str, str] | None) -> None:
        self.fields = fields
        self.asked: list[str | None] = []
        self.seen: list[str] = []

    async def describe(self, pictures: Sequence[PictureRef], question: str | None) -> PictureAnswer:
        self.asked.append(question)
        self.seen += [picture.media_id for picture in pictures]
        if self.fields is None:
            return PictureAnswer("I can't tell that from the picture.", known=False)
        if question is None:
            return PictureAnswer("I can read: appointment Thursday, December 4, 10:30 am, Dr. Haddad.", self.fields)
        known = any(word in question for word in ("number", "who", "time", "say"))
        return PictureAnswer("The number is +12025550143." if known else "I can't tell that from the picture.", self.fields, known=known)


class Talk:
    def __init__(self, folder: Path, fields: dict[str, str] | None) -> None:
        self.world = World(folder, {"business": "dental"})
        self.reader = Reader(fields)
        world = self.world
        self.orchestrator = Orchestrator(
            world.db,
            world.vault,
            world.contacts,
            world.orchestrator._understander,
            world.calendar,
            FaqAnswers(world.profile),
            world.tasks,
            world.texts,
            world.messages,
            self.reader,
            None,
            world.sink,
            profile=lambda: world.profile,
            clock=world.clock,
        )

    async def say(self, text: str, *, picture: bool | str = False, owner: bool = False) -> Outcome:
        party = Party(phone=PHONE, role="owner" if owner else "caller", proven=owner)
        ref = await self.orchestrator.open("web", party, key="web:one")
        pictures = (PictureRef(picture if isinstance(picture, str) else "med_1"),) if picture else ()
        return await self.orchestrator.handle(Said(ref.id, text, pictures=pictures))


@pytest.fixture
async def letter(tmp_path: Path) -> AsyncIterator[Talk]:
    talk = Talk(tmp_path, LETTER)
    yield talk
    talk.world.db.close()


@pytest.fixture
async def photo(tmp_path: Path) -> AsyncIterator[Talk]:
    talk = Talk(tmp_path, None)
    yield talk
    talk.world.db.close()


async def test_a_letter_is_offered_and_a_no_leaves_it(letter: Talk) -> None:
    first = await letter.say("", picture=True)
    assert "Dr. Haddad" in first.said and "Reply YES" in first.said
    await letter.say("no")
    assert letter.reader.asked == [None] and await letter.world.everything() == []


async def test_a_callers_yes_goes_on_to_book_that_time(letter: Talk) -> None:
    await letter.say("", picture=True)
    answer = await letter.say("yes")
    assert answer.intent is not None and "?" in answer.said
    answer = await letter.say("a cleaning, Kim Poe")
    assert "10:30" in answer.said


async def test_the_owners_yes_puts_it_on_the_list(letter: Talk) -> None:
    await letter.say("", picture=True, owner=True)
    await letter.say("yes", owner=True)
    (task,) = await letter.world.tasks.pending()
    assert "Dr. Haddad" in task.title and task.due_at is not None and task.due_at.isoformat().startswith("2025-12-04T")


async def test_questions_about_it_go_to_the_picture(letter: Talk) -> None:
    await letter.say("", picture=True)
    await letter.say("no")
    answer = await letter.say("what number is on it?")
    assert "+12025550143" in answer.said


async def test_what_the_picture_does_not_tell_is_asked_elsewhere(photo: Talk) -> None:
    await photo.say("", picture=True)
    answer = await photo.say("do you have parking?")
    assert "parking" in answer.said.lower() and photo.reader.asked == [None]


async def test_ones_own_appointment_is_not_looked_for_in_a_picture(letter: Talk) -> None:
    await letter.say("", picture=True)
    await letter.say("when is my appointment?")
    assert letter.reader.asked == [None]


async def test_an_honest_no_when_the_picture_was_meant(photo: Talk) -> None:
    await photo.say("", picture=True)
    answer = await photo.say("is there a dog in the picture?")
    assert "can't tell" in answer.said


@pytest.mark.parametrize("words", ["okay, I have sent it now", "yes I just texted it to you", "ok, it's on its way", "I sent it"])
async def test_that_it_was_sent_is_no_yes_to_adding_it(letter: Talk, words: str) -> None:
    await letter.say("", picture=True, owner=True)
    answer = await letter.say(words, owner=True)
    assert "?" in answer.said and await letter.world.tasks.pending() == []
    await letter.say("okay, add it", owner=True)
    assert len(await letter.world.tasks.pending()) == 1


@pytest.mark.parametrize(
    "words", ["yes", "okay, add it", "please add that", "Yes, I've sent it, please add it", "add it to my list please"]
)
async def test_a_yes_to_adding_it_adds_it(letter: Talk, words: str) -> None:
    await letter.say("", picture=True, owner=True)
    await letter.say(words, owner=True)
    (task,) = await letter.world.tasks.pending()
    assert "Dr. Haddad" in task.title


async def test_an_announced_picture_that_has_not_come_is_waited_for(letter: Talk) -> None:
    await letter.say("A cleaning on Thursday at two, Kim Poe")
    answer = await letter.say("can I send you a picture?")
    assert "send it here" in answer.said
    answer = await letter.say("ok I sent it now")
    assert "come" in answer.said and "book" in answer.said.lower()
    assert all(item["status"] == "held" for item in await letter.world.everything())


async def test_sending_something_books_nothing(letter: Talk) -> None:
    await letter.say("A cleaning on Thursday at two, Kim Poe")
    answer = await letter.say("okay, I have sent it now")
    assert not answer.ended and "book" not in answer.did


@pytest.mark.parametrize("question", ["what does it say?", "what was the time on that letter?", "can you tell me what the letter says?"])
async def test_a_question_about_it_is_answered_while_a_booking_is_open(letter: Talk, question: str) -> None:
    await letter.say("", picture=True)
    await letter.say("no")
    await letter.say("I'd like to book a cleaning")
    for answer, then in (("Thursday at two", "name"), ("Kim Poe", "book")):
        told = await letter.say(question)
        assert "+12025550143" in told.said and told.said.endswith("?")
        assert then in (await letter.say(answer)).said.lower()
    told = await letter.say(question)
    assert "+12025550143" in told.said and "book" in told.said.lower()
    await letter.say("yes")
    assert [item["status"] for item in await letter.world.everything()] == ["booked"]


@pytest.mark.parametrize("question", ["how long does it take?", "can I pay with my card?", "what did you say?"])
async def test_a_question_about_the_booking_is_not_asked_of_the_picture(letter: Talk, question: str) -> None:
    await letter.say("A cleaning on Thursday at two")
    await letter.say("", picture=True)
    await letter.say(question)
    assert letter.reader.asked == [None]


async def test_a_new_picture_is_looked_at_before_the_last(letter: Talk) -> None:
    await letter.say("", picture=True)
    await letter.say("what does it say?", picture="med_2")
    assert letter.reader.seen == ["med_1", "med_2"]
