"""Why a time can or cannot be had."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.business import OpenPeriod
from assistant.domain.errors import InvalidInput
from tests.support.calendars import NEW_YORK, World, at


@pytest.mark.parametrize(
    ("service", "when", "code"),
    [
        ("Check-up", at(30, 7, month=11), "past"),
        ("Check-up", at(30, 9, month=11), None),  # exactly the notice of an hour
        ("Check-up", at(5, 10), "closed_day"),
        ("Check-up", at(25, 10), "closure"),
        ("Check-up", at(1, 10, month=1, year=2027), "holiday"),
        ("Check-up", at(1, 12), "outside_hours"),
        ("Check-up", at(1, 8, 45), "outside_hours"),
        ("Check-up", at(1, 17), "outside_hours"),
        ("Check-up", at(1, 16, 30), None),
        ("Check-up", at(1, 16, 45), "too_long"),
        ("Cleaning", at(1, 11, 15), None),  # the buffer may reach into lunch
        ("Cleaning", at(1, 11, 30), "too_long"),
        ("Root canal", at(1, 9), "too_long"),
        ("Root canal", at(1, 13), None),
        ("Check-up", at(1, 10, 10), "off_grid"),
        ("Check-up", at(1, 9, month=3, year=2027), "beyond_horizon"),
        ("Check-up", at(26, 10, month=2, year=2027), None),
        ("Massage", at(1, 10), "unknown_service"),
        ("teeth cleaning", at(1, 10), None),
    ],
)
async def test_check(world: World, service: str, when: datetime, code: str | None) -> None:
    refusal = await world.calendar.check(service, when)
    assert (refusal.code if refusal else None) == code


async def test_too_soon(world: World) -> None:
    await world.clock.advance(61 * 60)
    refusal = await world.calendar.check("Check-up", at(30, 10, month=11))
    assert refusal is not None and refusal.code == "too_soon"


async def test_refusals_name_their_reason(world: World) -> None:
    closure = await world.calendar.check("Check-up", at(24, 10))
    holiday = await world.calendar.check("Check-up", at(1, 10, month=1, year=2027))
    hours = await world.calendar.check("Check-up", at(4, 15))
    assert closure is not None and closure.reason == "winter break"
    assert holiday is not None and holiday.reason == "New Year's Day"
    assert hours is not None and hours.hours == (("09:00", "13:00"),)


async def test_holidays_may_be_worked_and_differ_by_country(world: World) -> None:
    new_year = at(1, 10, month=1, year=2027)
    world.profile = replace(world.profile, open_on_holidays=True)
    assert await world.calendar.check("Check-up", new_year) is None
    world.profile = replace(world.profile, open_on_holidays=False, country="DE")
    refusal = await world.calendar.check("Check-up", new_year)
    assert refusal is not None and refusal.reason == "New Year's Day"


async def test_a_naive_time_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput):
        await world.calendar.check("Check-up", datetime(2026, 12, 1, 10))  # noqa: DTZ001


async def test_an_edited_profile_counts_at_once(world: World) -> None:
    assert await world.calendar.check("Check-up", at(1, 10, 10)) is not None
    world.rules(slot_minutes=5)
    assert await world.calendar.check("Check-up", at(1, 10, 10)) is None


async def test_a_changed_grid_stays_safe(world: World) -> None:
    """Claims made on one grid stand in the way on every other."""
    await world.calendar.create("Check-up", at(1, 10), contact_name="Joan Keller")
    world.rules(slot_minutes=20)
    taken = [await world.calendar.check("Check-up", at(1, 9, 40)), await world.calendar.check("Check-up", at(1, 10, 20))]
    assert [refusal.code if refusal else None for refusal in taken] == ["taken", "taken"]
    assert await world.calendar.check("Check-up", at(1, 10, 40)) is None


async def test_blocks_close_and_open(world: World) -> None:
    standing = await world.calendar.create("Check-up", at(1, 14), contact_name="Joan Keller")
    hit = await world.calendar.block(at(1, 12), at(1, 17), reason="school play")
    assert [a.id for a in hit] == [standing.id]
    refusal = await world.calendar.check("Check-up", at(1, 15))
    assert refusal is not None and (refusal.code, refusal.reason) == ("taken", None)
    assert await world.calendar.find("Check-up", start=at(1, 12), end=at(2, 0)) == ()
    assert await world.calendar.unblock(at(1, 15), at(1, 16)) == 1
    assert [s.starts_at for s in await world.calendar.find("Check-up", start=at(1, 12), end=at(2, 0), count=9)] == [
        at(1, 15), at(1, 15, 15), at(1, 15, 30),
    ]  # fmt: skip
    assert [(b.starts_at, b.ends_at, b.reason) for b in await world.calendar.blocks(at(1, 0), at(2, 0))] == [
        (at(1, 12), at(1, 15), "school play"),
        (at(1, 16), at(1, 17), "school play"),
    ]
    with pytest.raises(InvalidInput):
        await world.calendar.block(at(1, 12), at(1, 12))


async def test_day_hours(world: World) -> None:
    assert await world.calendar.day_hours(date(2026, 12, 4)) == ((at(4, 9), at(4, 13)),)
    assert await world.calendar.day_hours(date(2026, 12, 25)) == ()


class TestChangingClocks:
    """8 November 2026 has passed; the next changes are 14 March and 7 November 2027, both Sundays, at two."""

    @pytest.fixture(autouse=True)
    def _open_on_sundays(self, world: World) -> None:
        night = (OpenPeriod(time(0), time(6)),)
        world.profile = replace(world.profile, hours=(night,) * 7, open_on_holidays=True)
        world.rules(max_days_ahead=400, slot_minutes=30)

    async def test_the_skipped_hour_does_not_exist(self, world: World) -> None:
        skipped = datetime(2027, 3, 14, 2, 30, tzinfo=NEW_YORK)
        refusal = await world.calendar.check("Check-up", skipped)
        assert refusal is not None and refusal.code == "nonexistent"
        day = datetime(2027, 3, 14, tzinfo=NEW_YORK)
        page = await world.calendar.availability("Check-up", from_=day, to=day + timedelta(days=1))
        walls = [s.starts_at.strftime("%H:%M") for s in page.items]
        assert walls == ["00:00", "00:30", "01:00", "01:30", "03:00", "03:30", "04:00", "04:30", "05:00", "05:30"]
        assert all(s.ends_at.astimezone(UTC) - s.starts_at.astimezone(UTC) == timedelta(minutes=30) for s in page.items)

    async def test_the_repeated_hour_can_be_had_twice(self, world: World) -> None:
        early = datetime(2027, 11, 7, 1, 30, tzinfo=NEW_YORK)
        late = early.replace(fold=1)
        await world.calendar.create("Check-up", early, contact_name="Joan Keller")
        assert await world.calendar.check("Check-up", late) is None
        await world.calendar.create("Check-up", late, contact_name="Luis Ortega")
        assert len(await world.calendar.agenda(datetime(2027, 11, 7, tzinfo=NEW_YORK), datetime(2027, 11, 8, tzinfo=NEW_YORK))) == 2

    async def test_a_series_keeps_its_wall_time(self, world: World) -> None:
        first = await world.calendar.create("Check-up", datetime(2027, 3, 9, 4, tzinfo=NEW_YORK), recurrence="FREQ=WEEKLY;COUNT=3")
        booked = (await world.calendar.series(first.id)).booked
        assert [a.starts_at.hour for a in booked] == [4, 4, 4]
        assert [a.starts_at.astimezone(UTC).hour for a in booked] == [9, 8, 8]

    async def test_a_series_leaves_out_a_time_that_does_not_exist(self, world: World) -> None:
        first = await world.calendar.create("Check-up", datetime(2027, 3, 7, 2, 30, tzinfo=NEW_YORK), recurrence="FREQ=WEEKLY;COUNT=3")
        days = [a.starts_at.day for a in (await world.calendar.series(first.id)).booked]
        assert days == [7, 21]


async def test_times_from_another_zone_mean_the_same_instant(world: World) -> None:
    london = ZoneInfo("Europe/London")
    booked = await world.calendar.create("Check-up", datetime(2026, 12, 1, 15, 0, tzinfo=london), contact_name="Joan Keller")
    assert booked.starts_at == at(1, 10) and booked.starts_at.hour == 10
