"""Letters said one by one: "S I O B H A N", the NATO alphabet, "B as in boy", "double t"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.language.text import Token, tokens

NATO = {
    "alpha": "a", "alfa": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g", "hotel": "h",
    "india": "i", "juliet": "j", "juliett": "j", "kilo": "k", "lima": "l", "mike": "m", "november": "n", "oscar": "o", "papa": "p",
    "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t", "uniform": "u", "victor": "v", "whiskey": "w", "whisky": "w", "xray": "x",
    "yankee": "y", "zulu": "z",
}  # fmt: skip
#: Letter names as a transcript may write them; believed only among letters.
LETTER_NAMES = {
    "ay": "a", "bee": "b", "be": "b", "see": "c", "sea": "c", "cee": "c", "dee": "d", "ee": "e", "eff": "f", "ef": "f", "gee": "g",
    "aitch": "h", "haitch": "h", "eye": "i", "jay": "j", "kay": "k", "el": "l", "ell": "l", "em": "m", "en": "n", "oh": "o", "pee": "p",
    "pea": "p", "cue": "q", "queue": "q", "are": "r", "ar": "r", "ess": "s", "tee": "t", "tea": "t", "you": "u", "vee": "v", "ex": "x",
    "why": "y", "wye": "y", "zee": "z", "zed": "z",
}  # fmt: skip
_AS_IN = {("as", "in"), ("like", "in"), ("as", "for"), ("is", "for")}


@dataclass(frozen=True, slots=True)
class Spelled:
    """Letters in capitals ("SIOBHAN", a blank between words), and where they were said."""

    letters: str
    span: tuple[int, int]


def _letter(parts: list[Token], index: int, *, inside: bool) -> tuple[str, int, bool] | None:
    """The letters at this word, how many words they took, and whether they are letters beyond doubt."""
    word = parts[index].word
    ahead = [part.word for part in parts[index + 1 : index + 4]]
    if word == "double" and ahead and ahead[0] in ("u", "you", "ewe"):
        return "w", 2, True
    if word in ("double", "triple") and ahead:
        step = _letter(parts, index + 1, inside=True)
        if step is not None and len(step[0]) == 1:
            return step[0] * (2 if word == "double" else 3), step[1] + 1, True
        return None
    if word in ("capital", "letter") and ahead:
        step = _letter(parts, index + 1, inside=True)
        return (step[0], step[1] + 1, True) if step else None
    single = (
        word
        if len(word) == 1 and word.isalpha()
        else LETTER_NAMES.get(word)
        if inside or (len(ahead) >= 2 and tuple(ahead[:2]) in _AS_IN)
        else None
    )
    if single:
        if len(ahead) >= 3 and tuple(ahead[:2]) in _AS_IN:
            return single, 4, True
        if len(ahead) >= 2 and ahead[0] in ("for", "like") and len(ahead[1]) > 1 and ahead[1].startswith(single):
            return single, 3, True
        return single, 1, len(word) == 1
    if word in NATO:
        return NATO[word], 1, False
    if inside and word in ("hyphen", "dash"):
        return "-", 1, False
    if inside and word == "apostrophe":
        return "'", 1, False
    if inside and word in ("space", "new") and ahead:
        return " ", (2 if word == "new" and ahead[0] == "word" else 1), False
    return None


def find_spelling(text: str, *, expecting: bool = False) -> Spelled | None:
    """The longest run of letters, at least three (two when a spelling is expected), else None."""
    parts = tokens(re.sub(r"(?<=\b[A-Za-z])[.\-](?=[A-Za-z]\b)", " ", text.replace("x-ray", "xray ").replace("X-ray", "Xray ")))
    best: Spelled | None = None
    index = 0
    while index < len(parts):
        letters, sure, position, counted = "", 0, index, 0
        while position < len(parts):
            step = _letter(parts, position, inside=counted > 0)
            if step is None:
                break
            letters += step[0]
            sure += step[2]
            counted += 1
            position += step[1]
        if counted == 0:
            index += 1
            continue
        spelled = letters.strip(" -'")
        needed = 2 if expecting else 3
        as_in = any(part.word in ("as", "for", "like") for part in parts[index:position])
        alphabet = all(part.word in NATO for part in parts[index:position])
        believable = sure * 2 >= counted or (alphabet and counted >= 3) or as_in
        long_enough = len(spelled.replace(" ", "")) >= needed or (as_in and expecting)
        if index and parts[index - 1].word == "with" and letters[:1] == "a":
            believable = False  # "with a j"
        if letters in ("am", "pm"):
            believable = False
        if believable and long_enough and not _only_pronouns(parts[index:position]) and (best is None or len(spelled) > len(best.letters)):
            best = Spelled(spelled.upper(), (parts[index].start, parts[position - 1].end))
        index = position
    return best


def _only_pronouns(found: list[Token]) -> bool:
    """ "I", "a" and the like are words before they are letters."""
    return all(part.word in ("i", "a", "u", "r", "o") for part in found) and len(found) < 3
