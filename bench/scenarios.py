"""What the callers of the bench say: wordings and pauses drawn afresh from a seed, with what a fitting answer must hold."""

from __future__ import annotations

import random
from dataclasses import dataclass

from bench.voices import draw


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said. `fits` is a pattern for the transcript of the answer; `barge_ms` speaks into the answer before."""

    parts: tuple[str, ...]
    fits: str
    kind: str = "plain"
    gap_ms: int = 0
    barge_ms: int | None = None


QUESTIONS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("Do you have parking?", "Is there anywhere to park?", "Can I park near you?"), r"park|behind"),
    (("What time do you open on Monday?", "When do you open on Mondays?", "What are your hours on Monday?"), r"nine|9"),
    (("How much is a cleaning?", "What does a cleaning cost?", "What's the price of a cleaning?"), r"120|hundred|twenty"),
    (("Which payments do you take?", "Can I pay by credit card?", "Do you take cards?"), r"card|cash"),
    (("Where are you located?", "What's your address?", "What is the address?"), r"river|street|springfield|12|twelve"),
    (("Are you open on Saturday?", "Do you work on Saturdays?"), r"clos|not|no\b|open"),
    (("How long does a check-up take?", "How long is a check-up?"), r"30|thirty|half|minutes"),
    (("What should I bring to my first visit?", "What do I need to bring?"), r"id|medic|bring|early"),
)
BOOK = ("I'd like to book a cleaning please.", "Can I get an appointment for a cleaning?", "I need to book a cleaning.")
DAYS = ("How about Tuesday morning?", "Maybe Wednesday afternoon.", "Could I come on Thursday at ten?", "Monday at two would be good.")
NEVER_MIND = ("Actually, never mind.", "Never mind, thank you.", "Forget it please.")
INTERRUPTIONS = ("Wait, is there parking?", "Sorry, what is your address?", "Hold on, how much is a cleaning?")
BACKCHANNELS = ("Mhm.", "Okay.", "Uh huh.")
HESITANT: tuple[tuple[tuple[str, ...], str], ...] = (
    (("I would like to book", "a check-up please."), r"day|when|time|\d|which|suit"),
    (("How about, um,", "Tuesday,", "in the afternoon?"), r"\w"),
    (("Can you tell me,", "do you have parking?"), r"park|behind"),
    (("I wanted to ask", "how much is a cleaning?"), r"120|hundred|twenty|dollar"),
    (("So I was wondering if", "you are open on Saturday."), r"clos|open|saturday"),
    (("My number is five five five,", "oh one two,", "three four five six."), r"\w"),
    (("I think I need to", "move my appointment."), r"\w"),
    (("Could I come in", "on Thursday at ten?"), r"\w"),
)


def question(chance: random.Random, kind: str = "plain") -> Turn:
    wordings, fits = QUESTIONS[chance.randrange(len(QUESTIONS))]
    return Turn((draw(list(wordings), chance),), fits, kind)


def dialogue(chance: random.Random, turns: int = 10) -> list[Turn]:
    """Questions around the start of a booking, as people mix them."""
    chosen = [question(chance), Turn((draw(list(BOOK), chance),), r"day|when|time|which|suit|\d", "booking")]
    chosen.append(Turn((draw(list(DAYS), chance),), r"\w", "booking"))
    chosen += [question(chance) for _ in range(max(0, turns - 4))]
    chosen.append(Turn((draw(list(NEVER_MIND), chance),), r"\w", "booking"))
    return chosen


def hesitant(chance: random.Random) -> list[Turn]:
    chosen = chance.sample(HESITANT, 6)
    return [Turn(parts, fits, "hesitant", gap_ms=chance.randrange(600, 1201, 20)) for parts, fits in chosen]


def interrupting(chance: random.Random) -> list[Turn]:
    """A question with a long answer, then words into the middle of it."""
    turns: list[Turn] = []
    for _ in range(3):
        turns.append(Turn(("What are your opening hours for the whole week?",), r"monday|nine|open", "long"))
        wording = draw(list(INTERRUPTIONS), chance)
        turns.append(Turn((wording,), r"\w", "interruption", barge_ms=chance.randrange(700, 1600, 20)))
    return turns


def murmuring(chance: random.Random) -> list[Turn]:
    """The same long answer, with a backchannel that must not stop it."""
    turns: list[Turn] = []
    for _ in range(3):
        turns.append(Turn(("What are your opening hours for the whole week?",), r"monday|nine|open", "long"))
        turns.append(Turn((draw(list(BACKCHANNELS), chance),), "", "backchannel", barge_ms=chance.randrange(700, 1400, 20)))
    return turns
