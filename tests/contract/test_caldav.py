"""Two-way sync against a real Radicale server, with the owner's calendar program played by plain HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from assistant.domain.errors import ProviderRefused, SlotTaken, Unavailable
from assistant.jobs.calendar_sync import SyncReport
from tests.support.calendars import World, at, make_world
from tests.support.radicale import PASSWORD, USER, RadicaleServer, radicale

__all__ = ["radicale"]
pytestmark = pytest.mark.slow

EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Owner//Phone//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261120T000000Z
DTSTART;TZID=America/New_York:{start:%Y%m%dT%H%M%S}
DTEND;TZID=America/New_York:{end:%Y%m%dT%H%M%S}
SUMMARY:School play
{more}END:VEVENT
END:VCALENDAR
"""


class Phone:
    """What the owner does in their own calendar program."""

    def __init__(self, url: str, client: httpx.Client) -> None:
        self.url, self.client = url, client

    def put(self, uid: str, start: datetime, end: datetime, more: str = "") -> None:
        text = EVENT.format(uid=uid, start=start, end=end, more=more).replace("\n", "\r\n")
        self.client.put(f"{self.url}{uid}.ics", content=text, headers={"Content-Type": "text/calendar"}).raise_for_status()

    def text(self, name: str) -> str | None:
        answer = self.client.get(f"{self.url}{name}.ics")
        return answer.text if answer.status_code == 200 else None

    def names(self) -> list[str]:
        body = '<?xml version="1.0"?><d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>'
        answer = self.client.request("PROPFIND", self.url, content=body, headers={"Depth": "1"})
        return sorted(re.findall(r"/([^/<]+)\.ics</", answer.text))

    def move(self, name: str, start: datetime, end: datetime) -> None:
        text = self.text(name)
        assert text is not None
        text = re.sub(r"DTSTART[^\r\n]*", f"DTSTART;TZID=America/New_York:{start:%Y%m%dT%H%M%S}", text.split("BEGIN:VEVENT")[1])
        text = re.sub(r"DTEND[^\r\n]*", f"DTEND;TZID=America/New_York:{end:%Y%m%dT%H%M%S}", text)
        whole = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Owner//Phone//EN\r\nBEGIN:VEVENT" + text
        self.client.put(f"{self.url}{name}.ics", content=whole, headers={"Content-Type": "text/calendar"}).raise_for_status()

    def delete(self, name: str) -> None:
        self.client.delete(f"{self.url}{name}.ics").raise_for_status()


class Synced:
    """A practice that keeps step with the owner's calendar."""

    def __init__(self, world: World, phone: Phone, account_id: str) -> None:
        self.world, self.phone, self.account_id = world, phone, account_id
        self.calendar = world.calendar

    async def sync(self) -> SyncReport:
        return await self.calendar.exchange.sync(self.account_id)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(f"sqlite:///{tmp_path / 'sync.db'}")
    yield made
    made.db.close()


@pytest.fixture
async def synced(world: World, radicale: RadicaleServer) -> Synced:
    url = radicale.new_calendar()
    account = await world.calendar.exchange.add_account("caldav", url, user=USER, password=PASSWORD)
    return Synced(world, Phone(url, radicale.client()), account.id)


async def test_round_trip(synced: Synced) -> None:
    """Busy there blocks here; booked here appears there; moved and deleted there is respected here."""
    synced.phone.put("play", at(1, 9), at(1, 11))
    booked = await synced.calendar.create("Check-up", at(1, 13), contact_name="Joan Keller")
    report = await synced.sync()
    assert (report.busy, report.sent, report.conflicts) == (1, 1, [])
    refusal = await synced.calendar.check("Check-up", at(1, 10))
    assert refusal is not None and (refusal.code, refusal.reason) == ("taken", None)
    assert await synced.calendar.check("Check-up", at(1, 11)) is None
    text = synced.phone.text(booked.id)
    assert text is not None and "SUMMARY:Check-up\r\n" in text and "Keller" not in text

    synced.phone.move(booked.id, at(2, 14), at(2, 14, 30))
    report = await synced.sync()
    assert (report.moved, report.sent, report.conflicts) == (1, 0, [])
    moved = await synced.calendar.get(booked.id)
    assert (moved.id, moved.starts_at, moved.sequence) == (booked.id, at(2, 14), 1)
    assert await synced.calendar.check("Check-up", at(1, 13)) is None

    synced.phone.delete(booked.id)
    synced.phone.delete("play")
    report = await synced.sync()
    assert (report.cancelled, report.busy) == (1, 0)
    assert (await synced.calendar.get(booked.id)).status == "cancelled"
    assert await synced.calendar.check("Check-up", at(1, 10)) is None
    assert (await synced.sync()) == SyncReport(synced.account_id)


