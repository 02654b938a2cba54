"""Passages: the pieces of text an answer may come from, each with its source."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.domain.business import BusinessProfile

FAQ_PREFIX = "faq:"
_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9À-Ý])")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|approx|e\.g|i\.e|vs|Ave|Rd|Blvd|Jr|Sr|Fig)|\b[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A few sentences under one heading. `title` names the document; `heading` may be empty."""

    id: str
    title: str
    heading: str
    text: str

    @property
    def source(self) -> str:
        return f"{self.title} > {self.heading}" if self.heading else self.title

    @property
    def searchable(self) -> str:
        return f"{self.heading}. {self.text}" if self.heading else self.text


def sentences(text: str) -> list[str]:
    """Split into sentences; list items and table rows (one a line) stand alone, abbreviations do not end one."""
    found: list[str] = []
    for line in text.splitlines():
        held = ""
        for part in _END.split(line.strip()):
            held = f"{held} {part}".strip() if held else part.strip()
            if held and not _ABBREVIATION.search(held):
                found.append(held)
                held = ""
        if held:
            found.append(held)
    return [sentence for sentence in found if sentence]


def faq_passages(profile: BusinessProfile) -> list[Passage]:
    """The profile's questions with answers, and the descriptions of its services."""
    pairs: list[tuple[str, str, str]] = [("FAQ", item.question, item.answer) for item in profile.faq]
    pairs += [("Services", service.name, service.description) for service in profile.services if service.description]
    return [
        Passage(FAQ_PREFIX + hashlib.sha256(f"{title}|{heading}|{text}".encode()).hexdigest()[:16], title, heading, text)
        for title, heading, text in pairs
    ]


def clip(texts: Iterable[str], *, limit: int) -> list[str]:
    """The first texts that fit in `limit` characters together; at least one."""
    kept: list[str] = []
    for text in texts:
        if kept and sum(map(len, kept)) + len(text) > limit:
            break
        kept.append(text)
    return kept


def joined(parts: Sequence[str]) -> str:
    """Sentences in a row, each ended."""
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in (part.strip() for part in parts) if part)
