"""Appointments as RFC 5545 text, and busy times out of other people's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]
import x_wr_timezone

from assistant.domain.errors import InvalidInput

PRODUCT = "-//Local Assistance//Calendar//EN"
DOMAIN = "local-assistance"
MAX_BYTES = 5_000_000
MAX_OCCURRENCES = 5_000
_TOO_OFTEN = {"SECONDLY", "MINUTELY"}


def uid_of(appointment_id: str) -> str:
    """The same for ever, whatever happens to the appointment."""
    return f"{appointment_id}@{DOMAIN}"


def appointment_of(uid: str) -> str | None:
    name, _, domain = uid.rpartition("@")
    return name if domain == DOMAIN else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as we write it. `original` marks one date of a series (`rrule`, `exdates`) that differs from the rest."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    stamp: datetime
    sequence: int = 0
    status: Literal["CONFIRMED", "CANCELLED"] = "CONFIRMED"
    description: str | None = None
    location: str | None = None
    rrule: str | None = None
    exdates: tuple[datetime, ...] = ()
    original: datetime | None = None


def write(entries: Iterable[Entry], *, name: str | None = None, method: str | None = None) -> bytes:
    """A calendar with the time zones it needs."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
    first = None
    for entry in entries:
        calendar.add_component(_event(entry))
        first = min(first or entry.starts_at, entry.starts_at)
    if first is not None:
        calendar.add_missing_timezones(first_date=first.date() - timedelta(days=370), last_date=first.date() + timedelta(days=3660))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("last-modified", entry.stamp.astimezone(UTC))
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.summary)
    event.add("sequence", entry.sequence)
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT" if entry.status == "CANCELLED" else "OPAQUE")
    if entry.description:
        event.add("description", entry.description)
    if entry.location:
        event.add("location", entry.location)
    if entry.rrule:
        event.add("rrule", icalendar.vRecur.from_ical(entry.rrule))
    for gone in entry.exdates:
        event.add("exdate", gone)
    if entry.original is not None:
        event.add("recurrence-id", entry.original)
    return event


# -- reading ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One stretch of somebody else's event."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str | None
    busy: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What a calendar says within a window; `problems` are events that make no sense, by UID's hash."""

    occurrences: tuple[Occurrence, ...]
    problems: tuple[str, ...] = ()


def read(data: bytes, zone: tzinfo, start: datetime, end: datetime) -> Reading:
    """Every occurrence that overlaps [start, end), recurring ones expanded. Floating and all-day times are meant in `zone`.

    Raises InvalidInput when it is no calendar at all.
    """
    if len(data) > MAX_BYTES:
        raise InvalidInput("that calendar is too large", code="too_large")
    try:
        calendars = icalendar.Calendar.from_ical(data, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise InvalidInput("that is not an iCalendar file", code="bad_calendar") from error
    if not calendars or any(calendar.name != "VCALENDAR" for calendar in calendars):
        raise InvalidInput("that is not an iCalendar file", code="bad_calendar")
    found: list[Occurrence] = []
    problems: list[str] = []
    for calendar in calendars:
        for group in _series(x_wr_timezone.to_standard(calendar)):
            try:
                found += _expand(group, zone, start, end)
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
                problems.append(f"{fingerprint(group[0].get('uid', ''))}: {type(error).__name__}")
    return Reading(tuple(sorted(found, key=lambda o: (o.starts_at, o.uid))), tuple(problems))


def single(data: bytes, zone: tzinfo) -> Occurrence | None:
    """The one plain event of a resource of ours, as it stands; a cancelled one is not busy. None when there is none."""
    calendar = icalendar.Calendar.from_ical(data)
    events = [event for event in calendar.walk("VEVENT") if "RECURRENCE-ID" not in event]
    return _occurrence(events[0], zone) if events else None


def uid_in(data: bytes) -> str | None:
    for event in icalendar.Calendar.from_ical(data).walk("VEVENT"):
        return str(event.get("uid", "")) or None
    return None


def fingerprint(*parts: object) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]


def _series(calendar: Any) -> list[list[Any]]:
    """Events by UID: a recurring one together with its exceptions; those without a UID alone."""
    groups: dict[str, list[Any]] = {}
    for number, event in enumerate(calendar.walk("VEVENT")):
        groups.setdefault(str(event.get("uid") or f"nameless-{number}"), []).append(event)
    return list(groups.values())


def _expand(events: Sequence[Any], zone: tzinfo, start: datetime, end: datetime) -> list[Occurrence]:
    for event in events:
        rule = event.get("rrule")
        frequencies = {str(f).upper() for r in (rule if isinstance(rule, list) else [rule] if rule else []) for f in r.get("FREQ", [])}
        if frequencies & _TOO_OFTEN:
            raise ValueError("repeats too often")
    if len(events) == 1 and "RRULE" not in events[0] and "RDATE" not in events[0]:
        only = _occurrence(events[0], zone)
        return [only] if only.starts_at < end and only.ends_at > start else []
    holder = icalendar.Calendar()
    for event in events:
        holder.add_component(event)
    found: list[Occurrence] = []
    for occurrence in recurring_ical_events.of(holder).between(start, end):
        found.append(_occurrence(occurrence, zone))
        if len(found) >= MAX_OCCURRENCES:
            break
    return [o for o in found if o.starts_at < end and o.ends_at > start]


def _occurrence(event: Any, zone: tzinfo) -> Occurrence:
    begin = event.decoded("dtstart")
    if "DTEND" in event:
        finish = event.decoded("dtend")
    elif "DURATION" in event:
        finish = begin + event.decoded("duration")
    else:
        finish = begin + timedelta(days=1) if not isinstance(begin, datetime) else begin
    starts_at, ends_at = _moment(begin, zone), _moment(finish, zone)
    if ends_at < starts_at:
        raise ValueError("ends before it starts")
    busy = str(event.get("transp", "OPAQUE")).upper() != "TRANSPARENT" and str(event.get("status", "")).upper() != "CANCELLED"
    summary = str(event.get("summary", "")) or None
    return Occurrence(str(event.get("uid", "")), starts_at, ends_at, summary, busy and ends_at > starts_at)


def _moment(value: date | datetime, zone: tzinfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(0))
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)
