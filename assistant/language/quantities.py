"""How many: "a table for four", "two of us", "a couple", "party of six"."""

from __future__ import annotations

import re

_NUMBERS = {
    "half a dozen": 6,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "a": 1,
    "an": 1,
    "couple": 2,
    "pair": 2,
    "few": 3,
    "dozen": 12,
}
_N = (
    r"(?P<n>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|(?:a )?couple(?: of)?"
    r"|a pair of|half a dozen|a dozen)"
)
_PATTERNS = [
    re.compile(
        rf"\b{_N} (?:people|persons?|guests?|adults|kids|children|of us|seats?|tickets?|patients?|appointments|slots|copies"
        rf"|boxes|items?|pieces?|sessions?|visits?)\b"
    ),
    re.compile(
        rf"\b(?:party|table|group|family|reservation) (?:of|for) {_N}\b(?! ?(?:o'clock|am|pm|a m|p m|thirty|fifteen|days?|hours?|minutes?))"
    ),
    re.compile(rf"\b(?:there (?:are|will be)|we are|we'?re|it'?s for|for the) {_N}(?: of us)?$"),
    re.compile(r"\b(?P<n>just me|myself|on my own)\b"),
]


#: Before these a number is an hour: "at two cleanings are full".
_HOUR_BEFORE = r"(?<!\bat )(?<!\bby )(?<!\baround )(?<!\bafter )(?<!\bbefore )(?<!\buntil )(?<!\bpast )(?<!\bto )(?<!\bfrom )"


def find_quantity(text: str, service: str = "") -> int | None:
    """A number of people or things; never a time. `service` is how a service was named: "two cleanings" are two."""
    lowered = re.sub(r"\s+", " ", text.lower().replace(",", " ").strip(" .?!"))
    for pattern in [*_PATTERNS, *_of_service(service)]:
        match = pattern.search(lowered)
        if match:
            said = match.group("n")
            if said.isdecimal():
                return int(said)
            if said in ("just me", "myself", "on my own"):
                return 1
            if said in _NUMBERS:
                return _NUMBERS[said]
            return next((_NUMBERS[word] for word in said.split() if word in _NUMBERS and word not in ("a", "of")), 1)
    return None


def _of_service(service: str) -> list[re.Pattern[str]]:
    """ "5 check-ups", "two quick cleanings", "two cleaning appointments": more than one, so the word is a plural."""
    said = re.escape(service.lower().strip())
    if not said:
        return []
    several = said if said.endswith("s") else rf"{said}(?:s|es)?(?: (?:appointments|slots|sessions|visits))"
    return [re.compile(rf"{_HOUR_BEFORE}\b{_N}(?: (?!to\b|for\b|and\b|or\b|the\b|a\b|my\b|please\b)[a-z]+)? {several}(?!\w)")]
