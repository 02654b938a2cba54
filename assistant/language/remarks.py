"""What somebody wants known about themselves when they come: an allergy, a wheelchair, nerves, or whatever they ask to have noted."""

from __future__ import annotations

import re

_NOTE = re.compile(
    r"\b(?:(?:please |can you |could you |would you |will you |just )*(?:note|make a note|take note|put (?:in |down )?a note|add a note"
    r"|write (?:it )?down|mention)(?: (?:on|in|with|to|for) (?:it|the|my) ?(?:appointment|booking|file)?)?"
    r"|(?:just )?so (?:you|they|the \w+) knows?|(?:just )?for your information|fyi|heads up|(?:please )?be aware|you should know)"
    r"(?:\s*[,:.]\s*|\s+)(?:that |saying (?:that )?)?(?P<what>\w.{2,})$",
    re.IGNORECASE | re.DOTALL,
)
_WHO = r"(?:i|we|he|she|(?:my|our) (?!tooth\b|teeth\b|gums?\b)\w+)"
_VERY = r"(?: (?:also|a bit|a little|very|really|quite|extremely|so|just|severely|terribly|pretty)){0,2}"
_IS = rf"(?:(?:i'?m|we'?re|he'?s|she'?s|{_WHO} (?:am|are|is)){_VERY})"
_HAS = rf"(?:{_WHO}(?:'ve| have| has)(?: got)?(?: also)?)"
_ABOUT_ME = re.compile(
    rf"\b(?P<what>(?:{_IS} (?:allergic|in a wheelchair|on a wheelchair|a wheelchair user|disabled|blind|deaf|hard of hearing"
    r"|hearing impaired|visually impaired|pregnant|breast-?feeding|nursing|diabetic|epileptic|asthmatic|autistic|claustrophobic"
    r"|needle[- ]phobic|phobic|nervous|anxious|scared|afraid|terrified|frightened|immunocompromised"
    r"|on (?:blood thinners?|warfarin|aspirin|antibiotics|medications?|medicine|chemo\w*|dialysis|crutches|oxygen|insulin))\b"
    rf"|{_HAS} (?:an? |the )?(?:\w+ ){{0,2}}?(?:allerg(?:y|ies)|pacemaker|heart (?:condition|problem|murmur|valve)"
    r"|(?:high |low )?blood pressure|diabetes|epilepsy|asthma|anxiety|phobia|disability|dementia|autism|adhd|hiv|hepatitis"
    r"|wheelchair|walker|service dog|guide dog|bleeding disorder)\b"
    rf"|{_WHO} (?:uses?|takes?|needs?|wears?) (?:an? |the |my |some )?(?:\w+ )?"
    r"(?:wheelchair|walker|crutches|hearing aids?|blood thinners?|warfarin|interpreter|ramp|elevator|lift|step[- ]free \w+|insulin)\b"
    rf"|{_WHO} (?:can'?t|cannot|can not) (?:climb|do|manage|use|take) (?:the |any )?(?:stairs|steps)\b"
    rf"|{_WHO} (?:don'?t|doesn'?t) (?:do well|cope) with \w+)"
    r"[^.?!;]*)",
    re.IGNORECASE,
)
#: where the next thing begins that is said in the same breath
_NEXT = re.compile(
    r"\s*(?:,\s*(?:so|but|and|can|could|is|are|do|please|my name|i'?d|i would|i want|i need)\b"
    r"|\b(?:and|so|but) (?:i'?d|i would|i want|i need|can|could|is|are|do|would|my name)\b).*$",
    re.IGNORECASE | re.DOTALL,
)


#: "is it a problem that I'm pregnant?" asks, and tells nobody to note it
_ASKS = re.compile(
    r"\b(?:is|are|can|could|do|does|will|would|what|how|if|whether|should|may|when)\b[^,.;?!]*$",
    re.IGNORECASE,
)


def remark_of(text: str) -> str | None:
    """What is to be noted with an appointment, in their own words; None when these words hold no such thing."""
    asked = _NOTE.search(text)
    found = asked or _ABOUT_ME.search(text)
    if found is None or (asked is None and _ASKS.search(text[: found.start()])):
        return None
    what = _NEXT.sub("", found["what"]).strip(" ,.:;!?")
    return what if len(what.split()) >= 2 else None
