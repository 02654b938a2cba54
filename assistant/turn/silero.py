"""Silero voice activity: one model in memory, a small state per call."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from assistant.domain.errors import ConfigurationError

CHUNK_SAMPLES = 512
CHUNK_MS = 32
_CONTEXT = 64


def _bundled() -> Path:
    """The model inside faster-whisper's package, found without importing that package."""
    spec = importlib.util.find_spec("faster_whisper")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / "assets" / "silero_vad_v6.onnx"
        if path.is_file():
            return path
    raise ConfigurationError("the voice activity model is missing: reinstall faster-whisper")


class SileroModel:
    """The network itself; `detector()` makes what one call needs. About 0.1 ms for 32 ms of audio on one core."""

    def __init__(self, path: Path | None = None) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(str(path or _bundled()), options, providers=["CPUExecutionProvider"])

    def run(self, samples: Any, h: Any, c: Any) -> tuple[Any, Any, Any]:
        output, h, c = self._session.run(None, {"input": samples, "h": h, "c": c})
        return output, h, c

    def detector(self) -> SileroDetector:
        return SileroDetector(self)


class SileroDetector:
    """Probability of speech for each 32 ms of one call."""

    def __init__(self, model: SileroModel) -> None:
        self._model = model
        self._input = np.zeros((1, _CONTEXT + CHUNK_SAMPLES), dtype=np.float32)
        self.reset()

    def reset(self) -> None:
        self._h = np.zeros((1, 1, 128), dtype=np.float32)
        self._c = np.zeros((1, 1, 128), dtype=np.float32)
        self._input[:] = 0.0

    def __call__(self, samples: bytes) -> float:
        self._input[0, :_CONTEXT] = self._input[0, -_CONTEXT:]
        self._input[0, _CONTEXT:] = np.frombuffer(samples, dtype=np.float32)
        output, self._h, self._c = self._model.run(self._input, self._h, self._c)
        return float(output.reshape(-1)[0])
