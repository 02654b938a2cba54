"""The owner's PIN, counted; and the ledgers of consent and of what left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.storage.access import Attempts, AuditLog, ConsentLedger, PinGate
from assistant.storage.tables import Attempt
from tests.support.calendars import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(f"sqlite:///{tmp_path / 'a.db'}")


async def test_five_wrong_pins_lock_and_time_opens_again(world: World) -> None:
    gate = PinGate("2468", world.db, world.clock)
    said = [await gate.check_pin("1111", subject="con_1") for _ in range(5)]
    assert said == ["wrong"] * 4 + ["locked"]
    assert await gate.check_pin("2468", subject="con_1") == "locked"
    assert await gate.check_pin("2468", subject="con_2") == "ok"
    await world.clock.advance(15 * 60 + 1)
    assert await gate.check_pin(" 2468 ", subject="con_1") == "ok"


async def test_the_right_pin_forgets_the_wrong_ones(world: World) -> None:
    gate = PinGate("2468", world.db, world.clock)
    for _ in range(3):
        assert [await gate.check_pin("1111", subject="con_1") for _ in range(4)] == ["wrong"] * 4
        assert await gate.check_pin("2468", subject="con_1") == "ok"


async def test_changing_the_caller_id_buys_no_guesses(world: World) -> None:
    gate = PinGate("2468", world.db, world.clock)
    said = [await gate.check_pin("1111", subject=f"con_{number}") for number in range(25)]
    assert said[-1] == "locked"
    assert await gate.check_pin("2468", subject="con_99") == "locked"


async def test_each_lock_lasts_twice_as_long(world: World) -> None:
    gate = PinGate("2468", world.db, world.clock)
    for minutes in (15, 30, 60):
        for _ in range(5):
            await gate.check_pin("1111", subject="con_1")
        await world.clock.advance(minutes * 60 - 5)
        assert await gate.check_pin("1111", subject="con_1") == "locked"
        await world.clock.advance(6)


async def test_without_a_pin_nobody_is_the_owner(world: World) -> None:
    assert await PinGate(None, world.db, world.clock).check_pin("", subject="con_1") == "unset"
    assert await PinGate("", world.db, world.clock).check_pin("", subject="con_1") == "unset"


def test_the_latest_word_on_a_purpose_counts_and_silence_is_no(world: World) -> None:
    ledger, contact = ConsentLedger(world.vault, world.clock), world.person()
    with world.db.write() as session:
        assert not ledger.granted(session, contact, "texts")
        ledger.record(session, contact, "texts", True, source="call", evidence="Okay to text? yes")
        assert ledger.granted(session, contact, "texts")
        assert not ledger.granted(session, contact, "cloud")
        assert not ledger.granted(session, None, "texts")
    world.clock.set(world.clock.now().replace(year=2027))
    with world.db.write() as session:
        ledger.record(session, contact, "texts", False, source="sms")
        assert not ledger.granted(session, contact, "texts")
        assert [entry.granted for entry in ledger.list(session, contact_id=contact)] == [False, True]


def test_the_audit_outlives_an_erased_person(world: World) -> None:
    audit, contact = AuditLog(world.vault, world.clock), world.person()
    with world.db.write() as session:
        audit.add(session, "erase", actor="owner", subject=contact, detail={"rows": 3})
        world.contacts.erase(session, contact)
    with world.db.read() as session:
        assert [(entry.action, entry.subject, entry.detail) for entry in audit.list(session)] == [("erase", contact, {"rows": 3})]


def count_failures(url: str, subject: str) -> None:
    world = make_world(url)
    attempts = Attempts(world.db, world.clock, limit=1000)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: attempts.failed(subject), range(40)))
    with world.db.read() as session:
        row = session.get(Attempt, subject)
        assert row is not None
        assert row.failures == 40
    world.db.close()


def test_failures_at_the_same_moment_are_all_counted(tmp_path: Path) -> None:
    count_failures(f"sqlite:///{tmp_path / 'b.db'}", "pin:x")


@pytest.mark.slow
@pytest.mark.postgres
def test_failures_at_the_same_moment_are_all_counted_on_postgres(postgres_url: str) -> None:
    count_failures(postgres_url, "pin:x")
