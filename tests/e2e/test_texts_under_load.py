"""The whole program under a load of texts, killed twenty times: what was acknowledged is answered, and answered once."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from twilio.request_validator import RequestValidator

from assistant.storage.vault import MasterKey
from tests.support.provider import ACCOUNT, Provider, provider
from tests.support.server import Server

pytestmark = pytest.mark.slow
TOKEN, NUMBER, PUBLIC = "loopback-token", "+15005550006", "https://phone.example.com"
KILLS, RATE, SENDERS = 20, 50, 60
SETTLED_SECONDS = 420
SAYINGS = ("Is there parking?", "What are your opening hours?", "I'd like to book a cleaning", "tomorrow at ten", "how much is a check-up?")


class Caller(threading.Thread):
    """Texts at a steady rate. Like the provider's own retries, one that was not acknowledged is posted again under the same id."""

    def __init__(self, servers: list[Server]) -> None:
        super().__init__(daemon=True)
        self._servers, self._done, self._chance = servers, threading.Event(), random.Random(11)
        self.acknowledged: Counter[str] = Counter()
        self.refused: list[int] = []
        self.repeated = 0

    def run(self) -> None:
        number = 0
        with httpx.Client(timeout=10) as client:
            while not self._done.wait(1 / RATE):
                fields = {
                    "AccountSid": ACCOUNT,
                    "Body": self._chance.choice(SAYINGS),
                    "From": f"+1202555{number % SENDERS:04d}",
                    "MessageSid": f"SM{number:032x}",
                    "NumMedia": "0",
                    "To": NUMBER,
                }
                self._post(client, number, fields)
                number += 1

    def _post(self, client: httpx.Client, number: int, fields: dict[str, str]) -> None:
        signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/twilio/sms", fields)
        while True:
            server = self._servers[number % len(self._servers)]
            try:
                answer = client.post(f"{server.url}/twilio/sms", data=fields, headers={"X-Twilio-Signature": signature})
            except httpx.TransportError:  # killed, perhaps after it was stored
                self.repeated += 1
                time.sleep(0.05)
                continue
            if answer.status_code != 200:
                self.refused.append(answer.status_code)
            self.acknowledged[fields["From"]] += 1
            return

    def stop(self) -> None:
        self._done.set()
        self.join(120)


def settle(phone: Provider, wanted: Counter[str]) -> Counter[str]:
    """The replies by receiver, once there are as many as texts and none has come for a while."""
    end = time.monotonic() + SETTLED_SECONDS
    while time.monotonic() < end and len(phone.bodies()) < sum(wanted.values()):
        time.sleep(0.5)
    time.sleep(5)  # a second reply to the same text would come now
    with phone.lock:
        return Counter(message["to"] for message in phone.sent)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def servers(request: pytest.FixtureRequest, tmp_path: Path, phone: Provider) -> Iterator[list[Server]]:
    """One process on SQLite, two that share the work on Postgres."""
    settings = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_PHONE_NUMBER": NUMBER,
        "TWILIO_API_BASE_URL": phone.url,
        "PUBLIC_BASE_URL": PUBLIC,
        "ENCRYPTION_KEYS": MasterKey.generate().to_text(),
        "LOG_LEVEL": "WARNING",
    }
    names = ["one"]
    if request.param == "postgres":
        settings["DATABASE_URL"] = request.getfixturevalue("postgres_url")
        names = ["one", "two"]
    made = []
    for name in names:
        folder = tmp_path / name
        folder.mkdir()
        made.append(Server(folder, settings))
    for server in made:
        server.start()
    yield made
    for server in made:
        server.kill()


@pytest.fixture
def phone() -> Iterator[Provider]:
    with provider() as running:
        yield running


def test_killed_twenty_times_under_load(servers: list[Server], phone: Provider) -> None:
    chance = random.Random(5)
    caller = Caller(servers)
    caller.start()
    for number in range(KILLS):
        victim = servers[number % len(servers)]
        time.sleep(chance.uniform(0.1, 1.0))
        victim.kill()
        victim.start()
    caller.stop()
    replies = settle(phone, caller.acknowledged)
    assert caller.refused == []
    assert caller.repeated > 0 and sum(caller.acknowledged.values()) > KILLS  # texts did come while it was down
    assert replies == caller.acknowledged
