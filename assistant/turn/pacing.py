"""Sending audio at the speed at which it is played, against an absolute deadline: late wake-ups never add up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class PlayoutModel:
    """What the far end's buffer holds, known from what was sent and when. Times are monotonic seconds."""

    bytes_per_second: int = 8_000
    _ends_at: float = 0.0
    sent: int = 0

    def add(self, size: int, now: float) -> None:
        """`size` bytes leave now; they are played after what is already waiting."""
        self._ends_at = max(self._ends_at, now) + size / self.bytes_per_second
        self.sent += size

    def waiting(self, now: float) -> float:
        """Seconds of audio at the far end that have not been played yet."""
        return max(0.0, self._ends_at - now)

    def played(self, now: float) -> int:
        """How many of the bytes sent have been played by now."""
        return self.sent - round(self.waiting(now) * self.bytes_per_second)

    def clear(self, now: float) -> int:
        """Everything waiting is dropped; the number of bytes dropped."""
        dropped = round(self.waiting(now) * self.bytes_per_second)
        self._ends_at = min(self._ends_at, now)
        self.sent -= dropped
        return dropped


@dataclass(frozen=True, slots=True)
class Pace:
    """How far ahead of the ear to send, and how much at once."""

    lead: float = 0.4
    block_bytes: int = 800  # 100 ms: few wake-ups, and one late by less than the lead is inaudible

    def due(self, model: PlayoutModel, now: float) -> int:
        """How many bytes may leave now to fill the lead, in whole blocks."""
        room = self.lead - model.waiting(now)
        return max(0, int(room * model.bytes_per_second / self.block_bytes + 0.999)) * self.block_bytes if room > 1e-6 else 0

    def wait(self, model: PlayoutModel, now: float) -> float:
        """How long until the next block is due."""
        return max(0.0, model.waiting(now) - self.lead + self.block_bytes / model.bytes_per_second)
