"""Scores intents and slots, on the public corpora in a folder or on the project's own held-out phrases."""

from __future__ import annotations

import json
import statistics
import time as clock
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from assistant.domain.business import BusinessProfile, Service
from assistant.domain.language import Understanding, UnderstandingContext
from bench.eval_times import scorer
from bench.train_intents import kept_aside
from nlu_engine import NLUEngine

HELD_OUT = Path(__file__).parent / "phrases_heldout.tsv"
#: The day that the dialogues of the corpora take place on.
NOW = datetime(2019, 3, 1, 12, tzinfo=UTC)
PROFILE = BusinessProfile(
    "Riverside Dental",
    "America/New_York",
    services=(
        Service("Cleaning", 45, ("teeth cleaning", "hygienist", "scale and polish")),
        Service("Check-up", 30, ("checkup", "exam", "consultation")),
        Service("Whitening", 60, ("bleaching",)),
    ),
)


@dataclass(frozen=True)
class Report:
    """Figures by slice, what went wrong, and how long an utterance takes."""

    title: str
    slices: dict[str, dict[str, float]]
    errors: list[str]
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    notes: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterable[str]:
        yield f"== {self.title}"
        for name, figures in self.slices.items():
            yield f"{name:34} " + "  ".join(f"{key} {value:.3f}" if value <= 1 else f"{key} {value:.0f}" for key, value in figures.items())
        yield from (f"{key}: {value}" for key, value in self.notes.items())
        if self.p95_ms:
            yield f"milliseconds of CPU an utterance: p50 {self.p50_ms:.1f}, p95 {self.p95_ms:.1f}"


def _timed(spent: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(spent) or [0.0]
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def said_slots(found: Understanding) -> dict[str, str]:
    """Our slots under the corpus's names; there dates and times are the words themselves."""
    slots = {"person": found.slots.get("person_name"), "title": found.slots.get("title"), "place": found.slots.get("place")}
    for value in found.times:
        on_day = isinstance(value.start, date) or isinstance(value.end, date) or value.kind == "recurring"
        at_time = isinstance(value.start, (datetime, time)) or isinstance(value.end, (datetime, time))
        if on_day:
            slots.setdefault("date", value.text)
        if at_time:
            slots.setdefault("time", value.text)
    return {key: str(value) for key, value in slots.items() if value}


def on_corpus(engine: NLUEngine, folder: Path) -> list[Report]:
    """Intents and slots of the development third; the fifth that was kept from training is the honest figure."""
    score = scorer(folder)
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (folder / "intents.dev.jsonl").read_text(encoding="utf-8").splitlines() if line
    ]
    answers: list[dict[str, Any]] = []
    spent: list[float] = []
    errors: list[str] = []
    sure: list[tuple[float, bool]] = []
    for row in rows:
        context = UnderstandingContext(in_dialogue=bool(row.get("in_dialogue")))
        began = clock.thread_time()
        found = engine.understand(row["text"], now=NOW, timezone="America/New_York", context=context)
        spent.append((clock.thread_time() - began) * 1000)
        answers.append({"id": row["id"], "intent": found.intent, "slots": said_slots(found)})
        right = found.intent in {row["intent"], *row.get("accept", [])}
        aside = kept_aside(row["id"])
        if aside:
            sure.append((found.confidence, right))
        if not right:
            errors.append(
                f"{'aside' if aside else 'train'} {row['intent']} -> {found.intent} ({found.confidence:.2f}, {found.source}) |"
                f" {row['source']} | {row['text']}"
            )
    parts = {
        "kept aside": [row for row in rows if kept_aside(row["id"])],
        "trained on": [row for row in rows if not kept_aside(row["id"])],
        "all": rows,
    }
    slices = {}
    for name, chosen in parts.items():
        figures = score.score_intents(chosen, answers)
        right_oos, of_oos = figures["per_intent_recall"]["out_of_scope"].split()[0].split("/")
        slices[name] = {
            "rows": len(chosen),
            "accuracy": figures["accuracy"],
            "macro_f1": figures["macro_f1"],
            "out_of_scope_recall": int(right_oos) / int(of_oos),
        }
    for source in sorted({row["source"] for row in rows}):
        chosen = [row for row in parts["kept aside"] if row["source"] == source]
        if chosen:
            slices[f"kept aside, {source}"] = {"rows": len(chosen), "accuracy": score.score_intents(chosen, answers)["accuracy"]}
    recall = score.score_intents(parts["kept aside"], answers)["per_intent_recall"]
    notes = {
        "recall kept aside": ", ".join(f"{key} {value.split()[0]}" for key, value in recall.items()),
        "calibration kept aside": calibration(sure),
    }
    intents = Report("intents (corpora, development third)", slices, errors, *_timed(spent), notes=notes)
    slots = Report(
        "slots (corpora)",
        {
            "all": {
                "rows": len(rows),
                "slot_f1": score.score_intents(rows, answers)["slot_f1"],
                "f1 without places": _without_places(score, rows, answers),
            }
        },
        [],
    )
    return [intents, slots]


