"""What is measured of a line, ours or another's: calls one at a time, calls at once, and the stages inside."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from assistant.domain.speech import Priority
from assistant.engines.stt.whisper import WhisperTranscriber
from assistant.telephony.audio import mulaw
from assistant.telephony.audio.resample import resample
from bench import scenarios
from bench.calls import CallReport, Measured, play, together
from bench.figures import percentile
from bench.voices import CallerVoice

STAGES = ("end_of_turn", "transcript", "understanding", "first_text", "first_audio_synthesised", "first_audio_sent", "first_audio_heard")
CROWD_TURNS = 4


class WhisperEar:
    """Transcribes what the caller heard, with the larger model where it is there."""

    def __init__(self, models_dir: Path) -> None:
        base = models_dir / "whisper-base"
        self._whisper = WhisperTranscriber(base if (base / "model.bin").is_file() else models_dir / "whisper-tiny.en")

    async def start(self) -> None:
        await self._whisper.start()

    async def stop(self) -> None:
        await self._whisper.stop()

    async def words(self, audio: bytes, *, thorough: bool = False) -> str:
        pcm = resample(mulaw.decode(audio), 8000, 16000).tobytes()
        return (await self._whisper.transcribe(pcm, priority=Priority.FINAL, fast=not thorough)).text


@dataclass(slots=True)
class Single:
    """One call at a time: every turn, by script."""

    turns: dict[str, list[Measured]] = field(default_factory=dict)
    greetings: list[float | None] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    dialogues: list[CallReport] = field(default_factory=list)
    memory_mb: int = 0  # of the server and its workers, after all calls
    frame_ms: float | None = None  # 95 of 100 frames took less of the server's time, all calls together

    def of(self, script: str) -> list[Measured]:
        return self.turns.get(script, [])

    @property
    def stops(self) -> list[float | None]:
        return [turn.stopped_ms for turn in self.of("interrupting") if turn.kind == "interruption"]

    @property
    def never_stopped(self) -> int:
        return sum(turn.kind == "interruption" and turn.stopped_ms is None for turn in self.of("interrupting"))

    @property
    def murmurs(self) -> list[Measured]:
        return [turn for turn in self.of("murmuring") if turn.kind == "backchannel"]

    @property
    def spoken_over(self) -> tuple[int, int]:
        hesitant = self.of("hesitant")
        return sum(turn.over_caller_ms > 0 for turn in hesitant), len(hesitant)

    @property
    def cues(self) -> list[float]:
        return [turn.cue_ms for turns in self.turns.values() for turn in turns if turn.cue_ms is not None]

    def as_json(self) -> dict[str, Any]:
        return {
            "greeting_ms": self.greetings,
            "broken": self.broken,
            "memory_mb": self.memory_mb,
            "frame_ms": self.frame_ms,
            "turns": {name: [asdict(turn) for turn in turns] for name, turns in self.turns.items()},
        }


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many calls at once."""

    size: int
    p50: float | None
    p95: float | None
    turns: int
    missed: int
    unfit: int
    over: int
    refused: int
    broken: int
    late_percent: float  # of the callers' own frames: above a few percent the bench itself was short of processor


