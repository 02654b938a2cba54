"""A spoken question: any common format in, words and sound out, and nothing else that a file can do."""

from __future__ import annotations

import io
import wave

import av
import numpy as np
import pytest

from assistant.api.clips import AudioShelf, wav
from assistant.domain.clock import ManualClock
from assistant.domain.errors import InvalidInput
from assistant.telephony.audio.files import decode_audio
from tests.contract.api.conftest import Edge
from tests.support.calendars import MONDAY

FORMATS = {"wav": "pcm_s16le", "mp3": "libmp3lame", "ogg": "libopus", "webm": "libopus", "mp4": "aac", "flac": "flac"}


def recording(container: str = "wav", *, seconds: float = 2.0, rate: int = 48_000) -> bytes:
    """A hum of 200 Hz in stereo."""
    out = io.BytesIO()
    hum = (np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 200 / rate) * 12_000).astype(np.int16)
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(FORMATS[container], rate=rate)
        stream.layout = "stereo"
        frame = av.AudioFrame.from_ndarray(np.repeat(hum, 2).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate = rate
        fifo = av.AudioFifo()
        fifo.write(frame)
        resampler = av.AudioResampler(stream.format, stream.layout, rate, stream.frame_size or None)
        for part in resampler.resample(frame):
            file.mux(stream.encode(part))
        for part in resampler.resample(None):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize("container", FORMATS)
def test_any_common_format_becomes_the_same_sound(container: str) -> None:
    samples = np.frombuffer(decode_audio(recording(container), 16_000), np.int16)
    assert 1.9 < len(samples) / 16_000 < 2.2
    loud = np.abs(np.fft.rfft(samples[8000:24000]))
    assert abs(int(loud.argmax()) - 200) <= 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a sound",
        b"RIFF\xff\xff\xff\xffWAVEfmt ",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        recording("mp3")[:40],
    ],
    ids=["nothing", "words", "cut header", "playlist", "concat list", "cut mp3"],
)
def test_what_is_no_recording_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        decode_audio(data, 16_000)


def test_a_recording_that_is_too_long_is_refused_without_decoding_it_all() -> None:
    with pytest.raises(InvalidInput, match="60 seconds"):
        decode_audio(recording(seconds=61, rate=16_000), 16_000, max_seconds=60)


async def test_a_question_is_answered_in_words_and_sound(edge: Edge) -> None:
    async with edge.client() as client:
        asked = await client.post("/voice/query", files={"audio": ("q.ogg", recording("ogg"), "audio/ogg")})
        answer = asked.json()
        assert asked.status_code == 200
        assert answer["transcript"] == "2 seconds of sound"
        assert answer["response_text"] == "You said: 2 seconds of sound"
        spoken = await client.get(answer["audio_url"])
        assert spoken.headers["content-type"] == "audio/wav"
        assert spoken.content.startswith(b"RIFF")
        again = await client.post("/voice/query", files={"audio": recording()}, data={"session": answer["session"]})
        assert again.json()["session"] == answer["session"]
        assert len(set(edge.host.keys)) == 1
        await edge.world.clock.advance(601)
        assert (await client.get(answer["audio_url"])).status_code == 404
    assert not any(party.proven or party.role == "owner" for party in edge.host.parties.values())


async def test_forms_that_make_no_sense_are_refused(edge: Edge) -> None:
    async with edge.client() as client:
        answers = [
            await client.post("/voice/query", json={"audio": "x"}),
            await client.post("/voice/query", data={"audio": "x"}, files={"other": b"x"}),
            await client.post("/voice/query", files={"audio": b""}),
            await client.post("/voice/query", content=b"--x", headers={"Content-Type": "multipart/form-data"}),
            await client.post("/voice/query", files={"audio": recording()}, data={"session": "x" * 65}),
            await client.get("/audio/../../etc/passwd"),
            await client.get("/audio/" + "x" * 24 + ".wav"),
        ]
    assert [answer.status_code for answer in answers] == [415, 422, 422, 422, 422, 404, 404]


def test_the_shelf_forgets_the_oldest_when_it_is_full() -> None:
    shelf = AudioShelf(ManualClock(MONDAY), total_bytes=5000)
    names = [shelf.put(bytes(1000)).removeprefix("/audio/") for _ in range(3)]
    assert [shelf.get(name) is not None for name in names] == [False, True, True]


def test_telephone_audio_is_a_wav_file_that_every_player_knows() -> None:
    with wave.open(io.BytesIO(wav(b"\xff" * 8001))) as file:  # knows plain samples only
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes()) == (1, 2, 8000, 8001)
