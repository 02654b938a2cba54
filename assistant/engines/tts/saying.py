"""Numbers as they are said."""

from __future__ import annotations

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_DIGITS = ("oh", *_ONES[1:10])
LONGEST = 999_999_999_999


def cardinal(number: int) -> str:
    """247 -> "two hundred forty seven"."""
    if number < 0:
        return "minus " + cardinal(-number)
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f" {_ONES[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_ONES[hundreds]} hundred" + (f" {cardinal(rest)}" if rest else "")
    for size, name in _SCALES:
        if number >= size:
            count, rest = divmod(number, size)
            return f"{cardinal(count)} {name}" + (f" {cardinal(rest)}" if rest else "")
    raise AssertionError("every number has a scale")


def ordinal(number: int) -> str:
    """22 -> "twenty second"."""
    head, _, last = cardinal(number).rpartition(" ")
    if last in _ORDINALS:
        word = _ORDINALS[last]
    elif last.endswith("y"):
        word = last[:-1] + "ieth"
    else:
        word = last + "th"
    return f"{head} {word}".strip()


def year(number: int) -> str:
    """2026 -> "twenty twenty six", 2005 -> "two thousand five", 1900 -> "nineteen hundred"."""
    high, low = divmod(number, 100)
    if not 1100 <= number <= 2099 or 2000 <= number <= 2009:
        return cardinal(number)
    if low == 0:
        return f"{cardinal(high)} hundred"
    return f"{cardinal(high)} {'oh ' if low < 10 else ''}{cardinal(low)}"


def digits(number: str) -> str:
    """One by one: "0199" -> "oh one nine nine"."""
    return " ".join(_DIGITS[int(digit)] for digit in number)
