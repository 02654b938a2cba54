"""Guards of the table: a guard looks, and changes nothing."""

from __future__ import annotations

import re

from assistant.dialogue.skills import details, in_hand, offered, skill_of, targets, wanted, wishes
from assistant.dialogue.skills.base import ABANDON, Skill, question_part
from assistant.dialogue.skills.booking import Booking
from assistant.dialogue.skills.cancelling import Cancelling
from assistant.dialogue.skills.complaints import complains
from assistant.dialogue.skills.moving import Moving
from assistant.dialogue.skills.pictures import Pictures
from assistant.dialogue.skills.pin import Pin
from assistant.dialogue.skills.questions import Questions, looks_like_question, wants_more
from assistant.dialogue.state import Phase
from assistant.dialogue.turn import Turn
from assistant.dialogue.wording import speak
from assistant.domain.events import Keyed, Quiet, Said
from assistant.language.kin import OF_MINE
from assistant.language.text import listed, words

UNDERSTOOD = ("affirm", "deny", "greeting", "goodbye", "repeat", "help", "out_of_scope")
_BARE_CANCEL = re.compile(r"^\W*(cancel|end|stop)\W*$", re.IGNORECASE)
_MOVE_IT = re.compile(
    r"\b(?:move|reschedule|re-?book|postpone|shift|change|switch)\b(?=\s+(?:it|that|this|the appointment|the booking|my|to|instead"
    r"|rather|please)\b"
    r"|\s*[.?!]*$)|\b(?:another|different) (?:day|time)\b",
    re.IGNORECASE,
)
_CANCEL_IT = re.compile(r"\bcancel\b", re.IGNORECASE)
_KEEP_IT = re.compile(
    r"\b(?:don'?t|do not|not|no need to|never) cancel|\bkeep\b|\bcancel (?:the )?(?:move|change|that change)", re.IGNORECASE
)
_NOT_CLEAR = re.compile(
    r"^\W*(?:yes|yeah|yep|ok|okay|sure|right|really)\s*\?+\W*$|\byes (?:what|if|when|who|why|and no|or no|no)\b"
    r"|\byes to (?!all|both|that|everything|it)|\b(?:guess|think|suppose|hope|probably|maybe) not\b"
    r"|^\W*not\b|\bgood question\b|\bis (?:that|it|this) (?:right|correct|it|okay|ok|good|fine)\b"
    r"|\bi mean no\b|\bor (?:no|not)\b"
    r"|\bno\W*$(?<!why no)|\b(?:the )?other one\b|\bask (?:my|him|her|them|you)\b"
    r"|\bmaybe\b|\bperhaps\b|\bcould be\b|\bpossibly\b|\bdepends\b"
    # somebody else's name or a letter of it, or somebody who comes too
    r"|\b(?:it'?s|that'?s|make it) (?:for|under) (?!me\b|that\b|the\b|a\b|an\b)\w+|\bwith(?:out)? (?:an?|one|two|double) [a-z]\b"
    rf"|\band (?:also )?(?:for )?{OF_MINE}\b|\b{OF_MINE} (?:too|as well|also)\b"
    r"|^\W*(?:(?:fine|ok|okay|alright|all right|right|yes|yeah|sure)\W+)+(?:it'?s|the name(?: is|'s)|my name(?: is|'s)) "
    r"(?!(?:fine|good|great|okay|ok|right|correct|perfect|all|that|the|a|an|me|him|her|this|us|just|only|really|so|very|not|no|mine"
    r"|exactly|cool|lovely|alright|settled|done|true)\b)\w+\W*$",
    re.IGNORECASE,
)
#: "see you then", "see you on Thursday": a day that is not the one read back makes it a change
_UNTIL_THEN = re.compile(
    rf"\bsee (?:you|ya|u|y'?all) (?:all )?(?:then|(?:on |at |this |next )*(?:{'|'.join(speak.WEEKDAYS)}|tomorrow|today))\b", re.IGNORECASE
)
#: words of a no that asks for nothing else
_JUST_NO = listed(
    """
    no nope nah not really right now today at the moment nothing none else more that that's thats is all it everything i i'm im am we
    we're good fine great perfect lovely ok okay alright done set finished thanks thank you ty cheers much very so just for think don't do
    need anything any other further questions question have got bye goodbye sir madam mate well oh um uh hm be will that'll it'll was
    guess suppose actually then never mind nevermind a an nice day one you're welcome too see ya later to can want wish would like help
    dear hon ma'am
    """
)
_JUST_YES = listed("yes yeah yep sure please ok okay right actually there is")
_OKAY = listed(
    """
    ok okay okey k kk okie alright all right great perfect cool lovely awesome brilliant super wonderful excellent good fine nice got it
    sounds noted understood will do thx thanks thank you u ty tysm cheers much appreciated very so many a lot
    """
)
HEAR_ME = re.compile(r"\bcan you hear me\b|\b(?:are|is) (?:you|anyone|anybody|someone) (?:still )?there\b", re.IGNORECASE)
_AGAIN = re.compile(
    r"^\W*(?:sorry,? |and )?(?:what|which) (?:time|day|date|was that|did you say|one)\b[^.?!]*\b(?:again|say)\b", re.IGNORECASE
)
#: what leaves something half done: words of parting, and no others
_PARTING = re.compile(
    r"\b(?:bye|good ?bye|that'?s (?:all|it|everything)|that is (?:all|it)|that(?:'ll| will) be all|see (?:you|ya)|talk (?:to you )?"
    r"(?:later|soon)|have a (?:good|nice|great|lovely)|good ?night|nothing else|i'?m (?:done|all set)|all set|i'?ll (?:think|call|ring|text"
    r"|get back|let you)|cheerio|ttyl|cya|gtg|g2g|adios|ciao|farewell|take care|(?:got|have) to go|gotta go|never ?mind|forget it"
    r"|catch you later|call (?:you )?back|i'?m good)\b",
    re.IGNORECASE,
)
_REAL_PERSON = re.compile(
    r"\b(?:am i|are you|is this|is it)\s+(?:talking (?:to|with) |speaking (?:to|with) )?(?:a |an )?(?:real |actual |live |human )?"
    r"(?:person|human|robot|machine|bot|computer|ai|recording)\b",
    re.IGNORECASE,
)  # fmt: skip
_RIGHT_PLACE = re.compile(
    r"^\W*(?:(?:hello|hi|hey|yes|um+|uh+|so|oh|sorry|ok|okay)\W+)*"
    r"(?:is (?:this|that|it)|have i (?:reached|got|called)|did i (?:reach|call)|am i (?:calling|through to))"
    r" (?:(?:the|a|an)\W+)?(?P<place>[^?.!]+?)\W*$",
    re.IGNORECASE,
)
_PLACE = frozenset(
    {
        "dentist", "dentist's", "dental", "doctor", "doctor's", "doctors", "office", "practice", "clinic", "salon", "hairdresser", "barber",
        "shop", "store", "studio", "place", "business",
    }
)  # fmt: skip
_BYE = re.compile(
    r"\b(bye|good ?bye|that'?s (?:all|it|everything)|that is (?:all|it)|see you|see ya|have a (?:good|nice|great|lovely)|"
    r"good ?night|nothing else|i'?m (?:done|good|all set)|all set|i'?ll (?:think|call|ring|text|get back|let you)|later|cheerio"
    r"|ttyl|cya|gtg|g2g|no)\b",
    re.IGNORECASE,
)
_TO_SOMEBODY = re.compile(r"\b(?:put me through|transfer|connect me|(?:speak|talk) (?:to|with))\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(put me through|transfer|connect me|speak to|talk to|a person|human|someone|somebody)\b", re.IGNORECASE)
_WHAT_IT_TAKES = re.compile(r"\b(?:how much|how long|price|prices|costs?|charge)\b", re.IGNORECASE)
_HOLD_ON = re.compile(
    r"^\W*(?:(?:oh|um+|uh+|sorry|okay|ok|actually|please)\W+)*(?:hold on|hang on|wait|"
    r"one (?:moment|second|sec|minute)|just a (?:moment|second|sec|minute))"
    r"(?: (?:a|one) (?:moment|second|sec|minute))?\W+(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
#: how sure the classifier has to be of a goodbye without a word of parting in it
SURE_OF_GOODBYE = 0.6
#: how sure the classifier is that something is none of our business before we say so
PLAINLY_BEYOND = 0.93
_DO_THIS = re.compile(
    r"^\W*(?:(?:hey|hi|hello|ok|okay|so|please|and|well)\W+)*(?:(?:can|could|will|would) you\s+(?:please\s+)?)?"
    r"(?:tell|sing|play|order|turn|show|find|search|google|look|read|translate|buy|write|draw|calculate|switch|start|open|close|recommend"
    r"|suggest|give|make)\s+(?:me|us|on|off|up|out|the|a|an|some|my|this|that)\b",
    re.IGNORECASE,
)
_A_MOMENT = re.compile(r"\b(?:moment|second|sec|minute|wait|hold|bear with)\b", re.IGNORECASE)


def is_danger(turn: Turn) -> bool:
    return turn.act("emergency")


def is_opt_out(turn: Turn) -> bool:
    return turn.state.channel == "sms" and turn.act("opt_out")


def is_start(turn: Turn) -> bool:
    return turn.state.channel == "sms" and turn.act("start")


def is_bare_cancel(turn: Turn) -> bool:
    return (
        turn.state.channel == "web" and bool(turn.state.frames) and bool(_BARE_CANCEL.match(turn.text)) and turn.frame.skill != "cancelling"
    )


def is_foreign(turn: Turn) -> bool:
    return turn.act("foreign") and turn.state.phase is not Phase.PROVING and turn.state.expecting.what not in ("name", "spelling")


def is_abuse(turn: Turn) -> bool:
    # A rude caller who says what they want gets it; only the rest is abuse.
    asks = bool(turn.heard.times and turn.slot("service")) or (turn.state.phase is Phase.CONFIRMING and turn.said_yes) or complains(turn)
    return turn.act("abuse") and not asks


def is_hold_on(turn: Turn) -> bool:
    if not turn.act("hold_on") or turn.heard.times or turn.slot("service"):
        return False
    behind = _HOLD_ON.match(turn.text)  # "hold on, can I park there?" asks for no moment
    return behind is None or not looks_like_question(behind["rest"]) or bool(_A_MOMENT.search(behind["rest"]))


def is_repeat(turn: Turn) -> bool:
    if wants_more(turn):
        return False  # the same in more detail is not the same again
    if turn.heard.times or wishes.bare_day(turn) or turn.slot("person_name") or offered.more_said(turn):
        return False
    if turn.state.phase is Phase.CONFIRMING and details.name_put_right(turn):
        return False  # "Al Roe, sorry"
    return turn.heard.intent == "repeat" or (bool(turn.state.frames) and bool(_AGAIN.search(turn.text)))


def has_pictures(turn: Turn) -> bool:
    return isinstance(turn.event, Said) and bool(turn.event.pictures)


def is_about_picture(turn: Turn) -> bool:
    return Pictures().is_asked_about(turn)


def is_pin(turn: Turn) -> bool:
    return Pin().takes(turn)


def is_about_it(turn: Turn) -> bool:
    """A question about the very time that is offered, held or read back."""
    return in_hand.asked(turn) is not None


def active_skill(turn: Turn) -> Skill | None:
    return skill_of(turn.frame) if turn.state.frames else None


def changes(turn: Turn) -> bool:
    """Do these words ask for anything but what was read back?"""
    skill = active_skill(turn)
    return skill is not None and skill.differs(turn)


def asks_for_more(turn: Turn) -> bool:
    """ "Yes, and one for my wife": another booking beside the one that is open, that is asked for now, or that was just made."""
    more, skill = turn.context.more, active_skill(turn)
    if more is None:
        return False
    if skill is not None:
        return isinstance(skill, Booking)
    return (more.asks and not more.bare) or (bool(turn.state.booked_here) and set(words(more.rest)) <= _JUST_NO | _JUST_YES)


def is_clear_yes(turn: Turn) -> bool:
    skill = active_skill(turn)
    if skill is None or turn.frame.read_back is None or changes(turn) or turned_around(turn) is not None:
        return False
    if _NOT_CLEAR.search(turn.text):
        return False
    if turn.slot("yes_no") is None and turn.heard.intent == "goodbye" and _UNTIL_THEN.search(turn.text):
        return True  # "thank you, see you Thursday": they take it as settled, and no other day is in it
    # The words themselves have to say yes: what a classifier takes for agreement ("um", "maybe") books nothing.
    return turn.slot("yes_no") == "yes" or (turn.slot("yes_no") == "yes_but" and skill.only_terms(turn))


def is_change(turn: Turn) -> bool:
    if not turn.state.frames or turned_around(turn) is not None or is_digression(turn):
        return False
    return changes(turn)


def is_no(turn: Turn) -> bool:
    other = _other_request(turn)
    if turned_around(turn) is not None or (other is not None and other.plain_words):
        return False
    return bool(turn.state.frames) and (turn.said_no or (turn.act("correction") and not other))


def is_goodbye(turn: Turn) -> bool:
    if turn.heard.intent != "goodbye" or (turn.heard.times and turn.heard.confidence < 0.8):
        return False
    if turn.state.frames and not _PARTING.search(turn.text):
        return False  # "later" and "great, I'll take it" go on with what is open
    if turn.heard.confidence < SURE_OF_GOODBYE and not _BYE.search(turn.text):
        return False  # nobody is hung up on by half a guess
    return not turn.act("thanks") or bool(_BYE.search(turn.text))  # "great, thanks" alone is no goodbye


def wants_person(turn: Turn) -> bool:
    if turn.heard.intent != "speak_to_human" or (complains(turn) and not _TO_SOMEBODY.search(turn.text)):
        return False
    return not turn.slot("service") or bool(_PERSON.search(turn.text))  # "I want to see a therapist" is a service of ours


def is_identity(turn: Turn) -> bool:
    return (turn.act("identity") or bool(_REAL_PERSON.search(turn.text))) and not turn.heard.times


def is_right_place(turn: Turn) -> bool:
    """ "Is this the dentist?": they make sure whom they have reached."""
    match = _RIGHT_PLACE.match(turn.text)
    if match is None or turn.heard.times:
        return False
    said, named = set(match["place"].lower().split()), _PLACE | set(turn.profile.name.lower().split())
    return bool(said & named) and said <= named | {"right", "number", "for"}


def is_about_privacy(turn: Turn) -> bool:
    return turn.act("privacy") and turn.state.expecting.what != "message"


def is_help(turn: Turn) -> bool:
    if turn.act("export_me", "forget_me") or details.asks_why(turn):
        return False  # "what do you know about me" is no call for help, nor is "what do you need my number for"
    if turn.state.frames and is_answer(turn) and (wishes.soonest_said(turn) or offered.more_said(turn)):
        return False  # nor is "what do you have?", where a day was asked for, or "what else?", where times are on offer
    return turn.heard.intent == "help" and not turn.heard.times and turn.state.expecting.what != "message"


def turned_around(turn: Turn) -> Moving | Cancelling | None:
    """ "No wait, move it instead" while cancelling, "just cancel it" while moving: the same appointment, the other way."""
    active = active_skill(turn)
    if isinstance(active, Cancelling) and _MOVE_IT.search(turn.text) and not (turn.said_yes and _CANCEL_IT.search(turn.text)):
        return Moving()
    if isinstance(active, Cancelling) and _other_time_instead(turn):
        return Moving()
    if isinstance(active, Moving) and _CANCEL_IT.search(turn.text) and not _KEEP_IT.search(turn.text):
        return Cancelling()
    return None


def _other_time_instead(turn: Turn) -> bool:
    """ "Can we do it next week?", to "shall I cancel it?": a time that no appointment of theirs has is where it should go."""
    frame = turn.frame
    if frame.target is None or turn.state.phase is not Phase.CONFIRMING or turn.said_yes or _CANCEL_IT.search(turn.text):
        return False
    said = targets.old_wish(turn)
    zone = turn.context.zone
    elsewhere = not any(targets.fits(target.starts_at.astimezone(zone), said) for target in (frame.target, *frame.targets))
    return elsewhere and not wishes.wish_said(turn).empty


def _other_request(turn: Turn) -> Skill | None:
    """A request that is not the active one's own."""
    skill = wanted(turn)
    active = active_skill(turn)
    if skill is None or active is None or skill is active or isinstance(skill, Questions):
        return None
    return skill


def is_digression(turn: Turn) -> bool:
    """A question in between that is no answer to what was asked."""
    if _only_remarks(turn):
        return False
    if details.asks_why(turn) or not wishes.relative_day(turn).empty:
        return False  # it is about what we asked, or about the day we offered
    other = _other_request(turn)
    if other is not None and other.plain_words:
        return False
    if turn.heard.intent == "out_of_scope" and looks_like_question(turn.text) and any(char.isalpha() for char in turn.text):
        active = active_skill(turn)
        return active is not None and not active.takes(turn) and other is None
    if turn.heard.intent not in ("general_question", "weather"):
        return False
    expecting = turn.state.expecting.what
    if expecting == "phone" and turn.slot("digits"):
        return False  # "the area code is two oh two"
    if expecting == "message" or (turn.heard.confidence < 0.5 and not looks_like_question(turn.text)):
        return False
    if expecting == "service" and turn.slot("service") and not _WHAT_IT_TAKES.search(turn.text):
        return False  # "what about a cleaning?" names it; "how much is a cleaning?" does not yet
    return turn.slot("choice") is None


def _only_remarks(turn: Turn) -> bool:
    """ "I'm in a wheelchair", while a booking is open: to be noted, and no question."""
    active = active_skill(turn)
    return (
        active is not None and active.name == "booking" and details.gives_remark(turn) and not looks_like_question(question_part(turn.text))
    )


def is_switch(turn: Turn) -> bool:
    skill = active_skill(turn)
    if skill is None:
        return False
    if turned_around(turn) is not None:
        return True
    if is_digression(turn):
        return True
    if turn.state.expecting.what == "message" and skill.takes(turn):
        return False
    other = _other_request(turn)
    return other is not None and not (skill.takes(turn) and skill.kin(turn, other))


def is_left(turn: Turn) -> bool:
    """ "Never mind", to a question that has no place for it: the request is dropped."""
    skill = active_skill(turn)
    if skill is None or turn.heard.times or skill.takes(turn):
        return False
    return bool(ABANDON.search(turn.text)) or (_is_further(turn) and turn.said_no and set(words(turn.text)) <= _JUST_NO)


def _is_further(turn: Turn) -> bool:
    """Was this booking begun by us, after another, so that a no to its first question means not to?"""
    frame = turn.frame
    return "further" in frame.asked and frame.waiting in ("service", "date") and frame.wish.empty


def is_answer(turn: Turn) -> bool:
    skill = active_skill(turn)
    return skill is not None and skill.takes(turn)


def is_thanks(turn: Turn) -> bool:
    return (
        turn.act("thanks")
        and turn.heard.intent in (*UNDERSTOOD, "general_question")
        and not (turn.said_no or (turn.said_yes and turn.state.phase is Phase.CLOSING and turn.heard.intent != "goodbye"))
    )


def is_acknowledged(turn: Turn) -> bool:
    """ "ok", "👍" or "thx" when it is done: nothing is wanted. A spoken thanks is answered in full, it may lead on."""
    if turn.state.frames or (turn.by_voice and turn.act("thanks")):
        return False
    said = words(turn.text)
    return set(said) <= _OKAY if said else bool(turn.text.strip()) and not any(char in "?!." for char in turn.text)


def is_greeting(turn: Turn) -> bool:
    return turn.heard.intent == "greeting" or bool(HEAR_ME.search(turn.text))


def is_over(turn: Turn) -> bool:
    """No, and nothing else in it: "no, that's all", and neither "don't hang up" nor "no wait, keep it"."""
    return turn.said_no and wanted(turn) is None and not turn.heard.times and set(words(turn.text)) <= _JUST_NO


def is_bare_yes(turn: Turn) -> bool:
    return turn.said_yes and wanted(turn) is None


def is_request(turn: Turn) -> bool:
    return wanted(turn) is not None


def is_beyond(turn: Turn) -> bool:
    """Something plainly asked for that is none of our business: "tell me a joke". A story or half a sentence is not that."""
    heard = turn.heard
    sure = heard.intent == "out_of_scope" and heard.source == "classifier" and heard.confidence >= PLAINLY_BEYOND
    return sure and bool(_DO_THIS.match(turn.text)) and not heard.times and not turn.slot("service") and not heard.also


def is_way_out(turn: Turn) -> bool:
    return True


def is_zero(turn: Turn) -> bool:
    return isinstance(turn.event, Keyed) and turn.event.digits == "0"


def is_long_quiet(turn: Turn) -> bool:
    if not isinstance(turn.event, Quiet):
        return False
    return turn.event.times >= 3 or (turn.state.phase is Phase.CLOSING and turn.event.times >= 1)
