"""Time zones as they are said: "3 pm Eastern", "9 am GMT"; a caller may name another zone than the business's."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Hours from UTC for letters that name one offset; places, whose offset changes in summer, for the rest.
_OFFSETS = {
    "pst": -8, "pdt": -7, "mst": -7, "mdt": -6, "cst": -6, "cdt": -5, "est": -5, "edt": -4, "gmt": 0, "utc": 0, "bst": 1, "cet": 1,
    "cest": 2,     "ist": 5.5, "acdt": 10.5, "aest": 10, "jst": 9, "hkt": 8, "sgt": 8,
}  # fmt: skip
_PLACES = {
    "et": "America/New_York", "pt": "America/Los_Angeles", "ct": "America/Chicago", "mt": "America/Denver", "eastern": "America/New_York",
    "pacific": "America/Los_Angeles", "central": "America/Chicago", "mountain": "America/Denver", "beijing": "Asia/Shanghai",
    "london": "Europe/London",
    "berlin": "Europe/Berlin", "paris": "Europe/Paris", "atlantic": "America/Halifax", "local": "",
}  # fmt: skip
SHORT = frozenset(_OFFSETS) | {"et", "pt", "ct", "mt"}
LONG = frozenset(_PLACES) - SHORT


def zone_named(name: str) -> tzinfo | None:
    """The zone of a name as said, None for the local one or where the zone data is missing."""
    if name in _OFFSETS:
        return timezone(timedelta(hours=_OFFSETS[name]))
    try:
        return ZoneInfo(_PLACES[name]) if _PLACES.get(name) else None
    except ZoneInfoNotFoundError:
        return None
