"""A voice for tests: a tone whose length follows the text, made at once or after a delay of the clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from assistant.domain.clock import Clock
from assistant.domain.speech import Rendering


@dataclass
class ScriptedSynthesiser:
    """60 ms a letter unless told otherwise; `failing` is raised instead."""

    ms_per_letter: float = 60.0
    rate: int = 8_000
    clock: Clock | None = None
    delay: float = 0.0
    failing: Exception | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "scripted"

    async def synthesise(self, text: str) -> Rendering:
        self.asked.append(text)
        if self.clock is not None and self.delay:
            await self.clock.sleep(self.delay)
        if self.failing is not None:
            raise self.failing
        count = int(len(text) * self.ms_per_letter * self.rate / 1000)
        tone = 6_000.0 * np.sin(np.arange(count) * (2.0 * np.pi * 300.0 / self.rate))
        return Rendering(tone.astype("<i2").tobytes(), self.rate)

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None

    def health(self) -> dict[str, object]:
        return {"engine": "scripted", "ready": True}
