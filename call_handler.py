"""A phone call from ring to hang-up: the provider's voice webhooks, the media stream, the softphone, and calls we make."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Request, WebSocket
from fastapi.responses import Response

from assistant.domain.clock import Clock
from assistant.domain.conversation import ConversationRef, Party
from assistant.domain.effects import Effect, HangUp, Outcome, Transfer, Voicemail, from_json, to_json
from assistant.domain.errors import InvalidInput, TooMany, Unavailable
from assistant.domain.events import Ended, PictureRef, Transferred
from assistant.domain.ports import ConversationHost, EventSink, ProfileSource
from assistant.domain.speech import Line, SpeechEvent, SpeechSession
from assistant.storage.calls import CallRecord, Calls
from assistant.storage.database import Database
from assistant.telephony.call import CallEnd, CallSession
from assistant.telephony.call.turns import Posted, TurnByTurn, TurnReply
from assistant.telephony.twilio import twiml
from assistant.telephony.twilio.media import Start
from assistant.telephony.twilio.numbers import caller_number
from assistant.telephony.twilio.rest import NotReached, OutcomeUnknown, RateLimited, TwilioRest
from assistant.telephony.twilio.signature import SIGNATURE_HEADER, FormFields, SignatureCheck
from assistant.telephony.twilio.socket import GONE, FrameTimer, Socket, StreamLine, pump, read_start

log = structlog.get_logger(__name__)

CALL_SID = re.compile(r"^CA[0-9a-fA-F]{32}$")
BUSY = "All our lines are busy right now."
BUSY_SOFTPHONE = "All our lines are busy right now. Please try again in a moment."  # a close reason has at most 123 bytes
VOICEMAIL_PROMPT = "Please leave a message after the tone, and press the pound key when you are done."
MACHINE_MESSAGE = "This is {name}. We are calling about your appointment. Please call us back, or send us a text. Goodbye."
SECONDS_BETWEEN_CALLS = 1.0
DRAIN_SECONDS = 10.0


class SpeechSource(Protocol):
    """The speech pipeline as a call sees it."""

    def session(self, line: Line, on_event: Callable[[SpeechEvent], None]) -> SpeechSession: ...

    async def render(self, text: str) -> bytes:
        """Mu-law audio of a sentence."""
        ...

    async def hear(self, recording: bytes, *, asked: str = "") -> str:
        """The words in an audio file of any common format."""
        ...


class Shelf(Protocol):
    """Short-lived audio that the provider fetches: returns the path of a clip."""

    def put(self, mulaw: bytes) -> str: ...


class VoicemailTaker(Protocol):
    """Keeps a recorded message durably: claimed once, fetched, transcribed, sealed, told to the owner."""

    async def take(self, *, recording_sid: str, recording_url: str, call: CallRecord | None) -> None: ...


@dataclass(frozen=True, kw_only=True)
class CallSettings:
    """The part of the settings that calls need."""

    public_base_url: str = ""
    own_number: str | None = None
    owner_numbers: tuple[str, ...] = ()
    voice_mode: Literal["stream", "gather"] = "stream"
    max_calls: int = 12
    max_call_minutes: int = 30


@dataclass(slots=True)
class _Live:
    record: CallRecord
    session: CallSession
    conversation: ConversationRef
    done: asyncio.Event = field(default_factory=asyncio.Event)


TurnRecorder = Callable[[ConversationRef, Outcome, Mapping[str, float]], Awaitable[None]]


class CallHandler:
    """All calls of this process. Parts that are None (provider, shelf, voicemail) make the matching paths answer honestly."""

    def __init__(
        self,
        *,
        settings: CallSettings,
        host: ConversationHost,
        speech: SpeechSource,
        calls: Calls,
        db: Database,
        clock: Clock,
        profile: ProfileSource,
        events: EventSink,
        record_turn: TurnRecorder,
        frame_timed: FrameTimer,
        signature: SignatureCheck | None = None,
        rest: TwilioRest | None = None,
        shelf: Shelf | None = None,
        voicemail: VoicemailTaker | None = None,
    ) -> None:
        self._settings = settings
        self._host = host
        self._speech = speech
        self._calls = calls
        self._db = db
        self._clock = clock
        self._profile = profile
        self._events = events
        self._record_turn = record_turn
        self._frame_timed = frame_timed
        self._signature = signature
        self._rest = rest
        self._shelf = shelf
        self._voicemail = voicemail
        self._turns = TurnByTurn(host, rest, speech.hear, clock) if settings.voice_mode == "gather" and rest is not None else None
        self._live: dict[str, _Live] = {}
        self._reserved: dict[str, float] = {}  # calls that were told to connect a stream and have not yet
        self._next_dial = 0.0
        self._stopping = False

    # -- life --------------------------------------------------------------------------------------------------------------------

    @property
    def active(self) -> int:
        return len(self._live)

    async def start(self) -> None:
        """Calls of a server that was killed get their ending, and the conversation hears of it."""
        for record in await self._db.run(self._calls.end_interrupted):
            log.warning("call was cut off when the server stopped", call=record.id)
            if record.conversation_id:
                await self._host.handle(Ended(record.conversation_id, "dropped"))

    async def stop(self) -> None:
        """No new calls; running ones finish their sentence, then end."""
        self._stopping = True
        live = list(self._live.values())
        for call in live:
            call.session.wind_down()
        if live:
            finished = asyncio.gather(*(call.done.wait() for call in live))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(finished, DRAIN_SECONDS)

    # -- webhooks: each takes the signed fields and returns TwiML ------------------------------------------------------------------

    async def ringing(self, fields: FormFields, outbound: str | None = None) -> str:
        """`/twilio/voice`: a call comes in, or one of ours was answered."""
        sid = _sid(fields)
        if outbound is not None and fields.get("AnsweredBy").startswith("machine"):
            await self._db.run(lambda: self._calls.set_status(sid, "in-progress", answered_by=fields.get("AnsweredBy")))
            name = self._profile().name
            return twiml.play_and_hang_up(await self._clips(MACHINE_MESSAGE.format(name=name)))
        direction = "outbound" if outbound is not None else "inbound"
        phone = caller_number(fields.get("To" if outbound is not None else "From"))
        token = secrets.token_urlsafe(24)
        record = await self._db.run(lambda: self._calls.begin(sid=sid, direction=direction, source="twilio", phone=phone, token=token))
        if self._turns is not None:
            return await self._first_turn(self._turns, record)
        if not self._has_room(record.id):
            return await self._busy(record)
        return self._connect(record, token)

    async def after(self, fields: FormFields, step: str) -> str:
        """`/twilio/voice/after`: our side closed the stream, a transfer ended, or a voicemail was recorded."""
        record = await self._db.run(self._calls.by_sid, _sid(fields))
        if record is None:
            return twiml.hang_up()
        if step == "dialled":
            return await self._dialled(record, fields.get("DialCallStatus"))
        if step == "recorded":
            await self._finish(record, "voicemail")
            return twiml.hang_up()
        after = record.after or {}
        match after.get("kind"):
            case "transfer":
                return self._dial(str(after["number"]))
            case "voicemail":
                return await self._take_voicemail(int(after.get("seconds", 120)))
            case "hang_up":
                return twiml.hang_up()
            case _:  # the stream broke: once more, then a message
                await self._db.run(self._calls.set_after, record.id, {"kind": "voicemail", "seconds": 120})
                return await self._reconnect(record)

    async def status(self, fields: FormFields) -> None:
        """`/twilio/voice/status`: in any order, never backwards."""
        sid, status = _sid(fields), fields.get("CallStatus")
        answered_by = fields.get("AnsweredBy") or None
        if await self._db.run(lambda: self._calls.set_status(sid, status, answered_by=answered_by)):
            self._events.publish("call.status", None, {"sid": sid, "status": status})

    async def recorded(self, fields: FormFields) -> None:
        """`/twilio/voice/recording`: a voicemail is ready to be fetched."""
        if self._voicemail is None:
            raise Unavailable("no voicemail box is configured")
        sid, url = fields.get("RecordingSid"), fields.get("RecordingUrl")
        if not re.fullmatch(r"RE[0-9a-fA-F]{32}", sid):
            raise InvalidInput("RecordingSid is missing")
        record = await self._db.run(self._calls.by_sid, fields.get("CallSid"))
        await self._voicemail.take(recording_sid=sid, recording_url=url, call=record)

    async def _dialled(self, record: CallRecord, status: str) -> str:
        if status in ("completed", "answered"):
            await self._finish(record, "transferred")
            return twiml.hang_up()
        outcome: Literal["busy", "no-answer", "failed"] = status if status in ("busy", "no-answer") else "failed"  # type: ignore[assignment]
        effects: tuple[Effect, ...] = ()
        if record.conversation_id:
            effects = (await self._host.handle(Transferred(record.conversation_id, outcome))).effects
        await self._db.run(self._calls.set_after, record.id, {"kind": "resume", "effects": [to_json(effect) for effect in effects]})
        return await self._reconnect(record)

    async def _reconnect(self, record: CallRecord) -> str:
        token = secrets.token_urlsafe(24)
        await self._db.run(self._calls.refresh_token, record.id, token)
        return self._connect(record, token)

    async def _busy(self, record: CallRecord) -> str:
        transfer_to = self._profile().transfer_to
        clips = await self._clips(BUSY)
        log.warning("all lines are busy", call=record.id, active=self.active)
        self._events.publish("call.busy", record.conversation_id, {"call": record.id})
        if transfer_to:
            return twiml.dial(transfer_to, self._after("dialled"), caller_id=self._settings.own_number, play=clips[0] if clips else None)
        return await self._take_voicemail(120, BUSY)

    async def _take_voicemail(self, seconds: int, before: str = "") -> str:
        clips = await self._clips(f"{before} {VOICEMAIL_PROMPT}".strip())
        return twiml.voicemail(
            self._after("recorded"), self._url("/twilio/voice/recording"), max_seconds=seconds, play=clips[0] if clips else None
        )

    def _dial(self, number: str) -> str:
        return twiml.dial(number, self._after("dialled"), caller_id=self._settings.own_number)

    def _connect(self, record: CallRecord, token: str) -> str:
        self._reserved[record.id] = self._clock.monotonic()
        stream = self._url("/twilio/media").replace("http", "ws", 1)
        return twiml.connect_stream(stream, token, self._after())

    async def _finish(self, record: CallRecord, reason: Literal["transferred", "voicemail"]) -> None:
        await self._db.run(self._calls.end, record.id, reason)
        if record.conversation_id and reason == "transferred":
            await self._host.handle(Ended(record.conversation_id, "transferred"))

    async def _clips(self, *texts: str) -> list[str]:
        """Our own voice for the provider to play."""
        if self._shelf is None:
            return []
        return [self._url(self._shelf.put(await self._speech.render(text))) for text in texts if text]

    def _after(self, step: str = "") -> str:
        return self._url("/twilio/voice/after" + (f"?step={step}" if step else ""))

    def _url(self, path: str) -> str:
        return self._settings.public_base_url.rstrip("/") + path

    # -- streams -----------------------------------------------------------------------------------------------------------------

    async def media(self, socket: Socket) -> None:
        """An accepted Twilio stream: its token decides which call it is."""
        start = await read_start(socket, self._clock)
        record = None
        if start is not None:
            token, sid, stream = start.parameters.get("token", ""), start.call_sid, start.stream_sid
            record = await self._db.run(lambda: self._calls.claim_stream(token, sid=sid, stream_sid=stream))
        if start is None or record is None:
            log.warning("stream refused", reason="no start" if start is None else "token")
            await _close(socket, 1008)
            return
        await self._run(socket, start, record, record.phone)

    async def softphone(self, socket: Socket, *, role: Literal["caller", "owner"] = "caller", phone: str | None = None) -> None:
        """An accepted browser call: the same protocol and the same session, no provider."""
        start = await read_start(socket, self._clock)
        if start is None:
            await _close(socket, 1008)
            return
        if not self._has_room(None):
            await _close(socket, 1013, BUSY_SOFTPHONE)
            return
        token = secrets.token_urlsafe(24)
        self._reserved[token] = self._clock.monotonic()  # many may ring at once: the line is taken before anything is waited for
        number = caller_number(start.parameters.get("from")) or phone
        try:
            record = await self._db.run(
                lambda: self._calls.begin(sid=None, direction="inbound", source="softphone", phone=number, token=token)
            )
            claimed = await self._db.run(lambda: self._calls.claim_stream(token, sid=None, stream_sid=start.stream_sid))
            self._reserved[record.id] = self._clock.monotonic()
        finally:
            self._reserved.pop(token, None)
        await self._run(socket, start, claimed or record, number, role=role)

    async def _run(self, socket: Socket, start: Start, record: CallRecord, phone: str | None, *, role: str = "caller") -> None:
        conversation = await self._open(record, phone, owner=role == "owner")
        after = record.after or {}
        line = StreamLine(socket, start.stream_sid)

        async def watch(outcome: Outcome, stages: dict[str, float]) -> None:
            await self._record_turn(conversation, outcome, stages)

        session = CallSession(
            host=self._host,
            conversation=conversation,
            speech=lambda on_event: self._speech.session(line, on_event),
            clock=self._clock,
            max_seconds=self._settings.max_call_minutes * 60,
            watch=watch,
            opening=[from_json(effect) for effect in after["effects"]] if after.get("kind") == "resume" and after.get("effects") else None,
            purpose=record.purpose,
        )
        live = _Live(record, session, conversation)
        self._live[record.id] = live
        self._reserved.pop(record.id, None)
        await self._db.run(self._calls.set_after, record.id, None)
        self._events.publish(
            "call.started",
            conversation.id,
            {"call": record.id, "source": record.source, "direction": record.direction, "stream": start.stream_sid},
        )

        async def converse() -> None:
            end = CallEnd("error")
            try:
                end = await session.run()
            finally:  # before the socket closes: the provider asks what follows the moment it does
                await self._close(live, end)

        try:
            await pump(socket, session, line, converse, self._frame_timed)
        finally:
            self._live.pop(record.id, None)
            live.done.set()

    async def _open(self, record: CallRecord, phone: str | None, *, owner: bool = False) -> ConversationRef:
        """The call's conversation; an owner's number asks for the PIN, an owner's console session is proof enough."""
        known = owner or (phone is not None and phone in self._settings.owner_numbers)
        party = Party(record.contact_id, phone, "owner" if known else "caller", proven=owner)
        conversation = await self._host.open("call", party, key=record.id)
        await self._db.run(self._calls.attach, record.id, conversation.id, conversation.party.contact_id)
        return conversation

    async def _close(self, live: _Live, end: CallEnd) -> None:
        record = live.record
        after: dict[str, Any] = {"kind": "hang_up"}
        if isinstance(end.after, Transfer):
            after = {"kind": "transfer", "number": end.after.number}
        elif isinstance(end.after, Voicemail):
            after = {"kind": "voicemail", "seconds": end.after.max_seconds}
        await self._db.run(self._calls.set_after, record.id, after)
        if end.after is None or record.source == "softphone":
            await self._db.run(lambda: self._calls.end(record.id, end.reason, status="failed" if end.reason == "error" else "completed"))
        if isinstance(end.after, Transfer) and record.source == "softphone":
            await self._host.handle(Ended(live.conversation.id, "transferred"))
        self._events.publish("call.ended", live.conversation.id, {"call": record.id, "reason": end.reason})

    def _has_room(self, call_id: str | None) -> bool:
        now = self._clock.monotonic()
        self._reserved = {key: at for key, at in self._reserved.items() if now - at < 15.0}
        others = len(self._live) + len([key for key in self._reserved if key != call_id])
        return not self._stopping and others < self._settings.max_calls

    def pictures_from(self, contact_id: str, pictures: tuple[PictureRef, ...]) -> bool:
        """Pictures texted by somebody who is on the phone right now belong to the call; False when they are not."""
        for live in self._live.values():
            if contact_id == live.conversation.party.contact_id:
                live.session.pictures(pictures)
                return True
        return False

    # -- without streams ---------------------------------------------------------------------------------------------------------

    async def gathered(self, fields: FormFields, *, typed: str = "", many: bool = False) -> str:
        """`/twilio/voice/gather`: one turn of a call without streams.

        A key ends the recording; where `many` are to come, the rest is gathered first, with those `typed` so far in the address.
        """
        record = await self._db.run(self._calls.by_sid, _sid(fields))
        if record is None or record.conversation_id is None or self._turns is None:
            return twiml.hang_up()
        recording, keys = fields.get("RecordingSid"), re.sub(r"[^0-9]", "", fields.get("Digits"))
        if keys and recording and many:
            await self._turns.discard(recording)
            return twiml.more_keys(self._url(f"/twilio/voice/gather?typed={keys[:1]}"))
        posted = Posted((re.sub(r"[^0-9]", "", typed) + keys)[:32], recording)
        return await self._turn_answer(record, await self._turns.take(record.conversation_id, posted))

    async def _first_turn(self, turns: TurnByTurn, record: CallRecord) -> str:
        conversation = await self._open(record, record.phone)
        await self._db.run(lambda: self._calls.set_status(record.sid or "", "in-progress"))
        return await self._turn_answer(record, await turns.start(conversation.id, record.purpose))

    async def _turn_answer(self, record: CallRecord, reply: TurnReply) -> str:
        clips = await self._clips(*reply.words)
        match reply.closing:
            case Transfer(number):
                return twiml.dial(number, self._after("dialled"), caller_id=self._settings.own_number, play=clips[0] if clips else None)
            case Voicemail(seconds):
                return await self._take_voicemail(seconds, " ".join(reply.words))
            case HangUp():
                await self._db.run(lambda: self._calls.end(record.id, "assistant"))
                if record.conversation_id:
                    await self._host.handle(Ended(record.conversation_id, "assistant"))
                return twiml.play_and_hang_up(clips)
        many = "?many=1" if reply.expectation.what in ("phone", "pin", "code") else ""
        return twiml.listen(clips, self._url(f"/twilio/voice/gather{many}"))

    # -- calls we make -----------------------------------------------------------------------------------------------------------

    async def ring(self, to: str, purpose: dict[str, str]) -> str:
        """Call somebody (a reminder, a call back); the id of the call. At most one a second, never twice after a doubt."""
        if self._rest is None or not self._settings.own_number:
            raise Unavailable("no telephone is connected")
        token = secrets.token_urlsafe(24)
        record = await self._db.run(
            lambda: self._calls.begin(sid=None, direction="outbound", source="twilio", phone=to, token=token, purpose=purpose)
        )
        await self._wait_turn()
        for attempt in range(3):
            try:
                placed = await self._rest.create_call(
                    to=to,
                    from_=self._settings.own_number,
                    url=self._url(f"/twilio/voice?outbound={quote(record.id)}"),
                    status_callback=self._url("/twilio/voice/status"),
                    machine_detection="Enable",
                    timeout_seconds=25,
                )
            except (RateLimited, NotReached) as error:
                if attempt == 2:
                    await self._db.run(lambda: self._calls.end(record.id, "not_placed", status="failed"))
                    raise
                await self._clock.sleep(error.retry_after if isinstance(error, TooMany) else 2.0)
            except OutcomeUnknown:
                await self._db.run(lambda: self._calls.end(record.id, "unknown", status="failed"))
                raise
            else:
                await self._db.run(self._calls.dialled, record.id, placed.sid)
                return record.id
        raise AssertionError("unreachable")

    async def _wait_turn(self) -> None:
        now = self._clock.monotonic()
        at = max(now, self._next_dial)
        self._next_dial = at + SECONDS_BETWEEN_CALLS
        if at > now:
            await self._clock.sleep(at - now)

    # -- the way in ----------------------------------------------------------------------------------------------------------------

    def router(self, allow_softphone: Callable[[WebSocket], Awaitable[str | None]]) -> APIRouter:
        """The routes. `allow_softphone` answers with a role for a browser that may call, None for one that may not."""
        router = APIRouter(include_in_schema=False)

        async def fields(request: Request) -> FormFields:
            target = request.scope["raw_path"].decode("latin-1")
            if request.scope["query_string"]:
                target += "?" + request.scope["query_string"].decode("latin-1")
            if self._signature is None:
                raise Unavailable("no telephone is connected")
            signature = request.headers.get(SIGNATURE_HEADER)
            return self._signature.request(target, await request.body(), signature, request.headers.get("content-type"))

        def xml(text: str) -> Response:
            return Response(text, media_type=twiml.CONTENT_TYPE)

        @router.post("/twilio/voice")
        async def voice(request: Request) -> Response:
            return xml(await self.ringing(await fields(request), request.query_params.get("outbound")))

        @router.post("/twilio/voice/after")
        async def after(request: Request) -> Response:
            return xml(await self.after(await fields(request), request.query_params.get("step", "")))

        @router.post("/twilio/voice/gather")
        async def gather(request: Request) -> Response:
            asked = request.query_params
            return xml(await self.gathered(await fields(request), typed=asked.get("typed", "")[:32], many="many" in asked))

        @router.post("/twilio/voice/status")
        async def status(request: Request) -> Response:
            await self.status(await fields(request))
            return Response(status_code=204)

        @router.post("/twilio/voice/recording")
        async def recording(request: Request) -> Response:
            await self.recorded(await fields(request))
            return Response(status_code=204)

        @router.websocket("/twilio/media")
        async def media(socket: WebSocket) -> None:
            target = socket.scope["raw_path"].decode("latin-1") if "raw_path" in socket.scope else socket.url.path
            if self._signature is None or not self._signature.websocket(target, socket.headers.get(SIGNATURE_HEADER)):
                await socket.close(1008)  # before accept: the client sees 403
                return
            await socket.accept()
            await self.media(socket)  # type: ignore[arg-type]

        @router.websocket("/ws/call")
        async def softphone(socket: WebSocket) -> None:
            role = await allow_softphone(socket)
            if role is None:
                await socket.close(1008)
                return
            await socket.accept()
            await self.softphone(socket, role="owner" if role == "owner" else "caller")  # type: ignore[arg-type]

        return router


def _sid(fields: FormFields) -> str:
    sid = fields.get("CallSid")
    if not CALL_SID.match(sid):
        raise InvalidInput("CallSid is missing")
    return sid


async def _close(socket: Socket, code: int, reason: str | None = None) -> None:
    with contextlib.suppress(*GONE):  # the other side may have left already
        await socket.close(code, reason)
