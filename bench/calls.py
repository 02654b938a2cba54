"""Calls played and measured as the caller hears them."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.caller import Caller
from bench.scenarios import Turn
from bench.voices import CallerVoice, Utterance

CUES = re.compile(r"^\W*(one moment|let me see|just a second)\W*$", re.I)
REPLY_WITHIN_SECONDS = 12.0
STILL_MS = 500


class Ear(Protocol):
    async def words(self, mulaw: bytes) -> str: ...


@dataclass(slots=True)
class Measured:
    """One turn: response from the last voiced frame of the caller to the first word of the answer, in milliseconds."""

    text: str
    kind: str
    response_ms: float | None = None
    cue_ms: float | None = None
    over_caller_ms: int = 0
    stopped_ms: float | None = None
    kept_talking: bool | None = None
    answer: str = ""
    fits: bool | None = None
    _audio: tuple[int, int] | None = None


@dataclass(slots=True)
class CallReport:
    greeting_ms: float | None = None
    turns: list[Measured] = field(default_factory=list)
    refused: int | None = None
    late_ticks: int = 0


async def play(url: str, turns: Sequence[Turn], voice: CallerVoice, seed: int, *, ear: Ear | None = None) -> CallReport:
    """One call. With an `ear` the answers are transcribed afterwards and held against what fits."""
    chance = random.Random(seed)
    said = [(turn, await voice.say(list(turn.parts), turn.gap_ms, seed + number)) for number, turn in enumerate(turns)]
    caller, report = Caller(url, seed), CallReport()

    async def scenario(call: Caller) -> None:
        await _greeted(call, report)
        for turn, utterance in said:
            if call.over.is_set():
                return
            report.turns.append(await _turn(call, turn, utterance, chance))

    await caller.run(scenario)
    report.refused, report.late_ticks = caller.refused if not report.turns else None, caller.late
    if ear is not None:
        for measured in report.turns:
            await _listen(caller, measured, ear, {turn.parts: turn.fits for turn, _ in said})
    return report


async def _greeted(call: Caller, report: CallReport) -> None:
    await call.wait(lambda: call.heard.first(0) is not None, 10)
    first = call.heard.first(0)
    if first is not None:
        report.greeting_ms = first * 20.0
        await call.until_quiet(0)


async def _turn(call: Caller, turn: Turn, utterance: Utterance, chance: random.Random) -> Measured:
    measured = Measured(" ... ".join(turn.parts), turn.kind)
    if turn.barge_ms is not None:
        return await _barge(call, turn, utterance, measured)
    await call.wait(lambda: False, chance.uniform(0.25, 0.6))
    start, end = await call.say(utterance)
    measured.over_caller_ms = sum(call.heard.loud[start:end]) * 20
    await call.wait(lambda: call.heard.first(end) is not None, REPLY_WITHIN_SECONDS)
    first = call.heard.first(end)
    if first is None:
        return measured
    measured.response_ms = (first - end) * 20.0
    if turn.kind != "long":  # a long answer is left running: the next turn speaks into it
        await call.until_quiet(first)
    measured._audio = (first, call.tick)
    return measured


async def _barge(call: Caller, turn: Turn, utterance: Utterance, measured: Measured) -> Measured:
    """Speak into the running answer; when does it fall silent, or does it rightly go on?"""
    await call.wait(lambda: False, (turn.barge_ms or 0) / 1000)
    began = call.tick
    talking = bool(sum(call.heard.loud[max(0, began - 15) : began]))
    _, end = await call.say(utterance)
    if not talking:
        measured.kind = "missed"  # the answer was over before we came: nothing to interrupt
        await call.wait(lambda: False, 2.0)
        return measured
    await call.wait(lambda: (call.heard.quiet_ticks(began) or 0) * 20 >= STILL_MS, 6)
    last = began
    for tick in range(began, len(call.heard.loud)):
        if call.heard.loud[tick]:
            if tick - last > STILL_MS // 20:
                break
            last = tick
    if turn.kind == "backchannel":
        measured.kept_talking = (last - began) * 20 > 1500 or _resumed(call, last)
        await call.until_quiet(began, 1200)
        return measured
    measured.stopped_ms = (last - began) * 20.0
    answer_from = max(end, last + 1)
    await call.wait(lambda: call.heard.first(answer_from) is not None, REPLY_WITHIN_SECONDS)
    first = call.heard.first(answer_from)
    if first is not None:
        measured.response_ms = (first - end) * 20.0
        await call.until_quiet(first)
        measured._audio = (first, call.tick)
    return measured


def _resumed(call: Caller, last: int) -> bool:
    return call.heard.first(last + 1) is not None


async def _listen(caller: Caller, measured: Measured, ear: Ear, fits: dict[tuple[str, ...], str]) -> None:
    if measured._audio is None:
        return
    start, end = measured._audio
    segments = caller.heard.segments(start, end)
    if segments and CUES.match(await ear.words(caller.heard.audio(*segments[0]))):
        measured.cue_ms = measured.response_ms
        later = segments[1][0] if len(segments) > 1 else None
        measured.response_ms = None if later is None or measured.response_ms is None else measured.response_ms + (later - start) * 20.0
        segments = segments[1:]
    if segments:
        measured.answer = await ear.words(caller.heard.audio(segments[0][0] - 5, segments[-1][1] + 10))
    pattern = next((value for parts, value in fits.items() if " ... ".join(parts) == measured.text), "")
    measured.fits = bool(re.search(pattern, measured.answer, re.I)) if pattern else None


async def together(url: str, scripts: Sequence[Sequence[Turn]], voice: CallerVoice, seed: int) -> list[CallReport]:
    """Calls at once, begun 700 ms apart."""

    async def one(number: int, turns: Sequence[Turn]) -> CallReport:
        await asyncio.sleep(number * 0.7)
        return await play(url, turns, voice, seed + 100 * number)

    return list(await asyncio.gather(*(one(number, turns) for number, turns in enumerate(scripts))))
