"""The real engines, where their weights are: words through the telephone and back, and workers that die with their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import psutil
import pytest

from assistant.domain.errors import EngineFailed
from assistant.engines.stt.whisper import WhisperTranscriber
from assistant.engines.tts.process import WorkerSynthesiser
from assistant.telephony.audio import mulaw
from assistant.telephony.audio.resample import resample
from assistant.turn.silero import CHUNK_SAMPLES, SileroModel
from assistant.turn.smart_turn import SmartTurn
from speech_pipeline import _to_line

ROOT = Path(__file__).parents[3]
MODELS = ROOT / ".models"
pytestmark = pytest.mark.slow

needs_whisper = pytest.mark.skipif(not (MODELS / "whisper-tiny.en" / "model.bin").is_file(), reason="no Whisper weights here")
needs_smart_turn = pytest.mark.skipif(not list((MODELS / "smart-turn").glob("*.onnx")), reason="no Smart Turn weights here")


async def line_audio(text: str) -> np.ndarray:
    """What a caller with our express voice would sound like after the telephone, at 16 kHz."""
    voice = WorkerSynthesiser("hibari", "heart")
    await voice.start()
    try:
        rendering = await voice.synthesise(text)
    finally:
        await voice.stop()
    return resample(mulaw.decode(_to_line(rendering.pcm, rendering.rate)), 8000, 16000)


@needs_whisper
async def test_words_survive_the_telephone_in_both_passes() -> None:
    audio = (await line_audio("I would like to book a cleaning next Tuesday.")).astype("<i2").tobytes()
    whisper = WhisperTranscriber(MODELS / "whisper-tiny.en")
    await whisper.start()
    try:
        for fast in (True, False):
            heard = await whisper.transcribe(audio, fast=fast)
            assert "would like to book a cleaning next tuesday" in heard.text.lower().replace(",", "")
            assert heard.confidence > 0.6
        noise = (np.random.default_rng(1).normal(0, 300, 32000)).astype("<i2").tobytes()
        for silence in (bytes(64000), noise):
            assert (await whisper.transcribe(silence, fast=True)).text == ""
            assert (await whisper.transcribe(silence)).text == ""
    finally:
        await whisper.stop()


async def test_silero_hears_speech_and_not_silence() -> None:
    detector = SileroModel().detector()
    speech = (await line_audio("Could I get a check-up tomorrow?")).astype(np.float32) / 32768.0
    chunks = [speech[start : start + CHUNK_SAMPLES] for start in range(0, speech.size - CHUNK_SAMPLES, CHUNK_SAMPLES)]
    voiced = [detector(chunk.tobytes()) for chunk in chunks]
    assert np.median(voiced) > 0.6
    detector.reset()
    quiet = np.random.default_rng(1).normal(0, 0.0005, CHUNK_SAMPLES).astype(np.float32)
    assert max(detector(quiet.tobytes()) for _ in range(30)) < 0.3


@needs_smart_turn
async def test_smart_turn_tells_an_end_from_a_pause() -> None:
    model = SmartTurn(next(iter((MODELS / "smart-turn").glob("*.onnx"))))
    whole = (await line_audio("I would like to book a cleaning, please.")).astype("<i2")
    cut = whole[: int(whole.size * 0.45)]
    try:
        ended, broken = await model.probability(whole.tobytes()), await model.probability(cut.tobytes())
    finally:
        model.close()
    assert ended is not None and broken is not None and ended > 0.5 > broken


async def test_a_worker_that_is_killed_is_started_again() -> None:
    voice = WorkerSynthesiser("hibari", "heart")
    await voice.start()
    first = voice.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    with pytest.raises(EngineFailed):
        await voice.synthesise("Hello.")
    rendering = await voice.synthesise("Hello again.")
    assert len(rendering.pcm) > 10_000 and voice.pid not in (None, first)
    await voice.stop()
    assert voice.pid is None


async def test_a_cancelled_request_does_not_put_the_next_one_out_of_step() -> None:
    voice = WorkerSynthesiser("hibari", "heart")
    await voice.start()
    asking = asyncio.ensure_future(voice.synthesise("A rather long sentence, which nobody will hear to its end."))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    short, long = await voice.synthesise("Yes."), await voice.synthesise("A rather long sentence, which is heard to its very end.")
    assert len(short.pcm) < len(long.pcm) / 2
    await voice.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="parent-death signals are Linux's")
def test_workers_die_with_their_parent() -> None:
    script = textwrap.dedent("""
        import asyncio, sys
        from assistant.engines.tts.process import WorkerSynthesiser
        async def main():
            voice = WorkerSynthesiser("hibari", "heart")
            await voice.start()
            print(voice.pid, flush=True)
            await asyncio.sleep(60)
        asyncio.run(main())
    """)
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    worker = psutil.Process(pid)
    parent.kill()
    parent.wait(timeout=10)
    parent.stdout.close()
    gone, _ = psutil.wait_procs([worker], timeout=10)
    assert gone or worker.status() == psutil.STATUS_ZOMBIE


def test_piper_is_imported_by_the_worker_alone() -> None:
    """The GPL boundary: nothing of ours but the worker script names the package."""
    importing = [
        path.name
        for path in [*ROOT.glob("*.py"), *(ROOT / "assistant").rglob("*.py")]
        if any(line.strip().startswith(("import piper", "from piper")) for line in path.read_text().splitlines())
    ]
    assert importing == ["worker.py"]
