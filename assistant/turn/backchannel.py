"""Sounds of listening ("mhm", "okay") and our own echo, which are no reason to stop speaking."""

from __future__ import annotations

from rapidfuzz import fuzz

from assistant.turn.vocabulary import FILLERS
from assistant.turn.words import tokens_of

_HUMS = FILLERS | {"mhm", "mmhmm", "mhmm", "uhhuh", "huh", "aha", "ahem", "ooh", "mmm", "hmmm"}
_NODS = frozenset(
    {
        "okay", "ok", "yeah", "yes", "yep", "right", "sure", "alright", "good", "great", "oh", "ah", "i see", "got it", "all right",
        "uh huh", "mm hmm", "cool", "nice", "perfect", "fine", "of course", "exactly", "thanks", "thank you", "wow", "really",
    }
)  # fmt: skip
#: what "uh huh" over our words is taken for; who really leaves says more than that, or hangs up
_MISHEARD_HUMS = frozenset({"bye", "bye bye", "by"})
#: one of these in a few words and the caller wants the floor
_STOPPING = frozenset(
    {
        "no", "stop", "wait", "hold", "sorry", "hang", "excuse", "hey", "hello", "actually", "but", "what", "who", "when", "where",
        "why", "how", "can", "could", "cancel", "not", "help", "quiet", "repeat", "again",
    }
)  # fmt: skip


def wants_the_floor(text: str) -> bool:
    """Whether one of these words says that the caller wants to speak."""
    return any(token in _STOPPING for token in tokens_of(text))


def is_listening_sound(text: str, *, answers_expected: bool = False) -> bool:
    """Whether these words only say "I am listening". `answers_expected`: a question is on its way out, "yes" would answer it."""
    tokens = tokens_of(text.replace("-", " "))
    if not tokens:
        return True
    if wants_the_floor(text) or len(tokens) > 4:
        return False
    if all(token in _HUMS or set(token) <= set("mhnu") for token in tokens):  # "M-H-N" is how a hum gets written
        return True
    if answers_expected:
        return False
    rest = " ".join(token for token in tokens if token not in _HUMS)
    if rest in _NODS or rest in _MISHEARD_HUMS:
        return True
    words = rest.split()
    return bool(words) and all(word in _NODS for word in words)


def is_echo(text: str, saying: str) -> bool:
    """Whether what came in is a piece of what we are saying (a loudspeaker beside the caller's microphone)."""
    heard = tokens_of(text)
    if len(heard) < 2:
        return bool(heard) and len(heard[0]) > 4 and heard[0] in tokens_of(saying)
    return fuzz.partial_ratio(" ".join(heard), " ".join(tokens_of(saying))) >= 82.0
