"""The provider's text webhooks: proven, stored in one transaction, and answered at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy.exc import IntegrityError

from assistant.domain.errors import InvalidInput, NotAllowed
from assistant.domain.ports import EventSink
from assistant.storage.batch import WriteBatch
from assistant.storage.database import Database
from assistant.storage.messages import InboundText, Inbox
from assistant.storage.outbox import Outbox
from assistant.telephony.twilio.signature import SIGNATURE_HEADER, FormFields, SignatureCheck

MAX_BODY = 256 * 1024
MAX_MEDIA = 10
EMPTY_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
_SID = re.compile(r"^[A-Z]{2}[0-9a-zA-Z]{1,62}$")
_FAILED = ("failed", "undelivered")


@dataclass(frozen=True, kw_only=True)
class TextDoor:
    """What the two webhooks need. `wake` gets the contact whose inbox has grown; it must return at once."""

    signature: SignatureCheck
    account_sid: str
    db: Database
    inbox: Inbox
    outbox: Outbox
    wake: Callable[[str], None]
    events: EventSink


def router(door: TextDoor) -> APIRouter:
    """`POST /twilio/sms` and `/twilio/sms/status`."""
    routes = APIRouter(prefix="/twilio", include_in_schema=False)
    batch = WriteBatch(door.db)

    @routes.post("/sms")
    async def incoming(request: Request) -> Response:
        fields = await _proven(request, door)
        if fields is None:
            return _refusal(request)
        if request.headers.get("content-type", "").startswith("application/json"):  # a signed event, but no text
            return Response(status_code=204)
        text = _text(fields)
        if text is None:
            return Response("a text has a MessageSid and a From", status_code=400)
        try:
            taken = await batch.run(lambda session: door.inbox.take_in(session, text))
        except IntegrityError:  # another process was taking in the same text at this very moment
            return Response(EMPTY_TWIML, media_type="application/xml")
        if taken.fresh and taken.contact_id is not None:
            door.wake(taken.contact_id)
        return Response(EMPTY_TWIML, media_type="application/xml")

    @routes.post("/sms/status")
    async def status(request: Request) -> Response:
        fields = await _proven(request, door)
        if fields is None:
            return _refusal(request)
        sid, reported = fields.get("MessageSid"), (fields.get("MessageStatus") or fields.get("SmsStatus")).lower()
        if not _SID.match(sid) or not reported:
            return Response("a status has a MessageSid and a MessageStatus", status_code=400)
        code = fields.get("ErrorCode")
        number, outbox_id = int(code) if code.isdecimal() else None, request.query_params.get("o")
        changed = await batch.run(
            lambda session: door.outbox.status(session, sid=sid, status=reported, outbox_id=outbox_id, error_code=number)
        )
        if changed is not None:
            kind = "text.failed" if reported in _FAILED else "text.status"
            about = {"outbox_id": changed.id, "status": reported, "error_code": number, "contact_id": changed.contact_id}
            door.events.publish(kind, None, about)
        return Response(status_code=204)

    return routes


async def _proven(request: Request, door: TextDoor) -> FormFields | None:
    """The fields when the signature holds and the account is ours; None otherwise."""
    body = await _body(request)
    if body is None:
        request.state.too_large = True
        return None
    target = request.scope.get("raw_path", request.url.path.encode()).partition(b"?")[0].decode("latin-1")
    query = request.scope.get("query_string", b"").decode("latin-1")
    try:
        fields = door.signature.request(
            f"{target}?{query}" if query else target, body, request.headers.get(SIGNATURE_HEADER), request.headers.get("content-type")
        )
    except (NotAllowed, InvalidInput):
        return None
    if fields.get("AccountSid", door.account_sid) != door.account_sid:
        return None
    return fields


def _refusal(request: Request) -> Response:
    return Response(status_code=413 if getattr(request.state, "too_large", False) else 403)


async def _body(request: Request) -> bytes | None:
    """The raw body, or None when it is larger than any text can be."""
    if int(request.headers.get("content-length") or 0) > MAX_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _text(fields: FormFields) -> InboundText | None:
    sid, sender = fields.get("MessageSid") or fields.get("SmsSid"), fields.get("From").strip()
    if not _SID.match(sid) or not sender or len(sender) > 60:
        return None
    try:
        amount = min(max(int(fields.get("NumMedia", "0") or "0"), 0), MAX_MEDIA)
    except ValueError:
        amount = 0
    named = [(fields.get(f"MediaUrl{index}"), fields.get(f"MediaContentType{index}")) for index in range(amount)]
    media = tuple((url, mime) for url, mime in named if url)
    return InboundText(sid=sid, sender=sender, body=fields.get("Body"), media=media, opt_out_type=fields.get("OptOutType")[:10])
