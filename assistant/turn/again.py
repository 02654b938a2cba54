"""A name or a day that was asked for is heard twice when the first hearing makes none.

Whisper, told that a name follows, writes "Anna Smith" where it wrote "and a Smith", and "the 13th" for "the Purteenth". That takes the
long window (three quarters of a second on a small machine), so it is spent only on answers that do not read like what was asked for,
and kept only when they then do.
"""

from __future__ import annotations

import re

from assistant.domain.speech import Priority, Transcriber, Transcript
from assistant.turn.vocabulary import DAY, QUESTION

MOST_WORDS = 5
_BEFORE = re.compile(
    r"^(?:(?:u+m+|u+h+|er+|oh|yes|yeah|sure|okay|ok|hi|well|so)[\s,.]+)*"
    r"(?:it'?s|it is|this is|that'?s|i'?m|i am|my name(?:'s| is)|the name(?:'s| is)|name'?s|under|for|put)?(?=[\s,.])[\s,.]*",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"[\s,.]*\b(?:please|thanks|thank you|here|speaking)?[\s.!]*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_PARTICLES = frozenset({"de", "la", "le", "van", "von", "der", "den", "di", "da", "del", "bin", "al", "el", "and"})
_TIME = re.compile(
    rf"\b(?:{DAY}|mon|tues?|wed|thu(?:rs)?|fri|sat|sun|days?|mornings?|afternoons?|evenings?|night|noon|midday|"
    r"lunch\w*|now|soon\w*|asap|any ?time|whenever|earliest|early|earlier|late|later|next|one|two|three|four|five|six|seven|eight|"
    r"nine|ten|eleven|twelve|thirty|half|quarter|o'clock|christmas|thanksgiving|easter)\b|\d",
    re.IGNORECASE,
)
#: Short answers that are certainly something else, however they are heard.
_OTHERWISE = re.compile(
    r"^\W*(?:yes|yeah|no|nope|sure|okay|ok|sorry|pardon|what|hello|bye|goodbye|thanks|wait|cancel|actually|never|forget|stop|help|"
    r"i (?:don'?t|do not|need|want|can'?t)|it doesn'?t|whatever|you (?:choose|pick|decide|tell)|let me|my name)\b"
    r"(?!,? (?:it'?s|this|my))",
    re.IGNORECASE,
)


def reads_like_a_name(text: str) -> bool:
    """ "It's Anna Smith, please." does, "and a Smith." does not: every word that is left is written with a capital."""
    words = _WORD.findall(_BEHIND.sub("", _BEFORE.sub("", text.strip(), count=1)))
    named = [word for word in words if word.lower() not in _PARTICLES]
    return bool(named) and len(words) <= MOST_WORDS and all(word[0].isupper() for word in named)


def reads_like_a_time(text: str) -> bool:
    """Whether anything in it could be a day or an hour."""
    return bool(_TIME.search(text))


#: what was asked for: how an answer to it reads, and what the engine is told before it listens again
_ASKED = {
    "name": (reads_like_a_name, "What's your name, please? My name is"),
    **dict.fromkeys(("date", "time", "datetime"), (reads_like_a_time, "Which day and time would you like?")),
}


def may_answer(text: str) -> bool:
    """Short, no question, nothing that answers otherwise."""
    short = bool(text.strip()) and len(text.split()) <= MOST_WORDS + 2
    asks = text.rstrip().endswith("?") or QUESTION.match(text.lower().replace("’", "'"))
    return short and not asks and not _OTHERWISE.match(text)


async def heard_as_asked(transcriber: Transcriber, pcm: bytes, first: Transcript, asked: str) -> Transcript:
    """The hearing to go by, where `asked` is what the dialogue waits for."""
    if asked not in _ASKED:
        return first
    fits, lead = _ASKED[asked]
    if fits(first.text) or not may_answer(first.text):
        return first
    again = await transcriber.transcribe(pcm, priority=Priority.FINAL, prompt=lead)
    return again if fits(again.text) else first
