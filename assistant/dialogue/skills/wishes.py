"""What somebody says about when they want to come, read against what was offered and what is held."""

from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from assistant.dialogue.collectors import choice, when
from assistant.dialogue.skills import numbered_days, offered, unwanted
from assistant.dialogue.state import Wish
from assistant.dialogue.turn import Turn
from assistant.domain.language import TimeValue
from assistant.language.times import resolve

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
_HOUR = r"((?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})(?:[: ](?:thirty|fifteen|forty[- ]five|\d{2}))?)"
_NO_HOUR = re.compile(rf"^\W*(?:no|nope|sorry|wait|actually)[,\s]+(?:at |rather )?{_HOUR}(?: please)?\W*$", re.IGNORECASE)
_HOUR_ON = re.compile(rf"\b{_HOUR}\s+(?:then|sharp|please|works|is fine)\s+(?:on|for)\b", re.IGNORECASE)
_BARE_DAY = re.compile(  # "the third", where a day was asked for
    r"^\W*(?:(?:um+|uh+|ok(?:ay)?|yes|yeah|sure|well|or|then|maybe|perhaps|say|let'?s say|on|for|how about|what about|make it)[\s,]+)*"
    r"(?:the )?(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|1st|2nd|3rd|\d{1,2}th)"
    r"(?:[\s,]+(?:please|then|thanks|thank you|maybe|works|if possible|(?:would be|is) (?:good|great|fine|best|ok|okay)|for me))*\W*$",
    re.IGNORECASE,
)
_SOONEST = re.compile(
    r"\b(?:first|earliest|soonest|next)\b[^.?!]{0,20}\b(?:available|free|possible|opening|slot|time|appointment|you (?:have|got|can))\b|"
    r"\bas (?:soon|early) as (?:possible|you can)\b|\basap\b|\bany ?(?:time|day)\b|\bwhenever\b|"
    r"\b(?:doesn'?t|does not|don'?t) (?:matter|mind|care)\b|"
    r"\b(?:what|which) (?:(?:times?|days?|slots?|openings?|appointments?) )?(?:have|do) you (?:got|have)\b|"
    r"\b(?:your|any) (?:openings?|availability|free (?:times?|slots?)|available (?:times?|slots?|days?))\b|"
    r"\bwhat(?:'s| is| times? (?:is|are)| days? (?:is|are)) (?:available|free|open)\b|"
    r"\byou tell me\b|"
    r"\bwhen (?:are you free|can you (?:fit|squeeze|see|take)|is good|would be good|do you have)\b|"
    r"\bno preference\b|\byou (?:choose|pick|decide)\b|\bsoonest\b|\bearliest\b",
    re.IGNORECASE,
)  # fmt: skip
_ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4}
_NTH = r"first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|last"
_ORDINAL_PICK = re.compile(
    rf"\b(?P<which>{_NTH})\s+(?:one|option|slot|choice|of (?:those|them|these|the two))\b"
    r"|^\W*(?:(?:um+|uh+|ok(?:ay)?|yes|yeah|sure|i'?ll (?:take|have)|let'?s (?:do|take|go with)|maybe|then)[\s,]+)*"
    rf"(?:the )?(?P<alone>{_NTH})"
    r"(?:\s+(?:please|then|thanks|is (?:fine|good|great)|works(?: for me)?))*[\s.!]*$",
    re.IGNORECASE,
)
_TOO_COARSE = ("quarter", "year", "decade", "century")
_THE_ONE = re.compile(
    r"(?<!\ba )(?<!\ban )(?<!\bany )\b(?:the )?(?:earlier|later|sooner) (?:one|time|slot|option)\b"
    r"|\bthe (?:latter|former|later|earlier)\b[.!]?$",
    re.IGNORECASE,
)
_EARLIER = re.compile(r"\b(earlier|sooner|before (?:that|then))\b", re.IGNORECASE)
_LATER = re.compile(
    r"\b(any(?:thing)? later|a bit later|later (?:in|that|on|please|than)|something later|after (?:that|then))\b|^\W*later\W*$",
    re.IGNORECASE,
)
_WEEKDAY_ONLY = re.compile(r"\b(?:mon|tues?|wed|wednes|thu|thurs?|fri|sat|satur|sun)(?:day)?\b", re.IGNORECASE)
_NUMBER_INSTEAD = re.compile(
    r"^\W*(?:(?:no|nope|wait|sorry|actually|oops|i meant?|make it|rather|take|the|option|number|instead)[\s,.]+)+(\d)\W*$", re.IGNORECASE
)
_WHAT_ABOUT = re.compile(r"\b(?:what|how) about\b|\?", re.IGNORECASE)
_OTHER = re.compile(r"\bother (one|time|option)\b", re.IGNORECASE)
_RATHER = re.compile(
    r"\bnot (?:at )?(?:\w+)[, ]+(?:but )?(?:at )?"
    r"(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2}(?::\d{2})?)\b[\s.!]*(?:please)?[\s.!]*$",
    re.IGNORECASE,
)
_DAY_AFTER = re.compile(
    r"\b(?:the )?(?:(?P<next>day after(?: that)?(?! tomorrow)|next day|following day|a day later)"
    r"|(?P<before>day before(?: that)?(?! yesterday)"
    r"|a day earlier)|(?P<week>week after(?: that)?|following week|a week later))\b",
    re.IGNORECASE,
)
LATEST = re.compile(r"\b(?:latest|last) (?:\w+ ){0,2}?(?:you|possible|available|appointment|slot|time|one)\b|\bas late as\b", re.IGNORECASE)


