"""Bringing pictures home: fetched from the provider, cleaned and sealed, then deleted over there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from assistant.domain.errors import AssistantError, EngineFailed, InvalidInput, NotFound, TooMany, Unavailable
from assistant.domain.events import PictureRef
from assistant.jobs.ports import Checkpoint, CollectedPictures, no_checkpoint
from assistant.storage.database import Database
from assistant.storage.media import MediaStore, StorageFull
from assistant.storage.messages import InboxWork
from assistant.telephony.twilio.rest import FetchedMedia, MediaRefused

log = logging.getLogger(__name__)
TRIES = 3
GONE = "Your picture was no longer there when I went to get it. Please send it again."
UNREACHABLE = "I couldn't download your picture. Please send it again."
NOT_OURS = "I couldn't take that picture."
TOO_LARGE = "That picture is too large for me. Please send a smaller one."


class MediaProvider(Protocol):
    """Where pictures are fetched and deleted (`TwilioRest`)."""

    async def fetch_media(self, url: str, *, max_bytes: int = ...) -> FetchedMedia: ...

    async def delete_media(self, url: str) -> None: ...


class PictureTaker(Protocol):
    """Makes a stored picture of somebody's bytes (`VisionPipeline`)."""

    async def take(
        self, data: bytes, *, contact_id: str | None, message_id: str | None = None, media_id: str | None = None
    ) -> PictureRef: ...


class PictureIntake:
    """Implements `PictureCollector`. What is home already is not fetched again; what was refused stays refused."""

    def __init__(
        self,
        *,
        db: Database,
        media: MediaStore,
        provider: MediaProvider | None,
        taker: PictureTaker,
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        self._db = db
        self._media = media
        self._provider = provider
        self._taker = taker
        self._checkpoint = checkpoint

    async def collect(self, work: InboxWork) -> CollectedPictures:
        """Raises Unavailable while the provider should be tried again; the third time the sender is told instead."""
        pictures: list[PictureRef] = []
        problems: dict[str, None] = {}
        for media_id in work.media_ids:
            found = await self._one(media_id, work)
            if isinstance(found, PictureRef):
                pictures.append(found)
            else:
                problems[found] = None
        return CollectedPictures(tuple(pictures), " ".join(problems) or None)

    async def clear_provider(self) -> int:
        """Delete at the provider what is stored here; left over from failures. Returns how many are gone."""
        gone = 0
        for media_id in await self._db.run(self._media.left_at_provider):
            gone += await self._delete_there(media_id)
        return gone

    async def _one(self, media_id: str, work: InboxWork) -> PictureRef | str:
        record = await self._db.run(self._media.get, media_id)
        if record.stored:
            await self._delete_there(media_id)
            return PictureRef(media_id, record.mime)
        if "refused" in record.facts:
            return str(record.facts["refused"])
        url = await self._db.run(self._media.provider_url, media_id)
        if self._provider is None or not url:
            return await self._refuse(media_id, NOT_OURS, "no_provider")
        try:
            fetched = await self._provider.fetch_media(url)
            self._checkpoint("picture.fetched")
            ref = await self._taker.take(fetched.content, contact_id=work.contact_id, message_id=work.message_id, media_id=media_id)
            self._checkpoint("picture.stored")
        except MediaRefused as error:
            return await self._refuse(media_id, TOO_LARGE if error.reason == "media_too_large" else NOT_OURS, error.reason)
        except NotFound as error:
            return await self._refuse(media_id, GONE, error.reason)
        except StorageFull as error:
            return await self._refuse(media_id, error.say, error.reason)
        except InvalidInput as error:  # not a picture, broken, too many pixels: the detail is the sentence
            return await self._refuse(media_id, error.detail, error.reason, there=True)
        except (Unavailable, EngineFailed, TooMany) as error:
            tries = int(record.facts.get("tries", 0)) + 1
            if tries >= TRIES:
                return await self._refuse(media_id, UNREACHABLE, error.reason)
            await self._remember(media_id, tries=tries)
            raise Unavailable("the picture could not be fetched yet", code=error.reason) from error
        await self._delete_there(media_id)
        self._checkpoint("picture.deleted")
        return ref

    async def _refuse(self, media_id: str, sentence: str, reason: str, *, there: bool = False) -> str:
        log.warning("picture refused", extra={"media_id": media_id, "code": reason})
        await self._remember(media_id, refused=sentence, reason=reason)
        if there:  # it came from the provider, so it is theirs to delete
            await self._delete_there(media_id)
        return sentence

    async def _delete_there(self, media_id: str) -> bool:
        """Best effort: what fails now is found by `clear_provider`."""
        url = await self._db.run(self._media.provider_url, media_id)
        if self._provider is None or not url:
            return False
        try:
            await self._provider.delete_media(url)
        except AssistantError as error:
            log.info("picture not deleted at the provider yet", extra={"media_id": media_id, "code": error.reason})
            return False
        await self._db.run(self._media.gone_at_provider, media_id)
        return True

    async def _remember(self, media_id: str, **facts: Any) -> None:
        remember: Callable[[], None] = lambda: self._media.set_facts(media_id, facts)  # noqa: E731
        await self._db.run(remember)
