"""Recurrence rules in the wall time of a zone: "every Tuesday at nine" stays at nine when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from assistant.domain.errors import InvalidInput
from assistant.scheduling.grid import exists


def occurrences(rule: str, first: datetime, *, until: datetime, limit: int) -> list[datetime]:
    """The dates of an RRULE (without prefix) from `first`, which is always one of them, before `until`; at most `limit`.

    Wall times that the clocks skip are left out. `first` carries the zone the rule is meant in.
    """
    zone = first.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise InvalidInput("a recurrence needs the zone it is meant in")
    text = rule.strip().removeprefix("RRULE:")
    parts = dict(part.upper().split("=", 1) for part in text.split(";") if "=" in part)
    until_part = parts.pop("UNTIL", None)
    if parts.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise InvalidInput("that recurrence rule cannot be used", code="bad_recurrence")
    start = first.replace(tzinfo=None, fold=0)
    try:
        last = _until(until_part, zone)
        dates = rrulestr(";".join(f"{key}={value}" for key, value in parts.items()), dtstart=start)
        found = [first]
        for wall in dates:
            moment = wall.replace(tzinfo=zone)
            if len(found) >= limit or moment >= until or (last is not None and moment > last):
                break
            if wall > start and exists(moment, zone):
                found.append(moment)
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidInput("that recurrence rule cannot be used", code="bad_recurrence") from error
    return found


def _until(text: str | None, zone: ZoneInfo) -> datetime | None:
    """UNTIL as an instant: UTC when it says so, wall time otherwise; a date includes its whole day."""
    if text is None:
        return None
    if len(text) == 8:
        return datetime.strptime(text + "235959", "%Y%m%d%H%M%S").replace(tzinfo=zone)
    if text.endswith("Z"):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=zone)
