"""Smart Turn v3: how finished a turn sounds, from intonation and rhythm.

Its input is Whisper's log-mel spectrogram of the last eight seconds, left-padded, of a waveform with zero mean and unit variance.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

_RATE = 16_000
_SECONDS = 8
_FFT, _HOP, _MELS = 400, 160, 80


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's scale: linear to 1 kHz, logarithmic above."""
    logarithmic = 15.0 + np.log(np.maximum(hertz, 1e-9) / 1000.0) * (27.0 / np.log(6.4))
    return np.where(hertz >= 1000.0, logarithmic, 3.0 * hertz / 200.0)


def _hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel >= 15.0, 1000.0 * np.exp(np.log(6.4) / 27.0 * (mel - 15.0)), 200.0 * mel / 3.0)


def _filterbank() -> NDArray[np.float32]:
    edges = _hertz(np.linspace(0.0, float(_mel(np.array([_RATE / 2.0]))[0]), _MELS + 2))
    bins = np.linspace(0.0, _RATE / 2.0, _FFT // 2 + 1)
    slopes = edges[None, :] - bins[:, None]
    widths = np.diff(edges)
    filters = np.maximum(0.0, np.minimum(-slopes[:, :-2] / widths[:-1], slopes[:, 2:] / widths[1:]))
    filters *= 2.0 / (edges[2:] - edges[:-2])
    return np.asarray(filters.T, dtype=np.float32)


_FILTERS = _filterbank()
_WINDOW = np.hanning(_FFT + 1)[:-1].astype(np.float32)


def features(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The spectrogram (80, 800) of exactly eight seconds."""
    normal = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
    padded = np.pad(normal, _FFT // 2, mode="reflect")
    frames = sliding_window_view(padded, _FFT)[::_HOP]
    power = np.square(np.abs(np.fft.rfft(frames * _WINDOW, axis=-1))).astype(np.float32)
    log = np.log10(np.maximum(_FILTERS @ power.T, 1e-10))[:, :-1]
    log = np.maximum(log, log.max() - 8.0)
    return np.asarray((log + 4.0) / 4.0, dtype=np.float32)


class SmartTurn:
    """The ONNX model in a small pool of its own, so that it runs beside a transcription and not behind it."""

    def __init__(self, model_path: Path, *, threads: int = 1, workers: int = 2) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(str(model_path), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="smart-turn")

    async def probability(self, pcm: bytes) -> float | None:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.measure, pcm)

    def measure(self, pcm: bytes) -> float:
        heard = np.frombuffer(pcm[-_SECONDS * _RATE * 2 :], dtype="<i2").astype(np.float32) / 32768.0
        samples = np.zeros(_SECONDS * _RATE, dtype=np.float32)
        if heard.size:
            samples[-heard.size :] = heard
        result: Any = self._session.run(None, {self._input: features(samples)[None]})
        return float(np.asarray(result[0]).reshape(-1)[0])

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


class NoModel:
    """Stands in when the model is not there: the words, the pause and the expectation decide alone."""

    async def probability(self, pcm: bytes) -> float | None:
        return None
