"""Voices that fail, phrases that are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.domain.clock import ManualClock
from assistant.domain.errors import EngineFailed
from assistant.engines.tts.cache import PhraseCache
from assistant.engines.tts.chain import VoiceChain
from assistant.engines.tts.process import WorkerSynthesiser
from assistant.engines.tts.scripted import ScriptedSynthesiser


class Named(ScriptedSynthesiser):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    @property
    def name(self) -> str:
        return self._name


async def test_the_next_voice_takes_over_and_the_first_comes_back() -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    first, second = Named("first"), Named("second")
    chain = VoiceChain([first, second], clock)
    first.failing = EngineFailed("gone")
    await chain.synthesise("Hello.")
    assert second.asked == ["Hello."] and chain.name == "second"
    first.failing = None
    await chain.synthesise("Again.")
    assert first.asked == ["Hello."], "a voice that failed rests"
    await clock.advance(31)
    await chain.synthesise("And again.")
    assert first.asked == ["Hello.", "And again."]


async def test_no_voice_at_all_is_an_honest_error() -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(EngineFailed):
        await VoiceChain([], clock).start()
    broken = Named("only")
    broken.failing = EngineFailed("gone")
    with pytest.raises(EngineFailed):
        await VoiceChain([broken], clock).synthesise("Hello.")


def test_only_fixed_phrases_reach_the_disk(tmp_path: Path) -> None:
    cache = PhraseCache(tmp_path)
    cache.put("v", "Good morning.", b"fixed", fixed=True)
    cache.put("v", "See you then, Joan.", b"private")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"fixed"]
    fresh = PhraseCache(tmp_path)
    assert fresh.load("v", "Good morning.") == b"fixed"
    assert fresh.load("v", "See you then, Joan.") is None
    assert fresh.load("other", "Good morning.") is None


def test_memory_is_bounded_and_fixed_phrases_stay() -> None:
    cache = PhraseCache(None, most_bytes=1000)
    cache.put("v", "fixed", b"x" * 300, fixed=True)
    for number in range(20):
        cache.put("v", f"phrase {number}", b"x" * 100)
    assert cache.get("v", "fixed") is not None and cache.get("v", "phrase 0") is None and cache.get("v", "phrase 19") is not None


async def test_a_worker_that_cannot_start_says_so() -> None:
    with pytest.raises(EngineFailed, match="did not start"):
        await WorkerSynthesiser("no-such-engine", "").start()
