"""`make eval [DATA=folder]`: how well times, intents, slots and personal data are understood, by slice, errors listed.

With a folder of the public corpora it scores their development third (the fifth kept from tuning on its own); without one it runs on the
project's own held-out phrases, so that anyone can repeat it. Appends a row to `docs/evaluation.md`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import privacy
from assistant.domain.clock import SystemClock
from assistant.engines.embed import load_minilm
from bench import eval_times, own_times
from bench.eval_understanding import PROFILE, Report, on_corpus, on_own
from bench.pii_lessons import kept_aside
from config import Settings
from nlu_engine import NLUEngine

LOG = Path("docs/evaluation.md")
_COLUMNS = (
    "day", "commit", "data", "engine", "times booking (aside)", "times all (aside)", "intents F1 (aside)", "out-of-scope recall (aside)",
    "slots", "PII r / p", "p95 CPU ms",
)  # fmt: skip
_HEAD = f"""# Evaluation

`make eval DATA=folder` on the development third of the public corpora (sources and licences:
`assistant/language/weights/intents.json`), `make eval` on the project's own held-out phrases.
"Aside" is the fifth of the rows, by a hash of their id, that the classifier is never trained on and the time grammar never
tuned to. (Some of its wrong intents were read while the rules were written, so the hidden rows are the stricter judge.)

Names and places are read by a linear-chain tagger over hashed features (`assistant/language/weights/pii.json`). Its rows kept aside are
split by the template they were made from, so that no sentence is in both parts, and `bench/train_pii.py` cross-validates the same way.

| {" | ".join(_COLUMNS)} |
|{"---|" * len(_COLUMNS)}
"""


def _own_times() -> tuple[list[str], str, str, list[str]]:
    """The project's own rows, and those of them that are said on the phone."""
    report = own_times.evaluate()
    errors = [" | ".join(error) for error in report.errors]
    return (
        ["== times, our own rows", *eval_times.lines(report)],
        f"{report.share('on the phone'):.3f}",
        f"{report.share('all'):.3f}",
        errors,
    )


def _times(folder: Path) -> tuple[list[str], str, str, list[str]]:
    report = eval_times.evaluate(folder)
    errors = [" | ".join(error) for error in report.errors]
    booking = f"{report.share('booking'):.3f} ({report.share('booking/aside'):.3f})"
    return ["== times", *eval_times.lines(report)], booking, f"{report.share('all'):.3f} ({report.share('aside'):.3f})", errors


def _personal(folder: Path) -> tuple[list[str], str]:
    score = eval_times.scorer(folder)
    rows = [json.loads(line) for line in (folder / "pii.dev.jsonl").read_text(encoding="utf-8").splitlines() if line]
    answers = [
        {
            "id": row["id"],
            "spans": [{"start": span.start, "end": span.end, "type": span.type} for span in privacy.redact(row["text"]).spans],
        }
        for row in rows
    ]
    lines = ["== personal data (names and places are learned from the tuned rows; aside, split by template, is the honest figure)"]
    shares: list[str] = []
    for name, wanted in (("all", (False, True)), ("tuned", (False,)), ("aside", (True,))):
        some = [row for row in rows if kept_aside(row) in wanted]
        figures = score.score_pii(some, answers)
        shares.append(f"{figures['recall']:.3f} / {figures['precision']:.3f}")
        lines += [f"-- {name}", *(f"{key}: {value}" for key, value in figures.items() if value is not None)]
    return lines, f"{shares[0]} ({shares[2]})"


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "-"


def _append(cells: Iterable[str]) -> None:
    if not LOG.exists():
        LOG.parent.mkdir(exist_ok=True)
        LOG.write_text(_HEAD, encoding="utf-8")
    with LOG.open("a", encoding="utf-8") as log:
        log.write("| " + " | ".join(cells) + " |\n")


def _print(lines: Iterable[str], errors: list[str], most: int) -> None:
    print("\n".join(lines))
    for error in errors[:most]:
        print("   ", error)
    if len(errors) > most:
        print(f"    ... and {len(errors) - most} more (--errors {len(errors)})")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, help="folder with the corpora and their score.py")
    parser.add_argument("--model", type=Path, help="folder of the embedding model (default: the settings' model folder)")
    parser.add_argument("--errors", type=int, default=40, help="how many errors to list of each kind")
    parser.add_argument("--no-row", action="store_true", help="do not append to docs/evaluation.md")
    options = parser.parse_args()
    embedder = load_minilm(options.model) if options.model else None
    engine = NLUEngine(Settings(), profile=lambda: PROFILE, embedder=embedder)
    engine.warm()
    print(f"engine: {engine.engine}" + (f" ({engine.problem})" if engine.problem else ""), "\n")
    personal = "-"
    reports: list[Report]
    lines, booking, everything, errors = _times(options.data) if options.data else _own_times()
    _print(lines, errors, options.errors)
    if options.data:
        reports = on_corpus(engine, options.data)
    else:
        reports = on_own(engine)
    for report in reports:
        _print(report.lines(), report.errors, options.errors)
    if options.data:
        lines, personal = _personal(options.data)
        _print(lines, [], 0)
    intents, slots = reports[0], reports[1]
    honest = intents.slices.get("kept aside", intents.slices["all"])
    if not options.no_row:
        today: date = SystemClock().now().date()
        _append(
            [
                today.isoformat(),
                _commit(),
                "corpora" if options.data else "own",
                engine.engine,
                booking,
                everything,
                f"{intents.slices['all']['macro_f1']:.3f} ({honest['macro_f1']:.3f})",
                f"{intents.slices['all']['out_of_scope_recall']:.3f} ({honest['out_of_scope_recall']:.3f})",
                f"{next(value for key, value in slots.slices['all'].items() if key not in ('rows', 'values')):.3f}",
                personal,
                f"{intents.p95_ms:.1f}",
            ]
        )


if __name__ == "__main__":
    main()
