""" "What are your openings?" may mean the hours or the free times: the hours are told, and a look for a time is offered."""

from __future__ import annotations

import re

from assistant.dialogue import commands as c
from assistant.dialogue.skills import wishes
from assistant.dialogue.skills.base import Skill, done
from assistant.dialogue.state import Frame, Later
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.ports import Answer

LOOK = phrase("Shall I look for a free time?", "Would you like me to find you a time?", text=("Shall I look for a free time?",))
HOURS = "What are your opening hours?"
_OPENINGS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|so|and|um+|uh+|please|okay|ok)\W+)*"
    r"(?:(?:what|when|which)(?:'?s| is| are| were)?|tell me|(?:can|could) (?:you tell me|i (?:ask|know)))\W+(?:(?:what|about|are)\W+)*"
    r"(?:your|the) openings?(?:\W+(?:are|please|like|today'?s|at the moment|right now|thanks))*\W*$",
    re.IGNORECASE,
)
_FOR_A_TIME = ("book_appointment", "check_availability")


class Openings(Skill):
    name = "openings"

    def wants(self, turn: Turn) -> bool:
        named = turn.slot("service") or turn.heard.times or not wishes.wish_said(turn).empty
        return bool(_OPENINGS.search(turn.text)) and not named and not turn.state.frames

    def begin(self, turn: Turn, request: Later) -> Flow:
        answer: Answer | None = yield c.AnswerQuestion(HOURS)
        if answer is None or not answer.known:
            yield from self._look(turn)
            return
        turn.note("answer")
        turn.say(answer.text.strip())
        turn.push(Frame(self.name))
        turn.ask(LOOK, "yes_no")

    def takes(self, turn: Turn) -> bool:
        return turn.said_yes or turn.said_no or bool(turn.heard.times or turn.slot("service")) or turn.heard.intent in _FOR_A_TIME

    def kin(self, turn: Turn, other: Skill) -> bool:
        return other.name == "booking"

    def given(self, turn: Turn) -> Flow:
        if turn.said_no and turn.heard.intent not in _FOR_A_TIME and not turn.heard.times and not wishes.soonest_said(turn):
            yield from done(turn)
            return
        turn.pop()
        yield from self._look(turn)

    def no(self, turn: Turn) -> Flow:
        yield from self.given(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        turn.ask(LOOK, "yes_no")
        yield from ()

    def _look(self, turn: Turn) -> Flow:
        from assistant.dialogue.skills import enter

        yield from enter(turn, Later("book_appointment", turn.text))
