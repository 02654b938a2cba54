"""Where the master keys are: in the settings, or in a file of our own with mode 0600."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.domain.errors import ConfigurationError
from assistant.storage.vault import MasterKey


class Keyring:
    """Master keys, current first. `text` is the value of ENCRYPTION_KEYS; without it they live in `path`, made on first use."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self._text = text

    @property
    def managed(self) -> bool:
        """Whether the keys are ours to change (not given by the settings)."""
        return self._text is None

    def load(self) -> tuple[MasterKey, ...]:
        if self._text is not None:
            return self._parse(self._text.replace(",", "\n"), "ENCRYPTION_KEYS")
        if not self.path.exists():
            self._create()
        return self._parse(self.path.read_text(encoding="ascii"), str(self.path.name))

    def add(self) -> MasterKey:
        """A new current key in the file; the old ones stay readable below it."""
        fresh = MasterKey.generate()
        lines = [fresh.to_text(), *(key.to_text() for key in self.load())]
        staged = self.path.with_suffix(f".{os.getpid()}.new")
        _write(staged, "\n".join(lines) + "\n")
        staged.replace(self.path)
        _sync_folder(self.path.parent)
        return fresh

    def _create(self) -> None:
        """Two processes may come here at once: whoever links first wins, and both read the same file."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        staged = self.path.with_suffix(f".{os.getpid()}.new")
        _write(staged, MasterKey.generate().to_text() + "\n")
        try:
            os.link(staged, self.path)
        except FileExistsError:
            pass
        finally:
            staged.unlink()
        _sync_folder(self.path.parent)

    @staticmethod
    def _parse(text: str, where: str) -> tuple[MasterKey, ...]:
        try:
            keys = tuple(MasterKey.from_text(line) for line in text.split() if line)
        except ValueError as error:
            raise ConfigurationError(f"{where}: {error}. Make one with: python main.py keys new") from None
        if not keys:
            raise ConfigurationError(f"{where}: holds no key")
        return keys


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
