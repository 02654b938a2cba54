"""Scores `assistant.language.times` on the project's own rows, written apart from the grammar (`times_own.tsv`).

A row is its set, the text, the moment it is said at and what it means: a date, an instant, a time of day, an interval `A/B` (`..` is an
open end, days end exclusively), an ISO duration or an RRULE; several that count are separated by ` | `, and `~` before a value marks a
window whose edges are a convention: half of the shorter of the two in common is enough. An empty value: the text means no time.
"""

from __future__ import annotations

import csv
import re
import statistics
import time as clock
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from assistant.domain.language import TimeValue
from assistant.language.times import resolve
from bench.eval_times import Report, written

ROWS = Path(__file__).with_name("times_own.tsv")
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_SECONDS = (365 * 86400, 30 * 86400, 7 * 86400, 86400, 3600, 60, 1)
#: times of day are compared on a day of their own
_SOME_DAY = "2000-01-01"


def _moment(text: str) -> datetime | None:
    if text == "..":
        return None
    return datetime.fromisoformat(_SOME_DAY + text if text.startswith("T") else text)


def _ends(text: str) -> tuple[datetime | None, datetime | None]:
    """The ends of a day, a moment or an interval."""
    first, slash, last = text.partition("/")
    start = _moment(first)
    if slash:
        return start, _moment(last)
    return start, start + timedelta(days=1) if start and len(first) == len("2026-03-10") and not first.startswith("T") else start


def _length(text: str) -> int:
    found = _DURATION.fullmatch(text)
    return sum(int(number or 0) * size for number, size in zip(found.groups(), _SECONDS, strict=True)) if found else -1


def _rule(text: str) -> dict[str, str]:
    parts = dict(part.split("=", 1) for part in text.split(";"))
    if parts.get("FREQ") == "DAILY" and "BYDAY" in parts:
        parts["FREQ"] = "WEEKLY"
    if "BYHOUR" in parts:
        parts.setdefault("BYMINUTE", "0")
    return {"INTERVAL": "1"} | {name: ",".join(sorted(value.split(","))) for name, value in parts.items()}


def agrees(answer: str, meant: str) -> bool:
    """Whether a value, as `written`, is what a row means."""
    window, meant = meant.startswith("~"), meant.removeprefix("~")
    if meant.startswith("FREQ") or answer.startswith("FREQ"):
        return meant.startswith("FREQ") and answer.startswith("FREQ") and _rule(answer) == _rule(meant)
    if meant.startswith("P") or answer.startswith("P"):
        return _length(answer) == _length(meant)
    if ("T" in answer.split("/")[0]) != ("T" in meant.split("/")[0]) and "/" not in meant:
        return False
    (a, b), (c, d) = _ends(answer), _ends(meant)
    if (a, b) == (c, d) or not window or not (a and b and c and d):
        return (a, b) == (c, d)
    shorter, longer = sorted((b - a, d - c))
    return min(b, d) - max(a, c) >= shorter / 2 and longer <= 4 * shorter


def right(values: list[TimeValue], meant: str) -> bool:
    """Whether the first of the values is what a row means; none at all where it means no time."""
    if not meant:
        return not values
    return bool(values) and any(agrees(written(values[0]), one) for one in meant.split(" | "))


def evaluate(path: Path = ROWS) -> Report:
    """Every row by its set: all of them, and what is said on the phone."""
    good: Counter[str] = Counter()
    total: Counter[str] = Counter()
    errors: list[tuple[str, str, str, str]] = []
    spent: list[float] = []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for number, row in enumerate(rows, 1):
        began = clock.thread_time()
        values = resolve(row["text"], datetime.fromisoformat(row["said"]))
        spent.append((clock.thread_time() - began) * 1000)
        ok = right(values, row["meant"])
        spoken = ("on the phone",) if row["set"].startswith("calls") else ()
        for name in ("all", row["set"], *spoken):
            total[name] += 1
            good[name] += ok
        if not ok:
            errors.append((f"{row['set']} {number}", row["text"], row["meant"], " ; ".join(written(value) for value in values)))
    ordered = sorted(spent) or [0.0]
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return Report({name: (good[name], total[name]) for name in sorted(total)}, statistics.median(ordered), p95, ordered[-1], errors)
