"""Cancelling one's own appointment: found, read back, cancelled on a yes."""

from __future__ import annotations

import re

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import name as names
from assistant.dialogue.collectors import when
from assistant.dialogue.commands import Lost
from assistant.dialogue.skills import targets
from assistant.dialogue.skills.base import ABANDON, Skill, done
from assistant.dialogue.state import Frame, Later, Phase, ReadBack, Target, Wish
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Appointment

SHALL_I = phrase(
    "Shall I cancel it?", "Should I cancel that one?", "Cancel it, yes?", text=("Reply YES to cancel it.", "Cancel it? YES or NO.")
)
CANCELLED = phrase("{what} is cancelled.", "Done, {what} is cancelled.", text=("Cancelled: {what}.", "Done, cancelled: {what}."))
BOTH = phrase("{what}.")
SHALL_I_ALL = phrase(
    "Shall I cancel all of them?", "Should I cancel them all?", text=("Reply YES to cancel them all.", "Cancel all? YES or NO.")
)
ALL_CANCELLED = phrase("{what} are cancelled.", text=("Cancelled: {what}.",))
_ALL = re.compile(r"\b(both|all|everything|all of them|each)\b", re.IGNORECASE)
STAYS = phrase("Okay, it stays.", "All right, it stays as it is.")
GONE = phrase("That one isn't there any more.", "It had already been changed.")
AGAIN = (
    SHALL_I,
    phrase("Sorry, yes or no: shall I cancel it?"),
    phrase('You can say "yes, cancel it" or "no, keep it". Which is it?'),
)


WHICH_CANCEL = phrase(
    "Shall I drop this request, or cancel an appointment you have?", "Do you mean this request, or an appointment you already have?"
)


_THIS = re.compile(r"\b(this|request|drop|booking|everything|that|first)\b", re.IGNORECASE)
_HAVE = re.compile(r"\b(appointment|have|existing|already|other)\b", re.IGNORECASE)


