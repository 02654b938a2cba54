"""The owner's tasks and reminders: add, list, tick off, delete. Behind the PIN."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from assistant.dialogue import commands as c
from assistant.dialogue.collectors import when
from assistant.dialogue.commands import Broken
from assistant.dialogue.skills.base import ABANDON, Skill, done
from assistant.dialogue.skills.upcoming import names_a_visit
from assistant.dialogue.skills.wishes import time_said
from assistant.dialogue.state import Frame, Later, Phase, ReadBack, Target, Wish
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import Phrase, phrase
from assistant.domain.ports import TaskItem
from assistant.language.content import says_when

WHAT = phrase("What shall I put down?", "What's the task?", text=("What's the task?", "What shall I put down?"))
REMIND_WHEN = phrase("When shall I remind you?", "For when?")
ADDED = phrase("Noted: {title}{due}.", "It's on the list: {title}{due}.")
REMINDING = phrase("I'll remind you {when}: {title}.", "Okay, {when} I'll remind you: {title}.")
NONE = phrase("Nothing on your list{period}.", "Your list is empty{period}.")
SOME = phrase("{count} on your list{period}. The first: {titles}.", text=("{count} on your list{period}: {titles}.",))
DONE = phrase("Ticked off: {title}.", "Done: {title}.")
DELETED = phrase("Deleted: {title}.", "{title} is off the list.")
WHICH = phrase("Which one, {titles}?", "Is it {titles}?")
NO_SUCH = phrase("I can't find that on your list.", "There's nothing like that on your list.")
SURE = phrase("Delete {title}, yes?", "Shall I delete {title}?")
_STRIP = re.compile(
    r"^(?:(?:hey|hi|please|okay|ok|and|also|um+|can you|could you|would you|i want you to|i need you to|i need to|i have to)[\s,]+)*"
    r"(?:add|put|create|make|set|note|write down|new|remind me|remember|don'?t forget|keep in mind|reminder|"
    r"delete|remove|cancel|mark|complete|finish|tick off|check off|"
    r"i(?:'ve| have)? (?:did|done|finished))?\s*"
    r"(?:a |an |the |my )?(?:new )?(?:task|todo|to-do|reminder|item|note)?\s*(?:to my list|on my list)?\s*"
    r"(?:to|that|about|for|:|called|named)?\s+",
    re.IGNORECASE,
)  # fmt: skip
_TAIL = re.compile(
    r"\s*(?:to|on|from|off) (?:my|the) (?:list|to-?do list|tasks?|todo)\b|\s+(?:as )?(?:done|complete|completed|finished)\W*$|[.!?]+$",
    re.IGNORECASE,
)


class Tasks(Skill):
    name = "tasks"
    intents = ("create_task", "complete_task", "list_tasks", "delete_task", "set_reminder")
    owner_only = True

    def wants(self, turn: Turn) -> bool:
        # "Give me a check-up tomorrow at ten" is no reminder, from anybody but the owner.
        return turn.heard.intent in self.intents and (turn.owner or not names_a_visit(turn))

    def begin(self, turn: Turn, request: Later) -> Flow:
        turn.push(Frame(self.name, text=request.intent))
        if request.intent == "list_tasks":
            yield from self._list(turn, request.wish if request.text != turn.text else time_said(turn))
        elif request.intent in ("complete_task", "delete_task"):
            yield from self._find(turn, request.title or title_of(turn, request.text))
        else:
            title = request.title or title_of(turn, request.text)
            turn.set(name=title or None, wish=when.merge(request.wish, time_said(turn)))
            yield from self._add(turn)

    def takes(self, turn: Turn) -> bool:
        frame = turn.frame
        if ABANDON.search(turn.text):
            return True
        if frame.waiting == "message":
            return bool(turn.text.strip())
        if frame.waiting in ("datetime", "choice"):
            return bool(turn.heard.times or turn.slot("choice") is not None or turn.text.strip())
        return frame.waiting == "yes_no" and (turn.said_yes or turn.said_no)

    def given(self, turn: Turn) -> Flow:
        frame = turn.frame
        if ABANDON.search(turn.text):
            yield from self.abandon(turn)
        elif frame.waiting == "message":
            turn.set(name=turn.text.strip(" ."), wish=when.merge(frame.wish, time_said(turn)))
            yield from self._add(turn)
        elif frame.waiting == "datetime":
            turn.set(wish=when.merge(frame.wish, time_said(turn)), asked=(*frame.asked, "when"))
            yield from self._add(turn)
        else:
            chosen = turn.slot("choice")
            if isinstance(chosen, int) and -len(frame.targets) <= chosen < len(frame.targets):
                yield from self._do(turn, frame.targets[chosen])
            else:
                yield from self._find(turn, turn.text)

    def _add(self, turn: Turn) -> Flow:
        frame = turn.frame
        if not frame.name:
            turn.ask(WHAT, "message")
            return
        at = _moment(turn, frame.wish)
        reminder = frame.text == "set_reminder"
        if reminder and at is None and "when" not in frame.asked:
            turn.ask(REMIND_WHEN, "datetime")
            return
        rule = next((value.recurrence for value in turn.heard.times if value.recurrence), None)
        item: TaskItem | Broken = yield c.AddTask(frame.name, at, at if reminder else None, rule)
        if isinstance(item, Broken):
            turn.say(item.say)
        elif reminder and at is not None:
            turn.note("reminder")
            turn.say(REMINDING, when=turn.when(at), title=frame.name)
        else:
            turn.note("task")
            turn.say(ADDED, title=frame.name, due=f", due {turn.when(at)}" if at else "")
        yield from done(turn)

    def _list(self, turn: Turn, wish: Wish) -> Flow:
        start = end = None
        period = ""
        if wish.day is not None:
            start, end = when.window(wish, datetime.combine(wish.day, time(), turn.context.zone), turn.context.zone, 400)
            period = " for then"
        items: tuple[TaskItem, ...] = yield c.ListTasks(start, end)
        turn.note("tasks")
        if not items:
            turn.say(NONE, period=period)
        else:
            shown = [item.title for item in items[: 2 if turn.by_voice else 5]]
            count = speak.capital(speak.number(len(items))) if turn.by_voice else str(len(items))
            titles = speak.joined(shown, "and") if turn.by_voice else " ".join(f"{n}) {title}" for n, title in enumerate(shown, 1))
            turn.say(SOME, count=count, period=period, titles=titles)
        yield from done(turn)

    def _find(self, turn: Turn, words: str) -> Flow:
        items: tuple[TaskItem, ...] = yield c.MatchTasks(words)
        found = [Target(item.id, item.title, item.due_at or turn.context.now) for item in items[:2]]
        if not found:
            turn.say(NO_SUCH)
            yield from done(turn)
        elif len(found) == 1 or "which" in turn.frame.asked:
            yield from self._do(turn, found[0])
        else:
            turn.set(targets=tuple(found), asked=(*turn.frame.asked, "which"))
            turn.ask(WHICH, "choice", titles=speak.joined([item.service for item in found]))

    def _do(self, turn: Turn, target: Target) -> Flow:
        if turn.frame.text == "delete_task":
            turn.set(target=target)
            turn.read_back(ReadBack("delete_task", subject=target.id), "", sure_of(target.service))
            return
        yield c.CompleteTask(target.id)
        turn.note("task_done")
        turn.say(DONE, title=target.service)
        yield from done(turn)

    def yes(self, turn: Turn) -> Flow:
        target, read = turn.frame.target, turn.frame.read_back
        if target is None or read is None or read.subject != target.id:
            yield from self.abandon(turn)
            return
        yield c.DeleteTask(target.id)
        turn.note("task_deleted")
        turn.say(DELETED, title=target.service)
        yield from done(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        frame = turn.frame
        if frame.waiting == "yes_no" and frame.target is not None:
            turn.say(sure_of(frame.target.service))
            turn.wait(Phase.CONFIRMING, "yes_no")
        elif frame.waiting == "datetime":
            turn.ask(REMIND_WHEN, "datetime")
        elif frame.waiting == "choice":
            turn.ask(WHICH, "choice", titles=speak.joined([item.service for item in frame.targets]))
        else:
            turn.ask(WHAT, "message")
        yield from ()


def sure_of(title: str) -> Phrase:
    safe = title.replace("{", "(").replace("}", ")")
    return phrase(*(variant.format(title=safe) for variant in SURE.voice))


def _moment(turn: Turn, wish: Wish) -> datetime | None:
    """When a task is due: nine in the morning of its day when no time was said."""
    settled = when.settle_by_hours(wish, turn.profile)
    if settled.day is None and settled.at is None:
        return None
    zone, now = turn.context.zone, turn.context.local
    at = settled.at or settled.after or time(9)
    moment = datetime.combine(settled.day or now.date(), at, zone)
    return moment + timedelta(days=1) if settled.day is None and moment <= now else moment


def title_of(turn: Turn, text: str) -> str:
    """The task in the sentence: without the order and without the time."""
    for value in sorted(filter(says_when, turn.heard.times), key=lambda item: -item.span[0]):
        text = text[: value.span[0]] + text[value.span[1] :]
    text = re.sub(r"\s+(?:on|at|by|for|in|every)?\s*$", "", re.sub(r"\s{2,}", " ", text).strip(" .,!?"))
    bare = _TAIL.sub("", _STRIP.sub("", text + " ", count=1)).strip(" ,.:")
    return bare if bare.lower() not in ("a task", "task", "reminder", "a reminder", "me", "") else ""
