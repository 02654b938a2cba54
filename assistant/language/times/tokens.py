"""Text to tokens: numbers, ordinals, clock readings and words, with where each stood in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.language.times.lexicon import JOINED, MONTHS, SPELLINGS, WEEKDAYS

# Hesitations say nothing and stand anywhere.
FILLERS = frozenset({"um", "uh", "uhm", "umm", "uhh", "er", "erm", "ah", "hmm", "hm", "eh", "mm", "mmm"})
MAX_CHARS = 1600
MAX_TOKENS = 260

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "−": "-", "´": "'", "`": " ", "\u00a0": " "})
_TOKEN = re.compile(
    r"""
      (?P<iso>\d{4}-\d{1,2}-\d{1,2}(?=t\d)|\d{4}(\s?[-/.]\s?)\d{1,2}\2\d{1,2}(?![\d]))
    | (?P<dmy>\d{1,2}(\s-\s|[-/.])\d{1,2}\4\d{2,4}(?![\d:]))
    | (?P<compact>(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:t(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?)?(?![\w-]))
    | (?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,3})?(?!\d)|\d{1,2}h[0-5]\d(?!\d|m))
    | (?P<dots>\d{1,2}\.(?:0?[1-9]|1[0-2])\.(?!\d)|\d{1,2}\.\d{2}(?![\d]))
    | (?P<slash>\d{1,2}/\d{1,2}(?![\d/])|\d{1,2}\s/\s\d{1,2}(?![\d/])(?!\s[a-z]))
    | (?P<ord>\d{1,2}(?:st|nd|rd|th)(?![a-z])
        |\d?(?:1\sst(?!\s[a-z]+\s(?:st|street|road|rd|ave|avenue|lane|drive)\b)|2\snd|3\srd)(?![a-z])
        |\d{1,2}\sth(?![a-z]))
    | (?P<text>2(?:moro|morrow|mrw|nite|night|day(?!\s+[a-z]*(?:course|trip|stay|class|event|pass|workshop|break)))(?![a-z])|b4(?!\w))
    | (?P<dec>\d+\.\d+(?!\d))
    | (?P<num>\d{1,3}(?:,\d{3})+(?!\d)|\d+)
    | (?P<oclock>o['"]\s?clock|o\sclock)
    | (?P<ampm>(?<![a-z])[ap]\.\s?m\b\.?|(?<![a-z])[ap]\s?m(?![a-z']))
    | (?P<word>[^\W\d_]+(?:'[^\W\d_]+)?)
    | (?P<punct>\S)
    """,
    re.VERBOSE,
)
_LONG_NAMES = [w for w in (*WEEKDAYS, *MONTHS, "tomorrow", "yesterday", "morning", "afternoon", "evening", "weekend") if len(w) >= 6]
_BY_FIRST: dict[str, list[str]] = {}
for _name in _LONG_NAMES:
    _BY_FIRST.setdefault(_name[0], []).append(_name)
_SHORT = {
    **{w[:3]: w for w in WEEKDAYS if w.endswith("day")}, "tues": "tuesday", "weds": "wednesday", "thur": "thursday", "thurs": "thursday",
    **{w[:3]: w for w in MONTHS if len(w) > 4 and w != "febuary"}, "sept": "september",
}  # fmt: skip
_ALSO_WORDS = frozenset({"sat", "sun", "wed", "mon"})
# A full stop behind which the sentence goes on.
_GOES_ON = re.compile(r"\.(?:[,-]|\s*[a-z\d(])")
_GLUED = re.compile(
    r"(today|tomorrow|yesterday|this|next|last)(morning|afternoon|evening|night|week|weekend|month|year|at|on|"
    + "|".join(w for w in WEEKDAYS if w.endswith("day"))
    + ")"
)
# Real words that are one slip away from a name.
_NOT_TYPOS = frozenset({
    "augusta", "sundae", "sunny", "funday", "mayday", "midday", "aftermoon", "octave", "decembers", "sundry", "monkey", "thirsty",
    "yesterdays", "tomorrows", "novembers", "januarys", "fridays", "mondays", "tuesdays", "wednesdays", "thursdays", "saturdays",
    "sundays", "afternoons", "augusts", "summary", "friendly", "members", "member", "someday", "holiday", "workday",
    "frida", "auguste", "weekday", "weekdays", "mornings", "evenings", "weekends", "mourning",
})  # fmt: skip


@dataclass(slots=True)
class Token:
    """One token. `num` is set for numbers and number words; `ordinal` for first, 21st; `spelled` when it was said in letters."""

    text: str
    start: int
    end: int
    kind: str
    num: float | None = None
    ordinal: bool = False
    spelled: bool = False
    width: int = 0
    parts: tuple[int, ...] = ()
    sep: str = ""
    glued: bool = False


def _close(a: str, b: str) -> bool:
    """One edit apart, or two letters swapped."""
    if a == b:
        return True
    la, lb = len(a), len(b)
    if abs(la - lb) > 1:
        return False
    i = 0
    while i < min(la, lb) and a[i] == b[i]:
        i += 1
    if la == lb:
        return a[i + 1 :] == b[i + 1 :] or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :])
    return a[i + 1 :] == b[i:] if la > lb else a[i:] == b[i + 1 :]


def _repair(word: str) -> str:
    """A weekday, month or day word with one slip in it ("thrusday"), else the word itself."""
    fixed = SPELLINGS.get(word)
    if fixed:
        return fixed
    if len(word) < 5 or word in _NOT_TYPOS:
        return word
    for name in _BY_FIRST.get(word[0], ()):
        if word != name and abs(len(word) - len(name)) <= 1 and word != name + "s" and _close(word, name):
            return name
    return word


def fold(text: str) -> str:
    """Lower case of the same length, so that positions stay true."""
    text = text[:MAX_CHARS]
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.translate(_QUOTES).replace("'til ", " til ")


def _written_short(text: str, token: Token) -> tuple[str | None, bool]:
    """The weekday or month that an abbreviation means for certain, and whether a full stop belongs to it.

    "Wed. next week" and "this Sun" do, "in the sun" and "he sat. Then" do not.
    """
    name = _SHORT.get(token.text)
    if name is None:
        return None, False
    if _GOES_ON.match(text, token.end):
        return name, True
    typed, before = text[token.start : token.end], text[: token.start].rstrip()
    within = bool(before) and before[-1] not in ".!?\n" and before.split()[-1].islower()
    return (name if within and typed.istitle() and token.text in _ALSO_WORDS else None), False


def _make(m: re.Match[str], low: str) -> list[Token]:
    kind, text, s, e = m.lastgroup or "punct", m.group(), m.start(), m.end()
    if kind in ("iso", "dmy"):
        parts = tuple(int(p) for p in re.split(r"[-/.]", text))
        return [Token(text, s, e, kind, parts=parts, sep=re.sub(r"[\d\s]", "", text)[0])]
    if kind == "compact":
        # "20260314", "20260314T0926"
        day = Token(text[:8], s, s + 8, "iso", parts=(int(text[:4]), int(text[4:6]), int(text[6:8])), sep="-")
        at = tuple(int(text[k : k + 2]) for k in range(9, len(text), 2))
        return [day, Token(text[9:], s + 9, e, "clock", parts=at, sep=":", width=2)] if at else [day]
    if kind == "clock":
        parts = tuple(int(p) for p in re.split(r"[:h.]", text)[:3])
        return [Token(text, s, e, kind, parts=parts, sep="h" if "h" in text else ":", width=len(re.split(r"[:h]", text)[0]))]
    if kind in ("dots", "slash"):
        parts = tuple(int(p) for p in re.split(r"[./]", text) if p)
        return [Token(text, s, e, kind, parts=parts, sep=text[-1] if text[-1] == "." else "", width=len(re.split(r"[./]", text)[0]))]
    if kind == "ord":
        digits = text[:-2].rstrip()
        return [Token(text, s, e, "num", num=int(digits), ordinal=True, width=len(digits))]
    if kind == "dec":
        return [Token(text, s, e, "num", num=float(text[:12]), width=5)]
    if kind == "num":
        digits = text.replace(",", "")
        return [Token(text, s, e, "num", num=int(digits) if len(digits) < 9 else None, width=len(digits))]
    if kind == "oclock":
        return [Token("oclock", s, e, "word")]
    if kind == "ampm":
        return [Token(text[0] + "m", s, e, "word")]
    if kind == "text":
        return [Token({"m": "tomorrow", "n": "tonight", "d": "today", "4": "before"}[text[1]], s, e, "word")]
    if kind == "word":
        glued = _GLUED.fullmatch(text)
        if glued is not None:
            # "nextweek", "tomorrowmorning"
            middle = s + glued.end(1)
            return [Token(glued[1], s, middle, "word"), Token(glued[2], middle, e, "word")]
        text = _repair(text)
        prev = low[s - 1] if s else ""
        if len(text) > 3 and text.endswith("'s") and text[:-2] in MONTHS and len(text) > 7 and text[:-2] != "august":
            text = text[:-2]
        return [Token(text, s, e, "word", glued=prev.isdigit())]
    return [Token(text, s, e, "punct")]


def tokenise(text: str) -> list[Token]:
    """The tokens of a text; at most MAX_TOKENS, from its first MAX_CHARS characters."""
    low = fold(text)
    out: list[Token] = []
    stop = -1
    for m in _TOKEN.finditer(low):
        for token in _make(m, low):
            if token.text in FILLERS:
                continue
            if token.kind == "word":
                name, dotted = _written_short(text, token)
                token.text = name or token.text
                stop = token.end if dotted else -1
            elif token.text == "." and token.start == stop:
                continue
            if out and token.kind == "word" and out[-1].kind == "word" and token.start - out[-1].end <= 2:
                pair = JOINED.get((out[-1].text, token.text))
                if pair:
                    out[-1] = Token(pair, out[-1].start, token.end, "word")
                    continue
            if (
                len(out) > 1 and token.kind == "word" and out[-1].text == "-" and out[-1].end == token.start
                and out[-2].kind == "word" and out[-2].end == out[-1].start
            ):  # fmt: skip
                pair = JOINED.get((out[-2].text, token.text))
                if pair:
                    out.pop()
                    out[-1] = Token(pair, out[-1].start, token.end, "word")
                    continue
            out.append(token)
        if len(out) >= MAX_TOKENS:
            break
    return [token for k, token in enumerate(out) if not (k and _numbered_thing(text, out[k - 1], token))]


# Two capitals that are words all the same.
_CAPITALS = frozenset({"am", "pm", "at", "on", "by", "to", "in", "or", "of", "is", "it", "my", "we", "do", "so", "no", "ok", "ad", "bc"})


def _numbered_thing(text: str, before: Token, token: Token) -> bool:
    """Whether the figures number a flight, a train or a form: "KL 1025", "the 1025" aside."""
    code = text[before.start : before.end]
    return (
        token.kind == "num" and token.width >= 3 and before.kind == "word" and len(code) == 2 and code.isupper()
        and code.lower() not in _CAPITALS and not text[:MAX_CHARS].isupper()
    )  # fmt: skip
