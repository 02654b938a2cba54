"""Holidays by name: a rule for each (a date, the nth weekday, days from Easter, or a calendar of the `holidays` package)."""

from __future__ import annotations

import importlib
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import EASTER_ORTHODOX, easter

from assistant.language.times.holiday_names import BY_COUNTRY, EXPAND, NAMES, PLAIN_WORDS
from assistant.language.times.observances import OBSERVANCES


def stem(word: str) -> str:
    """A name's word without its possessive or plural: valentine's, valentines -> valentine."""
    word = word.replace("'s", "").rstrip("'")
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


TABLE: dict[str, list[tuple[tuple[str, ...], str]]] = {}


for _aliases, _rule in (NAMES | OBSERVANCES).items():
    for _alias in _aliases.split("|"):
        _words = tuple(stem(w) for w in _alias.replace("-", " - ").split())
        TABLE.setdefault(_words[0], []).append((_words, _rule))


for _entries in TABLE.values():
    _entries.sort(key=lambda e: -len(e[0]))


def match(words: list[str], country: str) -> tuple[str, int] | None:
    """The rule of the longest holiday name at the start of `words`, and how many words it took."""
    if not words:
        return None
    first = stem(words[0])
    entries = TABLE.get(first) or TABLE.get(EXPAND.get(first, ""))
    if not entries:
        return None
    said = [
        first if first in TABLE else EXPAND.get(first, first),
        *(EXPAND.get(w, stem(w)) if w.isalpha() or "'" in w else w for w in words[1:8]),
    ]
    # An apostrophe left over from "presidents'" is not a word of the name.
    keep = [k for k, w in enumerate(said) if w not in ("'", "") and not (w == "." and words[k - 1] in ("st", "jr", "dr", "sr"))]
    said_words = [said[k] for k in keep]
    for name, rule in entries:
        if tuple(said_words[: len(name)]) == name:
            if len(name) == 1 and name[0] in PLAIN_WORDS and len(words) > 1 and not (words[1].isdigit() and len(words[1]) == 4):
                continue
            key = " ".join(name)
            own = BY_COUNTRY.get(country, {}).get(key)
            taken = keep[len(name) - 1] + 1
            if taken < len(said) and said[taken] == "day" and name[-1] not in ("day", "eve"):
                taken += 1
            return own or rule, taken
    return None


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    if n > 0:
        first = date(year, month, 1)
        return first + timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
    return last - timedelta((last.weekday() - weekday) % 7 + 7 * (-n - 1))


@lru_cache(maxsize=64)
def _calendar(name: str) -> object:
    module = importlib.import_module(f"holidays.calendars.{name}")
    cls = {"hindu": "_HinduLunisolar", "islamic": "_IslamicLunar", "chinese": "_ChineseLunisolar", "hebrew": "_HebrewLunisolar"}[name]
    return getattr(module, cls)


def load_calendars() -> None:
    """Import every lunar calendar now."""
    for name in ("hindu", "islamic", "chinese", "hebrew"):
        _calendar(name)


