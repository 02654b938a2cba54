"""A booking that repeats: how it is read back, and what is told of its dates once it is booked."""

from __future__ import annotations

import re

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import when
from assistant.dialogue.commands import Lost
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Appointment, SeriesReport

SERIES = phrase("That's {count}, the last on {last}.", text=("{count}, the last {last}.",))
ONLY_ONCE = phrase("Only that first one, though: the later dates are not free.")
SERIES_WITH_GAPS = phrase(
    "That's {count}, the last on {last}, and not on {days}, which {are}n't free.",
    text=("{count}, the last {last}; not on {days}, which {are}n't free.",),
)  # fmt: skip
#: dates of a series that are named; more are counted
_MOST_NAMED = 3


def tell(turn: Turn, first: Appointment) -> Flow:
    """How often it was booked, until when, and which dates could not be had."""
    report: SeriesReport | Lost = yield c.Series(first.id)
    if isinstance(report, Lost):
        return
    zone = turn.context.zone
    days = [item.starts_at.astimezone(zone).date() for item in report.booked]
    left_out = [turn.day(at.astimezone(zone).date(), month=True) for at, _ in report.refused]
    if len(days) < 2:
        if left_out:
            turn.say(ONLY_ONCE)
        return
    number = speak.number if turn.by_voice else str
    count = f"{number(len(days))} times" if len(days) > 2 else "twice"
    many = len(left_out) > _MOST_NAMED
    turn.say(
        SERIES_WITH_GAPS if left_out else SERIES,
        count=count if turn.by_voice else speak.capital(count),
        last=turn.day(days[-1], month=True),
        days=f"{number(len(left_out))} other dates" if many else speak.joined(left_out, "and"),
        are="is" if len(left_out) == 1 else "are",
    )


def repeat_words(turn: Turn) -> str:
    rule = turn.frame.recurrence or ""
    often = _how_often(rule)
    last = when.last_day(rule, turn.frame.chosen.astimezone(turn.context.zone)) if turn.frame.chosen is not None else None
    return often if not often or last is None else f"{often} until {turn.day(last, month=True)}"


def _how_often(rule: str) -> str:
    if (count := re.search(r"COUNT=(\d+)", rule)) is not None:
        weekly = "FREQ=WEEKLY" in rule and "INTERVAL" not in rule
        if weekly and int(count[1]) == 2:
            return ", and the week after"
        return f", {speak.number(int(count[1]))} {'weeks' if weekly else 'times'} in a row"
    if "FREQ=WEEKLY" in rule:
        return ", every two weeks" if "INTERVAL=2" in rule else ", every week"
    if "FREQ=MONTHLY" in rule:
        return ", every month"
    if "FREQ=DAILY" in rule:
        return ", every day"
    return ""
