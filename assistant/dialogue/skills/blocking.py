"""The owner keeps time free: "block tomorrow afternoon", "open Friday again". Read back, then done on a yes."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import when
from assistant.dialogue.skills.base import Skill, done
from assistant.dialogue.skills.times import WHICH_DAY
from assistant.dialogue.skills.wishes import time_said
from assistant.dialogue.state import Frame, Later, Phase, ReadBack, Wish
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Appointment

READ = phrase("Keep {what} free.", "No appointments {what}.")
READ_OPEN = phrase("Open {what} again.")
SHALL_I = phrase("Shall I do that?", "Okay like that?", "Is that right?")
DONE = phrase("Done, {what} is blocked.", "{what} is blocked now.")
OPENED = phrase("Done, {what} is open again.")
STANDING = phrase("{count} in that time {stay}, the first {first}.")
_BLOCK = re.compile(r"\b(block|keep .*free|close (us|the|up)|no appointments|i'?m (off|out|away)|take .* off)\b", re.IGNORECASE)
_UNBLOCK = re.compile(r"\b(unblock|open .*again|free up|un-block|remove the block)\b", re.IGNORECASE)


class Blocking(Skill):
    name = "blocking"
    owner_only = True

    def wants(self, turn: Turn) -> bool:
        return turn.owner and bool(_BLOCK.search(turn.text) or _UNBLOCK.search(turn.text)) and turn.heard.intent not in ("affirm", "deny")

    def begin(self, turn: Turn, request: Later) -> Flow:
        turn.push(
            Frame(
                self.name,
                text="open" if _UNBLOCK.search(request.text) else "block",
                wish=when.merge(Wish(), request.wish if request.text != turn.text else time_said(turn)),
            )
        )
        yield from self.proceed(turn)

    def takes(self, turn: Turn) -> bool:
        return bool(turn.heard.times)

    def differs(self, turn: Turn) -> bool:
        return bool(turn.heard.times)

    def given(self, turn: Turn) -> Flow:
        turn.set(wish=when.merge(turn.frame.wish, time_said(turn)))
        yield from self.proceed(turn)

    def proceed(self, turn: Turn) -> Flow:
        frame = turn.frame
        if frame.wish.day is None:
            turn.ask(WHICH_DAY, "date")
            return
        start, end = _stretch(turn, frame.wish)
        what = _words(turn, start, end)
        turn.read_back(
            ReadBack("unblock" if frame.text == "open" else "block", at=start, until=end),
            turn.words(READ_OPEN if frame.text == "open" else READ, what=what),
            SHALL_I,
        )
        yield from ()

    def yes(self, turn: Turn) -> Flow:
        read = turn.frame.read_back
        if read is None or read.at is None or read.until is None:
            yield from self.proceed(turn)
            return
        what = _words(turn, read.at.astimezone(turn.context.zone), read.until.astimezone(turn.context.zone))
        if read.action == "unblock":
            yield c.Unblock(read.at, read.until)
            turn.note("unblock")
            turn.say(OPENED, what=what)
        else:
            standing: tuple[Appointment, ...] = yield c.Block(read.at, read.until, None)
            turn.note("block")
            turn.say(DONE, what=speak.capital(what))
            if standing:
                turn.say(
                    STANDING, count=f"{speak.capital(speak.number(len(standing)))} appointment{'s' if len(standing) > 1 else ''}",
                    stay="stay" if len(standing) > 1 else "stays", first=turn.when(standing[0].starts_at),
                )  # fmt: skip
        yield from done(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        if turn.frame.waiting == "yes_no":
            turn.say(SHALL_I)
            turn.wait(Phase.CONFIRMING, "yes_no")
        else:
            turn.ask(WHICH_DAY, "date")
        yield from ()


def _stretch(turn: Turn, wish: Wish) -> tuple[datetime, datetime]:
    zone = turn.context.zone
    assert wish.day is not None
    if wish.at is not None:
        start = datetime.combine(wish.day, wish.at, zone)
        return start, start + timedelta(hours=1)
    start = datetime.combine(wish.day, wish.after or time(), zone)
    last = (wish.until - timedelta(days=1)) if wish.until else wish.day
    end = datetime.combine(last, wish.before, zone) if wish.before else datetime.combine(last + timedelta(days=1), time(), zone)
    return start, max(end, start + timedelta(minutes=15))


def _words(turn: Turn, start: datetime, end: datetime) -> str:
    whole = start.time() == time() and end.time() == time()
    if whole and end - start <= timedelta(hours=25):
        return turn.day(start.date())
    if whole:
        return f"{turn.day(start.date())} to {turn.day((end - timedelta(days=1)).date())}"
    until = "the end of the day" if end.time() == time() else turn.time(end)
    return f"{turn.when(start)} until {until}"
