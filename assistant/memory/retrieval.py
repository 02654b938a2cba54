"""Finding the sentences that answer a question: vectors and keywords together, and a refusal when neither is sure."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.domain.embedding import Embedder
from assistant.domain.errors import EngineFailed
from assistant.memory.keywords import KeywordIndex
from assistant.memory.passages import Passage, sentences
from assistant.memory.vectors import MemoryVectors, VectorIndex
from assistant.memory.words import terms

log = logging.getLogger(__name__)
CANDIDATES = 8
KIND_BONUS, KIND_BONUS_ALONE = (
    0.15,
    0.5,
)  # with and without vectors: for the sentence of a passage that holds the kind of thing asked for; never makes a passage sure
SENTENCE_CACHE = 8192  # vectors, about 25 MB
WARM_BATCH = 4


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure is sure enough. Measured on documents and questions that are not the tests' (docs/answers.md)."""

    #: with vectors: similarity + `coverage_weight` * coverage must reach this
    combined: float = 0.60
    coverage_weight: float = 0.45
    #: below this similarity no share of words in common is enough
    similarity_floor: float = 0.30
    #: without vectors: the share of the question's weight that the passage must hold
    coverage_alone: float = 0.45


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence with how near it is to the question."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer: `similarity` of its best sentence (0 without vectors), `coverage` of the question's words."""

    passage: Passage
    similarity: float
    coverage: float
    score: float
    ranked: tuple[Scored, ...]


