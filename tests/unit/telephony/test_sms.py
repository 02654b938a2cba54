"""Segments, keywords and quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.telephony.sms.keywords import keyword
from assistant.telephony.sms.quiet import is_quiet, latest_allowed, next_allowed, zones_of
from assistant.telephony.sms.segments import count, fit, fold

QUIET = (time(21), time(8))


@pytest.mark.parametrize(
    ("text", "encoding", "segments"),
    [
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2),
        ("é" * 160, "GSM-7", 1),
        ("ć" * 70, "UCS-2", 1),
        ("ć" * 71, "UCS-2", 2),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
        ("a" * 159 + "’", "UCS-2", 3),
        ("", "GSM-7", 1),
    ],
)
def test_segments_as_carriers_count_them(text: str, encoding: str, segments: int) -> None:
    counted = count(text)
    assert (counted.encoding, counted.segments) == (encoding, segments)


def test_a_pair_is_never_torn_between_segments() -> None:
    assert count("a" * 152 + "€" + "a" * 152).segments == 3  # 152 + the whole € in the next one
    assert count("ć" * 66 + "😀" + "ć" * 66).segments == 3


def test_folding_keeps_a_text_cheap_and_names_as_they_are() -> None:
    text = "It’s “Tuesday” — 9:15…\u00a0okay, Siobhán • Zoë?"
    assert fold(text) == 'It\'s "Tuesday" - 9:15... okay, Siobhán - Zoë?'
    assert count("I’ll see you – bye").encoding == "UCS-2"
    assert count(fold("I’ll see you – bye")).encoding == "GSM-7"


def test_long_texts_end_with_a_sentence_and_keep_the_question() -> None:
    text = "One sentence here. " * 100 + "\nWhich one?"
    cut = fit(text, 300)
    assert len(cut) <= 300 and cut.endswith("here.\nWhich one?")
    assert fit("word " * 400, 100).endswith("...")


@given(st.text(max_size=2000), st.integers(min_value=20, max_value=1600))
def test_fit_never_exceeds_its_limit_and_count_is_consistent(text: str, limit: int) -> None:
    cut = fit(text, limit)
    assert len(cut) <= limit
    counted = count(cut)
    size = 153 if counted.encoding == "GSM-7" else 67
    assert (counted.segments - 1) * size < max(counted.units, 1) <= max(counted.segments * size, 160)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("STOP", "stop"),
        (" Cancel \n", "stop"),
        ("end", "stop"),
        ("cancel my appointment", None),
        ("stop.", None),
        ("START", "start"),
        ("yes", None),
        ("help", "help"),
        ("", None),
    ],
)
def test_keywords_are_the_whole_text(body: str, found: str | None) -> None:
    assert keyword(body) == found


def test_yes_is_start_only_for_who_had_stopped() -> None:
    assert keyword("YES", opted_out=True) == "start"
    assert keyword("anything", "STOP") == "stop"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_zones_come_from_the_person_then_the_number_then_the_business() -> None:
    assert [zone.key for zone in zones_of("+12125550100", business="Europe/Berlin")] == ["America/New_York"]
    assert [zone.key for zone in zones_of("+12125550100", own="America/Denver", business="Europe/Berlin")] == ["America/Denver"]
    assert [zone.key for zone in zones_of("+18005550100", business="America/Chicago")] == ["America/Chicago"]
    assert len(zones_of("+18005550100", business="Europe/Berlin")) > 5  # could be anywhere there: quiet anywhere counts
    assert [zone.key for zone in zones_of(None, business="Europe/Berlin")] == ["Europe/Berlin"]


def test_quiet_hours_are_the_recipients() -> None:
    coast = zones_of("+14155550100", business="America/New_York")
    moment = at("2026-12-01T09:00:00-05:00")  # nine in New York, six in San Francisco
    assert is_quiet(moment, coast, QUIET)
    assert next_allowed(moment, coast, QUIET) == at("2026-12-01T08:00:00-08:00")
    assert latest_allowed(moment, coast, QUIET) == at("2026-11-30T20:59:00-08:00")
    assert not is_quiet(moment, coast, None)


def test_outside_quiet_hours_nothing_moves() -> None:
    zones = zones_of("+12125550100", business="UTC")
    moment = at("2026-12-01T12:00:00-05:00")
    assert next_allowed(moment, zones, QUIET) == latest_allowed(moment, zones, QUIET) == moment


def test_quiet_nights_over_a_change_of_clocks() -> None:
    zones = zones_of("+12125550100", business="UTC")
    assert next_allowed(at("2027-03-14T01:30:00-05:00"), zones, QUIET) == at("2027-03-14T08:00:00-04:00")


@given(st.integers(min_value=0, max_value=700 * 24 * 60), st.sampled_from(["+12125550100", "+14155550100", None]))
def test_moved_moments_are_always_allowed(minutes: int, phone: str | None) -> None:
    zones = zones_of(phone, business="Asia/Kathmandu")
    aware = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    later, earlier = next_allowed(aware, zones, QUIET), latest_allowed(aware, zones, QUIET)
    assert later is not None and earlier is not None and earlier <= aware <= later
    assert not is_quiet(later, zones, QUIET) and not is_quiet(earlier, zones, QUIET)
