"""Carries out a step's commands through the ports and hands their results back as values. The only part of the dialogue with I/O."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.dialogue import commands as c
from assistant.dialogue.skills.questions import said_lately
from assistant.dialogue.state import DialogueState, Person
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import plain
from assistant.domain.appointments import Calendar, Source
from assistant.domain.clock import Clock
from assistant.domain.effects import Effect, Expect, Say
from assistant.domain.errors import AssistantError, Conflict, NotAllowed, NotFound, SlotTaken
from assistant.domain.llm import ModeName
from assistant.domain.ports import (
    Answer,
    Answerer,
    CodeGate,
    EffectSink,
    MessageBook,
    Messenger,
    OwnerGate,
    PersonalMemory,
    PictureReader,
    TaskList,
)  # fmt: skip
from assistant.storage.contacts import Contacts
from assistant.storage.database import Database

#: by voice an answer is a step shorter than the setting says, until more is asked for
FOR_THE_EAR: dict[ModeName, ModeName] = {"fast": "fast", "balanced": "fast", "detailed": "balanced"}
NO_MEMORY = "I can't remember things for anyone here, sorry."
_SOURCES: dict[str, Source] = {"call": "call", "sms": "sms", "web": "web"}


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything the conversation can act on."""

    db: Database
    contacts: Contacts
    calendar: Calendar
    answers: Answerer | None
    tasks: TaskList | None
    messenger: Messenger | None
    messages: MessageBook | None
    pictures: PictureReader | None
    owner_gate: OwnerGate | None
    clock: Clock
    memory: PersonalMemory | None = None
    codes: CodeGate | None = None
    #: how long and how deep answers are where nothing else was asked for; a step shorter on a call
    mode: ModeName = "balanced"


