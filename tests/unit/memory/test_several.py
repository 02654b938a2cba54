"""Several questions in one breath."""

from __future__ import annotations

import pytest

from assistant.domain.business import BusinessProfile
from assistant.memory.several import said_unknown, taken_apart


@pytest.mark.parametrize(
    ("asked", "parts"),
    [
        ("how much is a check-up and how long does it take", ["how much is a check-up", "how long does a check-up take"]),
        ("what are your hours and where are you", ["what are your hours", "where are you"]),
        ("is there parking, and your address?", ["is there parking", "your address?"]),
        ("how much is a cleaning and can I come on Thursday", ["how much is a cleaning"]),
        ("do you have parking and toilets", ["do you have parking and toilets"]),
        ("what time do you open and close on friday", ["what time do you open and close on friday"]),
        ("do you take cards? where are you?", ["do you take cards", "where are you?"]),
    ],
)
def test_what_is_taken_apart(asked: str, parts: list[str], profile: BusinessProfile) -> None:
    assert taken_apart(asked, profile) == parts


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("do you take insurance?", "I don't know whether we take insurance."),
        ("and can I bring my dog", "I don't know whether you can bring your dog."),
        ("is there a lift", "I don't know whether there is a lift."),
        ("how much is a check-up", "I don't know what a check-up costs."),
        ("how much are veneers", "I don't know what veneers cost."),
        ("how long does a crown take", "I don't know how long a crown takes."),
        ("where are you", "I don't have our address here."),
        ("who won the cup", ""),
    ],
)
def test_what_is_not_known_is_named(question: str, said: str) -> None:
    assert said_unknown(question) == said
