"""G.711 mu-law by table: the telephone's 8-bit code to and from 16-bit samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

_BIAS = 0x84
_CLIP = 32_635

#: the code of a zero sample; a line at rest carries nothing else
SILENCE = 0xFF


def _decoding() -> Samples:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + _BIAS) << ((code >> 4) & 7)
    return np.where(code & 0x80, _BIAS - magnitude, magnitude - _BIAS).astype(np.int16)


def _encoding() -> NDArray[np.uint8]:
    sample = np.arange(-32_768, 32_768, dtype=np.int32)
    magnitude = np.minimum(np.abs(sample), _CLIP) + _BIAS
    exponent = np.maximum(np.floor(np.log2(magnitude)).astype(np.int32) - 7, 0)
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(sample < 0, 0x80, 0)
    code = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return np.roll(code, -32_768)  # indexed by the sample's unsigned bit pattern


_DECODE = _decoding()
_ENCODE = _encoding()


def decode(audio: bytes) -> Samples:
    """Mu-law bytes to 16-bit samples."""
    return _DECODE[np.frombuffer(audio, dtype=np.uint8)]


def encode(samples: Samples) -> bytes:
    """16-bit samples to mu-law bytes."""
    return _ENCODE[np.ascontiguousarray(samples, dtype=np.int16).view(np.uint16)].tobytes()
