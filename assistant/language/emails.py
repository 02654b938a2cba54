"""E-mail addresses, written or spoken ("info at riverside dash dental dot com")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.language.digits import TENS, TIMES_SAID, UNITS
from assistant.language.spelling import LETTER_NAMES, NATO
from assistant.language.text import listed

_WRITTEN = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_TOKEN = re.compile(r"[A-Za-z0-9_'+-]+(?:\.[A-Za-z0-9_'+-]+)*|@")
_SIGNS = {"dot": ".", "period": ".", "point": ".", "dash": "-", "hyphen": "-", "minus": "-", "underscore": "_", "plus": "+"}
_DOMAINS_KNOWN = {"gmail": "gmail.com", "hotmail": "hotmail.com", "outlook": "outlook.com", "yahoo": "yahoo.com", "icloud": "icloud.com"}
_BEFORE = listed(
    """
    is it's its email e-mail mail address my to me the at that's send um uh yes yeah sure so use on and okay ok it be would via by
    or for with please well i'm reach contact him her them name us write try no not sorry actually correct then have i you can are
    our
    """
)  # fmt: skip
# "at the rate of" is the sign's name in India; "one word" tells how it is written.
_AT_SIGN = re.compile(r"\bat (?:the rate(?: of)?|sign)\b", re.IGNORECASE)
_MANNER = re.compile(
    r"\b(?:(?:all )?(?:one|a single) word|(?:with )?no (?:spaces?|gaps?)|all (?:in )?lower ?case|(?:all )?together)\b", re.IGNORECASE
)
# Words that introduce an address unless they are all there is of it: "contact at my-shop dot com".
_MAILBOXES = {"contact", "mail", "email"}
_NOISE = {"all", "lowercase", "as", "in", "letter", "um", "uh"}


@dataclass(frozen=True, slots=True)
class EmailSaid:
    """A complete address in lower case, and where it was said."""

    address: str
    span: tuple[int, int]


def find_email(text: str, *, expecting: bool = False) -> EmailSaid | None:
    """The first address in the words; when one is expected, well-known providers may be said without "dot com"."""
    written = _WRITTEN.search(text)
    if written:
        return EmailSaid(written.group().lower().rstrip(".'-"), written.span())
    text = _AT_SIGN.sub(lambda match: "at".ljust(len(match.group())), text)
    text = _MANNER.sub(lambda match: " " * len(match.group()), text)
    found = list(_TOKEN.finditer(text))
    said = [match.group().lower() for match in found]
    for index, word in enumerate(said):
        if word not in ("at", "@") or index == 0 or index + 1 >= len(said):
            continue
        domain = _domain(said, index + 1, expecting=expecting)
        if domain is None:
            continue
        local, begin = _local(said, index - 1)
        if local:
            return EmailSaid(f"{local}@{domain[0]}", (found[begin].start(), found[domain[1]].end()))
    return None


def _domain(said: list[str], begin: int, *, expecting: bool) -> tuple[str, int] | None:
    """The domain that starts here and the index of its last word."""
    built = ""
    index = begin
    last = None
    while index < len(said) and index < begin + 14:
        word = said[index]
        if word in _SIGNS:
            built += _SIGNS[word]
        elif word in _NOISE and built and last is not None:
            break
        else:
            if last is not None and not built.endswith((".", "-")):
                break  # what comes after "dot com" is no longer the address
            built += _spoken(word)
            if "." in built and re.fullmatch(r"[a-z]{2,10}", built.rsplit(".", 1)[1]) and len(built.split(".")[0]) > 0:
                last = index
        index += 1
    if last is not None:
        built = built.strip(".-")
        return (built, last) if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,10}", built) else None
    if said[begin] in _DOMAINS_KNOWN and (expecting or begin + 1 == len(said)):
        return _DOMAINS_KNOWN[said[begin]], begin
    return None


def _local(said: list[str], end: int) -> tuple[str, int]:
    """What stands before the "at", read backwards up to the words that introduce it."""
    index = end
    while index >= 0 and end - index < 24:
        word = said[index]
        if word in ("in", "as") and "as" in said[max(0, index - 1) : index + 1]:
            index -= 1
            continue
        if word in _BEFORE and not (word == "i" and _letters_around(said, index)):
            break
        index -= 1
    begin = end if index == end and said[end] in _MAILBOXES else index + 1
    built = ""
    position = begin
    while position <= end:
        word = said[position]
        following = said[position + 1] if position < end else ""
        if following == "as" and position + 2 <= end and said[position + 2] == "in":
            built += _spoken(word)[:1]
            position += 4
            continue
        if word in TIMES_SAID and following:
            built += _spoken(following) * TIMES_SAID[word]
            position += 2
            continue
        if word in TENS and following in UNITS:
            built += TENS[word] + UNITS[following]
            position += 2
            continue
        built += "" if word in _NOISE and end - begin > 1 else _SIGNS.get(word) or _spoken(word, letters=end - begin >= 3)
        position += 1
    built = built.strip(".-+")
    return (built, begin) if re.fullmatch(r"[a-z0-9._+'-]+", built) else ("", begin)


def _letters_around(said: list[str], index: int) -> bool:
    around = said[max(0, index - 1) : index] + said[index + 1 : index + 2]
    return any(len(word) == 1 and word != "i" for word in around)


def _spoken(word: str, *, letters: bool = False) -> str:
    if word in UNITS and word not in ("o", "oh"):
        return UNITS[word]
    if word in TENS:
        return TENS[word] + "0"
    if letters and word in NATO and word not in ("charlie", "mike", "oscar", "victor", "juliet", "romeo", "india", "papa"):
        return NATO[word]
    if letters and word in LETTER_NAMES and len(word) <= 3 and word not in ("el", "be", "you", "are", "why"):
        return LETTER_NAMES[word]
    return word.replace("'", "") if word.endswith("'") else word
