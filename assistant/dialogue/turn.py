"""One turn while it is being worked out: what was understood, what to say, and the state as it will be."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from assistant.dialogue.commands import Command, Hold, Lost, Release
from assistant.dialogue.state import DialogueState, Frame, Phase, ReadBack, Target
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import Phrase, choose, plain, sentences
from assistant.domain.appointments import Appointment
from assistant.domain.business import BusinessProfile, Service
from assistant.domain.conversation import Expectation, Expecting
from assistant.domain.effects import Effect, Expect, Say
from assistant.domain.events import Event, Said
from assistant.domain.language import Understanding

#: A flow asks the world by yielding commands and is sent their results; it changes the turn, and nothing else.
Flow = Generator[Command, Any, None]
#: a flow that says whether it got there
Asking = Generator[Command, Any, bool]


#: Rules read this much of an utterance, so that a flood of words cannot stop the other calls; messages are kept whole.
READ_CHARS = 600


@dataclass(frozen=True, slots=True)
class More:
    """What was asked for on top of a booking ("and one for my wife"), each part understood by itself, and the words without it.

    `asks`: what is left asks for a booking, too. `bare`: somebody is named, and nothing that they need. `shared`: the time that was said
    is for all of it.
    """

    rest: str
    heard: Understanding
    parts: tuple[tuple[str, Understanding], ...]
    asks: bool = False
    bare: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may know besides the state and the event."""

    now: datetime
    profile: BusinessProfile
    texts_possible: bool = True
    #: the sentences of an utterance that asks for several things, each understood by itself
    parts: tuple[tuple[str, Understanding], ...] = ()
    #: a name we know this person by
    known_name: str | None = None
    more: More | None = None

    @property
    def zone(self) -> ZoneInfo:
        return self.profile.zone

    @property
    def local(self) -> datetime:
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.local.date()


NOTHING = Understanding(intent="out_of_scope", confidence=0.0)


