"""What a booking request says between the lines: two wishes in one sentence, a weekday that does not fit its date, "right after mine"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from assistant.dialogue.collectors import name as names
from assistant.dialogue.collectors import when
from assistant.dialogue.skills import unwanted
from assistant.dialogue.state import Later, Wish
from assistant.dialogue.turn import Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.language import CLASH
from assistant.language.names import find_name
from assistant.language.services import find_service
from assistant.language.times import resolve

WHICH_OF_TWO = phrase("The {ordinal} is a {weekday}. Do you mean {one}, or {two}?")
NOW_THE = phrase("Now the {service}:", "And now the {service}:")
MAYBE_LATER = re.compile(
    r"\b(?:i'?ll|let me|i will|i need to|i want to|i have to) (?:\w+ )?"
    r"(?:think (?:about it|it over|on it)|get back to you|call (?:you )?back|let you know)\b",
    re.IGNORECASE,
)
RIGHT_AFTER = re.compile(
    r"\b(?:right|straight|directly|just|immediately) after(?:wards)?\b|\bafter (?:that|mine|me|this one)\b|\bback to back\b", re.IGNORECASE
)
SAME_DAY = re.compile(r"\b(?:the )?same day\b|\bthat day\b", re.IGNORECASE)
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
#: "... and how much is a check-up?", "... and no check-up": named, and not asked for
_NO_SECOND = re.compile(r"(?:how|what|when|where|do|does|is|are|not|no|without)\b", re.IGNORECASE)
_AND_ANOTHER = re.compile(r"\s*,?\s*\b(?:and|plus)\s+(?:then |also |maybe )*(?=\w)", re.IGNORECASE)


def name_not_time(turn: Turn) -> None:
    """ "April Summers", where a name was asked for, is no day in April."""
    if turn.frame.waiting != "name" or not turn.heard.times:
        return
    name = names.name_answer(turn.heard, turn.text)
    said = {word for value in turn.heard.times for word in value.text.lower().split()}
    if name and said <= set(name.lower().split()):
        turn.heard = replace(turn.heard, times=())


def two_in_one(turn: Turn) -> tuple[Later, Later] | None:
    """ "A check-up on Thursday at ten and a cleaning on Friday at nine": two bookings, each with its own words."""
    for joint in _AND_ANOTHER.finditer(turn.text):
        halves = (turn.text[: joint.start()], turn.text[joint.end() :])
        wishes = [
            when.said(resolve(half, turn.context.local, country=turn.profile.country), turn.context.zone, turn.context.local)
            for half in halves
        ]
        found = [find_service(half, turn.services()) for half in halves]
        first, second = (item.name if item else None for item in found)
        again = halves[1].lower().startswith(("another", "one "))
        if first is not None and second is not None and first != second and wishes[0].empty and wishes[1].day is not None:
            # "a cleaning and a check-up on Wednesday at ten": one after the other
            wishes = [wishes[1], replace(wishes[1], at=None, alt=None, after=wishes[1].at or wishes[1].after)]
        undated = wishes[0].empty and wishes[1].empty  # "I need a cleaning and a check-up": one after the other, too
        if first is not None and second is not None and first != second and undated and not _NO_SECOND.match(halves[1]):
            who = names.name_of(turn.heard)
            return (
                Later("book_appointment", halves[0], service=first, name=who),
                Later("book_appointment", halves[1], service=second, name=who),
            )
        if first is None or wishes[0].day is None or (second is None and not again):
            continue
        if wishes[1].day is None and wishes[1].has_time:
            wishes[1] = replace(wishes[1], day=wishes[0].day)  # "... on Thursday at two and another one at two thirty"
        alone = second is not None and second != first and wishes[1].empty and not _NO_SECOND.match(halves[1])
        if wishes[1].day is None and not alone:
            continue
        own = [find_name(half) for half in halves]
        given = [name.name if name else names.name_of(turn.heard) for name in own]
        return (
            Later("book_appointment", halves[0], service=first, wish=wishes[0], name=given[0]),
            Later("book_appointment", halves[1], service=second or first, wish=wishes[1], name=given[1]),
        )
    return None


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


def is_beside_the_last(turn: Turn) -> bool:
    beside = RIGHT_AFTER.search(turn.text) or SAME_DAY.search(turn.text)
    return bool(beside) and bool(turn.state.booked_here) and turn.frame.waiting == "date"


def beside_the_last(turn: Turn) -> bool:
    """ "And one for my wife right after": beside what was booked a moment ago."""
    frame = turn.frame
    if not turn.state.booked_here or frame.wish.day is not None or frame.waiting not in ("open", "date"):
        return False
    last = turn.state.booked_here[-1]
    start = last.starts_at.astimezone(turn.context.zone)
    service = turn.profile.service(last.service)
    if RIGHT_AFTER.search(turn.text) and service is not None:
        step = turn.profile.booking.slot_minutes
        minutes = -(-(service.minutes + service.buffer_minutes) // step) * step
        after = start + timedelta(minutes=minutes)
        turn.set(wish=Wish(day=after.date(), at=after.time().replace(tzinfo=None)))
        return True
    if SAME_DAY.search(turn.text):
        turn.set(wish=Wish(day=start.date()))
        return True
    return False
