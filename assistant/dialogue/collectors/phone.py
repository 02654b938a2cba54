"""A telephone number, also one that comes in pieces: "two oh two ... five five five ... oh one nine nine"."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers

from assistant.domain.language import Understanding


@dataclass(frozen=True, slots=True)
class Phone:
    """`number` is E.164 when whole; else `digits` is what there is so far."""

    number: str | None = None
    digits: str = ""
    wrong: bool = False


def number_of(digits: str, country: str) -> str | None:
    """E.164 when these digits are a possible number of the country."""
    try:
        parsed = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def collect(heard: Understanding, so_far: str, country: str, *, keyed: str | None = None) -> Phone | None:
    """None when nothing like a number came."""
    whole = heard.slots.get("phone")
    if whole and keyed is None:
        return Phone(number=str(whole))
    piece = keyed if keyed is not None else str(heard.slots.get("phone_partial") or heard.slots.get("digits") or "")
    piece = re.sub(r"[^\d+]", "", piece)
    if not piece:
        return None
    alone = number_of(piece, country)
    if alone and len(piece) >= 7:
        return Phone(number=alone)
    joined = so_far + piece
    number = number_of(joined, country) if len(joined) >= 7 else None
    if number:
        return Phone(number=number)
    if len(joined) > 15:
        return Phone(wrong=True)
    return Phone(digits=joined)
