"""Pictures: what can be read in them, questions about them later, and an appointment found in one is offered, never just made."""

from __future__ import annotations

import re
from datetime import datetime

from assistant.dialogue import commands as c
from assistant.dialogue.skills.base import Skill, done
from assistant.dialogue.skills.questions import back, looks_like_question
from assistant.dialogue.state import Frame, Later, Phase, Wish
from assistant.dialogue.turn import Asking, Flow, Turn
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.events import PictureRef
from assistant.domain.ports import PictureAnswer

GOT_IT = phrase("I got your picture, but I can't read pictures right now.", "Your picture is here, but I can't read it at the moment.")
ADD = phrase("Shall I add it?", "Do you want me to add it?", text=("Shall I add it? Reply YES.", "Shall I put it down? Reply YES."))
NOT_ADDED = phrase("Okay, I've left it.", "All right, not added.")
SEND_IT = phrase("Yes, text it to this number and I'll have a look.", "Sure, send it to this number by text and I'll look at it.",
                 text=("Yes, send it here and I'll have a look.",))  # fmt: skip
HERE = phrase("I've got it.", "It's here.", "It came through.")
NOT_YET = phrase("It isn't here yet. I'll look at it as soon as it comes.", "Nothing has come yet. I'll look at it when it does.")
_ANNOUNCED = re.compile(
    r"\b(?:i'?m sending|i am sending|i'?ll send|i will send|i'?m going to send|let me send|send(?:ing)? you|text(?:ing)? you|"
    r"(?:can|could|may|shall|should) i (?:send|text|show|share))\b[^.?!]{0,30}\b(?:picture|photo|pic|image|snapshot|receipt|qr code)s?\b",
    re.IGNORECASE,
)
_ADD_IT = re.compile(r"(?:^|[,.;!])\W*(?:please |can you |could you |just )*(?:add|put|note|enter|save) (?:it|that|this)\b", re.IGNORECASE)
_PICTURE = re.compile(
    r"\b(?:the|that|this|my|those|these)\s+(?:\w+\s+){0,2}?(?:picture|photo|pic|image|letter|receipt|card|qr|bar ?code)s?\b", re.IGNORECASE
)
_PAYS = re.compile(r"\b(?:pay|paying|use|with|by|swipe|charge)\b[^.?!]*\bcards?\b", re.IGNORECASE)
#: what only something written can be asked, also while something else is open
_READS = re.compile(
    r"\b(?:do|does|did|is|was) (?:it|that|they|this) (?:\w+ )?(?:say|read|written)\b|\bwhat it (?:says|said|reads)\b"
    r"|\b(?:what|who|which)\b[^.?!]*\b(?:on|in) (?:it|there)\W*$|\bread (?:it|that) (?:to|for|out|aloud)\b|\bon there\b",
    re.IGNORECASE,
)
_IT = re.compile(r"^\W*(?:please |can you |could you |just )*(?:add|put|note|enter|save) (?:it|that|this)\b", re.IGNORECASE)
_PICTURE = re.compile(r"\b(?:picture|photo|image|letter|receipt|card|qr|bar ?code)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:(?:does|is|was|in|on|about|of|read|say) it|it says?|on there|in there)\b", re.IGNORECASE)
#: what a letter, a card or a receipt tells
_PART = re.compile(
    r"\b(?:what|which|whose) (?:phone |telephone )?(?:number|address|e-?mail|name|date|total|amount|company|shop|store|code|link)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\bmy (?:appointment|booking|visit)\b|\byou(?:r)?\b", re.IGNORECASE)
#: after this many turns "it" is something else
_FRESH = 3


