"""The owner's day: appointments, messages, what comes next. Behind the PIN."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import when
from assistant.dialogue.skills.base import Skill, done
from assistant.dialogue.skills.wishes import time_said
from assistant.dialogue.state import Frame, Later, Wish
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.appointments import Appointment
from assistant.domain.ports import TakenMessage

NONE = phrase("Nothing is booked {day}.", "There's nothing in the book {day}.")
ONE = phrase("One appointment {day}: {first}.")
SOME = phrase("{count} appointments {day}, the first {first}.", text=("{count} {day}: {all}.",))
MESSAGES = phrase("{count} {messages}{urgent}.")
NO_MESSAGES = phrase("No new messages.", "There are no messages.")
READ_THEM = phrase("Shall I read them?", "Want to hear them?")
_ANY_MESSAGES = re.compile(
    r"\b(?:any|my|new|unread|read|how many|check|play|hear)\b[^.?!]{0,20}\b(?:messages?|voicemails?)\b", re.IGNORECASE
)
_MESSAGES = re.compile(r"\b(messages?|voicemails?|who called)\b", re.IGNORECASE)


class Agenda(Skill):
    name = "agenda"
    intents = ("query_calendar",)
    owner_only = True

    def wants(self, turn: Turn) -> bool:
        if not turn.owner:
            return False
        if turn.heard.intent in self.intents:
            return True
        if _ANY_MESSAGES.search(turn.text):
            return True
        return bool(_MESSAGES.search(turn.text)) and turn.heard.intent in ("general_question", "out_of_scope", "list_tasks", "repeat")

    def begin(self, turn: Turn, request: Later) -> Flow:
        turn.push(Frame(self.name))
        if _MESSAGES.search(request.text) and not re.search(
            r"\b(appointment|calendar|agenda|today|tomorrow)\b", request.text, re.IGNORECASE
        ):
            yield from self._messages(turn, alone=True)
            return
        start, end, words = _stretch(turn, request.wish if request.text != turn.text else time_said(turn))
        items: tuple[Appointment, ...] = yield c.Agenda(start, end)
        turn.note("agenda")
        if not items:
            turn.say(NONE, day=words)
        else:
            first = f"{'at ' if turn.by_voice else ''}{turn.time(items[0].starts_at.astimezone(turn.context.zone))}"
            each = [_line(turn, item, start) for item in items]
            if len(items) == 1:
                turn.say(
                    ONE, day=words, first=f"{first}, {turn.service_words(items[0].service)}{', ' + items[0].name if items[0].name else ''}"
                )
            else:
                count = speak.capital(speak.number(len(items))) if turn.by_voice else str(len(items))
                turn.say(SOME, count=count, day=words, first=first, all="; ".join(each[:8]))
        yield from self._messages(turn, alone=False)

    def _messages(self, turn: Turn, *, alone: bool) -> Flow:
        items: tuple[TakenMessage, ...] = yield c.UnreadMessages()
        if not items:
            if alone:
                turn.say(NO_MESSAGES)
            yield from done(turn)
            return
        urgent = sum(item.urgent for item in items)
        count = speak.number(len(items)) if turn.by_voice else str(len(items))
        turn.say(
            MESSAGES, count=speak.capital(count), messages="message" if len(items) == 1 else "messages",
            urgent=f", {speak.number(urgent) if turn.by_voice else urgent} urgent" if urgent else "",
        )  # fmt: skip
        turn.ask(READ_THEM, "yes_no")

    def takes(self, turn: Turn) -> bool:
        return turn.said_yes or turn.said_no

    def given(self, turn: Turn) -> Flow:
        if not turn.said_yes:
            yield from done(turn)
            return
        items: tuple[TakenMessage, ...] = yield c.UnreadMessages()
        batch = sorted(items, key=lambda item: (not item.urgent, item.at))[: 2 if turn.by_voice else 5]
        for item in batch:
            turn.say(f"From {item.name or 'somebody without a name'}: {item.body.rstrip('.')}.")
        if batch:
            yield c.MarkRead(tuple(item.id for item in batch))
        turn.note("messages_read")
        if len(items) > len(batch):
            turn.ask("And there are more. Shall I go on?", "yes_no")
            return
        yield from done(turn)

    def no(self, turn: Turn) -> Flow:
        yield from done(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        turn.ask(READ_THEM, "yes_no")
        yield from ()


def _line(turn: Turn, item: Appointment, start: datetime) -> str:
    local = item.starts_at.astimezone(turn.context.zone)
    return f"{turn.time(local)} {item.service}{' ' + item.name if item.name else ''}"


def _stretch(turn: Turn, wish: Wish) -> tuple[datetime, datetime, str]:
    """The time asked about, today when none was said, and words for it."""
    context = turn.context
    if wish.day is None:
        start = datetime.combine(context.today, time(), context.zone)
        return start, start + timedelta(days=1), "today"
    first = datetime.combine(wish.day, wish.after or time(), context.zone)
    _, end = when.window(wish, first, context.zone, 400)
    if wish.until is not None:
        return first, end, "in that time"
    if wish.day == context.today:
        return first, end, "today"
    if wish.day == context.today + timedelta(days=1):
        return first, end, "tomorrow"
    return first, end, f"on {turn.day(wish.day)}"
