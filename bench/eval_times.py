"""Scores `assistant.language.times` on a corpus folder: figures by slice, speed, and the rows that went wrong."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import statistics
import sys
import time as clock
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from types import ModuleType
from typing import Any

from assistant.domain.language import Moment, TimeValue
from assistant.language.times import resolve

DISPUTED = Path(__file__).with_name("disputed.toml")


@dataclass(frozen=True)
class Report:
    """`slices` maps a slice to (right, rows); `errors` are (id, text, gold, answer)."""

    slices: dict[str, tuple[int, int]]
    p50_ms: float
    p95_ms: float
    max_ms: float
    errors: list[tuple[str, str, str, str]] = field(default_factory=list)

    def share(self, name: str) -> float:
        """The accuracy of a slice."""
        right, rows = self.slices.get(name, (0, 0))
        return right / rows if rows else 0.0


def set_aside(row_id: str) -> bool:
    """The fifth of the rows that is never looked at while tuning."""
    return int(hashlib.sha256(row_id.encode()).hexdigest(), 16) % 5 == 0


def disputed() -> frozenset[str]:
    """The rows whose gold, by our reading, does not follow from their words."""
    listed = tomllib.loads(DISPUTED.read_text(encoding="utf-8"))
    return frozenset(row for group in listed["because"] for row in group["rows"])


def _moment(m: Moment | None) -> str:
    if m is None:
        return ".."
    if isinstance(m, datetime):
        return m.replace(tzinfo=None, fold=0).isoformat(timespec="seconds")
    if isinstance(m, time):
        return "T" + m.replace(tzinfo=None).isoformat(timespec="seconds")
    return m.isoformat()


def written(value: TimeValue) -> str:
    """A value in the corpus's notation."""
    if value.kind == "duration" and value.duration is not None:
        seconds = int(value.duration.total_seconds())
        days, rest = divmod(seconds, 86400)
        return f"P{days}DT{rest}S" if rest or not days else f"P{days}D"
    if value.kind == "recurring":
        return value.recurrence or ""
    if value.kind == "interval":
        return f"{_moment(value.start)}/{_moment(value.end)}"
    return _moment(value.start)


def scorer(data_dir: Path) -> ModuleType:
    """The corpus's own scorer."""
    spec = importlib.util.spec_from_file_location("corpus_score", data_dir / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(data_dir / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def evaluate(data_dir: Path | str, *, name: str = "time.dev.jsonl", keep: Callable[[dict[str, Any]], bool] | None = None) -> Report:
    """Resolve every row of the corpus and score it by slice: all, booking, kept-aside, source and kind."""
    folder = Path(data_dir)
    score = scorer(folder)
    rows = [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines() if line.strip()]
    in_doubt = disputed()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    errors: list[tuple[str, str, str, str]] = []
    spent: list[float] = []
    for row in rows:
        if keep is not None and not keep(row):
            continue
        reference = datetime.fromisoformat(row["reference"])
        country = "GB" if row.get("locale") == "en-GB" else "US"
        began = clock.thread_time()
        values = resolve(row["text"], reference, country=country)
        spent.append((clock.thread_time() - began) * 1000)
        answer = written(values[0]) if values else ""
        golds = [row["value"], *row.get("accept", [])]
        ok = bool(answer) and any(
            score.match_one(row["kind"], g, answer, row.get("grain"), row["match"], row.get("bounded", False)) for g in golds
        )
        booking = "booking" if row["booking"] else "other"
        aside = "aside" if set_aside(row["id"]) else "tuned"
        for key in (
            "all",
            booking,
            aside,
            f"{booking}/{aside}",
            f"kind:{row['kind']}",
            f"source:{row['source']}",
            f"{booking}/kind:{row['kind']}",
            *(("all, gold not disputed", f"{booking}, gold not disputed") if row["id"] not in in_doubt else ()),
        ):
            total[key] += 1
            right[key] += ok
        if not ok:
            errors.append((row["id"], row["text"], row["value"], " ; ".join(written(v) for v in values)))
    slices = {k: (right[k], total[k]) for k in sorted(total)}
    ordered = sorted(spent) or [0.0]
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return Report(slices, statistics.median(ordered), p95, ordered[-1], errors)


def lines(report: Report) -> Iterable[str]:
    """The report as text, one slice a line."""
    for name, (good, rows) in report.slices.items():
        yield f"{name:28} {good:5}/{rows:<5} {good / max(1, rows):6.1%}"
    yield f"milliseconds of CPU each: p50 {report.p50_ms:.2f}, p95 {report.p95_ms:.2f}, worst {report.max_ms:.2f}"


if __name__ == "__main__":
    found = evaluate(Path(sys.argv[1]))
    print("\n".join(lines(found)))
    if "--errors" in sys.argv:
        for error in found.errors:
            print(*error, sep=" | ")
