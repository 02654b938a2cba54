"""The only door to a cloud: nothing leaves without consent, what leaves is masked and written down, what comes back is whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from assistant.domain.clock import ManualClock
from assistant.domain.errors import InvalidInput, Unavailable
from assistant.domain.llm import ChatMessage
from assistant.engines.llm import LlmSettings, build
from assistant.engines.llm.openai_compatible import OpenAICompatibleModel
from assistant.language.pii import Redactor
from assistant.storage.access import AuditLog, ConsentLedger
from cloud_proxy import Budget, CloudProxy, Destination, NoConsent, OverBudget
from tests.support.calendars import MONDAY, World, make_world

HOST = "models.example.com"


class Cloud(httpx.AsyncBaseTransport):
    """A service far away: keeps what reached it and repeats the last message."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(await request.aread())
        asked = json.loads(self.bodies[-1])["messages"][-1]["content"] if self.bodies[-1] else ""
        return httpx.Response(200, json={"choices": [{"message": {"content": f"You said: {asked}"}}]})


class Door:
    def __init__(self, world: World, clock: ManualClock, budget: Budget) -> None:
        self.world, self.cloud = world, Cloud()
        self.consents, self.audit = ConsentLedger(world.vault, clock), AuditLog(world.vault, clock)
        redactor = Redactor()
        redactor.know(["Alma Ruiz"])

        def mask(words: str) -> tuple[str, Callable[[str], str]]:
            masked = redactor.redact(words)
            return masked.text, masked.restore

        proxy = CloudProxy(
            world.db, self.consents, self.audit, clock, mask, (Destination("language_model", HOST),), budget=budget, network=self.cloud
        )
        self.transport = proxy.transport("language_model")
        self.model = OpenAICompatibleModel(f"https://{HOST}/v1", "big", transport=self.transport, whole=True)

    def agree(self, granted: bool = True) -> None:
        with self.world.db.write() as session:
            self.consents.record(session, None, "cloud", granted, source="test")

    async def ask(self, *words: str) -> str:
        messages = [ChatMessage("user", word) for word in words]
        return "".join([piece async for piece in self.model.generate(messages, max_tokens=50)])


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    world = make_world(f"sqlite:///{tmp_path / 'door.db'}")
    yield Door(world, world.clock, Budget(requests=3, bytes_out=2_000))
    world.db.close()


@pytest.fixture
def clock(door: Door) -> ManualClock:
    return door.world.clock


async def test_without_consent_not_a_byte_leaves(door: Door) -> None:
    with pytest.raises(NoConsent):
        await door.ask("hello")
    door.agree()
    door.agree(False)
    with pytest.raises(NoConsent):
        await door.ask("hello")
    state = await door.model.state()
    assert (state.available, door.cloud.bodies) == (False, [])
    assert "not agreed" in state.reason


async def test_what_leaves_is_masked_and_what_comes_back_is_whole(door: Door) -> None:
    door.agree()
    said = await door.ask("mine is 206-555-0142", 'Alma Ruiz asks for 206-555-0199, "please"')
    assert said == 'You said: Alma Ruiz asks for 206-555-0199, "please"'
    left = door.cloud.bodies[0].decode()
    assert "555" not in left
    assert "Alma" not in left
    assert "please" in left


async def test_everything_that_left_is_in_the_audit_without_its_words(door: Door) -> None:
    door.agree()
    await door.ask("what are you called")
    with door.world.db.read() as session:
        entry = door.audit.list(session)[0]
        raw = session.execute(text("select * from audit")).all()
    assert (entry.action, entry.destination, entry.size) == ("cloud.language_model", HOST, len(door.cloud.bodies[0]))
    assert "called" not in str(raw)


async def test_the_budget_ends_and_a_new_day_renews_it(door: Door, clock: ManualClock) -> None:
    door.agree()
    for _ in range(3):
        await door.ask("hello")
    with pytest.raises(OverBudget):
        await door.ask("hello")
    clock.set(MONDAY + timedelta(days=1))
    assert await door.ask("hello") == "You said: hello"
    with pytest.raises(OverBudget):
        await door.ask("x" * 3_000)


@pytest.mark.parametrize(
    ("url", "body"),
    [(f"http://{HOST}/v1", b"{}"), ("https://elsewhere.example.com/v1", b"{}"), (f"https://{HOST}/v1", b"not json: 206-555-0142")],
    ids=["in the clear", "another host", "what cannot be masked"],
)
async def test_other_ways_out_are_closed(door: Door, url: str, body: bytes) -> None:
    door.agree()
    async with httpx.AsyncClient(transport=door.transport) as client:
        with pytest.raises(InvalidInput):
            await client.post(url, content=body)
    assert door.cloud.bodies == []


async def test_a_closed_door_is_an_engine_that_is_not_there(door: Door, clock: ManualClock, tmp_path: Path) -> None:
    settings = LlmSettings(engine="openai", openai_base_url=f"https://{HOST}/v1", models_dir=tmp_path)
    chain = build(settings, clock, door=door.transport)
    with pytest.raises(Unavailable):  # no consent, and no embedded model either
        async for _ in chain.generate([ChatMessage("user", "hello")], max_tokens=5):
            pass
    assert [skipped.code for skipped in chain.skipped][:1] == ["no_consent"]
    await chain.aclose()
