"""What of our words has reached the caller's ear.

Sending is not speaking: the far end buffers, and a `clear` throws away what was not played yet *and returns every pending mark*. Marks
therefore carry the epoch in which they were sent; a clear begins a new one, and marks of an older epoch mean nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Piece:
    """One clause on its way: its words, how many bytes of audio it has, how many were sent and (by estimate) played."""

    turn_id: str
    text: str
    size: int
    kind: str = "reply"
    sent: int = 0
    played: int = 0
    marked: bool = False
    confirmed: bool = False

    @property
    def done(self) -> bool:
        return self.confirmed or self.played >= self.size

    def heard_text(self) -> str:
        """The words whose audio has been played; a word half said counts as unsaid."""
        if self.done:
            return self.text
        if not self.size or self.played <= 0:
            return ""
        words = self.text.split()
        weights = [len(word) + 1.5 + (2.0 if word[-1] in ",;:.?!" else 0.0) for word in words]
        budget = sum(weights) * self.played / self.size
        heard: list[str] = []
        for word, weight in zip(words, weights, strict=True):
            budget -= weight
            if budget < -0.25 * weight:
                break
            heard.append(word)
        return " ".join(heard)


@dataclass
class Playback:
    """The pieces sent and not yet settled, in order, and the epoch they belong to."""

    epoch: int = 0
    pieces: list[Piece] = field(default_factory=list)
    _heard: dict[str, list[str]] = field(default_factory=dict)

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)

    def mark_name(self, piece: Piece) -> str:
        piece.marked = True
        return f"e{self.epoch}.{self.pieces.index(piece)}.{piece.turn_id}"

    def mark_back(self, name: str) -> bool:
        """A mark returned: everything up to its piece was heard. False for an old epoch's mark or an unknown one."""
        epoch, _, rest = name.partition(".")
        index, _, turn_id = rest.partition(".")
        if epoch != f"e{self.epoch}" or not index.isdigit() or int(index) >= len(self.pieces):
            return False
        if self.pieces[int(index)].turn_id != turn_id:
            return False
        for piece in self.pieces[: int(index) + 1]:
            piece.confirmed = True
            piece.played = piece.size
        return True

    def progress(self, played_bytes: int) -> None:
        """By the clock, this many bytes of the epoch's audio have been played."""
        left = played_bytes
        for piece in self.pieces:
            share = min(left, piece.sent)
            piece.played = max(piece.played, share)
            left -= share

    def heard(self, turn_id: str) -> str:
        """The words of a turn heard so far, earlier epochs included."""
        parts = [*self._heard.get(turn_id, ()), *(piece.heard_text() for piece in self.pieces if piece.turn_id == turn_id)]
        return " ".join(part for part in parts if part)

    def clear(self) -> None:
        """The far end's buffer was emptied: settle what was heard and begin a new epoch."""
        for piece in self.pieces:
            words = piece.heard_text()
            if words:
                self._heard.setdefault(piece.turn_id, []).append(words)
        self.pieces.clear()
        self.epoch += 1

    def forget(self, turn_id: str) -> None:
        """A turn is settled; nothing more of it will be asked."""
        self._heard.pop(turn_id, None)
