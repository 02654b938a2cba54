"""Booking an appointment, and asking what is free: everything given at once is taken, only what is missing is asked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import name as names
from assistant.dialogue.collectors import when
from assistant.dialogue.commands import Lost
from assistant.dialogue.skills import amends, as_before, asides, details, offered, series, several, times, unwanted, wishes
from assistant.dialogue.skills.base import ABANDON, Skill, done, question_part
from assistant.dialogue.skills.messages import says_late
from assistant.dialogue.skills.moving import only_sounds_like_a_change
from assistant.dialogue.skills.questions import looks_like_question
from assistant.dialogue.skills.tasks import Tasks
from assistant.dialogue.skills.upcoming import about_mine, names_a_visit
from assistant.dialogue.state import Later, Phase, ReadBack, Target, Wish
from assistant.dialogue.turn import Asking, Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Appointment
from assistant.domain.business import Service
from assistant.domain.effects import Say

WHAT_FOR = phrase(
    "Sure. What is it for, {few}?", "What would you like to come in for, {few}?", "Is it for {few}?",
    text=("What is it for: {all}?", "Which would you like: {all}?"),
)  # fmt: skip
SORRY_TO_HEAR = phrase("I'm sorry to hear that.", "Sorry to hear that.")
_AILMENT = re.compile(
    r"\w*ache\b|\b(?:pain|hurt|hurting|sore|swelling|swollen|infection|abscess|cavity|emergency|broken|chipped|cracked|loose|bleeding|problem"
    r"|issue|trouble|question)\w*",
    re.IGNORECASE,
)
NO_SUCH_SERVICE = phrase("We don't do {said}. Would {few} help?", "{said} isn't something we offer. We have {few}, would one of those do?",
                         text=("We don't offer {said}. We have {all}. Which would you like?",))  # fmt: skip
WHICH_AND_WHAT = "Which one, and for what ({all})?"
NOTED = phrase("Thank you.", "Thanks, got that.", "Noted, thanks.")
GOT_IT = phrase("{when}, okay.", "{when} is free.", text=("{when} is free.",))
SHALL_I = phrase(
    "Shall I book it?",
    "Should I go ahead and book that?",
    "Okay to book it?",
    text=("Reply YES to book.", "Shall I book it? YES or NO.", "Book it? Reply YES."),
)
DONE = phrase("Done, you're booked.", "All booked.", "Done, that's in the book.", text=("Booked: {what}.", "Done, booked: {what}."))
DONE_TEXT = phrase("Done. I'll text you a reminder the day before.", "All booked. You'll get a text the day before.",
                   text=("Booked: {what}. I'll text you a reminder.", "Done, booked: {what}. You'll get a reminder by text."))  # fmt: skip
#: with somebody else to book next; the reminders are told with the last of them
DONE_SO_FAR = phrase("Done.", "That's booked.")
NO_REMINDER = phrase("Okay, without a reminder.", "No reminder, all right.")
NOT_BOOKED = phrase(
    "Okay, I've left it, it isn't booked.", "No problem, I've dropped it, so it isn't booked.", "All right, I left it, it isn't booked."
)
WHAT_TO_CHANGE = phrase("Okay. What should I change?", "All right, what would you like instead?", "Sure, what should be different?")
CHANGE_WHICH = phrase("The day, the time, or something else?")
SERVICE_AGAIN = (
    phrase("Which service is it?", "What should I book?"),
    phrase("Which service is it, {few}?"),
    phrase('You can say, for example, "{example}". What is it for?'),
)
DAY_AGAIN = (
    phrase("Which day would you like?", "So, which day?"),
    phrase("Sorry, I didn't catch the day. Which one?", "Sorry, which day was that?"),
    phrase('You can say, for example, "Tuesday morning". Which day would you like?'),
)
TIME_AGAIN = phrase("Morning or afternoon?", "And what time?")
NAME_AGAIN = (
    phrase("And the name?", "So, your name?"),
    phrase("Sorry, what name?", "Sorry, I didn't catch the name?"),
    phrase('You can say it slowly, for example "Joan Keller", or spell it. What name shall I put?'),
)
PHONE_AGAIN = (
    phrase("And your number?", "So, which number?"),
    phrase("Sorry, I didn't catch the number. What is it?"),
    phrase("You can say it digit by digit, for example two oh two, or type it on your keypad. What's the number?",
           text=("For example 202 555 0199. What's your number?",)),
)  # fmt: skip
CONFIRM_AGAIN = (
    SHALL_I,
    phrase("Sorry, was that a yes?", "Yes or no, shall I book it?"),
    phrase('You can say, for example, "yes, book it" or "no, Friday". Shall I book it?'),
)
OFFER_AGAIN = (
    phrase("{options}"),
    phrase("Sorry, which one? {options}"),
    phrase('You can say, for example, "the first one" or another day. {options}'),
)
NO_TEXTS = re.compile(
    r"\b(no|without|don'?t (need|want|send|text)|skip)\b[^.]*\b(text|texts|sms|reminder|reminders|message)\b|\bdon'?t text\b", re.IGNORECASE
)
_THAT_ONE = re.compile(r"\b(one|that|it|this)\b", re.IGNORECASE)
_MY_APPOINTMENT = re.compile(r"\b(my|our|existing|booked|other) (\w+ )?(appointment|booking)", re.IGNORECASE)
#: values any of which make words belong to a booking
SLOTS = ("service", "service_said", "person_name", "phone", "phone_partial", "spelling", "choice", "email", "digits")


class Booking(Skill):
    name = "booking"
    dropped = NOT_BOOKED
    intents = ("book_appointment", "check_availability")

    def wants(self, turn: Turn) -> bool:
        if says_late(turn):
            return False
        if turn.heard.intent in self.intents:
            return True
        if turn.heard.intent == "general_question" and names_a_visit(turn) and not looks_like_question(turn.text):
            return True
        if turn.slot("service") and wishes.soonest_said(turn) and turn.heard.intent in ("general_question", "out_of_scope"):
            return True  # "what are your openings for a cleaning?"
        if only_sounds_like_a_change(turn):
            return True
        if turn.heard.intent in Tasks.intents and not turn.owner and names_a_visit(turn):
            return True
        # A service with a time, a person or nothing else beside it is a request, whatever the words around it looked like.
        if turn.heard.intent in ("speak_to_human", "help", "greeting", "affirm") and turn.slot("service"):
            return not re.search(r"\b(human|person|someone|somebody|put me through|transfer)\b", turn.text, re.IGNORECASE)
        return turn.heard.intent in ("query_calendar", "out_of_scope") and names_a_visit(turn)

    def begin(self, turn: Turn, request: Later) -> Flow:
        if request.person is not None or request.text != turn.text:  # one more, or said a while ago
            yield from several.take_up(turn, request)
            yield from self.proceed(turn)
            return
        turn.push(several.frame_for(turn))
        yield from self.given(turn)

    def takes(self, turn: Turn) -> bool:
        frame, heard = turn.frame, turn.heard
        if frame.waiting == "choice" and (turn.said_no or offered.undecided(turn)):
            return True
        asks = frame.service is not None and looks_like_question(turn.text)  # "do I get a numbing shot?" names no service
        if heard.times or any(heard.slots.get(key) is not None for key in SLOTS if not (asks and key == "service_said")):
            return True
        if not wishes.wish_said(turn).empty or details.asks_why(turn) or asides.MAYBE_LATER.search(turn.text):
            return True
        if wishes.pick(turn).wants in ("earlier", "later") or (frame.wish.day is None and wishes.soonest_said(turn)):
            return True
        if frame.waiting in ("choice", "yes_no") and wishes.pick(turn).wants is not None:
            return True
        if (
            when.impossible_day(turn.text, turn.context.today)
            or turn.act("refuse")
            or ABANDON.search(turn.text)
            or NO_TEXTS.search(turn.text)
        ):
            return True
        if frame.waiting in ("phone", "spelling") and (turn.said_yes or turn.said_no):
            return True
        if several.is_about_somebody(turn) or several.is_beside_the_last(turn) or details.gives_remark(turn):
            return True
        if as_before.SAME_TIME.search(turn.text) or amends.part(turn):
            return True
        if frame.waiting == "name":
            return turn.said_no or (
                heard.intent not in ("general_question", "repeat", "help", "speak_to_human", "goodbye")
                and names.name_answer(heard, turn.text) is not None
            )
        return frame.waiting == "choice" and len(frame.options) == 1 and turn.said_yes

    def differs(self, turn: Turn) -> bool:
        frame, heard = turn.frame, turn.heard
        service, name = heard.slots.get("service"), names.name_of(heard)
        question = question_part(turn.text).lower() if "general_question" in turn.intents else ""
        if service and service != frame.service and str(heard.slots.get("service_said", service)).lower() not in question:
            return True
        if (name and not names.same(name, frame.name)) or details.name_put_right(turn) or details.gives_number(turn):
            return True
        if ABANDON.search(turn.text) or when.impossible_day(turn.text, turn.context.today):
            return True
        if (frame.recurrence and asides.ONCE.search(turn.text)) or several.differs(turn) or amends.part(turn) or wishes.rules_it_out(turn):
            return True
        if details.gives_remark(turn) and not turn.said_yes:
            return True
        picked = wishes.pick(turn)
        if picked.wants in ("earlier", "later", "more") or wishes.other_picked(turn):
            return True
        if picked.picked is not None and frame.chosen in frame.options and frame.options[picked.picked] != frame.chosen:
            return True
        if question and heard.times and all(value.text.lower() in question for value in heard.times):
            return False  # "yes please. And are you open on Saturday?"
        said = wishes.wish_said(turn)
        return not said.empty and not wishes.means(turn, said, frame.chosen)

    def only_terms(self, turn: Turn) -> bool:
        return bool(NO_TEXTS.search(turn.text))

    def kin(self, turn: Turn, other: Skill) -> bool:
        if other.name in ("cancelling", "moving") and wishes.rules_it_out(turn):
            return True  # "Thursday's no good, sorry", of the time that is held
        if other.name == "cancelling":
            return bool(ABANDON.search(turn.text))
        if other.name in ("upcoming", "agenda"):
            return bool(turn.heard.times) and not about_mine(turn)
        if other.name == "moving":
            return not _MY_APPOINTMENT.search(turn.text)
        return other.name in ("tasks", "booking")

    def given(self, turn: Turn) -> Flow:
        """Take everything that was said, then ask for what is missing or read back."""
        if details.asks_why(turn):
            details.explain(turn)
            return
        asides.name_not_time(turn)
        yield from as_before.settle(turn)
        if (
            turn.state.frame is not None
            and (ABANDON.search(turn.text) or asides.MAYBE_LATER.search(turn.text))
            and not turn.heard.times
            and turn.state.turns > 1
            and turn.frame.waiting != "open"
        ):
            yield from self.abandon(turn)
            return
        if (wrong := amends.part(turn)) is not None:
            if not (yield from amends.ask(turn, wrong)):
                yield from self.proceed(turn)
            return
        if (yield from times.talked_over(turn, self)):
            if turn.frame.service is None and turn.frame.options and "offer" in turn.did:
                _ask_for_what_too(turn)
            return
        nothing_picked = turn.frame.waiting == "choice" and wishes.pick(turn).wants == "neither"
        refused_options = turn.frame.waiting == "choice" and turn.slot("yes_no") == "no" and not turn.heard.times
        details.take_remark(turn)
        known = (turn.frame.name, turn.frame.phone)
        service_changed = self._take_service(turn)
        digits = turn.frame.waiting == "phone" and not (wishes.weekday_said(turn) and not details.gives_number(turn))
        moved = wishes.take_wish(turn) if not digits and not several.answers_how_many(turn) else False
        moved = several.beside_the_last(turn) or moved
        if not several.take_people(turn):
            details.take_name(turn)
        details.take_phone(turn)
        if NO_TEXTS.search(turn.text):
            turn.set(texts=False)
        self._take_recurrence(turn)
        if (nothing_picked or refused_options) and not moved and not service_changed:
            turn.set(options=(), chosen=None, wish=Wish())
            turn.ask(times.WHICH_OTHER, "date")
            return
        if turn.frame.waiting == "choice" and turn.frame.options and not moved and not service_changed and turn.frame.chosen is None:
            if (turn.frame.name, turn.frame.phone) != known:  # a name, while times are on offer: noted, and which one is still open
                turn.say(NOTED)
            yield from self.ask_again(turn, 0)
            return
        yield from self.proceed(turn)

    # -- taking ------------------------------------------------------------------------------------------------------------------

    def _take_service(self, turn: Turn) -> bool:
        said = turn.slot("service")
        service = turn.profile.service(str(said)) if said else None
        picked = turn.slot("choice")
        if service is None and turn.frame.waiting == "service" and isinstance(picked, int) and turn.by_voice:
            named = _first(turn.services())  # "the first one", of those just said
            service = named[picked] if -len(named) <= picked < len(named) else None
        if service is None or service.name == turn.frame.service:
            return False
        turn.set(service=service.name, chosen=None)
        return True

    def _take_recurrence(self, turn: Turn) -> None:
        if asides.ONCE.search(turn.text):
            turn.set(recurrence=None)
            return
        for value in unwanted.wanted_times(turn):
            told = asides.TOLD.search(turn.text[: value.span[0]])  # "the dentist said every six months" orders no series
            counted = "COUNT=" in (value.recurrence or "")  # "the next two Mondays"
            orders = value.kind == "recurring" and (counted or asides.REPEATS.search(turn.text)) and not told
            if orders and value.recurrence and turn.frame.recurrence is None:
                turn.set(recurrence=when.series(value))

    # -- going on ----------------------------------------------------------------------------------------------------------------

    def proceed(self, turn: Turn) -> Flow:
        offered = turn.frame.options
        if asides.which_day(turn) or several.ask_how_many(turn):
            return
        if turn.frame.service is None and not (yield from self._service(turn)):
            return
        if not (yield from times.arrange(turn)):
            return
        chosen, said = turn.frame.chosen, len(turn.effects)
        if details.ask_missing(turn):
            if "hold" in turn.did and chosen is not None and chosen not in offered:
                # What was understood is said by using it; a time picked from ours needs no echo.
                turn.effects.insert(said, Say(speak.capital(turn.words(GOT_IT, when=turn.when(chosen, relative=True)))))
            return
        self.read(turn)

    def _service(self, turn: Turn) -> Asking:
        """True once the service is known."""
        services = turn.services()
        if len(services) == 1:
            turn.set(service=services[0].name)
            return True
        said = turn.slot("service_said")
        if said and not turn.slot("service") and _AILMENT.search(str(said)):
            turn.say(SORRY_TO_HEAR)
        elif said and not turn.slot("service") and not _nobody(turn, str(said)):
            turn.ask(NO_SUCH_SERVICE, "service", said=said, few=_few(turn), all=_all(turn))
            return False
        if turn.state.topic and turn.state.turns - turn.state.topic_turn <= 2 and _THAT_ONE.search(turn.text):
            turn.set(service=turn.state.topic)  # "how much is a cleaning?" ... "then book one for Friday"
            return True
        frame = turn.frame
        if not turn.by_voice and frame.wish.day is not None and frame.wish.at is None and not frame.options:
            longest = max(services, key=lambda service: service.minutes)
            turn.set(service=longest.name)
            asked = yield from times.arrange(turn)
            turn.set(service=None)
            if not asked and turn.frame.options:
                _ask_for_what_too(turn)
            return False
        yield from times.say_if_shut(turn, max(services, key=lambda service: service.minutes).name)
        turn.ask(WHAT_FOR, "service", few=_few(turn), all=_all(turn))
        return False

    def read(self, turn: Turn, *, only_time: bool = False) -> None:
        """Read back exactly what a yes would book."""
        frame = turn.frame
        assert frame.chosen is not None and frame.service is not None
        read = ReadBack("book", frame.service, frame.chosen, frame.name, phone=details.reached_on(turn))
        turn.read_back(read, self.words(turn, only_time=only_time), SHALL_I)
        turn.note("read_back")

    def words(self, turn: Turn, *, only_time: bool = False) -> str:
        frame = turn.frame
        assert frame.chosen is not None and frame.service is not None
        service, at = turn.service_words(frame.service), frame.chosen
        name = (f", {frame.name}" if frame.name else "") + details.reached_words(turn)
        if not turn.by_voice:
            return f"{turn.when(at)}, {frame.service}{name}{series.repeat_words(turn)}."
        if only_time:
            return f"{speak.capital(turn.when(at))} is free."
        return f"{speak.capital(turn.when(at, month=True, relative=True))} for {speak.article(service)}{name}{series.repeat_words(turn)}."

    # -- yes and no --------------------------------------------------------------------------------------------------------------

    def yes(self, turn: Turn) -> Flow:
        frame = turn.frame
        read = frame.read_back
        if read is not None and frame.hold_id is None and frame.chosen is not None and read.at == frame.chosen and frame.service:
            # Read back in a conversation that was cut off since: the time is held anew before the yes counts.
            yield from turn.let_go()
            if (yield from turn.hold(frame.service, frame.chosen)) is None:
                yield from self._lost(turn)
                return
            frame = turn.frame
        stands = (frame.service, frame.chosen, frame.name, details.reached_on(turn))
        if read is None or frame.hold_id is None or (read.service, read.at, read.name, read.phone) != stands:
            yield from self.proceed(turn)  # what was read back is not what stands here any more: read it again
            return
        if NO_TEXTS.search(turn.text):
            frame = turn.set(texts=False)
        details.take_remark(turn)
        assert frame.service is not None and frame.chosen is not None and frame.hold_id is not None
        result: Appointment | Lost = yield c.Confirm(
            frame.hold_id, frame.service, frame.chosen, frame.name, frame.phone, frame.texts and self._can_text(turn),
            frame.recurrence, details.notes(turn), frame.for_other,
        )  # fmt: skip
        turn.used_up()
        if isinstance(result, Lost):
            yield from self._lost(turn)
            return
        turn.note("book")
        turn.remember_booked(Target(result.id, result.service, result.starts_at, frame.name, result.version))
        reach = turn.state.reach if turn.owner else frame.phone or turn.state.reach
        turn.state = turn.state.but(person=_named(turn), reach=reach, remark=None)
        what = f"{turn.when(result.starts_at)}, {result.service}"
        reminded = result.starts_at - turn.context.now >= timedelta(hours=turn.profile.booking.reminder_hours_before)
        done_with = DONE_TEXT if frame.texts and reminded and self._can_text(turn) else DONE
        turn.say(DONE_SO_FAR if turn.by_voice and several.goes_on(turn) else done_with, what=what, fixed=True)
        if frame.recurrence:
            yield from series.tell(turn, result)
        yield from done(turn)

    def _can_text(self, turn: Turn) -> bool:
        theirs = turn.state.person.phone if turn.state.person.role == "caller" else None
        return turn.context.texts_possible and bool(theirs or turn.frame.phone)

    def _lost(self, turn: Turn) -> Flow:
        """Somebody was quicker: hold the nearest, read it back, and let them say yes to that."""
        frame = turn.frame
        assert frame.service is not None and frame.chosen is not None
        at = frame.chosen
        turn.note("lost")
        news = turn.words(times.JUST_TAKEN, what=turn.time(at.astimezone(turn.context.zone)))
        turn.set(chosen=None, hold_id=None, read_back=None)
        day = at.astimezone(turn.context.zone)
        start = max(turn.context.local, day.replace(hour=0, minute=0))
        slots = yield c.FindSlots(frame.service, start, start.replace(hour=23, minute=59), at, 1, None, frame.unwanted)
        if slots:
            held = yield from turn.hold(frame.service, slots[0].starts_at)
            if held is not None:
                local = held.starts_at.astimezone(turn.context.zone)
                turn.set(wish=Wish(day=local.date(), at=local.time()))
                turn.say(news)
                self.read(turn, only_time=True)
                return
        yield from times.offer_near(turn, frame.service, at, news, code="slot_taken")

    def abandon(self, turn: Turn) -> Flow:
        several.drop_party(turn)
        yield from super().abandon(turn)

    def no(self, turn: Turn) -> Flow:
        if ABANDON.search(turn.text) or "goodbye" in turn.intents:
            yield from self.abandon(turn)
            return
        if NO_TEXTS.search(turn.text) and turn.frame.texts:
            turn.set(texts=False)
            turn.say(NO_REMINDER)
            turn.say(SHALL_I)
            turn.wait(Phase.CONFIRMING, "yes_no")
            return
        asked = "change" in turn.frame.asked
        turn.set(read_back=None, asked=(*turn.frame.asked, "change"))
        if asked:
            turn.ask(CHANGE_WHICH, "open")
        else:
            turn.ask(WHAT_TO_CHANGE, "open")
        yield from ()

    def keyed(self, turn: Turn, digits: str) -> Flow:
        frame = turn.frame
        if frame.waiting == "choice" and digits.isdigit() and 1 <= int(digits) <= len(frame.options):
            option = frame.options[int(digits) - 1].astimezone(turn.context.zone)
            turn.set(wish=Wish(day=option.date(), at=option.time()), chosen=None)
            yield from self.proceed(turn)
        elif frame.waiting == "phone" and frame.phone and digits in ("1", "2"):
            turn.set(asked=(*frame.asked, "phone_sure")) if digits == "1" else turn.set(phone=None, tries=1)
            yield from self.proceed(turn)
        elif frame.waiting == "phone":
            details.key_phone(turn, digits)
            yield from self.proceed(turn)
        elif frame.waiting == "service" and digits.isdigit() and 1 <= int(digits) <= len(turn.services()):
            turn.set(service=turn.services()[int(digits) - 1].name)
            yield from self.proceed(turn)
        else:
            yield from super().keyed(turn, digits)

    def resume(self, turn: Turn, how: int = 0) -> Flow:
        if turn.frame.chosen is not None and turn.frame.hold_id is None:
            turn.set(chosen=None)
            yield from self.proceed(turn)
            return
        yield from self.ask_again(turn, how)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        frame = turn.frame
        how = min(how, 2)
        if turn.state.phase is Phase.CONFIRMING or frame.waiting == "yes_no":
            turn.say(CONFIRM_AGAIN[how])
            turn.wait(Phase.CONFIRMING, "yes_no")
        elif frame.waiting == "choice" and frame.options:
            turn.say(OFFER_AGAIN[how], options=speak.capital(times.options_again(turn)))
            turn.wait(Phase.CHOOSING, "choice", options=tuple(turn.when(option) for option in frame.options))
        elif frame.waiting == "service":
            example = turn.services()[0].name if turn.services() else "a visit"
            turn.ask(SERVICE_AGAIN[how], "service", few=_few(turn), example=speak.article(turn.service_words(example)))
        elif frame.waiting in ("name", "spelling"):
            turn.ask(NAME_AGAIN[how], "name")
        elif frame.waiting == "phone":
            turn.ask(PHONE_AGAIN[how], "phone")
        elif frame.waiting in ("date", "time", "datetime"):
            turn.ask(DAY_AGAIN[how] if frame.wish.day is None else TIME_AGAIN, frame.waiting)
        else:
            yield from self.proceed(turn)


def _nobody(turn: Turn, said: str) -> bool:
    """Is what was taken for a service really a person ("for my son Timmy") or a time?"""
    name = names.name_of(turn.heard)
    return bool(turn.act("for_someone_else") or (name and name.split()[0].casefold() in said.casefold()) or several.is_about_somebody(turn))


def _named(turn: Turn) -> object:
    frame, person = turn.frame, turn.state.person
    if person.name or frame.for_other or not frame.name or person.role == "owner":
        return person
    return replace(person, name=frame.name)


def _few(turn: Turn) -> str:
    """At most two services in a spoken sentence."""
    return speak.joined([speak.article(turn.service_words(service.name)) for service in _first(turn.services())])


def _first(services: tuple[Service, ...]) -> tuple[Service, ...]:
    return services[:2]


def _all(turn: Turn) -> str:
    return speak.joined([service.name for service in turn.services()[:6]])


def _ask_for_what_too(turn: Turn) -> None:
    """ "Thu Dec 4: 1) ... 2) ... Which one, and for what (cleaning, check-up)?" """
    last = turn.effects[-1]
    assert isinstance(last, Say)
    head = last.text.rsplit(" Which one?", 1)[0].rstrip("?")
    names_ = ", ".join(service.name.lower() for service in turn.services()[:5])
    turn.effects[-1] = Say(f"{head} {WHICH_AND_WHAT.format(all=names_)}")
