"""From what was audible to what is measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.telephony.audio import mulaw
from bench.caller import Heard, audible
from bench.calls import CallReport, Measured, listen, quiet_after
from bench.measure import Single, gathered
from bench.scenarios import Turn
from bench.voices import FRAME, line_noise

LOUD = mulaw.encode(np.full(FRAME, 8000, dtype=np.int16))
QUIET = b"\xff" * FRAME


def heard(*runs: tuple[int, bool]) -> Heard:
    found = Heard()
    for ticks, loud in runs:
        for _ in range(ticks):
            found.add(LOUD if loud else QUIET)
    return found


class ScriptedEar:
    """Knows what each length of audio says."""

    def __init__(self, says: dict[range, str]) -> None:
        self._says = says

    async def words(self, audio: bytes, *, thorough: bool = False) -> str:
        frames = len(audio) // FRAME
        return next(text for lengths, text in self._says.items() if frames in lengths)


def test_speech_is_audible_and_a_quiet_line_is_not() -> None:
    assert audible(LOUD)
    assert not audible(QUIET) and not audible(line_noise(1, 3))


def test_segments_are_split_at_long_gaps_only() -> None:
    sound = heard((5, False), (10, True), (3, False), (10, True), (30, False), (4, True))
    assert sound.segments(0, 100, gap=8) == [(5, 28), (58, 62)]
    assert sound.first(0) == 5 and sound.first(28) == 58
    assert sound.quiet_ticks(0) == 0


def test_silence_counts_once_it_has_lasted() -> None:
    assert quiet_after(heard((20, True), (24, False)), 10) is None
    assert quiet_after(heard((20, True), (26, False), (5, True)), 10) == 20
    assert quiet_after(heard((20, True), (10, False), (20, True), (25, False)), 10) == 50


async def test_a_cue_before_the_answer_is_told_apart_and_moves_the_response() -> None:
    sound = heard((30, True), (15, False), (60, True))  # "One moment." and, 300 ms later, the answer
    turn = Turn(("Do you have parking?",), "park")
    measured = Measured(turn.text, "plain", response_ms=400.0, window=(0, 105))
    await listen(sound, measured, turn, ScriptedEar({range(90, 200): "One moment. Yes, we have parking.", range(90): "One moment."}))
    assert (measured.cue_ms, measured.response_ms, measured.fits) == (400.0, 400.0 + 45 * 20, True)


async def test_a_cue_alone_is_no_answer() -> None:
    turn = Turn(("Do you have parking?",), "park")
    measured = Measured(turn.text, "plain", response_ms=400.0, window=(0, 60))
    await listen(heard((30, True), (30, False)), measured, turn, ScriptedEar({range(200): "Let me see."}))
    assert measured.missed and measured.cue_ms == 400.0 and measured.fits is False
    assert measured.counted_ms == 12_000.0


async def test_an_answer_that_begins_like_a_filler_is_one_when_nothing_follows() -> None:
    turn = Turn(("Never mind.",), "okay|right")
    measured = Measured(turn.text, "plain", response_ms=300.0, window=(0, 60))
    await listen(heard((30, True), (30, False)), measured, turn, ScriptedEar({range(200): "Okay."}))
    assert (measured.response_ms, measured.cue_ms, measured.fits) == (300.0, None, True)


def test_a_turn_spoken_over_is_neither_missed_nor_timed() -> None:
    turn = Measured("", "hesitant", over_caller_ms=500)
    assert not turn.missed and turn.counted_ms is None


def reports(times: Sequence[float | None]) -> list[CallReport]:
    return [CallReport(turns=[Measured("", "plain", response_ms=ms) for ms in times], ticks=1000, late_ticks=20)]


def test_missing_answers_count_as_the_whole_wait() -> None:
    found = gathered(1, reports([400.0] * 9 + [None]))
    assert (found.missed, found.p50, found.late_percent) == (1, 400.0, 2.0)
    assert found.p95 is not None and found.p95 > 5000


@pytest.mark.parametrize(
    ("kind", "stopped", "stops", "never"), [("interruption", 240.0, 1, 0), ("interruption", None, 1, 1), ("missed", None, 0, 0)]
)
def test_only_what_really_interrupted_counts(kind: str, stopped: float | None, stops: int, never: int) -> None:
    single = Single(turns={"interrupting": [Measured("", kind, stopped_ms=stopped)]})
    assert (len(single.stops), single.never_stopped) == (stops, never)


async def test_a_false_start_is_no_answer_either_but_a_refusal_is() -> None:
    turn = Turn(("Are you open on Saturday?",), "clos")
    sound = heard((20, True), (15, False), (60, True))
    early = Measured(turn.text, "plain", response_ms=400.0, window=(0, 95))
    await listen(sound, early, turn, ScriptedEar({range(90, 200): "Sorry, I... We're closed.", range(90): "Sorry, I"}))
    assert early.response_ms == 400.0 + 35 * 20
    refusal = Measured(turn.text, "plain", response_ms=400.0, window=(0, 95))
    says = {range(90, 200): "Sorry, we're closed on Saturday. Another day?", range(90): "Sorry, we're closed on Saturday."}
    await listen(sound, refusal, turn, ScriptedEar(says))
    assert (refusal.response_ms, refusal.cue_ms) == (400.0, None)


async def test_asking_back_is_measured_from_its_first_word() -> None:
    turn = Turn(("Do you have parking?",), "park")
    measured = Measured(turn.text, "plain", response_ms=400.0, window=(0, 95))
    says = {range(90, 200): "Sorry, I didn't catch that.", range(90): "Sorry, I"}
    await listen(heard((20, True), (15, False), (60, True)), measured, turn, ScriptedEar(says))
    assert (measured.response_ms, measured.cue_ms, measured.fits) == (400.0, None, False)
