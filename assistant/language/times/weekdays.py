"""Weekdays and what is said around them: "next Tuesday but one", "Friday week", "the Monday after Easter"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assistant.language.times.dates import clockish, day_number, month_at, month_ref
from assistant.language.times.dating import coming_weekday, day_date, safe_date
from assistant.language.times.lexicon import MODS, MONTHS, PART_WORDS, UNITS, WEEKDAY_PLURALS, WEEKDAY_POSSESSIVES, WEEKDAYS
from assistant.language.times.model import Context, Day, Item


def weekday_at(ctx: Context, i: int) -> int | None:
    """The weekday named by token i; "sat" and "sun" only where they can be meant."""
    w = ctx.word(i)
    n = WEEKDAYS.get(w)
    if n is None:
        # A transcript writes "Tuesday's" without its apostrophe.
        return WEEKDAY_POSSESSIVES.get(w, WEEKDAY_PLURALS.get(w))
    if w in _DOUBTFUL and len(ctx.tokens) > 2 and not _dated_beside(ctx, i):
        return None
    return n


#: of weekdays, "coming" and "following" are not quite "next"
_MODS = {**MODS, "coming": "coming", "upcoming": "coming", "following": "following"}
_DOUBTFUL = frozenset({"sat", "sun", "wed", "mon", "tu"})


_WITH_DAYS = frozenset(
    {
        "on",
        "next",
        "this",
        "last",
        "every",
        "each",
        "by",
        "until",
        "from",
        "to",
        "or",
        "between",
        "coming",
        "-",
        "before",
        "after",
        ",",
        "for",
        "closest",
        "nearest",
    }
)


# Before a short form that is the day for certain: "book sat please", "earlier than wed", "last week's sun".
_ASKED = frozenset(
    {"book", "do", "about", "than", "that", "past", "week's", "not", "say", "maybe", "anything", "free", "is", "how's", "come"}
)
# ... and behind it, where a day may end: words that no "I sat" or "to wed" goes on with.
_CLOSED = frozenset({
    "", ".", ",", "?", "!", "please", "then", "thanks", "works", "would", "if", "in", "instead", "or", "and", "at", "to", "for", "with",
    "because", "when", "this", "next", "last", "anytime", "from", "between", "after", "before", "about", "ok", "okay", "good", "free",
    "possible", "available", "first", "early", "late", "by",
})  # fmt: skip


_FIRST_OF_A_DAY = frozenset({
    "available", "availability", "thing", "free", "open", "opening", "slot", "appointment", "appt", "one", "possible", "you", "option",
})  # fmt: skip
_AFTER_VERB = frozenset({"here", "down", "there", "my", "dieu", "tan", "by", "with", "set", "up", "for", "back", "still", "her", "his"})


def _dated_beside(ctx: Context, i: int) -> bool:
    """Whether the short form at token i stands where a day stands: "on sat", "sun 15th", "mon at 3"."""
    before, after = ctx.word(i - 1), ctx.word(i + 1)
    if before in ("the", "a"):
        return False
    alone = after in ("ok", "okay", "free", "possible", "please", "pls", "?")
    if (i == 0 and (ctx.word(i) != "sun" or alone) and after not in _AFTER_VERB) or (before == "and" and ctx.word(i - 2) in WEEKDAYS):
        return True
    if (
        before in _ASKED
        and after in _CLOSED
        and not (before in ("that", "past", "is", "do") and after in ("for", "in", "with", "by", "at"))
    ):
        return True
    if before in ("/", "&") and (ctx.word(i - 2) in WEEKDAYS):
        return True
    if before in _WITH_DAYS or before in WEEKDAYS or before in MONTHS or ctx.number(i - 1) is not None:
        return not (
            before in ("to", "for", "from")
            and after not in WEEKDAYS
            and i + 1 < len(ctx.tokens)
            and after.isalpha()
            and after not in _CLOSED
        )
    following = ctx.tokens[i + 1].kind if i + 1 < len(ctx.tokens) else ""
    return (
        following in ("num", "clock", "slash", "dmy", "iso", "dots")
        or after in MONTHS
        or after in WEEKDAYS
        or after in PART_WORDS
        or after in (",", "-", "next", "/", "&")
        or (after == "at" and (ctx.number(i + 2) is not None or ctx.word(i + 2) in ("half", "quarter", "noon", "a")))
        or (after == "the" and ctx.ordinal(i + 2) is not None)
    )


def read_weekday(ctx: Context, i: int) -> Item | None:
    """A weekday with what stands before and after it ("next Tuesday but one", "Friday week")."""
    j, mods = i, []
    while j - i < 4 and (ctx.word(j) in MODS or (ctx.word(j) == "the" and ctx.word(j + 1) in MODS)):
        if ctx.word(j) in MODS:
            mods.append(ctx.word(j))
        j += 1
    weekday = weekday_at(ctx, j)
    count = 0
    if weekday is None and len(mods) == 1 and j == i + 1:
        return _elided(ctx, i, mods[0])
    if weekday is None and not mods:
        n = ctx.cardinal(i)
        plural = WEEKDAY_PLURALS.get(ctx.word(i + 1))
        if n and plural is not None and n < 60:
            k = i + 2
            if ctx.word(k) == "from" and ctx.word(k + 1) in ("now", "today"):
                return Item(i, k + 2, day=Day(fixed=coming_weekday(ctx.today, plural) + timedelta(7 * (n - 1))))
            if ctx.word(k) == "ago":
                return Item(i, k + 1, day=Day(fixed=_back(ctx.today, plural) - timedelta(7 * (n - 1))))
            if ctx.word(i - 1) == "in":
                return Item(i, k, day=Day(fixed=coming_weekday(ctx.today, plural) + timedelta(7 * (n - 1))))
        return None
    if weekday is None:
        return None
    day = Day(weekday=weekday, mod=_MODS[mods[-1]] if mods else "")
    k = j + 1
    if ctx.word(k) == ".":
        k += 1 if ctx.tokens[j].end == ctx.tokens[k].start and len(ctx.word(j)) <= 5 and k + 1 < len(ctx.tokens) else 0
    if (ctx.word(k), ctx.word(k + 1)) in (("after", "next"), ("but", "one")):
        return Item(i, k + 2, day=Day(fixed=coming_weekday(ctx.today, weekday) + timedelta(7)))
    if ctx.word(k) in ("after", "before", "following") and not mods and ctx.word(k + 1) not in ("next", "last", "lunch", "work", "noon"):
        beside = beside_day(ctx, i, k + 1, weekday, -1 if ctx.word(k) == "before" else 1)
        if beside is not None:
            return beside
    if ctx.word(k) == "before" and ctx.word(k + 1) == "last":
        return Item(i, k + 2, day=Day(fixed=_back(ctx.today, weekday) - timedelta(7)))
    if (
        ctx.word(k) in ("week", "fortnight")
        and not mods
        and ctx.word(k + 1) not in ("of", "commencing", "beginning")
        and ctx.cardinal(k + 1) is None
    ):
        count = 1 if ctx.word(k) == "week" else 2
        return Item(i, k + 1, day=Day(fixed=coming_weekday(ctx.today, weekday) + timedelta(7 * count)))
    gone = k + 1 if ctx.word(k) == "just" else k
    if ctx.word(gone) == "gone" and not mods:
        return Item(i, gone + 1, day=replace(day, mod="last"))
    month = month_ref(ctx, k) if not mods and ctx.word(k) in ("in", "of") else None
    if month is not None and ctx.word(i - 1) in ("a", "any", "some", "each", "every", "another", "available", "earliest", "free", "open"):
        return _any_of_month(ctx, i, weekday, month)
    weeks = ctx.cardinal(k) if not mods and UNITS.get(ctx.word(k + 1)) == "week" and k + 2 >= len(ctx.tokens) else None
    if weeks is not None and 1 < weeks <= 52 and ctx.word(i - 1) not in ("every", "each"):
        return Item(i, k + 2, day=Day(fixed=coming_weekday(ctx.today, weekday) + timedelta(7 * weeks)))
    rank = ctx.ordinal(i - 1)
    if rank is not None and 1 <= rank <= 12 and j == i and (ctx.word(k), ctx.word(k + 1)) in (("from", "now"), ("from", "today")):
        return Item(i - 1, k + 2, day=Day(fixed=coming_weekday(ctx.today, weekday) + timedelta(7 * (rank - 1))))
    if (
        not mods
        and ctx.word(k) in ("next", "coming", "last", "past")
        and (
            k + 1 >= len(ctx.tokens)
            or ctx.tokens[k + 1].kind != "word"
            or ctx.word(k + 1) in ("at", "please", "if", "in", "from", "between")
        )
    ):
        return Item(i, k + 1, day=replace(day, mod="last" if ctx.word(k) == "past" else ctx.word(k)))
    figures = _weekday_figures(ctx, k, weekday)
    if figures is not None:
        return Item(i, figures[1], day=figures[0])
    # "Friday 23", "Sunday the 17th", "Monday 21"; small bare numbers are left to be hours.
    d = k + 1 if ctx.word(k) in ("the", ",") else k
    if ctx.word(k) == "," and ctx.word(k + 1) == "the":
        d = k + 2
    # "Tuesday, first available" and "Tuesday first thing" name no first of the month.
    n2 = day_number(ctx, d) if ctx.word(d + 1) not in _FIRST_OF_A_DAY else None
    if n2 is not None and month_at(ctx, d + 1) is None and not clockish(ctx, d + 1):
        of_month = ctx.word(d + 1) in ("of", "in", "this", "next", "day")
        stands = ctx.tokens[d].ordinal or (
            n2 > 12
            and ctx.tokens[d].width == 2
            and not of_month
            and ctx.word(d + 1) not in ("-", "minutes")
            and (ctx.cardinal(d + 1) is None or n2 > 23)
        )
        if ctx.tokens[d].ordinal and ctx.word(d + 1) in ("of",) and month_at(ctx, d + 2) is not None:
            stands = False
        if stands and not (ctx.tokens[d].ordinal and of_month):
            return Item(i, d + 1, day=Day(weekday=weekday, day=n2, mod=day.mod))
    return Item(i, k, day=day)


def _elided(ctx: Context, i: int, mod: str) -> Item | None:
    """A weekday that is said once for two: "this Monday or next", "this or next Monday"."""
    if MODS[mod] == "this" and ctx.word(i + 1) in ("or", "and") and MODS.get(ctx.word(i + 2)) == "next":
        weekday = weekday_at(ctx, i + 3)
        return Item(i, i + 1, day=Day(weekday=weekday, mod="this")) if weekday is not None else None
    if MODS[mod] != "next" or ctx.word(i - 1) not in ("or", "and", "but") or (i + 1 < len(ctx.tokens) and ctx.word(i + 1) in UNITS):
        return None
    k = i - 2 if ctx.word(i - 2) != "," else i - 3
    weekday = weekday_at(ctx, k)
    if weekday is None or MODS.get(ctx.word(k - 1)) != "this":
        return None
    this = day_date(Day(weekday=weekday, mod="this"), ctx)
    return Item(i, i + 1, day=Day(fixed=this + timedelta(7))) if this is not None else None


def _any_of_month(ctx: Context, i: int, weekday: int, month: tuple[int, int, int]) -> Item | None:
    """ "Any Friday in April": the first of them that is still to come, the others as other readings."""
    year, number, end = month
    start = date(year or ctx.now.year + (number < ctx.now.month), number, 1)
    found = [
        d for d in (start + timedelta((weekday - start.weekday()) % 7 + 7 * n) for n in range(5)) if d.month == number and d >= ctx.today
    ]
    if not found:
        return None
    others = tuple((d, "any of them may be meant") for d in found[1:])
    return Item(i, end, day=Day(fixed=found[0], others=others))


def beside_day(ctx: Context, i: int, k: int, weekday: int | None, step: int) -> Item | None:
    """The day, or the weekday, next to a named day that starts at token k: "the Monday after Easter"."""
    if k >= len(ctx.tokens):
        return None
    inner = ctx.read("day", k)
    if inner is None or inner.day is None or inner.part is not None:
        return None

    base = day_date(inner.day, ctx)
    if base is None:
        return None
    if weekday is None:
        return Item(i, inner.j, day=Day(fixed=base + timedelta(step)))
    if inner.day.weekday is not None and inner.day.day is None:
        return None
    ahead = (weekday - base.weekday() - 1) % 7 + 1
    return Item(
        i, inner.j, day=Day(fixed=base + timedelta(ahead) if step > 0 else base - timedelta((base.weekday() - weekday - 1) % 7 + 1))
    )


def _weekday_figures(ctx: Context, k: int, weekday: int) -> tuple[Day, int] | None:
    """ "Monday 19.06", "Friday 7-6": two figures that are a date because it falls on that weekday."""
    t = ctx.tokens[k] if k < len(ctx.tokens) else None
    if t is None:
        return None
    if t.kind == "dots" and not t.sep and len(t.parts) == 2:
        pairs, end = [(t.parts[1], t.parts[0])], k + 1
    elif (
        t.kind == "num" and t.width <= 2 and ctx.word(k + 1) == "-" and ctx.touching(k + 1) and ctx.touching(k + 2) and ctx.cardinal(k + 2)
    ):
        a, b = int(t.num or 0), int(ctx.cardinal(k + 2) or 0)
        if a < b <= 12:
            # "Monday 9-11" is from nine to eleven.
            return None
        pairs, end = [(a, b), (b, a)] if ctx.country == "US" else [(b, a), (a, b)], k + 3
    else:
        return None
    for month, dom in pairs:
        for year in (ctx.now.year, ctx.now.year + 1):
            found = safe_date(year, month, dom) if 1 <= month <= 12 else None
            if found and found >= ctx.today:
                if found.weekday() == weekday:
                    return Day(fixed=found), end
                break
    return None


def _back(today: date, weekday: int) -> date:
    return today - timedelta((today.weekday() - weekday - 1) % 7 + 1)
