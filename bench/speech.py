"""Word errors of the ears on telephone recordings, or on synthetic callers where there are none."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.engines.stt.whisper import WhisperTranscriber
from assistant.telephony.audio import mulaw
from assistant.telephony.audio.files import decode_audio
from assistant.telephony.audio.resample import resample
from bench.scenarios import BOOK, NEVER_MIND, QUESTIONS
from bench.voices import CallerVoice
from config import Settings

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_UNITS = {name: value for value, name in enumerate(_DIGITS)} | {"oh": 0}
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = {name: value for value, name in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)}


def words(text: str) -> list[str]:
    """Lower case without punctuation, numbers digit by digit: whether "five five" or "55" is written down is no matter of hearing."""
    found: list[str] = []
    plain = re.sub(r"[^a-z0-9' ]+", " ", text.lower().replace("-", " ")).split()
    for number, word in enumerate(plain):
        after_tens = number > 0 and plain[number - 1] in _TENS
        if word in _UNITS and after_tens and found:
            found[-1] = str(_UNITS[word])  # twenty one: the nought of twenty makes way
        elif word in _UNITS:
            found.append(str(_UNITS[word]))
        elif word in _TEENS:
            found += ["1", str(_TEENS.index(word))]
        elif word in _TENS:
            found += [str(_TENS[word]), "0"]
        elif word.isdigit():
            found += list(word)
        else:
            found.append(word)
    return found


def distance(said: list[str], heard: list[str]) -> int:
    """Edits between two lists of words."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (word != other))
    return row[-1]


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording as the line delivers it, with what is said in it, or only words that must be among what is heard."""

    pcm: bytes
    said: str = ""
    keywords: tuple[str, ...] = ()


async def word_errors(settings: Settings, folder: Path | None, voice: CallerVoice) -> list[list[object]]:
    """One row a kind of recording: clips, word errors (or keywords missed), seconds a clip."""
    ears = WhisperTranscriber(settings.models_dir / settings.stt_model)
    await ears.start()
    try:
        clips = await asyncio.to_thread(recordings, folder) if folder is not None else await _synthetic(voice)
        return [await _row(ears, kind, found) for kind, found in sorted(clips.items())]
    finally:
        await ears.stop()


async def _row(ears: WhisperTranscriber, kind: str, clips: list[Clip]) -> list[object]:
    errors = total = missed = keywords = 0
    began = time.perf_counter()
    for clip in clips:
        heard = words((await ears.transcribe(clip.pcm)).text)
        said = words(clip.said)
        errors, total = errors + (distance(said, heard) if said else 0), total + len(said)
        keywords, missed = keywords + len(clip.keywords), missed + sum(not _holds(heard, words(word)) for word in clip.keywords)
    told = f"{100 * errors / total:.1f} % of {total}" if total else f"{missed} of {keywords} keywords missed"
    return [kind, len(clips), told, round((time.perf_counter() - began) / max(1, len(clips)), 2)]


def _holds(heard: list[str], wanted: list[str]) -> bool:
    return any(heard[at : at + len(wanted)] == wanted for at in range(len(heard)))


def as_the_line_has_it(samples: NDArray[np.int16]) -> bytes:
    """From 8 kHz through mu-law to what the ears get."""
    return resample(mulaw.decode(mulaw.encode(samples)), 8000, 16_000).tobytes()


def recordings(folder: Path) -> dict[str, list[Clip]]:
    found: dict[str, list[Clip]] = {}
    for line in (folder / "transcripts.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line) if line.strip() else {}
        said, keywords = row.get("transcript") or "", tuple(row.get("keywords") or ())
        if said or keywords:
            samples = np.frombuffer(decode_audio((folder / row["file"]).read_bytes(), 8000), dtype="<i2")
            kind = row.get("source", "recordings")
            found.setdefault(kind, []).append(Clip(as_the_line_has_it(samples), said, () if said else keywords))
    return found


async def _synthetic(voice: CallerVoice) -> dict[str, list[Clip]]:
    clips = []
    for text in [*BOOK, *NEVER_MIND, *(wording for wordings, _ in QUESTIONS for wording in wordings)]:
        audio = (await voice.say([text], 0, 1)).audio
        clips.append(Clip(resample(mulaw.decode(audio), 8000, 16_000).tobytes(), text))
    return {"synthetic callers": clips}
