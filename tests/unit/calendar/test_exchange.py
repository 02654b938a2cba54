"""The feed, files in and out, and read-only addresses; read back with the icalendar library as a program would."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import icalendar
import pytest
import recurring_ical_events

from assistant.domain.errors import InvalidInput, NotFound, Unavailable
from assistant.scheduling import ical
from assistant.scheduling.remote import IcsAddress, check_url
from calendar_manager import CalendarManager
from tests.support.calendars import NEW_YORK, World, at

FILE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//EN
BEGIN:VEVENT
UID:holiday@x
DTSTAMP:20261101T000000Z
DTSTART;VALUE=DATE:20261202
DTEND;VALUE=DATE:20261204
SUMMARY:Away
END:VEVENT
BEGIN:VEVENT
UID:course@x
DTSTAMP:20261101T000000Z
DTSTART:20261207T090000
DURATION:PT1H
RRULE:FREQ=WEEKLY;COUNT=3
END:VEVENT
BEGIN:VEVENT
UID:course@x
DTSTAMP:20261101T000000Z
RECURRENCE-ID:20261214T090000
DTSTART:20261214T140000
DURATION:PT1H
END:VEVENT
BEGIN:VEVENT
UID:off@x
DTSTAMP:20261101T000000Z
DTSTART:20261208T150000Z
DTEND:20261208T160000Z
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:mad@x
DTSTAMP:20261101T000000Z
DTSTART:20261209T150000Z
DTEND:20261209T150100Z
RRULE:FREQ=SECONDLY
END:VEVENT
BEGIN:VEVENT
UID:backwards@x
DTSTAMP:20261101T000000Z
DTSTART:20261209T150000Z
DTEND:20261209T140000Z
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()


def _events(data: bytes) -> dict[str, icalendar.Event]:
    return {str(e["uid"]): e for e in icalendar.Calendar.from_ical(data).walk("VEVENT")}


async def test_the_feed_tells_moves_and_cancellations(world: World) -> None:
    first = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller", notes="first visit")
    second = await world.calendar.create("Cleaning", at(2, 10), contact_name="Luis Ortega")
    before = _events(await world.calendar.exchange.feed())
    await world.calendar.move(first.id, at(3, 9), actor="caller")
    await world.calendar.cancel(second.id, actor="caller")
    data = await world.calendar.exchange.feed()
    after = _events(data)
    assert set(before) == set(after) == {ical.uid_of(first.id), ical.uid_of(second.id)}
    moved, gone = after[ical.uid_of(first.id)], after[ical.uid_of(second.id)]
    assert (moved["summary"], moved["sequence"], moved.decoded("dtstart")) == ("Check-up: Joan Keller", 1, at(3, 9))
    assert (gone["status"], gone["sequence"], gone["transp"]) == ("CANCELLED", 1, "TRANSPARENT")
    assert moved["dtstart"].params["TZID"] == "America/New_York"
    assert b"BEGIN:VTIMEZONE" in data and b"TZID:America/New_York" in data
    assert b"METHOD" not in data and all(len(line) <= 75 for line in data.split(b"\r\n"))


async def test_the_feed_without_names(world: World) -> None:
    await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller", notes="first visit")
    data = await world.calendar.exchange.feed(names=False)
    assert b"Keller" not in data and b"first visit" not in data


async def test_holds_are_nobodys_business(world: World) -> None:
    await world.calendar.hold("Check-up", at(1, 10), contact_id=None, conversation_id="cnv_1", source="call")
    assert _events(await world.calendar.exchange.feed()) == {}


async def test_a_series_is_one_recurring_event_with_exceptions(world: World) -> None:
    await world.calendar.create("Check-up", at(8, 10), contact_name="Luis Ortega")
    first = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller", recurrence="FREQ=WEEKLY;COUNT=5")
    booked = (await world.calendar.series(first.id)).booked
    await world.calendar.move(booked[1].id, at(16, 14), actor="caller")
    await world.calendar.cancel(booked[3].id, actor="caller")
    feed = icalendar.Calendar.from_ical(await world.calendar.exchange.feed())
    expanded = recurring_ical_events.of(feed).between(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))
    standing = sorted(e.decoded("dtstart") for e in expanded if str(e["uid"]) == ical.uid_of(first.id) and e["status"] == "CONFIRMED")
    assert standing == [at(1, 10), at(16, 14), at(22, 10)]
    assert any("RRULE" in event for event in feed.walk("VEVENT"))


async def test_an_attachment_names_nobody(world: World) -> None:
    booked = await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller", notes="first visit")
    data = await world.calendar.exchange.attachment(booked.id)
    assert b"METHOD:PUBLISH" in data and b"SUMMARY:Check-up\\, Elm Street Dental" in data and b"Keller" not in data and b"visit" not in data
    await world.calendar.cancel(booked.id, actor="caller")
    assert b"METHOD:CANCEL" in await world.calendar.exchange.attachment(booked.id)
    with pytest.raises(NotFound):
        await world.calendar.exchange.attachment("apt_none")


async def test_the_feeds_secret_stays_until_renewed(world: World) -> None:
    exchange = world.calendar.exchange
    token = await exchange.feed_token()
    assert len(token) >= 40 and token == await exchange.feed_token()
    assert await exchange.is_feed_token(token) and not await exchange.is_feed_token("guess")
    await exchange.feed_token(renew=True)
    assert not await exchange.is_feed_token(token)
    assert await exchange.accounts() == []


async def test_import_makes_busy_times(world: World) -> None:
    standing = await world.calendar.create("Check-up", at(7, 9, 30), contact_name="Joan Keller")
    report = await world.calendar.exchange.import_ics(FILE)
    assert (report.events, report.times, len(report.problems)) == (2, 4, 2)
    assert [a.id for a in report.overlapping] == [standing.id]
    for when, free in [(at(2, 10), False), (at(3, 16), False), (at(4, 9), True), (at(14, 9), True), (at(14, 14), False), (at(8, 10), True)]:
        assert (await world.calendar.check("Check-up", when) is None) is free, when
    again = await world.calendar.exchange.import_ics(FILE)
    assert (again.times, again.overlapping) == (4, ())
    assert len(await world.calendar.blocks(at(1, 0), at(31, 0))) == 4


@pytest.mark.parametrize("data", [b"", b"hello", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT", b"\xff\xfe\x00", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"])
async def test_what_is_no_calendar_is_refused(world: World, data: bytes) -> None:
    with pytest.raises(InvalidInput):
        await world.calendar.exchange.import_ics(data)


async def test_our_own_feed_comes_back_as_nothing(world: World) -> None:
    """An owner who subscribes to the feed and syncs that calendar back must not block their own bookings."""
    await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller")
    assert (await world.calendar.exchange.import_ics(await world.calendar.exchange.feed())).times == 0


async def test_an_address_that_is_only_read(world: World) -> None:
    answers = {"body": FILE, "status": 200}

    def serve(request: httpx.Request) -> httpx.Response:
        return httpx.Response(int(str(answers["status"])), content=answers["body"])  # type: ignore[arg-type]

    calendar = CalendarManager(
        world.db, world.vault, world.contacts, lambda: world.profile, world.clock,
        remote=lambda account: IcsAddress(account.url, transport=httpx.MockTransport(serve)),
    )  # fmt: skip
    account = await calendar.exchange.add_account("ics", "webcal://calendar.example/private.ics")
    assert account.url == "https://calendar.example/private.ics"
    assert (await calendar.exchange.sync(account.id)).busy == 4
    assert await calendar.check("Check-up", at(2, 10)) is not None
    answers["status"] = 503
    with pytest.raises(Unavailable):
        await calendar.exchange.sync(account.id)
    assert await calendar.check("Check-up", at(2, 10)) is not None  # what we knew stays
    answers.update(status=200, body=b"<html>please log in</html>")
    results = await calendar.exchange.sync_all()
    assert [type(result) for result in results.values()] == [InvalidInput]
    assert await calendar.check("Check-up", at(2, 10)) is not None
    await calendar.exchange.remove_account(account.id)
    assert await calendar.check("Check-up", at(2, 10)) is None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "calendar.example", "https://me:secret@calendar.example/", "ftp://x.example/"])
def test_addresses_we_do_not_open(url: str) -> None:
    with pytest.raises(InvalidInput):
        check_url(url)


def test_all_day_and_floating_times_are_local() -> None:
    reading = ical.read(FILE, NEW_YORK, at(1, 0), at(5, 0))
    assert [(o.starts_at, o.ends_at) for o in reading.occurrences] == [(at(2, 0), at(4, 0))]
    assert date(2026, 12, 2) == reading.occurrences[0].starts_at.date()


async def test_sync_leaves_a_line_in_the_audit(world: World, tmp_path: Path) -> None:
    calendar = CalendarManager(
        world.db, world.vault, world.contacts, lambda: world.profile, world.clock,
        remote=lambda account: IcsAddress(account.url, transport=httpx.MockTransport(lambda request: httpx.Response(200, content=FILE))),
    )  # fmt: skip
    account = await calendar.exchange.add_account("ics", "https://calendar.example/private.ics")
    await calendar.exchange.sync(account.id)
    with world.db.read() as session:
        line = session.connection().exec_driver_sql("SELECT action, destination, size FROM audit").one()
    assert tuple(line) == ("calendar_sync", "calendar.example", 0)
