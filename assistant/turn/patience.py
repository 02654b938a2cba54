"""How long a silence has to last before the turn is ours."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.domain.conversation import Expectation
from assistant.turn.words import Reading, Wholeness


@dataclass(frozen=True, slots=True)
class Patience:
    """Silences in milliseconds since the last voiced sound. `sounds` is Smart Turn's probability that the turn is over."""

    whole: float = 290.0
    a_word: float = 470.0
    whole_unsure: float = 420.0
    whole_doubted: float = 850.0
    whole_denied: float = 1150.0
    open_sure: float = 480.0
    open_unsure: float = 750.0
    open_doubted: float = 1150.0
    name: float = 800.0
    first_name: float = 1280.0
    vague: float = 1250.0
    spelling: float = 1150.0
    message: float = 1300.0
    partial: float = 1700.0
    partial_doubted: float = 2100.0
    dictating: float = 2300.0
    short_number: float = 1500.0
    no_words: float = 700.0
    filler: float = 900.0
    hesitant: float = 1450.0
    habit: float = 1000.0
    longest: float = 2600.0

    def wait(
        self, reading: Reading, sounds: float | None, expectation: Expectation, longest_pause_ms: float = 0.0, habit_ms: float = 0.0
    ) -> float:
        """The silence to wait for.

        `longest_pause_ms` is the longest pause already made inside this turn, `habit_ms` how long this caller has been seen to
        pause in others: who has stopped for a second once will stop again.
        """
        base = self._base(reading, sounds, expectation)
        if reading.certain:
            return base
        if reading.hesitant:
            base = max(base, self.filler)
        if longest_pause_ms:
            base = max(base, min(1.1 * longest_pause_ms + 150.0, self.hesitant))
        if habit_ms and reading.wholeness is Wholeness.OPEN:
            base = max(base, min(habit_ms + 100.0, self.habit))
        return min(base, self.longest)

    def _base(self, reading: Reading, sounds: float | None, expectation: Expectation) -> float:
        match reading.wholeness:
            case Wholeness.WHOLE if reading.why in ("short answer", "closed"):
                return self.whole if sounds is None or sounds >= 0.3 else self.whole_unsure
            case Wholeness.WHOLE if reading.why == "a word":
                return self.a_word
            case Wholeness.WHOLE:
                if sounds is not None and sounds < 0.08:
                    return self.whole_denied
                return self._by_sound(sounds, self.whole, self.whole_unsure, self.whole_doubted)
            case Wholeness.DICTATING:
                return self.dictating
            case Wholeness.PARTIAL:
                return self.partial if sounds is None or sounds > 0.5 else self.partial_doubted
        if expectation.what == "message" or reading.why == "a message":
            return self.message
        if reading.why == "spelling" or expectation.what == "spelling":
            return self.spelling
        if reading.why == "a short number":
            return self.short_number
        if reading.why == "vague":
            return self.vague
        if "first name" in reading.why:
            return self.first_name
        if reading.why == "a name":
            return self.name
        if reading.why == "no words":
            return self.no_words
        return self._by_sound(sounds, self.open_sure, self.open_unsure, self.open_doubted)

    @staticmethod
    def _by_sound(sounds: float | None, sure: float, unsure: float, doubted: float) -> float:
        if sounds is None or sounds >= 0.75:
            return sure
        return unsure if sounds >= 0.3 else doubted
