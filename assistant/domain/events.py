"""What can happen in a conversation: the input of `Orchestrator.handle`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class PictureRef:
    """A picture that is safely in the media store."""

    media_id: str
    mime: str = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Started:
    """The line is open (a call was answered, a chat was opened): greet. `purpose` is set on outbound calls."""

    conversation: str
    purpose: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Said:
    """The person finished saying or writing something. `heard` is the raw transcript when `text` was cleaned from it."""

    conversation: str
    text: str
    heard: str | None = None
    confidence: float = 1.0
    pictures: tuple[PictureRef, ...] = ()
    message_id: str | None = None
    timeline: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keyed:
    """Digits from the keypad, complete (`#` or pause or enough of them)."""

    conversation: str
    digits: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing was said for a while; `times` counts how often in a row."""

    conversation: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Unclear:
    """There was speech, but no words could be made of it."""

    conversation: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What of an assistant's turn really reached the caller's ear; `text` may be shorter than what was sent."""

    conversation: str
    turn_id: str
    text: str
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Transferred:
    """How the attempt to reach a person ended."""

    conversation: str
    outcome: Literal["answered", "busy", "no-answer", "failed"]


@dataclass(frozen=True, slots=True)
class PictureArrived:
    """A picture came by text while this conversation is a call."""

    conversation: str
    pictures: tuple[PictureRef, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """The line is closed: `caller` hung up, `assistant` said goodbye, `dropped` (lost), `timeout`, `error`."""

    conversation: str
    reason: Literal["caller", "assistant", "dropped", "timeout", "transferred", "error"]


Event = Started | Said | Keyed | Quiet | Unclear | Heard | Transferred | PictureArrived | Ended
