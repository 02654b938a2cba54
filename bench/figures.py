"""Percentiles, tables and the plot."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import matplotlib
import psutil

from config import ROOT

matplotlib.use("Agg")
from matplotlib import pyplot as plt

PACKAGES = ("faster-whisper", "ctranslate2", "onnxruntime", "piper-tts", "hibari-tts", "numpy")


def percentile(values: Iterable[float | None], q: float) -> float | None:
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    place = (len(known) - 1) * q / 100
    low = int(place)
    high = min(low + 1, len(known) - 1)
    return round(known[low] + (known[high] - known[low]) * (place - low), 1)


def machine() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()}, {psutil.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}; this program at {_commit()}; {versions}."
    )


def load() -> float:
    """How many processes were running lately: what else the machine is doing before a measurement begins."""
    return round(psutil.getloadavg()[0], 1)


def _processor() -> str:
    unknown = platform.processor() or "processor unknown"
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return unknown
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), unknown)


def _commit() -> str:
    """The commit measured, with a plus sign where files differ from it."""
    if shutil.which("git") is None:
        return "an unknown commit"
    found = subprocess.run(["git", "describe", "--always", "--dirty=+"], cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "an unknown commit"


def table(rows: Sequence[Sequence[object]], head: Sequence[str]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join("-" if cell is None else str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def plot(stages: Mapping[str, Sequence[float]], concurrency: Mapping[int, float | None], target: Path) -> None:
    """Latency by stage (median and p95 of one call at a time) and p95 against calls at once."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
    names = [name for name, values in stages.items() if values]
    medians = [percentile(stages[name], 50) or 0 for name in names]
    worst = [percentile(stages[name], 95) or 0 for name in names]
    left.barh(range(len(names)), worst, color="#c9d8e8", label="p95")
    left.barh(range(len(names)), medians, color="#3b6ea5", height=0.5, label="median")
    left.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    left.invert_yaxis()
    left.set_xlabel("ms after the caller stopped speaking")
    if names:
        left.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    calls = [number for number, value in concurrency.items() if value is not None]
    right.plot(calls, [concurrency[number] for number in calls], marker="o", color="#3b6ea5")
    right.axhline(1500, color="#b5533c", linestyle="--", linewidth=1, label="budget 1500 ms")
    right.set_xticks(calls)
    right.set_xlabel("calls at once")
    right.set_ylabel("p95 reply, ms")
    right.set_ylim(bottom=0)
    right.legend()
    figure.tight_layout()
    figure.savefig(target, dpi=110)
    plt.close(figure)
