"""The project's own rows for times: how they are scored, and that the grammar keeps what it reads of them."""

from __future__ import annotations

import pytest

from bench import own_times


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("2026-03-10", "2026-03-10"),
        ("2026-03-10/2026-03-11", "2026-03-10"),
        ("2026-03-10T09:00:00", "2026-03-10T09:00"),
        ("T15:45:00", "T15:45:00"),
        ("../T17:00:00", "../T17:00:00"),
        ("P0DT5400S", "PT1H30M"),
        ("FREQ=DAILY;BYDAY=TU,MO", "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU"),
        ("2026-03-10T12:00:00/2026-03-10T18:00:00", "~2026-03-10T13:00:00/2026-03-10T17:00:00"),
    ],
)
def test_what_agrees(answer: str, meant: str) -> None:
    assert own_times.agrees(answer, meant)


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("2026-03-10", "2026-03-11"),
        ("2026-03-10T09:00:00", "2026-03-10"),
        ("2026-03-10", "2026-03-10T00:00:00"),
        ("T15:45:00", "T03:45:00"),
        ("2026-03-10/..", "2026-03-10"),
        ("2026-03-10/2026-03-12", "2026-03-10/2026-03-11"),
        ("P1D", "2026-03-10"),
        ("FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        ("2026-03-10T06:00:00/2026-03-10T09:00:00", "~2026-03-10T13:00:00/2026-03-10T17:00:00"),
    ],
)
def test_what_does_not(answer: str, meant: str) -> None:
    assert not own_times.agrees(answer, meant)


def test_the_grammar_reads_what_it_has_read_before() -> None:
    report = own_times.evaluate()
    assert report.slices["all"][1] > 1900
    assert report.share("on the phone") >= 0.965
    assert report.share("all") >= 0.96
