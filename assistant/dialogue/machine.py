"""The conversation as one declared table: in which phase which event, under which guard, is handled how and may lead where.

`step` is pure. It is a function of the state, the event, what was understood, the context, and the results of the commands it has
asked for so far. It returns either the next command it needs (`Need`) or the finished turn (`Done`). Whoever drives it carries out
commands and calls again with one more result; nothing is kept in between, so a turn can be repeated anywhere, at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.dialogue import actions as do
from assistant.dialogue import guards as g
from assistant.dialogue.commands import Command
from assistant.dialogue.state import HISTORY, DialogueState, Phase
from assistant.dialogue.summary import DEEDS, deed, outcome_of
from assistant.dialogue.turn import NOTHING, Context, Flow, Turn
from assistant.domain.effects import Effect
from assistant.domain.events import Ended, Event, Keyed, PictureArrived, Quiet, Said, Started, Transferred, Unclear
from assistant.domain.language import Understanding

P = Phase
ALL = frozenset(Phase)
LIVE = ALL - {P.CLOSED}
REST = frozenset({P.FRESH, P.IDLE, P.CLOSING})
ASKING = frozenset({P.COLLECTING, P.CHOOSING, P.CONFIRMING})
OPEN = ASKING | {P.PROVING, P.WAY_OUT}
#: an interruption leaves everything where it was (a conversation that had only just opened is then at rest)
STAYS = LIVE - {P.FRESH}
#: where a request, or the end of one, may lead: what waited in the same breath may be anything
ON = OPEN | {P.CLOSING, P.CLOSED}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Rows are tried from the top; the first whose phase, event and guard fit is taken."""

    name: str
    sources: frozenset[Phase]
    event: type
    guard: Callable[[Turn], bool]
    action: Callable[[Turn], Flow]
    targets: frozenset[Phase]
    why: str
    #: the lines of the picture; a part of what may happen
    shown: tuple[tuple[Phase, Phase], ...] = ()


def only(*phases: Phase) -> frozenset[Phase]:
    return frozenset(phases)


def _always(turn: Turn) -> bool:
    return True


