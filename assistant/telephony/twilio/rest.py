"""The provider's REST API: few calls, and errors that say whether the thing may have happened."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx

from assistant.domain.errors import InvalidInput, NotFound, ProviderRefused, TooMany, Unavailable

DEFAULT_BASE_URL = "https://api.twilio.com"
MAX_MEDIA_BYTES = 5 * 1024 * 1024
MAX_REDIRECTS = 3
OPTED_OUT = 21610
_API = "2010-04-01"
_MEDIA_PATH = re.compile(r"^/2010-04-01/Accounts/AC[0-9a-zA-Z]+/Messages/[A-Z]{2}[0-9a-zA-Z]+/Media/ME[0-9a-zA-Z]+$")


class ProviderError(ProviderRefused):
    """The provider said no (4xx); `number` is its error code. Saying it again would not help."""

    def __init__(self, detail: str, *, number: int | None = None, http_status: int = 400) -> None:
        super().__init__(detail)
        self.number = number
        self.http_status = http_status


class OptedOut(ProviderError):
    """The recipient wrote STOP (21610): never again until START."""

    code = "opted_out"


class RateLimited(TooMany):
    """429: nothing was done; try again after `retry_after` seconds."""

    code = "provider_rate"


class NotReached(Unavailable):
    """The connection was never made, so nothing was done; trying again is safe."""

    code = "provider_unreachable"


class OutcomeUnknown(Unavailable):
    """A timeout, a broken connection or a 5xx: it may have happened. Look before doing it again."""

    code = "provider_unknown"
    retryable = False


class MediaRefused(InvalidInput):
    """The media address is not one that we fetch from, or what came is more than we take."""

    code = "media_refused"


class MediaGone(NotFound):
    code = "media_gone"


@dataclass(frozen=True, slots=True)
class ProviderMessage:
    """A text as the provider knows it."""

    sid: str
    status: str
    to: str
    from_: str
    body: str
    created_at: datetime | None
    error_code: int | None = None
    direction: str = ""


@dataclass(frozen=True, slots=True)
class ProviderCall:
    sid: str
    status: str


@dataclass(frozen=True, slots=True)
class FetchedMedia:
    """Bytes from the provider; `claimed_type` is what its header says and proves nothing."""

    content: bytes
    claimed_type: str


class TwilioRest:
    """One account's REST client. Credentials go to `base_url` only. `transport` replaces the network in tests."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        base_url: str = DEFAULT_BASE_URL,
        timeout: float = 10.0,
        media_timeout: float = 20.0,
        transport: httpx.AsyncBaseTransport | None = None,
        media_suffixes: Sequence[str] = (".twilio.com", ".twiliocdn.com"),
    ) -> None:
        self._account = account_sid
        self._base = base_url.rstrip("/")
        self._origin = _origin(self._base)
        self._root = f"/{_API}/Accounts/{account_sid}"
        self._suffixes = tuple(media_suffixes)
        self._media_timeout = media_timeout
        self._auth = httpx.BasicAuth(account_sid, auth_token)
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=min(5.0, timeout)),
            transport=transport,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "local-assistance"},
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    # -- texts -------------------------------------------------------------------------------------------------------------------

    async def create_message(self, *, to: str, from_: str, body: str, status_callback: str | None = None) -> ProviderMessage:
        """Send a text. `OutcomeUnknown` means that it may have been sent: find out with `list_messages` before sending again."""
        form = {"To": to, "From": from_, "Body": body}
        if status_callback:
            form["StatusCallback"] = status_callback
        return _message(await self._call("POST", f"{self._root}/Messages.json", form=form))

    async def get_message(self, sid: str) -> ProviderMessage:
        return _message(await self._call("GET", f"{self._root}/Messages/{quote(sid, safe='')}.json"))

    async def list_messages(self, *, to: str, from_: str, since: datetime, max_pages: int = 10) -> list[ProviderMessage]:
        """What was sent from one number to another since a moment, oldest first.

        Filtered here as well: the provider's date filter looks at the sending date, which a queued text does not have yet.
        """
        path: str | None = f"{self._root}/Messages.json"
        query: Mapping[str, str] | None = {"To": to, "From": from_, "PageSize": "100"}
        found: list[ProviderMessage] = []
        for _ in range(max_pages):
            page = await self._call("GET", path or "", query=query)
            rows = [_message(row) for row in page.get("messages", [])]
            found += [row for row in rows if row.to == to and row.from_ == from_ and (row.created_at is None or row.created_at >= since)]
            path, query = page.get("next_page_uri"), None
            oldest = rows[-1].created_at if rows else None
            newest = rows[0].created_at if rows else None
            if not path or not path.startswith("/") or (oldest and newest and oldest < since and oldest <= newest):
                break
        return sorted(found, key=lambda row: row.created_at or since)

    # -- calls -------------------------------------------------------------------------------------------------------------------

    async def create_call(
        self,
        *,
        to: str,
        from_: str,
        url: str | None = None,
        twiml: str | None = None,
        status_callback: str | None = None,
        machine_detection: str | None = None,
        timeout_seconds: int | None = None,
    ) -> ProviderCall:
        """Ring somebody. Exactly one of `url` and `twiml`. `OutcomeUnknown` means that it may be ringing: never repeat blindly."""
        if (url is None) == (twiml is None):
            raise InvalidInput("a call needs either a url or twiml")
        form = {
            "To": to,
            "From": from_,
            "Url": url,
            "Twiml": twiml,
            "MachineDetection": machine_detection,
            "StatusCallback": status_callback,
        }
        if timeout_seconds is not None:
            form["Timeout"] = str(timeout_seconds)
        return _call_of(await self._call("POST", f"{self._root}/Calls.json", form={k: v for k, v in form.items() if v is not None}))

    async def update_call(self, sid: str, *, url: str | None = None, twiml: str | None = None, status: str | None = None) -> ProviderCall:
        """Redirect a live call, or end it with `status="completed"`. Saying it twice does no harm."""
        form = {k: v for k, v in {"Url": url, "Twiml": twiml, "Status": status}.items() if v is not None}
        return _call_of(await self._call("POST", f"{self._root}/Calls/{quote(sid, safe='')}.json", form=form))

    async def get_call(self, sid: str) -> ProviderCall:
        return _call_of(await self._call("GET", f"{self._root}/Calls/{quote(sid, safe='')}.json"))

    # -- media and recordings ----------------------------------------------------------------------------------------------------

    async def fetch_media(self, url: str, *, max_bytes: int = MAX_MEDIA_BYTES) -> FetchedMedia:
        """The bytes behind a `MediaUrl`. Credentials only to the API's own host, redirects followed without them and only to its CDN."""
        try:
            async with asyncio.timeout(self._media_timeout):
                return await self._fetch(url, max_bytes)
        except TimeoutError as error:
            raise Unavailable("the media host is too slow") from error

    async def delete_media(self, url: str) -> None:
        """Remove a picture at the provider; one that is gone already is fine. Only for media addresses of this API."""
        if _origin(url) != self._origin or not _MEDIA_PATH.match(urlsplit(url).path):
            raise MediaRefused("not a media address of this account")
        await self._delete(urlsplit(url).path)

    async def fetch_recording(self, sid: str, *, max_bytes: int = 50 * 1024 * 1024) -> FetchedMedia:
        """A call recording as WAV."""
        return await self.fetch_media(f"{self._base}{self._root}/Recordings/{quote(sid, safe='')}.wav", max_bytes=max_bytes)

    async def delete_recording(self, sid: str) -> None:
        await self._delete(f"{self._root}/Recordings/{quote(sid, safe='')}")

    async def account_status(self) -> str:
        """`active` when the credentials work."""
        return str((await self._call("GET", f"{self._root}.json")).get("status", ""))

    # -- inside ------------------------------------------------------------------------------------------------------------------

    async def _delete(self, path: str) -> None:
        try:
            await self._call("DELETE", path if path.endswith(".json") else path + ".json")
        except ProviderError as error:
            if error.http_status != 404:
                raise

    async def _call(
        self, method: str, path: str, *, form: Mapping[str, str | None] | None = None, query: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        try:
            response = await self._http.request(method, self._base + path, data=form, params=query, auth=self._auth)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotReached("no connection to the provider") from error
        except httpx.TransportError as error:
            raise OutcomeUnknown(f"no answer from the provider ({type(error).__name__})") from error
        if response.status_code == 429:
            raise RateLimited("the provider asks to slow down", retry_after=_retry_after(response))
        if response.status_code >= 500 or response.is_redirect:
            raise OutcomeUnknown(f"the provider answered {response.status_code}")
        body = _json(response)
        if response.status_code >= 400:
            number = body.get("code") if isinstance(body.get("code"), int) else None
            kind = OptedOut if number == OPTED_OUT else ProviderError
            raise kind(f"the provider refused: {number or response.status_code}", number=number, http_status=response.status_code)
        if method == "POST" and not body.get("sid"):
            raise OutcomeUnknown("the provider's answer makes no sense")
        return body

    async def _fetch(self, url: str, max_bytes: int) -> FetchedMedia:
        own = _origin(url) == self._origin
        if not own:
            raise MediaRefused("media is fetched from the provider only")
        for _ in range(MAX_REDIRECTS + 1):
            try:
                async with self._http.stream("GET", url, auth=self._auth if own else None) as response:
                    if response.is_redirect:
                        url = urljoin(url, response.headers["location"])
                        await self._check_redirect(url)
                        own = False  # from here on nobody sees our credentials, not even the same host
                        continue
                    return await _read(response, max_bytes)
            except httpx.TransportError as error:
                raise Unavailable(f"the media host does not answer ({type(error).__name__})") from error
        raise MediaRefused("too many redirects")

    async def _check_redirect(self, url: str) -> None:
        if _origin(url) == self._origin:
            return
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        cdn = any(host.endswith(suffix) for suffix in self._suffixes)
        bucket = host.startswith("s3") and host.endswith(".amazonaws.com") and parts.path.startswith("/media.twiliocdn.com/")
        if parts.scheme != "https" or not (cdn or bucket) or not await _is_public(host, parts.port or 443):
            raise MediaRefused("the media address leads somewhere else")


async def _read(response: httpx.Response, max_bytes: int) -> FetchedMedia:
    if response.status_code in (404, 410):
        raise MediaGone("the media is gone")
    if response.status_code >= 500 or response.status_code == 429:
        raise Unavailable(f"the media host answered {response.status_code}")
    if response.status_code != 200:
        raise MediaRefused(f"the media host answered {response.status_code}")
    if int(response.headers.get("content-length") or 0) > max_bytes:
        raise MediaRefused("the media is too large", code="media_too_large")
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise MediaRefused("the media is too large", code="media_too_large")
    return FetchedMedia(bytes(content), response.headers.get("content-type", "").partition(";")[0].strip().lower())


async def _is_public(host: str, port: int) -> bool:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(item[4][0]).is_global for item in found)


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return ("", "", None)
    return (parts.scheme.lower(), (parts.hostname or "").lower(), port)


def _retry_after(response: httpx.Response) -> float:
    try:
        return min(max(float(response.headers.get("retry-after", "1")), 0.1), 3600.0)
    except ValueError:
        return 1.0


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json() if response.content else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _message(row: Mapping[str, Any]) -> ProviderMessage:
    created = row.get("date_created")
    return ProviderMessage(
        sid=str(row.get("sid", "")),
        status=str(row.get("status", "")),
        to=str(row.get("to", "")),
        from_=str(row.get("from", "")),
        body=str(row.get("body", "")),
        created_at=parsedate_to_datetime(created) if created else None,
        error_code=row.get("error_code") if isinstance(row.get("error_code"), int) else None,
        direction=str(row.get("direction", "")),
    )


def _call_of(row: Mapping[str, Any]) -> ProviderCall:
    return ProviderCall(str(row.get("sid", "")), str(row.get("status", "")))
