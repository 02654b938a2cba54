"""Words by which callers take back what they just said: "cleaning, no sorry, I meant a check-up"."""

from __future__ import annotations

import re

#: A change of mind is looked for in the last few places; time is bounded by it.
MOST = 3
_TAKES_BACK = re.compile(
    r"\b(?:no|nope|nah|actually|(?<!can't )(?<!cannot )(?<!to )(?<!could )wait|sorry|oops|rather"
    r"|correction|scratch that|my mistake|i (?:do )?mean(?:t)?)\b"
    r"(?!\s+(?:problem|worries|rush|hurry|preference|matter|one|longer|than|more|less|about|for)\b)",
    re.IGNORECASE,
)
#: Then it comes on top of what was said, and replaces nothing.
_ADDS = re.compile(r"\b(?:also|as well|too|both|another|other)\b", re.IGNORECASE)


def said_instead(text: str) -> list[str]:
    """What was said after the last takings back, the latest first: "the first, no, the second" gives ", the second".

    Empty when nothing was taken back: a "no" or "sorry" that opens the utterance has nothing before it to replace.
    """
    tails = []
    for match in _TAKES_BACK.finditer(text):
        if re.search(r"\w", _TAKES_BACK.sub(" ", text[: match.start()])):
            tails.append(text[match.end() :])
    return [tail for tail in reversed(tails) if re.search(r"\w", tail) and not _ADDS.search(tail)][:MOST]
