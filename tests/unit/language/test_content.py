"""What messages, tasks and weather questions are about."""

from __future__ import annotations

from datetime import time

import pytest

from assistant.domain.language import TimeValue
from assistant.language.content import message_of, place_of, title_of
from assistant.language.text import clauses, clean


@pytest.mark.parametrize(
    ("text", "message", "recipient"),
    [
        ("can you tell the doctor my knee is much better", "my knee is much better", "the doctor"),
        ("tell joan that I called", "I called", "joan"),
        ("let dr haddad know my fever is gone", "my fever is gone", "dr haddad"),
        ("text bill and tell him I'm late", "I'm late", "bill"),
        ("please ask the nurse to call me back", "to call me back", "the nurse"),
        ("take a message: the results came in", "the results came in", None),
        ("can i leave a message for maria", None, "maria"),
        ("i'd like to leave a message", None, None),
        ("leave a message for dr lee please call me back about my bill", "call me back about my bill", "dr lee"),
        ("leave a message for doctor jones please ask him to call me", "ask him to call me", "doctor jones"),
        ("can you leave a message for the dentist please", None, "the dentist"),
    ],
)
def test_a_message_and_whom_it_is_for(text: str, message: str | None, recipient: str | None) -> None:
    assert message_of(text) == (message, recipient)


@pytest.mark.parametrize(
    ("text", "intent", "when", "title"),
    [
        ("remind me to call mom tomorrow", "set_reminder", "tomorrow", "call mom"),
        ("remind me at five to take my pills", "set_reminder", "at five", "take my pills"),
        ("set a reminder for friday to pay the rent", "set_reminder", "friday", "pay the rent"),
        ("add milk to my shopping list", "create_task", "", "milk"),
        ("new task: order gloves", "create_task", "", "order gloves"),
        ("mark the invoices as done", "complete_task", "", "the invoices"),
        ("cross milk off my list", "complete_task", "", "milk"),
        ("remove milk from my shopping list", "delete_task", "", "milk"),
        ("delete the task about the printer", "delete_task", "", "the printer"),
        ("remember to call mom tomorrow", "set_reminder", "tomorrow", "call mom"),
        ("don't forget the milk", "create_task", "", "the milk"),
        ("set a reminder", "set_reminder", "", None),
    ],
)
def test_titles_leave_out_the_asking_and_the_time(text: str, intent: str, when: str, title: str | None) -> None:
    start = text.find(when)
    times = (TimeValue("date", text=when, span=(start, start + len(when))),) if when else ()
    assert title_of(text, intent, times) == title


def test_a_part_of_the_day_that_says_no_day_stays_in_the_title() -> None:
    mornings = TimeValue("interval", start=time(6), end=time(12), grain="part", text="mornings", span=(25, 33))
    assert title_of("remember that i work best mornings", "create_task", (mornings,)) == "i work best mornings"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("what's the weather in Paris", "Paris"),
        ("will it rain in new york city", "new york city"),
        ("is it cold outside", None),
        ("do i need a coat for the weekend", None),
    ],
)
def test_weather_is_asked_for_a_place(text: str, place: str | None) -> None:
    assert place_of(text, ()) == place


def test_cleaning_keeps_every_character_in_its_place() -> None:
    assert clean("it’s\x00 “fine”…") == 'it\'s  "fine".'


def test_an_utterance_falls_into_its_requests() -> None:
    assert clauses("i need to cancel tuesday and can you also book a cleaning") == [
        "i need to cancel tuesday",
        "and can you also book a cleaning",
    ]
    assert clauses("yes please. what are your hours?") == ["yes please", "what are your hours"]
