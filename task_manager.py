"""Tasks, reminders and progress: the owner's list, with its exchange with Taskwarrior."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from assistant.domain.clock import Clock
from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.domain.ports import EventSink, ProfileSource, TaskItem
from assistant.scheduling import taskwarrior
from assistant.scheduling.recurrence import occurrences
from assistant.storage.database import Database
from assistant.storage.paging import Page, decode_cursor, encode_cursor
from assistant.storage.reminders import ReminderRows
from assistant.storage.tables import Task
from assistant.storage.tasks import TaskRows
from assistant.storage.vault import Vault

T = TypeVar("T")

OPEN = ("pending", "waiting")
STATUSES = ("pending", "waiting", "done", "deleted")
#: Fields that `add` and `patch` take besides the title.
_FIELDS = frozenset({"due_at", "remind_at", "priority", "project", "tags", "progress", "notes", "recurrence", "status"})
_MAX_TITLE = 500
_MATCH_AT_LEAST = 62.0
_SMALL_WORDS = frozenset(
    {
        "a", "an", "and", "at", "by", "for", "from", "in", "of", "off", "on", "one", "task", "that", "the", "thing", "this", "to", "up",
        "with", "my", "me", "i", "reminder", "about",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaskImport:
    added: int
    updated: int
    problems: tuple[str, ...] = ()


class TaskManager:
    """Implements `assistant.domain.ports.TaskList`, and what the REST interface needs besides. Times come back in the business's zone."""

    def __init__(self, db: Database, vault: Vault, profile: ProfileSource, clock: Clock, *, events: EventSink | None = None) -> None:
        self._db = db
        self._profile = profile
        self._clock = clock
        self._events = events
        self._rows = TaskRows(vault, clock)
        self._reminders = ReminderRows(clock)

    # -- the list ----------------------------------------------------------------------------------------------------------------

    async def add(self, title: str, *, due_at: datetime | None = None, remind_at: datetime | None = None, **more: Any) -> TaskItem:
        """A new task; `more` may set priority, project, tags, progress, notes, recurrence (an RRULE), status and contact_id."""
        contact_id = more.pop("contact_id", None)
        fields = self._checked({"due_at": due_at, "remind_at": remind_at, **more})
        words = self._title(title)

        def work(session: Session) -> TaskItem:
            row = self._rows.new(session, words, contact_id=contact_id, **fields)
            self._remind(session, row)
            return self._record(session, row)

        item = await self._write(work)
        self._tell("task.created", item)
        return item

    async def get(self, task_id: str) -> TaskItem:
        return await self._read(lambda session: self._record(session, self._get(session, task_id)))

    async def notes(self, task_id: str) -> str | None:
        return await self._read(lambda session: self._rows.notes(session, self._get(session, task_id)))

    async def pending(self, *, start: datetime | None = None, end: datetime | None = None) -> Sequence[TaskItem]:
        """What is still to do, the soonest first. With bounds, what falls due (or reminds) in [start, end)."""

        def inside(item: TaskItem) -> bool:
            if start is None and end is None:
                return True
            at = item.due_at or item.remind_at
            return at is not None and (start is None or at >= start) and (end is None or at < end)

        def work(session: Session) -> Sequence[TaskItem]:
            items = [self._record(session, row) for row in self._rows.of_status(session, OPEN)]
            far = datetime.max.replace(tzinfo=UTC)
            return sorted(filter(inside, items), key=lambda i: (i.due_at or i.remind_at or far, "HML".find(i.priority or "L")))

        return await self._read(work)

    async def list(self, *, statuses: Sequence[str] = (), limit: int = 50, cursor: str | None = None) -> Page[TaskItem]:
        """All tasks by age; without `statuses` everything but the deleted."""
        if set(statuses) - set(STATUSES):
            raise InvalidInput("unknown status", code="unknown_status")
        limit = max(1, min(limit, 200))
        after = decode_cursor(cursor)
        wanted = tuple(statuses) or ("pending", "waiting", "done")

        def work(session: Session) -> Page[TaskItem]:
            rows = self._rows.page(session, statuses=wanted, limit=limit + 1, after=after)
            following = encode_cursor(rows[limit - 1].created_at, rows[limit - 1].id) if len(rows) > limit else None
            return Page(tuple(self._record(session, row) for row in rows[:limit]), following)

        return await self._read(work)

    async def match(self, words: str) -> Sequence[TaskItem]:
        """Pending tasks whose title fits what was said, best first; what fits far worse than the best is left out."""
        said = _content(words)
        if not said:
            return ()
        scored = [(score, item) for item in await self.pending() if (score := _fit(said, _content(item.title))) >= _MATCH_AT_LEAST]
        best = max((score for score, _ in scored), default=0.0)
        return tuple(item for score, item in sorted(scored, key=lambda pair: -pair[0]) if score >= best - 15)

    async def complete(self, task_id: str) -> TaskItem:
        """Done; a recurring task comes back with its next date. Completing twice is once."""

        def work(session: Session) -> TaskItem:
            row = self._get(session, task_id)
            if row.status == "deleted":
                raise Conflict("the task was deleted", code="deleted")
            if row.status != "done":
                self._finish(session, row)
            return self._record(session, row)

        item = await self._write(work)
        self._tell("task.done", item)
        return item

    async def patch(self, task_id: str, changes: Mapping[str, Any], *, version: int | None = None) -> TaskItem:
        """Change fields together or not at all; with `version`, only if it is still the current one."""
        title = self._title(changes["title"]) if "title" in changes else None
        fields = self._checked({key: value for key, value in changes.items() if key != "title"})

        def work(session: Session) -> TaskItem:
            row = self._get(session, task_id)
            if version is not None and version != row.version:
                raise Conflict(f"version {version} is not the current one", code="version_conflict")
            status = fields.pop("status", row.status)
            self._rows.change(session, row, {**fields, **({"title": title} if title else {})})
            row.version += 1
            if status == "done" and row.status != "done":
                self._finish(session, row)
            elif status != row.status:
                row.status, row.done_at = status, None
            self._remind(session, row)
            return self._record(session, row)

        item = await self._write(work)
        self._tell("task.changed", item)
        return item

    async def progress(self, task_id: str, percent: int) -> TaskItem:
        return await self.patch(task_id, {"progress": percent})

    async def delete(self, task_id: str) -> None:
        """Off the list, with its reminder; deleting twice is once."""

        def work(session: Session) -> TaskItem:
            row = self._get(session, task_id)
            if row.status != "deleted":
                row.status, row.version, row.updated_at = "deleted", row.version + 1, self._clock.now()
                self._remind(session, row)
            return self._record(session, row)

        self._tell("task.deleted", await self._write(work))

    async def reminded(self, task_id: str) -> TaskItem:
        """The reminder went out; a recurring one without a due date is set for its next time."""

        def work(session: Session) -> TaskItem:
            row = self._get(session, task_id)
            if row.recurrence and row.due_at is None and row.remind_at is not None and row.status in OPEN:
                row.remind_at = self._next(row.recurrence, row.remind_at)
                row.version += 1
                self._remind(session, row)
            return self._record(session, row)

        return await self._write(work)

    # -- exchange ----------------------------------------------------------------------------------------------------------------

    async def export_taskwarrior(self) -> str:
        """Everything, as `task import` reads it."""

        def work(session: Session) -> str:
            found = []
            for row in self._rows.of_status(session, STATUSES):
                item = self._record(session, row)
                notes = self._rows.notes(session, row)
                found.append(
                    taskwarrior.export_task(
                        item, notes=notes, created_at=row.created_at, updated_at=row.updated_at, done_at=row.done_at or row.updated_at
                    )
                )
            return json.dumps(found, ensure_ascii=False, indent=1)

        return await self._read(work)

    async def import_taskwarrior(self, data: str | bytes) -> TaskImport:
        """What `task export` writes. The same file twice changes nothing new; tasks are known again by their UUID."""
        incoming, problems = taskwarrior.parse(data)

        def work(session: Session) -> TaskImport:
            known = {taskwarrior.uuid_of(id): id for id in self._rows.ids(session)}
            added = updated = 0
            for task in incoming:
                fields = {key: value for key, value in task.fields.items() if key != "done_at"}
                row = self._rows.get(session, known.get(task.uuid, ""))
                if row is None:
                    row = self._rows.new(session, task.title[:_MAX_TITLE], id=taskwarrior.id_of(task.uuid), **fields)
                    known[task.uuid] = row.id
                    added += 1
                else:
                    self._rows.change(session, row, {**fields, "title": task.title[:_MAX_TITLE]})
                    row.version += 1
                    updated += 1
                row.done_at = task.fields["done_at"]
                self._remind(session, row)
            return TaskImport(added, updated, tuple(problems))

        return await self._write(work)

    # -- parts -------------------------------------------------------------------------------------------------------------------

    def _title(self, title: object) -> str:
        if not isinstance(title, str) or not title.strip():
            raise InvalidInput("a task needs a title", code="no_title")
        if len(title) > _MAX_TITLE:
            raise InvalidInput("that title is too long", code="too_long")
        return " ".join(title.split())

    def _checked(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        unknown = set(fields) - _FIELDS
        if unknown:
            raise InvalidInput(f"a task has no {', '.join(sorted(unknown))}", code="unknown_field")
        for name in ("due_at", "remind_at"):
            moment = fields.get(name)
            if moment is not None and (not isinstance(moment, datetime) or moment.tzinfo is None):
                raise InvalidInput("a time needs its zone", code="naive_time")
        if fields.get("priority") not in (None, "H", "M", "L"):
            raise InvalidInput("priority is H, M or L", code="bad_priority")
        if "status" in fields and fields["status"] not in STATUSES:
            raise InvalidInput("unknown status", code="unknown_status")
        if "progress" in fields and (not isinstance(fields["progress"], int) or not 0 <= fields["progress"] <= 100):
            raise InvalidInput("progress goes from 0 to 100", code="bad_progress")
        if fields.get("recurrence"):
            start = self._clock.now().astimezone(self._zone)
            occurrences(fields["recurrence"], start, until=start + timedelta(days=1), limit=2)  # refuses what it cannot read
        return dict(fields)

    @property
    def _zone(self) -> ZoneInfo:
        return self._profile().zone

    def _get(self, session: Session, task_id: str) -> Task:
        row = self._rows.get(session, task_id)
        if row is None:
            raise NotFound("no such task")
        return row

    def _record(self, session: Session, row: Task) -> TaskItem:
        return self._rows.record(session, row, self._zone)

    def _remind(self, session: Session, row: Task) -> None:
        self._reminders.set(session, row.remind_at if row.status in OPEN else None, task_id=row.id, contact_id=row.contact_id)

    def _finish(self, session: Session, row: Task) -> None:
        row.status, row.progress, row.done_at, row.version = "done", 100, self._clock.now(), row.version + 1
        row.updated_at = self._clock.now()
        self._remind(session, row)
        base = row.due_at or row.remind_at
        following = self._next(row.recurrence, base) if row.recurrence and base else None
        if following is None or base is None:
            return
        item = self._record(session, row)
        again = self._rows.new(
            session,
            item.title,
            contact_id=row.contact_id,
            due_at=following if row.due_at else None,
            remind_at=following + (row.remind_at - base) if row.remind_at else None,
            priority=row.priority,
            project=item.project,
            tags=item.tags,
            notes=self._rows.notes(session, row),
            recurrence=row.recurrence,
        )
        self._remind(session, again)

    def _next(self, rule: str, after: datetime) -> datetime | None:
        """The first date of the rule after both `after` and now."""
        now = self._clock.now()
        for moment in occurrences(rule, after.astimezone(self._zone), until=now + timedelta(days=3700), limit=5000)[1:]:
            if moment > now:
                return moment
        return None

    async def _read(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with self._db.read() as session:
                return work(session)

        return await self._db.run(run)

    async def _write(self, work: Callable[[Session], T]) -> T:
        def run() -> T:
            with self._db.write() as session:
                return work(session)

        return await self._db.run(run)

    def _tell(self, kind: str, item: TaskItem) -> None:
        if self._events is not None:
            self._events.publish(kind, None, {"id": item.id, "status": item.status, "version": item.version})


def _content(words: str) -> frozenset[str]:
    found = re.findall(r"[\w']+", words.casefold())
    return frozenset(word for word in found if word not in _SMALL_WORDS) or frozenset(found)


def _fit(said: frozenset[str], title: frozenset[str]) -> float:
    """How much of what was said is in the title, word by word, misheard words counting in part; the rest of the title weighs little."""
    if not title:
        return 0.0
    covered = sum(max(fuzz.ratio(word, other) for other in title) for word in said) / len(said)
    back = sum(max(fuzz.ratio(other, word) for word in said) for other in title) / len(title)
    return covered * 0.85 + back * 0.15
