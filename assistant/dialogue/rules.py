"""Guards and actions of the table. A guard looks and decides nothing; an action speaks, waits, or hands over to a skill."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import when
from assistant.dialogue.skills import SKILLS, details, enter, for_intent, skill_of, social, targets, wanted, wishes
from assistant.dialogue.skills.base import ABANDON, Skill, question_part
from assistant.dialogue.skills.cancelling import Cancelling, CancelWhich
from assistant.dialogue.skills.moving import Moving
from assistant.dialogue.skills.person import APerson
from assistant.dialogue.skills.pictures import Pictures
from assistant.dialogue.skills.pin import Pin
from assistant.dialogue.skills.questions import Questions, looks_like_question, wants_more
from assistant.dialogue.state import Frame, Later, Phase, ReadBack, Wish
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.conversation import Expectation, Expecting
from assistant.domain.effects import HangUp, Say
from assistant.domain.events import Ended, Keyed, PictureArrived, Quiet, Said

DANGER = phrase("If this is an emergency, hang up and call {number}. Shall I put you through to someone here?",
                text=("If this is an emergency, call {number} now. Shall I get someone here to call you?",))  # fmt: skip
FOREIGN = phrase("I'm sorry, I only speak English. Shall I put you through to someone, or take a message?",
                 text=("Sorry, I only understand English. Shall I have someone call you, or take a message?",))  # fmt: skip
WAY_OUT = phrase("The line is a bit difficult. Shall I put you through to someone, or take a message?",
                 "I still can't make it out. Would you like a person, or shall I take a message?",
                 text=("I'm not getting it, sorry. Shall I take a message, or have someone call you?",
                       "I still don't follow. A message, or a call from a person?"))  # fmt: skip
SORRY_WHAT = phrase(
    "Sorry, I didn't catch that. What would you like?",
    "Sorry, what was that?",
    text=("Sorry, I didn't get that. What would you like?", "Sorry, what do you need?"),
)
FOR_EXAMPLE = phrase('You can say, for example, "book a {service}" or "cancel my appointment". What would you like?',
                     'For example, "when is my appointment" or "take a message". What do you need?')  # fmt: skip
SAID = phrase("I said: {last}", "Once more: {last}", "{last}")
WELCOME_BACK = 'Welcome back. To cancel an appointment, write "cancel my appointment".'
KEY_WHAT = phrase("That key does nothing here. What would you like?", "I didn't need a key just now. What can I do for you?")
UNDERSTOOD = ("affirm", "deny", "greeting", "goodbye", "repeat", "help", "out_of_scope")
_BARE_CANCEL = re.compile(r"^\W*(cancel|end|stop)\W*$", re.IGNORECASE)
_FOR_A_TIME = ("check_availability", "book_appointment")
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
    r"|\bmaybe\b|\bperhaps\b|\bcould be\b|\bpossibly\b|\bdepends\b",
    re.IGNORECASE,
)
_HEAR_ME = re.compile(r"\bcan you hear me\b|\b(?:are|is) (?:you|anyone|anybody|someone) (?:still )?there\b", re.IGNORECASE)
_HOW_ARE_YOU = re.compile(r"\bhow (?:are|r) (?:you|u|things)\b|\bhow'?s it going\b|\banyone\b", re.IGNORECASE)
_NEW_ONE = re.compile(r"\b(book|schedule|make|another|new)\b", re.IGNORECASE)
_AGAIN = re.compile(
    r"^\W*(?:sorry,? |and )?(?:what|which) (?:time|day|date|was that|did you say|one)\b[^.?!]*\b(?:again|say)\b", re.IGNORECASE
)
_REAL_PERSON = re.compile(
    r"\b(?:am i|are you|is this|is it)\s+(?:talking (?:to|with) |speaking (?:to|with) )?(?:a |an )?(?:real |actual |live |human )?"
    r"(?:person|human|robot|machine|bot|computer|ai|recording)\b",
    re.IGNORECASE,
)  # fmt: skip
_BYE = re.compile(
    r"\b(bye|good ?bye|that'?s (?:all|it|everything)|that is (?:all|it)|see you|see ya|have a (?:good|nice|great|lovely)|"
    r"good ?night|nothing else|i'?m (?:done|good|all set)|all set|i'?ll (?:think|call|ring|text|get back|let you)|later|cheerio|no)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(put me through|transfer|connect me|speak to|talk to|a person|human|someone|somebody)\b", re.IGNORECASE)


# -- guards -------------------------------------------------------------------------------------------------------------------------


def is_danger(turn: Turn) -> bool:
    return turn.act("emergency")


def is_opt_out(turn: Turn) -> bool:
    return turn.state.channel == "sms" and turn.act("opt_out")


_WHAT_IT_TAKES = re.compile(r"\b(?:how much|how (?:long|on)|price|prices|costs?|charge)\b", re.IGNORECASE)
_HOLD_ON = re.compile(
    r"^\W*(?:(?:oh|um+|uh+|sorry|okay|ok|actually|please)\W+)*(?:hold on|hang on|wait|"
    r"one (?:moment|second|sec|minute)|just a (?:moment|second|sec|minute))"
    r"(?: (?:a|one) (?:moment|second|sec|minute))?\W+(?P<rest>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_A_MOMENT = re.compile(r"\b(?:moment|second|sec|minute|wait|hold|bear with)\b", re.IGNORECASE)


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
    asks = bool(turn.heard.times and turn.slot("service")) or (turn.state.phase is Phase.CONFIRMING and turn.said_yes)
    return turn.act("abuse") and not asks


def is_hold_on(turn: Turn) -> bool:
    if not turn.act("hold_on") or turn.heard.times or turn.slot("service"):
        return False
    behind = _HOLD_ON.match(turn.text)  # "hold on, can I park there?" asks for no moment
    return behind is None or not looks_like_question(behind["rest"]) or bool(_A_MOMENT.search(behind["rest"]))


def is_repeat(turn: Turn) -> bool:
    if wants_more(turn):
        return False  # the same in more detail is not the same again
    if turn.heard.times or wishes.bare_day(turn):
        return False
    return turn.heard.intent == "repeat" or (bool(turn.state.frames) and bool(_AGAIN.search(turn.text)))


def has_pictures(turn: Turn) -> bool:
    return isinstance(turn.event, Said) and bool(turn.event.pictures)


def is_about_picture(turn: Turn) -> bool:
    return Pictures().is_asked_about(turn)


def is_pin(turn: Turn) -> bool:
    return Pin().takes(turn)


def _active(turn: Turn) -> Skill | None:
    return skill_of(turn.frame) if turn.state.frames else None


def changes(turn: Turn) -> bool:
    """Do these words ask for anything but what was read back?"""
    skill = _active(turn)
    return skill is not None and skill.differs(turn)


def is_clear_yes(turn: Turn) -> bool:
    skill = _active(turn)
    if skill is None or turn.frame.read_back is None or changes(turn) or _turned_around(turn) is not None:
        return False
    if _NOT_CLEAR.search(turn.text):
        return False
    # The words themselves have to say yes: what a classifier takes for agreement ("um", "maybe") books nothing.
    return turn.slot("yes_no") == "yes" or (turn.slot("yes_no") == "yes_but" and skill.only_terms(turn))


def is_change(turn: Turn) -> bool:
    if not turn.state.frames or _turned_around(turn) is not None or is_digression(turn):
        return False
    return changes(turn)


def is_no(turn: Turn) -> bool:
    if _turned_around(turn) is not None:
        return False
    return bool(turn.state.frames) and (turn.said_no or (turn.act("correction") and not _other_request(turn)))


def is_goodbye(turn: Turn) -> bool:
    if turn.heard.intent != "goodbye" or (turn.heard.times and turn.heard.confidence < 0.8):
        return False
    return not turn.act("thanks") or bool(_BYE.search(turn.text))  # "great, thanks" alone is no goodbye


def wants_person(turn: Turn) -> bool:
    if turn.heard.intent != "speak_to_human":
        return False
    return not turn.slot("service") or bool(_PERSON.search(turn.text))  # "I want to see a therapist" is a service of ours


def is_identity(turn: Turn) -> bool:
    return (turn.act("identity") or bool(_REAL_PERSON.search(turn.text))) and not turn.heard.times


def is_about_privacy(turn: Turn) -> bool:
    return turn.act("privacy") and turn.state.expecting.what != "message"


def is_help(turn: Turn) -> bool:
    if turn.act("export_me", "forget_me"):
        return False  # "what do you know about me" is no call for help
    return turn.heard.intent == "help" and not turn.heard.times and turn.state.expecting.what != "message"


def _turned_around(turn: Turn) -> Moving | Cancelling | None:
    """ "No wait, move it instead" while cancelling, "just cancel it" while moving: the same appointment, the other way."""
    active = _active(turn)
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
    return not said.empty and not any(targets.fits(target.starts_at.astimezone(zone), said) for target in (frame.target, *frame.targets))


def _other_request(turn: Turn) -> Skill | None:
    """A request that is not the active one's own."""
    skill = wanted(turn)
    active = _active(turn)
    if skill is None or active is None or skill is active or isinstance(skill, Questions):
        return None
    return skill


