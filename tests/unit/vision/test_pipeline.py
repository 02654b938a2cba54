"""Pictures from the door to the answer, with the real process that opens and reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.domain.business import BusinessProfile
from assistant.domain.clock import ManualClock
from assistant.domain.errors import EngineFailed
from assistant.domain.events import PictureRef
from assistant.engines.vision.decode import PictureRefused
from assistant.engines.vision.process import PictureProcess
from assistant.storage.media import MediaStore
from assistant.storage.vault import MasterKey, Vault
from tests.support import pictures
from tests.support.databases import fresh_database
from vision_pipeline import VisionPipeline

pytestmark = pytest.mark.slow
PROFILE = BusinessProfile(name="Riverside Dental", timezone="America/New_York")


class Seer:
    """A model that sees one thing, or fails."""

    name = "seer"

    def __init__(self, words: str | None) -> None:
        self.words = words
        self.asked: list[str | None] = []

    async def ready(self) -> bool:
        return True

    async def describe(self, data: bytes, mime: str, question: str | None) -> str:
        self.asked.append(question)
        if self.words is None:
            raise EngineFailed("blind")
        return self.words

    async def aclose(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def vision(tmp_path: Path) -> AsyncIterator[VisionPipeline]:
    clock = ManualClock(datetime(2026, 12, 1, tzinfo=UTC))
    db = fresh_database(tmp_path / "pictures.db", threads=2)
    media = MediaStore(db, Vault([MasterKey.generate()], clock), clock, tmp_path / "media")
    pipeline = VisionPipeline(media=media, db=db, process=PictureProcess(), clock=clock, profile=lambda: PROFILE)
    yield pipeline
    await pipeline.close()
    db.close()


async def test_documents_are_read(vision: VisionPipeline) -> None:
    letter = await vision.take(pictures.encoded(pictures.document(pictures.LETTER), "JPEG"), contact_id=None)
    answer = await vision.describe([letter], None)
    assert answer.text == "I can read: appointment Thursday, March 4, 9:15 am, Dr. Haddad."
    assert answer.fields is not None and answer.fields["starts_at"] == "2027-03-04T09:15:00-05:00"
    assert (await vision.describe([letter], "what number do I call?")).text == "The number is +12025550143."
    receipt = await vision.take(pictures.encoded(pictures.receipt(tilt=-6), "JPEG"), contact_id=None)
    assert (await vision.describe([receipt], "how much was it?")).text == "The total is 10.85."
    both = await vision.describe([letter, receipt], None)
    assert both.text.startswith("Picture 1: I can read: appointment") and "Picture 2: I can read a receipt from Corner Bakery" in both.text


async def test_a_photo_without_a_model_gets_honest_words_and_an_offer(vision: VisionPipeline) -> None:
    photo = await vision.take(pictures.heic(pictures.photo()), contact_id=None)
    answer = await vision.describe([photo], None)
    assert "not describe them" in answer.text and answer.text.endswith("What would you like to know about it?")
    assert "can't tell that" in (await vision.describe([photo], "is there a dog?")).text


async def test_a_model_that_sees_is_asked_only_where_reading_does_not_answer(vision: VisionPipeline) -> None:
    seer = Seer("A meadow.")
    vision._describers = (seer,)
    photo = await vision.take(pictures.encoded(pictures.photo(), "JPEG"), contact_id=None)
    assert (await vision.describe([photo], "what is it?")).text == "A meadow."
    code = await vision.take(pictures.encoded(pictures.qr("tel:+12025550100")), contact_id=None)
    assert "tel:+12025550100" in (await vision.describe([code], None)).text
    assert seer.asked == ["what is it?"]


async def test_a_model_that_fails_is_left_alone_for_a_while(vision: VisionPipeline) -> None:
    seer = Seer(None)
    vision._describers = (seer,)
    photo = await vision.take(pictures.encoded(pictures.photo(), "JPEG"), contact_id=None)
    for _ in range(2):
        assert "not describe them" in (await vision.describe([photo], None)).text
    assert len(seer.asked) == 1


async def test_hostile_files_are_refused_and_the_next_one_works(vision: VisionPipeline) -> None:
    for data in (pictures.zip_file(), pictures.bomb(), pictures.encoded(pictures.photo(), "JPEG")[:1000]):
        with pytest.raises(PictureRefused):
            await vision.take(data, contact_id=None)
    assert (await vision.take(pictures.encoded(pictures.photo()), contact_id=None)).media_id


async def test_what_hangs_is_killed_and_replaced(vision: VisionPipeline) -> None:
    process = vision._process
    process._timeout = 0.001
    with pytest.raises(PictureRefused) as caught:
        await vision.take(pictures.encoded(pictures.photo()), contact_id=None)
    assert caught.value.reason == "too_slow"
    process._timeout = 30.0
    assert await vision.take(pictures.encoded(pictures.photo()), contact_id=None)


async def test_a_picture_that_is_gone_is_said_to_be_gone(vision: VisionPipeline) -> None:
    assert "don't have that picture" in (await vision.describe([PictureRef("med_nothing")], None)).text
