"""Segments as carriers count them, and wording that does not double the price by one curly quote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MAX_CHARACTERS = 1600
ADVISED_CHARACTERS = 320

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_DOUBLE = frozenset("^{}\\[~]|€\f")
#: punctuation that has a plain twin; letters are never touched, names stay as people write them
_FOLDS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\t", " "),
        **dict.fromkeys("\u200b\u200c\u2060\ufeff\u00ad", ""),
        "…": "...",
        "•": "-",
        "·": "-",
        "→": "->",
        "×": "x",
    }
)


@dataclass(frozen=True, slots=True)
class Segments:
    """How a text travels: `units` are septets or UTF-16 code units."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def fold(text: str) -> str:
    """The same words with plain quotes, dashes and spaces."""
    text = text.replace("\r\n", "\n").translate(_FOLDS)
    return re.sub(r" {2,}", " ", "\n".join(line.strip(" ") for line in text.split("\n"))).strip()


def count(text: str) -> Segments:
    """Segments of a text as it stands: 160 then 153 septets, or 70 then 67 UTF-16 units."""
    if all(character in _GSM or character in _GSM_DOUBLE for character in text):
        widths = [2 if character in _GSM_DOUBLE else 1 for character in text]
        return Segments("GSM-7", sum(widths), _pack(widths, 160, 153))
    widths = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return Segments("UCS-2", sum(widths), _pack(widths, 70, 67))


def fit(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Folded, and cut to `limit` at the end of a sentence, or of a word where there is none; a last line that asks is kept."""
    text = fold(text)
    if len(text) <= limit:
        return text
    lines = text.split("\n")
    question = lines[-1] if len(lines) > 1 and lines[-1].endswith("?") and len(lines[-1]) < limit // 2 else ""
    room = limit - len(question) - (1 if question else 0)
    head = text[: room - 3]
    end = max(head.rfind(mark) for mark in (". ", "! ", "? ", "\n"))
    cut = head[: end + 1].rstrip() if end > room // 2 else head.rsplit(" ", 1)[0].rstrip() + "..."
    return f"{cut}\n{question}" if question else cut


def _pack(widths: list[int], single: int, part: int) -> int:
    """A character of two units is never torn apart between two segments."""
    if sum(widths) <= single:
        return 1
    segments, used = 1, 0
    for width in widths:
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    return segments
