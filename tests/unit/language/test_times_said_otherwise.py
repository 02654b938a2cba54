"""The same words typed, spelled, spaced, cut short or wrapped in a sentence mean the same. Today is Tuesday the 10th of March 2026."""

# ruff: noqa: DTZ001 (a naive reference is part of the contract)

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time

import pytest

from assistant.language.times import resolve

NOW = datetime(2026, 3, 10, 10, 0)

SAID = [
    "Monday at 3:30 pm", "next Wednesday at 10:15 am", "Saturday the 14th at 9:00", "the 23rd of March at 2 pm", "March 21st at 11:45",
    "April 3rd", "the 2nd of May in the afternoon", "tomorrow at 4:20 pm", "Thursday morning", "Friday, March 27th at 8:30 am",
    "from 3 to 5 pm on Friday", "between 9:30 and 11:30 on Monday", "every Tuesday at 6:45 pm", "the first Friday of each month",
    "in 2 hours", "in 20 minutes", "for 2 hours", "in 3 weeks on Sunday", "Wednesday of next week at 1:30 pm", "the 5th to the 9th of April",
    "Monday to Friday", "from Wednesday to Sunday", "last week's Sunday", "September 1st, 2026 at 12:10 pm", "2026-04-03 at 14:00",
    "before 11:30 am", "after 4:15 pm on Thursday", "move it from Monday at 9:00 to Tuesday at 10:00", "at 5 o'clock tomorrow",
    "half past 3 on Saturday", "quarter to 6 this evening",
]  # fmt: skip

_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_TENS = {10: "ten", 15: "fifteen", 20: "twenty", 30: "thirty", 45: "forty five"}


