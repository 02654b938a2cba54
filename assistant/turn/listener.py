"""A call's ears: voiced chunks become turns, and a turn ends when pause, sound, words and expectation agree."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from assistant.domain.clock import Clock
from assistant.domain.conversation import Expectation
from assistant.domain.errors import AssistantError
from assistant.domain.speech import (
    EndOfTurnModel,
    Priority,
    Retracted,
    Speculation,
    SpeechEvent,
    SpeechStarted,
    SpeechUnclear,
    Transcriber,
    Transcript,
    UtteranceReady,
)
from assistant.domain.timeline import Stage, Timeline
from assistant.turn.activity import Activity, Heard
from assistant.turn.again import heard_as_asked
from assistant.turn.backchannel import is_echo, is_listening_sound, wants_the_floor
from assistant.turn.patience import Patience
from assistant.turn.words import Reading, Wholeness, read

CHUNK_MS = 32.0


class Floor(Enum):
    """Whose turn it is when the caller begins to make a sound."""

    OPEN = "open"  # nobody speaks
    PENDING = "pending"  # an answer is being prepared, none of it has been heard
    OURS = "ours"  # we are audible


class Mouth(Protocol):
    """What the ears need of the speaking side."""

    def floor(self) -> Floor: ...

    def may_interrupt(self) -> bool: ...

    def hold(self) -> None:
        """Do not begin to speak yet."""

    def release(self) -> None:
        """Whoever made a sound is not speaking any more."""

    def pause(self) -> None:
        """Fall silent, keeping the rest."""

    def resume(self) -> None:
        """Go on where the caller stopped hearing."""

    def interrupt(self) -> None:
        """The caller has the floor: forget the rest."""

    def withdraw(self, utterance_id: str) -> None:
        """Drop the answer to that utterance."""

    def saying(self) -> str:
        """The words being played, for telling our echo."""

    def answers_expected(self) -> bool:
        """Whether a question of ours is out or nearly out, so that "yes" answers it."""


@dataclass(frozen=True, slots=True)
class ListenerRules:
    """Times in milliseconds of the caller's own audio."""

    speculate_after: float = 130.0
    pre_roll_chunks: int = 10
    shortest_voice: float = 110.0
    barge_in_chunks: int = 5
    collision_chunks: int = 4
    collision_within: float = 900.0
    surely_words: float = 640.0
    doubtful_voice: float = 450.0
    doubtful_confidence: float = 0.45
    doubtful_wait: float = 800.0
    retract_voice: float = 160.0
    retract_within: float = 2_500.0
    bank_after: float = 12_000.0
    segment_limit: float = 27_000.0
    turn_limit: float = 120_000.0
    unclear_voice: float = 500.0
    engine_patience: float = 8_000.0


@dataclass
class _Guess:
    """What a pause sounds like: running, then settled."""

    began_ms: float = 0.0
    task: asyncio.Task[None] | None = None
    transcript: Transcript | None = None
    reading: Reading | None = None
    sounds: float | None = None
    wait: float = 0.0
    doubtful: bool = False  # over our words, and perhaps only "uh huh": it counts if the caller goes on


@dataclass
class _Turn:
    id: str
    timeline: Timeline
    chunks: list[bytes]
    over_us: bool = False  # began while we were audible
    yielded: bool = False  # we have fallen silent for it
    interrupted: bool = False  # and given up the floor
    continues: str | None = None
    before: str = ""  # the words of the turn that this one continues
    banked: list[str] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    longest_pause: float = 0.0
    voiced_ms: float = 0.0
    length_ms: float = 0.0
    guess: _Guess | None = None


