"""What was understood: intents, times, slots, and the context that understanding may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

INTENTS = (
    "book_appointment", "reschedule_appointment", "cancel_appointment", "query_calendar", "check_availability",
    "create_task", "complete_task", "list_tasks", "delete_task", "set_reminder", "take_message", "weather",
    "general_question", "greeting", "goodbye", "affirm", "deny", "help", "repeat", "speak_to_human", "out_of_scope",
)  # fmt: skip

TimeKind = Literal["instant", "interval", "date", "time", "duration", "recurring"]
Moment = date | datetime | time

#: reasons for readings that a caller means more often than the value, which follows how dates are written and read by programs
CLASH = "the weekday and the date do not fall together"
LAST_INCLUDED = "the last of them may be included"
LAST_HOURS = "the last hours of business may be meant"
ALL_OF_THEM = "all of them may be meant"
LIKELIER = frozenset({CLASH, LAST_INCLUDED, LAST_HOURS, ALL_OF_THEM})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another reading of the same words, and why it is possible."""

    value: TimeValue
    reason: str


@dataclass(frozen=True, slots=True)
class TimeValue:
    """One meaning in time. `start`/`end` are a date, datetime or time; interval ends are exclusive, None is open."""

    kind: TimeKind
    start: Moment | None = None
    end: Moment | None = None
    duration: timedelta | None = None
    recurrence: str | None = None
    grain: str = "minute"
    text: str = ""
    span: tuple[int, int] = (0, 0)
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one utterance means.

    `slots` keys: service (the profile's exact name), service_said, person_name, phone (E.164), phone_partial (digits),
    email, spelling, yes_no ("yes" | "no" | "yes_but"), choice (0-based index, -1 the last, "earlier", "later", "neither",
    "any"), quantity, message, recipient, urgency, title, digits, place (of weather).
    `acts` are finer than intents: thanks, correction, hesitation, emergency, identity ("who are you", "are you a robot"), abuse,
    hold_on, refuse, foreign, for_someone_else, frustration, more_detail, unclear, opt_out, start, sending ("I've sent it"),
    forget_me, export_me, answer (the words fill what was asked for; when they ask for nothing else the intent is out_of_scope and only
    slots and times count).
    `also` holds further intents of the same utterance, in spoken order.
    """

    intent: str
    confidence: float
    slots: Mapping[str, Any] = field(default_factory=dict)
    times: tuple[TimeValue, ...] = ()
    also: tuple[str, ...] = ()
    acts: frozenset[str] = frozenset()
    source: Literal["rules", "classifier", "model"] = "rules"


@dataclass(frozen=True, slots=True)
class UnderstandingContext:
    """What the dialogue was waiting for when the words came; understanding uses it, never needs it."""

    expecting: str = "open"
    options: tuple[str, ...] = ()
    in_dialogue: bool = False
    role: Literal["caller", "owner"] = "caller"
    last_prompt: str = ""
