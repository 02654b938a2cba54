"""Actions of the table: an action speaks, waits, or hands over to a skill."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.dialogue import commands as c
from assistant.dialogue.guards import HEAR_ME, is_digression, is_request, turned_around
from assistant.dialogue.skills import enter, in_hand, messages, several, skill_of, social, wanted
from assistant.dialogue.skills.base import ABANDON, done, question_part
from assistant.dialogue.skills.cancelling import CancelWhich
from assistant.dialogue.skills.details import reached_on, take_remark
from assistant.dialogue.skills.person import APerson
from assistant.dialogue.skills.pictures import Pictures
from assistant.dialogue.skills.pin import Pin
from assistant.dialogue.skills.questions import Questions, looks_like_question
from assistant.dialogue.state import Frame, Later, Phase, ReadBack
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.waiting import put_off, queue
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.conversation import Expectation, Expecting
from assistant.domain.effects import HangUp, Say
from assistant.domain.events import Ended, Keyed, PictureArrived, Quiet, Said

if TYPE_CHECKING:
    from assistant.dialogue.machine import Row

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
BEYOND = phrase("I can't help with that, I'm afraid.", "That's not something I can do.")
FOR_EXAMPLE = phrase('You can say, for example, "book a {service}" or "cancel my appointment". What would you like?',
                     'For example, "when is my appointment" or "take a message". What do you need?')  # fmt: skip
WELCOME_BACK = 'Welcome back. To cancel an appointment, write "cancel my appointment".'
KEY_WHAT = phrase("That key does nothing here. What would you like?", "I didn't need a key just now. What can I do for you?")
_HOW_ARE_YOU = re.compile(r"\bhow (?:are|r) (?:you|u|things)\b|\bhow'?s it going\b|\banyone\b", re.IGNORECASE)


def started(turn: Turn) -> Flow:
    turn.phase = Phase.IDLE
    yield from social.greet(turn)


def ended(turn: Turn) -> Flow:
    """Nothing acknowledged is lost: a message that stood is stored, an open booking gets its text after a dropped call."""
    assert isinstance(turn.event, Ended)
    frame = turn.state.frame
    if frame is not None and frame.skill == "messages" and frame.text and frame.waiting in ("yes_no", "name", "phone"):
        yield messages.taking(frame, messages.sender(turn))
        turn.note("message")
    if turn.state.remark:  # it was to go with a booking that never came
        yield c.TakeMessage(turn.state.remark, turn.state.person.name or turn.context.known_name)
        turn.note("message")
    if turn.event.reason == "dropped" and frame is not None and frame.skill == "booking":
        text = _cut_off(turn, frame)
        if text:
            # The text reads it back: a YES to it is a yes to exactly this.
            complete = bool(frame.name or not turn.profile.booking.ask_for)
            read = ReadBack("book", frame.service, frame.chosen, frame.name, phone=reached_on(turn)) if complete else None
            turn.set(read_back=read, waiting="yes_no" if complete else "name")
            turn.expects = Expectation("yes_no" if complete else "name")
            yield c.SendText(text, "follow_up", f"dropped:{turn.state.conversation}", frame.phone)
            turn.note("follow_up")
    if turn.event.reason != "dropped":
        yield from turn.let_go()
    turn.phase = Phase.CLOSED


def _cut_off(turn: Turn, frame: Frame) -> str:
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
        yield from request(turn) if is_request(turn) else Questions().begin(turn, put_off(turn, "general_question"))


def pin(turn: Turn) -> Flow:
    yield from Pin().given(turn)


def about_it(turn: Turn) -> Flow:
    _understood(turn)
    yield from in_hand.answer(turn)


def yes(turn: Turn) -> Flow:
    queue(turn)
    skill = skill_of(turn.frame)
    _understood(turn)
    yield from skill.yes(turn)


def more(turn: Turn) -> Flow:
    """One more booking: it waits, and what else was said is taken as if it had been said alone."""
    _understood(turn)
    added, asked = turn.context.more, several.note_more(turn)
    assert added is not None and isinstance(turn.event, Said)
    if turn.state.frame is None and not added.asks:
        yield from done(turn)  # the one before it is booked already
        return
    turn.event, turn.heard = replace(turn.event, text=added.rest), added.heard
    turn.context = replace(turn.context, more=None, parts=())
    row = row_of(turn) if added.rest else None
    if row is not None and row.name == "yes" and not added.bare:
        yield from row.action(turn)
        return
    turn.say(several.THEN, what=several.words(turn, asked))
    if row is not None and row.name != "yes":
        yield from row.action(turn)
        return
    turn.phase = turn.state.phase
    yield from skill_of(turn.frame).ask_again(turn, 0)


def row_of(turn: Turn) -> Row:
    """The row of the table for what the turn holds now."""
    from assistant.dialogue.machine import row_for

    return row_for(turn)


def no(turn: Turn) -> Flow:
    _understood(turn)
    queue(turn)
    yield from skill_of(turn.frame).no(turn)


def given(turn: Turn) -> Flow:
    """Values for the active request; a question in the same breath is answered first, so that ours comes last."""
    _understood(turn)
    if "general_question" in turn.heard.also and looks_like_question(question_part(turn.text)):
        yield from Questions().answer(turn, turn.text)
    else:
        queue(turn)
    yield from skill_of(turn.frame).given(turn)


def leave(turn: Turn) -> Flow:
    _understood(turn)
    yield from skill_of(turn.frame).abandon(turn)


def goodbye(turn: Turn) -> Flow:
    yield from social.goodbye(turn)


def person(turn: Turn) -> Flow:
    _understood(turn)
    yield from APerson().begin(turn, Later("speak_to_human", turn.text))


def identity(turn: Turn) -> Flow:
    turn.say(social.IDENTITY, business=turn.profile.name)
    yield from social.stay(turn)


def right_place(turn: Turn) -> Flow:
    turn.say(social.REACHED, business=turn.profile.name)
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


def acknowledged(turn: Turn) -> Flow:
    """ "ok" or "thx" when it is done: a word in return, and no question."""
    booked = turn.state.booked_here[-1] if turn.state.booked_here else None
    turn.say(social.WELCOME if turn.act("thanks") else social.CONTINUE if booked is None or turn.by_voice else social.GREAT)
    if booked is not None and not turn.by_voice:
        turn.say(social.SEE_YOU, day=turn.day(booked.starts_at.astimezone(turn.context.zone).date()))
    turn.wait(Phase.CLOSING, "open")
    yield from ()


def hello(turn: Turn) -> Flow:
    if turn.slot("person_name") and not turn.act("for_someone_else") and not turn.state.person.name and not turn.owner:
        turn.state = turn.state.but(person=replace(turn.state.person, name=str(turn.slot("person_name"))))
    if turn.state.resumed and turn.state.turns <= 1 and turn.state.frames:
        yield from social.offer_again(turn)
        return
    if looks_like_question(turn.text) and len(turn.text.split()) > 3 and not (HEAR_ME.search(turn.text) or _HOW_ARE_YOU.search(turn.text)):
        yield from Questions().begin(turn, put_off(turn, "general_question"))  # "how do I get to you?" only sounds like a hello
        return
    if HEAR_ME.search(turn.text):
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
        queue(turn)
    yield from enter(turn, put_off(turn, turn.heard.intent), wanted(turn))


def _own_question(turn: Turn) -> str:
    """The sentence of an utterance that only asks something, if there is one."""
    for text, part in turn.context.parts:
        if part.intent == "general_question" and part.confidence >= 0.7 and not part.times and looks_like_question(text):
            return text
    return ""


def switch(turn: Turn) -> Flow:
    """Another request in the middle of one: that one waits underneath, and is taken up again."""
    _understood(turn)
    around = turned_around(turn)
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
        if turn.state.frames and turn.frame.skill == "booking":
            take_remark(turn)  # "I'm in a wheelchair, is there a ramp?"
        yield from Questions().begin(turn, put_off(turn, "general_question"))
        return
    queue(turn)
    yield from enter(turn, put_off(turn, turn.heard.intent), wanted(turn))


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
            yield from enter(turn, put_off(turn, turn.heard.intent), other)
            return
        turn.push(Frame("person"))
    elif wanted(turn) is not None:
        turn.pop()
        yield from enter(turn, put_off(turn, turn.heard.intent), wanted(turn))
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


def beyond(turn: Turn) -> Flow:
    """Understood, and none of our business: said once with what we can do, and what was open goes on."""
    turn.state = turn.state.but(misses=0)
    turn.note("beyond")
    turn.say(BEYOND)
    if turn.state.frames:
        turn.phase = turn.state.phase
        yield from skill_of(turn.frame).ask_again(turn, 0)
        return
    turn.say(social.HELP)
    turn.phase = Phase.IDLE


def reopened(turn: Turn) -> Flow:
    """Words after the goodbye: the conversation goes on as if freshly at rest."""
    yield from turn.let_go()
    turn.state = turn.state.but(phase=Phase.IDLE, frames=(), later=())
    yield from row_of(turn).action(turn)


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


def _understood(turn: Turn) -> None:
    turn.state = turn.state.but(misses=0)
