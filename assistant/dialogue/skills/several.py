"""Bookings for others and for several: each gets an appointment of its own, one is talked about at a time, and none is lost.

Whoever comes after the first waits in `DialogueState.later` and is taken up as soon as the one before is booked.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import name as names
from assistant.dialogue.collectors import when
from assistant.dialogue.commands import Command
from assistant.dialogue.state import MOST_LATER, Beside, Frame, Later, Target, Wish
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Refusal
from assistant.domain.language import TimeValue, Understanding
from assistant.language import people
from assistant.language.people import Someone
from assistant.language.told import told_of

NOW = phrase("Now for {who}.", "And now for {who}.")
NOW_THE = phrase("Now the {service}.", "And now the {service}.")
THEN = phrase("Sure, and {what} next.", "Okay, {what} after this.", text=("Noted, then {what}.", "Sure, and {what} next."))
THAT_MANY = phrase("That's {count}, {first} first.")
ONE_BY_ONE = phrase("That's {count}, one by one.")
HOW_MANY = phrase("How many people is it for?", "For how many people?")
NEXT_ONE = "the next one"
FIRST_ONE = "the first one"
RIGHT_AFTER = re.compile(
    r"\b(?:right|straight|directly|just|immediately) after(?:wards)?\b|\bafter (?:that|mine|me|this one|him|her|them)\b|\bback to back\b",
    re.IGNORECASE,
)
SAME_DAY = re.compile(r"\b(?:the )?same day\b|\bthat day\b", re.IGNORECASE)
_SAME_TIME = re.compile(r"\b(?:the )?same time\b|\btogether\b", re.IGNORECASE)
_UNNAMED = re.compile(r"\ban? (?:\w+ ){0,2}(?:appointment|appt|booking|slot|spot|visit)\b", re.IGNORECASE)
_ELSE = re.compile(r"\bfor (?:him|her|them|someone|somebody|a friend)\b", re.IGNORECASE)
_FOR_ME = re.compile(r"\bfor (?:me|myself)\b", re.IGNORECASE)
#: what one booking of is for everybody who comes along
_FOR_ALL = re.compile(
    r"\b(?:tables?|rooms?|dinner|lunch|brunch|breakfast|supper|reservations?|part(?:y|ies)|tours?|couples?|groups?|lanes?|courts?|classe?s?)\b",
    re.IGNORECASE,
)


# -- who ---------------------------------------------------------------------------------------------------------------------------


def is_about_somebody(turn: Turn) -> bool:
    """Do the words say that it is for somebody else, or for several?"""
    someone = people.whom(turn.text)
    return (someone is not None and someone.kin is not None) or bool(_several(turn)) or answers_how_many(turn)


def differs(turn: Turn) -> bool:
    """Is somebody named that the booking which was read back is not for?"""
    someone = people.whom(turn.text)
    return (someone is not None and someone.kin is not None and not turn.frame.for_other) or bool(_several(turn))


def take_people(turn: Turn) -> bool:
    """Whom it is for, and who else comes; True when that settles the name, too."""
    if answers_how_many(turn):
        turn.set(asked=(*turn.frame.asked, "counted"))
        _begin_party(turn, (Someone(),) * (people.how_many(turn.text) or 1))
        return True
    party = _several(turn)
    if party:
        _begin_party(turn, tuple(sorted(party, key=lambda one: not one.me)))  # "my wife and I": who calls is asked about first
        return True
    if people.uncounted(turn.text) and "party" not in turn.frame.asked and not _for_all(turn):
        turn.set(asked=(*turn.frame.asked, "party", "uncounted"), for_other=True)
    return _take_somebody(turn)


def _take_somebody(turn: Turn) -> bool:
    """ "I'm Petra, it's for my daughter Zoe": the booking is under Zoe's name, and Petra is who we talk to."""
    frame, someone = turn.frame, people.whom(turn.text)
    other = turn.act("for_someone_else") or (someone is not None and someone.kin is not None)
    said = names.name_of(turn.heard)
    own = said if said and (someone is None or not names.same(said, someone.name)) else None
    if someone is not None and someone.name and (someone.kin or own or not said):
        turn.set(name=someone.name, name_sure=True, for_other=True, who=None)
        _is_caller(turn, own)
        return True
    if not other or frame.for_other:
        return False
    kin = someone.kin if someone is not None else None
    turn.set(for_other=True, who=f"your {kin}" if kin else None)
    if frame.waiting == "name" or kin is None:
        return bool(own) and kin is not None and _is_caller(turn, own)
    _is_caller(turn, own or frame.name)
    turn.set(name=None, name_sure=False)
    return True


