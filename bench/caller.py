"""A caller in real time: 20 ms frames against an absolute clock, the far end's playout buffer, and what the ear hears of it."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np
import websockets

from assistant.telephony.audio import mulaw
from bench.voices import FRAME, Utterance, line_noise

TICK = 0.02
AUDIBLE_DB = -45.0
_LEVEL = np.array([abs(float(x)) for x in mulaw.decode(bytes(range(256)))]) ** 2


def audible(frame: bytes) -> bool:
    power = float(_LEVEL[np.frombuffer(frame, dtype=np.uint8)].mean())
    return power > 32768**2 * 10 ** (AUDIBLE_DB / 10)


@dataclass(slots=True)
class Heard:
    """Every tick of the call: the audio at the ear and whether it is audible."""

    frames: list[bytes] = field(default_factory=list)
    loud: bytearray = field(default_factory=bytearray)

    def add(self, frame: bytes) -> None:
        self.frames.append(frame)
        self.loud.append(audible(frame))

    def first(self, start: int, end: int | None = None) -> int | None:
        at = self.loud.find(1, start, len(self.loud) if end is None else end)
        return None if at < 0 else at

    def quiet_ticks(self, start: int = 0) -> int | None:
        """Ticks since the last sound from `start` on; None when there was none."""
        at = self.loud.rfind(1, start)
        return None if at < 0 else len(self.loud) - 1 - at

    def segments(self, start: int, end: int, *, gap: int = 20) -> list[tuple[int, int]]:
        """Runs of speech, split where it is quiet for `gap` ticks."""
        found: list[tuple[int, int]] = []
        for at in range(start, min(end, len(self.loud))):
            if self.loud[at]:
                if found and at - found[-1][1] <= gap:
                    found[-1] = (found[-1][0], at + 1)
                else:
                    found.append((at, at + 1))
        return found

    def audio(self, start: int, end: int) -> bytes:
        return b"".join(self.frames[max(0, start) : end])


class Caller:
    """One call over `/ws/call`. `run` plays a scenario against it; `heard` is what reached the ear."""

    def __init__(self, url: str, seed: int) -> None:
        self._url = url
        self.heard = Heard()
        self.tick = 0
        self._noise = line_noise(500, seed)
        self._speech: deque[bytes] = deque()
        self._buffer = bytearray()
        self._marks: deque[tuple[int, str]] = deque()  # (bytes played when it is due, name)
        self._played = 0
        self._queued = 0
        self.clears = 0
        self.late = 0
        self.refused: int | None = None
        self.over = asyncio.Event()
        self._ticked = asyncio.Event()
        self._socket: websockets.ClientConnection | None = None
        self._chunk = 0

    async def run(self, scenario: Callable[[Caller], Awaitable[None]]) -> None:
        async with websockets.connect(self._url, max_size=None, ping_interval=None) as socket:
            self._socket = socket
            await socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
            start = {
                "streamSid": "bench",
                "callSid": "bench",
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            }
            await socket.send(json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": "bench", "start": start}))
            reader = asyncio.create_task(self._read(socket))
            line = asyncio.create_task(self._line(socket))
            line.add_done_callback(lambda _: self._ended())
            try:
                await scenario(self)
                if not self.over.is_set():
                    await socket.send(json.dumps({"event": "stop", "streamSid": "bench", "stop": {}}))
            finally:
                for task in (line, reader):
                    task.cancel()
                for result in await asyncio.gather(line, reader, return_exceptions=True):
                    if isinstance(result, Exception):
                        raise result

    async def say(self, utterance: Utterance) -> tuple[int, int]:
        """Speak; the ticks before the first and at the last voiced frame: what is heard in between are frames `start:end` of `heard`."""
        frames = [utterance.audio[i : i + FRAME] for i in range(0, len(utterance.audio), FRAME)]
        start = self.tick
        self._speech.extend(frames)
        await self.wait(lambda: not self._speech, 600)
        return start, self.tick

    async def key(self, digit: str) -> None:
        if self._socket is not None:
            await self._socket.send(json.dumps({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": digit}}))

    async def wait(self, ready: Callable[[], bool], seconds: float) -> bool:
        deadline = self.tick + int(seconds / TICK)
        while self.tick < deadline and not self.over.is_set():
            if ready():
                return True
            self._ticked.clear()
            await self._ticked.wait()  # the call's own clock is `tick`
        return ready()

    def _ended(self) -> None:
        self.over.set()
        self._ticked.set()

    async def until_quiet(self, start: int, quiet_ms: int = 900, seconds: float = 40) -> None:
        def quiet() -> bool:
            ticks = self.heard.quiet_ticks(start)
            return ticks is not None and ticks * 20 >= quiet_ms

        await self.wait(quiet, seconds)

    async def _line(self, socket: websockets.ClientConnection) -> None:
        began = time.perf_counter()
        while True:
            self.tick += 1
            delay = began + self.tick * TICK - time.perf_counter()
            if delay > 0:
                await asyncio.sleep(delay)
            elif delay < -0.02:
                self.late += 1
            frame = self._speech.popleft() if self._speech else self._noise[(self.tick % 500) * FRAME : (self.tick % 500 + 1) * FRAME]
            self._chunk += 1
            payload = base64.b64encode(frame).decode()
            try:
                await socket.send(
                    json.dumps({"event": "media", "media": {"track": "inbound", "chunk": str(self._chunk), "payload": payload}})
                )
                await self._play(socket)
            except websockets.ConnectionClosed:
                self._ended()
                return
            self._ticked.set()

    async def _play(self, socket: websockets.ClientConnection) -> None:
        frame = bytes(self._buffer[:FRAME])
        del self._buffer[:FRAME]
        self._played += len(frame)
        self.heard.add(frame + b"\xff" * (FRAME - len(frame)))
        while self._marks and self._marks[0][0] <= self._played:
            await self._mark(socket, self._marks.popleft()[1])

    async def _mark(self, socket: websockets.ClientConnection, name: str) -> None:
        await socket.send(json.dumps({"event": "mark", "streamSid": "bench", "mark": {"name": name}}))

    async def _read(self, socket: websockets.ClientConnection) -> None:
        try:
            async for text in socket:
                message = json.loads(text)
                match message.get("event"):
                    case "media":
                        audio = base64.b64decode(message["media"]["payload"])
                        self._buffer += audio
                        self._queued += len(audio)
                    case "mark":
                        self._marks.append((self._queued, message["mark"]["name"]))
                    case "clear":
                        self.clears += 1
                        self._queued -= len(self._buffer)
                        self._buffer.clear()
                        while self._marks:
                            await self._mark(socket, self._marks.popleft()[1])
        except websockets.ConnectionClosed:
            pass
        self.refused = socket.close_code
        self._ended()