def _without_places(score: Any, rows: list[dict[str, Any]], answers: list[dict[str, Any]]) -> float:
    kept = [{**row, "slots": {key: value for key, value in (row.get("slots") or {}).items() if key != "place"}} for row in rows]
    return float(score.score_intents(kept, answers)["slot_f1"])


def calibration(sure: Sequence[tuple[float, bool]]) -> str:
    """Said confidence against how often it was right, in bands."""
    bands = []
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        inside = [right for confidence, right in sure if low <= confidence < high]
        if inside:
            bands.append(f"{low:.1f}-{min(high, 1.0):.1f}: {sum(inside) / len(inside):.2f} of {len(inside)}")
    return "; ".join(bands)


@dataclass(frozen=True)
class HeldOut:
    intent: str
    text: str
    expecting: str
    slots: dict[str, Any]
    accept: frozenset[str]


def held_out(path: Path = HELD_OUT) -> list[HeldOut]:
    """Our own phrases that nothing is trained on: intent (`a|b` where b counts, too), words, what was asked for, the slots (JSON)."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            intent, text, expecting, slots = [*line.split("\t"), "", ""][:4]
            first, *others = intent.split("|")
            rows.append(HeldOut(first, text, expecting or "open", json.loads(slots) if slots else {}, frozenset({first, *others})))
    return rows


def on_own(engine: NLUEngine) -> list[Report]:
    """Intents and slots of the project's held-out phrases."""
    right: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    false: Counter[str] = Counter()
    filled = wanted = 0
    errors: list[str] = []
    wrong_slots: list[str] = []
    spent: list[float] = []
    for row in held_out():
        context = UnderstandingContext(expecting=row.expecting, in_dialogue=row.expecting != "open")
        began = clock.thread_time()
        found = engine.understand(row.text, now=NOW, timezone="America/New_York", context=context)
        spent.append((clock.thread_time() - began) * 1000)
        if row.intent != "-":
            totals[row.intent] += 1
            right[row.intent] += found.intent in row.accept
            false[found.intent] += found.intent not in row.accept
            if found.intent not in row.accept:
                errors.append(f"{row.intent} -> {found.intent} ({found.confidence:.2f}, {found.source}) | {row.text}")
        for key, value in row.slots.items():
            wanted += 1
            filled += found.slots.get(key) == value
            if found.slots.get(key) != value:
                wrong_slots.append(f"{key}: {value!r}, got {found.slots.get(key)!r} | {row.text}")
    scores = [2 * right[key] / (right[key] + totals[key] + false[key]) for key in totals]
    slices = {
        "all": {
            "rows": totals.total(),
            "accuracy": right.total() / totals.total(),
            "macro_f1": sum(scores) / len(scores),
            "out_of_scope_recall": right["out_of_scope"] / max(1, totals["out_of_scope"]),
        }
    }
    return [
        Report("intents (own held-out phrases)", slices, errors, *_timed(spent)),
        Report("slots (own held-out phrases)", {"all": {"values": wanted, "right": filled / max(1, wanted)}}, wrong_slots),
    ]
