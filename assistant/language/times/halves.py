"""Morning or afternoon: which half of the day a clock reading means."""

from __future__ import annotations

from datetime import time

from assistant.language.times.lexicon import AM_PARTS, NIGHT_PARTS, PM_PARTS
from assistant.language.times.model import Clock

HALF_REASON = "said with neither am nor pm"


def _sense(hour: int) -> int:
    """The hour of the day that a business most likely means by a bare hour."""
    return hour + 12 if 1 <= hour <= 6 else hour


def clock_time(clock: Clock, part: str | None = None) -> tuple[time, list[tuple[time, str]], int]:
    """The time of day, the other halves with reasons, and how many days on it lies (after midnight "tonight")."""
    hour, others, later = clock.hour, [], 0
    if clock.half == "midnight" and part is None:
        return time(0, 0), [], 0
    if not clock.sure and hour <= 12:
        if part in AM_PARTS:
            hour = 0 if hour == 12 and clock.minute and part in ("morning", "early morning") else hour
        elif part in PM_PARTS or part in ("noon", "lunch", "midday") or (part or "").startswith(("after ", "before ")):
            hour = hour if hour == 12 or (part in ("lunch", "noon", "midday") and hour in (10, 11)) else hour + 12
        elif part in NIGHT_PARTS:
            if hour == 12:
                hour, later = 0, int(part == "tonight")
            elif hour >= 6 or (part != "night" and hour >= 5):
                hour += 12
            else:
                later = int(part == "tonight")
        else:
            value = hour % 12 + 12 if clock.late else _sense(hour)
            other = (value + 12) % 24
            others.append((time(other, clock.minute, clock.second), HALF_REASON))
            hour = value
    return time(hour % 24, clock.minute, clock.second), others, later


def between(lo: Clock, hi: Clock, part: str | None) -> tuple[time, time, list[tuple[time, time]]]:
    """Both ends of a range of clock readings: a half said once holds for both where it can."""
    a, a_others, _ = clock_time(lo, part if not lo.sure else None)
    b, b_others, _ = clock_time(hi, part if not hi.sure else None)
    others: list[tuple[time, time]] = []
    half = 12 * 60
    am, bm = a.hour * 60 + a.minute, b.hour * 60 + b.minute
    if a_others and not b_others:
        # "3:30 to six pm": the latest reading of the first end that still comes before the second.
        options = sorted({am % 1440, (am + half) % 1440})
        fitting = [x for x in options if x < (bm or 1440)]
        am = fitting[-1] if fitting else options[0]
    elif b_others and not a_others:
        options = sorted({bm % 1440, (bm + half) % 1440})
        fitting = [x for x in options if x > am]
        bm = fitting[0] if fitting else options[0]
    elif a_others and b_others:
        base = bm % half
        bm = base if base > am else base + half
        if bm <= am:
            bm = base
        other_a, other_b = (am + half) % 1440, (bm + half) % 1440
        others.append((time(other_a // 60, other_a % 60), time(other_b // 60, other_b % 60)))
    elif part and bm <= am and not hi.sure and bm + half < 1440:
        bm += half
    return time(am // 60, am % 60, a.second), time(bm // 60, bm % 60, b.second), others
