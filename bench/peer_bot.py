"""The other side of `make bench-peer`: a telephone bot as people build one with Pipecat, on our models, for the same callers.

Runs in an environment of its own (`requirements/peer.txt`); nothing of the program is imported here. Its usual pieces: the Twilio
serializer over a FastAPI websocket, Silero, Whisper, Piper, and one of two ways to end a turn. Everything that can be shared by calls
or loaded before the first one is, so that it is compared at its best: the models are int8, warm and one for all, the greeting needs no
language model, and answers come at once from a list instead of from a language model.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
import sys
from pathlib import Path
from typing import Any

os.environ.update(HF_HUB_OFFLINE="1", DO_NOT_TRACK="1", PIPECAT_TELEMETRY="0")

import numpy as np
import uvicorn
from fastapi import FastAPI, WebSocket
from faster_whisper import WhisperModel
from loguru import logger
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    Frame,
    LLMContextFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TTSSpeakFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.runner.utils import parse_telephony_websocket
from pipecat.serializers.twilio import TwilioFrameSerializer
from pipecat.services.piper import tts as piper
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.turns.user_stop import SpeechTimeoutUserTurnStopStrategy, TurnAnalyzerUserTurnStopStrategy
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner

GREETING = "Thanks for calling Riverside Dental. This is the assistant. How can I help?"
WEEK = (
    "From Monday to Thursday we're open from nine to twelve and from one to five. On Friday we're open from nine to one. "
    "On Saturday and on Sunday we are closed, and so we are on public holidays. What else can I do for you today?"
)
ANSWERS = (
    (r"(open|hours) on monday", "On Monday we're open from nine to twelve and one to five."),
    (r"whole week|opening hours|what hours|hours are", WEEK),
    (r"park", "Yes, there is free parking behind the building."),
    (r"saturday", "No, we're closed on Saturday."),
    (r"how much|cost|price", "A cleaning is 120 dollars."),
    (r"payment|card", "We take cash, debit cards and all major credit cards."),
    (r"located|address", "We're at 12 River Street, Springfield."),
    (r"how long", "A check-up takes thirty minutes."),
    (r"bring", "Please bring a photo ID and a list of your medications, and come ten minutes early."),
    (r"never ?mind|forget", "All right, I've dropped that. What else can I do?"),
    (r"move", "Under which name is the appointment?"),
    (r"appointment|book", "Which day suits you?"),
    (r"monday|tuesday|wednesday|thursday|friday", "I have nine in the morning or two in the afternoon. Which time suits you?"),
    (r"name|spelled", "And what is your telephone number?"),
    (r"number|\d", "What else can I do for you?"),
)
FALLBACK = "Sorry, I didn't catch that. Could you say it again?"


def answer(words: str) -> str:
    return next((text for pattern, text in ANSWERS if re.search(pattern, words, re.I)), FALLBACK)


class Answerer(FrameProcessor):  # type: ignore[misc]
    """Stands where the language model would and answers at once."""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if not isinstance(frame, LLMContextFrame):
            await self.push_frame(frame, direction)
            return
        said = [message for message in frame.context.get_messages() if message.get("role") == "user"]
        await self.push_frame(LLMFullResponseStartFrame())
        await self.push_frame(LLMTextFrame(answer(_text(said[-1]) if said else "")))
        await self.push_frame(LLMFullResponseEndFrame())


def _text(message: dict[str, Any]) -> str:
    content = message.get("content", "")
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


class Greedy:
    """Whisper without beam search, which is faster and what a hurried builder takes."""

    def __init__(self, model: WhisperModel) -> None:
        self._model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def transcribe(self, audio: Any, **options: Any) -> Any:
        return self._model.transcribe(audio, **options, beam_size=1, temperature=0.0, condition_on_previous_text=False)


class Bot:
    """The models, loaded once, and a pipeline for every call."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self._style: str = chosen.style
        threads = {"cpu_threads": chosen.threads, "num_workers": chosen.workers}
        model = WhisperModel(str(chosen.whisper), device="cpu", compute_type="int8", local_files_only=True, **threads)
        self._whisper_dir, self._voice = str(chosen.whisper), Path(chosen.voice)
        self._whisper = Greedy(model) if self._style == "timeout" else model
        piper.PiperVoice.load = functools.cache(piper.PiperVoice.load)
        self._speaker()._voice.synthesize("Hello.").__next__()
        list(self._whisper.transcribe(np.zeros(16_000, dtype=np.float32), language="en")[0])

    def _listener(self) -> WhisperSTTService:
        shared = self._whisper

        class Shared(WhisperSTTService):  # type: ignore[misc]
            def _load(self) -> None:
                self._model = shared

        return Shared(settings=WhisperSTTService.Settings(model=self._whisper_dir), ttfs_p99_latency=0.5, trailing_silence_secs=0.2)

    def _speaker(self) -> piper.PiperTTSService:
        return piper.PiperTTSService(settings=piper.PiperTTSService.Settings(voice=self._voice.stem), download_dir=self._voice.parent)

    def _turns(self) -> UserTurnStrategies:
        if self._style == "timeout":
            return UserTurnStrategies(stop=[SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=0.2)])
        return UserTurnStrategies(stop=[TurnAnalyzerUserTurnStopStrategy(turn_analyzer=LocalSmartTurnAnalyzerV3(cpu_count=1))])

    async def call(self, websocket: WebSocket) -> None:
        await websocket.accept()
        _, about = await parse_telephony_websocket(websocket)
        serializer = TwilioFrameSerializer(
            stream_sid=about["stream_id"], call_sid=about["call_id"], params=TwilioFrameSerializer.InputParams(auto_hang_up=False)
        )
        transport = FastAPIWebsocketTransport(
            websocket=websocket,
            params=FastAPIWebsocketParams(
                audio_in_enabled=True, audio_out_enabled=True, add_wav_header=False, audio_out_10ms_chunks=2, serializer=serializer
            ),
        )
        turns = LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer(), user_turn_strategies=self._turns())
        user, assistant = LLMContextAggregatorPair(LLMContext(), user_params=turns)
        parts = [transport.input(), self._listener(), user, Answerer(), self._speaker(), transport.output(), assistant]
        worker = PipelineWorker(Pipeline(parts), params=PipelineParams(audio_in_sample_rate=16_000, audio_out_sample_rate=8_000))
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(worker)

        @transport.event_handler("on_client_connected")  # type: ignore[untyped-decorator]
        async def greet(*_: object) -> None:
            await worker.queue_frames([TTSSpeakFrame(GREETING)])

        @transport.event_handler("on_client_disconnected")  # type: ignore[untyped-decorator]
        async def leave(*_: object) -> None:
            await runner.cancel()

        await runner.run()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--style", choices=["smart", "timeout"], default="smart")
    parser.add_argument("--whisper", type=Path, required=True, help="folder of the Whisper model")
    parser.add_argument("--voice", type=Path, required=True, help="the Piper model")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    bot = Bot(chosen)
    app = FastAPI()
    app.add_api_websocket_route("/ws", bot.call)
    app.add_api_route("/ready", lambda: {"ready": True})
    uvicorn.run(app, host="127.0.0.1", port=chosen.port, log_level="warning")


if __name__ == "__main__":
    main()
