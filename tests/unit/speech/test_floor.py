"""Who has the floor: interruptions, sounds of listening, and what was heard."""

from __future__ import annotations

import pytest

from assistant.domain.errors import EngineFailed
from assistant.domain.speech import FirstAudio, Interrupted, Played, Transcript, UtteranceReady
from assistant.engines.tts.scripted import ScriptedSynthesiser
from tests.unit.speech.conftest import Call, MakeCall

LONG = "We are open on Monday to Thursday from nine to five. On Friday we close at one o'clock. There is parking behind the building."


async def speaking(make_call: MakeCall, answers: list[str | Transcript], text: str = LONG, **more: object) -> Call:
    call = make_call(answers)
    await call.quiet(300)
    await call.session.speak(text, turn_id="t1", **more)
    await call.quiet(2000)
    assert call.ear.heard
    return call


async def test_a_sentence_is_heard_to_its_end(make_call: MakeCall) -> None:
    call = make_call()
    await call.session.speak("Good morning.", turn_id="t1", kind="greeting")
    await call.quiet(3000)
    assert call.of(Played) == [Played("t1", "Good morning.")]
    assert call.of(FirstAudio) == [FirstAudio("t1", None)]


async def test_audio_never_runs_further_ahead_than_its_lead_nor_dry(make_call: MakeCall) -> None:
    call = make_call()
    await call.session.speak(LONG, turn_id="t1")
    await call.quiet(200)
    for _ in range(60):
        await call.quiet(100)
        ahead = call.ear.ends_at - call.clock.monotonic()
        assert ahead <= 0.51
    gaps = [later[0] - earlier[1] for earlier, later in zip(call.ear.heard, call.ear.heard[1:], strict=False)]
    assert max(gaps) < 0.001


async def test_real_words_silence_us_within_300_ms_and_only_what_was_heard_counts(make_call: MakeCall) -> None:
    call = await speaking(make_call, ["What about Saturday?"])
    began = call.clock.monotonic()
    await call.talk(1100)
    assert call.ear.silent_since(began) <= 0.3
    await call.quiet(800)
    (event,) = call.of(Interrupted)
    assert event.turn_id == "t1"
    assert event.heard_text and LONG.startswith(event.heard_text) and len(event.heard_text) < len(LONG) / 2
    assert call.texts == ["What about Saturday?"]
    assert not call.of(Played)


@pytest.mark.parametrize("sound", ["Mhm.", "Okay.", Transcript("", 0.0, reason="no speech"), "I have", Transcript("Remember.", 0.3)])
async def test_a_false_alarm_resumes_the_sentence(make_call: MakeCall, sound: str | Transcript) -> None:
    call = await speaking(make_call, [sound])
    await call.talk(320)
    await call.quiet(9000)
    assert not call.of(Interrupted) and not call.texts
    (event,) = call.of(Played)
    assert event.turn_id == "t1"
    words = event.heard_text.split()
    assert words[-1] == "building." and [word for word in LONG.split() if word not in words] == []


async def test_a_cough_does_not_even_pause_us(make_call: MakeCall) -> None:
    call = await speaking(make_call, ["Thank you."])
    await call.talk(100, peak=9000)
    await call.quiet(1000)
    assert not call.ear.clears and not call.of(Interrupted)


async def test_what_began_like_a_grunt_is_heard_when_it_goes_on(make_call: MakeCall) -> None:
    call = await speaking(make_call, ["I have", "I have a question about my bill."])
    await call.talk(320)
    await call.quiet(500)
    await call.talk(900)
    await call.quiet(1500)
    assert call.texts == ["I have a question about my bill."] and len(call.of(Interrupted)) == 1


async def test_stop_is_a_word_however_short(make_call: MakeCall) -> None:
    call = await speaking(make_call, ["Stop."])
    await call.talk(300)
    await call.quiet(1000)
    assert len(call.of(Interrupted)) == 1 and call.texts == ["Stop."]


async def test_yes_to_the_question_we_are_just_asking_is_an_answer(make_call: MakeCall) -> None:
    call = make_call(["Yes."])
    call.expect("yes_no")
    await call.session.speak("Shall I book it for you then?", turn_id="t1")
    await call.quiet(1200)
    await call.talk(320)
    await call.quiet(1000)
    assert call.texts == ["Yes."]


async def test_what_must_be_heard_is_not_stopped_but_the_caller_is(make_call: MakeCall) -> None:
    call = await speaking(make_call, ["What about Saturday?"], interruptible=False)
    await call.talk(1100)
    await call.quiet(1000)
    assert not call.ear.clears and not call.of(Interrupted)
    assert call.texts == ["What about Saturday?"]


