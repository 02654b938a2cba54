"""What came of a conversation, in a sentence for the owner's list: by rules, from what was really done."""

from __future__ import annotations

import re
from typing import Any

from assistant.dialogue import commands as c
from assistant.dialogue.state import DialogueState, Frame
from assistant.dialogue.turn import Context
from assistant.dialogue.wording import speak
from assistant.domain.appointments import Appointment
from assistant.domain.effects import Effect, Transfer, Voicemail
from assistant.domain.ports import Answer
from assistant.memory.words import STOP

DEEDS = 12
MOST = 400  # characters of a whole summary
_QUOTED = 80
_PRICE = re.compile(r"\b(?:how much|price|prices|cost|costs|charge)\b", re.IGNORECASE)
_HOURS = re.compile(r"\b(?:open|opens|close|closes|closed|hours)\b", re.IGNORECASE)
_NO_TOPIC = STOP | {"price", "prices", "cost", "costs", "charge", "today", "tomorrow"}


def deed(command: c.Command, result: Any, context: Context) -> str | None:
    """What this command did, when it did something worth telling."""
    match command, result:
        case c.Confirm(), Appointment():
            who = f" for {command.name}" if command.for_other and command.name else ""
            return f"booked {_appointment(result, context)}{who}"
        case c.Move(), Appointment():
            return f"moved {result.service} to {_when(result, context)}"
        case c.ChangeService(), Appointment():
            return f"changed an appointment to {_appointment(result, context)}"
        case c.Cancel(), Appointment():
            return f"cancelled {_appointment(result, context)}"
        case c.TakeMessage(), str():
            return f"left {'an urgent' if command.urgent else 'a'} message: {_short(command.body)}"
        case c.AnswerQuestion(), Answer() if not result.dropped:
            asked = _asked(command.question)
            return f"asked {asked}" if result.known else f"asked {asked}, which could not be answered"
        case ((c.Block() | c.Unblock()), result) if not isinstance(result, c.Broken):
            return f"{'kept time free' if isinstance(command, c.Block) else 'opened time again'}"
        case c.AddTask(), result if not isinstance(result, c.Broken):
            return f"added the task: {_short(command.title)}"
        case c.RememberFact(), result if not isinstance(result, c.Broken | c.Lost):
            return "asked to have something remembered"
        case c.ForgetFacts(), int() if result:
            return "had something forgotten"
        case c.ReadPictures(), result if result is not None:
            return "sent a picture"
    return None


def outcome_of(effect: Effect) -> str | None:
    """What an effect for the channel says about the conversation."""
    if isinstance(effect, Transfer):
        return "asked for a person"
    if isinstance(effect, Voicemail):
        return "was sent to voicemail"
    return None


def summary_of(state: DialogueState, context: Context) -> str | None:
    """The conversation so far: what was done, then what was left open. None when there is nothing to tell."""
    parts = list(state.deeds)
    left = _left(state.frame, context) if state.frame is not None else None
    if left is not None:
        parts.append(left)
    if not parts:
        return None
    kept: list[str] = []
    for part in reversed(parts):
        if kept and len("; ".join([part, *kept])) > MOST:
            break
        kept.insert(0, part)
    return speak.capital("; ".join(kept)).rstrip(".") + "."


def _left(frame: Frame, context: Context) -> str | None:
    """A request that nobody finished."""
    if frame.skill != "booking" or not (frame.service or frame.chosen):
        return None
    what = frame.service or "an appointment"
    if frame.chosen is None:
        return f"wanted {what}, not booked"
    return f"wanted {what} on {_moment(frame.chosen, context)}, not booked"


def _appointment(item: Appointment, context: Context) -> str:
    return f"{item.service} on {_when(item, context)}"


def _when(item: Appointment, context: Context) -> str:
    return _moment(item.starts_at, context)


def _moment(moment: Any, context: Context) -> str:
    local = moment.astimezone(context.zone)
    return f"{speak.written_day(local.date(), context.today)}, {speak.written_time(local)}"


def _asked(question: str) -> str:
    """ "Is there parking?" -> "about parking"; longer ones in their own words."""
    words = [word for word in re.findall(r"[\w'’-]+", question) if word.lower().replace("’", "'") not in _NO_TOPIC]
    if _HOURS.search(question):
        return "about opening hours"
    together = re.search(r"\W+".join(map(re.escape, words)), question) is not None  # "bring dog" is no topic, "free parking" is
    if not words or len(words) > 3 or not together:
        return f"“{_short(question)}”" if not _PRICE.search(question) or words else "about prices"
    topic = " ".join(word.lower() if word.isalpha() and not word.isupper() else word for word in words)
    return f"about the price of {topic}" if _PRICE.search(question) else f"about {topic}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1].rsplit(" ", 1)[0].rstrip(" ,.;") + "…"
