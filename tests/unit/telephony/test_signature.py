"""What is proven by a signature, and what fails closed."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import urlencode

import pytest

from assistant.telephony.twilio.signature import SignatureCheck, SignatureRefused

TOKEN = "token-of-this-test"
BASE = "https://phone.example.com"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def sign(url: str, pairs: list[tuple[str, str]] | None = None, token: str = TOKEN) -> str:
    """The provider's algorithm, written down independently of its SDK."""
    text = url
    values: dict[str, set[str]] = {}
    for name, value in pairs or []:
        values.setdefault(name, set()).add(value)
    for name in sorted(values):
        for value in sorted(values[name]):
            text += name + value
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


PAIRS = [("MessageSid", "SM1"), ("From", "+15005550001"), ("Body", "  héllo ☕ & more \r\n"), ("Blank", "")]


@pytest.fixture
def check() -> SignatureCheck:
    return SignatureCheck(TOKEN, BASE)


def test_a_signed_form_gives_its_fields_untouched(check: SignatureCheck) -> None:
    fields = check.request("/twilio/sms", urlencode(PAIRS).encode(), sign(BASE + "/twilio/sms", PAIRS), FORM)
    assert fields.get("Body") == "  héllo ☕ & more \r\n"
    assert fields.get("Blank", "missing") == ""
    assert fields.get("Nothing", "missing") == "missing"


@pytest.mark.parametrize(
    ("target", "added", "token"),
    [
        ("/twilio/sms", "&Body=evil", TOKEN),
        ("/twilio/sms", "&Admin=1", TOKEN),
        ("/twilio/voice", "", TOKEN),
        ("/twilio/sms?x=1", "", TOKEN),
        ("/twilio/sms", "", "another token"),
    ],
)
def test_anything_changed_after_signing_is_refused(check: SignatureCheck, target: str, added: str, token: str) -> None:
    body = (urlencode(PAIRS) + added).encode()
    with pytest.raises(SignatureRefused):
        check.request(target, body, sign(BASE + "/twilio/sms", PAIRS, token), FORM)


@pytest.mark.parametrize("signature", [None, "", "é", "AAAA"])
def test_a_missing_or_odd_signature_is_refused(check: SignatureCheck, signature: str | None) -> None:
    with pytest.raises(SignatureRefused):
        check.request("/twilio/sms", urlencode(PAIRS).encode(), signature, FORM)


def test_without_a_token_nothing_is_valid() -> None:
    with pytest.raises(SignatureRefused):
        SignatureCheck("", BASE).request("/twilio/sms", b"", sign(BASE + "/twilio/sms", [], ""), FORM)


def test_the_query_is_signed_byte_for_byte(check: SignatureCheck) -> None:
    target = "/twilio/sms?a=1&b=hello%20world%2B"
    assert check.request(target, urlencode(PAIRS).encode(), sign(BASE + target, PAIRS), FORM).get("MessageSid") == "SM1"


@pytest.mark.parametrize("base", ["https://user:secret@phone.example.com", "https://phone.example.com/#rc=2&rp=all", BASE + "/"])
def test_credentials_fragment_and_final_slash_of_the_setting_are_not_signed(base: str) -> None:
    check = SignatureCheck(TOKEN, base)
    assert check.request("/twilio/sms", urlencode(PAIRS).encode(), sign(BASE + "/twilio/sms", PAIRS), FORM).get("MessageSid") == "SM1"


def test_a_port_counts_with_and_without(check: SignatureCheck) -> None:
    with_port = SignatureCheck(TOKEN, BASE + ":8443")
    for signed in (BASE + ":8443/twilio/voice", BASE + "/twilio/voice"):
        assert with_port.request("/twilio/voice", urlencode(PAIRS).encode(), sign(signed, PAIRS), FORM).get("From") == "+15005550001"


def test_json_is_covered_by_its_hash(check: SignatureCheck) -> None:
    body = b'{"hello": 1}'
    target = "/twilio/sms?bodySHA256=" + hashlib.sha256(body).hexdigest()
    signature = sign(BASE + target)
    assert len(check.request(target, body, signature, "application/json")) == 0
    with pytest.raises(SignatureRefused):
        check.request(target, b'{"hello": 2}', signature, "application/json")


def test_json_without_a_hash_fails_closed(check: SignatureCheck) -> None:
    with pytest.raises(SignatureRefused):
        check.request("/twilio/sms", b'{"hello": 1}', sign(BASE + "/twilio/sms"), "application/json")


def test_a_form_cannot_hide_behind_another_content_type(check: SignatureCheck) -> None:
    signature = sign(BASE + "/twilio/sms")
    with pytest.raises(SignatureRefused):
        check.request("/twilio/sms", urlencode(PAIRS).encode(), signature, "text/plain")


def test_the_handshake_is_signed_with_or_without_a_slash(check: SignatureCheck) -> None:
    url = "wss://phone.example.com/twilio/media"
    assert check.websocket("/twilio/media", sign(url))
    assert check.websocket("/twilio/media", sign(url + "/"))
    assert not check.websocket("/twilio/media", sign("wss://elsewhere.example.com/twilio/media"))
    assert not check.websocket("/twilio/media", None)
