"""The orchestrator through its public door: order, idempotence, two processes, restarts, what reaches the channel and the watchers."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from assistant.dialogue import codec
from assistant.domain.conversation import Party
from assistant.domain.effects import Expect, HangUp, Say
from assistant.domain.errors import NotFound
from assistant.domain.events import Ended, Heard, Said, Started
from assistant.storage.conversations import Conversations
from orchestrator import Orchestrator
from tests.support.conversing import FaqAnswers
from tests.support.scenarios import World

PHONE = "+12025550142"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path, {"business": "dental"})
    yield world
    world.db.close()


async def chat(world: World, *texts: str, key: str = "web:one", phone: str | None = PHONE) -> list:
    ref = await world.orchestrator.open("web", Party(phone=phone), key=key)
    return [await world.orchestrator.handle(Said(ref.id, text)) for text in texts]


def second(world: World) -> Orchestrator:
    """Another process over the same store."""
    return Orchestrator(
        world.db, world.vault, world.contacts, world.orchestrator._understander, world.calendar, FaqAnswers(world.profile), world.tasks,
        world.texts, world.messages, None, None, world.sink, profile=lambda: world.profile, clock=world.clock,
    )  # fmt: skip


async def booked(world: World) -> list:
    return [item for item in await world.everything() if item["status"] == "booked"]


async def test_a_message_handled_twice_is_handled_once(world: World) -> None:
    await chat(world, "A cleaning tomorrow at 2 pm, Kim Poe")
    ref = await world.orchestrator.open("web", Party(phone=PHONE), key="web:one")
    first = await world.orchestrator.handle(Said(ref.id, "yes", message_id="SM1"))
    heard: list = []
    again = await world.orchestrator.handle(Said(ref.id, "yes", message_id="SM1"), heard.append)
    assert (again.said, again.effects, again.turn_id, again.state) == (first.said, first.effects, first.turn_id, first.state)
    assert tuple(heard) == first.effects
    assert len(await booked(world)) == 1


async def test_the_next_turn_may_be_taken_by_another_process(world: World) -> None:
    ref = await world.orchestrator.open("web", Party(phone=PHONE), key="web:one")
    await world.orchestrator.handle(Said(ref.id, "A cleaning tomorrow at 2 pm, Kim Poe"))
    other = second(world)
    same = await other.open("web", Party(phone=PHONE), key="web:one")
    assert same.id == ref.id
    outcome = await other.handle(Said(ref.id, "yes please"))
    assert "book" in outcome.did
    assert len(await booked(world)) == 1


async def test_two_processes_at_once_lose_no_turn(world: World) -> None:
    ref = await world.orchestrator.open("web", Party(phone=PHONE), key="web:one")
    other = second(world)
    await asyncio.gather(
        world.orchestrator.handle(Said(ref.id, "do you have parking?", message_id="A")), other.handle(Said(ref.id, "are you a robot?", message_id="B"))
    )  # fmt: skip
    store = Conversations(world.vault, world.clock)
    with world.db.read() as session:
        turns = store.turns(session, ref.id)
        stored = store.get(session, ref.id)
    assert [turn.role for turn in turns] == ["caller", "assistant", "caller", "assistant"]
    assert [turn.seq for turn in turns] == [1, 2, 3, 4]
    assert stored is not None and stored.version == 2


async def test_two_yeses_at_once_book_once(world: World) -> None:
    ref = await world.orchestrator.open("web", Party(phone=PHONE), key="web:one")
    await world.orchestrator.handle(Said(ref.id, "A cleaning tomorrow at 2 pm, Kim Poe"))
    other = second(world)
    await asyncio.gather(world.orchestrator.handle(Said(ref.id, "yes")), other.handle(Said(ref.id, "yes")))
    assert len(await booked(world)) == 1


@pytest.mark.slow
async def test_three_hundred_turns_stay_small_and_quick(world: World) -> None:
    ref = await world.orchestrator.open("web", Party(phone=PHONE), key="web:one")
    sizes = []
    for number in range(100):
        for text in ("do you have parking?", "a cleaning on Thursday", "no, Friday at 10"):
            outcome = await world.orchestrator.handle(Said(ref.id, text))
            assert outcome.said
        if number % 3 == 0:
            with world.db.read() as session:
                stored = Conversations(world.vault, world.clock).get(session, ref.id)
            assert stored is not None
            sizes.append(len(json.dumps(stored.state)))
    assert max(sizes) < 12_000
    third = len(sizes) // 3
    assert max(sizes[-third:]) <= max(sizes[:third]) * 1.2, "what is kept of a long conversation stops growing"


async def test_what_was_heard_enters_the_history(world: World) -> None:
    ref = await world.orchestrator.open("call", Party(phone=PHONE), key="call:1")
    outcome = await world.orchestrator.handle(Started(ref.id))
    assert outcome.turn_id is not None
    await world.orchestrator.handle(Heard(ref.id, outcome.turn_id, "Thanks for calling", interrupted=True))
    with world.db.read() as session:
        turns = Conversations(world.vault, world.clock).turns(session, ref.id)
    assert (turns[0].text or "").startswith("Thanks for calling Riverside") and turns[0].heard == "Thanks for calling"


async def test_runs_of_blanks_are_one_and_lines_stay_lines(world: World) -> None:
    """A text of hundreds of blanks between two requests held every other call for two seconds."""
    await chat(world, "book me a cleaning" + " " * 580 + "and what are your hours?\n" + "\t" * 300 + "\n\n\nThanks")
    turn = next(data for kind, _, data in world.sink.events if kind == "turn")
    assert turn["heard"] == "book me a cleaning and what are your hours?\n\nThanks"


async def test_watchers_see_the_conversation_live(world: World) -> None:
    await chat(world, "A cleaning tomorrow at 2 pm, Kim Poe", "yes", "no thanks, bye")
    kinds = [kind for kind, _, _ in world.sink.events]
    assert kinds[0] == "conversation.started" and kinds[-1] == "ended" and "state" in kinds
    turn = next(data for kind, _, data in world.sink.events if kind == "turn")
    assert turn["heard"].startswith("A cleaning") and turn["intent"] == "book_appointment" and "hold" in turn["did"]
    assert set(turn["stages"]) == {"understanding", "dialogue"} and turn["slots"]["service"] == "Cleaning"


async def test_an_answer_reaches_the_channel_sentence_by_sentence_and_once(world: World) -> None:
    ref = await world.orchestrator.open("call", Party(phone=PHONE), key="call:1")
    heard: list = []
    outcome = await world.orchestrator.handle(Said(ref.id, "do you have parking?"), heard.append)
    words = [effect.text for effect in heard if isinstance(effect, Say)]
    assert " ".join(words) == outcome.said
    assert sum("parking" in text for text in words) == 1
    assert isinstance(heard[-1], Expect)


async def test_goodbye_ends_and_the_session_starts_anew(world: World) -> None:
    outcomes = await chat(world, "hello", "bye")
    assert outcomes[-1].ended and any(isinstance(effect, HangUp) for effect in outcomes[-1].effects)
    first = await world.orchestrator.open("web", Party(phone=PHONE), key="web:one")
    assert (await world.orchestrator.handle(Said(first.id, "hello"))).ended is False


async def test_a_session_that_slept_is_another_conversation(world: World) -> None:
    before = await world.orchestrator.open("web", Party(phone=PHONE), key="web:one")
    await world.clock.advance(31 * 60)
    after = await world.orchestrator.open("web", Party(phone=PHONE), key="web:one")
    assert before.id != after.id and not after.resumed


async def test_a_dropped_call_sends_one_text_and_its_yes_books(world: World) -> None:
    ref = await world.orchestrator.open("call", Party(phone=PHONE), key="call:1")
    await world.orchestrator.handle(Started(ref.id))
    await world.orchestrator.handle(Said(ref.id, "A cleaning tomorrow at 3:30 pm for Uma Rao"))
    await world.orchestrator.handle(Ended(ref.id, "dropped"))
    await world.orchestrator.handle(Ended(ref.id, "dropped"))
    assert world.texts.bodies == [
        "We got cut off. I was about to book Tue Dec 2, 3:30 pm, Cleaning. Reply YES to book, or tell me another time."
    ]
    text = await world.orchestrator.open("sms", Party(phone=PHONE), key=f"sms:{PHONE}")
    assert text.resumed
    outcome = await world.orchestrator.handle(Said(text.id, "YES"))
    assert "book" in outcome.did
    assert [item["at"] for item in await booked(world)] == ["2025-12-02T15:30"]


async def test_a_call_soon_after_takes_up_what_was_cut_off(world: World) -> None:
    ref = await world.orchestrator.open("call", Party(phone=PHONE), key="call:1")
    await world.orchestrator.handle(Said(ref.id, "A cleaning tomorrow at 3:30 pm for Uma Rao"))
    await world.orchestrator.handle(Ended(ref.id, "dropped"))
    again = await world.orchestrator.open("call", Party(phone=PHONE), key="call:2")
    greeting = await world.orchestrator.handle(Started(again.id))
    assert "three thirty" in greeting.said and greeting.state == "confirming"
    assert "book" in (await world.orchestrator.handle(Said(again.id, "yes"))).did


async def test_a_caller_who_hung_up_is_not_pursued(world: World) -> None:
    ref = await world.orchestrator.open("call", Party(phone=PHONE), key="call:1")
    await world.orchestrator.handle(Said(ref.id, "A cleaning tomorrow at 3:30 pm for Uma Rao"))
    await world.orchestrator.handle(Ended(ref.id, "caller"))
    assert world.texts.bodies == []
    assert [item["status"] for item in await world.everything()] in ([], ["cancelled"])
    again = await world.orchestrator.open("call", Party(phone=PHONE), key="call:2")
    assert not again.resumed


async def test_an_unknown_conversation_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        await world.orchestrator.handle(Said("cnv_nobody", "hello"))


async def test_keys_are_not_written_down(world: World) -> None:
    from assistant.domain.events import Keyed

    ref = await world.orchestrator.open("call", Party(phone=PHONE, role="owner"), key="call:1")
    await world.orchestrator.handle(Said(ref.id, "what's on today?"))
    await world.orchestrator.handle(Keyed(ref.id, "9876"))
    with world.db.read() as session:
        store = Conversations(world.vault, world.clock)
        turns, stored = store.turns(session, ref.id), store.get(session, ref.id)
    assert stored is not None
    assert "9876" not in json.dumps(codec.dump([turn.text for turn in turns])) + json.dumps(stored.state)


class SlowAnswers:
    """A model that has said one sentence and thinks about the next for ever."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.asked = asyncio.Event()
        self.cancelled = False

    async def answer(self, question, *, now, mode="balanced", history=(), on_sentence=None, channel="call", about=()):  # type: ignore[no-untyped-def]
        if self.sentence and on_sentence is not None:
            on_sentence(self.sentence)
        self.asked.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


