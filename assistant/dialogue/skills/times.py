"""From a wish to a time that is held: shared by booking and moving."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import when
from assistant.dialogue.commands import Command
from assistant.dialogue.skills import offered, wishes
from assistant.dialogue.skills.base import Skill
from assistant.dialogue.skills.unwanted import just_these
from assistant.dialogue.state import Phase, Wish
from assistant.dialogue.turn import Asking, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Refusal, Slot

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
NO_OTHERS = phrase("That's all I have around then.", "There's nothing else around then.")
NO_RUSH = phrase("No rush, another day is fine, too.", "Take your time, you can also name another day.")
NOTHING_NEAR = phrase("I can't find anything free around then. Which other day would suit you?")
ONE = phrase("{times} is free. Shall I take that?", "I have {times}. Would that do?")
NOTHING = phrase("There's nothing free {when}.", "I have nothing {when}.")
FULL = phrase("{what} is full.", "{what} is fully booked.", text=("{what} is full.", "{what} is fully booked."))
NONE_OF_THEM = phrase("There's nothing free on those days.", "Those days are full.")
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
            ordinal=speak.ordinal(day) if turn.by_voice else speak.written_ordinal(day),
        )
        return False
    wish = when.settle_by_hours(frame.wish, turn.profile)
    turn.set(wish=wish)
    if wish.day is None and not (frame.waiting == "open" and wish.has_time and wish.at is None):
        turn.ask(WHICH_DAY_FOR_TIME if wish.has_time else WHICH_DAY, "date")
        return False
    if wish.until is not None and DAY_OPEN in frame.asked:
        turn.set(asked=tuple(item for item in frame.asked if item != DAY_OPEN))
        turn.ask(WHICH_DAY, "date")
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
    if wish.day is None:  # "in the afternoon", of any day
        wish = replace(wish, day=context.today, until=context.today + timedelta(days=15))
    if at is None:
        return (yield from _offer_in_window(turn, service, wish, moving, near))
    refusal: Refusal | None = yield c.CheckTime(service, at, moving)
    for named in wish.others if refusal is not None else ():  # "Tuesday or Thursday at ten", and Tuesday is taken
        other = when.moment(replace(wish, day=named), context.zone)
        if other is not None and (yield c.CheckTime(service, other, moving)) is None:
            at, refusal = other, None
            break
    if refusal is None:
        if (yield from turn.hold(service, at, moving)) is not None:
            turn.note("hold")
            return True
        refusal = Refusal("taken")
    news = refusal_words(turn, refusal, at)
    yield from offer_near(turn, service, at, news, moving=moving, code=refusal.code)
    return False


def say_if_shut(turn: Turn, service: str) -> Generator[Command, Any, None]:
    """A day on which nobody is there is said at once, before anything else is asked about it, and forgotten."""
    wish = turn.frame.wish
    if wish.day is None or wish.until is not None or wish.others or when.past_day(wish, turn.context.today):
        return
    at = _anchor(turn, wish)
    refusal: Refusal | None = yield c.CheckTime(service, at, None)
    if refusal is not None and refusal.code in ("closed_day", "holiday", "closure", "beyond_horizon"):
        turn.say(refusal_words(turn, refusal, at))
        turn.set(wish=Wish(None, None, wish.at, wish.alt, wish.after, wish.before))


def _half(turn: Turn, moment: time) -> str:
    return speak.spoken_time(moment, half_of_day=True) if turn.by_voice else speak.written_time(moment)


def _offer_in_window(turn: Turn, service: str, wish: Wish, moving: str | None, near_time: time | None) -> Asking:
    context = turn.context
    slots = yield from _slots(turn, service, wish, moving, near_time)
    if slots:
        offer(turn, slots)
        return False
    anchor = _anchor(turn, wish)
    refusal: Refusal | None = yield c.CheckTime(service, anchor, moving)
    if wish.until is not None and wish.until > context.today + timedelta(days=turn.profile.booking.max_days_ahead + 1):
        refusal = Refusal("beyond_horizon")  # "in March", and most of March is too far ahead
    whole_day = refusal is not None and refusal.code in ("closed_day", "holiday", "closure", "beyond_horizon", "past", "outside_hours")
    if whole_day and refusal is not None and (wish.until is None or refusal.code == "beyond_horizon"):
        news = refusal_words(turn, refusal, anchor)
        code: str = refusal.code
    else:
        news, code = _full(turn, wish), "full"
    yield from offer_near(turn, service, anchor, news, moving=moving, code=code)
    return False


def _slots(turn: Turn, service: str, wish: Wish, moving: str | None, near_time: time | None) -> Generator[Command, Any, tuple[Slot, ...]]:
    """What is free within a wish, at most as many as are offered at once."""
    context = turn.context
    start, end = when.window(wish, context.now, context.zone, turn.profile.booking.max_days_ahead)
    preferred = wish.at or (near_time if not wish.has_time else None)
    near = datetime.combine(wish.day, preferred, context.zone) if preferred is not None and wish.day is not None else None
    count = _count(turn)
    if near is None and wish.until is None and wish.day is not None and wishes.LATEST.search(turn.text):
        near, count = end - timedelta(minutes=1), 1
    if near is None and wish.until is None and wish.day is not None and not wish.others and offered.first_said(turn):
        near, count = start, 1
    if "soonest" in turn.frame.asked and near is None:
        near = start
    slots: tuple[Slot, ...] = ()
    if wish.others:
        slots = yield from _on_any_of(turn, service, wish, moving, preferred)
    elif wish.until is not None and wish.has_time:
        slots = yield from _on_several_days(turn, service, wish, moving)
    if not slots and not wish.others and (wish.until is None or not (wish.after or wish.before)):
        slots = yield c.FindSlots(service, start, end, near, count, moving, turn.frame.unwanted)
    return slots


#: which day of the run that was said has to be asked for, not offered
DAY_OPEN = "day open"
#: so far on is looked when more is asked for than the wish holds
_ONWARD = timedelta(days=7)
#: a quarter of an hour from what was offered is hardly another time
_APART = timedelta(minutes=50)
#: most times that are kept in mind as offered before
_MOST_SEEN = 24


def talked_over(turn: Turn, skill: Skill, *, moving: str | None = None, near: time | None = None) -> Asking:
    """Words about the times on offer that neither take nor refuse one, answered; what was offered stays until there is more."""
    if offered.more_said(turn):
        if not (yield from others(turn, moving, near)):
            turn.say(NO_OTHERS)
            yield from skill.ask_again(turn, 0)
        return True
    if turn.frame.waiting == "choice" and offered.undecided(turn) and wishes.pick(turn).picked is None:
        turn.say(NO_RUSH)
        yield from skill.ask_again(turn, 0)
        return True
    return False


def others(turn: Turn, moving: str | None = None, near: time | None = None) -> Asking:
    """More within the same wish, then on the days after it. False, and nothing changed, when there are none."""
    frame, today = turn.frame, turn.context.today
    standing = frame.options or ((frame.chosen,) if frame.chosen is not None else ())
    seen = (*frame.seen, *standing)[-_MOST_SEEN:]
    wish = frame.wish if frame.wish.day is not None else replace(frame.wish, day=today, until=today + 2 * _ONWARD)
    assert wish.day is not None
    last = max(wish.until or today, *(day + timedelta(days=1) for day in wish.days))
    onward = replace(wish, day=last, until=last + _ONWARD, others=())
    service = frame.service or max(turn.services(), key=lambda service: service.minutes).name
    slots: tuple[Slot, ...] = ()
    for looked, apart in ((wish, _APART), (wish, timedelta()), (onward, timedelta())):
        turn.set(unwanted=(*frame.unwanted, *just_these(seen, turn.context.zone, apart)))
        slots = slots or (yield from _slots(turn, service, looked, moving, near))
    turn.set(unwanted=frame.unwanted)
    if not slots:
        return False
    turn.set(seen=seen)
    offer(turn, slots)
    return True


def _on_any_of(
    turn: Turn, service: str, wish: Wish, moving: str | None, preferred: time | None
) -> Generator[Command, Any, tuple[Slot, ...]]:
    """ "Tuesday or Thursday": something on each of the days that has something."""
    context, found = turn.context, list[tuple[Slot, ...]]()
    for day in sorted(wish.days):
        start, end = when.window(replace(wish, day=day, others=()), context.now, context.zone, turn.profile.booking.max_days_ahead)
        near = datetime.combine(day, preferred, context.zone) if preferred is not None else None
        slots: tuple[Slot, ...] = yield c.FindSlots(service, start, end, near, _count(turn), moving, turn.frame.unwanted)
        found.append(slots)
    # The first of each day, then the second of each, until there are enough to choose from.
    in_turn = [slots[rank] for rank in range(_count(turn)) for slots in found if rank < len(slots)]
    return tuple(in_turn[: _count(turn)])


def _on_several_days(turn: Turn, service: str, wish: Wish, moving: str | None) -> Generator[Command, Any, tuple[Slot, ...]]:
    """ "Any morning next week", "next week at three": one time a day, until there are enough."""
    zone, found = turn.context.zone, list[Slot]()
    assert wish.day is not None and wish.until is not None
    for offset in range(min((wish.until - wish.day).days, 14)):
        day = wish.day + timedelta(days=offset)
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
        slots: tuple[Slot, ...] = yield c.FindSlots(service, max(start, turn.context.local), end, start, 1, moving, turn.frame.unwanted)
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
    if wish.others:
        return turn.words(NONE_OF_THEM)
    weekday = speak.WEEKDAYS[wish.day.weekday()]
    if wish.until is not None:
        return turn.words(FULL, what="That time")
    if wish.after == time(12) or wish.before == time(12):
        return turn.words(FULL, what=f"{weekday} {'afternoon' if wish.after == time(12) else 'morning'}")
    if wish.before is not None:
        return turn.words(NOTHING, when=f"before {_clock(turn, wish.before)} on {weekday}")
    if wish.after is not None:
        return turn.words(NOTHING, when=f"after {_clock(turn, wish.after.replace(minute=wish.after.minute // 5 * 5))} on {weekday}")
    return turn.words(FULL, what=weekday)


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
    day, unwanted = datetime.combine(local.date(), time(), context.zone), turn.frame.unwanted
    slots: tuple[Slot, ...] = ()
    if code in ("taken", "off_grid", "outside_hours", "too_long", "too_soon", "past", "full", "slot_taken", "nonexistent"):
        slots = yield c.FindSlots(service, max(day, context.local), day + timedelta(days=1), at, _count(turn), moving, unwanted)
    if not slots:
        start = max(context.local, day - timedelta(days=3 if code != "beyond_horizon" else 14))
        slots = yield c.FindSlots(service, start, day + timedelta(days=11), at, _count(turn), moving, unwanted)
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


def offer(turn: Turn, slots: Sequence[Slot | datetime], *, news: bool = False, question: str | None = None) -> None:
    """Put times to the person: two by voice, numbered by text."""
    zone = turn.context.zone
    options = tuple(sorted((slot if isinstance(slot, datetime) else slot.starts_at).astimezone(zone) for slot in slots))
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
    if not turn.by_voice and len(options) == 1:
        return f"{turn.when(options[0])}?"
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
    return f"from {_clock(turn, time.fromisoformat(opens))} to {_clock(turn, time.fromisoformat(closes))}"


def _clock(turn: Turn, moment: time) -> str:
    return speak.spoken_time(moment) if turn.by_voice else speak.written_time(moment)
