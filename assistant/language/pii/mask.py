"""Masking what was found, so that it can be put back inside this process and nowhere else."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from assistant.language.pii.find import Finding, certain, likely, take
from assistant.language.pii.named import named_in, said_again
from assistant.language.pii.tagger import Tagger, shared

_PLACEHOLDER = re.compile(r"\[[A-Z_]+_\d+\]")
#: longer texts are read in pieces of this many characters
WINDOW = 10_000

#: words that are also names; alone they are no reason to mask a log line
_COMMON = {
    "will",
    "may",
    "mark",
    "art",
    "grace",
    "hope",
    "rose",
    "bill",
    "june",
    "april",
    "august",
    "summer",
    "dawn",
    "faith",
    "chase",
    "drew",
}


@dataclass(frozen=True)
class Redaction:
    """`text` with placeholders like `[PHONE_1]`; `spans` are positions in the original. The mapping back stays in this object."""

    text: str
    spans: tuple[Finding, ...]
    _originals: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def restore(self, text: str) -> str:
        """Put the original values back into a text that has placeholders of this redaction."""
        return _PLACEHOLDER.sub(lambda match: self._originals.get(match[0], match[0]), text)


class Redactor:
    """Knows names (and other words) that must not be seen; thread-safe. `tagger` is the process's own unless one is given."""

    def __init__(self, region: str = "US", tagger: Tagger | None = None) -> None:
        self._region = region
        self._tagger = tagger
        self._names: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._public: re.Pattern[str] | None = None
        self._lock = threading.Lock()

    def know(self, names: Iterable[str]) -> None:
        """Names from the store: whole names and their parts are masked from now on, in any case."""
        with self._lock:
            before = len(self._names)
            for name in names:
                words = [word for word in re.findall(r"[^\W\d_][\w'’-]+", name) if len(word) > 2]
                self._names.update(word.casefold() for word in words if word.casefold() not in _COMMON)
                if len(words) > 1:
                    self._names.add(" ".join(words).casefold())
            if len(self._names) != before:
                longest_first = sorted(self._names, key=len, reverse=True)
                self._pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.I)

    def spare(self, phrases: Iterable[str]) -> None:
        """What is public and reads like a name: the services of the business, the business itself. Replaces what was spared before."""
        with self._lock:
            longest_first = sorted({phrase.strip() for phrase in phrases if phrase.strip()}, key=len, reverse=True)
            self._public = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)", re.I) if longest_first else None

    def redact(self, text: str, *, technical: bool = False) -> Redaction:
        """Mask everything personal; in a `technical` text only names and places that are surely some."""
        tagger = self._tagger or shared()
        findings: list[Finding] = []
        for start, piece in _windows(text):
            for finding in self._find(piece, tagger, technical):
                findings.append(Finding(start + finding.start, start + finding.end, finding.type))
        return mask(text, findings)

    def _find(self, text: str, tagger: Tagger, technical: bool) -> list[Finding]:
        """The certain first, then what the tagger read, then forms that may be something else, then the names we were told."""
        masked = [Finding(match.start(), match.end(), "") for match in _PLACEHOLDER.finditer(text)]  # by somebody before us
        taken = list(masked)
        take(taken, certain(text, self._region))
        named = self._private(text, list(named_in(text, tagger, technical=technical)))
        fixed = tuple(taken)
        for finding in named:
            taken += _left_over(text, finding, fixed)
        take(taken, likely(text, self._region))
        if self._pattern is not None:
            take(taken, _people(self._pattern, text))
        again = said_again(text, named)
        if again is not None:
            take(taken, _people(again, text))
        return sorted(taken[len(masked) :], key=lambda finding: finding.start)

    def _private(self, text: str, named: list[Finding]) -> list[Finding]:
        """What was read but for what is public: "a Hot Stone Massage" is nobody."""
        public = [match.span() for match in self._public.finditer(text)] if self._public is not None else []
        return [finding for finding in named if not any(start < finding.end and finding.start < end for start, end in public)]


def _people(pattern: re.Pattern[str], text: str) -> Iterator[Finding]:
    return (Finding(match.start(), match.end(), "PERSON") for match in pattern.finditer(text))


def _windows(text: str) -> Iterator[tuple[int, str]]:
    """A long text in pieces, cut at a blank where there is one: the work grows no faster than the text."""
    start = 0
    while len(text) - start > WINDOW:
        cut = max(text.rfind("\n", start + WINDOW // 2, start + WINDOW), text.rfind(" ", start + WINDOW - 200, start + WINDOW))
        end = cut + 1 if cut > 0 else start + WINDOW
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _left_over(text: str, finding: Finding, taken: Iterable[Finding]) -> list[Finding]:
    """What of a tagged stretch is not taken yet; scraps without a letter or digit are no finding."""
    free: list[Finding] = []
    at = finding.start
    for other in sorted((other for other in taken if other.start < finding.end and finding.start < other.end), key=lambda each: each.start):
        free.append(Finding(at, max(at, other.start), finding.type))
        at = max(at, other.end)
    free.append(Finding(at, max(at, finding.end), finding.type))
    trimmed: list[Finding] = []
    for part in free:
        match = re.search(r"\w(?:.*\w)?\.?", text[part.start : part.end], re.S)
        if match:
            trimmed.append(Finding(part.start + match.start(), part.start + match.end(), part.type))
    return trimmed


def mask(text: str, findings: Iterable[Finding]) -> Redaction:
    """Replace every finding; the same value gets the same placeholder, and none that stands in the text already is used."""
    spans = tuple(findings)
    placeholders: dict[tuple[str, str], str] = {}
    numbers: dict[str, int] = {}
    taken = set(_PLACEHOLDER.findall(text))
    parts: list[str] = []
    at = 0
    for span in spans:
        value = text[span.start : span.end]
        key = (span.type, value)
        while key not in placeholders:
            numbers[span.type] = numbers.get(span.type, 0) + 1
            placeholder = f"[{span.type}_{numbers[span.type]}]"
            if placeholder not in taken:
                placeholders[key] = placeholder
        parts += [text[at : span.start], placeholders[key]]
        at = span.end
    parts.append(text[at:])
    return Redaction("".join(parts), spans, {placeholder: value for (_, value), placeholder in placeholders.items()})
