"""One media WebSocket: the provider's messages in, audio and marks out, nothing slow in between."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog
from starlette.websockets import WebSocketDisconnect

from assistant.domain.clock import Clock
from assistant.domain.errors import AssistantError
from assistant.domain.speech import FRAME_BYTES
from assistant.telephony.twilio.media import (
    Audio,
    Key,
    MalformedMessage,
    Mark,
    Start,
    Stop,
    audio_message,
    clear_message,
    mark_message,
    parse,
)

log = structlog.get_logger(__name__)

START_WITHIN_SECONDS = 10.0
MAX_GAP_FRAMES = 50  # a second of missing audio is filled with silence, more is a new situation
#: what a socket raises once the other side has left; Starlette says RuntimeError when we were told before
GONE = (WebSocketDisconnect, RuntimeError, OSError)
SILENCE = b"\xff" * FRAME_BYTES


class Socket(Protocol):
    """What we need of a WebSocket (Starlette's fits). `receive` returns the ASGI message."""

    async def receive(self) -> dict[str, object]: ...

    async def send_text(self, data: str) -> None: ...

    async def close(self, code: int = 1000, reason: str | None = None) -> None: ...


class Caller(Protocol):
    """Where the caller's side of a stream goes (`CallSession`)."""

    def feed(self, frame: bytes) -> None: ...

    def press(self, digit: str) -> None: ...

    def mark_played(self, name: str) -> None: ...

    def gone(self, *, lost: bool = False) -> None: ...


class StreamLine:
    """The way to the caller's ear (`Line`): a queue that `write` empties, so that nobody waits for the network."""

    def __init__(self, socket: Socket, stream_sid: str) -> None:
        self._socket = socket
        self._stream_sid = stream_sid
        self._queue: deque[tuple[str, str]] = deque()
        self._wake = asyncio.Event()
        self._closed = False

    def send_audio(self, audio: bytes) -> None:
        self._put("audio", audio_message(self._stream_sid, audio))

    def send_mark(self, name: str) -> None:
        self._put("mark", mark_message(self._stream_sid, name))

    def send_clear(self) -> None:
        """Audio that has not left yet goes too; marks stay, so that every one comes back."""
        self._queue = deque(entry for entry in self._queue if entry[0] == "mark")
        self._queue.appendleft(("clear", clear_message(self._stream_sid)))
        self._wake.set()

    def send_text(self, text: str) -> None:
        """A message of our own kind, for the softphone (captions)."""
        self._put("text", text)

    def close(self) -> None:
        self._closed = True
        self._wake.set()

    def _put(self, kind: str, text: str) -> None:
        if not self._closed:
            self._queue.append((kind, text))
            self._wake.set()

    async def write(self) -> None:
        """Send what is queued until closed; ends quietly when the other side is gone."""
        while True:
            while self._queue:
                _, text = self._queue.popleft()
                try:
                    await self._socket.send_text(text)
                except GONE:
                    return
            if self._closed:
                return
            self._wake.clear()
            if not self._queue:
                await self._wake.wait()


class _Frames:
    """Payloads of any size, in order, as frames of 20 ms; what is missing becomes silence, what comes late is dropped."""

    def __init__(self) -> None:
        self._rest = b""
        self._chunk: int | None = None

    def take(self, audio: Audio) -> list[bytes]:
        frames: list[bytes] = []
        if audio.chunk is not None:
            if self._chunk is not None:
                if audio.chunk <= self._chunk:
                    return []
                frames = [SILENCE] * min(audio.chunk - self._chunk - 1, MAX_GAP_FRAMES)
            self._chunk = audio.chunk
        data = self._rest + audio.payload
        whole = len(data) - len(data) % FRAME_BYTES
        frames += [data[i : i + FRAME_BYTES] for i in range(0, whole, FRAME_BYTES)]
        self._rest = data[whole:]
        return frames


async def read_start(socket: Socket, clock: Clock) -> Start | None:
    """The `start` message, or None when the client sent something else, nothing in time, or went away."""
    arrived = asyncio.create_task(_read_start(socket))
    timer = asyncio.create_task(clock.sleep(START_WITHIN_SECONDS))
    await asyncio.wait([arrived, timer], return_when=asyncio.FIRST_COMPLETED)
    start = arrived.result() if arrived.done() else None
    for task in (arrived, timer):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    return start


async def _read_start(socket: Socket) -> Start | None:
    for _ in range(5):
        message = await socket.receive()
        if message["type"] != "websocket.receive" or not isinstance(message.get("text"), str):
            return None
        try:
            parsed = parse(str(message["text"]))
        except MalformedMessage:
            return None
        if isinstance(parsed, Start):
            return parsed
        if parsed is not None:
            return None
    return None


#: told how many milliseconds of work a message of the caller's audio took
FrameTimer = Callable[[float], None]


async def pump(socket: Socket, caller: Caller, line: StreamLine, conversation: Callable[[], Awaitable[None]], timed: FrameTimer) -> None:
    """Run a call over its socket until either side ends it. `conversation` returns when our side wants the stream closed."""
    writer = asyncio.create_task(line.write())
    reader = asyncio.create_task(_read(socket, caller, timed))
    talk = asyncio.ensure_future(conversation())
    try:
        # the reader ends first when the caller goes; the conversation then ends by itself, having heard of it
        await talk
    finally:
        line.close()
        reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reader
        await writer
        with contextlib.suppress(*GONE):
            await socket.close()


async def _read(socket: Socket, caller: Caller, timed: FrameTimer) -> None:
    frames = _Frames()
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            caller.gone(lost=True)
            return
        text, began = message.get("text"), time.perf_counter()
        try:
            if not isinstance(text, str):
                raise MalformedMessage("a binary frame")
            match parse(text):
                case Audio() as audio:
                    for frame in frames.take(audio):
                        caller.feed(frame)
                    timed((time.perf_counter() - began) * 1000.0)
                case Key(digit):
                    caller.press(digit)
                case Mark(name):
                    caller.mark_played(name)
                case Stop():
                    caller.gone()
                    return
                case Start():
                    raise MalformedMessage("a second start")
        except AssistantError as error:  # malformed, or a flood: this stream ends, other calls do not notice
            log.warning("media stream ended", code=error.reason, detail=error.detail)
            caller.gone(lost=True)
            return
