"""Texts through the program as it is served: what failed is seen and sent after all, and CANCEL by SMS is the provider's word."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.request_validator import RequestValidator

from tests.support.pictures import LETTER, bomb, document, encoded, qr, receipt, zip_file
from tests.support.provider import ACCOUNT, Provider, provider
from tests.support.server import Server

pytestmark = pytest.mark.slow
TOKEN, PUBLIC, KEY = "loopback-token", "https://phone.example.com", "an-owner-key-for-this-test-0123456789"


class Line:
    """A telephone that texts the server, and the owner who looks at it."""

    def __init__(self, server: Server, phone: Provider) -> None:
        self.server, self.phone, self._number = server, phone, 0

    def text(self, body: str, sender: str = "+12025550101", pictures: Sequence[bytes | str] = ()) -> None:
        """A text with pictures: their bytes, or an address of somebody's choice."""
        self._number += 1
        sid = f"{'MM' if pictures else 'SM'}{self._number:032x}"
        fields = {
            "AccountSid": ACCOUNT,
            "Body": body,
            "From": sender,
            "MessageSid": sid,
            "NumMedia": str(len(pictures)),
            "To": "+15005550006",
        }
        for number, picture in enumerate(pictures):
            fields[f"MediaUrl{number}"] = picture if isinstance(picture, str) else self.phone.picture(sid, picture)
            fields[f"MediaContentType{number}"] = "image/png"
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


def test_a_letter_becomes_an_appointment(line: Line) -> None:
    sender = "+12025550121"
    line.text("", sender, [encoded(document(LETTER))])
    first = line.replies(1, sender)[0]
    assert re.search(r"Mar(ch)? 4", first) and "9:15" in first and "YES" in first
    until(lambda: line.phone.deleted)  # once it is ours, it does not stay with the provider
    line.text("what number should I call to change it?", sender)
    assert "202" in line.replies(2, sender)[1] and "0143" in line.replies(2, sender)[1]


def test_codes_and_receipts_are_read(line: Line) -> None:
    sender = "+12025550122"
    line.text("what does this say?", sender, [encoded(qr("https://example.com/menu"))])
    assert "example.com/menu" in line.replies(1, sender)[0]
    line.text("how much was it in total?", sender, [encoded(receipt())])
    assert "10.85" in line.replies(2, sender)[1]


@pytest.mark.parametrize(
    ("number", "picture"),
    [
        ("+12025550127", zip_file()),
        ("+12025550128", bomb()),
        ("+12025550129", encoded(document(LETTER))[:900]),
        ("+12025550130", "http://127.0.0.1:1/private.png"),
        ("+12025550131", "http://169.254.169.254/latest/meta-data"),
        ("+12025550132", "gone"),
    ],
    ids=["zip", "bomb", "corrupt", "this machine", "private address", "gone"],
)
def test_what_is_no_picture_is_told_in_one_sentence(line: Line, number: str, picture: bytes | str) -> None:
    if picture == "gone":
        picture = f"{line.phone.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/MEgone"
    line.text("", number, [picture])
    (answer,) = line.replies(1, number)
    assert len(answer) < 160 and "picture" in answer.lower()
    assert not line.ask("/api/v1/jobs/failed").json()["items"]
