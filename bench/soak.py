"""`python -m bench.soak --calls 200 --at-once 4`: many short calls one after another; does memory return to where it was?"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from pathlib import Path

from bench.caller import Caller
from bench.figures import machine
from bench.server import Server, running
from bench.voices import CallerVoice, Utterance
from config import load_settings

OUT = Path(__file__).resolve().parent / "out"
SAYINGS = ("How much is a cleaning?", "When are you open on Friday?", "I'd like to book a check-up.", "What is your address?")
#: Caches fill and threads start during the first calls; what grows after them is a leak.
SETTLED = 0.25
#: Allowed growth from the settled level to the end, of all processes together.
GROWTH = 0.05


async def one(server: Server, utterance: Utterance, seed: int) -> bool:
    """Greeting, one question, its answer, hang up; True when there was an answer."""
    caller = Caller(server.call_url, seed)
    answered = False

    async def scenario(call: Caller) -> None:
        nonlocal answered
        await call.until_quiet(0, quiet_ms=400, seconds=12)
        _, end = await call.say(utterance)
        answered = await call.wait(lambda: call.heard.first(end + 1) is not None, 12)

    await caller.run(scenario)
    return answered


async def soak(calls: int, at_once: int, seed: int) -> int:
    voice = CallerVoice(load_settings().models_dir)
    await voice.start()
    try:
        said = [await voice.say([text], 0, seed + number) for number, text in enumerate(SAYINGS)]
    finally:
        await voice.stop()
    chance = random.Random(seed)
    memory: list[float] = []
    answered = 0
    async with running() as server:
        began = time.perf_counter()
        print(f"{machine()}\nbefore the first call: {server.memory_mb():.0f} MB")
        for done in range(0, calls, at_once):
            several = min(at_once, calls - done)
            found = await asyncio.gather(*(one(server, chance.choice(said), seed + done + number) for number in range(several)))
            answered += sum(found)
            memory.append(server.memory_mb())
            if (done // at_once) % 10 == 9 or done + several == calls:
                print(f"[{time.perf_counter() - began:4.0f} s] {done + several} calls: {memory[-1]:.0f} MB", flush=True)
    settled = memory[int(len(memory) * SETTLED) :]
    grown = sum(settled[-5:]) / len(settled[-5:]) / (sum(settled[:5]) / len(settled[:5])) - 1
    print(f"{answered} of {calls} answered; memory from the settled level to the end: {grown:+.1%} (allowed {GROWTH:.0%})")
    OUT.mkdir(exist_ok=True)
    (OUT / "soak.json").write_text(json.dumps({"calls": calls, "at_once": at_once, "answered": answered, "memory_mb": memory}))
    return 0 if answered == calls and grown <= GROWTH else 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    return asyncio.run(soak(chosen.calls, chosen.at_once, chosen.seed))


if __name__ == "__main__":
    sys.exit(main())
