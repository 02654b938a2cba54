"""The whole program as its owner runs it: started, talked to, killed, stopped, looked into."""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from assistant.domain.clock import SystemClock
from assistant.storage.stores import open_stores
from assistant.storage.tables import DataKey
from config import ROOT
from tests.support.server import Server, clean_environment, run_main

pytestmark = pytest.mark.slow


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path).start()
    yield server
    if server.process is not None and server.process.poll() is None:
        server.kill()


def book(server: Server) -> None:
    """A check-up on the first free morning from the day after tomorrow."""
    free = httpx.get(f"{server.url}/api/v1/availability", params={"service": "Check-up", "limit": 200}).json()["items"]
    starts = [datetime.fromisoformat(item["starts_at"]) for item in free]
    when = next(start for start in starts if start.date() > starts[0].date() and start.hour == 10 and start.minute == 0)
    reply = server.chat(f"I'd like to book a check-up on {when:%B} {when.day} at 10 am, my name is Siobhan Featherstonehaugh")
    assert reply["state"] == "confirming", reply
    assert "Booked" in server.chat("yes please")["reply"]


def appointments(server: Server) -> list[dict[str, object]]:
    found: list[dict[str, object]] = httpx.get(f"{server.url}/api/v1/appointments").json()["items"]
    return [item for item in found if item["status"] == "booked"]


def test_a_stolen_folder_shows_no_name_number_or_word(server: Server, tmp_path: Path) -> None:
    book(server)
    server.chat("please tell the dentist that my parakeet swallowed the retainer", session="m")
    server.chat("yes", session="m")
    server.chat("no, that is all", session="m")
    httpx.post(f"{server.url}/api/v1/knowledge", json={"title": "Zanzibar memo", "text": "The zanzibar memo says quixotic things."})
    httpx.post(f"{server.url}/api/v1/tasks", json={"title": "Ring the flabbergasted plumber"})
    pixel = base64.b64encode((ROOT / "docs" / "screenshots" / "talk-light.png").read_bytes()).decode()
    server.chat("what is this?", session="p", image=pixel)
    assert len(appointments(server)) == 1
    server.kill()  # nothing is tidied up: the write-ahead log is as it was

    secrets = [
        b"Siobhan",
        b"Featherstone",
        b"2025550143",
        b"parakeet",
        b"retainer",
        b"quixotic",
        b"Zanzibar",
        b"zanzibar",
        b"flabbergasted",
    ]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name.endswith("-wal") for path in files) and any("chroma" in path.parts for path in files)
    for path in files:
        content = path.read_bytes().lower()
        shown = [word for word in secrets if word.lower() in content or word.decode().lower().encode("utf-16-le") in content]
        assert not shown, f"{path.relative_to(tmp_path)} shows {shown}"
        assert b"\x89png" not in content[:16] or path.suffix == ".png", f"{path.name} is a plain picture"


def test_what_was_acknowledged_survives_a_kill(server: Server) -> None:
    book(server)
    server.kill()
    again = server.start()
    assert len(appointments(again)) == 1
    assert "check-up" in again.chat("when is my appointment?", session="later")["reply"].lower()


def test_a_conversation_goes_on_after_a_kill(server: Server) -> None:
    server.chat("I'd like to book a cleaning")
    server.kill()
    reply = server.start().chat("on monday week in the morning")
    assert reply["intent"] != "greeting" and " am" in reply["reply"], reply


def test_ends_soon_when_told_to(server: Server) -> None:
    assert server.stop() < 15
    assert server.process is not None and server.process.returncode in (0, -signal.SIGTERM)


def test_workers_die_with_their_parent(tmp_path: Path) -> None:
    server = Server(tmp_path).start(ready=True)
    children = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True).stdout.split()  # type: ignore[union-attr]
    assert children, "the voices run in processes of their own"
    server.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and any(Path(f"/proc/{pid}").exists() for pid in children):
        time.sleep(0.1)  # the operating system takes a moment to close their pipes
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]]


def test_backup_and_restore_while_serving(server: Server, tmp_path: Path) -> None:
    book(server)
    data = {"DATA_DIR": str(tmp_path / "data")}
    saved = run_main("backup", str(tmp_path / "all.backup"), **data)
    assert saved.returncode == 0 and "keys are not" in saved.stdout, saved.stderr
    server.chat("cancel my appointment", session="c")
    server.chat("yes", session="c")
    assert appointments(server) == []
    restored = run_main("restore", str(tmp_path / "all.backup"), **data)
    assert restored.returncode == 0, restored.stderr
    assert len(appointments(server)) == 1
    contact = appointments(server)[0]["contact"]
    assert isinstance(contact, dict) and contact["phone"] == "+12025550143"


