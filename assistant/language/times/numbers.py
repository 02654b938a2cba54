"""Spoken numbers: "twenty first", "oh nine", "nineteen eighty six" become number tokens; phone numbers and prices stop being numbers."""

from __future__ import annotations

from dataclasses import replace

from assistant.language.times.tokens import Token

ONES = {w: n for n, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])}
TEENS = {
    w: n
    for n, w in enumerate(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"], start=10
    )
}
TENS = {w: n * 10 for n, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)} | {
    "fourty": 40
}
ORDINALS = {
    w: n
    for n, w in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
        ],
        start=1,
    )
} | {"twentieth": 20, "thirtieth": 30, "twelveth": 12, "twelth": 12, "fith": 5, "nineth": 9, "eigth": 8}
CURRENCY = frozenset("$£€%")


def _number(t: Token, value: int, end: int, *, ordinal: bool = False, width: int = 0) -> Token:
    return Token(t.text, t.start, end, "num", num=value, ordinal=ordinal, spelled=True, width=width or len(str(value)))


def _dashed(tokens: list[Token], i: int) -> int:
    """Where the word after tokens[i] is, over a hyphen written without spaces; -1 when there is none."""
    j = i + 1
    if j < len(tokens) and tokens[j].text == "-" and tokens[j].start == tokens[i].end:
        return j + 1 if j + 1 < len(tokens) and tokens[j + 1].start == tokens[j].end else -1
    return j if j < len(tokens) else -1


def _glued(word: str) -> tuple[int, bool] | None:
    """A number of two words written as one, and whether it is an ordinal: "twentyfive", "thirtyfirst"."""
    tens = next((w for w in TENS if word.startswith(w) and word != w), None) if len(word) >= 8 and "ty" in word else None
    if tens is None:
        return None
    rest = word[len(tens) :]
    if rest in ORDINALS and ORDINALS[rest] < 10:
        return TENS[tens] + ORDINALS[rest], True
    return (TENS[tens] + ONES[rest], False) if rest in ONES and rest != "zero" else None


def _dash_in_digits(tokens: list[Token], k: int) -> bool:
    """Whether token k is a hyphen beside a spelled nought: "nine-oh-five"."""
    if tokens[k].text != "-" or not 0 < k < len(tokens) - 1:
        return False
    a, b = tokens[k - 1], tokens[k + 1]
    return a.end == tokens[k].start and b.start == tokens[k].end and bool({a.text, b.text} & {"zero", "oh"})


def collapse(tokens: list[Token]) -> list[Token]:
    """Number words to number tokens. "three thirty" stays two numbers; "twenty five" becomes one."""
    out: list[Token] = []
    tokens = [t for k, t in enumerate(tokens) if not _dash_in_digits(tokens, k)]
    i, n = 0, len(tokens)
    while i < n:
        t = tokens[i]
        if t.kind != "word":
            out.append(t)
            i += 1
            continue
        w = t.text
        if w in TENS:
            j = _dashed(tokens, i)
            nxt = tokens[j].text if j > 0 and tokens[j].kind == "word" else ""
            pronoun = (
                nxt == "one"
                and len(out) > 1
                and out[-1].spelled
                and out[-1].kind == "num"
                and (out[-1].num or 99) <= 12
                and out[-2].text in ("the", "that", "your")
            )
            if nxt in ONES and nxt != "zero" and not pronoun:
                out.append(_number(t, TENS[w] + ONES[nxt], tokens[j].end))
                i = j + 1
                continue
            if nxt in ORDINALS and ORDINALS[nxt] < 10:
                out.append(_number(t, TENS[w] + ORDINALS[nxt], tokens[j].end, ordinal=True))
                i = j + 1
                continue
            unit = tokens[j] if j > 0 and tokens[j].kind == "num" and 0 < (tokens[j].num or 0) < 10 and tokens[j].width == 1 else None
            if unit is not None and (not unit.ordinal or TENS[w] <= 30):
                # "twenty 5", "thirty 1st"
                out.append(_number(t, TENS[w] + int(unit.num or 0), unit.end, ordinal=unit.ordinal))
                i = j + 1
                continue
            out.append(_number(t, TENS[w], t.end))
        elif (glued := _glued(w)) is not None:
            out.append(_number(t, glued[0], t.end, ordinal=glued[1]))
        elif w in TEENS:
            out.append(_number(t, TEENS[w], t.end))
        elif w.endswith("ish") and (w[:-3] in ONES or w[:-3] in TEENS or w[:-3] + "e" in ONES):
            stem = w[:-3] if w[:-3] in ONES or w[:-3] in TEENS else w[:-3] + "e"
            out.append(_number(t, ONES.get(stem, TEENS.get(stem, 0)), t.end - 3))
            out.append(Token("ish", t.end - 3, t.end, "word"))
        elif w in ONES:
            out.append(_number(t, ONES[w], t.end, width=1))
        elif w in ORDINALS:
            out.append(Token(w, t.start, t.end, "num", num=ORDINALS[w], ordinal=True, spelled=True, width=2))
        elif w in ("oh", "o", "ou") and i + 1 < n and tokens[i + 1].text in ONES:
            out.append(_number(t, ONES[tokens[i + 1].text], tokens[i + 1].end, width=2))
            i += 2
            continue
        elif w in ("oh", "o") and i + 1 < n and tokens[i + 1].kind == "num" and tokens[i + 1].width == 1:
            out.append(_number(t, int(tokens[i + 1].num or 0), tokens[i + 1].end, width=2))
            i += 2
            continue
        else:
            out.append(t)
        i += 1
    return _large(out)


