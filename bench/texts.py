"""`python -m bench.texts --rate 50 --seconds 20`: signed texts against a server of its own, and whether each got exactly one reply.

Everything stays on loopback: the telephone company is a stand-in in this process that takes every reply and counts them.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import hmac
import json
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import psutil

from bench.figures import machine, percentile, table
from bench.server import Server, running

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "loopback-token", "+15005550006"
PUBLIC = "https://phone.example.com"
OUT = Path(__file__).resolve().parent / "out"
BUDGET_MS = 50.0
#: Every one of these gets one answer, whatever was said before it.
SAYINGS = (
    "Hi, do you have parking?",
    "What are your opening hours on Friday?",
    "I'd like to book a cleaning",
    "tomorrow at ten",
    "how much is a check-up?",
    "do you have anything free next Tuesday afternoon?",
    "never mind",
    "thanks",
    "I need to move my appointment to Thursday",
    "what services do you offer?",
    "no",
    "can you have somebody call me back about my bill?",
)


@dataclass
class Exchange:
    """What the stand-in was asked to send, by receiver and by the text's own id."""

    to: Counter[str] = field(default_factory=Counter)
    ids: Counter[str] = field(default_factory=Counter)
    url: str = ""


@asynccontextmanager
async def exchange(delay: float) -> AsyncIterator[Exchange]:
    """A telephone company that answers every request after `delay` seconds."""
    state = Exchange()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
                form = parse_qs((await reader.readexactly(length)).decode())
                await asyncio.sleep(delay)
                status, body = _answer(state, head.split(" ", 1)[0], form)
                writer.write(f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the server hung up, or the bench is over
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    state.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield state
    finally:
        server.close()


def _answer(state: Exchange, method: str, form: dict[str, list[str]]) -> tuple[str, bytes]:
    if method != "POST" or "To" not in form:
        return "200 OK", b'{"messages": [], "next_page_uri": null}'
    state.to[form["To"][0]] += 1
    state.ids[parse_qs(urlsplit(form["StatusCallback"][0]).query)["o"][0]] += 1
    row = {"sid": f"SM{sum(state.to.values()):032x}", "to": form["To"][0], "from": NUMBER, "body": form["Body"][0], "status": "queued"}
    return "201 Created", json.dumps(row).encode()


@dataclass(frozen=True, slots=True)
class Posted:
    """A text as it goes over the wire, signed beforehand so that the load costs little."""

    sender: str
    request: bytes


def texts(amount: int, senders: int, seed: int) -> list[Posted]:
    chance = random.Random(seed)
    made = []
    for number in range(amount):
        sender = f"+1202555{chance.randrange(senders):04d}"
        fields = {
            "ToCountry": "US", "SmsMessageSid": f"SM{seed:08x}{number:024x}", "NumMedia": "0", "FromZip": "20001", "FromState": "DC",
            "SmsStatus": "received", "FromCity": "WASHINGTON", "Body": chance.choice(SAYINGS), "FromCountry": "US", "To": NUMBER,
            "NumSegments": "1", "MessageSid": f"SM{seed:08x}{number:024x}", "AccountSid": ACCOUNT,
            "From": sender, "ApiVersion": "2010-04-01",
        }  # fmt: skip
        signed = f"{PUBLIC}/twilio/sms" + "".join(name + fields[name] for name in sorted(fields))
        signature = base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()
        body = urlencode(fields).encode()
        head = (
            "POST /twilio/sms HTTP/1.1\r\nHost: phone.example.com\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"X-Twilio-Signature: {signature}\r\nContent-Length: {len(body)}\r\nUser-Agent: TwilioProxy/1.1\r\n\r\n"
        )
        made.append(Posted(sender, head.encode() + body))
    return made


class Line:
    """Keeps connections open, as the provider does; opens another when all are busy."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def post(self, request: bytes) -> int:
        while self._idle and (self._idle[-1][0].at_eof() or self._idle[-1][1].is_closing()):  # closed by the server meanwhile
            self._idle.pop()[1].close()
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection(self._host, self._port)
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
        await reader.readexactly(length)
        self._idle.append((reader, writer))
        return int(head.split(" ", 2)[1])

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()


async def pour(line: Line, posted: list[Posted], rate: float) -> tuple[list[float], Counter[int]]:
    """Send at a fixed pace, whatever the answers do; milliseconds from the planned moment to the answer."""
    took: list[float] = []
    statuses: Counter[int] = Counter()
    begin = time.perf_counter() + 0.1

    async def one(number: int, text: Posted) -> None:
        planned = begin + number / rate
        await asyncio.sleep(max(planned - time.perf_counter(), 0.0))
        statuses[await line.post(text.request)] += 1
        took.append((time.perf_counter() - planned) * 1000)

    await asyncio.gather(*(one(number, text) for number, text in enumerate(posted)))
    return took, statuses


async def _answered(state: Exchange, expected: int, patience: float) -> float:
    """Seconds until every reply was there, or nothing came any more for `patience` seconds."""
    begin = quiet = time.monotonic()
    last = -1
    while sum(state.to.values()) < expected and time.monotonic() - quiet < patience:
        if sum(state.to.values()) != last:
            last, quiet = sum(state.to.values()), time.monotonic()
        await asyncio.sleep(0.1)
    done = time.monotonic() - begin
    await asyncio.sleep(2.0)  # a second reply to the same text would come now
    return done


def _cpu_seconds(server: Server) -> float:
    process = psutil.Process(server.pid)
    return sum(sum(item.cpu_times()[:2]) for item in [process, *process.children(recursive=True)])


async def measure(server: Server, state: Exchange, chosen: argparse.Namespace) -> dict[str, object]:
    line = Line(server.url)
    warm = texts(10, chosen.senders, chosen.seed + 1)
    await pour(line, warm, 5)
    await _answered(state, len(warm), 30)
    cpu = _cpu_seconds(server)
    posted = texts(int(chosen.rate * chosen.seconds), chosen.senders, chosen.seed)
    took, statuses = await pour(line, posted, chosen.rate)
    while_pouring = _cpu_seconds(server) - cpu
    answered_then = sum(state.to.values()) - len(warm)
    behind = await _answered(state, len(posted) + len(warm), 60)
    wanted = Counter(text.sender for text in [*warm, *posted])
    line.close()
    return {
        "texts": len(posted),
        "rate": chosen.rate,
        "refused": sum(amount for status, amount in statuses.items() if status != 200),
        "p50": percentile(took, 50),
        "p95": percentile(took, 95),
        "p99": percentile(took, 99),
        "max": percentile(took, 100),
        "answered_while_pouring": answered_then,
        "seconds_behind": round(behind, 1),
        "unanswered": sum((wanted - state.to).values()),
        "answered_twice": sum((state.to - wanted).values()) + sum(amount - 1 for amount in state.ids.values()),
        "cpu_ms_a_text": round((_cpu_seconds(server) - cpu) / len(posted) * 1000, 1),
        "cpu_share_while_pouring": round(while_pouring / chosen.seconds, 2),
    }


async def bench(chosen: argparse.Namespace) -> int:
    async with exchange(chosen.provider_ms / 1000) as state:
        settings = {
            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_PHONE_NUMBER": NUMBER,
            "TWILIO_API_BASE_URL": state.url, "PUBLIC_BASE_URL": PUBLIC,
        }  # fmt: skip
        if chosen.database:
            settings["DATABASE_URL"] = chosen.database
        async with running(**settings) as server:
            found = await measure(server, state, chosen)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "texts.json").write_text(json.dumps(found, indent=1))
    print(machine())
    print(table([[name.replace("_", " "), value] for name, value in found.items()], ("what", "measured")))
    good = not (found["refused"] or found["unanswered"] or found["answered_twice"])
    return 0 if good and isinstance(found["p95"], float) and found["p95"] < BUDGET_MS else 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.texts", description=__doc__)
    parser.add_argument("--rate", type=float, default=50.0, help="texts a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--senders", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--provider-ms", type=float, default=30.0, help="how long the stand-in provider takes")
    parser.add_argument("--database", help="DATABASE_URL of an empty Postgres database; SQLite by default")
    return asyncio.run(bench(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
