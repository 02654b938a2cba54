"""Progress lines, what was drawn, and where the details are kept."""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

from bench.figures import load
from config import ROOT

OUT = ROOT / "bench" / "out"
DOC = ROOT / "docs" / "performance.md"
#: share of the cores that may be taken by others before it is said
BUSY = 0.3


class Progress:
    """Lines with the time since the beginning."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, line: str) -> None:
        seconds = int(time.monotonic() - self._began)
        print(f"[{seconds // 60:2}:{seconds % 60:02}] {line}", flush=True)


def drawn_seed(chosen: argparse.Namespace) -> int:
    seed: int | None = chosen.seed
    return int(time.time()) % 100_000 if seed is None else seed


def extra_settings(chosen: argparse.Namespace) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in chosen.set)


def warn_if_busy(say: Progress) -> str:
    busy = load()
    if busy > BUSY * (os.cpu_count() or 1):
        say(f"NOTE: other programs use this machine (load {busy}); the figures will be worse than they are on an idle one.")
    return str(busy)


def keep(name: str, found: dict[str, Any]) -> Path:
    """Every turn, for who wants to look closer."""
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / name
    path.write_text(json.dumps(found, indent=1, default=str), encoding="utf-8")
    return path