async def test_nothing_changed_sends_nothing(synced: Synced) -> None:
    await synced.calendar.create("Check-up", at(1, 13), contact_name="Joan Keller")
    await synced.sync()
    again = await synced.sync()
    assert (again.sent, again.moved, again.removed, again.bytes_out) == (0, 0, 0, 0)


async def test_moved_and_cancelled_here_goes_there(synced: Synced) -> None:
    booked = await synced.calendar.create("Check-up", at(1, 13), contact_name="Joan Keller")
    await synced.sync()
    await synced.calendar.move(booked.id, at(3, 15), actor="caller")
    await synced.sync()
    text = synced.phone.text(booked.id)
    assert text is not None and "20261203T150000" in text and "SEQUENCE:1" in text
    await synced.calendar.cancel(booked.id, actor="caller")
    assert (await synced.sync()).removed == 1
    assert synced.phone.names() == []


async def test_changed_on_both_sides_ours_stays_and_it_is_told(synced: Synced) -> None:
    booked = await synced.calendar.create("Check-up", at(1, 13), contact_name="Joan Keller")
    await synced.sync()
    await synced.calendar.move(booked.id, at(3, 15), actor="caller")
    synced.phone.move(booked.id, at(2, 9), at(2, 9, 30))
    report = await synced.sync()
    assert [(c.kind, c.appointment_id) for c in report.conflicts] == [("changed_both", booked.id)]
    text = synced.phone.text(booked.id)
    assert text is not None and "20261203T150000" in text
    assert (await synced.calendar.get(booked.id)).starts_at == at(3, 15)
    assert synced.world.letters.owner == ["Calendar sync: changed here and there, so I kept ours for the booking of Thu Dec 3, 15:00."]
    assert ("calendar.conflict", "changed_both") in [(kind, data.get("kind")) for kind, _, data in synced.world.heard.events]


async def test_deleted_there_but_moved_here_is_put_back(synced: Synced) -> None:
    booked = await synced.calendar.create("Check-up", at(1, 13), contact_name="Joan Keller")
    await synced.sync()
    await synced.calendar.move(booked.id, at(3, 15), actor="caller")
    synced.phone.delete(booked.id)
    report = await synced.sync()
    assert [c.kind for c in report.conflicts] == ["deleted_but_changed"]
    assert synced.phone.names() == [booked.id]


async def test_moved_there_onto_a_taken_time_is_put_back(synced: Synced) -> None:
    first = await synced.calendar.create("Check-up", at(1, 13), contact_name="Joan Keller")
    await synced.calendar.create("Check-up", at(1, 14), contact_name="Luis Ortega")
    await synced.sync()
    synced.phone.move(first.id, at(1, 14), at(1, 14, 30))
    report = await synced.sync()
    assert [(c.kind, c.appointment_id) for c in report.conflicts] == [("taken", first.id)]
    text = synced.phone.text(first.id)
    assert text is not None and "20261201T130000" in text
    assert (await synced.sync()).conflicts == []


async def test_the_owner_may_move_outside_hours(synced: Synced) -> None:
    booked = await synced.calendar.create("Check-up", at(1, 13), contact_name="Joan Keller")
    await synced.sync()
    synced.phone.move(booked.id, at(5, 10), at(5, 11))
    assert (await synced.sync()).moved == 1
    moved = await synced.calendar.get(booked.id)
    assert (moved.starts_at, moved.ends_at) == (at(5, 10), at(5, 11))


