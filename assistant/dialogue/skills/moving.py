"""Moving one's own appointment: found, a new time arranged and read back, moved on a yes; it keeps its identity."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import name as names
from assistant.dialogue.collectors import when
from assistant.dialogue.commands import Lost
from assistant.dialogue.skills import amends, asides, offered, targets, times, unwanted, wishes
from assistant.dialogue.skills.base import ABANDON, UNSURE, Skill, done
from assistant.dialogue.skills.messages import says_late
from assistant.dialogue.state import Frame, Later, Phase, ReadBack, Target, Wish
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Appointment
from assistant.domain.language import TimeValue

WHERE_TO = phrase("{what}. When would you like to come instead?", "{what}. What day would suit you better?",
                  text=("{what}. To when shall I move it?", "{what}. What day or time would suit you better?"))  # fmt: skip
CHANGE_IT = phrase("Shall I change it?", "Should I change that?", text=("Reply YES to change it.", "Change it? YES or NO."))
SHALL_I = phrase("Shall I move it?", "Should I move it there?", "Okay to move it?", text=("Reply YES to move it.", "Move it? YES or NO."))
READ = phrase("From {old} to {new}.", "The {service} moves from {old} to {new}.", text=("{service}: {old} -> {new}.",))
READ_SERVICE = phrase("{old}: {new} instead of {service}.")
MOVED = phrase("Done, it's moved to {new}.", "Moved to {new}.", text=("Moved to {new}.", "Done, moved to {new}."))
CHANGED = phrase("Done, it's {new} now.", "Changed to {new}.")
STAYS = phrase("Okay, it stays as it was.", "All right, nothing changes.")
AGAIN = (SHALL_I, phrase("Sorry, yes or no: shall I move it?"), phrase('You can say "yes, move it" or another time. Shall I move it?'))
WHEN_AGAIN = (
    phrase("When would you like to come instead?", "So, to when?"),
    phrase("Sorry, which day was that?"),
    phrase('You can say, for example, "Friday at ten". When would you like to come?'),
)
_TO = re.compile(r"\b(to|until|till|for|into|instead|make it|by|rather)\s*(?:the\s+)?$", re.IGNORECASE)
_FROM = re.compile(r"\b(from|my|our|the|on|at|for)\s*(?:the\s+)?$", re.IGNORECASE)
_NOUN = re.compile(r"^\W*(appointment|booking|slot|one|visit|cleaning|check|exam)", re.IGNORECASE)
_ELSEWHERE = ("take_message", "speak_to_human", "goodbye")
_AMOUNT = r"(half an|half|an|a|one|two|three|ten|fifteen|twenty|thirty|forty[- ]five|\d+)\s*(minutes?|mins?|hours?|hrs?|h)"
_RELATIVE = re.compile(rf"\b{_AMOUNT}\s+(later|earlier|sooner|back|forward|ahead|up)\b", re.IGNORECASE)
_RELATIVE_FIRST = re.compile(rf"\b(back|forward|later|earlier|up|out)\s+(?:by\s+)?{_AMOUNT}\b", re.IGNORECASE)
_CHANGES = re.compile(
    r"\b(my|mine|move|moved|moving|change|changed|re-?schedul\w*|re-?book|postpone|push|bring|shift|switch|swap|delay|put off"
    r"|another (?:time|day)"
    r"|different (?:time|day)|instead|can'?t (?:make|come)|cannot (?:make|come)|earlier|later|forward|the appointment|the booking)\b",
    re.IGNORECASE,
)
_DROPPED = re.compile(r"\bcancel\b", re.IGNORECASE)
_WEEK_ON = re.compile(r"\b(?:next|following) week\b|\bweek (?:after|later)\b", re.IGNORECASE)
_SAME_TIME = re.compile(r"\bsame time\b", re.IGNORECASE)


def _relative(text: str) -> timedelta | None:
    """ "Thirty minutes later" and the like: by how much an appointment should move."""
    match, first = _RELATIVE.search(text), _RELATIVE_FIRST.search(text)
    if match is not None:
        number, unit, direction = (part.lower() for part in match.groups())
    elif first is not None:
        direction, number, unit = (part.lower() for part in first.groups())
    else:
        return None
    words = {
        "half an": 0.5, "half": 0.5, "an": 1.0, "a": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "ten": 10.0, "fifteen": 15.0,
        "twenty": 20.0, "thirty": 30.0, "forty five": 45.0,
    }  # fmt: skip
    number = number.replace("-", " ")
    amount = words[number] if number in words else float(number)
    by = timedelta(hours=amount) if unit.startswith("h") else timedelta(minutes=amount)
    return by if direction in ("later", "back", "out") else -by


def _leaves(turn: Turn) -> bool:
    """Do they want it left as it stands? ("Cancel it", said of an appointment, is another request.)"""
    return bool(ABANDON.search(turn.text)) and not _DROPPED.search(turn.text)


def only_sounds_like_a_change(turn: Turn) -> bool:
    """ "A check-up this week, but not Thursday", "can you fit me in today": no word says that something stands and should move."""
    weak = turn.slot("service") or (turn.heard.confidence < UNSURE and turn.heard.times and not turn.state.frames)
    return turn.heard.intent == "reschedule_appointment" and bool(weak) and not _CHANGES.search(turn.text)


class Moving(Skill):
    name = "moving"
    intents = ("reschedule_appointment",)

    def wants(self, turn: Turn) -> bool:
        if turn.heard.intent not in self.intents:
            return False
        return not only_sounds_like_a_change(turn) and not says_late(turn)

    def instead(self, turn: Turn, target: Target | None) -> Flow:
        """Move what was about to be cancelled."""
        turn.push(Frame(self.name, target=target, targets=(target,) if target else ()))
        old, new = self._split(turn, (target,) if target else ())
        turn.set(wish=when.merge(Wish(), new))
        yield from self.proceed(turn, old)

    def begin(self, turn: Turn, request: Later) -> Flow:
        turn.push(Frame(self.name))
        mine = yield from targets.mine(turn)
        old, new = self._split(turn, mine)
        turn.set(wish=when.merge(Wish(), new))
        yield from self.proceed(turn, old)

    def takes(self, turn: Turn) -> bool:
        heard = turn.heard
        if turn.frame.waiting == "choice" and (turn.said_no or offered.more_said(turn) or offered.undecided(turn)):
            return True
        if turn.frame.waiting == "name":
            return bool(targets.name_said(turn)) or names.name_answer(heard, turn.text) is not None
        return bool(
            heard.times or heard.slots.get("service") or heard.slots.get("choice") is not None or targets.name_said(turn)
            or targets.other(turn) or turn.text.strip().isdigit() or _leaves(turn) or _SAME_TIME.search(turn.text)
            or _relative(turn.text) or not wishes.relative_day(turn).empty
            or when.impossible_day(turn.text, turn.context.today)
            or (turn.frame.target is None and turn.frame.waiting == "datetime" and heard.intent not in _ELSEWHERE)
            or (turn.frame.waiting == "choice" and len(turn.frame.options) == 1 and turn.said_yes)
        )  # fmt: skip

    def differs(self, turn: Turn) -> bool:
        frame = turn.frame
        if (
            _leaves(turn)
            or _relative(turn.text)
            or when.impossible_day(turn.text, turn.context.today)
            or targets.other(turn)
            or wishes.other_picked(turn)
        ):
            return True
        if wishes.pick(turn).wants in ("earlier", "later", "more") or amends.part(turn) in ("day", "time"):
            return True
        service = turn.slot("service")
        if service and frame.target and service not in (frame.service, frame.target.service):
            return True
        said = wishes.wish_said(turn)
        return not said.empty and not wishes.means(turn, said, frame.chosen)

    def kin(self, turn: Turn, other: Skill) -> bool:
        if turn.frame.waiting in ("name", "appointment") or turn.frame.target is None:
            return other.name in ("booking", "upcoming", "cancelling", "agenda")
        return other.name == "booking"

    def given(self, turn: Turn) -> Flow:
        frame = turn.frame
        if _leaves(turn) and (not turn.heard.times or self._stands_already(turn)):
            yield from self.abandon(turn)
            return
        swap = targets.other(turn)
        if swap is not None and not frame.options:
            turn.set(target=swap, read_back=None, chosen=None)
            yield from self.proceed(turn, Wish())
            return
        if frame.target is None:
            yield from self.proceed(turn, targets.old_wish(turn))
            return
        wrong = amends.part(turn)
        if wrong in ("day", "time") and (yield from amends.ask(turn, wrong)):
            return
        local = frame.target.starts_at.astimezone(turn.context.zone)
        if (yield from times.talked_over(turn, self, moving=frame.target.id, near=local.time())):
            return
        neither = turn.said_no or wishes.pick(turn).wants == "neither"
        if frame.waiting == "choice" and neither and not turn.heard.times:
            turn.set(options=(), chosen=None, wish=Wish())
            turn.ask(times.WHICH_OTHER, "date")
            return
        wishes.take_wish(turn)
        yield from self.proceed(turn, Wish())

    def _stands_already(self, turn: Turn) -> bool:
        """ "Forget it, Thursday is fine", and it is on Thursday."""
        target = turn.frame.target
        return target is not None and targets.fits(target.starts_at.astimezone(turn.context.zone), targets.old_wish(turn))

    def proceed(self, turn: Turn, old: Wish) -> Flow:
        if not (yield from targets.find(turn, old)):
            return
        frame = turn.frame
        target = frame.target
        assert target is not None
        self._same_week(turn, old, target)
        local = target.starts_at.astimezone(turn.context.zone)
        said = turn.slot("service")
        service = said if said and said != target.service and turn.profile.service(str(said)) else target.service
        if frame.service is None or (said and frame.service != service):
            turn.set(service=service)
        wish = turn.frame.wish
        by = _relative(turn.text)
        if by is not None and frame.chosen is None:  # "half an hour later" than it stands
            moved = local + by
            wish = Wish(day=moved.date(), at=moved.time().replace(tzinfo=None))
        if _SAME_TIME.search(turn.text) and frame.chosen is None:
            clock = local.time().replace(tzinfo=None)
            if _WEEK_ON.search(turn.text) and not wishes.weekday_said(turn):
                wish = Wish(day=local.date() + timedelta(days=7), at=clock)  # seven days on, whatever "now" is
            elif wish.day is not None and wish.until is None:
                wish = Wish(day=wish.day, at=clock)
        if wish.day is None and wish.has_time:
            wish = when.settle_by_hours(when.merge(Wish(day=local.date()), wish), turn.profile)
        turn.set(wish=wish)
        if asides.which_day(turn):
            return
        if wish.empty and turn.frame.service != target.service:
            self._read_service(turn, target)
            return
        if wish.empty and not when.impossible_day(turn.text, turn.context.today):
            turn.ask(WHERE_TO, "datetime", what=speak.capital(targets.words(turn, target)))
            return
        service, turn_service = turn.frame.service, target.service
        turn.set(service=turn_service)  # the time is arranged for what is booked; another service has a yes of its own
        arranged = yield from times.arrange(turn, moving=target.id, near=local.time())
        turn.set(service=service)
        if not arranged:
            return
        self._read(turn, target)

    def _same_week(self, turn: Turn, old: Wish, target: Target) -> None:
        """ "My Tuesday appointment to Wednesday", when that Tuesday is the one after next: its week is meant."""
        wish, zone = turn.frame.wish, turn.context.zone
        if (
            old.day is None
            or wish.day is None
            or wish.until is not None
            or re.search(r"\d(st|nd|rd|th)|\bthis\b|\bnext\b|\btomorrow\b|\btoday\b", turn.text)
        ):
            return
        ahead = (target.starts_at.astimezone(zone).date() - old.day).days
        if ahead > 0 and ahead % 7 == 0 and wish.day < target.starts_at.astimezone(zone).date() - timedelta(days=3):
            turn.set(wish=replace(wish, day=wish.day + timedelta(days=ahead)))

    def _read(self, turn: Turn, target: Target) -> None:
        frame = turn.frame
        assert frame.chosen is not None
        words = turn.words(
            READ, old=turn.when(target.starts_at), new=turn.when(frame.chosen, month=True), service=turn.service_words(target.service)
        )  # fmt: skip
        turn.read_back(ReadBack("move", target.service, frame.chosen, target.name, target.id), words, SHALL_I)
        turn.note("read_back")

    def _read_service(self, turn: Turn, target: Target) -> None:
        service = turn.frame.service or target.service
        words = turn.words(
            READ_SERVICE, old=speak.capital(turn.when(target.starts_at)), new=speak.article(turn.service_words(service)),
            service=speak.article(turn.service_words(target.service)),
        )  # fmt: skip
        turn.read_back(ReadBack("change_service", service, target.starts_at, target.name, target.id), words, CHANGE_IT)

    def yes(self, turn: Turn) -> Flow:
        frame = turn.frame
        target, read = frame.target, frame.read_back
        if target is None or read is None or read.subject != target.id:
            yield from self.proceed(turn, Wish())
            return
        if read.action == "change_service" and read.service:
            changed: Appointment | Lost = yield c.ChangeService(target.id, read.service)
            if isinstance(changed, Lost):
                yield from self._lost(turn, target, target.starts_at, changed)
                return
            turn.note("change_service")
            turn.say(CHANGED, new=speak.article(turn.service_words(read.service)))
            yield from done(turn)
            return
        if frame.chosen is None or read.at != frame.chosen:
            yield from self.proceed(turn, Wish())
            return
        result: Appointment | Lost = yield c.Move(target.id, frame.chosen, None)
        if isinstance(result, Lost):
            yield from self._lost(turn, target, frame.chosen, result)
            return
        turn.used_up()
        turn.note("move")
        if any(item.id == target.id for item in turn.state.booked_here):
            turn.remember_booked(targets.of(result))
        turn.say(MOVED, new=turn.when(result.starts_at))
        if frame.service and frame.service != target.service:  # "to Friday, and make it a check-up": the second half has its own yes
            moved = replace(target, starts_at=result.starts_at)
            turn.set(target=moved, targets=(moved,), chosen=None, hold_id=None, wish=Wish(), options=())
            self._read_service(turn, moved)
            return
        yield from done(turn)

    def _lost(self, turn: Turn, target: Target, at: object, lost: Lost) -> Flow:
        from datetime import datetime

        if lost.code == "slot_taken" and isinstance(at, datetime):
            news = turn.words(times.JUST_TAKEN, what=turn.time(at.astimezone(turn.context.zone)))
            turn.set(hold_id=None, read_back=None)
            yield from times.offer_near(turn, target.service, at, news, moving=target.id, code="slot_taken")
            return
        turn.say("That appointment has just changed.")
        turn.set(target=None, targets=(), chosen=None, hold_id=None, read_back=None)
        yield from self.proceed(turn, Wish())

    def abandon(self, turn: Turn) -> Flow:
        yield from turn.let_go()
        turn.say(STAYS)
        yield from done(turn)

    def no(self, turn: Turn) -> Flow:
        swap = targets.other(turn)
        if swap is not None and not turn.frame.options:
            yield from self.given(turn)
            return
        if (
            "change" in turn.frame.asked
            or _leaves(turn)
            or ABANDON.search(turn.text)
            or "leave" in turn.text.lower()
            or "keep" in turn.text.lower()
        ):
            yield from turn.let_go()
            turn.say(STAYS)
            yield from done(turn)
            return
        turn.set(read_back=None, chosen=None, wish=Wish(), options=(), asked=(*turn.frame.asked, "change"))
        turn.ask(times.WHICH_OTHER, "datetime")

    def keyed(self, turn: Turn, digits: str) -> Flow:
        frame = turn.frame
        number = int(digits) if digits.isdigit() else 0
        if frame.waiting == "appointment" and 1 <= number <= len(frame.targets):
            turn.set(target=frame.targets[number - 1])
            yield from self.proceed(turn, Wish())
        elif frame.waiting == "choice" and 1 <= number <= len(frame.options):
            option = frame.options[number - 1].astimezone(turn.context.zone)
            turn.set(wish=Wish(day=option.date(), at=option.time()), chosen=None)
            yield from self.proceed(turn, Wish())
        else:
            yield from super().keyed(turn, digits)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        frame = turn.frame
        how = min(how, 2)
        if frame.waiting == "yes_no":
            turn.say(AGAIN[how])
            turn.wait(Phase.CONFIRMING, "yes_no")
        elif frame.waiting == "choice" and frame.options:
            turn.say(speak.capital(times.options_again(turn)))
            turn.wait(Phase.CHOOSING, "choice", options=tuple(turn.when(option) for option in frame.options))
        elif frame.waiting == "appointment":
            targets.ask_which(turn, frame.targets)
        elif frame.waiting == "name":
            turn.ask(targets.WHOSE, "name")
        elif frame.target is None:
            turn.ask(targets.WHEN_IS_IT if how == 0 else targets.EXACT, "datetime")
        else:
            turn.ask(WHEN_AGAIN[how], "datetime")
        yield from ()

    # -- which time is the old one, which the new -----------------------------------------------------------------------------------

    def _split(self, turn: Turn, mine: tuple[Target, ...]) -> tuple[Wish, Wish]:
        """(where it stands, where it should go). Understanding gives the time asked for first."""
        zone = turn.context.zone
        wanted, told = unwanted.wanted_times(turn), unwanted.told_times(turn)
        # "I can't make Thursday", when it is; "I missed my appointment on Tuesday", which is over but says which.
        told = [value for value in told if self._is_old(turn, value, when.wish_of(value, zone), mine)]
        values = [value for value in turn.heard.times if not when.wish_of(value, zone).empty]
        values = [value for value in values if value in wanted or value in told or self._stands(value, zone, mine)]
        turn.set(unwanted=unwanted.ruled_out(turn))
        if not values:
            return Wish(), Wish()
        if len(values) == 1:
            wish = when.settle_by_hours(when.wish_of(values[0], zone), turn.profile)
            return (wish, Wish()) if self._is_old(turn, values[0], wish, mine) else (Wish(), wish)
        old = [value for value in values if value in told or self._says_old(turn.text, value)]
        if not old and len(values) > 1 and when.wish_of(values[-1], zone).day is not None:
            old = [values[-1]] if values[-1].span < values[0].span or self._stands(values[-1], zone, mine) else []
        new = [value for value in values if value not in old]
        return (
            when.settle_by_hours(when.said(old, zone), turn.profile),
            when.settle_by_hours(when.said(new, zone), turn.profile),
        )

    def _is_old(self, turn: Turn, value: TimeValue, wish: Wish, mine: tuple[Target, ...]) -> bool:
        if self._says_old(turn.text, value):
            return True
        before = turn.text[: value.span[0]]
        if _TO.search(before) and not re.search(r"\bappointment\s+(for|at|on)\s*$", before, re.IGNORECASE):
            return False
        return any(targets.fits(target.starts_at.astimezone(turn.context.zone), wish) for target in mine) or bool(
            re.search(r"\b(appointment|booking)\s+(is\s+)?(for|at|on)?\s*$", before, re.IGNORECASE)
        )

    def _says_old(self, text: str, value: TimeValue) -> bool:
        before, after = text[: value.span[0]], text[value.span[1] :]
        if re.search(r"\bfrom\s*(?:the\s+)?$", before, re.IGNORECASE):
            return True
        return bool(re.search(r"\b(my|our|the)\s*$", before, re.IGNORECASE) and _NOUN.match(after))

    def _stands(self, value: TimeValue, zone: object, mine: tuple[Target, ...]) -> bool:
        from zoneinfo import ZoneInfo

        assert isinstance(zone, ZoneInfo)
        wish = when.wish_of(value, zone)
        return any(targets.fits(target.starts_at.astimezone(zone), wish) for target in mine)
