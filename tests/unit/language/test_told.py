"""Which times of a sentence tell of what has been. Today is Tuesday the 10th of March 2026."""

# ruff: noqa: DTZ001 (a naive reference is part of the contract)

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.language import TimeValue
from assistant.language.times import resolve
from assistant.language.told import taken_apart, told_of

NOW = datetime(2026, 3, 10, 10, 0)


def read(text: str) -> tuple[TimeValue, ...]:
    return tuple(resolve(text, NOW))


def apart(text: str) -> tuple[list[str], list[str]]:
    """The times that tell of what has been, in the order in which they were said, and those that may be wishes."""
    times = sorted(taken_apart(text, read(text), read), key=lambda value: value.span)
    told = told_of(text, times)
    return [times[k].text for k in sorted(told)], [time.text for k, time in enumerate(times) if k not in told]


@pytest.mark.parametrize(
    ("text", "told", "wished"),
    [
        ("My crown came off on Saturday, can I get a check-up?", ["Saturday"], []),
        ("I was in on Tuesday and need another cleaning", ["Tuesday"], []),
        ("my tooth started hurting on Sunday, I need a check-up", ["Sunday"], []),
        ("i broke a tooth on friday can you see me on monday", ["friday"], ["monday"]),
        ("can i come tuesday my crown came off saturday", ["saturday"], ["tuesday"]),
        ("hi my filling fell out on saturday and i need to come in", ["saturday"], []),
        ("I saw Dr. Smith on Thursday and he said I need a cleaning", ["Thursday"], []),
        ("i saw dr smith on thursday and he said i need a cleaning", ["thursday"], []),
        ("my son fell on sunday and chipped a tooth is there anything today", ["sunday"], ["today"]),
        ("broke a tooth this morning, anything today?", ["this morning"], ["today"]),
        ("we were there on Monday, I need a cleaning on Tuesday", ["Monday"], ["Tuesday"]),
        ("I was in for a cleaning and x-rays on Tuesday", ["Tuesday"], []),
        ("i had my teeth cleaned on march 3rd and want a check-up on the 20th", ["march 3rd"], ["the 20th"]),
        ("I missed my appointment on Tuesday and need a new one", ["Tuesday"], []),
        ("I left you a message on Friday, I'd like a cleaning", ["Friday"], []),
        ("I didn't make it on Tuesday, can I have another one", ["Tuesday"], []),
        ("I got back on Monday, can I have a cleaning", ["Monday"], []),
        ("the filling I got on Monday fell out", ["Monday"], []),
        ("I started Invisalign in September and need a check-up", ["September"], []),
        ("my last cleaning was in June, can I have one on Friday", ["June"], ["Friday"]),
        ("my gums bled on tuesday and wednesday, can i get a cleaning", ["tuesday", "wednesday"], []),
        ("my tooth broke friday and again on sunday can you see me", ["friday", "sunday"], []),
        ("It broke on Saturday or Sunday, I'm not sure", ["Saturday", "Sunday"], []),
        # what happened stands behind its day
        ("On Saturday, my crown came off. Can I come in?", ["Saturday"], []),
        ("on saturday my crown came off can i come in tuesday", ["saturday"], ["tuesday"]),
        ("I need a check-up because on Sunday my crown fell out", ["Sunday"], []),
        ("my crown came off, um, on Saturday, can I come in", ["Saturday"], []),
        # the words alone say that it is over
        ("I called yesterday, can I book a check-up", ["yesterday"], []),
        ("i was there last week and i want to book a check-up", ["last week"], []),
        ("I need a follow-up to my cleaning last week", ["last week"], []),
        ("my tooth has been hurting since Sunday, can I come in", ["since Sunday"], []),
        ("ever since my fall on Tuesday it hurts", ["Tuesday"], []),
        ("since I was in on Friday I need another", ["Friday"], []),
        # a day that was told, and an hour that is asked for
        ("my crown came off on Saturday, can I come in at ten?", ["Saturday"], ["ten"]),
        ("can I come in at ten my crown came off on Saturday", ["Saturday"], ["ten"]),
        ("I called on Friday, can I come between two and four", ["Friday"], ["between two and four"]),
        ("my crown came off on Saturday, can I move my appointment to ten thirty?", ["Saturday"], ["ten thirty"]),
        ("I was in on Monday, mornings are best", ["Monday"], ["mornings"]),
    ],
)  # fmt: skip
def test_what_tells_of_what_has_been(text: str, told: list[str], wished: list[str]) -> None:
    assert apart(text) == (told, wished)
    assert apart(text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")) == (told, wished)


@pytest.mark.parametrize(
    "text",
    [
        # politeness
        "I was hoping for Tuesday", "I was wondering about Friday", "I was thinking Tuesday", "I was looking for something on Tuesday",
        "I wanted Friday", "did you have anything on Friday?", "were you open on Sunday", "was there a slot on Tuesday",
        "I'd like to get started on Tuesday", "I needed a check-up on Thursday",
        # plans, and what somebody said of them
        "you said Tuesday", "they told me to come on Tuesday", "it was supposed to be Tuesday", "I got Tuesday off",
        "I had an appointment on Tuesday", "I scheduled one for Friday", "I was going to come on Friday",
        "the dentist wanted to see me on Tuesday", "I called about Friday", "I called to come in on Tuesday",
        "what if I came in on Tuesday", "if I came on thursday could you do a cleaning",
        # what is so now
        "I have a chipped tooth is Tuesday free", "I need my chipped tooth fixed on Tuesday", "I saw you have an opening on Tuesday",
        "I noticed you're open on Saturday", "do you have anything left on Friday", "has anybody cancelled on Friday",
        "it hurts can I come Tuesday", "since friday works best for me can we do that",
        # what happened is one thing, the day another
        "my crown came off can i come in tuesday", "my crown came off, Tuesday please", "my crown came off tuesday please",
        "my crown came off Tuesday works for me", "my crown came off so tuesday would be good", "my crown came off and Tuesday at ten?",
        "I lost a filling. Tuesday at ten?", "a check-up on tuesday please, i fell and chipped a tooth", "Tuesday, my crown came off",
        "a check-up on Tuesday because my crown came off", "my crown came off, tomorrow at two",
        # nobody comes yesterday, but who asks for it has to hear so
        "book a check-up yesterday at 10am", "can i have a check up last friday at ten", "yesterday at ten",
    ],
)  # fmt: skip
def test_what_only_sounds_like_it(text: str) -> None:
    told, wished = apart(text)
    assert told == []
    assert wished


def test_a_time_in_one_piece_stays_so() -> None:
    for text in ("How about Saturday? Can I come in at ten?", "I was there Friday, March 6th", "it hurt between Monday and Wednesday"):
        times = read(text)
        assert len(times) == 1
        assert taken_apart(text, times, read) == times


@given(st.text(alphabet="abefimnorstuwy ,.?!'\n", max_size=60), st.sampled_from(["on Saturday", "yesterday", "since Monday at ten"]))
def test_any_words_can_be_read(words: str, time: str) -> None:
    text = f"{words} {time} came off {words}"
    times = taken_apart(text, read(text), read)
    assert told_of(text, times) <= set(range(len(times)))
