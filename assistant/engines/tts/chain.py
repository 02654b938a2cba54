"""Several voices in order of preference: one that fails rests, and its successor speaks on."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.domain.clock import Clock
from assistant.domain.errors import AssistantError, EngineFailed
from assistant.domain.speech import Rendering, Synthesiser

_REST_SECONDS = 30.0


class VoiceChain:
    """A `Synthesiser` made of others. A rested engine is tried again; what each answers with is in `health`."""

    def __init__(self, voices: Sequence[Synthesiser], clock: Clock) -> None:
        self._voices, self._clock = tuple(voices), clock
        self._resting: dict[str, float] = {}

    @property
    def name(self) -> str:
        now = self._clock.monotonic()
        for voice in self._voices:
            if self._resting.get(voice.name, 0.0) <= now:
                return voice.name
        return self._voices[0].name if self._voices else "none"

    async def start(self) -> None:
        """Start the first voice that will; its successors are started when they are needed, and cost no memory before."""
        problems: list[str] = []
        for voice in self._voices:
            try:
                await voice.start()
                return
            except AssistantError as error:
                problems.append(error.detail)
                self._resting[voice.name] = self._clock.monotonic() + _REST_SECONDS
        raise EngineFailed("; ".join(problems) or "no voice is configured")

    async def stop(self) -> None:
        for voice in self._voices:
            await voice.stop()

    def health(self) -> dict[str, object]:
        return {
            "engine": self.name,
            "ready": any(voice.health().get("ready") for voice in self._voices),
            "voices": [voice.health() for voice in self._voices],
        }

    async def synthesise(self, text: str) -> Rendering:
        now = self._clock.monotonic()
        rested = [voice for voice in self._voices if self._resting.get(voice.name, 0.0) <= now] or list(self._voices)
        problems: list[str] = []
        for voice in rested:
            try:
                return await voice.synthesise(text)
            except AssistantError as error:
                problems.append(error.detail)
                self._resting[voice.name] = self._clock.monotonic() + _REST_SECONDS
        raise EngineFailed("; ".join(problems) or "no voice is configured")