def is_digression(turn: Turn) -> bool:
    """A question in between that is no answer to what was asked."""
    if details.asks_why(turn) or not wishes.relative_day(turn).empty:
        return False  # it is about what we asked, or about the day we offered
    if turn.heard.intent == "out_of_scope" and looks_like_question(turn.text) and any(char.isalpha() for char in turn.text):
        active = _active(turn)
        return active is not None and not active.takes(turn)
    if turn.heard.intent not in ("general_question", "weather"):
        return False
    expecting = turn.state.expecting.what
    if expecting == "message" or (turn.heard.confidence < 0.7 and not looks_like_question(turn.text)):
        return False
    if expecting == "service" and turn.slot("service") and not _WHAT_IT_TAKES.search(turn.text):
        return False  # "what about a cleaning?" names it; "how much is a cleaning?" does not yet
    return turn.slot("choice") is None


def is_switch(turn: Turn) -> bool:
    skill = _active(turn)
    if skill is None:
        return False
    if _turned_around(turn) is not None:
        return True
    if is_digression(turn):
        return True
    if turn.state.expecting.what == "message" and skill.takes(turn):
        return False
    other = _other_request(turn)
    return other is not None and not (skill.takes(turn) and skill.kin(turn, other))


def is_answer(turn: Turn) -> bool:
    skill = _active(turn)
    return skill is not None and skill.takes(turn)


