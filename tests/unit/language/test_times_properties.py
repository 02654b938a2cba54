"""What holds for every text: no exception, no long work, spans inside the text, and the same answer twice."""

# ruff: noqa: DTZ001 (a naive reference is part of the contract)

from __future__ import annotations

import string
import time as clock
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.times import resolve

NOW = datetime(2026, 3, 10, 10, 0)
WORDS = [
    "monday",
    "tuesday",
    "friday",
    "next",
    "last",
    "this",
    "week",
    "month",
    "weekend",
    "day",
    "tomorrow",
    "today",
    "tonight",
    "morning",
    "afternoon",
    "evening",
    "noon",
    "at",
    "on",
    "the",
    "of",
    "in",
    "to",
    "from",
    "between",
    "and",
    "or",
    "until",
    "before",
    "after",
    "by",
    "for",
    "every",
    "other",
    "each",
    "first",
    "second",
    "third",
    "fifth",
    "last",
    "3",
    "30",
    "10",
    "2026",
    "9:30",
    "15th",
    "31st",
    "4/5",
    "half",
    "quarter",
    "past",
    "am",
    "pm",
    "o'clock",
    "march",
    "may",
    "april",
    "february",
    "christmas",
    "easter",
    "no",
    "wait",
    "actually",
    "move",
    "a",
    "an",
    "couple",
    "hour",
    "hours",
    "minutes",
    "days",
    "weeks",
    "ago",
    "now",
    "early",
    "late",
    "not",
    "later",
    "than",
    "earlier",
    "one",
    "two",
    "twenty",
    "oh",
    "ten",
    "twelve",
    "people",
    "room",
    ".",
    ",",
    "?",
    "-",
    "$",
    "555",
    "1234",
    "year",
    "thing",
    "end",
    "beginning",
    "closest",
]
phrases = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
moments = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 12, 31))
zones = st.sampled_from(["America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])


@given(phrases, moments, st.sampled_from(["US", "GB", "DE", "IN", "??"]))
@settings(max_examples=300, deadline=None)
def test_any_phrase_reads_the_same_twice_and_keeps_the_contract(text: str, now: datetime, country: str) -> None:
    values = resolve(text, now, country=country)
    assert values == resolve(text, now, country=country)
    for value in values:
        assert 0 <= value.span[0] < value.span[1] <= len(text)
        assert value.text == text[value.span[0] : value.span[1]]
        if value.kind == "date":
            assert type(value.start) is date
            assert value.end is None
        elif value.kind == "instant":
            assert isinstance(value.start, datetime)
        elif value.kind == "time":
            assert isinstance(value.start, time)
        elif value.kind == "duration":
            assert isinstance(value.duration, timedelta)
        elif value.kind == "recurring":
            assert value.recurrence
            assert value.recurrence.startswith("FREQ=")
        else:
            assert value.start is not None or value.end is not None
            if value.start is not None and value.end is not None:
                assert type(value.start) is type(value.end)


@given(phrases, moments, zones)
@settings(max_examples=150, deadline=None)
def test_aware_in_aware_out(text: str, now: datetime, zone: str) -> None:
    for value in resolve(text, now.replace(tzinfo=ZoneInfo(zone))):
        for moment in (value.start, value.end):
            if isinstance(moment, datetime):
                assert moment.tzinfo is not None


@given(st.text(max_size=200), moments)
@settings(max_examples=200, deadline=None)
def test_no_text_raises(text: str, now: datetime) -> None:
    assert isinstance(resolve(text, now), list)


@given(st.text(alphabet=string.digits + " :/-.,apm", max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_figures_raise(text: str) -> None:
    assert isinstance(resolve(text, NOW), list)


@given(st.integers(0, 400), st.integers(0, 23), st.sampled_from([0, 5, 15, 30, 45]))
@settings(max_examples=100, deadline=None)
def test_a_full_date_and_time_reads_back_exactly(ahead: int, hour: int, minute: int) -> None:
    moment = datetime(2026, 3, 10, hour, minute) + timedelta(days=ahead)
    half = "am" if hour < 12 else "pm"
    said = f"{moment:%A} {moment:%B} {moment.day}, {moment.year} at {(hour - 1) % 12 + 1}:{minute:02} {half}"
    values = resolve(f"book me in for {said} please", NOW)
    assert [v.start for v in values] == [moment]


@pytest.mark.parametrize(
    "text",
    [
        "3 " * 5000,
        "monday " * 1400,
        "tuesday at 3 or 4, no wait, " * 400,
        "😀" * 10_000,
        "\x00\x01\n\t" * 2500,
        "every other " * 900,
        "5-2027 weekdays " * 600,
        "half an hour before friday at 5 " * 300,
        "the day after " * 800,
        "the closest monday to " * 500,
        "end of the " * 1000,
        "a week on " * 1000,
        "next " * 2000,
        "christmas eve " * 700,
        "from 3 to 4 " * 900,
        "1" * 10_000,
        "الأحد القادم " * 700,
        "İ" * 10_000,
    ],
)
def test_long_texts_cost_little(text: str) -> None:
    resolve(text[:10_000], NOW)
    spent = []
    for _ in range(3):
        began = clock.process_time()
        resolve(text[:10_000], NOW)
        spent.append(clock.process_time() - began)
    assert min(spent) < 0.05
