"""The media-stream protocol, both directions, exactly as the provider speaks it: text frames of JSON, raw mu-law in base64."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any

from assistant.domain.errors import InvalidInput

MAX_MESSAGE_CHARS = 64 * 1024
MAX_PAYLOAD_BYTES = 16_000  # two seconds at once is more than any telephone sends


class MalformedMessage(InvalidInput):
    """What came is not the protocol: that stream ends, nothing else."""

    code = "malformed_media"


@dataclass(frozen=True, slots=True)
class Start:
    stream_sid: str
    call_sid: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audio:
    payload: bytes
    chunk: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    digit: str


@dataclass(frozen=True, slots=True)
class Mark:
    name: str


@dataclass(frozen=True, slots=True)
class Stop:
    pass


Incoming = Start | Audio | Key | Mark | Stop


def parse(text: str) -> Incoming | None:
    """One message; None for those that need no attention (`connected`, and kinds we do not know)."""
    if len(text) > MAX_MESSAGE_CHARS:
        raise MalformedMessage("the message is too long")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedMessage("not JSON") from error
    if not isinstance(message, dict) or not isinstance(message.get("event"), str):
        raise MalformedMessage("no event")
    match message["event"]:
        case "start":
            return _start(message)
        case "media":
            return _audio(_body(message, "media"))
        case "dtmf":
            digit = _body(message, "dtmf").get("digit")
            if not isinstance(digit, str) or len(digit) != 1 or digit not in "0123456789*#ABCDabcd":
                raise MalformedMessage("not a key")
            return Key(digit) if digit in "0123456789*#" else None
        case "mark":
            name = _body(message, "mark").get("name")
            if not isinstance(name, str):
                raise MalformedMessage("a mark without a name")
            return Mark(name)
        case "stop":
            return Stop()
        case _:
            return None


def _body(message: dict[str, Any], name: str) -> dict[str, Any]:
    body = message.get(name)
    if not isinstance(body, dict):
        raise MalformedMessage(f"{name} without content")
    return body


def _start(message: dict[str, Any]) -> Start:
    body = _body(message, "start")
    stream, call = body.get("streamSid", message.get("streamSid")), body.get("callSid")
    if not isinstance(stream, str) or not isinstance(call, str):
        raise MalformedMessage("a start without streamSid and callSid")
    media = body.get("mediaFormat")
    if isinstance(media, dict):
        kind = (media.get("encoding", "audio/x-mulaw"), str(media.get("sampleRate", 8000)))
        if kind != ("audio/x-mulaw", "8000"):
            raise MalformedMessage("audio must be audio/x-mulaw at 8000 Hz")
    given = body.get("customParameters") or {}
    parameters = {str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else {}
    return Start(stream[:64], call[:64], parameters)


def _audio(body: dict[str, Any]) -> Audio | None:
    if body.get("track", "inbound") not in ("inbound", "inbound_track"):
        return None
    payload = body.get("payload")
    if not isinstance(payload, str):
        raise MalformedMessage("media without payload")
    try:
        audio = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedMessage("payload is not base64") from error
    if len(audio) > MAX_PAYLOAD_BYTES:
        raise MalformedMessage("payload is too long")
    chunk = body.get("chunk")
    return Audio(audio, int(chunk) if isinstance(chunk, (str, int)) and str(chunk).isdigit() else None)


def audio_message(stream_sid: str, audio: bytes) -> str:
    return json.dumps({"event": "media", "streamSid": stream_sid, "media": {"payload": base64.b64encode(audio).decode()}})


def mark_message(stream_sid: str, name: str) -> str:
    return json.dumps({"event": "mark", "streamSid": stream_sid, "mark": {"name": name}})


def clear_message(stream_sid: str) -> str:
    return json.dumps({"event": "clear", "streamSid": stream_sid})
