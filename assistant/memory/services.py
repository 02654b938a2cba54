"""Which of the business's services a question names, and which words of the question that leaves over."""

from __future__ import annotations

from rapidfuzz.fuzz import ratio

from assistant.domain.business import BusinessProfile, Service
from assistant.memory.words import STOP, stem, terms, words

CLOSE = 86.0  # per word, of 100: "cleening" is cleaning (88), "training" is not (67)


def named_service(question: str, profile: BusinessProfile) -> tuple[Service | None, frozenset[str]]:
    """The service with the longest name or alias whose every word is in the question, and the question's words it used."""
    asked = list(dict.fromkeys(words(question.replace("-", " ")) + words(question.replace("-", ""))))
    best: tuple[int, Service | None, frozenset[str]] = (0, None, frozenset())
    for service in profile.services:
        for name in (service.name, *service.aliases):
            parts = [word for word in words(name.replace("-", " ")) if word not in STOP] or words(name)
            for wanted in (parts, ["".join(words(name))]):  # "check up" and "checkup"
                hits = [next((word for word in asked if _same(word, part)), None) for part in wanted]
                size = sum(map(len, wanted))
                if hits and all(hits) and size > best[0]:
                    best = (size, service, frozenset(hit for hit in hits if hit))
    return best[1], best[2]


def _same(said: str, wanted: str) -> bool:
    return stem(said) == stem(wanted) or (len(wanted) > 4 and ratio(said, wanted) >= CLOSE)


def leftover(question: str, used: frozenset[str], topic: str) -> list[str]:
    """Terms of the question that neither the service nor its topic accounts for ("for a child")."""
    known = set(terms(topic)) | {stem(word) for word in words(topic)}
    rest = [
        word for word in words(question.replace("-", " ")) if word not in STOP and not any(word in hit for hit in used) and len(word) > 1
    ]
    return [found for word in rest if stem(word) not in known for found in terms(word) if found not in known]