async def test_after_an_interruption_the_rest_of_that_turn_is_not_said(make_call: MakeCall) -> None:
    call = await speaking(make_call, ["What about Saturday?"])
    await call.talk(1100)
    await call.quiet(500)
    heard = len(call.ear.heard)
    assert not await call.session.speak("And another thing.", turn_id="t1")
    await call.quiet(1000)
    assert len(call.ear.heard) == heard
    assert await call.session.speak("Closed on Saturdays.", turn_id="t2")
    await call.quiet(4000)
    assert call.of(Played) == [Played("t2", "Closed on Saturdays.")]


async def test_marks_that_come_back_after_the_clear_prove_nothing(make_call: MakeCall) -> None:
    call = await speaking(make_call, ["What about Saturday?"])
    names = [name for _, name in call.ear.marks] + ["e0.0.t1", "e0.1.t1", "e0.2.t1"]
    await call.talk(1100)
    for name in names:
        call.session.mark_played(name)
    await call.quiet(500)
    assert not call.of(Played)
    assert call.of(Interrupted)[0].heard_text != LONG


async def test_without_marks_time_tells_what_was_heard(make_call: MakeCall) -> None:
    call = make_call()
    call.ear.returns_marks = False
    await call.session.speak("Good morning.", turn_id="t1")
    await call.quiet(6000)
    assert call.of(Played) == [Played("t1", "Good morning.")]


async def test_a_key_silences_us(make_call: MakeCall) -> None:
    call = await speaking(make_call, ["unused"])
    call.session.keyed("1")
    assert len(call.ear.clears) == 1 and [event.turn_id for event in call.of(Interrupted)] == ["t1"]


async def test_stop_speaking_says_what_was_heard(make_call: MakeCall) -> None:
    call = await speaking(make_call, ["unused"])
    heard = call.session.stop_speaking()
    assert heard and LONG.startswith(heard) and heard != LONG
    before = len(call.ear.heard)
    await call.quiet(1000)
    assert len(call.ear.heard) == before


async def test_a_reply_in_pieces_is_one_turn(make_call: MakeCall) -> None:
    call = make_call()
    await call.session.speak("Good morning.", turn_id="t1", final=False)
    await call.quiet(2500)
    assert not call.of(Played)
    await call.session.speak("How can I help?", turn_id="t1", final=False)
    await call.quiet(2500)
    await call.session.speak("", turn_id="t1", final=True)
    await call.quiet(500)
    assert call.of(Played) == [Played("t1", "Good morning. How can I help?")]
    assert len(call.of(FirstAudio)) == 1


async def test_a_cue_is_no_answer(make_call: MakeCall) -> None:
    call = make_call(["Do you have parking?"])
    await call.talk(1000)
    await call.quiet(500)
    (utterance,) = call.of(UtteranceReady)
    await call.session.speak("One moment.", turn_id="t1", answers=utterance.utterance_id, kind="cue", final=False)
    await call.quiet(1500)
    assert "first_audio_sent" not in utterance.timeline.ms() and not call.of(FirstAudio)
    await call.session.speak("Yes, we have.", turn_id="t1", answers=utterance.utterance_id)
    await call.quiet(500)
    assert "first_audio_sent" in utterance.timeline.ms()


async def test_a_voice_that_fails_does_not_end_the_call(make_call: MakeCall) -> None:
    voice = ScriptedSynthesiser(failing=EngineFailed("gone"))
    call = make_call(synthesiser=voice)
    await call.session.speak("Good morning.", turn_id="t1")
    await call.quiet(500)
    assert not call.ear.heard
    voice.failing = None
    await call.session.speak("Hello again.", turn_id="t2")
    await call.quiet(3000)
    assert Played("t2", "Hello again.") in call.of(Played)


async def test_who_talks_over_the_greeting_is_heard(make_call: MakeCall) -> None:
    call = make_call(["I need an appointment tomorrow at ten."])
    await call.session.speak("Thanks for calling Riverside Dental. How can I help you today?", turn_id="g", kind="greeting")
    await call.quiet(400)
    await call.talk(1800)
    await call.quiet(1000)
    assert call.texts == ["I need an appointment tomorrow at ten."]
    assert [event.turn_id for event in call.of(Interrupted)] == ["g"]


async def test_our_echo_is_not_an_interruption(make_call: MakeCall) -> None:
    from speech_pipeline import CallSpeech

    call = make_call(["From nine to five"])
    session: CallSpeech = call.session
    sent: list[bytes] = []
    original = call.ear.send_audio
    call.ear.send_audio = lambda audio: (sent.extend(audio[i : i + 160] for i in range(0, len(audio), 160)), original(audio))[1]  # type: ignore[method-assign]
    await session.speak(LONG, turn_id="t1")
    for played in range(150):
        await call.clock.advance(0.02)
        call.ear.tick()
        echo = sent[played - 6] if 6 <= played < len(sent) + 6 else b"\xff" * 160
        session.feed(echo)
        await call.quiet(0)
    assert not call.ear.clears and not call.of(Interrupted)
