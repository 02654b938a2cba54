"""How long a silence has to last before the turn is ours."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.domain.conversation import Expectation
from assistant.turn.words import Reading, Wholeness


@dataclass(frozen=True, slots=True)
class Patience:
    """Silences in milliseconds since the last voiced sound. `sounds` is Smart Turn's probability that the turn is over."""

    whole: float = 240.0
    whole_unsure: float = 420.0
    whole_doubted: float = 620.0
    open_sure: float = 480.0
    open_unsure: float = 700.0
    open_doubted: float = 950.0
    name: float = 900.0
    spelling: float = 1150.0
    message: float = 1300.0
    partial: float = 1700.0
    partial_doubted: float = 2100.0
    dictating: float = 2300.0
    no_words: float = 700.0
    hesitant: float = 1100.0
    longest: float = 2600.0

    def wait(self, reading: Reading, sounds: float | None, expectation: Expectation, habit_ms: float = 0.0) -> float:
        """The silence to wait for. `habit_ms` is how long this caller has been seen to pause inside a turn."""
        base = self._base(reading, sounds, expectation)
        if reading.wholeness is Wholeness.WHOLE and reading.why != "sentence":
            return base  # an answer is an answer, however slowly the caller speaks
        if reading.hesitant:
            base = max(base, self.hesitant)
        if habit_ms:
            base = max(base, min(habit_ms * 1.15 + 80.0, 1500.0))
        return min(base, self.longest)

    def _base(self, reading: Reading, sounds: float | None, expectation: Expectation) -> float:
        match reading.wholeness:
            case Wholeness.WHOLE:
                return self._by_sound(sounds, self.whole, self.whole_unsure, self.whole_doubted)
            case Wholeness.DICTATING:
                return self.dictating
            case Wholeness.PARTIAL:
                return self.partial if sounds is None or sounds > 0.5 else self.partial_doubted
        if expectation.what == "message" or reading.why == "a message":
            return self.message
        if reading.why == "spelling" or expectation.what == "spelling":
            return self.spelling
        if "name" in reading.why:
            return self.name
        if reading.why == "no words":
            return self.no_words
        return self._by_sound(sounds, self.open_sure, self.open_unsure, self.open_doubted)

    @staticmethod
    def _by_sound(sounds: float | None, sure: float, unsure: float, doubted: float) -> float:
        if sounds is None or sounds >= 0.75:
            return sure
        return unsure if sounds >= 0.3 else doubted