def _is_caller(turn: Turn, name: str | None) -> bool:
    person = turn.state.person
    if name and not person.name and person.role == "caller":
        turn.state = turn.state.but(person=replace(person, name=name))
    return True


# -- several at once ---------------------------------------------------------------------------------------------------------------


def _several(turn: Turn) -> tuple[Someone, ...]:
    """Those who are booked one by one, when these words are the first to say so."""
    frame = turn.state.frame
    asked = frame is not None and frame.waiting == "name"
    found = people.party(turn.text, asked=asked)
    quantity = turn.slot("quantity")
    if (
        not found
        and isinstance(quantity, int)
        and turn.slot("service")
        and not any(value.kind == "recurring" for value in turn.heard.times)
    ):
        found = (Someone(),) * min(quantity, people.MOST)
    known = frame is not None and "party" in frame.asked and not (asked and all(one.name for one in found))
    return found if len(found) > 1 and not known and not _for_all(turn) else ()


def _for_all(turn: Turn) -> bool:
    """A table or a room is booked once, however many come."""
    frame = turn.state.frame
    service = turn.slot("service") or (frame.service if frame is not None else None)
    offered = [str(service)] if service else [item.name for item in turn.services()]
    return bool(_FOR_ALL.search(turn.text)) or all(_FOR_ALL.search(name) for name in offered)


def _begin_party(turn: Turn, party: tuple[Someone, ...]) -> None:
    """The first of them is booked now, the others wait; names that come later find those who wait already."""
    first, *others = party
    pending = [request for request in turn.state.later if request.beside == "with"]
    if len(pending) >= len(others) and "party" in turn.frame.asked:  # "Emma and Luke", to "what's the name?"
        given = iter(others)
        later = tuple(
            replace(request, name=one.name, who=one.name) if request.beside == "with" and (one := next(given, None)) else request
            for request in turn.state.later
        )
        turn.state = turn.state.but(later=later)
        turn.set(name=first.name, name_sure=True, for_other=True)
        return
    drop_party(turn)
    frame = turn.frame
    if frame.name and not turn.said_no and not any(one.me or names.same(one.name, frame.name) for one in party):
        first, others = Someone(name=frame.name), list(party)  # "appointments for my wife and my son", too
    known = {one.name for one in party if one.name}
    said = names.name_of(turn.heard)
    own = said if said and not any(names.same(said, name) or name.startswith(f"{said} ") for name in known) else None
    _is_caller(turn, own)
    counting = "uncounted" in turn.frame.asked
    unnamed = FIRST_ONE if first.kin or counting else None
    turn.set(
        asked=(*turn.frame.asked, "party"), name=first.name or (own if first.me else turn.frame.name),
        who=None if first.name else _mine(first, unnamed),
        for_other=bool(first.kin or counting) or (turn.frame.for_other and not first.me),
    )  # fmt: skip
    if turn.frame.name:
        turn.set(name_sure=True)
    waiting = tuple(
        Later(
            "book_appointment", turn.text, name=one.name, skill="booking", person="caller" if one.me else "other", again=True,
            beside="with", who=None if one.me else one.name or _mine(one, NEXT_ONE),
        )
        for one in others
    )  # fmt: skip
    turn.state = turn.state.but(later=(*waiting, *turn.state.later)[:MOST_LATER])
    called = first.name or ("you" if first.me else None)
    turn.say(THAT_MANY if called else ONE_BY_ONE, count=_count(turn, len(party)), first=called)


