"""Writing turned into what is said, so that no voice has to guess: times, dates, prices, telephone numbers, abbreviations.

Both voices here read plain English words well and differ on everything else (one says a telephone number as eight billion), so
nothing but words and punctuation reaches them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.engines.tts.saying import LONGEST, cardinal, digits, ordinal, year

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_MONTH = {name[:3].lower(): name for name in _MONTHS} | {"sept": "September"}
_DAYS = {
    "mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "thur": "Thursday", "thurs": "Thursday",
    "fri": "Friday", "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip
_WORDS = {
    "dr.": "Doctor", "mr.": "Mister", "mrs.": "Missus", "ms.": "Miz", "prof.": "Professor", "st.": "Saint", "ave.": "Avenue",
    "blvd.": "Boulevard", "rd.": "Road", "apt.": "apartment", "ste.": "suite", "no.": "number", "approx.": "approximately",
    "appt.": "appointment", "min.": "minutes", "mins.": "minutes", "mins": "minutes", "hr.": "hour", "hrs.": "hours", "hrs": "hours",
    "e.g.": "for example", "i.e.": "that is", "etc.": "and so on", "vs.": "versus", "dept.": "department", "ext.": "extension",
    "w/": "with", "&": "and", "@": "at", "%": "percent", "+": "plus", "=": "equals", "#": "number", "°": "degrees",
    "asap": "as soon as possible",
}  # fmt: skip
_CURRENCIES = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny")}
_MONTH_NAMES = "|".join([*_MONTHS, *(f"{short.capitalize()}\\.?" for short in _MONTH)])

_PHONE = re.compile(
    r"(?<![\w$€£.])\+?(?:1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\w)"
    r"|(?<!\w)\+\d{7,15}(?!\w)"
    r"|(?<![\w$.-])\d{3}[-.]\d{4}(?!\w)"
)
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?::\d{2})?(?:\s*([ap])\.?\s?m\b\.?)?", re.IGNORECASE)
_HOUR = re.compile(r"\b(\d{1,2})\s*([ap])\.?\s?m\b\.?", re.IGNORECASE)
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_NAMED_DATE = re.compile(rf"\b({_MONTH_NAMES})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}})\b)?")
_DAY_FIRST = re.compile(rf"\b(?:the\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_MONTH_NAMES})\b(?:,?\s+(\d{{4}})\b)?")
_WEEKDAY = re.compile(r"\b(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?(?=\s+(?:\d|[A-Z][a-z]{2,8}\b|at\b|the\b)|,)")
_MONEY = re.compile(r"([$€£])\s?(\d[\d,]*)(?:\.(\d{2}))?\b")
_ORDINAL = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b")
_DECIMAL = re.compile(r"(?<![\w.])(\d[\d,]*)\.(\d+)\b(?!\.\d)")
_CLOCK_RANGE = re.compile(r"(?<=\d)\s?[-–]\s?(?=\d{1,2}:\d{2})")
_RANGE = re.compile(r"\b(\d{1,4})\s?[-–]\s?(\d{1,4})\b(?:\s*([ap])\.?\s?m\b\.?)?", re.IGNORECASE)
_INTEGER = re.compile(r"(?<![\w])(\d{1,3}(?:,\d{3})+|\d+)\b")
_EMAIL = re.compile(r"\b([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)\b")
_URL = re.compile(r"\bhttps?://(?:www\.)?(\S+?)(?=[.,;:!?]*(?:\s|$))", re.IGNORECASE)
_ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,}")
_SPELLED = re.compile(r"\b(?:(?:[A-Z](?:-|, ))+|(?:[A-Z] ){2,})[A-Z]\b")
_LEFT_OVER = re.compile(r"\d+")  # in the middle of letters: "room 12B"
_MARKUP = re.compile(r"[*_`~<>|\\^{}\[\]]+|\(|\)")
_LETTERS = {"A": "ay", "I": "eye", "O": "oh", "W": "double-u"}


def spoken(text: str) -> str:
    """The same meaning in words and punctuation only."""
    text = text.replace("’", "'").replace("“", '"').replace("”", '"').replace("\u00a0", " ").replace("\u202f", " ")
    text = _URL.sub(lambda found: found[1].rstrip("/").replace("/", " slash ").replace(".", " dot "), text)
    text = _EMAIL.sub(_email, text)
    for pattern, say in _RULES:
        text = pattern.sub(say, text)
    text = _LEFT_OVER.sub(
        lambda found: f" {cardinal(int(found[0])) if len(found[0]) < 3 and found[0][0] != '0' else digits(found[0])} ", text
    )
    text = _MARKUP.sub(" ", text)
    ended = text.rstrip().endswith(".")
    text = " ".join(_word(word) for word in text.split())
    if ended and not text.endswith((".", "!", "?")):
        text += "."  # the abbreviation at the end carried the full stop
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    return re.sub(r'"', "", text).strip()


def _word(word: str) -> str:
    plain = word.lower()
    if plain in _WORDS:
        return _WORDS[plain]
    core = plain.rstrip(",;:!?")
    if core in _WORDS and core != plain:
        return _WORDS[core] + word[len(core) :]
    for sign in ("&", "%", "°", "#", "+", "="):
        if sign in word:
            word = word.replace(sign, f" {_WORDS[sign]} ").strip()
    return word.replace("/", " or ") if re.fullmatch(r"[A-Za-z]+/[A-Za-z]+[,.!?]?", word) else word


def _email(found: re.Match[str]) -> str:
    name = re.sub(r"\d+", lambda number: f" {digits(number[0])} ", found[1])
    name = name.replace(".", " dot ").replace("_", " underscore ").replace("-", " dash ").replace("+", " plus ")
    return " ".join(f"{name} at {found[2].replace('.', ' dot ')}".split())


def _phone(found: re.Match[str]) -> str:
    """In groups with breaths between them: area, exchange, line."""
    raw = re.sub(r"\D", "", found[0])
    country = ""
    if len(raw) == 11 and raw[0] == "1":
        raw = raw[1:]
    elif found[0].startswith("+") and len(raw) > 10:
        country, raw = raw[:-10], raw[-10:]
    if len(raw) == 10:
        groups = [raw[:3], raw[3:6], raw[6:]]
    elif len(raw) == 7:
        groups = [raw[:3], raw[3:]]
    else:
        groups = [raw[index : index + 3] for index in range(0, len(raw), 3)]
    said = ", ".join(digits(group) for group in groups)
    return f"plus {digits(country)}, {said}" if country else said


def _half(letter: str | None) -> str:
    return "" if letter is None else f" {letter.upper()} M"


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if hour > 24 or minute > 59:
        return f"{cardinal(hour)} {cardinal(minute)}"
    half = _half(found[3])
    if found[3] is None and (hour > 12 or hour == 0):
        half, hour = (" P M", hour - 12) if hour > 12 else (" A M", 12)
    if minute == 0:
        return f"{cardinal(hour)}{half}" if half else f"{cardinal(hour)} o'clock"
    return f"{cardinal(hour)} {'oh ' if minute < 10 else ''}{cardinal(minute)}{half}"


def _month(name: str) -> str:
    return _MONTH.get(name.rstrip(".").lower(), _MONTH.get(name.rstrip(".").lower()[:3], name))


def _date(month: str, day: str, in_year: str | None) -> str:
    said = f"{month} {ordinal(int(day))}" if 1 <= int(day) <= 31 else f"{month} {cardinal(int(day))}"
    return f"{said}, {year(int(in_year))}" if in_year else said


def _iso(found: re.Match[str]) -> str:
    month = int(found[2])
    return _date(_MONTHS[month - 1], found[3], found[1]) if 1 <= month <= 12 else found[0]


def _day_first(found: re.Match[str]) -> str:
    said = f"the {ordinal(int(found[1]))} of {_month(found[2])}"
    return f"{said}, {year(int(found[3]))}" if found[3] else said


def _money(found: re.Match[str]) -> str:
    unit, small = _CURRENCIES[found[1]]
    whole, part = int(found[2].replace(",", "")), int(found[3] or 0)
    said = f"{cardinal(whole)} {unit}{'' if whole == 1 else 's'}"
    if part:
        many = "pence" if small == "penny" else f"{small}s"
        said += f" and {cardinal(part)} {small if part == 1 else many}"
    return said


def _integer(found: re.Match[str]) -> str:
    raw = found[1].replace(",", "")
    if (len(raw) > 1 and raw[0] == "0") or int(raw) > LONGEST:
        return digits(raw)
    number = int(raw)
    if len(raw) == 4 and "," not in found[1] and 1900 <= number <= 2099:
        return year(number)
    if len(raw) in (5, 6) and "," not in found[1]:
        return digits(raw)  # a code, a postcode
    return cardinal(number)


def _spelled(found: re.Match[str]) -> str:
    return ", ".join(_LETTERS.get(letter, letter) for letter in re.findall(r"[A-Z]", found[0]))


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
_RULES: tuple[_Rule, ...] = (
    (_ISO_DATE, _iso),
    (_PHONE, _phone),
    (_CLOCK_RANGE, lambda _: " to "),
    (_CLOCK, _clock),
    (_RANGE, lambda found: f"{cardinal(int(found[1]))} to {cardinal(int(found[2]))}{_half(found[3])}"),
    (_HOUR, lambda found: f"{cardinal(int(found[1]))}{_half(found[2])}"),
    (_MONEY, _money),
    (_DAY_FIRST, _day_first),
    (_NAMED_DATE, lambda found: _date(_month(found[1]), found[2], found[3])),
    (_WEEKDAY, lambda found: _DAYS[found[1].lower()]),
    (_ORDINAL, lambda found: ordinal(int(found[1]))),
    (_DECIMAL, lambda found: f"{cardinal(int(found[1].replace(',', '')))} point {' '.join(cardinal(int(digit)) for digit in found[2])}"),
    (_INTEGER, _integer),
    (_ACRONYM, lambda found: " ".join(found[0].replace(".", " ").split())),
    (_SPELLED, _spelled),
)  # fmt: skip
