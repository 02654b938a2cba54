"""What a skill is. One module a skill; `skills.SKILLS` is the list, and adding a module to it is all it takes to teach another.

A skill is entered by `begin`, owns the frame it pushed, and is asked by the machine as words arrive: does this hold something for
you (`takes`)? then `given`; a clear yes or no to what you read back? then `yes` or `no`; a key? `keyed`. `ask_again` repeats its open
question after a digression (`how=0`), shorter (1) or with an example (2). A skill ends with `done`, which goes on with what waits.
"""

from __future__ import annotations

import re

from assistant.dialogue.state import Later, Phase
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording.phrases import Phrase, phrase

#: below this the classifier may have heard wrong, and plainer words decide
UNSURE = 0.75
ABANDON = re.compile(
    r"\b(never ?mind|nvmd?|forget (it|about it|that)|leave it|don'?t bother|scrap that|drop it|cancel (that|this|it)\b(?! appointment)|"
    r"changed my mind|not any ?more|(?:don'?t|do not) (?:want|need) (?:it|that|this|one|the appointment|to book)\b|"
    r"no longer (?:want|need)|i'?ll (call|text|write) (back|again|later))",
    re.IGNORECASE,
)
QUESTION = re.compile(
    r"[^.?!]*\?|\b(?:what|where|when|how|who|which|do you|is there|are you|can i|could you tell)\b[^.?!]*[.?!]?", re.IGNORECASE
)
_LEADING = re.compile(r"^(?:(?:and|but|also|so|oh|ok|okay|wait|by the way|then|yes|yeah|hi|hello)\b[\s,.]*)+", re.IGNORECASE)
ANYTHING_ELSE = phrase(
    "Anything else?", "Is there anything else?", "What else can I do?", text=("Anything else?", "Can I help with anything else?")
)
DROPPED = phrase("Okay, I've left it.", "No problem, nothing was changed.", "All right, I've dropped that.")


class Skill:
    """Base of all skills; the defaults suit a skill that answers in one turn."""

    name: str = ""
    #: the intents of understanding that enter it
    intents: tuple[str, ...] = ()
    #: everything about it is private to the owner: a PIN comes first
    owner_only: bool = False
    #: its words are plain enough to enter it in the middle of anything, whatever they were understood as
    plain_words: bool = False
    #: said when what was begun is left
    dropped: Phrase = DROPPED

    def wants(self, turn: Turn) -> bool:
        """Enter this skill with these words? Asked in the order of `SKILLS`."""
        return turn.heard.intent in self.intents

    def begin(self, turn: Turn, request: Later) -> Flow:
        raise NotImplementedError

    def takes(self, turn: Turn) -> bool:
        return False

    def differs(self, turn: Turn) -> bool:
        """Do these words ask for anything but what was just read back? A yes that differs is a change."""
        return False

    def only_terms(self, turn: Turn) -> bool:
        """Does the "but" of a "yes, but" touch only how it is done, not what ("but no texts")?"""
        return False

    def kin(self, turn: Turn, other: Skill) -> bool:
        """Is the other a wording of the same wish, while this one is active ("can I come at three?" while booking)?"""
        return False

    def given(self, turn: Turn) -> Flow:
        yield from ()

    def yes(self, turn: Turn) -> Flow:
        yield from self.given(turn)

    def no(self, turn: Turn) -> Flow:
        yield from self.abandon(turn)

    def keyed(self, turn: Turn, digits: str) -> Flow:
        """Keys while this skill waits: 1 is yes and 2 is no where that was asked."""
        if turn.state.expecting.what == "yes_no" and digits in ("1", "2"):
            yield from self.yes(turn) if digits == "1" else self.no(turn)
        else:
            yield from self.ask_again(turn, 1)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        yield from ()

    def abandon(self, turn: Turn) -> Flow:
        """The person does not want it any more."""
        yield from turn.let_go()
        turn.say(self.dropped)
        yield from done(turn)

    def resume(self, turn: Turn, how: int = 0) -> Flow:
        yield from self.ask_again(turn, how)


def question_part(text: str) -> str:
    """The question in a sentence that also answers: "yes, book it. Do you have parking?" -> "Do you have parking?"."""
    parts = [match.group(0).strip() for match in QUESTION.finditer(text) if match.group(0).strip()]
    question = parts[-1] if parts else text
    return _LEADING.sub("", question) or question


def done(turn: Turn, *, also: bool = True) -> Flow:
    """The active request is finished: take up what was asked in the same breath, go back to what was left, or ask for more."""
    from assistant.dialogue.skills import enter, skill_of

    if turn.state.frames:
        turn.pop()
    request = due(turn) if also else None
    if request is not None:
        turn.state = turn.state.but(later=tuple(item for item in turn.state.later if item is not request))
        yield from enter(turn, request)
        return
    if turn.state.frames:
        turn.phase = Phase.COLLECTING
        turn.state = turn.state.but(phase=Phase.COLLECTING)  # the phase was the finished request's; what this one waits for is in its frame
        yield from skill_of(turn.frame).resume(turn)
        return
    if "goodbye" in turn.intents:
        from assistant.dialogue.skills.social import goodbye

        yield from goodbye(turn)
        return
    turn.say(ANYTHING_ELSE)
    turn.wait(Phase.CLOSING, "open")


def due(turn: Turn) -> Later | None:
    """What waits and may begin now: a further booking begins when the one that is open is done."""
    booking = any(frame.skill == "booking" for frame in turn.state.frames)
    return next((request for request in turn.state.later if not (booking and request.skill == "booking")), None)
