"""Dates, times and numbers: in words for the ear, short and unmistakable for the eye."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from assistant.language.text import listed

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_DIGITS = ("oh", *_ONES[1:10])
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def number(value: int) -> str:
    """0..9999 in words."""
    if value < 0:
        return "minus " + number(-value)
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        return f"{_ONES[hundreds]} hundred" + (f" and {number(rest)}" if rest else "")
    thousands, rest = divmod(value, 1000)
    return f"{number(thousands)} thousand" + (f" {number(rest)}" if rest else "")


def ordinal(value: int) -> str:
    """1..31 as people say a day of the month."""
    words = number(value)
    head, dash, last = words.rpartition("-")
    last = _ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return head + dash + last


def written_ordinal(value: int) -> str:
    """1st, 2nd, 11th, 31st."""
    ending = "th" if 10 < value % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{ending}"


def digits(value: str) -> str:
    """Digits one by one, in groups that can be followed: "two oh two, five five five, oh one nine nine"."""
    plain = "".join(char for char in value if char.isdigit())
    if len(plain) == 11 and plain.startswith("1") and value.strip().startswith("+"):
        plain = plain[1:]
    if len(plain) == 10:
        groups = [plain[:3], plain[3:6], plain[6:]]
    elif len(plain) <= 4:
        groups = [plain]
    else:
        groups = [plain[start : start + 3] for start in range(0, len(plain), 3)]
        if len(groups) > 1 and len(groups[-1]) == 1:
            groups[-2:] = [groups[-2] + groups[-1]]
    return ", ".join(" ".join(_DIGITS[int(char)] for char in group) for group in groups)


def says_number(text: str, phone: str) -> bool:
    """Does a text hold this number, with or without its country and however it is grouped?"""
    said = "".join(char for char in text if char.isdigit())
    local = "".join(char for char in phone if char.isdigit())[-7:]
    return len(local) == 7 and local in said


def spelled(name: str) -> str:
    return ", ".join(char.upper() for char in name if char.isalpha())


def joined(items: Sequence[str], word: str = "or") -> str:
    """a; a or b; a, b or c"""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + f" {word} {items[-1]}"


def spoken_time(moment: datetime | time, *, half_of_day: bool = False) -> str:
    """ "ten thirty", "noon", "three in the afternoon" (only when `half_of_day`)."""
    hour, minute = moment.hour, moment.minute
    if minute == 0 and hour in (0, 12):
        return "midnight" if hour == 0 else "noon"
    words = _ONES[hour % 12 or 12]
    if minute:
        words += f" oh {_ONES[minute]}" if minute < 10 else f" {number(minute)}"
    if half_of_day:
        words += " in the morning" if hour < 12 else " in the afternoon" if hour < 17 else " in the evening"
    return words


def written_time(moment: datetime | time) -> str:
    return f"{moment.hour % 12 or 12}:{moment.minute:02d} {'am' if moment.hour < 12 else 'pm'}"


def spoken_day(day: date, today: date, *, month: bool = False, relative: bool = False) -> str:
    """ "Thursday the fourth"; with `month` "Thursday the fourth of December"; the month is always said when it is not this one's."""
    words = f"{WEEKDAYS[day.weekday()]} the {ordinal(day.day)}"
    if month or (day.year, day.month) != (today.year, today.month):
        words += f" of {MONTHS[day.month - 1]}"
    if relative and day == today:
        return f"today, {words}"
    if relative and day == today + timedelta(days=1):
        return f"tomorrow, {words}"
    return words


def written_day(day: date, today: date) -> str:
    year = f" {day.year}" if (day - today).days > 300 else ""
    return f"{WEEKDAYS[day.weekday()][:3]} {MONTHS[day.month - 1][:3]} {day.day}{year}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def article(noun: str) -> str:
    return ("an " if noun[:1].lower() in "aeiou" else "a ") + noun


def service_words(name: str) -> str:
    """A service's name inside a spoken sentence: "cleaning", but "MRI" and "Botox Day" stay as they are."""
    return name.lower() if name[1:] == name[1:].lower() else name


_SWAP = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "i'm": "you're", "i've": "you've", "i'll": "you'll", "i'd": "you'd",
    "am": "are", "myself": "yourself", "we": "you", "our": "your", "us": "you", "we're": "you're", "we'll": "you'll", "we've": "you've",
}  # fmt: skip


_THEIRS = {"your": "their", "yours": "theirs", "you're": "they're", "you've": "they've", "you'll": "they'll", "you'd": "they'd"}
#: behind these "you" is who it is done to: "tell you", "from you"
_DONE_TO = listed(
    """
    to for from with of at on by about after behind without ask asked asking tell told telling see saw seeing call called calling give gave
    send sent sending let need want reach reached contact pay paid owe trust meet met bring show email text phone visit visited help
    """
)


def turned(text: str, *, for_others: bool = False) -> str:
    """A message from the other side: "my knee is better" -> "your knee is better".

    `for_others`: its "you" is whoever it is for: "could you send me my pictures" -> "could they send you your pictures".
    """
    out: list[str] = []
    before = ""
    for word in text.split():
        bare = word.rstrip(".,!?;:")
        plain = bare.lower().replace("’", "'")
        swapped = _SWAP.get(plain) or (_of_others(plain, before) if for_others else None)
        before = "" if word != bare else plain
        if swapped == "are" and out and out[-1].lower() not in ("you",):
            swapped = None
        out.append((swapped + word[len(bare) :]) if swapped else word)
    result = " ".join(out)
    for wrong, right in (("you was ", "you were "), ("You was ", "You were ")):
        result = result.replace(wrong, right)
    return result


def _of_others(word: str, before: str) -> str | None:
    if word == "you" and before != "thank":
        return "them" if before in _DONE_TO else "they"
    return _THEIRS.get(word)
