"""Any server that speaks OpenAI's chat completions over HTTP: llama.cpp's own, LM Studio, vLLM, and the embedded worker."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx

from assistant.domain.errors import EngineFailed, InvalidInput, Unavailable
from assistant.domain.llm import ChatMessage, EngineState
from assistant.engines.llm.timeouts import Limits, limited
from assistant.engines.llm.tokens import fit


class OpenAICompatibleModel:
    """A model behind `<base_url>/chat/completions`.

    The transport can be given (tests, or a guarded one for a server that is not on this machine); `extra` is merged into each request
    body for what a server knows beyond the standard; `whole` asks for answers in one piece instead of a stream.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        api_key: str | None = None,
        context_tokens: int = 4096,
        limits: Limits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        extra: Mapping[str, Any] | None = None,
        label: str = "openai",
        whole: bool = False,
    ) -> None:
        self._model = model
        self._label = label
        self._context = context_tokens
        self._limits = limits or Limits()
        self._extra = dict(extra or {})
        self._whole = whole
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.AsyncClient(
            base_url=base_url.rstrip("/") + "/",
            headers=headers,
            timeout=httpx.Timeout(self._limits.total, connect=2.0),
            transport=transport,
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def name(self) -> str:
        return f"{self._label}:{self._model}"

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
        kept = fit(messages, budget=self._context - max_tokens)
        body: dict[str, Any] = {
            "model": model or self._model,
            "messages": [{"role": message.role, "content": message.content} for message in kept],
            "max_tokens": max_tokens,
            "temperature": temperature,
            "stream": not self._whole,
            **self._extra,
        }
        if stop:
            body["stop"] = list(stop)
        if json_schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": dict(json_schema)}}
        if self._whole:
            return limited(self._at_once(body), replace(self._limits, first=self._limits.total), engine=self.name)
        return limited(self._stream(body), self._limits, engine=self.name)

    async def _at_once(self, body: dict[str, Any]) -> AsyncIterator[str]:
        try:
            response = await self._client.post("chat/completions", json=body)
        except httpx.HTTPError as error:
            raise EngineFailed(f"{self.name}: {type(error).__name__}", code="llm_unreachable") from error
        if response.status_code != 200:
            raise _refusal(self.name, response.status_code)
        try:
            yield str(response.json()["choices"][0]["message"]["content"] or "")
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise EngineFailed("the server sent something that is no chat completion", code="llm_refused") from error

    async def _stream(self, body: dict[str, Any]) -> AsyncIterator[str]:
        try:
            async with self._client.stream("POST", "chat/completions", json=body) as response:
                if response.status_code != 200:
                    raise _refusal(self.name, response.status_code)
                async for line in response.aiter_lines():
                    if not line.startswith("data:"):
                        continue
                    data = line[5:].strip()
                    if data == "[DONE]":
                        return
                    piece, finished = _piece(data)
                    if piece:
                        yield piece
                    if finished:
                        return
        except httpx.HTTPError as error:
            raise EngineFailed(f"{self.name}: {type(error).__name__}", code="llm_unreachable") from error
        raise EngineFailed(f"{self.name} closed the stream before the end", code="llm_broke_off")

    async def warm(self, prefix: Sequence[ChatMessage]) -> None:
        async for _ in self.generate([*prefix, ChatMessage("user", ".")], max_tokens=1):
            pass

    async def state(self) -> EngineState:
        try:
            response = await self._client.get("models", timeout=3.0)
        except httpx.HTTPError as error:
            return EngineState(self.name, False, f"the server of {self._model} does not answer ({type(error).__name__})")
        except Unavailable as error:  # a guarded way that is closed
            return EngineState(self.name, False, error.detail)
        if response.status_code != 200:
            return EngineState(self.name, False, f"the server of {self._model} answers {response.status_code}")
        return EngineState(self.name, True, f"serves {self._model}")

    async def aclose(self) -> None:
        await self._client.aclose()


def _piece(data: str) -> tuple[str, bool]:
    """The text of one event and whether it was the last; a server's error event raises."""
    try:
        event = json.loads(data)
        if "error" in event:
            raise EngineFailed("the server failed in the middle of an answer", code="llm_broke_off")
        choices = event.get("choices") or [{}]
        return choices[0].get("delta", {}).get("content") or "", choices[0].get("finish_reason") is not None
    except (ValueError, TypeError, AttributeError, KeyError, IndexError) as error:
        raise EngineFailed("the server sent something that is no chat completion", code="llm_refused") from error


def _refusal(engine: str, status: int) -> Unavailable | InvalidInput:
    if status == 404:
        return Unavailable(f"{engine}: no such model or path", code="model_missing")
    if status in (401, 403):
        return Unavailable(f"{engine}: the key was refused", code="llm_key_refused")
    if status == 400:
        return InvalidInput(f"{engine}: the request was refused", code="llm_refused")
    return EngineFailed(f"{engine} answered {status}", code="llm_refused")
