"""Where things stand in a TOML file: the parser of the standard library keeps no line numbers, people need them."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]
_TABLE = re.compile(r"^\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?$")
_ARRAY = re.compile(r"^\s*\[\[\s*([^\[\]]+?)\s*\]\]\s*(#.*)?$")
_KEY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_-]+))\s*=""")


def line_numbers(text: str) -> dict[Path, int]:
    """The line of every table, array entry and key, by path: ("services", 1, "minutes") -> 34."""
    lines: dict[Path, int] = {}
    counts: dict[str, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if entry := _ARRAY.match(line):
            name = entry[1]
            counts[name] = counts.get(name, -1) + 1
            table = (name, counts[name])
            lines[table] = number
            lines.setdefault((name,), number)
        elif header := _TABLE.match(line):
            table = tuple(header[1].split("."))
            lines[table] = number
        elif key := _KEY.match(line):
            lines.setdefault((*table, key[1] or key[2] or key[3]), number)
    return lines


def nearest(lines: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the closest thing that contains it."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return 1
