"""Digits as people say them: "two oh two", "triple five", "nineteen", "eight hundred"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.language.text import Token, listed

UNITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "ow": "0",
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "niner": "9",
}  # fmt: skip
#: What a transcript writes for a digit; believed only between other digits.
HOMOPHONES = {"to": "2", "too": "2", "for": "4", "fore": "4", "ate": "8", "won": "1", "tree": "3", "fife": "5", "sex": "6"}
TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
    "eighteen": "18", "nineteen": "19",
}  # fmt: skip
TENS = {"twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6", "seventy": "7", "eighty": "8", "ninety": "9"}
TIMES_SAID = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_GLUE = listed(
    """
    um uh er erm then and dash hyphen dot area code hmm ok so space slash
    """
)
CORRECTIONS = {"no", "sorry", "wait", "actually", "rather", "oops", "nope", "correction", "scratch", "mean"}
_CORRECTION_WORDS = CORRECTIONS | {"i", "that", "it's", "its", "is", "make", "not", "was", "meant", "should", "be", "it", "said"}


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits that were said in one go. `groups` are as spoken; `corrections` hold what came after "no, ..."."""

    groups: tuple[str, ...]
    corrections: tuple[tuple[str, ...], ...]
    plus: bool
    start: int
    end: int

    @property
    def digits(self) -> str:
        return "".join(self.groups)


def _one(parts: list[Token], index: int, *, inside: bool) -> tuple[str, int] | None:
    """The digits that begin at this word, and how many words they took."""
    word = parts[index].word
    following = parts[index + 1].word if index + 1 < len(parts) else ""
    if word.isdecimal() and word.isascii():
        return word, 1
    if re.fullmatch(r"\d[\do]*", word):
        return word.replace("o", "0"), 1
    if word in TIMES_SAID and following:
        digit = UNITS.get(following) or (following if re.fullmatch(r"\d", following) else None)
        return (digit * TIMES_SAID[word], 2) if digit else None
    if word in UNITS:
        if word == "o" and not inside:
            return None
        if word != "zero" and following == "hundred":
            return UNITS[word] + "00", 2
        if following == "thousand":
            return UNITS[word] + "000", 2
        return UNITS[word], 1
    if word in TEENS:
        return (TEENS[word] + "00", 2) if following == "hundred" else (TEENS[word], 1)
    if word in TENS:
        unit = UNITS.get(following, "")
        if unit and following not in ("oh", "o", "zero", "nought", "nil", "naught", "ow"):
            return TENS[word] + unit, 2
        return TENS[word] + "0", 1
    if inside and word in HOMOPHONES and (_follows_digit(parts, index)):
        return HOMOPHONES[word], 1
    return None


def _follows_digit(parts: list[Token], index: int) -> bool:
    following = parts[index + 1].word if index + 1 < len(parts) else ""
    return following in UNITS or following.isdecimal() or following in TENS or following in TEENS


def digit_runs(text: str, parts: list[Token]) -> list[DigitRun]:
    """Every stretch of digits, corrections inside it kept apart. `text` is the text the tokens come from."""
    runs: list[DigitRun] = []
    index = 0
    while index < len(parts):
        plus = parts[index].word == "plus" or (parts[index].start > 0 and text[parts[index].start - 1] == "+")
        begin = index + 1 if parts[index].word == "plus" else index
        if begin >= len(parts) or _one(parts, begin, inside=False) is None:
            index += 1
            continue
        segments: list[list[str]] = [[]]
        position = begin
        last = begin
        while position < len(parts):
            step = _one(parts, position, inside=bool(segments[-1]) or len(segments) > 1)
            if step is not None:
                segments[-1].append(step[0])
                position += step[1]
                last = position - 1
                continue
            skip = _bridge(parts, position)
            if skip is None:
                break
            if skip[1]:
                segments.append([])
            position = skip[0]
        said = [tuple(segment) for segment in segments if segment]
        runs.append(DigitRun(said[0], tuple(said[1:]), plus, parts[index].start, parts[last].end))
        index = last + 1
    return runs


def _bridge(parts: list[Token], position: int) -> tuple[int, bool] | None:
    """Over fillers or words of correction to the next digit: where it is, and whether something was taken back."""
    corrected = False
    for ahead in range(position, min(position + 7, len(parts))):
        word = parts[ahead].word
        if ahead > position and _one(parts, ahead, inside=True) is not None and word not in ("o",):
            return ahead, corrected
        if word in CORRECTIONS:
            corrected = True
        elif word not in _GLUE and not (corrected and word in _CORRECTION_WORDS):
            if word in _CORRECTION_WORDS and _correction_ahead(parts, ahead):
                continue
            return None
    return None


def _correction_ahead(parts: list[Token], position: int) -> bool:
    return any(part.word in CORRECTIONS for part in parts[position : position + 3])


def mend(said: str, correction: str) -> str:
    """The digits after a correction: it takes the place of the stretch it resembles most, the later one on a tie."""
    if not said or len(correction) >= len(said):
        return correction
    best, best_at = (-1, False), len(said) - len(correction)
    # numbers of ten digits are said in threes and a four, and corrected group by group
    groups = {0, 3, 6} if len(said) == 10 else {len(said) - 4}
    for at in range(len(said) - len(correction) + 1):
        same = sum(a == b for a, b in zip(said[at : at + len(correction)], correction, strict=True))
        if (same, at in groups) >= best:
            best, best_at = (same, at in groups), at
    return said[:best_at] + correction + said[best_at + len(correction) :]
