"""`make bench-peer`: the same calls, from the same seed, to our server and to a Pipecat bot, one after the other on this machine."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from assistant.domain.clock import SystemClock
from bench.figures import machine
from bench.measure import Crowd, Single, WhisperEar, crowd, measure
from bench.progress import DOC, Progress, drawn_seed, extra_settings, keep, warn_if_busy
from bench.report import between, side_by_side
from bench.server import Server, ServerFailed, free_port, local_settings, process, running
from bench.voices import CallerVoice
from config import ROOT, Settings

LOCK = ROOT / "requirements" / "peer.txt"
ENVIRONMENT = ROOT / ".setup" / "peer"
SIDES = {
    "ours": "Local Assistance, Piper",
    "ours-default": "Local Assistance, default voice",
    "smart": "Pipecat, Smart Turn (its default)",
    "timeout": "Pipecat, 0.2 s timeout, greedy",
}
INSTALL_SECONDS = 900


def versions(lock: str) -> str:
    """What the other side runs on, from its lock."""
    wanted = ("pipecat-ai", "faster-whisper", "ctranslate2", "onnxruntime", "piper-tts")
    found = dict(line.split(" ")[0].split("==") for line in lock.splitlines() if "==" in line and not line.startswith((" ", "#")))
    return ", ".join(f"{name} {found[name]}" for name in wanted if name in found)


def chosen_sides(text: str) -> list[str]:
    sides = [side.strip() for side in text.split(",") if side.strip()]
    if not sides or set(sides) - set(SIDES):
        raise SystemExit(f"--sides takes {', '.join(SIDES)}; not {text!r}.")
    return sides


def prepare(say: Progress) -> Path:
    """Pipecat's own environment, made when it is missing or its lock has changed."""
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    want = f"{zlib.crc32(LOCK.read_bytes())} {sys.version_info[:2]}"
    stamp = ENVIRONMENT / "installed"
    if python.exists() and stamp.is_file() and stamp.read_text() == want:
        return python
    say("installing Pipecat into .setup/peer (about two minutes, 900 MB, once)")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    ENVIRONMENT.parent.mkdir(exist_ok=True)
    _run([sys.executable, "-m", "venv", str(ENVIRONMENT)], "An environment for Pipecat could not be made")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    install += ["--require-hashes", "-r", str(LOCK)]
    _run(install, "Pipecat could not be installed; is there a package registry within reach?")
    _run([str(python), "-c", "import pipecat.services.whisper.stt, pipecat.services.piper.tts"], "Pipecat is installed but does not start")
    stamp.write_text(want)
    return python


def _run(command: list[str], failure: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise SystemExit(f"{failure} (nothing after {INSTALL_SECONDS // 60} minutes).") from None
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise SystemExit(f"{failure} ({lines[-1] if lines else f'exit status {done.returncode}'}).")


@asynccontextmanager
async def pipecat(python: Path, style: str, settings: Settings) -> AsyncIterator[Server]:
    """The other side: same Whisper, same Piper voice, as many threads and workers as ours take."""
    cores = os.cpu_count() or 2
    workers = max(1, min(cores, 4))
    port = free_port()
    voice = next(iter(sorted((settings.models_dir / "piper-joe").glob("*.onnx"))))
    with tempfile.TemporaryDirectory(prefix="assistant-peer-") as folder:
        command = [str(python), str(ROOT / "bench" / "peer_bot.py"), "--port", str(port), "--style", style, "--voice", str(voice)]
        command += ["--whisper", str(settings.models_dir / settings.stt_model)]
        command += ["--threads", str(max(1, cores // workers)), "--workers", str(workers)]
        async with process(command, dict(os.environ), Path(folder) / "bot.log", port, "/ws") as server:
            yield server


def side(name: str, python: Path | None, settings: Settings, extra: dict[str, str]) -> AbstractAsyncContextManager[Server]:
    if name == "ours-default":
        return running(**extra)
    if name == "ours":
        return running(**{"TTS_ENGINE": "piper", **extra})
    if python is None:
        raise ServerFailed("its environment is missing")
    return pipecat(python, name, settings)


async def compare(chosen: argparse.Namespace) -> int:
    settings, say = local_settings(), Progress()
    sides, seed, extra = chosen_sides(chosen.sides), drawn_seed(chosen), extra_settings(chosen)
    python = prepare(say) if set(sides) & {"smart", "timeout"} else None
    say(f'seed {seed} (repeat with ARGS="--seed {seed}")')
    say(machine())
    before = warn_if_busy(say)
    voice, ear = CallerVoice(settings.models_dir), WhisperEar(settings.models_dir)
    await voice.start()
    await ear.start()
    found: dict[str, tuple[Single, list[Crowd]]] = {}
    try:
        for name in sides:
            say(f"--- {SIDES[name]}")
            try:
                async with side(name, python, settings, extra) as server:
                    single = await measure(server.call_url, voice, ear, seed, chosen.calls, say)
                    many = await crowd(server.call_url, voice, ear, seed, chosen.crowd, single.dialogues, say)
                    single.memory_mb = round(server.memory_mb())
            except ServerFailed as failure:
                say(f"{SIDES[name]} could not be measured: {failure}")
                continue
            found[SIDES[name]] = (single, many)
            keep("peer.json", {label: {**one.as_json(), "crowd": [asdict(item) for item in rest]} for label, (one, rest) in found.items()})
    finally:
        await ear.stop()
        await voice.stop()
    if not found:
        return 1
    lines = [
        f"Measured {SystemClock().now().isoformat(timespec='minutes')}, seed {seed}, {chosen.calls} calls of a kind, load before {before}."
    ]
    lines += ["", machine(), f"The other side: {versions(LOCK.read_text(encoding='utf-8'))}.", "", side_by_side(found)]
    broken = [f"{label}: {trouble}" for label, (single, _) in found.items() for trouble in single.broken]
    lines += ["", "Calls that went wrong: " + "; ".join(broken) + "."] if broken else []
    report = "\n".join(lines)
    print(f"\n{report}\n")
    if not chosen.dry:
        between("peer", report, DOC)
    say(f"done{'' if chosen.dry else f'; written to {DOC.relative_to(ROOT)}'}; every turn is in bench/out/peer.json")
    return 0 if len(found) == len(sides) else 1
