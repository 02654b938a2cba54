"""What a step needs from the world: internal effects, carried out by the orchestrator, whose results go back into the step.

They are values. A refusal or a lost race comes back as a value too, so that the dialogue can speak about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assistant.domain.appointments import Appointment, Refusal, Slot, Unwanted
from assistant.domain.events import PictureRef


@dataclass(frozen=True, slots=True)
class Lost:
    """The world changed meanwhile: the time is gone (`slot_taken`), the appointment changed (`conflict`) or vanished (`not_found`)."""

    code: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A part that should have answered could not; `say` is what the person may hear."""

    code: str
    say: str


@dataclass(frozen=True, slots=True)
class FindSlots:
    """-> tuple[Slot, ...]"""

    service: str
    start: datetime
    end: datetime
    near: datetime | None = None
    count: int = 2
    moving: str | None = None
    unwanted: tuple[Unwanted, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckTime:
    """-> Refusal | None"""

    service: str
    at: datetime
    moving: str | None = None


@dataclass(frozen=True, slots=True)
class DayHours:
    """-> tuple[tuple[datetime, datetime], ...]"""

    day: date


@dataclass(frozen=True, slots=True)
class Hold:
    """-> Appointment | Lost"""

    service: str
    at: datetime
    moving: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """-> None"""


@dataclass(frozen=True, slots=True)
class Confirm:
    """-> Appointment | Lost. Everything but the hold repeats what was read back."""

    hold_id: str
    service: str
    at: datetime
    name: str | None
    phone: str | None = None
    texts: bool = True
    recurrence: str | None = None
    notes: str | None = None
    for_other: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """-> SeriesReport | Lost: the dates of a recurring booking that stand, and those that could not be had."""

    appointment_id: str


@dataclass(frozen=True, slots=True)
class Move:
    """-> Appointment | Lost"""

    appointment_id: str
    at: datetime
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeService:
    """-> Appointment | Lost"""

    appointment_id: str
    service: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """-> Appointment | Lost"""

    appointment_id: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """-> tuple[Appointment, ...]: those of this person's contact."""


@dataclass(frozen=True, slots=True)
class Visits:
    """-> tuple[Appointment, ...]: those of this person's contact that are over, the last one first."""


@dataclass(frozen=True, slots=True)
class Prove:
    """-> Appointment | None"""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Agenda:
    """-> tuple[Appointment, ...]; owner only."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """-> tuple[Appointment, ...]; owner only."""

    start: datetime
    end: datetime
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Unblock:
    """-> int; owner only."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """-> Answer | None"""

    question: str
    #: None is the channel's usual one
    mode: Literal["fast", "balanced", "detailed"] | None = None


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """-> str (the message's id) | Broken"""

    body: str
    name: str | None
    urgent: bool = False
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class TellOwner:
    """-> None"""

    body: str
    key: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class SendText:
    """-> bool: queued, once per `key`."""

    body: str
    purpose: str
    key: str
    phone: str | None = None
    appointment_id: str | None = None


@dataclass(frozen=True, slots=True)
class CheckPin:
    """-> "ok" | "wrong" | "locked" | "unset" """

    pin: str


@dataclass(frozen=True, slots=True)
class UnreadMessages:
    """-> tuple[TakenMessage, ...]; owner only."""


@dataclass(frozen=True, slots=True)
class MarkRead:
    """-> None"""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddTask:
    """-> TaskItem | Broken"""

    title: str
    due_at: datetime | None = None
    remind_at: datetime | None = None
    recurrence: str | None = None


@dataclass(frozen=True, slots=True)
class ListTasks:
    """-> tuple[TaskItem, ...]"""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatchTasks:
    """-> tuple[TaskItem, ...]"""

    words: str


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """-> TaskItem | Broken"""

    task_id: str


@dataclass(frozen=True, slots=True)
class DeleteTask:
    """-> None | Broken"""

    task_id: str


@dataclass(frozen=True, slots=True)
class ReadPictures:
    """-> PictureAnswer | None"""

    pictures: tuple[PictureRef, ...]
    question: str | None = None


@dataclass(frozen=True, slots=True)
class SendCode:
    """-> "sent" | "locked" | "unreachable": a one-time code, texted to this person's number."""

    nonce: str


@dataclass(frozen=True, slots=True)
class CheckCode:
    """-> "ok" | "wrong" | "locked" | "expired" """

    code: str
    nonce: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class RememberFact:
    """-> RememberedFact | Broken. `asked` and `answered` are the consent, kept with it."""

    text: str
    asked: str
    answered: str


@dataclass(frozen=True, slots=True)
class RecallFacts:
    """-> tuple[RememberedFact, ...] | Broken; only after proof."""


@dataclass(frozen=True, slots=True)
class ForgetFacts:
    """-> int | Broken; everything, or one of them."""

    fact_id: str | None = None


Command = (
    FindSlots | CheckTime | DayHours | Hold | Release | Confirm | Series | Move | ChangeService | Cancel | Upcoming | Visits | Prove
    | Agenda | Block | Unblock | AnswerQuestion | TakeMessage | TellOwner | SendText | CheckPin | UnreadMessages | MarkRead | AddTask
    | ListTasks | MatchTasks | CompleteTask | DeleteTask | ReadPictures | SendCode | CheckCode | RememberFact | RecallFacts | ForgetFacts
)  # fmt: skip

#: commands that change something a person would notice; the property tests watch these
CONSEQUENTIAL = (Confirm, Move, ChangeService, Cancel, TakeMessage, Block, Unblock, AddTask, CompleteTask, DeleteTask, RememberFact)

__all__ = ["CONSEQUENTIAL", "Appointment", "Broken", "Command", "Lost", "Refusal", "Slot"]
