"""Recordings in any common container, as PCM for the engines."""

from __future__ import annotations

import io

import av
import numpy as np

from assistant.domain.errors import InvalidInput

_MOST_SECONDS = 30 * 60


def decode_audio(data: bytes, rate: int) -> bytes:
    """16-bit mono PCM at `rate`. Raises `InvalidInput` for what holds no audio. Blocks: call it in a thread."""
    pieces: list[bytes] = []
    size = 0
    try:
        with av.open(io.BytesIO(data), mode="r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise InvalidInput("no audio in this file", code="no_audio")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
            for frame in container.decode(audio=0):
                for part in resampler.resample(frame):
                    pieces.append(np.ascontiguousarray(part.to_ndarray(), dtype="<i2").tobytes())
                    size += len(pieces[-1])
                if size > _MOST_SECONDS * rate * 2:
                    raise InvalidInput("longer than half an hour", code="too_long")
            for part in resampler.resample(None):
                pieces.append(np.ascontiguousarray(part.to_ndarray(), dtype="<i2").tobytes())
    except (av.FFmpegError, ValueError, OSError) as error:
        raise InvalidInput("not a recording that can be read", code="bad_audio") from error
    return b"".join(pieces)
