"""A recorded caller for a browser's fake microphone: waits, speaks, waits, speaks, in Piper's voice."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterable
from pathlib import Path

import numpy as np

#: Quiet after the last words, so that a browser that plays the file once does not run out of it.
AFTERWARDS_SECONDS = 60


def voice_in(models_dir: Path) -> Path | None:
    """Piper's weights, or None when they were never fetched."""
    return next(iter(sorted((models_dir / "piper-joe").glob("*.onnx"))), None)


def record(lines: Iterable[tuple[float, str]], voice: Path, out: Path, afterwards: float = AFTERWARDS_SECONDS) -> None:
    """Write a WAV file: each line is spoken after so many seconds of silence, and so much follows the last."""
    pieces: list[np.ndarray[tuple[int], np.dtype[np.int16]]] = []
    rate = 22_050
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder) / "one.wav"
        for pause, text in lines:
            subprocess.run([sys.executable, "-m", "piper", "-m", str(voice), "-f", str(one), "--", text], check=True, capture_output=True)
            with wave.open(str(one)) as spoken:
                rate = spoken.getframerate()
                pieces += [np.zeros(int(rate * pause), np.int16), np.frombuffer(spoken.readframes(spoken.getnframes()), np.int16)]
    pieces.append(np.zeros(int(rate * afterwards), np.int16))
    with wave.open(str(out), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.concatenate(pieces).tobytes())
