"""Ollama through its own client: the production engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx
import ollama
from pydantic import ValidationError

from assistant.domain.errors import EngineFailed, InvalidInput, Unavailable
from assistant.domain.llm import ChatMessage, EngineState
from assistant.engines.llm.places import is_hosted_model
from assistant.engines.llm.timeouts import Limits, limited
from assistant.engines.llm.tokens import fit

KEEP_ALIVE = "30m"  # the model stays loaded, and its prompt cache with it, between calls


class OllamaModel:
    """A model served by Ollama.

    `context_tokens` is sent with every request: Ollama reloads a model whose context size changes, which costs seconds.
    """

    def __init__(self, host: str, model: str, *, context_tokens: int = 4096, limits: Limits | None = None) -> None:
        if is_hosted_model(model):
            raise InvalidInput(f"{model} runs on Ollama's servers, not on this machine", code="model_not_local")
        self._model = model
        self._context = context_tokens
        self._limits = limits or Limits()
        # `trust_env=False`: neither a proxy of the environment nor a .netrc may see or change what is said to the model.
        timeout = httpx.Timeout(self._limits.total, connect=2.0)
        self._client = ollama.AsyncClient(host, timeout=timeout, follow_redirects=False, trust_env=False)

    @property
    def name(self) -> str:
        return f"ollama:{self._model}"

    @property
    def context_tokens(self) -> int:
        return self._context

    def generate(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        json_schema: Mapping[str, Any] | None = None,
        stop: Sequence[str] = (),
        temperature: float = 0.0,
        model: str | None = None,
    ) -> AsyncIterator[str]:
        if model is not None and is_hosted_model(model):
            raise InvalidInput(f"{model} runs on Ollama's servers, not on this machine", code="model_not_local")
        kept = fit(messages, budget=self._context - max_tokens)
        options = {"num_ctx": self._context, "num_predict": max_tokens, "temperature": temperature, "stop": list(stop)}
        return limited(self._stream(kept, options, json_schema, model or self._model), self._limits, engine=self.name)

    async def _stream(
        self, messages: Sequence[ChatMessage], options: dict[str, Any], schema: Mapping[str, Any] | None, model: str
    ) -> AsyncIterator[str]:
        chat = [{"role": message.role, "content": message.content} for message in messages]
        done = False
        try:
            stream = await self._client.chat(
                model, chat, stream=True, options=options, keep_alive=KEEP_ALIVE, format=None if schema is None else dict(schema)
            )
            try:
                async for part in stream:
                    done = done or bool(part.done)
                    if part.message.content:
                        yield part.message.content
            finally:
                await stream.aclose()  # type: ignore[attr-defined]
        except ollama.ResponseError as error:
            raise _translate(error, model) from error
        except (ConnectionError, httpx.HTTPError, ValidationError, ValueError) as error:
            raise EngineFailed(f"Ollama: {type(error).__name__}", code="llm_unreachable") from error
        if not done:
            raise EngineFailed("Ollama closed the stream before the end", code="llm_broke_off")

    async def warm(self, prefix: Sequence[ChatMessage]) -> None:
        async for _ in self.generate([*prefix, ChatMessage("user", ".")], max_tokens=1):
            pass

    async def state(self) -> EngineState:
        try:
            listed = await self._client.list()
        except (ConnectionError, httpx.HTTPError, ollama.ResponseError, ValidationError, ValueError):
            return EngineState(self.name, False, "Ollama does not answer; start it, or leave it: the embedded model takes over")
        wanted = self._model if ":" in self._model else f"{self._model}:latest"
        if wanted not in {model.model for model in listed.models}:
            return EngineState(self.name, False, f"Ollama runs, but {self._model} is not there: `ollama pull {self._model}`")
        return EngineState(self.name, True, f"Ollama serves {self._model}")

    async def aclose(self) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]


def _translate(error: ollama.ResponseError, model: str) -> Unavailable:
    if error.status_code == 404:
        return Unavailable(f"Ollama has no model {model}", code="model_missing")
    return EngineFailed(f"Ollama answered {error.status_code}", code="llm_refused")
