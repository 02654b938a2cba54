"""Masking what was found, so that it can be put back inside this process and nowhere else."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.language.pii.find import Finding, find

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
        return re.sub(r"\[[A-Z_]+_\d+\]", lambda match: self._originals.get(match[0], match[0]), text)


class Redactor:
    """Knows names (and other words) that must not be seen; thread-safe."""

    def __init__(self, region: str = "US") -> None:
        self._region = region
        self._names: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
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

    def redact(self, text: str) -> Redaction:
        findings = find(text, region=self._region)
        pattern = self._pattern
        if pattern is not None:
            for match in pattern.finditer(text):
                if all(match.end() <= other.start or match.start() >= other.end for other in findings):
                    findings.append(Finding(match.start(), match.end(), "PERSON"))
            findings.sort(key=lambda finding: finding.start)
        return mask(text, findings)


def mask(text: str, findings: Iterable[Finding]) -> Redaction:
    """Replace every finding; the same value gets the same placeholder."""
    spans = tuple(findings)
    placeholders: dict[tuple[str, str], str] = {}
    parts: list[str] = []
    at = 0
    for span in spans:
        value = text[span.start : span.end]
        key = (span.type, value.casefold())
        if key not in placeholders:
            number = 1 + sum(1 for kind, _ in placeholders if kind == span.type)
            placeholders[key] = f"[{span.type}_{number}]"
        parts += [text[at : span.start], placeholders[key]]
        at = span.end
    parts.append(text[at:])
    originals = {placeholders[(span.type, text[span.start : span.end].casefold())]: text[span.start : span.end] for span in spans}
    return Redaction("".join(parts), spans, originals)
