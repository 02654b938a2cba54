"""The provider's voice webhooks and streams, signed and unsigned, through the real routes and the real store."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from twilio.request_validator import RequestValidator

from assistant.api.errors import install_errors
from assistant.domain.clock import ManualClock
from assistant.domain.conversation import Channel, ConversationRef, Expectation, Party
from assistant.domain.effects import Effect, Expect, HangUp, Say, Transfer, Voicemail
from assistant.domain.events import Ended, Event, Keyed, Said, Started, Transferred
from assistant.domain.speech import SpeechEvent
from assistant.storage.calls import Calls
from assistant.storage.stores import Stores, open_stores
from assistant.storage.tables import Conversation
from assistant.telephony.twilio.rest import FetchedMedia
from assistant.telephony.twilio.signature import SignatureCheck
from call_handler import CallHandler, CallSettings
from tests.support.calendars import PRACTICE, Heard
from tests.support.calls import ScriptedHost, ScriptedSpeech
from tests.support.databases import fresh_database

TOKEN, PUBLIC = "12345", "https://phone.example.com"
SID = "CA" + "1" * 32


def answers(event: Event) -> tuple[Effect, ...]:
    match event:
        case Started():
            return (Say("Hello.", "greeting"), Expect(Expectation("open")))
        case Said(text="a person"):
            return (Say("One moment."), Transfer("+12025550177"))
        case Said(text="voicemail"):
            return (Say("Please leave a message."), Voicemail(60))
        case Said(text="bye"):
            return (Say("Bye."), HangUp(0.0))
        case Said():
            return (Say("Which number?"), Expect(Expectation("phone")))
        case Transferred():
            return (Say("They can't pick up right now."), Expect(Expectation("yes_no")))
        case Keyed(digits=digits):
            return (Say(f"Keyed {digits}."),)
    return ()


class Mouth:
    """A speech source that records what it is asked to say, and lets the test play the caller."""

    def __init__(self) -> None:
        self.sessions: list[ScriptedSpeech] = []
        self.rendered: list[str] = []
        self.words = ""

    def session(self, line: Any, on_event: Callable[[SpeechEvent], None]) -> ScriptedSpeech:
        speech = ScriptedSpeech(on_event)
        self.sessions.append(speech)
        return speech

    async def render(self, text: str) -> bytes:
        self.rendered.append(text)
        return b"\xff" * 160

    async def hear(self, recording: bytes, *, asked: str = "") -> str:
        return self.words


@dataclass
class Shelf:
    clips: list[bytes] = field(default_factory=list)

    def put(self, mulaw: bytes) -> str:
        self.clips.append(mulaw)
        return f"/audio/clip{len(self.clips)}.wav"


class Recordings:
    """The provider's recordings."""

    deleted: list[str]

    def __init__(self) -> None:
        self.deleted = []

    async def fetch_recording(self, sid: str) -> FetchedMedia:
        return FetchedMedia(b"RIFF", "audio/wav")

    async def delete_recording(self, sid: str) -> None:
        self.deleted.append(sid)


class StoredHost(ScriptedHost):
    """A scripted conversation that has its row, as a real one would."""

    def __init__(self, stores: Stores) -> None:
        super().__init__(answers)
        self._db = stores.db

    async def open(self, channel: Channel, party: Party, *, key: str) -> ConversationRef:
        opened = await super().open(channel, party, key=key)
        now = datetime(2026, 12, 1, tzinfo=UTC)
        with self._db.write() as session:
            session.merge(
                Conversation(id=opened.id, channel=channel, role=party.role, state="open", version=0, started_at=now, last_at=now)
            )
        return opened


