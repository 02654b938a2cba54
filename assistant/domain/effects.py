"""What the conversation wants done on its channel: the output of `Orchestrator.handle`.

Effects with consequences in the stores (book, hold, move, cancel, tasks, messages) are carried out by the orchestrator itself and
reach the channel only as words; what is listed here is what a channel has to carry out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from assistant.domain.conversation import Expectation


@dataclass(frozen=True, slots=True)
class Say:
    """Words for the person. A `cue` ("one moment") is no answer; `interruptible=False` only for what must be heard."""

    text: str
    kind: Literal["reply", "cue", "greeting"] = "reply"
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class Expect:
    """What the dialogue now waits for; always the last word on how the next input is read."""

    expectation: Expectation


@dataclass(frozen=True, slots=True)
class Transfer:
    """Put the caller through to a person; the outcome comes back as `Transferred`."""

    number: str


@dataclass(frozen=True, slots=True)
class Voicemail:
    """Record a message from the caller (announced by the words before)."""

    max_seconds: int = 120


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the conversation once everything said has been heard, at the latest after `after_seconds` of quiet."""

    after_seconds: float = 3.0


Effect = Say | Expect | Transfer | Voicemail | HangUp


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything one event led to. `said` joins the replies; `turn_id` names the assistant's stored turn."""

    effects: tuple[Effect, ...]
    state: str
    intent: str | None = None
    confidence: float | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    did: tuple[str, ...] = ()
    turn_id: str | None = None
    caller_turn_id: str | None = None
    ended: bool = False
    stages: dict[str, float] = field(default_factory=dict)

    @property
    def said(self) -> str:
        return " ".join(effect.text for effect in self.effects if isinstance(effect, Say) and effect.kind != "cue")

    @property
    def expectation(self) -> Expectation:
        for effect in reversed(self.effects):
            if isinstance(effect, Expect):
                return effect.expectation
        return Expectation()


def to_json(effect: Effect) -> dict[str, Any]:
    """An effect as plain data, for a store or another process."""
    return {"effect": type(effect).__name__, **asdict(effect)}


def from_json(data: dict[str, Any]) -> Effect:
    """The effect that `to_json` wrote."""
    match data:
        case {"effect": "Say", "text": text, "kind": kind, "interruptible": interruptible}:
            return Say(text, kind, interruptible)
        case {"effect": "Expect", "expectation": {"what": what, "options": options, "max_digits": digits}}:
            return Expect(Expectation(what, tuple(options), digits))
        case {"effect": "Transfer", "number": number}:
            return Transfer(number)
        case {"effect": "Voicemail", "max_seconds": seconds}:
            return Voicemail(seconds)
        case {"effect": "HangUp", "after_seconds": after}:
            return HangUp(after)
    raise ValueError(f"not an effect: {data.get('effect')!r}")
