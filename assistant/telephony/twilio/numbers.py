"""Caller numbers as they really arrive: withheld, from a private exchange, malformed."""

from __future__ import annotations

import phonenumbers

#: what providers send when there is no number: keypad spellings of ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN and friends
WITHHELD = {"+266696687", "+7378742833", "+2562533", "+8566", "+86282452253", "+464", "+865696", "+8656696", "+17378742833"}


def caller_number(raw: str | None) -> str | None:
    """E.164, or None for a number that is withheld or is none."""
    text = (raw or "").strip()
    if not text or text in WITHHELD or not text.startswith("+"):
        return None
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
