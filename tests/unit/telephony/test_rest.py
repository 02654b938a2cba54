"""The provider's API against a transport of ours: what each failure means, and who gets to see credentials."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from assistant.domain.errors import Unavailable
from assistant.telephony.twilio.rest import (
    MediaGone,
    MediaRefused,
    NotReached,
    OptedOut,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    TwilioRest,
)

ACCOUNT = "AC" + "0" * 32
API = "https://api.example.com"
MEDIA = f"{API}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
Handler = Callable[[httpx.Request], httpx.Response]


def client(handler: Handler, **options: object) -> TwilioRest:
    return TwilioRest(ACCOUNT, "secret", base_url=API, transport=httpx.MockTransport(handler), **options)  # type: ignore[arg-type]


def always(status: int, json: object = None, headers: dict[str, str] | None = None) -> Handler:
    return lambda request: httpx.Response(status, json=json or {}, headers=headers)


async def send(rest: TwilioRest) -> str:
    return (await rest.create_message(to="+15005550001", from_="+15005550006", body="hi")).sid


async def test_a_text_is_posted_once_with_its_callback() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(201, json={"sid": "SM1", "status": "queued", "to": "+15005550001", "from": "+15005550006", "body": "hi"})

    message = await client(handler).create_message(to="+15005550001", from_="+15005550006", body="hi", status_callback="https://us/cb")
    assert (message.sid, message.status) == ("SM1", "queued")
    assert seen[0].content == b"To=%2B15005550001&From=%2B15005550006&Body=hi&StatusCallback=https%3A%2F%2Fus%2Fcb"
    assert seen[0].headers["authorization"].startswith("Basic ")


async def test_429_says_when_to_come_back() -> None:
    with pytest.raises(RateLimited) as caught:
        await send(client(always(429, {}, {"Retry-After": "7"})))
    assert caught.value.retry_after == 7


async def test_stop_is_told_apart_from_other_refusals() -> None:
    with pytest.raises(OptedOut):
        await send(client(always(400, {"code": 21610})))
    with pytest.raises(ProviderError) as caught:
        await send(client(always(400, {"code": 21211})))
    assert not isinstance(caught.value, OptedOut) and caught.value.number == 21211


@pytest.mark.parametrize("status", [500, 502, 503, 302])
async def test_a_server_error_leaves_the_outcome_unknown(status: int) -> None:
    with pytest.raises(OutcomeUnknown):
        await send(client(always(status, {}, {"Location": "https://elsewhere.example.com"})))


async def test_an_answer_without_a_sid_is_unknown_too() -> None:
    with pytest.raises(OutcomeUnknown):
        await send(client(lambda request: httpx.Response(201, text="<html>")))


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (httpx.ConnectError("refused"), NotReached),
        (httpx.ConnectTimeout("slow"), NotReached),
        (httpx.ReadTimeout("slow"), OutcomeUnknown),
        (httpx.RemoteProtocolError("cut"), OutcomeUnknown),
    ],
)
async def test_only_a_connection_never_made_is_surely_nothing(raised: Exception, expected: type[Exception]) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise raised

    with pytest.raises(expected):
        await send(client(handler))


async def test_listing_keeps_what_fits_and_follows_pages() -> None:
    def row(sid: str, to: str, created: str) -> dict[str, str]:
        return {"sid": sid, "to": to, "from": "+15005550006", "body": "x", "status": "sent", "date_created": created}

    pages = {
        "0": {
            "messages": [
                row("SM3", "+15005550001", "Tue, 01 Dec 2026 10:00:30 +0000"),
                row("SM9", "+15005550002", "Tue, 01 Dec 2026 10:00:20 +0000"),
            ],
            "next_page_uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=1",
        },
        "1": {
            "messages": [
                row("SM2", "+15005550001", "Tue, 01 Dec 2026 10:00:10 +0000"),
                row("SM1", "+15005550001", "Tue, 01 Dec 2026 09:00:00 +0000"),
            ],
            "next_page_uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=2",
        },
    }
    rest = client(lambda request: httpx.Response(200, json=pages[request.url.params.get("Page", "0")]))
    found = await rest.list_messages(to="+15005550001", from_="+15005550006", since=datetime(2026, 12, 1, 10, tzinfo=UTC))
    assert [message.sid for message in found] == ["SM2", "SM3"]


async def test_media_redirects_never_carry_credentials() -> None:
    seen: list[tuple[str, bool]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append((request.url.path, "authorization" in request.headers))
        if request.url.path.startswith("/2010"):
            return httpx.Response(307, headers={"Location": "/_cdn/x"})
        return httpx.Response(200, content=b"pixels", headers={"Content-Type": "image/png; x=1"})

    media = await client(handler).fetch_media(MEDIA)
    assert (media.content, media.claimed_type) == (b"pixels", "image/png")
    assert [auth for _, auth in seen] == [True, False]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/none",
        "https://169.254.169.254/latest/meta-data",
        "https://api.example.com.evil.example/x",
        "http://api.example.com/x",
        "https://api.example.com:8443/x",
        "https://api.example.com@evil.example/x",
        "file:///etc/passwd",
        "https://[broken/x",
    ],
)
async def test_media_from_anywhere_else_is_not_fetched(url: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise AssertionError("nothing may be requested")

    with pytest.raises(MediaRefused):
        await client(handler).fetch_media(url)


@pytest.mark.parametrize("target", ["http://127.0.0.1:80/x", "https://10.0.0.1/x", "https://evil.example/x", "http://cdn.twiliocdn.com/x"])
async def test_a_redirect_to_a_stranger_is_refused(target: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "api.example.com"
        return httpx.Response(302, headers={"Location": target})

    with pytest.raises(MediaRefused):
        await client(handler).fetch_media(MEDIA)


async def test_too_many_redirects_end() -> None:
    with pytest.raises(MediaRefused):
        await client(always(302, {}, {"Location": MEDIA})).fetch_media(MEDIA)


async def test_media_that_is_too_large_is_cut_off() -> None:
    rest = client(lambda request: httpx.Response(200, content=b"x" * 2000))
    with pytest.raises(MediaRefused) as caught:
        await rest.fetch_media(MEDIA, max_bytes=1000)
    assert caught.value.reason == "media_too_large"


@pytest.mark.parametrize(("status", "expected"), [(404, MediaGone), (401, MediaRefused), (503, Unavailable)])
async def test_each_refusal_of_the_media_host_has_its_meaning(status: int, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        await client(always(status)).fetch_media(MEDIA)


async def test_deleting_media_twice_is_fine_and_only_media_is_deleted() -> None:
    deleted: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        deleted.append(request.url.path)
        return httpx.Response(204 if len(deleted) == 1 else 404)

    rest = client(handler)
    await rest.delete_media(MEDIA)
    await rest.delete_media(MEDIA)
    assert deleted == [MEDIA.removeprefix(API) + ".json"] * 2
    with pytest.raises(MediaRefused):
        await rest.delete_media(f"{API}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1")


async def test_a_call_needs_one_instruction() -> None:
    rest = client(lambda request: httpx.Response(201, json={"sid": "CA1", "status": "queued"}))
    call = await rest.create_call(to="+15005550001", from_="+15005550006", twiml="<Response/>")
    assert call.sid == "CA1"
    with pytest.raises(Exception, match="either"):
        await rest.create_call(to="+15005550001", from_="+15005550006")
