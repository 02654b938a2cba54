"""Short-lived audio in memory: a spoken reply that somebody is about to fetch, under a name nobody can guess."""

from __future__ import annotations

import re
import secrets
import struct
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.domain.clock import Clock

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

    def put(self, mulaw: bytes) -> str:
        """Keep telephone audio (mu-law, 8 kHz); returns its path."""
        return self.put_wav(mulaw_wav(mulaw))

    def put_wav(self, wav: bytes) -> str:
        """Keep a WAV file; returns its path."""
        now = self._clock.now()
        name = f"{secrets.token_urlsafe(18)}.wav"
        self._clips[name] = Clip(wav, now + self._keep)
        self._size += len(wav)
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


def mulaw_wav(mulaw: bytes, rate: int = 8000) -> bytes:
    """A WAV container around mu-law samples (format 7), which browsers and telephone providers play."""
    padded = mulaw + b"\xff" * (len(mulaw) % 2)
    header = struct.pack("<4sI4s4sIHHIIHHH", b"RIFF", 50 + len(padded), b"WAVE", b"fmt ", 18, 7, 1, rate, rate, 1, 8, 0)
    return header + struct.pack("<4sII4sI", b"fact", 4, len(mulaw), b"data", len(mulaw)) + padded
