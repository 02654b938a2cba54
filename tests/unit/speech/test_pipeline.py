"""The pipeline itself: prompts, rendering, readiness, recordings."""

from __future__ import annotations

import io
import os
import wave
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from assistant.domain.business import BusinessProfile, Service
from assistant.domain.clock import ManualClock
from assistant.domain.errors import ConfigurationError, EngineFailed
from assistant.engines.stt.scripted import ScriptedTranscriber
from assistant.engines.tts.cache import PhraseCache
from assistant.engines.tts.scripted import ScriptedSynthesiser
from speech_pipeline import SpeechPipeline, hotwords_of
from tests.unit.speech.conftest import LoudIsSpeech

PROFILE = BusinessProfile(
    "Riverside Dental", "America/New_York", greeting="Good morning.", services=(Service("Cleaning", 45), Service("Check-up", 30))
)


def pipeline(voice: ScriptedSynthesiser, folder: Path | None = None, **more: object) -> SpeechPipeline:
    clock = ManualClock(datetime(2026, 3, 2, tzinfo=UTC))
    stt = ScriptedTranscriber(["please call me back"])
    return SpeechPipeline(transcriber=stt, synthesiser=voice, detector=LoudIsSpeech, clock=clock, cache=PhraseCache(folder), **more)  # type: ignore[arg-type]


async def test_prompts_are_rendered_once_and_found_on_disk_the_next_time(tmp_path: Path) -> None:
    first, second = ScriptedSynthesiser(), ScriptedSynthesiser()
    for voice in (first, second):
        speech = pipeline(voice, tmp_path, prompts=["Good morning. How can I help?"])
        await speech.start()
        assert await speech.render("Good morning.")
        await speech.stop()
    assert first.asked == ["Good morning.", "How can I help?"] and second.asked == []


async def test_what_is_said_to_one_caller_stays_off_the_disk(tmp_path: Path) -> None:
    speech = pipeline(ScriptedSynthesiser(), tmp_path)
    await speech.start()
    await speech.render("See you then, Joan Keller.")
    assert not os.listdir(tmp_path)


async def test_rendered_text_is_words_and_whole_frames() -> None:
    voice = ScriptedSynthesiser()
    audio = await pipeline(voice).render("At 9:30. Call 555-0199!")
    assert voice.asked == ["At nine thirty.", "Call five five five, oh one nine nine!"]
    assert len(audio) % 160 == 0 and len(audio) > 16_000
    assert await pipeline(voice).render("...") == b"" or set(await pipeline(voice).render("...")) == {0xFF}


async def test_an_engine_that_does_not_start_is_told_and_not_hidden() -> None:
    voice = ScriptedSynthesiser()

    async def fail() -> None:
        raise EngineFailed("no such voice")

    voice.start = fail  # type: ignore[method-assign]
    speech = pipeline(voice)
    await speech.start()
    assert speech.health()["ready"] is False and speech.health()["problem"] == "no such voice"


async def test_a_recording_of_any_length_is_transcribed() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(np.full(8000 * 40, 500, dtype="<i2").tobytes())
    speech = pipeline(ScriptedSynthesiser())
    heard = await speech.transcribe(file.getvalue())
    assert heard.text == "please call me back please call me back"


def test_the_business_names_are_the_words_to_listen_for() -> None:
    assert hotwords_of(PROFILE) == ("Riverside Dental", "Cleaning", "Check-up")


def test_a_voice_that_is_asked_for_and_missing_is_a_configuration_error(tmp_path: Path) -> None:
    settings = SimpleNamespace(
        models_dir=tmp_path, data_dir=tmp_path, stt_engine="auto", stt_model="whisper-tiny.en", tts_engine="piper", tts_voice="auto"
    )
    with pytest.raises(ConfigurationError, match="models pull"):
        SpeechPipeline.from_settings(settings, PROFILE)


async def test_without_weights_the_pipeline_says_what_to_do(tmp_path: Path) -> None:
    settings = SimpleNamespace(
        models_dir=tmp_path, data_dir=tmp_path, stt_engine="auto", stt_model="whisper-tiny.en", tts_engine="none", tts_voice="auto"
    )
    speech = SpeechPipeline.from_settings(settings, PROFILE)
    await speech.start()
    assert speech.health()["ready"] is False and speech.health()["problem"]
    assert speech.health()["end_of_turn"] is False
    await speech.stop()
