"""Lengths of time: "an hour and a half", "two weeks", "2h30m", "a couple of days"."""

from __future__ import annotations

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from assistant.language.times.lexicon import GLUED_UNITS, UNITS
from assistant.language.times.model import Amount, Context

_DAYS = {"day": 1.0, "night": 1.0, "week": 7.0, "fortnight": 14.0, "weekend": 7.0, "workday": 1.0}
_MONTHS = {"month": 1.0, "quarter": 3.0, "year": 12.0, "decade": 120.0, "century": 1200.0}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_COUNTS = {"couple": 2, "coupla": 2, "few": 3, "several": 4, "dozen": 12, "pair": 2}
_SHARES = {"½": 0.5, "¼": 0.25, "¾": 0.75}


def quantity(ctx: Context, i: int) -> tuple[float, int] | None:
    """A count and where it ends: 3, "a", "half a", "one and a half", "a couple of", 1/2."""
    w = ctx.word(i)
    t = ctx.tokens[i] if i < len(ctx.tokens) else None
    if t is None:
        return None
    if w in ("a", "an", "one") and ctx.word(i + 1) == "half":
        return 0.5, i + 2
    if w in ("a", "an") or (w == "the" and ctx.word(i + 1) in _COUNTS):
        if ctx.word(i + 1) in _COUNTS:
            return _COUNTS[ctx.word(i + 1)], i + 3 if ctx.word(i + 2) == "of" else i + 2
        if ctx.word(i + 1) == "quarter" and ctx.word(i + 2) == "of":
            return 0.25, i + 4 if ctx.word(i + 3) in ("a", "an") else i + 3
        if ctx.word(i + 1) == "quarter" and ctx.word(i + 2) in ("hour", "-"):
            return 0.25, i + 2
        return 1, i + 1
    if w == "another" and ctx.word(i + 1) in UNITS:
        return 1, i + 1
    if w in _SHARES:
        j = i + 2 if ctx.word(i + 1) == "of" else i + 1
        return _SHARES[w], j + 1 if ctx.word(j) in ("a", "an") else j
    if w in _COUNTS:
        return _COUNTS[w], i + 2 if ctx.word(i + 1) == "of" else i + 1
    if w == "half":
        j = i + 1
        if ctx.word(j) in ("a", "an", "of"):
            j += 1
            if ctx.word(j) in ("a", "an"):
                j += 1
        return 0.5, j
    if w == "quarter" and ctx.word(i + 1) in ("of", "hour"):
        j = i + 1
        if ctx.word(j) == "of":
            j += 2 if ctx.word(j + 1) in ("a", "an") else 1
        return 0.25, j
    if t.kind == "slash" and len(t.parts) == 2 and 0 < t.parts[0] < t.parts[1] <= 8:
        j = i + 1
        if ctx.word(j) in ("a", "an", "of"):
            j += 2 if ctx.word(j) == "of" else 1
        return t.parts[0] / t.parts[1], j
    if t.kind in ("num", "dots") and not t.ordinal and not t.sep:
        value = t.num if t.kind == "num" else float(t.text)
        if value is None or value > 20000:
            return None
        j = i + 1
        if ctx.word(j) == "-" and ctx.word(j + 1) in ("quarters", "quarter"):
            j += 1
        if ctx.word(j) in ("quarters", "quarter") and ctx.word(j + 1) in ("of", "hour", "hours"):
            j += 1
            if ctx.word(j) == "of":
                j += 2 if ctx.word(j + 1) in ("a", "an") else 1
            return value / 4, j
        if ctx.word(j) == "and":
            part = ctx.tokens[j + 1] if j + 1 < len(ctx.tokens) else None
            if part is not None and part.kind == "slash" and part.parts[0] < part.parts[1] <= 8:
                return value + part.parts[0] / part.parts[1], j + 2
            k = j + 2 if ctx.word(j + 1) in ("a", "an") else j + 1
            if ctx.cardinal(k) in (1, 3) and ctx.word(k + 1) in ("quarter", "quarters") and ctx.word(k + 2) in UNITS:
                return value + (ctx.cardinal(k) or 1) / 4, k + 2
            if ctx.word(k) in ("half", "quarter") and ctx.word(k + 1) in UNITS:
                return value + (0.5 if ctx.word(k) == "half" else 0.25), k + 1
            if ctx.word(k) == "half" and ctx.word(k + 1) in ("a", "an") and ctx.word(k + 2) in UNITS:
                return value + 0.5, k + 2
            if ctx.word(j + 1) in ("a", "an", "one") and ctx.word(j + 2) == "half" and ctx.word(j + 3) in UNITS:
                return value + 0.5, j + 3
        part = ctx.tokens[j] if j < len(ctx.tokens) else None
        if part is not None and part.kind == "slash" and part.parts[0] < part.parts[1] <= 8 and t.width <= 2:
            return value + part.parts[0] / part.parts[1], j + 1
        if ctx.word(j) in _SHARES:
            return value + _SHARES[ctx.word(j)], j + 1
        if ctx.word(j) == "more":
            j += 1
        return value, j
    return None


