"""Which times of a sentence are turned down. Today is Tuesday the 10th of March 2026."""

# ruff: noqa: DTZ001 (a naive reference is part of the contract)

from __future__ import annotations

from datetime import datetime

import pytest

from assistant.language.refusals import turned_down, what_is_wanted
from assistant.language.times import resolve

NOW = datetime(2026, 3, 10, 10, 0)


def apart(text: str) -> tuple[list[str], list[str]]:
    """The times turned down, and those that stand."""
    times = resolve(text, NOW)
    refused = turned_down(text, times)
    return [times[k].text for k in sorted(refused)], [time.text for k, time in enumerate(times) if k not in refused]


@pytest.mark.parametrize(
    ("text", "refused", "wanted"),
    [
        ("a cleaning please, Tuesday or Thursday, but not in the morning", ["the morning"], ["Tuesday", "Thursday"]),
        ("next week, just not wednesday", ["wednesday"], ["next week"]),
        ("anytime but friday", ["friday"], []),
        ("any day except Tuesday", ["Tuesday"], []),
        ("I can't do Thursday", ["Thursday"], []),
        ("Thursday doesn\N{RIGHT SINGLE QUOTATION MARK}t work for me", ["Thursday"], []),
        ("I'm busy on Thursday", ["Thursday"], []),
        ("mornings are difficult for me", ["mornings"], []),
        ("I work until five", ["until five"], []),
        ("I can't come before ten", ["before ten"], []),
        ("I'm away thursday and friday", ["thursday", "friday"], []),
        ("Monday, Tuesday and Wednesday are bad", ["Monday", "Tuesday", "Wednesday"], []),
        ("I can't do Tuesday but Wednesday is fine", ["Tuesday"], ["Wednesday"]),
        ("Friday is no good, Monday is good", ["Friday"], ["Monday"]),
        ("oh Thursday's no good", ["Thursday's"], []),
        ("friday's not great, monday's fine", ["friday's"], ["monday's"]),
        ("no mondays please", ["mondays"], []),
        ("not monday to wednesday", ["monday to wednesday"], []),
    ],
)
def test_what_is_turned_down(text: str, refused: list[str], wanted: list[str]) -> None:
    assert apart(text) == (refused, wanted)


@pytest.mark.parametrize(
    "text",
    [
        "why not Tuesday", "can't you do Tuesday?", "isn't Tuesday possible", "if not Tuesday then Wednesday", "no thursday is fine",
        "I'm not free until Monday", "not before ten", "no later than three", "I can't make my appointment on Tuesday", "I don't mind Tuesday",
        "not Tuesday, Wednesday", "can't do thursday sorry friday would be better", "my tooth doesn't hurt but Tuesday would be good", "do you work on Saturdays", "I can't wait until Friday",
        "are you not open on Saturday", "it hasn't worked since Monday", "don't forget my appointment on friday", "Friday is good",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it(text: str) -> None:
    refused, wanted = apart(text)
    assert refused == []
    assert wanted


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("a cleaning on Tuesday or Thursday, but not in the morning", "a cleaning on Tuesday or Thursday"),
        ("I can't do Tuesday but Wednesday is fine", "Wednesday is fine"),
        ("not monday", "not monday"),
    ],
)
def test_what_is_left_to_be_understood(text: str, rest: str) -> None:
    assert what_is_wanted(text, resolve(text, NOW)).strip() == rest
