"""How people point at times that were offered to them. Today is Tuesday the 10th of March 2026."""

# ruff: noqa: DTZ001 (a naive reference is part of the contract)

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from assistant.language.times import resolve

NOW = datetime(2026, 3, 10, 10, 0)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("the Friday one", date(2026, 3, 13)),
        ("the friday one please", date(2026, 3, 13)),
        ("the 10 one", time(10)),
        ("I'll take the ten one", time(10)),
        ("that 9:30 one", time(9, 30)),
        ("friday one", datetime(2026, 3, 13, 13)),
        ("friday at one", datetime(2026, 3, 13, 13)),
        ("the morning one", time(6)),
    ],
)
def test_one_stands_for_a_thing_behind_what_tells_it_apart(text: str, start: object) -> None:
    assert [value.start for value in resolve(text, NOW)] == [start]


@pytest.mark.parametrize(
    "text", ["thursday, first available", "Thursday first slot please", "thursday first free", "the first available on thursday"]
)
def test_the_first_available_is_no_first_of_the_month(text: str) -> None:
    assert [value.start for value in resolve(text, NOW)] == [date(2026, 3, 12)]


def test_first_thing_is_early_and_the_first_a_date() -> None:
    assert [value.start for value in resolve("thursday first thing", NOW)] == [datetime(2026, 3, 12, 8)]
    assert [value.start for value in resolve("wednesday the first", NOW)] == [date(2026, 4, 1)]
