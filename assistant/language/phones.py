"""Telephone numbers, spoken or written, checked with `phonenumbers`."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import phonenumbers

from assistant.language.digits import DigitRun, digit_runs, mend
from assistant.language.text import tokens

_WRITTEN = re.compile(r"(?<![\w.])\+?\(?\d[\d()\s./-]{5,22}\d(?![\w])")


@dataclass(frozen=True, slots=True)
class PhoneSaid:
    """A number or a part of one. `e164` is set only for a number that can exist; `digits` are what was said."""

    e164: str | None
    digits: str
    span: tuple[int, int]
    corrected: bool = False


def valid_e164(digits: str, country: str, *, plus: bool = False) -> str | None:
    """The number in E.164 when these digits make a valid one in that country (or internationally after a plus)."""
    raw = f"+{digits}" if plus else digits
    attempts = [raw]
    if not plus and digits.startswith("00"):
        attempts.insert(0, "+" + digits[2:])
    for attempt in attempts:
        try:
            number = phonenumbers.parse(attempt, None if attempt.startswith("+") else country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def _apply(run: DigitRun, country: str) -> tuple[str, str | None]:
    """Digits of a run with its corrections carried out, and the number if it is one."""
    said = run.digits
    for groups in run.corrections:
        after = "".join(groups)
        options = [mend(said, after)]
        # a correction that goes on into the rest of the number: "five five five, no, five five six, oh one nine nine"
        options += [said[:keep] + after for keep in range(len(said) - 1, 0, -1)]
        options.append(after)
        said = next((option for option in options if valid_e164(option, country, plus=run.plus)), options[0])
    return said, valid_e164(said, country, plus=run.plus)


def find_phone(text: str, country: str = "US", *, expecting: bool = False, previous: str = "") -> PhoneSaid | None:
    """The telephone number in these words, or, when one is expected, the part of it that was said.

    `previous` is the question just asked; when it read a number back, "no, one eight nine nine" corrects that number.
    """
    parts = tokens(text)
    runs = digit_runs(text, parts)
    for run in runs:
        digits, number = _apply(run, country)
        if number and len(digits) >= 7:
            return PhoneSaid(number, digits, (run.start, run.end), bool(run.corrections))
    for first, second in itertools.pairwise(runs):  # a slip of a word in the middle ("... five five five and it's oh one nine nine")
        joined = first.digits + second.digits
        if expecting and (number := valid_e164(joined, country, plus=first.plus)):
            return PhoneSaid(number, joined, (first.start, second.end))
    for match in _WRITTEN.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if number := valid_e164(digits, country, plus=match.group().startswith("+")):
            return PhoneSaid(number, digits, match.span())
    if not runs:
        return None
    longest = max(runs, key=lambda run: len(run.digits))
    digits, _ = _apply(longest, country)
    if previous and expecting:
        earlier = [run for run in digit_runs(previous, tokens(previous)) if len(run.digits) >= 7]
        if earlier and len(digits) < len(earlier[-1].digits):
            mended = mend(earlier[-1].digits, digits)
            if number := valid_e164(mended, country, plus=earlier[-1].plus):
                return PhoneSaid(number, mended, (longest.start, longest.end), corrected=True)
    if expecting and (len(digits) >= 2 or len(parts) == 1):
        return PhoneSaid(None, digits, (longest.start, longest.end), bool(longest.corrections))
    return PhoneSaid(None, digits, (longest.start, longest.end)) if len(digits) >= 7 and _announced(text, longest) else None


def _announced(text: str, run: DigitRun) -> bool:
    return re.search(r"\b(?:number|phone|mobile|cell|call me|reach me|text me)\b", text[: run.start].lower()) is not None
