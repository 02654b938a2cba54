"""Days that were said as a number only ("the tenth", "the week of the 12th"), in the month that is talked about."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from assistant.dialogue.collectors import when
from assistant.dialogue.state import Wish
from assistant.dialogue.turn import Turn
from assistant.domain.language import TimeValue
from assistant.language.times import resolve

#: a day of some month, and no month
_NUMBERED = re.compile(
    r"(?:on |for )?(?:the )?(?:\d{1,2}(?:st|nd|rd|th)|(?:(?:twenty|thirty)[- ])?(?:first|second|third|fourth|fifth|sixth"
    r"|seventh|eighth|ninth)"
    r"|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)\b"
    r"(?!.*\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|this|next)).*",
    re.IGNORECASE | re.DOTALL,
)
_WEEK_OF = re.compile(r"(?:the )?week (?:of|with|starting|beginning) (?P<day>.+)", re.IGNORECASE)
#: so near to the day under discussion, the first days of a month are those after it: "the 2nd", of the 30th
_NEXT_DOOR = timedelta(days=7)


def in_month_discussed(turn: Turn, said: Wish, values: Sequence[TimeValue], *, bare: bool = False) -> Wish:
    """What was said, with its days in that month; `bare` when it is nothing but a number, where a day was asked for."""
    if not turn.state.frames or said.day is None:
        return said
    if len(values) == 1 and said.until is not None and (week := _WEEK_OF.match(values[0].text)) and _NUMBERED.fullmatch(week["day"]):
        named = when.said(resolve(f"on {week['day']}", turn.context.local, country=turn.profile.country), turn.context.zone).day
        day = _of_this_month(turn, named) if named is not None else said.day
        monday = day - timedelta(days=day.weekday())
        return replace(said, day=monday, until=monday + timedelta(days=7))
    numbers = [value for value in values if _NUMBERED.fullmatch(value.text)]
    if said.until is not None or not (len(numbers) == len(said.days) or bare):
        return said
    first, *others = (_of_this_month(turn, day) for day in said.days)
    return replace(said, day=first, others=tuple(others))


def _of_this_month(turn: Turn, day: date) -> date:
    """ "The tenth", said when February is talked about: February's."""
    frame = turn.frame
    start, until = frame.wish.day, frame.wish.until
    if start is not None and until is not None:
        run = [start + timedelta(days=offset) for offset in range((until - start).days)]
        if (inside := day if day in run else next((one for one in run if one.day == day.day), None)) is not None:
            return inside
    booked = turn.state.booked_here[-1].starts_at if turn.state.booked_here else None
    moment = frame.chosen or (booked if frame.about is None else None)
    about = moment.astimezone(turn.context.zone).date() if moment is not None else frame.about
    if about is None or about < day:
        return day
    this = about.replace(day=1)
    here, after = (_numbered(first, day.day) for first in (this, (this + timedelta(days=32)).replace(day=1)))
    return after if after is not None and after - about <= _NEXT_DOOR else here or day


def _numbered(first: date, number: int) -> date | None:
    """The day of that number in the month that begins with `first`."""
    return first.replace(day=number) if number <= calendar.monthrange(first.year, first.month)[1] else None
