"""What is written down, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.calls import Measured
from bench.measure import Crowd, Single
from bench.peer import chosen_sides, versions
from bench.report import Result, between, capacity, render, row, side_by_side


def crowd(size: int, p95: float | None, refused: int = 0) -> Crowd:
    return Crowd(size, 300.0, p95, size * 4, 0, 0, 0, refused, 0, 0.5)


def single(ms: float, over: int = 0) -> Single:
    hesitant = [
        Measured("a ... b", "hesitant", 800, response_ms=None if n < over else ms, over_caller_ms=400 * (n < over)) for n in range(6)
    ]
    return Single(
        turns={
            "dialogue": [Measured("a", "plain", response_ms=ms, fits=True), Measured("b", "plain", response_ms=ms + 100, fits=False)],
            "hesitant": hesitant,
            "interrupting": [Measured("wait", "interruption", response_ms=ms, stopped_ms=220.0)],
            "murmuring": [Measured("mhm", "backchannel", paused=True, fits=True)],
        },
        greetings=[80.0, 100.0],
        frame_ms=0.5,
    )


def test_a_row_counts_what_fits_and_what_is_missing() -> None:
    turns = [
        Measured("", "plain", response_ms=300.0, fits=True),
        Measured("", "plain"),
        Measured("", "plain", over_caller_ms=200, fits=False),
    ]
    assert row("x", turns)[1:2] + row("x", turns)[5:] == [3, 1, 1, "1/2"]


@pytest.mark.parametrize(
    ("found", "most"),
    [
        ([crowd(1, 500), crowd(4, 800), crowd(8, 1600), crowd(12, 900)], 4),
        ([crowd(12, 900), crowd(1, 500)], 12),
        ([crowd(1, 500), crowd(16, 700, refused=2)], 1),
        ([crowd(1, None)], 0),
        ([], 0),
    ],
)
def test_capacity_is_the_last_size_before_the_first_failure(found: list[Crowd], most: int) -> None:
    assert capacity(found) == most


def test_the_report_holds_figures_budgets_machine_and_seed() -> None:
    result = Result("2026-11-21", 7, "Some CPU, 2 cores", "0.1", "default", single(300.0, over=1), [crowd(1, 420), crowd(12, 980)])
    text = render(result)
    for part in (
        "seed 7",
        "Some CPU",
        "1 of 6 (17 %)",
        "<= 450 ms",
        "350 ms",
        "| 12 |",
        "12 (of up to 12 tried)",
        "<= 0.5 ms",
        "performance.png",
    ):
        assert part in text, part


def test_sides_stand_side_by_side_with_what_one_of_them_lacks_left_open() -> None:
    text = side_by_side({"Ours": (single(300.0), [crowd(8, 900)]), "Theirs": (single(1100.0, over=5), [])})
    lines = {line.split("|")[1].strip(): line for line in text.splitlines()}
    assert "350 ms" in lines["complete answers, p50"] and "1150 ms" in lines["complete answers, p50"]
    assert "0 of 6" in lines["**hesitating turns spoken over**"] and "5 of 6" in lines["**hesitating turns spoken over**"]
    assert lines["8 at once: p50 / p95, no answer"].rstrip(" |").endswith("-")


def test_only_what_lies_between_the_markers_is_replaced(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text("# Head\n\n<!-- peer: begin -->\nold\n<!-- peer: end -->\n\ntail\n")
    between("peer", "new", document)
    between("measured", "figures", document)
    between("measured", "other figures", document)
    text = document.read_text()
    assert text.startswith("# Head") and "old" not in text and "new" in text and "\ntail\n" in text
    assert text.count("figures") == 1 and text.count("<!-- measured: begin -->") == 1


def test_the_other_sides_versions_come_from_its_lock() -> None:
    assert (
        versions("aiohttp==1 \\\n    --hash=x==\npipecat-ai==1.14.0 \\\nonnxruntime==1.31.1 ; x\n")
        == "pipecat-ai 1.14.0, onnxruntime 1.31.1"
    )


def test_unknown_sides_are_named() -> None:
    assert chosen_sides("ours, smart") == ["ours", "smart"]
    with pytest.raises(SystemExit, match="ours, ours-default, smart, timeout; not 'vapi'"):
        chosen_sides("vapi")
