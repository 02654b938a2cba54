"""What the tagger of names and places learns from: sentences with a label for every word.

Three kinds: our own phrases filled with invented names, rows of a public corpus (as they are, with other names in them, and as a transcript
would have them), and sentences without any name. Every choice is seeded by the sentence, so that the same inputs give the same lessons.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from assistant.language.phrasebook import expand, lists, phrases
from assistant.language.pii.lexicon import TITLES, lexicon
from assistant.language.pii.tokens import tokens, word_of
from bench.pii_names import Names

PHRASES = Path(__file__).parent / "pii_phrases.txt"
Piece = tuple[str, str]
_KINDS = {"PERSON": "PERSON", "ADDRESS": "PLACE", "LOCATION": "PLACE", "ORGANIZATION": "OTHER"}
_SLOT = re.compile(r"<(\w+)>")
_EACH = 12


@dataclass(frozen=True)
class Lesson:
    """`hidden` words are taken for unknown, so that the lists are no crutch."""

    text: str
    labels: tuple[str, ...]
    origin: str
    weight: float = 1.0
    hidden: frozenset[str] = frozenset()


def group(row: Mapping[str, Any]) -> str:
    """What must not be on both sides of a split: the template of a made row (numbered alike in both sets), else the row."""
    return str(row["template"]).split(":")[1] if row["source"].startswith("presidio-research") else str(row["id"])


def kept_aside(row: Mapping[str, Any]) -> bool:
    """The fifth that nothing is fitted to."""
    return zlib.crc32(group(row).encode()) % 5 == 0


def fold_of(row: Mapping[str, Any], folds: int, *, by_template: bool) -> int:
    """Another division, of the rows that are not kept aside."""
    return zlib.crc32((group(row) if by_template else str(row["id"])).encode()) // 5 % folds


def lesson(pieces: Sequence[Piece], origin: str, *, weight: float = 1.0, hide: bool = False) -> Lesson:
    """Pieces of text, each with its kind ("" for none), as a lesson."""
    spans: list[tuple[int, int, str]] = []
    at = 0
    for text, kind in pieces:
        if kind:
            spans.append((at, at + len(text), kind))
        at += len(text)
    whole = "".join(text for text, _ in pieces)
    found = tokens(whole)
    labels = ["O"] * len(found)
    for start, end, kind in spans:
        inside = [number for number, token in enumerate(found) if start < token.end and token.start < end]
        for number in inside:
            labels[number] = f"{'B' if number == inside[0] else 'I'}-{kind}"
        while kind == "PERSON" and inside and (before := _title_before([token.text for token in found], labels, inside[0])) is not None:
            labels[before : inside[0] + 1] = ["B-PERSON", *["I-PERSON"] * (inside[0] - before)]
            inside[0] = before
    unknown = frozenset(word_of(found[at]).low for at, label in enumerate(labels) if label != "O") if hide else frozenset()
    return Lesson(whole, tuple(labels), origin, weight, unknown)


def _title_before(words: Sequence[str], labels: Sequence[str], at: int) -> int | None:
    """Where a title begins that stands right before a name: it is masked with the name."""
    before = at - 2 if at > 1 and words[at - 1] == "." else at - 1
    return before if before >= 0 and words[before].lower() in TITLES and labels[before] == "O" else None


def transcript(pieces: Sequence[Piece]) -> list[Piece]:
    """As speech recognition would write it: small letters, no punctuation but apostrophes and what stands inside numbers."""
    return [(re.sub(r"[^\w\s'’\n:.-]|(?<!\d)[.:-]|[.:-](?!\d)", " ", text.lower()), kind) for text, kind in pieces]


def _lowered(pieces: Sequence[Piece]) -> list[Piece]:
    return [(text.lower(), kind) for text, kind in pieces]


def _written(pieces: Sequence[Piece]) -> list[Piece]:
    """As people type it: a capital at the beginning, and "I"."""
    typed = [(text if kind else re.sub(r"\bi\b", "I", text), kind) for text, kind in pieces]
    first, kind = typed[0]
    return [(first[:1].upper() + first[1:], kind), *typed[1:]]


# ---- our own phrases


def _own_pieces(sentence: str, names: Names, chance: Random) -> list[Piece]:
    parts = _SLOT.split(sentence)
    pieces: list[Piece] = []
    for number, part in enumerate(parts):
        if number % 2:
            pieces += names.fill(part, chance)
            continue
        plain = part.replace("\\n", "\n")
        plain = re.sub(r"[ ]*\n[ ]*", "\n", re.sub(r" +([,.?!:;)])", r"\1", plain))
        plain = re.sub(r"([(/=#]) +| +(?=[/=])", lambda match: match[1] or "", plain)
        pieces.append((re.sub("0", lambda _: str(chance.randrange(1, 10)), plain), ""))
    return [piece for piece in pieces if piece[0]]


def own_lessons() -> list[Lesson]:
    names, words = (
        Names(),
        {name: values for name, values in lists().items() if name in ("day", "time", "service", "thing", "topic", "chore")},
    )
    found: list[Lesson] = []
    for line in PHRASES.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        times, _, pattern = line.partition("| ") if re.match(r"\d+\| ", line) else ("1", "", line)
        chance = Random(f"pii {line}")
        for sentence in expand(pattern, words, most=_EACH * int(times), chance=chance):
            for _ in range(3 if "<" in sentence else 1):
                pieces = _own_pieces(sentence, names, chance)
                form = chance.random()
                changed = transcript(pieces) if form < 0.5 else _written(pieces) if form < 0.85 else pieces
                origin = "own, with names" if any(kind for _, kind in pieces) else "own, without"
                found.append(lesson(changed, origin, hide=chance.random() < 0.4))
    return [each for each in found if each.labels]


# ---- corpus rows


def _pieces(row: Mapping[str, Any]) -> list[Piece]:
    """The row cut at its spans; places with nothing but blanks between them are one."""
    text = row["text"]
    marked = [(s["start"], s["end"], _KINDS[s["type"]]) for s in [*row["spans"], *row["other_spans"]] if s["type"] in _KINDS]
    merged: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(marked):
        if kind == "PERSON" and text[start:end].strip(".").lower() in TITLES:
            continue
        if merged and start < merged[-1][1]:
            continue
        if merged and kind == merged[-1][2] == "PLACE" and re.fullmatch(r"[\s,>?]*", text[merged[-1][1] : start]):
            start = merged.pop()[0]
        merged.append((start, end, kind))
    pieces: list[Piece] = []
    at = 0
    for start, end, kind in merged:
        pieces += [(text[at:start], ""), (text[start:end], kind)]
        at = end
    return [piece for piece in [*pieces, (text[at:], "")] if piece[0]]


def _swapped(pieces: Sequence[Piece], names: Names, chance: Random) -> list[Piece]:
    """Other names and places in the same sentence."""
    other: list[Piece] = []
    for text, kind in pieces:
        if kind == "PERSON":
            slot = {1: "surname" if chance.random() < 0.4 else "given", 2: "full"}.get(len(text.split()), "long")
            other += names.fill(slot, chance)
        elif kind == "PLACE":
            other += names.fill("address" if any(char.isdigit() for char in text) else "place", chance)
        elif kind == "OTHER" and chance.random() < 0.5:
            other += names.fill("org", chance)
        else:
            other.append((text, kind))
    return other


def corpus_lessons(rows: Sequence[Mapping[str, Any]]) -> list[Lesson]:
    names = Names()
    found: list[Lesson] = []
    for row in rows:
        chance = Random(f"pii {row['id']}")
        pieces = _pieces(row)
        swapped = _swapped(pieces, names, chance)
        forms = [pieces, swapped, _lowered(pieces), transcript(_swapped(pieces, names, chance))]
        if not any(kind for _, kind in pieces):
            forms = [pieces, transcript(pieces)]
        for form in forms:
            if any(text.strip() for text, _ in form):
                found.append(lesson(form, row["source"], hide=chance.random() < 0.4))
    return [each for each in found if each.labels]


# ---- sentences without names


def _nameless(text: str, *, ours: bool) -> bool:
    """No word of it could be a name: none that only the lists of names know, no capital inside, and in others' texts none unknown."""
    known = lexicon()
    found = tokens(text)
    lows = [word_of(token).low for token in found]
    if known.in_long_places(lows):
        return False
    for number, (token, low) in enumerate(zip(found, lows, strict=True)):
        kind = known.kind(low)
        if kind[0] in "FGSPC" and kind.endswith("0"):
            return False
        stem = low.partition("'")[0]
        if not ours and len(stem) > 2 and stem.isalpha() and not known.is_plain(stem) and not known.is_plain(low.replace("'", "")):
            return False
        inside = number and found[number - 1].text not in ".?!"
        if inside and token.text[0].isupper() and len(token.text) > 1 and not known.is_plain(low):
            return False
    return True


def _plain_texts(folder: Path | None) -> Iterator[tuple[str, str]]:
    for texts in phrases(each=3).values():
        yield from (("own, without", text) for text in texts)
    for name in ("intents", "time") if folder else ():
        assert folder is not None
        for line in (folder / f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if zlib.crc32(str(row["id"]).encode()) % 5:
                yield "sentences without names", row["text"]


def plain_lessons(folder: Path | None) -> list[Lesson]:
    found = []
    for origin, text in _plain_texts(folder):
        if text.strip() and _nameless(text, ours=origin.startswith("own")):
            pieces = [(text, "")]
            found.append(lesson(pieces if zlib.crc32(text.encode()) % 2 else _written(transcript(pieces)), origin, weight=0.7))
    return [each for each in found if each.labels]
