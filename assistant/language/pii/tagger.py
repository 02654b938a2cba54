"""Names and places in running speech: a linear-chain model over hashed features, weights learned by `bench/train_pii.py`.

It reads small letters as well as capitals, because a transcript has none. What it cannot do: scripts without letter case (it was shown
none, so it leaves them alone) and names that are said like plain words with nothing around them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.domain.errors import ConfigurationError
from assistant.language.pii.tokens import VERSION, Token, Word, surroundings, tokens, word_of

WEIGHTS = Path(__file__).parent.parent / "weights" / "pii.npz"
#: organisations are learned only to be told from people; they are not masked
LABELS = ("O", "B-PERSON", "I-PERSON", "B-PLACE", "I-PLACE", "B-OTHER", "I-OTHER")
#: in nats; no transition makes up for so much
_HOPELESS = 8.0
_NEVER = -1e9
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tagged:
    start: int
    end: int
    kind: str


def allowed() -> NDArray[np.bool_]:
    """[before, after]: an inside label follows only its own beginning or inside."""
    table = np.ones((len(LABELS), len(LABELS)), dtype=np.bool_)
    for after, label in enumerate(LABELS):
        if label.startswith("I-"):
            table[:, after] = [before[2:] == label[2:] for before in LABELS]
    return table


class Tagger:
    """Thread-safe once made: it only reads its arrays. The words it met last are remembered in memory, never written."""

    def __init__(self, weights: Floats, transitions: Floats, starts: Floats) -> None:
        inside = np.asarray([label.startswith("I-") for label in LABELS])
        self._weights = weights
        self._starts = np.where(inside, np.float32(-1e4), starts)
        self._transitions = np.where(allowed(), transitions, np.float32(-1e4))
        self._spelling = lru_cache(maxsize=8192)(self._spelled)

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Tagger:
        """Weights are part of the program: if they are missing or of another make, that is an error and not a quieter redaction."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                header = json.loads(str(stored["header"]))
                weights, transitions, starts = stored["weights"], stored["transitions"], stored["starts"]
        except FileNotFoundError as error:
            raise ConfigurationError(f"{path.name} is missing: names could not be masked; run bench/train_pii.py") from error
        if header["features"] != VERSION or tuple(header["labels"]) != LABELS:
            raise ConfigurationError(f"{path.name} was trained for other features; run bench/train_pii.py again")
        return cls(weights.astype(np.float32) * np.float32(header["scale"]), transitions.astype(np.float32), starts.astype(np.float32))

    def _spelled(self, word: Word) -> Floats:
        return np.asarray(self._weights[list(word.spelling)].sum(axis=0), dtype=np.float32)

    def emissions(self, words: Sequence[Word]) -> Floats:
        around = self._weights[surroundings(words)].sum(axis=1)
        return np.asarray(around + np.stack([self._spelling(word) for word in words]), dtype=np.float32)

    def tag(self, text: str, caution: float = 0.0) -> list[Tagged]:
        """People and places, in order. `caution` is how much more evidence than even odds (in nats a word) a name must have."""
        found = tokens(text)
        if not found:
            return []
        words = [word_of(token) for token in found]
        scores = self.emissions(words)
        scores[:, 0] += caution
        scores[[at for at, word in enumerate(words) if not word.readable], 1:] = -1e4
        return list(_spans(found, self._decode(scores)))

    def _decode(self, scores: Floats) -> list[int]:
        """The likeliest labels (Viterbi). Labels hopelessly behind the best of their word are not followed: most words are plainly none."""
        columns: list[list[float]] = self._transitions.T.tolist()
        rows: list[list[float]] = scores.tolist()
        starts: list[float] = self._starts.tolist()
        reached = [(label, start + value) for label, (start, value) in enumerate(zip(starts, rows[0], strict=True))]
        back: list[list[int]] = []
        for row in rows[1:]:
            floor = max(row) - _HOPELESS
            now: list[tuple[int, float]] = []
            came = [0] * len(LABELS)
            for label, value in enumerate(row):
                if label and value < floor:
                    continue
                step = columns[label]
                best = _NEVER
                for before, score in reached:
                    through = score + step[before]
                    if through > best:
                        best, came[label] = through, before
                now.append((label, best + value))
            reached = now
            back.append(came)
        label = max(reached, key=lambda each: each[1])[0]
        path = [label]
        for came in reversed(back):
            label = came[label]
            path.append(label)
        return path[::-1]


def _spans(found: Sequence[Token], labels: Sequence[int]) -> list[Tagged]:
    spans: list[Tagged] = []
    for token, number in zip(found, labels, strict=True):
        label = LABELS[number]
        if label.startswith("B-"):
            spans.append(Tagged(token.start, token.end, label[2:]))
        elif label.startswith("I-"):
            spans[-1] = Tagged(spans[-1].start, token.end, label[2:])
    return spans


_lock = threading.Lock()
_shared: list[Tagger] = []


def shared() -> Tagger:
    """The one tagger of this process, loaded when first needed."""
    if not _shared:
        with _lock:
            if not _shared:
                _shared.append(Tagger.load())
    return _shared[0]
