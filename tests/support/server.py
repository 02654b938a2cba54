"""A real server in a process of its own, on a folder that the test looks into afterwards."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from config import ROOT, SECRETS, setting_names

START_SECONDS = 90


def clean_environment(**settings: str) -> dict[str, str]:
    """The environment without anybody's settings, and with these."""
    ours = setting_names() | {f"{name.upper()}_FILE" for name in SECRETS}
    return {key: value for key, value in os.environ.items() if key not in ours} | {"LLM_ENGINE": "none", **settings}


def run_main(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """One command of `main.py`."""
    return subprocess.run(
        [sys.executable, "main.py", *arguments], cwd=ROOT, env=clean_environment(**settings), capture_output=True, text=True, timeout=300
    )


@dataclass
class Server:
    """`start` returns when `/health` answers (`ready=True`: when `/ready` does)."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self, *, ready: bool = False) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        environment = clean_environment(DATA_DIR=str(self.folder / "data"), **self.settings)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "main.py", "serve", "--port", str(self.port)], cwd=ROOT, env=environment, stdout=out, stderr=out
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text(errors="replace")[-3000:]
            try:
                if httpx.get(f"{self.url}/{'ready' if ready else 'health'}", timeout=5).status_code == 200:
                    return self
            except httpx.TransportError:
                pass
            time.sleep(0.2)  # another process is starting; there is nothing else to wait for
        raise AssertionError(f"not up after {START_SECONDS} s: {self.log.read_text(errors='replace')[-3000:]}")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> float:
        """SIGTERM; the seconds until it was gone."""
        assert self.process is not None
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(30)
        return time.monotonic() - began

    def chat(self, text: str, session: str = "s", **more: Any) -> dict[str, Any]:
        body = {"session": session, "text": text, "as": "caller", "from": "+12025550143", **more}
        answer = httpx.post(f"{self.url}/api/v1/chat", json=body, timeout=90)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()
        return result
