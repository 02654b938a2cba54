"""Speaking to a person: transfer by phone, a callback or a message where that cannot be."""

from __future__ import annotations

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
AGAIN = phrase("A message, or a call back?", "Shall they call you back, or shall I write down a message?")
CALL_BACK = "Please call back."


class APerson(Skill):
    name = "person"
    intents = ("speak_to_human",)

    def begin(self, turn: Turn, request: Later) -> Flow:
        number = turn.profile.transfer_to
        frame = turn.state.frame
        if frame is None or frame.skill != self.name:
            turn.push(Frame(self.name))
        if number and turn.state.channel == "call":
            turn.say(ONE_MOMENT)
            turn.do(Transfer(number))
            turn.note("transfer")
            turn.wait(Phase.TRANSFERRING, "nothing")
        elif number and turn.state.channel != "call":
            turn.say(CALL_THEM, number=number)
            turn.wait(Phase.WAY_OUT, "open")
        else:
            turn.say(NOBODY)
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
        turn.say(CANT_NOW)
        turn.wait(Phase.WAY_OUT, "open")
        turn.note("not_reached")
        yield from ()

    def takes(self, turn: Turn) -> bool:
        return wants_callback(turn) or wants_message(turn) or turn.said_yes or turn.said_no

    def given(self, turn: Turn) -> Flow:
        from assistant.dialogue.skills import enter
        from assistant.dialogue.skills.base import done

        if wants_callback(turn):
            turn.pop()
            yield from enter(turn, Later("take_message", turn.text, message=CALL_BACK))
        elif wants_message(turn) or turn.said_yes:
            turn.pop()
            yield from enter(turn, Later("take_message", "", message=turn.slot("message")))
        else:
            yield from done(turn)

    def no(self, turn: Turn) -> Flow:
        yield from self.given(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        turn.say(AGAIN)
        turn.wait(Phase.WAY_OUT, "open")
        yield from ()


def wants_callback(turn: Turn) -> bool:
    words = turn.text.lower()
    return any(bit in words for bit in ("call me", "call back", "callback", "ring me", "phone me", "give me a call"))


def wants_message(turn: Turn) -> bool:
    return turn.heard.intent == "take_message" or "message" in turn.text.lower()
