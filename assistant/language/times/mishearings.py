"""What a transcript wrote for a word of time that sounds like it: "half passed three", "at for thirty", "too p m", "the forth"."""

from __future__ import annotations

from dataclasses import replace

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


def repair(tokens: list[Token]) -> list[Token]:
    """The tokens with such words put right where their neighbours leave no doubt."""
    out = list(tokens)
    for k, t in enumerate(tokens):
        if t.kind == "num" and t.text in ("4", "2"):
            meant = _texted(t.text, [item.text for item in tokens[max(0, k - 1) : k]], [item.text for item in tokens[k + 1 : k + 3]])
            out[k] = replace(t, kind="word", text=meant) if meant else t
        if t.kind != "word":
            continue
        before = out[k - 1] if k else None
        after = tokens[k + 1] if k + 1 < len(tokens) else None
        said = _heard(t.text, before, after, tokens[k + 2].text if k + 2 < len(tokens) else "")
        if said != t.text:
            out[k] = replace(t, text=said)
    return out


def _texted(figure: str, before: list[str], after: list[str]) -> str | None:
    """ "anything tmrw 4 a cleaning", "want 2 come in": a figure written for the word that it sounds like."""
    if not after or before[-1:] in (["at"], ["by"], ["around"], ["about"]):
        return None
    if figure == "4":
        return "for" if after[0] in ("a", "an", "my", "me", "us") and after[1:] not in (["m"], ["am"], ["pm"]) else None
    return "to" if before[-1:] in (["want"], ["need"], ["like"], ["have"], ["able"]) else None


def _numeral(t: Token | None) -> bool:
    return t is not None and (t.kind == "num" or t.text in _FIGURES or t.text in _TENS)


def _heard(word: str, before: Token | None, after: Token | None, then: str) -> str:
    """The word that was meant between these neighbours."""
    follows = after.text if after is not None else ""
    if word == "passed" and _numeral(before) and (_numeral(after) or follows in ("noon", "midnight")):
        return "past"
    if word == "forth" and before is not None and before.text == "the":
        return "fourth"
    if word == "too" and _numeral(before) and _numeral(after):
        return "to"
    hour = _HOURS.get(word)
    at = before is not None and before.text == "at"
    if hour is not None and (follows in _CLOSING or (follows in _TENS and (at or then in _CLOSING))):
        return hour
    shy = _SHY_HOURS.get(word)
    if shy is not None and at and (follows in _CLOSING or follows in _TENS):
        return shy
    return word
