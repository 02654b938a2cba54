"""Stand-ins for what the conversation acts on: texts, messages, tasks, answers, the owner's gate. They remember what was done."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from assistant.domain.business import BusinessProfile
from assistant.domain.clock import Clock
from assistant.domain.ports import Answer, TakenMessage, TaskItem


@dataclass
class NLUSettings:
    models_dir: Path = Path(__file__).parent.parent.parent / ".models"


@dataclass
class MemoryTexts:
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)

    async def send(self, *, contact_id: str, body: str, purpose: str, key: str, **more: Any) -> str:
        self.sent.setdefault(key, {"contact_id": contact_id, "body": body, "purpose": purpose, **more})
        return key

    async def tell_owner(self, body: str, *, key: str, urgent: bool = False) -> None:
        self.owner.setdefault(key, body)

    @property
    def bodies(self) -> list[str]:
        return [item["body"] for item in self.sent.values()]


class MemoryMessages:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.taken: list[TakenMessage] = []
        self.read: set[str] = set()

    async def take(self, *, contact_id: str | None, conversation_id: str, name: str | None, body: str, urgent: bool) -> str:
        self.taken.append(TakenMessage(f"msg_{len(self.taken)}", body, name, None, urgent, self._clock.now()))
        return self.taken[-1].id

    async def unread(self) -> Sequence[TakenMessage]:
        return [item for item in self.taken if item.id not in self.read]

    async def mark_read(self, message_ids: Sequence[str]) -> None:
        self.read.update(message_ids)


class MemoryTasks:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.items: dict[str, TaskItem] = {}

    async def add(self, title: str, *, due_at: datetime | None = None, remind_at: datetime | None = None, **more: Any) -> TaskItem:
        item = TaskItem(f"tsk_{len(self.items)}", title, "pending", due_at, remind_at, recurrence=more.get("recurrence"))
        self.items[item.id] = item
        return item

    async def pending(self, *, start: datetime | None = None, end: datetime | None = None) -> Sequence[TaskItem]:
        return [
            item for item in self.items.values()
            if item.status == "pending" and (start is None or (item.due_at is not None and start <= item.due_at and (end is None or item.due_at < end)))
        ]  # fmt: skip

    async def match(self, words: str) -> Sequence[TaskItem]:
        said = set(re.findall(r"\w+", words.lower()))
        scored = [(len(said & set(re.findall(r"\w+", item.title.lower()))), item) for item in await self.pending()]
        return [item for score, item in sorted(scored, key=lambda pair: -pair[0]) if score]

    async def complete(self, task_id: str) -> TaskItem:
        self.items[task_id] = replace(self.items[task_id], status="done")
        return self.items[task_id]

    async def delete(self, task_id: str) -> None:
        self.items[task_id] = replace(self.items[task_id], status="deleted")


class FaqAnswers:
    """Answers by words in common with the business's own questions; knows the hours and the prices."""

    def __init__(self, profile: BusinessProfile) -> None:
        self._profile = profile

    async def answer(
        self, question: str, *, now: datetime, mode: str = "balanced", history: Sequence[tuple[str, str]] = (),
        on_sentence: Callable[[str], None] | None = None, channel: str = "call", about: Sequence[str] = (),
    ) -> Answer:  # fmt: skip
        said = set(re.findall(r"\w{4,}", question.lower()))
        for item in self._profile.faq:
            if said & (set(re.findall(r"\w{4,}", item.question.lower())) - {"there", "which", "what", "your", "have", "take", "does"}):
                return self._said(item.answer, on_sentence)
        for service in self._profile.services:
            if {"much", "cost", "price", "costs"} & said and service.price and service.name.lower() in question.lower():
                return self._said(f"A {service.name.lower()} is {service.price}.", on_sentence)
        if {"saturday", "saturdays"} & said:
            return self._said("We're closed on Saturdays.", on_sentence)
        if {"open", "hours", "close"} & said:
            return self._said("We're open Monday to Friday from nine.", on_sentence)
        return Answer("", False)

    def _said(self, text: str, on_sentence: Callable[[str], None] | None) -> Answer:
        if on_sentence is not None:
            on_sentence(text)
        return Answer(text, True)


@dataclass
class Gate:
    pin: str | None = None
    wrong: int = 0

    async def check_pin(self, pin: str, *, subject: str) -> Literal["ok", "wrong", "locked", "unset"]:
        if self.pin is None:
            return "unset"
        if self.wrong >= 5:
            return "locked"
        if pin == self.pin:
            return "ok"
        self.wrong += 1
        return "locked" if self.wrong >= 5 else "wrong"


@dataclass
class Sink:
    events: list[tuple[str, str | None, Mapping[str, Any]]] = field(default_factory=list)

    def publish(self, type: str, conversation: str | None, data: Mapping[str, Any]) -> None:
        self.events.append((type, conversation, dict(data)))
