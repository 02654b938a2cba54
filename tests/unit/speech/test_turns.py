"""When a turn is over, and when it is not."""

from __future__ import annotations

import pytest

from assistant.domain.errors import EngineFailed, InvalidInput, TooMany
from assistant.domain.speech import LongQuiet, Retracted, SpeechStarted, SpeechUnclear, Transcript, UtteranceReady
from tests.unit.speech.conftest import MakeCall


async def test_a_complete_question_is_handed_over_within_a_third_of_a_second(make_call: MakeCall) -> None:
    call = make_call(["Do you have parking?"])
    await call.quiet(400)
    await call.talk(1200)
    ended = call.clock.monotonic()
    await call.quiet(1000)
    assert call.texts == ["Do you have parking?"]
    assert 0.2 <= call.when(UtteranceReady) - ended <= 0.36
    assert len(call.of(SpeechStarted)) == 1


async def test_a_thought_broken_off_is_waited_for_and_joined(make_call: MakeCall) -> None:
    call = make_call(["I would like to book", "I would like to book a cleaning please."])
    await call.talk(900)
    await call.quiet(1200)
    assert not call.texts
    await call.talk(700)
    await call.quiet(800)
    assert call.texts == ["I would like to book a cleaning please."]


async def test_a_telephone_number_may_come_in_pieces(make_call: MakeCall) -> None:
    call = make_call(["five five five", "five five five oh one two", "five five five oh one two three four five six"])
    call.expect("phone")
    for _ in range(2):
        await call.talk(900)
        await call.quiet(1200)
        assert not call.texts
    await call.talk(1200)
    await call.quiet(700)
    assert call.texts == ["five five five oh one two three four five six"]


async def test_an_unfinished_thought_is_not_waited_for_forever(make_call: MakeCall) -> None:
    call = make_call(["I would like to"])
    await call.talk(800)
    ended = call.clock.monotonic()
    await call.quiet(3200)
    assert call.texts == ["I would like to"]
    assert 1.5 <= call.when(UtteranceReady) - ended <= 2.7


async def test_yes_is_a_whole_answer_only_when_asked(make_call: MakeCall) -> None:
    delays = []
    for what in ("yes_no", "open"):
        call = make_call(["Yes."])
        call.expect(what)
        await call.talk(400)
        ended = call.clock.monotonic()
        await call.quiet(1200)
        delays.append(call.when(UtteranceReady) - ended)
    assert delays[0] < 0.36 < delays[1]


async def test_who_goes_on_before_our_answer_is_heard_takes_it_back(make_call: MakeCall) -> None:
    call = make_call(["I want to move my appointment.", "To Friday."])
    await call.talk(1500)
    await call.quiet(420)
    (first,) = call.of(UtteranceReady)
    await call.talk(800)
    await call.quiet(1500)
    assert [event.utterance_id for event in call.of(Retracted)] == [first.utterance_id]
    second = call.of(UtteranceReady)[-1]
    assert second.text == "I want to move my appointment. To Friday."
    assert second.tail == "To Friday." and second.continues == first.utterance_id
    assert not await call.session.speak("Which day?", turn_id="late", answers=first.utterance_id)
    await call.quiet(500)
    assert not call.ear.heard


async def test_a_click_is_no_turn(make_call: MakeCall) -> None:
    call = make_call(["Thank you."])
    await call.quiet(300)
    await call.talk(80)
    await call.quiet(1500)
    assert not call.texts and not call.of(SpeechUnclear) and not call.stt.asked


async def test_speech_without_words_is_unclear_and_noise_is_nothing(make_call: MakeCall) -> None:
    for length, unclear in ((900, 1), (260, 0)):
        call = make_call([Transcript("", 0.0, reason="no speech")])
        await call.talk(length)
        await call.quiet(1500)
        assert len(call.of(SpeechUnclear)) == unclear and not call.texts


