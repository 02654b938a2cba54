"""What reads like a name or a day, and when an answer is heard a second time."""

import pytest

from assistant.domain.speech import Transcript
from assistant.engines.stt.scripted import ScriptedTranscriber
from assistant.turn.again import heard_as_asked, may_answer, reads_like_a_name, reads_like_a_time


@pytest.mark.parametrize(
    "text", ["Anna Smith.", "It's Anna Smith, please", "Um, my name is Bob.", "Yes, it's Ludwig van Beethoven.", "J-O-A-N", "Kim O'Hara"]
)
def test_a_name(text: str) -> None:
    assert reads_like_a_name(text)


@pytest.mark.parametrize("text", ["and a Smith.", "Omar had it.", "It's lean of fisher.", "I'd rather not say", "", "Yes, please.", "..."])
def test_no_name(text: str) -> None:
    assert not reads_like_a_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "What time do you close?",
        "how long is a check up",
        "No thanks, goodbye.",
        "",
        "yes please",
        "Can I have it at three in the afternoon on Friday",
    ],
)
def test_what_is_not_heard_again(text: str) -> None:
    assert not may_answer(text)


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("and a Smith.", "Anna Smith.", "Anna Smith."),
        ("I'd rather not say.", "I'd rather not say", "I'd rather not say."),
        ("and ease Marin.", "and he's Marin.", "and ease Marin."),
    ],
)
async def test_the_second_hearing_counts_when_it_makes_a_name(first: str, second: str, kept: str) -> None:
    transcriber = ScriptedTranscriber([second])
    assert (await heard_as_asked(transcriber, b"", Transcript(first, 0.9), "name")).text == kept
    assert len(transcriber.asked) == 1


async def test_a_name_is_heard_once() -> None:
    transcriber = ScriptedTranscriber(["somebody else"])
    assert (await heard_as_asked(transcriber, b"", Transcript("Anna Smith.", 0.9), "name")).text == "Anna Smith."
    assert not transcriber.asked


@pytest.mark.parametrize("text", ["Thursday.", "the 13th", "Monday at 10th.", "half past two", "As soon as you can.", "Next week, please."])
def test_a_time(text: str) -> None:
    assert reads_like_a_time(text)


@pytest.mark.parametrize("text", ["our state.", "the Purteenth.", "Order to fork.", "and a Smith."])
def test_no_time(text: str) -> None:
    assert not reads_like_a_time(text)


async def test_a_day_that_was_asked_for_is_heard_again() -> None:
    transcriber = ScriptedTranscriber(["The 13th."])
    assert (await heard_as_asked(transcriber, b"", Transcript("the Purteenth.", 0.5), "date")).text == "The 13th."
    assert (await heard_as_asked(transcriber, b"", Transcript("the Purteenth.", 0.5), "open")).text == "the Purteenth."
    assert len(transcriber.asked) == 1
