"""Somebody complains: that is acknowledged, and what they say goes to the team as an urgent message. Nothing is sold to them."""

from __future__ import annotations

import re

from assistant.dialogue.skills.base import Skill
from assistant.dialogue.skills.messages import Messages
from assistant.dialogue.state import Frame, Later
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.language.text import listed, words
from assistant.language.told import told_of

SORRY = phrase("I'm sorry about that.", "I'm sorry to hear that.")
WHAT_HAPPENED = phrase("What happened? I'll pass it on to the team.", "What shall I tell the team about it?")
_MOST = r"(?:\w+ ){0,3}?"
_TO_COMPLAIN = re.compile(
    rf"\b(?:(?:want|like|need|wish|have|going|calling|here|ringing|how (?:do|can) i|where (?:do|can) i|let me|can i|i) (?:to )?complain\b"
    rf"|(?:make|file|have|got|lodge|raise|register|about|put in|with) (?:a|an|my) {_MOST}complaint\b|^\W*complaints?\W*$)",
    re.IGNORECASE,
)
_NOT_BAD = re.compile(r"\b(?:can'?t|cannot|not|don'?t|no|never|nothing to|without) complain|\bno complaints?\b", re.IGNORECASE)
_BAD = (
    r"(?:rude|unfriendly|impolite|unprofessional|disrespectful|nasty|horrible|awful|terrible|aggressive|dismissive|careless|appalling"
    r"|shocking|disgraceful|disgusting|condescending|abrupt|racist|sexist|arrogant|rough|unkind|impatient|unhelpful|pushy"
    r"|(?:really|so|very) bad)"
)
_THEY = (
    r"(?:receptionist|dentist|doctor|dr \w+|hygienist|nurse|assistant|staff|team|lady|guy|man|woman|person|people|stylist|hairdresser"
    r"|therapist|barber|manager|owner|practice|service|treatment|experience|attitude|everyone|everybody|somebody|someone|she|he|they|you)"
)
_GRIEVANCE = re.compile(
    # how somebody was
    rf"\b{_THEY} {_MOST}(?:was|were|is|are|been|being|got) {_MOST}{_BAD}\b|\b(?:she|he|they|you)(?:'s|'re) {_MOST}{_BAD}\b"
    rf"|\b{_BAD} (?:\w+ )?(?:service|experience|treatment|job|manners|attitude|receptionist|staff|dentist|doctor|nurse|visit)\b"
    # how somebody is about it
    rf"|\b(?:not|wasn'?t|isn'?t|aren'?t|weren'?t|never) {_MOST}(?:happy|satisfied|pleased|impressed|okay|ok) (?:at all )?(?:with|about|by) "
    rf"(?!(?:that|this|it|these|those)\b)(?!the (?:time|day|date|slot)\b)\w+"
    rf"|\b(?:unhappy|dissatisfied|disappointed|upset|angry|furious|annoyed) (?:with|about|by|at) (?!(?:that|this|it|these|those)\b\W*$)\w+"
    # what was done
    r"|\b(?:botched|ruined|messed up|screwed up|butchered) (?:my|our|the|it)\b"
    r"|\b(?:over-?charged|charged (?:me|us) (?:twice|too much|double|wrong\w*|for nothing))\b"
    r"|\b(?:kept (?:me|us|my \w+) waiting|(?:was|were|been) kept waiting)\b"
    r"|\btreated (?:me|us|my \w+) (?:\w+ )?(?:badly|terribly|poorly|like)\b"
    r"|\b(?:nobody|no one|you never|they never|never) (?:called|rang|phoned|got back to|answered) me\b"
    r"|\bwant (?:my money back|a refund)\b|\bunacceptable\b",
    re.IGNORECASE,
)
_NOTHING = listed(
    "hi hello hey i i'd i'm would like to want need yes please um uh well so and a it about something calling just no oh okay ok"
)
#: who wants something done is not only complaining
_A_WISH = re.compile(
    r"\b(?:book|appointment|come (?:in|back)|reschedule|cancel|move|(?:speak|talk) (?:to|with)|put me through|transfer|connect me)\b",
    re.IGNORECASE,
)
#: pain and broken teeth are for the booking, however awful they are
_AILING = re.compile(r"\b(?:pain|ache|hurts?(?! me\b)|hurting|toothache|swelling|swollen|bleeding|infection)\b", re.IGNORECASE)


class Complaints(Skill):
    name = "complaints"
    plain_words = True

    def wants(self, turn: Turn) -> bool:
        return complains(turn)

    def begin(self, turn: Turn, request: Later) -> Flow:
        from assistant.dialogue.skills import enter

        turn.note("complaint")
        turn.say(SORRY)
        said = turn.whole.strip()
        if turn.state.frames and turn.frame.skill == Messages.name:  # more of the same goes into the same message
            before = (turn.frame.text or "").rstrip(" .")
            turn.set(text=f"{before}. {speak.capital(said)}" if before else said, urgent=True)
            yield from Messages().proceed(turn)
            return
        if _TO_COMPLAIN.search(turn.text) and not _tells(turn.text):
            turn.push(Frame(Messages.name, urgent=True, phone=turn.state.reach))
            turn.ask(WHAT_HAPPENED, "message")
            return
        yield from enter(turn, Later("take_message", "It is urgent.", message=said))


def complains(turn: Turn) -> bool:
    """Are these words about how somebody was served, rather than a wish?"""
    if turn.owner or turn.state.expecting.what == "message" or _NOT_BAD.search(turn.text):
        return False
    if _TO_COMPLAIN.search(turn.text):
        return True
    if not _GRIEVANCE.search(turn.text) or _A_WISH.search(turn.text) or _AILING.search(turn.text):
        return False
    told = told_of(turn.text, turn.heard.times)  # "last week", and "for an hour"
    return all(index in told or value.kind == "duration" for index, value in enumerate(turn.heard.times))


def _tells(text: str) -> bool:
    """Does it also say what about: "I want to complain, your receptionist was rude", "... about my bill"?"""
    return any(word not in _NOTHING for word in words(_TO_COMPLAIN.sub(" ", text)))
