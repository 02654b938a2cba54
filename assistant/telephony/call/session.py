"""The conversation of one call, whatever carries it: Twilio's stream or the softphone's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Protocol

import structlog

from assistant.domain.clock import Clock
from assistant.domain.conversation import ConversationRef, Expectation
from assistant.domain.effects import Effect, Expect, HangUp, Outcome, Say, Transfer, Voicemail
from assistant.domain.errors import AssistantError
from assistant.domain.events import Ended, Event, Heard, Keyed, PictureArrived, PictureRef, Quiet, Said, Started, Unclear
from assistant.domain.ports import ConversationHost
from assistant.domain.speech import (
    FirstAudio,
    Interrupted,
    LongQuiet,
    Played,
    Retracted,
    SpeechEvent,
    SpeechSession,
    SpeechStarted,
    SpeechUnclear,
    UtteranceReady,
)
from assistant.domain.timeline import Stage, Timeline
from assistant.telephony.call.keypad import PAUSE_SECONDS, Keypad

log = structlog.get_logger(__name__)

CUE_AFTER_SECONDS = 0.7
CUES = ("One moment.", "Let me see.", "Just a second.")
TIME_UP = "We have been talking for a while, so I have to end the call here. Please call again if there is more. Goodbye."
TROUBLE = "Sorry, something went wrong on my side. Could you say that again?"

EndReason = Literal["caller", "assistant", "dropped", "timeout", "transferred", "error"]


@dataclass(frozen=True, slots=True)
class CallEnd:
    """Why the stream is over, and what the telephone has to do next (`after`: a Transfer or Voicemail, else hang up)."""

    reason: EndReason
    after: Transfer | Voicemail | None = None


class TurnWatcher(Protocol):
    """Hears of every finished turn: for the store, the metrics and the live view."""

    async def __call__(self, outcome: Outcome, stages: dict[str, float]) -> None: ...


@dataclass(slots=True)
class _Turn:
    """An assistant's turn on its way to the ear."""

    name: str
    utterance: str | None = None
    timeline: Timeline | None = None
    outcome: Outcome | None = None
    spoke: bool = False
    cued: bool = False
    reported: bool = False


@dataclass(frozen=True, slots=True)
class _Keys:
    digits: str


@dataclass(frozen=True, slots=True)
class _Pictures:
    pictures: tuple[PictureRef, ...]


@dataclass(frozen=True, slots=True)
class _Timer:
    what: Literal["hang_up", "time_up", "keypad"]
    number: int


@dataclass(frozen=True, slots=True)
class _Gone:
    reason: EndReason


Item = SpeechEvent | _Keys | _Pictures | _Timer | _Gone


