"""A name that was asked for is heard twice when the first hearing makes none.

Whisper, told that a name follows, writes "Anna Smith" where it wrote "and a Smith". That takes the long window (three quarters of a
second on a small machine), so it is spent only on answers that do not read like a name, and kept only when it makes one.
"""

from __future__ import annotations

import re

from assistant.domain.speech import Priority, Transcriber, Transcript
from assistant.turn.vocabulary import QUESTION

LEAD = "What's your name, please? My name is"
MOST_WORDS = 5
_BEFORE = re.compile(
    r"^(?:(?:u+m+|u+h+|er+|oh|yes|yeah|sure|okay|ok|hi|well|so)[\s,.]+)*"
    r"(?:it'?s|it is|this is|that'?s|i'?m|i am|my name(?:'s| is)|the name(?:'s| is)|name'?s|under|for|put)?(?=[\s,.])[\s,.]*",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"[\s,.]*\b(?:please|thanks|thank you|here|speaking)?[\s.!]*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_PARTICLES = frozenset({"de", "la", "le", "van", "von", "der", "den", "di", "da", "del", "bin", "al", "el", "and"})
#: Short answers that are certainly no name, however they are heard.
_OTHERWISE = re.compile(
    r"^\W*(?:yes|yeah|no|nope|sure|okay|ok|sorry|pardon|what|hello|bye|goodbye|thanks|wait|cancel|actually|never)\b"
    r"(?!,? (?:it'?s|this|my))",
    re.IGNORECASE,
)


def reads_like_a_name(text: str) -> bool:
    """ "It's Anna Smith, please." does, "and a Smith." does not: every word that is left is written with a capital."""
    words = _WORD.findall(_BEHIND.sub("", _BEFORE.sub("", text.strip(), count=1)))
    named = [word for word in words if word.lower() not in _PARTICLES]
    return bool(named) and len(words) <= MOST_WORDS and all(word[0].isupper() for word in named)


def may_be_a_name(text: str) -> bool:
    """Short, no question, nothing that answers otherwise."""
    short = bool(text.strip()) and len(text.split()) <= MOST_WORDS + 2
    asks = text.rstrip().endswith("?") or QUESTION.match(text.lower().replace("’", "'"))
    return short and not asks and not _OTHERWISE.match(text)


async def heard_as_a_name(transcriber: Transcriber, pcm: bytes, first: Transcript) -> Transcript:
    """The hearing to go by, where a name was asked for."""
    if reads_like_a_name(first.text) or not may_be_a_name(first.text):
        return first
    again = await transcriber.transcribe(pcm, priority=Priority.FINAL, prompt=LEAD)
    return again if reads_like_a_name(again.text) else first
