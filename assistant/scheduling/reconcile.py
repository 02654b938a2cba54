"""Two calendars, one truth: what to do about one booking that exists here, there, or on both sides. Pure.

The rules, in order:
1. Cancelled here: it goes there.
2. Changed on one side only: the other side follows. Deleted or cancelled there cancels here, moved there moves here.
3. Changed on both sides: here wins, because the caller was told so; the event there is put right, and the owner hears of it.
4. Moved there onto a time that another booking has: here wins likewise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Step = Literal["nothing", "send", "remove", "forget", "move", "cancel", "restore"]


@dataclass(frozen=True, slots=True)
class Here:
    """A booking as it is here; `changed` since both sides last agreed."""

    live: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class There:
    """The event as it is there; `starts_at` is None when it is gone or cancelled."""

    starts_at: datetime | None
    ends_at: datetime | None
    changed: bool


def decide(here: Here, there: There | None, *, known: bool) -> Step:
    """`known` says that it was on both sides once; `there` is None when it is not there now.

    send: put ours there; remove: delete it there; forget: it is gone on both sides; move and cancel: do here what was done there;
    restore: put ours back over a change there, and tell.
    """
    gone = there is None or there.starts_at is None
    if not here.live:
        return ("forget" if known else "nothing") if there is None else "remove"
    if not known:
        return "send" if there is None else "restore"
    if gone:
        return "restore" if here.changed else "cancel"
    assert there is not None
    if there.changed:
        return "restore" if here.changed else "move"
    return "send" if here.changed else "nothing"