def swap(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    return lambda said: re.sub(pattern, by, said, flags=re.IGNORECASE)


WAYS: dict[str, Callable[[str], str]] = {
    "in small letters": str.lower,
    "in capitals": str.upper,
    "with wide spaces": lambda said: said.replace(" ", "  "),
    "with a curly apostrophe": lambda said: said.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"),
    "10:15 as 10 15": swap(r"\b(\d{1,2}):(\d\d)\b", r"\1 \2"),
    "10:15 as 10.15": swap(r"\b(\d{1,2}):(\d\d)\b", r"\1.\2"),
    "10:15 in words": swap(
        r"\b(1[0-2]|\d):(10|15|20|30|45)\b", lambda m: f"{_ONES[int(m[1])]} {_TENS[int(m[2])]}"
    ),
    "3 pm as 3pm": swap(r"(\d) ([ap])m\b", r"\1\2m"),
    "3 pm as 3 p m": swap(r"(\d) ([ap])m\b", r"\1 \2 m"),
    "3 pm as 3 p.m.": swap(r"(\d) ([ap])m\b", r"\1 \2.m."),
    "14th as 14 th": swap(r"\b(\d{1,2})(st|nd|rd|th)\b", r"\1 \2"),
    "weekdays cut short": swap(r"\b(mon|wed|thu|fri|sat|sun)(?:nes|rs|ur)?day\b", r"\1"),
    "weekdays cut short, with a full stop": swap(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?day\b", r"\1."),
    "months cut short": swap(r"\b(mar|apr|sep)(?:ch|il|tember)\b", r"\1"),
    "months cut short, with a full stop": swap(r"\b(mar|apr|sep)(?:ch|il|tember)\b", r"\1."),
    "from ... till": swap(r"(?<!it )\b(from .*?) to ", r"\1 till "),
    "from ... 'til": swap(r"(?<!it )\b(from .*?) to ", r"\1 'til "),
    "with a hesitation": swap(r"\b(at|on|from|between|before|after) ", r"\1 um "),
    "with a like": swap(r"\b(at|before|after) (?=\d)", r"\1 like "),
    "tmrw": swap(r"\btomorrow\b", "tmrw"),
}  # fmt: skip
SENTENCES = [
    "can I book {} please", "how about {}?", "um {} I think", "is there anything {}", "{} would be good", "well, {}.", "could you do {}?",
    "{} for two people", "yeah {} works", "do you have anything {} for a check-up",
]  # fmt: skip


def meant(said: str) -> list[tuple[object, ...]]:
    return [(v.kind, v.start, v.end, v.duration, v.recurrence) for v in resolve(said, NOW)]


@pytest.mark.parametrize("way", WAYS)
def test_written_otherwise(way: str) -> None:
    changed = [(said, WAYS[way](said)) for said in SAID]
    assert any(a != b for a, b in changed)
    assert {b: meant(b) for _, b in changed} == {b: meant(a) for a, b in changed}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_within_a_sentence(sentence: str) -> None:
    assert {said: meant(sentence.format(said)) for said in SAID} == {said: meant(said) for said in SAID}


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ("the appointment is 12 00", [time(12)]),
        ("put the time as 08 30", [time(8, 30)]),
        ("i want it to be for 13.00", [time(13)]),
        ("at 9 20 night", [time(21, 20)]),
        ("9.20 night", [time(21, 20)]),
        ("yeah, 6 40 morning works", [time(6, 40)]),
        ("could you do 4?", [time(16)]),
        ("would 5 work", [time(17)]),
        ("i was thinking 7 or so", [time(7)]),
        ("26 may i think", [date(2026, 5, 26)]),
        ("may i come on the 26th", [date(2026, 3, 26)]),
        ("may would be good", [date(2026, 5, 1)]),
        ("the third to the fourteenth", [date(2026, 4, 3)]),
        ("next morning at ten", [datetime(2026, 3, 11, 10)]),
        ("14th april 27", [date(2027, 4, 14)]),
        ("14th april 15", [datetime(2026, 4, 14, 15)]),
        ("are you free right now", [NOW]),
        ("between 9:30 am and now", [datetime(2026, 3, 10, 9, 30)]),
        ("last 3 months and 2 weeks", [date(2025, 11, 26)]),
        ("on the 5th or 6th next month", [date(2026, 4, 5), date(2026, 4, 6)]),
        ("maybe 3 or 4", [time(15), time(16)]),
        ("25.", [date(2026, 3, 25)]),
        ("from the 24 to the 29", [date(2026, 3, 24)]),
        ("the hour after", [datetime(2026, 3, 10, 11)]),
        ("a week starting on the 25th", [date(2026, 3, 25)]),
        ("for two hours tomorrow at three", [datetime(2026, 3, 11, 15)]),
        ("at the earliest monday", [date(2026, 3, 16)]),
        ("this day week", [date(2026, 3, 17)]),
        ("next week, no, the week after", [date(2026, 3, 23)]),
        ("next month or the month after", [date(2026, 4, 1), date(2026, 5, 1)]),
        ("tmrw 10am *10:30am", [datetime(2026, 3, 11, 10, 30)]),
        ("*monday* or *tuesday*", [date(2026, 3, 16), date(2026, 3, 17)]),
        ("fry day at tree o'clock", [datetime(2026, 3, 13, 15)]),
        ("the thirteenth, no, let me look, the thirtieth", [date(2026, 3, 30)]),
        ("i'll drop it by on the 31st", [date(2026, 3, 31)]),
        ("btwn 12 and 1 on fri", [datetime(2026, 3, 13, 12)]),
        ("do i have to march down there", []),
    ],
)
def test_as_callers_say_it(said: str, starts: list[object]) -> None:
    assert [v.start for v in resolve(said, NOW)] == starts


@pytest.mark.parametrize(
    "said",
    [
        "i sat in the sun", "it has a rating of 4.5.", "i spent more than 334", "i can't talk right now", "we need a room for 3 people",
        "i live at 21 st james street",
    ],
)  # fmt: skip
def test_no_time_is_meant(said: str) -> None:
    assert resolve(said, NOW) == []


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("6am everyday", "FREQ=DAILY;BYHOUR=6;BYMINUTE=0"),
        ("every friday at 7 for 4 of us", "FREQ=WEEKLY;BYDAY=FR;BYHOUR=7;BYMINUTE=0"),
        ("the next two mondays at ten", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=10;BYMINUTE=0;COUNT=2"),
        ("the next couple of fridays", "FREQ=WEEKLY;BYDAY=FR;COUNT=2"),
    ],
)
def test_repetition(said: str, rule: str) -> None:
    assert [v.recurrence for v in resolve(said, NOW)] == [rule]


def test_one_repetition_corrects_another() -> None:
    (value,) = resolve("every tuesday, er, i mean every thursday at six pm", NOW)
    assert value.recurrence == "FREQ=WEEKLY;BYDAY=TH;BYHOUR=18;BYMINUTE=0"
