"""A voice in a process of its own: `python worker.py ENGINE MODEL`, requests on stdin, audio on stdout.

Piper is GPL-3, so it is imported here and nowhere else: this script speaks with the rest over pipes only. It imports nothing of
the project. A request is a line of JSON `{"id": n, "text": str}`; an answer a line `{"id", "rate", "bytes", "ms"}` or `{"id", "error"}`
followed by that many bytes of 16-bit PCM. It ends when its input does, and on Linux also when its parent is killed.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Voice = Callable[[str], tuple[bytes, int]]


def _die_with_parent() -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
        if os.getppid() == 1:
            sys.exit(0)


def _pcm(samples: Any) -> bytes:
    return bytes((np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())


def _piper(model: str) -> Voice:
    import onnxruntime
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2 if (os.cpu_count() or 2) <= 4 else 4
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the other core belongs to the ears
    voice.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    settings = SynthesisConfig(normalize_audio=False)

    def speak(text: str) -> tuple[bytes, int]:
        chunks = list(voice.synthesize(text, settings))
        return b"".join(chunk.audio_int16_bytes for chunk in chunks), chunks[0].sample_rate if chunks else 22_050

    return speak


def _hibari(model: str) -> Voice:
    from hibari import Hibari  # type: ignore[import-untyped]

    voice = Hibari(voice=model or "heart")

    def speak(text: str) -> tuple[bytes, int]:
        return _pcm(voice(text, seed=0)), int(voice.sample_rate)

    return speak


ENGINES: dict[str, Callable[[str], Voice]] = {"piper": _piper, "hibari": _hibari}


def main() -> int:
    engine, model = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is the parent's to handle
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints must not end up between the answers

    def answer(header: dict[str, Any], body: bytes = b"") -> None:
        data = json.dumps(header).encode() + b"\n" + body
        view = memoryview(data)
        while view:
            view = view[out.write(view) or 0 :]

    try:
        speak = ENGINES[engine](model)
        speak("Ready.")
    except Exception as error:  # noqa: BLE001  reported to the parent, which decides
        answer({"id": 0, "error": f"{type(error).__name__}: {error}"})
        return 1
    answer({"id": 0, "rate": 0, "bytes": 0, "ms": 0})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        began = time.perf_counter()
        try:
            pcm, rate = speak(request["text"])
        except Exception as error:  # noqa: BLE001  one bad sentence must not take the voice away
            answer({"id": request["id"], "error": type(error).__name__})
            continue
        answer({"id": request["id"], "rate": rate, "bytes": len(pcm), "ms": (time.perf_counter() - began) * 1000.0}, pcm)
    return 0


if __name__ == "__main__":
    sys.exit(main())