def is_thanks(turn: Turn) -> bool:
    return (
        turn.act("thanks")
        and turn.heard.intent in (*UNDERSTOOD, "general_question")
        and not (turn.said_no or (turn.said_yes and turn.state.phase is Phase.CLOSING and turn.heard.intent != "goodbye"))
    )


def is_greeting(turn: Turn) -> bool:
    return turn.heard.intent == "greeting" or bool(_HEAR_ME.search(turn.text))


def is_over(turn: Turn) -> bool:
    return turn.said_no and wanted(turn) is None and not turn.heard.times


def is_bare_yes(turn: Turn) -> bool:
    return turn.said_yes and wanted(turn) is None


def is_request(turn: Turn) -> bool:
    return wanted(turn) is not None


def is_way_out(turn: Turn) -> bool:
    return True


def is_zero(turn: Turn) -> bool:
    return isinstance(turn.event, Keyed) and turn.event.digits == "0"


def is_long_quiet(turn: Turn) -> bool:
    if not isinstance(turn.event, Quiet):
        return False
    return turn.event.times >= 3 or (turn.state.phase is Phase.CLOSING and turn.event.times >= 1)


# -- actions ------------------------------------------------------------------------------------------------------------------------


def started(turn: Turn) -> Flow:
    turn.phase = Phase.IDLE
    yield from social.greet(turn)