class Listener:
    """Fed every 32 ms with a chunk and what the detector says about it; all decisions are made on the media clock."""

    def __init__(
        self,
        *,
        transcriber: Transcriber,
        end_of_turn: EndOfTurnModel,
        mouth: Mouth,
        clock: Clock,
        emit: Callable[[SpeechEvent], None],
        new_id: Callable[[], str],
        hotwords: tuple[str, ...] = (),
        is_echo: Callable[[bytes], bool] = lambda pcm: False,
        rules: ListenerRules | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._transcriber, self._end_of_turn, self._mouth, self._clock = transcriber, end_of_turn, mouth, clock
        self._emit, self._new_id, self._hotwords, self._sounds_like_us = emit, new_id, hotwords, is_echo
        self._rules, self._patience = rules or ListenerRules(), patience or Patience()
        self.activity = Activity()
        self.expectation = Expectation()
        self.now_ms = 0.0
        self._pre_roll: deque[bytes] = deque(maxlen=self._rules.pre_roll_chunks)
        self._turn: _Turn | None = None
        self._last: UtteranceReady | None = None
        self._last_at = 0.0
        self._habit_ms = 0.0
        self._false_alarms = 0
        self._echo_db = -96.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    # ---- the line -----------------------------------------------------------------------------------------------------------

    @property
    def caller_speaking(self) -> bool:
        return self._turn is not None

    def chunk(self, pcm: bytes, heard: Heard) -> None:
        """Take the next 32 ms."""
        self.now_ms = heard.at_ms
        pause_before = self.activity.pause_ms(heard.at_ms - CHUNK_MS)
        if self._mouth.floor() is Floor.OURS and heard.level_db < self._echo_db:
            heard = Heard(heard.at_ms, 0.0, heard.level_db)
        voiced = self.activity.add(heard)
        turn = self._turn
        if turn is None:
            self._pre_roll.append(pcm)
            if not self.activity.speaking:
                return
            turn = self._begin()
        else:
            turn.chunks.append(pcm)
        turn.length_ms += CHUNK_MS
        if voiced and self.activity.last_voiced_ms == heard.at_ms:
            self._voiced(turn, pause_before)
        else:
            self._silent(turn, self.activity.pause_ms(heard.at_ms))
        if self._turn is turn and turn.length_ms >= self._rules.turn_limit and turn.guess is None:
            self._guess(turn)

    async def close(self) -> None:
        self._closed = True
        self._turn = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def settled(self) -> None:
        """The answer to the last utterance is audible: it can no longer be retracted."""
        self._last = None

    # ---- within a turn ------------------------------------------------------------------------------------------------------

    def _begin(self) -> _Turn:
        turn = _Turn(self._new_id(), Timeline(self._clock.monotonic()), list(self._pre_roll))
        self._pre_roll.clear()
        self._turn = turn
        floor = self._mouth.floor()
        turn.over_us = floor is Floor.OURS
        if not turn.over_us:
            self._mouth.hold()
            if floor is Floor.OPEN:
                self._emit(SpeechStarted())
        return turn

    def _voiced(self, turn: _Turn, pause_before: float) -> None:
        turn.timeline.origin = self._clock.monotonic()
        turn.voiced_ms = self.activity.voiced_ms
        if pause_before >= self._rules.speculate_after:
            self._goes_on(turn, pause_before)
        if turn.over_us:
            self._over_us(turn)
        elif turn.continues is None and self._last is not None and turn.voiced_ms >= self._rules.retract_voice:
            self._retract(turn)
        if len(turn.chunks) * CHUNK_MS >= self._rules.segment_limit:
            self._bank_audio(turn)

    def _goes_on(self, turn: _Turn, pause: float) -> None:
        """The caller speaks again: what was guessed in the pause is void."""
        if pause >= 350.0:
            turn.longest_pause = max(turn.longest_pause, pause)
            self._habit_ms = max(pause, 0.6 * self._habit_ms + 0.4 * pause)
        guess, turn.guess = turn.guess, None
        if guess is None:
            return
        if guess.transcript is None:
            if guess.task is not None:
                guess.task.cancel()
        elif len(turn.chunks) * CHUNK_MS > self._rules.bank_after and guess.transcript.text:
            turn.banked.append(guess.transcript.text)
            turn.confidences.append(guess.transcript.confidence)
            turn.chunks = turn.chunks[-self._rules.pre_roll_chunks :]

    def _over_us(self, turn: _Turn) -> None:
        """The caller makes a sound while we speak."""
        if turn.interrupted or not self._mouth.may_interrupt():
            return
        needed = self._rules.barge_in_chunks + 2 * min(self._false_alarms, 2)
        if self.activity.onset_ms - self._last_at < self._rules.collision_within and not self._false_alarms:
            needed = self._rules.collision_chunks  # we began as they went on: theirs is the floor, at once
        if not turn.yielded and self.activity.voiced_lately() >= min(needed, 9):
            if self._is_echo(turn):
                return
            turn.yielded = True
            self._mouth.pause()
        if turn.yielded and turn.voiced_ms >= self._rules.surely_words and self._false_alarms < 2:
            self._take_floor(turn)

    def _is_echo(self, turn: _Turn) -> bool:
        """Our own voice coming back is dropped, and from then on only what is louder counts while we speak."""
        if not self._sounds_like_us(b"".join(turn.chunks[-12:])):
            return False
        self._echo_db = max(self._echo_db, self.activity.peak_db + 3.0)
        self._drop(turn)
        return True

    def _take_floor(self, turn: _Turn) -> None:
        turn.interrupted = True
        self._mouth.interrupt()

    def _retract(self, turn: _Turn) -> None:
        last = self._last
        if last is None:
            return
        self._last = None
        if self.now_ms - self._last_at > self._rules.retract_within:
            return
        turn.continues, turn.before = last.utterance_id, last.text
        self._mouth.withdraw(last.utterance_id)
        turn.longest_pause = min(self.activity.onset_ms - self._last_at + 300.0, 1_300.0)
        self._habit_ms = max(self._habit_ms, turn.longest_pause)
        self._emit(Retracted(last.utterance_id))

    def _silent(self, turn: _Turn, pause: float) -> None:
        if pause < self._rules.speculate_after:
            return
        if turn.guess is None:
            if turn.voiced_ms < self._rules.shortest_voice and not turn.banked and turn.continues is None:
                self._drop(turn)  # a click, a breath, a knock
                return
            if turn.over_us and not turn.yielded and self._is_echo(turn):
                return
            self._guess(turn)
            return
        guess = turn.guess
        if guess.reading is None and (self.now_ms - guess.began_ms > self._rules.engine_patience or (guess.task and guess.task.done())):
            self._lost(turn, guess)
        elif guess.reading is not None and pause >= guess.wait:
            if guess.doubtful:
                self._false_alarms += 1
                self._drop(turn)
            else:
                self._finish(turn, guess)

    def _lost(self, turn: _Turn, guess: _Guess) -> None:
        """An engine hangs or has broken in a way of its own: the call goes on, and the caller is asked again."""
        if guess.task is not None:
            guess.task.cancel()
        guess.transcript = Transcript("", 0.0, reason="engine lost")
        self._finish(turn, guess)

    # ---- guessing in a pause ------------------------------------------------------------------------------------------------

    def _guess(self, turn: _Turn) -> None:
        guess = turn.guess = _Guess(self.now_ms)
        pcm = b"".join(turn.chunks)
        guess.task = asyncio.get_running_loop().create_task(self._listen(turn, guess, pcm))
        self._tasks.add(guess.task)
        guess.task.add_done_callback(self._tasks.discard)

    async def _listen(self, turn: _Turn, guess: _Guess, pcm: bytes) -> None:
        sounding = asyncio.ensure_future(self._end_of_turn.probability(pcm))
        try:
            transcript = await self._transcriber.transcribe(
                pcm, priority=Priority.SPECULATIVE, fast=True, prompt=" ".join(turn.banked)[-200:]
            )
            listening = turn.over_us and not turn.interrupted and turn.voiced_ms < self._rules.surely_words
            if not turn.banked and not listening:
                transcript = await heard_as_asked(self._transcriber, pcm, transcript, self.expectation.what)
            if not transcript.thorough and not listening:  # names help there; in the quick pass they make it repeat itself
                transcript = await self._transcriber.transcribe(pcm, hotwords=self._hotwords, priority=Priority.FINAL)
            guess.sounds = await sounding
        except AssistantError as error:
            transcript = Transcript("", 0.0, reason=error.reason)
        finally:
            sounding.cancel()
        if self._closed or turn.guess is not guess or self._turn is not turn:
            return
        guess.transcript = transcript
        text = " ".join([*turn.banked, transcript.text]).strip()
        whole = f"{turn.before} {text}".strip()
        guess.reading = read(whole, self.expectation)
        guess.wait = self._patience.wait(guess.reading, guess.sounds, self.expectation, turn.longest_pause, self._habit_ms)
        if turn.length_ms >= self._rules.turn_limit:
            guess.wait = 0.0
        turn.timeline.stamp(Stage.TRANSCRIPT, self._clock.monotonic())
        if turn.over_us and not turn.interrupted and (self._doubtful(turn, guess) or self._false_alarm(turn, text)):
            return
        if text and guess.reading.wholeness is not Wholeness.PARTIAL:
            self._emit(Speculation(turn.id, whole))
        if self.activity.pause_ms(self.now_ms) >= guess.wait:
            self._finish(turn, guess)

    def _doubtful(self, turn: _Turn, guess: _Guess) -> bool:
        """A grunt gets written as "I have": a short sound that makes no whole words is waited out, and we go on if nothing follows."""
        transcript, reading = guess.transcript, guess.reading
        if transcript is None or reading is None or turn.banked or turn.voiced_ms >= self._rules.doubtful_voice:
            return False
        if self._mouth.answers_expected() or is_listening_sound(transcript.text) or wants_the_floor(transcript.text):
            return False
        unsure = transcript.confidence < self._rules.doubtful_confidence and not reading.certain
        if not unsure and reading.wholeness is not Wholeness.PARTIAL:
            return False
        guess.doubtful, guess.wait = True, self._rules.doubtful_wait
        return True

    def _false_alarm(self, turn: _Turn, text: str) -> bool:
        """Whether the sound over our words means nothing; if it does mean something, the caller gets the floor."""
        if not self._mouth.may_interrupt():
            return False
        echo = bool(text) and is_echo(text, self._mouth.saying())
        if echo or is_listening_sound(text, answers_expected=self._mouth.answers_expected()):
            if echo or not text:
                self._false_alarms += 1
            if echo:
                self._echo_db = max(self._echo_db, self.activity.peak_db - 3.0)
            self._drop(turn)
            return True
        self._false_alarms = 0
        self._take_floor(turn)
        return False

    # ---- the end of a turn --------------------------------------------------------------------------------------------------

    def _finish(self, turn: _Turn, guess: _Guess) -> None:
        transcript = guess.transcript
        if transcript is None:
            return
        tail = " ".join([*turn.banked, transcript.text]).strip()
        if not tail and turn.continues is None:
            if turn.voiced_ms >= self._rules.unclear_voice and not turn.over_us:
                self._close_turn()
                self._emit(SpeechUnclear(turn.id, turn.timeline))
            else:
                self._drop(turn)
            return
        turn.timeline.stamp(Stage.END_OF_TURN, self._clock.monotonic())
        confidences = [*turn.confidences, transcript.confidence] if transcript.text or not turn.confidences else turn.confidences
        text = f"{turn.before} {tail}".strip()
        ready = UtteranceReady(
            utterance_id=turn.id,
            text=text,
            heard=text,
            confidence=min(confidences) if tail else 1.0,
            timeline=turn.timeline,
            tail=tail if turn.continues else text,
            continues=turn.continues,
            speech_ms=turn.voiced_ms,
        )
        self._close_turn()
        if not turn.longest_pause:
            self._habit_ms *= 0.7  # a turn without a pause: this caller is not always searching for words
        self._last, self._last_at = ready, self.now_ms
        self._emit(ready)

    def _drop(self, turn: _Turn) -> None:
        self._close_turn()
        if turn.yielded and not turn.interrupted:
            self._mouth.resume()

    def _close_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            self._pre_roll.extend(turn.chunks[-4:])
        self.activity.end()
        self._mouth.release()

    def _bank_audio(self, turn: _Turn) -> None:
        """Nobody pauses for half a minute: transcribe what there is and go on listening."""
        pcm = b"".join(turn.chunks)
        turn.chunks = []
        place = len(turn.banked)
        turn.banked.append("")

        async def settle() -> None:
            try:
                transcript = await self._transcriber.transcribe(pcm, hotwords=self._hotwords, priority=Priority.FINAL)
            except AssistantError:
                return
            turn.banked[place] = transcript.text
            turn.confidences.append(transcript.confidence)

        task = asyncio.get_running_loop().create_task(settle())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
