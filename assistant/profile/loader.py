"""`business.toml` -> BusinessProfile. Every mistake is reported at once: file, line, what is wrong, how to mend it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import date, time
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import holidays
import phonenumbers

from assistant.domain.business import WEEKDAYS, BookingRules, BusinessProfile, Closure, Faq, OpenPeriod, Service
from assistant.domain.errors import ConfigurationError
from assistant.profile.lines import Path as TomlPath
from assistant.profile.lines import line_numbers, nearest

T = TypeVar("T")
_TOP = {
    "name", "timezone", "country", "greeting", "address", "website", "email", "phone", "transfer_to", "emergency_number",
    "open_on_holidays", "hours", "booking", "services", "closures", "faq",
}  # fmt: skip
_SERVICE = {"name", "aliases", "minutes", "buffer_minutes", "price", "description"}
_BOOKING: dict[str, tuple[int, int]] = {
    "min_notice_minutes": (0, 60 * 24 * 30),
    "max_days_ahead": (1, 730),
    "slot_minutes": (5, 240),
    "parallel": (1, 100),
    "reminder_hours_before": (0, 24 * 14),
}
_DAY_NAMES = {"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6}
_SPAN = re.compile(r"^\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*$")


class ProfileError(ConfigurationError):
    """`problems` are whole sentences, each with file and line."""

    code = "bad_profile"

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def load_profile(path: Path) -> BusinessProfile:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProfileError([f"{path.name}: there is no such file. Copy business.toml from the repository, or set BUSINESS_FILE."]) from None
    except UnicodeDecodeError as error:
        raise ProfileError([f"{path.name}: is not UTF-8 text (byte {error.start}). Save it as UTF-8."]) from None
    return parse_profile(text, path.name)


def parse_profile(text: str, file: str = "business.toml") -> BusinessProfile:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+)", str(error))
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise ProfileError([f"{file}:{where[1] if where else 1}: {message}. Check quotes, brackets and commas on that line."]) from None
    reader = _Reader(raw, file, line_numbers(text))
    profile = reader.profile()
    if reader.problems:
        raise ProfileError(reader.problems)
    return profile


class _Reader:
    def __init__(self, raw: dict[str, Any], file: str, lines: dict[TomlPath, int]) -> None:
        self.raw, self.file, self.lines = raw, file, lines
        self.problems: list[str] = []

    def wrong(self, path: TomlPath, what: str) -> None:
        self.problems.append(f"{self.file}:{nearest(self.lines, path)}: {what}")

    def known(self, given: Iterable[str], allowed: Iterable[str], path: TomlPath) -> None:
        allowed = list(allowed)
        for key in given:
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(allowed))}."
                self.wrong((*path, key), f'"{key}" is not known here; {hint}')

    def text(self, table: dict[str, Any], key: str, path: TomlPath, *, required: bool = False, limit: int = 1000) -> str | None:
        value = table.get(key)
        if value is None:
            if required:
                self.wrong(path, f'"{key}" is missing; add {key} = "..."')
            return None
        if not isinstance(value, str) or not value.strip():
            self.wrong((*path, key), f'{key} must be text in quotes, like {key} = "..."')
            return None
        if len(value) > limit:
            self.wrong((*path, key), f"{key} is longer than {limit} characters; shorten it.")
        return value.strip()

    def texts(self, table: dict[str, Any], key: str, path: TomlPath) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            self.wrong((*path, key), f'{key} must be a list of texts, like {key} = ["one", "two"]')
            return ()
        return tuple(item.strip() for item in value)

    def number(self, table: dict[str, Any], key: str, path: TomlPath, low: int, high: int, default: int | None) -> int:
        value = table.get(key, default)
        if value is None:
            self.wrong(path, f'"{key}" is missing; add {key} = 30')
            return low
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.wrong((*path, key), f"{key} must be a whole number from {low} to {high}.")
            return low
        return value

    def tables(self, key: str, read: Callable[[dict[str, Any], TomlPath], T | None]) -> tuple[T, ...]:
        value = self.raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong((key,), f"{key} must be written as [[{key}]], one block each.")
            return ()
        return tuple(made for i, item in enumerate(value) if (made := read(item, (key, i))) is not None)

    def profile(self) -> BusinessProfile:
        raw = self.raw
        self.known(raw, _TOP, ())
        name = self.text(raw, "name", (), required=True, limit=100) or "?"
        country = self._country()
        services = self.tables("services", self._service)
        self._unique_services(services)
        if not services:
            self.wrong(("services",), 'there is no service; add a block [[services]] with name = "..." and minutes = 30')
        return BusinessProfile(
            name=name,
            timezone=self._zone(),
            country=country,
            greeting=self.text(raw, "greeting", (), limit=400) or f"Thanks for calling {name}. This is the assistant. How can I help?",
            address=self.text(raw, "address", ()),
            website=self.text(raw, "website", ()),
            email=self.text(raw, "email", ()),
            phone=self._phone("phone", country),
            transfer_to=self._phone("transfer_to", country),
            emergency_number=self.text(raw, "emergency_number", (), limit=20) or "911",
            hours=self._hours(),
            booking=self._booking(),
            services=services,
            closures=self.tables("closures", self._closure),
            faq=self.tables("faq", self._faq),
            open_on_holidays=self._flag("open_on_holidays"),
        )

    def _flag(self, key: str) -> bool:
        value = self.raw.get(key, False)
        if not isinstance(value, bool):
            self.wrong((key,), f"{key} must be true or false, without quotes.")
            return False
        return value

    def _zone(self) -> str:
        zone = self.text(self.raw, "timezone", (), required=True)
        if zone is None:
            return "UTC"
        if zone not in available_timezones():
            near = difflib.get_close_matches(zone, sorted(available_timezones()), n=1, cutoff=0.5)
            hint = f'did you mean "{near[0]}"?' if near else 'write it like "Europe/Berlin".'
            self.wrong(("timezone",), f'"{zone}" is not a time zone; {hint}')
            return "UTC"
        return ZoneInfo(zone).key

    def _country(self) -> str:
        code = (self.text(self.raw, "country", ()) or "US").upper()
        if code not in holidays.list_supported_countries() or code not in phonenumbers.SUPPORTED_REGIONS:
            self.wrong(("country",), f'"{code}" is not a country code we know; write two letters, like "US" or "GB".')
            return "US"
        return code

    def _phone(self, key: str, country: str) -> str | None:
        text = self.text(self.raw, key, ())
        if text is None:
            return None
        try:
            number = phonenumbers.parse(text, country)
            if phonenumbers.is_possible_number(number):
                return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        except phonenumbers.NumberParseException:
            pass
        self.wrong((key,), f'"{text}" is not a phone number; write it with the country code, like "+12025550177".')
        return None

    def _hours(self) -> tuple[tuple[OpenPeriod, ...], ...]:
        table = self.raw.get("hours")
        if not isinstance(table, dict) or not table:
            self.wrong(("hours",), 'there are no opening hours; add [hours] with lines like mon = ["09:00-17:00"]')
            return ((),) * 7
        week: list[tuple[OpenPeriod, ...]] = [()] * 7
        for key, value in table.items():
            day = key.lower() if key.lower() in WEEKDAYS else WEEKDAYS[_DAY_NAMES[key.lower()]] if key.lower() in _DAY_NAMES else None
            if day is None:
                self.wrong(("hours", key), f'"{key}" is not a day; use {", ".join(WEEKDAYS)}.')
            else:
                week[WEEKDAYS.index(day)] = self._day(key, value)
        return tuple(week)

    def _day(self, key: str, value: Any) -> tuple[OpenPeriod, ...]:
        path: TomlPath = ("hours", key)
        spans = [value] if isinstance(value, str) else value
        if not isinstance(spans, list):
            self.wrong(path, f'{key} must be a list of spans, like {key} = ["09:00-12:00", "13:00-17:00"]')
            return ()
        periods: list[OpenPeriod] = []
        for span in spans:
            match = _SPAN.match(span) if isinstance(span, str) else None
            if match is None:
                self.wrong(path, f'"{span}" is not a span of hours; write it like "09:00-17:00".')
                continue
            h1, m1, h2, m2 = (int(part) for part in match.groups())
            if h1 > 23 or m1 > 59 or m2 > 59 or h2 > 24 or (h2 == 24 and m2):
                self.wrong(path, f'"{span}" has a time that does not exist; hours go from 00:00 to 24:00.')
                continue
            start, end = time(h1, m1), time.max if h2 == 24 else time(h2, m2)
            if end <= start:
                self.wrong(path, f'"{span}" ends before it starts; past midnight, write the rest on the next day.')
                continue
            periods.append(OpenPeriod(start, end))
        periods.sort(key=lambda period: period.start)
        for earlier, later in pairwise(periods):
            if later.start < earlier.end:
                self.wrong(path, f"the hours of {key} overlap at {later.start:%H:%M}; make them one span or leave a gap.")
        return tuple(periods)

    def _booking(self) -> BookingRules:
        table = self.raw.get("booking", {})
        if not isinstance(table, dict):
            self.wrong(("booking",), "booking must be written as [booking] with one setting a line.")
            return BookingRules()
        self.known(table, (*_BOOKING, "ask_for"), ("booking",))
        default = BookingRules()
        numbers = {key: self.number(table, key, ("booking",), low, high, getattr(default, key)) for key, (low, high) in _BOOKING.items()}
        if numbers["slot_minutes"] % 5:
            self.wrong(("booking", "slot_minutes"), "slot_minutes must be a multiple of 5, like 15 or 30.")
        ask = self.texts(table, "ask_for", ("booking",)) if "ask_for" in table else default.ask_for
        for item in ask:
            if item not in ("name", "phone", "email"):
                self.wrong(("booking", "ask_for"), f'"{item}" cannot be asked for; use name, phone or email.')
        return BookingRules(ask_for=ask, **numbers)

    def _service(self, table: dict[str, Any], path: TomlPath) -> Service | None:
        self.known(table, _SERVICE, path)
        name = self.text(table, "name", path, required=True, limit=120)
        minutes = self.number(table, "minutes", path, 5, 24 * 60, None)
        buffer = self.number(table, "buffer_minutes", path, 0, 240, 0)
        return name and Service(  # type: ignore[return-value]
            name,
            minutes,
            self.texts(table, "aliases", path),
            buffer,
            self.text(table, "price", path, limit=80),
            self.text(table, "description", path),
        )

    def _unique_services(self, services: tuple[Service, ...]) -> None:
        seen: dict[str, int] = {}
        for i, service in enumerate(services):
            for word in (service.name, *service.aliases):
                first = seen.setdefault(word.casefold(), i)
                if first != i:
                    both = f"{services[first].name} and {service.name}"
                    self.wrong(("services", i), f'"{word}" names two services ({both}); every name and alias must be unique.')

    def _closure(self, table: dict[str, Any], path: TomlPath) -> Closure | None:
        self.known(table, ("from", "to", "reason"), path)
        days: list[date] = []
        for key in ("from", "to"):
            value = table.get(key, table.get("from") if key == "to" else None)
            try:
                days.append(value if isinstance(value, date) else date.fromisoformat(str(value)))
            except ValueError:
                self.wrong((*path, key), f'{key} is not a day; write it like {key} = "2026-12-24".')
        if len(days) < 2:
            return None
        if days[1] < days[0]:
            self.wrong((*path, "to"), f"the closure ends ({days[1]}) before it starts ({days[0]}); swap from and to.")
            return None
        return Closure(days[0], days[1], self.text(table, "reason", path))

    def _faq(self, table: dict[str, Any], path: TomlPath) -> Faq | None:
        self.known(table, ("question", "answer"), path)
        question, answer = self.text(table, "question", path, required=True), self.text(table, "answer", path, required=True)
        return Faq(question, answer) if question and answer else None
