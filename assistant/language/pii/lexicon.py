"""What is known of a word beforehand: whether it is a name, a place, a plain English word. The lists stand beside this file.

A name nobody has listed is recognised by what stands around it and by not being a plain word: that is why the plain words are here too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.language.given_names import GIVEN_NAMES
from assistant.language.text import listed

LISTS = Path(__file__).parent / "lists"

TITLES = listed("mr mrs ms miss mx dr doctor prof professor sir madam mister missus reverend rev uncle aunt auntie nurse captain")
_DAYS = listed(
    """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january february march
    april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec today
    tomorrow yesterday tonight noon midnight morning afternoon evening christmas easter halloween thanksgiving maundy
    """
)
_NUMBERS = listed(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand first second third fourth fifth sixth seventh
    eighth ninth tenth half quarter am pm
    """
)
_STREETS = listed(
    """
    street st avenue ave road rd lane ln drive dr boulevard blvd court ct place pl square sq way terrace close crescent highway
    hwy parkway apartment apt suite unit flat floor box rue via calle avenida rua plaza platz strasse weg gate vej ulica ul route
    chemin po zip postcode psc apo fpo dpo
    """
)
_FOLDS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "’": "'"})


def fold(word: str) -> str:
    """Lower case without accents."""
    lowered = word.lower()
    if lowered.isascii():
        return lowered
    return "".join(char for char in unicodedata.normalize("NFKD", lowered.translate(_FOLDS)) if not unicodedata.combining(char))


def _lines(name: str) -> list[str]:
    return [line for line in (LISTS / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


@dataclass(frozen=True)
class Lexicon:
    """Sets of folded words; `plain` has how common a word is, 1 the commonest."""

    given: frozenset[str]
    surnames: frozenset[str]
    places: frozenset[str]
    countries: frozenset[str]
    plain: dict[str, int]
    long_places: dict[str, frozenset[tuple[str, ...]]]

    def kind(self, word: str, hidden: frozenset[str] = frozenset()) -> str:
        """A few letters that say all of it. Words in `hidden` are taken for unknown names: training must not lean on the lists alone."""
        marks = ""
        if word not in hidden:
            marks += "F" if word in GIVEN_NAMES else "G" if word in self.given else ""
            marks += "S" if word in self.surnames else ""
            marks += "C" if word in self.countries else "P" if word in self.places else ""
        marks += "D" if word in _DAYS else ""
        marks += "N" if word in _NUMBERS else ""
        marks += "A" if word in _STREETS else ""
        marks += "T" if word in TITLES else ""
        return marks + str(self.plain.get(word, 0))

    def is_plain(self, word: str) -> bool:
        return word in self.plain or word in _DAYS or word in _NUMBERS or word in TITLES

    def in_long_places(self, words: Sequence[str]) -> set[int]:
        """Positions of the words that stand in a place of several words ("new york")."""
        found: set[int] = set()
        for at, word in enumerate(words):
            for rest in self.long_places.get(word, ()):
                if tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
                    found.update(range(at, at + 1 + len(rest)))
        return found


@cache
def lexicon() -> Lexicon:
    """Read once. A list that is missing is an error: without it the weights would mean something else."""
    plain: dict[str, int] = {}
    rank = 0
    for line in _lines("words.txt"):
        if line.startswith("="):
            rank += 1
        else:
            plain.update(dict.fromkeys(line.split(), rank))
    countries = [tuple(line.split()) for line in _lines("countries.txt")]
    places = [*countries, *(tuple(line.replace("-", " ").split()) for line in _lines("places.txt"))]
    long_places: dict[str, set[tuple[str, ...]]] = {}
    for first, *rest in places:
        if rest:
            long_places.setdefault(first, set()).add(tuple(rest))
    return Lexicon(
        given=listed(" ".join(_lines("given.txt"))),
        surnames=listed(" ".join(_lines("surnames.txt"))),
        places=frozenset(place[0] for place in places if len(place) == 1),
        countries=frozenset(place[0] for place in countries if len(place) == 1),
        plain=plain,
        long_places={first: frozenset(rests) for first, rests in long_places.items()},
    )
