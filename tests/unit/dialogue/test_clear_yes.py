"""Only a clear yes books: what sounds like one, wonders, or takes it back does not, by voice and by text."""

from pathlib import Path

import pytest

from tests.support.scenarios import run

UNCLEAR = (
    "yes?", "is that right", "i guess not", "maybe", "um", "hmm", "yes if it's cheaper", "no yes i mean no", "yes and no", "could be",
    "yes to the other one", "good question", "i'd say so but ask my wife first", "yes but can we make it eleven",
    "thank you", "thanks so much", "see you later", "is that in the morning", "what day is that", "mhm and is that am", "yeah so what time does it end",
)  # fmt: skip
CLEAR = (
    "yes",
    "yep go ahead",
    "tomorrow at ten yes",
    "that works for me",
    "y",
    "👍",
    "please do",
    "yess",
    "sounds great, see you then",
    "great, thanks",
    "see you tomorrow",
)


async def booked(words: str, channel: str, folder: Path) -> bool:
    turns = ["check-up tomorrow at ten am it's Al Dow", words]
    report = await run({"id": "clear-yes", "channel": channel, "from": "+12025553900", "turns": turns}, folder)
    assert not [problem for problem in report.problems if "booked though" not in problem], report.transcript()
    return any("booked though" in problem for problem in report.problems)


@pytest.mark.parametrize("words", UNCLEAR)
async def test_what_is_not_a_clear_yes_books_nothing(words: str, tmp_path: Path) -> None:
    assert not await booked(words, "call", tmp_path)


@pytest.mark.parametrize("words", CLEAR)
async def test_a_clear_yes_books(words: str, tmp_path: Path) -> None:
    assert await booked(words, "sms", tmp_path)
