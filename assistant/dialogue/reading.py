"""What was said, read by itself: the whole, its sentences where it asks for several things, and what is added to a booking."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.dialogue.state import DialogueState, Phase
from assistant.dialogue.turn import More
from assistant.domain.business import Service
from assistant.domain.language import INTENTS, Understanding, UnderstandingContext
from assistant.language.additions import find_added
from assistant.language.people import party

#: where one request ends and the next begins
CLAUSES = re.compile(
    r"(?<=[.?!;])\s+|,\s+(?=(?:how|what|when|where|do you|does|is there|are you|can you)\b)|"
    r"\s*,?\s+(?:and|then|plus|but)\s+(?=(?:also|then|can|could|please|tell|book|cancel|i|i'd|do|what|when|is|let|add|make|move|reschedule|"
    r"take|leave|send|how|where)\b)",
    re.IGNORECASE,
)
REQUESTS = frozenset(INTENTS) - {"greeting", "goodbye", "affirm", "deny", "help", "repeat", "out_of_scope"}
_DAY = re.compile(r"\b(?:on |next |this )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow)\b", re.IGNORECASE)
#: The understanding of some words, given what is expected.
Understand = Callable[[str, UnderstandingContext], Understanding]


@dataclass(frozen=True, slots=True)
class Reading:
    heard: Understanding
    parts: tuple[tuple[str, Understanding], ...] = ()
    more: More | None = None


def read(state: DialogueState, text: str, services: tuple[Service, ...], understand: Understand) -> Reading:
    now = UnderstandingContext(
        expecting=state.expecting.what, options=state.expecting.options, in_dialogue=bool(state.frames), role=state.person.role,
        last_prompt=state.last_reply,
    )  # fmt: skip
    heard = understand(text, now)
    more = _more(state, text, services, understand, now)
    if not any(intent in REQUESTS for intent in heard.also):
        return Reading(heard, more=more)
    clauses = [clause.strip() for clause in CLAUSES.split(text) if clause.strip()][:4]
    return Reading(heard, tuple((clause, understand(clause, now)) for clause in clauses) if len(clauses) > 1 else (), more)


def _more(state: DialogueState, text: str, services: tuple[Service, ...], understand: Understand, now: UnderstandingContext) -> More | None:
    frame = state.frame
    if frame is not None and frame.skill != "booking":
        return None
    booked = frame is None and bool(state.booked_here)
    under, agreeing = frame.service if frame is not None else None, state.phase is Phase.CONFIRMING
    added = find_added(text, services, under, after=booked, agreeing=agreeing)
    together = added is not None and (added.bare or len(added.parts) == 1) and not party(added.parts[0])
    if added is None or (together and party(text, asked=state.expecting.what == "name")):
        return None  # "for Max and Zoe tomorrow" are two of one request
    fresh = UnderstandingContext(role=state.person.role)
    parts = tuple((part, understand(part, fresh)) for part in added.parts)
    rest, heard = added.rest, understand(added.rest, now)
    asks = heard.intent in ("book_appointment", "check_availability") or heard.slots.get("service") is not None
    last = parts[-1][1].times
    shared = frame is None and not booked and asks and bool(last) and not heard.times
    if shared:  # "a cleaning, and a check-up, on Wednesday at ten": the time is for both, one after the other
        rest = f"{rest} {parts[-1][0][min(value.span[0] for value in last) : max(value.span[1] for value in last)]}"
        heard = understand(rest, now)
    elif frame is None and asks and all(value.kind == "time" for value in heard.times) and (day := _DAY.search(parts[-1][0])):
        rest = f"{rest} {day.group()}"  # "for me at ten and my wife at eleven on Thursday"
        heard = understand(rest, now)
    return More(rest, heard, parts, asks=asks, bare=added.bare, shared=shared)
