"""Rendered phrases kept: fixed prompts on disk too, what is said to one caller (it may hold a name) in memory only."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections import OrderedDict
from pathlib import Path


class PhraseCache:
    """Audio by phrase and voice. `fixed=True` marks text that is the same for everybody and may lie on disk."""

    def __init__(self, folder: Path | None, *, most_bytes: int = 32 * 1024 * 1024) -> None:
        self._folder, self._most = folder, most_bytes
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._fixed: set[str] = set()
        self._size = 0
        self.hits = self.misses = 0

    def get(self, voice: str, text: str) -> bytes | None:
        key = _key(voice, text)
        audio = self._memory.get(key)
        if audio is not None:
            self._memory.move_to_end(key)
            self.hits += 1
        else:
            self.misses += 1
        return audio

    def put(self, voice: str, text: str, audio: bytes, *, fixed: bool = False) -> None:
        key = _key(voice, text)
        if fixed:
            self._fixed.add(key)
            self._write(key, audio)
        self._remember(key, audio)

    def load(self, voice: str, text: str) -> bytes | None:
        """A fixed prompt from disk into memory; reads a file, so not for the event loop."""
        key = _key(voice, text)
        if key in self._memory or self._folder is None:
            return self._memory.get(key)
        try:
            audio = (self._folder / f"{key}.ulaw").read_bytes()
        except OSError:
            return None
        self._fixed.add(key)
        self._remember(key, audio)
        return audio

    def _remember(self, key: str, audio: bytes) -> None:
        self._size += len(audio) - len(self._memory.pop(key, b""))
        self._memory[key] = audio
        while self._size > self._most:
            oldest = next((name for name in self._memory if name not in self._fixed), None)
            if oldest is None:
                return
            self._size -= len(self._memory.pop(oldest))

    def _write(self, key: str, audio: bytes) -> None:
        if self._folder is None:
            return
        with contextlib.suppress(OSError):  # a full or read-only disk costs speed, not speech
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._folder)
            with os.fdopen(handle, "wb") as file:
                file.write(audio)
            os.replace(name, self._folder / f"{key}.ulaw")


def _key(voice: str, text: str) -> str:
    return hashlib.sha256(f"{voice}\0{text}".encode()).hexdigest()[:32]
