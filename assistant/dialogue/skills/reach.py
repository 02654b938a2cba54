"""A number to be reached on, given before anything else: noted for what comes, or passed on after a booking. It proves nothing."""

from __future__ import annotations

from assistant.dialogue.skills import details
from assistant.dialogue.skills.base import Skill
from assistant.dialogue.skills.questions import looks_like_question
from assistant.dialogue.skills.social import HOW_CAN_I
from assistant.dialogue.state import Later, Phase
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase

NOTED = phrase("{number}, noted.", "{number}, I've got that.")
THIS_ONE = phrase("That's the number I see here.", "Thanks, I see that number here.")


class Reach(Skill):
    name = "reach"

    def wants(self, turn: Turn) -> bool:
        return bool(turn.slot("phone")) and not turn.state.frames and not turn.owner and not looks_like_question(turn.text)

    def begin(self, turn: Turn, request: Later) -> Flow:
        from assistant.dialogue.skills import enter

        phone = str(turn.slot("phone"))
        new = details.gives_number(turn)
        turn.state = turn.state.but(reach=phone if new else turn.state.reach)
        if new and turn.state.booked_here:  # what is booked stands: the number follows as a message
            yield from enter(turn, Later("take_message", "", message=f"My number is {phone}."))
            return
        own = phone == turn.state.person.phone
        turn.say(THIS_ONE if own else NOTED, number=speak.digits(phone) if turn.by_voice else phone)
        turn.say(HOW_CAN_I)
        turn.wait(Phase.IDLE, "open")
