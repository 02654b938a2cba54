"""When each part of a turn was done, in milliseconds after the caller stopped speaking."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stages of a turn in the order in which they happen."""

    SPEECH_END = "speech_end"
    END_OF_TURN = "end_of_turn"
    TRANSCRIPT = "transcript"
    UNDERSTANDING = "understanding"
    FIRST_TEXT = "first_text"
    FIRST_AUDIO_SYNTHESISED = "first_audio_synthesised"
    FIRST_AUDIO_SENT = "first_audio_sent"
    FIRST_AUDIO_HEARD = "first_audio_heard"


class Timeline:
    """The stamps of one turn. `origin` is the monotonic time at which the caller's last voiced audio arrived.

    A stage is stamped once: the first time counts. Fillers and cues must not be stamped as audio.
    """

    __slots__ = ("_stamps", "origin")

    def __init__(self, origin: float) -> None:
        self.origin = origin
        self._stamps: dict[Stage, float] = {Stage.SPEECH_END: 0.0}

    def stamp(self, stage: Stage, at: float) -> None:
        """Note that `stage` was reached at monotonic time `at`, unless it had been before."""
        self._stamps.setdefault(stage, (at - self.origin) * 1000.0)

    def has(self, stage: Stage) -> bool:
        return stage in self._stamps

    def ms(self) -> dict[str, float]:
        """The stamps so far, in the order of the stages, rounded to a tenth of a millisecond."""
        return {stage.value: round(self._stamps[stage], 1) for stage in Stage if stage in self._stamps}
