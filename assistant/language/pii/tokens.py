"""Words, numbers and signs of a text, and what each looks like to the tagger: the same code at training and at run time.

What belongs to a word alone is computed once and remembered; what belongs to its surroundings is combined for the whole text at once,
as numbers, so that a sentence costs a fraction of a millisecond.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.language.pii.lexicon import fold, lexicon

#: how many places the hashed features share
BUCKETS = 1 << 16
VERSION = 1
Ids = NDArray[np.uint32]

_TOKEN = re.compile(r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*|['’]s\b|\d+|\n|[^\w\s]|_", re.I)
_NO_CASE = re.compile(r"[\u0590-\u1dff\u2e80-\ua4cf\ua840-\uffff]|[\U00010000-\U0010ffff]")
_EDGE = "\x02"
_LONGEST_WORD = 40


class Token(NamedTuple):
    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Words (an apostrophe inside belongs, a possessive does not), runs of digits, line ends, and every other sign by itself."""
    return [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


@dataclass(frozen=True, slots=True)
class Word:
    """What a word is by itself: its folded form, its shape, the buckets of its spelling, whether it may be a name at all."""

    low: str
    shape: str
    low_id: int
    spelling: tuple[int, ...]
    readable: bool


def bucket(feature: str) -> int:
    return zlib.crc32(feature.encode("utf-8", "replace"))


def _shape(text: str) -> str:
    if text.isdigit():
        return f"0{min(len(text), 6)}"
    if not text[0].isalpha():
        return text[0] if len(text) == 1 and text.isascii() else "?"
    if len(text) == 1:
        return "X" if text.isupper() else "x"
    if text.isupper():
        return "XX"
    if text[0].isupper():
        return "Xx"
    return "xx" if text.islower() else "xX"


def word_of(token: Token) -> Word:
    return _word(token.text[:_LONGEST_WORD])


@lru_cache(maxsize=8192)
def _word(text: str) -> Word:
    low = "0" * min(len(text), 9) if text.isdigit() else fold(text)
    shape = _shape(text)
    features = [f"w={low}", f"s={shape}"]
    if text[0].isalpha():
        edged = f"^{low}$"
        features += [f"p{size}={low[:size]}" for size in (1, 2, 3, 4) if len(low) > size]
        features += [f"e{size}={low[-size:]}" for size in (1, 2, 3, 4, 5) if len(low) > size]
        features += [f"n={edged[at : at + 3]}" for at in range(min(len(edged) - 2, 14))]
        features.append(f"len={min(len(low), 12)}")
    return Word(
        low,
        shape,
        bucket(f"l{low}"),
        tuple(bucket(feature) & (BUCKETS - 1) for feature in features),
        len(text) < _LONGEST_WORD and not _NO_CASE.search(text),
    )


@lru_cache(maxsize=4096)
def _kind_id(kind: str) -> int:
    return bucket(f"k{kind}")


def _kinds(words: Sequence[Word], hidden: frozenset[str]) -> list[str]:
    """Each word's place in the lists and its shape; in a text that capitalises no name a small letter says nothing ("xl")."""
    lists = lexicon()
    lows = [word.low for word in words]
    long = lists.in_long_places(lows)
    kinds = [lists.kind(low, hidden) for low in lows]
    cased = any(
        word.shape == "Xx" and at and words[at - 1].shape not in (".", "?", "!", "\n", ":") and not lists.is_plain(word.low)
        for at, word in enumerate(words)
    )
    small = "xx" if cased else "xl"
    shapes = [small if word.shape == "xx" else word.shape for word in words]
    return [("Q" if at in long and words[at].low not in hidden else "") + kinds[at] + shapes[at] for at in range(len(words))]


# which neighbours each feature joins: offsets of words, then offsets of kinds
_JOINS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((), (0,)),
    ((-1,), ()),
    ((1,), ()),
    ((-2,), ()),
    ((2,), ()),
    ((-3,), ()),
    ((), (-1,)),
    ((), (1,)),
    ((), (-1, 0)),
    ((), (0, 1)),
    ((), (-1, 0, 1)),
    ((-1,), (0,)),
    ((1,), (0,)),
    ((0,), (1,)),
    ((0,), (-1,)),
    ((-1, -2), ()),
    ((-1, -2), (0,)),
    ((1, 2), ()),
    ((1, 2), (0,)),
    ((-2,), (-1, 0)),
    ((2,), (0, 1)),
    ((-1, 1), (0,)),
    ((-1, -2, -3), ()),
    ((-3, -2), (-1, 0)),
    ((), (-2, -1, 0)),
    ((), (0, 1, 2)),
)
_WORD_FACTORS = {-3: 0x7FEB352D, -2: 0x846CA68B, -1: 0x9E3779B1, 0: 0x85EBCA6B, 1: 0xC2B2AE35, 2: 0x27D4EB2F}
_KIND_FACTORS = {-2: 0x165667B1, -1: 0xD3A2646D, 0: 0xFD7046C5, 1: 0xB55A4F09, 2: 0x2C1B3C6D}
_FACTORS = np.asarray([*_WORD_FACTORS.values(), *_KIND_FACTORS.values()], dtype=np.uint32)[:, None]
_CHOSEN = np.asarray(
    [[at in joined for at in _WORD_FACTORS] + [at in kinds for at in _KIND_FACTORS] for joined, kinds in _JOINS], dtype=np.uint32
)
_SALTS = np.asarray([row * 0x61C88647 & 0xFFFFFFFF for row in range(len(_JOINS))], dtype=np.uint32)[:, None]


def surroundings(words: Sequence[Word], hidden: frozenset[str] = frozenset()) -> Ids:
    """Buckets [words, joins] of what stands around each word."""
    count = len(words)
    edges = [bucket(_EDGE)] * 3
    low = np.asarray([*edges, *(word.low_id for word in words), *edges], dtype=np.uint32)
    kind = np.asarray([*edges, *map(_kind_id, _kinds(words, hidden)), *edges], dtype=np.uint32)
    neighbours = np.stack(
        [*(low[3 + at : 3 + at + count] for at in _WORD_FACTORS), *(kind[3 + at : 3 + at + count] for at in _KIND_FACTORS)]
    )
    neighbours *= _FACTORS
    joined = _CHOSEN @ neighbours
    joined += _SALTS
    joined ^= joined >> np.uint32(15)
    joined *= np.uint32(0x2C1B3C6D)
    joined ^= joined >> np.uint32(12)
    return np.asarray(joined.T & np.uint32(BUCKETS - 1))
