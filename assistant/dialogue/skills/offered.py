"""What is said of the times on offer: the number of one, the first of them, "any others?", "not sure yet"."""

from __future__ import annotations

import re

from assistant.dialogue.turn import Turn
from assistant.language.digits import UNITS

_LEAD = (
    r"^\W*(?:(?:um+|uh+|ok(?:ay)?|yes|yeah|yep|sure|so|well|then|maybe|just|please|i'?ll (?:take|have|go with|do)|i (?:want|pick|choose)"
    r"|let'?s (?:do|take|go with|say)|go(?:ing)? with|take|pick|can i (?:have|get)|could i (?:have|get)|give me|the)[\s,.]+)*"
)
_TAIL = (
    r"(?:[\s,]+(?:please|pls|plz|then|thanks|thank you|thx|it is|works?(?: for me)?|is (?:fine|good|great|best|perfect|ok|okay)"
    r"|sounds (?:good|great)|for me|would be (?:good|great|fine)))*[\s.!)]*"
)
_WORDS = {word: int(figure) for word, figure in UNITS.items() if 1 <= int(figure) <= 5}
#: a number that can be nothing but a place in the list: "option two", "#2", "2nd", "no. 2"
_PLACE = re.compile(
    rf"{_LEAD}(?:(?:option|opt|number|nr|no|choice|slot|item)\b[.:]?\s*|#\s*)(?P<which>\d|one|two|three|four|five)\b{_TAIL}(?:$|[,;])",
    re.IGNORECASE,
)
#: a figure in answer to a numbered list is its number; figures by voice are hours
_FIGURE = re.compile(rf"{_LEAD}(?P<which>\d)(?:\s*[,.)!](?!\d)|{_TAIL}$|\s+(?:please|and|for)\b)", re.IGNORECASE)
#: a word is the number, too, unless it is the hour of a time on the list
_WORD = re.compile(rf"{_LEAD}(?P<which>one|two|three|four|five){_TAIL}$", re.IGNORECASE)
_FIRST = re.compile(
    r"\b(?:earliest|soonest)\b(?<!at the earliest)(?! (?:i|we|he|she|they) )|\bfirst (?:available|free|possible|opening|you (?:have|got))\b"
    r"|\b(?:which|what)ever(?:'s| is| comes)? (?:the )?(?:first|sooner|soonest|earliest|earlier|quickest)\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"^\W*(?:the )?latest(?: (?:one|please|you have))*\W*$|\bwhich\s?ever is (?:the )?(?:last|latest|later)\b", re.IGNORECASE
)
_MORE = re.compile(
    r"\b(?:any(?:thing)?|some|what|got|have|show|see|give me|are there|were there|hear) (?:me )?(?:any |some |the )?"
    r"(?:more|others?|else|further)\b(?! (?:than|information|details?|questions?|days?|week|month|one|person|people|patient))"
    r"|^\W*(?:more|others?|what else|anything else|next|show more)(?: (?:options?|times?|slots?|choices|ones?|please|openings?))*\W*$"
    r"|\b(?:more|other|additional|further) (?:options?|times|slots|choices|openings)\b",
    re.IGNORECASE,
)
#: "do you need anything else from me?"
_NO_TIMES = re.compile(r"\b(?:need|know|bring|tell|help|all|nothing)\b", re.IGNORECASE)
_NOT_SURE = re.compile(
    r"\b(?:not (?:really |quite |too |so )?(?:sure|certain)|un(?:sure|decided)|(?:can'?t|cannot|hard to) (?:decide|choose|pick)"
    r"|idk|dunno|don'?t know|no idea|need to (?:think|check)"
    r"|torn|whichever|whatever|i'?m (?:easy|flexible|open))\b",
    re.IGNORECASE,
)


def by_number(turn: Turn) -> int | None:
    """The place, from 0, that was named of a numbered list; None where an hour may be meant."""
    options = turn.frame.options
    if turn.state.expecting.what != "choice":
        return None
    match = _PLACE.match(turn.text)
    if match is None and not turn.by_voice:
        match = _FIGURE.match(turn.text)
        if match is None and (match := _WORD.match(turn.text)) is not None:
            hour = _WORDS[match["which"].lower()]
            if any(_is_at(turn, place, hour) for place in range(len(options))):
                return None
    if match is None:
        return None
    place = _WORDS.get(match["which"].lower()) or int(match["which"])
    return place - 1 if 1 <= place <= len(options) else None


def _is_at(turn: Turn, place: int, hour: int) -> bool:
    local = turn.frame.options[place].astimezone(turn.context.zone)
    return local.hour % 12 == hour % 12 and local.minute == 0


def at_an_end(turn: Turn) -> int | None:
    """The first or the last of those on offer: "whichever is first", "the earliest"."""
    if turn.heard.times or turn.state.expecting.what != "choice" or more_said(turn):
        return None
    if _FIRST.search(turn.text):
        return 0
    return len(turn.frame.options) - 1 if _LAST.search(turn.text) else None


def first_said(turn: Turn) -> bool:
    """ "Tuesday, first available": the first time of whatever day was named."""
    return bool(_FIRST.search(turn.text))


def more_said(turn: Turn) -> bool:
    """ "Any others?": they want to hear of more times than the one, or those, that were said."""
    frame = turn.state.frame
    if frame is None or frame.waiting not in ("choice", "yes_no") or not (frame.options or frame.chosen) or turn.heard.times:
        return False
    return bool(_MORE.search(turn.text)) and not _NO_TIMES.search(turn.text)


def undecided(turn: Turn) -> bool:
    """ "Hmm, not sure": no choice, and no refusal either."""
    return bool(_NOT_SURE.search(turn.text)) and not turn.heard.times and not isinstance(turn.slot("choice"), int)
