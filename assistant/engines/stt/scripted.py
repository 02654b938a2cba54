"""A transcriber that says what its script says: for tests and for trying a conversation without a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.domain.clock import Clock
from assistant.domain.speech import Priority, Transcript


@dataclass
class Asked:
    """One request that the fake was given."""

    pcm: bytes
    priority: Priority
    fast: bool
    hotwords: tuple[str, ...]


@dataclass
class ScriptedTranscriber:
    """Answers from a list, the last one for good, or from a function of the audio; takes `delay` seconds of the clock."""

    answers: Sequence[str | Transcript] | Callable[[bytes], str | Transcript]
    clock: Clock | None = None
    delay: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    failing: Exception | None = None

    async def transcribe(
        self, pcm: bytes, *, hotwords: tuple[str, ...] = (), priority: Priority = Priority.FINAL, fast: bool = False, prompt: str = ""
    ) -> Transcript:
        index = len(self.asked)
        self.asked.append(Asked(pcm, priority, fast, hotwords))
        if self.clock is not None and self.delay:
            await self.clock.sleep(self.delay)
        if self.failing is not None:
            raise self.failing
        answer = self.answers(pcm) if callable(self.answers) else self.answers[min(index, len(self.answers) - 1)]
        if isinstance(answer, Transcript):
            return answer
        return Transcript(answer, 0.9 if answer else 0.0, engine="scripted", reason="" if answer else "no words")

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None

    def health(self) -> dict[str, object]:
        return {"engine": "scripted", "ready": True}
