"""Short-lived audio in memory: a spoken reply that somebody is about to fetch, under a name nobody can guess."""

from __future__ import annotations

import io
import re
import secrets
import wave
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.domain.clock import Clock
from assistant.domain.speech import LINE_RATE
from assistant.telephony.audio import mulaw

KEEP = timedelta(minutes=10)
TOTAL_BYTES = 64 * 1024 * 1024
_NAME = re.compile(r"^[A-Za-z0-9_-]{20,40}\.wav$")


@dataclass(frozen=True, slots=True)
class Clip:
    audio: bytes
    expires_at: datetime


class AudioShelf:
    """WAV files by name; the oldest go when their time is over or the shelf is full. Also the shelf of `CallHandler`."""

    def __init__(self, clock: Clock, *, keep: timedelta = KEEP, total_bytes: int = TOTAL_BYTES) -> None:
        self._clock = clock
        self._keep = keep
        self._total = total_bytes
        self._clips: OrderedDict[str, Clip] = OrderedDict()
        self._size = 0

    def put(self, telephone: bytes) -> str:
        """Keep telephone audio (mu-law, 8 kHz); returns its path."""
        return self.put_wav(wav(telephone))

    def put_wav(self, file: bytes) -> str:
        """Keep a WAV file; returns its path."""
        now = self._clock.now()
        name = f"{secrets.token_urlsafe(18)}.wav"
        self._clips[name] = Clip(file, now + self._keep)
        self._size += len(file)
        while self._clips:
            oldest, clip = next(iter(self._clips.items()))
            if oldest == name or (self._size <= self._total and clip.expires_at > now):
                break
            self._drop(oldest)
        return f"/audio/{name}"

    def get(self, name: str) -> bytes | None:
        if not _NAME.match(name):
            return None
        clip = self._clips.get(name)
        if clip is None:
            return None
        if clip.expires_at <= self._clock.now():
            self._drop(name)
            return None
        return clip.audio

    def _drop(self, name: str) -> None:
        self._size -= len(self._clips.pop(name).audio)


def wav(telephone: bytes) -> bytes:
    """Telephone audio as a WAV file of 16-bit samples: every player reads those, and not every one reads mu-law in a WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(LINE_RATE)
        out.writeframes(mulaw.decode(telephone).astype("<i2").tobytes())
    return file.getvalue()
