"""Speaking to a person: transfer by phone, a callback or a message where that cannot be."""

from __future__ import annotations

import re

from assistant.dialogue.skills.base import Skill
from assistant.dialogue.state import Frame, Later, Phase
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.effects import Transfer
from assistant.domain.events import Transferred

ONE_MOMENT = phrase("Of course, one moment.", "Sure, I'll put you through.", "One moment, I'll connect you.")
CANT_NOW = phrase("They can't pick up right now. Shall I take a message, or have them call you back?")
NOBODY = phrase("Nobody can take a call right now. Shall I take a message, or have them call you back?",
                text=("I can't connect you here. Shall I take a message, or have them call you?",))  # fmt: skip
CALL_THEM = phrase("You can reach a person at {number}. Or shall I take a message?")
CONTINUE = phrase("Sure.", "Okay.", "All right.")
AGAIN = phrase("A message, or a call back?", "Shall they call you back, or shall I write down a message?")
_PERSON = re.compile(
    r"\b(put me through|transfer|connect me|speak (?:to|with)|talk (?:to|with)|a person|human|someone|somebody)\b", re.IGNORECASE
)
CALL_BACK = "Please call back."


class APerson(Skill):
    name = "person"
    intents = ("speak_to_human",)

    def begin(self, turn: Turn, request: Later) -> Flow:
        number = turn.profile.transfer_to
        if turn.state.frame is None or turn.frame.skill != self.name:
            turn.push(Frame(self.name))
        turn.set(asked=("tried",))
        if number and turn.state.channel == "call":
            turn.say(ONE_MOMENT)
            turn.do(Transfer(number))
            turn.note("transfer")
            turn.wait(Phase.TRANSFERRING, "nothing")
            return
        turn.say(CALL_THEM if number else NOBODY, number=number)
        turn.wait(Phase.WAY_OUT, "open")
        yield from ()

    def returned(self, turn: Turn) -> Flow:
        """The attempt to reach a person is over."""
        assert isinstance(turn.event, Transferred)
        if turn.event.outcome == "answered":
            yield from turn.let_go()
            turn.state = turn.state.but(frames=())
            turn.wait(Phase.CLOSED, "nothing")
            turn.note("transferred")
            return
        if turn.state.frame is None or turn.frame.skill != self.name:
            turn.push(Frame(self.name))
        turn.set(asked=("tried",))
        turn.say(CANT_NOW)
        turn.wait(Phase.WAY_OUT, "open")
        turn.note("not_reached")

    def takes(self, turn: Turn) -> bool:
        return wants_callback(turn) or wants_message(turn) or wants_person(turn) or turn.said_yes or turn.said_no

    def given(self, turn: Turn) -> Flow:
        from assistant.dialogue.skills import enter
        from assistant.dialogue.skills.base import done

        tried, urgent = "tried" in turn.frame.asked, turn.frame.urgent
        if wants_callback(turn):
            yield from self._call_back(turn, urgent)
        elif wants_message(turn):
            turn.pop()
            yield from enter(turn, Later("take_message", "", message=turn.slot("message")))
        elif turn.said_no and not wants_person(turn):
            turn.say(CONTINUE)
            yield from done(turn)
        elif not tried and turn.state.channel == "call" and turn.profile.transfer_to:
            yield from self.begin(turn, Later("speak_to_human", turn.text))
        elif not tried:
            yield from self._call_back(turn, urgent)  # where nobody can be put through, somebody calls
        else:
            turn.pop()
            yield from enter(turn, Later("take_message", ""))

    def _call_back(self, turn: Turn, urgent: bool) -> Flow:
        from assistant.dialogue.skills import enter

        turn.pop()
        yield from enter(turn, Later("take_message", "It is urgent." if urgent else "", message=CALL_BACK))

    def no(self, turn: Turn) -> Flow:
        yield from self.given(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        turn.say(AGAIN)
        turn.wait(Phase.WAY_OUT, "open")
        yield from ()


def wants_callback(turn: Turn) -> bool:
    words = turn.text.lower()
    return any(bit in words for bit in ("call me", "call back", "callback", "ring me", "phone me", "give me a call"))


def wants_person(turn: Turn) -> bool:
    return turn.heard.intent == "speak_to_human" or bool(_PERSON.search(turn.text))


def wants_message(turn: Turn) -> bool:
    return turn.heard.intent == "take_message" or "message" in turn.text.lower()
