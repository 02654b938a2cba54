"""The parent's side of the picture process: started when needed, killed when it hangs, replaced when it dies."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from assistant.domain.errors import EngineFailed
from assistant.engines.vision.decode import Clean, PictureRefused
from assistant.engines.vision.reading import Reading

ROOT = Path(__file__).resolve().parents[3]


class PictureProcess:
    """Opens and reads pictures, one at a time, in a process of its own. Safe to share; `close` ends the process."""

    def __init__(self, *, region: str = "US", timeout: float = 30.0, idle_seconds: float = 300.0) -> None:
        self._region = region
        self._timeout = timeout
        self._idle = idle_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._reaper: asyncio.TimerHandle | None = None

    async def clean(self, data: bytes) -> Clean:
        """A stranger's file as a safe picture; raises `PictureRefused` for what is none."""
        head, content = await self._ask({"do": "clean"}, data)
        return Clean(content, head["mime"], head["width"], head["height"], head["source"])

    async def read(self, data: bytes) -> Reading:
        """What a cleaned picture says and shows."""
        head, _ = await self._ask({"do": "look", "region": self._region}, data)
        return Reading.from_json(head)

    async def close(self) -> None:
        async with self._lock:
            await self._end()

    async def _ask(self, head: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        async with self._lock:
            if self._reaper is not None:
                self._reaper.cancel()
            try:
                async with asyncio.timeout(self._timeout):
                    answer, content = await self._exchange({**head, "size": len(data)}, data)
            except TimeoutError as error:
                await self._end()
                raise PictureRefused("too_slow", "That picture took me too long to open. Please send a simpler one.") from error
            except (OSError, EOFError, ValueError, asyncio.IncompleteReadError) as error:
                await self._end()
                raise PictureRefused("broken", "That picture seems to be damaged. Please send it again.") from error
            except BaseException:  # cancelled in the middle: what comes next on the pipe would answer somebody else
                await self._end()
                raise
            self._reaper = asyncio.get_running_loop().call_later(self._idle, self._put_to_rest)
        if "refused" in answer:
            raise PictureRefused(answer["refused"], answer["say"])
        if "error" in answer:
            raise EngineFailed(f"the picture reader failed: {answer['error']}")
        return answer, content

    async def _exchange(self, head: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "assistant.engines.vision.worker",
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=4 * 1024 * 1024,
            )
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(head).encode() + b"\n" + data)
        await process.stdin.drain()
        line = await process.stdout.readline()
        if not line:
            raise EOFError("the picture process died")
        answer: dict[str, Any] = json.loads(line)
        return answer, await process.stdout.readexactly(answer.pop("size"))

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    def _put_to_rest(self) -> None:
        """Idle for long: its memory is worth more than its start."""
        if self._process is not None and self._process.returncode is None and not self._lock.locked() and self._process.stdin is not None:
            self._process.stdin.close()
