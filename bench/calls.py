"""Calls played and measured as the caller hears them."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import websockets

from bench.caller import Caller, Heard
from bench.scenarios import Turn
from bench.voices import CallerVoice, Utterance

REPLY_WITHIN_SECONDS = 12.0
TICK_MS = 20
STILL_MS = 500
LONGEST_CUE_MS = 1000
#: what bridges a wait without answering anything: it is heard, but it is no reply
_CUE = r"(?:one moment(?: please)?|let me see|just a second)"
_FILLER = r"(?:okay|ok|sure|all ?right|certainly|of course|right|hm+|um+|uh+|so|well|great|thank you|thanks|got it)"
_LEADS = re.compile(rf"^\W*(?:{_CUE}|{_FILLER}|(?:i'?m )?sorry)\b", re.I)
_BARE = re.compile(rf"^\W*(?:(?:{_CUE}|{_FILLER})\b\W*)+$", re.I)
#: the beginning of asking back, given up at once because it was too early
_FALSE_START = re.compile(r"^\W*(?:i'?m )?sorry(?:\W+\w+){0,2}\W*$", re.I)
_ONLY_CUE = re.compile(rf"^\W*(?:{_CUE}\b\W*)+$", re.I)


class Ear(Protocol):
    async def words(self, audio: bytes, *, thorough: bool = False) -> str:
        """What is said in this mu-law audio."""
        ...


@dataclass(slots=True)
class Measured:
    """One turn: response from the last voiced frame of the caller to the first word of the answer, in milliseconds.

    Without `response_ms` nobody answered in time, unless `over_caller_ms` says that somebody spoke before the caller had finished:
    such a turn has no response time, because what is heard after it was begun too early.
    """

    text: str
    kind: str
    gap_ms: int = 0
    response_ms: float | None = None
    cue_ms: float | None = None
    over_caller_ms: int = 0
    stopped_ms: float | None = None
    paused: bool | None = None
    answer: str = ""
    fits: bool | None = None
    over_words: str = ""
    window: tuple[int, int] | None = None
    spoken: tuple[int, int] | None = None  # while the caller spoke

    @property
    def missed(self) -> bool:
        return self.response_ms is None and not self.over_caller_ms and self.kind not in ("backchannel", "missed")

    @property
    def counted_ms(self) -> float | None:
        """For percentiles: a missing answer counts as the whole time waited for it."""
        return REPLY_WITHIN_SECONDS * 1000 if self.missed else self.response_ms


@dataclass(slots=True)
class CallReport:
    greeting_ms: float | None = None
    turns: list[Measured] = field(default_factory=list)
    refused: int | None = None  # the line's answer to a call that was not taken
    broken: str | None = None  # a call that ended before its caller had said everything
    ticks: int = 0
    late_ticks: int = 0


@dataclass(slots=True)
class Call:
    """A call made ready: everything it will say is rendered before anything is measured."""

    turns: Sequence[Turn]
    said: list[Utterance]
    seed: int
    report: CallReport = field(default_factory=CallReport)
    heard: Heard = field(default_factory=Heard)

    async def run(self, url: str) -> None:
        caller = Caller(url, self.seed)
        self.heard = caller.heard
        chance = random.Random(self.seed)

        async def scenario(line: Caller) -> None:
            await _greeted(line, self.report)
            for turn, utterance in zip(self.turns, self.said, strict=True):
                if line.over.is_set():
                    return
                await _turn(line, turn, utterance, chance, self.report.turns)

        try:
            await caller.run(scenario)
        except websockets.InvalidStatus as refusal:
            self.report.refused = refusal.response.status_code
        except websockets.ConnectionClosed as closed:
            caller.refused = closed.rcvd.code if closed.rcvd is not None else None
        except (OSError, websockets.WebSocketException) as error:
            self.report.broken = str(error) or type(error).__name__
        if self.report.greeting_ms is None and not self.report.turns:
            self.report.refused = self.report.refused or caller.refused
        elif len(self.report.turns) < len(self.turns):
            self.report.broken = self.report.broken or f"the other side hung up ({caller.refused})"
        self.report.ticks, self.report.late_ticks = caller.tick, caller.late

    async def listen(self, ear: Ear) -> None:
        """Afterwards: what was answered, whether it fits, and from where on it was the answer."""
        told = zip(self.report.turns, self.turns, strict=False)
        await asyncio.gather(*(listen(self.heard, measured, turn, ear) for measured, turn in told))


async def ready(turns: Sequence[Turn], voice: CallerVoice, seed: int) -> Call:
    said = [await voice.say(list(turn.parts), turn.gap_ms, seed + number) for number, turn in enumerate(turns)]
    return Call(turns, said, seed)


async def play(url: str, turns: Sequence[Turn], voice: CallerVoice, seed: int, ear: Ear) -> CallReport:
    """One call and what was heard in it."""
    call = await ready(turns, voice, seed)
    await call.run(url)
    await call.listen(ear)
    return call.report


async def together(url: str, scripts: Sequence[Sequence[Turn]], voice: CallerVoice, seed: int, ear: Ear) -> list[CallReport]:
    """Calls at once, begun 700 ms apart. Nothing is rendered or transcribed by us while one of them runs."""
    calls = [await ready(turns, voice, seed + 100 * number) for number, turns in enumerate(scripts)]

    async def one(number: int, call: Call) -> None:
        await asyncio.sleep(number * 0.7)
        await call.run(url)

    await asyncio.gather(*(one(number, call) for number, call in enumerate(calls)))
    for call in calls:
        await call.listen(ear)
    return [call.report for call in calls]


async def _greeted(call: Caller, report: CallReport) -> None:
    await call.wait(lambda: call.heard.first(0) is not None, 10)
    first = call.heard.first(0)
    if first is not None:
        report.greeting_ms = (first + 1) * float(TICK_MS)
        await call.until_quiet(0)


def _since(end: int, first: int) -> float:
    """From the end of frame `end - 1`, which the caller spoke, to the beginning of frame `first`, played one tick after it came."""
    return (first + 1 - end) * float(TICK_MS)


async def _turn(call: Caller, turn: Turn, utterance: Utterance, chance: random.Random, told: list[Measured]) -> None:
    measured = Measured(turn.text, turn.kind, turn.gap_ms)
    if turn.barge_ms is not None:
        await _barge(call, turn, utterance, measured, told)
        told.append(measured)
        return
    await call.wait(lambda: False, chance.uniform(0.25, 0.6))
    start, end = await call.say(utterance)
    told.append(measured)
    measured.over_caller_ms = sum(call.heard.loud[start:end]) * TICK_MS
    measured.spoken = (start, end)
    await call.wait(lambda: call.heard.first(end) is not None, REPLY_WITHIN_SECONDS)
    first = call.heard.first(end)
    if first is None:
        return
    if not measured.over_caller_ms:
        measured.response_ms = _since(end, first)
    if turn.kind != "long":  # a long answer is left running: the next turn speaks into it
        await _heard_out(call, first)
    measured.window = (first, call.tick)


async def _heard_out(call: Caller, first: int) -> None:
    """Until the answer is over. What was as short as a cue may be one, so the answer behind it gets a little more time to begin."""
    await call.until_quiet(first)
    if sum(call.heard.loud[first:]) * TICK_MS <= LONGEST_CUE_MS:
        now = call.tick
        if await call.wait(lambda: call.heard.first(now) is not None, 3):
            await call.until_quiet(now)


async def _barge(call: Caller, turn: Turn, utterance: Utterance, measured: Measured, told: list[Measured]) -> None:
    """Speak into the running answer; when does it fall silent, or does it rightly go on?"""
    await call.wait(lambda: False, (turn.barge_ms or 0) / 1000)
    began = call.tick
    if told and told[-1].window is not None:
        told[-1].window = (told[-1].window[0], began)  # what was heard of the long answer
    talking = bool(sum(call.heard.loud[max(0, began - 15) : began]))
    _, end = await call.say(utterance)
    if not talking:
        measured.kind = "missed"  # the answer was over before we came: nothing to interrupt
        await call.until_quiet(end, seconds=6)
        return
    await call.wait(lambda: quiet_after(call.heard, began) is not None, 6)
    last = quiet_after(call.heard, began)
    if turn.kind == "backchannel":
        measured.paused = last is not None and (last - began) * TICK_MS < 1500
        await call.until_quiet(began, 1200)
        measured.window = (end if last is None or last > end else last + 1, call.tick)
        return
    if last is None:
        measured.over_caller_ms = (call.tick - began) * TICK_MS  # it never gave way
        await call.until_quiet(began)
        return
    if last == began:
        measured.kind = "missed"  # we came into a pause of its own
        await call.until_quiet(end, seconds=6)
        return
    measured.stopped_ms = (last - began) * float(TICK_MS)
    measured.over_caller_ms = sum(call.heard.loud[last + 1 : end]) * TICK_MS
    answer_from = max(end, last + 1)
    await call.wait(lambda: call.heard.first(answer_from) is not None, REPLY_WITHIN_SECONDS)
    first = call.heard.first(answer_from)
    if first is not None:
        if not measured.over_caller_ms:
            measured.response_ms = _since(end, first)
        await _heard_out(call, first)
        measured.window = (first, call.tick)


def quiet_after(heard: Heard, began: int) -> int | None:
    """The tick at which the other side fell silent for good (`STILL_MS`), after `began`; None while it has not."""
    last = began
    for tick in range(began, len(heard.loud)):
        if heard.loud[tick]:
            last = tick + 1
        elif tick + 1 - last >= STILL_MS // TICK_MS:
            return last
    return None


async def listen(heard: Heard, measured: Measured, turn: Turn, ear: Ear) -> None:
    """Fill in answer, fit and cue. A cue or filler before the answer moves the response to where the answer begins."""
    if measured.over_caller_ms and measured.spoken is not None:
        measured.over_words = await ear.words(heard.audio(measured.spoken[0], measured.spoken[1] + 25))
    if measured.window is None or measured.kind == "missed":
        if turn.fits:
            measured.fits = False if measured.kind != "missed" else None
        return
    start, end = measured.window
    pieces = heard.segments(start, end, gap=8)
    if not pieces:
        measured.fits = False if turn.fits else None
        return
    measured.answer = await ear.words(heard.audio(pieces[0][0] - 5, pieces[-1][1] + 10))
    if turn.fits and not turn.answered_by(measured.answer):
        measured.answer = await ear.words(heard.audio(pieces[0][0] - 5, pieces[-1][1] + 10), thorough=True)
    if measured.response_ms is not None and _LEADS.match(measured.answer):
        await _past_the_cue(heard, pieces, measured, ear, turn)
    measured.fits = turn.answered_by(measured.answer) if turn.fits else None


async def _past_the_cue(heard: Heard, pieces: list[tuple[int, int]], measured: Measured, ear: Ear, turn: Turn) -> None:
    began = measured.response_ms or 0.0
    answer: int | None = None
    for number in range(1, min(4, len(pieces))):
        head = await ear.words(heard.audio(pieces[0][0] - 5, pieces[number - 1][1] + 3), thorough=True)
        false_start = _FALSE_START.match(head) and turn.answered_by(measured.answer)  # else asking back is all there was
        if not (_BARE.match(head) or false_start):
            break
        answer = pieces[number][0]
    if answer is not None:
        measured.cue_ms = began
        measured.response_ms = began + (answer - pieces[0][0]) * float(TICK_MS)
    elif _ONLY_CUE.match(measured.answer):  # a promise and then nothing
        measured.cue_ms, measured.response_ms = began, None
