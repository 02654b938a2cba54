"""When was I last there: one's own past appointments by number, like those to come; to anybody else, that it cannot be seen."""

from __future__ import annotations

import re

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import name as names
from assistant.dialogue.skills import targets
from assistant.dialogue.skills.base import Skill, done
from assistant.dialogue.state import Frame, Later, Target
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Appointment

LAST = phrase(
    "Your last appointment was {what}.",
    "The last one was {what}.",
    text=("Your last appointment: {what}.", "The last one: {what}."),
)
LAST_OF = phrase("Your last {service} was {when}.", text=("Your last {service}: {when}.",))
NONE_OF = phrase("I see no earlier {service} of yours.", "There's no earlier {service} of yours that I can see.")
NONE = phrase("I see no earlier appointment under this number.", "There's no earlier appointment that I can see under this number.")
NEXT = phrase("The next one is {what}.", text=("The next: {what}.",))
CANT_SEE = phrase(
    "I can only see past appointments from the number they were booked with.",
    "Past appointments I can only see when you call from the number they were booked with.",
    text=(
        "I can only see past appointments from the number they were booked with.",
        "Without the number they were booked with I can't see those.",
    ),
)  # fmt: skip
_WAS_THERE = re.compile(
    r"\b(?:when|what (?:day|date|time)|how long (?:ago|since)|how long has it been since|what)\b[^.?!]{0,30}?"
    r"\b(?:was|were|had|since|did)\b[^.?!]{0,20}?\b(?:my|our) (?:last|previous|most recent|latest)\b"
    r"|\bwhen (?:was|were|did|have) (?:i|we) (?:last |here last|there last|last time )"
    r"|\bwhen (?:was|were|did|have) (?:i|we)\b[^.?!]{0,30}\b(?:last(?: time)?|the last time|most recently)\W*$"
    r"|\bwhen was the last time (?:i|we)\b|\bhow long (?:ago|is it|has it been) since (?:i|we|my|our)\b"
    r"|\b(?:have|had|was|were) (?:i|we) (?:ever |already )?(?:been |seen )?(?:here|there|to (?:you|your|this))\b"
    r"(?: before| already| lately| this year)?\W*$",
    re.IGNORECASE,
)
#: longer ago than this, the year is said
_LONG_AGO = 300


class Visits(Skill):
    name = "visits"
    plain_words = True

    def wants(self, turn: Turn) -> bool:
        return not turn.owner and bool(_WAS_THERE.search(turn.text))

    def begin(self, turn: Turn, request: Later) -> Flow:
        turn.push(Frame(self.name))
        past: tuple[Appointment, ...] = yield c.Visits()
        self._tell(turn, tuple(targets.of(item) for item in past))
        if not past and turn.state.person.phone is not None:
            coming = yield from targets.mine(turn)
            if coming:
                turn.say(NEXT, what=targets.words(turn, coming[0], month=True))
        turn.note("visits")
        yield from done(turn)

    def _tell(self, turn: Turn, past: tuple[Target, ...]) -> None:
        if not past:
            turn.say(NONE if turn.state.person.phone is not None else CANT_SEE)
            return
        asked = turn.slot("service")
        fitting = [target for target in past if target.service == asked]
        if asked and not fitting:
            turn.say(NONE_OF, service=turn.service_words(str(asked)))
        last = fitting[0] if fitting else past[0]
        if fitting:
            turn.say(LAST_OF, service=turn.service_words(last.service), when=_when(turn, last))
        else:
            service = speak.article(turn.service_words(last.service)) if turn.by_voice else last.service
            turn.say(LAST, what=f"{_when(turn, last)}, {service}")


def _when(turn: Turn, target: Target) -> str:
    day = target.starts_at.astimezone(turn.context.zone).date()
    year = f" {day.year}" if (turn.context.today - day).days > _LONG_AGO else ""
    own = turn.state.person.name or turn.context.known_name
    whose = f", for {target.name}" if target.name and own and not names.same(own, target.name) else ""
    return f"{turn.day(day, month=True)}{year}{whose}"
