"""Callers' voices: sentences as 8 kHz mu-law, from Piper in its own process, with the line's noise between the words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.engines.tts.process import WorkerSynthesiser
from assistant.telephony.audio import mulaw
from assistant.telephony.audio.resample import resample

FRAME = 160


def line_noise(frames: int, seed: int, level_db: float = -62.0) -> bytes:
    """Comfort noise as a quiet telephone line has it."""
    noise = np.random.default_rng(seed).normal(0.0, 32768 * 10 ** (level_db / 20), frames * FRAME)
    return mulaw.encode(np.clip(noise, -32768, 32767).astype(np.int16))


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a caller says: audio, and when in it the last voiced frame ends."""

    text: str
    audio: bytes

    @property
    def ms(self) -> int:
        return len(self.audio) // 8


class CallerVoice:
    """Piper, so that callers do not sound like the assistant's default voice."""

    def __init__(self, models_dir: Path) -> None:
        model = next(iter(sorted((models_dir / "piper-joe").glob("*.onnx"))), None)
        if model is None:
            raise SystemExit("The bench needs a caller's voice: python main.py models pull piper-joe")
        self._voice = WorkerSynthesiser("piper", str(model))
        self._cache: dict[str, bytes] = {}

    async def start(self) -> None:
        await self._voice.start()

    async def stop(self) -> None:
        await self._voice.stop()

    async def _words(self, text: str) -> bytes:
        if text not in self._cache:
            rendering = await self._voice.synthesise(text)
            samples = resample(np.frombuffer(rendering.pcm, dtype="<i2"), rendering.rate, 8000)
            loud = np.flatnonzero(np.abs(samples.astype(np.int32)) > 300)
            samples = samples[loud[0] : loud[-1] + 1] if len(loud) else samples
            audio = mulaw.encode((samples * 0.9).astype(np.int16))
            self._cache[text] = audio + b"\xff" * (-len(audio) % FRAME)
        return self._cache[text]

    async def say(self, parts: list[str], gap_ms: int, seed: int) -> Utterance:
        """The parts with pauses between them: one turn of a caller who thinks while speaking."""
        audio = b""
        for number, part in enumerate(parts):
            if number:
                audio += line_noise(gap_ms // 20, seed + number)
            audio += await self._words(part)
        return Utterance(" ... ".join(parts), audio)