def test_keys_rotate_while_serving_and_survive_being_killed(server: Server, tmp_path: Path) -> None:
    book(server)
    data = tmp_path / "data"
    stores = open_stores(data_dir=data, database_url=f"sqlite:///{data / 'assistant.db'}", keys=None, clock=SystemClock())
    with stores.db.write() as session:
        for number in range(600):
            stores.contacts.for_phone(session, f"+1202556{number:04d}")
    stores.close()
    for seconds in (0.9, 1.1, 1.3):
        process = subprocess.Popen(
            [sys.executable, "main.py", "keys", "rotate"], cwd=ROOT, env=clean_environment(DATA_DIR=str(data)), stdout=subprocess.DEVNULL
        )
        time.sleep(seconds)  # somewhere in the middle, or before, or after: all must be safe
        process.kill()
        process.wait(10)
    done = run_main("keys", "rotate", DATA_DIR=str(data))
    assert done.returncode == 0, done.stderr
    assert len(appointments(server)) == 1
    assert server.chat("when is my appointment?", session="k")["reply"]
    stores = open_stores(data_dir=data, database_url=f"sqlite:///{data / 'assistant.db'}", keys=None, clock=SystemClock())
    with stores.db.read() as session:
        assert len(set(session.execute(select(DataKey.master_id)).scalars())) == 1
        assert stores.contacts.find_phone(session, "+12025560599") is not None
    stores.close()


def test_a_start_killed_at_any_moment_is_finished_by_the_next(tmp_path: Path) -> None:
    environment = clean_environment(DATA_DIR=str(tmp_path / "data"))
    for seconds in (0.6, 0.8, 1.0, 1.2):
        process = subprocess.Popen([sys.executable, "init_databases.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(seconds)  # imports take about as long: some kills come before, some within the migration
        process.kill()
        process.wait(10)
    assert run_main("init", DATA_DIR=str(tmp_path / "data")).returncode == 0


def test_doctor_says_what_is_there(tmp_path: Path) -> None:
    found = run_main("doctor", DATA_DIR=str(tmp_path / "data"))
    assert found.returncode == 0, found.stdout + found.stderr
    assert "speech to text" in found.stdout and "A call would be answered." in found.stdout


def test_doctor_fails_when_no_call_could_be_answered(tmp_path: Path) -> None:
    found = run_main("doctor", DATA_DIR=str(tmp_path / "data"), STT_ENGINE="none")
    assert found.returncode == 1 and "could NOT be answered" in found.stdout


def test_a_bad_setting_is_one_sentence_and_no_traceback() -> None:
    found = run_main("doctor", MAX_CALLS="many")
    assert found.returncode == 1 and found.stderr.strip() == "MAX_CALLS: must be a whole number."


def test_local_mode_serves_this_machine_only(tmp_path: Path) -> None:
    found = run_main("serve", "--host", "0.0.0.0", DATA_DIR=str(tmp_path / "data"))
    assert found.returncode == 1 and "127.0.0.1" in found.stderr


def test_api_keys_from_the_command_line(tmp_path: Path) -> None:
    data = {"DATA_DIR": str(tmp_path / "data")}
    made = run_main("apikeys", "create", "laptop", "--scopes", "read", **data)
    assert made.returncode == 0, made.stderr
    listed = run_main("apikeys", "list", **data).stdout
    assert "laptop" in listed and made.stdout.splitlines()[0] not in listed
    key = listed.split()[0]
    assert run_main("apikeys", "revoke", key, **data).returncode == 0
    assert run_main("apikeys", "revoke", "nonsense", **data).returncode == 1


def test_a_missing_language_model_never_blocks_a_start(tmp_path: Path) -> None:
    server = Server(tmp_path, {"MODELS_DIR": str(tmp_path / "empty"), "LLM_ENGINE": "none"}).start()
    ready = httpx.get(f"{server.url}/ready")
    assert ready.status_code == 503 and ready.json()["engines"]["speech_to_text"] == "failed"
    assert server.chat("do you have parking?")["reply"], "texts are answered without any model"
    server.kill()