TABLE: tuple[Row, ...] = (
    Row("ended", ALL, Ended, _always, do.ended, only(P.CLOSED), "the line is closed: loose ends are tied up"),
    Row("started", ALL, Started, _always, do.started, ASKING | {P.IDLE}, "greet, or offer again what was cut off", ((P.FRESH, P.IDLE),)),
    Row(
        "transferred", LIVE, Transferred, _always, do.transferred, only(P.WAY_OUT, P.CLOSED), "a person answered, or did not",
        ((P.TRANSFERRING, P.WAY_OUT), (P.TRANSFERRING, P.CLOSED)),
    ),
    # -- what interrupts everything
    Row("danger", LIVE, Said, g.is_danger, do.danger, only(P.WAY_OUT), "words of danger, by rule and before all else"),
    Row("opted out", LIVE, Said, g.is_opt_out, do.opted_out, STAYS, "STOP by text is the provider's: we stay silent"),
    Row("opted in", LIVE, Said, g.is_start, do.opted_in, STAYS, "START: what was open is offered again"),
    Row("bare cancel", LIVE, Said, g.is_bare_cancel, do.bare_cancel, only(P.COLLECTING), "CANCEL alone in a chat may mean two things"),
    Row("foreign", LIVE, Said, g.is_foreign, do.foreign, only(P.WAY_OUT), "a language we do not speak"),
    Row("abuse", LIVE, Said, g.is_abuse, do.abuse, STAYS | {P.CLOSED}, "stay calm; end it when it goes on"),
    Row("pictures", LIVE, Said, g.has_pictures, do.pictures, STAYS | {P.CLOSED}, "a picture came with the words"),
    Row(
        "about a picture", LIVE, Said, g.is_about_picture, do.about_picture, ON | STAYS | {P.TRANSFERRING, P.CLOSED},
        "a question about the picture of before",
    ),
    Row("hold on", LIVE, Said, g.is_hold_on, do.hold_on, STAYS, "a caller who needs a moment gets it"),
    Row("in hand", ASKING, Said, g.is_about_it, do.about_it, ASKING, "which day is that, and with whom: what is being arranged is told"),
    Row("repeat", LIVE, Said, g.is_repeat, do.repeat, STAYS, "say it again"),
    Row(
        "pin", only(P.PROVING), Said, g.is_pin, do.pin, ON, "the owner's PIN, spoken or written",
        ((P.PROVING, P.PROVING), (P.PROVING, P.CLOSING)),
    ),
    # -- what was asked
    Row(
        "one more", REST | ASKING, Said, g.asks_for_more, do.more, ALL - {P.FRESH},
        "another booking beside this one waits, and the rest of the words is taken by itself",
    ),
    Row(
        "yes", only(P.CONFIRMING), Said, g.is_clear_yes, do.yes, ON | {P.TRANSFERRING}, "a clear yes to exactly what was read back",
        ((P.CONFIRMING, P.CLOSING), (P.CONFIRMING, P.CONFIRMING)),
    ),
    Row(
        "change", only(P.CONFIRMING), Said, g.is_change, do.given, ON | {P.TRANSFERRING}, "a change, also one that begins with yes",
        ((P.CONFIRMING, P.CONFIRMING), (P.CONFIRMING, P.CHOOSING), (P.CONFIRMING, P.COLLECTING)),
    ),
    Row(
        "no", only(P.CONFIRMING), Said, g.is_no, do.no, ON | {P.TRANSFERRING}, "a no: what should be different?",
        ((P.CONFIRMING, P.COLLECTING), (P.CONFIRMING, P.CLOSING)),
    ),
    Row("goodbye", LIVE, Said, g.is_goodbye, do.goodbye, only(P.CLOSED), "the end, when it is over", ((P.CLOSING, P.CLOSED),)),
    Row("privacy", LIVE, Said, g.is_about_privacy, do.privacy_kept, STAYS, "what is kept, and where"),
    Row("identity", LIVE, Said, g.is_identity, do.identity, STAYS, "honest: a computer"),
    Row("right place", LIVE, Said, g.is_right_place, do.right_place, STAYS, "whom they have reached"),
    Row("a person", LIVE, Said, g.wants_person, do.person, only(P.WAY_OUT, P.TRANSFERRING), "put through, or a way to be called"),
    Row("help", LIVE, Said, g.is_help, do.help_, STAYS, "what it can do"),
    Row(
        "way out", only(P.WAY_OUT), Said, g.is_way_out, do.way_out, ON | {P.IDLE, P.TRANSFERRING}, "a person, a message, or on with it",
        ((P.WAY_OUT, P.TRANSFERRING), (P.WAY_OUT, P.COLLECTING)),
    ),
    Row("switch", OPEN, Said, g.is_switch, do.switch, ON | {P.TRANSFERRING}, "another request, or a question, in between"),
    Row(
        "answer", OPEN, Said, g.is_answer, do.given, ON | {P.TRANSFERRING}, "what was asked for, or more",
        ((P.COLLECTING, P.COLLECTING), (P.COLLECTING, P.CHOOSING), (P.COLLECTING, P.CONFIRMING), (P.CHOOSING, P.COLLECTING),
         (P.CHOOSING, P.CONFIRMING)),
    ),
    Row("never mind", ASKING, Said, g.is_left, do.leave, ON | {P.TRANSFERRING}, "what was begun is dropped", ((P.COLLECTING, P.CLOSING),)),
    Row("acknowledged", only(P.CLOSING), Said, g.is_acknowledged, do.acknowledged, only(P.CLOSING), "an okay when all is done"),
    Row("thanks", LIVE, Said, g.is_thanks, do.thanks, STAYS | {P.CLOSED}, "thanks is no request"),
    Row("hello", LIVE, Said, g.is_greeting, do.hello, STAYS, "a greeting is no request"),
    # -- from rest
    Row("over", REST, Said, g.is_over, do.goodbye, only(P.CLOSED), "nothing else: goodbye", ((P.CLOSING, P.CLOSED),)),
    Row("go on", REST, Said, g.is_bare_yes, do.go_on, only(P.IDLE), "yes, there is something else"),
    Row(
        "request", REST, Said, g.is_request, do.request, ON | {P.TRANSFERRING}, "what they want",
        ((P.IDLE, P.COLLECTING), (P.IDLE, P.CHOOSING), (P.IDLE, P.CONFIRMING), (P.IDLE, P.PROVING), (P.IDLE, P.TRANSFERRING),
         (P.IDLE, P.CLOSING), (P.CLOSING, P.COLLECTING), (P.CLOSING, P.CONFIRMING)),
    ),
    Row("beyond us", LIVE, Said, g.is_beyond, do.beyond, STAYS, "what we cannot do is said, with what we can"),
    Row(
        "not understood", LIVE, Said, _always, do.missed, STAYS, "asked shorter, then with an example, then a way out",
        ((P.COLLECTING, P.WAY_OUT),),
    ),
    Row("after the end", only(P.CLOSED), Said, _always, do.reopened, ALL - {P.FRESH}, "somebody goes on after goodbye"),
    # -- without words
    Row("unclear", LIVE, Unclear, _always, do.missed, STAYS, "speech without words"),
    Row("key 0", LIVE, Keyed, g.is_zero, do.person, only(P.WAY_OUT, P.TRANSFERRING), "0 is a person"),
    Row("key pin", only(P.PROVING), Keyed, _always, do.pin, ON | {P.TRANSFERRING}, "the PIN by keypad"),
    Row("keys", OPEN, Keyed, _always, do.keyed, ON | {P.TRANSFERRING}, "a choice, a number, yes or no by keypad"),
    Row("stray key", LIVE, Keyed, _always, do.stray_key, STAYS, "a key that answers nothing"),
    Row("quiet end", LIVE, Quiet, g.is_long_quiet, do.quiet_end, only(P.CLOSED), "nobody there any more"),
    Row("quiet", LIVE, Quiet, _always, do.quiet, STAYS, "a soft nudge"),
    Row("picture arrived", LIVE, PictureArrived, _always, do.pictures, STAYS | {P.CLOSED}, "a picture by text during a call"),
    Row("too late", only(P.CLOSED), object, _always, do.nothing, only(P.CLOSED), "after the end nothing else counts"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Need:
    """The step waits for the result of a command. `said` are the effects so far, for a channel that can begin to speak."""

    command: Command
    said: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    state: DialogueState
    effects: tuple[Effect, ...]
    rule: str
    did: tuple[str, ...] = ()
    heard: Understanding = field(default_factory=lambda: NOTHING)


class Stepper:
    """One step, driven without starting over: `Need`s come out, results go in. `step` is the same thing as a function."""

    def __init__(self, state: DialogueState, event: Event, context: Context, heard: Understanding | None = None) -> None:
        self._turn = Turn(_counted(state, event), event, context, heard or NOTHING, phase=state.phase)
        self._event = event
        self._row = row_for(self._turn)
        self._turn.rule = self._row.name
        self._flow = self._row.action(self._turn)
        self._started = False
        self._asked: Command | None = None

    def advance(self, result: Any = None) -> Need | Done:
        if self._asked is not None:
            self._note(deed(self._asked, result, self._turn.context))
        try:
            self._asked = self._flow.send(result if self._started else None)
        except StopIteration:
            return self._finish()
        self._started = True
        command = self._asked
        return Need(command, tuple(self._turn.effects))

    def _note(self, what: str | None) -> None:
        """What came of a command, for the summary of the conversation."""
        state = self._turn.state
        if what and what not in state.deeds:
            self._turn.state = state.but(deeds=(*state.deeds, what)[-DEEDS:])

    def _finish(self) -> Done:
        turn = self._turn
        for effect in turn.effects:
            self._note(outcome_of(effect))
        state, effects = turn.close()
        state = _remembered(state, turn, self._event)
        return Done(state, effects, self._row.name, tuple(turn.did), turn.heard)


def step(
    state: DialogueState, event: Event, context: Context, heard: Understanding | None = None, results: Sequence[Any] = ()
) -> Need | Done:
    """The state machine: pure. With every command's result in `results` it is `Done`, else it says what it needs next."""
    stepper = Stepper(state, event, context, heard)
    outcome = stepper.advance()
    for result in results:
        if isinstance(outcome, Done):
            raise ValueError("more results than commands")
        outcome = stepper.advance(result)
    return outcome


def row_for(turn: Turn) -> Row:
    for row in TABLE:
        if turn.state.phase in row.sources and isinstance(turn.event, row.event) and row.guard(turn):
            return row
    raise LookupError(f"no row for {type(turn.event).__name__} in {turn.state.phase}")


def _counted(state: DialogueState, event: Event) -> DialogueState:
    return state.but(turns=state.turns + 1) if isinstance(event, Said | Keyed | Unclear | Started) else state


def _remembered(state: DialogueState, turn: Turn, event: Event) -> DialogueState:
    new = []
    if isinstance(event, Said) and event.text:
        new.append(("caller", event.text[:400]))
    if turn.spoken:
        new.append(("assistant", turn.spoken[:400]))
    service = turn.slot("service") or (state.frame.service if state.frame else None)
    if service:
        state = state.but(topic=str(service), topic_turn=state.turns)
    return state.but(history=(*state.history, *new)[-HISTORY:]) if new else state
