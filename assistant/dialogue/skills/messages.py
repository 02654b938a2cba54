"""Taking a message: what, from whom, how urgent; read back from the other side, stored on a yes, and the owner is told."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import email as emails
from assistant.dialogue.collectors import name as names
from assistant.dialogue.commands import Broken
from assistant.dialogue.skills import details, targets
from assistant.dialogue.skills.base import ABANDON, UNSURE, Skill, done, question_part
from assistant.dialogue.skills.questions import looks_like_question
from assistant.dialogue.state import Frame, Later, Phase, ReadBack, Target
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.language.content import message_of
from assistant.language.given_names import AMBIGUOUS, GIVEN_NAMES

WHAT = phrase("Sure. What shall I tell them?", "Of course. What's the message?", "Go ahead, what shall I say?")
WHO = phrase("And who is it from?", "Your name, please?", text=("Who is it from?", "And your name?"))
READ = phrase("I'll tell {them}{from_}: {body}{urgent}.", "The message{for_}{from_}: {body}{urgent}.")
READ_ASK = phrase("I'll ask {them}{body}{urgent}.", "So I ask {them}{body}{urgent}.")
READ_CALLBACK = phrase("I'll ask {them} to call you back{at}{urgent}.", "So they'll call you back{at}{urgent}.")
FROM = phrase("From {name}, then.", "{name}, okay.")
REACH = phrase("What number or email can they reach you on?", "How can they reach you, on which number or email?")
NO_WAY_BACK = phrase("They won't be able to answer, then.", "Then they can't get back to you.")
RIGHT = phrase("Shall I send it?", "Is that right?", "Shall I pass it on like that?")
SENT = phrase("Your message is on its way.", "Done, I've passed it on.", "They have your message.")
CALLBACK_SENT = phrase("I've passed it on, they'll call you back.", "Done, they'll call you back.")
REWORD = phrase("Okay. What should it say?", "All right, how should it go?")
AGAIN = phrase("What shall I tell them?", "So, what's the message?", "Just say it as you would to them. What's the message?")
LOCAL = phrase("I've written it down for them.")
_URGENT = re.compile(r"\b(urgent(ly)?|asap|as soon as possible|immediately|right away|it'?s important|emergency)\b", re.IGNORECASE)
_LATE = re.compile(
    r"\b(?:(?:i'?m|i am|i'?ll be|i will be|we'?re|we are|we'?ll be|going to be|gonna be|be|running) (?:\w+[ -]){0,4}late\b"
    r"(?! (?:morning|afternoon))"
    r"|stuck in traffic|held up (?:at|in))",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"\b(?:mov(?:e|ing)|reschedul\w*|re-?book|chang(?:e|ing)|push|cancel\w*|shift|postpone"
    r"|(?:another|different|later|new) (?:day|time)|instead"
    r"|can'?t (?:make|come)|(?:can|could|may) (?:i|we) (?:come|have|get)|make it)\b",
    re.IGNORECASE,
)
_FOR_WHAT = re.compile(r"\bfor (?:my|our|the|his|her)\b", re.IGNORECASE)
_CALL_BACK = re.compile(
    r"\b(?:call|ring|phone) me(?: back)?(?: please)?"
    r"(?P<about> (?:about|regarding|because|concerning|when|as soon as|after|before|today|tomorrow|on|at|this)\b.*)?\W*$"
    r"|\bgive me a (?:call|ring)(?: back)?(?: please)?\W*$",
    re.IGNORECASE,
)
#: "hi, could you please ask the doctor to" call me back: what leads up to it and says nothing
_LEADS_UP = re.compile(
    r"(?:\b(?:ask|tell|get|let|for) (?:(?:the|your|dr|mr|mrs|ms)\b\.? )?\w+"
    r"|\b(?:i'd|i'm|hi|hello|hey|yes|yeah|okay|ok|um+|uh+|well|so|and|please|just|kindly|possibly|then|there|can|could|would|will|if|is|it|"
    r"possible|you|u|they|he|she|i|we|to|the|a|someone|somebody|anyone|have|them|him|her|know|like|want|need|"
    r"doctor|dentist|owner|boss|office)\b|\W)++",
    re.IGNORECASE,
)
_TELL_ME = re.compile(r"\b(?:tell|let) me\b(?! leave)", re.IGNORECASE)
_HELLO = re.compile(
    r"^(?:(?:hi|hello|hey|yes|yeah|um+|uh+|so|sorry|good (?:morning|afternoon|evening))[\s,.!]+(?:there[\s,.!]+)?)+", re.IGNORECASE
)
_SIGNED = r"[\s,.]*(?:\band\s+)?(?:this is|it'?s|my name is|my name'?s|i'?m|from)\s+{name}\b[\s,.]*"
_TITLED = re.compile(r"(?:the )?(?P<title>dr|doctor|mr|mrs|ms)\b\.? (?P<name>[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*)?)", re.IGNORECASE)
_TO_DO = re.compile(r"^to (?=[a-z]+\b)(?!(?:the|my|our|a|an|all|them|him|her|you|dr|mr|mrs|ms)\b)", re.IGNORECASE)
_PLEASE = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please )?|please (?=[a-z]))(?!be (?:aware|advised)\b|note\b|know\b)", re.IGNORECASE
)
_NOT_TO = re.compile(r"(?:don'?t|do not) ", re.IGNORECASE)
_ASKED = re.compile(r"^(?:if|whether|when|why|what|where|how|who|which)\b", re.IGNORECASE)
_DIRECTLY = re.compile(
    r"(?:(?:when|why|what|where|how|who|which)(?:'s|(?: \w+)? (?:is|are|am|was|were|do|does|did|can|could|will|would|should|have|has)\b))",
    re.IGNORECASE,
)
_JOINT = re.compile(r"(?:\band|[,.;!?])\s+(?:also\s+)?", re.IGNORECASE)
#: whatever they call it, the message is taken here and read back
_VOICEMAIL = re.compile(r"\b(?:voice ?mail|voice message|recorded message)\b(?:,? (?:after|at) the (?:beep|tone))?", re.IGNORECASE)
_ONLY_ASKING = re.compile(
    r"^\W*(?:(?:hi|hello|yes|okay|um+|please)[\s,.]+)*(?:can|could|may|let me|i'?ll|i'?d like to|i want to|i would like to|"
    r"i need to)?\s*(?:i|you)?\s*(?:please )?"
    r"(?:take|leave|pass(?: on)?|give|send)\s+(?:\w+ ){0,3}?(?:a |the |my )?message"
    r"(?:\s+(?:for|to|with)\s+(?!.*\b(?:saying|that)\b)[\w' ]{1,30})?\s*(?:please)?\W*$",
    re.IGNORECASE,
)  # fmt: skip


#: the asking stands at the beginning; what comes after it is the message, however long
LONG = 600
_SAYS_SO = re.compile(r"\b(?:message|voice ?mail|note|tell|let|ask|pass|leave|call|ring|phone|contact|get back)\b", re.IGNORECASE)


class Messages(Skill):
    name = "messages"
    intents = ("take_message",)

    def wants(self, turn: Turn) -> bool:
        if _TELL_ME.search(turn.text) and turn.slot("message") is None:
            return False  # "just tell me" asks, and leaves nothing
        if only_asks(turn):
            return False
        return turn.heard.intent in self.intents or says_late(turn)

    def begin(self, turn: Turn, request: Later) -> Flow:
        body = _body(turn.whole if request.text == turn.text else request.text)
        if not body and not _asks_only(request.text):
            body = request.message or ""
        back = _call_back(turn.text) or _call_back(body)
        if len(turn.whole) > LONG and request.text == turn.text:
            body = body if body and body in turn.whole[-len(body) :] else turn.whole.strip()  # long, and kept to its last word
        elif back and request.text == turn.text and (not body or _call_back(body)):
            body = back
        if not body and says_late(turn):
            body = _HELLO.sub("", turn.text).strip(" .")
        body = _unsigned(body, names.name_of(turn.heard))
        urgent = _urgent(turn) or bool(_URGENT.search(request.text))
        about = (yield from _late_for(turn)) if says_late(turn) and body and not _FOR_WHAT.search(body) else None
        if about is not None:
            body = f"{body} {targets.for_my(turn, about)}"
            urgent = urgent or about.starts_at.astimezone(turn.context.zone).date() == turn.context.today
        to = _somebody(turn, str(turn.slot("recipient") or ""))
        below = next((frame.name for frame in reversed(turn.state.frames) if frame.name and not frame.for_other), None)
        turn.push(Frame(self.name, name=below, text=_request(body, turn.text) or None, to=to, urgent=urgent, phone=turn.state.reach))
        details.take_phone(turn)
        if not _names_recipient(turn):
            details.take_name(turn)
        yield from self.proceed(turn)

    def takes(self, turn: Turn) -> bool:
        frame = turn.frame
        if frame.waiting == "message":
            return bool(turn.text.strip()) and turn.heard.intent not in ("speak_to_human", "repeat", "goodbye")
        if frame.waiting == "name":
            return (
                bool(turn.slot("person_name")) or turn.act("refuse") or turn.said_no or names.name_answer(turn.heard, turn.text) is not None
            )
        if frame.waiting == "phone" and (turn.said_yes or turn.said_no or turn.act("refuse") or turn.slot("email")):
            return True
        return bool(
            turn.slot("message")
            or turn.slot("person_name")
            or turn.slot("phone")
            or turn.slot("digits")
            or turn.slot("phone_partial")
            or _urgent(turn)
        )

    def differs(self, turn: Turn) -> bool:
        frame = turn.frame
        if turn.slot("person_name") and not names.same(names.name_of(turn.heard), frame.name):
            return True
        if details.gives_number(turn) or (_urgent(turn) and not frame.urgent):
            return True
        return (bool(turn.slot("message")) and turn.slot("message") != frame.text) or bool(ABANDON.search(turn.text))

    def given(self, turn: Turn) -> Flow:
        frame = turn.frame
        if ABANDON.search(turn.text) and frame.waiting != "name":
            yield from self.abandon(turn)
            return
        if frame.waiting == "message":
            if turn.said_no and len(turn.text.split()) < 4:
                yield from self.abandon(turn)
                return
            if turn.said_yes and len(turn.text.split()) < 3:
                turn.ask(AGAIN, "message")
                return
            short = turn.slot("message") if len(turn.whole) <= LONG else None
            said = (_body(turn.whole) or str(short or turn.whole)).strip()
            said = _unsigned(said, names.name_of(turn.heard))
            turn.set(text=_call_back(said) or _request(said, turn.text))
        elif turn.slot("message") and frame.waiting != "phone":
            turn.set(text=_request(str(turn.slot("message")), turn.text))
        if frame.waiting in ("name", "spelling") or turn.slot("person_name"):
            details.take_name(turn)
        if not details.take_email(turn):
            details.take_phone(turn)
        if "phone" in turn.frame.refused and "phone" not in frame.refused:
            turn.say(NO_WAY_BACK)
        if _urgent(turn):
            turn.set(urgent=True)
        yield from self.proceed(turn)

    def proceed(self, turn: Turn) -> Flow:
        frame = turn.frame
        if not frame.text:
            turn.ask(WHAT, "message")
            return
        if not (frame.name or turn.state.person.name or turn.context.known_name or "name" in frame.refused or "name" in frame.asked):
            turn.set(asked=(*frame.asked, "name", "read"))
            turn.say(self._words(turn))
            turn.ask(WHO, "name")
            return
        if turn.frame.name and not turn.frame.name_sure:
            turn.set(name_sure=True)
        if details.ask_phone(turn, REACH):  # nobody can answer whom they cannot reach
            return
        self.read(turn)
        yield from ()

    def read(self, turn: Turn) -> None:
        frame = turn.frame
        name = sender(turn)
        if "read" in frame.asked and turn.by_voice and frame.waiting == "name":
            words = turn.words(FROM, name=name) if name else ""  # what it says was just read back with the question for the name
        else:
            words = self._words(turn)
        read = ReadBack("message", text=frame.text, name=name, phone=details.reached_on(turn), email=frame.email)
        turn.read_back(read, words, RIGHT)

    def _words(self, turn: Turn) -> str:
        frame = turn.frame
        name = sender(turn)
        body = (frame.text or "").strip().rstrip(".!?")
        urgent = ", marked urgent" if frame.urgent else ""
        them = frame.to or "them"
        if _callback(frame):
            phone = frame.phone
            at = f" on {speak.digits(phone) if turn.by_voice else phone}" if phone else ""
            return turn.words(READ_CALLBACK, them=them, at=at, urgent=urgent)
        from_ = (f", from {name}" if name else "") + _reached(turn)
        asks = _asked_of((frame.text or "").strip(" .!"))
        if asks is not None:
            words = turn.words(READ_ASK, them=them, body=asks[0] + speak.turned(asks[1], for_others=True), urgent=urgent)
            return f"{words} {speak.capital(from_.lstrip(', '))}." if from_ else words
        for_ = f" for {frame.to}" if frame.to else ""
        return turn.words(READ, them=them, for_=for_, body=speak.turned(body, for_others=True), urgent=urgent, from_=from_)

    def yes(self, turn: Turn) -> Flow:
        frame = turn.frame
        read = frame.read_back
        if read is None or not frame.text or (read.text, read.phone, read.email) != (frame.text, details.reached_on(turn), frame.email):
            yield from self.proceed(turn)
            return
        result = yield taking(frame, read.name)
        if isinstance(result, Broken):
            turn.say(result.say)
            yield from done(turn)
            return
        turn.note("message")
        turn.say(CALLBACK_SENT if _callback(frame) else SENT)
        yield from done(turn)

    def no(self, turn: Turn) -> Flow:
        if ABANDON.search(turn.text) or "reworded" in turn.frame.asked:
            yield from self.abandon(turn)
            return
        turn.set(text=None, read_back=None, asked=(*turn.frame.asked, "reworded"))
        turn.ask(REWORD, "message")

    def ask_again(self, turn: Turn, how: int) -> Flow:
        frame = turn.frame
        if frame.waiting == "yes_no":
            turn.say(RIGHT)
            turn.wait(Phase.CONFIRMING, "yes_no")
        elif frame.waiting == "name":
            turn.ask(WHO, "name")
        elif frame.waiting == "message":
            turn.ask(AGAIN, "message")
        else:
            if frame.waiting == "phone" and how >= 2:
                turn.set(refused=(*frame.refused, "phone"), digits="")  # it will not be had: the message goes without
                turn.say(NO_WAY_BACK)
            yield from self.proceed(turn)


def sender(turn: Turn) -> str | None:
    return turn.frame.name or turn.state.person.name or turn.context.known_name


def taking(frame: Frame, name: str | None) -> c.TakeMessage:
    """The message as it is kept: for whom, what, from whom, and where the answer goes."""
    body = f"For {frame.to}: {frame.text}" if frame.to else str(frame.text)
    return c.TakeMessage(body, name, frame.urgent, frame.phone, frame.email)


def only_asks(turn: Turn) -> bool:
    """ "That's lovely, and will the doctor be there?": a question that only an unsure ear takes for a message."""
    unsure = turn.heard.intent == "take_message" and turn.heard.confidence < UNSURE and turn.slot("message") is None
    return unsure and not _SAYS_SO.search(turn.text) and looks_like_question(question_part(turn.text))


def says_late(turn: Turn) -> bool:
    """ "I'm running ten minutes late": nothing to book or move, only to be told."""
    changes = turn.heard.intent in ("reschedule_appointment", "cancel_appointment") and _CHANGES.search(turn.text)
    return bool(_LATE.search(turn.text)) and not changes and not turn.owner


def _late_for(turn: Turn) -> Generator[c.Command, Any, Target | None]:
    """The appointment of theirs that they will be late for: today's, or the one just booked."""
    mine = yield from targets.mine(turn)
    today = [target for target in mine if target.starts_at.astimezone(turn.context.zone).date() == turn.context.today]
    return next(iter((*today, *reversed(turn.state.booked_here))), None)


