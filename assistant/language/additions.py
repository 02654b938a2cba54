"""One more appointment asked for beside what is being talked about: "yes, and one for my wife", "also a cleaning for Max"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.domain.business import Service
from assistant.language.kin import KIN, OF_MINE, OF_THEIRS
from assistant.language.names import name_at
from assistant.language.services import find_service
from assistant.language.text import listed, words

#: callers add within this much of what they say
MAX_CHARS = 300


@dataclass(frozen=True, slots=True)
class Added:
    """What was said without the additions, and each of them. `bare`: somebody is named, and nothing that they need ("my wife too")."""

    rest: str
    parts: tuple[str, ...]
    bare: bool = False


_START = re.compile(r"[.;!?,]\s+|\s+(?=(?:and|plus|but|as well as)\b)", re.IGNORECASE)
_AGREED = re.compile(
    r"\W*(?:(?:yes|yeah|yep|ok|okay|sure|great|perfect|fine|right|good|no|please|thanks|thank you|lovely|oh|um+|uh+|well)\b\W*)*",
    re.IGNORECASE,
)
_YES = re.compile(r"\b(?:yes|yeah|yep|ok|okay|sure|great|perfect|fine|right|good|lovely)\b", re.IGNORECASE)
_LEADS_IN = re.compile(
    r"\W*(?:(?:oh|no|wait|hold on|hang on|sorry|um+|uh+|well|one (?:more|other) thing|actually|before i forget|by the way)\b\W*)*"
    r"(?<!\bno)\W*",
    re.IGNORECASE,
)
_END = re.compile(r"[.;!?]|\s(?=(?:and|plus|but)\b)", re.IGNORECASE)
_JOINT = re.compile(r"\W*(?:(?:oh|then|but)\b\W*)*(?:and|plus|also|as well as)\b\W*(?:(?:then|also)\b\W*)*", re.IGNORECASE)
_TOO = re.compile(r"\b(?:too|as well|also|afterwards)\b", re.IGNORECASE)
_WHO = re.compile(
    rf"\b(?:(?P<kin>{OF_MINE}|{OF_THEIRS})\b"
    rf"|(?:for|book|fit|put|get) (?P<they>me|myself|him|her(?!\s+{KIN}\b)|them|someone else|somebody else|a friend)\b)",
    re.IGNORECASE,
)
_FOR = re.compile(r"\b(?:for|book|fit|squeeze)\s+", re.IGNORECASE)
_ONE = re.compile(
    r"\b(?:one|1)(?: more)?(?= (?:for|too|as well|also|right|straight|directly|on|at|please|after|the|next|this|tomorrow|today"
    r"|with|in)\b|\W*$)"
    r"|\banother(?: one| appointment| slot| booking| visit)?(?= (?:for|on|at|too|right|please|after|next|tomorrow)\b|\W*$)"
    r"|\b(?:a|the) second (?:one|appointment|slot|booking)\b|\bone more(?: appointment| slot| booking)?\b"
    r"|\banother (?:one|appointment|booking|slot)\b|\bthe same(?: thing| again| one)?\b(?! (?:time|day|week|place|number|phone|address))"
    r"|\ban? (?:\w+ ){0,2}(?:appointment|appt|booking|slot|spot)\b|\b(?:appointments|bookings|slots|ones) (?=for\b)",
    re.IGNORECASE,
)
#: what adds an appointment though nobody is named for it
_FURTHER = re.compile(
    r"\b(?:another|(?:a|the) second|one more)(?: (?:one|appointment|appt|booking|slot|visit))?"
    r"(?= (?:for|on|at|next|the|tomorrow|in|please|too)\b|\W*$)",
    re.IGNORECASE,
)
_NEEDS = re.compile(
    r"\b(?:needs?|wants?|would (?:also )?(?:like|love|need)|could (?:also )?use|has to|have to|should(?: also)?|is due|requires?)\b"
    r"(?! (?:to )?(?:know|ask|talk|speak|hear|understand|it\b|that\b|this\b|help|more time|a (?:minute|second|moment|lift|ride|receipt)))"
    r"|\b(?:can|could|may|will|to) (?:\w+ )?(?:also )?(?:come|be seen|get in|have one|join|see (?:you|the|someone))\b"
    rf"|\b(?:can|could|may) {OF_MINE} (?:\w+ )?(?:also )?(?:come|be seen|get|have|see|do|go)\b"
    rf"|\b(?:book|fit|squeeze|put|see|get) (?:in )?{OF_MINE}(?: \w+)? (?:in|down)\b|\b(?:book|fit|squeeze) (?:in )?{OF_MINE}",
    re.IGNORECASE,
)  # fmt: skip
#: "and my wife at ten thirty", "and Luke right after"
_THEN = re.compile(
    r"\W*(?:at|on|around|about|(?:right |straight |directly )?after(?:wards)?|next|tomorrow|today|(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day|in the (?:morning|afternoon|evening)|the (?:same|day))\b",
    re.IGNORECASE,
)
#: whom this one is for, or another instead of it, adds nothing
_NOT_MORE = re.compile(
    r"\b(?:it'?s|it is|it was|that'?s|this is|this one'?s?|make (?:it|that)|make this) (?:actually |really |not )*(?:for|under)\b"
    r"|\binstead\b|\brather\b"
    r"|\bnot for\b|\bactually\b|\b(?:what|how|where|which|why|who|cost|price|remind|tell|text|call|message|told|said|says|asked)\b",
    re.IGNORECASE,
)
_WANTING = listed(
    """
    and plus also then oh yes please i i'd i'll we we'd would like need want can could may might you book get have make add schedule do to a
    an another one the second me us too as well more appointment for in with on maybe my
    """
)
_KIN_LAST = re.compile(rf"\b{KIN}\s*$", re.IGNORECASE)
_EMPTY = listed(
    "and plus also too as well then for please yes yeah ok okay oh but no thanks him her them a friend someone somebody else right after"
)


def find_added(
    text: str, services: Sequence[Service], under: str | None = None, *, after: bool = False, agreeing: bool = False
) -> Added | None:
    """None when nothing is added. `under`: the service that is being talked about, of which another one is an addition.

    `after`: one is booked already, so that whatever is asked for comes on top. `agreeing`: a yes is expected, and what is asked for
    behind it is, too.
    """
    text = text[:MAX_CHARS]
    agreed = _AGREED.match(text)
    starts = sorted({0, agreed.end() if agreed is not None else 0, *(match.end() for match in _START.finditer(text))})
    found: dict[int, tuple[int, str]] = {}  # by where the clause ends: of the places where it may begin, the last
    for start in starts:
        end = _clause_end(text, start)
        agreed_first = agreeing and _YES.search(text[:start]) is not None
        under_it = _under_discussion(text[:start], services) or under
        kind = _adds(text[start:end], services, under_it, after=after or agreed_first)
        if kind == "one" or (kind and (after or not agreed_first or _adds(text[start:end], services, under_it, after=False))):
            found[end] = (start, kind)
    if not found:
        return None
    begins = sorted(start for start, _ in found.values())
    parts = tuple(text[start:end].strip(" ,;") for start, end in zip(begins, [*begins[1:], len(text)], strict=True))
    rest = text[: begins[0]].strip(" ,;")
    last, signed = _signed(parts[-1])
    if signed:
        parts, rest = (*parts[:-1], last), f"{rest}, {signed}"
    return Added("" if _LEADS_IN.fullmatch(rest) else rest, parts, all(kind == "bare" for _, kind in found.values()))


def _signed(part: str) -> tuple[str, str]:
    """ "... and a check-up on Friday, Kim Poe": who texts puts their own name behind it all."""
    said, comma, _ = part.rpartition(",")
    named = name_at(part, len(said) + 1) if comma else None
    alone = named is not None and not part[named[1] :].strip(" .!")
    if not alone or named is None or _KIN_LAST.search(said) or _somebody(said.rpartition(",")[2]):
        return part, ""
    return said.strip(), named[0]


def _clause_end(text: str, start: int) -> int:
    joint = _JOINT.match(text, start)
    end = _END.search(text, joint.end() if joint is not None else start)
    return end.start() if end is not None else len(text)


def _under_discussion(text: str, services: Sequence[Service]) -> str | None:
    service = find_service(text, services)
    return service.name if service is not None else None


def _adds(clause: str, services: Sequence[Service], under: str | None, *, after: bool) -> str:
    """ "one" when the clause asks for one more, "bare" when it only names somebody more, else nothing."""
    if not (after or _JOINT.match(clause) or _TOO.search(clause)) or _NOT_MORE.search(clause):
        return ""
    service = find_service(clause, services)
    if service is not None and service.name is None:
        service = None
    who = _somebody(clause)
    if who:
        if service is not None or _ONE.search(clause) or _NEEDS.search(clause):
            return "one"
        joint = _JOINT.match(clause)
        ahead, _, behind = clause.partition(who)
        if joint is not None and set(words(ahead[joint.end() :])) <= {"for"} and _THEN.match(behind):
            return "one"
        return "bare" if set(words(clause.replace(who, " "))) <= _EMPTY else ""
    further, other = _FURTHER.search(clause), service is not None and under is not None and service.name != under
    start = further.start() if further is not None else service.span[0] if service is not None and other else None
    return "one" if start is not None and set(words(clause[:start])) <= _WANTING else ""


def _somebody(clause: str) -> str:
    """The words that name somebody."""
    match = _WHO.search(clause)
    if match is not None:
        called = name_at(clause, match.end(), person=True)
        return clause[match.start("kin") if match["kin"] else match.start("they") : called[1] if called is not None else match.end()]
    joint = _JOINT.match(clause)
    places = [match.end() for match in _FOR.finditer(clause)] + ([joint.end()] if joint is not None else [])
    for place in places:
        if (named := name_at(clause, place, person=True)) is not None:
            return clause[place : named[1]].strip()
    return ""
