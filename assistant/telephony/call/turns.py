"""A call without streams: the provider plays our words and posts what the caller said, one request a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from assistant.domain.clock import Clock
from assistant.domain.conversation import Expectation
from assistant.domain.effects import Effect, HangUp, Say, Transfer, Voicemail
from assistant.domain.errors import AssistantError, NotFound
from assistant.domain.events import Event, Keyed, Quiet, Said, Started, Unclear
from assistant.domain.ports import ConversationHost

log = structlog.get_logger(__name__)

FETCH_TRIES = 6  # a recording can be announced a moment before it can be fetched
FETCH_PAUSE_SECONDS = 0.5
QUIET_TURNS = 3


@dataclass(frozen=True, slots=True)
class Posted:
    """What a turn's request brought: keys, a recording, or neither (silence)."""

    digits: str = ""
    recording_sid: str = ""


class Recordings(Protocol):
    async def fetch_recording(self, sid: str) -> Any: ...

    async def delete_recording(self, sid: str) -> None: ...


@dataclass(frozen=True, slots=True)
class TurnReply:
    """What to play, and what follows it."""

    words: tuple[str, ...]
    expectation: Expectation
    closing: HangUp | Transfer | Voicemail | None


def reply_of(effects: Sequence[Effect], expectation: Expectation) -> TurnReply:
    words = tuple(effect.text for effect in effects if isinstance(effect, Say) and effect.kind != "cue")
    closing = next((effect for effect in reversed(effects) if isinstance(effect, (HangUp, Transfer, Voicemail))), None)
    return TurnReply(words, expectation, closing)


class Hear(Protocol):
    async def __call__(self, recording: bytes, *, asked: str = "") -> str:
        """The words of a recording; `asked` is what the conversation waits for."""


class TurnByTurn:
    """Turns requests into conversation events. `hear` makes words of a fetched recording."""

    def __init__(self, host: ConversationHost, recordings: Recordings, hear: Hear, clock: Clock) -> None:
        self._host = host
        self._recordings = recordings
        self._hear = hear
        self._clock = clock
        self._quiet: dict[str, int] = {}
        self._asked: dict[str, str] = {}

    async def start(self, conversation: str, purpose: dict[str, str]) -> TurnReply:
        return await self._handled(Started(conversation, purpose), conversation)

    async def take(self, conversation: str, posted: Posted) -> TurnReply:
        event = await self._event(conversation, posted)
        if isinstance(event, Quiet) and event.times > QUIET_TURNS:
            return TurnReply((), Expectation(), HangUp(0.0))
        return await self._handled(event, conversation)

    async def _handled(self, event: Event, conversation: str) -> TurnReply:
        outcome = await self._host.handle(event)
        self._asked[conversation] = outcome.expectation.what
        return reply_of(outcome.effects, outcome.expectation)

    async def _event(self, conversation: str, posted: Posted) -> Event:
        if posted.digits:
            self._quiet.pop(conversation, None)
            if posted.recording_sid:
                await self.discard(posted.recording_sid)
            return Keyed(conversation, posted.digits)
        if not posted.recording_sid:
            return self._silence(conversation)
        try:
            text = await self._hear(await self._fetch(posted.recording_sid), asked=self._asked.get(conversation, ""))
        except AssistantError as error:
            log.warning("recording could not be heard", code=error.reason)
            return Unclear(conversation)
        if not text.strip():
            return self._silence(conversation)
        self._quiet.pop(conversation, None)
        return Said(conversation, text, heard=text, message_id=posted.recording_sid)

    def _silence(self, conversation: str) -> Quiet:
        times = self._quiet[conversation] = self._quiet.get(conversation, 0) + 1
        return Quiet(conversation, times)

    async def _fetch(self, sid: str) -> bytes:
        for attempt in range(FETCH_TRIES):
            try:
                content: bytes = (await self._recordings.fetch_recording(sid)).content
                break
            except NotFound:
                if attempt == FETCH_TRIES - 1:
                    raise
                await self._clock.sleep(FETCH_PAUSE_SECONDS)
        await self.discard(sid)
        return content

    async def discard(self, sid: str) -> None:
        """A caller's voice does not stay in the cloud."""
        try:
            await self._recordings.delete_recording(sid)
        except AssistantError as error:
            log.warning("recording stays at the provider for now", code=error.reason)

    def forget(self, conversation: str) -> None:
        self._quiet.pop(conversation, None)
        self._asked.pop(conversation, None)
