"""Which of the things just offered was meant: "the second one", "the later one", "neither", "half past eleven"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from assistant.language.corrections import said_instead
from assistant.language.text import plain, words

Choice = int | str

_ORDINALS = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "former": 0,
    "one": 0,
    "two": 1,
    "three": 2,
    "four": 3,
    "five": 4,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
    "5": 4,
    "a": 0,
    "b": 1,
    "c": 2,
    "d": 3,
}
_ORDINAL = re.compile(
    r"\b(?:the|that|your|take|option|number|choice|answer|let'?s go with|go for|i'?ll (?:take|have|go with)|maybe|um|uh|yes"
    r"|yeah|sure|ok|okay)?\s*"
    r"\b(?P<which>first|second|third|fourth|fifth|former|1st|2nd|3rd)\b(?:\s+(?:one|option|slot|time|choice|appointment|of"
    r" (?:those|them|the (?:two|three)))\b)?(?P<after>\s+\w+)?"
)
_NUMBER = re.compile(r"\b(?:option|number|choice|no|answer) (?P<which>one|two|three|four|five|[1-5a-d])\b")
_ONLY_NUMBER = re.compile(
    r"^(?:um |uh |the |yes |yeah |just |it'?s |i'?ll take )?(?P<which>one|two|three|four|five|[1-5]|a|b|c|d)(?: please| thanks)?$"
)
_LAST = re.compile(
    r"\bthe (?:very )?(?:last|latter|final)\b(?! (?:time|week|month|year|day|monday|tuesday|wednesday|thursday|friday|saturday"
    r"|sunday))|^(?:last|latter)(?: please)?$|(?<!\bmy )(?<!\byour )\b(?:last|final) (?:one|option|slot|choice)\b"
)
_EARLIER = re.compile(
    r"\b(?:the )?(?:earlier|earliest|sooner|soonest|morning) (?:one|option|slot|time|of the two|appointment)\b|^(?:the"
    r" )?(?:earlier|earliest|sooner|soonest)(?: please)?$"
)
_LATER = re.compile(
    r"\b(?:the )?(?:later|latest|afternoon) (?:one|option|slot|time|of the two|appointment)\b|^(?:the )?(?:later|latest)(?: please)?$"
)
#: "Let's go with the later", but not "by five at the latest"
_COMPARED = re.compile(
    r"\b(?:with|take|have|for|prefer|like|want|choose|pick|it'?s|do|yes|yeah|um|uh) the (?:(?P<earlier>earlier|earliest|sooner|soonest)"
    r"|later|latest)(?: of the (?:two|three|lot))?(?: please| then| thanks| thank you)?$"
)
_NEITHER = re.compile(
    r"\b(?:neither|none of (?:those|them|these|the above)|(?:anything|something) else"
    r"|any other (?:times?|options?|days?|slots?|ones?)|another (?:one|time|day|option)|(?:a )?different (?:one|time|day"
    r"|option)|more options|not (?:either|any) of|none|no(?:t)? (?:those|them)|don'?t like"
    r" (?:either|any)|can'?t do (?:either|any)|either of (?:those|them) (?:don'?t|won'?t))\b"
)
_ANY = re.compile(
    r"\b(?:either(?: one)?|any(?: one)?(?: of (?:those|them|these))?(?= (?:is|would|works|will|of|one)|$| is fine)|whichever"
    r"|whatever|you (?:choose|pick|decide)|both (?:work|are)|^both$|(?:i )?don'?t (?:mind|care)|no preference|doesn'?t matter"
    r"|surprise me|anyone|anything is fine)\b"
)
_MIDDLE = re.compile(r"\b(?:the )?middle (?:one|option|slot|time)\b|^(?:the )?middle(?: please)?$")
_REFUSED = re.compile(
    r"\b(?:but )?(?:not|rather than|instead of) (?P<what>(?:the )?(?:first|second|third|last|final|former|latter"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:earlier|later|morning|afternoon)(?= one))(?: one)?)\b"
)
_OTHER = re.compile(r"\bthe other (?:one|option|time|slot)\b")
#: "2, cleaning, it's Luis Ortega"
_LISTED = re.compile(r"\s*(?:number |option )?(?P<which>one|two|three|four|five|[1-5])\s*[,;)](?!\s*\d)", re.IGNORECASE)
_FIGURES = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "fifteen": "15",
    "thirty": "30",
}
_MONTHS = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}


def find_choice(text: str, options: Sequence[str] = (), *, expecting: bool = False) -> Choice | None:
    """A 0-based index, -1 for the last, or "earlier" | "later" | "neither" | "any"; None when nothing was chosen.

    With `expecting` bare numbers and the wordings of the options count too.
    """
    if options or expecting:
        for tail in said_instead(text):  # "the first, no, the second one"
            instead = _chosen(tail, options, expecting=expecting)
            if instead is not None:
                return instead
    return _chosen(text, options, expecting=expecting)


def _chosen(text: str, options: Sequence[str], *, expecting: bool) -> Choice | None:
    """What was chosen in words that take nothing back."""
    said = plain(text)
    if not said:
        return None
    offered = len(options) > 0 or expecting
    refused = _REFUSED.search(said)
    if refused and offered and len(options) > 1:
        # "Wednesday, not Friday"; of two, "not the first" is the second
        rest = (said[: refused.start()] + said[refused.end() :]).strip()
        chosen = _chosen(rest, options, expecting=expecting) if rest else None
        if chosen is not None or len(options) > 2:
            return chosen
        other = _chosen(refused["what"], options, expecting=True)
        return (1 - other % 2) if isinstance(other, int) else None
    listed = _LISTED.match(text)
    if listed and expecting and options and _ORDINALS[listed.group("which").lower()] < len(options):
        return _ORDINALS[listed.group("which").lower()]
    if offered and _NEITHER.search(said):
        return "neither"
    if _EARLIER.search(said):
        return "earlier"
    if _LATER.search(said):
        return "later"
    compared = _COMPARED.search(said)
    if compared and offered:
        return "earlier" if compared["earlier"] else "later"
    match = _ORDINAL.search(said)
    if match and not _dated(said, match):
        index = _ORDINALS[match.group("which")]
        if offered or re.search(r"\b(?:one|option|slot|choice)\b", match.group()):
            return index
    if _LAST.search(said) and offered:
        return -1
    if _MIDDLE.search(said) and len(options) == 3:
        return 1
    if not offered:
        return None
    number = _NUMBER.search(said)
    if number:
        return _ORDINALS[number.group("which")]
    if expecting and options:
        worded = _by_words(said, options)
        if worded is not None:
            return worded
    number = _ONLY_NUMBER.match(said)
    if number and expecting and _ORDINALS[number.group("which")] < max(len(options), 1 if options else 5):
        return _ORDINALS[number.group("which")]
    if _OTHER.search(said) and len(options) == 2:
        return -1
    return "any" if _ANY.search(said) else None


def _dated(said: str, match: re.Match[str]) -> bool:
    """ "the second of March", "March second" and "wait a second" choose nothing."""
    after = (match.group("after") or "").strip()
    before = said[: match.start("which")].split()[-2:]
    if after in _MONTHS or (after == "of" and not re.match(r"\s*of (?:those|them|the)\b", said[match.end("which") :])):
        return True
    if after in (
        "time",
        "thing",
        "week",
        "half",
        "floor",
        "day",
        "street",
        "avenue",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
    ):
        return after != "time" or "for" in before
    return bool(before and (before[-1] in _MONTHS | {"a", "one", "split", "twenty", "thirty"} or before[0] in _MONTHS))


def _by_words(said: str, options: Sequence[str]) -> int | None:
    """The one option whose own words were used; None when several or none fit."""
    spoken = set(said.split()) - {"the", "at", "on", "a", "for", "please", "one", "with", "and", "in", "it", "i'll", "take"}
    spoken |= {_FIGURES[word] for word in spoken if word in _FIGURES}
    listed = [{_FIGURES.get(word, word) for word in words(option)} for option in options]
    common = set.intersection(*listed) if len(listed) > 1 else set()
    own = [len(spoken & (mine - set().union(*(theirs for theirs in listed if theirs is not mine)))) for mine in listed]
    if sorted(own)[-2:-1] == [max(own)] and max(own):
        # "Friday or Tuesday": each has a word of its own
        return None
    scores = []
    for option, mine in zip(options, listed, strict=True):
        theirs = [word for word in mine - common if word not in ("the", "at", "on", "a", "for", "with", "and", "in", "am", "pm")]
        shared = sum(1 for word in theirs if word in spoken)
        exact = 1.0 if f" {plain(option)} " in f" {said} " else 0.0
        close = fuzz.ratio(said, plain(option)) / 100 if len(said) > 4 else 0.0
        scores.append(max(exact * 2, shared / len(theirs) if theirs else 0.0, close if close > 0.85 else 0.0))
    best = max(scores)
    if best < 0.5:
        # a single word that only one option has ("wednesday", "cleaning")
        hits = [index for index, mine in enumerate(listed) if spoken & (mine - common)]
        return hits[0] if len(hits) == 1 else None
    winners = [index for index, score in enumerate(scores) if score >= best - 1e-9]
    return winners[0] if len(winners) == 1 else None