def _call_back(text: str) -> str:
    """The message that asks for nothing but a call; empty when these words hold none, or something else to tell."""
    match = _CALL_BACK.search(text)
    if match is None or (match.start() and not _LEADS_UP.fullmatch(text, 0, match.start())):
        return ""
    about = re.sub(r"\s*\bplease\b\s*", " ", match.group("about") or "").strip(" .?!")
    return f"Please call back {about}." if about else "Please call back."


def _unsigned(body: str, name: str | None) -> str:
    """The message without "this is Greta Moll", which says who it is from."""
    if not name:
        return body
    bare, signed = re.subn(_SIGNED.replace("{name}", re.escape(name)), " ", body, flags=re.IGNORECASE)
    if not signed:
        return body
    bare = bare.strip(" ,.")
    return re.sub(r"^(?:and|but|so)\s+", "", bare, flags=re.IGNORECASE) or body


def _reached(turn: Turn) -> str:
    """The number or address to be reached on, unless the message says it itself."""
    frame = turn.frame
    if frame.email and frame.email not in (frame.text or ""):
        return f", reachable on {emails.spoken(frame.email) if turn.by_voice else frame.email}"
    return "" if speak.says_number(frame.text or "", frame.phone or "") else details.reached_words(turn)


def _somebody(turn: Turn, recipient: str) -> str | None:
    """ "Dr Smith" or "Maria" of "tell Dr Smith that ..."; nobody in "tell the doctor" and "tell them"."""
    titled = _TITLED.fullmatch(recipient)
    if titled is not None:
        title = "Dr" if titled["title"].lower() == "doctor" else speak.capital(titled["title"].lower())
        return f"{title} {names.tidy(titled['name'])}"
    first = recipient.split()[0] if recipient else ""
    return names.tidy(recipient) if first.lower() in GIVEN_NAMES and first.lower() not in AMBIGUOUS else None


