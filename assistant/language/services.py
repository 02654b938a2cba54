"""Which of the business's services was meant, by name, alias, inflection or mishearing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import jellyfish
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from assistant.domain.business import Service
from assistant.language.text import Token, listed, tokens

#: A service is named near the beginning; a letter is not searched to its end.
MAX_SERVICE_CHARS = 300


@dataclass(frozen=True, slots=True)
class ServiceSaid:
    """The profile's exact name (None when nothing on the list is meant), the words used, and how sure the match is."""

    name: str | None
    said: str
    score: float
    span: tuple[int, int]


_EVERYDAY = listed(
    """
    the a an and or of for to in on at my me i is it you do can book appointment with time day tomorrow today monday tuesday
    wednesday thursday friday saturday sunday morning afternoon evening please yes no week next this that have would like need want
    check call could see get make some one two three o'clock cancel canceling cancelling coming calling checking meaning asking
    doing going getting thinking something anything
    """
)  # fmt: skip
_GENERIC = listed(
    """
    appointment appointments slot time booking visit reservation spot session meeting one call message question few couple bit
    minute second moment reminder task note new different look person human word problem day list text
    """
)  # fmt: skip
_ASKED = re.compile(
    r"(?:\b(?:book|schedule|get|have|need|want|arrange|looking for|come in for|in for|do you (?:do|offer))|(?:'d|would) like)\s+"
    r"(?:me\s+|to (?:have|get|book|come in for|schedule)\s+)?(?:a|an|my|some)\s+"
    r"(?P<what>[a-z][a-z'-]*(?:\s+[a-z][a-z'-]*){0,2}?)"
    r"(?=\s+(?:appointment|on|at|for|tomorrow|today|next|this|with|please|in|around|by|before|after|as|and|if|next|done|any"
    r"|either|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b|[.,?!]|$)"
)


