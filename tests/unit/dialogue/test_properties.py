"""What must hold from any state, for any event: no act without its yes, no hold left behind, no word twice, nothing outside the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.dialogue import codec
from assistant.dialogue import commands as c
from assistant.dialogue.machine import TABLE, Done, Need, step
from assistant.dialogue.state import DialogueState, Person, Phase
from assistant.dialogue.turn import Context
from assistant.domain.appointments import Appointment, Refusal, Slot
from assistant.domain.effects import Expect, Say
from assistant.domain.events import Ended, Event, Keyed, Quiet, Said, Started, Transferred, Unclear
from assistant.domain.language import INTENTS, Candidate, TimeValue, Understanding
from assistant.domain.ports import Answer, RememberedFact, TaskItem
from assistant.profile.loader import load_profile

PROFILE = load_profile(Path(__file__).parents[2] / "scenarios" / "business" / "dental.toml")
ZONE = PROFILE.zone
NOW = datetime(2025, 12, 1, 8, 30, tzinfo=ZONE)
ROWS = {row.name: row for row in TABLE}


@dataclass
class ToyWorld:
    """Answers commands as a calendar might, with some bad luck, and keeps an eye on what is done."""

    luck: list[int]
    held: str | None = None
    count: int = 0
    done: list[Any] = field(default_factory=list)

    def lucky(self) -> bool:
        self.count += 1
        return self.luck[self.count % len(self.luck)] > 1

    def appointment(self, service: str, at: datetime, status: str = "booked", name: str | None = "Ann Teal") -> Appointment:
        return Appointment(f"apt_{at:%d%H%M}", service, at, at + timedelta(minutes=30), status, "con", name, None, "web", None, 1)  # type: ignore[arg-type]

    def answer(self, command: c.Command) -> Any:
        self.done.append(command)
        match command:
            case c.FindSlots():
                day = command.start.astimezone(ZONE)
                base = datetime.combine(day.date(), time(9, 15), ZONE) + timedelta(days=1)
                slots = [Slot(base + timedelta(minutes=75 * n), base + timedelta(minutes=75 * n + 30)) for n in range(command.count)]
                return tuple(slots[: self.count % 3]) if self.lucky() else ()
            case c.CheckTime():
                return (
                    None
                    if self.lucky()
                    else Refusal(["taken", "outside_hours", "closed_day", "past", "closure"][self.count % 5], "a reason")
                )  # type: ignore[arg-type]
            case c.Hold():
                if not self.lucky():
                    return c.Lost("slot_taken")
                self.held = f"hold_{self.count}"
                return Appointment(self.held, command.service, command.at, command.at, "held", None, None, None, "web", None, 1)
            case c.Release():
                self.held = None
                return None
            case c.Confirm():
                if not self.lucky():
                    self.held = None
                    return c.Lost("slot_taken")
                self.held = None
                return self.appointment(command.service, command.at, name=command.name)
            case c.Move() | c.Cancel() | c.ChangeService():
                self.held = None if isinstance(command, c.Move) else self.held
                at = command.at if isinstance(command, c.Move) else NOW + timedelta(days=3)
                return self.appointment("Cleaning", at) if self.lucky() else c.Lost("not_found")
            case c.Upcoming():
                first = datetime(2025, 12, 4, 15, tzinfo=ZONE)
                return tuple(self.appointment("Cleaning", first + timedelta(days=3 * n)) for n in range(self.count % 3))
            case c.Prove():
                return self.appointment("Cleaning", command.at) if self.lucky() else None
            case c.AnswerQuestion():
                return Answer("We are open on weekdays.", True) if self.lucky() else Answer("", False)
            case c.Agenda() | c.Block():
                return (self.appointment("Cleaning", NOW),) if self.lucky() else ()
            case c.CheckPin():
                return ["ok", "wrong", "locked", "unset"][self.count % 4]
            case c.AddTask():
                return TaskItem("tsk", command.title, "pending")
            case c.ListTasks() | c.MatchTasks():
                return (TaskItem("tsk", "Order gloves", "pending"), TaskItem("ts2", "Order masks", "pending"))[: self.count % 3]
            case c.UnreadMessages():
                return ()
            case c.TakeMessage():
                return "msg_1"
            case c.SendCode():
                return ["sent", "sent", "locked", "unreachable"][self.count % 4]
            case c.CheckCode():
                return ["ok", "wrong", "expired", "locked"][self.count % 4]
            case c.RememberFact():
                return RememberedFact("mem_1", command.text) if self.lucky() else c.Broken("too_many_facts", "I can't keep more.")
            case c.RecallFacts():
                return (RememberedFact("mem_1", "I like mornings"), RememberedFact("mem_2", "my dog is called Rex"))[: self.count % 3]
            case c.ForgetFacts():
                return self.count % 3
            case _:
                return None


def run_step(state: DialogueState, event: Event, heard: Understanding | None, world: ToyWorld) -> tuple[Done, list[Any], list[Any]]:
    context = Context(NOW, PROFILE)
    results: list[Any] = []
    commands: list[Any] = []
    outcome = step(state, event, context, heard, results)
    while isinstance(outcome, Need):
        commands.append(outcome.command)
        results.append(world.answer(outcome.command))
        assert len(commands) < 40, "a step that never ends"
        outcome = step(state, event, context, heard, results)
    return outcome, commands, results


# -- what people may say --------------------------------------------------------------------------------------------------------------

_times = st.sampled_from(
    [
        (),
        (TimeValue("date", date(2025, 12, 4), grain="day", text="Thursday"),),
        (TimeValue("date", date(2025, 11, 20), grain="day", text="last week"),),
        (TimeValue("instant", datetime(2025, 12, 2, 10, 30, tzinfo=ZONE), text="tomorrow at 10:30"),),
        (TimeValue("time", time(15), text="three", candidates=(Candidate(TimeValue("time", time(3)), "am or pm"),)),),
        (TimeValue("interval", datetime(2025, 12, 4, 12, tzinfo=ZONE), datetime(2025, 12, 4, 18, tzinfo=ZONE), text="Thursday afternoon"),),
        (TimeValue("interval", date(2025, 12, 8), date(2025, 12, 15), text="next week"),),
        (TimeValue("recurring", recurrence="FREQ=WEEKLY;BYDAY=TU;BYHOUR=9;BYMINUTE=0", text="every Tuesday at 9"),),
        (TimeValue("duration", duration=timedelta(minutes=10), text="ten minutes"),),
    ]
)
_slots = st.fixed_dictionaries(
    {},
    optional={
        "service": st.sampled_from(["Cleaning", "Check-up"]), "person_name": st.sampled_from(["Ann Teal", "Bo Lee"]),
        "yes_no": st.sampled_from(["yes", "no", "yes_but"]), "choice": st.sampled_from([0, 1, -1, 7, "earlier", "later", "neither", "any"]),
        "phone": st.just("+12025550143"), "phone_partial": st.sampled_from(["202", "5550"]), "digits": st.sampled_from(["4711", "1"]),
        "message": st.just("my knee is better"), "service_said": st.just("massage"), "spelling": st.just("Teal"),
    },
)  # fmt: skip
_acts = st.frozensets(
    st.sampled_from(["thanks", "correction", "emergency", "identity", "abuse", "hold_on", "refuse", "foreign", "opt_out", "start", "forget_me", "more_detail"]), max_size=1
)  # fmt: skip
_texts = st.sampled_from(
    ["something", "yes", "no", "the other one", "never mind", "what about parking?", "Thursday at three", "2", "CANCEL", "call me back", "Ann Teal",
     "a message please", "block tomorrow", "make it four", "February 31st", "as soon as possible", "don't text me", "",
     "remember that I like mornings", "what do you know about me", "forget everything about me", "forget that I like mornings", "forget that",
     "123456", "tell me more"]
)  # fmt: skip
_understood = st.builds(
    Understanding, intent=st.sampled_from(INTENTS), confidence=st.sampled_from([0.4, 0.95]), slots=_slots, times=_times,
    also=st.lists(st.sampled_from(["general_question", "take_message", "goodbye", "cancel_appointment"]), max_size=1).map(tuple), acts=_acts,
)  # fmt: skip
_plain_yes = st.just(Understanding("affirm", 0.95, {"yes_no": "yes"}))
_said = st.tuples(_texts, st.one_of(_understood, _understood, _plain_yes)).map(lambda pair: (Said("cnv", pair[0]), pair[1]))
_other = st.sampled_from(
    [Keyed("cnv", "1"), Keyed("cnv", "2"), Keyed("cnv", "0"), Keyed("cnv", "2025550143"), Quiet("cnv", 1), Quiet("cnv", 2), Unclear("cnv"),
     Transferred("cnv", "no-answer"), Started("cnv")]
).map(lambda event: (event, None))  # fmt: skip
_walk = st.lists(st.one_of(_said, _said, _said, _other), min_size=1, max_size=14)
_people = st.sampled_from(
    [Person("con", "+12025550100"), Person(), Person("own", "+12025550199", "owner"), Person("own", None, "owner", True)]
)
_fast = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def walk(channel: str, person: Person, events: list[Any], luck: list[int]) -> Any:
    world = ToyWorld(luck)
    state = DialogueState("cnv", channel, person)  # type: ignore[arg-type]
    for event, heard in events:
        done, commands, results = run_step(state, event, heard, world)
        yield state, event, heard, done, commands, results, world
        state = done.state


_channels = st.sampled_from(["call", "sms", "web"])
_luck = st.lists(st.integers(0, 5), min_size=3, max_size=7)


@_fast
@given(_channels, _people, _walk, _luck)
def test_any_event_from_any_state_stays_inside_the_table_and_says_what_is_expected(channel, person, events, luck):
    for state, event, _heard, done, _commands, _results, _world in walk(channel, person, events, luck):
        assert done.state.phase in ROWS[done.rule].targets, f"{done.rule}: {state.phase} -> {done.state.phase}"
        assert state.phase in ROWS[done.rule].sources
        assert isinstance(done.effects[-1], Expect)
        said = [effect for effect in done.effects if isinstance(effect, Say)]
        assert all(effect.text.strip() and "{" not in effect.text for effect in said)
        if isinstance(event, Said) and done.rule not in ("opted out", "too late"):
            assert said, f"{done.rule} has nothing to say"


@_fast
@given(_channels, _people, _walk, _luck)
def test_nothing_is_done_without_a_yes_to_exactly_what_was_read_back(channel, person, events, luck):
    for state, event, heard, _done, commands, _results, _world in walk(channel, person, events, luck):
        for command in commands:
            if (
                not isinstance(
                    command,
                    c.Confirm | c.Move | c.Cancel | c.ChangeService | c.TakeMessage | c.Block | c.Unblock | c.DeleteTask | c.RememberFact,
                )
                and command != c.ForgetFacts()
            ):
                continue
            frame = state.frame
            assert frame is not None, command
            assert state.phase is Phase.CONFIRMING, f"{command} from {state.phase}"
            read = frame.read_back
            assert read is not None
            agreed = isinstance(event, Keyed) and event.digits == "1"
            agreed = agreed or (heard is not None and (heard.slots.get("yes_no") in ("yes", "yes_but") or heard.intent == "affirm"))
            assert agreed, f"{command} without a yes: {event} {heard}"
            match command:
                case c.Confirm():
                    assert (read.action, read.service, read.at, read.name) == ("book", command.service, command.at, command.name)
                    assert command.notes is None or (read.phone is not None and read.phone in command.notes)
                case c.Move():
                    assert (read.action, read.subject, read.at) == ("move", command.appointment_id, command.at)
                case c.Cancel():
                    assert read.action == "cancel" and command.appointment_id in (read.subject or "").split(",")
                case c.ChangeService():
                    assert (read.action, read.subject, read.service) == ("change_service", command.appointment_id, command.service)
                case c.TakeMessage():
                    assert (read.action, read.text) == ("message", command.body)
                case c.Block() | c.Unblock():
                    assert (read.at, read.until) == (command.start, command.end)
                case c.DeleteTask():
                    assert read.action in ("delete_task", "delete_tasks") and command.task_id in (read.subject or "").split(",")
                case c.RememberFact():
                    assert (read.action, read.text) == ("remember", command.text)
                case c.ForgetFacts():
                    assert read.action == "forget_all"


@_fast
@given(_channels, _people, _walk, _luck)
def test_what_is_read_back_was_said(channel, person, events, luck):
    for _state, _event, _heard, done, _commands, _results, _world in walk(channel, person, events, luck):
        if "read_back" not in done.did or done.state.frame is None or done.state.frame.read_back is None:
            continue
        read = done.state.frame.read_back
        said = " ".join(effect.text for effect in done.effects if isinstance(effect, Say))
        if read.name and read.action == "book":
            assert read.name in said or channel == "call", said
        if read.at is not None and channel != "call":
            local = read.at.astimezone(ZONE)
            assert f"{local.hour % 12 or 12}:{local.minute:02d}" in said, said


@_fast
@given(_channels, _people, _walk, _luck, st.sampled_from(["caller", "assistant", "timeout", "transferred", "error"]))
def test_holds_never_leak(channel, person, events, luck, reason):
    world = None
    state = DialogueState("cnv", channel, person)
    for _before, _event, _heard, done, _commands, _results, world in walk(channel, person, events, luck):
        state = done.state
        if state.phase is Phase.CLOSED and done.rule not in ("transferred",):
            assert world.held is None, f"{done.rule} left a hold"
    assert world is not None
    run_step(state, Ended("cnv", reason), None, world)
    assert world.held is None


@_fast
@given(_channels, _people, _walk, _luck)
def test_never_the_same_words_twice_in_a_row(channel, person, events, luck):
    before = ""
    for _state, event, _heard, done, _commands, _results, _world in walk(channel, person, events, luck):
        said = " ".join(effect.text for effect in done.effects if isinstance(effect, Say))
        if isinstance(event, Said) and said and done.rule not in ("repeat",):
            assert said != before, f"{done.rule} repeats {said!r}"
        before = said


@_fast
@given(_channels, _people, _walk, _luck)
def test_the_state_survives_the_store_and_a_step_is_pure(channel, person, events, luck):
    for state, event, heard, done, _commands, results, _world in walk(channel, person, events, luck):
        assert codec.load(DialogueState, codec.dump(done.state)) == done.state
        again = step(codec.load(DialogueState, codec.dump(state)), event, Context(NOW, PROFILE), heard, results)
        assert isinstance(again, Done)
        assert (again.state, again.effects) == (done.state, done.effects)


@_fast
@given(_people, _walk, _luck)
def test_an_unproven_caller_reaches_no_owners_tool(person, events, luck):
    for state, _event, _heard, done, commands, _results, _world in walk("call", person, events, luck):
        if state.person.proven or done.state.person.proven:
            break
        assert not any(isinstance(command, c.Agenda | c.Block | c.AddTask | c.ListTasks | c.UnreadMessages) for command in commands)


@_fast
@given(_channels, _people, _walk, _luck)
def test_what_is_remembered_is_reached_only_after_proof(channel, person, events, luck):
    for state, _event, _heard, _done, commands, results, _world in walk(channel, person, events, luck):
        proven = state.proof.given or (person.role == "owner" and person.proven)
        for command, result in zip(commands, results, strict=True):
            proven = proven or (isinstance(command, c.CheckCode) and result == "ok")
            just_agreed = isinstance(command, c.ForgetFacts) and command.fact_id is not None and command.fact_id == state.fact_id
            assert proven or just_agreed or not isinstance(command, c.RecallFacts | c.ForgetFacts), command


def test_too_many_results_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="more results"):
        step(DialogueState("cnv", "call"), Started("cnv"), Context(NOW, PROFILE), None, [None])