async def measure(url: str, voice: CallerVoice, ear: WhisperEar, seed: int, calls: int, say: Callable[[str], None]) -> Single:
    """One call at a time: dialogue, hesitation, interruption, backchannels. The same seed makes the same calls."""
    chance = random.Random(seed)
    found = Single()
    scripts = (
        ("dialogue", scenarios.dialogue, calls),
        ("hesitant", scenarios.hesitant, calls),
        ("interrupting", scenarios.interrupting, max(1, calls - 1)),
        ("murmuring", scenarios.murmuring, max(1, calls // 2)),
    )
    for name, script, count in scripts:
        for number in range(count):
            began = time.monotonic()
            turns = script(chance)
            report = await play(url, turns, voice, seed + 1000 * number, ear)
            found.turns.setdefault(name, []).extend(report.turns)
            found.greetings.append(report.greeting_ms)
            if name == "dialogue":
                found.dialogues.append(report)
            if trouble := _trouble(report):
                found.broken.append(f"{name} call {number + 1}: {trouble}")
            say(f"{name} call {number + 1} of {count}, {len(report.turns)} turns in {time.monotonic() - began:.0f} s {trouble}")
            for turn in report.turns:
                say(f"    {_told(turn)}")
    return found


def _trouble(report: CallReport) -> str:
    if report.refused is not None:
        return f"was refused ({report.refused})"
    return f"broke off: {report.broken}" if report.broken else ""


def _told(turn: Measured) -> str:
    if turn.over_caller_ms:
        how = f'spoken over for {turn.over_caller_ms} ms with "{turn.over_words}"'
    elif turn.kind == "backchannel":
        how = "paused" if turn.paused else "talked on"
    elif turn.stopped_ms is not None:
        how = f"silent after {turn.stopped_ms:.0f} ms, answered after {turn.response_ms or 0:.0f} ms"
    else:
        how = "no answer" if turn.response_ms is None else f"{turn.response_ms:.0f} ms"
    pause = f" (pauses {turn.gap_ms} ms)" if turn.gap_ms else ""
    cue = f" after a cue at {turn.cue_ms:.0f} ms" if turn.cue_ms is not None else ""
    unfit = " DOES NOT FIT" if turn.fits is False else ""
    return f'"{turn.text}"{pause}: {how}{cue}{unfit}  > {turn.answer[:90]}'


async def crowd(
    url: str, voice: CallerVoice, ear: WhisperEar, seed: int, sizes: Sequence[int], alone: Sequence[CallReport], say: Callable[[str], None]
) -> list[Crowd]:
    """Dialogues at once, for every size; for one alone they have been measured already."""
    found = []
    for size in sizes:
        chance = random.Random(seed + size)
        began = time.monotonic()
        if size == 1:
            found.append(gathered(1, alone))
            continue
        reports = await together(url, [scenarios.dialogue(chance, CROWD_TURNS) for _ in range(size)], voice, seed + size, ear)
        found.append(gathered(size, reports))
        say(f"{size} at once, {time.monotonic() - began:.0f} s: p50 {found[-1].p50}, p95 {found[-1].p95} ms, {found[-1].turns} turns")
    return found


def gathered(size: int, reports: Sequence[CallReport]) -> Crowd:
    turns = [turn for report in reports for turn in report.turns]
    times = [turn.counted_ms for turn in turns]
    ticks = sum(report.ticks for report in reports)
    return Crowd(
        size=size,
        p50=percentile(times, 50),
        p95=percentile(times, 95),
        turns=len(turns),
        missed=sum(turn.missed for turn in turns),
        unfit=sum(turn.fits is False for turn in turns),
        over=sum(turn.over_caller_ms > 0 for turn in turns),
        refused=sum(report.refused is not None for report in reports),
        broken=sum(report.broken is not None for report in reports),
        late_percent=round(100 * sum(report.late_ticks for report in reports) / max(1, ticks), 1),
    )


async def stages(url: str) -> dict[str, list[float]]:
    """The timelines that our own server stored."""
    found: dict[str, list[float]] = {}
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        answer = await client.get("/api/v1/calls", params={"limit": 50})
        answer.raise_for_status()
        for call in answer.json()["items"]:
            for turn in (await client.get(f"/api/v1/calls/{call['id']}")).json()["turns"]:
                if turn["role"] == "caller":
                    for name, ms in turn["timeline"].items():
                        found.setdefault(name, []).append(ms)
    return {name: found[name] for name in STAGES if name in found}


async def frame_work(url: str) -> float | None:
    """The bound under which 95 of 100 frames were worked off, from the histogram that our own server keeps."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        answer = await client.get("/metrics")
        answer.raise_for_status()
    families = text_string_to_metric_families(answer.text)
    buckets = [sample for family in families for sample in family.samples if sample.name == "assistant_frame_ms_bucket"]
    most = max((sample.value for sample in buckets), default=0.0)
    return next((float(sample.labels["le"]) for sample in buckets if most and sample.value >= 0.95 * most), None)
