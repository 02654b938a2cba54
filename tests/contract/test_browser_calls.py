"""The browser's telephone at its edges: a full house, and sockets that send anything but a call."""

from __future__ import annotations

import base64
import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from tests.contract.test_voice_webhooks import Line, start

STOP = '{"event":"stop","stop":{}}'
FRAME = base64.b64encode(b"\xff" * 160).decode()


def media(**fields: Any) -> str:
    return json.dumps({"event": "media", "media": {"payload": FRAME, "chunk": "1", "track": "inbound", **fields}})


def send(socket: Any, message: str | bytes) -> None:
    if isinstance(message, bytes):
        socket.send_bytes(message)
    else:
        socket.send_text(message)


def closing(socket: Any) -> tuple[int, str]:
    """How the server ends this socket, whatever it still sends before."""
    for _ in range(200):
        try:
            socket.receive_text()
        except WebSocketDisconnect as closed:
            return closed.code, closed.reason or ""
    raise AssertionError("the socket stays open")


def test_the_fifty_first_call_at_once_hears_politely_that_all_lines_are_busy(tmp_path: Path) -> None:
    line = Line(tmp_path, max_calls=50)
    with line.http, ExitStack() as calls:
        # All ring before the first is answered: the lines are counted as they are taken, not as they are talked on.
        sockets = [calls.enter_context(line.http.websocket_connect("/ws/call")) for _ in range(51)]
        for number, socket in enumerate(sockets):
            socket.send_text(start("", sid=f"browser-{number}"))
        code, reason = closing(sockets[50])
        assert code == 1013
        assert "lines are busy" in reason and "try again" in reason
        assert len(reason.encode()) <= 123  # all that a close frame can carry
        for socket in sockets[:50]:
            socket.send_text(STOP)
        assert {closing(socket)[0] for socket in sockets[:50]} == {1000}
        with line.http.websocket_connect("/ws/call") as again:
            again.send_text(start("", sid="browser-51"))
            again.send_text(STOP)
            assert closing(again)[0] == 1000  # and the next one gets through
    assert len(line.mouth.sessions) == 51
    line.stores.close()


@pytest.mark.parametrize(
    "rubbish",
    ["", "hello", "[]", "null", "12", "{}", '{"event": 5}', '{"event": "start"}', '{"event":"start","start":{"streamSid":5}}', STOP,
     "[" * 100_000, '{"event":"' + "x" * 500_000 + '"}', "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), b"\x00\xff" * 500],
    ids=lambda rubbish: repr(rubbish[:24]),
)  # fmt: skip
def test_a_socket_that_sends_rubbish_is_let_go_and_no_call_is_made(tmp_path: Path, rubbish: str | bytes) -> None:
    line = Line(tmp_path)
    with line.http, line.http.websocket_connect("/ws/call") as socket:
        send(socket, rubbish)
        if rubbish == "{}":  # an event of a kind we do not know is skipped, five of them are no caller
            for _ in range(5):
                socket.send_text("{}")
        assert closing(socket)[0] == 1008
    assert line.mouth.sessions == []
    assert line.handler.active == 0
    line.stores.close()


@pytest.mark.parametrize(
    "rubbish",
    ["hello", "[]", b"\x00" * 160, media(payload="!!!"), media(payload=5), media(payload="A" * 4_000_000), start("", sid="again"),
     '{"event":"dtmf","dtmf":{"digit":"DROP TABLE"}}', '{"event":"mark","mark":[]}'],
    ids=lambda rubbish: repr(rubbish[:32]),
)  # fmt: skip
def test_rubbish_in_the_middle_ends_that_call_and_no_other(tmp_path: Path, rubbish: str | bytes) -> None:
    line = Line(tmp_path)
    with line.http, line.http.websocket_connect("/ws/call") as good, line.http.websocket_connect("/ws/call") as bad:
        good.send_text(start("", sid="good"))
        bad.send_text(start("", sid="bad"))
        send(bad, rubbish)
        assert closing(bad)[0] == 1000
        good.send_text(media())
        good.send_text('{"event":"dtmf","dtmf":{"digit":"7"}}')
        good.send_text(STOP)
        assert closing(good)[0] == 1000
    assert [(session.frames, session.keys) for session in line.mouth.sessions].count((1, ["7"])) == 1
    assert line.handler.active == 0
    line.stores.close()
