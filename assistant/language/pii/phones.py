"""Telephone numbers in text: by their form where that is enough, by the words around them where it is not.

A row of digits can be anything, so what stands before it decides: "order 5550143" stays, "call 5550143" goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

_NUMBER = re.compile(
    r"(?<![\w.])(?<!\d[:/])(?:\+|\(\+?)?\d(?:[\d .\-\t]|\((?=\d)|(?<=\d)\)|/(?=\d{3})){4,24}\d(?:\)\d+)?"
    r"(?: ?(?:x|ext\.?|extension) ?\d{1,6})?(?![\w@]|:\d|\.\d)",
    re.I,
)
_DIGIT_WORD = r"(?:zero|oh|o|nought|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_SPOKEN = re.compile(rf"\b{_DIGIT_WORD}(?:[ ,\-]{{1,3}}{_DIGIT_WORD}){{6,19}}\b", re.I)
_SURE = re.compile(r"\+\d|\(\d{2,4}\) ?\d{3}[ .\-]?\d{4}\b|(?:1[ .\-])?\d{3}[ .\-]\d{3}[ .\-]\d{4}\b|.*[x.n] ?\d{1,6}$", re.I)
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?: \d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?: \d{1,2})?|(?:\d{1,3}\.){2,}\d{1,3}")
_CUE = re.compile(
    r"\b(?:phones?|mobile|cell|tel|telephone|fax|desk|landline|call(?:ed|ing|er|s)?|ring|rang|dial|text|sms|reach|answering|whats ?app"
    r"|contact|messages?|my number|number is|number's|numbers are)\b[^.?!\d]{0,25}(?:\d[^.?!\n]{0,25})?$",
    re.I,
)
_AFTER = re.compile(r"[ \-]{0,3}(?:office|fax|mobile|cell|home|work|desk)\b|[ ,]{0,2}(?:is|'s) (?:my|the|our) (?:phone )?number\b", re.I)
_OTHER_NUMBER = re.compile(
    r"\b(?:orders?|invoices?|accounts?|reference|ref|tickets?|licen[sc]e|booking|reservation|tracking|case|policy|serial|version|card|passport|id"
    r"|sku|part|model|port|process|pid|job|zip|postcode|room|amount|membership|member|customer|patient|confirmation|claim|vat|tax|meter|code|pin"
    r"|parcel|shipment|batch|item)\b(?:'s)?[ #:.\-]*(?:numbers?|no\.?|num|code|id|nr)?[ #:.\-]*(?:is|was|=)?[ #:]*$",
    re.I,
)
#: inside a bank account number (a mistyped one), digits are no number of their own
BANK_BEFORE = re.compile(r"\b[A-Z]{2}\d{2} (?:[A-Z0-9]{1,4} )*$", re.I)
_BEFORE_CHARS = 60


def find_phones(text: str, region: str) -> Iterator[tuple[int, int, bool]]:
    """Where numbers stand, and whether form or words make it sure; an unsure one gives way to an address."""
    for match in _SPOKEN.finditer(text):
        if not _OTHER_NUMBER.search(text[max(0, match.start() - _BEFORE_CHARS) : match.start()]):
            yield match.start(), match.end(), True
    for start, shown in _rows(text):
        if not 7 <= _digits(shown) <= 15 or _DATE.fullmatch(shown):
            continue
        before = text[max(0, start - _BEFORE_CHARS) : start]
        if (_OTHER_NUMBER.search(before) or BANK_BEFORE.search(before)) and not shown.startswith("+"):
            continue
        end = start + len(shown)
        cued = bool(_CUE.search(before) or _AFTER.match(text, end))
        if cued or _possible(shown, region):
            yield start, end, cued or bool(_SURE.match(shown))


def _rows(text: str) -> Iterator[tuple[int, str]]:
    """Rows of digits; one too long for a number is several with blanks between them, and is cut at the last blank that leaves one."""
    at = 0
    while match := _NUMBER.search(text, at):
        shown = match[0].rstrip()
        while _digits(shown) > 15 and " " in shown:
            shown = shown.rpartition(" ")[0].rstrip()
        yield match.start(), shown
        at = match.start() + len(shown)


def _digits(shown: str) -> int:
    return sum(char.isdigit() for char in re.split(r"[xe]", shown, maxsplit=1, flags=re.I)[0])


def _possible(shown: str, region: str) -> bool:
    try:
        number = phonenumbers.parse(shown, region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_possible_number(number))