class CancelWhich(Skill):
    """CANCEL alone, in the middle of a request: this request, or an appointment that stands?"""

    name = "cancel_which"

    def wants(self, turn: Turn) -> bool:
        return False

    def begin(self, turn: Turn, request: Later) -> Flow:
        turn.push(Frame(self.name))
        turn.ask(WHICH_CANCEL, "choice")
        yield from ()

    def takes(self, turn: Turn) -> bool:
        return bool(_THIS.search(turn.text) or _HAVE.search(turn.text) or turn.slot("choice") is not None or turn.said_no or turn.said_yes)

    def kin(self, turn: Turn, other: Skill) -> bool:
        return other.name in ("cancelling", "booking")

    def given(self, turn: Turn) -> Flow:
        from assistant.dialogue.skills import enter, skill_of

        turn.pop()
        if turn.said_no:
            yield from skill_of(turn.frame).ask_again(turn, 0)
        elif turn.slot("choice") == 1 or (_HAVE.search(turn.text) and not _THIS.search(turn.text)):
            yield from enter(turn, Later("cancel_appointment", turn.text))
        else:
            yield from skill_of(turn.frame).abandon(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        turn.ask(WHICH_CANCEL, "choice")
        yield from ()


class Cancelling(Skill):
    name = "cancelling"
    intents = ("cancel_appointment",)

    def begin(self, turn: Turn, request: Later) -> Flow:
        turn.push(Frame(self.name, old=when.settle_by_hours(request.wish, turn.profile)))
        yield from self.proceed(turn)

    def instead(self, turn: Turn, target: Target | None) -> Flow:
        """Cancel what was about to be moved."""
        turn.push(Frame(self.name, target=target, targets=(target,) if target else ()))
        yield from self.proceed(turn)

    def takes(self, turn: Turn) -> bool:
        heard = turn.heard
        if turn.frame.waiting == "name":
            return bool(targets.name_said(turn)) or names.name_answer(heard, turn.text) is not None
        return bool(
            heard.times or heard.slots.get("service") or heard.slots.get("choice") is not None or targets.name_said(turn)
            or targets.other(turn) or turn.text.strip().isdigit() or ABANDON.search(turn.text)
            or (turn.frame.waiting == "datetime" and heard.intent not in ("take_message", "speak_to_human", "goodbye"))
        )  # fmt: skip

    def differs(self, turn: Turn) -> bool:
        target = turn.frame.target
        if target is None or targets.other(turn) or (ABANDON.search(turn.text) and not turn.said_yes):
            return True
        if turn.slot("service") and turn.slot("service") != target.service:
            return True
        said = targets.old_wish(turn)
        return not said.empty and not targets.fits(target.starts_at.astimezone(turn.context.zone), said)

    def kin(self, turn: Turn, other: Skill) -> bool:
        return turn.frame.waiting in ("datetime", "name", "appointment") and other.name in ("booking", "upcoming", "moving", "agenda")

    def given(self, turn: Turn) -> Flow:
        if ABANDON.search(turn.text) and not turn.heard.times and turn.frame.waiting != "appointment":
            yield from self.no(turn)
            return
        swap = targets.other(turn)
        if swap is not None:
            turn.set(target=swap, read_back=None)
        elif turn.frame.target is not None and turn.frame.targets:
            turn.set(target=None, read_back=None)
        yield from self.proceed(turn)

    def proceed(self, turn: Turn) -> Flow:
        if _ALL.search(turn.text) and turn.frame.target is None:
            mine = yield from targets.mine(turn)
            if len(mine) > 1:
                turn.set(targets=mine, target=mine[0])
                words = turn.words(BOTH, what=speak.joined([targets.words(turn, target) for target in mine], "and"))
                turn.read_back(ReadBack("cancel", subject=",".join(target.id for target in mine)), words, SHALL_I_ALL)
                turn.note("read_back")
                return
        if not (yield from targets.find(turn, self._old(turn))):
            return
        target = turn.frame.target
        assert target is not None
        words = speak.capital(targets.words(turn, target, month=True)) + "."
        turn.read_back(ReadBack("cancel", target.service, target.starts_at, target.name, target.id), words, SHALL_I)
        turn.note("read_back")

    def yes(self, turn: Turn) -> Flow:
        target, read = turn.frame.target, turn.frame.read_back
        if target is None or read is None or read.subject is None or target.id not in read.subject.split(","):
            yield from self.proceed(turn)
            return
        if "," in read.subject:
            yield from self._all(turn, tuple(item for item in turn.frame.targets if item.id in read.subject.split(",")))
            return
        result: Appointment | Lost = yield c.Cancel(target.id, None)
        if isinstance(result, Lost):
            turn.say(GONE)
        else:
            turn.note("cancel")
            turn.state = turn.state.but(booked_here=tuple(item for item in turn.state.booked_here if item.id != target.id))
            turn.say(CANCELLED, what=turn.when(target.starts_at) if turn.by_voice else targets.words(turn, target))
        yield from done(turn)

    def _old(self, turn: Turn) -> Wish:
        return when.settle_by_hours(when.merge(turn.frame.old, targets.old_wish(turn)), turn.profile)

    def _all(self, turn: Turn, chosen: tuple[Target, ...]) -> Flow:
        cancelled = []
        for target in chosen:
            result: Appointment | Lost = yield c.Cancel(target.id, None)
            if not isinstance(result, Lost):
                cancelled.append(turn.when(target.starts_at))
        gone = {target.id for target in chosen}
        turn.state = turn.state.but(booked_here=tuple(item for item in turn.state.booked_here if item.id not in gone))
        turn.note("cancel")
        turn.say(ALL_CANCELLED if cancelled else GONE, what=speak.joined(cancelled, "and"))
        yield from done(turn)

    def no(self, turn: Turn) -> Flow:
        swap = targets.other(turn)
        if swap is not None:
            turn.set(target=swap, read_back=None)
            yield from self.proceed(turn)
            return
        turn.say(STAYS)
        yield from done(turn)

    def keyed(self, turn: Turn, digits: str) -> Flow:
        frame = turn.frame
        if frame.waiting == "appointment" and digits.isdigit() and 1 <= int(digits) <= len(frame.targets):
            turn.set(target=frame.targets[int(digits) - 1])
            yield from self.proceed(turn)
        else:
            yield from super().keyed(turn, digits)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        frame = turn.frame
        if frame.waiting == "yes_no":
            turn.say(AGAIN[min(how, 2)])
            turn.wait(Phase.CONFIRMING, "yes_no")
        elif frame.waiting == "appointment":
            targets.ask_which(turn, frame.targets)
        elif frame.waiting == "name":
            turn.ask(targets.WHOSE, "name")
        elif frame.waiting == "datetime":
            turn.ask(targets.WHEN_IS_IT if how == 0 else targets.EXACT, "datetime")
        else:
            yield from self.proceed(turn)
