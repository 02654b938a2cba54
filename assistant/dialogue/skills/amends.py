"""What is wrong with what was read back, said without what it should be: "wrong name", "a different day", "change the time"."""

from __future__ import annotations

import re
from typing import Literal

from assistant.dialogue.collectors import name as names
from assistant.dialogue.skills import details, times, wishes
from assistant.dialogue.state import Wish
from assistant.dialogue.turn import Asking, Turn

Part = Literal["name", "day", "time", "service", "phone"]

_NOUNS = r"(?P<{0}>(?:sur|last |first |full )?name|day|date|time|hour|service|treatment|(?:phone )?number|phone)"
_NAMED = (
    re.compile(
        r"\b(?:wrong|incorrect|different|another|other|not (?:the )?right|not my|isn'?t my"
        r"|(?:change|fix|correct|edit|update|amend|swap)(?: up)?)"
        rf"(?: (?:the|my|that|a|of))* {_NOUNS.format('part')}\b(?! (?:than|as) )",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:the|my|that) {_NOUNS.format('part')}(?:'s| is| was)?(?: (?:all|just|spelled|spelt|a bit))*"
        r" (?:wrong|incorrect|off|not (?:right|correct)|isn'?t (?:right|correct))\b",
        re.IGNORECASE,
    ),
)
#: the answer to "what should I change?"
_ALONE = re.compile(
    rf"^\W*(?:(?:um+|uh+|just|only|please|it'?s|the|my|maybe|i think)[\s,]+)*{_NOUNS.format('part')}(?:[\s,]+(?:please|thanks))*\W*$",
    re.IGNORECASE,
)


def part(turn: Turn) -> Part | None:
    """What they want different of a time that is held, when they have not said what it should be."""
    frame = turn.state.frame
    if frame is None or frame.chosen is None or turn.heard.times or turn.slot("service") or names.name_of(turn.heard):
        return None
    if not wishes.wish_said(turn).empty or turn.slot("phone") or turn.slot("phone_partial"):
        return None
    found = next((match for pattern in _NAMED if (match := pattern.search(turn.text))), None)
    if found is None and frame.waiting == "open":
        found = _ALONE.match(turn.text)
    if found is None:
        return None
    noun = found["part"].lower()
    if noun.endswith("name"):
        return "name"
    if noun.endswith(("number", "phone")):
        return "phone"
    kinds: dict[str, Part] = {"day": "day", "date": "day", "time": "time", "hour": "time"}
    return kinds.get(noun, "service")


def ask(turn: Turn, wrong: Part) -> Asking:
    """Ask for it; False where going on with the request asks for it by itself."""
    frame = turn.frame
    turn.set(read_back=None)
    if wrong == "name":
        turn.set(name=None, name_sure=False)
        turn.ask(details.ASK_NAME_OTHER if frame.for_other else details.ASK_NAME, "name")
        return True
    if wrong == "phone":
        turn.set(phone=None, digits="")
        turn.ask(details.ASK_PHONE, "phone")
        return True
    assert frame.chosen is not None
    local = frame.chosen.astimezone(turn.context.zone)
    yield from turn.let_go()
    if wrong == "day":
        turn.set(wish=Wish(at=local.time()), chosen=None, options=())
        turn.ask(times.WHICH_DAY, "date")
        return True
    if wrong == "time":
        turn.set(wish=Wish(day=local.date()), options=())
        if (yield from times.others(turn, frame.target.id if frame.target else None)):
            return True
        turn.set(chosen=None)
    else:
        turn.set(service=None, chosen=None, wish=Wish(day=local.date(), at=local.time()))
    return False
