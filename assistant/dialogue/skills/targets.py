"""Which existing appointment is meant: the caller's own by number, or one they prove by name and exact time. Nothing else is told."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import name as names
from assistant.dialogue.collectors import when
from assistant.dialogue.commands import Command
from assistant.dialogue.skills.times import numbered
from assistant.dialogue.skills.wishes import time_said
from assistant.dialogue.state import Phase, Target, Wish
from assistant.dialogue.turn import Asking, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Appointment

WHICH = phrase("Which one, {options}?", "Is it {options}?", text=("Which one: {options}?", "Which one do you mean: {options}?"))
WHICH_MANY = phrase("You have {count}. Which day is the one you mean?", text=("Which one: {options}?", "Which one do you mean: {options}?"))
WHOSE = phrase("I can help with that. What name is it under?", "Sure. Whose name is the appointment under?")
WHOSE_NONE = phrase(
    "I don't see one under this number. What name is it under?", "There's none under this number. Whose name would it be under?"
)
WHEN_IS_IT = phrase("I can help with that. When is the appointment?", "And when is it, day and time?", "What day and time is it for?")
EXACT = phrase(
    "I need the day and time to find it. If you call from the phone it was booked with, I can see it right away, or I can take a message.",
    "It takes the exact day and time to find it. Otherwise I can take a message for them.",
    text=("I need the day and time to find it. From the phone it was booked with I can see it right away, or I can take a message.",
          "It takes the exact day and time to find it. Otherwise I can take a message."),
)  # fmt: skip
NOT_FOUND = phrase(
    "I can't find one with that name and time. Is the day and time right?",
    "There's none I can find like that. Could the name or the time be different?",
)
NO_MORE = phrase(
    "I can't find it that way. Shall I take a message for them?", "I'm not able to find it. Would you like to leave a message?"
)
NONE_YOURS = phrase("You have nothing booked at the moment.", "There's nothing in the book for you.")
#: wrong guesses at somebody's appointment in one conversation, before only a message is left
MAX_PROOFS = 3
_POSSESSIVE = re.compile(r"\b([A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*)['’]s (?:appointment|booking|slot|visit|\w+ appointment)")
_OTHER = re.compile(r"\b(the )?other (one|appointment|booking)\b", re.IGNORECASE)


def of(appointment: Appointment) -> Target:
    return Target(appointment.id, appointment.service, appointment.starts_at, appointment.name, appointment.version)


def mine(turn: Turn) -> Generator[Command, Any, tuple[Target, ...]]:
    """What this person may see: their contact's appointments and what they booked or proved in this conversation."""
    found: tuple[Appointment, ...] = yield c.Upcoming()
    items = {item.id: of(item) for item in found}
    for target in turn.state.booked_here:
        if target.id not in items and target.starts_at > turn.context.now:
            items[target.id] = target
    return tuple(sorted(items.values(), key=lambda target: target.starts_at))


def words(turn: Turn, target: Target, *, month: bool = False) -> str:
    if turn.by_voice:
        return f"{turn.when(target.starts_at, month=month)}, {speak.article(turn.service_words(target.service))}"
    return f"{turn.when(target.starts_at)}, {target.service}"


def for_my(turn: Turn, target: Target) -> str:
    """An appointment as its owner would name it in a message: "for my cleaning on Thursday the fourth at two"."""
    return f"for my {turn.service_words(target.service)} on {turn.when(target.starts_at)}"


def name_said(turn: Turn) -> str | None:
    name = names.name_of(turn.heard)
    if name:
        return name
    match = _POSSESSIVE.search(turn.text)
    return match.group(1) if match else None


def find(turn: Turn, old: Wish) -> Asking:
    """True when `frame.target` is known; False when the person has been asked."""
    frame = turn.frame
    if frame.target is not None:
        return True
    if frame.targets:
        candidates: tuple[Target, ...] = frame.targets
    else:
        candidates = yield from mine(turn)
    name = name_said(turn)
    if name and frame.waiting != "appointment":
        turn.set(name=name)
    wanted = turn.frame.name
    if wanted and not any(same_person(wanted, target.name) for target in candidates):
        own = turn.state.person.name or turn.context.known_name
        if not (candidates and own and names.same(wanted, own)):
            return (yield from _prove(turn, old))
    elif wanted and len(candidates) > 1:
        candidates = tuple(target for target in candidates if same_person(wanted, target.name)) or candidates
    if not candidates:
        return (yield from _prove(turn, old))
    narrowed = narrow(turn, candidates, old)
    if len(narrowed) == 1:
        turn.set(target=narrowed[0], targets=candidates)
        return True
    turn.set(targets=narrowed)
    ask_which(turn, narrowed)
    return False


