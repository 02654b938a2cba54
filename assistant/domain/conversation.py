"""Who talks, over what, and what the dialogue waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Channel = Literal["call", "sms", "web"]
Role = Literal["caller", "owner"]

#: What the dialogue has just asked for. Understanding, end of turn and keypad handling all read it.
Expecting = Literal[
    "open", "nothing", "yes_no", "choice", "service", "date", "time", "datetime", "name", "spelling", "phone", "email", "pin",
    "code", "message", "appointment",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """The person at the other end. `phone` is E.164 or None when withheld; `proven` means that a PIN, key or code was checked."""

    contact_id: str | None = None
    phone: str | None = None
    role: Role = "caller"
    proven: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationRef:
    """A running conversation, found again by its id whatever process handles the next turn."""

    id: str
    channel: Channel
    party: Party
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the last reply asked for, with the options that were offered in order."""

    what: Expecting = "open"
    options: tuple[str, ...] = ()
    max_digits: int | None = None
