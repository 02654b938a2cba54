"""What counts as heard."""

from __future__ import annotations

from assistant.turn.playback import Piece, Playback


def sent(playback: Playback, turn: str, text: str, size: int) -> tuple[Piece, str]:
    piece = Piece(turn, text, size, sent=size)
    playback.add(piece)
    return piece, playback.mark_name(piece)


def test_a_mark_confirms_everything_up_to_it() -> None:
    playback = Playback()
    sent(playback, "t1", "Good morning.", 8000)
    _, second = sent(playback, "t1", "How can I help?", 8000)
    assert playback.mark_back(second)
    assert playback.heard("t1") == "Good morning. How can I help?"


def test_marks_returned_by_a_clear_do_not_mean_heard() -> None:
    playback = Playback()
    _, first = sent(playback, "t1", "We are open from nine to five.", 16000)
    playback.progress(8000)
    playback.clear()
    assert not playback.mark_back(first)
    assert playback.heard("t1") in ("We are open", "We are open from")


def test_what_was_heard_before_a_clear_stays_heard() -> None:
    playback = Playback()
    _, first = sent(playback, "t1", "We close at one.", 8000)
    playback.mark_back(first)
    sent(playback, "t1", "Shall I book it?", 8000)
    playback.clear()
    assert playback.heard("t1") == "We close at one."


def test_a_word_half_said_is_unsaid() -> None:
    playback = Playback()
    sent(playback, "t1", "Yes, certainly.", 8000)
    playback.progress(200)
    assert playback.heard("t1") == ""


def test_unknown_and_malformed_marks_are_ignored() -> None:
    playback = Playback()
    sent(playback, "t1", "Hello.", 800)
    for name in ("", "e0", "e0.9.t1", "e0.x.t1", "e0.0.t2", "nonsense", "e0.-1.t1"):
        assert not playback.mark_back(name)
    assert playback.heard("t1") == ""