def ended(turn: Turn) -> Flow:
    """Nothing acknowledged is lost: a message that stood is stored, an open booking gets its text after a dropped call."""
    assert isinstance(turn.event, Ended)
    frame = turn.state.frame
    if frame is not None and frame.skill == "messages" and frame.text and frame.waiting in ("yes_no", "name"):
        yield c.TakeMessage(frame.text, frame.name or turn.state.person.name or turn.context.known_name, frame.urgent, frame.phone)
        turn.note("message")
    if turn.event.reason == "dropped" and frame is not None and frame.skill == "booking":
        text = _cut_off(turn, frame)
        if text:
            # The text reads it back: a YES to it is a yes to exactly this.
            complete = bool(frame.name or not turn.profile.booking.ask_for)
            read = ReadBack("book", frame.service, frame.chosen, frame.name) if complete else None
            turn.set(read_back=read, waiting="yes_no" if complete else "name")
            turn.expects = Expectation("yes_no" if complete else "name")
            yield c.SendText(text, "follow_up", f"dropped:{turn.state.conversation}", frame.phone)
            turn.note("follow_up")
    if turn.event.reason != "dropped":
        yield from turn.let_go()
    turn.phase = Phase.CLOSED


def _cut_off(turn: Turn, frame: Frame) -> str:
    from assistant.dialogue.wording import speak

    if frame.chosen is None:
        return ""
    local = frame.chosen.astimezone(turn.context.zone)
    what = f"{speak.written_day(local.date(), turn.context.today)}, {speak.written_time(local)}, {frame.service}"
    if frame.name or not turn.profile.booking.ask_for:
        return f"We got cut off. I was about to book {what}. Reply YES to book, or tell me another time."
    return f"We got cut off. I was about to book {what}. What name shall I put it under?"


def transferred(turn: Turn) -> Flow:
    yield from APerson().returned(turn)


def danger(turn: Turn) -> Flow:
    turn.note("emergency")
    turn.say(DANGER, number=turn.profile.emergency_number, interruptible=False)
    _offer_way_out(turn, "yes_no", urgent=True)
    yield from ()


def opted_out(turn: Turn) -> Flow:
    turn.phase = turn.state.phase if turn.state.phase is not Phase.FRESH else Phase.IDLE
    turn.expects = turn.state.expecting
    yield from ()


def opted_in(turn: Turn) -> Flow:
    frame = turn.state.frame
    if frame is not None:
        turn.say("Welcome back. Your request is still open.")
        turn.phase = turn.state.phase
        yield from skill_of(frame).ask_again(turn, 0)
        turn.say('To cancel an appointment, write "cancel my appointment".')
        return
    turn.say(WELCOME_BACK)
    turn.phase = Phase.IDLE


def bare_cancel(turn: Turn) -> Flow:
    yield from CancelWhich().begin(turn, Later("", turn.text))


def foreign(turn: Turn) -> Flow:
    turn.note("foreign")
    turn.say(FOREIGN)
    _offer_way_out(turn)
    yield from ()


def abuse(turn: Turn) -> Flow:
    turn.state = turn.state.but(rough=turn.state.rough + 1)
    if turn.state.rough >= 3:
        yield from turn.let_go()
        turn.say(social.CALM_END)
        turn.do(HangUp(2.0))
        turn.wait(Phase.CLOSED, "nothing")
        turn.note("ended_abuse")
        return
    if turn.state.rough == 2:
        turn.say(social.UPSET)
        _offer_way_out(turn)
        return
    turn.say(social.CALM)
    _stand(turn)