def weekday_said(turn: Turn) -> bool:
    return bool(_WEEKDAY_ONLY.search(turn.text))


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


_EITHER = re.compile(r"\W*(?:(?:or|and|maybe|even|also|else|possibly|perhaps|on|the)\W+)*", re.IGNORECASE)
#: most days that are looked at together
_MOST_DAYS = 4


def _either_day(turn: Turn, values: Sequence[TimeValue], wish: Wish) -> Wish:
    """ "Tuesday or Thursday morning": every day that was named, and what was said of the time for all of them."""
    named = sorted(values, key=lambda value: value.span)
    said = [when.wish_of(value, turn.context.zone, turn.context.local) for value in named]
    if not 2 <= len(said) <= _MOST_DAYS or any(one.day is None or one.until is not None for one in said):
        return wish
    gaps = (turn.text[one.span[1] : two.span[0]] for one, two in itertools.pairwise(named))
    timed = {replace(one, day=None) for one in said if one.has_time}
    days = list(dict.fromkeys(one.day for one in said if one.day is not None))
    if len(timed) > 1 or len(days) < 2 or not all(_EITHER.fullmatch(gap) for gap in gaps):
        return wish
    return replace(next(iter(timed), Wish()), day=days[0], others=tuple(days[1:]))


def bare_day(turn: Turn) -> str:
    """ "The third", where a day was asked for."""
    match = _BARE_DAY.match(turn.text) if turn.state.frames and turn.state.expecting.what in ("date", "datetime") else None
    return match.group(1) if match else ""


def wish_said(turn: Turn) -> Wish:
    """What the words say about when to come; also a bare hour where only a time can be meant ("make it four")."""
    wanted = unwanted.wanted_times(turn)
    if not wanted and unwanted.told_times(turn):
        return Wish()
    return numbered_days.in_month_discussed(turn, _said(turn, wanted), wanted, bare=bool(bare_day(turn)))


def time_said(turn: Turn) -> Wish:
    """The same where a time that has been counts too: "who came on Tuesday?", "cancel the one that I missed on Tuesday"."""
    return _said(turn, [*unwanted.wanted_times(turn), *unwanted.told_times(turn)])


def _said(turn: Turn, times: Sequence[TimeValue]) -> Wish:
    zone, now = turn.context.zone, turn.context.local
    values = [value for value in times if value.grain not in _TOO_COARSE]
    if len(values) > 1:  # "last year I had this thing ... so Wednesday": what is over is a story beside what is to come
        ahead = [value for value in values if not when.past_day(when.wish_of(value, zone, now), turn.context.today)]
        values = ahead or values
    soon = now + timedelta(minutes=turn.profile.booking.min_notice_minutes)  # a series begins when there is notice enough
    wish = _either_day(turn, values, when.said(values, zone, soon))
    if wish.day is not None and not wish.has_time and (hour := _HOUR_ON.search(turn.text)):  # "nine then, on Wednesday"
        clock = when.said(resolve(f"at {hour.group(1)}", now, country=turn.profile.country), zone, now)
        wish = replace(wish, at=clock.at, alt=clock.alt)
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
        if day := bare_day(turn):
            return when.said(resolve(f"on the {day}", now, country=turn.profile.country), zone, now)
        match = _BARE_HOUR.search(turn.text)
        if match and turn.state.expecting.what in ("yes_no", "choice", "time", "datetime", "date"):
            return when.said(resolve(f"at {match.group(1)}", now, country=turn.profile.country), zone, now)
        match = _MAKE_IT.search(turn.text) or _NO_HOUR.match(turn.text)
        if match and turn.state.expecting.what == "name":
            return when.said(resolve(f"at {match.group(1)}", now, country=turn.profile.country), zone, now)
    return wish


def soonest_said(turn: Turn) -> bool:
    """ "First available", "as soon as you can", "any time", "not sure" of the day: no wish but the nearest."""
    if _SOONEST.search(turn.text) or offered.first_said(turn):
        return True
    return turn.state.expecting.what == "date" and offered.undecided(turn)


