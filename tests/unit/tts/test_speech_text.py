"""Writing turned into what is said, and cut where one breathes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engines.tts.clauses import clauses, sentences, take_ready
from assistant.engines.tts.normalise import spoken
from assistant.engines.tts.saying import cardinal, ordinal, year


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Tue Dec 2, 3:30 pm, Cleaning.", "Tuesday December second, three thirty P M, Cleaning."),
        ("Call +12025550177.", "Call two oh two, five five five, oh one seven seven."),
        ("(202) 555-0177", "two oh two, five five five, oh one seven seven"),
        ("555-0199", "five five five, oh one nine nine"),
        ("It's $120.50.", "It's one hundred twenty dollars and fifty cents."),
        ("$1", "one dollar"),
        ("£45", "forty five pounds"),
        ("on 2026-12-24 at 9:00", "on December twenty fourth, twenty twenty six at nine o'clock"),
        ("at 15:30", "at three thirty P M"),
        ("at 9 am", "at nine A M"),
        ("at 9:05", "at nine oh five"),
        ("9:00-12:00", "nine o'clock to twelve o'clock"),
        ("9-12 & 1-5 p.m.", "nine to twelve and one to five P M"),
        ("the 4th of March", "the fourth of March"),
        ("May 5", "May fifth"),
        ("you may 5 times", "you may five times"),
        ("Dr. Smith, approx. 45 mins.", "Doctor Smith, approximately forty five minutes."),
        ("Your code is 004213.", "Your code is oh oh four two one three."),
        ("jane.doe99@mail.example.com", "jane dot doe nine nine at mail dot example dot com"),
        ("https://www.example.com/help", "example dot com slash help"),
        ("1,250 people", "one thousand two hundred fifty people"),
        ("3.5 hours", "three point five hours"),
        ("in 2026", "in twenty twenty six"),
        ("10% off", "ten percent off"),
        ("and/or", "and or or"),
        ("I have 10:30 or 11.", "I have ten thirty or eleven."),
        ("**bold** and `code`", "bold and code"),
        ("half past three", "half past three"),
    ],
)
def test_writing_becomes_speech(written: str, said: str) -> None:
    assert spoken(written) == said


def test_spelled_letters_get_their_pauses() -> None:
    assert spoken("Is that S-I-O-B?") == "Is that S, eye, oh, B?"


@given(st.text(max_size=80))
def test_no_text_breaks_it_and_no_digit_survives(text: str) -> None:
    assert not any(letter in "0123456789" for letter in spoken(text))


@given(st.text(alphabet="abc 019:.-$%@/,+()pmPM#\u00a3", max_size=60))
def test_no_mixture_of_signs_breaks_it(text: str) -> None:
    assert not any(letter in "0123456789" for letter in spoken(text))


def test_numbers() -> None:
    assert [cardinal(n) for n in (0, 13, 21, 100, 115, 1001, 2_000_000)] == [
        "zero", "thirteen", "twenty one", "one hundred", "one hundred fifteen", "one thousand one", "two million",
    ]  # fmt: skip
    assert [ordinal(n) for n in (1, 2, 3, 5, 8, 9, 12, 20, 21, 30, 31)] == [
        "first", "second", "third", "fifth", "eighth", "ninth", "twelfth", "twentieth", "twenty first", "thirtieth", "thirty first",
    ]  # fmt: skip
    assert [year(n) for n in (1900, 1905, 2000, 2008, 2026)] == [
        "nineteen hundred", "nineteen oh five", "two thousand", "two thousand eight", "twenty twenty six",
    ]  # fmt: skip


def test_sentences_end_where_they_end() -> None:
    assert sentences("Dr. Smith is in. Shall I book at 9 a.m. tomorrow? Yes!") == [
        "Dr. Smith is in.",
        "Shall I book at 9 a.m. tomorrow?",
        "Yes!",
    ]


def test_a_long_first_sentence_gives_its_first_clause_early() -> None:
    found = clauses("Tomorrow, Tuesday the second of December, at ten thirty for a cleaning, Joan Keller. Shall I book it?")
    assert len(found[0]) < 45 and found[-1] == "Shall I book it?"


@given(st.text(alphabet="abc ,.;?!", max_size=200))
def test_clauses_lose_nothing(text: str) -> None:
    assert "".join(" ".join(clauses(text)).split()) == "".join(text.split())


@given(st.text(alphabet="abcd ,.?!", max_size=150), st.integers(1, 9))
def test_text_that_is_still_written_loses_nothing_either(text: str, step: int) -> None:
    out, buffer = [], ""
    for index in range(0, len(text), step):
        buffer += text[index : index + step]
        ready, buffer = take_ready(buffer, first=not out)
        out += ready
    assert "".join(" ".join([*out, buffer]).split()) == "".join(text.split())


def test_a_whole_sentence_leaves_while_the_next_is_written() -> None:
    assert take_ready("We have parking. It is beh", first=True) == (["We have parking."], "It is beh")
    assert take_ready("We have par", first=True) == ([], "We have par")
