"""Whisper by CTranslate2, shared by all calls: a quick pass with a cut window for pauses, a thorough one behind it."""

from __future__ import annotations

import asyncio
import math
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.domain.errors import ConfigurationError, EngineFailed
from assistant.domain.speech import ENGINE_RATE, Priority, Transcript
from assistant.engines.stt.guards import Evidence, judge
from assistant.engines.stt.scheduler import Scheduler

Floats = NDArray[np.float32]

WINDOW_SECONDS = 30.0
#: silence after the words in a quick pass; with less the decoder starts to repeat itself, with more it costs time for nothing
QUICK_PADDING_SECONDS = 6.0
_TOKENS_A_SECOND = 8
_MAX_HOTWORDS = 20


class WhisperTranscriber:
    """faster-whisper's model and tokenizer, driven below its convenience layer, which always encodes thirty seconds."""

    def __init__(self, model_dir: Path, *, workers: int | None = None, device: str = "cpu", beam: int = 5) -> None:
        self.model_dir, self._device, self._beam = model_dir, device, beam
        cores = os.cpu_count() or 2
        self._workers = workers or max(1, min(cores, 4))
        self._threads = max(1, cores // self._workers)
        self._scheduler = Scheduler(self._workers)
        self._model: Any = None
        self._tokenizer: Any = None
        self._suppress: list[int] = []
        self._failures = 0

    @property
    def name(self) -> str:
        return f"faster-whisper {self.model_dir.name}"

    @property
    def busy(self) -> bool:
        """Whether a quick pass would have to wait for others."""
        return self._scheduler.busy

    async def start(self) -> None:
        """Load the model and run it once, so that the first caller does not wait for it."""
        if self._model is None:
            if not (self.model_dir / "model.bin").is_file():
                raise ConfigurationError(f"no Whisper model in {self.model_dir.name}: run `python main.py models pull`")
            await asyncio.to_thread(self._load)
        self._scheduler.start()
        await self.transcribe(bytes(ENGINE_RATE * 2), fast=True)

    async def stop(self) -> None:
        await asyncio.to_thread(self._scheduler.stop)

    def health(self) -> dict[str, object]:
        return {
            "engine": self.name,
            "ready": self._model is not None,
            "workers": self._workers,
            "waiting": self._scheduler.waiting,
            "done": self._scheduler.done,
            "dropped": self._scheduler.dropped,
            "failures": self._failures,
        }

    async def transcribe(
        self, pcm: bytes, *, hotwords: tuple[str, ...] = (), priority: Priority = Priority.FINAL, fast: bool = False, prompt: str = ""
    ) -> Transcript:
        work = partial(self._run, pcm, ", ".join(hotwords[:_MAX_HOTWORDS]), fast, prompt)
        return await self._scheduler.run(work, priority)

    # ---- in the worker threads ----------------------------------------------------------------------------------------------

    def _load(self) -> None:
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        compute = "int8" if self._device == "cpu" else "int8_float16"
        model = WhisperModel(
            str(self.model_dir),
            device=self._device,
            compute_type=compute,
            cpu_threads=self._threads,
            num_workers=self._workers,
            local_files_only=True,
        )
        many = model.model.is_multilingual
        self._tokenizer = Tokenizer(model.hf_tokenizer, many, task="transcribe" if many else None, language="en" if many else None)
        self._suppress = list(get_suppressed_tokens(self._tokenizer, [-1]))
        self._model = model

    def _run(self, pcm: bytes, hotwords: str, fast: bool, prompt: str) -> Transcript:
        began = time.perf_counter()
        audio = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        audio = audio[: int(WINDOW_SECONDS * ENGINE_RATE)]
        if audio.size < ENGINE_RATE // 20:
            return Transcript("", 0.0, 1.0, 0.0, self.name, True, "too short")
        try:
            evidence, text = self._decode(audio, hotwords, prompt, quick=fast)
        except RuntimeError as error:
            self._failures += 1
            raise EngineFailed(f"{self.name}: {type(error).__name__}") from error
        verdict = judge(text, evidence)
        confidence = math.exp(min(0.0, evidence.log_probability)) * (1.0 - 0.5 * max(0.0, evidence.no_speech - 0.5))
        return Transcript(
            text=verdict.text,
            confidence=round(confidence if verdict.text else 0.0, 3),
            no_speech=round(evidence.no_speech, 3),
            took_ms=(time.perf_counter() - began) * 1000.0,
            engine=self.name,
            thorough=not fast or not verdict.doubtful,
            reason=verdict.reason,
        )

    def _decode(self, audio: Floats, hotwords: str, prompt: str, *, quick: bool) -> tuple[Evidence, str]:
        from faster_whisper.transcribe import get_ctranslate2_storage

        seconds = audio.size / ENGINE_RATE
        padding = min(QUICK_PADDING_SECONDS, WINDOW_SECONDS - seconds) if quick else WINDOW_SECONDS - seconds
        features = self._model.feature_extractor(np.concatenate([audio, np.zeros(max(0, int(padding * ENGINE_RATE)), dtype=np.float32)]))
        features = features[:, : min(features.shape[-1], 3000) // 2 * 2]
        encoded = self._model.model.encode(get_ctranslate2_storage(features[None]), to_cpu=False)
        previous = self._tokenizer.encode(" " + prompt.strip())[-100:] if prompt else []
        tokens = self._model.get_prompt(self._tokenizer, previous, without_timestamps=True, hotwords=hotwords or None)
        room = min(448 - len(tokens), 12 + int(seconds * _TOKENS_A_SECOND))
        found = self._model.model.generate(
            encoded,
            [tokens],
            beam_size=1 if quick else self._beam,
            max_length=len(tokens) + room,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=self._suppress,
        )[0]
        ids = found.sequences_ids[0]
        log_probability = found.scores[0] * len(ids) / (len(ids) + 1)
        return Evidence(log_probability, found.no_speech_prob, seconds), self._tokenizer.decode(ids).strip()
