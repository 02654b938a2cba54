"""Learning the weights of a linear chain: the likelihood of whole label sequences, L-BFGS, everything in plain arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import fmin_l_bfgs_b  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from assistant.language.pii.tagger import LABELS, allowed
from assistant.language.pii.tokens import BUCKETS, surroundings, tokens, word_of
from bench.pii_lessons import Lesson

Doubles = NDArray[np.float64]
_BATCH = 256


class _Batch:
    """Lessons of like length, padded: where each token stands in the big matrix, and which are there at all."""

    def __init__(self, spans: Sequence[tuple[int, int]], labels: NDArray[np.int64], weights: Sequence[float]) -> None:
        longest = max(end - start for start, end in spans)
        self.mask = np.asarray([[at < end - start for at in range(longest)] for start, end in spans])
        self.at = np.asarray([[start + at if at < end - start else 0 for at in range(longest)] for start, end in spans])
        self.gold = np.where(self.mask, labels[self.at], 0)
        self.weights = np.asarray(weights)

    def likelihood(self, scores: Doubles, step: Doubles, start: Doubles) -> tuple[float, Doubles, Doubles, Doubles]:
        """Log likelihood; expected label, transition and start counts less the gold ones."""
        count, longest = self.mask.shape
        size = len(LABELS)
        emitted = scores[self.at]
        top = emitted.max(axis=2, keepdims=True)
        likely = np.exp(emitted - top)
        moves, begins = np.exp(step), np.exp(start)
        forward = np.zeros((longest, count, size))
        norms = np.ones((longest, count))
        forward[0] = likely[:, 0] * begins
        norms[0] = forward[0].sum(axis=1)
        forward[0] /= norms[0][:, None]
        for at in range(1, longest):
            here = self.mask[:, at][:, None]
            now = (forward[at - 1] @ moves) * likely[:, at]
            norm = np.where(here[:, 0], now.sum(axis=1), 1.0)
            norms[at] = norm
            forward[at] = np.where(here, now / norm[:, None], forward[at - 1])
        backward = np.ones((longest, count, size))
        expected_moves = np.zeros((size, size))
        for at in range(longest - 1, 0, -1):
            here = self.mask[:, at][:, None]
            ahead = likely[:, at] * backward[at] / norms[at][:, None]
            expected_moves += np.where(here, forward[at - 1] * self.weights[:, None], 0).T @ np.where(here, ahead, 0) * moves
            backward[at - 1] = np.where(here, ahead @ moves.T, backward[at])
        share = np.transpose(forward * backward, (1, 0, 2))
        share /= share.sum(axis=2, keepdims=True)
        rows = np.arange(count)
        total = (np.log(norms).T + top[:, :, 0]) * self.mask
        gold_scores = np.take_along_axis(emitted, self.gold[:, :, None], 2)[:, :, 0] * self.mask
        gold_moves = step[self.gold[:, :-1], self.gold[:, 1:]] * self.mask[:, 1:]
        value = gold_scores.sum(axis=1) + gold_moves.sum(axis=1) + start[self.gold[:, 0]] - total.sum(axis=1)
        counted = np.zeros((size, size))
        np.add.at(counted, (self.gold[:, :-1], self.gold[:, 1:]), self.mask[:, 1:] * self.weights[:, None])
        first = share[:, 0] * self.weights[:, None]
        np.add.at(first, (rows, self.gold[:, 0]), -self.weights)
        np.put_along_axis(share, self.gold[:, :, None], np.take_along_axis(share, self.gold[:, :, None], 2) - 1, 2)
        return float((value * self.weights).sum()), share * self.weights[:, None, None], expected_moves - counted, first.sum(axis=0)


def _matrix(lessons: Sequence[Lesson]) -> tuple[csr_matrix, NDArray[np.int64], list[tuple[int, int]]]:
    columns: list[NDArray[Any]] = []
    starts = [0]
    labels: list[int] = []
    spans: list[tuple[int, int]] = []
    for lesson in lessons:
        words = [word_of(token) for token in tokens(lesson.text)]
        around = surroundings(words, lesson.hidden)
        begin = len(labels)
        for word, row in zip(words, around, strict=True):
            ids = np.concatenate([row, np.asarray(word.spelling, dtype=np.uint32)])
            columns.append(ids)
            starts.append(starts[-1] + len(ids))
        labels += [LABELS.index(label) for label in lesson.labels]
        spans.append((begin, len(labels)))
    indices = np.concatenate(columns).astype(np.int32)
    matrix = csr_matrix((np.ones(len(indices), dtype=np.float32), indices, np.asarray(starts)), shape=(len(labels), BUCKETS))
    return matrix, np.asarray(labels), spans


def fit(lessons: Sequence[Lesson], *, strength: float, rounds: int) -> tuple[Doubles, Doubles, Doubles]:
    """Weights [buckets, labels], transitions and starts that make the lessons likeliest under a normal prior."""
    lessons = sorted(lessons, key=lambda lesson: len(lesson.labels))
    matrix, labels, spans = _matrix(lessons)
    turned = matrix.T.tocsr()
    weights = [lesson.weight for lesson in lessons]
    batches = [_Batch(spans[at : at + _BATCH], labels, weights[at : at + _BATCH]) for at in range(0, len(spans), _BATCH)]
    size = len(LABELS)
    split = BUCKETS * size
    forbidden = np.where(allowed(), 0.0, -1e3)
    no_start = np.asarray([-1e3 if label.startswith("I-") else 0.0 for label in LABELS])

    def loss(flat: Doubles) -> tuple[float, Doubles]:
        table = flat[:split].reshape(BUCKETS, size)
        step = np.where(allowed(), flat[split : split + size * size].reshape(size, size), -50.0)
        start = flat[split + size * size :] + no_start
        scores = np.asarray(matrix @ table.astype(np.float32), dtype=np.float64)
        total, moved, started = 0.0, np.zeros((size, size)), np.zeros(size)
        excess = np.zeros_like(scores)
        for batch in batches:
            value, share, moves, first = batch.likelihood(scores, step, start)
            total += value
            moved += moves
            started += first
            excess[batch.at[batch.mask]] = share[batch.mask]
        slope = np.concatenate([np.asarray(turned @ excess.astype(np.float32)).ravel(), (moved * allowed()).ravel(), started])
        return 0.5 / strength * float(flat @ flat) - total, slope + flat / strength

    found, _, _ = fmin_l_bfgs_b(loss, np.zeros(split + size * size + size), maxiter=rounds, m=6)
    table = found[:split].reshape(BUCKETS, size)
    return table, found[split : split + size * size].reshape(size, size) + forbidden, found[split + size * size :] + no_start
