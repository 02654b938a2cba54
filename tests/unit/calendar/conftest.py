"""The same tests on SQLite, and (slow) on Postgres."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.calendars import World, make_world


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=[pytest.mark.slow, pytest.mark.postgres])])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    url = f"sqlite:///{tmp_path / 'calendar.db'}" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    made = make_world(url)
    yield made
    made.db.close()
