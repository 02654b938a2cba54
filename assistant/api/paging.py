"""Cursor paging: `?limit=&cursor=`, default 50, at most 200."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Annotated, Any

from fastapi import Query

from assistant.domain.errors import InvalidInput

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]


def seal_cursor(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


def open_cursor(cursor: str | None) -> str | None:
    """What `seal_cursor` was given; anything else is InvalidInput."""
    if cursor is None:
        return None
    try:
        return base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("cursor: is not one of ours; start again without it", code="bad_cursor") from error


def plain(item: Any) -> dict[str, Any]:
    """A reader's item as a dict."""
    if isinstance(item, Mapping):
        return dict(item)
    if is_dataclass(item) and not isinstance(item, type):
        return asdict(item)
    raise TypeError(f"{type(item).__name__} is neither a mapping nor a dataclass")
