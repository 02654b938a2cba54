"""How people ask for what the profile knows. Patterns read plain text: lower case, no accents, straight quotes."""

from __future__ import annotations

import re


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives))


_ROOMS = "office|practice|shop|store|clinic|salon|place|business|surgery|reception|studio|company"
#: What people call the place itself; "when does the pharmacy close" is not about us.
PLACE = rf"(?:{_ROOMS}|front desk|you(?: guys| all)?|y'?all|we|it|they|that|there)"
_FILLER = "(?:still |usually |normally |ever |even |also |already |guys |actually |going to be |gonna be |be )*"

OPEN = _any(
    r"\b(?:opening|office|business|working|store|shop) (?:hours|times|days)\b",
    r"\byour (?:\w+ )?hours\b",
    r"\byour (?:opening )?times\b",
    r"\bwhat hours\b",
    r"^(?:and )?(?:the )?hours\b",
    rf"\b{PLACE}(?:'re|'s| are| is)? {_FILLER}(?:open|closed|shut|close|opens|closes)\b",
    r"^(?:so |and |um |uh |hi |hello |are |is )*(?:open|closed)\b",
    rf"\b(?:when|what time|how late|until when|till when|how early)\b.*\b{PLACE}\b.*\b(?:open|close|shut)",
    r"\bhow (?:late|long) (?:are|do) you (?:stay )?open\b|\bhow late (?:are|do) you\b",
    r"\bwork(?:ing)? (?:on )?(?:weekends?|saturdays?|sundays?)\b",
    r"\b(?:you|anybody|anyone|somebody|someone)(?: be)?(?: still)? (?:there|in) (?:on|at|today|tomorrow|right now|now)\b",
)
#: Something of ours or of somebody else's that has hours of its own.
SOMETHING_ELSE = re.compile(r"\b(?:is|are|does|do|when|time) (?:the|your|a|an) ((?:\w+ )?\w+) (?:\w+ )?(?:open|close|closed|shut)")
CLOSURES = _any(
    r"\b(?:when|which days|what days|any days?|holidays?|vacation|closures?)\b.*\b(?:closed|closures?|off|shut|vacation)\b",
    r"\bholiday (?:hours|schedule|closures?)\b",
    r"\bclosed for (?:the )?(?:holidays|vacation)\b",
)
PRICE = _any(
    r"\bhow much\b", r"\bprices?\b", r"\bpricing\b", r"\bcosts?\b", r"\bcharge\b", r"\bfees?\b", r"\brates?\b", r"\bexpensive\b",
    r"\bwhat do i (?:have to )?pay\b",
)  # fmt: skip
PRICE_LIST = _any(
    r"\b(?:your|the) (?:prices|rates|fees|price list)\b",
    r"^(?:prices|price list|rates)\b",
    r"^(?:and |so )?what do you charge\??$",
    r"\bhow much (?:do you charge|does it cost|is it)\??$",
)
DURATION = _any(r"\bhow long\b", r"\bhow many minutes\b", r"\bduration\b", r"\bhow much time\b")
SERVICES = _any(
    r"\b(?:what|which)(?: kinds? of| sorts? of| types? of)? (?:services?|treatments?|appointments?)\b",
    r"\bwhat (?:do|can) you (?:guys )?(?:do|offer|provide)\b(?! (?:about|if|when|with|for|to))",
    r"\blist of services\b",
    r"\b(?:about|are|list) (?:all )?(?:your|the) (?:services|treatments|offers?)\b(?! (?:fee|charge|area))",
    r"\bwhat (?:things )?can i (?:book|get done)\b",
)
OFFER = re.compile(r"\b(?:do|can|could|would) you (?:guys |also |still )?(?:do|offer|provide|have|give|perform|make)\b")
ADDRESS = _any(
    r"\bwhat(?:'s| is) (?:your|the) (?:street |exact |postal |full )?address\b",
    r"^(?:the |your )?address\b",
    rf"\bwhere (?:are|r) (?:you|y'?all)\b(?! (?:going|from))|\bwhere is (?:it|(?:the|your) (?:{_ROOMS}))\b",
    rf"\bwhere's (?:it|(?:the|your) (?:{_ROOMS}))\b",
    r"\bwhere can i find you\b",
    r"\byour (?:location|address)\b",
    rf"\b(?:you|y'?all|{_ROOMS}) located\b|\blocated at\b",
    r"\bhow do i (?:get|find) (?:there|to you|you)\b",
)
WEBSITE = _any(r"\bweb ?site\b", r"\bweb ?page\b", r"\bhomepage\b", r"\burl\b", r"\bfind you online\b")
EMAIL = _any(r"\byour e-?mail\b", r"\b(?:the|an) e-?mail address\b", r"\bcan i e-?mail you\b")
PHONE = _any(r"\byour (?:phone |telephone )?number\b", r"\bwhat number (?:is this|did i call)\b")
NAME = _any(
    r"\bwhat(?:'s| is) the name of (?:the|this|your) (?:business|practice|company|office|place|shop)\b",
    r"\bwhat (?:business|company|practice) is this\b",
    r"\bwho (?:have i|did i) (?:reach(?:ed)?|call(?:ed)?)\b",
)
CLOCK = _any(r"\bwhat(?:'s| is) the time\b", r"\bwhat time is it\b", r"\bdo you have the time\b")
DATE = _any(r"\bwhat(?:'s| is) (?:the|today'?s) date\b", r"\bwhat day is (?:it|today)\b", r"\bwhat(?:'s| is) today\b")
NOW = _any(r"\bnow\b", r"\bcurrently\b", r"\bstill open\b", r"\bat the moment\b")
CLOSING = _any(r"\bstay open\b", r"\bclos(?:e|es|ing)\b", r"\bshut\b", r"\bhow late\b", r"\buntil when\b", r"\btill when\b")
BOTH_ENDS = _any(r"\bopen(?:ing)? (?:and|or) clos", r"\bclos(?:e|ing) (?:and|or) open")
LUNCH = _any(r"\b(?:over|at|during|for|through) lunch", r"\blunch ?(?:time|break|hour)\b")
CLOSED = _any(r"\b(?:closed|shut)\b", r"\bdo you (?:ever )?close (?:for|on|over|during)\b")
#: Asks for hours or a day, not for a yes.
OPEN_QUESTION = re.compile(
    r"^(?:so |and |um |uh |hi |hello |okay |ok |please |like )*"
    r"(?:what|when|how|until when|till when|which|tell me|your|hours|opening)\b"
)
USUALLY = re.compile(r"\b(?:usually|normally|generally|hours|days?)\b")
NEXT_OPENING = re.compile(r"\b(?:when|what time) do you (?:next )?open\b(?!ing)(?! hours)")

#: Words that a question about ourselves may hold; whatever else is left over makes it another question.
PRICE_WORDS = "price cost charge pay fee rate expensive much appointment session visit dollar usually normally total price"
DURATION_WORDS = "long minute duration time last takes appointment session visit usually normally"
OFFER_WORDS = "do offer provide have give perform make appointment service"

#: A question that leans on the one before: "and on Sunday?", "what about a check-up?".
FOLLOW_UP = re.compile(r"^(?:and|or|but|what about|how about|also|then)\b(?: (?:what|how) about\b)?")
MORE_DETAIL = _any(
    r"\b(?:more|in|some|further) details?\b",
    r"\btell me more\b",
    r"\bexplain (?:that|it|this)(?: a bit)? (?:more|better|again)\b",
    r"\bwhat do you mean\b",
    r"\belaborate\b",
    r"\bsay more\b",
)
