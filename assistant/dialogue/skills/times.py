"""From a wish to a time that is held: shared by booking and moving."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import choice, when
from assistant.dialogue.commands import Command
from assistant.dialogue.state import Phase, Wish
from assistant.dialogue.turn import Asking, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Refusal, Slot
from assistant.domain.language import TimeValue
from assistant.language.times import resolve

WHICH_DAY = phrase("Which day suits you?", "What day would you like?", "Which day works for you?")
WHICH_DAY_FOR_TIME = phrase("On which day?", "Which day would that be?")
WHICH_OTHER = phrase("Which other day or time would suit you?", "What day or time would be better?", "When would suit you instead?")
WHICH_HALF = phrase("{early}, or {late}?", "Do you mean {early}, or {late}?")
OFFER_SAME_DAY = phrase(
    "{day} I have {times}. Which suits you?", "{day} I have {times}. Which one would you like?", "{day}, {times}?",
    text=("{day}: {numbered}. Which one?", "{day} I have: {numbered}. Which one?"),
)  # fmt: skip
OFFER_DAYS = phrase(
    "I have {times}. Which suits you?", "There's {times}. Which one would you like?", "{times}?",
    text=("I have: {numbered}. Which one?", "Free: {numbered}. Which one?"),
)  # fmt: skip
NEAREST = phrase("I have {times}?", "What about {times}?", text=("I have: {numbered}. Which one?", "Free: {numbered}. Which one?"))
NEAREST_ONE = phrase("I have {times}, would that do?", "{times} is free, would that do?", text=("{times} is free. Would that do?",))
NOTHING_NEAR = phrase("I can't find anything free around then. Which other day would suit you?")
ONE = phrase("{times} is free. Shall I take that?", "I have {times}. Would that do?")
FULL = phrase("{what} is full.", "{what} is fully booked.", text=("{what} is full.", "{what} is fully booked."))
TAKEN = phrase("{what} is taken.", "{what} isn't free.")
JUST_TAKEN = phrase("Someone just took {what}.", "{what} was taken just now.")
PAST = phrase("That's already in the past.", "That day is already over.")
PAST_TIME = phrase("That time is already past.")
TOO_SOON = phrase("That's too short notice for us.", "We need a little more notice than that.")
TOO_FAR = phrase("I can book up to {days} days ahead, that is until {until}.", "That's too far ahead, I can book until {until}.")
CLOSED_WEEKDAY = phrase("We're closed on {weekday}s.", "On {weekday}s we're closed.")
CLOSED_FOR = phrase("We're closed {day} for {reason}.", "{day} we're closed for {reason}.")
CLOSED_DAY = phrase("We're closed {day}.")
OUTSIDE = phrase("{day} we're open {hours}.", "We're open {hours} {day}.")
TOO_LONG = phrase("{service} takes {minutes} minutes, which doesn't fit there.")
NO_SUCH_DAY = phrase(
    "There's no such day: {month} doesn't have {day} days. Which day do you mean?",
    "{month} has no {ordinal}, so that's not a day I can book. Which day do you mean?",
)
OFF_GRID = phrase("We start every {minutes} minutes.", "Appointments start every {minutes} minutes.")
NO_SUCH_TIME = phrase("That time doesn't exist, the clocks change that night.")
_LEADING_NUMBER = re.compile(r"^\W*(?:option |number |no\.? ?)?(\d)\s*(?:[,.)]|$|please|and\b|for\b)", re.IGNORECASE)
_BARE_HOUR = re.compile(
    r"\b(?:make it|make that|at|to|around|about|try|say|rather|want|prefer|instead)\s+"
    r"((?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})(?:[: ](?:thirty|fifteen|forty[- ]five|\d{2}))?)\b",
    re.IGNORECASE,
)  # fmt: skip
_MAKE_IT = re.compile(
    r"\b(?:make (?:it|that)|change (?:it|that) to|move (?:it|that) to)\s+(?:at )?"
    r"((?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})(?:[: ](?:thirty|fifteen|forty[- ]five|\d{2}))?)\b",
    re.IGNORECASE,
)
_SOONEST = re.compile(
    r"\b(?:first|earliest|soonest|next)\b[^.?!]{0,20}\b(?:available|free|possible|opening|slot|time|appointment|you (?:have|got|can))\b|"
    r"\bas (?:soon|early) as (?:possible|you can)\b|\basap\b|\bany ?(?:time|day)\b|\bwhenever\b|"
    r"\b(?:doesn'?t|does not|don'?t) (?:matter|mind|care)\b|"
    r"\bwhat (?:have|do) you (?:got|have)\b|\bwhat(?:'s| is| times? (?:is|are)| days? (?:is|are)) (?:available|free|open)\b|\byou tell me\b|"
    r"\bwhen (?:are you free|can you (?:fit|squeeze|see|take)|is good|would be good|do you have)\b|"
    r"\bno preference\b|\byou (?:choose|pick|decide)\b|\bsoonest\b|\bearliest\b",
    re.IGNORECASE,
)  # fmt: skip
_ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4}
_NTH = r"first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|last"
_ORDINAL_PICK = re.compile(
    rf"\b(?P<which>{_NTH})\s+(?:one|option|slot|choice|of (?:those|them|these|the two))\b"
    rf"|^\W*(?:(?:um+|uh+|ok(?:ay)?|yes|yeah|sure|i'?ll (?:take|have)|let'?s (?:do|take|go with)|maybe|then)[\s,]+)*(?:the )?(?P<alone>{_NTH})"
    r"(?:\s+(?:please|then|thanks|is (?:fine|good|great)|works(?: for me)?))*[\s.!]*$",
    re.IGNORECASE,
)
_TOO_COARSE = ("quarter", "year", "decade", "century")
_THE_ONE = re.compile(
    r"\b(?:the )?(?:earlier|later|sooner) (?:one|time|slot|option)\b|\bthe (?:latter|former|later|earlier)\b[.!]?$", re.IGNORECASE
)
_EARLIER = re.compile(r"\b(earlier|sooner|before (?:that|then))\b", re.IGNORECASE)
_LATER = re.compile(
    r"\b(any(?:thing)? later|a bit later|later (?:in|that|on|please|than)|something later|after (?:that|then))\b|^\W*later\W*$",
    re.IGNORECASE,
)
_WEEKDAY_ONLY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
_NUMBER_INSTEAD = re.compile(
    r"^\W*(?:(?:no|nope|wait|sorry|actually|oops|i meant?|make it|rather|take|the|option|number|instead)[\s,.]+)+(\d)\W*$", re.IGNORECASE
)
_OTHER = re.compile(r"\bother (one|time|option)\b", re.IGNORECASE)


_NOT_BEFORE = re.compile(
    r"\b(?:not|except|besides|apart from|other than|anything but|any day but|any time but|can'?t (?:do|make|come)|cannot (?:do|make|come)"
    r"|won'?t work|no)\s+(?:on |at |for )?(?:a |the )?(?:this |next )?$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"^s?,?\s+(?:doesn'?t|does not|don'?t|won'?t|isn'?t|is not|is no|is bad|are bad|is out|are out|is difficult|never)\b", re.IGNORECASE
)
_RATHER = re.compile(
    r"\bnot (?:at )?(?:\w+)[, ]+(?:but )?(?:at )?"
    r"(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}(?::\d{2})?)\b[\s.!]*(?:please)?[\s.!]*$",
    re.IGNORECASE,
)
_DAY_AFTER = re.compile(
    r"\b(?:the )?(?:(?P<next>day after(?: that)?(?! tomorrow)|next day|following day|a day later)|(?P<before>day before(?: that)?(?! yesterday)"
    r"|a day earlier)|(?P<week>week after(?: that)?|following week|a week later))\b",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:latest|last) (?:\w+ ){0,2}?(?:you|possible|available|appointment|slot|time|one)\b|\bas late as\b", re.IGNORECASE
)
_WEEKDAYS = {name.lower(): index for index, name in enumerate(speak.WEEKDAYS)}


def weekday_said(turn: Turn) -> bool:
    return bool(_WEEKDAY_ONLY.search(turn.text))


def excluded(turn: Turn) -> frozenset[int]:
    """Weekdays that were ruled out ("any day but Thursday", "mornings, but not Friday")."""
    found = set()
    for match in _WEEKDAY_ONLY.finditer(turn.text):
        if _negated(turn.text, match.start(), match.end()):
            found.add(_WEEKDAYS[match.group(0).lower()])
    return frozenset(found)


def _negated(text: str, start: int, end: int) -> bool:
    if len(_WEEKDAY_ONLY.findall(text[start:end])) > 1:
        return False  # "can't do Thursday, sorry, Friday": what replaces it stands
    return bool(_NOT_BEFORE.search(text[:start]) or _NOT_AFTER.search(text[end:]))


def relative_day(turn: Turn) -> Wish:
    """ "The day after", counted from the day that was just talked about."""
    match = _DAY_AFTER.search(turn.text)
    if match is None or not turn.state.frames or turn.heard.times:
        return Wish()
    frame = turn.frame
    base = frame.chosen.astimezone(turn.context.zone).date() if frame.chosen else frame.about
    if base is None:
        return Wish()
    if match["week"]:
        return Wish(day=base + timedelta(days=7))
    return Wish(day=base + timedelta(days=1 if match["next"] else -1))


def _either_day(turn: Turn, values: Sequence[TimeValue], wish: Wish) -> Wish:
    """ "Thursday or Friday morning": both days, and the part of the day that was said for either."""
    days = [(value, when.wish_of(value, turn.context.zone, turn.context.local)) for value in values]
    days = [(value, said) for value, said in days if said.day is not None and said.until is None and said.at is None]
    if len(days) != 2 or wish.day is None or wish.at is not None:
        return wish
    (first, one), (second, two) = sorted(days, key=lambda pair: pair[1].day or turn.context.today)
    assert one.day is not None and two.day is not None
    start, end = min(first.span[1], second.span[1]), max(first.span[0], second.span[0])
    if (two.day - one.day).days != 1 or not re.fullmatch(r"\W*(?:or|and|or maybe|or else)\W*(?:on )?", turn.text[start:end]):
        return wish
    timed = one if one.has_time else two
    return Wish(one.day, two.day + timedelta(days=1), None, None, timed.after, timed.before)


def wish_said(turn: Turn) -> Wish:
    """What the words say about a time; also a bare hour where only a time can be meant ("make it four")."""
    zone, now = turn.context.zone, turn.context.local
    values = [value for value in turn.heard.times if value.grain not in _TOO_COARSE and not _negated(turn.text, *value.span)]
    if len(values) > 1:  # "last year I had this thing ... so Wednesday": what is over is a story beside what is to come
        ahead = [value for value in values if not when.past_day(when.wish_of(value, zone, now), turn.context.today)]
        values = ahead or values
    soon = now + timedelta(minutes=turn.profile.booking.min_notice_minutes)  # a series begins when there is notice enough
    wish = _either_day(turn, values, when.said(values, zone, soon))
    rather = _RATHER.search(turn.text) if turn.state.frames else None
    if rather is not None and wish.day is None:  # "no, not ten, eleven"
        return when.said(resolve(f"at {rather.group(1)}", now, country=turn.profile.country), zone, now)
    if wish.empty:
        gone = when.impossible_day(turn.text, turn.context.today)
        if gone is not None:  # the day does not exist, but the time of day stands
            timed = resolve(when.without_days(turn.text), now, country=turn.profile.country)
            return replace(when.said(timed, zone, now), day=None, until=None)
        wish = relative_day(turn)
    if wish.empty and turn.state.frames:
        match = _BARE_HOUR.search(turn.text)
        if match and turn.state.expecting.what in ("yes_no", "choice", "time", "datetime", "date"):
            return when.said(resolve(f"at {match.group(1)}", now, country=turn.profile.country), zone, now)
        match = _MAKE_IT.search(turn.text)
        if match and turn.state.expecting.what == "name":
            return when.said(resolve(f"at {match.group(1)}", now, country=turn.profile.country), zone, now)
    return wish


def soonest_said(turn: Turn) -> bool:
    """ "First available", "as soon as you can", "any time": no wish but the nearest."""
    return bool(_SOONEST.search(turn.text))


def pick(turn: Turn) -> choice.Choice:
    """Which of the offered times was meant."""
    options = turn.frame.options
    if not options:
        if turn.frame.chosen is not None and not turn.heard.times:  # "anything earlier that day?", of the one that is held
            if _EARLIER.search(turn.text):
                return choice.Choice(wants="earlier")
            if _LATER.search(turn.text):
                return choice.Choice(wants="later")
        return choice.Choice()
    instead = _NUMBER_INSTEAD.search(turn.text)
    if instead and not turn.by_voice and turn.frame.chosen in options and 1 <= int(instead.group(1)) <= len(options):
        return choice.Choice(picked=int(instead.group(1)) - 1)  # "no wait, 2", after 1 was read back
    if not turn.by_voice and turn.state.expecting.what == "choice":
        match = _LEADING_NUMBER.match(turn.text)
        if match and 1 <= int(match.group(1)) <= len(options):
            return choice.Choice(picked=int(match.group(1)) - 1)
    if _OTHER.search(turn.text) and len(options) == 2 and turn.frame.chosen in options:
        return choice.Choice(picked=1 - options.index(turn.frame.chosen))
    if len(options) > 1 and _THE_ONE.search(turn.text):
        return choice.Choice(picked=0 if re.search(r"\b(earlier|sooner|former)\b", turn.text, re.IGNORECASE) else len(options) - 1)
    ordinal = _ORDINAL_PICK.search(turn.text)
    if ordinal is not None and turn.state.expecting.what == "choice":
        word = (ordinal.group("which") or ordinal.group("alone")).lower()
        index = _ORDINALS[word] if word != "last" else len(options) - 1
        if index < len(options):
            return choice.Choice(picked=index)
    picked = choice.choose(turn.heard, wish_said(turn), options, turn.context.zone)
    if picked == choice.Choice() and wish_said(turn).empty:
        if _EARLIER.search(turn.text):
            return choice.Choice(wants="earlier")
        if _LATER.search(turn.text):
            return choice.Choice(wants="later")
    return picked


def other_picked(turn: Turn) -> bool:
    frame = turn.frame
    return bool(_OTHER.search(turn.text)) and len(frame.options) == 2 and frame.chosen in frame.options


def means(turn: Turn, said: Wish, moment: datetime | None) -> bool:
    """Is what was said just that moment again, or a part of it ("yes, Tuesday")?"""
    if moment is None:
        return False
    local = moment.astimezone(turn.context.zone)
    if said.day is not None and (local.date() != said.day if said.until is None else not said.day <= local.date() < said.until):
        return False
    if said.at is not None:
        return local.time() in (said.at, said.alt)
    return when.in_window(local, said)


def take_wish(turn: Turn) -> bool:
    """Put what was said about the time into the frame: a pick, "earlier"/"later", or a new wish. False when nothing was said."""
    frame, zone = turn.frame, turn.context.zone
    picked = pick(turn)
    if picked.picked is not None:
        option = frame.options[picked.picked].astimezone(zone)
        same = frame.chosen == frame.options[picked.picked]
        turn.set(wish=Wish(day=option.date(), at=option.time()), chosen=frame.chosen if same else None)
        return True
    said = wish_said(turn)
    if said.empty and picked.wants is None and soonest_said(turn) and not frame.wish.has_time and frame.wish.day is None:
        turn.set(
            wish=Wish(day=turn.context.today, until=turn.context.today + timedelta(days=15)), chosen=None, asked=(*frame.asked, "soonest")
        )
        return True
    if picked.wants in ("earlier", "later") and said.empty:
        _shift(turn, picked.wants)
        return True
    if said.empty:
        return False
    wish = frame.wish
    said = _into_range(turn, said)
    if wish.day is None and said.day is None and frame.options:
        days = {option.astimezone(zone).date() for option in frame.options}
        if len(days) == 1:
            wish = Wish(day=days.pop())
    if wish.until is not None and said.day is None and frame.options and frame.chosen is None and said.at is not None:
        wish = Wish(day=frame.options[0].astimezone(zone).date())  # "eleven", of days that were offered
    merged = when.settle_by_hours(when.merge(wish, said), turn.profile)
    chosen = frame.chosen
    if chosen is not None and when.moment(merged, zone) != chosen:
        chosen = None
    turn.set(wish=merged, chosen=chosen, options=frame.options if chosen else ())
    return True


def _into_range(turn: Turn, said: Wish) -> Wish:
    """ "What about Wednesday?" after next week was offered means next week's."""
    wish = turn.frame.wish
    if (
        said.day is None
        or said.until is not None
        or not _WEEKDAY_ONLY.search(turn.text)
        or re.search(r"\d(st|nd|rd|th)|\bthis\b|\bnext\b", turn.text)
    ):
        return said
    days = [option.astimezone(turn.context.zone).date() for option in turn.frame.options]
    if wish.day is not None and wish.until is not None and "soonest" not in turn.frame.asked:
        days += [wish.day + timedelta(days=offset) for offset in range((wish.until - wish.day).days)]
    fitting = sorted(day for day in days if day.weekday() == said.day.weekday())
    return replace(said, day=fitting[0]) if fitting and said.day not in fitting else said


