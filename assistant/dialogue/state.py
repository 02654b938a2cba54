"""The state of a conversation between two turns: frozen, serialisable, and all that the next turn needs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal

from assistant.domain.appointments import Unwanted
from assistant.domain.conversation import Channel, Expectation, Expecting, Role
from assistant.domain.events import PictureRef

#: how much of the talk is kept in the state word for word, at most; `memory` sums up what is older when it grows too long
HISTORY = 40
#: where a booking goes that leans on the one before it
Beside = Literal["with", "after", "day"]
#: how many requests may wait; a family is booked one by one
MOST_LATER = 10


class Phase(StrEnum):
    """Where the conversation stands. The table in `machine` says what may follow what."""

    FRESH = "fresh"
    IDLE = "idle"
    COLLECTING = "collecting"
    CHOOSING = "choosing"
    CONFIRMING = "confirming"
    PROVING = "proving"
    WAY_OUT = "way_out"
    TRANSFERRING = "transferring"
    CLOSING = "closing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Wish:
    """When the person wants to come, as far as they have said it.

    `alt` is the other reading of `at` ("three"); `others` are further days that would do as well ("Tuesday or Thursday").
    """

    day: date | None = None
    until: date | None = None
    at: time | None = None
    alt: time | None = None
    after: time | None = None
    before: time | None = None
    others: tuple[date, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """Every day that was named, in the order in which it was."""
        return (self.day, *self.others) if self.day is not None else ()

    @property
    def empty(self) -> bool:
        return self == Wish()

    @property
    def has_time(self) -> bool:
        return self.at is not None or self.after is not None or self.before is not None


@dataclass(frozen=True, slots=True)
class Target:
    """An existing appointment that the person may change: theirs by number, by proof, or booked in this very conversation."""

    id: str
    service: str
    starts_at: datetime
    name: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Exactly what a yes would do; the only thing a yes may do."""

    action: str
    service: str | None = None
    at: datetime | None = None
    name: str | None = None
    subject: str | None = None
    text: str | None = None
    until: datetime | None = None
    #: where they want to be reached, when that is another number than the one they call from
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One request while it is being put together. Which fields matter is the skill's business."""

    skill: str
    waiting: Expecting = "open"
    service: str | None = None
    wish: Wish = Wish()
    #: when an appointment stands that is looked for (`wish` is where it should go)
    old: Wish = Wish()
    options: tuple[datetime, ...] = ()
    #: times that were on offer before others were asked for
    seen: tuple[datetime, ...] = ()
    #: times that were ruled out while this was talked about
    unwanted: tuple[Unwanted, ...] = ()
    #: the day last talked about, for "what about the day after?"
    about: date | None = None
    chosen: datetime | None = None
    hold_id: str | None = None
    name: str | None = None
    name_sure: bool = False
    phone: str | None = None
    email: str | None = None
    digits: str = ""
    targets: tuple[Target, ...] = ()
    target: Target | None = None
    text: str | None = None
    #: what is to be noted with a booking, in their words
    remark: str | None = None
    #: whom a message is for, when that is somebody with a name
    to: str | None = None
    urgent: bool = False
    refused: tuple[str, ...] = ()
    tries: int = 0
    texts: bool = True
    recurrence: str | None = None
    for_other: bool = False
    #: how we speak of whom it is for, when that is not the caller: "your wife", "the next one"
    who: str | None = None
    asked: tuple[str, ...] = ()
    read_back: ReadBack | None = None

    def but(self, **changes: object) -> Frame:
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Later:
    """A request that was made in the same breath and waits its turn."""

    intent: str
    text: str
    message: str | None = None
    title: str | None = None
    service: str | None = None
    wish: Wish = Wish()
    name: str | None = None
    #: the skill it was understood to be for, when that is more than its intent says
    skill: str | None = None
    #: whom a further booking is for: the person of the one before, the caller, or somebody else, and how we speak of them
    person: Literal["same", "caller", "other"] | None = None
    who: str | None = None
    #: it has the service of the one before it, and it is at the same time where that can be, or right after it, or that day
    again: bool = False
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who we talk to, as the channel told us. `proven` means that a PIN or key was checked."""

    contact_id: str | None = None
    phone: str | None = None
    role: Role = "caller"
    proven: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A one-time code on its way, or entered. Not the same as `Person.proven`, which opens the owner's things."""

    given: bool = False
    nonce: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DialogueState:
    conversation: str
    channel: Channel
    person: Person = Person()
    phase: Phase = Phase.FRESH
    #: the last is the active one; those below wait until it is done
    frames: tuple[Frame, ...] = ()
    later: tuple[Later, ...] = ()
    expecting: Expectation = field(default_factory=Expectation)
    last_reply: str = ""
    misses: int = 0
    rough: int = 0
    turns: int = 0
    booked_here: tuple[Target, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    resumed: bool = False
    locked: bool = False
    proofs: int = 0
    #: the calendar keeps a time for this conversation (one at most)
    holding: bool = False
    #: the service last talked about ("how much is a cleaning?"), and in which turn
    topic: str | None = None
    topic_turn: int = 0
    #: the pictures last looked at, for questions about them, and in which turn that was
    pictures: tuple[PictureRef, ...] = ()
    picture_turn: int = 0
    #: the question last answered, for "can you say more about that" and "and on Friday?", and in which turn that was
    asked: str = ""
    asked_turn: int = 0
    #: what came of this conversation so far, in words for the owner's list
    deeds: tuple[str, ...] = ()
    #: what was said before `history` begins, in few words, and how many turns that stands for
    summary: str = ""
    summarized: int = 0
    #: whether this person has proven, by a texted code, that the number is theirs
    proof: Proof = Proof()
    #: a number they gave to be reached on; anybody can say one, so it identifies nobody and proves nothing
    reach: str | None = None
    #: what they said about themselves before anything was booked: noted with the booking that comes
    remark: str | None = None
    #: the fact that was agreed on last, for "forget that"
    fact_id: str | None = None

    @property
    def frame(self) -> Frame | None:
        return self.frames[-1] if self.frames else None

    @property
    def by_voice(self) -> bool:
        return self.channel == "call"

    def but(self, **changes: object) -> DialogueState:
        return replace(self, **changes)  # type: ignore[arg-type]
