"""The worker process as a `Synthesiser`: started, fed in order, restarted once when it dies, ended with us."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from assistant.domain.errors import EngineFailed
from assistant.domain.speech import Rendering

_SCRIPT = Path(__file__).with_name("worker.py")
_START_SECONDS, _SPEAK_SECONDS, _STOP_SECONDS = 60.0, 20.0, 3.0
_MOST_BYTES = 24_000 * 2 * 120


class WorkerSynthesiser:
    """Speaks through `worker.py`. One request at a time: a clause takes milliseconds, and order is kept for free."""

    def __init__(self, engine: str, model: str, *, voice: str = "", python: str = sys.executable) -> None:
        self._engine, self._model, self._python = engine, model, python
        self._voice = voice or Path(model).stem or engine
        self._process: Process | None = None
        self._lock = asyncio.Lock()
        self._ids = itertools.count(1)
        self._restarts = 0
        self._spoken = 0
        self._stopped = False

    @property
    def name(self) -> str:
        return f"{self._engine} {self._voice}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def start(self) -> None:
        self._stopped = False
        async with self._lock:
            if self.pid is None:
                await self._launch()

    async def stop(self) -> None:
        self._stopped = True
        process, self._process = self._process, None
        if process is not None:
            await _end(process)

    def health(self) -> dict[str, object]:
        return {"engine": self.name, "ready": self.pid is not None, "pid": self.pid, "restarts": self._restarts, "spoken": self._spoken}

    async def synthesise(self, text: str) -> Rendering:
        async with self._lock:
            if self._stopped:
                raise EngineFailed(f"{self.name} is stopped")
            if self.pid is None:
                self._restarts += 1
                await self._launch()
            asking = asyncio.ensure_future(self._ask(text))
            try:
                # a caller who interrupts cancels us, but the answer has to be read, or the next one would get it
                return await asyncio.shield(asking)
            except asyncio.CancelledError:
                with contextlib.suppress(EngineFailed):
                    await asking
                raise

    async def _launch(self) -> None:
        process = await asyncio.create_subprocess_exec(
            self._python, "-P", "-u", str(_SCRIPT), self._engine, self._model, stdin=PIPE, stdout=PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        self._process = process
        try:
            await asyncio.wait_for(self._answer(process, 0), _START_SECONDS)
        except (EngineFailed, EOFError, TimeoutError) as error:
            await _end(process)
            self._process = None
            raise EngineFailed(f"{self.name} did not start: {error or type(error).__name__}") from error

    async def _ask(self, text: str) -> Rendering:
        process = self._process
        if process is None or process.stdin is None:
            raise EngineFailed(f"{self.name} is not running")
        number = next(self._ids)
        try:
            process.stdin.write(json.dumps({"id": number, "text": text}).encode() + b"\n")
            await process.stdin.drain()
            rendering = await asyncio.wait_for(self._answer(process, number), _SPEAK_SECONDS)
        except (OSError, EOFError, TimeoutError) as error:  # an incomplete read is an EOFError too
            await _end(process)
            raise EngineFailed(f"{self.name} stopped answering") from error
        self._spoken += 1
        return rendering

    async def _answer(self, process: Process, number: int) -> Rendering:
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line:
            raise EOFError
        header = json.loads(line)
        if "error" in header:
            raise EngineFailed(f"{self.name}: {header['error']}")
        size = int(header["bytes"])
        if header["id"] != number or size > _MOST_BYTES:
            raise EngineFailed(f"{self.name} answered out of order")
        pcm = await process.stdout.readexactly(size)
        return Rendering(pcm, int(header["rate"]), float(header["ms"]))


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