def _offer_way_out(turn: Turn, what: Expecting = "open", *, urgent: bool = False) -> None:
    """A person or a message is offered, on top of whatever stood open."""
    if not turn.state.frames or turn.frame.skill != "person":
        turn.push(Frame("person", urgent=urgent))
    turn.wait(Phase.WAY_OUT, what)


def _stand(turn: Turn) -> None:
    """Everything stays where it was, and so does what is expected."""
    turn.phase = turn.state.phase if turn.state.phase is not Phase.FRESH else Phase.IDLE
    turn.expects = turn.state.expecting


def hold_on(turn: Turn) -> Flow:
    turn.say(social.TAKE_YOUR_TIME)
    _stand(turn)
    yield from ()


def repeat(turn: Turn) -> Flow:
    last = turn.state.last_reply
    if last:
        turn.effects.append(_again(turn, last))
    else:
        turn.say(social.HELLO)
    _stand(turn)
    yield from ()


def _again(turn: Turn, last: str) -> Say:
    for lead in ("I said: ", "Once more: "):
        if last.startswith(lead):
            last = last[len(lead) :]
    lead = "I said: " if turn.state.turns % 2 else "Once more: "
    return Say(lead + last)


def pictures(turn: Turn) -> Flow:
    found = turn.event.pictures if isinstance(turn.event, Said | PictureArrived) else ()
    yield from Pictures().look(turn, found, turn.text or None)


def about_picture(turn: Turn) -> Flow:
    """A question about the picture of before; what it does not tell is a request like any other."""
    if not (yield from Pictures().tell(turn)):
        yield from request(turn) if is_request(turn) else Questions().begin(turn, _later(turn, "general_question"))


def pin(turn: Turn) -> Flow:
    yield from Pin().given(turn)


def yes(turn: Turn) -> Flow:
    _queue(turn)
    skill = skill_of(turn.frame)
    _understood(turn)
    yield from skill.yes(turn)


def no(turn: Turn) -> Flow:
    _understood(turn)
    _queue(turn)
    yield from skill_of(turn.frame).no(turn)


def given(turn: Turn) -> Flow:
    """Values for the active request; a question in the same breath is answered first, so that ours comes last."""
    _understood(turn)
    if "general_question" in turn.heard.also and looks_like_question(question_part(turn.text)):
        yield from Questions().answer(turn, turn.text)
    else:
        _queue(turn)
    yield from skill_of(turn.frame).given(turn)


def goodbye(turn: Turn) -> Flow:
    yield from social.goodbye(turn)


def person(turn: Turn) -> Flow:
    _understood(turn)
    yield from APerson().begin(turn, Later("speak_to_human", turn.text))


def identity(turn: Turn) -> Flow:
    turn.say(social.IDENTITY, business=turn.profile.name)
    yield from social.stay(turn)


def privacy_kept(turn: Turn) -> Flow:
    turn.say(social.PRIVACY, business=turn.profile.name)
    yield from social.stay(turn)


def help_(turn: Turn) -> Flow:
    proven = turn.owner and turn.state.person.proven
    if turn.state.frames:
        turn.phase = turn.state.phase
        yield from skill_of(turn.frame).ask_again(turn, 2)
        return
    turn.say(social.HELP_OWNER if proven else social.HELP)
    turn.phase = Phase.IDLE


def thanks(turn: Turn) -> Flow:
    if turn.state.frames:
        turn.say(social.WELCOME)
        yield from social.stay(turn)
        return
    if "goodbye" in turn.heard.also:
        yield from social.goodbye(turn)
        return
    turn.say(social.THANKS)
    turn.wait(Phase.CLOSING, "open")


