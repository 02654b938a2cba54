"""Several questions in one breath: taken apart, each made whole, and those without an answer named in their place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.domain.business import BusinessProfile
from assistant.domain.ports import Answer
from assistant.memory import questions as ask
from assistant.memory.services import named_service
from assistant.memory.words import plain

MOST = 3
UNKNOWN_PART = "The other thing I don't know."
UNKNOWN_REST = "The rest I don't know."
_AUX = "is|are|do|does|did|can|could|will|would|have|has"
#: a thing of ours that is asked for by its name alone, behind another question: "... and your address?"
_BY_NAME = (
    r"(?:(?:what about|the|your) )?(?:(?:opening|business|office) )?(?:hours|times|address|location|prices?|parking|website"
    r"|(?:phone |telephone )?number|e-?mail(?: address)?)\b(?= *(?:[?,.]|and\b|$))"
)
_NEXT = re.compile(
    rf"\?\s+(?=\w)|,?\s+(?:and|also|plus)\s+(?:also\s+)?(?=(?:(?:{_AUX}|what|what's|how|where|where's|when|which|who)\b\s+\w+\s+\w+)"
    rf"|where (?:are|r) (?:you|u)\b|{_BY_NAME})",
    re.IGNORECASE,
)
#: a list of questions, where the first words are one: "how much is it, do you have parking, and ..."
_LISTED = re.compile(
    rf"(?:{_NEXT.pattern})|,\s+(?=(?:is|are|do|does|can|how much|how long|where|when)\b\s+\w+\s+\w+|where (?:are|r) (?:you|u)\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"(?:and |so |hi |hello )*(?:what|how|where|when|which|who|{_AUX})\b", re.IGNORECASE)
_NAMED = re.compile(rf"{_BY_NAME}[?. ]*", re.IGNORECASE)
#: a wish that only sounds like a question: the booking sees to it
_WISH = re.compile(
    r"(?:can|could|may) (?:i|we) (?:please |also )?"
    r"(?:come|book|make|schedule|get (?:in|an appointment|a slot)|have an appointment|be seen)\b",
    re.IGNORECASE,
)
_IT = re.compile(r"\b(?:it|that|this|they|one|them)\b", re.IGNORECASE)


def taken_apart(asked: str, profile: BusinessProfile) -> list[str]:
    """The questions of one breath, never more than three; "it" is the service that the question before it named."""
    between = _LISTED if _ASKS.match(asked) else _NEXT
    parts = [part.strip() for part in between.split(asked, maxsplit=MOST - 1) if part and part.strip()]
    if len(parts) < 2 or not all(len(part.split()) >= 3 or _NAMED.fullmatch(part) for part in parts):
        return [asked]
    whole, service = [], None
    for part in parts:
        named = named_service(part, profile)[0]
        whole.append(part if named or service is None else _IT.sub(f"a {service.name.lower()}", part, count=1))
        service = named or service
    return [part for part in whole if not _WISH.match(part)] or [asked]


def together(questions: Sequence[str], found: Sequence[Answer]) -> Answer:
    """One answer to all of them in their order; the first as it is when nothing true was found for any."""
    known = [answer for answer in found if answer.known]
    if not known:
        return found[0]
    open_ = [question for question, answer in zip(questions, found, strict=True) if not answer.known]
    named = [said_unknown(question) for question in open_]
    parts = [answer.text if answer.known else said_unknown(question) for question, answer in zip(questions, found, strict=True)]
    if not all(named):
        parts = [*(answer.text for answer in known), UNKNOWN_PART if len(open_) == 1 else UNKNOWN_REST]
    sources = tuple(dict.fromkeys(source for answer in known for source in answer.sources))
    return Answer(" ".join(parts), known=True, sources=sources, engine=known[0].engine, unknown=tuple(open_))


_SIDES = {"you": "we", "your": "our", "yours": "ours", "i": "you", "my": "your", "me": "you", "we": "you", "our": "your"}
_THINGS = ((ask.ADDRESS, "our address"), (ask.WEBSITE, "our website"), (ask.EMAIL, "our email"), (ask.PHONE, "our number"))
_LEAD = re.compile(r"^(?:(?:and|so|also|but|hi|hello|please) )+")
_COSTS = (
    re.compile(r"how much (?:is|are|for) (?P<what>.+)"),
    re.compile(r"how much (?:does|do|would|will) (?P<what>.+?) costs?"),
    re.compile(r"what(?: is|'s| are) the (?:price|prices|cost|fee) (?:of|for) (?P<what>.+)"),
)
_YOU_OR_I = re.compile(r"(?P<aux>do|can|could|will|would|are|have) (?P<who>you|i|we) (?P<rest>.+)")
_THERE = re.compile(r"(?P<aux>is|are) there (?P<rest>.+)")
_HOW_LONG = re.compile(r"how long (?:does|do|will|would) (?P<what>.+?) take")


def said_unknown(question: str) -> str:
    """ "Do you take insurance" -> "I don't know whether we take insurance."; empty where that cannot be put well."""
    asked = _LEAD.sub("", plain(question).strip(" ?.!"))
    for pattern, thing in _THINGS:
        if pattern.search(asked):
            return f"I don't have {thing} here."
    for pattern in _COSTS:
        if match := pattern.fullmatch(asked):
            return f"I don't know what {_ours(match['what'])} {'cost' if _many(match['what']) else 'costs'}."
    if match := _HOW_LONG.fullmatch(asked):
        return f"I don't know how long {_ours(match['what'])} {'take' if _many(match['what']) else 'takes'}."
    if match := _YOU_OR_I.fullmatch(asked):
        aux = "" if match["aux"] == "do" else f"{match['aux']} "
        return f"I don't know whether {_ours(match['who'])} {aux}{_ours(match['rest'])}."
    if match := _THERE.fullmatch(asked):
        return f"I don't know whether there {match['aux']} {_ours(match['rest'])}."
    return ""


def _ours(words: str) -> str:
    return " ".join(_SIDES.get(word, word) for word in words.split())


def _many(what: str) -> bool:
    return not what.startswith(("a ", "an ", "the ", "your ", "it", "that", "this", "my ")) and what.endswith("s")
