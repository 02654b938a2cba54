"""People's names as they are said on the telephone, in whatever case the transcript has them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

import jellyfish
from rapidfuzz import fuzz

from assistant.language.corrections import said_instead
from assistant.language.given_names import AMBIGUOUS, GIVEN_NAMES
from assistant.language.kin import OF_MINE
from assistant.language.pii.tagger import shared
from assistant.language.spelling import Spelled, find_spelling
from assistant.language.text import Token, listed, tokens, words

#: Words that are no part of a name, however they are introduced.
STOP = listed(
    """
    aug sept sep oct nov dec jan feb mar apr jun jul mon tue tues wed thu thur thurs fri sat sun pm am
    person people table guests seats lunch dinner breakfast brunch concert birthday
    a about above actually afraid after afternoon again ago ahead all almost already also although always am an and another any
    anybody anymore anyone anything appointment appointments april are around as ask asking at available away back bad be because
    been before behind being best better between book booked booking both bothering busy but by call called caller calling can can't
    cannot cancel cancelling canceling change check checking checkup cleaning close closed come coming confused confirm confirming
    correct could couldn't currently customer day days definitely did didn't different disappointed do does doesn't doing don't done
    down due during early either else emergency enough even evening ever every everybody everyone everything exactly excited feel
    feeling few fine first five flexible for four free friday frightened from fully further get getting give glad go going gone
    gonna good goodbye got grateful great had half happy hard has have haven't having he hear hello help her here hey hi him his
    hold home hoping hour hours how hurt i i'd i'll i'm i've if ill important in inquiring instead interested into is isn't it it's
    its january july just kind know last late later leave leaving let let's like list little live living long look looking lot love
    made make making many march maybe me mean message mine minute minutes moment monday month months more morning most move moving
    much must my myself need needed needing needs never new next nice night nine no nobody none noon nope not nothing november now number
    o'clock october of off office okay ok old on once one only open or other our out over own parked patient people perfect person
    phone pick place please pm possible prefer pretty probably problem put question quick quite ready really regarding reschedule
    rescheduling right running sad same saturday say scheduled see send september seven several shall she should sick since six so
    some somebody someone something sometime sometimes somewhere soon sorry sounds speak speaking spelled spell spelling spelt start
    still stop stuck such sunday supposed sure take taken taking talk tell ten text than thank thanks that that's the their them
    then there there's these they thing things think thinking third this those though three through thursday till time times tired
    to today together tomorrow tonight too trying tuesday twelve twenty two uh um under unable unavailable unfortunately until up
    upset us use very visit wait waiting want wanted wanting wants was wasn't we we're wednesday week weekend weeks well went were what
    what's when where which while who whole why will with without won't wonderful wondering work working works worried would
    wouldn't wrong yeah year years yep yes yesterday yet you you're your yours anxious appt arriving asap allergic bleeding broken
    concerned curious driving eleven eight fifteen thirty forty fifty hungry insured lost married pregnant outside urgent weird fun
    good-bye alright lovely sweet cool awesome fantastic brilliant able aware certain mainly basically honestly literally totally
    absolutely returning phoning ringing doctor dentist nurse receptionist manager boss owner assistant secretary robot human
    machine computer bot wife husband son daughter mother father mum mom dad brother sister friend partner kid kids child children
    baby name's names surname lastname firstname address email mail code pin zip postcode reference order account service price cost
    money pain tooth teeth knee hair cut haircut massage exam consultation consult follow-up test results blood eye eyes filling
    crown root canal extraction whitening cheaper sooner earlier latest nearest quickest easy easier nah hmm er erm ah oh yup regard
    whichever whatever regards reason thx pls plz tmrw tmr xx xoxo lol btw haha spanish english french german okay-dokey mhm pardon
    """
)
_PARTICLES = listed(
    """
    van von de da di del della der den la le el al bin ibn o mc mac st dos du ter ben
    """
)
_SHORT_NAMES = frozenset({"al", "ben", "mac", "del"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "doctor", "professor", "prof", "sir", "madam", "mister", "missus"})
_SUFFIXES = frozenset({"jr", "junior", "senior", "sr", "ii", "iii"})

_STRONG = re.compile(
    r"\b(?:(?:my|the|his|her|their|full|first|last|family|whose)\s+(?:(?:full|first|last|family|middle|sur|patient'?s?"
    r"|own)\s*)?name(?:\s+is|'s"
    r"|\s+(?:would|should|has to|needs to) be|\s+should\s+(?:say|read)|\s+to(?:\s+be)?|\s*:)?"
    r"|name\s+is|name\s+should\s+be|name'?s|name\s*:|surname\s+is|(?:under|in|by|with)\s+(?:the\s+)?(?:last\s+|first\s+)?name(?:\s+of)?"
    r"|(?:you\s+can\s+)?call\s+me(?!\s+back|\s+at|\s+on|\s+when|\s+later|\s+tomorrow)|i\s+am\s+called|i'm\s+called"
    r"|you'?re\s+(?:speaking|talking)\s+(?:to|with)|make\s+it\s+out\s+to|i\s+go\s+by|(?:known|registered|listed)\s+as"
    r"|named\s+me|on\s+behalf\s+of|on\s+(?:the\s+)?name(?:\s+of)?"
    r"|(?:booking|booked|reservation|reserved|appointment|table|it'?s|its|scheduled|that'?s)\s+(?:is\s+)?(?:under"
    r"|in\s+the\s+name\s+of))\s*[,:]?\s+",
    re.IGNORECASE,
)
_FAMILY = re.compile(r"\b(?:last|family|sur)\s*name\b(?:\s+is|'s|\s*:)?", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|given)\s*name\b(?:\s+is|'s|\s*:)?", re.IGNORECASE)
#: "Smith with a y", "Jon without the h"
_MANNER = re.compile(r"\bwith(?:out)? (?:an?|the|any|one|two|no|a double|double) [a-z]{1,2}\b", re.IGNORECASE)
_SO_WRITTEN = re.compile(rf"\b(?P<word>[^\W\d_][\w'-]+)[\s,]+(?:(?:spelled|spelt|written)\s+)?{_MANNER.pattern}", re.IGNORECASE)
_HYPHEN_SAID = re.compile(r"(?<=[a-z]{2}) (?:hyphen|dash) (?=[a-z]{2})", re.IGNORECASE)
_HYPHENATED = re.compile(r"\b(?P<first>[a-z']{2,}) (?P<second>[a-z']{2,}),? (?:hyphenated|with a (?:hyphen|dash))\b", re.IGNORECASE)
_APOSTROPHE_SAID = re.compile(r"(?<=\b[a-z]) apostrophe (?=[a-z]{2})", re.IGNORECASE)
#: Surnames that are everyday words, of `STOP`: names only after a given name that was introduced ("this is Owen Price").
_SURNAMES = listed("price long young may best love day little early english french sweet march weeks")
_FAIR = re.compile(
    r"\b(?:this\s+is|it\s+is|it's|its|i'm|i\s+am|here\s+is|here's|that's|that\s+is|that\s+would\s+be|it'?ll\s+be"
    r"|it\s+would\s+be|under|yes|yeah|sure|and)\s*,?\s+",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:for|with|of|to\s+see|see|meet|meeting\s+with|invite|cancel|move|reschedule|change|confirm|about"
    rf"|tell|let|ask|text|message|from|{OF_MINE})\s*,?\s+",
    re.IGNORECASE,
)
_SPEAKING = re.compile(
    r"^(?:hi|hello|hey|yes|yeah|good\s+(?:morning|afternoon"
    r"|evening))?[\s,.]*(?P<intro>it'?s|this\s+is)?\s*(?P<name>[\w'’-]+(?:\s+[\w'’-]+){0,2})\s+(?:speaking|here|calling|on the line)\b",
    re.IGNORECASE,
)
_NAME_FIRST = re.compile(
    r"(?:^|[,.;]\s*|\b(?:and|hi|hello|yes)\s+)(?P<name>[\w'’-]+(?:\s+[\w'’-]+){0,2})\s+is\s+(?:my|the)\s+(?:(?:full|family"
    r"|first|last)\s+)?(?:sur)?name\b",
    re.IGNORECASE,
)


_INTRODUCES = re.compile(
    r"^(?:(?:hi|hello|hey|yes|yeah|ok|okay|um|uh|oh|good\s+(?:morning|afternoon|evening))(?:\s+there)?[\s,.]+)*"
    r"(?:this\s+is|it'?s|i'?m|i\s+am|my\s+name(?:\s+is|'?s)|the\s+name'?s)\s+",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:\s+(?:here|speaking|calling))?[\s,.]+(?:(?:and|so)[\s,]+)?", re.IGNORECASE)
#: People say who they are within their first sentences.
MAX_NAME_CHARS = 500


@dataclass(frozen=True, slots=True)
class NameSaid:
    """A name in the case it is written in. `sure` when a cue or a spelling leaves no doubt; `spelled` are its letters."""

    name: str
    sure: bool
    spelled: str | None = None
    other: bool = False


def introduction_ends(text: str) -> list[int]:
    """Where what is wanted may begin after "hi, this is Brenda Fox, ": after one, two or three words of a name."""
    introduction = _INTRODUCES.match(text)
    ends: list[int] = []
    for token in tokens(text[introduction.end() : MAX_NAME_CHARS])[:3] if introduction else []:
        goes_on = _GOES_ON.match(text, introduction.end() + token.end) if introduction and token.word not in STOP else None
        if goes_on is None:
            break
        ends.append(goes_on.end())
    return ends


def title_case(name: str) -> str:
    """ "mcdonald o'brien de souza" as people write it."""

    def one(word: str) -> str:
        lowered = word.lower()
        if lowered in ("van", "von", "de", "da", "di", "del", "der", "den", "dos", "du"):
            return lowered
        capital = re.sub(r"(^|['’-])([^\W\d_])", lambda match: match.group(1) + match.group(2).upper(), lowered).replace("'S", "'s")
        return re.sub(r"(^|-)Mc([a-z])(?=[a-z]{2})", lambda match: f"{match.group(1)}Mc{match.group(2).upper()}", capital)

    parts = name.split()
    cased = [one(part) for part in parts]
    if cased:
        cased[0] = cased[0][0].upper() + cased[0][1:]
    return " ".join(cased)


def _keeps_case(text: str) -> bool:
    """Whether capitals in this text mean anything (neither all lower nor all upper case)."""
    return text != text.lower() and text != text.upper()


def _collect(text: str, parts: list[Token], start: int, *, most: int, strong: bool, introduced: bool = True) -> list[Token]:
    """The words from `start` on that can make a name. `introduced`: someone says who they are."""
    found: list[Token] = []
    # a lone "I" or the first word's capital says nothing about names further on
    cased = _keeps_case(text) and start < len(parts) and text[parts[start].start].isupper()
    for position in range(start, len(parts)):
        token = parts[position]
        if found and re.search(r"[.,;:?!]", text[found[-1].end : token.start]):
            break
        raw = text[token.start : token.end]
        word = token.word
        bare = word.removesuffix("'s")
        if word in _TITLES and not found:
            continue
        joined = bool(found) and text[found[-1].end : token.start] == "-"  # "Smith-Jones" is one name
        if any(char.isdigit() for char in word) or (len(found) >= most and not joined):
            break
        is_particle = word in _PARTICLES and found and position + 1 < len(parts) and parts[position + 1].word not in STOP
        capital = cased and raw[:1].isupper()
        if is_particle or (word in _SUFFIXES and found):
            found.append(token)
            continue
        given = (
            not found
            and bare in ("will", "april", "june", "may")
            and position + 1 < len(parts)
            and parts[position + 1].word not in STOP
            and not parts[position + 1].word[0].isdigit()
        )
        if found and _asks_or_dates(parts, position):
            break
        if (
            bare in STOP
            and not given
            and not (introduced and len(found) == 1 and _surname(text, parts, found[0], token))
            and not (
                capital
                and bare in AMBIGUOUS | {"long", "best", "love", "day", "little", "good", "young", "week", "price", "march"}
                and (found or strong)
                and (found or bare not in ("will", "can", "may", "us"))
            )
        ):
            break
        if len(bare) < 2 and not (found and len(bare) == 1 and capital):
            break
        if cased and found and not capital and bare not in GIVEN_NAMES and not strong:
            break
        if cased and found and not capital and found[-1].word not in _PARTICLES and text[found[0].start].isupper():
            break
        found.append(token)
        if word.endswith("'s"):
            break
    while found and found[-1].word in _PARTICLES and not (len(found) == 1 and found[0].word in _SHORT_NAMES):
        found.pop()
    return found


def _surname(text: str, parts: list[Token], given: Token, token: Token) -> bool:
    """Whether an everyday word after a given name ends the name: "Owen Price my number is", not "Owen long time no see"."""
    return given.word in GIVEN_NAMES and token.word in _SURNAMES and _closing(text, parts, [token])


def _asks_or_dates(parts: list[Token], position: int) -> bool:
    """ "Joan may I ask", "Joan May the fourth works": a word that could be a surname begins something else."""
    word, after = parts[position].word, parts[position + 1].word if position + 1 < len(parts) else ""
    return (word == "may" and after in ("i", "we")) or (word in ("may", "march", "day", "early") and after in ("the", "for", "from"))


def _text_of(text: str, found: list[Token]) -> str:
    raw = text[found[0].start : found[-1].end]
    raw = re.sub(r"['’]s$", "", raw)
    raw = re.sub(r"\s+", " ", raw)
    return raw if _keeps_case(raw) and not raw.isupper() and raw[0].isupper() else title_case(raw)


def _index_at(parts: list[Token], position: int) -> int:
    return next((index for index, token in enumerate(parts) if token.start >= position), len(parts))


def _plausible(text: str, found: list[Token]) -> bool:
    """Without a strong cue: a known given name, or capitals in a text that uses them."""
    first = found[0].word.removesuffix("'s")
    if first in GIVEN_NAMES and first not in AMBIGUOUS:
        return True
    capitals = _keeps_case(text) and all(text[token.start].isupper() or token.word in _PARTICLES for token in found)
    if capitals and text[: found[0].start].strip():
        return True
    if first in AMBIGUOUS and len(found) == 2 and found[1].word not in STOP and first in GIVEN_NAMES:
        return True
    return len(found) > 1 and any(start <= found[0].start and found[-1].end <= end for start, end in _people(text))


@lru_cache(maxsize=32)
def _people(text: str) -> tuple[tuple[int, int], ...]:
    """Where the tagger reads a person, in small letters too."""
    return tuple((tagged.start, tagged.end) for tagged in shared().tag(text) if tagged.kind == "PERSON")


def name_at(text: str, start: int, *, person: bool = False) -> tuple[str, int] | None:
    """A name that stands right there, and where it ends: the "Zoe Lindt" of "my daughter Zoe Lindt needs a check-up".

    `person`: it stands where a person does ("my son max"), so that a name that is a word, too, is a name.
    """
    parts = tokens(text)
    index = _index_at(parts, start)
    if index == len(parts) or text[start : parts[index].start].strip():
        return None
    found = _collect(text, parts, index, most=3, strong=False, introduced=False)
    if not found or found[0].word in STOP or not (_plausible(text, found) or (person and found[0].word in GIVEN_NAMES)):
        return None
    return _text_of(text, found), found[-1].end


def find_name(text: str, *, expecting: bool = False) -> NameSaid | None:
    """The name in the words; when a name was asked for, a bare one counts even if we never heard it before."""
    text = _as_written(text[:MAX_NAME_CHARS])
    said = _name_in(text, expecting=expecting)
    if said is None or not said.sure:
        return said
    for tail in said_instead(text):  # "it's marria lopes, no sorry, it's maria"
        instead = _name_in(tail, expecting=True) if len(words(tail)) <= 8 else None
        if instead is not None and instead.sure and not instead.spelled and _takes_its_place(said.name, instead.name, tail):
            return replace(said, name=_put_right(said.name, instead.name, expecting=expecting))
    return said


def _takes_its_place(name: str, instead: str, text: str) -> bool:
    """A name that we know, that sounds like the first, or a word alone: not the "dog barking" of "sorry, dog barking"."""
    said = words(instead)
    if any(word in GIVEN_NAMES or _sounds_like(part, word) for word in said for part in name.split()):
        return True
    return len(said) == 1 and [word for word in words(text) if word not in STOP] == said


def _as_written(text: str) -> str:
    """ "smith hyphen jones", "smith jones hyphenated" and "o apostrophe brien" as they are written."""
    text = _HYPHENATED.sub(r"\g<first>-\g<second>", _HYPHEN_SAID.sub("-", text))
    return _APOSTROPHE_SAID.sub("'", text)


def _name_in(text: str, *, expecting: bool) -> NameSaid | None:
    """The name in words that take nothing back."""
    spelled = find_spelling(text, expecting=expecting)
    body = text
    if spelled:
        body = (
            (text[: spelled.span[0]] + " " * (spelled.span[1] - spelled.span[0]) + text[spelled.span[1] :])
            if spelled.span[1] <= len(text)
            else text
        )
        body = re.sub(
            r"\b(?:that'?s|that is|it'?s|it is)?\s*(?:spelled|spelt|spelling(?: is)?|which is)\b",
            lambda match: " " * len(match.group()),
            body,
            flags=re.IGNORECASE,
        )
    manner = _SO_WRITTEN.search(body)
    body = _MANNER.sub(lambda match: " " * len(match.group()), body)
    said = _said_twice(_spoken_name(body, expecting=expecting), body)
    if said is not None and manner is not None:
        said = _as_told(said, manner, body, expecting=expecting)
    if spelled is None:
        return said
    if said is not None:  # "Molly, M O double L Y, Molly Dunne"
        said = replace(said, name=re.sub(r"^(\S+) (?=\1 )", "", said.name))
    return _with_spelling(said, spelled)


def _as_told(said: NameSaid, manner: re.Match[str], text: str, *, expecting: bool) -> NameSaid:
    """ "Sarah Kowalski, that's Sara without an h": how one word is written, put into the whole name said before it."""
    word = manner["word"]
    if word.lower() in STOP:
        return said
    before = _spoken_name(text[: manner.start()], expecting=expecting)
    whole = before if before is not None and before.sure and " " not in said.name else said
    if any(_sounds_like(part, word) for part in whole.name.split()):
        return replace(said, name=_put_right(whole.name, title_case(word), expecting=False))
    return said


def _put_right(name: str, right: str, *, expecting: bool) -> str:
    """A name with the word that was said again in the place of the one it sounds like: "Marria Lopes", "Maria" is "Maria Lopes".

    Where no word sounds like it, it is another name: the surname's place, or the given name's, when a name was asked for.
    """
    parts = name.split()
    if " " in right or len(parts) == 1:
        return right if expecting or any(_sounds_like(part, word) for part in parts for word in right.split()) else name
    alike = next((index for index, part in enumerate(parts) if _sounds_like(part, right)), None)
    if alike is None and not expecting:
        return name
    place = alike if alike is not None else 0 if right.lower() in GIVEN_NAMES else len(parts) - 1
    return " ".join([*parts[:place], right, *parts[place + 1 :]])


def _sounds_like(one: str, other: str) -> bool:
    same = jellyfish.metaphone(one) == jellyfish.metaphone(other)
    return same or fuzz.ratio(one.lower(), other.lower()) >= 70


def _said_twice(said: NameSaid | None, text: str) -> NameSaid | None:
    """ "Joan, Joan Keller" and "Keller, Joan Keller": the second time is the whole name."""
    if said is None or " " in said.name:
        return said
    name, between = re.escape(said.name), r"[\s,.]+(?:(?:that'?s|it'?s)[\s,.]+)?"
    word = r"[^\W\d_][\w'’-]*"
    whole = rf"(?P<whole>{name}\s+(?P<rest>{word})|(?P<given>{word}(?:\s+{word})?)\s+{name})"
    again = re.search(rf"\b{name}{between}{whole}\b", text, re.IGNORECASE)
    if again is None or any(part in STOP for part in (again["rest"] or again["given"]).lower().split()):
        return said
    return replace(said, name=again["whole"] if _keeps_case(again["whole"]) else title_case(again["whole"]))


def _spoken_name(text: str, *, expecting: bool) -> NameSaid | None:
    parts = tokens(text)
    for match in _STRONG.finditer(text):
        found = _collect(text, parts, _skip_noise(parts, _index_at(parts, match.end())), most=4, strong=True)
        if found and not (len(found) == 1 and found[0].word in _PARTICLES - _SHORT_NAMES):
            return NameSaid(_in_full(text, parts, match, found, expecting=expecting), True)
    speaking = _SPEAKING.match(text)
    if speaking:
        found = _collect(text, parts, _index_at(parts, speaking.start("name")), most=3, strong=True)
        said_so = speaking["intro"] and not speaking.group().lower().endswith("here")  # "it's cold here"
        known = len(found) > 1 or said_so or (found and found[0].word in GIVEN_NAMES)
        if found and known and found[-1].end <= speaking.end("name"):
            return NameSaid(_text_of(text, found), True)
    first = _NAME_FIRST.search(text)
    if first:
        found = _collect(text, parts, _index_at(parts, first.start("name")), most=3, strong=True)
        if found and found[-1].end == first.end("name"):
            return NameSaid(_text_of(text, found), True)
    for match in _FAIR.finditer(text):
        found = _collect(text, parts, _skip_noise(parts, _index_at(parts, match.end())), most=3, strong=False)
        if found and (_plausible(text, found) or (expecting and _closing(text, parts, found))):
            return NameSaid(_text_of(text, found), True)
    if expecting:
        bare = _bare(text, parts)
        if bare:
            return NameSaid(_text_of(text, bare), True)
    for match in _OTHER.finditer(text):
        found = _collect(text, parts, _skip_noise(parts, _index_at(parts, match.end())), most=3, strong=False, introduced=False)
        if found and _plausible(text, found):
            return NameSaid(_text_of(text, found), False, other=not match.group().lower().startswith("for"))
    for index, token in enumerate(parts):  # "..., Luis Ortega" or "joan keller" standing alone
        if token.word in GIVEN_NAMES and token.word not in AMBIGUOUS and (index == 0 or re.search(r"[,.;]\s*$", text[: token.start])):
            found = _collect(text, parts, index, most=3, strong=False)
            if found and (len(found) >= 2 or len(parts) == 1) and _closing(text, parts, found):
                return NameSaid(_text_of(text, found), False)
    return None


def _in_full(text: str, parts: list[Token], cue: re.Match[str], found: list[Token], *, expecting: bool) -> str:
    """ "First name Joan, last name Keller", "Joan, and the last name is Keller", "Keller, first name Joan": both halves."""
    said = _text_of(text, found)

    def other(half: re.Pattern[str]) -> str:
        named = half.search(text, found[-1].end)
        more = _collect(text, parts, _skip_noise(parts, _index_at(parts, named.end())), most=2, strong=True) if named else []
        return _text_of(text, more) if more else ""

    if _FIRST.search(cue.group()):
        family = other(_FAMILY) or (_surname_before(text, parts, cue) if expecting else "")
        return _both(said, family)
    if not _FAMILY.search(cue.group()):
        return said
    given = _collect(text, parts, _skip_noise(parts, 0), most=2, strong=True)
    before = _text_of(text, given) if given and given[-1].end <= cue.start() else other(_FIRST)
    return _both(before, said)


def _both(given: str, family: str) -> str:
    """Both halves of a name; "de Souza" begins small after a given name."""
    particle = family.split()[0].lower() if " " in family else ""
    return f"{given} {title_case(f'x {family}')[2:] if particle in _PARTICLES and given else family}".strip()


def _surname_before(text: str, parts: list[Token], cue: re.Match[str]) -> str:
    """ "d'angelo" of "it's d'angelo, first name rosa", "surname d'angelo, first name rosa"."""
    family = _FAMILY.search(text, 0, cue.start())
    surname = _collect(text, parts, _skip_noise(parts, _index_at(parts, family.end() if family else 0)), most=2, strong=True)
    together = bool(surname) and re.fullmatch(r"[\s,.;]*(?:and[\s,]+)?", text[surname[-1].end : cue.start()]) is not None
    return _text_of(text, surname) if together else ""


def _skip_noise(parts: list[Token], index: int) -> int:
    while index < len(parts) and parts[index].word in (
        "um",
        "uh",
        "er",
        "erm",
        "yes",
        "yeah",
        "is",
        "it's",
        "actually",
        "just",
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "doctor",
    ):
        index += 1
    return index


def _closing(text: str, parts: list[Token], found: list[Token]) -> bool:
    """Whether the name ends its clause: "it's keller" but not "it's keller that i want"."""
    rest = text[found[-1].end :].lstrip()
    return (
        not rest
        or rest[0] in ".,;:?!-"
        or re.match(r"(?:speaking|here|calling|and|but|please|thanks|thank you|my|from|for|i\b|i'd|can|could|the)", rest.lower())
        is not None
    )


def _bare(text: str, parts: list[Token]) -> list[Token]:
    """A whole answer that is just a name: "siobhan daly", "uh keller, joan keller"."""
    starts = [_skip_noise(parts, 0)]
    starts += [index for index, token in enumerate(parts) if index and re.search(r"[,.;]\s*$", text[: token.start])]
    best: list[Token] = []
    for start in starts:
        found = _collect(text, parts, start, most=4, strong=True)
        known = sum(token.word in GIVEN_NAMES for token in found)
        if (
            found
            and len(parts) <= 10
            and (len(found), known) > (len(best), sum(token.word in GIVEN_NAMES for token in best))
            and (_closing(text, parts, found) or known)
        ):
            best = found
    return best


def _with_spelling(said: NameSaid | None, spelled: Spelled) -> NameSaid:
    """Letters win over sounds: they replace the word of the name that they resemble, or make the name."""
    letters = spelled.letters
    written = title_case(letters.lower())
    if said is None:
        return NameSaid(written, True, letters)
    parts = said.name.split()
    scores = [
        max(fuzz.ratio(part.lower(), letters.lower()), 100.0 if jellyfish.metaphone(part) == jellyfish.metaphone(letters) else 0.0)
        for part in parts
    ]
    best = max(range(len(parts)), key=lambda index: (scores[index], index))
    if fuzz.ratio(said.name.replace(" ", "").lower(), letters.replace(" ", "").lower()) >= 70 and len(parts) > 1:
        return NameSaid(written if " " in letters else said.name, True, letters)
    if scores[best] >= 55 or parts[best][0].upper() == letters[0]:
        parts[best] = written
        return NameSaid(" ".join(parts), True, letters)
    return NameSaid(f"{said.name} {written}" if len(parts) == 1 else written, True, letters)
