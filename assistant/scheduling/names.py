"""Whether the name somebody says is the name in the book."""

from __future__ import annotations

import unicodedata

import jellyfish

_TITLES = frozenset(["mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "sir", "madam", "the"])
_CLOSE = 0.92


def _tokens(name: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else "" if c in "'’" else " " for c in plain).split()
    return [word for word in words if word not in _TITLES] or words


def _sounds_like(said: str, known: str) -> bool:
    if said == known:
        return True
    if len(said) < 3 or len(known) < 3:
        return False
    if jellyfish.metaphone(said) == jellyfish.metaphone(known):
        return True
    return float(jellyfish.jaro_winkler_similarity(said, known)) >= _CLOSE


def same_person(said: str, known: str) -> bool:
    """Case, accents, order, titles, middle names and spelling may differ; a first name alone does not do where the book has more."""
    ours, theirs = _tokens(known), _tokens(said)
    if not ours or not theirs:
        return False
    left = list(ours)
    matched = 0
    for word in theirs:
        hit = next((other for other in left if other == word), None) or next((other for other in left if _sounds_like(word, other)), None)
        if hit is not None:
            left.remove(hit)
            matched += 1
    return matched >= min(2, len(ours)) and matched == min(len(ours), len(theirs))
