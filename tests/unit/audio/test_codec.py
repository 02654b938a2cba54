"""The telephone's audio: codec, rates, levels."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assistant.domain.errors import InvalidInput
from assistant.telephony.audio import mulaw
from assistant.telephony.audio.files import decode_audio
from assistant.telephony.audio.level import QUIETEST_DB, dbfs, levelled, trimmed
from assistant.telephony.audio.resample import Resampler, resample

SAMPLES = arrays(np.int16, st.integers(0, 500), elements=st.integers(-32768, 32767))


def tone(rate: int, seconds: float, hertz: float = 440.0, peak: float = 8_000.0) -> np.ndarray:
    return (peak * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.int16)


@given(st.binary(max_size=400))
def test_decoding_and_encoding_gives_the_same_sound(code: bytes) -> None:
    # 0x7f is a second code for zero
    assert mulaw.encode(mulaw.decode(code)) == code.replace(b"\x7f", b"\xff")


@given(SAMPLES)
def test_encoding_errs_by_at_most_a_sixteenth(samples: np.ndarray) -> None:
    back = mulaw.decode(mulaw.encode(samples)).astype(int)
    clipped = np.clip(samples.astype(int), -32_635, 32_635)
    assert np.all(np.abs(back - clipped) <= np.maximum(4, np.abs(clipped) / 16 + 4))


def test_known_codes_of_the_standard() -> None:
    assert mulaw.encode(np.array([0, 32767, -32768], dtype=np.int16)) == b"\xff\x80\x00"
    assert mulaw.decode(b"\x80\x00\xff").tolist() == [32124, -32124, 0]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=12), st.sampled_from([(8000, 16000), (24000, 8000), (22050, 8000), (8000, 8000)]))
def test_resampling_in_chunks_is_resampling_at_once(sizes: list[int], rates: tuple[int, int]) -> None:
    source, target = rates
    whole = tone(source, sum(sizes) / source + 0.01)[: sum(sizes)]
    stream = Resampler(source, target)
    pieces, start = [], 0
    for size in sizes:
        pieces.append(stream.push(whole[start : start + size]))
        start += size
    joined = np.concatenate([*pieces, stream.finish()])
    once = resample(whole, source, target)
    assert abs(joined.size - once.size) <= 1
    size = min(joined.size, once.size)
    assert np.max(np.abs(joined[:size].astype(int) - once[:size].astype(int)), initial=0) <= 3


def test_the_ear_does_not_wait_for_its_filter() -> None:
    live = Resampler(8000, 16000, live=True)
    got = sum(live.push(np.zeros(160, dtype=np.int16)).size for _ in range(10))
    assert got >= 10 * 320 - 8


def test_levels() -> None:
    assert dbfs(np.zeros(160, dtype=np.int16)) == QUIETEST_DB
    assert dbfs(tone(8000, 0.1, peak=32767.0)) == pytest.approx(-3.0, abs=0.1)


@given(st.floats(100.0, 30000.0))
def test_what_we_say_is_as_loud_whatever_the_voice(peak: float) -> None:
    level = dbfs(levelled(tone(8000, 0.5, peak=peak)))
    assert -32.0 <= level <= -15.0 or peak < 700.0


def test_levelling_never_clips() -> None:
    spiky = np.zeros(8000, dtype=np.int16)
    spiky[4000] = 30000
    assert np.max(np.abs(levelled(spiky).astype(int))) <= 30000


def test_silence_around_speech_is_cut() -> None:
    speech = np.concatenate([np.zeros(4000, np.int16), tone(8000, 0.5), np.zeros(4000, np.int16)])
    cut = trimmed(speech, 8000)
    assert 4000 <= cut.size <= 4000 + 8 * 100
    assert np.flatnonzero(cut)[0] <= 8 * 11
    assert trimmed(np.zeros(4000, np.int16), 8000).size == 0


def test_recordings_are_read_whatever_their_container() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(44100)
        out.writeframes(np.repeat(tone(44100, 0.5), 2).astype("<i2").tobytes())
    pcm = decode_audio(file.getvalue(), 16000)
    assert len(pcm) // 2 == pytest.approx(8000, abs=40)


@pytest.mark.parametrize("junk", [b"", b"not audio at all", b"RIFF\x00\x00\x00\x00WAVE"])
def test_what_is_no_recording_is_refused(junk: bytes) -> None:
    with pytest.raises(InvalidInput):
        decode_audio(junk, 16000)
