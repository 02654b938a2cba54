"""What a message, task or reminder is about: the words that are left when the asking is taken away."""

from __future__ import annotations

import re
from datetime import time

from assistant.domain.language import TimeValue
from assistant.language.names import introduction_ends

_POLITE = r"(?:(?:hi|hello|hey|ok|okay|yes|yeah|no|then|so|um|uh|please|well|and|also|oh|actually|thanks|thank you|sure)[\s,.]+)*"
_ASK = (
    r"(?:(?:can|could|would|will) you (?:please |just )?|i(?:'d| would) like (?:you )?to |i (?:want|need|have) (?:you )?to |please"
    r" |just |go ahead and |let'?s |help me (?:to )?|may i |can i |could i )*"
)
_WHO = (
    r"(?P<who>(?:the |my |your )?(?:(?:dr\.?|doctor|mr\.?|mrs\.?|ms\.?) (?!i\b|my\b|that\b|to\b|we\b|he\b|she\b|it\b|the\b|about\b"
    r"|if\b|know\b|i'))?(?!i\b)[a-z'-]+(?: (?!our\b|her\b|his\b|their\b|they\b|you\b|i'|we'|it'|he'|she'|they'|when\b|what\b"
    r"|where\b|whether\b|how\b|please\b|thanks\b|say\b|saying\b|is\b|was\b|are\b|will\b|call\b|this\b|there\b|that\b|i\b|to\b"
    r"|know\b|he\b|she\b|my\b|i'm\b|and\b|we\b|it\b|a\b|the\b|about\b|if\b|please\b)[a-z'-]+)?)"
)
_MESSAGE = [
    re.compile(rf"^{_POLITE}{_ASK}(?:tell|inform) {_WHO} (?:that |to say |about )?(?P<what>.+)$", re.IGNORECASE | re.DOTALL),
    re.compile(rf"^{_POLITE}{_ASK}let {_WHO} know (?:that |about |if )?(?P<what>.+)$", re.IGNORECASE | re.DOTALL),
    re.compile(
        rf"^{_POLITE}{_ASK}(?:text|message) {_WHO} (?:and (?:say|tell (?:him|her|them)|let (?:him|her|them) know) |that |saying"
        rf" |to say )(?:that )?(?P<what>.+)$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        rf"^{_POLITE}{_ASK}(?:take|leave|pass on|send|give|get|record|relay) (?:a |my |this |the |another |down a )?(?:quick "
        rf"|short |voice |text )?(?:message|note|text|word)(?: (?:for|to|with) {_WHO})?(?: (?:then|please|for me|now))*"
        rf"(?:\s*[,:.]\s*| (?:that says |saying |to"
        rf" say |and say |that |and tell (?:him|her|them) (?:that )?))(?P<what>.+)$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        rf"^{_POLITE}{_ASK}(?:take|leave|pass on|send|give|get) (?:a |my |this |the |another )?(?:quick |short )?(?:message|note|word)"
        rf"(?: (?:for|to|with) (?P<who>(?:the |dr\.? |doctor |mr |mrs |ms )?[a-z'-]+))?(?: (?:then|please))? "
        rf"(?P<what>(?:i|i'm|i've|i'll|my|we"
        rf"|we're|he|she|he's|she's|there's|it's|this is|please \w+|(?:ask|tell) (?:him|her|them)|call me|ring me) .+)$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        rf"^{_POLITE}(?:a )?message (?:for|to) {_WHO}"
        rf"(?:\s*[,:.]\s*| (?:that |saying |is |(?=(?:i|i'm|i've|i'll|my|we|we're|our|please|he|she|there's|it's)\b)))(?P<what>.+)$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        rf"^{_POLITE}{_ASK}(?:ask|have|get) {_WHO} (?P<what>(?:to )?(?:call|ring|phone|text|email|contact|get back to) me\b.*)$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(rf"^{_POLITE}{_ASK}ask {_WHO} (?P<what>(?:if|whether|to|about|when|what|where|how|why) .+)$", re.IGNORECASE | re.DOTALL),
]
#: "Pass this on to George, the printer is fixed"
_PASSED_ON = re.compile(
    rf"^{_POLITE}{_ASK}(?:pass|relay|forward|hand) (?:(?:this|that|it|the (?:news|word))(?: message)? )?(?:(?:on|along|over) )?to {_WHO}"
    rf"(?:\s*[,:.]\s*(?:that )?| that |\s+(?=(?:i|i'm|i've|i'll|my|we|we're|our|the|it's|there's|his|her|your)\b))(?P<what>.+)$",
    re.IGNORECASE | re.DOTALL,
)
#: "Just say the crown came loose", "you can say to her that I'm late", "the message is that ..."
_TO_BE_SAID = re.compile(
    rf"^{_POLITE}(?:you (?:can|could|may) )?{_ASK}(?:(?:say|mention)(?: to {_WHO}(?=[\s,:]))?(?:\s*[,:]\s*| )(?:that )?"
    rf"|(?:(?:the|my) message (?:is|would be|should be)|(?:write|put)(?: down)?)(?:\s*[,:]\s*| )that )"
    rf"(?!(?:(?:that|it|this) )?(?:again|once more|one more time)\b)(?P<what>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_MESSAGE += [_PASSED_ON, _TO_BE_SAID]
_RECIPIENT = re.compile(rf"\b(?:message|note|word|text) (?:for|to|with) {_WHO}(?=[\s,.:]|$)", re.IGNORECASE)
_REMINDER = re.compile(
    rf"^{_POLITE}{_ASK}(?:remind (?:me|us)(?: again)?|(?:set|create|add|make|put|give me|schedule|i need) (?:up )?(?:a |an "
    rf"|another |me a )?(?:new )?(?:reminder|alarm)(?: for me)?|don'?t let me forget"
    rf"|remember|don'?t forget|keep in mind|i (?:must not|mustn't|shouldn'?t)"
    rf" forget)\s*(?:to |about |that |of |for )?(?P<what>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TASK = [
    re.compile(
        rf"^{_POLITE}{_ASK}(?:add|put|write|note|throw|stick|include|place|jot)(?: down)?\s+(?P<what>.+?)\s+(?:to|on|onto|in"
        rf"|down on)\s+(?:my|the|our|a)\s+(?:\w+[\s-]+){{0,2}}(?:list|to-?dos?|tasks|notes)(?P<rest>.*)$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        rf"^{_POLITE}{_ASK}(?:(?:add|create|make|new|set|put|start|note|open)(?: down)?\s*)+(?:a |an |me a |another |the"
        rf" )?(?:new )?(?:task|to-?do|item|note)(?: item)?(?: for me)?\s*(?::|,|to|called|named|for|about|saying|that says"
        rf"|-)?\s*(?P<what>.+)$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        rf"^{_POLITE}(?:note to self|make a note|note|task|to-?do|new task)(?: that| to| of)?\s*[:,]?\s+(?P<what>.+)$",
        re.IGNORECASE | re.DOTALL,
    ),
]
_DONE = [
    re.compile(
        rf"^{_POLITE}{_ASK}(?:mark|set)\s+(?P<what>.+?)\s+(?:as |off )?(?:done|complete|completed|finished)\b.*$", re.IGNORECASE | re.DOTALL
    ),
    re.compile(
        rf"^{_POLITE}{_ASK}(?:cross|tick|check|strike|take|get|remove|delete|scratch|drop|erase"
        rf"|clear)\s+(?:off\s+)?(?P<what>.+?)(?:\s+off)?(?:\s+(?:off|from|of|out of|on)\s+(?:of )?(?:my|the"
        rf"|our)\s+(?:\w+[\s-]+){{0,2}}(?:list|to-?dos?|tasks|notes))?$",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        rf"^{_POLITE}i(?:'ve| have)?(?: just| already)? (?:finished|completed|done)(?: with)?\s+(?P<what>.+)$", re.IGNORECASE | re.DOTALL
    ),
    re.compile(rf"^{_POLITE}(?P<what>.+?) (?:is|are) (?:done|finished|complete|completed)\b.*$", re.IGNORECASE | re.DOTALL),
    re.compile(
        rf"^{_POLITE}{_ASK}(?:delete|remove|cancel|drop|forget) (?:the |my )?(?:task|reminder|to-?do|item|note)(?: (?:about"
        rf"|called|named|to|for|of))?\s+(?P<what>.+)$",
        re.IGNORECASE | re.DOTALL,
    ),
]
_EDGE = re.compile(
    r"^(?:to|that|about|for|of|and|on|at|by|in|the fact that|i need to|i have to)\s+|\s+(?:on|at|by|for|in|to|and|please"
    r"|thanks|thank you|from|the|every)$",
    re.IGNORECASE,
)


def message_of(text: str) -> tuple[str | None, str | None]:
    """The message in the words, and for whom it is; who is calling may be said before it ("this is Brenda Fox, tell ...")."""
    stripped = text.strip()
    for begin in (0, *introduction_ends(stripped)):
        for pattern in _MESSAGE:
            match = pattern.match(stripped[begin:])
            if match:
                what = match.group("what").strip(" ,.:;")
                return (what or None), (match.groupdict().get("who") or "").strip() or None
    found = _RECIPIENT.search(stripped)
    return None, found.group("who").strip() if found else None


_PLACE = re.compile(
    r"\b(?:in|near|around|at|for|of)\s+(?P<where>(?:the\s+)?[^\W\d_][\w.'-]*(?:,?\s+(?!(?:on|at|for|in|tomorrow|today|tonight"
    r"|this|next|right|now|like|going|be"
    r"|during|from|when|and|please|later|over|around|starting|by|until|it|is|will|or|if|has|have)\b)[^\W\d_][\w.'-]*){0,4})",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(
    r"^(?:the$|whether\b|(?:the\s+)?(?:weather|forecast|day|week|weekend|month|morning|afternoon|evening|night|rain|snow|umbrella|time|me|us|it"
    r"|my|our|your|a|an|that|there|here|least|all|be|bring"
    r"|wear|know|see|get|check|hear|next|coming|moment|summer|winter|spring|fall|autumn|area|future|rest|outside|general"
    r"|temperature|go|come|how|what|today|tomorrow)\b)",
    re.IGNORECASE,
)


def place_of(text: str, times: tuple[TimeValue, ...]) -> str | None:
    """The place that weather is asked for."""
    body = _without_times(text, times)
    for match in _PLACE.finditer(body):
        where = match.group("where").strip(" ,.?!")
        if where and not _NO_PLACE.match(where):
            return where
    return None


def _without_times(text: str, times: tuple[TimeValue, ...]) -> str:
    """The words without those that say when, which leave a comma."""
    body = text
    for value in sorted(times, key=lambda found: -found.span[0]):
        start, end = value.span
        if 0 <= start < end <= len(body):
            body = body[:start] + " , " + body[end:]
    return body


def title_of(text: str, intent: str, times: tuple[TimeValue, ...]) -> str | None:
    """The title of a task or reminder, without the words that say when."""
    body = text
    for value in sorted(times, key=lambda found: -found.span[0]):
        start, end = value.span
        if 0 <= start < end <= len(body) and says_when(value):
            body = body[:start] + " " + body[end:]
    body = re.sub(r"\s+", " ", body).strip(" ,.;:!?")
    patterns = [_REMINDER] if intent == "set_reminder" else _TASK if intent == "create_task" else [*_DONE[-1:], *_DONE[:-1]]
    for pattern in patterns:
        match = pattern.match(body)
        if match:
            return _trim(match.group("what"))
    if intent == "create_task":
        match = _REMINDER.match(body)
        return _trim(match.group("what")) if match else None
    return None


def says_when(value: TimeValue) -> bool:
    """Does it name a day or an hour? "Mornings" alone does not, and belongs to what is to be done."""
    return not (value.grain == "part" and isinstance(value.start, time))


def _trim(words: str) -> str | None:
    previous = None
    trimmed = words.strip(" ,.;:!?\"'")
    while previous != trimmed:
        previous = trimmed
        trimmed = _EDGE.sub("", trimmed).strip(" ,.;:!?\"'")
    return (
        trimmed
        if trimmed
        and trimmed.lower()
        not in ("me", "it", "this", "that", "something", "reminder", "a reminder", "task", "item", "list", "my", "everything")
        else None
    )
