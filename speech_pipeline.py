"""Caller audio -> finished utterances; reply text -> paced telephone audio.

One `SpeechPipeline` serves all calls: it owns the engines, the phrase cache and the models of turn-taking. Each call gets a
`CallSpeech` (a `SpeechSession` of `assistant.domain.speech`), which joins that call's ears (`assistant.turn.listener`) and mouth
(`assistant.turn.speaker`).
"""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import structlog

from assistant.domain.business import BusinessProfile
from assistant.domain.clock import Clock, SystemClock
from assistant.domain.conversation import Expectation
from assistant.domain.errors import AssistantError, ConfigurationError, InvalidInput, TooMany
from assistant.domain.speech import (
    ENGINE_RATE,
    FRAME_BYTES,
    LINE_RATE,
    EndOfTurnModel,
    Line,
    LongQuiet,
    Priority,
    SpeechEvent,
    SpeechKind,
    SpeechStarted,
    Synthesiser,
    Transcriber,
    Transcript,
    UtteranceReady,
    VoiceDetector,
)
from assistant.domain.timeline import Timeline
from assistant.engines.stt.vosk import FOLDER as VOSK_FOLDER
from assistant.engines.stt.vosk import NoTranscriber, VoskTranscriber
from assistant.engines.stt.whisper import WhisperTranscriber
from assistant.engines.tts.cache import PhraseCache
from assistant.engines.tts.chain import VoiceChain
from assistant.engines.tts.clauses import clauses, pause_after
from assistant.engines.tts.normalise import spoken
from assistant.engines.tts.process import WorkerSynthesiser
from assistant.telephony.audio import mulaw
from assistant.telephony.audio.files import decode_audio
from assistant.telephony.audio.level import dbfs, levelled, trimmed
from assistant.telephony.audio.resample import Resampler, resample
from assistant.turn.activity import Heard
from assistant.turn.again import heard_as_asked
from assistant.turn.echo import EchoReference
from assistant.turn.listener import Listener, ListenerRules
from assistant.turn.patience import Patience
from assistant.turn.silero import CHUNK_SAMPLES, SileroModel
from assistant.turn.smart_turn import NoModel, SmartTurn
from assistant.turn.speaker import Clause, Speaker

log = structlog.get_logger(__name__)

QUIET_MS = 7_000.0
_STUCK_MS = 20_000.0
_BURST_MS = 8_000.0
_MOST_FRAME_BYTES = LINE_RATE * 2
_KEPT_TIMELINES = 16


class SpeechSettings(Protocol):
    """What of the settings concerns speech (`config.Settings` has all of it)."""

    @property
    def models_dir(self) -> Path: ...
    @property
    def data_dir(self) -> Path: ...
    @property
    def stt_engine(self) -> str: ...
    @property
    def stt_model(self) -> str: ...
    @property
    def tts_engine(self) -> str: ...
    @property
    def tts_voice(self) -> str: ...


