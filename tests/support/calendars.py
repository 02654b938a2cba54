"""A small dental practice, a stopped clock and a calendar, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from assistant.domain.business import BookingRules, BusinessProfile, Closure, OpenPeriod, Service
from assistant.domain.clock import ManualClock
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.tables import Base
from assistant.storage.vault import MasterKey, Vault
from calendar_manager import CalendarManager
from tests.support.databases import fresh_database

NEW_YORK = ZoneInfo("America/New_York")
_DAY = (OpenPeriod(time(9), time(12)), OpenPeriod(time(13), time(17)))
PRACTICE = BusinessProfile(
    name="Elm Street Dental",
    timezone="America/New_York",
    hours=(_DAY, _DAY, _DAY, _DAY, (OpenPeriod(time(9), time(13)),), (), ()),
    services=(
        Service("Cleaning", 45, ("teeth cleaning", "hygienist"), buffer_minutes=10, price="120 dollars"),
        Service("Check-up", 30, ("checkup", "exam")),
        Service("Root canal", 200),
    ),
    closures=(Closure(date(2026, 12, 24), date(2026, 12, 27), "winter break"),),
)
#: A Monday morning, eight o'clock in New York.
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=NEW_YORK)
KEY = MasterKey(b"0123456789abcdef0123456789abcdef")


def at(day: int, hour: int, minute: int = 0, *, month: int = 12, year: int = 2026) -> datetime:
    """A New York wall time in December 2026."""
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)


class Heard:
    """An event sink that remembers."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str | None, Mapping[str, Any]]] = []

    def publish(self, type: str, conversation: str | None, data: Mapping[str, Any]) -> None:
        self.events.append((type, conversation, data))


class Letters:
    """A messenger that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.owner: list[str] = []

    async def send(self, **letter: Any) -> str:
        self.sent.append(letter)
        return f"out_{len(self.sent)}"

    async def tell_owner(self, body: str, *, key: str, urgent: bool = False) -> None:
        self.owner.append(body)


@dataclass
class World:
    """One business with its calendar; change `profile` as an owner would edit the file."""

    db: Database
    clock: ManualClock
    profile: BusinessProfile = PRACTICE
    heard: Heard = field(default_factory=Heard)
    letters: Letters = field(default_factory=Letters)

    def __post_init__(self) -> None:
        self.vault = Vault([KEY], self.clock)
        self.contacts = Contacts(self.vault, self.clock)
        self.calendar = CalendarManager(self.db, self.vault, self.contacts, lambda: self.profile, self.clock, events=self.heard)
        self.calendar.use_messenger(self.letters)

    def rules(self, **changes: Any) -> None:
        rules: BookingRules = replace(self.profile.booking, **changes)
        self.profile = replace(self.profile, booking=rules)

    def person(self, phone: str = "+12025550143", name: str | None = None) -> str:
        with self.db.write() as session:
            contact = self.contacts.for_phone(session, phone)
            if name:
                self.contacts.set_name(session, contact.id, name)
            return contact.id


def make_world(url: str, now: datetime = MONDAY, profile: BusinessProfile = PRACTICE) -> World:
    if url.startswith("sqlite:///"):
        return World(fresh_database(Path(url.removeprefix("sqlite:///"))), ManualClock(now), profile)
    db = Database(url)
    Base.metadata.create_all(db.engine)
    return World(db, ManualClock(now), profile)
