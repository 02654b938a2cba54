"""Text for the ear, cut where a speaker would breathe: the first clause short, so that it can be spoken while the rest is made."""

from __future__ import annotations

import re

_ABBREVIATIONS = re.compile(r"\b(?:mr|mrs|ms|dr|prof|st|no|approx|dept|jr|sr|vs|e\.g|i\.e|a\.m|p\.m|u\.s)\.$", re.IGNORECASE)
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)")
_BREATH = re.compile(r"(?<=[,;:—–])\s+(?=\S)")
_FIRST_AT_LEAST, _LONG = 18, 90


def sentences(text: str) -> list[str]:
    """Whole sentences; abbreviations, initials and decimal points end none."""
    text = " ".join(text.split())
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        candidate = text[start : match.end()]
        word = candidate.rsplit(None, 1)[-1]
        if match[0].startswith(".") and (_ABBREVIATIONS.search(candidate) or re.fullmatch(r"[A-Z]\.", word)) and match.end() < len(text):
            continue
        if candidate.strip():
            found.append(candidate.strip())
        start = match.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def clauses(text: str) -> list[str]:
    """Sentences, the long ones cut at commas and dashes; a long first sentence gives away its first clause."""
    out: list[str] = []
    for index, sentence in enumerate(sentences(text)):
        if len(sentence) <= (_LONG if index else _LONG // 2 + _FIRST_AT_LEAST):
            out.append(sentence)
            continue
        current = ""
        for part in _BREATH.split(sentence):
            joined = f"{current} {part}".strip()
            limit = _FIRST_AT_LEAST if not out else _LONG
            if current and (len(joined) > limit and len(current) >= _FIRST_AT_LEAST) and len(part) >= 12:
                out.append(current)
                current = part
            else:
                current = joined
        if current:
            out.append(current)
    return out


def pause_after(clause: str) -> int:
    """Milliseconds of silence that belong behind a clause."""
    if clause.endswith("?"):
        return 120
    if clause.endswith((".", "!", "…")):
        return 220
    return 90 if clause.endswith((",", ";", ":", "—", "–")) else 40


def take_ready(buffer: str, *, first: bool) -> tuple[list[str], str]:
    """Of text that is still being written: the sentences that are surely whole, and the rest. `first` also lets a first clause go."""
    found = sentences(buffer)
    if not found:
        return [], buffer
    ends_open = not _END.search(found[-1][-3:] if len(found[-1]) > 3 else found[-1]) or not buffer.endswith((" ", "\n"))
    ready, rest = (found[:-1], found[-1]) if ends_open else (found, "")
    if first and not ready and len(rest) > 40:
        parts = _BREATH.split(rest)
        if len(parts) > 1 and len(parts[0]) >= _FIRST_AT_LEAST:
            return [parts[0]], rest[len(parts[0]) :].lstrip()
    return ready, rest
