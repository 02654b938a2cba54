"""Repetition: "every other Tuesday at nine", "the last Friday of each month", "twice a week" become RRULEs."""

from __future__ import annotations

from assistant.language.times.model import Context, Item


def read_rules(ctx: Context) -> tuple[list[Item], set[int]]:
    """The recurrences of the text and the tokens they use."""
    return [], set()
