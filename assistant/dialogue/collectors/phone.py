"""A telephone number, also one that comes in pieces: "two oh two ... five five five ... oh one nine nine"."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from assistant.domain.language import Understanding
from assistant.language.phones import valid_e164

MOST_DIGITS = 15
#: with an area code; where numbers are shorter, more may come
USUAL_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Phone:
    """`number` is E.164 when whole; else `digits` is what there is so far."""

    number: str | None = None
    digits: str = ""
    wrong: bool = False


def collect(heard: Understanding, so_far: str, country: str, *, keyed: str | None = None) -> Phone | None:
    """None when nothing like a number came."""
    whole = heard.slots.get("phone")
    if whole and keyed is None:
        return Phone(number=str(whole))
    piece = keyed if keyed is not None else str(heard.slots.get("phone_partial") or heard.slots.get("digits") or "")
    piece = re.sub(r"[^\d+]", "", piece)
    if not piece:
        return None
    joined = so_far + piece
    # "five five five oh one four three" ... "the area code is two oh two": the code goes in front
    for digits in (piece, joined, piece + so_far):
        if number := valid_e164(digits.lstrip("+"), country, plus=digits.startswith("+")):
            return Phone(number=number)
    return Phone(wrong=True) if _whole(joined, country) or len(joined) > MOST_DIGITS else Phone(digits=joined)


def _whole(digits: str, country: str) -> bool:
    """As long as a number of the country is, with its area code: nothing more will come that makes it one."""
    try:
        parsed = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return False
    whole = phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE
    return whole and len(digits) >= USUAL_DIGITS
