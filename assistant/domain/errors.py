"""The error tree. Every failure the assistant knows has a code, a retry rule, an HTTP status and words for the caller.

AssistantError
├── InvalidInput        what was sent makes no sense (422)
├── NotFound            no such thing, or not yours (404)
├── NotAllowed          the caller may not do this (403)
│   └── NotAuthenticated  nobody proved who they are (401)
├── Conflict            the world changed meanwhile (409)
│   └── SlotTaken       somebody else has that time
├── TooMany             a rate, size or capacity limit (429)
├── Unavailable         an engine or service does not answer; trying again makes sense (503)
│   └── EngineFailed    a local engine failed; its successor takes over
├── ProviderRefused     the telephone provider said no; trying again does not help (502)
└── ConfigurationError  the owner has to change a setting (500, at start)
"""

from __future__ import annotations

from typing import ClassVar


class AssistantError(Exception):
    """Base of all; `code` is stable, `say` is what a caller hears, `detail` what an engineer reads (no personal data)."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    say: ClassVar[str] = "Sorry, something went wrong on my side."

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        super().__init__(detail or self.say)
        self.detail = detail or self.say
        self.reason = code or self.code


class InvalidInput(AssistantError):
    code, status, say = "invalid_input", 422, "Sorry, that didn't make sense to me."


class NotFound(AssistantError):
    code, status, say = "not_found", 404, "I can't find that."


class NotAllowed(AssistantError):
    code, status, say = "not_allowed", 403, "I can't do that for you."


class NotAuthenticated(NotAllowed):
    code, status, say = "not_authenticated", 401, "I need to know who you are first."


class Conflict(AssistantError):
    code, status, say = "conflict", 409, "That has just changed. Let me look again."


class SlotTaken(Conflict):
    code, say = "slot_taken", "Someone just took that time."


class TooMany(AssistantError):
    code, status, retryable, say = "too_many", 429, True, "All lines are busy right now."

    def __init__(self, detail: str = "", *, code: str | None = None, retry_after: float = 1.0) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after


class Unavailable(AssistantError):
    code, status, retryable, say = "unavailable", 503, True, "That isn't working right now."


class EngineFailed(Unavailable):
    code, say = "engine_failed", "I'm having trouble right now."


class ProviderRefused(AssistantError):
    code, status, say = "provider_refused", 502, "The phone company refused that."


class ConfigurationError(AssistantError):
    code, status = "configuration", 500
