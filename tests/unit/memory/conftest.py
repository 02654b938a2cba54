"""A practice as its owner describes it, the handbook, and the stores that answers come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.business import BusinessProfile, Closure, Faq, OpenPeriod, Service
from assistant.domain.clock import ManualClock
from assistant.domain.embedding import Embedder
from assistant.engines.embed import load_minilm
from assistant.storage.database import Database
from assistant.storage.vault import MasterKey, Vault
from tests.support.databases import fresh_database

ROOT = Path(__file__).resolve().parents[3]
HANDBOOK = ROOT / "tests" / "documents" / "handbook.md"


def periods(*pairs: tuple[str, str]) -> tuple[OpenPeriod, ...]:
    return tuple(OpenPeriod(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


WEEKDAY = periods(("09:00", "12:00"), ("13:00", "17:00"))


@pytest.fixture
def profile() -> BusinessProfile:
    return BusinessProfile(
        name="Riverside Dental",
        timezone="America/New_York",
        address="12 Mill Lane, Springfield",
        website="https://www.riverside.example/",
        email="desk@riverside.example",
        hours=(WEEKDAY, WEEKDAY, WEEKDAY, WEEKDAY, periods(("09:00", "13:00")), (), ()),
        services=(
            Service("Cleaning", 45, ("teeth cleaning", "hygienist", "scale and polish"), 10, "120 dollars"),
            Service("Check-up", 30, ("checkup", "exam", "consultation")),
        ),
        closures=(Closure(date(2026, 12, 24), date(2026, 12, 27), "winter break"),),
        faq=(
            Faq("Is there parking?", "Yes, there is free parking behind the building."),
            Faq("Do you see patients without an appointment?", "Only for emergencies. Please call first."),
        ),
    )


@pytest.fixture
def now() -> datetime:
    """A Tuesday, three in the afternoon."""
    return datetime(2026, 12, 1, 15, 0, tzinfo=ZoneInfo("America/New_York"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 12, 1, 20, 0, tzinfo=UTC))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = fresh_database(tmp_path / "test.db")
    yield opened
    opened.close()


@pytest.fixture
def vault(clock: ManualClock) -> Vault:
    return Vault([MasterKey.generate()], clock)


@pytest.fixture(scope="session")
def minilm() -> Embedder:
    model = load_minilm(ROOT / ".models" / "minilm")
    if model is None:
        pytest.skip("no embedding model: python main.py models pull minilm")
    return model
