"""A server of our own to measure: a fresh folder, a free port, the default models, ended with the bench."""

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

from config import ROOT

LONGEST_START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    pid: int

    @property
    def call_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/ws/call"

    def memory_mb(self) -> float:
        """Resident memory of the server and its workers."""
        process = psutil.Process(self.pid)
        return sum(item.memory_info().rss for item in [process, *process.children(recursive=True)]) / 2**20

    def cpu_seconds(self) -> float:
        process = psutil.Process(self.pid)
        return sum(sum(item.cpu_times()[:2]) for item in [process, *process.children(recursive=True)])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(**settings: str) -> AsyncIterator[Server]:
    """A server with these settings, once it is ready for calls."""
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as folder:
        port = free_port()
        environment = {**os.environ, "DATA_DIR": folder, "LLM_ENGINE": "none", "LOG_LEVEL": "WARNING", "MAX_CALLS": "32", **settings}
        log = Path(folder) / "server.log"
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: ASYNC220 - starting takes a moment, and the bench has nothing else to do
                [sys.executable, "main.py", "serve", "--port", str(port)], cwd=ROOT, env=environment, stdout=out, stderr=out
            )
        server = Server(f"http://127.0.0.1:{port}", process.pid)
        try:
            await _ready(server, process, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


async def _ready(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START_SECONDS
    async with httpx.AsyncClient() as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise SystemExit(f"The server ended: {_tail(log)}")
            try:
                if (await client.get(f"{server.url}/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.25)
    raise SystemExit(f"The server was not ready after {LONGEST_START_SECONDS} s: {_tail(log)}")


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]
