"""From probabilities and levels, 32 ms at a time, to speech that begins, pauses and goes on."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heard:
    """One 32 ms of the line, judged. `at_ms` is the media time of its end."""

    at_ms: float
    probability: float
    level_db: float


@dataclass(frozen=True, slots=True)
class ActivityRules:
    """What counts as voice."""

    enter: float = 0.55
    stay: float = 0.35
    onset_chunks: int = 2
    above_noise_db: float = 6.0
    below_peak_db: float = 30.0
    recent_chunks: int = 9


@dataclass
class Activity:
    """Who is voiced when. Silero holds on to a word for some 100 ms; its level tells when it really ended."""

    rules: ActivityRules = field(default_factory=ActivityRules)
    noise_db: float = -62.0
    speaking: bool = False
    onset_ms: float = 0.0
    last_voiced_ms: float = 0.0
    voiced_ms: float = 0.0
    peak_db: float = -96.0
    _run: int = 0
    _recent: deque[bool] = field(default_factory=lambda: deque(maxlen=9))

    def add(self, heard: Heard, chunk_ms: float = 32.0) -> bool:
        """Take the next chunk; whether it was voiced."""
        rules = self.rules
        threshold = rules.stay if self.speaking else rules.enter
        loud = heard.level_db > self.noise_db + rules.above_noise_db and heard.level_db > self.peak_db - rules.below_peak_db
        voiced = heard.probability >= threshold and loud
        self._recent.append(voiced)
        if heard.probability < 0.2:
            self._learn_noise(heard.level_db)
        if not voiced:
            self._run = 0
            return False
        self._run += 1
        if not self.speaking and self._run >= rules.onset_chunks:
            self.speaking = True
            self.onset_ms = heard.at_ms - self._run * chunk_ms
            self.voiced_ms = (self._run - 1) * chunk_ms
        if self.speaking:
            self.voiced_ms += chunk_ms
            self.last_voiced_ms = heard.at_ms
            self.peak_db = max(heard.level_db, self.peak_db - 0.05)
        return True

    def pause_ms(self, now_ms: float) -> float:
        """How long the caller has been silent within or after this turn."""
        return now_ms - self.last_voiced_ms if self.speaking else 0.0

    def voiced_lately(self) -> int:
        """How many of the last chunks were voiced."""
        return sum(self._recent)

    def end(self) -> None:
        """The turn is over; the next voice begins another."""
        self.speaking = False
        self.voiced_ms = 0.0
        self.peak_db = -96.0
        self._run = 0

    def _learn_noise(self, level_db: float) -> None:
        if level_db <= -90.0:
            return  # a muted line sends digital silence, which says nothing about its noise
        rate = 0.3 if level_db < self.noise_db else 0.03
        self.noise_db = min(-30.0, self.noise_db + rate * (level_db - self.noise_db))
