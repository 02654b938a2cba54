"""What Whisper invents, and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engines.stt.guards import Evidence, judge, tidy, without_repeats

CLEAR = Evidence(log_probability=-0.2, no_speech=0.05, seconds=2.0)
EMPTY = Evidence(log_probability=-0.9, no_speech=0.95, seconds=2.0)


@pytest.mark.parametrize("text", ["Thank you.", "you", "Thanks for watching!", "[Music]", "♪♪", "(ringing)", "Bye.", "so", ""])
def test_phantoms_over_silence_are_dropped(text: str) -> None:
    verdict = judge(text, EMPTY)
    assert verdict.text == "" and verdict.reason


@pytest.mark.parametrize("text", ["Thank you.", "Bye.", "Okay.", "Thank you very much."])
def test_courtesies_that_were_said_are_kept(text: str) -> None:
    assert judge(text, Evidence(-0.3, 0.1, 1.0)).text == text


def test_subtitles_nobody_says_are_dropped_even_when_the_model_half_believes_them() -> None:
    assert judge("Thanks for watching!", Evidence(-0.4, 0.4, 2.0)).text == ""


def test_loops_are_dropped_and_asked_again() -> None:
    verdict = judge("no no no no " * 12, CLEAR)
    assert verdict.text == "" and verdict.doubtful


def test_a_sentence_begun_again_is_cut() -> None:
    assert without_repeats("Hold on please. Hold on pl")[0] == "Hold on please. Hold on pl"
    assert without_repeats("Hold on please. Hold on")[0] == "Hold on please."
    assert without_repeats("Tuesday afternoon. Tuesday afternoon.")[0] == "Tuesday afternoon."
    assert judge("Tuesday afternoon. Tuesday afternoon.", CLEAR).text == "Tuesday afternoon."


@pytest.mark.parametrize("text", ["five five five five five five", "555 555", "one two one two one two", "no no", "Yes, yes, please."])
def test_what_people_repeat_is_left_alone(text: str) -> None:
    assert without_repeats(text)[0] == text


@given(
    st.lists(st.sampled_from(["we", "could", "meet", "on", "some", "other", "day", "then", "perhaps"]), min_size=1, max_size=9, unique=True)
)
def test_sentences_without_repetition_are_untouched(words: list[str]) -> None:
    assert without_repeats(" ".join(words)) == (" ".join(words), False)


def test_more_words_than_anybody_says_in_the_time_are_doubted() -> None:
    assert judge("11 11 11 11 11 11 11 11 11", Evidence(-0.3, 0.1, 0.8)).doubtful
    assert not judge("I'd like to book a cleaning for Tuesday.", CLEAR).doubtful


def test_improbable_words_are_doubted() -> None:
    assert judge("Good day bye", Evidence(-0.8, 0.2, 1.0)).doubtful
    assert judge("Zxqv", Evidence(-2.0, 0.2, 1.0)).text == ""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("on Tuesday after noon", "on Tuesday afternoon"),
        ("Thursday at 3.30.", "Thursday at 3:30."),
        ("3 to clock", "3 o'clock"),
        ("it costs 3.30", "it costs 3.30"),
        ("any time after noon", "any time after noon"),
        ("about 2.50 dollars", "about 2.50 dollars"),
    ],
)
def test_spellings_that_mislead_are_put_right(written: str, meant: str) -> None:
    assert tidy(written) == meant
