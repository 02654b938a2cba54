"""Whom callers speak for: the words for family, friends and those in their care. The one list of them."""

from __future__ import annotations

_ONE = (
    "wife|husband|spouse|partner|son|daughter|mother|father|mum|mom|dad|mummy|mommy|daddy|brother|sister|child|kid|baby|toddler|twin"
    "|boy|girl|teenager|grandma|grandpa|granny|nan|grandad|grand(?:mother|father|son|daughter|child)|nephew|niece"
    "|uncle|aunt|auntie|cousin|friend|boyfriend|girlfriend|fianc\\w+|boss|colleague|co-?worker|neighbou?r|roommate|flatmate|client|parent"
)
_MANY = (
    "kids|children|twins|parents|sons|daughters|boys|girls|friends|brothers|sisters|grand(?:kids|children|sons|daughters|parents)"
    "|little ones"
)
_SORT = r"(?:(?:step|foster|half|god)[- ]?)"
#: several of them: "kids"
KIN_MANY = rf"{_SORT}?(?:{_MANY})"
#: one of them or several: "stepson", "mother-in-law", "kids"
KIN = rf"{_SORT}?(?:little one|{_MANY}|(?:{_ONE})(?:[- ]in[- ]law)?)"
#: what may stand before such a word: "my five year old son", "our two little girls"
MANNER = (
    r"(?:(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2}|little|young|younger|youngest|old|older|oldest|eldest|other|own|dear|late"
    r"|ex|baby|teenage|best|good|elderly|\w+[- ]years?[- ]old|years?[- ]old|month[- ]old)[\s-]+){0,4}"
)
#: "my wife", "our two little girls"; the word itself is the group `kin`
MY_KIN = rf"\b(?:my|our|the)\s+(?P<how>{MANNER})(?P<kin>{KIN})\b"
#: the same without groups, to be used more than once in a pattern
OF_MINE = rf"(?:my|our|the)\s+{MANNER}{KIN}"
#: somebody of somebody else's: "her brother"
OF_THEIRS = rf"(?:his|her|their)\s+{MANNER}{KIN}"
