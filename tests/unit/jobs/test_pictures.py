"""Pictures on their way home: what is fetched, what is refused, what the sender is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.errors import Unavailable
from assistant.domain.events import PictureRef
from assistant.engines.vision.decode import Clean, clean
from assistant.jobs import pictures as home
from assistant.storage.media import MediaStore
from assistant.storage.tables import Media
from assistant.telephony.twilio.rest import FetchedMedia, MediaGone, MediaRefused
from tests.support import pictures
from tests.support.texting import Workshop

URL = "https://api.example.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


class Shelf:
    """A provider's media: bytes or an error per address."""

    def __init__(self) -> None:
        self.content: dict[str, list[bytes | Exception]] = {}
        self.fetched: list[str] = []
        self.deleted: list[str] = []
        self.cannot_delete = False

    async def fetch_media(self, url: str, *, max_bytes: int = 0) -> FetchedMedia:
        self.fetched.append(url)
        answers = self.content[url]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return FetchedMedia(answer, "application/zip")

    async def delete_media(self, url: str) -> None:
        if self.cannot_delete:
            raise Unavailable("later")
        self.deleted.append(url)


class Taker:
    """The pipeline's way in, without its process."""

    def __init__(self, media: MediaStore) -> None:
        self._media = media

    async def take(self, data: bytes, *, contact_id: str | None, message_id: str | None = None, media_id: str | None = None) -> PictureRef:
        made: Clean = clean(data)
        stored = self._media.put(
            made.data, mime=made.mime, contact_id=contact_id, message_id=message_id, width=made.width, height=made.height, media_id=media_id
        )
        return PictureRef(stored, made.mime)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def media(shop: Workshop, tmp_path: Path) -> MediaStore:
    return MediaStore(shop.db, shop.vault, shop.clock, tmp_path / "media", quota_mb=16)


@pytest.fixture(autouse=True)
def intake(shop: Workshop, shelf: Shelf, media: MediaStore) -> home.PictureIntake:
    made = home.PictureIntake(db=shop.db, media=media, provider=shelf, taker=Taker(media))
    shop.drain._pictures = made
    return made


def photo() -> bytes:
    return pictures.with_location(pictures.photo())


async def test_a_picture_comes_home_clean_and_leaves_the_provider(shop: Workshop, shelf: Shelf, media: MediaStore) -> None:
    shelf.content[URL] = [photo()]
    contact = shop.text("what is this?", media=((URL, "image/jpeg"),))
    await shop.run(contact)
    (said,) = shop.host.handled
    assert said.text == "what is this?" and len(said.pictures) == 1
    data, mime = media.read(said.pictures[0].media_id)
    assert mime == "image/jpeg" and b"SecretCamera" not in data
    assert shelf.deleted == [URL]
    assert shop.messages.page(direction="in")[0].media == (said.pictures[0].media_id,)


async def test_ten_pictures_keep_their_order(shop: Workshop, shelf: Shelf, media: MediaStore) -> None:
    urls = [URL + str(number) for number in range(10)]
    for number, url in enumerate(urls):
        shelf.content[url] = [pictures.encoded(pictures.photo().resize((40 + number, 20)))]
    contact = shop.text("", media=tuple((url, "image/png") for url in urls))
    await shop.run(contact)
    widths = [media.get(picture.media_id).width for picture in shop.host.handled[0].pictures]
    assert widths == [40 + number for number in range(10)]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (MediaGone("gone"), home.GONE),
        (MediaRefused("elsewhere"), home.NOT_OURS),
        (MediaRefused("large", code="media_too_large"), home.TOO_LARGE),
        (pictures.zip_file(), "That file isn't a picture I can open. I can read JPEG, PNG, GIF, WebP, HEIC and PDF."),
        (pictures.bomb(), "That picture has too many pixels for me. Please send a smaller one."),
        (pictures.encoded(pictures.photo(), "JPEG")[:1500], "That picture seems to be damaged. Please send it again."),
    ],
)
async def test_what_cannot_be_taken_is_said_in_one_sentence(shop: Workshop, shelf: Shelf, answer: bytes | Exception, sentence: str) -> None:
    shelf.content[URL] = [answer]
    contact = shop.text("", media=((URL, "image/jpeg"),))
    await shop.run(contact)
    assert shop.provider.bodies == [sentence] and shop.host.handled == []


async def test_words_with_a_bad_picture_are_still_answered(shop: Workshop, shelf: Shelf) -> None:
    shelf.content[URL] = [MediaGone("gone")]
    contact = shop.text("when do you open?", media=((URL, "image/jpeg"),))
    await shop.run(contact)
    assert shop.provider.bodies == [f"You wrote: when do you open?\n{home.GONE}"]


async def test_a_slow_host_is_tried_three_times_then_told(shop: Workshop, shelf: Shelf) -> None:
    shelf.content[URL] = [Unavailable("slow")]
    contact = shop.text("", media=((URL, "image/jpeg"),))
    for _ in range(4):
        await shop.run(contact)
        await shop.clock.advance(30)
    assert len(shelf.fetched) == 3 and shop.provider.bodies == [home.UNREACHABLE]


async def test_a_host_that_recovers_is_no_trouble(shop: Workshop, shelf: Shelf) -> None:
    shelf.content[URL] = [Unavailable("slow"), photo()]
    contact = shop.text("look", media=((URL, "image/jpeg"),))
    await shop.run(contact)
    await shop.clock.advance(10)
    await shop.run(contact)
    assert shop.provider.bodies == ["You wrote: look (1 pictures)"]


async def test_what_is_home_is_not_fetched_again(shop: Workshop, shelf: Shelf, intake: home.PictureIntake) -> None:
    shelf.content[URL] = [photo()]
    contact = shop.text("look", media=((URL, "image/jpeg"),))
    work = shop.inbox.claim(contact)
    assert work is not None
    await intake.collect(work)
    await intake.collect(work)
    assert len(shelf.fetched) == 1


async def test_what_the_provider_would_not_delete_is_deleted_later(shop: Workshop, shelf: Shelf, intake: home.PictureIntake) -> None:
    shelf.content[URL], shelf.cannot_delete = [photo()], True
    contact = shop.text("look", media=((URL, "image/jpeg"),))
    await shop.run(contact)
    assert shelf.deleted == []
    shelf.cannot_delete = False
    assert await intake.clear_provider() == 1 and shelf.deleted == [URL]
    assert await intake.clear_provider() == 0


async def test_a_picture_for_a_call_goes_to_the_call(shop: Workshop, shelf: Shelf) -> None:
    given: list[str] = []

    async def in_call(contact_id: str, refs: object) -> bool:
        given.append(contact_id)
        return True

    shop.drain._calls = in_call
    shelf.content[URL] = [photo()]
    contact = shop.text("", media=((URL, "image/jpeg"),))
    await shop.run(contact)
    assert given == [contact] and shop.host.handled == [] and shop.provider.attempts == 0


async def test_erasing_the_person_takes_the_files(shop: Workshop, shelf: Shelf, media: MediaStore, tmp_path: Path) -> None:
    shelf.content[URL] = [photo()]
    contact = shop.text("look", media=((URL, "image/jpeg"),))
    await shop.run(contact)
    assert len(list((tmp_path / "media").glob("*/*"))) == 1
    with shop.db.write() as session:
        shop.contacts.erase(session, contact)
    with shop.db.read() as session:
        assert session.query(Media).count() == 0
    assert media.collect(everything=True) == 1
    assert list((tmp_path / "media").glob("*/*")) == []
