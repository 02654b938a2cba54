"""all-MiniLM-L6-v2 (int8) on onnxruntime: 384 dimensions, a few milliseconds a sentence on one core."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.domain.errors import EngineFailed, Unavailable

MODEL_FILE, TOKENIZER_FILE = "model.onnx", "tokenizer.json"
MAX_TOKENS = 256  # what the model was trained for; longer texts are cut
BATCH = 16


class MiniLM:
    """Loads from a folder with `model.onnx` and `tokenizer.json`; safe to share between threads."""

    name = "minilm"
    dimensions = 384

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        model, tokenizer = folder / MODEL_FILE, folder / TOKENIZER_FILE
        if not (model.is_file() and tokenizer.is_file()):
            raise Unavailable(f"no embedding model in {folder.name}: needs {MODEL_FILE} and {TOKENIZER_FILE}", code="model_missing")
        import onnxruntime  # costs 100 ms, paid only where the model exists
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # both libraries raise their own bare types for a damaged file
            raise EngineFailed(f"the embedding model in {folder.name} is damaged: {type(error).__name__}", code="model_damaged") from error
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._inputs = {entry.name for entry in self._session.get_inputs()}

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One unit vector a text, in order; an empty text has the vector of the empty sentence.

        Sentences of like length share a batch, so that padding costs little.
        """
        encoded = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(encoded)), key=lambda index: len(encoded[index].ids))
        result: list[list[float]] = [[]] * len(encoded)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            width = max(len(encoded[index].ids) for index in chosen)
            ids = np.zeros((len(chosen), width), dtype=np.int64)
            mask = np.zeros((len(chosen), width), dtype=np.int64)
            for row, index in enumerate(chosen):
                length = len(encoded[index].ids)
                ids[row, :length] = encoded[index].ids
                mask[row, :length] = 1
            feed: dict[str, Any] = {"input_ids": ids, "attention_mask": mask}
            if "token_type_ids" in self._inputs:
                feed["token_type_ids"] = np.zeros_like(ids)
            hidden = self._session.run(None, feed)[0]
            weights = mask[:, :, None].astype(np.float32)
            vectors = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1.0)
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
            for row, index in enumerate(chosen):
                result[index] = vectors[row].tolist()
        return result


def load_minilm(folder: Path, *, threads: int = 1) -> MiniLM | None:
    """The model of that folder, read once a process, or None when it was never downloaded. A damaged one raises `EngineFailed`."""
    if not (folder / MODEL_FILE).is_file() or not (folder / TOKENIZER_FILE).is_file():
        return None
    return _shared(folder, threads)


@cache
def _shared(folder: Path, threads: int) -> MiniLM:
    return MiniLM(folder, threads=threads)