class CallSession:
    """Feed it frames and keys; `run` returns when the call has to go on elsewhere or end. Everything happens on the event loop.

    `opening` are effects to begin with instead of a greeting (the caller comes back from a transfer that nobody answered).
    """

    def __init__(
        self,
        *,
        host: ConversationHost,
        conversation: ConversationRef,
        speech: Callable[[Callable[[SpeechEvent], None]], SpeechSession],
        clock: Clock,
        max_seconds: float,
        watch: TurnWatcher,
        opening: Sequence[Effect] | None = None,
        purpose: dict[str, str] | None = None,
    ) -> None:
        self._host = host
        self._conversation = conversation
        self._clock = clock
        self._max_seconds = max_seconds
        self._watch = watch
        self._opening = opening
        self._purpose = purpose or {}
        self._items: asyncio.Queue[Item] = asyncio.Queue()
        self._speech = speech(self._arrived)
        self._thinking = False  # the conversation is at work on an event
        self._keypad = Keypad()
        self._expectation = Expectation()
        self._turns: dict[str, _Turn] = {}
        self._count = 0
        self._acted: set[str] = set()  # utterances that the conversation has already taken
        self._closing: HangUp | Transfer | Voicemail | None = None
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._timer_number = 0

    # -- from the line -----------------------------------------------------------------------------------------------------------

    def feed(self, frame: bytes) -> None:
        self._speech.feed(frame)

    def press(self, digit: str) -> None:
        self._speech.keyed(digit)
        answer = self._keypad.press(digit)
        if answer is not None:
            self._cancel("keypad")
            self._arrived(_Keys(answer))
        elif self._keypad.waiting:
            self._start("keypad", PAUSE_SECONDS)

    def mark_played(self, name: str) -> None:
        self._speech.mark_played(name)

    def pictures(self, pictures: tuple[PictureRef, ...]) -> None:
        """Pictures that the same person has just sent by text."""
        self._items.put_nowait(_Pictures(pictures))

    def gone(self, *, lost: bool = False) -> None:
        """The line is closed. In the middle of a question that counts as dropped, so that the conversation can offer to go on by text."""
        midway = self._closing is None and self._expectation.what not in ("open", "nothing")
        self._arrived(_Gone("dropped" if lost or midway else "caller"))

    def wind_down(self) -> None:
        """Say the current sentence to its end, then hang up (the server is stopping)."""
        self._closing = self._closing or HangUp(0.0)
        if not any(turn.spoke and not turn.reported for turn in self._turns.values()):
            self._start("hang_up", 0.0)

    def _arrived(self, item: Item) -> None:
        """Take note, to be dealt with in order; but a caller who has the floor waits for no answer that is still being thought out."""
        self._items.put_nowait(item)
        if self._thinking and isinstance(item, Interrupted | Retracted | UtteranceReady | _Keys | _Gone):
            self._host.hush(self._conversation.id)

    # -- the conversation --------------------------------------------------------------------------------------------------------

    async def run(self) -> CallEnd:
        self._start("time_up", self._max_seconds)
        try:
            end = await self._converse()
        finally:
            for timer in self._timers.values():
                timer.cancel()
            await self._speech.close()
        if not isinstance(end.after, Transfer):
            await self._host.handle(Ended(self._conversation.id, end.reason))
        return end

    async def _converse(self) -> CallEnd:
        if self._opening is not None:
            await self._carry_out(self._opening)
        else:
            await self._turn(Started(self._conversation.id, self._purpose))
        while True:
            item = await self._items.get()
            end = await self._take(item)
            if end is not None:
                return end

    async def _take(self, item: Item) -> CallEnd | None:
        match item:
            case UtteranceReady():
                self._keep_going()
                await self._said(item)
            case SpeechStarted():
                self._keep_going()
            case SpeechUnclear():
                await self._turn(Unclear(self._conversation.id), item.utterance_id, item.timeline)
            case LongQuiet():
                if self._closing is None:
                    await self._turn(Quiet(self._conversation.id, item.times))
            case Interrupted():
                self._closing = None
                await self._heard(item.turn_id, item.heard_text, interrupted=True)
            case Played():
                await self._heard(item.turn_id, item.heard_text, interrupted=False)
                return self._after_words()
            case _Keys():
                self._keep_going()
                await self._turn(Keyed(self._conversation.id, item.digits))
            case _Pictures():
                await self._turn(PictureArrived(self._conversation.id, item.pictures))
            case _Timer():
                return await self._rang(item)
            case _Gone():
                return CallEnd(item.reason)
            case FirstAudio() | Retracted():
                pass  # the speech session drops a retracted answer by itself; first audio is on the timeline
        # an outcome without words has nothing to wait for
        return self._after_words() if self._closing is not None and not self._talking() else None

    async def _said(self, item: UtteranceReady) -> None:
        text = item.tail if item.continues in self._acted and item.tail else item.text
        self._acted.add(item.utterance_id)
        event = Said(self._conversation.id, text, heard=item.heard, confidence=item.confidence, timeline=item.timeline.ms())
        await self._turn(event, item.utterance_id, item.timeline)

    async def _turn(self, event: Event, utterance: str | None = None, timeline: Timeline | None = None) -> None:
        """One event through the conversation, its words spoken as they come."""
        turn = self._new_turn(utterance, timeline)
        effects: asyncio.Queue[Effect | None] = asyncio.Queue()
        began = self._clock.monotonic()
        task = asyncio.create_task(self._host.handle(event, effects.put_nowait))
        task.add_done_callback(lambda _: effects.put_nowait(None))
        self._thinking = True
        cue = asyncio.create_task(self._cue(turn)) if isinstance(event, (Said, Keyed)) else None
        while (effect := await effects.get()) is not None:
            if isinstance(effect, Say) and effect.kind != "cue" and cue is not None:
                cue.cancel()
            await self._carry(effect, turn)
        self._thinking = False
        if cue is not None:
            cue.cancel()
        try:
            outcome = await task
        except AssistantError as error:
            log.warning("turn failed", code=error.reason, conversation=self._conversation.id)
            await self._carry(Say(error.say), turn)
            outcome = Outcome((), "error")
        except Exception as error:
            log.error("turn failed", kind=type(error).__name__, conversation=self._conversation.id, exc_info=error)
            await self._carry(Say(TROUBLE), turn)
            outcome = Outcome((), "error")
        turn.outcome = outcome
        if "dropped" in outcome.did and utterance is not None:
            self._acted.discard(utterance)  # only thought about: should the caller have gone on, the whole sentence is heard anew
        if timeline is not None and "understanding" in outcome.stages:
            timeline.stamp(Stage.UNDERSTANDING, began + outcome.stages["understanding"] / 1000)
        if turn.spoke:
            await self._speech.speak("", turn_id=turn.name, answers=utterance, final=True)
        elif outcome.said:  # taken back before a word of it was queued
            await self._heard(turn.name, "", interrupted=True)
        else:
            await self._report(turn)

    async def _carry_out(self, effects: Sequence[Effect]) -> None:
        turn = self._new_turn(None, None)
        turn.outcome = Outcome(tuple(effects), "resumed")
        for effect in effects:
            await self._carry(effect, turn)
        if turn.spoke:
            await self._speech.speak("", turn_id=turn.name, final=True)

    async def _carry(self, effect: Effect, turn: _Turn) -> None:
        match effect:
            case Say(kind="cue") if turn.cued:
                pass  # one is enough
            case Say():
                turn.cued = turn.cued or effect.kind == "cue"
                if turn.timeline is not None and effect.kind != "cue":
                    turn.timeline.stamp(Stage.FIRST_TEXT, self._clock.monotonic())
                spoken = await self._speech.speak(
                    effect.text,
                    turn_id=turn.name,
                    answers=turn.utterance,
                    kind=effect.kind,
                    interruptible=effect.interruptible,
                    final=False,
                )
                turn.spoke = turn.spoke or spoken
            case Expect():
                self._expectation = effect.expectation
                self._speech.expect(effect.expectation)
                self._keypad.expect(effect.expectation)
            case HangUp() | Transfer() | Voicemail():
                self._closing = effect

    async def _cue(self, turn: _Turn) -> None:
        await self._clock.sleep(CUE_AFTER_SECONDS)
        await self._carry(Say(CUES[self._count % len(CUES)], kind="cue"), turn)

    # -- what was heard, and the end ---------------------------------------------------------------------------------------------

    async def _heard(self, name: str, text: str, *, interrupted: bool) -> None:
        turn = self._turns.get(name)
        if turn is None:
            return
        if turn.outcome is not None and turn.outcome.turn_id is not None:
            await self._host.handle(Heard(self._conversation.id, turn.outcome.turn_id, text, interrupted))
        await self._report(turn)

    async def _report(self, turn: _Turn) -> None:
        if turn.outcome is None or turn.reported:
            return
        turn.reported = True
        self._turns.pop(turn.name, None)
        stages = dict(turn.outcome.stages)
        if turn.timeline is not None:
            stages |= turn.timeline.ms()
        await self._watch(turn.outcome, stages)

    def _after_words(self) -> CallEnd | None:
        if self._closing is None or self._talking():
            return None
        if isinstance(self._closing, HangUp):
            self._start("hang_up", self._closing.after_seconds)
            return None
        reason: EndReason = "transferred" if isinstance(self._closing, Transfer) else "assistant"
        return CallEnd(reason, self._closing)

    async def _rang(self, timer: _Timer) -> CallEnd | None:
        if timer.what == "hang_up":
            return CallEnd("assistant") if isinstance(self._closing, HangUp) else None
        if timer.what == "keypad":
            digits = self._keypad.flush()
            if digits:
                await self._turn(Keyed(self._conversation.id, digits))
            return None
        if self._closing is not None:
            return CallEnd("timeout")
        await self._carry_out((Say(TIME_UP, interruptible=False), HangUp(0.0)))
        self._start("time_up", 20.0)  # should the words never be reported as heard
        return None

    def _keep_going(self) -> None:
        """The caller goes on: a goodbye that was only waiting for silence is off."""
        if isinstance(self._closing, HangUp):
            self._closing = None
        self._cancel("hang_up")

    def _talking(self) -> bool:
        return any(turn.spoke and not turn.reported for turn in self._turns.values())

    def _new_turn(self, utterance: str | None, timeline: Timeline | None) -> _Turn:
        self._count += 1
        turn = _Turn(f"t{self._count}", utterance, timeline)
        self._turns[turn.name] = turn
        return turn

    # -- timers ------------------------------------------------------------------------------------------------------------------

    def _start(self, what: Literal["hang_up", "time_up", "keypad"], seconds: float) -> None:
        self._cancel(what)
        self._timer_number += 1
        item = _Timer(what, self._timer_number)

        async def ring() -> None:
            with suppress(asyncio.CancelledError):
                await self._clock.sleep(seconds)
                self._items.put_nowait(item)

        self._timers[what] = asyncio.create_task(ring())

    def _cancel(self, what: str) -> None:
        timer = self._timers.pop(what, None)
        if timer is not None:
            timer.cancel()
