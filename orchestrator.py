"""The conversation, run: loads the state, steps the state machine, carries out what it needs, saves state and turns together."""

from __future__ import annotations

import asyncio
import re
import weakref
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from assistant.dialogue import codec
from assistant.dialogue.codes import TextedCodes
from assistant.dialogue.executor import Executor, Ports
from assistant.dialogue.machine import Done, Stepper
from assistant.dialogue.reading import Reading, read
from assistant.dialogue.recollection import Recollection
from assistant.dialogue.remembering import Remembering
from assistant.dialogue.state import DialogueState, Frame, Person, Phase
from assistant.dialogue.summary import summary_of
from assistant.dialogue.turn import Context
from assistant.domain.appointments import Calendar
from assistant.domain.clock import Clock
from assistant.domain.conversation import Channel, ConversationRef, Expectation, Party
from assistant.domain.effects import Effect, Expect, HangUp, Outcome, Say, Transfer, Voicemail
from assistant.domain.errors import Conflict, NotFound
from assistant.domain.events import Ended, Event, Heard, Keyed, PictureArrived, Quiet, Said, Started, Transferred, Unclear
from assistant.domain.ids import new_id
from assistant.domain.language import Understanding, UnderstandingContext
from assistant.domain.llm import LanguageModel, ModeName
from assistant.domain.ports import (
    Answerer,
    EffectSink,
    EventSink,
    MessageBook,
    Messenger,
    OwnerGate,
    PictureReader,
    ProfileSource,
    TaskList,
    Understander,
)  # fmt: skip
from assistant.language.mishearings import repaired
from assistant.storage.contacts import Contacts
from assistant.storage.conversations import Conversations, NewTurn, StoredConversation
from assistant.storage.database import Database
from assistant.storage.vault import Vault

_EFFECTS = {kind.__name__: kind for kind in (Say, Expect, Transfer, Voicemail, HangUp)}
ATTEMPTS = 3
_BLANKS = re.compile(r"\s{2,}")


@dataclass(frozen=True, slots=True)
class ConversationRules:
    """How long a text or chat session lives without a word, how long a request that was cut off is offered again, and how answers are."""

    idle: timedelta = timedelta(minutes=30)
    resume: timedelta = timedelta(hours=24)
    redial: timedelta = timedelta(minutes=30)
    #: how long answers are by text; on a call they are short until more is asked for
    answers: ModeName = "balanced"


@dataclass(frozen=True, slots=True)
class _Loaded:
    stored: StoredConversation
    state: DialogueState
    known_name: str | None


