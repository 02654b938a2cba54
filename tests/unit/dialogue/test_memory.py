"""What is remembered of people: on a yes, told on proof, gone when asked or with the person; and what a conversation keeps of itself."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.dialogue import codec
from assistant.dialogue.codes import LIFE, TextedCodes
from assistant.dialogue.recollection import Recollection
from assistant.dialogue.remembering import Remembering
from assistant.dialogue.state import HISTORY, DialogueState
from assistant.domain.conversation import Party
from assistant.domain.errors import NotAllowed
from assistant.domain.events import Ended, Said
from assistant.domain.llm import ModeName
from assistant.domain.ports import Answer
from assistant.engines.llm import ScriptedModel
from assistant.storage.access import ConsentLedger
from assistant.storage.conversations import Conversations
from assistant.storage.knowledge import FactStore
from orchestrator import ConversationRules, Orchestrator
from tests.support.scenarios import World

PHONE = "+12025550142"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path, {"business": "dental"})
    yield world
    world.db.close()


class Noted:
    """Answers nothing, and remembers how it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict] = []

    async def answer(self, question: str, **how: object) -> Answer:
        self.asked.append({"question": question, **how})
        return Answer("We have free parking. It is behind the house.", True)


def orchestrator(world: World, *, answers: object = None, mode: ModeName = "balanced", model: ScriptedModel | None = None) -> Orchestrator:
    return Orchestrator(
        world.db, world.vault, world.contacts, world.orchestrator._understander, world.calendar, answers, world.tasks, world.texts,  # type: ignore[arg-type]
        world.messages, None, None, world.sink, profile=lambda: world.profile, clock=world.clock, rules=ConversationRules(answers=mode),
        model=model,
    )  # fmt: skip


async def say(world: World, *texts: str, key: str = "sms:one", channel: str = "sms", host: Orchestrator | None = None) -> list[str]:
    host = host or world.orchestrator
    ref = await host.open(channel, Party(phone=PHONE), key=key)  # type: ignore[arg-type]
    return [(await host.handle(Said(ref.id, _code(world) if text == "CODE" else text))).said for text in texts]


def _code(world: World) -> str:
    return re.findall(r"\b\d{6}\b", world.texts.bodies[-1])[-1]


def facts(world: World) -> list[str]:
    return [fact.text for fact in FactStore(world.db, world.vault, world.clock).of(world.contact(PHONE, None))]


def summary(world: World, key: str, *, closed: bool = False) -> tuple[str | None, DialogueState]:
    from assistant.storage.tables import Conversation

    with world.db.read() as session:
        row = session.query(Conversation).order_by(Conversation.started_at.desc()).first()
        assert row is not None and (row.ended_at is not None) == closed
        stored = Conversations(world.vault, world.clock).get(session, row.id)
        assert stored is not None
        return world.vault.open(session, row.contact_id, "summary", row.summary_sealed), codec.load(DialogueState, stored.state)


# -- facts on consent -----------------------------------------------------------------------------------------------------------------


async def test_a_yes_is_kept_with_what_it_was_said_to(world: World) -> None:
    await say(world, "remember that I prefer mornings", "yes please")
    assert facts(world) == ["I prefer mornings"]
    with world.db.read() as session:
        ledger = ConsentLedger(world.vault, world.clock)
        contact = world.contact(PHONE, None)
        assert ledger.granted(session, contact, "memory")
        (entry,) = ledger.list(session, contact_id=contact)
    assert entry.evidence == "Shall I remember that you prefer mornings? yes please"


async def test_forgetting_everything_takes_the_consent_along(world: World) -> None:
    await say(world, "remember that I prefer mornings", "yes")
    await world.clock.advance(60)
    await say(world, "forget everything I asked you to remember", "CODE", "yes")
    assert facts(world) == []
    with world.db.read() as session:
        assert not ConsentLedger(world.vault, world.clock).granted(session, world.contact(PHONE, None), "memory")


async def test_what_is_remembered_goes_with_the_person(world: World) -> None:
    await say(world, "remember that I prefer mornings", "yes")
    contact = world.contact(PHONE, None)
    with world.db.write() as session:
        assert world.contacts.erase(session, contact)
    assert FactStore(world.db, world.vault, world.clock).of(contact) == []
    assert facts(world) == [], "whoever has the number next starts anew"