class Executor:
    """One turn's hands. What was said before a slow command reaches the channel first, and an answer as its sentences stand."""

    def __init__(self, ports: Ports, state: DialogueState, sink: EffectSink | None, hushed: asyncio.Event | None = None) -> None:
        self._ports = ports
        self._state = state
        self._person: Person = state.person
        self._sink = sink
        self._hushed = hushed or asyncio.Event()  # set: the person speaks, nobody waits for an answer any more
        self._emitted = 0
        self._streamed = ""
        self._code_given = False  # in this very turn

    async def run(self, command: c.Command, said: tuple[Effect, ...]) -> Any:
        if isinstance(command, c.AnswerQuestion | c.ReadPictures):
            self._emit(said)
        handler: Callable[[Any], Awaitable[Any]] = getattr(self, "_" + _snake(type(command).__name__))
        try:
            return await handler(command)
        except SlotTaken:
            return c.Lost("slot_taken")
        except (Conflict, NotFound) as gone:
            return c.Lost(gone.code)
        except AssistantError as error:
            if isinstance(command, c.AnswerQuestion | c.ReadPictures | c.UnreadMessages):
                return None if not isinstance(command, c.UnreadMessages) else ()
            if isinstance(command, c.Hold | c.Confirm | c.Series | c.Move | c.Cancel | c.ChangeService):
                return c.Lost(error.code)
            return c.Broken(error.code, error.say)

    # -- words -------------------------------------------------------------------------------------------------------------------

    def _emit(self, effects: Sequence[Effect]) -> None:
        for effect in effects[self._emitted :]:
            self._send(effect)
        self._emitted = max(self._emitted, len(effects))

    def _send(self, effect: Effect) -> None:
        if self._sink is not None:
            self._sink(effect)

    def emit_rest(self, effects: Sequence[Effect]) -> None:
        """What has not reached the channel yet; of a streamed answer only what is new."""
        for effect in effects[self._emitted :]:
            if isinstance(effect, Say) and self._streamed:
                rest = _without(effect.text, self._streamed)
                self._streamed = ""
                if rest is not None:
                    if rest:
                        self._send(Say(rest, effect.kind, effect.interruptible))
                    continue
            self._send(effect)
        self._emitted = len(effects)

    # -- calendar ----------------------------------------------------------------------------------------------------------------

    async def _find_slots(self, command: c.FindSlots) -> Any:
        return await self._ports.calendar.find(
            command.service, start=command.start, end=command.end, near=command.near, count=command.count, moving=command.moving,
            unwanted=command.unwanted,
        )  # fmt: skip

    async def _check_time(self, command: c.CheckTime) -> Any:
        return await self._ports.calendar.check(command.service, command.at, moving=command.moving)

    async def _day_hours(self, command: c.DayHours) -> Any:
        return await self._ports.calendar.day_hours(command.day)

    async def _hold(self, command: c.Hold) -> Any:
        return await self._ports.calendar.hold(
            command.service, command.at, contact_id=self._person.contact_id, conversation_id=self._state.conversation,
            source=_SOURCES[self._state.channel], moving=command.moving,
        )  # fmt: skip

    async def _release(self, command: c.Release) -> None:
        await self._ports.calendar.release(self._state.conversation)

    async def _confirm(self, command: c.Confirm) -> Any:
        contact_id = await self._ports.db.run(self._contact_for, command.phone, command.name, command.for_other)
        return await self._ports.calendar.confirm(
            command.hold_id, contact_id=contact_id, name=command.name, notes=command.notes, text_consent=command.texts,
            recurrence=command.recurrence,
        )  # fmt: skip

    def _contact_for(self, phone: str | None, name: str | None, for_other: bool) -> str:
        """The contact a booking belongs to: the caller's own, the number they gave, or a nameless one."""
        with self._ports.db.write() as session:
            contact_id = self._person.contact_id
            if contact_id is None or self._person.role == "owner":  # the owner books for others
                record = self._ports.contacts.for_phone(session, phone) if phone else self._ports.contacts.nameless(session)
                contact_id = record.id
            known = self._ports.contacts.get(session, contact_id)
            if name and not for_other and known is not None and known.name is None and self._person.role == "caller":
                self._ports.contacts.set_name(session, contact_id, name)
            return contact_id

    async def _series(self, command: c.Series) -> Any:
        return await self._ports.calendar.series(command.appointment_id)

    async def _move(self, command: c.Move) -> Any:
        return await self._ports.calendar.move(command.appointment_id, command.at, actor=self._actor(), version=command.version)

    async def _change_service(self, command: c.ChangeService) -> Any:
        return await self._ports.calendar.change_service(command.appointment_id, command.service, actor=self._actor())

    async def _cancel(self, command: c.Cancel) -> Any:
        return await self._ports.calendar.cancel(command.appointment_id, actor=self._actor(), version=command.version)

    def _actor(self) -> Any:
        return "owner" if self._person.role == "owner" and self._person.proven else "caller"

    async def _upcoming(self, command: c.Upcoming) -> Any:
        if self._person.contact_id is None:
            return ()
        return await self._ports.calendar.upcoming(self._person.contact_id)

    async def _visits(self, command: c.Visits) -> Any:
        if self._person.contact_id is None:
            return ()
        return await self._ports.calendar.visits(self._person.contact_id)

    async def _prove(self, command: c.Prove) -> Any:
        return await self._ports.calendar.prove(command.name, command.at)

    # -- the owner's -------------------------------------------------------------------------------------------------------------

    def _owner(self) -> None:
        if self._person.role != "owner":
            raise NotAllowed("only the owner")

    async def _agenda(self, command: c.Agenda) -> Any:
        self._owner()
        return await self._ports.calendar.agenda(command.start, command.end)

    async def _block(self, command: c.Block) -> Any:
        self._owner()
        return await self._ports.calendar.block(command.start, command.end, reason=command.reason)

    async def _unblock(self, command: c.Unblock) -> Any:
        self._owner()
        return await self._ports.calendar.unblock(command.start, command.end)

    async def _check_pin(self, command: c.CheckPin) -> Any:
        if self._ports.owner_gate is None:
            return "unset"
        return await self._ports.owner_gate.check_pin(command.pin, subject=self._person.phone or self._state.conversation)

    async def _unread_messages(self, command: c.UnreadMessages) -> Any:
        self._owner()
        return tuple(await self._ports.messages.unread()) if self._ports.messages else ()

    async def _mark_read(self, command: c.MarkRead) -> None:
        self._owner()
        if self._ports.messages:
            await self._ports.messages.mark_read(command.ids)

    def _tasks(self) -> TaskList | c.Broken:
        self._owner()
        return self._ports.tasks or c.Broken("no_tasks", "I can't keep a list here, sorry.")

    async def _add_task(self, command: c.AddTask) -> Any:
        tasks = self._tasks()
        if isinstance(tasks, c.Broken):
            return tasks
        more = {"recurrence": command.recurrence} if command.recurrence else {}
        return await tasks.add(command.title, due_at=command.due_at, remind_at=command.remind_at, **more)

    async def _list_tasks(self, command: c.ListTasks) -> Any:
        tasks = self._tasks()
        return () if isinstance(tasks, c.Broken) else tuple(await tasks.pending(start=command.start, end=command.end))

    async def _match_tasks(self, command: c.MatchTasks) -> Any:
        tasks = self._tasks()
        return () if isinstance(tasks, c.Broken) else tuple(await tasks.match(command.words))

    async def _complete_task(self, command: c.CompleteTask) -> Any:
        tasks = self._tasks()
        return tasks if isinstance(tasks, c.Broken) else await tasks.complete(command.task_id)

    async def _delete_task(self, command: c.DeleteTask) -> Any:
        tasks = self._tasks()
        return tasks if isinstance(tasks, c.Broken) else await tasks.delete(command.task_id)

    # -- words in and out --------------------------------------------------------------------------------------------------------

    async def _answer_question(self, command: c.AnswerQuestion) -> Answer | None:
        if self._ports.answers is None:
            return None

        known = said_lately(self._state) if command.mode == "detailed" else frozenset()

        def heard(sentence: str) -> None:
            if plain(sentence) in known or self._hushed.is_set():
                return  # more detail is what has not been said yet; and who speaks listens to nothing more
            self._streamed = f"{self._streamed} {sentence}".strip()
            self._send(Say(sentence))

        by_voice = self._state.channel == "call"
        usual = FOR_THE_EAR[self._ports.mode] if by_voice else self._ports.mode
        answer = self._ports.answers.answer(
            command.question, now=self._ports.clock.now(), mode=command.mode or usual, history=self._history(),
            on_sentence=heard if self._sink else None, channel=self._state.channel, about=await self._about(),
        )  # fmt: skip
        return await (self._aloud(answer) if by_voice and self._sink else answer)

    async def _aloud(self, answer: Coroutine[Any, Any, Answer]) -> Answer:
        """A caller who speaks while an answer is thought out has dropped it. (That we are still looking is for the call to say.)"""
        thinking = asyncio.ensure_future(answer)
        speaks = asyncio.ensure_future(self._hushed.wait())
        try:
            await asyncio.wait({thinking, speaks}, return_when=asyncio.FIRST_COMPLETED)
            return thinking.result() if thinking.done() else Answer(self._streamed, known=True, dropped=True)
        finally:
            thinking.cancel()
            speaks.cancel()

    def _history(self) -> tuple[tuple[str, str], ...]:
        """What was said, with what is no longer kept word for word in front of it."""
        summary = self._state.summary
        return ((("system", f"Earlier: {summary}"),) if summary else ()) + self._state.history

    # -- memory ------------------------------------------------------------------------------------------------------------------

    @property
    def _proven(self) -> bool:
        """Have they shown that they are who they say: by a code texted to their number, or the owner by PIN or key?"""
        return self._state.proof.given or (self._person.role == "owner" and self._person.proven)

    async def _about(self) -> tuple[str, ...]:
        """What this person agreed to have remembered, from our side; nothing for somebody who only shows a number."""
        if self._ports.memory is None or self._person.contact_id is None or not self._proven:
            return ()
        return tuple(speak.turned(fact.text) for fact in await self._ports.memory.of(self._person.contact_id, proven=True))

    async def _send_code(self, command: c.SendCode) -> Any:
        if self._ports.codes is None or self._person.contact_id is None:
            return "unreachable"
        return await self._ports.codes.send(
            contact_id=self._person.contact_id, conversation_id=self._state.conversation, nonce=command.nonce
        )

    async def _check_code(self, command: c.CheckCode) -> Any:
        if self._ports.codes is None or self._person.contact_id is None:
            return "expired"
        checked = await self._ports.codes.check(
            command.code, contact_id=self._person.contact_id, conversation_id=self._state.conversation, nonce=command.nonce,
            sent_at=command.sent_at,
        )  # fmt: skip
        self._code_given = checked == "ok"
        return checked

    async def _remember_fact(self, command: c.RememberFact) -> Any:
        if self._ports.memory is None or self._person.contact_id is None:
            return c.Broken("no_memory", NO_MEMORY)
        return await self._ports.memory.remember(
            self._person.contact_id, command.text, asked=command.asked, answered=command.answered, source=self._state.channel
        )

    async def _recall_facts(self, command: c.RecallFacts) -> Any:
        if self._ports.memory is None or self._person.contact_id is None:
            return c.Broken("no_memory", NO_MEMORY)
        return tuple(await self._ports.memory.of(self._person.contact_id, proven=self._proven or self._code_given))

    async def _forget_facts(self, command: c.ForgetFacts) -> Any:
        """Everything only after proof; the one that was agreed on a moment ago in this very conversation without."""
        if self._ports.memory is None or self._person.contact_id is None:
            return c.Broken("no_memory", NO_MEMORY)
        mine = command.fact_id is not None and command.fact_id == self._state.fact_id
        if not (mine or self._proven or self._code_given):
            raise NotAllowed("forgetting needs proof of who asks", code="not_proven")
        return await self._ports.memory.forget(self._person.contact_id, command.fact_id, source=self._state.channel)

    async def _read_pictures(self, command: c.ReadPictures) -> Any:
        if self._ports.pictures is None:
            return None
        return await self._ports.pictures.describe(command.pictures, command.question)

    async def _take_message(self, command: c.TakeMessage) -> Any:
        if self._ports.messages is None:
            return c.Broken("no_messages", "I can't take a message here, sorry.")
        name = command.name
        phone = command.phone if command.phone != self._person.phone else None
        body = command.body if not phone or speak.says_number(command.body, phone) else f"{command.body} ({phone})"
        if command.email and command.email not in body:
            body = f"{body} ({command.email})"
        taken = await self._ports.messages.take(
            contact_id=self._person.contact_id, conversation_id=self._state.conversation, name=name, body=body, urgent=command.urgent
        )
        if self._ports.messenger is not None:
            who = name or self._person.phone or phone or command.email or "Somebody"
            mark = "URGENT. " if command.urgent else ""
            await self._ports.messenger.tell_owner(f"{mark}{who}: {body}", key=f"message:{taken}", urgent=command.urgent)
        return taken

    async def _tell_owner(self, command: c.TellOwner) -> None:
        if self._ports.messenger is not None:
            await self._ports.messenger.tell_owner(command.body, key=command.key, urgent=command.urgent)

    async def _send_text(self, command: c.SendText) -> bool:
        if self._ports.messenger is None:
            return False
        contact_id = self._person.contact_id
        if contact_id is None and command.phone:
            contact_id = await self._ports.db.run(self._contact_for, command.phone, None, True)
        if contact_id is None:
            return False
        await self._ports.messenger.send(
            contact_id=contact_id, body=command.body, purpose=command.purpose, key=command.key,  # type: ignore[arg-type]
            appointment_id=command.appointment_id, conversation_id=self._state.conversation,
        )  # fmt: skip
        return True


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name).lstrip("_")


def _without(text: str, streamed: str) -> str | None:
    """What of `text` was not streamed; None when they have nothing in common."""
    if text.lower().startswith(streamed.lower()):
        return text[len(streamed) :].strip()
    return None


__all__ = ["Executor", "Expect", "Ports"]