@lru_cache(maxsize=4096)
def _lunar(name: str, which: str, year: int) -> tuple[date, ...]:
    """The days of a calendar's table in one Gregorian year; a lunar year may fall twice in it."""
    months = {m: k for k, m in enumerate(["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1)}
    table = getattr(_calendar(name), which + "_DATES", {})
    found = table.get(year, ())
    if found and not isinstance(found[0], tuple):
        found = (found,)
    return tuple(date(year, m if isinstance(m, int) else months[m], d) for m, d in found)


def _special(rule: str, year: int) -> list[date]:
    if rule == "tax":
        day = date(year, 4, 15)
        holiday = _special("emancipation", year)[0]
        while day.weekday() > 4 or day == holiday:
            day += timedelta(1)
        return [day]
    if rule == "emancipation":
        day = date(year, 4, 16)
        return [day - timedelta(1) if day.weekday() == 5 else day + timedelta(1) if day.weekday() == 6 else day]
    if rule == "inauguration":
        return [date(year, 1, 20)] if year % 4 == 1 else []
    if rule == "election":
        return [_nth(year, 11, 0, 1) + timedelta(1)]
    if rule == "supertuesday":
        return {2008: [date(2008, 2, 5)]}.get(year, [_nth(year, 3, 1, 1)] if year % 4 == 0 else [])
    if rule == "minituesday":
        return [date(2004, 2, 3)] if year == 2004 else []
    if rule == "labor+6":
        return [_nth(year, 9, 0, 1) + timedelta(6)]
    if rule == "admin":
        last = _nth(year, 4, 5, -1)
        return [last - timedelta(3)]
    if rule == "victoria":
        day = date(year, 5, 24)
        return [day - timedelta(day.weekday())]
    if rule == "earthhour":
        last = _nth(year, 3, 5, -1)
        return [last - timedelta(7) if easter(year) - timedelta(1) == last or easter(year) - timedelta(8) == last - timedelta(7) else last]
    if rule == "greatfast":
        return [easter(year, EASTER_ORTHODOX) - timedelta(48)]
    if rule == "advent":
        day = date(year, 12, 25)
        return [day - timedelta(day.weekday() + 1 + 21)]
    if rule == "tubishvat":
        # 15 Shvat is 59 or 60 days before 15 Nisan's month; found from Purim (14 Adar), a month before it in a common year.
        out = []
        for purim in _lunar("hebrew", "PURIM", year):
            passover = _lunar("hebrew", "PASSOVER", year)
            leap = bool(passover) and (purim - date(year, 1, 1)).days > 68
            out.append(purim - timedelta(59 if leap else 29))
        return out
    if rule == "ramadan":
        return list(_lunar("islamic", "RAMADAN_BEGINNING", year))
    if rule == "laylat":
        return [d + timedelta(26) for d in _special("ramadan", year)]
    if rule == "rabindra":
        return [date(year, 5, 9)]
    if rule == "parsi":
        return [date(year, 8, 17 if year < 2020 else 16)]
    if rule == "thaipusam":
        return list(_lunar("hindu", "THAIPUSAM", year))
    if rule == "bank":
        return sorted([_nth(year, 5, 0, 1), _nth(year, 5, 0, -1), _nth(year, 8, 0, -1)])
    return []


@lru_cache(maxsize=4096)
def dates_of(rule: str, year: int) -> tuple[date, ...]:
    """The days on which a rule falls in a year."""
    if not 1583 <= year <= 4000:
        return ()
    if len(rule) == 5 and rule[2] == "-" and rule[:2].isdigit():
        try:
            return (date(year, int(rule[:2]), int(rule[3:])),)
        except ValueError:
            return ()
    special = _special(rule, year)
    if special:
        return tuple(special)
    if rule == "lent":
        return (easter(year) - timedelta(46),)
    base, shift = rule, 0
    for sign in "+-":
        head, sep, tail = rule.rpartition(sign)
        if sep and tail.isdigit() and head:
            base, shift = head, int(sign + tail)
            break
    if base in ("easter", "orthodox"):
        day = easter(year) if base == "easter" else easter(year, EASTER_ORTHODOX)
        return (day + timedelta(shift),)
    if ":" in base:
        name, which = base.split(":")
        return tuple(d + timedelta(shift) for d in _lunar(name, which, year))
    if base and base.split()[-1].isdigit() and len(base.split()) == 3:
        n, weekday, month = base.split()
        return (_nth(year, int(month), int(weekday), int(n.rstrip("stndrh"))) + timedelta(shift),)
    return ()


# Jewish feasts of several days, counted from the evening on which they begin.
_FEASTS = {"hebrew:SUKKOT": 9, "hebrew:HANUKKAH": 9, "hebrew:PASSOVER": 9, "hebrew:ROSH_HASHANAH": 3, "hebrew:SHAVUOT": 3}


def first_day(rule: str, day: date) -> date:
    """The day on which a feast of several days begins, from its first whole day."""
    return day - timedelta(1) if rule in _FEASTS else day


def length_of(rule: str) -> int | None:
    """How many days a festival lasts that is asked for as a whole."""
    return {"ramadan": 30, "greatfast": 40, "lent": 46, **_FEASTS}.get(rule)


def coming(rule: str, today: date, *, back: bool = False) -> date | None:
    """The next day of a rule from today on, or the last one before today."""
    years = range(today.year, today.year - 6, -1) if back else range(today.year, today.year + 9)
    for year in years:
        days = [d for d in dates_of(rule, year) if (d < today if back else d >= today)]
        if days:
            return max(days) if back else min(days)
    return None


nth_weekday = _nth
