"""Cleaning what came in, without moving a character: spans found later still point into the original text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Longer texts are cut: nobody books an appointment in more words, and time is bounded by it.
MAX_CHARS = 2000
#: People say what they want at the beginning, or at the end of a long story.
HEAD_CHARS = 300
TAIL_CHARS = 140

_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00a0": " ", "…": "."})
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_FILLERS = {"um", "uh", "er", "erm", "uhm", "hmm", "hm", "ah", "eh", "mm", "umm", "uhh", "well", "so", "like"}


def listed(text: str) -> frozenset[str]:
    """A set of words from a text with blanks between them."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word, lower-cased, with where it stands."""

    word: str
    start: int
    end: int


def clean(text: str) -> str:
    """The first `MAX_CHARS` characters, quotes made plain and control characters made blanks, one for one."""
    cut = text[:MAX_CHARS].translate(_QUOTES)
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") else char for char in cut)


def gist(text: str) -> str:
    """A long text with its middle blanked out, so that every rule's time is bounded; what is left stands where it stood."""
    if len(text) <= HEAD_CHARS + TAIL_CHARS:
        return text
    head, tail = text[:HEAD_CHARS], text[-TAIL_CHARS:]
    head = head[: head.rfind(" ")] if " " in head else head
    tail = tail[tail.find(" ") :] if " " in tail else tail
    return head + "." + " " * (len(text) - len(head) - len(tail) - 1) + tail


def tokens(text: str) -> list[Token]:
    """The words of a cleaned text."""
    return [Token(match.group().lower(), match.start(), match.end()) for match in _WORD.finditer(text)]


def words(text: str) -> list[str]:
    """Only the words, lower-cased."""
    return [match.group().lower() for match in _WORD.finditer(text)]


def plain(text: str) -> str:
    """Lower case, punctuation gone, one blank between words: what patterns and classifiers read."""
    return " ".join(words(text))


def without_fillers(parts: list[str]) -> list[str]:
    """Drops the noises people make at the start and in between."""
    kept = list(parts)
    while kept and kept[0] in _FILLERS | {"oh"}:
        kept.pop(0)
    return [word for word in kept if word not in _FILLERS or word in ("well", "so", "like")]


def is_filler(word: str) -> bool:
    return word in _FILLERS


_CLAUSE = re.compile(
    r"[.?!;\n]+\s+|,\s*(?=(?:and|but|also|then|oh|wait|actually|can|could|do|does|is|are|what|when|where|how|who|i\b|i'|please"
    r"|would|will)\b)"
    r"|\s+(?=(?:and also|and then|and (?:can|could|do|does|is|are|what|when|where|how|i\b|i'd|i'm|i need|tell|please|would"
    r"|will|set|remind|add|book"
    r"|cancel|move)|by the way|oh and|but (?:can|could|do|first|i))\b)|(?<!\byou)(?<!\bi)(?<!\band)\s+(?=also\b)",
    re.IGNORECASE,
)


def clauses(text: str, most: int = 5) -> list[str]:
    """The utterance in its breaths: sentences, and clauses that begin a new request."""
    found = [part.strip(" ,.;!?\n\t") for part in _CLAUSE.split(text)]
    return [part for part in found if part][:most]
