"""For whom something is: somebody the caller speaks for, or several people at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.language.digits import TEENS, UNITS
from assistant.language.kin import KIN_MANY, MANNER, MY_KIN, OF_THEIRS
from assistant.language.names import MAX_NAME_CHARS, STOP, name_at
from assistant.language.text import tokens, words


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as the caller speaks of them: who they are to the caller, and what they are called. `me` is the caller."""

    kin: str | None = None
    name: str | None = None
    me: bool = False


_MINE = re.compile(MY_KIN, re.IGNORECASE)
_THEIRS = re.compile(rf"\b{OF_THEIRS}\b", re.IGNORECASE)
#: "my daughter's called Zoe", "my son, Max", "my wife, her name is Ann"
_CALLED = re.compile(
    r"(?:'s)?[\s,(]+(?:(?:is|who is|who's|that's)\s+)?(?:(?:called|named|whose name(?: is|'s)|(?:her|his|their)? ?name(?: is|'s))\s+)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:for|on behalf of|about|regarding|bring(?:ing)?|book(?:ing)?|take|taking|see|it's|its|that's|get|can|could|may|would|should|will"
    r"|fit|squeeze|put)\s+(?:in\s+)?$",
    re.IGNORECASE,
)
_NEEDS = re.compile(
    r"(?:\s+(?:also|both|all|really|just|still))*\s*(?:\bneeds?\b|\bwants?\b|\bwould\b|'d\b"
    r"|\b(?:has|have|had) (?!told|said|been|asked|given)|\b(?:could|should|must|can|requires?)\b"
    r"|\b(?:is|are|was|'s) (?:due|overdue|in pain|having|complaining|looking|supposed)\b"
    r"|'s (?:got|in|due|overdue|having|been|a|an|not|complaining|looking|feeling)\b)",
    re.IGNORECASE,
)
#: who tells, sends or drives the caller is not who comes
_TELLS = re.compile(
    r"\s+(?:who\s+)?(?:has\s+|had\s+)?(?:said|says|told|tells|asked|asks|recommended|recommends|suggested|suggests|thinks|thought|referred|sent|gave"
    r"|made|booked|goes|comes|came|went|works|drives|will drive|can (?:bring|drive)|loves|likes|moved)\b",
    re.IGNORECASE,
)
_THEIR_NAME = re.compile(
    r"\b(?:(?:his|her|their|the (?:child|kid|boy|girl|baby|patient)'?s?|(?:the )?patient'?s?)\s+(?:(?:full|first)\s+)?name(?:\s+is|'s|:)?"
    r"|(?:he|she|they)(?:'s|'re| is| are)\s+(?:called|named)|the (?:patient|appointment) is(?: for)?)\s+",
    re.IGNORECASE,
)
#: "my husband asked me to call, he needs a cleaning"
_SHE_NEEDS = re.compile(r"\b(?:he|she)(?:'s got| needs| wants| has (?:a|an|to)\b| would like|'d like| could use)", re.IGNORECASE)
_FOR = re.compile(r"\b(?:for|on behalf of)\s+", re.IGNORECASE)
_ME = re.compile(r"(?:me|myself)\b", re.IGNORECASE)
_I = re.compile(r"(?:(?<=and )i|me|myself)\b(?!')", re.IGNORECASE)
_ALWAYS_TWO = re.compile(r"\b(?:twins|parents|grandparents)\b", re.IGNORECASE)
_SPELLED = {word: int(figures) for word, figures in (UNITS | TEENS).items() if 2 <= int(figures) <= 10}
_NUMBERS = {str(count): count for count in range(2, 11)} | _SPELLED | {"both": 2}
_N = rf"(?:{'|'.join(_SPELLED)}|[2-9]|10)"
_MANY = re.compile(
    rf"\b(?P<of>(?:both|all|{_N})\s+(?:of\s+)?)?(?P<whose>(?:my|our|the|these)\s+)?(?P<how>{MANNER})(?P<kin>{KIN_MANY})\b", re.IGNORECASE
)
_ALL_OF_US = re.compile(
    r"\b(?:the|my|our) (?:whole |entire )?family\b(?! (?:doctor|dentist|name|member))|\b(?:all|a few|some) of us\b", re.IGNORECASE
)
_OF_US = re.compile(
    rf"\b(?:(?P<both>both of (?:us|them)|us both|we both|them both)|(?:all\s+)?(?:the\s+)?(?P<n>{_N}) of (?:us|them)"
    rf"|we(?:'re| are) (?P<we>{_N})\b(?! (?:minutes|hours|days|weeks|of)))",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\s*(?:,\s*(?:and\s+|plus\s+)?|\band\s+|&\s*|\+\s*|\bplus\s+|\band also\s+)(?:also\s+)?(?:for\s+|then\s+)?(?:then\s+)?", re.IGNORECASE
)
_THEY_COME = re.compile(
    r"\b(?:for|bring(?:ing)?|book(?:ing)?|fit(?:ting)?|put|get|see|can|could|would|may|should|with)\s+(?:in\s+)?(?:both\s+)?$",
    re.IGNORECASE,
)
_THEY_NEED = re.compile(
    r"(?:\s+(?:also|both|all|really|each))*\s+(?:need\b|want\b|would\b|wanna\b|have to\b|should\b|could\b|can\b|are due\b|are overdue\b"
    r"|must\b|to (?:come|be|get|have|see)\b|in for\b)|'d\b",
    re.IGNORECASE,
)  # fmt: skip
_EDGE = re.compile(
    r"(?:^|[,.:;(!-])\s*(?:(?:and|so|hi|hello|yes|yeah|um+|uh+|it'?s|that'?s|they'?re|their names are|names are|named|called)[\s,]+)*$",
    re.IGNORECASE,
)
#: more of them come than this are not booked one by one
MOST = 10


