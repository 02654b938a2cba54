"""Sample-rate conversion with soxr, that keeps its state between chunks so that no clicks appear at their edges."""

from __future__ import annotations

from typing import cast

import numpy as np
import soxr
from numpy.typing import NDArray


class Resampler:
    """One direction of one stream: `push` returns what is ready, `finish` what the filter still held.

    `live` is for listening while somebody speaks: soxr's filters of quality hold back 50-90 ms, which is time taken from every
    answer, so the ear uses the short cubic one (a quarter of a millisecond) and recordings are converted again, whole, for the engines.
    """

    def __init__(self, source_rate: int, target_rate: int, *, live: bool = False) -> None:
        self._source, self._target = source_rate, target_rate
        self._quality = "QQ" if live else "HQ"
        self._stream = self._fresh()

    def _fresh(self) -> soxr.ResampleStream | None:
        if self._source == self._target:
            return None
        return soxr.ResampleStream(self._source, self._target, 1, dtype="int16", quality=self._quality)

    def push(self, samples: NDArray[np.int16]) -> NDArray[np.int16]:
        if self._stream is None:
            return samples
        return cast("NDArray[np.int16]", self._stream.resample_chunk(samples))

    def finish(self) -> NDArray[np.int16]:
        """The rest of the stream; the resampler starts afresh afterwards."""
        if self._stream is None:
            return np.zeros(0, dtype=np.int16)
        rest = cast("NDArray[np.int16]", self._stream.resample_chunk(np.zeros(0, dtype=np.int16), last=True))
        self._stream = self._fresh()
        return rest


def resample(samples: NDArray[np.int16], source_rate: int, target_rate: int) -> NDArray[np.int16]:
    """A whole recording at once."""
    if source_rate == target_rate or not samples.size:
        return samples
    return cast("NDArray[np.int16]", soxr.resample(samples, source_rate, target_rate, quality="HQ"))
