"""A real server and a real browser. Without a Chromium the browser tests are skipped, saying where to get one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench import recorded

ROOT = Path(__file__).resolve().parent.parent.parent
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
BUSINESS = """
name = "Elm Street Dental"
timezone = "America/New_York"
country = "US"
open_on_holidays = true
greeting = "Hello, this is Elm Street Dental. How can I help?"
emergency_number = "911"
[hours]
mon = ["08:00-20:00"]
tue = ["08:00-20:00"]
wed = ["08:00-20:00"]
thu = ["08:00-20:00"]
fri = ["08:00-20:00"]
sat = ["08:00-20:00"]
sun = ["08:00-20:00"]
[booking]
min_notice_minutes = 0
max_days_ahead = 90
slot_minutes = 15
[[services]]
name = "Cleaning"
minutes = 45
[[services]]
name = "Check-up"
minutes = 30
[[faq]]
question = "Is there parking?"
answer = "Yes, there is free parking behind the building."
"""


@dataclass(frozen=True)
class Server:
    url: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_ready(url: str, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended while starting"
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError("the server was not ready in time")


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers of our own, each with empty stores; all end with the session."""
    running: list[subprocess.Popen[bytes]] = []

    def start(**environment: str) -> Server:
        folder = tmp_path_factory.mktemp("server")
        (folder / "business.toml").write_text(BUSINESS)
        port = free_port()
        known = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR")}
        settings = {
            "DATA_DIR": str(folder / "data"),
            "BUSINESS_FILE": str(folder / "business.toml"),
            "LLM_ENGINE": "none",
            "LOG_LEVEL": "WARNING",
        }
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "main.py", "serve", "--host", "127.0.0.1", "--port", str(port)],
                cwd=ROOT, env=known | settings | environment, stdout=log, stderr=log,
            )  # fmt: skip
        running.append(process)
        server = Server(f"http://127.0.0.1:{port}", process)
        wait_ready(server.url, process)
        return server

    yield start
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    """In local mode."""
    return start_server()


def find_chromium() -> str | None:
    """The system's browser, else the one that the npm package @sparticuz/chromium unpacks."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    package = ROOT / "node_modules" / "@sparticuz" / "chromium"
    node = shutil.which("node")
    if node is None or not package.is_dir():
        return None
    script = f"import('{package.as_uri()}/build/esm/index.js').then(m => m.default.executablePath()).then(p => console.log(p))"
    unpacked = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=False, timeout=120)
    return unpacked.stdout.strip() or None


@pytest.fixture(scope="module")
def launch() -> Iterator[Callable[..., Any]]:
    """Opens browsers with the flags given beside the usual ones.

    Playwright keeps an event loop running in this thread while it is open, so it closes with the module: no asynchronous test could run.
    """
    path = find_chromium()
    if path is None:
        pytest.skip("no browser: install Debian's chromium, or the npm package @sparticuz/chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened: list[Any] = []

        def start(*flags: str) -> Any:
            browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
            opened.append(browser)
            return browser

        yield start
        for browser in opened:
            browser.close()


@pytest.fixture(scope="session")
def recorded_caller(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A WAV file of somebody who waits, speaks, waits, speaks: Piper's voice, unpacked with the default models."""
    voice = recorded.voice_in(ROOT / ".models")
    if voice is None:
        pytest.skip("no voice for the recorded caller: python main.py models pull")
    folder = tmp_path_factory.mktemp("caller")

    def record(lines: list[tuple[float, str]], afterwards: float = recorded.AFTERWARDS_SECONDS) -> Path:
        path = folder / f"caller-{len(list(folder.iterdir()))}.wav"
        recorded.record(lines, voice, path, afterwards)
        return path

    return record


@pytest.fixture(scope="module")
def microphone(launch: Callable[..., Any], recorded_caller: Callable[..., Path]) -> Callable[..., Any]:
    """Opens browsers that are allowed the microphone; without lines it gives the browser's own beeps."""

    def open_with(lines: list[tuple[float, str]] | None = None) -> Any:
        sound = [] if lines is None else [f"--use-file-for-fake-audio-capture={recorded_caller(lines)}%noloop"]
        return launch("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", *sound)

    return open_with