def hello(turn: Turn) -> Flow:
    if turn.slot("person_name") and not turn.act("for_someone_else") and not turn.state.person.name and not turn.owner:
        turn.state = turn.state.but(person=replace(turn.state.person, name=str(turn.slot("person_name"))))
    if turn.state.resumed and turn.state.turns <= 1 and turn.state.frames:
        yield from social.offer_again(turn)
        return
    if looks_like_question(turn.text) and len(turn.text.split()) > 3 and not (_HEAR_ME.search(turn.text) or _HOW_ARE_YOU.search(turn.text)):
        yield from Questions().begin(turn, _later(turn, "general_question"))  # "how do I get to you?" only sounds like a hello
        return
    if _HEAR_ME.search(turn.text):
        turn.say(social.HEAR_YOU)
    if turn.state.frames or turn.spoken:
        yield from social.stay(turn)
        return
    turn.say(social.GREETING if turn.state.turns <= 1 else social.HELLO, business=turn.profile.name)
    turn.phase = Phase.IDLE


def go_on(turn: Turn) -> Flow:
    turn.say(social.CONTINUE)
    turn.say(social.HOW_CAN_I)
    turn.phase = Phase.IDLE
    yield from ()


def request(turn: Turn) -> Flow:
    _understood(turn)
    question = _own_question(turn)
    if question and turn.heard.intent in ("book_appointment", "check_availability", "reschedule_appointment"):
        yield from Questions().answer(turn, question)  # "a cleaning please, how much is it?"
    else:
        _queue(turn)
    yield from enter(turn, _later(turn, turn.heard.intent), wanted(turn))


def _own_question(turn: Turn) -> str:
    """The sentence of an utterance that only asks something, if there is one."""
    for text, part in turn.context.parts:
        if part.intent == "general_question" and part.confidence >= 0.7 and not part.times and looks_like_question(text):
            return text
    return ""


def switch(turn: Turn) -> Flow:
    """Another request in the middle of one: that one waits underneath, and is taken up again."""
    _understood(turn)
    around = _turned_around(turn)
    if around is not None:
        target = turn.frame.target
        yield from turn.let_go()
        turn.pop()
        yield from around.instead(turn, target)
        return
    if ABANDON.search(turn.text) and not is_digression(turn):  # "never mind, just tell me when my cleaning is"
        yield from turn.let_go()
        turn.pop()
    if is_digression(turn):
        yield from Questions().begin(turn, _later(turn, "general_question"))
        return
    _queue(turn)
    yield from enter(turn, _later(turn, turn.heard.intent), wanted(turn))


def way_out(turn: Turn) -> Flow:
    """After a dead end or a warning: a person, a message, or back to what stood."""
    _understood(turn)
    if not turn.state.frames or turn.frame.skill != "person":
        turn.push(Frame("person"))
    if APerson().takes(turn) and not (turn.heard.times or turn.slot("service")):
        yield from APerson().given(turn)
        return
    below = turn.state.frames[-2] if len(turn.state.frames) > 1 else None
    if below is not None:
        turn.pop()
        skill = skill_of(below)
        if skill.takes(turn):
            yield from skill.given(turn)  # "ok. Thursday at two, then": back to what it was about
            return
        other = wanted(turn)
        if other is not None and other is not skill:
            yield from enter(turn, _later(turn, turn.heard.intent), other)
            return
        turn.push(Frame("person"))
    elif wanted(turn) is not None:
        turn.pop()
        yield from enter(turn, _later(turn, turn.heard.intent), wanted(turn))
        return
    yield from missed(turn)


def missed(turn: Turn) -> Flow:
    """Not understood: shorter, then with an example, then a way out. Never the same words twice."""
    misses = turn.state.misses + 1
    turn.state = turn.state.but(misses=misses)
    turn.note("missed")
    if misses >= 3:
        turn.state = turn.state.but(misses=0)
        turn.say(WAY_OUT)
        _offer_way_out(turn)
        return
    if turn.state.frames:
        turn.phase = turn.state.phase
        yield from skill_of(turn.frame).ask_again(turn, misses)
        return
    services = turn.services()
    turn.say(SORRY_WHAT if misses == 1 else FOR_EXAMPLE, service=turn.service_words(services[0].name) if services else "visit")
    turn.phase = Phase.IDLE


