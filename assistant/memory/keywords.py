"""Keyword search (BM25), built in memory and nowhere else: no plain text and no word list of it on disk."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from assistant.memory.passages import Passage
from assistant.memory.words import terms

K1, B = 1.2, 0.6
HEADING_WEIGHT = 2  # a heading says what its passage is about


class KeywordIndex:
    """Not locked: build a new one and swap it in, or change it from one thread."""

    def __init__(self, passages: Iterable[Passage] = ()) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._length: dict[str, int] = {}
        self._postings: dict[str, set[str]] = {}
        for passage in passages:
            self.add(passage)

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, passage: Passage) -> None:
        self.remove(passage.id)
        counts = Counter(terms(passage.text))
        for found in terms(f"{passage.title} {passage.heading}"):
            counts[found] += HEADING_WEIGHT
        self._counts[passage.id] = counts
        self._length[passage.id] = sum(counts.values())
        for found in counts:
            self._postings.setdefault(found, set()).add(passage.id)

    def remove(self, passage_id: str) -> None:
        for found in self._counts.pop(passage_id, ()):
            holders = self._postings[found]
            holders.discard(passage_id)
            if not holders:
                del self._postings[found]
        self._length.pop(passage_id, None)

    def idf(self, term: str) -> float:
        """How much a term tells; one that no passage has tells most."""
        total, holders = len(self._counts), len(self._postings.get(term, ()))
        return math.log(1 + (total - holders + 0.5) / (holders + 0.5))

    def knows(self, term: str) -> bool:
        return term in self._postings

    def search(self, asked: Iterable[str], limit: int) -> list[tuple[str, float]]:
        """Passage ids with their BM25 scores, best first."""
        scores: dict[str, float] = {}
        average = sum(self._length.values()) / max(1, len(self._length))
        for term in set(asked):
            weight = self.idf(term)
            for passage_id in self._postings.get(term, ()):
                count = self._counts[passage_id][term]
                scale = K1 * (1 - B + B * self._length[passage_id] / average)
                scores[passage_id] = scores.get(passage_id, 0.0) + weight * count * (K1 + 1) / (count + scale)
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def coverage(self, asked: Mapping[str, float] | Iterable[str], passage_id: str) -> float:
        """The share of the question's weight (by idf) that the passage holds, 0 to 1."""
        wanted = set(asked)
        total = sum(self.idf(term) for term in wanted)
        held = self._counts.get(passage_id, Counter())
        return sum(self.idf(term) for term in wanted if term in held) / total if total else 0.0
