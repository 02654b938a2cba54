"""Tasks, their reminders, and the exchange with Taskwarrior."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.storage.reminders import ReminderRows
from task_manager import TaskManager
from tests.support.calendars import World, at, make_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = make_world(f"sqlite:///{tmp_path / 'tasks.db'}")
    yield made
    made.db.close()


@pytest.fixture
def tasks(world: World) -> TaskManager:
    return TaskManager(world.db, world.vault, lambda: world.profile, world.clock, events=world.heard)


def _states(world: World, task_id: str) -> list[tuple[str, object]]:
    with world.db.read() as session:
        return [(r.state, r.due_at) for r in ReminderRows(world.clock).of_task(session, task_id)]


async def test_add_and_list_soonest_first(tasks: TaskManager) -> None:
    await tasks.add("Order gloves")
    await tasks.add("Call the lab", due_at=at(3, 9), priority="H", project="lab", tags=["phone", "phone"])
    await tasks.add("Pay the rent", due_at=at(1, 9))
    found = await tasks.pending()
    assert [item.title for item in found] == ["Pay the rent", "Call the lab", "Order gloves"]
    assert (found[1].project, found[1].tags, found[1].priority) == ("lab", ("phone",), "H")
    assert [item.title for item in await tasks.pending(start=at(3, 0), end=at(4, 0))] == ["Call the lab"]


async def test_nothing_readable_is_stored(world: World, tasks: TaskManager) -> None:
    await tasks.add("Call Siobhan Daly", notes="about the crown", project="daly", tags=["crown"])
    with world.db.read() as session:
        row = session.execute(text("select * from tasks")).one()
    assert not any(b"iobhan" in bytes(str(value), "utf-8") or b"crown" in bytes(str(value), "utf-8") for value in row)


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("call the lab", "Call the lab about the crown"),
        ("the rent", "Pay the rent"),
        ("gloves", "Order gloves"),
        ("ordering glove", "Order gloves"),
        ("lab", "Call the lab about the crown"),
    ],
)
async def test_match_finds_what_was_meant(tasks: TaskManager, said: str, title: str) -> None:
    for words in ("Order gloves", "Call the lab about the crown", "Pay the rent", "Sterilise the tray"):
        await tasks.add(words)
    assert [item.title for item in await tasks.match(said)][:1] == [title]


async def test_match_leaves_out_what_does_not_fit(tasks: TaskManager) -> None:
    await tasks.add("Order gloves")
    assert await tasks.match("water the plants") == ()
    assert await tasks.match("") == ()


async def test_a_reminder_follows_its_task(world: World, tasks: TaskManager) -> None:
    item = await tasks.add("Call the lab", remind_at=at(1, 9))
    assert _states(world, item.id) == [("pending", at(1, 9))]
    await tasks.patch(item.id, {"remind_at": at(2, 9)})
    assert _states(world, item.id) == [("pending", at(2, 9))]
    await tasks.complete(item.id)
    assert [state for state, _ in _states(world, item.id)] == ["cancelled"]


async def test_completing_twice_is_once_and_deleting_hides(tasks: TaskManager) -> None:
    item = await tasks.add("Order gloves")
    assert await tasks.complete(item.id) == await tasks.complete(item.id)
    other = await tasks.add("Pay the rent")
    await tasks.delete(other.id)
    await tasks.delete(other.id)
    assert [i.title for i in (await tasks.list()).items] == ["Order gloves"]
    assert (await tasks.get(other.id)).status == "deleted"
    with pytest.raises(Conflict):
        await tasks.complete(other.id)


async def test_a_recurring_task_comes_back(tasks: TaskManager) -> None:
    item = await tasks.add("Water test", due_at=at(1, 9), remind_at=at(1, 8), recurrence="FREQ=WEEKLY")
    await tasks.complete(item.id)
    (following,) = await tasks.pending()
    assert (following.due_at, following.remind_at, following.progress) == (at(8, 9), at(8, 8), 0)


async def test_a_recurring_reminder_is_set_again(world: World, tasks: TaskManager) -> None:
    item = await tasks.add("Take a break", remind_at=at(1, 9), recurrence="FREQ=DAILY")
    await world.clock.advance(timedelta(days=1, hours=2).total_seconds())
    assert (await tasks.reminded(item.id)).remind_at == at(2, 9)


async def test_patch_checks_version_and_values(tasks: TaskManager) -> None:
    item = await tasks.add("Order gloves")
    changed = await tasks.patch(item.id, {"progress": 40, "title": "Order  nitrile gloves"}, version=1)
    assert (changed.progress, changed.title, changed.version) == (40, "Order nitrile gloves", 2)
    with pytest.raises(Conflict):
        await tasks.patch(item.id, {"progress": 50}, version=1)
    for bad in (
        {"progress": 101},
        {"status": "lost"},
        {"priority": "X"},
        {"colour": "red"},
        {"title": " "},
        {"recurrence": "FREQ=SOMETIMES"},
    ):
        with pytest.raises(InvalidInput):
            await tasks.patch(item.id, bad)
    with pytest.raises(InvalidInput):
        await tasks.patch(item.id, {"recurrence": "FREQ=SOMETIMES"})
    with pytest.raises(NotFound):
        await tasks.get("tsk_none")


async def test_pages(world: World, tasks: TaskManager) -> None:
    for number in range(5):
        await world.clock.advance(1)
        await tasks.add(f"Task {number}")
    first = await tasks.list(limit=3)
    second = await tasks.list(limit=3, cursor=first.next)
    assert [i.title for i in first.items + second.items] == [f"Task {n}" for n in range(5)]
    assert second.next is None
    with pytest.raises(InvalidInput):
        await tasks.list(cursor="nonsense")


async def test_taskwarrior_round_trip(world: World, tasks: TaskManager, tmp_path: Path) -> None:
    done = await tasks.add("Pay the rent", due_at=at(1, 9), project="office", tags=["money"], notes="by transfer")
    await tasks.complete(done.id)
    await tasks.add("Call the lab", remind_at=at(2, 9), priority="H", progress=30, recurrence="FREQ=WEEKLY;INTERVAL=2")
    exported = await tasks.export_taskwarrior()
    assert {o["status"] for o in json.loads(exported)} == {"completed", "pending"}
    again = await tasks.import_taskwarrior(exported)
    assert (again.added, again.updated, again.problems) == (0, 2, ())

    elsewhere = make_world(f"sqlite:///{tmp_path / 'other.db'}")
    other = TaskManager(elsewhere.db, elsewhere.vault, lambda: elsewhere.profile, elsewhere.clock)
    assert (await other.import_taskwarrior(exported)).added == 2
    assert json.loads(await other.export_taskwarrior())[0]["uuid"] == json.loads(exported)[0]["uuid"]
    (open_one,) = await other.pending()
    assert (open_one.title, open_one.remind_at, open_one.progress, open_one.recurrence) == (
        "Call the lab",
        at(2, 9),
        30,
        "FREQ=WEEKLY;INTERVAL=2",
    )
    elsewhere.db.close()


async def test_taskwarrior_import_as_the_tool_writes_it(tasks: TaskManager) -> None:
    exported = """[
    {"id":1,"description":"Water plants","due":"20261202T140000Z","entry":"20261101T000000Z","recur":"weekly","status":"recurring",
     "uuid":"0e3a2b8c-1d7d-4f0b-9a70-0d7f8a7f0001","mask":"-","urgency":4.2},
    {"id":2,"description":"Water plants","parent":"0e3a2b8c-1d7d-4f0b-9a70-0d7f8a7f0001","status":"pending",
     "uuid":"0e3a2b8c-1d7d-4f0b-9a70-0d7f8a7f0002","due":"20261202T140000Z"},
    {"description":"Old one","status":"completed","end":"20261105T100000Z","uuid":"0e3a2b8c-1d7d-4f0b-9a70-0d7f8a7f0003"},
    {"description":"","status":"pending"},
    {"description":"Odd","status":"pending","recur":"whenever"}
    ]"""
    report = await tasks.import_taskwarrior(exported)
    assert (report.added, len(report.problems)) == (2, 2)
    (plants,) = await tasks.pending()
    assert (plants.recurrence, plants.due_at) == ("FREQ=WEEKLY", at(2, 9))
    with pytest.raises(InvalidInput):
        await tasks.import_taskwarrior("not json")
