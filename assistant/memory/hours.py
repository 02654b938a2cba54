"""When the business is open: the profile's hours less closures and public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from assistant.domain.business import BusinessProfile, OpenPeriod

LOOK_AHEAD = 120


@dataclass(frozen=True, slots=True)
class Day:
    """One day's opening; `why` is the reason when a day that is normally open is closed, or the holiday's name."""

    day: date
    periods: tuple[OpenPeriod, ...]
    why: str | None = None

    def is_open_at(self, moment: time) -> bool:
        return any(period.start <= moment < period.end for period in self.periods)

    def overlaps(self, start: time, end: time) -> bool:
        return any(period.start < end and start < period.end for period in self.periods)


@lru_cache(maxsize=64)
def _public_holidays(country: str, year: int) -> dict[date, str]:
    try:
        return dict(holidays.country_holidays(country, years=year, language="en_US"))
    except NotImplementedError:  # a country the package does not know
        return {}


def holiday_name(profile: BusinessProfile, day: date) -> str | None:
    name = _public_holidays(profile.country, day.year).get(day)
    return None if name is None else name.split(";")[0].removesuffix(" (observed)")


def holiday_named(profile: BusinessProfile, question: str, today: date) -> date | None:
    """The next date of a public holiday whose name is in the question ("Christmas", "Thanksgiving")."""
    asked = question.casefold()
    for year in (today.year, today.year + 1):
        for day, name in sorted(_public_holidays(profile.country, year).items()):
            plain = name.split(";")[0].removesuffix(" (observed)").casefold()
            short = plain.removesuffix(" day").removesuffix("'s")
            if day >= today and "observed" not in name and (plain in asked or (len(short) > 5 and short in asked)):
                return day
    return None


def day_hours(profile: BusinessProfile, day: date) -> Day:
    usual = profile.hours[day.weekday()]
    for closure in profile.closures:
        if closure.start <= day <= closure.end:
            return Day(day, (), closure.reason or "closed that day")
    holiday = holiday_name(profile, day)
    if holiday is not None and not profile.open_on_holidays:
        return Day(day, (), holiday)
    return Day(day, usual, holiday)


def next_open(profile: BusinessProfile, now: datetime) -> tuple[date, time] | None:
    """The next opening after this local moment."""
    for ahead in range(LOOK_AHEAD):
        day = day_hours(profile, now.date() + timedelta(days=ahead))
        for period in day.periods:
            if ahead or period.start > now.time():
                return day.day, period.start
    return None
