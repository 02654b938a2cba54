"""What turns sentences into vectors; implemented by `assistant.engines.embed`, used by understanding and by memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Embedder(Protocol):
    """Unit-length vectors for texts. Synchronous and CPU-bound: call it from a worker thread when many texts come at once."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> list[list[float]]: ...
