"""What was asked in the same breath waits: put off as it was said, and begun when the first request is done."""

from __future__ import annotations

import re

from assistant.dialogue.collectors import when
from assistant.dialogue.guards import UNDERSTOOD, active_skill
from assistant.dialogue.skills import for_intent, wanted
from assistant.dialogue.state import MOST_LATER, Later, Phase, Wish
from assistant.dialogue.turn import Turn
from assistant.language.told import told_of

_FOR_A_TIME = ("check_availability", "book_appointment")
_NEW_ONE = re.compile(r"\b(book|schedule|make|another|new)\b", re.IGNORECASE)


def put_off(turn: Turn, intent: str, *, waits: bool = False) -> Later:
    """A request as it was put; one that has to wait keeps what its own sentence said."""
    text, heard = turn.text, turn.heard
    if waits:
        text, heard = next(((text, part) for text, part in turn.context.parts if intent in (part.intent, *part.also)), (text, heard))
    message, title, service, name = (heard.slots.get(key) for key in ("message", "title", "service", "person_name"))
    told = told_of(text, heard.times)
    values = [value for index, value in enumerate(heard.times) if index not in told]
    if waits and service is None and intent in _FOR_A_TIME and turn.heard.intent == "general_question":
        service = turn.slot("service")  # "how much is a cleaning, and can I come on Thursday?"
    wish = when.said(values, turn.context.zone, turn.context.local) if waits and heard is not turn.heard else Wish()
    return Later(
        intent, text, str(message) if message else None, str(title) if title else None,
        str(service) if service and waits else None, wish, str(name) if name and waits else None,
    )  # fmt: skip


def queue(turn: Turn) -> None:
    """Further requests of the same breath wait for their turn."""
    active = active_skill(turn)
    first = wanted(turn) if active is None else active
    waiting = []
    for intent in turn.heard.also:
        skill = for_intent(intent, turn)
        same_wish = first is not None and first.name in ("upcoming", "moving", "agenda") and intent in _FOR_A_TIME
        if same_wish and not _NEW_ONE.search(turn.text):
            continue  # the same wish in other words
        if active is not None and active.only_terms(turn) and intent in ("take_message", "set_reminder"):
            continue  # "but don't text me" is about this booking
        if skill is None or skill is first or (skill.name == "questions" and intent != "general_question" and intent != "weather"):
            continue
        if active is not None and active.kin(turn, skill):
            continue
        waiting.append(put_off(turn, intent, waits=True))
    if active is not None and turn.heard.intent not in UNDERSTOOD:
        skill = for_intent(turn.heard.intent, turn)
        if (
            skill is not None
            and skill is not active
            and not active.kin(turn, skill)
            and turn.state.phase is Phase.CONFIRMING
            and turn.said_yes
        ):
            waiting.insert(0, put_off(turn, turn.heard.intent, waits=True))
    if waiting:
        turn.state = turn.state.but(later=(*turn.state.later, *waiting)[-MOST_LATER:])
