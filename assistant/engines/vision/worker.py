"""The process that opens strangers' files: `python -m assistant.engines.vision.worker`.

Decoders of pictures are the classic way into a machine, and a hostile file can crash or hang them. So they run here, with little memory and
no say: requests come on stdin and answers go to stdout, each a JSON line followed by as many bytes as it announces. The parent kills
what hangs.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any, BinaryIO

from assistant.engines.vision.decode import PictureRefused, clean, open_clean
from assistant.engines.vision.look import Looker

MEMORY = 3 * 1024**3


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the answers
    looker: Looker | None = None
    while (request := _read(sys.stdin.buffer)) is not None:
        head, data = request
        try:
            if head["do"] == "clean":
                made = clean(data)
                _write(answers, {"mime": made.mime, "width": made.width, "height": made.height, "source": made.source}, made.data)
                continue
            looker = looker or Looker()
            _write(answers, looker.look(open_clean(data), region=head.get("region", "US")).to_json(), b"")
        except PictureRefused as error:
            _write(answers, {"refused": error.reason, "say": error.detail}, b"")
        except MemoryError:
            _write(answers, {"refused": "too_many_pixels", "say": "That picture is too large for me. Please send a smaller one."}, b"")
        except Exception as error:  # noqa: BLE001 - a picture must not stop the reader; the type alone is reported
            _write(answers, {"error": type(error).__name__}, b"")


def _read(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    line = stream.readline()
    if not line:
        return None
    head = json.loads(line)
    return head, stream.read(head["size"])


def _write(stream: BinaryIO, head: dict[str, Any], data: bytes) -> None:
    stream.write(json.dumps({**head, "size": len(data)}).encode() + b"\n" + data)
    stream.flush()


if __name__ == "__main__":
    main()