async def test_nothing_is_told_or_forgotten_without_proof(world: World) -> None:
    memory = Remembering(world.db, world.vault, world.clock)
    contact = world.contact(PHONE, None)
    await memory.remember(contact, "I prefer mornings", asked="Shall I?", answered="yes", source="sms")
    with pytest.raises(NotAllowed):
        await memory.of(contact, proven=False)
    answers = Noted()
    host = orchestrator(world, answers=answers)
    await say(world, "do you have parking?", host=host)
    assert answers.asked[-1]["about"] == ()
    await say(world, "what do you know about me", "CODE", "do you have parking?", host=host)
    assert answers.asked[-1]["about"] == ("you prefer mornings",)


async def test_proof_is_for_one_conversation(world: World) -> None:
    await say(world, "remember that I prefer mornings", "yes", "what do you know about me", "CODE")
    (told,) = await say(world, "what do you know about me", key="call:2", channel="call")
    assert "mornings" not in told and "code" in told.lower()


# -- codes ----------------------------------------------------------------------------------------------------------------------------


async def test_a_code_works_once_asked_for_here_and_not_for_ever(world: World) -> None:
    codes = TextedCodes(world.db, world.vault, world.contacts, world.clock, world.texts)
    contact, now = world.contact(PHONE, None), world.clock.now()
    assert await codes.send(contact_id=contact, conversation_id="cnv_1", nonce="3") == "sent"
    code = _code(world)

    async def check(conversation: str, nonce: str) -> str:
        return await codes.check(code, contact_id=contact, conversation_id=conversation, nonce=nonce, sent_at=now)

    assert await check("cnv_2", "3") == "wrong"
    assert await check("cnv_1", "4") == "wrong"
    assert await check("cnv_1", "3") == "ok"
    await world.clock.advance((LIFE + timedelta(seconds=1)).total_seconds())
    assert await check("cnv_1", "3") == "expired"


async def test_guesses_lock_it_over_all_conversations(world: World) -> None:
    codes = TextedCodes(world.db, world.vault, world.contacts, world.clock, world.texts)
    contact, now = world.contact(PHONE, None), world.clock.now()
    await codes.send(contact_id=contact, conversation_id="cnv_0", nonce="1")
    right = _code(world)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    said = [
        await codes.check(wrong, contact_id=contact, conversation_id="cnv_0", nonce="1", sent_at=now) for _ in range(5)
    ]  # fmt: skip
    assert said == ["wrong"] * 4 + ["locked"]
    assert await codes.check(right, contact_id=contact, conversation_id="cnv_0", nonce="1", sent_at=now) == "locked"
    assert await codes.send(contact_id=contact, conversation_id="cnv_9", nonce="1") == "locked"


async def test_nobody_can_have_codes_sent_to_a_number_all_day(world: World) -> None:
    codes = TextedCodes(world.db, world.vault, world.contacts, world.clock, world.texts)
    contact = world.contact(PHONE, None)
    sent = [await codes.send(contact_id=contact, conversation_id=f"cnv_{n}", nonce="1") for n in range(8)]
    assert sent == ["sent"] * 5 + ["locked"] * 3
    assert len(world.texts.bodies) == 5


async def test_without_a_way_to_text_it_is_said(world: World) -> None:
    codes = TextedCodes(world.db, world.vault, world.contacts, world.clock, None)
    assert await codes.send(contact_id=world.contact(PHONE, None), conversation_id="cnv_1", nonce="1") == "unreachable"


# -- how answers are asked for --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "channel", "mode"),
    [("balanced", "sms", "balanced"), ("balanced", "call", "fast"), ("detailed", "call", "balanced"), ("fast", "web", "fast")],
)
async def test_the_setting_counts_and_a_call_is_a_step_shorter(world: World, setting: ModeName, channel: str, mode: str) -> None:
    answers = Noted()
    host = orchestrator(world, answers=answers, mode=setting)
    await say(world, "do you have parking?", "can you explain that in more detail?", channel=channel, key="k", host=host)
    first, second = answers.asked
    assert (first["mode"], first["channel"]) == (mode, channel)
    assert (second["mode"], second["question"]) == ("detailed", first["question"])