async def test_a_doubtful_quick_pass_is_followed_by_a_thorough_one_with_the_business_names(make_call: MakeCall) -> None:
    call = make_call([Transcript("river sight dental", 0.4, thorough=False), "Riverside Dental?"], hotwords=("Riverside Dental",))
    await call.talk(900)
    await call.quiet(1500)
    assert call.texts == ["Riverside Dental?"]
    assert [(asked.fast, asked.hotwords) for asked in call.stt.asked] == [(True, ()), (False, ("Riverside Dental",))]


async def test_an_engine_that_fails_leaves_the_call_alive(make_call: MakeCall) -> None:
    call = make_call(["Hello, is anybody there?"])
    call.stt.failing = EngineFailed("gone")
    await call.talk(900)
    await call.quiet(1500)
    assert len(call.of(SpeechUnclear)) == 1
    call.stt.failing = None
    await call.talk(900)
    await call.quiet(1500)
    assert call.texts == ["Hello, is anybody there?"]


@pytest.mark.parametrize("broken", ["hangs", "raises"])
async def test_an_engine_that_hangs_or_breaks_does_not_hold_the_call(make_call: MakeCall, broken: str) -> None:
    call = make_call(["unused"], delay=1e6 if broken == "hangs" else 0.1)
    if broken == "raises":
        call.stt.failing = ZeroDivisionError("a bug of the engine's")
    await call.talk(900)
    await call.quiet(9000)
    assert len(call.of(SpeechUnclear)) == 1
    call.stt.delay, call.stt.failing = 0.1, None
    await call.talk(900)
    await call.quiet(1500)
    assert call.texts == ["unused"]


async def test_half_a_minute_without_a_pause_is_all_heard(make_call: MakeCall) -> None:
    call = make_call(["the first part", "and the last part."])
    call.expect("message")
    await call.talk(32_000)
    await call.quiet(2000)
    assert call.texts == ["the first part and the last part."]
    assert max(len(asked.pcm) for asked in call.stt.asked) <= 30 * 32_000


async def test_long_quiet_is_told_once_every_seven_seconds(make_call: MakeCall) -> None:
    call = make_call()
    await call.quiet(15_000)
    assert [event.times for event in call.of(LongQuiet)] == [1, 2]
    await call.talk(900)
    await call.quiet(1000)
    await call.session.speak("Yes.", turn_id="a")
    await call.quiet(8000)
    assert [event.times for event in call.of(LongQuiet)] == [1, 2, 1]


async def test_the_timeline_runs_from_the_end_of_speech(make_call: MakeCall) -> None:
    call = make_call(["Do you have parking?"], reply="Yes, behind the building.")
    await call.talk(1000)
    await call.quiet(1000)
    stamps = call.of(UtteranceReady)[0].timeline.ms()
    assert list(stamps) == ["speech_end", "end_of_turn", "transcript", "first_audio_synthesised", "first_audio_sent", "first_audio_heard"]
    assert 0.0 == stamps["speech_end"] < stamps["transcript"] <= stamps["end_of_turn"] <= stamps["first_audio_sent"] <= 450.0


async def test_a_flood_ends_the_call_and_bad_frames_do_not_hurt(make_call: MakeCall) -> None:
    call = make_call()
    call.session.feed(b"")
    call.session.feed(b"\xff" * 7)
    with pytest.raises(InvalidInput):
        call.session.feed(b"\xff" * 100_000)
    with pytest.raises(TooMany):
        for _ in range(2_000):
            call.session.feed(b"\xff" * 160)


async def test_a_closed_session_is_deaf_and_dumb(make_call: MakeCall) -> None:
    call = make_call()
    await call.talk(900)
    await call.session.close()
    await call.session.close()
    call.session.feed(b"\xff" * 160)
    assert not await call.session.speak("Hello.", turn_id="a")
    assert not call.texts


async def test_a_name_that_makes_none_is_heard_again_only_where_a_name_was_asked_for(make_call: MakeCall) -> None:
    for what, words in (("name", "Anna Smith."), ("open", "and a Smith.")):
        call = make_call(["and a Smith.", "Anna Smith."])
        call.expect(what)
        await call.talk(800)
        await call.quiet(1500)
        assert call.texts == [words]
