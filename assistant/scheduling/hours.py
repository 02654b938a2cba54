"""Opening hours: the week, closures and public holidays, as instants."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time, timedelta

import holidays

from assistant.domain.appointments import Refusal
from assistant.domain.business import BusinessProfile, OpenPeriod
from assistant.scheduling.grid import exists, to_minutes

#: A stretch of time in minutes since the epoch, end exclusive.
Span = tuple[int, int]


class OpeningHours:
    """One profile's hours. Cheap to ask again and again; make a new one when the profile changes."""

    def __init__(self, profile: BusinessProfile) -> None:
        self.profile = profile
        self.zone = profile.zone
        self._holidays = None if profile.open_on_holidays else _country_holidays(profile.country)
        self._holidays_lock = threading.Lock()  # the library fills in a year on first sight, not atomically
        self._spans: dict[date, tuple[Span, ...]] = {}

    def closed(self, day: date) -> Refusal | None:
        """Why the business does not open at all on that day, or None when it does."""
        for closure in self.profile.closures:
            if closure.start <= day <= closure.end:
                return Refusal("closure", closure.reason)
        if self._holidays is not None:
            with self._holidays_lock:
                name = self._holidays.get(day)
            if name:
                return Refusal("holiday", str(name).split(";")[0].strip())
        if not self.profile.hours[day.weekday()]:
            return Refusal("closed_day")
        return None

    def periods(self, day: date) -> tuple[OpenPeriod, ...]:
        return () if self.closed(day) else self.profile.hours[day.weekday()]

    def words(self, day: date) -> tuple[tuple[str, str], ...]:
        """The day's periods as `HH:MM` pairs; an end at midnight is `24:00`."""
        return tuple((_clock(period.start), _clock(period.end)) for period in self.periods(day))

    def open_periods(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The day's periods as aware times in the business's zone."""
        return tuple((self._moment(day, period.start), self._moment(day, period.end)) for period in self.periods(day))

    def spans(self, day: date) -> tuple[Span, ...]:
        """The day's periods in minutes since the epoch; a period that the clock change swallows is left out."""
        known = self._spans.get(day)
        if known is None:
            bounds = ((to_minutes(start), to_minutes(end)) for start, end in self.open_periods(day))
            known = self._spans[day] = tuple((start, end) for start, end in bounds if start < end)
        return known

    def _moment(self, day: date, at: time) -> datetime:
        if at >= time(23, 59):  # midnight as an end
            day, at = day + timedelta(days=1), time(0)
        local = datetime.combine(day, at, self.zone)
        # A wall time that the clocks skip is read as they then show it, an hour later.
        return local if exists(local, self.zone) else local.astimezone(UTC).astimezone(self.zone)

    def grid(self, day: date, step: int) -> list[int]:
        """All starts on the day's grid (wall-clock multiples of `step` minutes), in minutes since the epoch, in time order."""
        midnight = datetime.combine(day, time(0), self.zone)
        following = datetime.combine(day + timedelta(days=1), time(0), self.zone)
        begin, end = to_minutes(midnight), to_minutes(following)
        if end - begin == 24 * 60 and midnight.utcoffset() == following.utcoffset():
            return list(range(begin, end, step))
        starts = set()
        for minutes in range(0, 24 * 60, step):  # a day on which the clocks change
            local = datetime.combine(day, time(minutes // 60, minutes % 60), self.zone)
            for fold in (0, 1):
                candidate = local.replace(fold=fold)
                if exists(candidate, self.zone):
                    starts.add(to_minutes(candidate))
        return sorted(starts)

    def on_grid(self, moment: datetime, step: int) -> bool:
        local = moment.astimezone(self.zone)
        return (local.hour * 60 + local.minute) % step == 0 and local.second == 0 and local.microsecond == 0


def _clock(at: time) -> str:
    return "24:00" if at >= time(23, 59) else at.strftime("%H:%M")


def _country_holidays(country: str) -> holidays.HolidayBase | None:
    """The public holidays of a country, in English where the library has them; None for a country it does not know."""
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        return None
    languages = holidays.list_localized_countries().get(country, [])
    english = next((language for language in (f"en_{country}", "en_US") if language in languages), None)
    return holidays.country_holidays(country, language=english)
