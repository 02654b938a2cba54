"""Words and characters of an utterance as a sparse vector: the same code at training and at run time."""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter

#: Both halves of the vector (words, characters) have this many places.
BUCKETS = 1 << 14
VERSION = 2
#: Intents show in the first words; a long message is not read to its end for them.
MAX_FEATURE_CHARS = 240

_WEEKDAY = re.compile(r"\b(?:mon|tues?|wednes|wends|thurs?|fri|satur|sun)day'?s?\b")
_MONTH = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)(?= (?:\d|the|first|second"
    r"|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\w+teenth|\w+tieth|twenty|thirty)|$)"
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def simplify(text: str) -> str:
    """What the classifier reads: lower case, no punctuation but the question mark's meaning, every digit a 0, days and months alike."""
    lowered = text[:MAX_FEATURE_CHARS].lower()
    joined = " ".join(_WORD.findall(lowered))
    joined = re.sub(r"\d", "0", joined)
    return _MONTH.sub("monthname", _WEEKDAY.sub("weekday", joined))


def _hash(kind: str, feature: str) -> int:
    return zlib.crc32(f"{kind}{feature}".encode()) & (BUCKETS - 1)


def sparse(text: str) -> tuple[dict[int, float], dict[int, float]]:
    """Damped counts of word n-grams (1 to 3, and skips) and of character n-grams (2 to 5), each by bucket."""
    said = simplify(text)
    parts = said.split()
    by_word: Counter[int] = Counter()
    edged = ["<s>", *parts, "</s>"]
    for size in (1, 2, 3):
        for start in range(len(edged) - size + 1):
            by_word[_hash("w", " ".join(edged[start : start + size]))] += 1
    by_char: Counter[int] = Counter()
    for part in parts:
        padded = f" {part} "
        for size in (2, 3, 4, 5):
            if len(padded) < size:
                continue
            for start in range(len(padded) - size + 1):
                by_char[_hash("c", padded[start : start + size])] += 1
    return ({key: 1 + math.log(count) for key, count in by_word.items()}, {key: 1 + math.log(count) for key, count in by_char.items()})
