"""What the owner tells us about the business; loaded and checked by `config`, read by everyone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """Open from `start` until `end` (exclusive), local time; midnight as an end is `time.max`."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    minutes: int
    aliases: tuple[str, ...] = ()
    buffer_minutes: int = 0
    price: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """Closed from `start` to `end`, both days included."""

    start: date
    end: date
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Faq:
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class BookingRules:
    min_notice_minutes: int = 60
    max_days_ahead: int = 90
    slot_minutes: int = 15
    parallel: int = 1
    reminder_hours_before: int = 24
    ask_for: tuple[str, ...] = ("name", "phone")


@dataclass(frozen=True, slots=True)
class BusinessProfile:
    name: str
    timezone: str
    country: str = "US"
    greeting: str = ""
    address: str | None = None
    website: str | None = None
    email: str | None = None
    phone: str | None = None
    transfer_to: str | None = None
    emergency_number: str = "911"
    #: one tuple of open periods a weekday, Monday first; an empty tuple is a closed day
    hours: tuple[tuple[OpenPeriod, ...], ...] = ((),) * 7
    booking: BookingRules = field(default_factory=BookingRules)
    services: tuple[Service, ...] = ()
    closures: tuple[Closure, ...] = ()
    faq: tuple[Faq, ...] = ()
    open_on_holidays: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def service(self, name: str) -> Service | None:
        """The service of that exact name or alias, whatever its case."""
        wanted = name.casefold().strip()
        for service in self.services:
            if wanted == service.name.casefold() or wanted in (alias.casefold() for alias in service.aliases):
                return service
        return None
