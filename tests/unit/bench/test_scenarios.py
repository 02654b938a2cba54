"""What callers say is drawn from the seed alone."""

from __future__ import annotations

import random

import pytest

from bench import scenarios


@pytest.mark.parametrize("script", [scenarios.dialogue, scenarios.hesitant, scenarios.interrupting, scenarios.murmuring])
def test_the_same_seed_says_the_same_and_another_one_something_else(script) -> None:  # type: ignore[no-untyped-def]
    assert script(random.Random(4)) == script(random.Random(4))
    assert any(script(random.Random(4)) != script(random.Random(seed)) for seed in range(5, 10))


@pytest.mark.parametrize("turns", [4, 8, 15])
def test_a_dialogue_is_as_long_as_asked_and_lets_the_booking_go(turns: int) -> None:
    said = scenarios.dialogue(random.Random(1), turns)
    assert len(said) == turns
    assert [turn.kind for turn in said].count("booking") == 3
    assert all(turn.fits for turn in said), "every answer of a dialogue is checked"


def test_pauses_of_hesitating_callers_are_those_of_the_budget() -> None:
    for seed in range(30):
        for turn in scenarios.hesitant(random.Random(seed)):
            assert len(turn.parts) > 1 and 600 <= turn.gap_ms <= 1200 and turn.gap_ms % 20 == 0
            assert "{" not in turn.text


def test_what_interrupts_comes_after_something_long() -> None:
    for script in (scenarios.interrupting, scenarios.murmuring):
        said = script(random.Random(2))
        assert [turn.kind for turn in said[::2]] == ["long"] * 3
        assert all(turn.barge_ms for turn in said[1::2])


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        ("Yes, there's free parking behind the building.", True),
        ("We open at nine.", False),
        ("Sorry, I didn't catch that about the building.", False),
        ("Could you say that again? Is it about parking?", False),
        ("", False),
    ],
)
def test_an_answer_fits_when_it_holds_what_was_asked_and_does_not_ask_back(answer: str, fits: bool) -> None:
    assert scenarios.Turn(("Do you have parking?",), scenarios.PARKING).answered_by(answer) is fits


def test_who_names_a_day_and_is_asked_for_one_has_got_no_answer() -> None:
    day = next(turn for turn in scenarios.dialogue(random.Random(3)) if turn.fits == scenarios.OFFER)
    assert not day.answered_by("On which day?")
    assert day.answered_by("I have Monday at one or at three.") and day.answered_by("We're closed then.")
