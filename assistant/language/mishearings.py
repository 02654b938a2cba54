"""What a transcript wrote for something that sounds like it, put right before anything reads it; times have a table of their own."""

from __future__ import annotations

import re

#: what follows stands after "how long", and after no "how on"
_HOW_LONG = re.compile(r"\b(?P<how>how) on(?= (?:do|does|did|is|are|was|will|would|should|can|could|has|have)\b)", re.IGNORECASE)


def repaired(text: str) -> str:
    """The words as they were meant, where what stands beside them leaves no doubt."""
    return _HOW_LONG.sub(r"\g<how> long", text)
