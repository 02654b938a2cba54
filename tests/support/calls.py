"""A scripted conversation and a scripted ear and mouth, for tests of what is between them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.domain.conversation import Channel, ConversationRef, Expectation, Party
from assistant.domain.effects import Effect, Outcome
from assistant.domain.events import Event, Said
from assistant.domain.ports import EffectSink
from assistant.domain.speech import Played, SpeechEvent, SpeechKind, UtteranceReady
from assistant.domain.timeline import Timeline

Answer = Callable[[Event], tuple[Effect, ...]]


class ScriptedHost:
    """A conversation that answers as told and remembers what it was given."""

    def __init__(self, answer: Answer = lambda event: ()) -> None:
        self.answer = answer
        self.events: list[Event] = []
        self.gate: asyncio.Event | None = None
        self.hushed = asyncio.Event()

    async def open(self, channel: Channel, party: Party, *, key: str) -> ConversationRef:
        return ConversationRef(f"conv-{key}", channel, party)

    async def handle(self, event: Event, sink: EffectSink | None = None) -> Outcome:
        self.events.append(event)
        dropped = False
        if self.gate is not None and isinstance(event, Said):  # only answers take their time
            waits = [asyncio.ensure_future(self.gate.wait()), asyncio.ensure_future(self.hushed.wait())]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            dropped = not waits[0].done()
            for wait in waits:
                wait.cancel()
            self.hushed.clear()
        effects = () if dropped else self.answer(event)
        for effect in effects:
            if sink is not None:
                sink(effect)
        return Outcome(
            effects, "talking", did=("dropped",) if dropped else (), turn_id=f"turn-{len(self.events)}", stages={"understanding": 3.0}
        )

    def hush(self, conversation: str) -> None:
        self.hushed.set()

    def of(self, kind: type) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@dataclass
class ScriptedSpeech:
    """Says everything at once when `flush` is called; the test plays the caller through `emit`."""

    emit: Callable[[SpeechEvent], None]
    spoken: list[tuple[str, str, SpeechKind]] = field(default_factory=list)
    pending: dict[str, list[str]] = field(default_factory=dict)
    expectation: Expectation = field(default_factory=Expectation)
    frames: int = 0
    keys: list[str] = field(default_factory=list)
    retracted: set[str] = field(default_factory=set)
    closed: bool = False

    def feed(self, frame: bytes) -> None:
        self.frames += 1

    async def speak(
        self,
        text: str,
        *,
        turn_id: str,
        answers: str | None = None,
        kind: SpeechKind = "reply",
        interruptible: bool = True,
        final: bool = True,
    ) -> bool:
        if answers in self.retracted:
            return False
        if text:
            self.spoken.append((turn_id, text, kind))
        self.pending.setdefault(turn_id, []).append(text)
        return True

    def stop_speaking(self) -> str:
        return ""

    def expect(self, expectation: Expectation) -> None:
        self.expectation = expectation

    def mark_played(self, name: str) -> None: ...

    def keyed(self, digit: str) -> None:
        self.keys.append(digit)

    async def close(self) -> None:
        self.closed = True

    # -- the test's side

    def flush(self) -> None:
        """Everything queued reaches the ear."""
        for turn, parts in list(self.pending.items()):
            self.emit(Played(turn, " ".join(part for part in parts if part)))
        self.pending.clear()

    def caller_says(self, text: str, utterance: str, *, tail: str = "", continues: str | None = None) -> None:
        self.emit(UtteranceReady(utterance, text, text, 1.0, Timeline(0.0), tail=tail, continues=continues))

    @property
    def words(self) -> list[str]:
        return [text for _, text, _ in self.spoken]


async def settle() -> None:
    """Let every task that can run do so."""
    for _ in range(25):
        await asyncio.sleep(0)
