"""What is kept about somebody, and having it deleted: proof and deletion are the owner's desk, so the wish is passed on safely."""

from __future__ import annotations

from assistant.dialogue.skills.base import Skill
from assistant.dialogue.skills.remember import everything
from assistant.dialogue.state import Later
from assistant.dialogue.turn import Flow, Turn


class Privacy(Skill):
    name = "privacy"

    def wants(self, turn: Turn) -> bool:
        return turn.act("forget_me", "export_me") or _everything(turn)

    def begin(self, turn: Turn, request: Later) -> Flow:
        from assistant.dialogue.skills import enter

        what = (
            "Please delete everything kept about me."
            if turn.act("forget_me") or _everything(turn)
            else "Please send me everything kept about me."
        )
        turn.say("That takes a check of who you are, so I'll pass it on to them.")
        yield from enter(turn, Later("take_message", "", message=what))


def _everything(turn: Turn) -> bool:
    return everything(turn.text) and not turn.owner and not turn.state.frames
