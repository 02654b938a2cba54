"""The whole HTTP edge over real stores, a real calendar and real tasks; only the conversation and the engines are scripted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from assistant.api import AudioShelf, LiveEvents, Security, Services, install, new_app
from assistant.domain.conversation import Channel, ConversationRef, Party
from assistant.domain.effects import Outcome, Say
from assistant.domain.events import Event, Said
from assistant.domain.ports import EffectSink
from assistant.storage.calls import Calls
from assistant.storage.messages import Messages
from assistant.telephony.audio.files import decode_audio
from config import Settings
from privacy import Privacy
from task_manager import TaskManager
from tests.support.calendars import World, make_world

LOCAL = "http://127.0.0.1:8000"
PUBLIC = "https://phone.example.com"
OWNER_KEY = "owner-key-0123456789abcdef"
PASSPHRASE = "four words are better"
#: As an owner may write it down; made cheaply, for every sign-in of these tests pays for it.
PASSPHRASE_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSPHRASE)


class Parrot:
    """A conversation that repeats what it hears, and remembers who spoke."""

    def __init__(self) -> None:
        self.parties: dict[str, Party] = {}
        self.keys: list[str] = []
        self.events: list[Event] = []

    async def open(self, channel: Channel, party: Party, *, key: str) -> ConversationRef:
        self.keys.append(key)
        name = f"cnv_{len(set(self.keys))}"
        self.parties[name] = party
        return ConversationRef(name, channel, party)

    async def handle(self, event: Event, sink: EffectSink | None = None) -> Outcome:
        self.events.append(event)
        text = event.text if isinstance(event, Said) else "pardon?"
        return Outcome((Say(f"You said: {text}"),), "open", intent="greeting", ended=text == "bye")


class Speaker:
    async def transcribe(self, recording: bytes, *, max_seconds: float) -> str:
        return f"{len(decode_audio(recording, 16_000, max_seconds=max_seconds)) / 32_000:.0f} seconds of sound"

    async def render_wav(self, text: str) -> bytes:
        return b"RIFF" + text.encode()


@dataclass
class Edge:
    """A running API and the things behind it."""

    app: FastAPI
    world: World
    services: Services
    security: Security
    host: Parrot
    base: str

    def client(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 51000))
        return httpx.AsyncClient(transport=transport, base_url=self.base, headers=headers)

    def owner(self) -> httpx.AsyncClient:
        return self.client(Authorization=f"Bearer {OWNER_KEY}")

    def sockets(self) -> TestClient:
        return TestClient(self.app, base_url=self.base, client=("127.0.0.1", 51000))


def settings_for(folder: Path, *, local: bool, **more: Any) -> Settings:
    remote = {} if local else {
        "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_token": SecretStr("token"),
        "public_base_url": PUBLIC,
        "owner_api_key": SecretStr(OWNER_KEY),
        "console_passphrase": SecretStr(PASSPHRASE_HASH),
    }  # fmt: skip
    return Settings(_env_file=None, data_dir=folder, **{**remote, **more})


@contextmanager
def edges(folder: Path) -> Iterator[Callable[..., Edge]]:
    """Makes edges with stores of their own in this folder."""
    made: list[World] = []

    def make(*, local: bool = True, console: Path | None = None, **more: Any) -> Edge:
        world = make_world(f"sqlite:///{folder / f'{len(made)}.db'}")
        made.append(world)
        host = Parrot()

        async def health() -> dict[str, Any]:
            return {"status": "ok", "engines": {"stt": {"status": "ok", "engine": "scripted", "why": "test"}}, "dependencies": {}}

        async def media(media_id: str) -> tuple[bytes, str]:
            return b"<script>alert(1)</script>", "text/html"

        services = Services(
            settings=settings_for(folder, local=local, **more),
            clock=world.clock,
            db=world.db,
            vault=world.vault,
            contacts=world.contacts,
            profile=lambda: world.profile,
            events=LiveEvents(world.clock),
            health=health,
            conversation=host,
            appointments=world.calendar,
            tasks=TaskManager(world.db, world.vault, lambda: world.profile, world.clock),
            calls=Calls(world.db, world.contacts, world.clock),
            messages=Messages(world.db, world.vault, world.clock),
            privacy=Privacy(world.db, world.vault, world.contacts, world.clock),
            speech=Speaker(),
            media=media,
            metrics=lambda: b"turns 1\n",
            console_dir=console,
        )
        with world.db.write() as session:
            world.vault.blind(session, "start", "")
            world.vault.seal(session, None, "start", "")
        app = new_app()
        security = install(app, services, shelf=AudioShelf(world.clock))
        return Edge(app, world, services, security, host, LOCAL if local else PUBLIC)

    try:
        yield make
    finally:
        for world in made:
            world.db.close()


@pytest.fixture
def make_edge(tmp_path: Path) -> Iterator[Callable[..., Edge]]:
    with edges(tmp_path) as make:
        yield make


@pytest.fixture
def edge(make_edge: Callable[..., Edge]) -> Edge:
    """In local mode."""
    return make_edge()


@pytest.fixture
def remote(make_edge: Callable[..., Edge]) -> Edge:
    """With a telephone provider: keys and sessions."""
    return make_edge(local=False)


@pytest.fixture(scope="module")
def shared_edges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Edge]]:
    """For tests that change nothing: an app takes longer to put together than a request takes to be refused."""
    with edges(tmp_path_factory.mktemp("edges")) as make:
        yield make
