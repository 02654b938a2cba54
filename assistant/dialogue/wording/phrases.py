"""Phrases with variants: rotated by turn, and never a sentence that was said just before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is said: `voice` for the ear, `text` for the eye (the voice variants when empty)."""

    voice: tuple[str, ...]
    text: tuple[str, ...] = ()

    def variants(self, by_voice: bool) -> tuple[str, ...]:
        return self.voice if by_voice or not self.text else self.text


def phrase(*voice: str, text: str | Sequence[str] = ()) -> Phrase:
    return Phrase(tuple(voice), (text,) if isinstance(text, str) and text else tuple(text))


def sentences(text: str) -> tuple[str, ...]:
    return tuple(part for part in _SENTENCE.split(text.strip()) if part)


def plain(sentence: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", sentence.lower()).strip()


def choose(options: Sequence[str], turn: int, before: str, *, first: bool = False) -> str:
    """One of the variants: in rotation (or from the first), passing over those whose last sentence was in the reply before."""
    heard = {plain(sentence) for sentence in sentences(before)}
    start = 0 if first else turn % len(options)
    order = [*options[start:], *options[:start]]
    for option in order:
        if not any(plain(sentence) in heard for sentence in sentences(option)):
            return option
    return order[0]