async def test_after_days_offline(synced: Synced, radicale: RadicaleServer) -> None:
    kept = await synced.calendar.create("Check-up", at(9, 13), contact_name="Joan Keller")
    gone = await synced.calendar.create("Check-up", at(9, 14), contact_name="Luis Ortega")
    await synced.sync()
    radicale.stop()
    try:
        with pytest.raises(Unavailable):
            await synced.sync()
        (account,) = await synced.calendar.exchange.accounts()
        assert account.last_error == "unavailable"
        await synced.world.clock.advance(timedelta(days=4).total_seconds())
        new = await synced.calendar.create("Check-up", at(10, 9), contact_name="Tom Okafor")
        await synced.calendar.cancel(gone.id, actor="caller")
    finally:
        radicale.start()
    synced.phone.put("play", at(8, 9), at(8, 12))
    synced.phone.move(kept.id, at(9, 16), at(9, 16, 30))
    report = await synced.sync()
    assert (report.sent, report.removed, report.moved, report.busy, report.conflicts) == (1, 1, 1, 1, [])
    assert synced.phone.names() == sorted([kept.id, new.id, "play"])
    (account,) = await synced.calendar.exchange.accounts()
    assert account.last_error is None


async def test_recurring_and_free_events(synced: Synced) -> None:
    synced.phone.put("course", at(1, 9), at(1, 10), "RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE;TZID=America/New_York:20261208T090000\r\n")
    synced.phone.put("free", at(2, 9), at(2, 12), "TRANSP:TRANSPARENT\r\n")
    assert (await synced.sync()).busy == 2
    taken = [await synced.calendar.check("Check-up", at(day, 9)) is not None for day in (1, 8, 15, 22, 2)]
    assert taken == [True, False, True, False, False]


async def test_busy_there_over_a_booking_here_is_told_once(synced: Synced) -> None:
    booked = await synced.calendar.create("Check-up", at(1, 13), contact_name="Joan Keller")
    synced.phone.put("play", at(1, 12), at(1, 15))
    assert [(c.kind, c.appointment_id) for c in (await synced.sync()).conflicts] == [("overlaps", booked.id)]
    assert (await synced.sync()).conflicts == []
    assert (await synced.calendar.get(booked.id)).status == "booked"
    with pytest.raises(SlotTaken):
        await synced.calendar.create("Check-up", at(1, 13))


async def test_names_go_there_only_when_told(world: World, radicale: RadicaleServer) -> None:
    url = radicale.new_calendar()
    account = await world.calendar.exchange.add_account("caldav", url, user=USER, password=PASSWORD, share_names=True)
    booked = await world.calendar.create("Check-up", at(1, 13), contact_name="Joan Keller")
    await world.calendar.exchange.sync(account.id)
    text = Phone(url, radicale.client()).text(booked.id)
    assert text is not None and "SUMMARY:Check-up: Joan Keller" in text


async def test_a_cut_off_round_is_no_conflict(synced: Synced) -> None:
    """Sent, but not noted: the next round finds the same there and agrees."""
    await synced.calendar.create("Check-up", at(1, 13), contact_name="Joan Keller")
    await synced.sync()
    with synced.world.db.write() as session:
        session.connection().exec_driver_sql("DELETE FROM sync_items")
    report = await synced.sync()
    assert (report.sent, report.conflicts) == (0, [])


async def test_wrong_password_and_no_calendar(world: World, radicale: RadicaleServer) -> None:
    url = radicale.new_calendar()
    account = await world.calendar.exchange.add_account("caldav", url, user=USER, password="wrong")
    with pytest.raises(ProviderRefused):
        await world.calendar.exchange.sync(account.id)
    account = await world.calendar.exchange.add_account("caldav", radicale.url + "/", user=USER, password=PASSWORD)
    assert (await world.calendar.exchange.sync(account.id)).conflicts == []
