"""Questions about the very appointment that is being arranged: which day that is, until when, with whom. Answered from what is in hand."""

from __future__ import annotations

import re
from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any, Literal

from assistant.dialogue import commands as c
from assistant.dialogue.commands import Command
from assistant.dialogue.skills import social, times, wishes
from assistant.dialogue.skills.questions import Questions
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.language.text import plain, words

IT_IS = phrase("That's {when}.", "It's {when}.")
YES_IT_IS = phrase("Yes, {when}.", "Yes, that's {when}.")
NO_IT_IS = phrase("No, it's {when}.", "No, that's {when}.")
UNTIL = phrase("It takes {minutes} minutes, so until {end}.", "Until {end}, it takes {minutes} minutes.")
THE_FIRST = phrase("Yes, that's the first I have.", "Yes, there's nothing sooner.")
ALL_OF_IT = phrase("That's {what}, {when}.", "It's {what}, {when}.")

#: longer than this somebody tells a story
_MOST_WORDS = 14
Facet = Literal["when", "then", "end", "who", "all", "soonest"]

_LEAD = (
    r"^(?:(?:wait|sorry|ok|okay|right|um|uh|er|oh|hm+|and|so|but|yes|yeah|yep|yup|mhm|uh huh|sure|great|cool|fine|actually"
    r"|just|quickly|quick question|first|remind me|tell me|again"
    r"|(?:can|could|will|would) you (?:tell|remind) me|hold on|hang on|one (?:second|sec|moment)|a second|what i mean is)\s+)*"
)
_IT = r"(?:that|this|it|the (?:appointment|booking|visit|slot)|the new (?:one|time|appointment))"
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_FACETS: tuple[tuple[Facet, re.Pattern[str]], ...] = (
    ("soonest", re.compile(rf"{_LEAD}(?:is|was) {_IT} (?:really )?(?:the|your) (?:earliest|soonest|first|next)\b")),
    (
        "end",
        re.compile(
            rf"{_LEAD}(?:when|what time|until when|till when)\b.*\b(?:finish\w*|end|ends|over|done|out|leave|until)\b"
            rf"|{_LEAD}until (?:when|what time)|{_LEAD}how long (?:will i|am i going to|do i have to) (?:be|stay)\b"
        ),
    ),
    (
        "who",
        re.compile(
            rf"{_LEAD}(?:with )?who(?:'?s|m)?\b(?! (?:is this|are you|am i (?:speaking|talking)|is speaking|is calling))"
            rf"(?=.*\b(?:with|see|seeing|do|doing|does|treat\w*|be|it|that)\b)(?!.*\b(?:it|that|this) (?:for|under)\b)"
            rf"|{_LEAD}(?:which|what) (?:doctor|dentist|hygienist|person|stylist|therapist|nurse)\b"
            rf"|{_LEAD}(?:is|will) {_IT} (?:be )?with\b"
        ),
    ),
    (
        "when",
        re.compile(
            rf"{_LEAD}(?:what|which) (?:day|date|time|hour|weekday|day of the week|part of the day|{_DAYS})"
            rf"(?:'?s| is| was| would| will)?(?: (?:{_IT}|be|for|again|on|exactly|then|the \w+|did you (?:say|put|book|pick)))*$"
            rf"|{_LEAD}what(?:'?s| is| was) (?:the|that) (?:day|date|time)(?: (?:again|then|exactly|of {_IT}|for {_IT}))*$"
            rf"|{_LEAD}when(?:'?s| is| was| would| will)? {_IT}(?: (?:be|again|then|exactly|for))*$"
            rf"|{_LEAD}(?:(?:is|was|would|will) {_IT} (?:be )?)?(?:am or pm|a m or p m"
            r"|(?:in the )?morning or (?:in the )?(?:afternoon|evening))$"
        ),
    ),
    (
        "all",
        re.compile(
            rf"{_LEAD}(?:what|which|whose) (?:name|service|treatment)(?:'?s| is| was| did| do| have)\b"
            rf"|{_LEAD}who(?:'?s| is| was) {_IT} (?:for|under)$|{_LEAD}what(?:'?s| is| was) {_IT}(?: for)?(?: again)?$"
            rf"|{_LEAD}what (?:am i|did i|did you|have you|are you) (?:book\w*|com\w+|get\w*|put\w*|hav\w+|say)\b"
            rf"|{_LEAD}is {_IT} (?:under|in) my name$"
        ),
    ),
)
#: "is that in the morning?", "is that a cleaning?": what follows has to be nothing but a time, or a service
_POLAR = re.compile(rf"{_LEAD}(?:is|was|will|isn'?t) {_IT} (?:be )?(?P<rest>.+)$")
_BESIDE = frozenset(
    {"in", "on", "at", "for", "the", "a", "an", "still", "really", "then", "or", "of", "this", "next", "coming", "right", "correct", "also",
     "am", "pm", "already", "definitely", "just", "as", "well", "before", "after", "lunch", "noon"}
)  # fmt: skip


