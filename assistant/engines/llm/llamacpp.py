"""The embedded model: llama.cpp (xllamacpp) in a worker process of our own, for a machine without any model server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.domain.errors import EngineFailed, Unavailable
from assistant.domain.llm import ChatMessage, EngineState
from assistant.engines.llm.openai_compatible import OpenAICompatibleModel
from assistant.engines.llm.timeouts import Limits

GGUF = "model.gguf"
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class LlamaSettings:
    """How the worker runs. `nice` keeps speech ahead of the model when both want the processor; each parallel slot keeps a warm prompt."""

    context_tokens: int = 2048
    parallel: int = 2
    threads: int = 2
    cache_mib: int = 256
    nice: int = 5
    load_seconds: float = 60.0


class LlamaCppModel:
    """Starts its worker on first use and again after it died; `folder` holds `model.gguf`."""

    def __init__(self, folder: Path, *, settings: LlamaSettings | None = None, limits: Limits | None = None) -> None:
        self._folder = folder
        self._settings = settings or LlamaSettings()
        self._limits = limits or Limits(first=12.0, between=4.0, total=40.0)
        self._starting = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._client: OpenAICompatibleModel | None = None

    @property
    def name(self) -> str:
        return f"llamacpp:{self._folder.name}"

    @property
    def context_tokens(self) -> int:
        return self._settings.context_tokens

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
        """`model` is ignored: the worker has one."""
        client = await self._ready()
        pieces = client.generate(messages, max_tokens=max_tokens, json_schema=json_schema, stop=stop, temperature=temperature)
        async with contextlib.aclosing(pieces) as stream:  # type: ignore[type-var]
            async for piece in stream:
                yield piece

    async def warm(self, prefix: Sequence[ChatMessage]) -> None:
        await (await self._ready()).warm(prefix)

    async def state(self) -> EngineState:
        if not (self._folder / GGUF).is_file():
            return EngineState(self.name, False, f"the weights are not there yet: `python main.py models pull {self._folder.name}`")
        running = "running" if self._alive() else "starts on first use"
        return EngineState(self.name, True, f"embedded llama.cpp with {self._folder.name}, {running}")

    async def aclose(self) -> None:
        async with self._starting:
            await self._stop()

    # -- the worker --------------------------------------------------------------------------------------------------------------

    def _alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _ready(self) -> OpenAICompatibleModel:
        async with self._starting:
            if self._client is None or not self._alive():
                await self._stop()
                self._client = await self._start()
            return self._client

    async def _start(self) -> OpenAICompatibleModel:
        if not (self._folder / GGUF).is_file():
            raise Unavailable(f"no {GGUF} in {self._folder.name}", code="model_missing")
        key = secrets.token_urlsafe(24)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "assistant.engines.llm.llamacpp_worker",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, cwd=ROOT, env=_environment(),
        )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None
        settings = {
            "model": str((self._folder / GGUF).resolve()),
            "key": key,
            "context_tokens": self._settings.context_tokens,
            "parallel": self._settings.parallel,
            "threads": self._settings.threads,
            "cache_mib": self._settings.cache_mib,
            "nice": self._settings.nice,
        }
        try:
            self._process.stdin.write(json.dumps(settings).encode() + b"\n")
            await self._process.stdin.drain()
            async with asyncio.timeout(self._settings.load_seconds):
                line = await self._process.stdout.readline()
        except (TimeoutError, ConnectionError) as error:
            await self._stop()
            raise EngineFailed(f"{self.name} did not start", code="llm_start") from error
        address = line.decode().strip()
        if not address.startswith("http://127.0.0.1:"):
            await self._stop()
            raise EngineFailed(f"{self.name} cannot be loaded", code="llm_start")
        return OpenAICompatibleModel(
            f"{address}/v1", self._folder.name, api_key=key, context_tokens=self._settings.context_tokens, limits=self._limits,
            extra={"cache_prompt": True}, label="llamacpp",
        )  # fmt: skip

    async def _stop(self) -> None:
        client, process = self._client, self._process
        self._client = self._process = None
        if client is not None:
            await client.aclose()
        if process is None or process.returncode is not None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(3.0):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _environment() -> dict[str, str]:
    """What the worker needs of our environment: no setting and no secret."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}
