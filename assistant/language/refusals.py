"""Which of the times in a sentence are turned down: "not in the morning", "any day but Friday", "I work until five"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from assistant.domain.language import TimeValue

_LINK = r"(?:(?:in|on|at|for|with|of|during|around|this|next|the|a|an|any|all|most|come|coming|go|do|be|to|have|want|it) ){0,4}"
_CANNOT = r"(?:can'?t|cannot|can not|couldn'?t|won'?t be able to|(?:am|are|is|'m|'re) (?:not|un)\s?able to|unable to|not going to)"
_NOT_THERE = (
    r"(?:busy|away|working|tied up|booked(?: up| solid)?|unavailable|out of town|on holiday|on vacation|travell?ing|abroad"
    r"|not (?:free|available|around|in|here|home|able)|at (?:work|school|the office|university|college)"
    r"|in (?:class|school|meetings?|a meeting))"
)
#: what may stand right before a time that is not meant
_BEFORE = re.compile(
    rf"(?:(?<!why )(?<!if )(?<!or )(?<!whether )\bnot (?!only|just|sure){_LINK}|\b(?:never|neither|nor) {_LINK}"
    rf"|\b(?:except|excluding|besides|apart from|aside from|other than|save|bar)(?: for)? {_LINK}"
    rf"|\bany(?:thing|where|time| time| day| other day| morning| afternoon| evening)?(?: (?:this|next) week)? but {_LINK}"
    rf"|\b{_CANNOT} {_LINK}(?:(?:make|manage|fit|get there|attend|meet|commit)(?: it| that| in)? )?{_LINK}"
    rf"|\b(?:don'?t|do not|doesn'?t|wouldn'?t|rather not|hate|avoid|dislike) (?:really )?(?:like |love |fancy |work |want |do )?{_LINK}"
    rf"|\b{_NOT_THERE} {_LINK}|\b(?:i|we) (?:have to |always |usually )?work {_LINK}"
    rf"|\b(?:have|got|'ve got|there'?s) (?:work|school|class|classes|the kids|something|a meeting|meetings|another appointment) {_LINK})$",
    re.IGNORECASE,
)
_NO_PLURAL = re.compile(r"\bno $", re.IGNORECASE)
#: what may stand right behind it
_AFTER = re.compile(
    r"^(?:s?,?\s+|(?='s\s))(?:(?:really |just |also |both |all )?"
    r"(?:doesn'?t|does not|don'?t|do not|won'?t|will not|isn'?t|is not|'s not(?! bad| a problem)|aren'?t|are not|never)\b"
    r"(?! (?:mind|matter|know|forget|worry|need))"
    r"|(?:is|are|'s|would be|will be|might be|looks?)\s(?:a bit |rather |really |very |quite |always |just |no |a )*"
    r"(?:good\b(?<=no good)|bad|out|out of the question|difficult|tricky|hard|tough|impossible|terrible|awful|busy|full|packed|hectic"
    r"|problem|no|nightmare|no-?go|too (?:early|late|soon|far|busy|short)|inconvenient)\b"
    rf"|(?:i|we)(?: am| are|'m|'re)? (?:{_CANNOT}|{_NOT_THERE})|(?:i|we) (?:always )?work\b(?! for))",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\bwhy (?:not|can'?t)\b|\b(?:can'?t|couldn'?t|won'?t|isn'?t|aren'?t|don'?t) (?:i|you|we|they|it|there)\b", re.IGNORECASE
)
_LISTED = re.compile(r"^s?,?\s*(?:and|or|nor|&|/)(?: (?:on|in|at|the|also|either|any|not))*\s*$", re.IGNORECASE)
_LEADING_UP = re.compile(r"[\s,]*\b(?:(?:but|just|and|only|please|preferably|ideally|i|we|i'm|we're|i am|we are) ?)*$", re.IGNORECASE)
_GOING_ON = re.compile(r"^[\s,]*(?:but|and|so)\b", re.IGNORECASE)
_STRETCH = re.compile(r"-|\b(?:to|through|until|till|and)\b", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)
#: "not until Monday" is free from then on: the grammar has turned it round already
_UNTIL = re.compile(r"\b(?:until|till|'til|til)\b|\bnot before\b", re.IGNORECASE)


def turned_down(text: str, times: Sequence[TimeValue]) -> frozenset[int]:
    """The places in `times` of those that are not wanted."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    order = sorted(range(len(times)), key=lambda index: times[index].span)
    refused = {index for index in order if _refused(text, times[index])}
    for one, two in itertools.pairwise(order):
        if one in refused and _LISTED.match(text[times[one].span[1] : times[two].span[0]]):
            refused.add(two)
    for one, two in itertools.pairwise(order[::-1]):
        between = text[times[two].span[1] : times[one].span[0]]
        if one in refused and "not" not in between and (_LISTED.match(between) or not between.strip(" ,")):
            refused.add(two)  # "Monday, Tuesday and Wednesday are bad"
    return frozenset(refused)


def _refused(text: str, value: TimeValue) -> bool:
    start, end = value.span
    if value.end is None and value.kind == "interval" and _UNTIL.search(value.text):
        return False
    if len(_NAMED.findall(value.text)) > 1 and not _STRETCH.search(value.text):
        return False  # "not Tuesday, sorry, Wednesday": what replaces it stands
    sentence = max(text.rfind(mark, 0, start) for mark in ".?!;") + 1
    if value.text.lower().endswith("'s"):
        end -= 2  # "Friday's no good"
    before, after = text[sentence:start], text[end:]
    if _ASKED.search(before):
        return False
    plural = value.text.lower().endswith("s") and bool(_NO_PLURAL.search(before))
    return plural or bool(_BEFORE.search(before)) or bool(_AFTER.match(after))


def what_is_wanted(text: str, times: Sequence[TimeValue]) -> str:
    """The text without what is turned down, when enough is left to be understood by itself."""
    rest = text
    for index in sorted(turned_down(text, times), key=lambda index: times[index].span, reverse=True):
        start, end = times[index].span
        sentence = max(rest.rfind(mark, 0, start) for mark in ".?!;,") + 1
        phrase = _BEFORE.search(rest[sentence:start])
        if phrase is not None:
            begin = _LEADING_UP.sub("", rest[: sentence + phrase.start()])
            rest = begin + (" " + _GOING_ON.sub("", rest[end:]) if not begin else rest[end:])
    return rest if len(re.findall(r"\w{3,}", rest)) >= 2 else text