class Orchestrator:
    """Implements `ConversationHost`. Ports that are None are things the assistant says honestly that it cannot do.

    `open` finds or starts a conversation; `handle` takes its events one after another. Two processes may serve one conversation: the
    version of its row decides, and the loser steps again from what the winner saved.
    """

    def __init__(
        self,
        db: Database,
        vault: Vault,
        contacts: Contacts,
        understander: Understander,
        calendar: Calendar,
        answers: Answerer | None = None,
        tasks: TaskList | None = None,
        messenger: Messenger | None = None,
        messages: MessageBook | None = None,
        pictures: PictureReader | None = None,
        owner_gate: OwnerGate | None = None,
        events: EventSink | None = None,
        *,
        profile: ProfileSource,
        clock: Clock,
        rules: ConversationRules | None = None,
        model: LanguageModel | None = None,
    ) -> None:
        self._db = db
        self._contacts = contacts
        self._store = Conversations(vault, clock)
        self._understander = understander
        self._events = events
        self._profile = profile
        self._clock = clock
        self._rules = rules or ConversationRules()
        self._texts = messenger is not None
        self._ports = Ports(
            db, contacts, calendar, answers, tasks, messenger, messages, pictures, owner_gate, clock,
            memory=Remembering(db, vault, clock), codes=TextedCodes(db, vault, contacts, clock, messenger), mode=self._rules.answers,
        )  # fmt: skip
        self._recollection = Recollection(model)
        self._summing: set[asyncio.Task[None]] = set()
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._hushed: dict[str, asyncio.Event] = {}  # of the event that each conversation is handling

    # -- opening -----------------------------------------------------------------------------------------------------------------

    async def open(self, channel: Channel, party: Party, *, key: str) -> ConversationRef:
        """The live conversation of this key (a session, a sender, a call), or a new one."""
        async with self._lock(f"open:{key}"):
            live = await self._db.run(self._live, channel, party, key)
            if live is not None:
                return live
            ref, left = await self._db.run(self._open, channel, party, key)
        if left is not None:
            await self._ports.calendar.release(left)  # what the cut-off conversation held is held anew by this one
        return ref

    def _live(self, channel: Channel, party: Party, key: str) -> ConversationRef | None:
        """The running conversation, without a write: what almost every text finds."""
        with self._db.read() as session:
            stored = self._store.live(session, key, since=self._clock.now() - self._rules.idle)
        return (
            None
            if stored is None
            else ConversationRef(stored.id, channel, replace(party, contact_id=stored.contact_id or party.contact_id))
        )

    def _open(self, channel: Channel, party: Party, key: str) -> tuple[ConversationRef, str | None]:
        now = self._clock.now()
        with self._db.write() as session:
            if party.contact_id is None and party.phone is not None:
                party = replace(party, contact_id=self._contacts.for_phone(session, party.phone).id)
            live = self._store.live(session, key, since=now - self._rules.idle)
            if live is not None:
                return ConversationRef(live.id, channel, party, resumed=False), None
            conversation_id = new_id("cnv", now)
            left = self._left_open(session, channel, party, key)
            state = DialogueState(conversation_id, channel, Person(party.contact_id, party.phone, party.role, party.proven, party.name))
            if left is not None:
                frames = tuple(_again(frame) for frame in left.frames)
                phase = Phase.CONFIRMING if frames[-1].waiting == "yes_no" else Phase.COLLECTING
                state = state.but(frames=frames, phase=phase, resumed=True, expecting=left.expecting, last_reply=left.last_reply)
                self._store.close(session, left.conversation, "resumed")
            self._store.add(
                session, key=key, channel=channel, role=party.role, contact_id=party.contact_id, conversation_id=conversation_id,
                state=codec.dump(state),
            )  # fmt: skip
        self._publish("conversation.started", conversation_id, {"channel": channel, "role": party.role, "resumed": left is not None})
        return ConversationRef(conversation_id, channel, party, resumed=left is not None), left.conversation if left else None

    def _left_open(self, session: Session, channel: Channel, party: Party, key: str) -> DialogueState | None:
        """An open booking of this person that was cut off or went to sleep."""
        now = self._clock.now()
        found: list[StoredConversation] = []
        latest = self._store.of_key(session, key, since=now - self._rules.resume)
        if latest is not None:
            found.append(latest)
        if party.contact_id is not None:
            found += self._store.unfinished(session, party.contact_id, since=now - self._rules.resume)
        for stored in sorted(found, key=lambda item: item.last_at, reverse=True):
            if stored.state is None or stored.end_reason in ("resumed", "caller", "assistant", "transferred"):
                return None
            if (
                stored.ended_at is None
                and now - stored.last_at < self._rules.idle
                and stored.channel != "call"
                and stored.id != (latest.id if latest else "")
            ):
                return None  # still going on elsewhere
            if channel == "call" and now - stored.last_at > self._rules.redial:
                return None
            state = codec.load(DialogueState, stored.state)
            frame = state.frame
            if frame is not None and frame.skill == "booking" and (frame.chosen or frame.service or not frame.wish.empty):
                return state
            return None
        return None

    # -- handling ----------------------------------------------------------------------------------------------------------------

    async def handle(self, event: Event, sink: EffectSink | None = None) -> Outcome:
        """One event, in order per conversation; idempotent on a `Said`'s message id."""
        async with self._lock(event.conversation):
            if isinstance(event, Heard):
                return await self._heard(event)
            event = _as_meant(event)
            self._give_way()
            self._hushed[event.conversation] = asyncio.Event()
            try:
                return await self._until_saved(event, sink)
            finally:
                del self._hushed[event.conversation]

    def hush(self, conversation: str) -> None:
        """The person has taken the floor: what is only being thought out for them is dropped."""
        if conversation in self._hushed:
            self._hushed[conversation].set()

    async def _until_saved(self, event: Event, sink: EffectSink | None) -> Outcome:
        for attempt in range(ATTEMPTS):
            try:
                return await self._handle(event, sink)
            except Conflict as conflict:
                if conflict.reason != "conversation_moved_on" or attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    async def _handle(self, event: Event, sink: EffectSink | None) -> Outcome:
        before = self._clock.monotonic()
        message_id = event.message_id if isinstance(event, Said) else None
        loaded, earlier = await self._db.run(self._load, event.conversation, message_id)
        if earlier is not None:
            for effect in earlier.effects:
                if sink is not None:
                    sink(effect)
            return earlier
        reading = await asyncio.to_thread(self._read, loaded.state, event) if isinstance(event, Said) else None
        heard, parts, more = (reading.heard, reading.parts, reading.more) if reading is not None else (None, (), None)
        understood = self._clock.monotonic()
        context = Context(self._clock.now(), self._profile(), self._texts, parts, loaded.known_name, more)
        done = await self._drive(loaded, event, context, heard, sink)
        stages = {"understanding": _ms(before, understood), "dialogue": _ms(understood, self._clock.monotonic())}
        return await self._finish(loaded, event, heard, done, stages, context)

    def _read(self, state: DialogueState, event: Said) -> Reading:
        profile, now = self._profile(), self._clock.now()

        def understand(text: str, context: UnderstandingContext) -> Understanding:
            return self._understander.understand(text, now=now, timezone=profile.timezone, context=context)

        return read(state, event.text, profile.services, understand)

    async def _drive(self, loaded: _Loaded, event: Event, context: Context, heard: Understanding | None, sink: EffectSink | None) -> Done:
        """Step, carry out, step again, until nothing more is needed; words reach the channel as early as they can."""
        stepper = Stepper(loaded.state, event, context, heard)
        executor = Executor(self._ports, loaded.state, sink, self._hushed[event.conversation])
        outcome = stepper.advance()
        while not isinstance(outcome, Done):
            outcome = stepper.advance(await executor.run(outcome.command, outcome.said))
        executor.emit_rest(outcome.effects)
        return outcome

    async def _finish(
        self, loaded: _Loaded, event: Event, heard: Understanding | None, done: Done, stages: dict[str, float], context: Context
    ) -> Outcome:
        done = replace(done, state=await self._recollection.fold(done.state))
        ended = self._end_reason(event, done)
        turns = _turns(event, heard, done, stages)
        told = summary_of(done.state, context)
        saved = await self._db.run(self._save, loaded.stored, done.state, turns, ended, told)
        if ended is not None and loaded.stored.ended_at is None:
            self._sum_up(loaded.stored.id, told)
        ids = dict(zip((turn.role for turn in turns), saved, strict=True))
        outcome = Outcome(
            effects=done.effects, state=done.state.phase.value, intent=heard.intent if heard else None,
            confidence=heard.confidence if heard else None, slots=_plain(heard.slots) if heard else {}, did=done.did,
            turn_id=ids.get("assistant"), caller_turn_id=ids.get("caller"), ended=done.state.phase is Phase.CLOSED, stages=stages,
        )  # fmt: skip
        self._tell(loaded.state, event, done, outcome)
        return outcome

    def _end_reason(self, event: Event, done: Done) -> str | None:
        if isinstance(event, Ended):
            return event.reason
        if done.state.phase is Phase.CLOSED and done.state.channel != "call":
            return "assistant"
        return None

    # -- the store ---------------------------------------------------------------------------------------------------------------

    def _load(self, conversation_id: str, message_id: str | None) -> tuple[_Loaded, Outcome | None]:
        with self._db.read() as session:
            stored = self._store.get(session, conversation_id)
            if stored is None or stored.state is None:
                raise NotFound("no such conversation")
            state = codec.load(DialogueState, stored.state)
            known = self._contacts.get(session, stored.contact_id) if stored.contact_id else None
            loaded = _Loaded(stored, state, known.name if known else None)
            if message_id is None:
                return loaded, None
            answered = self._store.answered(session, message_id)
            if answered is None:
                return loaded, None
            caller, reply = answered
            return loaded, _stored_outcome(state, caller, reply)

    def _save(
        self, before: StoredConversation, state: DialogueState, turns: list[NewTurn], ended: str | None, summary: str | None
    ) -> list[str]:
        with self._db.write() as session:
            return self._store.save(session, before, state=codec.dump(state), turns=turns, ended=ended, summary=summary)

    async def _heard(self, event: Heard) -> Outcome:
        """Only what reached the ear enters the history."""

        def note() -> str:
            with self._db.write() as session:
                self._store.heard(session, event.turn_id, event.text)
                stored = self._store.get(session, event.conversation)
                return stored.phase if stored else ""

        phase = await self._db.run(note)
        self._publish("heard", event.conversation, {"turn": event.turn_id, "interrupted": event.interrupted})
        return Outcome((), phase)

    # -- afterwards --------------------------------------------------------------------------------------------------------------

    async def aclose(self) -> None:
        """Summaries being written are given up: what was done is in the stored one already."""
        self._give_way()
        await asyncio.gather(*self._summing, return_exceptions=True)

    def _give_way(self) -> None:
        """Somebody is talking to us: the model and the processor are theirs."""
        for task in self._summing:
            task.cancel()

    def _sum_up(self, conversation_id: str, told: str | None) -> None:
        if not self._recollection.writes:
            return
        task = asyncio.create_task(self._written_up(conversation_id, told))
        self._summing.add(task)
        task.add_done_callback(self._summing.discard)

    async def _written_up(self, conversation_id: str, told: str | None) -> None:
        """What was done stays in front; a model only adds what a longer conversation was about."""
        said = await self._db.run(self._said_in, conversation_id)
        written = await self._recollection.afterwards(said)
        if written is not None:
            await self._db.run(self._summarize, conversation_id, f"{told} {written}" if told else written)

    def _said_in(self, conversation_id: str) -> list[tuple[str, str]]:
        with self._db.read() as session:
            turns = self._store.turns(session, conversation_id)
        # of ours only what was heard
        return [(turn.role, (turn.text if turn.role != "assistant" or turn.heard is None else turn.heard) or "") for turn in turns]

    def _summarize(self, conversation_id: str, summary: str) -> None:
        with self._db.write() as session:
            self._store.summarize(session, conversation_id, summary)

    # -- telling -----------------------------------------------------------------------------------------------------------------

    def _tell(self, before: DialogueState, event: Event, done: Done, outcome: Outcome) -> None:
        if isinstance(event, Said | Keyed | Unclear | Started | Quiet | Transferred | PictureArrived):
            self._publish(
                "turn", before.conversation,
                {
                    "heard": event.text if isinstance(event, Said) else None, "intent": outcome.intent, "slots": outcome.slots,
                    "confidence": outcome.confidence, "did": list(outcome.did), "said": outcome.said, "stages": outcome.stages,
                    "rule": done.rule, "turn": outcome.turn_id, "timeline": dict(event.timeline) if isinstance(event, Said) else {},
                },
            )  # fmt: skip
        if done.state.phase is not before.phase:
            self._publish("state", before.conversation, {"from": before.phase.value, "to": done.state.phase.value})
        if outcome.ended and (isinstance(event, Ended) or done.state.channel != "call"):
            reason = event.reason if isinstance(event, Ended) else "assistant"
            self._publish("ended", before.conversation, {"reason": reason})

    def _publish(self, kind: str, conversation: str, data: Mapping[str, Any]) -> None:
        if self._events is not None:
            self._events.publish(kind, conversation, data)

    def _lock(self, name: str) -> asyncio.Lock:
        lock = self._locks.get(name)
        if lock is None:
            lock = self._locks[name] = asyncio.Lock()
        return lock


