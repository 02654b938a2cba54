"""People and places that nobody told us of: what the tagger reads, put into kinds of personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.language.pii.find import Finding
from assistant.language.pii.lexicon import fold, lexicon
from assistant.language.pii.tagger import Tagger

_STREET = re.compile(r"\d|\b(?:street|avenue|road|lane|drive|boulevard|square|terrace|crescent|highway|parkway|box)\b", re.I)
#: evidence, in nats a word, that a name needs on top in a line of a log
_TECHNICAL_CAUTION = 2.0


def named_in(text: str, tagger: Tagger, *, technical: bool = False) -> Iterator[Finding]:
    """A place with a number or a street in it is an address.

    In a technical line every second word is unknown to any list and stands where a name could ("Kafka consumer closed"), so there a name
    must be surer of itself and hold a word that the lists know as a name or place.
    """
    for tagged in tagger.tag(text, _TECHNICAL_CAUTION if technical else 0.0):
        said = text[tagged.start : tagged.end]
        if tagged.kind == "OTHER" or _is_date(said) or (technical and not _listed(said)):
            continue
        if tagged.kind == "PERSON":
            yield Finding(tagged.start, tagged.end, "PERSON")
        else:
            yield Finding(tagged.start, tagged.end, "ADDRESS" if _STREET.search(text, tagged.start, tagged.end) else "LOCATION")


def _is_date(text: str) -> bool:
    """Months, weekdays and numbers only ("23 January"); a month alone can be a person."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    kinds = [lexicon().kind(fold(word)) for word in words]
    return bool(kinds) and all("D" in kind or "N" in kind for kind in kinds) and (len(kinds) > 1 or any(char.isdigit() for char in text))


def _listed(text: str) -> bool:
    known = lexicon()
    return any(
        known.kind(fold(word))[0] in "FGSPC" and known.plain.get(fold(word), 4) > 3
        for word in re.findall(r"[^\W\d_]{2,}", text)
        if word[1:].islower()
    )


def said_again(text: str, named: Sequence[Finding]) -> re.Pattern[str] | None:
    """A pattern of the names that were read somewhere in the text, whole and in part: said again, they are the same people."""
    words: set[str] = set()
    for finding in named:
        if finding.type == "PERSON":
            words.update(
                word for word in re.findall(r"[^\W\d_]{3,}", text[finding.start : finding.end]) if not lexicon().is_plain(fold(word))
            )
    if not words:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) + r")(?!\w)", re.I)
