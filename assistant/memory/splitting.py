"""Sections cut into passages of a size that one question can be about."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.memory.documents import Document, is_an_order
from assistant.memory.passages import sentences

TARGET = 450  # characters: three to five sentences, well inside what the embedding model reads


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document in its order; it becomes a passage once it has an id."""

    heading: str
    text: str


def split(document: Document, *, target: int = TARGET) -> list[Chunk]:
    """Whole sentences, never across headings; sentences that give orders to an assistant are left out."""
    chunks: list[Chunk] = []
    for section in document.sections:
        held: list[str] = []
        for line in section.text.splitlines():
            parts = [part for sentence in sentences(line) for part in _short(sentence, target) if not is_an_order(part)]
            # a paragraph that fits stays whole; one that would make the chunk too long starts the next
            if held and sum(map(len, held)) + sum(map(len, parts)) > target:
                chunks.append(Chunk(section.heading, "\n".join(held)))
                held = []
            for part in parts:
                if held and sum(map(len, held)) + len(part) > target:
                    chunks.append(Chunk(section.heading, "\n".join(held)))
                    held = []
                held.append(part)
        if held:
            chunks.append(Chunk(section.heading, "\n".join(held)))
    return chunks


def _short(sentence: str, target: int) -> list[str]:
    """A "sentence" without an end (a table, a wall of text) in pieces of at most the target."""
    if len(sentence) <= 2 * target:
        return [sentence]
    pieces, held = [], ""
    for word in sentence.split():
        word = word[:target]
        if held and len(held) + len(word) >= target:
            pieces.append(held)
            held = ""
        held = f"{held} {word}".strip()
    return [*pieces, held] if held else pieces
