"""A name: taken from what was understood, or, right after asking for it, from a short answer."""

from __future__ import annotations

import re

from assistant.domain.language import Understanding
from assistant.language.digits import TEENS, TENS, UNITS
from assistant.language.names import STOP

_LEAD = re.compile(
    r"^(?:(?:um+|uh+|er+|oh|sure|okay|ok|fine|alright|all right|right|of course|yes|yeah|yep|hi|hello|well|so|and|sorry)[\s,.]+)*"
    r"(?:(?:it'?s|its|it is|it'?ll be|it would be|that would be|that'?ll be|this is|that'?s|i'?m|i am|my name is|my name's|my name|"
    r"the name is|the name's|name is|name:|name'?s|the name|name|(?:you can )?(?:put|use|say|write)(?: it| me)?(?: down)?(?: as| under)?|"
    r"under|for|call me)\s+)?",
    re.IGNORECASE,
)
_TRAIL = re.compile(r"[\s,]*(?:please|thanks|thank you|here|speaking)?[\s.!?]*$", re.IGNORECASE)
_WORD = re.compile(r"^[^\W\d_][\w'’.\-]*$")
_NOT_NAMES = frozenset(
    [
        "yes",
        "no",
        "yeah",
        "nope",
        "what",
        "why",
        "who",
        "when",
        "where",
        "how",
        "i",
        "you",
        "he",
        "she",
        "it",
        "they",
        "the",
        "a",
        "an",
        "my",
        "your",
        "is",
        "are",
        "do",
        "does",
        "can",
        "could",
        "would",
        "will",
        "want",
        "need",
        "book",
        "cancel",
        "move",
        "please",
        "sure",
        "okay",
        "ok",
        "fine",
        "correct",
        "right",
        "wrong",
        "wait",
        "hello",
        "hi",
        "bye",
        "thanks",
        "sorry",
        "help",
        "not",
        "don't",
        "dont",
        "never",
        "nothing",
    ]
)


#: words that are no names by themselves, but begin or end one ("April Summers", "Lou Best")
_MONTH_NAMES = frozenset({"april", "may", "june", "will"})
_SURNAMES = frozenset(
    {
        "best",
        "love",
        "long",
        "day",
        "little",
        "good",
        "young",
        "price",
        "march",
        "may",
        "hall",
        "short",
        "moody",
        "flowers",
        "noon",
        "friday",
    }
)
_NUMBERS = frozenset({*UNITS, *TEENS, *TENS, "half", "quarter", "past", "noon", "midday"}) - {"o", "ow", "nil"}


_AT_END = re.compile(
    r"[,.;:]\s*(?:for\s+|it'?s\s+|this is\s+|name:?\s+)?([A-Z][\w'’-]+(?:\s+(?:de|la|van|von|der|di|da|[A-Z][\w'’.-]*)){1,2})\s*[.!]?$"
)
_CALENDAR = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
        "am",
        "pm",
        "noon",
        "morning",
        "afternoon",
        "evening",
    ]
)


def name_of(heard: Understanding) -> str | None:
    """The name in what was said, whatever was asked."""
    name = heard.slots.get("person_name")
    return tidy(str(name)) if name else None


def name_at_end(text: str, known_words: frozenset[str] = frozenset()) -> str | None:
    """A name put after the request ("..., Ola Berg"): two or three capitalised words behind a comma, none of them a service or a day."""
    match = _AT_END.search(text.strip())
    if match is None:
        return None
    words = match.group(1).split()
    if any(word.lower() in _NOT_NAMES or word.lower().rstrip("s") in _CALENDAR or word.lower() in known_words for word in words):
        return None
    return tidy(match.group(1))


def name_answer(heard: Understanding, text: str) -> str | None:
    """The name when it was asked for: then up to four words are the name themselves."""
    bare = _bare(text)
    name = name_of(heard)
    if name:
        longer = bare and bare.casefold().startswith(f"{name.casefold()} ")
        return bare if longer and len(bare.split()) <= 3 else name
    spelled = heard.slots.get("spelling")
    if spelled:
        return tidy(str(spelled))
    return bare or None


def _bare(text: str) -> str:
    """Up to four words that can be nothing but a name."""
    words = _TRAIL.sub("", _LEAD.sub("", text.strip(), count=1)).replace(",", " ").split()
    if not 1 <= len(words) <= 4 or any(not _WORD.match(word) for word in words):
        return ""
    first, *rest = (word.lower().rstrip(".") for word in words)
    if first in _NOT_NAMES or first in _NUMBERS or (first in STOP and not (first in _MONTH_NAMES and rest)):
        return ""
    if any(word in _NOT_NAMES or word in _NUMBERS or (word in STOP and word not in _SURNAMES) for word in rest):
        return ""
    return tidy(" ".join(words))


def tidy(name: str) -> str:
    """Lower-case speech gets capitals; what already has them stays (McKay, de la Cruz)."""
    name = " ".join(name.split()).strip(" .,!?")
    if name != name.lower() and name != name.upper():
        return name
    small = {"de", "la", "van", "von", "der", "den", "del", "da", "di", "bin", "al", "of", "y"}
    words = name.lower().split()
    return " ".join(word if word in small and index else _capital(word) for index, word in enumerate(words))


def _capital(word: str) -> str:
    return "-".join("'".join(part[:1].upper() + part[1:] for part in bit.split("'")) for bit in word.split("-"))


def same(one: str | None, other: str | None) -> bool:
    return (one or "").casefold().split() == (other or "").casefold().split()


def first_name(name: str | None) -> str | None:
    return name.split()[0] if name else None
