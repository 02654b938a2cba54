"""`make bench`: real calls in real time against a server of its own; `make bench-peer` plays the same calls against Pipecat."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

import httpx

from assistant.domain.clock import SystemClock
from assistant.domain.errors import AssistantError
from bench.figures import machine, plot
from bench.measure import WhisperEar, crowd, frame_work, measure, stages
from bench.peer import compare
from bench.progress import DOC, Progress, drawn_seed, extra_settings, keep, warn_if_busy
from bench.report import Result, between, render
from bench.server import ServerFailed, local_settings, running
from bench.speech import word_errors
from bench.voices import CallerVoice
from config import ROOT

T = TypeVar("T")


async def bench(chosen: argparse.Namespace) -> int:
    settings, say = local_settings(), Progress()
    seed, extra = drawn_seed(chosen), extra_settings(chosen)
    say(f'seed {seed} (repeat with ARGS="--seed {seed}")')
    say(machine())
    before = warn_if_busy(say)
    data = Path(chosen.data or os.environ["DATA"]) if chosen.data or os.environ.get("DATA") else None
    if data is not None and not (data / "transcripts.jsonl").is_file():
        raise SystemExit(f"There is no transcripts.jsonl in {data}: give a folder of recordings with one, or leave DATA out.")
    voice, ear = CallerVoice(settings.models_dir), WhisperEar(settings.models_dir)
    await voice.start()
    await ear.start()
    try:
        say("word errors: " + ("recordings" if data else "synthetic callers (DATA=folder takes recordings)"))
        errors = await word_errors(settings, data, voice)
        say("starting a server of its own")
        async with running(**extra) as server:
            say(f"ready; {chosen.calls} calls of a kind, one at a time, then {', '.join(map(str, chosen.crowd)) or 'none'} at once")
            single = await measure(server.call_url, voice, ear, seed, chosen.calls, say)
            timelines = await _kept(stages(server.url), say) or {}
            many = await crowd(server.call_url, voice, ear, seed, chosen.crowd, single.dialogues, say)
            single.frame_ms = await _kept(frame_work(server.url), say)
            single.memory_mb = round(server.memory_mb())
    finally:
        await ear.stop()
        await voice.stop()
    told = ", ".join(f"{name}={value}" for name, value in extra.items())
    result = Result(
        at=SystemClock().now().isoformat(timespec="minutes"), seed=seed, machine=machine(), load=before,
        settings=told or "default speech engines, no language model", single=single, crowd=many, stages=timelines,
        word_errors=errors,
    )  # fmt: skip
    keep("bench.json", {**asdict(result), "single": single.as_json()})
    report = render(result)
    print(f"\n{report}")
    if not chosen.dry:
        plot(result.stages, {found.size: found.p95 for found in many}, DOC.parent / "performance.png")
        between("measured", report, DOC)
    say(f"done{'' if chosen.dry else f'; written to {DOC.relative_to(ROOT)}'}; every turn is in bench/out/bench.json")
    return 0


async def _kept(reading: Awaitable[T], say: Progress) -> T | None:
    """What the server keeps of its own work; the report goes without it when it cannot be read."""
    try:
        return await reading
    except httpx.HTTPError as error:
        say(f"what the server keeps of its work could not be read ({error}); the report goes without it")
        return None


def sizes(text: str) -> list[int]:
    try:
        found = [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers like 1,4,8") from None
    if any(number < 1 or number > 32 for number in found):
        raise argparse.ArgumentTypeError("between 1 and 32 calls at once")
    return found


def setting(text: str) -> str:
    if "=" not in text:
        raise argparse.ArgumentTypeError("write NAME=value")
    return text


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", default="calls", choices=["calls", "peer"])
    parser.add_argument("--seed", type=int, help="draw the same wordings and pauses again")
    parser.add_argument("--calls", type=int, default=None, help="calls of each kind, one at a time (3; 2 against the peer)")
    parser.add_argument("--crowd", type=sizes, default=None, help="calls at once (1,4,8,12,16; 8 against the peer); '' for none")
    parser.add_argument("--data", help="a folder of telephone recordings with transcripts.jsonl")
    parser.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=value", help="a setting of the server measured")
    parser.add_argument("--sides", default="ours,smart,timeout", help="peer only: which sides, see docs/performance.md")
    parser.add_argument("--dry", action="store_true", help="print only, leave docs/performance.md as it is")
    chosen = parser.parse_args()
    peer = chosen.what == "peer"
    chosen.calls = chosen.calls or (2 if peer else 3)
    if chosen.crowd is None:
        chosen.crowd = [8] if peer else [1, 4, 8, 12, 16]
    try:
        return asyncio.run(compare(chosen) if peer else bench(chosen))
    except (AssistantError, ServerFailed) as failure:
        print(f"The bench stopped: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
