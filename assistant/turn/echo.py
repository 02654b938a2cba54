"""Our own voice coming back: what is heard is compared with what is being played, at every delay an echo may have.

A loudspeaker beside the caller's microphone returns our words; words cannot tell (a fragment is transcribed as anything), the
waveform can: an echo correlates with what we sent, another person does not.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

_RATE = 8_000
_KEEP_SECONDS = 2.0
_LONGEST_DELAY = 0.8


class EchoReference:
    """The last seconds of what the caller's telephone plays, at 8 kHz, and the comparison with what comes back."""

    def __init__(self, threshold: float = 0.4) -> None:
        self._threshold = threshold
        self._played: deque[tuple[float, NDArray[np.int16]]] = deque()

    def sent(self, samples: NDArray[np.int16], plays_at: float) -> None:
        self._played.append((plays_at, samples))
        while self._played and self._played[0][0] + self._played[0][1].size / _RATE < plays_at - _KEEP_SECONDS:
            self._played.popleft()

    def cleared(self, now: float) -> None:
        """What was to be played after `now` will not be."""
        kept: deque[tuple[float, NDArray[np.int16]]] = deque()
        for start, samples in self._played:
            room = int((now - start) * _RATE)
            if room > 0:
                kept.append((start, samples[:room]))
        self._played = kept

    def likeness(self, heard: NDArray[np.int16], now: float) -> float:
        """The strongest correlation, 0..1, of what was just heard with what was played before it."""
        size = heard.size
        if size < _RATE // 10 or not self._played:
            return 0.0
        span = size + int(_LONGEST_DELAY * _RATE)
        reference = np.zeros(span, dtype=np.float64)
        begin = now - span / _RATE
        for start, samples in self._played:
            at = round((start - begin) * _RATE)
            first, last = max(0, at), min(span, at + samples.size)
            if last > first:
                reference[first:last] = samples[first - at : last - at]
        if not reference.any():
            return 0.0
        ours, theirs = np.diff(reference, prepend=0.0), np.diff(heard.astype(np.float64), prepend=0.0)  # whitened a little
        length = 1 << (span + size - 1).bit_length()
        product = np.fft.irfft(np.fft.rfft(ours, length) * np.conj(np.fft.rfft(theirs, length)), length)[: span - size + 1]
        energy = np.concatenate([[0.0], np.cumsum(np.square(ours))])
        local = energy[size:] - energy[:-size]
        scale = np.sqrt(np.maximum(local, 1.0) * max(float(np.sum(np.square(theirs))), 1.0))
        loud_enough = local > 0.02 * float(local.max())
        return float(np.max(np.where(loud_enough, np.abs(product) / scale, 0.0)))

    def is_echo(self, heard: NDArray[np.int16], now: float) -> bool:
        return self.likeness(heard, now) >= self._threshold
