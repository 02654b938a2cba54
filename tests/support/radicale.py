"""A real Radicale server on loopback, in a process and a directory of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

USER, PASSWORD = "owner", "wiederkehr"
_MAKE = """<?xml version="1.0" encoding="utf-8"?>
<create xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
<resourcetype><collection/><C:calendar/></resourcetype>
<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
<displayname>Work</displayname></prop></set></create>"""


class RadicaleServer:
    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="laradicale-"))
        users = self._home / "users"
        users.write_text(f"{USER}:{PASSWORD}\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._config = self._home / "config"
        self._config.write_text(
            f"[server]\nhosts = 127.0.0.1:{self._port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {users}\n"
            f"htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {self._home / 'data'}\n[logging]\nlevel = error\n"
        )
        self._calendars = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "radicale", "--config", str(self._config)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            try:
                httpx.get(self.url + "/.web/", timeout=1)
            except httpx.HTTPError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("radicale did not start") from None
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def new_calendar(self) -> str:
        """The address of a fresh, empty calendar."""
        self._calendars += 1
        url = f"{self.url}/{USER}/work{self._calendars}/"
        self.client().request("MKCOL", url, content=_MAKE, headers={"Content-Type": "application/xml"}).raise_for_status()
        return url

    def client(self) -> httpx.Client:
        """The owner's own calendar program, as it were."""
        return httpx.Client(auth=(USER, PASSWORD), timeout=10)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)


@pytest.fixture(scope="module")
def radicale() -> Iterator[RadicaleServer]:
    pytest.importorskip("radicale")
    server = RadicaleServer()
    yield server
    server.remove()
