"""The profile in force: read again when the file changes or on SIGHUP; a bad file keeps the old profile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from assistant.domain.business import BusinessProfile
from assistant.domain.clock import Clock
from assistant.profile.loader import ProfileError, load_profile

LOOK_EVERY_SECONDS = 2.0


class LiveProfile:
    """Call it to get the profile. `problems` says what is wrong with the file as it stands now, empty when nothing is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._profile = load_profile(path)
        self._seen = self._stamp()
        self._listeners: list[Callable[[BusinessProfile], None]] = []
        self.problems: tuple[str, ...] = ()

    def __call__(self) -> BusinessProfile:
        return self._profile

    def on_change(self, listener: Callable[[BusinessProfile], None]) -> None:
        self._listeners.append(listener)

    def reload(self) -> bool:
        """Read the file now; True when a new profile is in force."""
        self._seen = self._stamp()
        try:
            fresh = load_profile(self._path)
        except ProfileError as error:
            self.problems = tuple(error.problems)
            return False
        self.problems = ()
        if fresh == self._profile:
            return False
        self._profile = fresh
        for listener in self._listeners:
            listener(fresh)
        return True

    async def watch(self, clock: Clock, report: Callable[[bool, tuple[str, ...]], None]) -> None:
        """Look for changes until cancelled; `report` hears of every new version, good or bad."""
        while True:
            await clock.sleep(LOOK_EVERY_SECONDS)
            if self._stamp() != self._seen:
                changed = self.reload()
                if changed or self.problems:
                    report(changed, self.problems)

    def _stamp(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size
