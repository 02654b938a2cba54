"""What they want known about themselves, said outside a booking: kept for the one that comes, or passed on about the one that stands."""

from __future__ import annotations

from assistant.dialogue.skills import targets
from assistant.dialogue.skills.base import Skill
from assistant.dialogue.skills.social import HOW_CAN_I
from assistant.dialogue.state import Later, Phase
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording.phrases import phrase
from assistant.language.remarks import remark_of

KEPT = phrase("Thanks, I'll put that with your booking.", "Good to know, it goes with your booking.")
#: what asks for something else says its remark on the way, and these skills see to it
_OTHERS = (
    "book_appointment", "check_availability", "reschedule_appointment", "cancel_appointment", "speak_to_human", "query_calendar",
)  # fmt: skip


class Remarks(Skill):
    name = "remarks"
    plain_words = True

    def wants(self, turn: Turn) -> bool:
        if turn.owner or turn.heard.intent in _OTHERS or any(frame.skill in ("booking", "messages") for frame in turn.state.frames):
            return False
        if turn.slot("message"):  # "tell the doctor I'm allergic to latex" says for whom it is
            return False
        return remark_of(turn.text) is not None and "general_question" not in turn.heard.also

    def begin(self, turn: Turn, request: Later) -> Flow:
        from assistant.dialogue.skills import enter

        remark = remark_of(turn.text) or turn.text
        turn.note("remark")
        mine = yield from targets.mine(turn)
        if turn.state.booked_here or mine:
            about = turn.state.booked_here[-1] if turn.state.booked_here else mine[0]
            yield from enter(turn, Later("take_message", "", message=f"{remark}, {targets.for_my(turn, about)}"))
            return
        turn.state = turn.state.but(remark=f"{turn.state.remark}. {remark}" if turn.state.remark else remark)
        turn.say(KEPT)
        turn.say(HOW_CAN_I)
        turn.wait(Phase.IDLE, "open")
