"""Which of the times in a sentence tell of what has been: "my crown came off on Saturday, can I get a check-up?" asks for no Saturday."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

from assistant.domain.language import TimeValue
from assistant.language.text import listed, words


def _lines(table: str) -> str:
    """The lines of a table as alternatives; a line may hold a pattern."""
    return "|".join(line.strip() for line in table.strip().splitlines())


_THING = (
    r"(?:accident|baby|bridge|bruise|check-?up|check up|cleaning|consultation|crash|crown|denture|exam|extraction|facial|fall|fever|filling"
    r"|haircut|implant|infection|injury|massage|nosebleed|operation|procedure|root canal|seizure|session|stroke|surgery|teeth|tooth"
    r"|toothache|treatment|work|x-?rays?|x rays?)\b"
)
#: what has happened to somebody, in so many words
_HAPPENED = _lines(
    rf"""
    since\b
    (?:was|were) (?:in|there|here|at|with|over|off sick|out sick|out of)\b(?! (?:any|some)\w*\b)
    (?:was|were) (?:away|sick|ill|unwell|late|busy|working|bleeding|hurting|throbbing|aching|swollen|seen|treated|examined|injured|born)\b
    (?:was|were) on (?:antibiotics|painkillers|holiday|vacation)\b
    (?:wasn'?t|weren'?t|was not|were not) (?:in|there|here|able|well|home|feeling)\b
    last (?:visit|cleaning|check-?up|exam|appointment|one|time)(?: here| with you)? was\b
    (?:i|we|he|she|it|they|you) did\b
    (?:didn'?t|did not)\b(?! (?:you|i|we|they|he|she|it)\b)(?: \w+)?(?: anything)?
    couldn'?t (?:sleep|eat|chew|open|stop)\b
    used to\b
    (?:gave birth|found out)\b
    passed (?:out|away)\b
    moved (?:here|in|house|back|to town|to the area)\b
    (?:picked|flared|acted|threw) up\b
    filled (?:out|in)\b
    left (?:you )?(?:an?|my|some) (?:\w+ )?(?:message|voice ?mail|note|text)\b
    sent (?:you|in|an?|my|some|the)\b
    (?:hit|bit) (?:my|his|her|on|into|something)\b
    took (?:a fall|a tumble|painkillers)\b
    had to (?:cancel|leave|go|miss|stop|rush)\b
    had (?:(?:an?|my|the|some|another|his|her|our|two|one|it|dental|emergency|oral) ){{0,2}}(?:\w+ )?{_THING}
    had (?:it|one|this|that|them) (?:done|out|put in|pulled|removed|filled|fixed|checked|cleaned)\b
    got (?:sick|ill|hurt|hit|injured|stung|bitten|back|home|here|there|worse|bad|infected|loose|swollen|in(?:to)? an accident)\b
    got an? (?:call|text|message|letter|voice ?mail|toothache|cavity|fever|filling|cleaning)\b
    (?:i|we|he|she|they|you) got (?:it )?(?=on\b|in\b(?! (?:on|to|for)\b)|last\b|yesterday\b|over\b)
    got (?:it|my|his|her|one|this|that|the) (?:\w+ )?(?:done|fixed|pulled|removed|filled|cleaned|checked|out)\b
    """
)
#: the same in one word
_EVENTS = listed(
    """
    arrived ate began bled bought broke burst came canceled cancelled chipped choked collapsed cracked crashed died dropped fainted fell
    felt finished forgot happened hurt injured lost met missed noticed paid popped ran received retired saw shattered slept slipped snapped
    spent spoke sprained started stopped swallowed swelled swole talked threw tripped twisted visited vomited went woke worsened
    """
)
#: what they wrote or called for may be still to come
_REACHED = listed("called rang phoned texted emailed messaged wrote tried")
#: "a chipped tooth", "to get started", "has anybody cancelled?": behind these such a word tells of no event
_NO_EVENT_AFTER = listed("a an the my your his her our their get be getting being is are am anyone anybody")
#: what is so now, is planned, or was said about a time
_STANDS = _lines(
    r"""
    (?:was|were) there (?:an?|any\w*|some\w*|room|space)\b
    (?:is|are|am|isn'?t|aren'?t|be|will|won'?t|shall|works?|suits?)\b
    (?:it|that|there|here|what|when|where|how|he|she)'s\b(?! been)
    i'?m\b|(?:i|we|you|it|they|he|she)'(?:re|d|ll)\b
    (?:i|we|you|they) (?:still |also |only |just )?have\b(?! (?:been|had)\b)
    (?:'ve|have|has) got\b
    (?:do|does|did|were|have|has|don'?t|didn'?t|weren'?t|haven'?t) (?:you|i|we|they)\b
    (?:said|says|told|tells|asked|offered|suggested|recommended|mentioned|promised|gave me|gave us)\b
    (?:supposed|meant|due|hoping|hoped|wondering|thinking|planning|planned|looking|expecting|going to|gonna|about to)\b
    (?:booked|scheduled|rescheduled|reserved|made|signed up|set for)\b
    (?:had|got|have|has) (?:an?|my|the|another|our|one) (?:\w+ ){0,2}?(?:appointment|appt|booking|reservation|slot|spot|time)\b
    (?:an?|any|some|free|open|available) (?:opening|slot|spot|availability|cancell?ation)s?\b
    openings\b
    """
)
#: what is asked for
_WISHED = _lines(
    r"""
    (?:can|can'?t|cannot|could|couldn'?t|would|wouldn'?t|may i|may we|should|needs?|needed|wants?|wanted|wanna|prefer)\b
    (?:like|love) (?:to|an?|the|another)\b
    (?:please|pls|plz|book|schedule|reserve|arrange|make|move|change|let'?s|let me|how about|what about|available|free|anything)\b
    (?:coming (?:in|by|over|back)|to come)\b
    any (?:chance|room|space|way|luck|day|appointments?|times?)\b
    (?:get|fit|squeeze|see|put|take) (?:me|us|him|her|them)\b
    """
)


def _events(table: frozenset[str]) -> str:
    return "".join(rf"(?<!\b{word} )" for word in sorted(_NO_EVENT_AFTER)) + rf"(?:{'|'.join(sorted(table))})\b"


#: the first group that fits at a place is what its words say
_MARK = re.compile(
    rf"\b(?:(?P<stands>{_STANDS})|(?P<happened>{_HAPPENED})|(?P<wished>{_WISHED})"
    rf"|(?P<reached>{_events(_REACHED)})|(?P<event>{_events(_EVENTS)}))",
    re.IGNORECASE,
)
_PAST = ("happened", "reached", "event")
#: "if I came in on Tuesday": only supposed
_SUPPOSED = re.compile(r"\b(?:if|unless|rather|wish)\s+(?:\S+\s+){0,4}$", re.IGNORECASE)
_WHAT_FOR = re.compile(r"\b(?:to|for|about|regarding|asking|if|whether|that)\b", re.IGNORECASE)
#: "I called for Tuesday", "talked about Friday"
_AIMED_AT = re.compile(r"\b(?:for|about|regarding|to)\s+(?:the |this |that )?$", re.IGNORECASE)
#: "Tuesday works for me", "Tuesday please", "Tuesday off"
_WANTED = re.compile(
    r"^\s+(?:(?:works?|suits?|would|will|is|are)\b(?! (?:there|you|it|this|that|he|she|they|any\w*)\b)|off\b|instead\b"
    r"|(?:please|pls|plz|if possible|if you can)\s*(?:[.?!,]|$))",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^\W*(?:can|could|may|do|does|is there|are there|are you|would you|will you|any)\b", re.IGNORECASE)
_AHEAD = re.compile(r"\b(?:tomorrow|next|coming|upcoming|from now)\b", re.IGNORECASE)
#: times that lie behind us, whatever stands around them
_OVER = re.compile(
    r"\byesterday\b|\bago\b|\b(?:this|the) past\b"
    r"|\blast (?:week|weekend|month|year|night|evening|spring|summer|fall|autumn|winter|few|couple|two|three|four|five|six|\d+"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"(?! of\b)",
    re.IGNORECASE,
)
#: "a follow-up to my cleaning last week", "sore from yesterday"
_OF_THEIRS = re.compile(r"\b(?:from|after)\s+$|\b(?:my|our|his|her)\s(?:\w+\s){1,3}(?:on\s)?$", re.IGNORECASE)
_SINCE = re.compile(r"\bsince\b", re.IGNORECASE)
#: what may stand between the beginning and the time in "and then on Saturday my crown came off"
_LEADING = listed(
    """
    about again ah also and around at because but early hello hey hi hm i in it its just late like my ok okay on over since so that the then
    think this uh um was when yeah yes
    """
)
#: between a time in front and what happened stands who it happened to, and no more
_SUBJECT = 6
_ON = re.compile(r"\b(?:on|over|in|at|around|this)\s+(?:the )?$", re.IGNORECASE)
_STOP = re.compile(
    r"[?!;\n]+|(?<!\bdr)(?<!\bmr)(?<!\bmrs)(?<!\bms)\.(?=\s|$)|(?P<comma>,)|(?P<more>\b(?:and|plus)\b)"
    r"|\b(?:but|because|cause|then|although|though)\b|\bso\b(?! (?:much|many|bad|badly|hard|far|early|late|long|sore)\b)"
    r"|\bsince (?=(?:i|we|my|our|the|it|he|she|they|you|there)\b)",
    re.IGNORECASE,
)


#: every stretch is read again, which a long story must not make anybody wait for
_MOST_READ_APART = 400


def told_of(text: str, times: Sequence[TimeValue]) -> frozenset[int]:
    """The places in `times` of those that tell of what has been. Where a tense is not clear, a time tells of nothing."""
    if not times:
        return frozenset()
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    clauses = _clauses(text, times)
    found: set[int] = set()
    for index, value in enumerate(times):
        start, end = value.span
        first, last = next((clause for clause in clauses if clause[0] <= start < clause[1]), (0, len(text)))
        if _tells(text[first:start], value.text, text[end:last]):
            found.add(index)
    return frozenset(found)


def taken_apart(text: str, times: Sequence[TimeValue], read: Callable[[str], Sequence[TimeValue]]) -> tuple[TimeValue, ...]:
    """The times, with the day of "it came off on Saturday, can I come at ten?" no longer in the hour that is asked for."""
    if len(text) > _MOST_READ_APART:
        return tuple(times)
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    marks = [*_MARK.finditer(plain)]
    if not times or not (_OVER.search(plain) or any(mark.lastgroup in _PAST for mark in marks)):
        return tuple(times)
    stops = [stop for stop in _STOP.finditer(plain) if not any(_in_one(plain, value.span, stop) for value in times)]
    edges = sorted({0, *(match.start() for match in (*marks, *stops)), len(text)})
    alone = [value for start, end in itertools.pairwise(edges) for value in read(" " * start + text[start:end])]
    told = [alone[index] for index in sorted(told_of(text, alone))]
    if not told or all(value in times for value in told):
        return tuple(times)
    rest = text
    for start, end in (value.span for value in told):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return (*read(rest), *told)


def _in_one(text: str, span: tuple[int, int], stop: re.Match[str]) -> bool:
    """Does a time go on past this stop? "Friday, the 6th" does; "Saturday, can I come at ten" and "Saturday, nine please" do not."""
    start, end = span
    two = stop.lastgroup is None or _MARK.search(text, start + 1, end) or _WANTED.match(text[end:])
    return start < stop.start() < end and not two


def _tells(before: str, said: str, after: str) -> bool:
    """Does a time tell of what has been, by what stands before and after it in its clause?"""
    if _AHEAD.search(said) or _WANTED.match(after):
        return False
    marks = [*_MARK.finditer(before)]
    if _OVER.search(said):
        kinds = [mark.lastgroup for mark in marks]
        asked = "wished" in itertools.takewhile(lambda kind: kind not in _PAST, reversed(kinds))
        alone = not words(before) and not words(after)  # where a day was asked for, "yesterday" is still an answer
        return bool(_OF_THEIRS.search(before)) or not (asked or alone)
    if _SINCE.match(said):
        return True
    if marks:
        last = marks[-1]
        return _is_past(before, last) and not _AIMED_AT.search(before) and not _aimed(before, last)
    first = _MARK.search(after)
    return (
        first is not None
        and _is_past(after, first)
        and set(words(before)) <= _LEADING
        and len(words(after[: first.start()])) <= _SUBJECT
    )  # fmt: skip


def _is_past(text: str, mark: re.Match[str]) -> bool:
    return mark.lastgroup in _PAST and not _SUPPOSED.search(text[: mark.start()])


def _aimed(before: str, mark: re.Match[str]) -> bool:
    """ "I called to come in on Tuesday": that they called is over, the Tuesday may not be."""
    return mark.lastgroup == "reached" and bool(_WHAT_FOR.search(before[mark.end() :]))


def _clauses(text: str, times: Sequence[TimeValue]) -> list[tuple[int, int]]:
    """Where each clause begins and ends; what only goes on with a clause ("and Tuesday", ", on Saturday,") stays in it."""
    inside = [value.span for value in times]
    stops = [match for match in _STOP.finditer(text) if not any(start < match.end() and match.start() < end for start, end in inside)]
    kinds = [None, *(match.lastgroup for match in stops)]
    edges = [0, *(match.start() for match in stops), len(text)]
    found: list[tuple[int, int]] = []
    leads = False
    for kind, (start, end) in zip(kinds, itertools.pairwise(edges), strict=True):
        aside = _only_when(text, start, end, times)
        if found and ((kind == "comma" and (aside or leads)) or (kind == "more" and _is_more(text, found[-1][0], start, end, times))):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
        leads = aside and kind != "comma"  # "On Saturday, my crown came off"
    return found


def _is_more(text: str, clause: int, start: int, end: int, times: Sequence[TimeValue]) -> bool:
    """Does "and ..." go on with its clause? "On Monday and Tuesday", "a cleaning and x-rays on Tuesday", and no request of its own."""
    own = _MARK.search(text, start, end) is not None
    before = [value.span[1] for value in times if clause <= value.span[0] < start]
    after = [value.span for value in times if start <= value.span[0] < end]
    if not after:
        return not own
    first, last = min(after)
    if not set(words(text[start:first])) <= _LEADING:
        return not own and not before
    follows = bool(before) and not text[max(before) : start].strip()
    return follows and (not own or bool(_ASKS.match(text[last:end])))


def _only_when(text: str, start: int, end: int, times: Sequence[TimeValue]) -> bool:
    """Does a stretch say nothing but "um" or "on Saturday"? A bare "Tuesday" may be an answer, and is left alone."""
    within = [value for value in times if start <= value.span[0] < end]
    if not within:
        return set(words(text[start:end])) <= _LEADING
    if len(within) != 1:
        return False
    first, last = within[0].span
    named = _ON.search(text[start:first]) or _OVER.search(within[0].text)
    return bool(named) and set(words(text[start:first] + " " + text[last:end])) <= _LEADING