def _request(body: str, said: str) -> str:
    """What is left of "ask them to send me my pictures" or "ask them when it is ready", as the team will read it."""
    if _ASKED.match(body) and re.search(rf"\bask\b[^.?!]*{re.escape(body)}", said, re.IGNORECASE):
        return f"{body.rstrip(' .?')}?"
    match = _TO_DO.match(body)
    return f"Please {body[match.end() :]}." if match else body


def _asked_of(body: str) -> tuple[str, str] | None:
    """What a message asks them to do or to tell, with what leads to it behind "I'll ask them"; None when it tells something."""
    match = _PLEASE.match(body)
    if match is not None:
        rest = re.sub(r"[\s,]+(?:please|thanks|thank you)$", "", body[match.end() :], flags=re.IGNORECASE)
        not_to = _NOT_TO.match(rest)
        return (" not to ", rest[not_to.end() :]) if not_to else (" to ", rest)
    if not body.endswith("?"):
        return None
    directly = not _ASKED.match(body) or _DIRECTLY.match(body)
    return (": " if directly else " "), body[:1].lower() + body[1:].rstrip("?")


def _callback(frame: Frame) -> bool:
    from assistant.dialogue.skills.person import CALL_BACK

    return frame.text == CALL_BACK


def _urgent(turn: Turn) -> bool:
    return (bool(turn.slot("urgency")) and turn.slot("urgency") not in ("no", "low", "normal")) or bool(_URGENT.search(turn.text))


def _names_recipient(turn: Turn) -> bool:
    """Is the name that was said the one the message is for ("tell Dr Smith ...")?"""
    name = names.name_of(turn.heard)
    recipient = str(turn.slot("recipient") or "")
    if not name:
        return False
    addressed = re.search(rf"\b(?:for|to|tell|let|give|ask)\s+(?:\w+\.?\s+){{0,2}}{re.escape(name)}\b", turn.text, re.IGNORECASE)
    return name.casefold() in recipient.casefold() or addressed is not None


def _asks_only(text: str) -> bool:
    text = _VOICEMAIL.sub("message", text)
    return bool(_ONLY_ASKING.match(text)) and message_of(text)[0] is None


def _body(text: str) -> str:
    """The message inside the sentence that asks to take one; empty when it only asks."""
    if not text or _asks_only(text):
        return ""
    text = _VOICEMAIL.sub("message", text)
    for start in (0, *(joint.end() for joint in _JOINT.finditer(text[:LONG]))):
        body, _ = message_of(text[start:])
        if body:
            return body.strip(" ,:?.")
    return ""
