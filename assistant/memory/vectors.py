"""Vectors by id: Chroma on disk for documents, a small matrix in memory for the rest. Neither ever sees a text."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.domain.errors import EngineFailed

BATCH = 500


class VectorIndex(Protocol):
    """Nearest neighbours among unit vectors; synchronous, called from worker threads."""

    def ids(self) -> set[str]: ...

    def add(self, ids: Sequence[str], vectors: Sequence[Sequence[float]]) -> None: ...

    def remove(self, ids: Sequence[str]) -> None: ...

    def nearest(self, vector: Sequence[float], limit: int) -> list[tuple[str, float]]: ...


class MemoryVectors:
    """Exact search in a matrix: for what is rebuilt at start anyway, and for tests."""

    def __init__(self) -> None:
        self._rows: dict[str, Sequence[float]] = {}
        self._order: list[str] = []
        self._matrix: Any = None
        self._lock = threading.Lock()

    def ids(self) -> set[str]:
        with self._lock:
            return set(self._rows)

    def add(self, ids: Sequence[str], vectors: Sequence[Sequence[float]]) -> None:
        with self._lock:
            self._rows.update(zip(ids, vectors, strict=True))
            self._matrix = None

    def remove(self, ids: Sequence[str]) -> None:
        with self._lock:
            for id_ in ids:
                self._rows.pop(id_, None)
            self._matrix = None

    def nearest(self, vector: Sequence[float], limit: int) -> list[tuple[str, float]]:
        with self._lock:
            if not self._rows:
                return []
            if self._matrix is None:
                self._order = list(self._rows)
                self._matrix = np.asarray([self._rows[id_] for id_ in self._order], dtype=np.float32)
            similarities = self._matrix @ np.asarray(vector, dtype=np.float32)
            best = np.argsort(-similarities, kind="stable")[:limit]
            return [(self._order[index], float(similarities[index])) for index in best]


class ChromaVectors:
    """A persistent Chroma collection of ids and vectors: no documents, no metadata, no embedding function, no telemetry.

    The collection is named for the embedder, because vectors of two models cannot be compared.
    """

    def __init__(self, folder: Path, *, embedder: str) -> None:
        import chromadb
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        folder.mkdir(parents=True, exist_ok=True)
        self._errors: tuple[type[Exception], ...] = (ChromaError, OSError, ValueError, RuntimeError)
        try:
            self._client: Any = chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False, allow_reset=False))
            self._collection = self._client.get_or_create_collection(
                f"passages-{embedder}", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        except self._errors as error:
            raise EngineFailed(f"the vector store does not open: {type(error).__name__}", code="vectors_failed") from error

    def ids(self) -> set[str]:
        return set(self._guard(lambda: self._collection.get(include=[]))["ids"])

    def add(self, ids: Sequence[str], vectors: Sequence[Sequence[float]]) -> None:
        for start in range(0, len(ids), BATCH):
            names = list(ids[start : start + BATCH])
            rows = np.asarray(vectors[start : start + BATCH], dtype=np.float32)
            self._guard(lambda names=names, rows=rows: self._collection.upsert(ids=names, embeddings=rows))

    def remove(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), BATCH):
            names = list(ids[start : start + BATCH])
            self._guard(lambda names=names: self._collection.delete(ids=names))

    def nearest(self, vector: Sequence[float], limit: int) -> list[tuple[str, float]]:
        row = np.asarray([vector], dtype=np.float32)
        found = self._guard(lambda: self._collection.query(query_embeddings=row, n_results=limit, include=["distances"]))
        return [(id_, 1.0 - float(distance)) for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def _guard(self, work: Any) -> Any:
        try:
            return work()
        except self._errors as error:
            raise EngineFailed(f"the vector store failed: {type(error).__name__}", code="vectors_failed") from error

    def close(self) -> None:
        self._client.close()
