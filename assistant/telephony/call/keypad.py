"""Keys pressed one by one become an answer: by `#`, by being enough, or by a pause."""

from __future__ import annotations

from assistant.domain.conversation import Expectation

PAUSE_SECONDS = 2.5
LONGEST = 32
#: what the dialogue can ask for that is typed as several digits
_NUMBERS = {"phone": 15, "pin": 10, "code": 6}


class Keypad:
    """Collects digits for what is expected. `press` returns the answer once it is complete; a pause completes it with `flush`."""

    def __init__(self) -> None:
        self._digits = ""
        self._expectation = Expectation()

    def expect(self, expectation: Expectation) -> None:
        if expectation != self._expectation:
            self._expectation = expectation
            self._digits = ""

    @property
    def waiting(self) -> bool:
        return bool(self._digits)

    def press(self, digit: str) -> str | None:
        if digit == "#":
            return self.flush()
        if digit == "*":  # start over
            self._digits = ""
            return None
        self._digits += digit
        enough = self._enough()
        if (enough is not None and len(self._digits) >= enough) or len(self._digits) >= LONGEST:
            return self.flush()
        return None

    def flush(self) -> str | None:
        digits, self._digits = self._digits, ""
        return digits or None

    def _enough(self) -> int | None:
        if self._expectation.max_digits:
            return self._expectation.max_digits
        if self._expectation.what in _NUMBERS:
            return None if self._expectation.what in ("phone", "pin") else _NUMBERS[self._expectation.what]
        if self._expectation.what in ("date", "time", "datetime"):
            return None
        return 1  # a choice, yes or no, or 0 for a person
