"""The owner's PIN, spoken or keyed: before anything private is said or changed, because caller ID can be forged."""

from __future__ import annotations

from dataclasses import replace

from assistant.dialogue import commands as c
from assistant.dialogue.skills.base import ABANDON, Skill, done
from assistant.dialogue.skills.tasks import title_of
from assistant.dialogue.skills.wishes import time_said
from assistant.dialogue.state import MOST_LATER, Frame, Later, Phase
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.events import Keyed

ASK = phrase(
    "Hi. Please say or key your PIN.",
    "That needs your PIN, say or key it.",
    text=("That needs your PIN. What is it?", "Please send your PIN."),
)
WRONG = phrase("That's not it. Try again, please.", "No, that's not the PIN. Once more?")
LOCKED = phrase("I've locked that now, and let the owner know. Is there anything else?", "That is locked for now. Can I do anything else?")
UNSET = phrase("No PIN is set, so I can't open that here. Anything else?")
REMINDER_IS_ON = phrase("You get a text the day before an appointment.", "A reminder comes by text the day before an appointment.")
ONLY_OWNER = phrase(
    "I can only do that for the owner. Shall I take a message for them?", "That's only for the owner. Would you like to leave a message?"
)
AGAIN = phrase("Just the digits of your PIN, please.", "Your PIN, please: say the digits, or key them.", "What's the PIN?")
LOCKED_TEXT = "Somebody on your number gave the wrong PIN five times. Owner access by phone is locked for now."


class Pin(Skill):
    name = "pin"
    intents = ()

    def wants(self, turn: Turn) -> bool:
        return False

    def guard(self, turn: Turn, request: Later) -> Flow:
        """Something private was asked for: check who asks, then go on with it."""
        if not turn.owner and request.intent == "set_reminder":
            turn.say(REMINDER_IS_ON)
            turn.push(Frame(self.name))
            yield from done(turn)
            return
        if not turn.owner:
            turn.push(Frame("questions", text=request.text))
            turn.ask(ONLY_OWNER, "yes_no")
            return
        if turn.state.locked:
            turn.say(LOCKED)
            turn.wait(Phase.CLOSING, "open")
            return
        request = replace(request, wish=time_said(turn), title=request.title or title_of(turn, request.text) or None)
        turn.state = turn.state.but(later=(request, *turn.state.later)[:MOST_LATER])
        turn.push(Frame(self.name))
        turn.say(ASK)
        turn.wait(Phase.PROVING, "pin", max_digits=8)
        yield from ()

    def begin(self, turn: Turn, request: Later) -> Flow:
        yield from self.guard(turn, request)

    def takes(self, turn: Turn) -> bool:
        return bool(_digits(turn))

    def given(self, turn: Turn) -> Flow:
        if not turn.state.frames or turn.frame.skill != self.name:
            yield from done(turn)
            return
        result = yield c.CheckPin(_digits(turn))
        if result == "ok":
            turn.state = turn.state.but(person=replace(turn.state.person, proven=True))
            turn.note("pin_ok")
            yield from done(turn)
            return
        if result == "wrong":
            turn.note("pin_wrong")
            turn.say(WRONG)
            turn.wait(Phase.PROVING, "pin", max_digits=8)
            return
        if result == "locked":
            turn.note("pin_locked")
            yield c.TellOwner(LOCKED_TEXT, f"pin-locked:{turn.state.conversation}", True)
        turn.pop()
        turn.state = turn.state.but(later=(), locked=result == "locked")
        turn.say(LOCKED if result == "locked" else UNSET)
        turn.wait(Phase.CLOSING, "open")

    def keyed(self, turn: Turn, digits: str) -> Flow:
        yield from self.given(turn)

    def abandon(self, turn: Turn) -> Flow:
        turn.state = turn.state.but(later=())
        yield from super().abandon(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        if turn.said_no or ABANDON.search(turn.text):
            yield from self.abandon(turn)
            return
        turn.say(AGAIN)
        turn.wait(Phase.PROVING, "pin", max_digits=8)


def _digits(turn: Turn) -> str:
    if isinstance(turn.event, Keyed):
        return turn.event.digits
    said = str(turn.slot("digits") or turn.slot("phone_partial") or "")
    if said.isdigit():
        return said
    plain = "".join(char for char in turn.text if char.isdigit())
    return plain if len(plain) >= 3 else ""
