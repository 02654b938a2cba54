"""When somebody wants to come: merges what is said over several sentences into one wish, and knows what is still open in it."""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from assistant.dialogue.state import Wish
from assistant.domain.business import BusinessProfile
from assistant.domain.language import LIKELIER, TimeValue

_MONTHS = {name.lower(): number for number, name in enumerate(months.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ORDINALS = {"thirtieth": 30, "thirty-first": 31, "thirty first": 31, "twenty-ninth": 29, "twenty ninth": 29}
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?|" + "|".join(_ORDINALS)
_MONTH_DAY = re.compile(rf"\b({_NAMES})\.?\s+(?:the\s+)?({_DAY})\b(?!:)(?!\s*(?:am|pm|a\.m|p\.m|o'clock))", re.IGNORECASE)
_DAY_MONTH = re.compile(rf"\b({_DAY})\s+(?:of\s+)?({_NAMES})\b", re.IGNORECASE)


def impossible_day(text: str, today: date) -> tuple[int, int] | None:
    """(month, day) of a day that no calendar has, such as the 31st of February."""
    for match in _MONTH_DAY.finditer(text):
        month, day = _MONTHS[match.group(1).lower()], _day(match.group(2))
        if _impossible(month, day, today):
            return month, day
    for match in _DAY_MONTH.finditer(text):
        groups = match.groups()
        month, day = _MONTHS[groups[-1].lower()], _day(groups[0])
        if _impossible(month, day, today):
            return month, day
    return None


def without_days(text: str) -> str:
    """The text without its month-and-day pairs, for the time of day that may stand beside one."""
    return _DAY_MONTH.sub(" ", _MONTH_DAY.sub(" ", text))


def _day(word: str) -> int:
    bare = re.sub(r"(st|nd|rd|th)$", "", word.lower()) if word[0].isdigit() else word.lower()
    return int(bare) if bare.isdigit() else _ORDINALS.get(bare, 1)


def _impossible(month: int, day: int, today: date) -> bool:
    if day < 29 or day > 39:
        return False
    if month == 2 and day == 29:
        year = today.year if today <= date(today.year, 3, 1) - timedelta(days=1) else today.year + 1
        return not months.isleap(year)
    return day > months.monthrange(2024, month)[1]


def wish_of(value: TimeValue, zone: ZoneInfo, now: datetime | None = None) -> Wish:
    """One meaning in time as a wish; empty for what is no wish (a duration). `now` is needed for "every Tuesday"."""
    wish = _literal(value, zone, now)
    meant = next((other.value for other in value.candidates if other.reason in LIKELIER), None)
    if meant is None:
        return wish
    # A weekday that fits its date years from now is a slip of the tongue, and "from August to October" has October in it.
    likelier = _literal(meant, zone, now)
    return replace(wish, day=likelier.day, until=likelier.until) if meant.kind == value.kind else likelier


def _literal(value: TimeValue, zone: ZoneInfo, now: datetime | None) -> Wish:
    start, end = _local(value.start, zone), _local(value.end, zone)
    if value.kind == "instant" and isinstance(start, datetime):
        return Wish(day=start.date(), at=start.time(), alt=_other_half(value, start.time(), zone))
    if value.kind == "time" and isinstance(start, time):
        return Wish(at=start, alt=_other_half(value, start, zone))
    if value.kind == "date" and isinstance(start, date):
        return Wish(day=start if not isinstance(start, datetime) else start.date())
    if value.kind == "interval":
        if start is None and type(end) is date and now is not None:  # "by Friday": from now on
            return Wish(day=now.astimezone(zone).date(), until=end)
        return _of_interval(start, end)
    if value.kind == "recurring" and value.recurrence and now is not None:
        local = now.astimezone(zone).replace(tzinfo=None)
        return _first_time(value.recurrence, max(local, datetime.combine(start, time())) if type(start) is date else local)
    return Wish()


def series(value: TimeValue) -> str | None:
    """The rule of a repetition, with the last day that was said for it."""
    rule, end = value.recurrence, value.end
    if rule is None or type(end) is not date or "COUNT=" in rule or "UNTIL=" in rule:
        return rule
    return f"{rule};UNTIL={end - timedelta(days=1):%Y%m%d}"


def last_day(rule: str, first: datetime) -> date | None:
    """The last day of a series that begins at `first` and has an end by its date."""
    found = re.search(r";UNTIL=(\d{4})(\d\d)(\d\d)", rule)
    if found is None:
        return None
    begins = first.replace(tzinfo=None, second=0, microsecond=0)
    end = datetime.combine(date(int(found[1]), int(found[2]), int(found[3])), time.max)
    last = rrulestr(rule[: found.start()], dtstart=begins).before(end, inc=True)
    return last.date() if last is not None and last > begins else begins.date()


def _first_time(rule: str, now: datetime) -> Wish:
    """The first day of a series, and its time of day when the rule names one."""
    try:
        first = rrulestr(rule, dtstart=now.replace(second=0, microsecond=0)).after(now)
    except ValueError:
        return Wish()
    if first is None:
        return Wish()
    timed = "BYHOUR" in rule
    return Wish(day=first.date(), at=first.time() if timed else None)


def _of_interval(start: object, end: object) -> Wish:
    if isinstance(start, datetime) or isinstance(end, datetime):
        return _of_moments(start if isinstance(start, datetime) else None, end if isinstance(end, datetime) else None)
    if isinstance(start, time) or isinstance(end, time):
        return Wish(after=start if isinstance(start, time) else None, before=end if isinstance(end, time) and end != time() else None)
    if isinstance(start, date):
        until = end if isinstance(end, date) else start + timedelta(days=14)
        return Wish(day=start, until=until if until > start + timedelta(days=1) else None)
    return Wish()


def _of_moments(start: datetime | None, end: datetime | None) -> Wish:
    if start is None and end is not None:
        return Wish(day=end.date(), before=end.time() if end.time() != time() else None)
    if start is None:
        return Wish()
    after = start.time() if start.time() != time() else None
    if end is None:
        return Wish(day=start.date(), after=after)
    if end.date() == start.date() or (end.time() == time() and end.date() == start.date() + timedelta(days=1)):
        return Wish(day=start.date(), after=after, before=end.time() if end.time() != time() else None)
    return Wish(day=start.date(), until=end.date() + timedelta(days=1 if end.time() != time() else 0), after=None)


def _local(value: object, zone: ZoneInfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
    return value.replace(tzinfo=None) if isinstance(value, time) else value


def _other_half(value: TimeValue, at: time, zone: ZoneInfo) -> time | None:
    for candidate in value.candidates:
        other = _local(candidate.value.start, zone)
        moment = other.time() if isinstance(other, datetime) else other
        if isinstance(moment, time) and moment.minute == at.minute and abs(moment.hour - at.hour) == 12:
            return moment
    return None


def said(times: Sequence[TimeValue], zone: ZoneInfo, now: datetime | None = None) -> Wish:
    """All that one sentence says about the wish: the first day, the first time of day."""
    result = Wish()
    # "Every six months" beside "Wednesday afternoon" says how often, not when.
    ordered = sorted(times, key=lambda value: value.kind == "recurring")
    for value in ordered:
        wish = wish_of(value, zone, now)
        if wish.day is not None and result.day is None:
            result = replace(result, day=wish.day, until=wish.until)
            if not result.has_time:
                result = replace(result, at=wish.at, alt=wish.alt, after=wish.after, before=wish.before)
        elif wish.has_time and wish.day is None and result.at is None:
            result = replace(result, at=wish.at, alt=wish.alt, after=wish.after or result.after, before=wish.before or result.before)
        elif wish.day is not None and wish.day == result.day and wish.at is not None and result.at is None:
            result = replace(result, at=wish.at, alt=wish.alt)
    return result


def merge(wish: Wish, new: Wish) -> Wish:
    """What was said last wins; a new day keeps the time of day, a new time keeps the day, and a clock time settles in its window."""
    if new.day is not None:
        keeps = new.has_time
        wish = Wish(new.day, new.until, *((new.at, new.alt, new.after, new.before) if keeps else _time_of(wish)), others=new.others)
    elif new.at is not None:
        window = (wish.after, wish.before) if new.after is None and new.before is None else (new.after, new.before)
        wish = replace(wish, at=new.at, alt=new.alt, after=window[0], before=window[1])
    elif new.has_time and wish.at is not None and wish.alt is not None:
        wish = replace(wish, after=new.after, before=new.before)  # "in the morning", to "eight: morning or evening?"
    elif new.has_time:
        wish = replace(wish, at=None, alt=None, after=new.after, before=new.before)
    return settle_in_window(wish)


def _time_of(wish: Wish) -> tuple[time | None, time | None, time | None, time | None]:
    return wish.at, wish.alt, wish.after, wish.before


def settle_in_window(wish: Wish) -> Wish:
    """ "In the afternoon ... at three": the window decides which three is meant, and has then done its work."""
    if wish.at is None or (wish.after is None and wish.before is None):
        return wish
    inside = [moment for moment in (wish.at, wish.alt) if moment is not None and _inside(moment, wish)]
    if len(inside) == 1:
        return replace(wish, at=inside[0], alt=None, after=None, before=None)
    return replace(wish, after=None, before=None)


def _inside(moment: time, wish: Wish) -> bool:
    return (wish.after is None or moment >= wish.after) and (wish.before is None or moment < wish.before)


def settle_by_hours(wish: Wish, profile: BusinessProfile) -> Wish:
    """Let the opening hours decide between three in the morning and three in the afternoon; both possible stays open."""
    if wish.at is None or wish.alt is None:
        return wish
    days = [wish.day.weekday()] if wish.day is not None else list(range(7))
    if not any(profile.hours[day] for day in days):
        days = list(range(7))
    earlier, later = sorted((wish.at, wish.alt))
    fits = [moment for moment in (earlier, later) if any(p.start <= moment < p.end for day in days for p in profile.hours[day])]
    if len(fits) == 1:
        return replace(wish, at=fits[0], alt=None)
    if not fits:
        return replace(wish, alt=None)
    return wish


def past_day(wish: Wish, today: date) -> bool:
    last = (wish.until - timedelta(days=1)) if wish.until else wish.day
    return last is not None and last < today


def window(wish: Wish, now: datetime, zone: ZoneInfo, horizon_days: int) -> tuple[datetime, datetime]:
    """The stretch to search in; without a day, everything from now on."""
    local = now.astimezone(zone)
    if wish.day is None:
        return local, local + timedelta(days=min(horizon_days, 30))
    first = datetime.combine(wish.day, wish.after or time(), zone)
    last_day = (wish.until - timedelta(days=1)) if wish.until else wish.day
    if wish.before is not None:
        last = datetime.combine(last_day, wish.before, zone)
    else:
        last = datetime.combine(last_day + timedelta(days=1), time(), zone)
    return max(first, local), max(last, first)


def moment(wish: Wish, zone: ZoneInfo) -> datetime | None:
    """The instant, when day and time are both known."""
    if wish.day is None or wish.at is None or wish.until is not None:
        return None
    return datetime.combine(wish.day, wish.at, zone)


def in_window(moment: datetime, wish: Wish) -> bool:
    return _inside(moment.time(), wish)
