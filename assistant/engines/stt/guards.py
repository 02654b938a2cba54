"""What Whisper invents when nobody speaks, and how it is told from words.

Whisper was trained on subtitles: on noise, music and ringing it writes what subtitles say there. No single figure gives it away,
so the model's own doubts, the amount of text for the time, repetition and the known phantoms decide together.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

_WORD = re.compile(r"[a-z0-9']+")
_NOT_SPEECH = re.compile(r"[\[(*♪][^\])*♪]*[\])*♪]?|[♪♫]+")

#: what the model writes over silence, noise and music; as a whole utterance only
PHANTOMS = frozenset(
    {
        "thank you", "thanks for watching", "thank you for watching", "thank you so much for watching", "thank you very much", "you",
        "bye", "bye bye", "please subscribe", "subscribe", "like and subscribe", "the end", "music", "applause", "silence", "so",
        "subtitles by the amara org community", "transcription by castingwords", "i'm sorry", "oh", "hmm", "shh", "beep", "ding", "ring",
        "we'll be right back", "see you next time", "i'll see you next time", "thanks", "foreign", "uh", "okay",
    }
)  # fmt: skip

#: phantoms that callers also say: kept unless the model itself doubts that there was speech
_ALSO_SAID = frozenset({"thank you", "thanks", "thank you very much", "bye", "bye bye", "i'm sorry", "okay", "oh", "so", "uh", "hmm"})


_DIGIT_WORDS = frozenset(["zero", "oh", "o", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double", "triple"])


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the engine measured about one utterance."""

    log_probability: float
    no_speech: float
    seconds: float
    voiced_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The words that may be believed; empty with a reason when none may. `doubtful` asks for a thorough second pass."""

    text: str
    reason: str = ""
    doubtful: bool = False


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("’", "'"))


def without_repeats(text: str) -> tuple[str, bool]:
    """Cut what a decoder has begun to say again ("Hold on please. Hold on pl"); the flag says that only a part was repeated.

    Digits are left alone: people do say "five five five".
    """
    parts = text.split()
    plain = [re.sub(r"[^a-z0-9']", "", part.lower()) for part in parts]
    total = len(plain)
    for length in range(2, total - 1):
        rest = plain[length:]
        once = plain[:length]
        if len(rest) < min(2, length) or all(word.isdigit() or word in _DIGIT_WORDS for word in once):
            continue
        if all(word == once[index % length] for index, word in enumerate(rest)):
            return " ".join(parts[:length]), False
    for length in range(3, total // 2 + 1):  # a sentence that ends by saying its last clause again
        last = plain[-length:]
        if last == plain[-2 * length : -length] and not all(word.isdigit() or word in _DIGIT_WORDS for word in last):
            return " ".join(parts[:-length]), True
    return text, False


_AFTERNOON = re.compile(r"\b((?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|this|the) after noon\b", re.IGNORECASE)


_HALF_HOUR = re.compile(
    r"\b(at|by|around|about|before|after|till|until) (\d{1,2})\.([0-5]\d)\b(?!\s*(?:percent|%|dollars|hours))", re.IGNORECASE
)
_OCLOCK = re.compile(r"\b(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:to|o|oh) clock\b", re.IGNORECASE)


def tidy(text: str) -> str:
    """Spellings of Whisper's that mislead whoever reads them next."""
    text = _AFTERNOON.sub(r"\1 afternoon", text)
    text = _HALF_HOUR.sub(r"\1 \2:\3", text)
    return _OCLOCK.sub(r"\1 o'clock", text)


def compression(text: str) -> float:
    """How often text says the same: above 2.4 it is a loop."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def judge(text: str, evidence: Evidence) -> Verdict:
    """Believe, doubt or drop a transcript."""
    text = " ".join(_NOT_SPEECH.sub(" ", text).split())
    words = words_of(text)
    if not words:
        return Verdict("", "no words")
    if compression(text) > 2.4:
        return Verdict("", "repetition", doubtful=True)
    text, repeated = without_repeats(text)
    plain = " ".join(words_of(text))
    if evidence.no_speech > 0.6 and evidence.log_probability < -0.7:
        return Verdict("", "no speech")
    if plain in PHANTOMS:
        limit = 0.85 if plain in _ALSO_SAID else 0.3
        if evidence.no_speech > limit or (plain in _ALSO_SAID and evidence.log_probability < -1.0):
            return Verdict("", "phantom")
    if evidence.log_probability < -1.6:
        return Verdict("", "improbable", doubtful=True)
    heard = evidence.voiced_seconds or evidence.seconds
    too_much = len(plain) > 12 + 34 * heard or len(plain.split()) > 2 + 5 * heard  # nobody speaks that fast
    doubtful = repeated or too_much or evidence.log_probability < -0.65 or evidence.no_speech > 0.7
    return Verdict(tidy(text), "too much text" if too_much else "", doubtful=doubtful)
