"""Engines that are not there, or not the default."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.errors import ConfigurationError, EngineFailed
from assistant.engines.stt.vosk import NoTranscriber, VoskTranscriber
from assistant.engines.stt.whisper import WhisperTranscriber


class Recogniser:
    def __init__(self, result: dict[str, Any]) -> None:
        self.result, self.heard = result, b""

    def AcceptWaveform(self, pcm: bytes) -> None:
        self.heard += pcm

    def FinalResult(self) -> str:
        assert self.heard
        return json.dumps(self.result)


async def test_vosk_gives_words_and_how_sure_it_is(tmp_path: Path) -> None:
    result = {"text": "tuesday after noon", "result": [{"conf": 1.0}, {"conf": 0.6}, {"conf": 0.8}]}
    engine = VoskTranscriber(tmp_path, load=lambda folder: lambda: Recogniser(result))
    await engine.start()
    heard = await engine.transcribe(b"\0" * 3200)
    await engine.stop()
    assert heard.text == "tuesday afternoon" and heard.confidence == pytest.approx(0.8)


async def test_what_vosk_hears_in_noise_is_nothing(tmp_path: Path) -> None:
    engine = VoskTranscriber(tmp_path, load=lambda folder: lambda: Recogniser({"text": "the"}))
    await engine.start()
    heard = await engine.transcribe(b"\0" * 3200)
    await engine.stop()
    assert heard.text == "" and heard.reason


async def test_missing_weights_are_a_sentence_not_a_traceback(tmp_path: Path) -> None:
    for engine in (WhisperTranscriber(tmp_path / "none"), VoskTranscriber(tmp_path / "none"), NoTranscriber()):
        with pytest.raises(ConfigurationError):
            await engine.start()
        with pytest.raises(EngineFailed):
            await engine.transcribe(b"\0" * 3200)
