"""The intent classifier: logistic regressions on hashed n-grams and on sentence vectors, averaged and calibrated.

The weights are a small file made by `bench/train_intents.py`; without an embedder the n-gram half works alone.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.domain.embedding import Embedder
from assistant.domain.errors import ConfigurationError
from assistant.language.features import BUCKETS, MAX_FEATURE_CHARS, VERSION, sparse

WEIGHTS = Path(__file__).parent / "weights" / "intents.npz"
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scored:
    """Intents with their probabilities, the likeliest first."""

    ranked: tuple[tuple[str, float], ...]

    @property
    def intent(self) -> str:
        return self.ranked[0][0]

    @property
    def confidence(self) -> float:
        return self.ranked[0][1]

    def of(self, intent: str) -> float:
        return dict(self.ranked).get(intent, 0.0)


def _softmax(scores: Floats) -> Floats:
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def ngram_rows(text: str, idf: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Bucket numbers and weights of one text, each half of unit length."""
    indices: list[int] = []
    values: list[float] = []
    for offset, half in zip((0, BUCKETS), sparse(text), strict=True):
        weighted = [(key + offset, value * float(idf[key + offset])) for key, value in half.items()]
        norm = sum(value * value for _, value in weighted) ** 0.5 or 1.0
        indices.extend(key for key, _ in weighted)
        values.extend(value / norm for _, value in weighted)
    return np.asarray(indices, dtype=np.int64), np.asarray(values, dtype=np.float32)


class IntentClassifier:
    """Reads its weights once; `classify` is thread-safe and remembers the last few hundred texts."""

    def __init__(self, path: Path = WEIGHTS, embedder: Embedder | None = None) -> None:
        with np.load(path, allow_pickle=False) as stored:
            arrays: dict[str, Any] = {key: stored[key] for key in stored.files}
        header = json.loads(str(arrays["header"]))
        if header["features"] != VERSION:
            raise ConfigurationError(f"{path.name} was trained for other features; run bench/train_intents.py again")
        self.labels: tuple[str, ...] = tuple(header["labels"])
        self._idf: Floats = arrays["idf"].astype(np.float32)
        self._ngram: Floats = arrays["ngram"].astype(np.float32)
        self._ngram_bias: Floats = arrays["ngram_bias"].astype(np.float32)
        self._vector: Floats = arrays["vector"].astype(np.float32)
        self._vector_bias: Floats = arrays["vector_bias"].astype(np.float32)
        self._temperature = float(header["temperature"])
        self._temperature_alone = float(header["temperature_alone"])
        self._share = float(header["vector_share"])
        usable = embedder is not None and embedder.dimensions == self._vector.shape[0] and embedder.name == header["embedder"]
        self._embedder = embedder if usable else None
        self._known: OrderedDict[str, Scored] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def uses_vectors(self) -> bool:
        return self._embedder is not None

    def classify(self, texts: Sequence[str]) -> list[Scored]:
        """The intents of several texts; one pass through the embedder for those not seen lately."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            fresh = self._score(missing)
            with self._lock:
                for text, scored in zip(missing, fresh, strict=True):
                    found[text] = scored
                    self._known[text] = scored
                while len(self._known) > 512:
                    self._known.popitem(last=False)
        return [found[text] for text in texts]

    def _score(self, texts: Sequence[str]) -> list[Scored]:
        logits = np.stack([self._ngram_logits(text) for text in texts])
        if self._embedder is None:
            shares = _softmax(logits / self._temperature_alone)
        else:
            vectors = np.asarray(self._embedder.embed([text[:MAX_FEATURE_CHARS] for text in texts]), dtype=np.float32)
            both = (1 - self._share) * np.log(_softmax(logits) + 1e-6) + self._share * np.log(
                _softmax(vectors @ self._vector + self._vector_bias) + 1e-6
            )
            shares = _softmax(np.asarray(both / self._temperature, dtype=np.float32))
        result = []
        for row in shares:
            order = np.argsort(-row)
            result.append(Scored(tuple((self.labels[int(index)], float(row[int(index)])) for index in order)))
        return result

    def _ngram_logits(self, text: str) -> Floats:
        indices, values = ngram_rows(text, self._idf)
        return np.asarray(values @ self._ngram[indices] + self._ngram_bias, dtype=np.float32)
