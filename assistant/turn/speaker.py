"""A call's mouth: words become clauses, clauses audio, and audio leaves at the speed at which it is heard."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from assistant.domain.clock import Clock
from assistant.domain.errors import AssistantError
from assistant.domain.speech import FRAME_BYTES, FirstAudio, Interrupted, Line, Played, SpeechEvent, SpeechKind
from assistant.domain.timeline import Stage, Timeline
from assistant.turn.listener import Floor
from assistant.turn.pacing import Pace, PlayoutModel
from assistant.turn.playback import Piece, Playback

SILENT_CODE = b"\xff"
_MARK_GRACE = 2.0
_REWIND_BYTES = 4_800  # look up to 0.6 s back for a gap between words to start again from


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of speech rendered at once: the words, and the pause after them."""

    text: str
    pause_ms: int = 0


@dataclass
class _Item:
    """One clause in the queue."""

    turn_id: str
    text: str
    kind: SpeechKind
    interruptible: bool
    answers: str | None
    pause_ms: int = 0
    audio: bytes | None = None
    failed: bool = False
    last: bool = False
    piece: Piece | None = None
    offset: int = 0


class Speaker:
    """Says clauses in order. All of it belongs to the event loop; `render` does the work elsewhere."""

    def __init__(
        self,
        *,
        line: Line,
        render: Callable[[str], Awaitable[bytes]],
        split: Callable[[str], Sequence[Clause]],
        clock: Clock,
        emit: Callable[[SpeechEvent], None],
        timeline: Callable[[str], Timeline | None],
        audible: Callable[[], None] = lambda: None,
        monitor: Callable[[bytes, float], None] = lambda audio, at: None,
        pace: Pace | None = None,
    ) -> None:
        self._line, self._render, self._split, self._clock, self._emit = line, render, split, clock, emit
        self._timeline, self._audible, self._monitor, self._pace = timeline, audible, monitor, pace or Pace()
        self.playback, self.playout = Playback(), PlayoutModel()
        self._queue: deque[_Item] = deque()
        self._waiting_for: str | None = None  # the utterance whose answer is being prepared
        self._withdrawn: deque[str] = deque(maxlen=32)
        self._ended: set[str] = set()  # turns whose last piece is queued
        self._announced: set[str] = set()
        self._dead: deque[str] = deque(maxlen=64)  # interrupted turns: what still comes for them is not said
        self._sent: list[_Item] = []  # whose audio is at the far end, or was since the last settling
        self._held = False
        self._paused: list[_Item] | None = None
        self._wake = asyncio.Event()
        self._render_wake = asyncio.Event()
        self._tasks = [asyncio.ensure_future(self._rendering()), asyncio.ensure_future(self._sending())]
        self._interruptible = True
        self.failures = 0

    # ---- what the ears ask (Mouth) --------------------------------------------------------------------------------------------

    def floor(self) -> Floor:
        if self._audibly():
            return Floor.OURS
        return Floor.PENDING if self._waiting_for is not None or self._queue else Floor.OPEN

    def may_interrupt(self) -> bool:
        return self._interruptible

    def hold(self) -> None:
        self._held = True

    def release(self) -> None:
        self._held = False
        self._wake.set()

    def pause(self) -> None:
        if self._paused is None:
            self._paused = self._cut()

    def resume(self) -> None:
        rest, self._paused = self._paused, None
        if rest:
            self._queue.extendleft(reversed(rest))
        self._render_wake.set()
        self._wake.set()

    def interrupt(self) -> None:
        speaking = self._current_turn()
        if self._paused is None:
            self._paused = self._cut()
        rest, self._paused = [*(self._paused or ()), *self._queue], None
        self._queue.clear()
        turns = list(dict.fromkeys([*([speaking] if speaking else []), *(item.turn_id for item in rest)]))
        for turn_id in turns:
            heard = self.playback.heard(turn_id)
            if heard or turn_id == speaking or turn_id == turns[0]:
                self._emit(Interrupted(turn_id, heard))
            self._settle(turn_id)
            self._dead.append(turn_id)
        self._held = True  # until the caller has finished

    def withdraw(self, utterance_id: str) -> None:
        self._withdrawn.append(utterance_id)
        if self._waiting_for == utterance_id:
            self._waiting_for = None
        gone = dict.fromkeys(item.turn_id for item in self._queue if item.answers == utterance_id)
        self._queue = deque(item for item in self._queue if item.answers != utterance_id)
        for turn_id in gone:
            self._emit(Interrupted(turn_id, self.playback.heard(turn_id)))
            self._settle(turn_id)
            self._dead.append(turn_id)

    def saying(self) -> str:
        pieces = [piece.text for piece in self.playback.pieces[-3:]]
        kept = [item.text for item in (self._paused or ())[:2]]
        return " ".join([*pieces, *kept])

    def answers_expected(self) -> bool:
        rest = self._paused if self._paused is not None else list(self._queue)
        words = [item.text for item in rest] or [piece.text for piece in self.playback.pieces[-1:]]
        left = sum(len(item.audio or b"") - item.offset if item.audio else 4_000 for item in rest)
        return bool(words) and words[-1].rstrip().endswith("?") and left < 12_000

    # ---- what the call asks ---------------------------------------------------------------------------------------------------

    @property
    def audible(self) -> bool:
        return self._audibly()

    def expect_answer_to(self, utterance_id: str) -> None:
        """An utterance was handed over: until its answer is audible the floor is pending."""
        self._waiting_for = utterance_id

    def say(self, text: str, *, turn_id: str, answers: str | None, kind: SpeechKind, interruptible: bool, final: bool) -> bool:
        if turn_id in self._dead or (answers is not None and answers in self._withdrawn):
            return False
        clauses = self._split(text) if text.strip() else ()
        items = [_Item(turn_id, clause.text, kind, interruptible, answers, clause.pause_ms) for clause in clauses]
        if final:
            self._ended.add(turn_id)
        if kind != "cue" and not items and final and self._waiting_for == answers:
            self._waiting_for = None
        (self._paused if self._paused is not None else self._queue).extend(items)
        self._render_wake.set()
        self._wake.set()
        if final and not items:
            self._maybe_played()
        return True

    def stop(self) -> str:
        """Fall silent and forget; what was heard of the turn being said."""
        speaking = self._current_turn()
        if self._paused is None:
            self._cut()
        turns = {item.turn_id for item in (*self._queue, *(self._paused or ()))} | ({speaking} if speaking else set())
        self._queue.clear()
        self._paused = None
        heard = self.playback.heard(speaking) if speaking else ""
        for turn_id in turns:
            self._settle(turn_id)
        return heard

    def mark_back(self, name: str) -> None:
        if self.playback.mark_back(name):
            self._maybe_played()

    @property
    def silent(self) -> bool:
        """Nothing is audible, queued or kept."""
        return not self._queue and self._paused is None and not self._audibly()

    @property
    def answering(self) -> bool:
        """An answer is being prepared somewhere."""
        return self._waiting_for is not None

    async def close(self) -> None:
        self._queue.clear()
        self._paused = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ---- inside -----------------------------------------------------------------------------------------------------------------

    def _audibly(self) -> bool:
        return self.playout.waiting(self._clock.monotonic()) > 0.0

    def _current_turn(self) -> str | None:
        for piece in self.playback.pieces:
            if not piece.done:
                return piece.turn_id
        if self._paused:
            return self._paused[0].turn_id
        return self.playback.pieces[-1].turn_id if self.playback.pieces and self._audibly() else None

    def _progress(self) -> None:
        self.playback.progress(self.playout.played(self._clock.monotonic()))

    def _cut(self) -> list[_Item]:
        """Empty the far end's buffer now; what was not heard, ready to be said again."""
        self._progress()
        rest: list[_Item] = []
        by_piece = {id(item.piece): item for item in self._sent}
        for piece in self.playback.pieces:
            item = by_piece.get(id(piece))
            if piece.done or item is None or item.audio is None:
                continue
            left_words = piece.text[len(piece.heard_text()) :].strip()
            start = _word_gap(item.audio, item.offset + piece.played)
            if not left_words or len(item.audio) - start < FRAME_BYTES * 5:
                continue
            rest.append(_Item(item.turn_id, left_words, item.kind, item.interruptible, item.answers, 0, item.audio, offset=start))
        if any(not piece.confirmed for piece in self.playback.pieces):
            self._line.send_clear()
            self._monitor(b"", self._clock.monotonic())
        self.playout = PlayoutModel(sent=0)
        self.playback.clear()
        self._sent.clear()
        queued = list(self._queue)
        self._queue.clear()
        return [*rest, *(item for item in queued if item.piece is None)]

    def _settle(self, turn_id: str) -> None:
        self._ended.discard(turn_id)
        self._announced.discard(turn_id)
        self.playback.forget(turn_id)

    def _maybe_played(self) -> None:
        """Tell of turns that have been heard to their end."""
        open_turns = {item.turn_id for item in (*self._queue, *(self._paused or ()))}
        open_turns |= {piece.turn_id for piece in self.playback.pieces if not piece.done}
        for turn_id in [turn for turn in self._ended if turn not in open_turns]:
            heard = self.playback.heard(turn_id)
            self._settle(turn_id)
            if heard:
                self._emit(Played(turn_id, heard))
        if not open_turns:
            self.playback.clear()
            self.playout = PlayoutModel(_ends_at=self.playout._ends_at)
            self._sent.clear()

    async def _rendering(self) -> None:
        """Make audio of the queue in its order, a little ahead of the ear."""
        while True:
            item = next((item for item in [*(self._paused or ()), *self._queue] if item.audio is None and not item.failed), None)
            if item is None:
                self._render_wake.clear()
                await self._render_wake.wait()
                continue
            try:
                audio = await self._render(item.text)
            except AssistantError:
                item.failed = True
                self.failures += 1
            else:
                item.audio = _whole_frames(audio + SILENT_CODE * (item.pause_ms * 8))
                self._stamp(item, Stage.FIRST_AUDIO_SYNTHESISED, self._clock.monotonic())
            self._wake.set()

    async def _sending(self) -> None:
        while True:
            item = self._queue[0] if self._queue else None
            if item is None or self._held or self._paused is not None or (item.audio is None and not item.failed):
                self._wake.clear()
                await self._idle()
                continue
            if item.audio is None:  # could not be rendered: leave it out
                self._queue.popleft()
                self._maybe_played()
                continue
            now = self._clock.monotonic()
            room = self._pace.due(self.playout, now)
            if not room:
                await self._clock.sleep(self._pace.wait(self.playout, now))
                continue
            self._send(item, room, now)

    async def _idle(self) -> None:
        """Wait for something to send; meanwhile settle what has been heard when its marks do not come back."""
        if not self.playback.pieces:
            await self._wake.wait()
            return
        left = self.playout.waiting(self._clock.monotonic()) + _MARK_GRACE
        waking = asyncio.ensure_future(self._wake.wait())
        sleeping = asyncio.ensure_future(self._clock.sleep(left))
        try:
            done, _ = await asyncio.wait({waking, sleeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()
            sleeping.cancel()
        if sleeping in done and waking not in done:
            self._progress()
            self._maybe_played()
            if not self.playback.pieces:
                return

    def _send(self, item: _Item, room: int, now: float) -> None:
        audio = item.audio or b""
        if item.piece is None:
            item.piece = Piece(item.turn_id, item.text, len(audio) - item.offset, item.kind)
            self.playback.add(item.piece)
            self._sent.append(item)
            self._interruptible = item.interruptible
        piece = item.piece
        start = item.offset + piece.sent
        block = audio[start : start + room]
        starts_at = now + self.playout.waiting(now)
        self._line.send_audio(block)
        self._monitor(block, starts_at)
        self.playout.add(len(block), now)
        piece.sent += len(block)
        if item.kind != "cue":
            self._first_audio(item, now, starts_at)
        if piece.sent >= piece.size:
            self._queue.popleft()
            self._line.send_mark(self.playback.mark_name(piece))

    def _first_audio(self, item: _Item, now: float, heard_at: float) -> None:
        if item.turn_id in self._announced:
            return
        self._announced.add(item.turn_id)
        self._stamp(item, Stage.FIRST_AUDIO_SENT, now)
        self._stamp(item, Stage.FIRST_AUDIO_HEARD, heard_at)
        self._waiting_for = None
        self._audible()
        self._emit(FirstAudio(item.turn_id, item.answers))

    def _stamp(self, item: _Item, stage: Stage, at: float) -> None:
        timeline = self._timeline(item.answers) if item.answers is not None and item.kind != "cue" else None
        if timeline is not None:
            timeline.stamp(stage, at)


def _whole_frames(audio: bytes) -> bytes:
    return audio + SILENT_CODE * (-len(audio) % FRAME_BYTES)


def _word_gap(audio: bytes, played: int) -> int:
    """Where to start again after a cut at `played`: the quietest 20 ms within the last 0.6 s, else a little before."""
    first = max(0, played - _REWIND_BYTES)
    best, quietest = max(0, played - FRAME_BYTES * 8), 10**9
    for start in range(played - played % FRAME_BYTES - FRAME_BYTES, first - 1, -FRAME_BYTES):
        loudness = _loudness(audio, start)
        if loudness < quietest * 0.8:
            best, quietest = start, loudness
    while best + 2 * FRAME_BYTES < played and _loudness(audio, best + FRAME_BYTES) <= quietest * 1.3:
        best += FRAME_BYTES  # not the whole silence once more
    return max(0, best // FRAME_BYTES * FRAME_BYTES)


def _loudness(audio: bytes, start: int) -> int:
    """The size of a frame's codes, which grows with the sound's."""
    return sum(~byte & 0x7F for byte in audio[start : start + FRAME_BYTES])
