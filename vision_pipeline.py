"""Picture and question in, answer out.

What a picture says (text, codes, fields) is read on this machine always; what it shows is told by a model that sees, where the owner runs
one here; without one the answer says so. A picture is opened once, in a process of its own, and only its cleaned copy is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.domain.clock import Clock
from assistant.domain.errors import EngineFailed, InvalidInput, NotFound
from assistant.domain.events import PictureRef
from assistant.domain.ports import PictureAnswer, ProfileSource
from assistant.engines.llm.places import is_this_machine
from assistant.engines.vision.describe import Describer, MoondreamServer, OllamaVision
from assistant.engines.vision.process import PictureProcess
from assistant.engines.vision.reading import Reading
from assistant.engines.vision.wording import HONEST, answer, cannot, first_words
from assistant.language.times import resolve
from assistant.storage.database import Database
from assistant.storage.media import MediaStore

if TYPE_CHECKING:
    from config import Settings

log = logging.getLogger(__name__)
MOST_PICTURES = 10
#: a model that failed is left alone this long
REST_SECONDS = 60.0
GONE = "I don't have that picture any more. Please send it again."


class VisionPipeline:
    """Implements `PictureReader`, and takes in pictures for every channel. `close` ends its process."""

    def __init__(
        self,
        *,
        media: MediaStore,
        db: Database,
        process: PictureProcess,
        clock: Clock,
        profile: ProfileSource,
        describers: Sequence[Describer] = (),
    ) -> None:
        self._media = media
        self._db = db
        self._process = process
        self._clock = clock
        self._profile = profile
        self._describers = tuple(describers)
        self._resting: dict[int, float] = {}

    @classmethod
    def from_settings(cls, settings: Settings, *, media: MediaStore, db: Database, clock: Clock, profile: ProfileSource) -> VisionPipeline:
        """`VISION_ENGINE=auto` asks Moondream, then Ollama; `ocr` and `none` only read."""
        choose: dict[str, Callable[[], Describer]] = {}
        if settings.vision_engine in ("auto", "moondream") and is_this_machine(settings.moondream_endpoint):
            choose["moondream"] = lambda: MoondreamServer(settings.moondream_endpoint)
        if settings.vision_engine in ("auto", "ollama"):
            choose["ollama"] = lambda: OllamaVision(settings.ollama_host, clock)
        process = PictureProcess(region=profile().country)
        describers = [make() for make in choose.values()]
        return cls(media=media, db=db, process=process, clock=clock, profile=profile, describers=describers)

    async def take(self, data: bytes, *, contact_id: str | None, message_id: str | None = None, media_id: str | None = None) -> PictureRef:
        """Keep a picture that somebody sent: opened by content, stripped of metadata, sealed. Raises `PictureRefused` (InvalidInput)."""
        made = await self._process.clean(data)

        def store() -> str:
            return self._media.put(
                made.data,
                mime=made.mime,
                contact_id=contact_id,
                message_id=message_id,
                width=made.width,
                height=made.height,
                media_id=media_id,
            )

        return PictureRef(await self._db.run(store), made.mime)

    async def describe(self, pictures: Sequence[PictureRef], question: str | None) -> PictureAnswer:
        """A useful first answer, or the answer to a question, about pictures that are in the store. Never raises for a bad picture."""
        asked = question.strip() if question and question.strip() else None
        answers = [await self._one(picture, asked) for picture in list(pictures)[:MOST_PICTURES]]
        if not answers:
            return PictureAnswer(text=GONE, known=False)
        if len(answers) == 1:
            only = answers[0]
            offered = asked or only.text.endswith("?") or (only.fields or {}).get("kind") == "letter"
            return only if offered else replace(only, text=f"{only.text} What would you like to know about it?")
        text = "\n".join(f"Picture {number}: {one.text}" for number, one in enumerate(answers, start=1))
        fields = next((one.fields for one in answers if one.fields), None)
        return PictureAnswer(text=text, fields=fields, engine=answers[0].engine, known=any(one.known for one in answers))

    async def engines(self) -> list[str]:
        """What can answer now, best first; `ocr` is always there."""
        return [*[describer.name for describer in self._describers if await describer.ready()], "ocr"]

    async def close(self) -> None:
        await self._process.close()
        for describer in self._describers:
            await describer.aclose()

    async def _one(self, picture: PictureRef, question: str | None) -> PictureAnswer:
        try:
            data, mime = await self._db.run(self._media.read, picture.media_id)
            reading = await self._read(picture, data)
        except NotFound:
            return PictureAnswer(text=GONE)
        except InvalidInput as error:
            return PictureAnswer(text=error.detail)
        except EngineFailed:
            return PictureAnswer(text="I got your picture, but I can't read it right now.")
        fields = self._dated(dict(reading.fields)) or None
        read = answer(reading, question) if question else first_words(reading)
        # What can be read is certain; what a model sees is asked for only where reading gives no answer.
        if read:
            return PictureAnswer(text=read, fields=fields, engine="ocr")
        seen = await self._ask(data, mime, question)
        if seen is not None:
            return PictureAnswer(text=seen[0], fields=fields, engine=seen[1])
        if not question:
            return PictureAnswer(text=cannot(reading), fields=fields, engine="ocr", known=False)
        rest = f' It says: "{reading.lines[0]}"' if reading.lines else ""
        return PictureAnswer(text=f"I can't tell that from the picture. {HONEST}{rest}", fields=fields, engine="ocr", known=False)

    def _dated(self, fields: dict[str, str]) -> dict[str, str]:
        """The appointment of a letter as a moment, where day and time leave no doubt."""
        if fields.get("kind") != "letter" or "date" not in fields or "time" not in fields:
            return fields
        profile = self._profile()
        found = resolve(f"{fields['date']} at {fields['time']}", self._clock.now().astimezone(profile.zone), country=profile.country)
        # A weekday that does not fit its date is a doubt; a clock without am or pm is read as office hours and read back anyway.
        sure = len(found) == 1 and all("am nor pm" in other.reason for other in found[0].candidates)
        if sure and isinstance(found[0].start, datetime):
            fields["starts_at"] = found[0].start.isoformat()
        return fields

    async def _read(self, picture: PictureRef, data: bytes) -> Reading:
        """Read once; the reading is kept sealed beside the picture, for what is asked about it later."""
        record = await self._db.run(self._media.get, picture.media_id)
        if "reading" in record.facts:
            return Reading.from_json(record.facts["reading"])
        reading = await self._process.read(data)
        await self._db.run(self._media.set_facts, picture.media_id, {"reading": reading.to_json()})
        return reading

    async def _ask(self, data: bytes, mime: str, question: str | None) -> tuple[str, str] | None:
        for index, describer in enumerate(self._describers):
            if self._resting.get(index, 0.0) > self._clock.monotonic():
                continue
            try:
                if await describer.ready():
                    return await describer.describe(data, mime, question), describer.name
            except EngineFailed as error:
                self._resting[index] = self._clock.monotonic() + REST_SECONDS
                log.warning("vision engine failed", extra={"engine": describer.name, "code": error.reason})
        return None
