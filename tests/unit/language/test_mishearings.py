"""Slips of the ear and of the thumb outside of times: one table, one place."""

from __future__ import annotations

import pytest

from assistant.language.mishearings import repaired


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("How on does the check-up take?", "How long does the check-up take?"),
        ("and how on is a cleaning", "and how long is a cleaning"),
        ("how on will it take", "how long will it take"),
        ("hey u guys open sat?", "hey you guys open sat?"),
        ("how much r u", "how much are you"),
        ("nah 2 early", "nah too early"),
        ("idk whats open", "I don't know what's open"),
    ],
)
def test_a_slip_is_put_right(heard: str, meant: str) -> None:
    assert repaired(heard) == meant


@pytest.mark.parametrize(
    "text",
    [
        "how on earth does that work",
        "I know how. On Monday then",
        "show on the screen",
        "how long does it take",
        "J, U, L, I, A",
        "it is U R I",
        "2 please",
    ],
)
def test_what_was_said_stays(text: str) -> None:
    assert repaired(text) == text