def _mine(one: Someone, otherwise: str | None) -> str | None:
    """ "Your wife"; one child of several has no such name."""
    return f"your {one.kin}" if one.kin and one.kin not in ("child", "twin", "parent", "boy", "girl", "little one") else otherwise


def _count(turn: Turn, count: int) -> str:
    number = speak.number(count) if turn.by_voice else str(count)
    service = turn.service_words(turn.frame.service).lower() if turn.frame.service else "appointment"
    return f"{number} {service if service.endswith('s') else f'{service}s'}"


def ask_how_many(turn: Turn) -> bool:
    """ "For my kids": so many appointments, so how many are they?"""
    asked = turn.frame.asked
    if "uncounted" not in asked or "counted" in asked:
        return False
    if "how_many" in asked:  # no number came: the first is booked, and more can be asked for
        turn.set(asked=(*asked, "counted"))
        return False
    turn.set(asked=(*asked, "how_many"))
    turn.ask(HOW_MANY, "open")
    return True


def answers_how_many(turn: Turn) -> bool:
    asked = turn.frame.asked if turn.state.frames else ()
    return "how_many" in asked and "counted" not in asked and people.how_many(turn.text) is not None


def drop_party(turn: Turn) -> None:
    """Who would have come along does not come either."""
    turn.state = turn.state.but(later=tuple(request for request in turn.state.later if request.beside != "with"))


# -- one more ----------------------------------------------------------------------------------------------------------------------


def note_more(turn: Turn) -> Later:
    """What was asked for on top waits for its turn; returns the first of it."""
    more = turn.context.more
    assert more is not None
    added = [request for text, heard in more.parts for request in _further(turn, text, heard, shared=more.shared)]
    turn.state = turn.state.but(later=(*turn.state.later, *added)[:MOST_LATER])
    return added[0]


def _further(turn: Turn, text: str, heard: Understanding, *, shared: bool) -> list[Later]:
    said = heard.slots.get("service")
    wish = when.said(_wanted(text, heard), turn.context.zone, turn.context.local) if not shared else Wish()
    beside = _beside_said(text) or ("after" if shared else None)
    found = people.party(text) or (_person(text, heard),)
    return [
        Later(
            "book_appointment", text, service=str(said) if said else None, wish=wish if index == 0 else Wish(),
            name=one.name if one else None, skill="booking", person="same" if one is None else "caller" if one.me else "other",
            who=None if one is None or one.me else one.name or _mine(one, NEXT_ONE),
            again=not said and not _UNNAMED.search(text), beside=beside if index == 0 else "with",
        )
        for index, one in enumerate(found)
    ]  # fmt: skip


def _wanted(text: str, heard: Understanding) -> list[TimeValue]:
    told = told_of(text, heard.times)
    return [value for index, value in enumerate(heard.times) if index not in told]


def _person(text: str, heard: Understanding) -> Someone | None:
    """Whom one more is for; None is the person of the one before it."""
    if (someone := people.mentioned(text)) is not None:
        return someone
    if _FOR_ME.search(text):
        return Someone(me=True)
    if _ELSE.search(text):
        return Someone()
    name = names.name_of(heard)
    return Someone(name=name) if name else None


def goes_on(turn: Turn) -> bool:
    """Is there somebody else to book, once this is booked?"""
    return any(request.person is not None for request in turn.state.later)


def words(turn: Turn, request: Later) -> str:
    """What waits, in words: "one for your wife", "a cleaning for Max"."""
    what = speak.article(turn.service_words(request.service)) if request.service else "one"
    if request.person == "caller":
        return f"{what} for you"
    if request.who == NEXT_ONE:
        return "the others" if request.beside == "with" else "another one"
    return f"{what} for {request.who}" if request.who else what if request.service else "another one"


