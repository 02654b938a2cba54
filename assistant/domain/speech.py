"""The contract between a telephone line, the speech of a call, and the engines behind it.

Audio on the line is G.711 mu-law, 8 kHz, 160 bytes a frame (20 ms). Audio for engines is 16-bit little-endian mono PCM.
A `SpeechSession` is fed frames and told what to say; it answers with the events below through one callback, and sends through a `Line`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, Protocol

from assistant.domain.conversation import Expectation
from assistant.domain.timeline import Timeline

FRAME_MS = 20
FRAME_BYTES = 160
LINE_RATE = 8_000
ENGINE_RATE = 16_000

SpeechKind = Literal["reply", "cue", "greeting"]


class Line(Protocol):
    """The way out to the caller's ear. Calls must return at once and keep their order (a queue and a writer task behind it)."""

    def send_audio(self, audio: bytes) -> None:
        """Mu-law audio, a multiple of 160 bytes, to be played after what was sent before."""

    def send_mark(self, name: str) -> None:
        """Ask for `name` back (`SpeechSession.mark_played`) once all audio sent so far has been played."""

    def send_clear(self) -> None:
        """Drop everything that was sent and not yet played."""


# ---- what a session tells its owner ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to speak (while we were silent)."""


@dataclass(frozen=True, slots=True)
class Speculation:
    """What has been understood so far while the caller pauses; may be thrown away. For warming caches only, never for acting."""

    utterance_id: str
    text: str


@dataclass(frozen=True, slots=True)
class UtteranceReady:
    """The caller finished a turn.

    `text` is the whole turn. When the caller went on after a turn that had been called finished (`Retracted`), `continues` is that
    turn's id, `text` is both joined, and `tail` only what is new: hand over `text` if the first part was never acted on, else `tail`.
    """

    utterance_id: str
    text: str
    heard: str
    confidence: float
    timeline: Timeline = field(compare=False)
    tail: str = ""
    continues: str | None = None
    speech_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Retracted:
    """The caller went on before any of our answer could be heard: drop that answer; a joined `UtteranceReady` follows."""

    utterance_id: str


@dataclass(frozen=True, slots=True)
class SpeechUnclear:
    """There was speech, but no words could be made of it."""

    utterance_id: str
    timeline: Timeline = field(compare=False)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The caller took the floor while we spoke; playback is already silent. `heard_text` is what reached the ear of that turn."""

    turn_id: str
    heard_text: str


@dataclass(frozen=True, slots=True)
class Played:
    """Everything said under `turn_id` has been heard to its end."""

    turn_id: str
    heard_text: str


@dataclass(frozen=True, slots=True)
class FirstAudio:
    """The first words of an answer are on their way; the timeline of the turn they answer is now stamped up to `first_audio_sent`."""

    turn_id: str
    utterance_id: str | None


@dataclass(frozen=True, slots=True)
class LongQuiet:
    """Nobody has said anything for a while; `times` counts how often in a row."""

    times: int


SpeechEvent = (
    SpeechStarted | Speculation | UtteranceReady | Retracted | SpeechUnclear | Interrupted | Played | FirstAudio | LongQuiet
)  # fmt: skip


class SpeechSession(Protocol):
    """One call's ears and mouth. All methods belong to the event loop; none of them blocks."""

    def feed(self, frame: bytes) -> None:
        """Take the next caller audio (20 ms). Raises `TooMany` when a client floods. Costs well under a millisecond."""

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
        """Queue words to be said after those queued before; returns once queued.

        `answers` names the utterance replied to: False, and nothing is said, when that one has been retracted meanwhile.
        A reply that comes in pieces is spoken with `final=False` until its last piece (which may be empty).
        """

    def stop_speaking(self) -> str:
        """Fall silent at once and forget what was queued; what was heard of the running turn."""

    def expect(self, expectation: Expectation) -> None:
        """What the dialogue now waits for; decides how patient to be."""

    def mark_played(self, name: str) -> None:
        """A mark came back from the line."""

    def keyed(self, digit: str) -> None:
        """A key was pressed: our speech stops (a key is an answer), silence counts anew."""

    async def close(self) -> None:
        """Stop everything. Idempotent."""


# ---- engines --------------------------------------------------------------------------------------------------------------------


class Priority(IntEnum):
    """Who goes first at a shared engine."""

    FINAL = 0
    SPECULATIVE = 1
    BACKGROUND = 2


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an engine heard. `confidence` is 0..1; `reason` says why speech was judged to hold no words."""

    text: str
    confidence: float = 1.0
    no_speech: float = 0.0
    took_ms: float = 0.0
    engine: str = ""
    thorough: bool = True
    reason: str = ""


class Transcriber(Protocol):
    """Speech to text, shared by all calls."""

    async def transcribe(
        self, pcm: bytes, *, hotwords: tuple[str, ...] = (), priority: Priority = Priority.FINAL, fast: bool = False, prompt: str = ""
    ) -> Transcript:
        """The words in 16 kHz PCM of at most 30 s. `fast` allows a cheaper pass. Cancelling drops work that has not begun."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def health(self) -> dict[str, object]: ...


@dataclass(frozen=True, slots=True)
class Rendering:
    """Synthesised speech: PCM at the engine's own rate."""

    pcm: bytes
    rate: int
    took_ms: float = 0.0


class Synthesiser(Protocol):
    """Text to speech. Text has been normalised for speech before."""

    @property
    def name(self) -> str: ...

    async def synthesise(self, text: str) -> Rendering: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def health(self) -> dict[str, object]: ...


class EndOfTurnModel(Protocol):
    """How finished a turn sounds, from its audio."""

    async def probability(self, pcm: bytes) -> float | None:
        """0..1 for the last seconds of 16 kHz PCM, or None when no model is there."""


class VoiceDetector(Protocol):
    """Per call: probability of speech for each 32 ms (512 samples, float32 bytes at 16 kHz), in order."""

    def __call__(self, samples: bytes) -> float: ...

    def reset(self) -> None: ...
