"""Whether the words so far are a whole turn, the beginning of one, or could be either.

Grammar is judged from the end backwards (a sentence that stops at "to", "my" or "um" is not over), and what the dialogue asked for
decides what counts as an answer: seven digits are no phone number, "yes" is all of a yes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from assistant.domain.conversation import Expectation
from assistant.turn.vocabulary import (
    ACK,
    BARE_REQUEST,
    CERTAIN,
    CLOSED,
    CLOSING_ALLOWED,
    DAY_END,
    DIGITS,
    FILLERS,
    GROPING,
    HEDGES,
    LEADING,
    NAME_GIVEN,
    NOT_NAMES,
    NUMBER_TOPIC,
    ON_WHAT,
    OPENING,
    PARTING,
    QUESTION,
    REPAIR,
    REQUEST_OF,
    STARTS,
    TENS,
    TIME_END,
    TOKEN,
    VAGUE,
    WANTING,
)


class Wholeness(Enum):
    """How complete a turn reads, and so how long its silence has to be before it is answered."""

    WHOLE = "whole"
    OPEN = "open"
    PARTIAL = "partial"
    DICTATING = "dictating"  # digits, letters or an address are being given piece by piece: the longest pauses of all


@dataclass(frozen=True, slots=True)
class Reading:
    wholeness: Wholeness
    why: str
    hesitant: bool = False  # fillers: this caller is thinking aloud
    certain: bool = False  # exactly what was asked for, or a closed formula: nothing more is to be expected


def tokens_of(text: str) -> list[str]:
    return TOKEN.findall(text.lower().replace("’", "'"))


def digits_in(tokens: list[str]) -> int:
    """How many digits were given, "double five" and "twenty three" counted as they are keyed."""
    count, repeat, tens = 0, 1, False
    for token in tokens:
        if token in ("double", "triple"):
            repeat = 2 if token == "double" else 3
            continue
        size = len(token) if token.isdigit() else DIGITS.get(token, 0)
        if tens and size == 1 and token not in ("oh", "o", "zero"):
            size = 0  # "twenty three": the unit fills the ten's second digit
        tens = token in TENS
        count += size * repeat
        repeat = 1
    return count


def _trailing_digits(tokens: list[str]) -> int:
    tail: list[str] = []
    for token in reversed(tokens):
        if not (token.isdigit() or token in DIGITS or token in ("double", "triple", "and", "area", "code")):
            break
        tail.append(token)
    return digits_in(tail[::-1])


def _letters_at_end(tokens: list[str]) -> int:
    count = 0
    for token in reversed(tokens):
        if len(token) != 1 or token.isdigit():
            break
        count += 1
    return count


def read(text: str, expectation: Expectation) -> Reading:
    """Judge the words of a turn that has fallen silent."""
    tokens = tokens_of(text)
    if not tokens:
        return Reading(Wholeness.OPEN, "no words")
    wholeness, why = _judge(text.strip(), tokens, expectation)
    return Reading(wholeness, why, any(token in FILLERS for token in tokens), why in CERTAIN)


def _judge(text: str, tokens: list[str], expectation: Expectation) -> tuple[Wholeness, str]:
    what, last, plain = expectation.what, tokens[-1], " ".join(tokens)
    while tokens and tokens[0] in FILLERS:
        tokens = tokens[1:]
    if not tokens or last in FILLERS:
        return Wholeness.PARTIAL, "filler"
    if ACK.match(" ".join(tokens)):
        asked = what in ("yes_no", "choice")
        return Wholeness.WHOLE, "short answer" if asked and tokens[-1] not in ("no", "nope", "nah", "okay", "ok") else "a word"
    if OPENING.match(" ".join(tokens)) and not (last == "sorry" and text.endswith("?")):
        return Wholeness.OPEN, "vague"
    dictation = _dictation(tokens, plain, expectation)
    if dictation is not None:
        return dictation
    if text.endswith(("...", "…", "-", "—")):
        return Wholeness.PARTIAL, "trails off"
    if last == "please" and len(tokens) > 2:
        return Wholeness.WHOLE, "please"
    if ((last in LEADING or STARTS.search(plain)) and not CLOSING_ALLOWED.search(plain)) or ON_WHAT.search(plain):
        return Wholeness.PARTIAL, f"ends on {last}"
    if REQUEST_OF.search(plain) or (last in WANTING and len(tokens) <= 9 and not QUESTION.match(plain)):
        return Wholeness.PARTIAL, f"{last} what"
    if len(tokens) > 1 and REPAIR.search(plain) and what != "yes_no":
        return Wholeness.PARTIAL, "correcting"
    if re.search(r"\bbetween (?!.*\band\b)", plain) or re.search(r"\b(?:half past|quarter (?:past|to))$", plain):
        return Wholeness.PARTIAL, "half a time"
    if text.endswith(","):
        return Wholeness.PARTIAL, "comma"
    return _answer(text, tokens, plain, what)


def _dictation(tokens: list[str], plain: str, expectation: Expectation) -> tuple[Wholeness, str] | None:
    """Numbers, spelling and addresses that come in groups."""
    what = expectation.what
    digits = digits_in(tokens)
    if what in ("pin", "code") and digits:
        wanted = expectation.max_digits or 4
        return (Wholeness.WHOLE, "all digits") if digits >= wanted else (Wholeness.DICTATING, f"{digits} digits")
    if (what == "phone" and digits) or (NUMBER_TOPIC.search(plain) and _trailing_digits(tokens) >= 2):
        if digits >= 10:
            return Wholeness.WHOLE, "phone number"
        return (Wholeness.OPEN, "a short number") if digits >= 7 else (Wholeness.DICTATING, f"{digits} digits")
    if (
        what not in ("date", "time", "datetime", "choice", "yes_no")
        and 3 <= _trailing_digits(tokens) < 10
        and len(tokens) >= 3
        and _single_digits(tokens)
    ):
        return Wholeness.DICTATING, "digit by digit"
    if what == "email" or re.search(r"\bemail (?:address )?is\b", plain):
        if re.search(r"(?:\bat\b|@).*\b(?:dot \w+|com|org|net|edu)$", plain):
            return Wholeness.WHOLE, "email"
        return Wholeness.DICTATING, "half an email"
    letters = _letters_at_end(tokens)
    if letters >= 2 or (what == "spelling" and letters):
        return Wholeness.OPEN, "spelling"
    return None


def _single_digits(tokens: list[str]) -> bool:
    """Digits said one by one (or written as a block of three and more), not a time or a year."""
    tail = tokens[-3:]
    return all(DIGITS.get(token) == 1 for token in tail) or (len(tokens) > 1 and tokens[-1].isdigit() and tokens[-2].isdigit())


def _answer(text: str, tokens: list[str], plain: str, what: str) -> tuple[Wholeness, str]:
    given = NAME_GIVEN.search(plain)
    if given is not None and not set(given["name"].split()) & NOT_NAMES:
        if len(given["name"].split()) == 1:
            return Wholeness.OPEN, "a first name, perhaps more of it or its spelling next"
        return (Wholeness.WHOLE, "full name") if what == "name" else (Wholeness.OPEN, "introduced")
    if PARTING.search(plain):
        return Wholeness.WHOLE, "parting"
    if CLOSED.search(plain) and len(tokens) >= 3:
        return Wholeness.WHOLE, "closed"
    if what == "name":
        return (Wholeness.WHOLE, "full name") if 2 <= len(tokens) <= 4 else (Wholeness.OPEN, "a name")
    if what in ("date", "datetime") and tokens[0] in HEDGES and len(tokens) <= 3 and DAY_END.search(plain):
        return Wholeness.OPEN, "a day, perhaps a time next"
    if what == "date" and (DAY_END.search(plain) or TIME_END.search(plain)):
        return Wholeness.WHOLE, "a day"
    if what == "time" and (TIME_END.search(plain) or len(tokens) <= 3):
        return Wholeness.WHOLE, "a time"
    if what == "datetime" and TIME_END.search(plain):
        return Wholeness.WHOLE, "a time"
    a_time = DAY_END.search(plain) or TIME_END.search(plain) or GROPING.match(plain)
    if what in ("choice", "service") and len(tokens) <= 6 and not (what == "service" and a_time):
        return Wholeness.WHOLE, "a choice"
    if what == "yes_no" and tokens[0] in ("yes", "yeah", "yep", "sure", "no", "nope") and CLOSING_ALLOWED.search(plain):
        return Wholeness.WHOLE, "short answer"
    if what == "yes_no" and len(tokens) <= 2:
        return Wholeness.OPEN, "not a yes or no"
    if what == "message":
        return Wholeness.OPEN, "a message"
    if VAGUE.search(plain) or (what in ("date", "time", "datetime") and len(tokens) <= 3 and GROPING.match(plain)):
        return Wholeness.OPEN, "vague"
    if BARE_REQUEST.search(plain):
        return Wholeness.OPEN, "for what, perhaps next"
    if QUESTION.match(plain) and len(tokens) >= 4:
        return Wholeness.WHOLE, "question"
    if text.endswith("?") and len(tokens) >= 3:
        return Wholeness.WHOLE, "question mark"
    if DAY_END.search(plain):
        return Wholeness.OPEN, "a day, perhaps a time next"
    if TIME_END.search(plain):
        return Wholeness.WHOLE, "ends on a time"
    if text.endswith((".", "!")) and len(tokens) >= 4:
        return Wholeness.WHOLE, "sentence"
    return Wholeness.OPEN, "could go on"
