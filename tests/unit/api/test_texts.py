"""The text webhooks through HTTP: what is let in, and what it leaves behind."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI

from assistant.api.texts import TextDoor, router
from assistant.storage.tables import Contact, InboxItem, Media, Message, WebhookClaim
from assistant.telephony.twilio.signature import SignatureCheck
from tests.support.texting import Workshop, workshop

TOKEN, ACCOUNT, BASE = "a token", "AC" + "0" * 32, "https://phone.example.com"


class Phone:
    """Posts as the provider does."""

    def __init__(self, shop: Workshop, http: httpx.AsyncClient, woken: list[str]) -> None:
        self.shop = shop
        self.http = http
        self.woken = woken

    async def post(self, path: str, fields: dict[str, str], *, token: str = TOKEN, extra: str = "") -> httpx.Response:
        signed = BASE + path + "".join(name + fields[name] for name in sorted(fields))
        signature = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        return await self.http.post(path, content=(urlencode(fields) + extra).encode(), headers=headers)

    async def text(self, body: str, sid: str = "SM1", **fields: str) -> httpx.Response:
        named = {"MessageSid": sid, "From": "+12025550101", "Body": body, "AccountSid": ACCOUNT, "NumMedia": "0", **fields}
        return await self.post("/twilio/sms", named)

    def rows(self, table: type) -> int:
        with self.shop.db.read() as session:
            return int(session.query(table).count())


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    shop, woken = workshop(tmp_path), []  # type: ignore[var-annotated]
    door = TextDoor(
        signature=SignatureCheck(TOKEN, BASE),
        account_sid=ACCOUNT,
        db=shop.db,
        inbox=shop.inbox,
        outbox=shop.outbox,
        wake=woken.append,
        events=shop.events,
    )
    app = FastAPI()
    app.include_router(router(door))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http:
        yield Phone(shop, http, woken)
    shop.db.close()


async def test_a_text_is_stored_and_answered_with_nothing(phone: Phone) -> None:
    answer = await phone.text("hello")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/xml"
    assert answer.text.endswith("<Response/>")
    assert len(phone.woken) == 1 and phone.rows(InboxItem) == phone.rows(Message) == phone.rows(WebhookClaim) == 1


async def test_repeats_and_simultaneous_copies_are_one_text(phone: Phone) -> None:
    answers = await asyncio.gather(*(phone.text("hello") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    await phone.text("hello")
    assert phone.rows(InboxItem) == 1 and len(phone.woken) == 1


async def test_many_at_once_are_all_kept(phone: Phone) -> None:
    answers = await asyncio.gather(*(phone.text(f"n{n}", sid=f"SM{n}", From=f"+1202555{n % 7:04d}") for n in range(60)))
    assert {answer.status_code for answer in answers} == {200}
    assert phone.rows(InboxItem) == 60 and phone.rows(Contact) == 7


@pytest.mark.parametrize("how", ["token", "extra", "account", "unsigned"])
async def test_what_is_not_proven_leaves_nothing(phone: Phone, how: str) -> None:
    fields = {"MessageSid": "SM1", "From": "+12025550101", "Body": "hi", "AccountSid": ACCOUNT}
    if how == "token":
        answer = await phone.post("/twilio/sms", fields, token="wrong")
    elif how == "extra":
        answer = await phone.post("/twilio/sms", fields, extra="&Body=evil")
    elif how == "account":
        answer = await phone.post("/twilio/sms", {**fields, "AccountSid": "AC" + "f" * 32})
    else:
        answer = await phone.http.post("/twilio/sms", data=fields)
    assert answer.status_code == 403 and answer.text == ""
    assert phone.rows(Message) == phone.rows(Contact) == phone.rows(WebhookClaim) == 0 and phone.woken == []


@pytest.mark.parametrize(
    "fields",
    [
        {"Body": "x"},
        {"MessageSid": "SM1", "Body": "x"},
        {"From": "+1", "MessageSid": "not a sid!"},
        {"MessageSid": "SM1", "From": "x" * 80},
        {},
    ],
)
async def test_signed_nonsense_is_refused_politely(phone: Phone, fields: dict[str, str]) -> None:
    assert (await phone.post("/twilio/sms", fields)).status_code == 400
    assert phone.rows(Message) == 0


async def test_odd_numbers_of_media_do_no_harm(phone: Phone) -> None:
    assert (await phone.text("x", sid="SM1", NumMedia="many")).status_code == 200
    named = {f"MediaUrl{n}": f"https://api.example.com/{n}" for n in range(14)}
    assert (await phone.text("x", sid="SM2", NumMedia="14", **named)).status_code == 200
    assert phone.rows(Media) == 10


async def test_too_much_is_not_read(phone: Phone) -> None:
    assert (await phone.text("x" * 2_000_000)).status_code == 413
    assert phone.rows(Message) == 0


async def test_blank_and_padded_bodies_are_kept_as_they_are(phone: Phone) -> None:
    await phone.text("  hi \r\n", sid="SM1")
    await phone.text("", sid="SM2")
    assert {message.body for message in phone.shop.messages.page()} == {"  hi \r\n", ""}


async def test_a_status_finds_its_text_and_never_goes_back(phone: Phone) -> None:
    contact = phone.shop.text("hello")
    await phone.shop.run(contact)
    sid = phone.shop.provider.messages[0].sid
    for status in ("delivered", "sent", "queued"):
        answer = await phone.post("/twilio/sms/status", {"MessageSid": sid, "MessageStatus": status, "AccountSid": ACCOUNT})
        assert answer.status_code == 204
    assert phone.shop.outbox.page()[0].status == "delivered"


async def test_a_failed_delivery_is_told(phone: Phone) -> None:
    contact = phone.shop.text("hello")
    await phone.shop.run(contact)
    record = phone.shop.outbox.page()[0]
    fields = {"MessageSid": phone.shop.provider.messages[0].sid, "MessageStatus": "undelivered", "ErrorCode": "30003"}
    assert (await phone.post(f"/twilio/sms/status?o={record.id}", fields)).status_code == 204
    assert ("text.failed", 30003) in [(kind, data.get("error_code")) for kind, data in phone.shop.events.seen]


async def test_statuses_of_strangers_change_nothing(phone: Phone) -> None:
    assert (await phone.post("/twilio/sms/status", {"MessageSid": "SMother", "MessageStatus": "sent"})).status_code == 204
    assert (await phone.post("/twilio/sms/status", {"MessageSid": "SMother"})).status_code == 400
    assert (await phone.http.post("/twilio/sms/status", data={"MessageSid": "SM1"})).status_code == 403
