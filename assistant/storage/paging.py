"""Pages of a list, and the opaque cursors between them."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from assistant.domain.errors import InvalidInput

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next` is the cursor of the following page, or None at the end."""

    items: tuple[T, ...]
    next: str | None = None


def encode_cursor(at: datetime, id: str = "") -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), id]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    """Where a page ended; InvalidInput for anything that is not a cursor of ours."""
    if not cursor:
        return None
    try:
        at, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(at)
    except (binascii.Error, ValueError, TypeError) as error:
        raise InvalidInput("that is not a cursor", code="invalid_cursor") from error
    if moment.tzinfo is None or not isinstance(id, str):
        raise InvalidInput("that is not a cursor", code="invalid_cursor")
    return moment, id
