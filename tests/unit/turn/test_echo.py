"""Our voice coming back is told from another's by its waveform."""

from __future__ import annotations

import numpy as np

from assistant.turn.echo import EchoReference


def voice(seed: int, seconds: float = 2.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    noise = np.convolve(random.normal(0, 1, int(8000 * seconds)), np.ones(6) / 6, mode="same")
    syllables = 0.3 + np.abs(np.sin(np.arange(noise.size) / 8000 * 2 * np.pi * 4))
    return (noise * syllables * 5000).astype(np.int16)


def played(ours: np.ndarray) -> EchoReference:
    reference = EchoReference()
    for index in range(0, ours.size, 800):
        reference.sent(ours[index : index + 800], index / 8000)
    return reference


def test_an_echo_is_found_at_any_delay_and_level() -> None:
    ours = voice(1)
    line = np.random.default_rng(9).normal(0, 20, 3200)
    for delay in (0.02, 0.15, 0.6):
        for gain in (0.03, 0.2, 1.0):
            start = int((1.5 - delay) * 8000) - 3200
            heard = (ours[start : start + 3200] * gain + line).astype(np.int16)
            assert played(ours).is_echo(heard, 1.5), (delay, gain)


def test_another_voice_is_no_echo() -> None:
    assert played(voice(1)).likeness(voice(2)[:3200], 1.5) < 0.3


def test_nothing_played_nothing_to_echo() -> None:
    assert not EchoReference().is_echo(voice(1)[:3200], 1.5)
    reference = played(voice(1))
    reference.cleared(0.0)
    assert not reference.is_echo(voice(1)[8000:11200], 1.5)
