"""Audio leaves at the speed at which it is heard, whatever the wake-ups do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.turn.pacing import Pace, PlayoutModel


@given(st.lists(st.floats(0.0, 0.35), min_size=1, max_size=60))
def test_late_wake_ups_never_add_up_and_never_run_dry(delays: list[float]) -> None:
    """Wake-ups that are late by less than the lead leave no hole, and the lead is never exceeded by more than a block."""
    pace, model, now = Pace(lead=0.4), PlayoutModel(), 0.0
    model.add(pace.due(model, now), now)
    for delay in delays:
        now += pace.wait(model, now)
        now += min(delay, 0.29)
        assert model.waiting(now) > 0.0
        model.add(pace.due(model, now), now)
        assert model.waiting(now) <= pace.lead + pace.block_bytes / 8000 + 1e-9
    assert abs(model.played(now) - now * 8000) <= 1


def test_a_clear_drops_what_was_not_played() -> None:
    model = PlayoutModel()
    model.add(8000, 10.0)
    assert model.played(10.25) == 2000
    assert model.clear(10.25) == 6000
    assert model.waiting(10.25) == 0.0 and model.played(10.25) == 2000


def test_silence_between_sentences_is_not_played_audio() -> None:
    model = PlayoutModel()
    model.add(800, 0.0)
    model.add(800, 5.0)
    assert model.played(5.0) == 800
    assert model.played(5.05) == 1200
