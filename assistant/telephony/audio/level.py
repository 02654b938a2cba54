"""How loud: levels in dBFS, the line's noise floor, and an even loudness for what we say."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

QUIETEST_DB = -96.0


def dbfs(samples: NDArray[np.int16]) -> float:
    """RMS level relative to full scale."""
    if not samples.size:
        return QUIETEST_DB
    power = float(np.mean(np.square(samples.astype(np.float32))))
    return max(QUIETEST_DB, 10.0 * math.log10(power / 32768.0**2 + 1e-12))


class NoiseFloor:
    """A running estimate of the level when nobody speaks: falls at once, rises slowly."""

    def __init__(self, start_db: float = -60.0) -> None:
        self.db = start_db

    def add(self, level_db: float, *, speech: bool) -> None:
        if level_db <= QUIETEST_DB + 1.0:
            return  # a muted line sends digital silence, which says nothing about its noise
        if level_db < self.db:
            self.db += 0.5 * (level_db - self.db)
        elif not speech:
            self.db += 0.02 * (level_db - self.db)


def levelled(samples: NDArray[np.int16], target_db: float = -20.0, ceiling: float = 0.9) -> NDArray[np.int16]:
    """Speech at an even loudness, never clipped: gain up to 12 dB towards `target_db`, measured over its voiced parts."""
    if not samples.size:
        return samples
    signal = samples.astype(np.float32)
    blocks = signal[: signal.size // 240 * 240].reshape(-1, 240) if signal.size >= 240 else signal.reshape(1, -1)
    power = np.mean(np.square(blocks), axis=1)
    voiced = power[power > 0.05 * float(power.max() + 1e-9)]
    level = 10.0 * math.log10(float(np.mean(voiced)) / 32768.0**2 + 1e-12) if voiced.size else QUIETEST_DB
    if level <= QUIETEST_DB + 6.0:
        return samples
    gain = min(10.0 ** ((target_db - level) / 20.0), 4.0)
    peak = float(np.max(np.abs(signal))) or 1.0
    gain = min(gain, ceiling * 32767.0 / peak)
    return np.asarray(np.rint(signal * gain), dtype=np.int16)


def trimmed(
    samples: NDArray[np.int16], rate: int, *, lead_ms: int = 10, tail_ms: int = 60, threshold_db: float = -48.0
) -> NDArray[np.int16]:
    """Synthesised speech without the silence around it: an answer is late by every millisecond it leads with."""
    step = rate // 100
    count = samples.size // step
    if not count:
        return samples
    blocks = samples[: count * step].reshape(count, step).astype(np.float32)
    level = 10.0 * np.log10(np.mean(np.square(blocks), axis=1) / 32768.0**2 + 1e-12)
    loud = np.flatnonzero(level > threshold_db)
    if not loud.size:
        return samples[:0]
    first = max(0, int(loud[0]) * step - rate * lead_ms // 1000)
    last = min(samples.size, (int(loud[-1]) + 1) * step + rate * tail_ms // 1000)
    return samples[first:last]
