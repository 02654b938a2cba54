"""A scripted model for tests: says what it was told to, when it was told to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.domain.clock import Clock
from assistant.domain.errors import AssistantError, EngineFailed
from assistant.domain.llm import ChatMessage, EngineState


@dataclass(frozen=True, slots=True)
class Reply:
    """Pieces of an answer, `delay` seconds before each (by the given clock), then perhaps an error."""

    pieces: tuple[str, ...]
    delay: float = 0.0
    error: AssistantError | None = None

    @classmethod
    def of(cls, text: str, *, delay: float = 0.0) -> Reply:
        words = text.split(" ")
        return cls(tuple(word if i == 0 else f" {word}" for i, word in enumerate(words)), delay)

    @classmethod
    def failing(cls, *pieces: str, code: str = "llm_unreachable") -> Reply:
        return cls(pieces, error=EngineFailed("scripted", code=code))


@dataclass(frozen=True, slots=True)
class Asked:
    messages: tuple[ChatMessage, ...]
    max_tokens: int
    json_schema: Mapping[str, Any] | None
    model: str | None


class ScriptedModel:
    """Serves its replies in order; without one left it fails as an engine would."""

    def __init__(
        self, replies: Sequence[Reply | str] = (), *, name: str = "scripted", clock: Clock | None = None, context_tokens: int = 2048
    ) -> None:
        self._replies = [Reply.of(reply) if isinstance(reply, str) else reply for reply in replies]
        self._name = name
        self._clock = clock
        self._context = context_tokens
        self.asked: list[Asked] = []
        self.warmed: list[tuple[ChatMessage, ...]] = []
        self.stopped_early = 0
        self.closed = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_tokens(self) -> int:
        return self._context

    async def generate(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        json_schema: Mapping[str, Any] | None = None,
        stop: Sequence[str] = (),
        temperature: float = 0.0,
        model: str | None = None,
    ) -> AsyncIterator[str]:
        self.asked.append(Asked(tuple(messages), max_tokens, json_schema, model))
        if not self._replies:
            raise EngineFailed("the script is over", code="llm_unreachable")
        reply = self._replies.pop(0)
        finished = False
        try:
            for piece in reply.pieces:
                if self._clock is not None and reply.delay:
                    await self._clock.sleep(reply.delay)
                yield piece
            finished = True
            if reply.error is not None:
                raise reply.error
        finally:
            self.stopped_early += not finished

    async def warm(self, prefix: Sequence[ChatMessage]) -> None:
        self.warmed.append(tuple(prefix))

    async def state(self) -> EngineState:
        return EngineState(self._name, bool(self._replies), "scripted")

    async def aclose(self) -> None:
        self.closed = True
