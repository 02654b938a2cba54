"""What a booking request says between the lines: two wishes in one sentence, a weekday that does not fit its date, "right after mine"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from assistant.dialogue.collectors import name as names
from assistant.dialogue.collectors import when
from assistant.dialogue.skills import unwanted
from assistant.dialogue.turn import Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.language import CLASH

WHICH_OF_TWO = phrase("The {ordinal} is a {weekday}. Do you mean {one}, or {two}?")
MAYBE_LATER = re.compile(
    r"\b(?:i'?ll|let me|i will|i need to|i want to|i have to) (?:\w+ )?"
    r"(?:think (?:about it|it over|on it)|get back to you|call (?:you )?back|let you know)\b",
    re.IGNORECASE,
)
#: "on Thursdays" tells when somebody can come; a series is asked for in words of its own
REPEATS = re.compile(
    r"\b(?:every|each|weekly|fortnightly|bi-?weekly|monthly|daily|regular(?:ly)?|recurring|standing|once a|twice a|a series)\b",
    re.IGNORECASE,
)
ONCE = re.compile(
    r"\b(?:just|only) (?:once|(?:the |this )?(?:one|once|(?:one )?time))\b|\bnot (?:every|each|weekly)\b|\bone[- ]off\b", re.IGNORECASE
)
TOLD = re.compile(
    r"\b(?:said|says|saying|told me|tells me|recommend\w*|advis\w+|supposed to (?:be|come|go)|should be)\s*(?:to come |it'?s |to go )?$",
    re.IGNORECASE,
)


def name_not_time(turn: Turn) -> None:
    """ "April Summers", where a name was asked for, is no day in April."""
    if turn.frame.waiting != "name" or not turn.heard.times:
        return
    name = names.name_answer(turn.heard, turn.text)
    said = {word for value in turn.heard.times for word in value.text.lower().split()}
    if name and said <= set(name.lower().split()):
        turn.heard = replace(turn.heard, times=())


def which_day(turn: Turn) -> bool:
    """ "Thursday the twelfth", when the twelfth is a Friday: not guessed at, but asked."""
    readings = ([other.value for other in value.candidates if other.reason == CLASH] for value in unwanted.wanted_times(turn))
    clash = next((found for found in readings if found), None)
    if clash is None:
        return False
    zone = turn.context.zone
    dated, beside = (when.wish_of(value, zone).day for value in clash[:2])
    if dated is None or beside is None or turn.frame.wish.day != dated:
        return False
    first, last = sorted((dated, beside))
    turn.set(wish=replace(turn.frame.wish, day=first, until=last + timedelta(days=1)), chosen=None, options=())
    ordinal = speak.ordinal(dated.day) if turn.by_voice else speak.written_ordinal(dated.day)
    turn.ask(
        WHICH_OF_TWO, "date", ordinal=ordinal, weekday=speak.WEEKDAYS[dated.weekday()], one=turn.day(dated), two=turn.day(beside)
    )  # fmt: skip
    return True
