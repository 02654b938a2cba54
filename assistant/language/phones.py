"""Telephone numbers, spoken or written, checked with `phonenumbers`."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import phonenumbers

from assistant.language.digits import DigitRun, digit_runs, mend
from assistant.language.text import tokens

#: "The last digit's a nine", "the first three are four one five", "it ends in two eight".
_ONE_END = re.compile(
    r"\b(?:(?:the |its )(?P<end>last|final|first)(?: (?:two|three|four|couple of|[2-4]))?"
    r"(?: (?:digits?|numbers?|figures?|ones?|bit|part))?"
    r"(?: (?:is|are|was|were|should be|should have been|must be|isn'?t|aren'?t|wasn'?t)|'s|'re)"
    r"|it (?:should )?ends?(?: in| with)?)\b"
    r"(?: (?:not )?(?:an? )?\w+,? (?:but|it'?s))?",
    re.IGNORECASE,
)
#: The area code comes after the number: "... with a six one seven in front", "... and the area code is four one five".
_CODE_AFTER = re.compile(
    r"\b(?:(?:in front|(?:at|on) the (?:front|start|beginning)|before (?:it|that|those))\b|(?:area|dialling|dialing) code)", re.IGNORECASE
)
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


def _said_digits(run: DigitRun, country: str) -> str:
    """The digits of a run, where "two hundred two" is 202 and "eight hundred five five five" is 800 555."""
    if valid_e164(run.digits, country, plus=run.plus):
        return run.digits
    merged: list[str] = []
    for group in run.groups:
        if merged and re.fullmatch(r"[1-9]00", merged[-1]) and len(group) <= 2 and group[0] != "0":
            merged[-1] = merged[-1][: 3 - len(group)] + group
        else:
            merged.append(group)
    joined = "".join(merged)
    return joined if len(run.groups) == 2 or valid_e164(joined, country, plus=run.plus) else run.digits


def _apply(run: DigitRun, country: str) -> tuple[str, str | None]:
    """Digits of a run with its corrections carried out, and the number if it is one."""
    said = _said_digits(run, country)
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
    mended_end = _mended_at_one_end(text, country, previous)
    if mended_end:
        return mended_end
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
    if code_after := _code_after(text, runs, country):
        return code_after
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


def _mended_at_one_end(text: str, country: str, previous: str) -> PhoneSaid | None:
    """A number with its first or last digits said again: "..., sorry, the last digit's a nine"."""
    cue = _ONE_END.search(text)
    if cue is None:
        return None
    again = digit_runs(text[cue.end() :], tokens(text[cue.end() :]))
    head = text[: cue.start()]
    heads = (head, re.sub(r"\boh\W+(?:sorry|no|wait)\W*$", "", head, flags=re.IGNORECASE), previous)  # "..., oh sorry": no zero
    before = next((found for words in heads if (found := find_phone(words, country)) and found.e164), None)
    if not again or before is None or len(again[0].digits) > 4:
        return None
    digits, new = before.digits, again[0].digits
    mended = new + digits[len(new) :] if cue["end"] and cue["end"].lower() == "first" else digits[: -len(new)] + new
    number = valid_e164(mended, country, plus=before.e164 == f"+{digits}")
    return PhoneSaid(number, mended, (0, cue.end() + again[0].end), corrected=True) if number else None


def _code_after(text: str, runs: list[DigitRun], country: str) -> PhoneSaid | None:
    """ "Five five five oh one four seven, with a six one seven in front": the area code, said last, goes first."""
    cue = _CODE_AFTER.search(text)
    if cue is None or not runs:
        return None
    said = "".join(run.digits for run in runs)
    codes = [said[-length:] + said[:-length] for length in (3, 2, 4, 5) if len(said) - length >= 6]
    number = next((number for code in codes if (number := valid_e164(code, country))), None)
    return PhoneSaid(number, said, (runs[0].start, runs[-1].end)) if number else None


def _announced(text: str, run: DigitRun) -> bool:
    return re.search(r"\b(?:number|phone|mobile|cell|call me|reach me|text me)\b", text[: run.start].lower()) is not None
