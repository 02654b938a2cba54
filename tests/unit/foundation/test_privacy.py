"""Masking: what is personal goes, what is not stays, and it can be put back here."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

import privacy
from assistant.language.pii import Redactor, find
from assistant.observe.logs import configure_logs


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("call me on (202) 555-0143", "PHONE"),
        ("ring +44 20 7946 0123 please", "PHONE"),
        ("write to joan.keller+x@mail.example.com", "EMAIL"),
        ("card 4111 1111 1111 1111", "CREDIT_CARD"),
        ("my social is 219-09-9999", "SSN"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN"),
        ("from 192.168.1.20 I think", "IP"),
        ("see https://example.com/me?id=7", "URL"),
        ("I was born on March 4th 1980", "DATE_OF_BIRTH"),
        ("come to 12 River Street", "ADDRESS"),
    ],
)
def test_finds_each_kind(text: str, type: str) -> None:
    assert [finding.type for finding in find(text)] == [type]


@pytest.mark.parametrize(
    "text",
    [
        "Tuesday at 10:30",
        "on 2026-12-01",
        "12/24/2026",
        "a table for 4",
        "order 12345",
        "4111 1111 1111 1112 is no card number I know of x",
        "3.14159",
    ],
)
def test_leaves_the_rest_alone(text: str) -> None:
    assert not [finding for finding in find(text) if finding.type in ("CREDIT_CARD", "SSN", "IBAN", "EMAIL")]
    if "4111" not in text:
        assert find(text) == []


def test_known_names_in_any_case() -> None:
    redactor = Redactor()
    redactor.know(["Siobhan Daly"])
    assert redactor.redact("hello siobhan, is that DALY?").text == "hello [PERSON_1], is that [PERSON_2]?"


@given(st.text(max_size=300))
def test_any_text_survives_the_round_trip(text: str) -> None:
    masked = privacy.redact(text)
    assert masked.restore(masked.text) == text or "[" in text
    for span in masked.spans:
        assert 0 <= span.start < span.end <= len(text)


def test_the_same_value_gets_the_same_placeholder() -> None:
    assert privacy.redact("a@b.com, c@d.com, a@b.com").text == "[EMAIL_1], [EMAIL_2], [EMAIL_1]"


@pytest.mark.parametrize("source", ["structlog", "logging", "exception"])
def test_no_log_line_shows_a_number(source: str) -> None:
    out = io.StringIO()
    before = logging.getLogger().handlers[:]
    try:
        configure_logs("INFO", privacy.redact_text, json=True, stream=out)
        if source == "structlog":
            structlog.get_logger("x").info("caller +12025550143", who="+12025550143", code="c")
        elif source == "logging":
            logging.getLogger("someone.else").warning("caller %s", "+12025550143")
        else:
            try:
                raise ValueError("bad number +12025550143")
            except ValueError:
                structlog.get_logger("x").error("failed", exc_info=True)
    finally:
        logging.getLogger().handlers[:] = before
    line = json.loads(out.getvalue().splitlines()[0])
    assert "2025550143" not in out.getvalue() and "PHONE_1" in out.getvalue()
    assert line["level"] in ("info", "warning", "error") and line["timestamp"]
