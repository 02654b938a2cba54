"""What a transcript wrote for a word of time that sounds like it: "half passed three", "at for thirty", "too p m", "the forth"."""

from __future__ import annotations

from dataclasses import replace

from assistant.language.times.lexicon import NOUNS_COUNTED
from assistant.language.times.tokens import Token

_FIGURES = frozenset({
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty", "twentyfive",
    "half", "quarter", "minutes", "minute",
})  # fmt: skip
_TENS = frozenset({"fifteen", "twenty", "thirty", "forty", "fourty", "fifty"})
_HOURS = {"won": "one", "too": "two", "tree": "three", "fore": "four", "fife": "five", "ate": "eight", "niner": "nine"}
# Words that mostly mean themselves: an hour only right after "at".
_SHY_HOURS = {"to": "two", "for": "four"}
_CLOSING = frozenset({"am", "pm", "oclock"})


_ORDINAL_HOURS = {
    "second": "two", "third": "three", "fourth": "four", "fifth": "five", "sixth": "six", "seventh": "seven",
    "eighth": "eight", "ninth": "nine", "tenth": "ten", "eleventh": "eleven", "twelfth": "twelve",
}  # fmt: skip
# What may stand behind an hour that was written as an ordinal: "Monday at 10th, please".
_AFTER_HOUR = frozenset(
    {"", ".", ",", "?", "!", "please", "on", "tomorrow", "today", "then", "works", "if", "am", "pm", "oclock", "thanks"}
)
# "want 2 come in" is a verb, "like 2 pm" an hour and "have 2 people" a count.
_AFTER_TWO = (
    _CLOSING | NOUNS_COUNTED | frozenset({"p", "a", "o", "ish", "or", "and", "to", "on", "in", "please", "then", "for", "-", ":", ".", ","})
)
# After these "like" only gains time.
_LEADING = frozenset({"at", "about", "by", "from", "until", "after", "before", "on", "in", "between", "for", "than", "maybe", "or"})
_THE = frozenset({"the", "my", "your", "our", "her", "his", "a", "that", "this", "very"})
_AFTER_DAY = frozenset({"", ".", ",", "?", "!", "at", "morning", "afternoon", "evening", "please", "works", "or", "would", "if", "next"})


def repair(tokens: list[Token]) -> list[Token]:
    """The tokens with such words put right where their neighbours leave no doubt."""
    out = list(tokens)
    for k, t in enumerate(tokens):
        if t.kind == "num" and t.ordinal and t.num is not None and t.num <= 12 and _an_hour(out, k, tokens):
            out[k] = replace(t, ordinal=False)
            continue
        if t.kind == "num" and t.text in ("4", "2"):
            meant = _texted(t.text, [item.text for item in tokens[max(0, k - 1) : k]], [item.text for item in tokens[k + 1 : k + 3]])
            out[k] = replace(t, kind="word", text=meant) if meant else t
        if t.kind != "word":
            continue
        before = out[k - 1] if k else None
        after = tokens[k + 1] if k + 1 < len(tokens) else None
        if t.text in _ORDINAL_HOURS and _an_hour(out, k, tokens):
            out[k] = replace(t, text=_ORDINAL_HOURS[t.text])
            continue
        said = _heard(t.text, before, after, tokens[k + 2].text if k + 2 < len(tokens) else "")
        if said != t.text:
            out[k] = replace(t, text=said)
    return _thursdays(_unlike(out))


def _unlike(tokens: list[Token]) -> list[Token]:
    """ "At like two", "on like Friday": the word only gains time."""
    return [t for k, t in enumerate(tokens) if t.text != "like" or not k or tokens[k - 1].text not in _LEADING or k + 1 == len(tokens)]


def _thursdays(tokens: list[Token]) -> list[Token]:
    """ "First day at two": no first day of anything stands without its article."""
    out: list[Token] = []
    for k, t in enumerate(tokens):
        before = tokens[k - 1].text if k else ""
        then = tokens[k + 1].text if k + 1 < len(tokens) else ""
        if t.text == "day" and before == "first" and then in _AFTER_DAY and (k < 2 or tokens[k - 2].text not in _THE):
            out[-1] = replace(out[-1], text="thursday", end=t.end, kind="word", num=None, ordinal=False)
        else:
            out.append(t)
    return out


def _an_hour(before: list[Token], k: int, tokens: list[Token]) -> bool:
    """ "Monday at 10th", "quarter to 4th": an hour that was written as the day of a month."""
    words = [token.text for token in before[max(0, k - 2) : k]]
    behind = tokens[k + 1].text if k + 1 < len(tokens) else ""
    return behind in _AFTER_HOUR and (words[-1:] == ["at"] or (words[-1:] in (["to"], ["past"]) and words[:1] in (["half"], ["quarter"])))


def _texted(figure: str, before: list[str], after: list[str]) -> str | None:
    """ "anything tmrw 4 a cleaning", "want 2 come in": a figure written for the word that it sounds like."""
    if not after or before[-1:] in (["at"], ["by"], ["around"], ["about"]):
        return None
    if figure == "4":
        return "for" if after[0] in ("a", "an", "my", "me", "us") and after[1:] not in (["m"], ["am"], ["pm"]) else None
    return (
        "to"
        if before[-1:] in (["want"], ["need"], ["like"], ["have"], ["able"]) and after[0].isalpha() and after[0] not in _AFTER_TWO
        else None
    )


def _numeral(t: Token | None) -> bool:
    return t is not None and (t.kind == "num" or t.text in _FIGURES or t.text in _TENS)


def _heard(word: str, before: Token | None, after: Token | None, then: str) -> str:
    """The word that was meant between these neighbours."""
    follows = after.text if after is not None else ""
    if word in ("passed", "pass") and _numeral(before) and (_numeral(after) or follows in ("noon", "midnight")):
        return "past"
    if word in ("tooth", "too") and before is not None and before.text in ("past", "pass") and follows in _AFTER_HOUR:
        return "two"
    starts = before is None or before.text in ("at", "about", "maybe", "say", "or", ",")
    an_hour = then in _FIGURES or then[:1].isdigit() or then in _ORDINAL_HOURS
    if starts and word in ("order", "border", "water") and follows in ("to", "past") and an_hour:
        return "quarter"
    if word == "round" and before is None and (follows in _FIGURES or (after is not None and after.kind == "num")):
        return "about"
    if word == "weak" and before is not None and before.text in ("next", "this", "last", "a", "per", "every"):
        return "week"
    if word == "forth" and before is not None and before.text in ("the", "twenty"):
        return "fourth"
    if word == "too" and _numeral(before) and _numeral(after):
        return "to"
    hour = _HOURS.get(word)
    at = before is not None and before.text in ("at", "say")
    if hour is not None and (follows in _CLOSING or (follows in _TENS and (at or then in _CLOSING))):
        return hour
    shy = _SHY_HOURS.get(word)
    if shy is not None and at and (follows in _CLOSING or follows in _TENS):
        return shy
    return word
