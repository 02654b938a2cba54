"""Word errors of the ears on telephone recordings, or on synthetic callers where there are none."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from assistant.engines.stt.whisper import WhisperTranscriber
from assistant.telephony.audio import mulaw
from assistant.telephony.audio.files import decode_audio
from assistant.telephony.audio.resample import resample
from bench.scenarios import BOOK, DAYS, QUESTIONS
from bench.voices import CallerVoice
from config import Settings


def words(text: str) -> list[str]:
    return re.sub(r"[^a-z0-9' ]+", " ", text.lower().replace("-", " ")).split()


def distance(said: list[str], heard: list[str]) -> int:
    """Edits between two lists of words."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (word != other))
    return row[-1]


async def word_errors(settings: Settings, folder: Path | None, voice: CallerVoice) -> list[list[object]]:
    """One row a kind of recording: clips, word error rate, seconds a clip."""
    ears = WhisperTranscriber(settings.models_dir / settings.stt_model)
    await ears.start()
    try:
        clips = _recordings(folder) if folder is not None else await _synthetic(voice)
        rows: list[list[object]] = []
        for kind, items in clips.items():
            errors = total = 0
            began = time.perf_counter()
            for said, pcm in items:
                heard = (await ears.transcribe(pcm)).text
                errors += distance(words(said), words(heard))
                total += len(words(said))
            if items:
                rows.append(
                    [kind, len(items), f"{100 * errors / max(total, 1):.1f} %", round((time.perf_counter() - began) / len(items), 2)]
                )
        return rows
    finally:
        await ears.stop()


def _recordings(folder: Path) -> dict[str, list[tuple[str, bytes]]]:
    found: dict[str, list[tuple[str, bytes]]] = {}
    for line in (folder / "transcripts.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("transcript"):
            pcm = decode_audio((folder / row["file"]).read_bytes(), 16_000)
            found.setdefault(row["source"], []).append((row["transcript"], pcm))
    return found


async def _synthetic(voice: CallerVoice) -> dict[str, list[tuple[str, bytes]]]:
    clips = []
    for text in [*BOOK, *DAYS, *(wording for wordings, _ in QUESTIONS for wording in wordings)]:
        audio = (await voice.say([text], 0, 1)).audio
        clips.append((text, resample(mulaw.decode(audio), 8000, 16_000).tobytes()))
    return {"synthetic callers": clips}