def reopened(turn: Turn) -> Flow:
    """Words after the goodbye: the conversation goes on as if freshly at rest."""
    yield from turn.let_go()
    turn.state = turn.state.but(phase=Phase.IDLE, frames=(), later=())
    from assistant.dialogue.machine import row_for

    yield from row_for(turn).action(turn)


def keyed(turn: Turn) -> Flow:
    assert isinstance(turn.event, Keyed)
    turn.state = turn.state.but(misses=0)
    yield from skill_of(turn.frame).keyed(turn, turn.event.digits) if turn.state.frames else stray_key(turn)


def stray_key(turn: Turn) -> Flow:
    turn.say(KEY_WHAT)
    _stand(turn)
    yield from ()


def quiet(turn: Turn) -> Flow:
    assert isinstance(turn.event, Quiet)
    if turn.event.times == 1 or not turn.state.frames:
        turn.say(social.NUDGE)
        _stand(turn)
        return
    turn.phase = turn.state.phase
    yield from skill_of(turn.frame).ask_again(turn, 0)


def quiet_end(turn: Turn) -> Flow:
    if turn.state.phase is Phase.CLOSING:
        yield from social.goodbye(turn)
        return
    yield from turn.let_go()
    turn.say(social.QUIET_END)
    turn.do(HangUp(1.0))
    turn.wait(Phase.CLOSED, "nothing")


def nothing(turn: Turn) -> Flow:
    _stand(turn)
    yield from ()


# -- helpers ------------------------------------------------------------------------------------------------------------------------


def _understood(turn: Turn) -> None:
    turn.state = turn.state.but(misses=0)


def _later(turn: Turn, intent: str, *, waits: bool = False) -> Later:
    """A request as it was put; one that has to wait keeps what its own sentence said."""
    text, heard = turn.text, turn.heard
    if waits:
        text, heard = next(((text, part) for text, part in turn.context.parts if intent in (part.intent, *part.also)), (text, heard))
    message, title, service, name = (heard.slots.get(key) for key in ("message", "title", "service", "person_name"))
    wish = when.said(heard.times, turn.context.zone, turn.context.local) if waits and heard is not turn.heard else Wish()
    return Later(
        intent, text, str(message) if message else None, str(title) if title else None,
        str(service) if service and waits else None, wish, str(name) if name and waits else None,
    )  # fmt: skip


def _queue(turn: Turn) -> None:
    """Further requests of the same breath wait for their turn."""
    active = _active(turn)
    first = wanted(turn) if active is None else active
    waiting = []
    for intent in turn.heard.also:
        skill = for_intent(intent, turn)
        same_wish = first is not None and first.name in ("upcoming", "moving", "agenda") and intent in _FOR_A_TIME
        if same_wish and not _NEW_ONE.search(turn.text):
            continue  # the same wish in other words
        if active is not None and active.only_terms(turn) and intent in ("take_message", "set_reminder"):
            continue  # "but don't text me" is about this booking
        if skill is None or skill is first or (skill.name == "questions" and intent != "general_question" and intent != "weather"):
            continue
        if active is not None and active.kin(turn, skill):
            continue
        waiting.append(_later(turn, intent, waits=True))
    if active is not None and turn.heard.intent not in UNDERSTOOD:
        skill = for_intent(turn.heard.intent, turn)
        if (
            skill is not None
            and skill is not active
            and not active.kin(turn, skill)
            and turn.state.phase is Phase.CONFIRMING
            and turn.said_yes
        ):
            waiting.insert(0, _later(turn, turn.heard.intent, waits=True))
    if waiting:
        turn.state = turn.state.but(later=(*turn.state.later, *waiting)[-3:])


__all__ = ["SKILLS"]