@lru_cache(maxsize=64)
def whom(text: str) -> Someone | None:
    """Somebody other than the caller that the words are about: "I'm calling about my daughter Zoe", "her name is Ann", "for Max"."""
    text = text[:MAX_NAME_CHARS]
    named = next((found[0] for match in _THEIR_NAME.finditer(text) if (found := name_at(text, match.end())) is not None), None)
    for match in _MINE.finditer(text):
        if re.fullmatch(KIN_MANY, match["kin"], re.IGNORECASE):
            continue
        name, end = _called(text, match.end())
        if _TELLS.match(text, end):
            continue
        if name or _BEFORE.search(text[: match.start()]) or _NEEDS.match(text, end):
            return Someone(match["kin"].lower(), name or named)
    if (who := _MINE.search(text)) is not None and _SHE_NEEDS.search(text, who.end()):
        return Someone(who["kin"].lower(), named)
    if named is None:
        named = next((found[0] for match in _FOR.finditer(text) if (found := name_at(text, match.end())) is not None), None)
    return Someone(name=named) if named else None


def _called(text: str, end: int) -> tuple[str | None, int]:
    """The name behind "my daughter", and where it ends."""
    link = _CALLED.match(text, end)
    found = name_at(text, link.end(), person=True) if link is not None else None
    return found or (None, end)


#: words that a row of people may begin with, beside a name
_BEGIN = frozenset({"my", "our", "the", "these", "both", "all", "me", "myself", *_NUMBERS})


@lru_cache(maxsize=64)
def party(text: str, *, asked: bool = False) -> tuple[Someone, ...]:
    """Several people who come: "for me and my wife", "Emma and Luke", "both my kids", "three of us"; else nobody.

    `asked`: who it is was the question, so that names alone answer it.
    """
    text = text[:MAX_NAME_CHARS]
    best: tuple[Someone, ...] = ()
    for token in tokens(text):
        if token.word in STOP and token.word not in _BEGIN:
            continue
        people, end = _listed(text, token.start)
        if len(people) <= len(best):
            continue
        before, after = text[: token.start], text[end:]
        edge = _EDGE.search(before) is not None
        names_only = all(one.name and not one.kin for one in people)
        come = _THEY_COME.search(before) or (edge and _THEY_NEED.match(after))
        if come or (asked and edge) or (edge and best and names_only and len(people) == len(best)):
            best = people
    counted = _counted(text)
    best = best if len(best) >= counted else (Someone(me=True), *([Someone()] * (counted - 1)))
    return _named(text, best)[:MOST] if len(best) > 1 else ()


