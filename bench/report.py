"""The report: tables in Markdown, put between the markers of docs/performance.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.calls import Measured
from bench.figures import percentile, table
from bench.measure import Crowd, Single

HEAD = ("what", "turns", "p50 ms", "p95 ms", "max ms", "no answer", "spoke over caller", "answer fits")
CROWD_HEAD = (
    "calls at once",
    "p50 ms",
    "p95 ms",
    "turns",
    "no answer",
    "unfit",
    "spoke over",
    "refused",
    "broken",
    "caller late %",
)
CROWD_BUDGET_MS = 1500


@dataclass(slots=True)
class Result:
    at: str
    seed: int
    machine: str
    load: str
    settings: str
    single: Single
    crowd: list[Crowd] = field(default_factory=list)
    stages: dict[str, list[float]] = field(default_factory=dict)
    word_errors: list[list[object]] = field(default_factory=list)


def row(name: str, turns: Sequence[Measured]) -> list[object]:
    times = [turn.counted_ms for turn in turns]
    asked = [turn for turn in turns if turn.fits is not None]
    fit = f"{sum(bool(turn.fits) for turn in asked)}/{len(asked)}" if asked else None
    over, missed = sum(turn.over_caller_ms > 0 for turn in turns), sum(turn.missed for turn in turns)
    return [name, len(turns), percentile(times, 50), percentile(times, 95), percentile(times, 100), missed, over, fit]


def capacity(crowd: Sequence[Crowd], budget_ms: float = CROWD_BUDGET_MS) -> int:
    """The largest number of calls, with every smaller one measured, whose p95 stays under the budget and that were all taken."""
    most = 0
    for found in sorted(crowd, key=lambda item: item.size):
        if found.p95 is None or found.p95 >= budget_ms or found.refused or found.broken:
            break
        most = found.size
    return most


def interruptions(single: Single) -> list[Measured]:
    return [turn for turn in single.of("interrupting") if turn.kind == "interruption"]


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} ms"


def stops(single: Single) -> str:
    gave_way = [value for value in single.stops if value is not None]
    never = f", {single.never_stopped} never" if single.never_stopped else ""
    return f"p50 {_ms(percentile(gave_way, 50))}, p95 {_ms(percentile(gave_way, 95))} ({len(gave_way)}{never})"


def share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({100 * part / whole:.0f} %)" if whole else "")


def facts(single: Single) -> list[list[object]]:
    murmurs = single.murmurs
    cues = single.cues
    dialogue = single.of("dialogue")
    return [
        ["end of speech -> first word of the answer, p50", _ms(percentile([turn.counted_ms for turn in dialogue], 50)), "<= 450 ms"],
        ["the same, p95", _ms(percentile([turn.counted_ms for turn in dialogue], 95)), "<= 900 ms"],
        [
            "call answered -> greeting audible, p50 / p95",
            f"{_ms(percentile(single.greetings, 50))} / {_ms(percentile(single.greetings, 95))}",
            "<= 150 ms",
        ],
        ["caller interrupts -> silence", stops(single), "p95 <= 300 ms"],
        ["backchannels that ended an answer", share(sum(turn.fits is False for turn in murmurs), len(murmurs)), "0"],
        ["backchannels that halted it for a moment", share(sum(bool(turn.paused) for turn in murmurs), len(murmurs)), ""],
        ["hesitating turns spoken over", share(*single.spoken_over), "<= 5 %"],
        [
            "turns with a thinking cue, a filler or a false start before the answer",
            f"{len(cues)}" + (f" (cue p50 {_ms(percentile(cues, 50))})" if cues else ""),
            "reported apart",
        ],
    ]


def crowd_row(found: Crowd) -> list[object]:
    counted: list[object] = [found.missed, found.unfit, found.over, found.refused, found.broken]
    return [found.size, found.p50, found.p95, found.turns, *counted, found.late_percent]


def render(result: Result) -> str:
    single = result.single
    lines = [f"Measured {result.at}, seed {result.seed}, {result.settings}, load before it began {result.load}.", "", result.machine, ""]
    rows = [row("dialogue turns", single.of("dialogue")), row("hesitating turns", single.of("hesitant"))]
    rows.append(row("interruptions", interruptions(single)))
    lines += [table(rows, HEAD), ""]
    told = facts(single)
    if result.crowd:
        most = capacity(result.crowd)
        told.append(["calls at once with p95 < 1.5 s", f"{most} (of up to {max(item.size for item in result.crowd)} tried)", ">= 12"])
    if single.frame_ms is not None:
        told.append(["work for a 20 ms frame, p95, all calls together", f"<= {single.frame_ms:g} ms", "< 5 ms"])
    told.append(["memory of the server after all calls", f"{single.memory_mb} MB", ""])
    lines += [table(told, ("what", "measured", "budget")), ""]
    if result.crowd:
        lines += [table([crowd_row(found) for found in result.crowd], CROWD_HEAD), ""]
    if result.stages:
        found = [[name.replace("_", " "), _ms(percentile(ms, 50)), _ms(percentile(ms, 95)), len(ms)] for name, ms in result.stages.items()]
        lines += [table(found, ("stage, after the last sound of the caller", "p50", "p95", "turns")), ""]
    if result.word_errors:
        lines += [table(result.word_errors, ("recordings, through 8 kHz mu-law", "clips", "word errors", "seconds a clip")), ""]
    if single.broken:
        lines += ["Calls that went wrong: " + "; ".join(single.broken) + ".", ""]
    lines += ["![Latency by stage, and p95 against calls at once](performance.png)", ""]
    return "\n".join(lines)


def side_by_side(sides: Mapping[str, tuple[Single, Sequence[Crowd]]]) -> str:
    """One column a side."""
    names = list(sides)
    rows: list[list[object]] = []

    def line(title: str, values: Sequence[object]) -> None:
        rows.append([title, *values])

    singles = [single for single, _ in sides.values()]
    for title, q in (("p50", 50), ("p95", 95), ("max", 100)):
        line(
            f"complete answers, {title}",
            [_ms(percentile([turn.counted_ms for turn in single.of("dialogue")], q)) for single in singles],
        )
    line("no answer within 12 s", [share(sum(t.missed for t in s.of("dialogue")), len(s.of("dialogue"))) for s in singles])
    line("answers that fit", [_fit(single) for single in singles])
    line("dialogue turns spoken over", [share(sum(t.over_caller_ms > 0 for t in s.of("dialogue")), len(s.of("dialogue"))) for s in singles])
    line("**hesitating turns spoken over**", [share(*single.spoken_over) for single in singles])
    line("hesitating turns that were waited for: p50", [_ms(percentile([t.counted_ms for t in s.of("hesitant")], 50)) for s in singles])
    line("caller interrupts -> silence", [stops(single) for single in singles])
    line("backchannels that ended an answer", [share(sum(t.fits is False for t in s.murmurs), len(s.murmurs)) for s in singles])
    line("greeting audible, p50", [_ms(percentile(single.greetings, 50)) for single in singles])
    line("memory after all calls", [f"{single.memory_mb} MB" for single in singles])
    for size in sorted({found.size for _, crowd in sides.values() for found in crowd}):
        line(f"{size} at once: p50 / p95, no answer", [_at(crowd, size) for _, crowd in sides.values()])
    return table(rows, ("the same calls", *names))


def _fit(single: Single) -> str:
    asked = [turn for turn in single.of("dialogue") if turn.fits is not None]
    return share(sum(bool(turn.fits) for turn in asked), len(asked))


def _at(crowd: Sequence[Crowd], size: int) -> str:
    found = next((item for item in crowd if item.size == size), None)
    if found is None:
        return "-"
    lost = f", {found.refused + found.broken} calls lost" if found.refused + found.broken else ""
    return f"{_ms(found.p50)} / {_ms(found.p95)}, {found.missed} of {found.turns}{lost}"


def between(name: str, report: str, document: Path) -> None:
    """Put the report between `<!-- name: begin -->` and its end; markers that are missing are appended."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = document.read_text(encoding="utf-8") if document.exists() else "# Performance\n"
    if begin not in text or end not in text.partition(begin)[2]:
        text = text.replace(begin, "").rstrip() + f"\n\n{begin}\n{end}\n"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    document.parent.mkdir(exist_ok=True)
    document.write_text(f"{before}{begin}\n\n{report.strip()}\n\n{end}{after}", encoding="utf-8")
