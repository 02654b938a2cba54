""" "The same time next week": as the time that is talked about, as what was booked, or as the appointment that they have."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from assistant.dialogue.collectors import when
from assistant.dialogue.commands import Command
from assistant.dialogue.skills import targets, times, wishes
from assistant.dialogue.state import Wish
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.language import TimeKind, TimeValue

AS_WHICH = phrase("I don't see an earlier time to go by.", "I don't know which time that was.")
SAME_TIME = re.compile(r"\bsame (?:time|hour|slot)\b", re.IGNORECASE)
_SAME_DAY = re.compile(r"\bsame (?:week)?day\b", re.IGNORECASE)
_ON = (
    (relativedelta(days=1), re.compile(r"\b(?:next|following) day\b|\bday (?:after(?! tomorrow)|later)\b", re.IGNORECASE)),
    (relativedelta(weeks=2), re.compile(r"\b(?:two|2) weeks\b|\bfortnight\b|\bweek after next\b", re.IGNORECASE)),
    (relativedelta(weeks=1), re.compile(r"\b(?:next|following) week\b|\bweek (?:after|later)\b|\b(?:a|one) week\b", re.IGNORECASE)),
    (relativedelta(months=1), re.compile(r"\b(?:next|following) month\b|\bmonth (?:after|later)\b|\b(?:a|one) month\b", re.IGNORECASE)),
)


def settle(turn: Turn) -> Flow:
    """Put the day and the hour that are meant in the place of the words, before they are taken."""
    timed, step = bool(SAME_TIME.search(turn.text)), _step(turn.text)
    if not timed and not (step is not None and _SAME_DAY.search(turn.text)):
        return
    if step is not None and wishes.weekday_said(turn):
        step = None  # "same time next Thursday"
    base = yield from _base(turn)
    said = wishes.wish_said(turn)
    named = said.day if step is None and said.until is None else None
    turn.heard = replace(turn.heard, times=())
    if base is None:
        turn.say(AS_WHICH)
        turn.set(wish=Wish(day=named) if step is None else _run(turn.context.today + step, step), asked=(*turn.frame.asked, times.DAY_OPEN))
        return
    day = base.date() + step if step is not None else named
    if day is None:
        turn.set(wish=replace(turn.frame.wish, at=base.time(), alt=None, after=None, before=None))
        return
    start: date = datetime.combine(day, base.time(), turn.context.zone) if timed else day
    kind: TimeKind = "instant" if timed else "date"
    turn.heard = replace(turn.heard, times=(TimeValue(kind, start, grain="minute" if timed else "day", text=turn.text),))


def _step(text: str) -> relativedelta | None:
    """How far on from what stands."""
    return next((step for step, pattern in _ON if pattern.search(text)), None)


def _run(day: date, step: relativedelta) -> Wish:
    """The day, the week, or the month of it."""
    if step.days == 1:
        return Wish()
    if step.months:
        first = day.replace(day=1)
        return Wish(day=first, until=first + relativedelta(months=1))
    monday = day - timedelta(days=day.weekday())
    return Wish(day=monday, until=monday + timedelta(days=7))


def _base(turn: Turn) -> Generator[Command, Any, datetime | None]:
    """What "the same" points to: the time in hand, the one just booked, or the next appointment that they have."""
    frame, zone = turn.frame, turn.context.zone
    if frame.chosen is not None:
        return frame.chosen.astimezone(zone)
    if len(frame.options) == 1:
        return frame.options[0].astimezone(zone)
    if (moment := when.moment(frame.wish, zone)) is not None:
        return moment
    if turn.state.booked_here:
        return turn.state.booked_here[-1].starts_at.astimezone(zone)
    theirs = yield from targets.mine(turn)
    return theirs[0].starts_at.astimezone(zone) if theirs else None
