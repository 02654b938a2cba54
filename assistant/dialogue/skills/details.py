"""Who an appointment is for: name and number, asked only when missing, never insisted on."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from assistant.dialogue.collectors import name as names
from assistant.dialogue.collectors import phone as phones
from assistant.dialogue.skills import wishes
from assistant.dialogue.turn import Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import Phrase, phrase
from assistant.language.given_names import AMBIGUOUS, GIVEN_NAMES
from assistant.language.names import find_name
from assistant.language.remarks import remark_of

ASK_NAME = phrase(
    "And your name?",
    "What name shall I put it under?",
    "What's your name, please?",
    text=("What name shall I put it under?", "And the name?"),
)
ASK_NAME_OTHER = phrase("And who is it for, what's the name?", "What's their name?")
ASK_NAME_OF = phrase("And {who}'s name?", "What's {who}'s name?")
WHY_NAME = phrase("Just so they know who is coming.", text=("It's only so they know who is coming.",))
WHY_PHONE = phrase("It's only used if something changes.", text=("It's only used if something changes.",))
_WHY = re.compile(
    r"\b(?:why|what for)\b.{0,40}\b(?:need|want|ask|name|number|phone|that|it|have to)\b"
    r"|\bdo you (?:really |actually )?need (?:my|a|the|that)\b|\bis (?:that|it) (?:really )?necessary\b",
    re.IGNORECASE,
)
ASK_NAME_AGAIN = phrase("A first name is enough, what shall I put?", "Just any name to put it under?")
SPELL = phrase("Was that {spelled}?", "Is that {spelled}?")
SPELL_PLEASE = phrase("Could you spell it for me?", "Letter by letter, please: how is it spelled?")
ASK_PHONE = phrase("What number can we reach you on?", "And a phone number for you?")
ASK_PHONE_MORE = phrase("Mhm, go on.", "{digits}, and then?", "Yes?")
PHONE_RIGHT = phrase("{digits}. Right?", "{digits}, is that right?")
PHONE_WRONG = phrase("That doesn't look like a whole phone number. Could you say it again, or type it on your keypad?",
                     "You can also type it on your keypad. What's the number?",
                     text=("That doesn't look like a whole phone number. What is it, with the area code?",
                           "Could you write the whole number, with area code?"))  # fmt: skip
PHONE_AGAIN = phrase(
    "You can also type it on your keypad. What's the number?",
    "Once more, the whole number please?",
    text=("What's the right number?", "And the number is?"),
)
NOTED = phrase("I've noted that.", "That's noted.", "Thanks, I've written that down.")
NEED_ONE = phrase(
    "I need a name or a number to hold it for you. Which would you give me?",
    "Without a name or a number I can't keep it for you. What may I put?",
)

_INSTEAD = re.compile(
    r"(?:^|[\s,.])(?:(?:no|nope|sorry|actually|wait|oh|i mean(?:t)?|rather)[\s,.]+)+"
    r"(?P<rest>(?:(?:it'?s|that'?s|i'?m|the name is|my name is)\s+)?[^,.?!]+?)\W*$",
    re.IGNORECASE,
)
#: "Al Roe, sorry": the taking back stands behind it
_RATHER = re.compile(
    r"^\W*(?:(?:oh|um+|uh+|it'?s|under|for)[\s,]+)*(?P<rest>[^,.?!]+?)[\s,.]+(?:(?:sorry|actually|rather|instead|i mean(?:t)?|my mistake"
    r"|not [^,.?!]+)\W*)+$",
    re.IGNORECASE,
)
#: "not Keller, Kellogg"
_NOT_BUT = re.compile(r"\bnot (?P<old>[^\W\d]+)[\s,.]+(?:but |it'?s |that'?s )?(?P<rest>[^\W\d_]+(?: [^\W\d_]+)?)\W*$", re.IGNORECASE)


def asks_why(turn: Turn) -> bool:
    """ "Why do you need my name?": a question about our question, which gets an answer and not a shrug."""
    return turn.state.expecting.what in ("name", "phone") and bool(_WHY.search(turn.text)) and names.name_of(turn.heard) is None


def explain(turn: Turn) -> None:
    """Say why it was asked, and ask once more."""
    waiting = turn.frame.waiting
    turn.say(WHY_NAME if waiting == "name" else WHY_PHONE)
    if waiting == "name":
        _ask_whose(turn)
    else:
        turn.ask(ASK_PHONE, "phone")


def take_name(turn: Turn) -> bool:
    """Name given, spelled, confirmed or refused; False when the words held none."""
    frame = turn.frame
    waiting = frame.waiting
    if waiting == "spelling":
        return _spelling(turn)
    # "No, could we do Friday": a change, and the name is still open.
    elsewhere = turn.heard.times or turn.slot("service") or not wishes.wish_said(turn).empty
    if waiting == "name" and (turn.act("refuse") or (turn.said_no and names.name_of(turn.heard) is None)) and not elsewhere:
        turn.set(refused=(*frame.refused, "name") if "name" in frame.asked else frame.refused, asked=(*frame.asked, "name"))
        return True
    given = name_put_right(turn) or (names.name_answer(turn.heard, turn.text) if waiting == "name" else names.name_of(turn.heard))
    if not given and waiting != "name" and frame.name is None:
        given = names.name_at_end(turn.text, _service_words(turn))
    if not given or given.casefold() in (frame.remark or "").casefold():
        return False  # nobody is called Nervous
    if frame.name and waiting != "name" and set(given.casefold().split()) < set(frame.name.casefold().split()):
        return True  # a part of the name again ("J, O, A, N") changes nothing
    if frame.name and waiting != "name":
        given = _mended(frame.name, given)
    sure = not turn.by_voice or waiting != "name" or not _doubtful(turn)
    turn.set(name=given, name_sure=sure)
    return True


def name_put_right(turn: Turn) -> str | None:
    """ "No, sorry, Maria", after Mary: what sounds like the name just used, or is a first name too, puts it right."""
    match = _NOT_BUT.search(turn.text)
    if match is None or match["old"].casefold() not in (turn.frame.name or "").casefold().split():
        match = _INSTEAD.search(turn.text) or _RATHER.match(turn.text)
    if match is None or turn.heard.times or turn.slot("service"):
        return None
    said = find_name(match["rest"], expecting=True)
    before = find_name(turn.text[: match.start()], expecting=True)
    known = turn.frame.name or (before.name if before is not None else None)
    if said is None or not known or names.same(said.name, known) or len(match["rest"].split()) > 6:
        return None
    alike = max(fuzz.ratio(one, two) for one in said.name.casefold().split() for two in known.casefold().split()) >= 55
    first = said.name.casefold().split()[0]
    written = " " in said.name and said.name in turn.text and said.name.istitle()  # capitals that the caller wrote
    return said.name if alike or written or (first in GIVEN_NAMES and first not in AMBIGUOUS) else None


def _mended(name: str, given: str) -> str:
    """ "Katherine, with a K" for Catherine Bell: one word that sounds like one of the name puts that word right."""
    words = name.split()
    if " " in given or len(words) < 2:
        return given
    scores = [fuzz.ratio(word.casefold(), given.casefold()) for word in words]
    best = max(range(len(words)), key=lambda index: scores[index])
    return " ".join([*words[:best], given, *words[best + 1 :]]) if scores[best] >= 60 else given


def _service_words(turn: Turn) -> frozenset[str]:
    said = (text for service in turn.services() for text in (service.name, *service.aliases))
    return frozenset(word for text in said for word in text.lower().split())


def _doubtful(turn: Turn) -> bool:
    return getattr(turn.event, "confidence", 1.0) < 0.7


def _spelling(turn: Turn) -> bool:
    spelled = turn.slot("spelling")
    if turn.said_yes:
        turn.set(name_sure=True)
        return True
    if spelled:
        turn.set(name=_put_spelling(turn.frame.name, str(spelled)), name_sure=True)
        return True
    given = names.name_of(turn.heard)
    if given:
        turn.set(name=given, name_sure=True)
        return True
    if turn.said_no:
        turn.set(name_sure=False, asked=(*turn.frame.asked, "spelling"))
        return True
    return False


def _put_spelling(name: str | None, spelled: str) -> str:
    """What was spelled replaces the word of the name it resembles most: usually the one we asked about."""
    spelled = names.tidy(spelled)
    if not name or " " in spelled:
        return spelled
    words = name.split()
    closest = max(
        range(len(words)), key=lambda index: len(set(words[index].lower()) & set(spelled.lower())) - abs(len(words[index]) - len(spelled))
    )
    return " ".join([*words[:closest], spelled, *words[closest + 1 :]])


def take_phone(turn: Turn) -> bool:
    """A number, a piece of one, a yes to the one read back, or a refusal."""
    frame = turn.frame
    if frame.waiting != "phone":
        if gives_number(turn):
            turn.set(phone=str(turn.slot("phone")))
            return True
        return False
    if turn.act("refuse"):
        turn.set(refused=(*frame.refused, "phone"), phone=None, digits="")
        return True
    if frame.phone and "phone_read" in frame.asked:
        tail = str(turn.slot("phone_partial") or turn.slot("digits") or "")
        if not turn.slot("phone") and (turn.said_no or turn.act("correction")) and 3 <= len(tail) <= 7:
            turn.set(phone=frame.phone[: -len(tail)] + tail, asked=_without(frame.asked, "phone_read"))  # "no, one EIGHT nine nine"
            return True
        if turn.slot("phone") == frame.phone or (turn.said_yes and not turn.slot("phone")):
            turn.set(asked=(*frame.asked, "phone_sure"))
            return True
        if not turn.slot("phone") and not turn.slot("phone_partial") and not turn.slot("digits"):
            if turn.said_no or turn.act("correction"):
                turn.set(phone=None, digits="", asked=_without(frame.asked, "phone_read"), tries=frame.tries + 1)
                return True
            return False
    if turn.said_no and not turn.slot("phone_partial") and not turn.slot("phone"):
        turn.set(refused=(*frame.refused, "phone"))
        return True
    found = phones.collect(turn.heard, "" if frame.phone else frame.digits, turn.profile.country)
    return _keep(turn, found)


def gives_number(turn: Turn) -> bool:
    """Is a number said that is neither the one they call from nor the one that stands already?"""
    said, noted = turn.slot("phone"), turn.state.frame.phone if turn.state.frame else turn.state.reach
    return bool(said) and said not in (noted, turn.state.person.phone)


def reached_on(turn: Turn) -> str | None:
    """The number they want to be reached on, when it is another than the one they call from."""
    phone, own = turn.frame.phone, turn.state.person.phone
    return phone if own is not None and phone != own else None


def reached_words(turn: Turn) -> str:
    """That number as it is read back: ", reachable on two oh two, ..."."""
    phone = reached_on(turn)
    return f", reachable on {speak.digits(phone) if turn.by_voice else phone}" if phone else ""


def key_phone(turn: Turn, digits: str) -> bool:
    return _keep(turn, phones.collect(turn.heard, "", turn.profile.country, keyed=digits))


def _keep(turn: Turn, found: phones.Phone | None) -> bool:
    frame = turn.frame
    if found is None:
        return False
    if found.number:
        turn.set(phone=found.number, digits="", asked=_without(frame.asked, "phone_read"))
    elif found.wrong:
        turn.set(digits="", tries=frame.tries + 1)
    else:
        turn.set(digits=found.digits)
    return True


def _without(asked: tuple[str, ...], *gone: str) -> tuple[str, ...]:
    return tuple(item for item in asked if item not in gone)


def gives_remark(turn: Turn) -> bool:
    """Do they say something to be noted that is not noted yet?"""
    remark = remark_of(turn.text)
    return remark is not None and remark.casefold() not in (turn.frame.remark or "").casefold()


def take_remark(turn: Turn) -> bool:
    """What they want known about themselves goes with the booking, and is acknowledged."""
    if not gives_remark(turn):
        return False
    before = f"{turn.frame.remark}. " if turn.frame.remark else ""
    turn.set(remark=f"{before}{remark_of(turn.text)}")
    turn.say(NOTED)
    return True


def notes(turn: Turn) -> str | None:
    """What is kept with a booking: where to reach a caller who asked for that (the owner's words make it the customer's own number
    instead), and what they wanted known."""
    phone, remark = reached_on(turn), turn.frame.remark
    parts = [f"Reach on {phone}."] if phone and turn.state.person.role == "caller" else []
    return " ".join([*parts, *([f"They said: {remark}."] if remark else [])]) or None


def take_email(turn: Turn) -> bool:
    """An address in place of the number that was asked for."""
    if turn.frame.waiting != "phone" or not turn.slot("email"):
        return False
    turn.set(email=str(turn.slot("email")))
    return True


def ask_missing(turn: Turn) -> bool:
    """Ask for what is still missing of name and number; True when something was asked."""
    return _ask_name(turn) or ("phone" in turn.profile.booking.ask_for and ask_phone(turn)) or _ask_either(turn)


def _ask_name(turn: Turn) -> bool:
    frame = turn.frame
    if frame.name and not frame.name_sure:
        if "spelling" in frame.asked:
            turn.ask(SPELL_PLEASE, "spelling")
        else:
            turn.ask(SPELL, "spelling", spelled=speak.spelled(frame.name.split()[0]))
        return True
    if frame.name or "name" in frame.refused or "name" not in turn.profile.booking.ask_for:
        return False
    known = turn.state.person.name or turn.context.known_name
    if known and not frame.for_other and turn.state.person.role == "caller":
        turn.set(name=known, name_sure=True)
        return False
    if "name" in frame.asked:
        turn.ask(ASK_NAME_AGAIN, "name")
    else:
        _ask_whose(turn)
    return True


def _ask_whose(turn: Turn) -> None:
    who = turn.frame.who
    turn.ask(ASK_NAME_OF if who else ASK_NAME_OTHER if turn.frame.for_other else ASK_NAME, "name", who=who)


def ask_phone(turn: Turn, first: Phrase = ASK_PHONE) -> bool:
    frame = turn.frame
    if turn.state.person.phone or turn.owner or frame.email or "phone" in frame.refused:
        return False
    if frame.phone is None:
        if frame.digits:
            turn.ask(ASK_PHONE_MORE if turn.by_voice else PHONE_WRONG, "phone", digits=speak.digits(frame.digits))
        elif frame.tries:
            turn.ask(PHONE_AGAIN, "phone")
        else:
            turn.ask(first, "phone")
        return True
    if turn.by_voice and "phone_sure" not in frame.asked:
        turn.set(asked=(*_without(frame.asked, "phone_read"), "phone_read"))
        turn.ask(PHONE_RIGHT, "yes_no", digits=speak.capital(speak.digits(frame.phone)))
        turn.set(waiting="phone")  # a yes or no is expected, but another number is welcome
        return True
    return False


def _ask_either(turn: Turn) -> bool:
    frame = turn.frame
    if frame.name or frame.phone or turn.state.person.phone or turn.state.person.contact_id or turn.owner:
        return False
    if "either" in frame.asked:
        return False
    if "name" not in turn.profile.booking.ask_for and "phone" not in turn.profile.booking.ask_for:
        return False
    turn.set(asked=(*frame.asked, "either"), refused=())
    turn.ask(NEED_ONE, "name")
    return True
