"""Clock readings: "half three", "quarter past nine", "3 30", "at 330", "ten a m", "17:05", noon."""

from __future__ import annotations

from assistant.language.times.lexicon import NOUNS_COUNTED
from assistant.language.times.model import Clock, Context, Item
from assistant.language.times.zones import LONG, SHORT

_PAST = {"past", "after"}
_TO = {"to", "before", "till", "until", "of", "til", "two"}
_FRACTIONS = {"half": 30, "quarter": 15}
_WRITTEN = {"1/2": "half", "½": "half", "1/4": "quarter", "¼": "quarter"}
# "at 3h" is an hour, "3h" a length.
_BEFORE_CLOCK = frozenset({"at", "from", "by", "until", "before", "after", "about", "@", "to", "-", "between", "and"})
_NAMED_MONTHS = frozenset({"january", "february", "april", "june", "july", "september", "october", "november", "december"})
_SUFFIX = {"am": "am", "pm": "pm", "p": "pm", "a": "am", "noon": "pm", "midnight": "am"}


def half_of(ctx: Context, i: int) -> tuple[str | None, int]:
    """The am or pm at token i, past a full stop, and where it ends."""
    w = ctx.word(i)
    if w in (".", ":") and ctx.word(i + 1) in ("am", "pm"):
        return ctx.word(i + 1), i + 2
    if w in ("am", "pm"):
        return w, i + 1
    if w in ("p", "a") and ctx.tokens[i].glued:
        return _SUFFIX[w], i + 1
    if w == "in" and ctx.word(i + 1) == "the" and ctx.word(i + 2) in ("am", "pm"):
        return ctx.word(i + 2), i + 3
    return None, i


def _tail(ctx: Context, j: int) -> int:
    """Past words that add nothing: o'clock, sharp, hours, ish, a zone."""
    while True:
        w = ctx.word(j)
        if w in ("oclock", "sharp", "ish", "exactly", "prompt", "uhr") or (w in ("hours", "hrs") and ctx.tokens[j - 1].width >= 4):
            j += 1
        elif w == "-" and ctx.word(j + 1) == "ish":
            j += 2
        elif (w, ctx.word(j + 1), ctx.word(j + 2)) == ("on", "the", "dot"):
            j += 3
        elif (w, ctx.word(j + 1)) == ("or", "thereabouts"):
            j += 2
        elif w == "h" and ctx.tokens[j - 1].kind in ("dots", "clock"):
            j += 1
        else:
            break
    if w in SHORT:
        return j + 1
    if w in LONG and ctx.word(j + 1) in ("time", "standard", "daylight"):
        j += 2
        return j + 1 if ctx.word(j) == "time" else j
    return j


def _finish(
    ctx: Context, i: int, j: int, hour: int, minute: int, second: int = 0, *, sure: bool = False, weak: bool = False
) -> Item | None:
    """Add what follows the figures (o'clock, am, zone) and check that the clock has such a reading."""
    before = j
    j = _tail(ctx, j)
    half, j = half_of(ctx, j)
    if ctx.word(j) == "noon" and hour == 12:
        half, j = "pm", j + 1
    elif ctx.word(j) == "midnight" and hour == 12:
        half, j = "am", j + 1
    j = _tail(ctx, j)
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute):
        return None
    if half and hour > 12:
        half = None
    if hour == 0 or hour > 12:
        sure = True
        if hour == 0 and half == "pm":
            hour = 12
    if half and hour <= 12:
        hour, sure = hour % 12 + (12 if half == "pm" else 0), True
    zone = next((w for k in range(before, j) if (w := ctx.word(k)) in SHORT or w in LONG), "")
    days_on = 1 if ctx.word(j) == "+" and ctx.touching(j) and ctx.touching(j + 1) and ctx.cardinal(j + 1) == 1 else 0
    j += 2 * days_on
    clock = Clock(
        hour % 24, minute, second, half, sure, "hour" if minute == 0 and second == 0 and not sure else "minute", zone, days_on=days_on
    )
    return Item(i, j, clock=clock, weak=weak and before == j)