def _shift(turn: Turn, direction: str) -> None:
    frame, zone = turn.frame, turn.context.zone
    edge = frame.chosen or (min(frame.options) if direction == "earlier" else max(frame.options))
    local = edge.astimezone(zone)
    limits = {"before": local.time()} if direction == "earlier" else {"after": (local + timedelta(minutes=1)).time()}
    turn.set(wish=Wish(day=local.date(), **limits), chosen=None, options=())  # type: ignore[arg-type]


def arrange(turn: Turn, *, moving: str | None = None, near: time | None = None) -> Asking:
    """Lead from the wish to a held time: True when `frame.chosen` is held, False when the person has been asked something."""
    frame, context = turn.frame, turn.context
    service = frame.service
    if frame.chosen is not None and frame.hold_id is not None:
        return True
    impossible = when.impossible_day(turn.text, context.today)
    if impossible is not None:
        month, day = impossible
        turn.set(wish=Wish(*(None, None), frame.wish.at, frame.wish.alt, frame.wish.after, frame.wish.before))
        turn.ask(
            NO_SUCH_DAY,
            "date",
            month=speak.MONTHS[month - 1],
            day=day,
            ordinal=speak.ordinal(day) if turn.by_voice else f"{day}{'st' if day == 31 else 'th'}",
        )
        return False
    wish = when.settle_by_hours(frame.wish, turn.profile)
    turn.set(wish=wish)
    if wish.day is None and not (frame.waiting == "open" and wish.has_time and wish.at is None):
        turn.ask(WHICH_DAY_FOR_TIME if wish.has_time else WHICH_DAY, "date")
        return False
    if when.past_day(wish, context.today):
        turn.set(wish=Wish(None, None, wish.at, wish.alt, wish.after, wish.before))
        turn.say(PAST)
        turn.ask(WHICH_OTHER, "date")
        return False
    if wish.at is not None and wish.alt is not None:
        early, late = sorted((wish.at, wish.alt))
        turn.ask(WHICH_HALF, "time", early=_half(turn, early), late=_half(turn, late))
        return False
    assert service is not None
    yield from turn.let_go()  # what was held for an earlier wish must not stand in the way of this one
    at = when.moment(wish, context.zone)
    if at is None:
        return (yield from _offer_in_window(turn, service, wish, moving, near))
    refusal: Refusal | None = yield c.CheckTime(service, at, moving)
    if refusal is None:
        if (yield from turn.hold(service, at, moving)) is not None:
            turn.note("hold")
            return True
        refusal = Refusal("taken")
    news = refusal_words(turn, refusal, at)
    yield from offer_near(turn, service, at, news, moving=moving, code=refusal.code)
    return False


