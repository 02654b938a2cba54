"""Whether the words so far are a whole turn."""

from __future__ import annotations

import pytest

from assistant.domain.conversation import Expectation
from assistant.turn.backchannel import is_echo, is_listening_sound
from assistant.turn.patience import Patience
from assistant.turn.words import Wholeness, digits_in, read, tokens_of

PARTIAL = [
    "I would like to book", "How about, um", "Can you tell me", "I think I need to", "It's about my", "Could I, uh", "Well, I was thinking of",
    "I'm calling because", "Is it possible to", "The number is", "On Tuesday or", "between two", "half past", "Tuesday, no", "What about",
    "I need an appointment for my", "Let me see", "One moment", "do you know if", "I have a question about the",
    "Can I get?", "Could we please book?", "Do you have any?", "Is there any chance?", "I have an appointment on.", "Maybe on.", "I'm looking for",
    "How do I get to?", "I would like to both.", "Could I come in?",
]  # fmt: skip
WHOLE = [
    "Do you have parking?", "What time do you open on Monday?", "Yes, please.", "No, thank you.", "That's all, bye.", "I want to cancel my appointment.",
    "Could I get a cleaning tomorrow at half past ten?", "I need to move it from Tuesday to Thursday at noon.", "Can I talk to a person, please?",
    "What can I bring?", "Who do I talk to?", "No, I don't have any.", "When does that go on?", "What are you looking for?",
]  # fmt: skip


@pytest.mark.parametrize("text", PARTIAL)
def test_a_sentence_that_wants_more_is_waited_for(text: str) -> None:
    assert read(text, Expectation()).wholeness is Wholeness.PARTIAL, read(text, Expectation())


@pytest.mark.parametrize("text", WHOLE)
def test_a_sentence_that_is_whole_is_answered(text: str) -> None:
    assert read(text, Expectation()).wholeness is Wholeness.WHOLE, read(text, Expectation())


@pytest.mark.parametrize(
    ("text", "what", "wholeness"),
    [
        ("five five five", "phone", Wholeness.DICTATING),
        ("two oh two five five five oh one", "phone", Wholeness.OPEN),
        ("202-555-0199", "phone", Wholeness.WHOLE),
        ("My number is 555", "open", Wholeness.DICTATING),
        ("one two", "pin", Wholeness.DICTATING),
        ("one two three four", "pin", Wholeness.WHOLE),
        ("jane at", "email", Wholeness.DICTATING),
        ("jane at example dot com", "email", Wholeness.WHOLE),
        ("Tuesday", "date", Wholeness.WHOLE),
        ("next Tuesday", "datetime", Wholeness.OPEN),
        ("next Tuesday at ten", "datetime", Wholeness.WHOLE),
        ("Peter", "name", Wholeness.OPEN),
        ("Joan Keller", "name", Wholeness.WHOLE),
        ("My name is Peter Hansen", "name", Wholeness.WHOLE),
        ("P E T", "spelling", Wholeness.OPEN),
        ("yes", "yes_no", Wholeness.WHOLE),
        ("yes I'd like to", "yes_no", Wholeness.WHOLE),
        ("the second one", "choice", Wholeness.WHOLE),
        ("a cleaning", "service", Wholeness.WHOLE),
        ("Maybe on Monday.", "service", Wholeness.OPEN),
    ],
)
def test_what_was_asked_for_decides(text: str, what: str, wholeness: Wholeness) -> None:
    assert read(text, Expectation(what)).wholeness is wholeness, read(text, Expectation(what))  # type: ignore[arg-type]


def test_the_number_of_digits_comes_from_the_question() -> None:
    assert read("one two three four", Expectation("code", max_digits=6)).wholeness is Wholeness.DICTATING
    assert read("004213", Expectation("code", max_digits=6)).wholeness is Wholeness.WHOLE


@pytest.mark.parametrize(
    ("text", "count"), [("double five", 2), ("triple oh one", 4), ("twenty three", 2), ("5 5 5", 3), ("555 0199", 7), ("none", 0)]
)
def test_digits_are_counted_as_they_are_keyed(text: str, count: int) -> None:
    assert digits_in(tokens_of(text)) == count


def waits(text: str, what: str = "open", sounds: float | None = 0.9, **more: float) -> float:
    expectation = Expectation(what)  # type: ignore[arg-type]
    return Patience().wait(read(text, expectation), sounds, expectation, **more)


def test_patience_follows_the_words_before_the_sound() -> None:
    assert waits("Do you have parking?") <= 300
    assert waits("I would like to book") >= 1500
    assert waits("My number is five five five") >= 2000
    assert waits("My name is Peter.") >= 1200


def test_the_sound_of_a_sentence_shortens_or_lengthens_it() -> None:
    sure, unsure, denied = (waits("I want to cancel my appointment.", sounds=sound) for sound in (0.95, 0.5, 0.02))
    assert sure < unsure < denied <= 1200


def test_a_word_that_only_asks_for_the_word_is_waited_for() -> None:
    assert min(waits("Wait."), waits("Actually,"), waits("Okay, sorry."), waits("Can I speak to you?")) >= 1200
    assert waits("Sorry?") < 900


def test_what_is_closed_by_its_words_needs_no_sound() -> None:
    assert waits("Thursday at two would be good.", sounds=0.02) <= 450
    assert waits("I'd like to make an appointment.", sounds=0.95) > waits("I'd like to make an appointment for a cleaning.", sounds=0.95)


def test_who_has_paused_once_is_given_time_again() -> None:
    assert waits("How about next Tuesday?", longest_pause_ms=900) > 1100
    assert waits("Tuesday", "datetime", habit_ms=900) >= 1000
    assert waits("yes", "yes_no", longest_pause_ms=900, habit_ms=900) <= 300, "an answer is an answer"


def test_without_the_model_the_words_decide() -> None:
    assert waits("Do you have parking?", sounds=None) <= 300
    assert waits("I need to", sounds=None) >= 1500


@pytest.mark.parametrize("text", ["Mhm.", "Okay.", "Yeah.", "uh-huh", "Right.", "M-H-N", "", "mm hmm okay"])
def test_sounds_of_listening(text: str) -> None:
    assert is_listening_sound(text)


@pytest.mark.parametrize(
    "text", ["Stop.", "No.", "Wait a second", "What about Saturday?", "okay but can you", "Hello?", "I need Tuesday", "sorry"]
)
def test_words_that_want_the_floor(text: str) -> None:
    assert not is_listening_sound(text)


def test_a_yes_to_a_question_on_its_way_is_an_answer() -> None:
    assert not is_listening_sound("Yes.", answers_expected=True)
    assert is_listening_sound("mhm", answers_expected=True)


def test_a_lone_bye_over_our_words_is_a_hum_misheard_unless_we_ask_or_more_is_said() -> None:
    assert is_listening_sound("Bye.")
    assert not is_listening_sound("Bye.", answers_expected=True)
    assert not is_listening_sound("Thanks, bye.")
    assert not is_listening_sound("Okay, goodbye.")


def test_a_piece_of_our_own_sentence_is_an_echo() -> None:
    assert is_echo("free parking behind the", "There is free parking behind the building.")
    assert not is_echo("what about Saturday", "There is free parking behind the building.")
