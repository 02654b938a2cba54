"""Structured personal data in text. Every kind that has a checksum is held to it, so that an order number stays an order number."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from assistant.language.pii.phones import BANK_BEFORE, find_phones


@dataclass(frozen=True, slots=True)
class Finding:
    start: int
    end: int
    type: str


_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}\b"
    r"|(?<![\w.+-])[\w.+-]{1,64}(?:@| at )[\w-]{1,40}(?: ?dot ?[a-z]{2,12})? ?dot ?(?:com|net|org|edu|gov|io|co|uk|de|fr|es|it|ie|eu)\b",
    re.I,
)
_URL = re.compile(
    r"\b(?:https?://|www\.(?=[\w-]+\.\w))[^\s<>\"')]+|(?<![\w.@/-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,3}(?:com|net|org|co\.[a-z]{2})\b(?!\.?\w)",
    re.I,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b", re.I)
_CARD = re.compile(r"(?<![\w-])\d(?:[ -]?\d){11,18}(?![\w-])")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}([-. ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])")
_SSN_SAID = re.compile(r"\b(?:ssn|social(?: security)?)\b[^\d\n]{0,20}(\d{9})\b", re.I)
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{0,4}|(?:\d{1,3}\.){3}\d{1,3})(?![\w:]|\.\d)", re.I)
_BIRTH = re.compile(
    r"\b(?:born(?: on)?|date of birth|birth ?day|birth ?date|dob)\b[^\d\n]{0,20}"
    r"((?:\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4})|(?:\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Za-z]{3,9},? \d{4})"
    r"|(?:[A-Za-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}))",
    re.I,
)
#: only what can be nothing else; the tagger finds the other addresses
_ADDRESS = re.compile(
    r"\b\d{1,5}[A-Za-z]? (?:(?:[A-Z][\w'.]*\s){1,4}"
    r"(?i:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|square|sq|way|terrace|close)"
    r"|(?:[a-z][\w'.]*\s){1,2}(?:street|avenue|boulevard|blvd))\b\.?"
    r"|\b(?i:p\.? ?o\.? box|post office box) \d{1,6}\b"
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


def _ibans(text: str) -> Iterator[Finding]:
    """The words after an account number look like more of it: groups are left off the end until the checksum is right."""
    for match in _IBAN.finditer(text):
        shown = match[0]
        while not _iban(shown) and " " in shown:
            shown = shown.rpartition(" ")[0]
        if _iban(shown):
            yield Finding(match.start(), match.start() + len(shown), "IBAN")


def _ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


_FIRST: tuple[tuple[str, re.Pattern[str]], ...] = (("URL", _URL), ("EMAIL", _EMAIL))
_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool], int], ...] = (
    ("CREDIT_CARD", _CARD, _card, 0),
    ("SSN", _SSN, lambda _: True, 0),
    ("SSN", _SSN_SAID, lambda _: True, 1),
    ("IP", _IPV4, _ip, 0),
    ("IP", _IPV6, _ip, 0),
    ("DATE_OF_BIRTH", _BIRTH, lambda _: True, 1),
)


def take(taken: list[Finding], candidates: Iterable[Finding]) -> None:
    """Add what overlaps nothing that was taken before."""
    covered = {at for other in taken for at in range(other.start, other.end)}
    for finding in candidates:
        span = range(finding.start, finding.end)
        if covered.isdisjoint(span):
            taken.append(finding)
            covered.update(span)


def find(text: str, *, region: str = "US") -> list[Finding]:
    """What is personal by its form alone, in order, without overlaps; the more certain kind wins."""
    taken: list[Finding] = []
    take(taken, certain(text, region))
    take(taken, likely(text, region))
    return sorted(taken, key=lambda finding: finding.start)


def certain(text: str, region: str) -> Iterator[Finding]:
    """Checksums, marks that nothing else has, and numbers that are said to be telephone numbers."""
    for kind, pattern in _FIRST:
        yield from (Finding(match.start(), match.end(), kind) for match in pattern.finditer(text))
    yield from _ibans(text)
    for kind, pattern, holds, group in _KINDS:
        for match in pattern.finditer(text):
            if holds(match[group]) and not BANK_BEFORE.search(text[max(0, match.start() - 40) : match.start()]):
                yield Finding(match.start(group), match.end(group), kind)
    yield from (Finding(start, end, "PHONE") for start, end, sure in find_phones(text, region) if sure)


def likely(text: str, region: str) -> Iterator[Finding]:
    """Forms that an address or a date can have too."""
    yield from (Finding(match.start(), match.end(), "ADDRESS") for match in _ADDRESS.finditer(text))
    yield from (Finding(start, end, "PHONE") for start, end, sure in find_phones(text, region) if not sure)