def _half(turn: Turn, moment: time) -> str:
    return speak.spoken_time(moment, half_of_day=True) if turn.by_voice else speak.written_time(moment)


def _offer_in_window(turn: Turn, service: str, wish: Wish, moving: str | None, near_time: time | None) -> Asking:
    context = turn.context
    start, end = when.window(wish, context.now, context.zone, turn.profile.booking.max_days_ahead)
    preferred = wish.at or (near_time if not wish.has_time else None)
    near = datetime.combine(wish.day, preferred, context.zone) if preferred is not None and wish.day is not None else None
    count = _count(turn)
    if near is None and wish.until is None and wish.day is not None and _LATEST.search(turn.text):
        near, count = end - timedelta(minutes=1), 1
    if "soonest" in turn.frame.asked and near is None:
        near = start
    slots: tuple[Slot, ...] = ()
    if wish.until is not None and wish.has_time:
        slots = yield from _on_several_days(turn, service, wish, moving)
    if not slots and (wish.until is None or not (wish.after or wish.before)):
        without = excluded(turn)
        found: tuple[Slot, ...] = yield c.FindSlots(service, start, end, near, count if not without else 5, moving)
        slots = tuple(slot for slot in found if slot.starts_at.astimezone(context.zone).weekday() not in without)[:count]
    if slots:
        offer(turn, slots)
        return False
    anchor = _anchor(turn, wish)
    refusal: Refusal | None = yield c.CheckTime(service, anchor, moving)
    whole_day = refusal is not None and refusal.code in ("closed_day", "holiday", "closure", "beyond_horizon", "past", "outside_hours")
    if whole_day and refusal is not None and wish.until is None:
        news = refusal_words(turn, refusal, anchor)
        code: str = refusal.code
    else:
        news, code = _full(turn, wish), "full"
    yield from offer_near(turn, service, anchor, news, moving=moving, code=code)
    return False


