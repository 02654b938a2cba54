"""Audio of any common format to what the engines hear: 16 kHz, mono, float32."""

from __future__ import annotations

import io

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from assistant.domain.errors import InvalidInput

RATE = 16_000
MAX_SECONDS = 60
#: Plain containers only: a playlist could make the decoder open other files and addresses of this machine.
FORMATS = "wav,mp3,ogg,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,flac,aac,aiff,amr,caf,au,w64"


def decode(data: bytes, *, max_seconds: float = MAX_SECONDS) -> NDArray[np.float32]:
    """The samples of an audio file, -1..1. Blocking: call it in a thread. Raises InvalidInput for anything else, or longer."""
    pieces: list[NDArray[np.float32]] = []
    samples = 0
    try:
        options = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}
        with av.open(io.BytesIO(data), mode="r", options=options) as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None:
                raise InvalidInput("audio: the file holds no sound", code="no_audio")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in container.decode(stream):
                for part in resampler.resample(frame):
                    pieces.append(_samples(part))
                    samples += part.samples
                if samples > max_seconds * RATE:
                    raise InvalidInput(f"audio: longer than {max_seconds:g} seconds", code="too_long")
            pieces.extend(_samples(part) for part in resampler.resample(None))
    except (FFmpegError, ValueError, IndexError, MemoryError) as error:
        raise InvalidInput("audio: not an audio file of a format we know", code="bad_audio") from error
    if not pieces:
        raise InvalidInput("audio: the file holds no sound", code="no_audio")
    return np.clip(np.concatenate(pieces), -1.0, 1.0).astype(np.float32, copy=False)


def _samples(frame: av.AudioFrame) -> NDArray[np.float32]:
    return frame.to_ndarray().reshape(-1).astype(np.float32, copy=False)
