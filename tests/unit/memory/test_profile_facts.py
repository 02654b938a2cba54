"""What the profile knows is said by code, in words for the ear or the eye."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.domain.business import BusinessProfile
from assistant.memory.answers import UNKNOWN, Answers
from assistant.memory.passages import Passage
from assistant.memory.profile_facts import ProfileFacts
from assistant.memory.retrieval import Retriever

ODD = [
    "when",
    "is",
    "the",
    "are",
    "you",
    "open",
    "closed",
    "how",
    "much",
    "long",
    "what",
    "time",
    "do",
    "we",
    "it",
    "they",
    "so",
    "um",
    "and",
    "İ",
    "\x00",
    "’s",
    "25:61",
    "saturday",
    "-",
    "?",
]
SPOKEN = [
    ("are you open tomorrow", "Tomorrow we're open from nine to twelve and one to five."),
    ("Are you open on Saturday?", "No, we're closed on Saturday."),
    (
        "what are your opening hours",
        "We're open Monday to Thursday from nine to twelve and one to five, Friday from nine to one. We're closed on weekends.",
    ),
    ("how late are you open on friday", "We close at one on Friday."),
    ("are you open now", "Yes, we're open until five."),
    ("do you open over lunch", "No, we're closed for lunch from twelve to one."),
    ("are you open on sundays", "No, we're closed on Sundays."),
    ("are you open on fridays", "On Fridays we're open from nine to one."),
    ("are you open this weekend", "No, we're closed on Saturday and Sunday."),
    ("are you open on christmas", "No, we're closed on Friday, December 25th for the winter break."),
    ("when are you closed for the holidays", "We're closed from December 24th to December 27th for the winter break."),
    ("how much is a cleaning", "A cleaning is 120 dollars."),
    ("what does a teeth cleening cost", "A cleaning is 120 dollars."),
    ("how long does a check up take", "A check-up takes 30 minutes."),
    ("do you do cleanings", "Yes, a cleaning takes 45 minutes, for 120 dollars."),
    ("are you closed on saturday", "Yes, we're closed on Saturday."),
    ("are you closed right now", "No, we're open until five."),
    ("what are your hours on saturday", "We're closed on Saturday."),
    ("do you close for lunch", "Yes, we're closed for lunch from twelve to one."),
    ("how long do you stay open today", "We close at five today."),
    ("when do you close", "We close at five today."),
    ("do you offer check-ups", "Yes, a check-up takes 30 minutes."),
    ("whats the address", "We're at 12 Mill Lane, Springfield."),
    ("what services do you offer", "We offer cleaning and check-up."),
    ("tell me about your services", "We offer cleaning and check-up."),
    ("where are you located", "We're at 12 Mill Lane, Springfield."),
    ("what's your website", "Our website is riverside.example."),
    ("what is your email address", "Our email is desk@riverside.example."),
    ("what time is it", "It's three in the afternoon."),
    ("what day is it today", "Today is Tuesday, December 1st."),
]


@pytest.mark.parametrize(("question", "said"), SPOKEN)
def test_spoken(question: str, said: str, profile: BusinessProfile, now: datetime) -> None:
    fact = ProfileFacts().find(question, profile, now)
    assert fact is not None
    assert fact.text == said


def test_written_times_are_for_the_eye(profile: BusinessProfile, now: datetime) -> None:
    fact = ProfileFacts().find("are you open on friday?", profile, now, spoken=False)
    assert fact is not None
    assert fact.text == "On Friday we're open 9 am–1 pm."


@pytest.mark.parametrize(
    "question",
    [
        "when does the pharmacy next door close", "do you do root canals", "how much is a crown", "is the car park open at night",
        "how much is a checkup", "how long is the waiting list", "", "🙂🙂", "book me in for friday",
    ],
)  # fmt: skip
def test_says_nothing_about_what_it_does_not_know(question: str, profile: BusinessProfile, now: datetime) -> None:
    assert ProfileFacts().find(question, profile, now) is None


def test_the_evening_is_closed_and_says_when_it_opens(profile: BusinessProfile, now: datetime) -> None:
    fact = ProfileFacts().find("are you open right now", profile, now + timedelta(hours=5))
    assert fact is not None
    assert fact.text == "No, we're closed right now. We open tomorrow at nine."


def test_now_is_told_in_the_zone_of_the_business(profile: BusinessProfile, now: datetime) -> None:
    berlin = replace(profile, timezone="Europe/Berlin")
    fact = ProfileFacts().find("are you open now", berlin, now)
    assert fact is not None
    assert fact.text == "No, we're closed right now. We open tomorrow at nine."


def test_public_holidays_close_unless_the_owner_says_otherwise(profile: BusinessProfile, now: datetime) -> None:
    asked = "are you open on new year's day"
    closed = ProfileFacts().find(asked, profile, now)
    working = ProfileFacts().find(asked, replace(profile, open_on_holidays=True), now)
    assert closed is not None and working is not None
    assert closed.text == "No, we're closed on Friday, January 1st for New Year's Day."
    assert working.text == "On Friday, January 1st we're open from nine to one."


async def test_a_price_asked_with_more_words_is_answered_by_the_documents_when_they_know(profile: BusinessProfile, now: datetime) -> None:
    retriever = Retriever()
    answers = Answers(lambda: profile, retriever)
    asked = "how much is a cleaning for a child"
    before = await answers.answer(asked, now=now)
    retriever.add([Passage("p", "Handbook", "Costs for children", "Cleanings for children under twelve cost half the adult price.")])
    after = await answers.answer(asked, now=now)
    assert before.text == "A cleaning is 120 dollars."
    assert after.text == "Cleanings for children under twelve cost half the adult price."
    assert after.sources == ("Handbook > Costs for children",)


async def test_a_service_without_a_price_is_not_priced(profile: BusinessProfile, now: datetime) -> None:
    answer = await Answers(lambda: profile).answer("how much is a check-up", now=now)
    assert (answer.text, answer.known, answer.sources) == (UNKNOWN, False, ())


@given(st.text(max_size=600) | st.lists(st.sampled_from(ODD), max_size=150).map(" ".join))
@settings(max_examples=60, deadline=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_it_or_keeps_it_busy(profile: BusinessProfile, now: datetime, text: str) -> None:
    fact = ProfileFacts().find(text[:600], profile, now)
    assert fact is None or fact.text.endswith((".", "?"))
