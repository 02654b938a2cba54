"""A stand-in without weights: texts that share words get near vectors. Deterministic on every machine."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Sequence


class HashingEmbedder:
    """Words and their character trigrams hashed into a small unit vector."""

    name = "hashing"

    def __init__(self, dimensions: int = 256) -> None:
        self._dimensions = dimensions

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> list[float]:
        vector = [0.0] * self._dimensions
        for word in re.findall(r"\w+", text.lower()):
            padded = f"<{word}>"
            for feature, weight in [(word, 1.0), *((padded[i : i + 3], 0.3) for i in range(len(padded) - 2))]:
                code = zlib.crc32(feature.encode())
                vector[code % self._dimensions] += weight if code & 0x80000000 else -weight
        norm = math.sqrt(sum(value * value for value in vector))
        return [value / norm for value in vector] if norm else [1.0, *([0.0] * (self._dimensions - 1))]
