"""The only door to any cloud: consent, redaction, budget, audit, then the request; without consent there is no request at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from assistant.domain.clock import Clock
from assistant.domain.errors import InvalidInput, Unavailable
from assistant.storage.access import AuditLog, ConsentLedger
from assistant.storage.database import Database

Purpose = Literal["language_model"]
_BETWEEN = "\n\x1e\n"


class NoConsent(Unavailable):
    """Nobody has agreed that this leaves the machine; for an engine behind this door that is one more way of not being there."""

    code, status, retryable, say = "no_consent", 403, False, "I can't look that up, because nothing leaves this machine."


class OverBudget(Unavailable):
    code, status, say = "cloud_budget", 429, "I can't look that up any more today."


@dataclass(frozen=True, slots=True)
class Budget:
    """What may leave in one day."""

    requests: int = 500
    bytes_out: int = 5_000_000


@dataclass(slots=True)
class _Spent:
    day: str = ""
    requests: int = 0
    bytes_out: int = 0


@dataclass(frozen=True, slots=True)
class Destination:
    """A service that a purpose may reach: one host, over TLS."""

    purpose: Purpose
    host: str


@dataclass(frozen=True)
class CloudProxy:
    """Destinations are fixed at start from the settings; consent is the owner's, given per purpose and withdrawn at any time.

    `mask` replaces personal data in every text of a JSON body and gives back a function that restores it in the answer.
    """

    db: Database
    consents: ConsentLedger
    audit: AuditLog
    clock: Clock
    mask: Callable[[str], tuple[str, Callable[[str], str]]]
    destinations: tuple[Destination, ...] = ()
    budget: Budget = Budget()
    network: httpx.AsyncBaseTransport | None = None
    _spent: _Spent = field(default_factory=_Spent)

    def transport(self, purpose: Purpose) -> httpx.AsyncBaseTransport:
        """An httpx transport through this door: what an engine that is not on this machine is given instead of the network."""
        return _Guarded(self, purpose, self.network or httpx.AsyncHTTPTransport(retries=0))

    async def permit(self, purpose: Purpose, request: httpx.Request) -> tuple[httpx.Request, Callable[[str], str]]:
        """The request as it may leave, noted in the audit before it does. Raises NoConsent, OverBudget or InvalidInput."""
        host = urlsplit(str(request.url)).hostname or ""
        if request.url.scheme != "https" or Destination(purpose, host) not in self.destinations:
            raise InvalidInput(f"{host} is not a destination for {purpose}")
        body, restore = self._masked(await request.aread())
        now = self.clock.now()
        self._charge(len(body), now)
        await self.db.run(self._agreed_and_noted, purpose, host, len(body))
        headers = {key: value for key, value in request.headers.items() if key.lower() != "content-length"}
        return httpx.Request(request.method, request.url, headers=headers, content=body, extensions=request.extensions), restore

    def _agreed_and_noted(self, purpose: Purpose, host: str, size: int) -> None:
        with self.db.write() as session:
            if not self.consents.granted(session, None, "cloud"):
                raise NoConsent("the owner has not agreed that anything leaves this machine")
            self.audit.add(session, action=f"cloud.{purpose}", actor="assistant", destination=host, size=size)

    def _charge(self, size: int, now: datetime) -> None:
        spent, day = self._spent, now.date().isoformat()
        if spent.day != day:
            spent.day, spent.requests, spent.bytes_out = day, 0, 0
        if spent.requests + 1 > self.budget.requests or spent.bytes_out + size > self.budget.bytes_out:
            raise OverBudget("today's cloud budget is spent")
        spent.requests += 1
        spent.bytes_out += size

    def _masked(self, body: bytes) -> tuple[bytes, Callable[[str], str]]:
        if not body:
            return body, lambda text: text
        try:
            data = json.loads(body)
        except ValueError:
            raise InvalidInput("only JSON may leave, because only that can be masked") from None
        words = list(_texts(data))
        # Masked as one text, so that a placeholder means the same in all of them.
        masked, restore = self.mask(_BETWEEN.join(word.replace(_BETWEEN, " ") for word in words))
        pieces = iter(masked.split(_BETWEEN))
        return json.dumps(_replaced(data, pieces), ensure_ascii=False).encode(), restore


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)


def _replaced(value: Any, texts: Iterator[str]) -> Any:
    """The same value with its texts, in the same order, from `texts`."""
    if isinstance(value, str):
        return next(texts)
    if isinstance(value, list):
        return [_replaced(item, texts) for item in value]
    if isinstance(value, Mapping):
        return {key: _replaced(item, texts) for key, item in value.items()}
    return value


def _restored(content: bytes, restore: Callable[[str], str]) -> bytes:
    try:
        data = json.loads(content)
    except ValueError:
        return restore(content.decode("utf-8", "replace")).encode()
    return json.dumps(_replaced(data, map(restore, list(_texts(data)))), ensure_ascii=False).encode()


class _Guarded(httpx.AsyncBaseTransport):
    """Answers arrive whole: a placeholder in two pieces of a stream could not be put back."""

    def __init__(self, proxy: CloudProxy, purpose: Purpose, network: httpx.AsyncBaseTransport) -> None:
        self._proxy = proxy
        self._purpose = purpose
        self._network = network

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        permitted, restore = await self._proxy.permit(self._purpose, request)
        response = await self._network.handle_async_request(permitted)
        content = _restored(await response.aread(), restore)  # before the engine reads it
        headers = {key: value for key, value in response.headers.items() if key.lower() not in ("content-length", "content-encoding")}
        return httpx.Response(response.status_code, headers=headers, content=content, request=request)

    async def aclose(self) -> None:
        await self._network.aclose()
