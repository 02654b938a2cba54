"""Frozen dataclasses to JSON and back, by their annotations: what lets any process take the next turn."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def dump(value: Any) -> Any:
    """JSON-ready; `load` fills what is missing with defaults, so old states stay readable as fields are added."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: dump(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [dump(item) for item in value]
    if isinstance(value, dict):
        return {key: dump(item) for key, item in value.items()}
    return value


def load(kind: type[T], data: Any) -> T:
    """The reverse of `dump`. Unknown fields are ignored, missing ones keep their defaults."""
    result: T = _load(kind, data)
    return result


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _load(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = [item for item in get_args(kind) if item is not type(None)]
        return _load(inner[0], data)
    if origin is tuple:
        args = get_args(kind)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_load(args[0], item) for item in data)
        return tuple(_load(arg, item) for arg, item in zip(args, data, strict=True))
    if origin is Literal:
        return data
    if isinstance(kind, type):
        if is_dataclass(kind):
            hints = _hints(kind)
            return kind(**{item.name: _load(hints[item.name], data[item.name]) for item in fields(kind) if item.name in data})
        if issubclass(kind, Enum):
            return kind(data)
        if issubclass(kind, datetime | date | time):
            return kind.fromisoformat(data)
    return data