def pick(turn: Turn) -> choice.Choice:
    """Which of the offered times was meant."""
    options = turn.frame.options
    if offered.more_said(turn):
        return choice.Choice(wants="more")
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
    numbered = offered.by_number(turn)
    if numbered is None:
        numbered = offered.at_an_end(turn)
    if numbered is not None:
        return choice.Choice(picked=numbered)
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
    wish = wish_said(turn)
    if _first_of(turn, wish):
        return choice.Choice()  # that day's first, not the one on offer
    if frame_day := _day_held(turn, wish):
        wish = replace(wish, day=frame_day)
    if not _WHAT_ABOUT.search(turn.text):  # "what about Wednesday?" wants to see that day, "Wednesday" takes the offer on it
        wish = _into_range(turn, wish)
    picked = choice.choose(turn.heard, wish, options, turn.context.zone)
    if picked.wants == "neither" and (_EARLIER.search(turn.text) or _LATER.search(turn.text)):
        picked = choice.Choice()  # "neither, do you have anything later?"
    if picked == choice.Choice() and wish_said(turn).empty:
        if _EARLIER.search(turn.text):
            return choice.Choice(wants="earlier")
        if _LATER.search(turn.text):
            return choice.Choice(wants="later")
    return picked


def _first_of(turn: Turn, said: Wish) -> bool:
    """ "Tuesday, first available"."""
    return said.day is not None and not said.has_time and offered.first_said(turn)


def _day_held(turn: Turn, said: Wish) -> date | None:
    """An hour without a day is on the day of the time that is held, not of another that was offered beside it."""
    chosen = turn.frame.chosen
    if chosen is None or said.day is not None or said.at is None:
        return None
    return chosen.astimezone(turn.context.zone).date()


def other_picked(turn: Turn) -> bool:
    frame = turn.frame
    return bool(_OTHER.search(turn.text)) and len(frame.options) == 2 and frame.chosen in frame.options


def means(turn: Turn, said: Wish, moment: datetime | None) -> bool:
    """Is what was said just that moment again, or a part of it ("yes, Tuesday")?"""
    if moment is None or (_first_of(turn, said) and not turn.said_yes):
        return False
    local = moment.astimezone(turn.context.zone)
    if said.day is not None and (local.date() not in said.days if said.until is None else not said.day <= local.date() < said.until):
        return False
    if said.at is not None:
        return local.time() in (said.at, said.alt)
    return when.in_window(local, said)


def take_wish(turn: Turn) -> bool:
    """Put what was said about the time into the frame: a pick, "earlier"/"later", or a new wish. False when nothing was said."""
    out = unwanted.ruled_out(turn)
    if out:
        turn.set(unwanted=unwanted.add(turn.frame.unwanted, out))
        if wish_said(turn).empty:
            return _around(turn)
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
    said = _in_that_month(turn, _into_range(turn, said))
    if wish.day is None and said.day is None and frame.options:
        days = {option.astimezone(zone).date() for option in frame.options}
        if len(days) == 1:
            wish = Wish(day=days.pop())
    if wish.until is not None and said.day is None and frame.options and frame.chosen is None and said.at is not None:
        wish = Wish(day=frame.options[0].astimezone(zone).date())  # "eleven", of days that were offered
    if _first_of(turn, said):
        wish = replace(wish, at=None, alt=None)
    merged = when.settle_by_hours(when.merge(wish, said), turn.profile)
    chosen = frame.chosen
    if chosen is not None and when.moment(merged, zone) != chosen:
        chosen = None
    turn.set(wish=merged, chosen=chosen, options=frame.options if chosen else (), unwanted=unwanted.still(frame.unwanted, merged))
    return True


def rules_it_out(turn: Turn) -> bool:
    """ "Thursday doesn't work after all", of the time that is held."""
    chosen = turn.frame.chosen
    if chosen is None:
        return False
    local = chosen.astimezone(turn.context.zone)
    return any(item.rules_out(local) for item in unwanted.ruled_out(turn))


def _around(turn: Turn) -> bool:
    """Go on looking beside what was ruled out; False when nothing that is on offer or held is touched by it."""
    frame, today = turn.frame, turn.context.today

    def out(moment: datetime) -> bool:
        return any(item.rules_out(moment.astimezone(turn.context.zone)) for item in frame.unwanted)

    standing = [frame.chosen] if frame.chosen is not None else list(frame.options)
    if standing and not any(out(moment) for moment in standing):
        return False
    wish = replace(frame.wish, at=None, alt=None)
    if wish.day is None or wish.until is None:  # who named a day looks from there on
        start = max(today, wish.day or today)
        wish = replace(wish, day=start, until=start + timedelta(days=15), others=())
    turn.set(wish=wish, chosen=None, options=())
    return True


_OF_A_MONTH = re.compile(r"^\W*(?:of|in)\b", re.IGNORECASE)


def _in_that_month(turn: Turn, said: Wish) -> Wish:
    """ "The thirtieth" ... "of December": the day that was said, in the month that is said now."""
    day = turn.frame.wish.day
    whole = said.day is not None and said.until is not None and said.day.day == said.until.day == 1
    if day is None or turn.frame.wish.until is not None or not whole or said.day is None or not _OF_A_MONTH.match(turn.text):
        return said
    last = calendar.monthrange(said.day.year, said.day.month)[1]
    return Wish(day=said.day.replace(day=day.day)) if day.day <= last else said


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
