"""Percentiles and tables."""

from __future__ import annotations

from pathlib import Path

from bench.figures import percentile, plot, table


def test_percentiles_lie_between_the_values_around_them() -> None:
    assert percentile([400, 100, 300, 200], 50) == 250.0
    assert percentile([100, 200], 95) == 195.0
    assert percentile([100, 200, 900], 100) == 900.0


def test_unknown_values_are_left_out_and_nothing_gives_nothing() -> None:
    assert percentile([None, 100, None], 50) == 100.0
    assert percentile([None], 50) is None
    assert percentile([], 95) is None


def test_a_table_has_one_line_a_row_and_a_dash_for_what_is_unknown() -> None:
    assert table([["a", None], ["b", 0]], ("what", "ms")).splitlines() == ["| what | ms |", "| --- | --- |", "| a | - |", "| b | 0 |"]


def test_the_plot_is_a_picture_even_without_stages(tmp_path: Path) -> None:
    plot({}, {1: 300.0, 4: None, 8: 700.0}, tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
