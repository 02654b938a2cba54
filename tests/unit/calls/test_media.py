"""The media protocol: exact in what it takes and sends, and never surprised."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def media(payload: bytes = b"\xff" * 160, **more: Any) -> str:
    return json.dumps(
        {"event": "media", "media": {"payload": base64.b64encode(payload).decode(), "chunk": "3", "track": "inbound", **more}}
    )


def test_takes_the_whole_protocol() -> None:
    start = {"event": "start", "sequenceNumber": "1", "streamSid": "MZ1", "start": {"streamSid": "MZ1", "callSid": "CA1", "customParameters": {"token": "t"},
             "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}}}  # fmt: skip
    assert parse(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})) is None
    assert parse(json.dumps(start)) == Start("MZ1", "CA1", {"token": "t"})
    assert parse(media()) == Audio(b"\xff" * 160, 3)
    assert parse('{"event":"dtmf","dtmf":{"digit":"5","track":"inbound_track"}}') == Key("5")
    assert parse('{"event":"mark","mark":{"name":"m1"}}') == Mark("m1")
    assert parse('{"event":"stop","stop":{}}') == Stop()
    assert parse('{"event":"something-new"}') is None


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '{"event":5}', '{"event":"media"}', '{"event":"media","media":{"payload":"***"}}', '{"event":"media","media":{"payload":7}}',
     '{"event":"dtmf","dtmf":{"digit":"55"}}', '{"event":"start","start":{}}', '{"event":"mark","mark":{}}', "[" * 50_000, "x" * 70_000,
     media(b"\x00" * 20_000)],
)  # fmt: skip
def test_refuses_what_is_not_the_protocol(text: str) -> None:
    with pytest.raises(MalformedMessage):
        parse(text)


@given(st.text(max_size=200) | st.binary(max_size=100).map(lambda raw: raw.decode("latin-1")))
def test_never_fails_otherwise(text: str) -> None:
    try:
        parse(text)
    except MalformedMessage as error:
        assert error.status == 422


@given(st.binary(min_size=1, max_size=4000))
def test_audio_comes_back_as_it_went(audio: bytes) -> None:
    sent = parse(audio_message("MZ1", audio))
    assert isinstance(sent, Audio) and sent.payload == audio


def test_marks_and_clear_name_the_stream() -> None:
    assert json.loads(mark_message("MZ1", "m")) == {"event": "mark", "streamSid": "MZ1", "mark": {"name": "m"}}
    assert json.loads(clear_message("MZ1")) == {"event": "clear", "streamSid": "MZ1"}
