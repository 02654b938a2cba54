"""What the jobs need from outside their room."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from assistant.domain.events import PictureRef
from assistant.storage.messages import InboxWork
from assistant.telephony.twilio.rest import ProviderCall, ProviderMessage

#: Called with the name of every boundary that work passes; tests put a killer here.
Checkpoint = Callable[[str], None]
#: (kind, subject): asks for a job and returns at once.
Wake = Callable[[str, str], None]


def no_checkpoint(name: str) -> None:
    """Work goes on."""


class TextProvider(Protocol):
    """Sends texts (`TwilioRest`)."""

    async def create_message(self, *, to: str, from_: str, body: str, status_callback: str | None = None) -> ProviderMessage: ...

    async def list_messages(self, *, to: str, from_: str, since: datetime, max_pages: int = 10) -> list[ProviderMessage]: ...


class CallProvider(Protocol):
    """Rings people (`TwilioRest`)."""

    async def create_call(
        self,
        *,
        to: str,
        from_: str,
        url: str | None = None,
        twiml: str | None = None,
        status_callback: str | None = None,
        machine_detection: str | None = None,
        timeout_seconds: int | None = None,
    ) -> ProviderCall: ...


@dataclass(frozen=True, slots=True)
class CollectedPictures:
    """What became of a message's pictures: those that are safely stored, and a plain sentence for the sender where some are not."""

    pictures: tuple[PictureRef, ...] = ()
    problem: str | None = None
    ids: tuple[str, ...] = field(default=())


class PictureCollector(Protocol):
    """Brings a message's pictures into the media store; may be called again for the same message."""

    async def collect(self, work: InboxWork) -> CollectedPictures: ...


#: Gives pictures to the call that a contact is on at this moment; False when there is none.
CallInProgress = Callable[[str, Sequence[PictureRef]], Awaitable[bool]]
