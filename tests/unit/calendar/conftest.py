"""A world on SQLite, and the same on Postgres for tests that ask for `world_on`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.calendars import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(f"sqlite:///{tmp_path / 'calendar.db'}")
    yield made
    made.db.close()
