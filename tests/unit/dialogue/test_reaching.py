"""Where an answer goes: numbers in pieces, and a message from the other side."""

from __future__ import annotations

import pytest

from assistant.dialogue.collectors.phone import Phone, collect
from assistant.dialogue.wording.speak import turned
from assistant.domain.language import Understanding


def said(digits: str) -> Understanding:
    return Understanding(intent="out_of_scope", confidence=0.0, slots={"digits": digits})


@pytest.mark.parametrize(
    ("so_far", "digits", "found"),
    [
        ("", "2025550143", Phone(number="+12025550143")),
        ("", "5550143", Phone(digits="5550143")),
        ("5550143", "202", Phone(number="+12025550143")),
        ("202555", "0143", Phone(number="+12025550143")),
        ("5550143", "2025550143", Phone(number="+12025550143")),
        ("", "1234567890", Phone(wrong=True)),
        ("", "123", Phone(digits="123")),
        ("", "+442079460958", Phone(number="+442079460958")),
    ],
)
def test_a_number_counts_once_it_can_be_called(so_far: str, digits: str, found: Phone) -> None:
    assert collect(said(digits), so_far, "US") == found


@pytest.mark.parametrize(
    ("text", "from_our_side"),
    [
        ("my knee is better", "your knee is better"),
        ("could you send me my pictures", "could they send you your pictures"),
        ("I wanted to ask you about your prices", "you wanted to ask them about their prices"),
        ("the pills you gave me don't work", "the pills they gave you don't work"),
        ("thank you for my new crown", "thank you for your new crown"),
    ],
)
def test_a_message_for_others(text: str, from_our_side: str) -> None:
    assert turned(text, for_others=True) == from_our_side


def test_what_is_remembered_keeps_its_you() -> None:
    assert turned("I like that you call me in the morning") == "you like that you call you in the morning"
