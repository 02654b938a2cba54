"""Structured personal data in text. Every kind that has a checksum is held to it, so that an order number stays an order number."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import phonenumbers

MAX_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Finding:
    start: int
    end: int
    type: str


_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}\b", re.I)
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"')\]]+", re.I)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){11,18}(?![\d-])")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])")
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.I)
_DIGITS = re.compile(r"(?<![\w.])\+?\(?\d[\d\s().\-]{5,22}\d(?![\w])")
_BIRTH = re.compile(
    r"\b(?:born(?: on)?|date of birth|birth ?day|birth ?date|dob)\b[^\d\n]{0,20}"
    r"((?:\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4})|(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Za-z]{3,9},? \d{4})"
    r"|(?:[A-Za-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}))",
    re.I,
)
_ADDRESS = re.compile(
    r"\b\d{1,5}[A-Za-z]? (?:[A-Z][\w'.]*\s){1,4}"
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|square|sq|way|terrace|close)\b\.?",
    re.I,
)


def luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return 12 <= len(digits) <= 19 and luhn(digits) and len(set(digits)) > 1


def _iban(text: str) -> bool:
    compact = text.replace(" ", "").upper()
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1


def _ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _phone(text: str, region: str) -> bool:
    if re.fullmatch(r"\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s*", text) or re.fullmatch(r"\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\s*", text):
        return False  # a date
    digits = re.sub(r"\D", "", text)
    if not 7 <= len(digits) <= 15:
        return False
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_possible_number(number))


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool], int], ...] = (
    ("URL", _URL, lambda _: True, 0),
    ("EMAIL", _EMAIL, lambda _: True, 0),
    ("IBAN", _IBAN, _iban, 0),
    ("CREDIT_CARD", _CARD, _card, 0),
    ("SSN", _SSN, lambda _: True, 0),
    ("IP", _IPV4, _ip, 0),
    ("IP", _IPV6, _ip, 0),
    ("DATE_OF_BIRTH", _BIRTH, lambda _: True, 1),
    ("ADDRESS", _ADDRESS, lambda _: True, 0),
)


def find(text: str, *, region: str = "US") -> list[Finding]:
    """What is personal by its form, in order, without overlaps; the more certain kind wins."""
    text = text[:MAX_CHARS]
    taken: list[Finding] = []
    for finding in _candidates(text, region):
        if all(finding.end <= other.start or finding.start >= other.end for other in taken):
            taken.append(finding)
    return sorted(taken, key=lambda finding: finding.start)


def _candidates(text: str, region: str) -> Iterator[Finding]:
    for kind, pattern, holds, group in _KINDS:
        for match in pattern.finditer(text):
            if holds(match[group]):
                yield Finding(match.start(group), match.end(group), kind)
    for match in _DIGITS.finditer(text):
        if _phone(match[0], region):
            yield Finding(match.start(), match.end(), "PHONE")