def _on_several_days(turn: Turn, service: str, wish: Wish, moving: str | None) -> Generator[Command, Any, tuple[Slot, ...]]:
    """ "Any morning next week", "next week at three": one time a day, until there are enough."""
    zone, found = turn.context.zone, list[Slot]()
    assert wish.day is not None and wish.until is not None
    without = excluded(turn)
    for offset in range(min((wish.until - wish.day).days, 14)):
        day = wish.day + timedelta(days=offset)
        if day.weekday() in without:
            continue
        first, last = (wish.at, None) if wish.at is not None else (wish.after, wish.before)
        start = datetime.combine(day, first or time(), zone)
        end = (
            start + timedelta(minutes=1)
            if wish.at is not None
            else datetime.combine(day, last, zone)
            if last
            else datetime.combine(day + timedelta(days=1), time(), zone)
        )
        if end <= turn.context.local:
            continue
        slots: tuple[Slot, ...] = yield c.FindSlots(service, max(start, turn.context.local), end, start, 1, moving)
        found += slots[:1]
        if len(found) == _count(turn):
            break
    return tuple(found)


def _anchor(turn: Turn, wish: Wish) -> datetime:
    """A moment that stands for the whole wish: inside opening hours where its window touches them, so a full day is not called closed."""
    day = wish.day or turn.context.today
    first, last = wish.after or time(), wish.before or time.max
    for period in turn.profile.hours[day.weekday()]:
        if period.start < last and period.end > first:
            return datetime.combine(day, max(period.start, first), turn.context.zone)
    return datetime.combine(day, wish.after or time(12), turn.context.zone)


