"""A third of the simulated callers, through the real text endpoint of the whole application."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.domain.clock import ManualClock
from assistant.profile.loader import load_profile
from config import load_settings
from main import create_app
from tests.support.databases import fresh_database
from tests.support.scenarios import FOLDER, Report, appointment_rows, judge_appointments, scenarios

pytestmark = pytest.mark.slow


def _words(turn: str | dict[str, Any]) -> str:
    return turn if isinstance(turn, str) else str(turn["say"])


def _plain(scenario: dict[str, Any]) -> bool:
    turns = scenario.get("turns", ())
    return (
        scenario.get("channel", "web") in ("web", "sms")
        and not scenario.get("owner")
        and "answers" not in scenario
        and all(isinstance(turn, str) or "say" in turn for turn in turns)
        and not any(_words(turn).upper() in ("STOP", "START") for turn in turns)  # words of the telephone, not of a chat
        and not {"tasks", "transferred", "texts", "done"} & set(scenario.get("end", {}))
    )


CHOSEN = [item for item in scenarios() if _plain(item)]
THIRD = CHOSEN[: -(-len(scenarios()) // 3)]


@asynccontextmanager
async def served(scenario: dict[str, Any], folder: Path) -> AsyncIterator[tuple[Any, httpx.AsyncClient]]:
    business = FOLDER / "business" / f"{scenario.get('business', 'dental')}.toml"
    zone = load_profile(business).zone
    start = datetime.fromisoformat(str(scenario.get("clock", "2025-12-01T08:30"))).replace(tzinfo=zone)
    fresh_database(folder / "assistant.db").close()
    app = create_app(load_settings(data_dir=folder, business_file=business, llm_engine="none"), ManualClock(start))
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 51000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield app.state.house, client
    app.state.house.stores.db.close()


async def seed(house: Any, item: dict[str, Any]) -> str:
    at = datetime.fromisoformat(item["at"]).replace(tzinfo=house.profile().zone)
    with house.stores.db.write() as session:
        contact = house.stores.contacts.for_phone(session, item["phone"])
        house.stores.contacts.set_name(session, contact.id, item["name"])
    held = await house.calendar.hold(item["service"], at, contact_id=contact.id, conversation_id=f"seed{at}", source="web")
    return str((await house.calendar.confirm(held.id, contact_id=contact.id, name=item["name"])).id)


@pytest.mark.parametrize("scenario", THIRD, ids=[item["id"] for item in THIRD])
async def test_a_caller_by_the_text_endpoint(scenario: dict[str, Any], tmp_path: Path) -> None:
    report = Report(scenario["id"])
    async with served(scenario, tmp_path) as (house, client):
        seeded = [await seed(house, item) for item in scenario.get("seed", ())]
        for phone, name in (scenario.get("known") or {}).items():
            with house.stores.db.write() as session:
                house.stores.contacts.set_name(session, house.stores.contacts.for_phone(session, phone).id, name)
        for turn in scenario["turns"]:
            said = _words(turn)
            body = {"session": scenario["id"], "text": said, "as": "caller"}
            if scenario.get("from"):
                body["from"] = scenario["from"]
            answer = await client.post("/api/v1/chat", json=body)
            assert answer.status_code == 200, answer.text
            reply = answer.json()["reply"]
            report.talk += [("C", said), ("A", reply)]
            if isinstance(turn, str):
                continue
            report.problems += [f"expected /{want}/ in {reply!r}" for want in turn.get("expect", ()) if not re.search(want, reply)]
            report.problems += [f"never /{not_}/ but {reply!r}" for not_ in turn.get("never", ()) if re.search(not_, reply)]
        page = await house.calendar.list(limit=200)
        judge_appointments(appointment_rows(page.items, house.profile().zone), scenario, report, seeded)
        if "messages" in scenario.get("end", {}):
            taken = (await client.get("/api/v1/messages", params={"limit": 200})).json()["items"]
            judge_messages([item for item in taken if item["kind"] == "message"], scenario["end"]["messages"], report)
        if "ended" in scenario.get("end", {}):
            assert answer.json()["ended"] is scenario["end"]["ended"]
    if scenario.get("known_failure"):
        assert report.problems, f"{report.id} passes now: take its known_failure away"
        pytest.xfail(scenario["known_failure"])
    assert not report.problems, "\n".join([*report.problems, report.transcript()])


def judge_messages(taken: list[dict[str, Any]], wanted: list[dict[str, Any]], report: Report) -> None:
    for want in wanted:
        fitting = [item for item in taken if re.search(want["body"], item["body"]) and want.get("name", "") in item["body"]]
        if not any(item["urgent"] is want.get("urgent", item["urgent"]) for item in fitting):
            report.problems.append(f"no message {want} among {taken}")
    if not wanted and taken:
        report.problems.append(f"took {taken}")


def test_it_is_a_third() -> None:
    assert len(THIRD) * 3 >= len(scenarios())
