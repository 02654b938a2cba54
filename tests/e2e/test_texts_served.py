"""Texts through the program as it is served: what failed is seen and sent after all, and CANCEL by SMS is the provider's word."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.request_validator import RequestValidator

from tests.support.provider import ACCOUNT, Provider, provider
from tests.support.server import Server

pytestmark = pytest.mark.slow
TOKEN, PUBLIC, KEY = "loopback-token", "https://phone.example.com", "an-owner-key-for-this-test-0123456789"


class Line:
    """A telephone that texts the server, and the owner who looks at it."""

    def __init__(self, server: Server, phone: Provider) -> None:
        self.server, self.phone, self._number = server, phone, 0

    def text(self, body: str, sender: str = "+12025550101") -> None:
        self._number += 1
        sid = f"SM{self._number:032x}"
        fields = {"AccountSid": ACCOUNT, "Body": body, "From": sender, "MessageSid": sid, "NumMedia": "0", "To": "+15005550006"}
        signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/twilio/sms", fields)
        answer = httpx.post(f"{self.server.url}/twilio/sms", data=fields, headers={"X-Twilio-Signature": signature}, timeout=30)
        assert answer.status_code == 200

    def ask(self, path: str, method: str = "GET") -> httpx.Response:
        return httpx.request(method, f"{self.server.url}{path}", headers={"Authorization": f"Bearer {KEY}"}, timeout=30)

    def gauge(self, name: str) -> float:
        lines = self.ask("/metrics").text.splitlines()
        return float(next(line.split()[-1] for line in lines if line.startswith(f"{name} ")))

    def sent(self, to: str) -> list[str]:
        with self.phone.lock:
            return [message["body"] for message in self.phone.sent if message["to"] == to]

    def replies(self, amount: int, to: str) -> list[str]:
        until(lambda: len(self.sent(to)) >= amount)
        return self.sent(to)


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
    return found


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder: Path = tmp_path_factory.mktemp("served")
    with provider() as phone:
        settings = {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_PHONE_NUMBER": "+15005550006",
            "TWILIO_API_BASE_URL": phone.url,
            "PUBLIC_BASE_URL": PUBLIC,
            "OWNER_API_KEY": KEY,
        }
        server = Server(folder, settings).start()
        yield Line(server, phone)
        server.kill()


def test_a_text_that_was_refused_is_seen_and_sent_after_all(line: Line) -> None:
    line.phone.failures = [400]
    line.text("Is there parking?", "+12025550102")
    failed = until(lambda: line.ask("/api/v1/jobs/failed").json()["items"])
    assert [(job["kind"], job["code"]) for job in failed] == [("outbox", 21211)]
    until(lambda: line.gauge("assistant_work_failed") == 1)
    assert line.gauge("assistant_inbox_waiting") == line.gauge("assistant_outbox_waiting") == 0
    assert line.sent("+12025550102") == []
    assert line.ask(f"/api/v1/jobs/{failed[0]['id']}/retry", "POST").status_code == 202
    assert len(line.replies(1, "+12025550102")) == 1
    assert line.ask("/api/v1/jobs/failed").json()["items"] == []
    assert line.ask(f"/api/v1/jobs/{failed[0]['id']}/retry", "POST").status_code == 409
    until(lambda: line.gauge("assistant_work_failed") == 0)


@pytest.mark.parametrize(("word", "sender"), [("CANCEL", "+12025550103"), ("End", "+12025550104")])
def test_a_bare_stop_word_is_silent_and_start_offers_what_was_open(line: Line, word: str, sender: str) -> None:
    line.text("I'd like to book a cleaning", sender)
    assert len(line.replies(1, sender)) == 1
    line.text(word, sender)
    line.text("hello?", sender)  # blocked at the provider as well: no answer would arrive
    line.text("START", sender)
    assert "still open" in line.replies(2, sender)[1]
    assert len(line.sent(sender)) == 2


def test_cancel_my_appointment_is_no_stop_word(line: Line) -> None:
    line.text("Cancel my appointment please", "+12025550105")
    assert len(line.replies(1, "+12025550105")) == 1
    line.text("Is there parking?", "+12025550105")
    assert len(line.replies(2, "+12025550105")) == 2
