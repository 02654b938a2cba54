"""Words as retrieval sees them: lower case, without endings, without the words that every question has."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")

#: Grammar and politeness: what is left of a question without these is what it is about.
_STOP = """
a able about actually all also am an and any anybody anyone anything are as at be because been before being but by bye can
cannot come could did do does doing done each either else ever every find for from get gets getting give go going got had happen
happens has have having he hear hello her here hey hi him his how however i if in into is it its just know let like look make may
maybe me mean might mine more most much must my need no nor not of oh ok okay on one or other our ours out over own please
possible question quick quickly really right say see shall she should so some somebody someone something such sure take tell than
thank thanks that the their them then there these they thing things think this those through to too uh um under up ups us use usually
very wait want wanted was way we well were what whats when where whether which while who whom whose why will wish with without
somewhere anywhere nearby around
wonder wondering work works would yeah yes yet you your yours
"""
STOP = frozenset(_STOP.split())

#: Different words for one thing, in the language of people who call a business. The first of a line stands for all.
_GROUPS = """
price cost costs charge charges fee fees pay rate rates expensive
park parking car carpark garage
child children kid kids son daughter toddler baby minor
pain hurt hurts ache aching sore
cancel cancellation cancelling canceling
pet dog dogs cat cats animal animals
toilet restroom bathroom washroom loo
wheelchair accessible accessibility disabled disability ramp
insurance insurer insured coverage
money cash
card credit debit visa mastercard amex
refund refunds reimburse reimbursement
student students
senior seniors pensioner pensioners elderly retired
wifi internet wireless
language languages speak spanish french german polish arabic mandarin chinese portuguese italian russian
doctor doctors dentist dentists physician
late lateness delayed
gift voucher vouchers
bus train tram subway metro
email mail
delivery deliver deliveries ship shipping
discount discounts reduction
deposit prepayment
guarantee warranty
invoice bill billing receipt
x-ray xray xrays radiograph radiographs
"""


def plain(text: str) -> str:
    """Lower case, accents and curly quotes folded."""
    folded = unicodedata.normalize("NFKD", text).replace("’", "'").casefold()
    return "".join(char for char in folded if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    return [
        word.split("'")[0] if word.endswith("'s") else word.replace("'", "")
        for word in _WORD.findall(plain(text).replace("wi-fi", "wifi").replace("x-ray", "xray"))
    ]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A light stemmer: plurals, -ing, -ed, -ly; never below three letters."""
    if len(word) <= 3 or word.isdigit():
        return word
    for ending, replacement in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x")):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: -len(ending)] + replacement
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed", "ly"):
        base = word[: -len(ending)]
        if word.endswith(ending) and len(base) >= 3 and re.search("[aeiouy]", base):
            if len(base) >= 4 and base[-1] == base[-2] and base[-1] not in "lsz":
                base = base[:-1]
            return base[:-1] if base.endswith("e") and len(base) > 3 else base
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


_CANON = {stem(word): stem(line.split()[0]) for line in _GROUPS.strip().splitlines() for word in line.split()}


def term(word: str) -> str:
    """The stem that stands for a word and its synonyms."""
    base = stem(word)
    return _CANON.get(base, base)


def terms(text: str) -> list[str]:
    """What a text is about, in order, with repetitions."""
    return [term(word) for word in words(text) if word not in STOP and (len(word) > 1 or word.isdigit())]