def take_up(turn: Turn, request: Later) -> Flow:
    """Its turn has come: what is known of it goes into a frame, beside what was booked a moment ago."""
    last = turn.state.booked_here[-1] if turn.state.booked_here and request.person else None
    service = turn.profile.service(request.service or (last.service if last is not None and request.again else "") or "")
    wish = when.settle_by_hours(when.merge(Wish(), request.wish), turn.profile)
    if last is not None:
        if wish.day is None and wish.has_time:  # "and another one at two thirty"
            wish = replace(wish, day=_start(turn, last).date())
        elif wish.empty and request.beside is not None:
            wish = yield from _beside(turn, last, request.beside, service.name if service else last.service)
    frame = frame_for(turn)
    same = request.person == "same" and last is not None
    name = last.name if same and last is not None else request.name
    other = request.person == "other" or (same and name is not None and not names.same(name, turn.state.person.name))
    turn.push(
        frame.but(
            service=service.name if service else None,
            wish=wish,
            name=name,
            name_sure=bool(name),
            for_other=other,
            who=request.who,
            asked=(*frame.asked, "further") if request.person is not None else frame.asked,
        )
    )
    if last is not None and same and service is not None:
        turn.say(NOW_THE, service=turn.service_words(service.name))
    elif request.person is not None:
        turn.say(NOW, who="you" if request.person == "caller" else request.who or NEXT_ONE)


def frame_for(turn: Turn) -> Frame:
    """An empty booking, with the number that the caller has given already."""
    phone = turn.state.reach
    return Frame("booking", phone=phone, remark=turn.state.remark, asked=("phone_sure",) if phone and turn.state.booked_here else ())


# -- beside the one before ---------------------------------------------------------------------------------------------------------


def is_beside_the_last(turn: Turn) -> bool:
    return _beside_said(turn.text) is not None and bool(turn.state.booked_here) and turn.frame.waiting == "date"


def beside_the_last(turn: Turn) -> bool:
    """ "Right after mine", "the same day": beside what was booked a moment ago."""
    frame, said = turn.frame, _beside_said(turn.text)
    now = any(_SAME_TIME.search(value.text) for value in turn.heard.times)  # the time as it is now is not what "the same time" is here
    if said == "with" and turn.state.booked_here and frame.wish.day is not None and (now or not frame.wish.has_time):
        turn.set(wish=Wish(day=frame.wish.day, at=_start(turn, turn.state.booked_here[-1]).time()), chosen=None)
        return True
    if not turn.state.booked_here or said is None or frame.wish.day is not None or frame.waiting not in ("open", "date"):
        return False
    last = turn.state.booked_here[-1]
    start = _start(turn, last)
    if said == "day":
        turn.set(wish=Wish(day=start.date()))
    elif said == "with":
        turn.set(wish=Wish(day=start.date(), at=start.time()))
    else:
        turn.set(wish=_after(turn, last))
    return True


def _beside_said(text: str) -> Beside | None:
    if RIGHT_AFTER.search(text):
        return "after"
    if _SAME_TIME.search(text):
        return "with"
    return "day" if SAME_DAY.search(text) else None


def _beside(turn: Turn, last: Target, how: Beside, service: str) -> Generator[Command, Any, Wish]:
    """Where it goes: at the same time if two can come at once, else right after."""
    start = _start(turn, last)
    if how == "day":
        return Wish(day=start.date())
    if how == "with":
        refusal: Refusal | None = yield c.CheckTime(service, last.starts_at, None)
        if refusal is None:
            return Wish(day=start.date(), at=start.time())
    return _after(turn, last)


def _after(turn: Turn, last: Target) -> Wish:
    service = turn.profile.service(last.service)
    minutes = service.minutes + service.buffer_minutes if service is not None else 0
    step = turn.profile.booking.slot_minutes
    after = _start(turn, last) + timedelta(minutes=-(-minutes // step) * step)
    return Wish(day=after.date(), at=after.time())


def _start(turn: Turn, last: Target) -> datetime:
    """By the clock on the wall."""
    return last.starts_at.astimezone(turn.context.zone).replace(tzinfo=None)
