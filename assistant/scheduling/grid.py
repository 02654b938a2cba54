"""Whole minutes since the epoch, and the five-minute units in which time is claimed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

#: Fixed for ever: claims made under one `slot_minutes` stay right under another. Lengths round up to it, so sharing a unit is refused.
UNIT_MINUTES = 5

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def to_minutes(moment: datetime) -> int:
    """Whole minutes since the epoch, rounded down."""
    return (moment - _EPOCH) // _MINUTE


def from_minutes(minutes: int, zone: tzinfo = UTC) -> datetime:
    return (_EPOCH + minutes * _MINUTE).astimezone(zone)


def units(start: int, end: int) -> range:
    """The claim units that [start, end) touches, as minutes since the epoch of their beginnings."""
    first = start // UNIT_MINUTES * UNIT_MINUTES
    return range(first, end, UNIT_MINUTES)


def exists(moment: datetime, zone: tzinfo) -> bool:
    """False for a wall-clock time that the clocks skip in spring. `moment` must carry `zone` itself for the question to make sense."""
    if moment.tzinfo is not zone and str(moment.tzinfo) != str(zone):
        return True
    back = moment.astimezone(UTC).astimezone(zone)
    return back.replace(tzinfo=None, fold=0) == moment.replace(tzinfo=None, fold=0)
