"""Reads the phrases that callers use: one pattern a line, `(a|b)` alternatives, `[maybe]` options, `{day}` lists.

`# ...` is a comment. The lists stand in `_lists.txt` as `name: a|b|c`. The files in `said` have no patterns: a line is what one caller
said, no two of them alike.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

PHRASES = Path(__file__).parent / "phrases"
SAID = PHRASES / "said"
_GROUP = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]|\{(\w+)\}")


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and not line.startswith("#")]


def lists(folder: Path = PHRASES) -> dict[str, list[str]]:
    found = {}
    for line in _lines(folder / "_lists.txt"):
        name, _, values = line.partition(":")
        found[name.strip()] = [value.strip() for value in values.split("|")]
    return found


def expand(pattern: str, words: dict[str, list[str]], *, most: int, chance: random.Random) -> list[str]:
    """Up to `most` different sentences of a pattern, the same ones for the same seed."""

    def once() -> str:
        text = pattern
        while match := _GROUP.search(text):
            if match.group(3):
                choice = chance.choice(words[match.group(3)])
            elif match.group(2) is not None:
                choice = chance.choice([*match.group(2).split("|"), ""])
            else:
                choice = chance.choice(match.group(1).split("|"))
            text = text[: match.start()] + choice + text[match.end() :]
        return re.sub(r"\s+", " ", text).strip()

    found: dict[str, None] = {}
    for _ in range(most * 3):
        found[once()] = None
        if len(found) >= most:
            break
    return list(found)


def phrases(folder: Path = PHRASES, *, each: int = 8, seed: int = 7) -> dict[str, list[str]]:
    """Every intent's sentences; a line without alternatives counts once."""
    words = lists(folder)
    result: dict[str, list[str]] = {}
    for path in sorted(folder.glob("[a-z]*.txt")):
        sentences: dict[str, None] = {}
        for line in _lines(path):
            # seeded by the line, so that editing one line moves no other
            for sentence in expand(line, words, most=each, chance=random.Random(f"{seed} {line}")):
                sentences[sentence] = None
        result[path.stem] = list(sentences)
    return result


def said(folder: Path = SAID) -> dict[str, list[str]]:
    """Every intent's sentences as single callers put them."""
    return {path.stem: _lines(path) for path in sorted(folder.glob("*.txt"))}


def written(folder: Path = PHRASES) -> str:
    """All of it as it stands in the files, to tell whether the weights were trained on this."""
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.txt")))
