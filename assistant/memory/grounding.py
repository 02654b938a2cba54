"""Whether a sentence says only what its sources say: every number, name and day, most words, and no turned yes into no."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.memory.passages import sentences
from assistant.memory.words import STOP, plain, terms, words

MAX_NEW_WORDS = 0.2  # the share of a sentence's words that may be its own ("available", "offer")
_COUNTING = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100}
_MULTIPLES = {"thousand": "1000", "half": "half", "quarter": "quarter", "double": "2", "twice": "2", "once": "1"}
_NUMBER_WORDS = {name: str(value) for value, name in enumerate(_COUNTING.split())}
_NUMBER_WORDS |= {name: str(value) for name, value in _TENS.items()} | _MULTIPLES
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|without|cannot|neither|nor|unable|except|unless|only|refuse|forbidden)\b|n't\b"
)
_CALENDAR_WORDS = """
monday tuesday wednesday thursday friday saturday sunday weekend weekday january february march april june july august september
october november december today tomorrow tonight morning afternoon evening noon midnight daily weekly monthly
"""
_CALENDAR = frozenset(_CALENDAR_WORDS.split())
_CAPITAL = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w'-]+")
_OPENING_WORD = re.compile(r"^\W*(yes|no|sure|of course|certainly|absolutely|unfortunately)\b[,.]?\s*", re.IGNORECASE)


def numbers(text: str) -> set[str]:
    """Every number in a text, words as digits; "one" as a pronoun counts too, on the safe side for sources, not for claims."""
    found: set[str] = set()
    for digits in re.findall(r"\d+(?:[.,:]\d+)*", text):
        found.update(part.lstrip("0") or "0" for part in re.split(r"[.,:]", digits))
        found.add(digits)
    found |= {_NUMBER_WORDS[word] for word in words(text) if word in _NUMBER_WORDS}
    return found


def grounded(claim: str, sources: Sequence[str], question: str = "") -> bool:
    """True when `claim` (one sentence) can be said on the strength of `sources` alone."""
    if re.search(r"\b(?:I|me|my|mine|myself)\b|I'(?:m|ll|d|ve)\b", claim):
        return False  # the business speaks as "we"; the assistant has nothing of its own to say here
    whole = " ".join(sources)
    known = set(terms(whole))
    if not (numbers(claim) - {"1"}) <= numbers(whole):
        return False
    if ("1" in numbers(re.sub(r"\bone\b", "", claim, flags=re.IGNORECASE))) and "1" not in numbers(whole):
        return False
    source_words = set(words(whole))
    said = set(words(claim))
    if not (said & _CALENDAR) <= source_words | {word.rstrip("s") for word in source_words}:
        return False
    if any(plain(name).removesuffix("'s") not in source_words and set(terms(name)) - known for name in _CAPITAL.findall(claim)):
        return False
    opening = _OPENING_WORD.match(claim)
    body = claim[opening.end() :] if opening else claim
    own = [term for term in terms(body) if term not in known]
    asked = set(terms(question))
    if any(term in asked for term in own):  # the question's own word put into our mouth: "Yes, we take Acme"
        return False
    content = terms(body)
    if not content or len(own) > MAX_NEW_WORDS * len(content):
        return False
    return _same_polarity(opening.group(1).lower() if opening else "", body, sources)


def _same_polarity(opening: str, body: str, sources: Sequence[str]) -> bool:
    wanted = set(terms(body)) | (set(words(body)) - STOP)
    parts = [part for source in sources for part in sentences(source)]
    if not parts:
        return False
    nearest = max(parts, key=lambda part: len(wanted & (set(terms(part)) | set(words(part)))))
    negative = bool(_NEGATIVE.search(plain(nearest)))
    if opening == "no":
        return negative
    if opening and opening != "unfortunately" and negative:
        return False
    return bool(_NEGATIVE.search(plain(body))) == negative
