"""Which of the business's services a question names, and which words of the question that leaves over."""

from __future__ import annotations

from rapidfuzz.fuzz import ratio

from assistant.domain.business import BusinessProfile, Service
from assistant.memory.words import STOP, stem, terms, words

CLOSE = 86.0  # per word, of 100: "cleening" is cleaning (88), "training" is not (67)


def named_service(question: str, profile: BusinessProfile) -> tuple[Service | None, frozenset[str]]:
    """The service with the longest name or alias whose every word is in the question, and the question's words it used."""
    asked = [(word, stem(word)) for word in words(question.replace("-", " ")) + words(question.replace("-", ""))]
    best: tuple[int, Service | None, frozenset[str]] = (0, None, frozenset())
    for service in profile.services:
        for name in (service.name, *service.aliases):
            wanted = [stem(word) for form in (name.replace("-", " "), name.replace("-", "")) for word in words(form) if word not in STOP]
            parts = [stem(word) for word in words(name.replace("-", " ")) if word not in STOP] or wanted
            used = set()
            for part in parts:
                hit = next((word for word, base in asked if base == part or (len(part) > 4 and ratio(base, part) >= CLOSE)), None)
                if hit is None:
                    break
                used.add(hit)
            else:
                joined = "".join(parts)
                if parts and (len(joined), 1) > (best[0], 0):
                    best = (len(joined), service, frozenset(used))
            compact = stem("".join(words(name.replace("-", " "))))
            hit = next((word for word, base in asked if base == compact), None)
            if hit is not None and len(compact) > best[0]:
                best = (len(compact), service, frozenset({hit}))
    return best[1], best[2]


def leftover(question: str, used: frozenset[str], topic: str) -> list[str]:
    """Terms of the question that neither the service nor its topic accounts for ("for a child")."""
    known = set(terms(topic)) | {stem(word) for word in words(topic)}
    rest = [word for word in words(question) if word not in STOP and word not in used and len(word) > 1]
    return [found for word in rest if stem(word) not in known for found in terms(word) if found not in known]