def uncounted(text: str) -> bool:
    """ "My kids need check-ups", "all of us": more than one, and not how many."""
    if _ALL_OF_US.search(text):
        return not party(text)
    several = (match for match in _MANY.finditer(text) if match["whose"])
    come = any(_THEY_COME.search(text[: match.start()]) or _THEY_NEED.match(text, match.end()) for match in several)
    return come and not party(text)


def how_many(text: str) -> int | None:
    """A number of people that answers how many there are."""
    said = [_NUMBERS[word] for word in words(text) if word in _NUMBERS]
    return said[0] if len(said) == 1 else None


def _counted(text: str) -> int:
    match = _OF_US.search(text)
    if match is None:
        return 0
    return 2 if match["both"] else _NUMBERS[(match["n"] or match["we"]).lower()]


def _listed(text: str, start: int) -> tuple[tuple[Someone, ...], int]:
    """The people in a row that begins right there, and where it ends."""
    people, end = list[Someone](), start
    while len(people) < MOST:
        some, stop = _at(text, end, first=not people)
        if not some:
            break
        people += some
        last, joint = stop, _AND.match(text, stop)
        start, end = last, joint.end() if joint is not None else last
        if joint is None:
            break
    return tuple(people), start if people else end


def _at(text: str, start: int, *, first: bool) -> tuple[list[Someone], int]:
    if match := (_ME if first else _I).match(text, start):
        return [Someone(me=True)], match.end()
    if (match := _MANY.match(text, start)) and (match["of"] or match["whose"]):
        return _children(text, match)
    if (match := _MINE.match(text, start)) and not re.fullmatch(KIN_MANY, match["kin"], re.IGNORECASE):
        name, end = _called(text, match.end())
        return [Someone(match["kin"].lower(), name)], end
    found = name_at(text, start, person=True)
    return ([Someone(name=found[0])], found[1]) if found is not None else ([], start)


def _children(text: str, said: re.Match[str]) -> tuple[list[Someone], int]:
    """ "Both my kids", "my kids Emma and Luke": as many as are counted or named."""
    kin, link = _one_of(said["kin"]), _CALLED.match(text, said.end())
    names, end = _listed(text, link.end()) if link is not None else ((), said.end())
    if len(names) > 1 and all(one.name and not one.kin for one in names):
        return [replace(one, kin=kin) for one in names], end
    counted = [_NUMBERS.get(word.lower(), 0) for word in f"{said['of'] or ''} {said['how']}".split()]
    count = max([*counted, 2 if _ALWAYS_TWO.search(said["kin"]) else 0])
    return [Someone(kin)] * count, said.end()


def _one_of(kin: str) -> str:
    kin = kin.lower()
    return {"kids": "child", "children": "child"}.get(kin, kin[:-1] if kin.endswith("s") else kin)


def _named(text: str, people: tuple[Someone, ...]) -> tuple[Someone, ...]:
    """ "Both my kids, Emma and Luke": the names that are said beside those they belong to."""
    nameless = [index for index, one in enumerate(people) if not one.name and not one.me]
    if not nameless:
        return people
    for token in tokens(text):
        names, _ = _listed(text, token.start)
        if len(names) == len(nameless) and all(one.name and not one.kin for one in names):
            given = dict(zip(nameless, names, strict=True))
            return tuple(replace(one, name=given[index].name) if index in given else one for index, one in enumerate(people))
    return people


def mentioned(text: str) -> Someone | None:
    """Somebody who is named at all, in words that ask for one more ("my wife too", "another for Max")."""
    someone = whom(text)
    if someone is not None:
        return someone
    match = _MINE.search(text)
    if match is None:
        return Someone() if _THEIRS.search(text) else None
    several = re.fullmatch(KIN_MANY, match["kin"], re.IGNORECASE)
    return Someone(None if several else match["kin"].lower(), _called(text, match.end())[0])
