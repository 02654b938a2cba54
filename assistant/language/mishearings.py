"""What a transcript wrote for something that sounds like it, and what thumbs write for it; times have a table of their own."""

from __future__ import annotations

import re

_BEFORE_U = "do|did|are|r|can|could|will|would|have|had|if|when|what|where|how|thank|see|tell|text|call|that|hey|love"
_AFTER_U = "guys|all|are|have|do|can|could|will|open|take|accept|got|close|closed|know|there|free|still"
_PATTERNS = {
    # what follows stands after "how long", and after no "how on"
    r"\b(how) on(?= (?:do|does|did|is|are|was|will|would|should|can|could|has|have)\b)": r"\1 long",
    # a letter that is spelled has letters beside it, and none of these words
    rf"\b({_BEFORE_U}) u\b": r"\1 you",
    rf"\bu(?= (?:{_AFTER_U})\b)": "you",
    r"\bu r(?= \w\w)": "you are",
    r"\br(?= (?:you|we|they)\b)": "are",
    r"\bur(?= \w\w)": "your",
    r"\b2(?= (?:early|late|soon|far|long|expensive|much|busy)\b)": "too",
    r"\b(what|that|when|where|how)s\b": r"\1's",
    r"\bidk\b": "I don't know",
}
_MEANT = tuple((re.compile(pattern, re.IGNORECASE), meant) for pattern, meant in _PATTERNS.items())


def repaired(text: str) -> str:
    """The words as they were meant, where what stands beside them leaves no doubt."""
    for pattern, meant in _MEANT:
        text = pattern.sub(meant, text)
    return text
