"""Files that are sealed, named by what they hold, counted and collected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.domain.clock import ManualClock
from assistant.domain.errors import NotFound
from assistant.storage.contacts import Contacts
from assistant.storage.media import MediaStore, StorageFull
from assistant.storage.vault import MasterKey, SealBroken, Vault
from tests.support.databases import fresh_database

MEGABYTE = 1024 * 1024


class Place:
    """A media store with two people."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(datetime(2026, 12, 1, tzinfo=UTC))
        self.db = fresh_database(folder / "media.db", threads=2)
        vault = Vault([MasterKey.generate()], self.clock)
        self.folder = folder / "media"
        self.store = MediaStore(self.db, vault, self.clock, self.folder, quota_mb=1)
        contacts = Contacts(vault, self.clock)
        with self.db.write() as session:
            self.ann, self.bob = contacts.for_phone(session, "+12025550101").id, contacts.for_phone(session, "+12025550102").id

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*/*"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.db.close()


def test_what_is_kept_can_be_read_and_is_sealed(place: Place) -> None:
    media_id = place.store.put(b"a secret picture", mime="image/png", contact_id=place.ann)
    assert place.store.read(media_id) == (b"a secret picture", "image/png")
    (file,) = place.files()
    assert b"secret" not in file.read_bytes() and "secret" not in file.name


def test_the_same_picture_is_one_file_a_person(place: Place) -> None:
    first = place.store.put(b"same", mime="image/png", contact_id=place.ann)
    second = place.store.put(b"same", mime="image/png", contact_id=place.ann)
    assert first != second and len(place.files()) == 1
    place.store.put(b"same", mime="image/png", contact_id=place.bob)
    assert len(place.files()) == 2
    place.store.delete(first)
    assert place.store.read(second)[0] == b"same"


def test_files_moved_under_another_name_do_not_open(place: Place) -> None:
    ids = [place.store.put(content, mime="image/png", contact_id=place.ann) for content in (b"one", b"two")]
    first, second = place.files()
    sealed = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(sealed)
    for media_id in ids:
        with pytest.raises(SealBroken):
            place.store.read(media_id)


def test_old_pictures_make_room_and_recordings_never_do(place: Place) -> None:
    recording = place.store.put(b"r" * (MEGABYTE // 2), mime="audio/wav", kind="recording")
    old = place.store.put(b"o" * (MEGABYTE // 3), mime="image/png", contact_id=place.ann)
    new = place.store.put(b"n" * (MEGABYTE // 3), mime="image/png", contact_id=place.ann)
    with pytest.raises(NotFound):
        place.store.read(old)
    assert place.store.read(new) and place.store.read(recording)
    with pytest.raises(StorageFull):
        place.store.put(b"x" * (MEGABYTE * 3 // 4), mime="image/png", contact_id=place.ann)
    assert place.store.read(recording)


def test_litter_is_collected_when_it_is_old_enough(place: Place) -> None:
    media_id = place.store.put(b"kept", mime="image/png", contact_id=place.ann)
    litter = place.folder / "ab" / "abcdef"
    litter.parent.mkdir()
    litter.write_bytes(b"left by a crash")
    now = place.clock.now().timestamp()
    os.utime(litter, (now - 60, now - 60))
    assert place.store.collect() == 0
    os.utime(litter, (now - 7200, now - 7200))
    assert place.store.collect() == 1
    assert place.store.read(media_id)[0] == b"kept"


def test_facts_are_added_to_and_kept_sealed(place: Place) -> None:
    media_id = place.store.put(b"x", mime="image/png", contact_id=place.ann)
    place.store.set_facts(media_id, {"a": 1})
    place.store.set_facts(media_id, {"b": 2})
    assert place.store.get(media_id).facts == {"a": 1, "b": 2}


def test_unknown_media_is_not_found(place: Place) -> None:
    with pytest.raises(NotFound):
        place.store.read("med_none")