def asked(turn: Turn) -> Facet | None:
    """What these words ask about the appointment in hand, if they ask about it."""
    said = plain(turn.text)
    if not _moments(turn) or len(said.split()) > _MOST_WORDS:
        return None
    facet = next((facet for facet, pattern in _FACETS if pattern.search(said)), None)
    if facet is not None:
        return facet
    polar = _POLAR.match(said)
    if polar is None:
        return None
    rest = set(words(polar["rest"])) - _BESIDE
    if not rest:
        return "when"  # "is that am", "is that right"
    if len(_moments(turn)) == 1 and turn.heard.times and rest <= {word for value in turn.heard.times for word in words(value.text)}:
        return "then"
    service = set(words(str(turn.slot("service_said") or "")))
    return "all" if service and rest <= service else None


def answer(turn: Turn) -> Flow:
    """Say it, and ask again what was open."""
    facet, at = asked(turn), _moments(turn)[0]
    if facet == "who":
        yield from Questions().answer(turn, turn.text)
    elif facet == "all":
        turn.say(ALL_OF_IT, what=_what(turn), when=_when(turn))
    elif facet == "soonest":
        if (sooner := (yield from _sooner(turn, at))) is not None:
            times.offer(turn, (sooner, at))
            return
        turn.say(THE_FIRST)
    elif facet == "end" and (minutes := _minutes(turn)):
        end = at.astimezone(turn.context.zone) + timedelta(minutes=minutes)
        turn.say(UNTIL, minutes=speak.number(minutes) if turn.by_voice else minutes, end=turn.time(end))
    else:
        said, one = wishes.wish_said(turn), facet == "then" and len(turn.heard.times) == 1
        turn.say(IT_IS if not one or said.empty else YES_IT_IS if wishes.means(turn, said, at) else NO_IT_IS, when=_when(turn))
    yield from social.stay(turn)


def _moments(turn: Turn) -> tuple[datetime, ...]:
    """The time that was read back or is held; else those on offer, when they are all of one day."""
    frame = turn.state.frame
    if frame is None:
        return ()
    read = frame.read_back.at if frame.read_back is not None else None
    if (one := read or frame.chosen) is not None:
        return (one,)
    days = {option.astimezone(turn.context.zone).date() for option in frame.options}
    return frame.options if len(days) == 1 and frame.waiting == "choice" else ()


def _when(turn: Turn) -> str:
    """The whole of it, with its half of the day; of several times on offer only the day."""
    moments = _moments(turn)
    at = moments[0].astimezone(turn.context.zone)
    day = turn.day(at.date(), month=True, relative=True)
    if len(moments) > 1:
        return day
    clock = speak.spoken_time(at, half_of_day=True) if turn.by_voice else speak.written_time(at)
    return f"{day} at {clock}" if turn.by_voice else f"{day}, {clock}"


def _sooner(turn: Turn, at: datetime) -> Generator[Command, Any, datetime | None]:
    """The first time that is free before the one in hand."""
    frame, now = turn.frame, turn.context.local
    if frame.service is None:
        return None
    slots = yield c.FindSlots(frame.service, now, at, now, 1, frame.target.id if frame.target else None, frame.unwanted)
    return slots[0].starts_at if slots else None


def _what(turn: Turn) -> str:
    """ "A check-up for Joan Keller", as far as it is known."""
    frame = turn.frame
    read = frame.read_back
    service = (read.service if read else None) or frame.service
    name = (read.name if read else None) or frame.name
    named = (speak.article(turn.service_words(service)) if turn.by_voice else service) if service else "an appointment"
    return f"{named} for {name}" if name else named


def _minutes(turn: Turn) -> int:
    service = turn.profile.service(turn.frame.service or "")
    return service.minutes if service is not None else 0