class Line:
    """The provider, as far as webhooks go."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.clock = ManualClock(datetime(2026, 12, 1, 14, 0, tzinfo=UTC))
        fresh_database(folder / "a.db").close()
        self.stores = open_stores(data_dir=folder, database_url=f"sqlite:///{folder}/a.db", keys=None, clock=self.clock)
        self.calls = Calls(self.stores.db, self.stores.contacts, self.clock)
        self.host = StoredHost(self.stores)
        self.mouth, self.events, self.recordings = Mouth(), Heard(), Recordings()
        profile = settings.pop("profile", PRACTICE)
        self.frame_times: list[float] = []
        self.handler = CallHandler(
            settings=CallSettings(public_base_url=PUBLIC, own_number="+15005550006", **settings),
            host=self.host,
            speech=self.mouth,  # type: ignore[arg-type]
            calls=self.calls,
            db=self.stores.db,
            clock=self.clock,
            profile=lambda: profile,
            events=self.events,
            record_turn=self._record,
            frame_timed=self.frame_times.append,
            signature=SignatureCheck(TOKEN, PUBLIC),
            rest=self.recordings,  # type: ignore[arg-type]
            shelf=Shelf(),
        )
        app = FastAPI()
        install_errors(app)
        app.include_router(self.handler.router(self._allow))
        self.http = TestClient(app)

    async def _record(self, *turn: Any) -> None: ...

    async def _allow(self, socket: Any) -> str:
        return "caller"

    def post(self, path: str, sign: bool = True, **fields: str) -> Any:
        form = {"CallSid": SID, "From": "+12025550143", "To": "+15005550006", "CallStatus": "ringing", "Direction": "inbound", **fields}
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form) if sign else "nope"
        return self.http.post(path, data=form, headers={"X-Twilio-Signature": signature})

    def twiml(self, path: str, **fields: str) -> ElementTree.Element:
        answer = self.post(path, **fields)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/xml")
        return ElementTree.fromstring(answer.text)

    def token(self, **fields: str) -> str:
        return self.twiml("/twilio/voice", **fields).find("Connect/Stream/Parameter").attrib["value"]  # type: ignore[union-attr]

    def stream(self, path: str = "/twilio/media", sign: bool = True) -> Any:
        signature = RequestValidator(TOKEN).compute_signature("wss://phone.example.com" + path, {})
        return self.http.websocket_connect(path, headers={"X-Twilio-Signature": signature if sign else "nope"})


def start(token: str, sid: str = SID) -> str:
    body = {
        "streamSid": "MZ1",
        "callSid": sid,
        "customParameters": {"token": token},
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000},
    }
    return json.dumps({"event": "start", "streamSid": "MZ1", "start": body})


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path)
    with line.http:
        yield line
    line.stores.close()


@pytest.mark.parametrize(
    "path", ["/twilio/voice", "/twilio/voice/after", "/twilio/voice/status", "/twilio/voice/gather", "/twilio/voice/recording"]
)
def test_a_wrong_signature_is_refused_and_stores_nothing(line: Line, path: str) -> None:
    assert line.post(path, sign=False).status_code == 403
    assert line.calls.by_sid(SID) is None


def test_a_call_is_told_to_connect_a_stream(line: Line) -> None:
    answer = line.twiml("/twilio/voice")
    stream, redirect = answer.find("Connect/Stream"), answer.find("Redirect")
    assert stream is not None and stream.attrib["url"] == "wss://phone.example.com/twilio/media"
    assert redirect is not None and redirect.text == f"{PUBLIC}/twilio/voice/after"
    record = line.calls.by_sid(SID)
    assert record is not None and record.phone == "+12025550143" and record.status == "ringing"


def test_a_retry_is_the_same_call_with_a_fresh_token(line: Line) -> None:
    first, second = line.token(), line.token()
    assert first != second
    assert line.calls.claim_stream(first, sid=SID, stream_sid="MZ1") is None
    assert line.calls.claim_stream(second, sid=SID, stream_sid="MZ1") is not None


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "", "Restricted", "client:bob", "+1", "sip:x@y"])
def test_callers_without_a_number_are_callers_all_the_same(line: Line, caller: str) -> None:
    line.twiml("/twilio/voice", From=caller)
    record = line.calls.by_sid(SID)
    assert record is not None and record.phone is None and record.contact_id is None


@pytest.mark.parametrize("sid", ["", "CA1", "XX" + "1" * 32, "CA" + "z" * 32])
def test_a_malformed_but_signed_body_is_no_500(line: Line, sid: str) -> None:
    assert line.post("/twilio/voice", CallSid=sid).status_code == 422


def test_the_stream_talks_and_ends_with_hang_up(line: Line) -> None:
    token = line.token()
    with line.stream() as socket:
        socket.send_text('{"event":"connected","protocol":"Call","version":"1.0.0"}')
        socket.send_text(start(token))
        socket.send_text('{"event":"something-new"}')
        frame = base64.b64encode(b"\xff" * 160).decode()
        socket.send_text(json.dumps({"event": "media", "media": {"payload": frame, "chunk": "1", "track": "inbound"}}))
        socket.send_text('{"event":"stop","stop":{}}')
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    assert line.mouth.sessions[0].words == ["Hello."] and line.mouth.sessions[0].frames == 1
    record = line.calls.by_sid(SID)
    assert record is not None and (record.status, record.end_reason) == ("completed", "caller")
    assert line.twiml("/twilio/voice/after").find("Hangup") is not None
    assert line.host.of(Ended) == [Ended(f"conv-{record.id}", "caller")]


def test_a_stream_needs_its_signature(line: Line) -> None:
    line.token()
    with pytest.raises(WebSocketDisconnect) as refused, line.stream(sign=False):
        pass
    assert refused.value.code == 1008


@pytest.mark.parametrize("case", ["wrong", "used", "other call", "no start", "rubbish", "binary"])
def test_a_stream_needs_its_own_unused_token(line: Line, case: str) -> None:
    token = line.token()
    if case == "used":
        assert line.calls.claim_stream(token, sid=SID, stream_sid="MZ0") is not None
    with line.stream() as socket:
        if case == "no start":
            socket.send_text('{"event":"stop"}')
        elif case == "rubbish":
            socket.send_text("not json")
        elif case == "binary":
            socket.send_bytes(b"\x00")
        else:
            socket.send_text(start("x" if case == "wrong" else token, "CA" + "2" * 32 if case == "other call" else SID))
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 1008 and line.mouth.sessions == []


@pytest.mark.parametrize("rubbish", ["{}", '{"event":"media","media":{"payload":"***"}}', "[" * 30_000, start("again")])
def test_a_malformed_message_ends_that_stream_only(line: Line, rubbish: str) -> None:
    token = line.token()
    with line.stream() as socket:
        socket.send_text(start(token))
        socket.send_text(rubbish)
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    record = line.calls.by_sid(SID)
    assert record is not None and record.end_reason == "dropped"
    assert line.mouth.sessions[0].closed and line.handler.active == 0


def test_missing_frames_become_silence_and_late_ones_are_dropped(line: Line) -> None:
    token = line.token()
    with line.stream() as socket:
        socket.send_text(start(token))
        for chunk in (1, 2, 5, 3, 6):
            frame = base64.b64encode(b"\x10" * 160).decode()
            socket.send_text(json.dumps({"event": "media", "media": {"payload": frame, "chunk": str(chunk), "track": "inbound"}}))
        socket.send_text('{"event":"stop","stop":{}}')
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    assert line.mouth.sessions[0].frames == 6 and len(line.frame_times) == 5


@pytest.mark.parametrize(
    ("statuses", "final"),
    [
        (["completed", "ringing", "in-progress"], "completed"),
        (["in-progress", "ringing"], "in-progress"),
        (["busy", "completed"], "busy"),
        (["ringing", "no-answer"], "no-answer"),
        (["strange", "ringing"], "ringing"),
    ],
)
def test_status_never_moves_back(line: Line, statuses: list[str], final: str) -> None:
    line.token()
    for status in statuses:
        assert line.post("/twilio/voice/status", CallStatus=status).status_code == 204
    assert line.calls.by_sid(SID).status == final  # type: ignore[union-attr]


def test_status_of_an_unknown_call_is_taken_in_peace(line: Line) -> None:
    assert line.post("/twilio/voice/status", CallSid="CA" + "9" * 32, CallStatus="completed").status_code == 204


def after_is(line: Line, after: dict[str, Any]) -> None:
    line.token()
    record = line.calls.by_sid(SID)
    assert record is not None
    line.calls.set_after(record.id, after)


def test_transfer_dials_and_comes_back_when_nobody_answers(line: Line) -> None:
    after_is(line, {"kind": "transfer", "number": "+12025550177"})
    dial = line.twiml("/twilio/voice/after").find("Dial")
    assert dial is not None and dial.findtext("Number") == "+12025550177" and dial.attrib["callerId"] == "+15005550006"
    action = dial.attrib["action"].removeprefix(PUBLIC)
    back = line.twiml(action, DialCallStatus="no-answer")
    assert back.find("Connect/Stream") is not None
    assert line.twiml(action, DialCallStatus="completed").find("Hangup") is not None


def test_voicemail_is_recorded_after_our_own_words(line: Line) -> None:
    after_is(line, {"kind": "voicemail", "seconds": 60})
    answer = line.twiml("/twilio/voice/after")
    record = answer.find("Record")
    assert record is not None and record.attrib["maxLength"] == "60"
    assert record.attrib["recordingStatusCallback"] == f"{PUBLIC}/twilio/voice/recording"
    assert answer.findtext("Play") == f"{PUBLIC}/audio/clip1.wav" and "leave a message" in line.mouth.rendered[0]


def test_a_stream_that_broke_gets_one_more(line: Line) -> None:
    line.token()
    assert line.twiml("/twilio/voice/after").find("Connect/Stream") is not None
    assert line.twiml("/twilio/voice/after").find("Record") is not None


def test_beyond_capacity_all_lines_are_busy(tmp_path: Path) -> None:
    line = Line(tmp_path, max_calls=1)
    with line.http:
        assert line.twiml("/twilio/voice").find("Connect") is not None
        answer = line.twiml("/twilio/voice", CallSid="CA" + "2" * 32)
        assert answer.find("Connect") is None and answer.find("Record") is not None
        assert "busy" in line.mouth.rendered[0]
    line.stores.close()


def test_the_softphone_is_the_same_call_without_a_provider(line: Line) -> None:
    with line.http.websocket_connect("/ws/call") as socket:
        socket.send_text(start("", sid="browser"))
        socket.send_text('{"event":"dtmf","dtmf":{"digit":"5"}}')
        socket.send_text('{"event":"stop","stop":{}}')
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    assert line.mouth.sessions[0].keys == ["5"]
    assert [event.digits for event in line.host.of(Keyed)] == ["5"]  # type: ignore[attr-defined]


@pytest.fixture
def gather(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path, voice_mode="gather")
    with line.http:
        yield line
    line.stores.close()


def plays(answer: ElementTree.Element) -> int:
    return len(answer.findall(".//Play"))


def test_without_streams_the_conversation_goes_turn_by_turn(gather: Line) -> None:
    first = gather.twiml("/twilio/voice")
    assert plays(first) == 1 and first.find("Record") is not None and gather.mouth.rendered == ["Hello."]
    gather.mouth.words = "what is your address"
    second = gather.twiml("/twilio/voice/gather", RecordingSid="RE" + "1" * 32, RecordingUrl="https://x")
    listening = second.find("Record")
    assert listening is not None
    assert listening.attrib["action"].endswith("?many=1"), "a number can be typed"
    assert gather.recordings.deleted == ["RE" + "1" * 32]
    third = gather.twiml("/twilio/voice/gather?typed=2", Digits="025550199")
    assert gather.mouth.rendered[-1] == "Keyed 2025550199." and third.find("Record") is not None


def test_without_streams_a_key_ends_the_recording_and_counts(gather: Line) -> None:
    gather.twiml("/twilio/voice")
    gather.twiml("/twilio/voice/gather", RecordingSid="RE" + "5" * 32, Digits="2")
    assert gather.mouth.rendered[-1] == "Keyed 2."
    assert gather.recordings.deleted == ["RE" + "5" * 32]


def test_without_streams_a_typed_number_is_taken_to_its_end(gather: Line) -> None:
    gather.twiml("/twilio/voice")
    more = gather.twiml("/twilio/voice/gather?many=1", RecordingSid="RE" + "6" * 32, Digits="2")
    rest = more.find("Gather")
    assert rest is not None
    assert rest.attrib["action"].endswith("/twilio/voice/gather?typed=2")
    assert gather.recordings.deleted == ["RE" + "6" * 32]
    gather.twiml("/twilio/voice/gather?typed=2", Digits="025550199")
    assert gather.mouth.rendered[-1] == "Keyed 2025550199."


def test_without_streams_silence_and_goodbye(gather: Line) -> None:
    gather.twiml("/twilio/voice")
    assert gather.twiml("/twilio/voice/gather").find("Record") is not None
    gather.mouth.words = "bye"
    last = gather.twiml("/twilio/voice/gather", RecordingSid="RE" + "2" * 32)
    assert last.find("Hangup") is not None and plays(last) == 1
    assert gather.calls.by_sid(SID).end_reason == "assistant"  # type: ignore[union-attr]


def test_without_streams_transfer_and_voicemail(gather: Line) -> None:
    gather.twiml("/twilio/voice")
    gather.mouth.words = "a person"
    assert gather.twiml("/twilio/voice/gather", RecordingSid="RE" + "3" * 32).findtext("Dial/Number") == "+12025550177"
    gather.mouth.words = "voicemail"
    assert gather.twiml("/twilio/voice/gather", RecordingSid="RE" + "4" * 32).find("Record").attrib["maxLength"] == "60"  # type: ignore[union-attr]


def test_every_url_we_give_is_our_public_one(line: Line) -> None:
    text = line.post("/twilio/voice").text + line.post("/twilio/voice/after").text
    assert not re.findall(r"https?://(?!phone\.example\.com)", text)
