"""Trains the tagger of names and places: `python -m bench.train_pii --data FOLDER`.

Reads the project's own phrases (`bench/pii_phrases.txt`, filled with invented names) and, when a folder is named, the development third of
the public corpora in it. A fifth of those rows is kept aside and never trained on. Rows that were made from a template are kept aside by
their template, not one by one: a row whose sentence was trained on with another name in it would measure memory. Writes
`assistant/language/weights/pii.npz` and its provenance beside it. Repeatable: same inputs, same weights.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.language.pii import Redactor
from assistant.language.pii.lexicon import LISTS
from assistant.language.pii.tagger import LABELS, WEIGHTS, Floats, Tagger
from assistant.language.pii.tokens import VERSION
from bench import eval_times
from bench.pii_chain import fit
from bench.pii_lessons import PHRASES, Lesson, corpus_lessons, fold_of, kept_aside, own_lessons, plain_lessons


def learn(lessons: Sequence[Lesson], *, strength: float, rounds: int) -> tuple[np.ndarray[Any, Any], float, Floats, Floats]:
    """Weights as whole numbers of one byte, the scale that makes them weights again, transitions, starts."""
    weights, transitions, starts = fit(lessons, strength=strength, rounds=rounds)
    scale = float(np.abs(weights).max()) / 127
    return np.rint(weights / scale).astype(np.int8), scale, transitions.astype(np.float32), starts.astype(np.float32)


def tagger_of(learned: tuple[np.ndarray[Any, Any], float, Floats, Floats]) -> Tagger:
    whole, scale, transitions, starts = learned
    return Tagger(whole.astype(np.float32) * np.float32(scale), transitions, starts)


def answers(rows: Sequence[dict[str, Any]], tagger: Tagger) -> list[dict[str, Any]]:
    redactor = Redactor(tagger=tagger)
    return [
        {"id": row["id"], "spans": [{"start": s.start, "end": s.end, "type": s.type} for s in redactor.redact(row["text"]).spans]}
        for row in rows
    ]


def figures(folder: Path, rows: Sequence[dict[str, Any]], given: Sequence[dict[str, Any]]) -> dict[str, Any]:
    score = eval_times.scorer(folder).score_pii(rows, given)
    return {
        "rows": len(rows),
        "recall": round(score["recall"], 4),
        "precision": round(score["precision"], 4),
        "false_alarms": score["false_alarm_rows (no PII at all)"],
        "recall_by_type": score["recall_by_type"],
        "precision_by_type": score["precision_by_type"],
        "person_recall_by_source": score["person_recall_by_source"],
    }


def in_small_letters(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows as a transcript has them, where that moves no character."""
    return [{**row, "text": row["text"].lower()} for row in rows if len(row["text"].lower()) == len(row["text"])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with pii.dev.jsonl, intents.dev.jsonl, time.dev.jsonl and score.py")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--strength", type=float, default=1.0, help="how far weights may go: the variance of their prior")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--folds", type=int, default=4, help="cross-validation by template over the rows not kept aside; 0: none")
    parser.add_argument("--everything", action="store_true", help="after measuring, train the final weights on the kept fifth too")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    if options.data:
        rows = [json.loads(line) for line in (options.data / "pii.dev.jsonl").read_text(encoding="utf-8").splitlines() if line]
    tuned, aside = [row for row in rows if not kept_aside(row)], [row for row in rows if kept_aside(row)]
    common = [*own_lessons(), *plain_lessons(options.data)]
    report: dict[str, Any] = {}
    settings = {"strength": options.strength, "rounds": options.rounds}
    for by_template in (True, False) if tuned and options.folds else ():
        given: list[dict[str, Any]] = []
        small: list[dict[str, Any]] = []
        for fold in range(options.folds):
            held = [row for row in tuned if fold_of(row, options.folds, by_template=by_template) == fold]
            kept = [row for row in tuned if fold_of(row, options.folds, by_template=by_template) != fold]
            tagger = tagger_of(learn([*common, *corpus_lessons(kept)], **settings))
            given += answers(held, tagger)
            small += answers(in_small_letters(held), tagger)
        name = "cross-validated by " + ("template" if by_template else "row (other rows of the same template were trained on)")
        report[name] = figures(options.data, tuned, given)
        if by_template:
            report[name + ", in small letters"] = figures(options.data, in_small_letters(tuned), small)
    learned = learn([*common, *corpus_lessons(tuned)], **settings)
    if aside:
        report["kept-aside fifth"] = figures(options.data, aside, answers(aside, tagger_of(learned)))
        if options.everything:
            learned = learn([*common, *corpus_lessons(rows)], **settings)
    whole, scale, transitions, starts = learned
    header = {"labels": list(LABELS), "features": VERSION, "scale": scale}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(options.out, header=np.asarray(json.dumps(header)), weights=whole, transitions=transitions, starts=starts)
    trained = rows if options.everything else tuned
    provenance = {
        "made_by": "bench/train_pii.py",
        "settings": {**settings, "folds": options.folds, "everything": options.everything},
        "own_phrases": {"sha256": hashlib.sha256(PHRASES.read_bytes()).hexdigest()},
        "lists": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(LISTS.glob("*.txt"))},
        "lessons": dict(sorted(Counter(lesson.origin for lesson in [*common, *corpus_lessons(trained)]).items())),
        "corpora": dict(sorted(Counter(row["source"] for row in trained).items())),
        "corpus_licences": {
            "presidio-research-v2": "MIT",
            "presidio-research-large": "MIT",
            "presidio-tests": "MIT",
            "restaurant8k": "CC BY 4.0",
            "restaurant8k-negative": "CC BY 4.0",
            "nlupp": "CC BY 4.0",
            "hwu64": "CC BY 4.0",
            "sentences without names": "the development rows of intents and times; sources and licences in intents.json",
        },
        "note": "Only numbers learned from the rows are stored, no row is. Rows made from a template are kept aside by template."
        " The own phrases were written after reading the misses of earlier cross-validations, so those figures flatter; the misses of the"
        " fifth kept aside were not read.",
        "measured": report,
    }
    options.out.with_suffix(".json").write_text(json.dumps(provenance, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps({"bytes": options.out.stat().st_size, "lessons": provenance["lessons"], **report}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