def _full(turn: Turn, wish: Wish) -> str:
    if wish.day is None:
        return ""
    part = ""
    if wish.after is not None and wish.until is None:
        part = " afternoon" if wish.after >= time(12) else " morning"
    what = f"{speak.WEEKDAYS[wish.day.weekday()]}{part}" if wish.until is None else "That time"
    return turn.words(FULL, what=what)


def offer_near(
    turn: Turn, service: str, at: datetime, news: str, *, moving: str | None = None, code: str = ""
) -> Generator[Command, Any, None]:
    """Bad news with the nearest good news."""
    context = turn.context
    horizon = context.local + timedelta(days=turn.profile.booking.max_days_ahead)
    if code == "beyond_horizon":
        at = horizon
    if at < context.local:
        at = context.local
    local = at.astimezone(context.zone)
    day = datetime.combine(local.date(), time(), context.zone)
    slots: tuple[Slot, ...] = ()
    if code in ("taken", "off_grid", "outside_hours", "too_long", "too_soon", "past", "full", "slot_taken", "nonexistent"):
        slots = yield c.FindSlots(service, max(day, context.local), day + timedelta(days=1), at, _count(turn), moving)
    if not slots:
        start = max(context.local, day - timedelta(days=3 if code != "beyond_horizon" else 14))
        slots = yield c.FindSlots(service, start, day + timedelta(days=11), at, _count(turn), moving)
    if news:
        turn.say(news)
    turn.set(chosen=None)
    if not slots:
        turn.set(wish=Wish(), options=())
        turn.ask(NOTHING_NEAR, "date")
        return
    offer(turn, slots, news=bool(news))


