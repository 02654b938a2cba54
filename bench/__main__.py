"""`make bench`: real calls in real time against a server of its own; `make bench-peer` plays the same calls against Pipecat."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx

from assistant.domain.clock import SystemClock
from assistant.engines.stt.whisper import WhisperTranscriber
from assistant.telephony.audio import mulaw
from assistant.telephony.audio.resample import resample
from bench import scenarios
from bench.calls import CallReport, Measured, play, together
from bench.figures import machine, percentile, plot, table
from bench.server import Server, running
from bench.speech import word_errors
from bench.voices import CallerVoice
from config import ROOT, Settings

OUT = ROOT / "bench" / "out"
DOC = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


class WhisperEar:
    """Transcribes what the caller heard, with the larger model where it is there."""

    def __init__(self, models_dir: Path) -> None:
        base = models_dir / "whisper-base"
        self._whisper = WhisperTranscriber(base if (base / "model.bin").is_file() else models_dir / "whisper-tiny.en")

    async def start(self) -> None:
        await self._whisper.start()

    async def words(self, audio: bytes) -> str:
        pcm = resample(mulaw.decode(audio), 8000, 16000).tobytes()
        return (await self._whisper.transcribe(pcm)).text


def _row(name: str, turns: list[Measured]) -> list[object]:
    times = [turn.response_ms for turn in turns]
    asked = [turn for turn in turns if turn.fits is not None]
    fit = f"{sum(bool(turn.fits) for turn in asked)}/{len(asked)}" if asked else None
    over = sum(turn.over_caller_ms > 0 for turn in turns)
    missed = sum(value is None for value in times)
    return [name, len(turns), percentile(times, 50), percentile(times, 95), percentile(times, 100), missed, over, fit]


async def measure(url: str, voice: CallerVoice, ear: WhisperEar, seed: int, calls: int) -> dict[str, Any]:
    """One call at a time: dialogue, hesitation, interruption, backchannels."""
    chance = random.Random(seed)
    reports: dict[str, list[CallReport]] = {}
    for name, script in (
        ("dialogue", scenarios.dialogue), ("hesitant", scenarios.hesitant), ("interrupting", scenarios.interrupting),
        ("murmuring", scenarios.murmuring),
    ):  # fmt: skip
        count = calls if name in ("dialogue", "hesitant") else max(1, calls // 2)
        reports[name] = [await play(url, script(chance), voice, seed + number, ear=ear) for number in range(count)]
    turns = {name: [turn for report in found for turn in report.turns] for name, found in reports.items()}
    stops = [turn.stopped_ms for turn in turns["interrupting"] if turn.kind == "interruption"]
    murmurs = [turn for turn in turns["murmuring"] if turn.kind == "backchannel"]
    return {
        "rows": [_row("dialogue turns", turns["dialogue"]), _row("hesitating turns", turns["hesitant"])],
        "greeting_ms": percentile([report.greeting_ms for found in reports.values() for report in found], 50),
        "stop_p50": percentile(stops, 50),
        "stop_p95": percentile(stops, 95),
        "stops": len(stops),
        "backchannels": len(murmurs),
        "stopped_by_backchannel": sum(not turn.kept_talking for turn in murmurs),
        "hesitant_over": sum(turn.over_caller_ms > 0 for turn in turns["hesitant"]),
        "hesitant": len(turns["hesitant"]),
        "turns": [asdict(turn) for found in turns.values() for turn in found],
        "cues": sum(turn.cue_ms is not None for found in turns.values() for turn in found),
    }


async def crowd(url: str, voice: CallerVoice, seed: int, sizes: list[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for size in sizes:
        chance = random.Random(seed + size)
        reports = await together(url, [scenarios.dialogue(chance, 6) for _ in range(size)], voice, seed + size)
        times = [turn.response_ms for report in reports for turn in report.turns]
        found[size] = {
            "p50": percentile(times, 50),
            "p95": percentile(times, 95),
            "turns": len(times),
            "missed": sum(value is None for value in times),
            "refused": sum(report.refused is not None for report in reports),
            "over": sum(turn.over_caller_ms > 0 for report in reports for turn in report.turns),
            "late_ticks": sum(report.late_ticks for report in reports),
        }
        print(f"  {size:2} calls: {found[size]}", flush=True)
    return found


async def stages(server: Server) -> dict[str, list[float]]:
    """The timelines that the server itself stored."""
    found: dict[str, list[float]] = {}
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        calls = (await client.get("/api/v1/calls", params={"limit": 50})).json()["items"]
        for call in calls:
            for turn in (await client.get(f"/api/v1/calls/{call['id']}")).json()["turns"]:
                if turn["role"] == "caller":
                    for name, ms in turn["timeline"].items():
                        found.setdefault(name, []).append(ms)
    order = ["end_of_turn", "transcript", "understanding", "first_text", "first_audio_synthesised", "first_audio_sent", "first_audio_heard"]
    return {name: found[name] for name in order if name in found}


async def bench(chosen: argparse.Namespace) -> int:
    settings = Settings()
    seed = chosen.seed if chosen.seed is not None else int(time.time()) % 100_000
    print(f"seed {seed} (repeat with --seed {seed})\n{machine()}", flush=True)
    voice, ear = CallerVoice(settings.models_dir), WhisperEar(settings.models_dir)
    await voice.start()
    await ear.start()
    result: dict[str, Any] = {"seed": seed, "machine": machine(), "at": SystemClock().now().isoformat(timespec="minutes")}
    try:
        async with running() as server:
            result["single"] = await measure(server.call_url, voice, ear, seed, chosen.calls)
            result["stages"] = await stages(server)
            print(table(result["single"]["rows"], HEAD), flush=True)
            result["crowd"] = await crowd(server.call_url, voice, seed, chosen.crowd)
            result["memory_mb"] = round(server.memory_mb())
        data = chosen.data or os.environ.get("DATA")
        result["wer"] = await word_errors(settings, Path(data) if data else None, voice)
    finally:
        await voice.stop()
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "bench.json").write_text(json.dumps(result, indent=1))
    report = render(result)
    print(report)
    if not chosen.dry:
        DOC.parent.mkdir(exist_ok=True)
        plot(result["stages"], {size: row["p95"] for size, row in result["crowd"].items()}, DOC.parent / "performance.png")
        write(report)
    return 0


HEAD = ("what", "turns", "p50 ms", "p95 ms", "max ms", "no answer", "spoke over caller", "answer fits")


def render(result: dict[str, Any]) -> str:
    single = result["single"]
    lines = [f"Measured {result['at']}, seed {result['seed']}, on {result['machine']}.", "", table(single["rows"], HEAD), ""]
    hesitant = f"{single['hesitant_over']} of {single['hesitant']}"
    facts = [
        ["answer -> greeting audible", f"{single['greeting_ms']} ms", "<= 150 ms"],
        ["caller interrupts -> silence", f"p50 {single['stop_p50']}, p95 {single['stop_p95']} ms ({single['stops']})", "p95 <= 300 ms"],
        ["backchannels that stopped us", f"{single['stopped_by_backchannel']} of {single['backchannels']}", "0"],
        ["hesitating turns spoken over", hesitant, "<= 5 %"],
        ["turns with a thinking cue first", single["cues"], "reported apart"],
        ["memory after all calls", f"{result['memory_mb']} MB", ""],
    ]
    lines += [table(facts, ("what", "measured", "budget")), ""]
    crowd_rows = [
        [size, row["p50"], row["p95"], row["turns"], row["missed"], row["refused"], row["over"]] for size, row in result["crowd"].items()
    ]
    lines += [table(crowd_rows, ("calls at once", "p50 ms", "p95 ms", "turns", "no answer", "refused", "spoke over")), ""]
    if result.get("wer"):
        lines += [table(result["wer"], ("recordings", "clips", "word errors", "seconds a clip")), ""]
    return "\n".join(lines)


def write(report: str) -> None:
    """Put the figures between the markers of docs/performance.md."""
    text = DOC.read_text(encoding="utf-8") if DOC.exists() else f"# Performance\n\n{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOC.write_text(f"{before}{BEGIN}\n\n{report}\n{END}{after}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", default="calls", choices=["calls", "peer"])
    parser.add_argument("--seed", type=int)
    parser.add_argument("--calls", type=int, default=4, help="calls of each kind, one at a time")
    parser.add_argument("--crowd", type=lambda text: [int(part) for part in text.split(",")], default=[1, 2, 4, 8, 12, 16])
    parser.add_argument("--data", help="a folder of telephone recordings with transcripts.jsonl")
    parser.add_argument("--dry", action="store_true", help="print only, leave docs/performance.md as it is")
    chosen = parser.parse_args()
    if chosen.what == "peer":
        from bench.peer import compare

        return asyncio.run(compare(chosen))
    return asyncio.run(bench(chosen))


if __name__ == "__main__":
    sys.exit(main())
