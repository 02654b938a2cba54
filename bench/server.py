"""A server to measure, ours or another's: a fresh folder, a free port, ended with the bench."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from config import ROOT, Settings, load_settings

LONGEST_START_SECONDS = 120


class ServerFailed(Exception):
    """The server to be measured did not come up; the message says why."""


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    pid: int
    path: str

    @property
    def call_url(self) -> str:
        return self.url.replace("http", "ws", 1) + self.path

    def memory_mb(self) -> float:
        """Resident memory of the server and its workers."""
        main = psutil.Process(self.pid)
        return sum(item.memory_info().rss for item in [main, *main.children(recursive=True)]) / 2**20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(**settings: str) -> AsyncIterator[Server]:
    """Our own server with these settings, once it is ready for calls: a fresh folder, the bench's own business, no language model."""
    local_settings()
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as folder:
        port = free_port()
        ours = {
            "DATA_DIR": folder, "BUSINESS_FILE": str(ROOT / "bench" / "business.toml"), "LLM_ENGINE": "none", "LOG_LEVEL": "WARNING",
            "MAX_CALLS": "32",
        }  # fmt: skip
        command = [sys.executable, "main.py", "serve", "--port", str(port)]
        async with process(command, {**os.environ, **ours, **settings}, Path(folder) / "server.log", port, "/ws/call") as server:
            yield server


@asynccontextmanager
async def process(command: list[str], environment: dict[str, str], log: Path, port: int, path: str) -> AsyncIterator[Server]:
    """A server started by this command; ready when `/ready` says so."""
    with log.open("wb") as out:
        started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)  # noqa: ASYNC220 - nothing else to do
    server = Server(f"http://127.0.0.1:{port}", started.pid, path)
    try:
        await _ready(server, started, log)
        yield server
    finally:
        started.terminate()
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait(5)


def local_settings() -> Settings:
    """This checkout's settings. Calls from this machine need no log-in only where no telephone is connected."""
    settings = load_settings()
    if not settings.local_mode:
        raise ServerFailed("it calls a server without a telephone: use a checkout whose .env sets no TWILIO_AUTH_TOKEN")
    return settings


async def _ready(server: Server, started: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    async with httpx.AsyncClient() as client:
        while time.monotonic() < deadline:
            if started.poll() is not None:
                raise ServerFailed(f"the server ended: {_tail(log)}")
            try:
                if (await client.get(f"{server.url}/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.25)
    raise ServerFailed(f"the server was not ready after {LONGEST_START_SECONDS} s: {_tail(log)}")


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
