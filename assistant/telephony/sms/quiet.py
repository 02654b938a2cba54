"""Quiet hours, in the zone of the person who would be woken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as phone_zones

_JUMPS = 12


def zones_of(phone: str | None, *, own: str | None = None, business: str) -> tuple[ZoneInfo, ...]:
    """Every zone the person may be in: the one we know, else those of the number, else the business's."""
    if own:
        found = _zones([own])
        if found:
            return found
    if phone:
        try:
            number = phonenumbers.parse(phone, None)
        except phonenumbers.NumberParseException:
            number = None
        names = phone_zones.time_zones_for_number(number) if number is not None else ()
        if len(names) > 1 and business in names:  # a number of the whole country: more likely a neighbour than anybody else
            names = (business,)
        found = _zones(names)
        if found:
            return found
    return _zones([business]) or (ZoneInfo("UTC"),)


def is_quiet(moment: datetime, zones: Sequence[ZoneInfo], quiet: tuple[time, time] | None) -> bool:
    """Quiet for the person wherever in `zones` they are: one zone that sleeps is enough."""
    return quiet is not None and any(_asleep(moment.astimezone(zone).time(), quiet) for zone in zones)


def next_allowed(moment: datetime, zones: Sequence[ZoneInfo], quiet: tuple[time, time] | None) -> datetime | None:
    """The first moment from `moment` on that is quiet nowhere; None when the zones leave no such moment."""
    for _ in range(_JUMPS):
        asleep = [zone for zone in zones if quiet is not None and _asleep(moment.astimezone(zone).time(), quiet)]
        if quiet is None or not asleep:
            return moment
        moment = max(_following(moment.astimezone(zone), quiet[1]) for zone in asleep)
    return None


def latest_allowed(moment: datetime, zones: Sequence[ZoneInfo], quiet: tuple[time, time] | None) -> datetime | None:
    """The last moment up to `moment` that is quiet nowhere: a minute before the quiet begins."""
    for _ in range(_JUMPS):
        asleep = [zone for zone in zones if quiet is not None and _asleep(moment.astimezone(zone).time(), quiet)]
        if quiet is None or not asleep:
            return moment
        moment = min(_preceding(moment.astimezone(zone), quiet[0]) for zone in asleep) - timedelta(minutes=1)
    return None


def _asleep(now: time, quiet: tuple[time, time]) -> bool:
    start, end = quiet
    return start <= now < end if start <= end else now >= start or now < end


def _following(local: datetime, at: time) -> datetime:
    candidate = datetime.combine(local.date(), at, tzinfo=local.tzinfo)
    if candidate.astimezone(UTC) <= local.astimezone(UTC):
        candidate = datetime.combine(local.date() + timedelta(days=1), at, tzinfo=local.tzinfo)
    return candidate.astimezone(UTC)


def _preceding(local: datetime, at: time) -> datetime:
    candidate = datetime.combine(local.date(), at, tzinfo=local.tzinfo)
    if candidate.astimezone(UTC) > local.astimezone(UTC):
        candidate = datetime.combine(local.date() - timedelta(days=1), at, tzinfo=local.tzinfo)
    return candidate.astimezone(UTC)


def _zones(names: Sequence[str]) -> tuple[ZoneInfo, ...]:
    found = []
    for name in names:
        try:
            found.append(ZoneInfo(name))
        except (ZoneInfoNotFoundError, ValueError):  # "Etc/Unknown" and the like
            continue
    return tuple(found)
