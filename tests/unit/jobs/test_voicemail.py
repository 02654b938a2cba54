"""A voicemail from the provider's word to the owner's text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.domain.errors import EngineFailed, Unavailable
from assistant.jobs.voicemail import LOST, UNHEARD, VoicemailBox
from assistant.storage.media import MediaStore
from assistant.telephony.twilio.rest import FetchedMedia
from tests.support.texting import Workshop


class Provider:
    """One recording, some failures before it."""

    def __init__(self) -> None:
        self.failures = 0
        self.fetched = 0
        self.deleted: list[str] = []

    async def fetch_recording(self, sid: str, *, max_bytes: int = 0) -> FetchedMedia:
        self.fetched += 1
        if self.fetched <= self.failures:
            raise Unavailable("not yet")
        return FetchedMedia(b"RIFF voice", "audio/x-wav")

    async def delete_recording(self, sid: str) -> None:
        self.deleted.append(sid)


class Teller:
    """Stands in for the messenger."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}

    async def tell_owner(self, body: str, *, key: str, urgent: bool = False) -> None:
        self.told[key] = body

    async def send(self, **more: Any) -> str:
        raise AssertionError("a voicemail texts nobody else")


class Scene:
    def __init__(self, shop: Workshop, folder: Path, words: str | Exception = "My knee is better.") -> None:
        self.provider, self.teller, self.woken = Provider(), Teller(), []  # type: ignore[var-annotated]
        self.shop = shop
        self.media = MediaStore(shop.db, shop.vault, shop.clock, folder / "media")

        async def hear(data: bytes) -> str:
            assert data == b"RIFF voice"
            if isinstance(words, Exception):
                raise words
            return words

        self.voicemails = VoicemailBox(
            db=shop.db,
            vault=shop.vault,
            contacts=shop.contacts,
            media=self.media,
            clock=shop.clock,
            events=shop.events,
            messenger=self.teller,
            rest=self.provider,
            hear=hear,
            wake=lambda kind, subject: self.woken.append(subject),
        )

    async def arrive(self) -> None:
        await self.voicemails.take(recording_sid="RE1", recording_url="https://api.example.com/x", call=None)


async def test_it_is_kept_written_down_told_and_deleted_there(shop: Workshop, tmp_path: Path) -> None:
    scene = Scene(shop, tmp_path)
    await scene.arrive()
    await scene.arrive()
    assert len(scene.woken) == 1
    for _ in range(2):
        await scene.voicemails.fetch(scene.woken[0])
    (record,) = shop.messages.page(kind="voicemail")
    assert (record.body, record.status, len(record.media)) == ("My knee is better.", "taken", 1)
    assert scene.media.read(record.media[0]) == (b"RIFF voice", "audio/wav")
    assert scene.provider.deleted == ["RE1"] and scene.provider.fetched == 1
    assert list(scene.teller.told.values()) == ["Voicemail from a withheld number: My knee is better."]


async def test_a_lost_wake_up_is_found_again(shop: Workshop, tmp_path: Path) -> None:
    scene = Scene(shop, tmp_path)
    await scene.arrive()
    assert scene.voicemails.due() == [("voicemail", scene.woken[0])]
    await scene.voicemails.fetch(scene.woken[0])
    assert scene.voicemails.due() == []


@pytest.mark.parametrize(("failures", "body"), [(2, "My knee is better."), (9, LOST)])
async def test_a_recording_that_is_late_is_asked_for_again_and_given_up_honestly(
    shop: Workshop, tmp_path: Path, failures: int, body: str
) -> None:
    scene = Scene(shop, tmp_path)
    scene.provider.failures = failures
    await scene.arrive()
    tries = 0
    while scene.voicemails.due():
        tries += 1
        try:
            await scene.voicemails.fetch(scene.woken[0])
        except Unavailable:
            continue
    assert shop.messages.page(kind="voicemail")[0].body == body and tries <= 6


async def test_one_that_cannot_be_understood_is_still_kept(shop: Workshop, tmp_path: Path) -> None:
    scene = Scene(shop, tmp_path, EngineFailed("deaf"))
    await scene.arrive()
    await scene.voicemails.fetch(scene.woken[0])
    (record,) = shop.messages.page(kind="voicemail")
    assert record.body == UNHEARD and len(record.media) == 1
