"""The Postgres fixture gives a real, empty database over a socket."""

import pytest
from sqlalchemy import create_engine, inspect, text

from assistant.storage.tables import Base


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("round", [1, 2])
def test_fresh_database(postgres_url: str, round: int) -> None:
    engine = create_engine(postgres_url)
    assert inspect(engine).get_table_names() == []
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from slot_claims")).scalar_one() == 0
    engine.dispose()