def _as_meant(event: Event) -> Event:
    """With slips of the ear put right; what was heard is kept beside it. A run of blanks, which patterns may be slow on, becomes one."""
    if not isinstance(event, Said):
        return event
    written = _BLANKS.sub(lambda run: "\n" * min(2, run.group().count("\n")) or " ", event.text)
    text = repaired(written)
    heard = event.heard if text == written else event.heard or written
    return event if text == event.text else replace(event, text=text, heard=heard)


def _again(frame: Frame) -> Frame:
    """A frame taken up in a new conversation: what was held for the old one has to be held again."""
    return frame.but(hold_id=None, read_back=frame.read_back)


def _turns(event: Event, heard: Understanding | None, done: Done, stages: Mapping[str, float]) -> list[NewTurn]:
    turns = []
    if isinstance(event, Said):
        turns.append(
            NewTurn(
                "caller", event.text, event.heard, event.message_id, heard.intent if heard else None, heard.confidence if heard else None,
                {"slots": _plain(heard.slots), "acts": sorted(heard.acts), "also": list(heard.also)} if heard else None,
                (), {**event.timeline, **stages},
            )
        )  # fmt: skip
    elif isinstance(event, Keyed):
        # Keys may be a PIN: that digits came is kept, not which.
        turns.append(NewTurn("caller", "[keys]"))
    said = " ".join(effect.text for effect in done.effects if isinstance(effect, Say) and effect.kind != "cue")
    visible = [effect for effect in done.effects if not isinstance(effect, Expect)]
    if visible or isinstance(event, Said):
        stored = [{"effect": type(effect).__name__, **asdict(effect)} for effect in done.effects]
        turns.append(
            NewTurn("assistant", said, did=done.did, slots={"effects": stored, "state": done.state.phase.value, "rule": done.rule})
        )  # fmt: skip
    return turns


def _stored_outcome(state: DialogueState, caller: Any, reply: Any) -> Outcome:
    stored = (reply.slots or {}) if reply is not None else {}
    effects = tuple(_effect(dict(item)) for item in stored.get("effects", ()))
    slots = (caller.slots or {}).get("slots", {})
    phase = str(stored.get("state", state.phase.value))
    return Outcome(
        effects, phase, caller.intent, caller.confidence, dict(slots), reply.did if reply is not None else (),
        reply.id if reply is not None else None, caller.id, phase == Phase.CLOSED.value,
    )  # fmt: skip


def _effect(data: dict[str, Any]) -> Effect:
    kind = _EFFECTS[data.pop("effect")]
    if kind is Expect:
        inner = data["expectation"]
        return Expect(Expectation(inner["what"], tuple(inner["options"]), inner["max_digits"]))
    effect: Effect = kind(**data)
    return effect


def _plain(slots: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, str | int | float | bool) or value is None else str(value) for key, value in slots.items()}


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 2)
