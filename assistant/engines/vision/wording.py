"""Plain words for what was read in a picture, and for what cannot be known from it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.engines.vision.reading import Reading

HONEST = "I can read text and codes in pictures here, but not describe them."
QUOTE = 220
_ASKS = (
    ("all", re.compile(r"\b(?:everything|whole|full|all (?:of )?(?:it|the text)|the rest|read (?:it|this|that)(?: out)?(?: to me)?)\b")),
    ("text", re.compile(r"\bwhat(?:'s| is| does)? .*\b(?:says?|written|read)\b|\btext\b")),
    ("code", re.compile(r"\b(?:qr|bar\s?code|code|link|scan)\b")),
    ("total", re.compile(r"\b(?:total|how much|cost|price|amount|sum|pay|paid|spend|spent)\b")),
    ("when", re.compile(r"\b(?:when|what (?:day|date|time)|which day|date|appointment)\b")),
    ("phone", re.compile(r"\b(?:phone|telephone|number|call)\b")),
    ("email", re.compile(r"\be-?mail\b")),
    ("who", re.compile(r"\b(?:who|whose|name|from whom|company|shop|store|where)\b")),
    ("colour", re.compile(r"\bcolou?rs?\b")),
    ("size", re.compile(r"\b(?:size|how big|resolution|pixels|dimensions)\b")),
)
_SMALL = frozenset(
    {"and", "are", "can", "does", "for", "from", "give", "has", "have", "there", "this", "that", "the", "please", "tell", "was", "what"}
    | {"which", "who", "you", "your", "about", "picture", "photo", "any"}
)


def first_words(reading: Reading, *, quote: int = QUOTE) -> str:
    """A useful first answer about a picture that came without a question; the best-known thing first."""
    fields, parts = reading.fields, []
    if reading.kind == "letter":
        when = ", ".join(fields[name] for name in ("date", "time", "name") if name in fields)
        parts.append(f"I can read: appointment {when}.")
    elif reading.kind == "receipt":
        dated = f", {fields['date']}" if "date" in fields else ""
        parts.append(f"I can read a receipt from {fields.get('name', 'a shop')}{dated}: total {fields['total']}.")
    elif reading.kind == "card":
        known = ", ".join(fields[name] for name in ("name", "company", "phone", "email", "website") if name in fields)
        parts.append(f"I can read a business card: {known}.")
    elif reading.lines:
        parts.append(f'I can read: "{_quote(reading, quote)}"')
    parts += [_code_words(reading)] if reading.codes else []
    return " ".join(parts)


def answer(reading: Reading, question: str) -> str | None:
    """What was asked about a picture, as far as reading can tell; None when reading does not tell."""
    asked = question.casefold()
    fields = reading.fields
    for topic, pattern in _ASKS:
        if not pattern.search(asked):
            continue
        if topic == "all" and reading.lines:
            return f'It says: "{_quote(reading, 900)}"'
        if topic == "text":
            said = [f'It says: "{_quote(reading, QUOTE)}"'] if reading.lines else []
            return " ".join([*said, *([_code_words(reading)] if reading.codes else [])]) or "I can't find any writing in it."
        if topic == "code" and reading.codes:
            return _code_words(reading)
        if topic == "total" and "total" in fields:
            return f"The total is {fields['total']}."
        if topic == "when" and ("date" in fields or "time" in fields):
            return f"It says {', '.join(fields[name] for name in ('date', 'time') if name in fields)}."
        if topic in ("phone", "email") and topic in fields:
            return f"The {topic if topic == 'email' else 'number'} is {fields[topic]}."
        if topic == "who" and ("name" in fields or "company" in fields):
            return f"It says {', '.join(fields[name] for name in ('name', 'company') if name in fields)}."
        if topic == "colour":
            return f"It's mostly {_and(reading.colours)}." if reading.colours else "It has no main colour."
        if topic == "size":
            return f"It's {reading.width} by {reading.height} pixels."
    return _matching_line(reading, asked)


def cannot(reading: Reading) -> str:
    """Honest words when nothing could be read, with the little that can be said."""
    if reading.brightness < 0.08:
        return f"I got your picture, but it's almost black. {HONEST}"
    blurred = "" if reading.sharp else ", but it looks blurred to me"
    return f"I got your picture{blurred}. {HONEST}" + (f" It's mostly {_and(reading.colours)}." if reading.colours else "")


def _matching_line(reading: Reading, asked: str) -> str | None:
    wanted = {word for word in re.findall(r"[\w']+", asked) if len(word) > 2 and word not in _SMALL}
    best, score = "", 0
    for line in reading.lines:
        shared = len(wanted & set(re.findall(r"[\w']+", line.casefold())))
        if shared > score:
            best, score = line, shared
    return f'It says: "{best}"' if score else None


def _code_words(reading: Reading) -> str:
    shown = reading.codes[:3]
    words = "; ".join(code.text if len(code.text) <= 200 else code.text[:200] + "..." for code in shown)
    link = any(code.text.casefold().startswith(("http://", "https://")) for code in shown)
    kind = "QR code" if all(code.format.casefold().startswith("qr") for code in shown) else "code"
    return f"The {kind}{'s say' if len(shown) > 1 else ' says'}: {words}" + (" (I haven't opened it.)" if link else "")


def _quote(reading: Reading, most: int) -> str:
    text = " / ".join(line.replace('"', "'") for line in reading.lines)
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + "..."


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