async def test_more_detail_says_only_what_is_new(world: World) -> None:
    class Longer(Noted):
        async def answer(self, question: str, *, mode: str = "", **how: object) -> Answer:
            return Answer("We have free parking." + (" It is behind the house." if mode == "detailed" else ""), True)

    host = orchestrator(world, answers=Longer())
    first, second, third = await say(world, "do you have parking?", "tell me more", "tell me more about that", host=host)
    assert "free parking" in first and "free parking" not in second and "behind the house" in second
    assert "behind the house" not in third


# -- what a conversation keeps of itself ----------------------------------------------------------------------------------------------


async def test_what_came_of_it_is_told_in_the_list(world: World) -> None:
    await say(world, "A cleaning tomorrow at 2 pm, Kim Poe", key="web:1", channel="web")
    open_, _ = summary(world, "web:1")
    await say(world, "yes", "do you have parking?", key="web:1", channel="web")
    done, _ = summary(world, "web:1")
    assert open_ == "Wanted Cleaning on Tue Dec 2, 2:00 pm, not booked."
    assert done == "Booked Cleaning on Tue Dec 2, 2:00 pm; asked about parking."


async def test_a_long_talk_stays_within_its_budget_and_the_beginning_is_summed_up() -> None:
    recollection = Recollection()
    state = DialogueState("cnv", "web")
    for number in range(60):
        state = await recollection.fold(
            state.but(history=(*state.history, ("caller", f"My knee number {number} hurts."), ("assistant", "I see.")))
        )
        assert len(state.history) < HISTORY
    assert state.summarized + len(state.history) == 120
    assert "knee number" in state.summary and len(state.summary) < 1000


async def until(world: World, pattern: str) -> str:
    for _ in range(200):
        told, _ = summary(world, "web:1", closed=True)
        if told is not None and re.search(pattern, told):
            return told
        await asyncio.sleep(0.01)
    raise AssertionError(f"the summary is {told}")


TALK: Sequence[str] = ("do you have parking?", "A cleaning tomorrow at 2 pm, Kim Poe", "yes", "my knee hurts on the left side")


async def test_a_model_adds_to_a_longer_talk_and_cannot_invent(world: World) -> None:
    from assistant.domain.llm import EngineState

    class Model(ScriptedModel):
        async def state(self) -> EngineState:
            return EngineState("scripted", True, "")

    host = orchestrator(
        world, model=Model(["The caller said the knee hurts on the left side. The caller paid 900 dollars to Doctor Brown."])
    )
    await say(world, *TALK, key="web:1", channel="web", host=host)
    ref = await host.open("web", Party(phone=PHONE), key="web:1")
    await host.handle(Ended(ref.id, "caller"))
    told = await until(world, "knee")
    assert (
        told.startswith("Booked Cleaning on Tue Dec 2, 2:00 pm")
        or "Booked Cleaning on Tue Dec 2, 2:00 pm" in told
        or "booked Cleaning" in told
    )
    assert "900" not in told and "Brown" not in told
    await host.aclose()


async def test_a_summary_gives_way_to_the_next_caller(world: World) -> None:
    from assistant.domain.llm import EngineState

    begun, gone = asyncio.Event(), asyncio.Event()

    class Endless(ScriptedModel):
        async def state(self) -> EngineState:
            return EngineState("scripted", True, "")

        async def generate(self, *_: object, **__: object):  # type: ignore[no-untyped-def, override]
            begun.set()
            try:
                await asyncio.Event().wait()
                yield ""
            finally:
                gone.set()

    host = orchestrator(world, model=Endless())
    await say(world, *TALK, key="web:1", channel="web", host=host)
    ref = await host.open("web", Party(phone=PHONE), key="web:1")
    await host.handle(Ended(ref.id, "caller"))
    await asyncio.wait_for(begun.wait(), 5)
    await say(world, "hello", key="web:2", channel="web", host=host)
    await asyncio.wait_for(gone.wait(), 5)
    await host.aclose()