def _large(tokens: list[Token]) -> list[Token]:
    """Hundreds and thousands ("fifteen hundred", "two thousand and twenty six")."""
    out: list[Token] = []
    i, n = 0, len(tokens)
    while i < n:
        t = tokens[i]
        if (
            t.kind == "num"
            and t.num is not None
            and not t.ordinal
            and i + 1 < n
            and tokens[i + 1].text in ("hundred", "thousand")
            and t.num < 100
        ):
            scale = 100 if tokens[i + 1].text == "hundred" else 1000
            value, end, j = int(t.num * scale), tokens[i + 1].end, i + 2
            k = j + 1 if j < n and tokens[j].text == "and" else j
            rest = tokens[k].num if k < n and tokens[k].kind == "num" and not tokens[k].ordinal else None
            if rest is not None and rest < 100 and (scale > 100 or (k > j and t.num < 10)):
                value, end, j = value + int(rest), tokens[k].end, k + 1
            out.append(replace(t, num=value, end=end, width=4, spelled=True))
            i = j
            continue
        if (
            t.kind == "num" and t.spelled and not t.ordinal and t.num == 0 and out and out[-1].spelled and out[-1].kind == "num"
            and i + 1 < n and tokens[i + 1].kind == "num" and tokens[i + 1].width == 1 and tokens[i + 1].spelled
        ):  # fmt: skip
            # "twelve zero three": the zero belongs to the minutes.
            out.append(_number(t, int(tokens[i + 1].num or 0), tokens[i + 1].end, width=2))
            i += 2
            continue
        out.append(t)
        i += 1
    return out


def _is_year_end(run: list[Token]) -> bool:
    return len(run) == 3 and run[-1].width == 4 and 1900 <= (run[-1].num or 0) <= 2199 and all(r.width <= 2 for r in run[:2])


def _dated(run: list[Token]) -> bool:
    """Whether a run of figures can be days, years and clock readings: "5 2012 1045", "12 2215-1835"."""
    return all((t.width <= 2 and (t.num or 0) <= 31) or _valid_hhmm(t) or (t.width == 4 and 1900 <= (t.num or 0) <= 2199) for t in run)


def _valid_hhmm(t: Token) -> bool:
    return t.width == 4 and t.num is not None and t.num // 100 < 24 and t.num % 100 < 60


def block(tokens: list[Token]) -> list[Token]:
    """Take away the numbers that are phone numbers, prices or other codes, so that no clock is read into them."""
    out = list(tokens)
    i, n = 0, len(out)
    while i < n:
        t = out[i]
        if t.kind != "num" or t.ordinal:
            i += 1
            continue
        run = [i]
        j = i + 1
        while j < n:
            if out[j].kind == "num" and not out[j].ordinal:
                run.append(j)
                j += 1
            elif (
                out[j].text in ("-", ".", "(", ")")
                and j + 1 < n
                and out[j + 1].kind == "num"
                and not out[j + 1].ordinal
                and (out[j].start == out[j - 1].end)
            ):
                j += 1
            else:
                break
        nums = [out[k] for k in run]
        total = sum(x.width for x in nums)
        plain = not any(x.spelled for x in nums)
        phone = (
            total >= 7 and not _is_year_end(nums) and not (_dated(nums) and sum(x.width == 4 for x in nums) <= 2 and len(nums) <= 3)
            if plain
            else len(nums) >= 5 and sum(x.width == 1 for x in nums) >= 4
        )
        if not phone and len(nums) >= 2 and plain and nums[0].width == 3 and nums[1].width >= 3:
            phone = True
        before = out[i - 1].text if i else ""
        after = out[j] if j < n else None
        price = before in CURRENCY or before == "#" or (before == "+" and t.width >= 3)
        if price or (after is not None and after.text in CURRENCY and after.start == out[j - 1].end):
            run = run[:1] if price else run[-1:]
            for k in run:
                out[k] = replace(out[k], kind="code", num=None)
        elif phone:
            for k in run:
                out[k] = replace(out[k], kind="code", num=None)
        i = j
    # decimals and d.dd after or before a currency
    for k, t in enumerate(out):
        if t.kind in ("dots", "num") and k and out[k - 1].text in CURRENCY:
            out[k] = replace(t, kind="code", num=None)
    return out
