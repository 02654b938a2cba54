"""When is my appointment: one's own, in time order; from an unknown number only a yes to what the caller already knows."""

from __future__ import annotations

import re

from assistant.dialogue.collectors import name as names
from assistant.dialogue.skills import targets
from assistant.dialogue.skills.base import Skill, done
from assistant.dialogue.skills.messages import says_late
from assistant.dialogue.skills.questions import looks_like_question
from assistant.dialogue.state import Frame, Later
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.language.text import words

ONE = phrase("You're booked {what}.", "Your appointment is {what}.", text=("You're booked: {what}.", "Your appointment: {what}."))
MORE = phrase("You have {count}: {what}.", "There are {count}: {what}.", text=("You have {count}: {what}.",))
FIRST_OF = phrase("You have {count}, the next one {what}.")
_ABOUT_MINE = re.compile(r"\b(my|mine|our|when|am i|do i|did i|have i|i have|booked|is the|was the|right\?)(?!\w)", re.IGNORECASE)
NOT_YET = phrase("This one isn't booked yet.", "We haven't booked it yet.")
YES_THERE = phrase("Yes, that's in the book: {what}.", "Yes, {what} stands.")

_BESIDE_A_SERVICE = frozenset({"a", "an", "one", "some", "for", "just", "please", "pls", "then", "ok", "okay", "um", "uh", "hi", "yes"})


class Upcoming(Skill):
    name = "upcoming"
    intents = ("query_calendar",)

    def wants(self, turn: Turn) -> bool:
        return turn.heard.intent in self.intents and not turn.owner and not names_a_visit(turn) and not says_late(turn)

    def begin(self, turn: Turn, request: Later) -> Flow:
        turn.push(Frame(self.name))
        yield from self.proceed(turn)

    def proceed(self, turn: Turn) -> Flow:
        mine = yield from targets.mine(turn)
        name = targets.name_said(turn) or turn.frame.name
        if name and mine:
            mine = tuple(target for target in mine if targets.same_person(name, target.name)) or (mine if _own(turn, name) else ())
        if not mine and turn.state.person.phone is not None and not name and turn.frame.waiting == "open":
            turn.say(targets.NONE_YOURS)
            yield from done(turn)
            return
        if not mine and turn.frame.waiting == "open" and any(frame.skill == "booking" for frame in turn.state.frames):
            turn.say(NOT_YET)  # nothing known of this person yet but the request in hand
            yield from done(turn)
            return
        if not mine:
            if (yield from targets.find(turn, targets.old_wish(turn))):
                target = turn.frame.target
                assert target is not None
                turn.say(YES_THERE, what=targets.words(turn, target, month=True))
                yield from done(turn)
            return
        fitting = targets.narrow(turn, mine, targets.old_wish(turn))
        each = [targets.words(turn, target, month=True) for target in fitting]
        if len(each) == 1:
            turn.say(ONE, what=each[0])
        elif turn.by_voice and len(each) > 2:
            turn.say(FIRST_OF, count=speak.number(len(each)), what=each[0])
        elif turn.by_voice:
            turn.say(MORE, count="two", what=", and ".join(each))
        else:
            turn.say(MORE, count=str(len(each)), what=" ".join(f"{n}) {item}" for n, item in enumerate(each[:5], 1)))
        turn.note("upcoming")
        yield from done(turn)

    def takes(self, turn: Turn) -> bool:
        if turn.frame.waiting == "name":
            return bool(targets.name_said(turn)) or names.name_answer(turn.heard, turn.text) is not None
        return bool(
            turn.heard.times
            or targets.name_said(turn)
            or (turn.frame.waiting == "datetime" and turn.heard.intent not in ("take_message", "speak_to_human", "goodbye"))
        )

    def kin(self, turn: Turn, other: Skill) -> bool:
        return other.name == "booking"

    def given(self, turn: Turn) -> Flow:
        yield from self.proceed(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        if turn.frame.waiting == "name":
            turn.ask(targets.WHOSE, "name")
        else:
            turn.ask(targets.WHEN_IS_IT if how == 0 else targets.EXACT, "datetime")
        yield from ()


def names_a_visit(turn: Turn) -> bool:
    """ "Check-up on Sunday at eleven" asks for one, whatever it was taken for; "when is my check-up" does not."""
    return (bool(turn.slot("service") and turn.heard.times) and not about_mine(turn)) or _only_a_service(turn)


def _only_a_service(turn: Turn) -> bool:
    """ "A cleaning, please", at rest: a service named, and nothing asked or told about it."""
    service = turn.profile.service(str(turn.slot("service"))) if turn.slot("service") else None
    if service is None or turn.state.frames or looks_like_question(turn.text):
        return False
    named = {word for text in (service.name, *service.aliases, str(turn.slot("service_said"))) for word in words(text)}
    return all(word in named or word in _BESIDE_A_SERVICE for word in words(turn.text))


def about_mine(turn: Turn) -> bool:
    """Does it ask about what is booked, rather than for a time?"""
    return bool(_ABOUT_MINE.search(turn.text))


def _own(turn: Turn, name: str) -> bool:
    own = turn.state.person.name or turn.context.known_name
    return bool(own) and names.same(name, own)
