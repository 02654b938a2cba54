"""The caller against a line of our own making: what is sent is played in order, cleared, and heard."""

from __future__ import annotations

import base64
import json

import numpy as np
import websockets

from assistant.telephony.audio import mulaw
from bench.calls import ready
from bench.scenarios import Turn
from bench.voices import FRAME, Utterance

LOUD = mulaw.encode(np.full(FRAME, 8000, dtype=np.int16))


class OneTone:
    """A voice that says everything as five loud frames."""

    async def say(self, parts: list[str], gap_ms: int, seed: int) -> Utterance:
        return Utterance(" ".join(parts), LOUD * 5)


def media(frames: int) -> str:
    return json.dumps({"event": "media", "media": {"payload": base64.b64encode(LOUD * frames).decode()}})


async def test_the_greeting_and_a_line_that_hangs_up_are_both_reported() -> None:
    async def line(socket: websockets.ServerConnection) -> None:
        await socket.recv()  # connected
        start = json.loads(await socket.recv())
        assert start["start"]["mediaFormat"]["sampleRate"] == 8000
        await socket.send(media(3))
        for _ in range(12):
            await socket.recv()
        await socket.close(1000)

    async with websockets.serve(line, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        call = await ready([Turn(("hello",), "")], OneTone(), 1)  # type: ignore[arg-type]
        await call.run(f"ws://127.0.0.1:{port}/")
    assert call.report.greeting_ms is not None and call.report.greeting_ms <= 12 * 20
    assert sum(call.heard.loud) == 3
    assert call.report.broken == "the other side hung up (1000)"


async def test_a_line_that_takes_no_call_is_a_refusal() -> None:
    async def busy(socket: websockets.ServerConnection) -> None:
        await socket.close(1013)

    async with websockets.serve(busy, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        call = await ready([Turn(("hello",), "")], OneTone(), 1)  # type: ignore[arg-type]
        await call.run(f"ws://127.0.0.1:{port}/")
    assert call.report.refused == 1013 and call.report.turns == []


async def test_nobody_there_is_said_and_does_not_end_the_bench() -> None:
    call = await ready([Turn(("hello",), "")], OneTone(), 1)  # type: ignore[arg-type]
    await call.run("ws://127.0.0.1:9/")
    assert call.report.broken or call.report.refused
