"""A call with scripted ears: loud frames are speech, transcripts come from a list, and time is the frames'."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from assistant.domain.clock import ManualClock
from assistant.domain.conversation import Expectation
from assistant.domain.speech import SpeechEvent, Transcript, UtteranceReady
from assistant.engines.stt.scripted import ScriptedTranscriber
from assistant.engines.tts.scripted import ScriptedSynthesiser
from assistant.telephony.audio import mulaw
from speech_pipeline import CallSpeech, SpeechPipeline

SILENT = b"\xff" * 160


class LoudIsSpeech:
    """A detector for scripted frames: what is loud is voice."""

    def __call__(self, samples: bytes) -> float:
        return 0.95 if float(np.abs(np.frombuffer(samples, dtype=np.float32)).mean()) > 0.02 else 0.01

    def reset(self) -> None:
        return None


@dataclass
class Sounding:
    """Smart Turn with a script."""

    value: float | None = 0.9

    async def probability(self, pcm: bytes) -> float | None:
        return self.value


class Ear:
    """The far end: plays what is sent at its speed, returns marks, forgets on clear."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.session: CallSpeech | None = None
        self.ends_at = 0.0
        self.heard: list[tuple[float, float]] = []
        self.marks: list[tuple[float, str]] = []
        self.clears: list[float] = []
        self.returns_marks = True

    def send_audio(self, audio: bytes) -> None:
        assert audio
        assert len(audio) % 160 == 0
        begin = max(self.clock.monotonic(), self.ends_at)
        self.ends_at = begin + len(audio) / 8000
        self.heard.append((begin, self.ends_at))

    def send_mark(self, name: str) -> None:
        self.marks.append((self.ends_at, name))

    def send_clear(self) -> None:
        now = self.clock.monotonic()
        self.clears.append(now)
        self.heard = [(begin, min(end, now)) for begin, end in self.heard if begin < now]
        self.marks = [(now, name) for _, name in self.marks]
        self.ends_at = now

    def tick(self) -> None:
        now = self.clock.monotonic()
        due = [name for at, name in self.marks if at <= now]
        self.marks = [(at, name) for at, name in self.marks if at > now]
        if self.session is not None and self.returns_marks:
            for name in due:
                self.session.mark_played(name)

    def silent_since(self, at: float) -> float:
        return max((end for _, end in self.heard), default=0.0) - at


@dataclass
class Call:
    """Drive a session in media time and read what it says."""

    clock: ManualClock
    ear: Ear
    stt: ScriptedTranscriber
    sounding: Sounding
    events: list[tuple[float, SpeechEvent]] = field(default_factory=list)
    session: Any = None
    reply: str | None = None
    seed: int = 0

    async def frames(self, milliseconds: float, peak: float) -> None:
        random = np.random.default_rng(self.seed)
        for _ in range(int(milliseconds // 20)):
            frame = mulaw.encode(random.normal(0, peak, 160).clip(-32000, 32000).astype(np.int16)) if peak else SILENT
            await self.clock.advance(0.02)
            self.ear.tick()
            self.session.feed(frame)
            for _ in range(8):
                await asyncio.sleep(0)

    async def talk(self, milliseconds: float, peak: float = 4000.0) -> None:
        await self.frames(milliseconds, peak)

    async def quiet(self, milliseconds: float) -> None:
        await self.frames(milliseconds, 15.0)

    def expect(self, what: str, **more: Any) -> None:
        self.session.expect(Expectation(what, **more))  # type: ignore[arg-type]

    def of(self, kind: type) -> list[Any]:
        return [event for _, event in self.events if isinstance(event, kind)]

    def when(self, kind: type) -> float:
        return next(at for at, event in self.events if isinstance(event, kind))

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.of(UtteranceReady)]


MakeCall = Callable[..., Call]


@pytest.fixture
async def make_call() -> Any:
    opened: list[CallSpeech] = []

    def make(
        answers: Sequence[str | Transcript] = ("Do you have parking?",),
        *,
        reply: str | None = None,
        sounds: float | None = 0.9,
        delay: float = 0.1,
        **kwargs: Any,
    ) -> Call:
        clock = ManualClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        stt = ScriptedTranscriber(answers, clock=clock, delay=delay)
        sounding = Sounding(sounds)
        synthesiser = kwargs.pop("synthesiser", None) or ScriptedSynthesiser(clock=clock, delay=0.02)
        pipeline = SpeechPipeline(
            transcriber=stt, synthesiser=synthesiser, detector=LoudIsSpeech, end_of_turn=sounding, clock=clock, **kwargs
        )
        ear = Ear(clock)
        call = Call(clock, ear, stt, sounding, reply=reply)

        def on_event(event: SpeechEvent) -> None:
            call.events.append((clock.monotonic(), event))
            if isinstance(event, UtteranceReady) and call.reply is not None:
                asyncio.get_running_loop().create_task(
                    call.session.speak(call.reply, turn_id=f"a{len(call.events)}", answers=event.utterance_id)
                )

        call.session = ear.session = pipeline.session(ear, on_event)
        opened.append(call.session)
        return call

    yield make
    for session in opened:
        await session.close()
