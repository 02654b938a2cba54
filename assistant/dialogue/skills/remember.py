"""What a person asks to have remembered: kept after a yes to exactly it, told and forgotten after a code texted to their number."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from assistant.dialogue import commands as c
from assistant.dialogue.skills.base import ABANDON, Skill, done
from assistant.dialogue.state import Frame, Later, Phase, Proof, ReadBack
from assistant.dialogue.turn import Asking, Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.events import Keyed
from assistant.domain.ports import RememberedFact

SHALL_I = phrase("Shall I remember that {fact}?", "So I keep in mind that {fact}?", "Do you want me to remember that {fact}?")
REMEMBERED = phrase("I'll remember that.", "Okay, I'll keep it in mind.", "Done, I'll remember.")
NOT_KEPT = phrase("Okay, I won't keep that.", "All right, that's not kept.")
NO_NUMBER = phrase(
    "I can only remember things for a number I can see, and yours is withheld.",
    "Without your number I can't remember that for you.",
    text=("I can only remember things for a number I know, and here I see none.", "Without a number to go by I keep nothing about you."),
)
TOO_PRIVATE = phrase("Numbers like that I'd rather not keep.", "A number like that is safer with you, so I won't keep it.")
TEXTED = phrase(
    "That's private, so I've texted a code to your number. What is it?",
    "To be sure it's you, I've texted you a code. Which digits are they?",
    text=("That's private, so I've texted you a code. What is it?",),
)
WRONG = phrase("That's not the code. Once more, please?", "No, that's not it. What does the text say?")
TOO_OLD = phrase("That code is too old. I've texted a new one, what is it?", "That one has run out, a new one is on its way. What is it?")
LOCKED = phrase("That is locked for now. Please try again later.", "I've locked that for a while.")
UNREACHABLE = phrase("That takes a text to your number, and I can't send one here.", "I'd have to text you a code, and here I can't.")
THE_CODE = phrase("The six digits of the code, please.", "What's the code in the text?", "Just the digits of the code, please.")
NOTHING = phrase("There is nothing I was asked to remember.", "You haven't asked me to remember anything.")
YOU_TOLD = phrase("You told me that {facts}.", "I remember that {facts}.", text=("I remember: {facts}.",))
AND_MORE = phrase("There are {count} more; the owner can give you the list.", "That's not all: {count} more are kept.")
ON_FILE = phrase("I have {what}.", "What I have is {what}.")
FORGOTTEN = phrase("That's forgotten.", "Done, I've forgotten it.")
ALL_FORGOTTEN = phrase("I've forgotten all of it, {count} {things}.", "Done: {count} {things} forgotten.")
THE_REST = "The rest, like your appointments, only they can delete."
FORGET_ALL = phrase("Shall I forget everything you asked me to remember?", "Everything you asked me to remember, shall I forget it?")
TOLD_BY_VOICE = 3
TOLD_BY_TEXT = 8

_POLITE = r"(?:(?:please|also|and|oh|ok|okay|hi|hello|hey|so|well|yes|one more thing|by the way|could you|can you|would you|will you|" \
          r"i(?:'d| would) like you to|i want you to|you should|just|kindly)\b[\s,.!]*)*"  # fmt: skip
_REMEMBER = re.compile(
    rf"^\W*{_POLITE}(?:(?:remember|keep in mind|bear in mind|don'?t forget)(?:\s+for (?:next time|the future))?[\s,:]+(?:that\s+)?|"
    r"for (?:next time|the future)[\s,:]+)"
    r"(?P<fact>(?:i|i'm|i’m|i've|i’ve|i'd|my|we|we're|we've|our|me and)\b.{3,})",
    re.IGNORECASE | re.DOTALL,
)
_FORGET_ALL = re.compile(
    r"\b(?:forget|delete|erase|clear|remove|wipe)\b(?: \w+){0,3}? (?:everything|all|what(?:ever)?|anything|the things)\b"
    r"[^.?!]{0,30}\b(?:remember\w*|memor\w+|asked you to (?:remember|keep))\b|\bclear your memory\b",
    re.IGNORECASE,
)
#: everything, not only what was asked to be remembered: that first, and the rest is passed on
_FORGET_ABOUT_ME = re.compile(
    r"\b(?:forget|delete|erase|clear|remove|wipe)\b (?:everything|all|whatever|anything|what)\b[^.?!]{0,30}\b(?:me|i (?:told|said))\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"^\W*(?:(?:please|ok|okay|just|now|can you|could you|would you|i want you to)\W+)*(?:delete|erase|clear|remove|wipe|forget)"
    r" (?:everything|it all|all of it|all of them|them all|the lot|all)(?: (?:please|now|for me))*\W*$",
    re.IGNORECASE,
)
_FORGET_ONE = re.compile(r"^\W*(?:please |can you |could you |actually,? |no,? )*(?:forget|don'?t remember|un-?remember)\s+(?:that\s+)?"
                         r"(?P<fact>(?:i|i'm|i've|i'd|my|we|our)\b.{2,})", re.IGNORECASE | re.DOTALL)  # fmt: skip
_FORGET_THAT = re.compile(r"^\W*(?:please |can you |could you |actually,? |no,? )*(?:forget|don'?t (?:keep|remember)) "
                          r"(?:that|it)(?: again)?\W*$", re.IGNORECASE)  # fmt: skip
_RECALL = re.compile(
    r"\bwhat(?:'s| is| do| did| have| are)?\b[^.?!]{0,30}\b(?:remember\w*|know|keep|kept|have on file|stored?)\b[^.?!]{0,20}"
    r"\b(?:about|of|for) me\b|"
    r"\bwhat (?:did|have) i (?:ask(?:ed)?|tell|told) you to (?:remember|keep in mind)\b|\bwhat do you remember\b(?! (?:about|of) (?!me))|"
    r"\b(?:tell|read|show) me what you (?:remember|know)(?: about me)?\b",
    re.IGNORECASE,
)
#: "my dog is called Rex" says something, "my appointment" does not
_SAYS = re.compile(
    r"\b\w+(?:'s|’s) (?!\w+$)|\b(?:is|are|was|were|has|have|had|can(?:not|'?t)?|will|won'?t|would|should|must|"
    r"do(?:es)?n?'?t?|likes?|loves?|hates?|prefers?|needs?|wants?|comes?|goes|takes?|works?|lives?|speaks?|uses?|gets?|named|called|hurts?|starts?)\b",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"(?:\d[ -]?){12,}|\b\d{3}-\d{2}-\d{4}\b")
_NEW_CODE = re.compile(
    r"\b(?:new|another|again|resend|re-send|didn'?t (?:get|receive|come)|no (?:text|code)|haven'?t (?:got|received))\b", re.IGNORECASE
)


class Remember(Skill):
    name = "remember"

    def wants(self, turn: Turn) -> bool:
        if turn.state.frames and turn.frame.skill == self.name and turn.frame.waiting == "code" and _digits(turn):
            return False
        wish = _wish(turn)
        if turn.owner and not _known(turn) and wish is not None and wish[0] != "remember":
            return False
        # who cannot be known here has nothing to forget, but may ask to be deleted
        return wish is not None and (wish != ("forget_all", "me") or _known(turn))

    def begin(self, turn: Turn, request: Later) -> Flow:
        from assistant.dialogue.skills import enter

        wish = _wish(turn) or ("recall", "")
        if turn.state.frames and turn.frame.skill == self.name:
            turn.pop()  # the next wish lets the last one go
        kind, fact = wish
        if not _known(turn) and turn.owner:  # at a desk without a number of the owner's it goes on their list, to the last word
            yield from enter(turn, Later("create_task", turn.text, title=fact, skill="tasks"))
            return
        if not _known(turn):
            yield from self._say_and_go_on(turn, NO_NUMBER)
            return
        if kind == "remember":
            yield from self._ask_consent(turn, fact)
            return
        if kind == "forget_that":
            gone = yield c.ForgetFacts(turn.state.fact_id)
            turn.state = turn.state.but(fact_id=None)
            turn.note("forget")
            yield from self._say_and_go_on(turn, FORGOTTEN if gone == 1 else NOTHING)
            return
        yield from self._behind_proof(turn, kind, fact or None)

    def forget_all(self, turn: Turn) -> Flow:
        """All that was to be remembered, when another skill has made sure that this is meant."""
        if _known(turn):
            yield from self._behind_proof(turn, "forget_all", None)
        else:
            yield from self._say_and_go_on(turn, NOTHING)

    def _behind_proof(self, turn: Turn, kind: str, fact: str | None) -> Flow:
        turn.push(Frame(self.name, asked=(kind,), text=fact))
        if (yield from self._proven(turn)):
            yield from self._go_on(turn)

    # -- remembering -------------------------------------------------------------------------------------------------------------

    def _ask_consent(self, turn: Turn, fact: str) -> Flow:
        if _LONG_NUMBER.search(fact):
            yield from self._say_and_go_on(turn, TOO_PRIVATE)
            return
        turn.push(Frame(self.name, asked=("remember",), text=fact))
        self._read(turn)

    def _read(self, turn: Turn) -> None:
        fact = turn.frame.text or ""
        turn.note("read_back")
        turn.set(read_back=ReadBack("remember", text=fact))
        turn.say(SHALL_I, fact=_theirs(fact))
        turn.wait(Phase.CONFIRMING, "yes_no")

    def _keep(self, turn: Turn) -> Flow:
        read = turn.frame.read_back
        fact = (read.text if read else None) or ""
        kept = yield c.RememberFact(fact, SHALL_I.voice[0].format(fact=_theirs(fact)), turn.text or "1")
        if isinstance(kept, RememberedFact):
            turn.state = turn.state.but(fact_id=kept.id)
            turn.note("remember")
            turn.say(REMEMBERED)
        else:
            turn.say(kept.say if isinstance(kept, c.Broken) else NOT_KEPT)
        yield from done(turn)

    # -- proof -------------------------------------------------------------------------------------------------------------------

    def _proven(self, turn: Turn) -> Asking:
        """Have they proven who they are? Else a code is on its way, or it has been said that it cannot be."""
        state = turn.state
        if state.proof.given or (state.person.role == "owner" and state.person.proven):
            return True
        sent = yield from self._send(turn)
        if sent:
            turn.ask(TEXTED, "code")
        return False

    def _send(self, turn: Turn) -> Asking:
        nonce = f"{turn.state.turns}"
        sent = yield c.SendCode(nonce)
        if sent == "sent":
            turn.state = turn.state.but(proof=Proof(False, nonce, turn.context.now))
            turn.note("code_sent")
            return True
        yield from self._say_and_go_on(turn, LOCKED if sent == "locked" else UNREACHABLE, pop=True)
        return False

    def _check(self, turn: Turn, code: str) -> Flow:
        proof = turn.state.proof
        checked = yield c.CheckCode(code, proof.nonce, proof.sent_at or datetime.min.replace(tzinfo=turn.context.zone))
        if checked == "ok":
            turn.state = turn.state.but(proof=replace(proof, given=True))
            turn.note("code_ok")
            yield from self._go_on(turn)
        elif checked == "wrong":
            turn.note("code_wrong")
            turn.ask(WRONG, "code")
        elif checked == "expired":
            if (yield from self._send(turn)):
                turn.ask(TOO_OLD, "code")
        else:
            turn.note("code_locked")
            yield from self._say_and_go_on(turn, LOCKED, pop=True)

    def _go_on(self, turn: Turn) -> Flow:
        """They have proven it: what they wanted."""
        kind = turn.frame.asked[0]
        if kind == "forget_all":
            turn.note("read_back")
            turn.set(read_back=ReadBack("forget_all"))
            turn.say(FORGET_ALL)
            turn.wait(Phase.CONFIRMING, "yes_no")
            return
        facts = yield c.RecallFacts()
        known: tuple[RememberedFact, ...] = facts if isinstance(facts, tuple) else ()
        if kind == "forget_one":
            yield from self._forget(turn, known)
            return
        yield from self._tell(turn, known)
        yield from done(turn)

    def _tell(self, turn: Turn, known: tuple[RememberedFact, ...]) -> Flow:
        """What is known of them: their name and number, what stands in the calendar, and what they asked to have remembered."""
        appointments = yield c.Upcoming()
        person = turn.state.person
        name = turn.context.known_name or person.name
        parts = [f"your name, {name}"] if name else []
        parts += ["this number"] if person.phone else []
        if appointments:
            count = speak.number(len(appointments)) if turn.by_voice else str(len(appointments))
            parts.append("one appointment" if len(appointments) == 1 else f"{count} appointments")
        if parts:
            turn.say(ON_FILE, what=speak.joined(parts, "and"))
        if not known:
            turn.say(NOTHING)
        else:
            most = TOLD_BY_VOICE if turn.by_voice else TOLD_BY_TEXT
            turn.say(YOU_TOLD, facts=speak.joined([_theirs(fact.text) for fact in known[-most:]], "and"))
            if len(known) > most:
                turn.say(AND_MORE, count=len(known) - most)
        turn.note("recall")

    def _forget(self, turn: Turn, known: tuple[RememberedFact, ...]) -> Flow:
        wanted = _words(turn.frame.text or "")
        fitting = [fact for fact in known if wanted and len(wanted & _words(fact.text)) >= max(1, len(wanted) * 2 // 3)]
        if not fitting:
            turn.say(NOTHING)
        else:
            gone = yield c.ForgetFacts(fitting[-1].id)
            turn.note("forget")
            turn.say(FORGOTTEN if gone == 1 else NOTHING)
        yield from done(turn)

    # -- answers -----------------------------------------------------------------------------------------------------------------

    def takes(self, turn: Turn) -> bool:
        if turn.frame.waiting == "code":
            return bool(_digits(turn)) or bool(_NEW_CODE.search(turn.text)) or bool(ABANDON.search(turn.text)) or turn.said_no
        return False

    def differs(self, turn: Turn) -> bool:
        return bool(ABANDON.search(turn.text)) or _wish(turn) is not None

    def given(self, turn: Turn) -> Flow:
        if turn.frame.waiting == "code":
            code = _digits(turn)
            if code:
                yield from self._check(turn, code)
            elif _NEW_CODE.search(turn.text):
                if (yield from self._send(turn)):
                    turn.ask(TEXTED, "code")
            else:
                yield from self.abandon(turn)
            return
        if _wish(turn) is not None and not ABANDON.search(turn.text):
            yield from self.begin(turn, Later("", turn.text))
            return
        yield from self.abandon(turn)

    def yes(self, turn: Turn) -> Flow:
        read = turn.frame.read_back
        if read is not None and read.action == "forget_all":
            gone = yield c.ForgetFacts()
            turn.note("forget")
            count = gone if isinstance(gone, int) else 0
            if count:
                turn.say(ALL_FORGOTTEN, count=count, things="thing" if count == 1 else "things")
            else:
                turn.say(NOTHING)
            turn.state = turn.state.but(fact_id=None)
            if turn.frame.text:  # they meant all of it
                from assistant.dialogue.skills import enter

                turn.pop()
                turn.say(THE_REST)
                yield from enter(turn, Later("take_message", "", message="Please delete everything kept about me."))
                return
            yield from done(turn)
            return
        if read is None:
            yield from self.ask_again(turn, 1)
            return
        yield from self._keep(turn)

    def no(self, turn: Turn) -> Flow:
        turn.say(NOT_KEPT if turn.frame.asked == ("remember",) else "Okay.")
        yield from done(turn)

    def abandon(self, turn: Turn) -> Flow:
        yield from self.no(turn)

    def keyed(self, turn: Turn, digits: str) -> Flow:
        if turn.frame.waiting == "code":
            yield from self._check(turn, digits)
        else:
            yield from super().keyed(turn, digits)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        if turn.frame.waiting == "code":
            turn.ask(THE_CODE, "code")
        elif turn.frame.asked == ("remember",):
            self._read(turn)
        else:
            turn.say(FORGET_ALL)
            turn.wait(Phase.CONFIRMING, "yes_no")
        yield from ()

    def _say_and_go_on(self, turn: Turn, what: object, *, pop: bool = False) -> Flow:
        turn.say(what)  # type: ignore[arg-type]
        if not pop:
            turn.push(Frame(self.name))  # `done` takes one away
        yield from done(turn)


def _wish(turn: Turn) -> tuple[str, str] | None:
    """(remember | recall | forget_one | forget_that | forget_all, the fact) in these words."""
    text = turn.text.strip()
    if not text:
        return None
    if _FORGET_ALL.search(text):
        return "forget_all", ""
    if _FORGET_ABOUT_ME.search(text) or (everything(text) and not turn.owner and not turn.state.frames):
        return "forget_all", "me"
    if match := _FORGET_ONE.search(text):
        return "forget_one", _tidy(match["fact"])
    if turn.state.fact_id is not None and not turn.state.frames and _FORGET_THAT.search(text):
        return "forget_that", ""
    match = _REMEMBER.search(text)
    if match and (match["fact"].lower().startswith("i") or _SAYS.search(match["fact"])):
        return "remember", _tidy(match["fact"])
    if _RECALL.search(text):
        return "recall", ""
    return None


def everything(text: str) -> bool:
    """ "Delete everything", and no word of what."""
    return bool(_EVERYTHING.match(text))


def _known(turn: Turn) -> bool:
    """Is there anybody to remember this of?"""
    person = turn.state.person
    return person.contact_id is not None and (person.phone is not None or turn.owner)


def _tidy(fact: str) -> str:
    return " ".join(re.sub(r"[\s,]+(?:please|okay|ok|thanks|thank you)\W*$", "", fact, flags=re.IGNORECASE).split()).strip(" .!?,;:")


def _theirs(fact: str) -> str:
    """ "I prefer mornings" from our side: "you prefer mornings"."""
    words = speak.turned(fact)
    return words[:1].lower() + words[1:]


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9']+", text.lower())) - {"i", "my", "the", "a", "an", "to", "that", "is", "am", "i'm", "we", "our", "and"}


def _digits(turn: Turn) -> str:
    if isinstance(turn.event, Keyed):
        return turn.event.digits
    said = str(turn.slot("digits") or turn.slot("phone_partial") or "")
    found = said if said.isdigit() else "".join(char for char in turn.text if char.isdigit())
    return found if len(found) >= 4 else ""
