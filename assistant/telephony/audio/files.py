"""Recordings in any common container, as PCM for the engines."""

from __future__ import annotations

import io

import av
import numpy as np
from av.error import FFmpegError

from assistant.domain.errors import InvalidInput

#: Plain containers only: a playlist could make the decoder open other files and addresses of this machine.
FORMATS = "wav,mp3,ogg,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,flac,aac,aiff,amr,caf,au,w64"


def decode_audio(data: bytes, rate: int, *, max_seconds: float = 30 * 60) -> bytes:
    """16-bit mono PCM at `rate`. Raises `InvalidInput` for what holds no audio, or more of it. Blocks: call it in a thread."""
    pieces: list[bytes] = []
    size = 0
    try:
        options = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}
        with av.open(io.BytesIO(data), mode="r", options=options, metadata_errors="ignore") as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None:
                raise InvalidInput("audio: the file holds no sound", code="no_audio")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
            for frame in container.decode(stream):
                for part in resampler.resample(frame):
                    pieces.append(_samples(part))
                    size += len(pieces[-1])
                if size > max_seconds * rate * 2:
                    raise InvalidInput(f"audio: longer than {max_seconds:g} seconds", code="too_long")
            pieces.extend(_samples(part) for part in resampler.resample(None))
    except (FFmpegError, ValueError, IndexError, OSError, MemoryError) as error:
        raise InvalidInput("audio: not a recording of a format that can be read", code="bad_audio") from error
    if not pieces:
        raise InvalidInput("audio: the file holds no sound", code="no_audio")
    return b"".join(pieces)


def _samples(frame: av.AudioFrame) -> bytes:
    return np.ascontiguousarray(frame.to_ndarray(), dtype="<i2").tobytes()