def same_person(said: str, booked: str | None) -> bool:
    """ "Tom" or "Okafor" or "Tom Okafor" for Tom Okafor, on a number whose appointments the caller sees anyway."""
    if not booked:
        return False
    return set(said.casefold().split()) <= set(booked.casefold().split())


def narrow(turn: Turn, candidates: Sequence[Target], old: Wish) -> tuple[Target, ...]:
    """Those that fit the service, the time, or the number that was said; all when nothing fits."""
    left = tuple(candidates)
    picked = _picked(turn, left)
    if picked is not None:
        return (picked,)
    service = turn.slot("service")
    if service:
        left = tuple(target for target in left if target.service == service) or left
    if not old.empty:
        zone = turn.context.zone
        fitting = tuple(target for target in left if fits(target.starts_at.astimezone(zone), old))
        if not fitting and old.day is not None and old.until is None:  # "my Tuesday appointment" need not be this week's
            weekday = replace(old, day=None)
            fitting = tuple(
                target for target in left
                if target.starts_at.astimezone(zone).weekday() == old.day.weekday() and fits(target.starts_at.astimezone(zone), weekday)
            )  # fmt: skip
        left = fitting or left
    return left


def _picked(turn: Turn, candidates: tuple[Target, ...]) -> Target | None:
    if turn.frame.waiting != "appointment" or not turn.frame.targets:
        return None
    text = turn.text.strip(" .!)")
    if text.isdigit() and 1 <= int(text) <= len(candidates):
        return candidates[int(text) - 1]
    choice = turn.slot("choice")
    if isinstance(choice, int) and not isinstance(choice, bool) and -len(candidates) <= choice < len(candidates):
        return candidates[choice]
    if choice == "earlier":
        return candidates[0]
    if choice == "later":
        return candidates[-1]
    return None


def fits(moment: datetime, old: Wish) -> bool:
    if old.day is not None:
        last = old.until or old.day
        if old.until is None and moment.date() != old.day:
            return False
        if old.until is not None and not old.day <= moment.date() < last:
            return False
    if old.at is not None and moment.time() not in (old.at, old.alt):
        return False
    return when.in_window(moment, old) if old.at is None else True


def other(turn: Turn) -> Target | None:
    """ "No, the other one": of two, the one that was not meant."""
    frame = turn.frame
    if not _OTHER.search(turn.text) or frame.target is None:
        return None
    rest = [target for target in frame.targets if target.id != frame.target.id]
    return rest[0] if len(rest) == 1 else None


def ask_which(turn: Turn, candidates: Sequence[Target]) -> None:
    each = [words(turn, target) for target in candidates]
    if turn.by_voice and len(candidates) > 2:
        turn.say(WHICH_MANY, count=speak.number(len(candidates)))
    else:
        turn.say(WHICH, options=speak.joined(each) if turn.by_voice else numbered(each[:5]))
    turn.wait(Phase.COLLECTING, "appointment", options=tuple(each[:5]))


def _prove(turn: Turn, old: Wish) -> Asking:
    """An unknown number shows that an appointment is theirs by its name and its exact time."""
    frame = turn.frame
    if turn.state.proofs >= MAX_PROOFS:
        yield from give_up(turn)
        return False
    old = when.settle_by_hours(when.merge(frame.old, old), turn.profile)
    turn.set(old=old)
    name = frame.name
    if name is None and frame.waiting == "name":
        name = names.name_answer(turn.heard, turn.text)
        turn.set(name=name)
    if name is None:
        known = turn.state.person.phone is not None
        turn.ask(WHOSE_NONE if known else WHOSE, "name")
        return False
    at = when.moment(old, turn.context.zone)
    if at is None or (old.alt is not None):
        asked = "when" in frame.asked
        turn.set(asked=(*frame.asked, "when"))
        if asked and frame.asked.count("when") > 1:
            yield from give_up(turn)
            return False
        turn.ask(EXACT if asked else WHEN_IS_IT, "datetime")
        return False
    found: Appointment | None = yield c.Prove(name, at)
    if found is None:
        turn.state = turn.state.but(proofs=turn.state.proofs + 1)
        if turn.state.proofs >= MAX_PROOFS:
            yield from give_up(turn)
            return False
        turn.set(old=Wish())
        turn.ask(NOT_FOUND, "datetime")
        return False
    target = of(found)
    turn.set(target=target, targets=(target,))
    turn.remember_booked(target)
    turn.note("proved")
    return True


def give_up(turn: Turn) -> Generator[Command, Any, None]:
    """No more guessing: a message is what is left."""
    from assistant.dialogue.state import Frame

    turn.pop()
    turn.push(Frame("person"))
    turn.say(NO_MORE)
    turn.wait(Phase.WAY_OUT, "open")
    yield from ()


def old_wish(turn: Turn) -> Wish:
    """What was said about when the appointment stands (everything, where nothing is to be moved)."""
    return when.settle_by_hours(time_said(turn), turn.profile)