def _said_past(ctx: Context, i: int) -> Item | None:
    """Minutes and hour: "quarter past nine", "ten to four", "twenty five minutes past 3 pm", "half three"."""
    j = i
    if ctx.word(j) in ("a", "an") and ctx.word(j + 1) in _FRACTIONS:
        j += 1
    word, minutes = ctx.word(j), None
    if word in _WRITTEN and ctx.word(j + 1) in _PAST:
        word = _WRITTEN[word]
    if word in _FRACTIONS:
        minutes = _FRACTIONS[word]
        j += 1
        if ctx.word(j) == "-" and ctx.touching(j) and ctx.touching(j + 1):
            j += 1
    else:
        minutes = ctx.cardinal(j)
        if minutes is None or not 0 < minutes < 60 or ctx.tokens[j].kind != "num":
            return None
        j += 1
        if ctx.word(j) in ("minutes", "minute", "mins", "min"):
            j += 1
    rel = ctx.word(j)
    hour_at = j + 1
    if rel == "two" and ctx.cardinal(hour_at) is None:
        # "half two": no "to" that was misheard.
        rel = ""
    if rel in _PAST or rel in _TO:
        hour = ctx.cardinal(hour_at)
        named = ctx.word(hour_at)
        if (
            rel == "of"
            and word not in _FRACTIONS
            and (minutes not in (5, 10, 20, 25) or not ctx.tokens[hour_at : hour_at + 1] or ctx.word(hour_at + 1) in NOUNS_COUNTED)
        ):
            return None
        if named in ("noon", "midday"):
            hour = 12
        elif named == "midnight":
            hour = 0
        if hour is None and ctx.tokens[hour_at : hour_at + 1] and ctx.tokens[hour_at].kind == "clock" and ctx.tokens[hour_at].parts[1] == 0:
            hour = ctx.tokens[hour_at].parts[0]
        if hour is None or hour > 24 or (ctx.tokens[hour_at].width > 2 and named not in ("noon", "midday", "midnight")):
            return None
        end = hour_at + 1
        sure = named in ("noon", "midday", "midnight")
        if rel in _PAST:
            if rel == "after" and word not in _FRACTIONS and ctx.word(j - 1) not in ("minutes", "minute", "mins", "min") and minutes % 5:
                return None
            return _finish(ctx, i, end, hour, minutes, sure=sure)
        if word not in _FRACTIONS and rel == "before" and ctx.word(j - 1) not in ("minutes", "minute", "mins", "min"):
            return None
        item = _finish(ctx, i, end, hour, 0, sure=sure)
        if item is None or item.clock is None:
            return None
        c = item.clock
        total = (c.hour * 60 - minutes) % 1440 if c.sure else ((c.hour - 1) % 12 * 60 + 60 - minutes)
        if not c.sure and total < 60:
            total += 720
        clock = Clock(total // 60, total % 60, 0, c.half, c.sure, zone=c.zone)
        spelled_out = word in _FRACTIONS or ctx.word(j - 1) in ("minutes", "minute", "mins", "min")
        if not spelled_out and ctx.word(i - 1) in ("out", "open", "free", "available", "closed", "away", "busy", "hours", "working"):
            return None
        if not spelled_out and (minutes % 5 or minutes > 25 or ctx.word(j - 1) in ("am", "pm")):
            return None
        out = Item(i, item.j, clock=clock)
        if not spelled_out:
            # "ten to four" may also be a range; the range grammar decides when "from" or "between" came before.
            out.minutes_to = Clock(minutes)
        return out
    if word == "half" and ctx.word(j - 2) not in ("a", "an"):
        hour = ctx.cardinal(j)
        if hour is not None and 1 <= hour <= 12 and ctx.tokens[j].width <= 2 and ctx.word(j + 1) not in NOUNS_COUNTED:
            return _finish(ctx, i, j + 1, hour, 30)
    return None


def _figures(ctx: Context, i: int) -> Item | None:
    """Clock readings in figures, or in words that came out as figures."""
    t = ctx.tokens[i]
    if t.kind == "clock":
        h, m, s = t.parts[0], t.parts[1], t.parts[2] if len(t.parts) > 2 else 0
        return _finish(ctx, i, i + 1, h, m, s, sure=t.width == 2 and h < 10)
    if t.kind == "dots" and not t.sep and len(t.parts) == 2 and t.parts[0] <= 24 and t.parts[1] < 60:
        padded = t.width == 2 and t.parts[0] < 10
        weak = half_of(ctx, i + 1)[0] is None and ctx.word(i + 1) not in ("h", "oclock", "hrs", "hours", "uhr") and not padded
        item = _finish(ctx, i, i + 1, t.parts[0], t.parts[1], sure=padded)
        if item is not None:
            item.weak = weak
        return item
    n = ctx.cardinal(i)
    if n is None:
        return None
    nxt = i + 1
    follow = ctx.word(nxt)
    if follow == "h" and ctx.tokens[nxt].glued and n <= 24 and (n > 5 or ctx.word(i - 1) in _BEFORE_CLOCK):
        return _finish(ctx, i, nxt + 1, n, 0)
    if t.width in (3, 4) and t.num is not None:
        h, m = n // 100, n % 100
        if h > 24 or m > 59 or (t.width == 4 and t.spelled and follow not in ("hours", "hrs", "am", "pm") and m):
            return None
        item = _finish(ctx, i, nxt, h, m, sure=(t.width == 4 and h < 10) or h > 12, weak=True)
        if item is not None and half_of(ctx, nxt)[0] is None and follow not in ("hours", "hrs", "oclock"):
            item.weak = True
        return item
    if n > 23 or t.width > 2:
        return None
    sure = t.width == 2 and n < 10 and not t.spelled
    dashed = ctx.cardinal(nxt + 1) if follow == "-" and ctx.touching(nxt) and ctx.touching(nxt + 1) else None
    if dashed is not None and 12 < dashed < 60 and 1 <= n <= 12 and half_of(ctx, nxt + 2)[0]:
        # "3-15 pm"
        return _finish(ctx, i, nxt + 2, n, dashed)
    # "3 30", "nine oh five", "21 35": two numbers side by side.
    dash = 1 if follow == "-" and ctx.touching(nxt) and ctx.touching(nxt + 1) and t.spelled else 0
    m2 = ctx.cardinal(nxt + dash)
    if m2 is not None and m2 < 60 and not ctx.tokens[nxt + dash].ordinal and ctx.tokens[nxt + dash].width == 2 and n >= 0:
        second = ctx.tokens[nxt + dash]
        after = ctx.word(nxt + dash + 1)
        # "4 30 december" is the thirtieth, "4 30 december 27th" is not
        month_follows = after in _NAMED_MONTHS and ctx.number(nxt + dash + 2) is None
        if second.kind == "num" and (ctx.beside(nxt) or dash) and not month_follows:
            item = _finish(ctx, i, nxt + dash + 1, n, m2, sure=sure)
            if item is not None and item.j == nxt + dash + 1:
                item.weak = not (t.spelled and second.spelled and 1 <= n <= 12 and (m2 % 5 == 0 or m2 < 10 or m2 > 12))
            return item
    return _finish(ctx, i, nxt, n, 0, sure=sure, weak=True)


def read_clock(ctx: Context, i: int) -> Item | None:
    """The clock reading that starts at token i, weak when the number alone may mean something else."""
    w = ctx.word(i)
    t = ctx.tokens[i]
    if w in ("noon", "midday"):
        return Item(i, i + 1, clock=Clock(12, sure=True))
    if w == "midnight":
        return Item(i, i + 1, clock=Clock(0, sure=True, half="midnight"))
    if w in _FRACTIONS or w in _WRITTEN or t.kind == "num" or (w in ("a", "an") and ctx.word(i + 1) in _FRACTIONS):
        said = _said_past(ctx, i)
        if said is not None:
            return said
    if t.kind in ("num", "clock", "dots") and not t.ordinal:
        return _figures(ctx, i)
    return None
