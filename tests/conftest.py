"""Fixtures that every test may ask for."""

from assistant.storage import database
from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

# A flush per commit is most of what a test with a database would wait for; servers in processes of their own keep it.
database.SYNCHRONOUS = "OFF"