class Pictures(Skill):
    name = "pictures"

    def wants(self, turn: Turn) -> bool:
        """One is announced; those that came are looked at before any skill is asked."""
        return bool(_ANNOUNCED.search(turn.text)) or _sent(turn)

    def begin(self, turn: Turn, request: Later) -> Flow:
        if not _sent(turn):
            turn.say(SEND_IT)
        else:
            turn.say(HERE if _came_lately(turn) else NOT_YET)
        yield from back(turn)

    def look(self, turn: Turn, pictures: tuple[PictureRef, ...], question: str | None) -> Flow:
        answer: PictureAnswer | None = yield c.ReadPictures(pictures, question)
        turn.note("picture")
        turn.state = turn.state.but(pictures=pictures, picture_turn=turn.state.turns)
        if answer is None:
            turn.say(GOT_IT)
        else:
            turn.say(answer.text)
            if turn.state.frames or answer.text.rstrip().endswith("?"):
                turn.phase = turn.state.phase
            if self._offer(turn, answer, question):
                return
        if turn.spoken.rstrip().endswith("?") and not turn.state.frames:
            turn.wait(Phase.IDLE, "open")
            return
        yield from back(turn)

    # -- questions about it ------------------------------------------------------------------------------------------------------

    def is_asked_about(self, turn: Turn) -> bool:
        """A question that means the picture of before: it names it or what it says, or says "it" soon after, or follows at once."""
        state = turn.state
        if not state.pictures or not turn.text or not looks_like_question(turn.text):
            return False
        if _means_picture(turn.text):
            return True
        if turn.heard.intent == "repeat" or _OWN.search(turn.text):
            return False
        if any(frame.skill != self.name for frame in state.frames) or not _came_lately(turn):
            return False
        at_once = state.turns - state.picture_turn <= 1 and turn.heard.intent in ("general_question", "out_of_scope")
        return at_once or bool(_IT.search(turn.text)) or bool(_PART.search(turn.text))

    def tell(self, turn: Turn) -> Asking:
        """Answer from the picture; False when it may not have been meant and does not tell (and nothing was said)."""
        answer: PictureAnswer | None = yield c.ReadPictures(turn.state.pictures, turn.text)
        if (answer is None or not answer.known) and not _means_picture(turn.text):
            return False
        turn.note("picture")
        turn.state = turn.state.but(picture_turn=turn.state.turns)
        turn.say(GOT_IT if answer is None else answer.text)
        yield from back(turn)
        return True

    # -- an appointment in it ----------------------------------------------------------------------------------------------------

    def _offer(self, turn: Turn, answer: PictureAnswer, question: str | None) -> bool:
        fields = answer.fields or {}
        if question or turn.state.frames or fields.get("kind") != "letter" or "starts_at" not in fields:
            return False
        at = datetime.fromisoformat(fields["starts_at"])
        if at <= turn.context.now:
            return False
        who = fields.get("name") or fields.get("company")
        title = f"Appointment with {who}" if who else "Appointment"
        turn.push(Frame(self.name, text=title, wish=Wish(day=at.date(), at=at.time())))
        turn.ask(ADD, "yes_no", phase=Phase.COLLECTING)
        return True

    def takes(self, turn: Turn) -> bool:
        return turn.said_yes or turn.said_no or turn.act("sending") or bool(_ADD_IT.search(turn.text))

    def kin(self, turn: Turn, other: Skill) -> bool:
        return other.name in ("tasks", "booking") and bool(_ADD_IT.search(turn.text))

    def given(self, turn: Turn) -> Flow:
        """The owner gets it on the list, a caller goes on to book that time."""
        from assistant.dialogue.skills import enter

        frame = turn.frame
        if turn.act("sending") and not (turn.said_yes or turn.said_no):
            turn.say(HERE)
            turn.ask(ADD, "yes_no")
            return
        if turn.said_no:
            turn.say(NOT_ADDED)
            yield from done(turn)
            return
        turn.pop()
        intent = "create_task" if turn.owner else "book_appointment"
        yield from enter(turn, Later(intent, frame.text or "", title=frame.text, wish=frame.wish))

    def no(self, turn: Turn) -> Flow:
        yield from self.given(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        turn.ask(ADD, "yes_no")
        yield from ()


def _means_picture(text: str) -> bool:
    """Is it said outright that the picture is meant?"""
    return (bool(_PICTURE.search(text)) and not _PAYS.search(text)) or bool(_READS.search(text))


def _came_lately(turn: Turn) -> bool:
    return bool(turn.state.pictures) and turn.state.turns - turn.state.picture_turn <= _FRESH


def _sent(turn: Turn) -> bool:
    """ "I've sent it now", where it can only be a picture."""
    return turn.act("sending") and (_came_lately(turn) or _awaited(turn))


def _awaited(turn: Turn) -> bool:
    """Was one announced to us a moment ago?"""
    lately = " ".join(text for role, text in turn.state.history[-2 * _FRESH :] if role == "assistant")
    return any(words in lately for words in (*SEND_IT.voice, *SEND_IT.text))
