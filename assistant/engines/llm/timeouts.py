"""Time limits for a stream: one for the first word, one between words, one for all of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from assistant.domain.errors import EngineFailed


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. The first word waits for the prompt to be read; a model that goes silent later has failed."""

    first: float = 8.0
    between: float = 4.0
    total: float = 30.0

    def __post_init__(self) -> None:
        if not 0 < self.between <= self.total or not 0 < self.first <= self.total:
            raise ValueError("limits: 0 < first <= total and 0 < between <= total")


async def limited(pieces: AsyncIterator[str], limits: Limits, *, engine: str) -> AsyncIterator[str]:
    """The same pieces, or `EngineFailed` with code `llm_timeout`; the source is closed on every way out."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limits.total
    wait = limits.first
    try:
        while True:
            try:
                async with asyncio.timeout(max(0.0, min(wait, end - loop.time()))):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise EngineFailed(f"{engine}: no answer in time", code="llm_timeout") from error
            wait = limits.between
            yield piece
    finally:
        close = getattr(pieces, "aclose", None)
        if close is not None:
            await close()