def _count(turn: Turn) -> int:
    return 2 if turn.by_voice else 3


def offer(turn: Turn, slots: Sequence[Slot], *, news: bool = False, question: str | None = None) -> None:
    """Put times to the person: two by voice, numbered by text."""
    zone = turn.context.zone
    options = tuple(sorted(slot.starts_at.astimezone(zone) for slot in slots))
    turn.set(options=options, chosen=None, about=options[0].date())
    turn.note("offer")
    one_day = len({option.date() for option in options}) == 1
    day = turn.day(options[0].date())
    if len(options) == 1:
        turn.say(NEAREST_ONE if news else ONE, times=speak.capital(turn.when(options[0])))
    elif one_day and not news:
        times = speak.joined([turn.time(option) for option in options])
        turn.say(OFFER_SAME_DAY, day=day, times=times, numbered=numbered([turn.time(option) for option in options]))
    elif one_day:
        times = f"{day} at {speak.joined([turn.time(option) for option in options])}"
        turn.say(NEAREST, times=times, numbered=f"{day}: " + numbered([turn.time(option) for option in options]))
    else:
        each = [turn.when(option) for option in options]
        turn.say(NEAREST if news else OFFER_DAYS, times=", or ".join(each), numbered=numbered(each))
    turn.wait(Phase.CHOOSING, "choice", options=tuple(turn.when(option) for option in options))