@pytest.mark.parametrize("sentence", ["We have free parking.", ""])
async def test_a_caller_who_speaks_drops_an_answer_still_being_thought_out(world: World, sentence: str) -> None:
    model = SlowAnswers(sentence)
    slow = Orchestrator(
        world.db, world.vault, world.contacts, world.orchestrator._understander, world.calendar, model,
        profile=lambda: world.profile, clock=world.clock,
    )  # fmt: skip
    ref = await slow.open("call", Party(phone=PHONE), key="call:1")
    heard: list = []
    turn = asyncio.create_task(slow.handle(Said(ref.id, "do you have parking?"), heard.append))
    await model.asked.wait()
    slow.hush(ref.id)
    outcome = await asyncio.wait_for(turn, 5)
    await asyncio.sleep(0)
    assert model.cancelled and "dropped" in outcome.did
    assert outcome.said.startswith(sentence)
    with world.db.read() as session:
        turns = Conversations(world.vault, world.clock).turns(session, ref.id)
    assert [turn.role for turn in turns] == ["caller", "assistant"], "the turn is kept"
    slow.hush(ref.id)  # nothing is being thought out: nothing happens
    assert (await slow.handle(Said(ref.id, "a cleaning tomorrow at 2 pm, Kim Poe"))).did


async def test_not_knowing_is_said_once(world: World) -> None:
    ref = await world.orchestrator.open("call", Party(phone=PHONE), key="call:1")
    heard: list = []
    outcome = await world.orchestrator.handle(Said(ref.id, "who won the football yesterday?"), heard.append)
    words = " ".join(effect.text for effect in heard if isinstance(effect, Say) and effect.kind != "cue")
    assert words == outcome.said and words.lower().count("know") + words.lower().count("not sure") <= 1
