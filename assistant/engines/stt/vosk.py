"""Vosk, for owners who prefer it: works when its package is installed and its model lies in the model folder."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from assistant.domain.errors import ConfigurationError, EngineFailed
from assistant.domain.speech import ENGINE_RATE, Priority, Transcript
from assistant.engines.stt.guards import tidy
from assistant.engines.stt.scheduler import Scheduler

FOLDER = "vosk-model-small-en-us-0.15"


def _recogniser_maker(folder: Path) -> Callable[[], Any]:
    try:
        import vosk  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise ConfigurationError("STT_ENGINE=vosk needs its package: `.venv/bin/pip install vosk`") from error
    vosk.SetLogLevel(-1)
    model = vosk.Model(str(folder))

    def make() -> Any:
        recogniser = vosk.KaldiRecognizer(model, ENGINE_RATE)
        recogniser.SetWords(True)
        return recogniser

    return make


class VoskTranscriber:
    """One model, a fresh recogniser an utterance; it has no second, more thorough pass."""

    def __init__(self, folder: Path, *, workers: int = 2, load: Callable[[Path], Callable[[], Any]] = _recogniser_maker) -> None:
        self._folder, self._load = folder, load
        self._make: Callable[[], Any] | None = None
        self._scheduler = Scheduler(workers, "vosk")

    async def start(self) -> None:
        if not self._folder.is_dir():
            raise ConfigurationError(f"STT_ENGINE=vosk, but there is no {self._folder.name} in the model folder")
        if self._make is None:
            self._make = await asyncio.to_thread(self._load, self._folder)
        self._scheduler.start()

    async def stop(self) -> None:
        await asyncio.to_thread(self._scheduler.stop)

    def health(self) -> dict[str, object]:
        return {"engine": f"vosk {self._folder.name}", "ready": self._make is not None, "waiting": self._scheduler.waiting}

    async def transcribe(
        self, pcm: bytes, *, hotwords: tuple[str, ...] = (), priority: Priority = Priority.FINAL, fast: bool = False, prompt: str = ""
    ) -> Transcript:
        return await self._scheduler.run(partial(self._run, pcm), priority)

    def _run(self, pcm: bytes) -> Transcript:
        if self._make is None:
            raise EngineFailed("vosk is not running")
        began = time.perf_counter()
        recogniser = self._make()
        recogniser.AcceptWaveform(pcm)
        found = json.loads(recogniser.FinalResult())
        words = [float(word.get("conf", 1.0)) for word in found.get("result", [])]
        text = tidy(str(found.get("text", "")).strip())
        if text in ("the", "huh"):  # what it hears in noise
            text = ""
        return Transcript(
            text=text,
            confidence=sum(words) / len(words) if words and text else 0.0,
            took_ms=(time.perf_counter() - began) * 1000.0,
            engine="vosk",
            reason="" if text else "no words",
        )


class NoTranscriber:
    """`STT_ENGINE=none`: callers are not understood, and everything else says so."""

    async def transcribe(
        self, pcm: bytes, *, hotwords: tuple[str, ...] = (), priority: Priority = Priority.FINAL, fast: bool = False, prompt: str = ""
    ) -> Transcript:
        raise EngineFailed("speech recognition is switched off (STT_ENGINE=none)")

    async def start(self) -> None:
        raise ConfigurationError("speech recognition is switched off (STT_ENGINE=none)")

    async def stop(self) -> None:
        return None

    def health(self) -> dict[str, object]:
        return {"engine": "none", "ready": False}