class SpeechPipeline:
    """The speech of all calls. Engines come by constructor; `from_settings` builds those that the settings ask for."""

    def __init__(
        self,
        *,
        transcriber: Transcriber,
        synthesiser: Synthesiser,
        detector: Callable[[], VoiceDetector],
        end_of_turn: EndOfTurnModel | None = None,
        clock: Clock | None = None,
        hotwords: Sequence[str] = (),
        prompts: Iterable[str] = (),
        cache: PhraseCache | None = None,
        rules: ListenerRules | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._transcriber, self._synthesiser, self._detector = transcriber, synthesiser, detector
        self._end_of_turn: EndOfTurnModel = end_of_turn or NoModel()
        self._clock = clock or SystemClock()
        self._hotwords, self._prompts = tuple(hotwords), tuple(prompts)
        self._cache = cache or PhraseCache(None)
        self._rules, self._patience = rules, patience
        self._sessions: set[CallSpeech] = set()
        self._count = itertools.count(1)
        self._ready = False
        self._problem = ""

    @classmethod
    def from_settings(
        cls, settings: SpeechSettings, profile: BusinessProfile, clock: Clock | None = None, prompts: Iterable[str] = ()
    ) -> SpeechPipeline:
        """The engines that the settings name; `prompts` are sentences said to everybody, rendered before the first call."""
        clock = clock or SystemClock()
        smart = settings.models_dir / "smart-turn"
        smart_path = next(iter(sorted(smart.glob("*.onnx"))), None) if smart.is_dir() else None
        return cls(
            transcriber=_transcriber(settings),
            synthesiser=VoiceChain(_voices(settings), clock),
            detector=SileroModel().detector,
            end_of_turn=SmartTurn(smart_path) if smart_path is not None else NoModel(),
            clock=clock,
            hotwords=hotwords_of(profile),
            prompts=[profile.greeting, *prompts] if profile.greeting else prompts,
            cache=PhraseCache(settings.data_dir / "phrases"),
        )

    async def start(self) -> None:
        """Load the engines and render the prompts. An engine that fails leaves the pipeline not ready, with the reason in `health`."""
        try:
            await asyncio.gather(self._transcriber.start(), self._synthesiser.start())
        except AssistantError as error:
            self._problem = error.detail
            log.warning("speech is not ready", reason=error.reason)
            return
        await self._end_of_turn.probability(bytes(ENGINE_RATE * 2))  # the first run of a model is slow, and not the caller's to wait for
        self._detector()(bytes(CHUNK_SAMPLES * 4))
        self._ready, self._problem = True, ""
        try:
            await self.prepare(self._prompts)
        except AssistantError as error:  # they are rendered when they are said, then
            log.warning("prompts are not prepared", reason=error.reason)

    async def stop(self) -> None:
        for session in list(self._sessions):
            await session.close()
        self._ready = False
        await self._synthesiser.stop()
        await self._transcriber.stop()
        if isinstance(self._end_of_turn, SmartTurn):
            self._end_of_turn.close()

    def health(self) -> dict[str, object]:
        return {
            "ready": self._ready,
            "problem": self._problem,
            "stt": self._transcriber.health(),
            "tts": self._synthesiser.health(),
            "end_of_turn": not isinstance(self._end_of_turn, NoModel),
            "calls": len(self._sessions),
        }

    def session(self, line: Line, on_event: Callable[[SpeechEvent], None]) -> CallSpeech:
        """The ears and the mouth of one call; events come on the loop, one after the other."""
        session = CallSpeech(self, line, on_event)
        self._sessions.add(session)
        return session

    # ---- speech out ---------------------------------------------------------------------------------------------------------

    async def prepare(self, texts: Iterable[str]) -> None:
        """Have sentences that are the same for every caller ready, from disk or rendered now."""
        for text in texts:
            for clause in split(text):
                words = spoken(clause.text)
                if words and await asyncio.to_thread(self._cache.load, self._synthesiser.name, words) is None:
                    await self.render_clause(clause.text, fixed=True)

    async def render(self, text: str) -> bytes:
        """Mu-law audio of a whole text."""
        audio = bytearray()
        for clause in split(text):
            audio += await self.render_clause(clause.text)
            audio += bytes([mulaw.SILENCE]) * (clause.pause_ms * 8)
        return bytes(audio)

    async def render_clause(self, text: str, *, fixed: bool = False) -> bytes:
        """Mu-law audio of one clause, trimmed and levelled; from memory when it was said before."""
        words = spoken(text)
        if not any(letter.isalnum() for letter in words):
            return b""
        voice = self._synthesiser.name
        audio = self._cache.get(voice, words)
        if audio is None:
            rendering = await self._synthesiser.synthesise(words)
            audio = _to_line(rendering.pcm, rendering.rate)  # about a millisecond for a clause, less than a thread costs to wake
            if fixed:
                await asyncio.to_thread(self._cache.put, voice, words, audio, fixed=True)
            else:
                self._cache.put(voice, words, audio)
        return audio

    # ---- speech in ----------------------------------------------------------------------------------------------------------

    async def transcribe(
        self, audio: bytes, *, max_seconds: float = 30 * 60, priority: Priority = Priority.BACKGROUND, asked: str = ""
    ) -> Transcript:
        """The words of a recording in any common format (voicemail, an upload, a turn; `asked` is what it should answer)."""
        pcm = await asyncio.to_thread(decode_audio, audio, ENGINE_RATE, max_seconds=max_seconds)
        step = ENGINE_RATE * 2 * 25
        found = [
            await self._transcriber.transcribe(pcm[start : start + step], hotwords=self._hotwords, priority=priority)
            for start in range(0, len(pcm), step)
        ]
        if len(found) == 1:
            found = [await heard_as_asked(self._transcriber, pcm, found[0], asked)]
        heard = [part for part in found if part.text]
        return Transcript(
            text=" ".join(part.text for part in heard),
            confidence=min((part.confidence for part in heard), default=0.0),
            took_ms=sum(part.took_ms for part in found),
            engine=found[0].engine if found else "",
            reason="" if heard else (found[0].reason if found else "no audio"),
        )

    # ---- what a session needs -----------------------------------------------------------------------------------------------

    def _listener(self, mouth: Speaker, emit: Callable[[SpeechEvent], None], is_echo: Callable[[bytes], bool]) -> Listener:
        return Listener(
            transcriber=self._transcriber,
            end_of_turn=self._end_of_turn,
            mouth=mouth,
            clock=self._clock,
            emit=emit,
            new_id=lambda: f"utt{next(self._count)}",
            hotwords=self._hotwords,
            is_echo=is_echo,
            rules=self._rules,
            patience=self._patience,
        )

    def _forget(self, session: CallSpeech) -> None:
        self._sessions.discard(session)


class CallSpeech:
    """One call's speech: see `assistant.domain.speech.SpeechSession`."""

    def __init__(self, pipeline: SpeechPipeline, line: Line, on_event: Callable[[SpeechEvent], None]) -> None:
        self._pipeline, self._clock, self._on_event = pipeline, pipeline._clock, on_event
        self._detector = pipeline._detector()
        self._resampler = Resampler(LINE_RATE, ENGINE_RATE, live=True)
        self._timelines: OrderedDict[str, Timeline] = OrderedDict()
        self._speaker = Speaker(
            line=line,
            render=pipeline.render_clause,
            split=split,
            clock=self._clock,
            emit=self._emit,
            timeline=self._timelines.get,
            audible=lambda: self._listener.settled(),
            monitor=self._monitor,
        )
        self._echo = EchoReference()
        self._listener = pipeline._listener(self._speaker, self._emit, self._is_echo)
        self._samples = np.zeros(0, dtype=np.int16)
        self._partial = b""
        self._line_ms = 0.0
        self._chunk_ms = 0.0
        self._began: float | None = None
        self._quiet_since = 0.0
        self._quiet_times = 0
        self._closed = False

    def feed(self, frame: bytes) -> None:
        if self._closed or not frame:
            return
        if len(frame) > _MOST_FRAME_BYTES:
            raise InvalidInput(f"a frame of {len(frame)} bytes", code="frame_too_long")
        now = self._clock.monotonic()
        self._began = now if self._began is None else self._began
        self._line_ms += len(frame) / 8.0
        if self._line_ms > (now - self._began) * 1500.0 + _BURST_MS:
            raise TooMany("more audio than time has passed", code="flood")
        samples = self._resampler.push(mulaw.decode(frame))
        self._samples = np.concatenate([self._samples, samples]) if self._samples.size else samples
        while self._samples.size >= CHUNK_SAMPLES:
            chunk, self._samples = self._samples[:CHUNK_SAMPLES], self._samples[CHUNK_SAMPLES:]
            self._chunk(chunk)
        self._watch_quiet()

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
        if self._closed:
            return False
        return self._speaker.say(text, turn_id=turn_id, answers=answers, kind=kind, interruptible=interruptible, final=final)

    def stop_speaking(self) -> str:
        return self._speaker.stop()

    def expect(self, expectation: Expectation) -> None:
        self._listener.expectation = expectation

    def mark_played(self, name: str) -> None:
        self._speaker.mark_back(name)

    def keyed(self, digit: str) -> None:
        self._speaker.interrupt()
        self._speaker.release()
        self._restart_quiet()

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._pipeline._forget(self)
        await self._listener.close()
        await self._speaker.close()

    # ---- inside -------------------------------------------------------------------------------------------------------------

    def _chunk(self, samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
        self._chunk_ms += CHUNK_SAMPLES * 1000.0 / ENGINE_RATE
        probability = self._detector((samples.astype(np.float32) / 32768.0).tobytes())
        self._listener.chunk(samples.tobytes(), Heard(self._chunk_ms, probability, dbfs(samples)))

    def _monitor(self, audio: bytes, at: float) -> None:
        """What the far end will play from `at` on; no audio means that its buffer was emptied then."""
        if audio:
            self._echo.sent(mulaw.decode(audio), at)
        else:
            self._echo.cleared(at)

    def _is_echo(self, pcm: bytes) -> bool:
        return self._echo.is_echo(np.frombuffer(pcm, dtype="<i2")[::2].astype(np.int16), self._clock.monotonic())

    def _emit(self, event: SpeechEvent) -> None:
        if self._closed:
            return
        if isinstance(event, SpeechStarted):
            self._restart_quiet()
        elif isinstance(event, UtteranceReady):
            self._restart_quiet()
            self._timelines[event.utterance_id] = event.timeline
            while len(self._timelines) > _KEPT_TIMELINES:
                self._timelines.popitem(last=False)
            self._speaker.expect_answer_to(event.utterance_id)
        self._on_event(event)

    def _restart_quiet(self) -> None:
        self._quiet_since, self._quiet_times = self._line_ms, 0

    def _watch_quiet(self) -> None:
        if self._listener.caller_speaking or not self._speaker.silent:
            self._quiet_since = self._line_ms
            return
        limit = _STUCK_MS if self._speaker.answering else QUIET_MS
        if self._line_ms - self._quiet_since >= limit:
            self._quiet_since = self._line_ms
            self._quiet_times += 1
            self._emit(LongQuiet(self._quiet_times))


def split(text: str) -> list[Clause]:
    """A text as clauses with the pauses between them."""
    return [Clause(clause, pause_after(clause)) for clause in clauses(text)]


def hotwords_of(profile: BusinessProfile) -> tuple[str, ...]:
    """The names a caller may say that no model knows: the business's own first."""
    return tuple(dict.fromkeys([profile.name, *(service.name for service in profile.services)]))[:20]


def _transcriber(settings: SpeechSettings) -> Transcriber:
    if settings.stt_engine == "none":
        return NoTranscriber()
    if settings.stt_engine == "vosk":
        return VoskTranscriber(settings.models_dir / (settings.stt_model if settings.stt_model.startswith("vosk") else VOSK_FOLDER))
    return WhisperTranscriber(settings.models_dir / settings.stt_model)


def _voices(settings: SpeechSettings) -> list[Synthesiser]:
    """The chosen voice first, then the other as its successor; `none` is an empty chain, which says so."""
    folder = settings.models_dir / "piper-joe"
    model = next(iter(sorted(folder.glob("*.onnx"))), None) if folder.is_dir() else None
    chosen, voice = settings.tts_engine, settings.tts_voice
    if chosen == "none":
        return []
    hibari: list[Synthesiser] = [WorkerSynthesiser("hibari", voice if chosen == "hibari" and voice != "auto" else "heart")]
    piper: list[Synthesiser] = [WorkerSynthesiser("piper", str(model))] if model is not None else []
    if chosen == "piper":
        if not piper:
            raise ConfigurationError("TTS_ENGINE=piper, but there is no voice in the model folder: run `python main.py models pull`")
        return [*piper, *hibari]
    return [*hibari, *piper]


def _to_line(pcm: bytes, rate: int) -> bytes:
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.int16)
    narrow = resample(trimmed(samples, rate), rate, LINE_RATE)
    audio = mulaw.encode(levelled(narrow))
    return audio + bytes([mulaw.SILENCE]) * (-len(audio) % FRAME_BYTES)