def _add(delta: relativedelta, exact: timedelta, count: float, unit: str) -> tuple[relativedelta, timedelta]:
    if unit in _SECONDS:
        step = timedelta(seconds=round(count * _SECONDS[unit]))
        return delta + relativedelta(seconds=step.seconds, days=step.days), exact + step
    if unit in _DAYS:
        days = count * _DAYS[unit]
        whole = int(days)
        hours = round((days - whole) * 24)
        if unit == "week" and whole != days:
            whole, hours = round(days), 0
        return delta + relativedelta(days=whole, hours=hours), exact + timedelta(days=days)
    months = count * _MONTHS[unit]
    whole = int(months)
    days = round((months - whole) * 30)
    return delta + relativedelta(months=whole, days=days), exact + timedelta(days=count * (365 if unit == "year" else 30 * _MONTHS[unit]))


def amount(ctx: Context, i: int) -> tuple[Amount, int] | None:
    """The length that starts at token i: one or more counted units."""
    delta, exact = relativedelta(), timedelta()
    t = ctx.tokens[i] if i < len(ctx.tokens) else None
    if t is not None and t.kind == "clock" and t.sep == "h" and ctx.word(i - 1) in ("in", "for", "about", "lasting", "takes"):
        # "in 2h30"
        whole = timedelta(hours=t.parts[0], minutes=t.parts[1])
        return Amount(relativedelta(hours=t.parts[0], minutes=t.parts[1]), "minute", 0, whole), i + 1
    j = i
    units: list[str] = []
    counts: list[float] = []
    while True:
        k = j
        if units:
            while ctx.word(k) in (",", "and"):
                k += 1
            if (
                ctx.word(k) in ("a", "an")
                and ctx.word(k + 1) in ("half", "quarter")
                and ctx.word(k + 2) not in UNITS
                and ctx.word(k - 1) == "and"
            ):
                share = 0.5 if ctx.word(k + 1) == "half" else 0.25
                delta, exact = _add(delta, exact, share, units[-1])
                counts[-1] += share
                j = k + 2
                continue
            if k > j and ctx.word(k) in ("a", "an") and units[-1] in ("minute",):
                break
        q = quantity(ctx, k)
        if q is None:
            if not units and ctx.word(k) in ("hour", "minute") and ctx.word(k + 1) == "and" and ctx.word(k + 2) == "a":
                q = (1.0, k)
            else:
                break
        count, after = q
        unit = ""
        w = ctx.word(after)
        if w == "-" and ctx.word(after + 1) in UNITS:
            after += 1
            w = ctx.word(after)
        if w in ("whole", "full", "entire", "solid", "long", "short", "calendar", "more"):
            after += 1
            w = ctx.word(after)
        if w == "quarter" and ctx.word(after + 1) in ("to", "past", "after", "till", "of", "before", "til"):
            break
        if w in UNITS:
            unit = UNITS[w]
            if unit == "hour" and ctx.tokens[k].width == 4 and "," not in ctx.tokens[k].text:
                break  # "2215 hours" is a reading of the clock
            if (
                unit == "second"
                and ctx.word(after - 1) == "a"
                and ctx.word(after + 1) in ("opinion", "time", "one", "appointment", "booking")
            ):
                break
        elif w in GLUED_UNITS and after < len(ctx.tokens) and (ctx.touching(after) or (w == "h" and ctx.tokens[k].kind == "slash")):
            unit = GLUED_UNITS[w]
            if w == "m" and not units:
                unit = "minute"
        elif w == "mon" and ctx.tokens[k].kind == "num" and after == k + 1 and not ctx.tokens[k].ordinal:
            unit = "month"
        elif w in ("'", '"') and ctx.touching(after) and ctx.tokens[k].kind == "num":
            unit = "minute" if w == "'" else "second"
        if not unit or (unit == "night" and count != int(count)):
            break
        if units and _rank(unit) >= _rank(units[-1]):
            break
        delta, exact = _add(delta, exact, count, unit)
        units.append(unit)
        counts.append(count)
        j = after + 1
        if unit == "hour" and _bare_minutes(ctx, j):
            delta, exact = _add(delta, exact, float(ctx.cardinal(j) or 0), "minute")
            units.append("minute")
            counts.append(0)
            j += 1
        if ctx.word(j) == "'" and ctx.word(j - 1).endswith("s"):
            j += 1
    aged = ctx.word(j + 1 if ctx.word(j) == "-" else j) in ("old", "olds")
    if not units or aged:
        return None
    return Amount(delta, units[-1], counts[0] if len(counts) == 1 else 0, exact), j


def _bare_minutes(ctx: Context, j: int) -> bool:
    """Whether the number at token j is minutes without the word: "an hour thirty"."""
    n = ctx.cardinal(j)
    return n in (10, 15, 20, 30, 40, 45, 50) and ctx.tokens[j].spelled and not ctx.word(j + 1).isalpha()


def _rank(unit: str) -> int:
    order = (
        "second",
        "minute",
        "hour",
        "workday",
        "night",
        "day",
        "weekend",
        "week",
        "fortnight",
        "month",
        "quarter",
        "year",
        "decade",
        "century",
    )
    return order.index(unit)
