"""The owner says "delete everything": the tasks, or what was to be remembered? Asked, since both are gone for good."""

from __future__ import annotations

import re

from assistant.dialogue import commands as c
from assistant.dialogue.commands import Broken
from assistant.dialogue.skills.base import ABANDON, Skill, done
from assistant.dialogue.skills.remember import Remember, everything
from assistant.dialogue.state import Frame, Later, Phase, ReadBack, Target
from assistant.dialogue.turn import Flow, Turn
from assistant.dialogue.wording import speak
from assistant.dialogue.wording.phrases import phrase
from assistant.domain.ports import TaskItem

WHICH = phrase(
    "All your tasks, or everything you asked me to remember?", "Which do you mean: the task list, or what I was asked to remember?"
)
NO_TASKS = phrase("Your list is empty.", "There's nothing on your list.")
ALL_OF_THEM = phrase("That's {count}: {titles}.", text=("{count}: {titles}.",))
SHALL_I = phrase("Shall I delete them all?", "Delete all of them, yes?")
GONE = phrase("Your list is empty now.", "Done, the list is empty.")
KEPT = phrase("Okay, everything stays.", "All right, nothing is deleted.")
_TASKS = re.compile(r"\b(?:tasks?|list|to-?dos?|reminders?|first)\b", re.IGNORECASE)
_MEMORY = re.compile(r"\b(?:remember\w*|memor\w+|about me|know\w*|second|data|facts?)\b", re.IGNORECASE)
#: more than these are counted
_MOST_NAMED = 3


class Everything(Skill):
    name = "everything"
    owner_only = True

    def wants(self, turn: Turn) -> bool:
        return turn.owner and everything(turn.text)

    def begin(self, turn: Turn, request: Later) -> Flow:
        turn.push(Frame(self.name))
        turn.ask(WHICH, "choice")
        yield from ()

    def takes(self, turn: Turn) -> bool:
        if turn.frame.waiting == "yes_no":
            return turn.said_yes or turn.said_no
        said = _TASKS.search(turn.text) or _MEMORY.search(turn.text) or ABANDON.search(turn.text)
        return bool(said) or turn.slot("choice") in (0, 1) or turn.said_no

    def kin(self, turn: Turn, other: Skill) -> bool:
        return other.name in ("tasks", "remember", "privacy", self.name)

    def differs(self, turn: Turn) -> bool:
        return bool(ABANDON.search(turn.text))

    def given(self, turn: Turn) -> Flow:
        if turn.slot("choice") == 1 or _MEMORY.search(turn.text):
            turn.pop()
            yield from Remember().forget_all(turn)
        elif turn.slot("choice") == 0 or _TASKS.search(turn.text):
            yield from self._tasks(turn)
        else:
            yield from self.no(turn)

    def _tasks(self, turn: Turn) -> Flow:
        items: tuple[TaskItem, ...] = yield c.ListTasks()
        if not items:
            turn.say(NO_TASKS)
            yield from done(turn)
            return
        number = speak.number(len(items)) if turn.by_voice else str(len(items))
        titles = [item.title for item in items[:_MOST_NAMED]]
        more = [f"{len(items) - _MOST_NAMED} more"] if len(items) > _MOST_NAMED else []
        turn.set(targets=tuple(Target(item.id, item.title, item.due_at or turn.context.now) for item in items))
        words = turn.words(ALL_OF_THEM, count=number, titles=speak.joined([*titles, *more], "and"))
        turn.read_back(ReadBack("delete_tasks", subject=",".join(item.id for item in items)), words, SHALL_I)

    def yes(self, turn: Turn) -> Flow:
        for target in turn.frame.targets:
            result: Broken | None = yield c.DeleteTask(target.id)
            if isinstance(result, Broken):
                turn.say(result.say)
                yield from done(turn)
                return
        turn.note("task_deleted")
        turn.say(GONE)
        yield from done(turn)

    def no(self, turn: Turn) -> Flow:
        turn.say(KEPT)
        yield from done(turn)

    def abandon(self, turn: Turn) -> Flow:
        yield from self.no(turn)

    def ask_again(self, turn: Turn, how: int) -> Flow:
        if turn.frame.waiting == "yes_no":
            turn.say(SHALL_I)
            turn.wait(Phase.CONFIRMING, "yes_no")
        else:
            turn.ask(WHICH, "choice")
        yield from ()
