"""The conversation of a call, driven with a scripted caller and a clock that only the test moves."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from assistant.domain.clock import ManualClock
from assistant.domain.conversation import ConversationRef, Expectation, Party
from assistant.domain.effects import Effect, Expect, HangUp, Outcome, Say, Transfer
from assistant.domain.events import Ended, Event, Heard, Keyed, Quiet, Said, Started, Unclear
from assistant.domain.speech import Interrupted, LongQuiet, Retracted, SpeechStarted, SpeechUnclear
from assistant.domain.timeline import Timeline
from assistant.telephony.call import CallEnd, CallSession
from assistant.telephony.call.session import CUES, TIME_UP
from tests.support.calls import Answer, ScriptedHost, ScriptedSpeech, settle


class Bench:
    def __init__(self, answer: Answer, *, opening: tuple[Effect, ...] | None = None) -> None:
        self.clock = ManualClock(datetime(2026, 12, 1, 14, 0, tzinfo=UTC))
        self.host = ScriptedHost(answer)
        self.turns: list[Outcome] = []
        self.speech: ScriptedSpeech
        self.session = CallSession(
            host=self.host,
            conversation=ConversationRef("conv", "call", Party()),
            speech=self._speech,
            clock=self.clock,
            max_seconds=600,
            watch=self._watch,
            opening=opening,
        )
        self.task: asyncio.Task[CallEnd]

    def _speech(self, emit):  # type: ignore[no-untyped-def]
        self.speech = ScriptedSpeech(emit)
        return self.speech

    async def _watch(self, outcome: Outcome, stages: dict[str, float]) -> None:
        self.turns.append(outcome)

    async def begin(self) -> None:
        self.task = asyncio.create_task(self.session.run())
        await settle()

    async def play(self) -> None:
        self.speech.flush()
        await settle()

    async def says(self, text: str, utterance: str = "u1", **more: str) -> None:
        self.speech.caller_says(text, utterance, **more)
        await settle()


def polite(event: Event) -> tuple[Effect, ...]:
    match event:
        case Started():
            return (Say("Hello.", "greeting"), Expect(Expectation("open")))
        case Said(text="bye"):
            return (Say("Goodbye."), HangUp(3.0))
        case Said(text="a person"):
            return (Say("One moment."), Transfer("+12025550177"))
        case Said(text="my number"):
            return (Say("Which number?"), Expect(Expectation("phone")))
        case Said(text="choose"):
            return (Say("One or two?"), Expect(Expectation("choice", ("one", "two"))))
        case Said():
            return (Say("Yes."),)
        case Quiet():
            return (Say("Are you still there?"),)
        case Unclear():
            return (Say("Sorry?"),)
        case Keyed(digits=digits):
            return (Say(f"Keyed {digits}."),)
    return ()


@pytest.fixture
async def bench():
    bench = Bench(polite)
    await bench.begin()
    yield bench
    bench.session.gone()
    await asyncio.wait_for(bench.task, 1)


async def test_greets_and_reports_what_was_heard(bench: Bench) -> None:
    assert bench.speech.words == ["Hello."]
    await bench.play()
    assert bench.host.of(Heard) == [Heard("conv", "turn-1", "Hello.", False)]


async def test_answers_and_waits_for_the_next(bench: Bench) -> None:
    await bench.play()
    await bench.says("do you have parking")
    await bench.play()
    assert bench.speech.words == ["Hello.", "Yes."]
    assert not bench.task.done()


async def test_hangs_up_after_goodbye_and_quiet(bench: Bench) -> None:
    await bench.says("bye")
    await bench.clock.advance(10)
    assert not bench.task.done(), "not before the goodbye was heard"
    await bench.play()
    await bench.clock.advance(2.9)
    assert not bench.task.done()
    await bench.clock.advance(0.2)
    assert bench.task.result() == CallEnd("assistant")
    assert bench.host.of(Ended) == [Ended("conv", "assistant")]
    assert bench.speech.closed


async def test_speaking_again_after_goodbye_keeps_the_call(bench: Bench) -> None:
    await bench.says("bye")
    await bench.play()
    bench.speech.emit(SpeechStarted())
    await settle()
    await bench.clock.advance(30)
    assert not bench.task.done()
    await bench.says("one more thing", "u2")
    assert bench.speech.words[-1] == "Yes."


async def test_transfer_waits_for_its_words(bench: Bench) -> None:
    await bench.says("a person")
    assert not bench.task.done()
    await bench.play()
    assert bench.task.result() == CallEnd("transferred", Transfer("+12025550177"))
    assert bench.host.of(Ended) == [], "the conversation goes on if nobody answers"


async def test_interruption_reaches_the_history_and_cancels_the_end(bench: Bench) -> None:
    await bench.says("bye")
    bench.speech.pending.clear()
    bench.speech.emit(Interrupted("t2", "Good"))
    await settle()
    assert bench.host.of(Heard)[-1] == Heard("conv", "turn-2", "Good", True)
    await bench.clock.advance(60)
    assert not bench.task.done()


async def test_thinking_cue_after_700_ms_only(bench: Bench) -> None:
    bench.host.gate = asyncio.Event()
    await bench.says("a long question")
    await bench.clock.advance(0.69)
    assert bench.speech.words == ["Hello."]
    await bench.clock.advance(0.02)
    assert bench.speech.spoken[-1][1] in CUES and bench.speech.spoken[-1][2] == "cue"
    bench.host.gate.set()
    await settle()
    assert bench.speech.words[-1] == "Yes."


async def test_no_cue_for_a_quick_answer(bench: Bench) -> None:
    await bench.says("quick")
    await bench.clock.advance(5)
    assert not [entry for entry in bench.speech.spoken if entry[2] == "cue"]


async def test_continued_utterance_hands_over_only_what_is_new(bench: Bench) -> None:
    await bench.says("I would like to book", "u1")
    await bench.says("I would like to book a cleaning please", "u2", tail="a cleaning please", continues="u1")
    assert [event.text for event in bench.host.of(Said)] == ["I would like to book", "a cleaning please"]  # type: ignore[attr-defined]


async def test_digits_are_one_answer_when_a_number_is_asked(bench: Bench) -> None:
    await bench.says("my number")
    for digit in "2025550199":
        bench.session.press(digit)
    await settle()
    assert bench.host.of(Keyed) == []
    bench.session.press("#")
    await settle()
    assert bench.host.of(Keyed) == [Keyed("conv", "2025550199")]


async def test_a_pause_ends_the_digits(bench: Bench) -> None:
    await bench.says("my number")
    for digit in "20255501":
        bench.session.press(digit)
    await bench.clock.advance(2.4)
    assert bench.host.of(Keyed) == []
    await bench.clock.advance(0.2)
    assert bench.host.of(Keyed) == [Keyed("conv", "20255501")]


async def test_star_starts_over_and_one_key_is_a_choice(bench: Bench) -> None:
    await bench.says("my number")
    for digit in "99*123#":
        bench.session.press(digit)
    await settle()
    await bench.says("choose", "u2")
    bench.session.press("2")
    await settle()
    assert [event.digits for event in bench.host.of(Keyed)] == ["123", "2"]  # type: ignore[attr-defined]


async def test_silence_and_noise_are_events(bench: Bench) -> None:
    bench.speech.emit(LongQuiet(1))
    bench.speech.emit(SpeechUnclear("u9", Timeline(0.0)))
    await settle()
    assert bench.host.of(Quiet) == [Quiet("conv", 1)]
    assert bench.host.of(Unclear) == [Unclear("conv")]


async def test_the_call_ends_politely_after_its_longest_time(bench: Bench) -> None:
    await bench.play()
    await bench.clock.advance(601)
    assert bench.speech.words[-1] == TIME_UP
    await bench.play()
    await bench.clock.advance(0.1)
    assert bench.task.result().reason == "assistant"


async def test_hanging_up_in_the_middle_of_a_question_counts_as_dropped(bench: Bench) -> None:
    await bench.says("my number")
    bench.session.gone()
    assert await bench.task == CallEnd("dropped")
    assert bench.host.of(Ended) == [Ended("conv", "dropped")]


async def test_a_failing_turn_is_excused_and_the_call_goes_on() -> None:
    def failing(event: Event) -> tuple[Effect, ...]:
        if isinstance(event, Said) and event.text == "break":
            raise RuntimeError("a bug")
        return polite(event)

    bench = Bench(failing)
    await bench.begin()
    await bench.says("break")
    assert "went wrong" in bench.speech.words[-1]
    await bench.says("again", "u2")
    assert bench.speech.words[-1] == "Yes."
    bench.session.gone()
    await bench.task


async def test_comes_back_from_a_transfer_with_words_ready() -> None:
    bench = Bench(polite, opening=(Say("They can't pick up."), Expect(Expectation("yes_no"))))
    await bench.begin()
    assert bench.speech.words == ["They can't pick up."]
    assert bench.host.of(Started) == []
    assert bench.speech.expectation.what == "yes_no"
    bench.session.gone()
    await bench.task


async def test_wind_down_finishes_the_sentence_first(bench: Bench) -> None:
    await bench.says("tell me")
    bench.session.wind_down()
    await settle()
    assert not bench.task.done()
    await bench.play()
    await bench.clock.advance(0.1)
    assert bench.task.result() == CallEnd("assistant")


async def test_an_interruption_drops_an_answer_that_is_still_being_thought_out(bench: Bench) -> None:
    await bench.play()
    bench.host.gate = asyncio.Event()  # never opens: a model at work
    await bench.says("a long question")
    await bench.clock.advance(0.8)
    assert bench.speech.spoken[-1][2] == "cue"
    bench.speech.pending.clear()
    bench.speech.emit(Interrupted("t2", "One"))
    await settle()
    bench.host.gate = None
    assert bench.host.of(Heard)[-1] == Heard("conv", "turn-3", "One", True)
    await bench.says("something else", "u2")
    assert bench.speech.words[-1] == "Yes."


async def test_going_on_while_we_think_asks_the_whole_question_anew(bench: Bench) -> None:
    await bench.play()
    bench.host.gate = asyncio.Event()
    await bench.says("do you have parking", "u1")
    bench.speech.retracted.add("u1")
    bench.speech.emit(Retracted("u1"))
    await settle()
    bench.host.gate = None
    await bench.says("do you have parking on Saturdays", "u2", tail="on Saturdays", continues="u1")
    assert [event.text for event in bench.host.of(Said)] == ["do you have parking", "do you have parking on Saturdays"]  # type: ignore[attr-defined]


async def test_hanging_up_does_not_wait_for_an_answer(bench: Bench) -> None:
    bench.host.gate = asyncio.Event()
    await bench.says("a long question")
    bench.session.gone()
    assert await asyncio.wait_for(bench.task, 1) == CallEnd("caller")


async def test_words_that_were_taken_back_unsaid_were_not_heard(bench: Bench) -> None:
    await bench.play()
    bench.speech.retracted.add("u1")
    await bench.says("do you have parking", "u1")
    assert bench.host.of(Heard)[-1] == Heard("conv", "turn-3", "", True)


async def test_one_cue_is_enough() -> None:
    slow = Bench(lambda event: (Say("Let me look.", "cue"), Say("Yes.")) if isinstance(event, Said) else polite(event))
    await slow.begin()
    slow.host.gate = asyncio.Event()
    await slow.says("a long question")
    await slow.clock.advance(0.8)
    slow.host.gate.set()
    await settle()
    assert [kind for _, _, kind in slow.speech.spoken].count("cue") == 1
    assert slow.speech.words[-1] == "Yes."
    slow.session.gone()
    await slow.task