class Retriever:
    """Holds every passage in memory. All methods are synchronous and may be called from any thread.

    `vectors` keeps the vectors of documents between starts; passages added with `keep=False` (the FAQ) get theirs in memory.
    A vector store or embedder that fails is left out and keywords go on alone.
    """

    def __init__(self, embedder: Embedder | None = None, vectors: VectorIndex | None = None, thresholds: Thresholds | None = None) -> None:
        self._embedder = embedder
        self._kept: VectorIndex = MemoryVectors() if vectors is None else vectors
        self._passing = MemoryVectors()
        self._passages: dict[str, Passage] = {}
        self._keywords = KeywordIndex()
        self._lock = threading.RLock()
        self.thresholds = thresholds or Thresholds()
        self.vectors_failed: str | None = None
        self._sentences: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self._passages)

    @property
    def uses_vectors(self) -> bool:
        return self._embedder is not None and self.vectors_failed is None

    # -- what there is to find ---------------------------------------------------------------------------------------------------

    def add(self, passages: Sequence[Passage], *, keep: bool = True) -> None:
        """Make passages findable. Vectors that the store has already are not computed again."""
        index = self._kept if keep else self._passing
        with self._lock:
            for passage in passages:
                self._passages[passage.id] = passage
                self._keywords.add(passage)
        if self._embedder is None or not passages:
            return
        try:
            known = index.ids()
            fresh = [passage for passage in passages if passage.id not in known]
            if fresh:
                index.add([passage.id for passage in fresh], self._embedder.embed([passage.searchable for passage in fresh]))
        except EngineFailed as error:
            self._give_up(error)

    def remove(self, ids: Iterable[str]) -> None:
        gone = list(ids)
        with self._lock:
            for passage_id in gone:
                self._passages.pop(passage_id, None)
                self._keywords.remove(passage_id)
        self._passing.remove(gone)
        try:
            self._kept.remove(gone)
        except EngineFailed as error:
            self._give_up(error)

    def forget_strangers(self) -> int:
        """Drop stored vectors that belong to no passage (a crash between two stores); call once everything was added."""
        try:
            strangers = sorted(self._kept.ids() - set(self._passages))
            self._kept.remove(strangers)
        except EngineFailed as error:
            self._give_up(error)
            return 0
        return len(strangers)

    def _give_up(self, error: EngineFailed) -> None:
        self.vectors_failed = error.reason
        log.warning("answers go on without vectors: %s", error.reason)

    # -- finding -----------------------------------------------------------------------------------------------------------------

    def search(self, question: str, limit: int = 3) -> list[Hit]:
        """The nearest passages, best first, sure or not."""
        asked = terms(question)
        with self._lock:
            found = [passage_id for passage_id, _ in self._keywords.search(asked, CANDIDATES)]
        vector = self._question_vector(question)
        if vector is not None:
            found += self._near(vector)
        with self._lock:
            candidates = [self._passages[passage_id] for passage_id in dict.fromkeys(found) if passage_id in self._passages]
        known: Mapping[str, Any] = {}
        if vector is not None:
            try:
                known = self._embed_sentences(candidates)
            except EngineFailed as error:
                self._give_up(error)
                vector = None
        with self._lock:
            hits = [self._judge(passage, question, asked, vector, known) for passage in candidates]
        hits.sort(key=lambda hit: (-hit.score, hit.passage.id))
        return hits[:limit]

    def sure(self, hit: Hit) -> bool:
        """Whether a passage may be used as an answer at all."""
        limits = self.thresholds
        if not self.uses_vectors:
            return hit.coverage >= limits.coverage_alone
        return hit.similarity >= limits.similarity_floor and hit.score >= limits.combined

    def _near(self, vector: Any) -> list[str]:
        found = self._passing.nearest(vector, CANDIDATES)
        try:
            found = found + self._kept.nearest(vector, CANDIDATES)
        except EngineFailed as error:
            self._give_up(error)
        found.sort(key=lambda item: -item[1])
        return [passage_id for passage_id, _ in found[:CANDIDATES]]

    def _judge(
        self,
        passage: Passage,
        question: str,
        asked: Sequence[str],
        vector: Any,
        known: Mapping[str, Any],
    ) -> Hit:
        coverage = self._keywords.coverage(asked, passage.id)
        parts = sentences(passage.text)
        kind = answer_kind(question)
        bonus = KIND_BONUS if vector is not None else KIND_BONUS_ALONE
        ranked: list[Scored] = []
        wanted = set(asked)
        weight = sum(self._keywords.idf(term) for term in wanted) or 1.0
        for part in parts:
            own = sum(self._keywords.idf(term) for term in wanted & set(terms(part))) / weight
            near = 0.0
            if vector is not None:
                near = max(_dot(vector, known[part]), _dot(vector, known[_under(passage, part)]))
            score = near + self.thresholds.coverage_weight * own if vector is not None else own
            ranked.append(Scored(part, score + (bonus if kind is not None and kind.search(part) else 0.0)))
        similarity = 0.0
        if vector is not None:
            near_texts = [passage.searchable, *([passage.heading] if passage.heading else []), *parts]
            similarity = max(_dot(vector, known[text]) for text in near_texts)
        if vector is not None:
            score = similarity + self.thresholds.coverage_weight * coverage
        else:  # among passages that hold the same words, the one that holds them close together, or in its heading
            score = coverage + 0.3 * max((scored.score for scored in ranked), default=0.0) + 0.3 * self._in_heading(passage, wanted)
        return Hit(passage, similarity, coverage, score, tuple(ranked))

    def _in_heading(self, passage: Passage, wanted: set[str]) -> float:
        heading = set(terms(passage.heading.rpartition(" > ")[2]))
        return len(heading & wanted) / len(heading) if heading else 0.0

    def _question_vector(self, question: str) -> Any:
        if not self.uses_vectors:
            return None
        try:
            return _array(self._embed_one(question))
        except EngineFailed as error:
            self._give_up(error)
            return None

    def warm(self) -> None:
        """Embed sentences ahead of their first question, as many as are kept; seconds for a long document, so in a thread."""
        if not self.uses_vectors:
            return
        with self._lock:
            passages = list(self._passages.values())
        for start in range(0, len(passages), WARM_BATCH):
            if len(self._sentences) >= SENTENCE_CACHE * 3 // 4:
                return
            try:
                self._embed_sentences(passages[start : start + WARM_BATCH])
            except EngineFailed as error:
                self._give_up(error)
                return

    def _embed_sentences(self, passages: Sequence[Passage]) -> Mapping[str, Any]:
        """Vectors of every sentence of these passages, alone and under its heading, into the cache; those it lacks in one batch."""
        assert self._embedder is not None
        texts: dict[str, None] = {}
        for passage in passages:
            parts = sentences(passage.text)
            for text in (passage.searchable, passage.heading, *parts, *(_under(passage, part) for part in parts)):
                texts[text] = None
        missing = [text for text in texts if text not in self._sentences]
        fresh = self._embedder.embed(missing) if missing else []
        with self._lock:
            # rebuilt, never changed in place: a search in another thread keeps the one it began with
            kept = {**self._sentences, **dict(zip(missing, map(_array, fresh), strict=True))}
            if len(kept) > SENTENCE_CACHE:
                recent = list(kept)[-SENTENCE_CACHE // 2 :]
                kept = {text: kept[text] for text in {**dict.fromkeys(recent), **texts}}
            self._sentences = kept
            return kept

    def _embed_one(self, text: str) -> Sequence[float]:
        assert self._embedder is not None
        return self._embedder.embed([text])[0]


_MONEY = re.compile(
    r"\d+(?:[.,]\d+)? ?(?:dollars?|cents?|pounds?|euros?|usd|eur|gbp|per ?cent|%)|[$£€] ?\d|\bfree\b|\bhalf the\b|\bcosts nothing\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|half)\b",
    re.IGNORECASE,
)


def _under(passage: Passage, sentence: str) -> str:
    return f"{passage.heading}. {sentence}" if passage.heading else sentence


def answer_kind(question: str) -> re.Pattern[str] | None:
    """What the answer has to hold: an amount of money, a number, or nothing in particular."""
    asked = question.casefold()
    if re.search(r"\bhow much\b|\bprice|\bcosts?\b|\bfees?\b|\bcharge\b|\bexpensive\b", asked):
        return _MONEY
    if re.search(r"\bhow (?:long|many|old|far|often|soon|late|early|big|wide)\b|\bwhat (?:time|age)\b|\bwhen\b", asked):
        return _QUANTITY
    return None


def _dot(left: Any, right: Any) -> float:
    return float(left @ right)


def _array(vector: Sequence[float]) -> Any:
    return np.asarray(vector, dtype=np.float32)
