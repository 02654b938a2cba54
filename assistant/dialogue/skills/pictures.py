"""Pictures: what can be read in them, and an appointment found in one is offered, never just made."""

from __future__ import annotations

from assistant.dialogue import commands as c
from assistant.dialogue.skills.base import Skill
from assistant.dialogue.skills.questions import back
from assistant.dialogue.state import Later
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.events import PictureRef
from assistant.domain.ports import PictureAnswer

GOT_IT = phrase(
    "I got your picture, but I can't read pictures right now.", "Your picture is here, but reading it isn't possible at the moment."
)


class Pictures(Skill):
    name = "pictures"

    def wants(self, turn: Turn) -> bool:
        return False

    def begin(self, turn: Turn, request: Later) -> Flow:
        yield from back(turn)

    def look(self, turn: Turn, pictures: tuple[PictureRef, ...], question: str | None) -> Flow:
        answer: PictureAnswer | None = yield c.ReadPictures(pictures, question)
        turn.note("picture")
        if answer is None:
            turn.say(GOT_IT)
        else:
            turn.say(answer.text)
            if turn.state.frames or answer.text.rstrip().endswith("?"):
                turn.phase = turn.state.phase
        if turn.spoken.rstrip().endswith("?") and not turn.state.frames:
            from assistant.dialogue.state import Phase

            turn.wait(Phase.IDLE, "open")
            return
        yield from back(turn)