def _stem(word: str) -> str:
    for ending in ("ings", "ing", "ers", "ies", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _names(known: str, stem: str) -> bool:
    """Whether a word's stem says what a service does; teeth that get "whiter" or are the "whitest" are whitened."""
    return stem == known or (known.endswith("en") and len(known) > 4 and stem in (f"{known[:-2]}er", f"{known[:-2]}est"))


def _squash(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


@lru_cache(maxsize=2048)
def _sound(squashed: str) -> str:
    return str(jellyfish.metaphone(squashed))


@lru_cache(maxsize=64)
def _forms(services: tuple[Service, ...]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Every name and alias: the service's name, the squashed form, its words' stems."""
    found = []
    for service in services:
        for form in (service.name, *service.aliases):
            found.append(
                (
                    service.name,
                    _squash(form),
                    tuple(_stem(token.word) for token in tokens(form) if token.word not in ("a", "the", "of", "and")),
                )
            )
    return tuple(found)


@lru_cache(maxsize=64)
def _telling(services: tuple[Service, ...]) -> dict[str, str]:
    """Stems that occur in the names of one service only."""
    owners: dict[str, set[str]] = {}
    for name, _, stems in _forms(services):
        for stem in stems:
            if len(stem) >= 4:
                owners.setdefault(stem, set()).add(name)
    return {stem: next(iter(names)) for stem, names in owners.items() if len(names) == 1}


def find_service(text: str, services: Sequence[Service], *, expecting: bool = False) -> ServiceSaid | None:
    """The service meant; when none fits but one was asked for ("a root canal"), its words with no name."""
    parts = tokens(text[:MAX_SERVICE_CHARS])
    best: ServiceSaid | None = None
    forms = _forms(tuple(services))
    windows = _windows(parts, min(6, max((len(stems) for _, _, stems in forms), default=1) + 2))
    for name, squashed, stems in forms:
        candidate = _match(text, parts, windows, name, squashed, stems, expecting=expecting)
        if candidate and (best is None or (candidate.score, len(candidate.said)) > (best.score, len(best.said))):
            best = candidate
    if best is None:
        best = _part_of_a_name(text, parts, tuple(services), expecting=expecting)
    if best is not None:
        return best
    asked = _ASKED.search(text[:MAX_SERVICE_CHARS].lower())
    if asked and services and not set(asked.group("what").split()) & (_GENERIC | _EVERYDAY):
        return ServiceSaid(None, asked.group("what"), 0.5, asked.span("what"))
    return None


def _part_of_a_name(text: str, parts: list[Token], services: tuple[Service, ...], *, expecting: bool) -> ServiceSaid | None:
    """ "deep tissue" for "Deep tissue massage": words that point to one service and no other."""
    telling = _telling(services)
    hits: dict[str, list[int]] = {}
    for index, token in enumerate(parts):
        stem = _stem(token.word)
        owner = telling.get(stem) or next(
            (
                name
                for known, name in telling.items()
                if _names(known, stem) or (len(known) >= 4 and len(stem) > 5 and stem.startswith(known))
            ),
            None,
        )
        if owner and (token.word not in _EVERYDAY or (expecting and len(parts) <= 3)):
            hits.setdefault(owner, []).append(index)
    if len(hits) != 1:
        return None
    name, places = next(iter(hits.items()))
    span = (parts[places[0]].start, parts[places[-1]].end)
    return ServiceSaid(name, text[span[0] : span[1]], 0.75, span)


@dataclass(frozen=True, slots=True)
class _Window:
    """A few words in a row, run together."""

    joined: str
    first: int
    size: int
    everyday: bool


def _windows(parts: list[Token], widest: int) -> list[_Window]:
    squashed = [_squash(token.word) for token in parts]
    return [
        _Window("".join(squashed[first : first + size]), first, size, all(token.word in _EVERYDAY for token in parts[first : first + size]))
        for size in range(1, widest + 1)
        for first in range(len(parts) - size + 1)
    ]


def _match(
    text: str, parts: list[Token], windows: list[_Window], name: str, squashed: str, stems: tuple[str, ...], *, expecting: bool
) -> ServiceSaid | None:
    if len(squashed) < 2:
        return None
    widest = max(1, len(stems)) + 2
    slack = max(3, len(squashed) // 3)
    threshold = 76.0 if expecting else 86.0
    best: tuple[float, int, int] | None = None
    for window in windows:
        joined = window.joined
        if window.size > widest or abs(len(joined) - len(squashed)) > slack:
            continue
        if joined == squashed or joined == squashed + "s" or joined + "s" == squashed:
            score = 1.0
        elif window.everyday or len(squashed) < 5 or len(joined) < 4:
            continue
        else:
            score = _alike(joined, squashed, threshold, expecting=expecting)
        if score and (best is None or score > best[0]):
            best = (score, window.first, window.first + window.size - 1)
    if stems and (best is None or best[0] < 0.95) and all(len(stem) >= 4 for stem in stems):
        spoken = [_stem(token.word) for token in parts]
        places = [next((place for place, word in enumerate(spoken) if _names(stem, word)), -1) for stem in stems]
        if min(places) >= 0 and not all(parts[place].word in _EVERYDAY for place in places):
            best = (0.95, min(places), max(places))
    if best is None:
        return None
    span = (parts[best[1]].start, parts[best[2]].end)
    return ServiceSaid(name, text[span[0] : span[1]], best[0], span)


def _alike(joined: str, squashed: str, threshold: float, *, expecting: bool) -> float:
    """How well a mishearing fits; 0 when it does not."""
    same = fuzz.ratio(joined, squashed, score_cutoff=min(60.0, threshold - 16))
    if not same:
        return 0.0
    if same >= threshold and joined[0] == squashed[0]:
        return same / 105
    if same >= threshold - 16 and _sound(joined) == _sound(squashed):
        return 0.85
    if expecting and JaroWinkler.similarity(_sound(joined), _sound(squashed)) > 0.9 and same >= 60:
        return 0.7
    return 0.0