def numbered(items: Sequence[str]) -> str:
    return " ".join(f"{index}) {item}" for index, item in enumerate(items, 1))


def options_again(turn: Turn) -> str:
    """ "One fifteen or three on Thursday?" """
    options = [option.astimezone(turn.context.zone) for option in turn.frame.options]
    one_day = len({option.date() for option in options}) == 1
    if not turn.by_voice:
        if one_day:
            return f"{turn.day(options[0].date())}: {numbered([turn.time(option) for option in options])}?"
        return numbered([turn.when(option) for option in options]) + "?"
    if one_day:
        return f"{speak.joined([turn.time(option) for option in options])} on {speak.WEEKDAYS[options[0].weekday()]}?"
    return ", or ".join(f"{speak.WEEKDAYS[option.weekday()]} at {turn.time(option)}" for option in options) + "?"


def refusal_words(turn: Turn, refusal: Refusal, at: datetime) -> str:
    """Why a time cannot be had, in a sentence."""
    local = at.astimezone(turn.context.zone)
    day = turn.day(local.date()) if turn.by_voice else f"on {turn.day(local.date())}"
    match refusal.code:
        case "past":
            return turn.words(PAST if local.date() < turn.context.today else PAST_TIME)
        case "too_soon":
            return turn.words(TOO_SOON)
        case "beyond_horizon":
            until = turn.context.today + timedelta(days=turn.profile.booking.max_days_ahead)
            days = turn.profile.booking.max_days_ahead
            return turn.words(TOO_FAR, days=speak.number(days) if turn.by_voice else days, until=turn.day(until, month=True))
        case "closed_day":
            return turn.words(CLOSED_WEEKDAY, weekday=speak.WEEKDAYS[local.weekday()])
        case "holiday" | "closure":
            if refusal.reason:
                return turn.words(CLOSED_FOR, day=day, reason=_the(refusal.reason))
            return turn.words(CLOSED_DAY, day=day)
        case "outside_hours":
            hours = speak.joined([_period(turn, opens, closes) for opens, closes in refusal.hours], "and")
            if not hours:
                return turn.words(CLOSED_DAY, day=f"then on {speak.WEEKDAYS[local.weekday()]}s")
            return turn.words(OUTSIDE, day=f"on {speak.WEEKDAYS[local.weekday()]}s", hours=hours)
        case "too_long":
            service = turn.profile.service(turn.frame.service or "")
            minutes = service.minutes if service else 0
            name = speak.capital(speak.article(turn.service_words(service.name))) if service else "That"
            return turn.words(TOO_LONG, service=name, minutes=speak.number(minutes) if turn.by_voice else minutes)
        case "off_grid":
            minutes = turn.profile.booking.slot_minutes
            return turn.words(OFF_GRID, minutes=speak.number(minutes) if turn.by_voice else minutes)
        case "nonexistent":
            return turn.words(NO_SUCH_TIME)
        case _:
            return turn.words(TAKEN, what=speak.capital(turn.when(local)))


def _the(reason: str) -> str:
    """ "winter break" -> "the winter break"; holidays keep their names."""
    return f"the {reason}" if reason[:1].islower() and not reason.startswith(("the ", "a ", "our ")) else reason


def _period(turn: Turn, opens: str, closes: str) -> str:
    def words(value: str) -> str:
        moment = time.fromisoformat(value)
        return speak.spoken_time(moment) if turn.by_voice else speak.written_time(moment)

    return f"from {words(opens)} to {words(closes)}"
