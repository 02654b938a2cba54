"""Calendars elsewhere: a CalDAV collection that we read and write, or an iCalendar address that we only read. Synchronous: use a thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import httpx
from caldav.davclient import DAVClient
from caldav.lib.error import AuthorizationError, DAVError, NotFoundError

from assistant.domain.errors import InvalidInput, ProviderRefused, Unavailable
from assistant.scheduling.ical import MAX_BYTES

_TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Resource:
    """One file of a calendar there."""

    href: str
    etag: str | None
    data: bytes


class Changed(Exception):
    """Somebody changed the resource there since it was read."""


class RemoteCalendar(Protocol):
    """Every method may raise Unavailable (try again later) or ProviderRefused (wrong address or password)."""

    writable: bool

    def fetch(self, start: datetime, end: datetime) -> list[Resource]:
        """What overlaps [start, end)."""
        ...

    def get(self, href: str) -> Resource | None: ...

    def put(self, name: str, data: bytes, *, href: str | None, etag: str | None) -> str:
        """Write a resource, its href comes back; raises Changed unless it is still as `etag` says (None: not there yet)."""
        ...

    def delete(self, href: str, *, etag: str | None) -> None: ...

    def close(self) -> None: ...


def check_url(url: str) -> str:
    """An address that we may speak to: http(s), `webcal` read as https, no credentials inside."""
    if url.startswith("webcal://"):
        url = "https://" + url.removeprefix("webcal://")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput("a calendar address starts with https://", code="bad_url")
    if parts.username or parts.password:
        raise InvalidInput("give the user name and password beside the address, not in it", code="bad_url")
    return url


class CalDavCalendar:
    """A CalDAV collection; `url` is the collection's own address, or a server's, whose first calendar is then taken."""

    writable = True

    def __init__(self, url: str, user: str | None, password: str | None) -> None:
        self._url = url
        self._client: Any = DAVClient(url=url, username=user, password=password, timeout=_TIMEOUT)
        self._found: Any = None

    def fetch(self, start: datetime, end: datetime) -> list[Resource]:
        with _trouble():
            found = self._calendar().search(event=True, start=start, end=end, expand=False)
            return [_resource(item) for item in found if item.data]

    def get(self, href: str) -> Resource | None:
        with _trouble():
            response = self._client.request(self._absolute(href), "GET")
        if response.status in (404, 410):
            return None
        if response.status >= 400:
            raise _refused(response.status)
        return Resource(href, response.headers.get("etag"), response.raw.encode() if isinstance(response.raw, str) else response.raw)

    def put(self, name: str, data: bytes, *, href: str | None, etag: str | None) -> str:
        with _trouble():
            target = self._absolute(href) if href else urljoin(str(self._calendar().url).rstrip("/") + "/", f"{name}.ics")
            guard = {"If-Match": etag} if etag else {"If-None-Match": "*"} if href is None else {}
            headers = {"Content-Type": "text/calendar; charset=utf-8", **guard}
            response = self._client.request(target, "PUT", data.decode(), headers)
        if response.status == 412:
            raise Changed
        if response.status >= 400:
            raise _refused(response.status)
        return urlsplit(target).path

    def delete(self, href: str, *, etag: str | None) -> None:
        with _trouble():
            response = self._client.request(self._absolute(href), "DELETE", "", {"If-Match": etag} if etag else {})
        if response.status == 412:
            raise Changed
        if response.status >= 400 and response.status not in (404, 410):
            raise _refused(response.status)

    def close(self) -> None:
        self._client.close()

    def _absolute(self, href: str) -> str:
        """Hrefs are kept as paths on the calendar's own host: an event's address never sends our password elsewhere."""
        return urljoin(str(self._calendar().url), urlsplit(href).path)

    def _calendar(self) -> Any:
        if self._found is None:
            direct = self._client.calendar(url=self._url)
            if self._is_calendar():
                self._found = direct
            else:
                owned = self._client.principal().calendars()
                if not owned:
                    raise ProviderRefused("there is no calendar at that address")
                self._found = owned[0]
        return self._found

    def _is_calendar(self) -> bool:
        body = '<?xml version="1.0"?><d:propfind xmlns:d="DAV:"><d:prop><d:resourcetype/></d:prop></d:propfind>'
        response = self._client.propfind(self._url, body, 0)
        if response.status >= 400:
            raise _refused(response.status)
        tree = response.tree
        return tree is not None and any(True for _ in tree.iter("{urn:ietf:params:xml:ns:caldav}calendar"))


class IcsAddress:
    """An iCalendar file behind an address: read only. Redirects are followed, nothing secret is sent."""

    writable = False

    def __init__(self, url: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url
        self._client = httpx.Client(timeout=_TIMEOUT, follow_redirects=True, max_redirects=5, transport=transport)

    def fetch(self, start: datetime, end: datetime) -> list[Resource]:
        data = bytearray()
        try:
            with self._client.stream("GET", self._url, headers={"Accept": "text/calendar"}) as response:
                if response.status_code >= 400:
                    raise _refused(response.status_code)
                for piece in response.iter_bytes():
                    data += piece
                    if len(data) > MAX_BYTES:
                        raise InvalidInput("that calendar is too large", code="too_large")
        except httpx.HTTPError as error:
            raise Unavailable(f"calendar address: {type(error).__name__}") from error
        return [Resource(self._url, response.headers.get("etag"), bytes(data))]

    def get(self, href: str) -> Resource | None:
        return None

    def put(self, name: str, data: bytes, *, href: str | None, etag: str | None) -> str:
        raise ProviderRefused("that calendar can only be read")

    def delete(self, href: str, *, etag: str | None) -> None:
        raise ProviderRefused("that calendar can only be read")

    def close(self) -> None:
        self._client.close()


def _resource(item: Any) -> Resource:
    data = item.data
    return Resource(urlsplit(str(item.url)).path, item.etag, data.encode() if isinstance(data, str) else data)


def _refused(status: int) -> ProviderRefused | Unavailable:
    if status in (408, 429) or status >= 500:
        return Unavailable(f"calendar server answered {status}")
    return ProviderRefused(f"calendar server answered {status}")


class _trouble:
    """The client library's failures as ours; none of them may carry addresses or event texts into a log."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, AuthorizationError):
            raise ProviderRefused("the calendar server refused the user name or password", code="calendar_login") from error
        if isinstance(error, NotFoundError):
            raise ProviderRefused("there is no calendar at that address") from error
        if isinstance(error, DAVError):
            raise Unavailable(f"calendar server: {type(error).__name__}") from error
        if isinstance(error, OSError):  # the HTTP library's failures are OSErrors
            raise Unavailable(f"calendar server: {type(error).__name__}") from error


def total_bytes(resources: Iterable[Resource]) -> int:
    return sum(len(resource.data) for resource in resources)
