"""What the callers of the bench say: wordings and pauses drawn afresh from a seed, with what a fitting answer must hold."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

#: pauses inside a turn, as people make them who think while they speak
PAUSE_MS = (600, 1200)
#: an answer that asks back has not answered
ASKS_BACK = re.compile(r"(didn't|did not) (quite )?(catch|get|hear|understand)|(say|repeat) (that|it)|come again", re.I)


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said. `fits` is a pattern for the transcript of the answer, empty where any will do.

    With `barge_ms` it is said into the answer to the turn before, that long after it became audible.
    """

    parts: tuple[str, ...]
    fits: str
    kind: str = "plain"
    gap_ms: int = 0
    barge_ms: int | None = None

    @property
    def text(self) -> str:
        return " ... ".join(self.parts)

    def answered_by(self, answer: str) -> bool:
        return bool(re.search(self.fits, answer, re.I)) and not ASKS_BACK.search(answer)


Wordings = tuple[tuple[str, ...], str]
PARKING, PRICE = r"park|behind|building", r"120|hundred|twenty|dollar"
ADDRESS, SATURDAY = r"river|street|springfield", r"clos|not|no\b|open"
QUESTIONS: tuple[Wordings, ...] = (
    (("Do you have parking?", "Is there anywhere to park?", "Can I park near you?", "Is there parking at the building?"), PARKING),
    (("What time do you open on Monday?", "When do you open on Mondays?", "What are your hours on Monday?"), r"nine|\b9|clos"),
    (("How much is a cleaning?", "What does a cleaning cost?", "What's the price of a cleaning?"), PRICE),
    (("Which payments do you take?", "Can I pay by credit card?", "Do you take cards?"), r"card|cash"),
    (("Where are you located?", "What's your address?", "What is the address?"), ADDRESS),
    (("Are you open on Saturday?", "Do you work on Saturdays?", "Is there anybody there on Saturdays?"), SATURDAY),
    (("How long does a check-up take?", "How long is a check-up?"), r"30|thirty|half|minutes"),
    (("What should I bring to my first visit?", "What do I need to bring?"), r"\bid\b|medic|bring|early|photo"),
)
BOOK = (
    "I'd like to book a cleaning please.",
    "Can I get an appointment for a cleaning?",
    "I need to book a cleaning.",
    "I want to make an appointment for a check-up.",
)
WHEN = r"day|when|time|which|suit|\d"
DAYS = (
    "How about {day} morning?",
    "Maybe {day} afternoon.",
    "Could I come on {day} at ten?",
    "{day} at two would be good.",
    "Is {day} possible?",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday")
OFFER = (
    r"name|number|(which|what) (one|time)|clock|\bam\b|\bpm\b|morning|afternoon|free|available|taken|full|closed|\d|"
    r"(mon|tues|wednes|thurs|fri)day"
)
NEVER_MIND = ("Actually, never mind.", "Never mind, thank you.", "Forget it please.")
LET_GO = r"okay|problem|anything|fine|all ?right|sure|cancel|stop|help|worr|never mind|nothing|leave"
WEEK = ("What are your opening hours for the whole week?", "What are your opening hours?", "What hours are you open?")
LONG_ANSWER = r"day|nine|open|five|clos|\d"
INTERRUPTIONS: tuple[Wordings, ...] = (
    (("Wait, is there parking?", "Sorry, do you have parking?", "Hold on, can I park there?"), PARKING),
    (("Sorry, what is your address?", "Wait, where are you located?"), ADDRESS),
    (("Hold on, how much is a cleaning?", "Sorry, what does a cleaning cost?"), PRICE),
)
BACKCHANNELS = ("Uh huh.", "Okay.", "Yeah.", "Right.")

Hesitation = tuple[tuple[str, ...], str]
HESITANT_BOOK: tuple[Hesitation, ...] = (
    (("I would like to book", "a check-up please."), WHEN),
    (("Can I get", "an appointment for a cleaning?"), WHEN),
    (("I need to, um,", "book a cleaning please."), WHEN),
    (("I'd like to make", "an appointment", "for a check-up."), WHEN),
)
HESITANT_DAY: tuple[Hesitation, ...] = (
    (("How about, um,", "{day},", "in the afternoon?"), ""),
    (("Could I come in", "on {day} at ten?"), ""),
    (("I was thinking of", "{day} morning."), ""),
    (("Maybe on", "{day}, um,", "at half past two."), ""),
)
HESITANT_OTHER: tuple[Hesitation, ...] = (
    (("My number is {a},", "{b},", "{c}."), ""),
    (("My name is Peter", "and it is spelled P E T E R."), ""),
    (("My name is", "Anna Miller."), ""),
    (("I think I need to", "move my appointment."), ""),
    (("Can you tell me,", "do you have parking?"), PARKING),
    (("I wanted to ask", "how much is a cleaning?"), PRICE),
    (("So I was wondering if", "you are open on Saturday."), SATURDAY),
    (("And, um, what is", "your address?"), ADDRESS),
)
_DIGITS = ("oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def draw(options: Sequence[T], chance: random.Random) -> T:
    return options[chance.randrange(len(options))]


def _filled(text: str, chance: random.Random) -> str:
    groups = {name: " ".join(draw(_DIGITS, chance) for _ in range(size)) for name, size in (("a", 3), ("b", 3), ("c", 4))}
    return text.format(day=draw(WEEKDAYS, chance), **groups)


def dialogue(chance: random.Random, turns: int = 8) -> list[Turn]:
    """Questions before, in and after the start of a booking, as people mix them. At least four turns."""
    drawn = [Turn((draw(wordings, chance),), fits) for wordings, fits in chance.sample(QUESTIONS, len(QUESTIONS))]
    asked = (drawn * (turns // len(drawn) + 1))[: max(0, turns - 3)]
    start = [Turn((draw(BOOK, chance),), WHEN, "booking"), Turn((_filled(draw(DAYS, chance), chance),), OFFER, "booking")]
    stop = Turn((draw(NEVER_MIND, chance),), LET_GO, "booking")
    return [*asked[:1], *start, *asked[1:2], stop, *asked[2:]]


def hesitant(chance: random.Random) -> list[Turn]:
    """A caller who pauses inside every turn: a booking and its day, then what comes to mind."""
    chosen = [draw(HESITANT_BOOK, chance), draw(HESITANT_DAY, chance), *chance.sample(HESITANT_OTHER, 4)]
    return [
        Turn(tuple(_filled(part, chance) for part in parts), fits, "hesitant", gap_ms=chance.randrange(PAUSE_MS[0], PAUSE_MS[1] + 1, 20))
        for parts, fits in chosen
    ]


def interrupting(chance: random.Random) -> list[Turn]:
    """A question with a long answer, then words into the middle of it."""
    turns: list[Turn] = []
    for wordings, fits in chance.sample(INTERRUPTIONS, 3):
        turns.append(Turn((draw(WEEK, chance),), LONG_ANSWER, "long"))
        turns.append(Turn((draw(wordings, chance),), fits, "interruption", barge_ms=chance.randrange(700, 1600, 20)))
    return turns


def murmuring(chance: random.Random) -> list[Turn]:
    """The same long answer, with a backchannel that must not stop it: what is heard afterwards is still about the hours."""
    turns: list[Turn] = []
    for _ in range(3):
        turns.append(Turn((draw(WEEK, chance),), LONG_ANSWER, "long"))
        turns.append(Turn((draw(BACKCHANNELS, chance),), LONG_ANSWER, "backchannel", barge_ms=chance.randrange(700, 1400, 20)))
    return turns
