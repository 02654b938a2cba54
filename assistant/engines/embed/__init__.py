"""Sentence embeddings: the local MiniLM and a deterministic stand-in for tests."""

from assistant.engines.embed.fake import HashingEmbedder
from assistant.engines.embed.minilm import MiniLM, load_minilm

__all__ = ["HashingEmbedder", "MiniLM", "load_minilm"]
