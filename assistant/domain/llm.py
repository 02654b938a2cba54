"""What words an answer: the language model's contract, implemented by `assistant.engines.llm`, and how much it may say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

ModeName = Literal["fast", "balanced", "detailed"]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class EngineState:
    """Whether an engine can serve now, and the sentence for `doctor` that says why or why not."""

    name: str
    available: bool
    reason: str


class LanguageModel(Protocol):
    """A local model that continues a chat.

    `generate` yields pieces of text as they are made. Closing the iterator, or cancelling the task that reads it, stops the model
    in the middle of a word. It raises `EngineFailed` (or `Unavailable`) and never returns half an answer as if it were whole:
    an answer cut by `max_tokens` ends normally, one cut by a failure raises.
    """

    @property
    def name(self) -> str: ...

    @property
    def context_tokens(self) -> int: ...

    def generate(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        json_schema: Mapping[str, Any] | None = None,
        stop: Sequence[str] = (),
        temperature: float = 0.0,
        model: str | None = None,
    ) -> AsyncIterator[str]: ...

    async def warm(self, prefix: Sequence[ChatMessage]) -> None:
        """Read a prompt's beginning ahead of time, so that the first word of an answer that starts with it comes soon."""
        ...

    async def state(self) -> EngineState: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class ResponseMode:
    """How long and how deep answers are. `model` asks the engine for another model than its usual one."""

    name: ModeName
    use_model: bool
    max_tokens: int
    passages: int
    sentences: int
    model: str | None = None

    def __post_init__(self) -> None:
        if self.max_tokens < 16 or self.passages < 1 or self.sentences < 1:
            raise ValueError(f"response mode {self.name}: max_tokens >= 16, passages >= 1, sentences >= 1")


#: By voice two short sentences are the most one listens to; more only when asked for.
MODES: Mapping[ModeName, ResponseMode] = {
    "fast": ResponseMode("fast", use_model=False, max_tokens=40, passages=2, sentences=1),
    "balanced": ResponseMode("balanced", use_model=True, max_tokens=70, passages=3, sentences=2),
    "detailed": ResponseMode("detailed", use_model=True, max_tokens=160, passages=5, sentences=4),
}