@dataclass(slots=True)
class Turn:
    """Mutable while one step runs; a step starts with a fresh one and returns what it holds."""

    state: DialogueState
    event: Event
    context: Context
    heard: Understanding = NOTHING
    effects: list[Effect] = field(default_factory=list)
    did: list[str] = field(default_factory=list)
    phase: Phase = Phase.IDLE
    rule: str = ""
    expects: Expectation | None = None

    # -- reading -----------------------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What was said, as far as rules read it; `whole` is all of it."""
        return self.whole[:READ_CHARS]

    @property
    def whole(self) -> str:
        return self.event.text if isinstance(self.event, Said) else ""

    @property
    def by_voice(self) -> bool:
        return self.state.by_voice

    @property
    def profile(self) -> BusinessProfile:
        return self.context.profile

    @property
    def owner(self) -> bool:
        return self.state.person.role == "owner"

    def act(self, *names: str) -> bool:
        return any(name in self.heard.acts for name in names)

    def slot(self, name: str) -> Any:
        return self.heard.slots.get(name)

    @property
    def said_yes(self) -> bool:
        return self.slot("yes_no") == "yes" or (self.slot("yes_no") is None and self.heard.intent == "affirm")

    @property
    def said_no(self) -> bool:
        return self.slot("yes_no") == "no" or (self.slot("yes_no") is None and self.heard.intent == "deny")

    @property
    def intents(self) -> tuple[str, ...]:
        return (self.heard.intent, *self.heard.also)

    # -- the frame ---------------------------------------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        frame = self.state.frame
        if frame is None:
            raise LookupError("no request is open")
        return frame

    def set(self, **changes: object) -> Frame:
        """Change the active frame."""
        frame = self.frame.but(**changes)
        self.state = self.state.but(frames=(*self.state.frames[:-1], frame))
        return frame

    def push(self, frame: Frame) -> None:
        # A request that was started and left three times is not a stack worth keeping: the oldest is dropped.
        self.state = self.state.but(frames=(*self.state.frames, frame)[-3:])

    def pop(self) -> None:
        self.state = self.state.but(frames=self.state.frames[:-1])

    # -- speaking ----------------------------------------------------------------------------------------------------------------

    def say(self, what: Phrase | str, /, *, kind: str = "reply", interruptible: bool = True, fixed: bool = False, **values: object) -> None:
        """Add words to the reply; of a phrase the variant that was not just used."""
        text = self.words(what, fixed=fixed, **values) if isinstance(what, Phrase) else what
        if text:
            self.effects.append(Say(speak.capital(text), kind=kind, interruptible=interruptible))  # type: ignore[arg-type]

    def words(self, what: Phrase, /, *, fixed: bool = False, **values: object) -> str:
        """The variant of a phrase that fits the channel and was not just used."""
        variants = [variant.format(**values) for variant in what.variants(self.by_voice)]
        return choose(variants, self.state.turns, f"{self.state.last_reply} {self.spoken}", first=fixed)

    @property
    def spoken(self) -> str:
        return " ".join(effect.text for effect in self.effects if isinstance(effect, Say) and effect.kind != "cue")

    def do(self, effect: Effect) -> None:
        self.effects.append(effect)

    def wait(self, phase: Phase, what: Expecting, *, options: tuple[str, ...] = (), max_digits: int | None = None) -> None:
        """What is expected next, and where that leaves the conversation."""
        self.phase = phase
        self.expects = Expectation(what, options, max_digits)
        if self.state.frames:
            self.set(waiting=what)

    def ask(self, what: Phrase | str, waiting: Expecting, /, *, phase: Phase = Phase.COLLECTING, **values: Any) -> None:
        self.say(what, **values)
        self.wait(phase, waiting, max_digits={"pin": 8, "phone": 15}.get(waiting))

    def read_back(self, read: ReadBack, words: str, question: Phrase) -> None:
        """Say exactly what a yes would do, and wait for it."""
        self.set(read_back=read)
        if words:
            self.say(words)
        self.say(question)
        self.wait(Phase.CONFIRMING, "yes_no")

    # -- wording by channel ------------------------------------------------------------------------------------------------------

    def day(self, day: date, *, month: bool = False, relative: bool = False) -> str:
        if self.by_voice:
            return speak.spoken_day(day, self.context.today, month=month, relative=relative)
        return speak.written_day(day, self.context.today)

    def time(self, moment: datetime) -> str:
        if not self.by_voice:
            return speak.written_time(moment)
        return speak.spoken_time(moment, half_of_day=self._could_be_other_half(moment))

    def when(self, moment: datetime, *, month: bool = False, relative: bool = False) -> str:
        moment = moment.astimezone(self.context.zone)
        if self.by_voice:
            return f"{self.day(moment.date(), month=month, relative=relative)} at {self.time(moment)}"
        return f"{self.day(moment.date())}, {self.time(moment)}"

    def _could_be_other_half(self, moment: datetime) -> bool:
        """Is the same clock face also within opening hours of that weekday? Then morning or afternoon has to be said."""
        other = moment.time().replace(hour=(moment.hour + 12) % 24)
        return any(period.start <= other < period.end for period in self.profile.hours[moment.weekday()])

    def service_words(self, name: str) -> str:
        return speak.service_words(name) if self.by_voice else name

    def services(self) -> tuple[Service, ...]:
        return self.profile.services

    # -- holding -----------------------------------------------------------------------------------------------------------------

    def hold(self, service: str, at: datetime, moving: str | None = None) -> Generator[Command, Any, Appointment | None]:
        """Keep a time while the person decides; None when it is gone."""
        held: Appointment | Lost = yield Hold(service, at, moving)
        if not isinstance(held, Appointment):
            return None
        self.state = self.state.but(holding=True)
        self.set(chosen=held.starts_at, hold_id=held.id)
        return held

    def let_go(self) -> Flow:
        """Whatever this conversation holds is free again."""
        if self.state.holding:
            yield Release()
            self.state = self.state.but(holding=False, frames=tuple(frame.but(hold_id=None) for frame in self.state.frames))

    def used_up(self) -> None:
        """The hold has become a booking, or is gone."""
        self.state = self.state.but(holding=False)

    # -- remembering -------------------------------------------------------------------------------------------------------------

    def remember_booked(self, target: Target) -> None:
        others = tuple(item for item in self.state.booked_here if item.id != target.id)
        self.state = self.state.but(booked_here=(*others, target)[-5:])

    def note(self, did: str) -> None:
        self.did.append(did)

    def _vary(self) -> None:
        """The last resort against a reply that is word for word the one before: a lead that makes it a repetition on purpose."""
        if not _echoes(self.spoken, self.state.last_reply):
            return
        for index, effect in enumerate(self.effects):
            if isinstance(effect, Say):
                self.effects[index] = replace(effect, text=f"Once more: {effect.text}")
                return

    def close(self) -> tuple[DialogueState, tuple[Effect, ...]]:
        """The state and the effects of the finished turn; the last word is what is expected."""
        expects = self.expects or Expectation("open")
        self.effects = _without_echo(self.effects)
        self._vary()
        effects = (*self.effects, Expect(expects))
        state = replace(self.state, phase=self.phase, expecting=expects, last_reply=self.spoken or self.state.last_reply)
        return state, effects


def _echoes(one: str, other: str) -> bool:
    return bool(one) and plain(one) == plain(other)


def _without_echo(effects: list[Effect]) -> list[Effect]:
    """Within one reply no sentence is said twice."""
    seen: set[str] = set()
    result: list[Effect] = []
    for effect in effects:
        if isinstance(effect, Say):
            kept = [sentence for sentence in sentences(effect.text) if plain(sentence) not in seen or not plain(sentence)]
            seen.update(plain(sentence) for sentence in kept)
            if not kept:
                continue
            if len(kept) != len(sentences(effect.text)):
                effect = replace(effect, text=" ".join(kept))
        result.append(effect)
    return result
