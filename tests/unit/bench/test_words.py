"""Word errors."""

from __future__ import annotations

import json
import wave
from pathlib import Path

from bench.speech import distance, recordings, words


def test_words_are_compared_without_case_and_punctuation() -> None:
    assert words("Good MORNING, please!") == ["good", "morning", "please"]


def test_numbers_are_the_same_however_they_are_written() -> None:
    assert words("five five oh, twenty-one and thirteen, ninety") == words("550 21 and 13 90") == [*"55021", "and", *"1390"]


def test_distance_counts_what_was_added_lost_and_changed() -> None:
    assert distance(["a", "b", "c"], ["a", "b", "c"]) == 0
    assert distance(["a", "b", "c"], ["a", "x", "c", "d"]) == 2
    assert distance(["a", "b"], []) == 2


def test_recordings_come_with_words_or_keywords_and_those_with_neither_are_left_out(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(2)
        clip.setframerate(16_000)
        clip.writeframes(bytes(32_000))
    rows = [
        {"file": "a.wav", "source": "x", "transcript": "hello", "keywords": ["hello"]},
        {"file": "a.wav", "source": "y", "transcript": None, "keywords": ["latte"]},
        {"file": "a.wav", "source": "z", "transcript": None},
    ]
    (tmp_path / "transcripts.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    found = recordings(tmp_path)
    assert set(found) == {"x", "y"}
    assert (found["x"][0].said, found["x"][0].keywords, found["y"][0].keywords) == ("hello", (), ("latte",))
    assert abs(len(found["x"][0].pcm) - 32_000) < 1000, "a second at 16 kHz"
