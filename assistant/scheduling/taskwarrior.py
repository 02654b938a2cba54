"""Tasks in Taskwarrior's JSON (`task export`, `task import`), as plain values."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from assistant.domain.errors import InvalidInput
from assistant.domain.ports import TaskItem

_NAMESPACE = uuid.UUID("6f0d2f7e-52f5-4a6c-9a41-5a3c9e0f7b11")
_FORMAT = "%Y%m%dT%H%M%SZ"
_TO_STATUS = {"pending": "pending", "waiting": "waiting", "completed": "done", "deleted": "deleted", "recurring": "pending"}
_FROM_STATUS = {"pending": "pending", "waiting": "waiting", "done": "completed", "deleted": "deleted"}
_FREQUENCIES = {"d": "DAILY", "w": "WEEKLY", "m": "MONTHLY", "y": "YEARLY"}
_WORDS = {
    "daily": "FREQ=DAILY", "day": "FREQ=DAILY", "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "weekly": "FREQ=WEEKLY",
    "biweekly": "FREQ=WEEKLY;INTERVAL=2", "fortnight": "FREQ=WEEKLY;INTERVAL=2", "monthly": "FREQ=MONTHLY",
    "bimonthly": "FREQ=MONTHLY;INTERVAL=2", "quarterly": "FREQ=MONTHLY;INTERVAL=3", "semiannual": "FREQ=MONTHLY;INTERVAL=6",
    "yearly": "FREQ=YEARLY", "annual": "FREQ=YEARLY",
}  # fmt: skip
_COUNTED = re.compile(r"^(?:p)?(\d+)\s*(d|w|m|y|days?|wks?|weeks?|mos?|mths?|months?|yrs?|years?)$")


@dataclass(frozen=True, slots=True)
class Incoming:
    """One task from a file: the fields as our tables name them."""

    uuid: str
    title: str
    fields: Mapping[str, Any]


def uuid_of(task_id: str) -> str:
    """The UUID under which Taskwarrior knows a task; an imported one keeps its own."""
    tail = task_id.removeprefix("tsk_")
    if len(tail) == 32 and re.fullmatch(r"[0-9a-f]{32}", tail):
        return str(uuid.UUID(tail))
    return str(uuid.uuid5(_NAMESPACE, task_id))


def id_of(text: str) -> str:
    return f"tsk_{uuid.UUID(text).hex}"


def export_task(
    item: TaskItem, *, notes: str | None, created_at: datetime, updated_at: datetime, done_at: datetime | None
) -> dict[str, Any]:
    """One object of `task export`; `progress`, `remind` and `rrule` are user-defined attributes there."""
    found: dict[str, Any] = {
        "uuid": uuid_of(item.id),
        "description": item.title,
        "status": _FROM_STATUS[item.status],
        "entry": _stamp(created_at),
        "modified": _stamp(updated_at),
        "due": _stamp(item.due_at),
        "end": _stamp(done_at) if item.status in ("done", "deleted") else None,
        "remind": _stamp(item.remind_at),
        "priority": item.priority,
        "project": item.project,
        "tags": list(item.tags) or None,
        "progress": item.progress or None,
        "rrule": item.recurrence,
        "annotations": [{"entry": _stamp(updated_at), "description": notes}] if notes else None,
    }
    return {key: value for key, value in found.items() if value is not None}


def parse(data: str | bytes) -> tuple[list[Incoming], list[str]]:
    """Tasks of an export (an array, or one object a line), and what could not be read, by position."""
    tasks: list[Incoming] = []
    problems: list[str] = []
    objects = _objects(data)
    templates = {str(o.get("uuid")) for o in objects if isinstance(o, dict) and o.get("status") == "recurring"}
    for number, item in enumerate(objects, 1):
        try:
            if not isinstance(item, dict):
                raise ValueError("not an object")
            if item.get("parent") in templates and item.get("status") in ("pending", "waiting"):
                continue  # the template stands for its open instances
            tasks.append(_incoming(item))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append(f"task {number}: {error}")
    return tasks, problems


def _objects(data: str | bytes) -> list[Any]:
    try:
        text = data.decode() if isinstance(data, bytes) else data
        text = text.strip()
        if text.startswith("["):
            found = json.loads(text)
            return found if isinstance(found, list) else [found]
        return [json.loads(line.rstrip(",")) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise InvalidInput("that is not Taskwarrior JSON", code="bad_json") from error


def _incoming(item: Mapping[str, Any]) -> Incoming:
    title = str(item["description"]).strip()
    if not title:
        raise ValueError("no description")
    status = _TO_STATUS.get(str(item.get("status", "pending")))
    if status is None:
        raise ValueError("unknown status")
    priority = item.get("priority") or None
    if priority not in (None, "H", "M", "L"):
        raise ValueError("unknown priority")
    tags = item.get("tags") or []
    notes = [str(note["description"]) for note in item.get("annotations") or []]
    fields: dict[str, Any] = {
        "status": status,
        "due_at": _moment(item.get("due")),
        "remind_at": _moment(item.get("remind")),
        "done_at": _moment(item.get("end")) if status == "done" else None,
        "priority": priority,
        "project": item.get("project") or None,
        "tags": [tags] if isinstance(tags, str) else [str(tag) for tag in tags],
        "progress": max(0, min(100, int(item.get("progress") or (100 if status == "done" else 0)))),
        "notes": "\n".join(notes) or None,
        "recurrence": item.get("rrule") or _rule(item.get("recur")),
    }
    return Incoming(str(uuid.UUID(str(item["uuid"]))) if item.get("uuid") else str(uuid.uuid5(_NAMESPACE, title)), title, fields)


def _rule(recur: object) -> str | None:
    if not recur:
        return None
    text = str(recur).strip().casefold()
    if text in _WORDS:
        return _WORDS[text]
    counted = _COUNTED.match(text)
    if counted is None:
        raise ValueError("unknown recurrence")
    return f"FREQ={_FREQUENCIES[counted[2][0]]};INTERVAL={int(counted[1])}"


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime(_FORMAT)


def _moment(text: object) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(str(text), _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        moment = datetime.fromisoformat(str(text))
        if moment.tzinfo is None:
            raise ValueError("a time without its zone") from None
        return moment
