"""Kill the process that answers texts, at every boundary and anywhere between: nothing is lost, nothing is said twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.domain.clock import SystemClock
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database
from assistant.storage.messages import InboundText, Inbox
from assistant.storage.outbox import Outbox
from assistant.storage.tables import Base
from assistant.storage.vault import MasterKey, Vault
from tests.support.provider import Provider, provider

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
BOUNDARIES = [
    "inbox.claimed",
    "inbox.pictures",
    "inbox.opened",
    "inbox.handled",
    "inbox.finished",
    "outbox.claimed",
    "outbox.before_create",
    "outbox.after_create",
    "outbox.sent",
]


@dataclass
class Site:
    """A database, a provider, and workers to be killed."""

    folder: Path
    url: str
    jobs: str
    key: str
    phone: Provider

    def __post_init__(self) -> None:
        clock = SystemClock()
        self.db = Database(self.url, threads=2)
        Base.metadata.create_all(self.db.engine)
        vault = Vault([MasterKey.from_text(self.key)], clock)
        self.inbox, self.outbox = Inbox(self.db, vault, Contacts(vault, clock), clock), Outbox(self.db, vault, clock)
        self.workers: list[subprocess.Popen[str]] = []
        self.taken = 0

    def texts(self, amount: int, senders: int = 3) -> None:
        for _ in range(amount):
            number = self.taken
            self.taken += 1
            sender = f"+1202555{number % senders:04d}"
            self.inbox.take(InboundText(sid=f"SM{number:032d}", sender=sender, body=f"{sender} says {number}"))

    def worker(self, executor: str = "one", **more: str) -> subprocess.Popen[str]:
        config = {"folder": str(self.folder), "url": self.url, "jobs": self.jobs, "key": self.key, "provider": self.phone.url}
        path = self.folder / f"worker-{len(self.workers)}.json"
        path.write_text(json.dumps({**config, "executor": executor, **more}))
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.text_worker", str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.workers.append(process)
        return process

    def ready(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        assert line == "ready\n", process.stderr.read()

    def settled(self, within: float = 60.0) -> None:
        """Wait until every text is answered and every answer sent."""
        end = time.monotonic() + within
        while self.inbox.depth()[0] or self._open_states():
            assert time.monotonic() < end, (self.inbox.depth(), self.outbox.depth(), self.phone.bodies())
            time.sleep(0.1)

    def _open_states(self) -> set[str]:
        """Looked up at once: between two looks a row may move from the one to the other."""
        return {"pending", "sending", "unknown"} & set(self.outbox.depth()[0])

    def check(self) -> None:
        """Each text answered exactly once, in the order of its sender."""
        bodies = self.phone.bodies()
        assert Counter(bodies).most_common(1)[0][1] == 1, Counter(bodies).most_common(3)
        assert len(bodies) == self.taken, (bodies, [(row.state, row.error, row.attempts) for row in self.outbox.page()])
        heard = (self.folder / "log").read_text().splitlines()
        assert len(heard) == len(set(heard)) == self.taken
        for sender in {line.split(" says ")[0] for line in heard}:
            mine = [int(line.split(" says ")[1]) for line in heard if line.startswith(sender)]
            assert mine == sorted(mine)

    def stop(self) -> None:
        for process in self.workers:
            process.kill()
            process.communicate()
        self.db.close()


@pytest.fixture
def phone() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path: Path, phone: Provider) -> Iterator[Site]:
    if request.param == "sqlite":
        url, jobs = f"sqlite:///{tmp_path / 'texts.db'}", f"sqlite:///{tmp_path / 'jobs.db'}"
    else:
        url = jobs = request.getfixturevalue("postgres_url")
    made = Site(tmp_path, url, jobs, MasterKey.generate().to_text(), phone)
    yield made
    made.stop()


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_killed_at_each_boundary(site: Site, boundary: str) -> None:
    site.texts(5)
    first = site.worker(kill_at=boundary, kill_count="2")
    first.communicate(timeout=60)
    assert first.returncode == -9
    site.ready(site.worker())
    site.settled()
    site.check()


def test_killed_twenty_times_anywhere(site: Site) -> None:
    rng = random.Random(7)
    for _ in range(20):
        site.texts(6)
        process = site.worker()
        site.ready(process)
        time.sleep(rng.uniform(0.0, 0.5))
        process.kill()
        process.communicate()
    site.ready(site.worker())
    site.settled(120)
    site.check()


def test_a_provider_that_fails_in_every_way(site: Site) -> None:
    site.phone.failures = ["drop", 429, 500, "lost", 503, 429, "drop"]
    site.texts(6)
    site.ready(site.worker())
    site.settled()
    site.check()


@pytest.mark.postgres
def test_two_workers_share_the_work_and_one_dies(postgres_url: str, tmp_path: Path, phone: Provider) -> None:
    site = Site(tmp_path, postgres_url, postgres_url, MasterKey.generate().to_text(), phone)
    try:
        site.texts(12, senders=6)
        one, two = site.worker("one", kill_at="inbox.handled", kill_count="3"), site.worker("two")
        site.ready(one)
        site.ready(two)
        end = time.monotonic() + 60
        while one.poll() is None and time.monotonic() < end:  # until its share of the work has killed it
            site.texts(6, senders=6)
            time.sleep(0.2)
        assert one.poll() == -9
        site.settled(120)
        site.check()
    finally:
        site.stop()
