"""The words that say that something repeats, and which words belong to it."""

from __future__ import annotations

from assistant.language.times.lexicon import MEALS, MONTHS, PART_WORDS, UNITS, WEEKDAY_PLURALS, WEEKDAYS
from assistant.language.times.model import Context

ADVERBS = {
    "daily": ("DAILY", 1), "everyday": ("DAILY", 1), "nightly": ("DAILY", 1), "weekly": ("WEEKLY", 1), "monthly": ("MONTHLY", 1),
    "yearly": ("YEARLY", 1), "annually": ("YEARLY", 1), "hourly": ("HOURLY", 1), "quarterly": ("MONTHLY", 3), "fortnightly": ("WEEKLY", 2),
    "biweekly": ("WEEKLY", 2), "bimonthly": ("MONTHLY", 2), "annual": ("YEARLY", 1), "semiannually": ("MONTHLY", 6),
    "biannually": ("MONTHLY", 6),
    "biennially": ("YEARLY", 2),
}  # fmt: skip


PLAIN = {"FREQ=WEEKLY": "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2": "FREQ=WEEKLY;INTERVAL=2"}


UNIT_FREQ = {
    "second": ("SECONDLY", 1), "minute": ("MINUTELY", 1), "hour": ("HOURLY", 1), "day": ("DAILY", 1), "night": ("DAILY", 1),
    "week": ("WEEKLY", 1),
    "fortnight": ("WEEKLY", 2), "month": ("MONTHLY", 1), "quarter": ("MONTHLY", 3), "year": ("YEARLY", 1), "decade": ("YEARLY", 10),
    "weekend": ("WEEKLY", 1), "workday": ("WEEKLY", 1),
}  # fmt: skip


EVERY = frozenset({"every", "each", "ev", "evry", "alternate", "alternating"})


_NOT_UNITS = frozenset({"time", "one", "other's", "body", "thing", "single", "where", "bit", "of", "way", "once", "now"})


GLUE_WORDS = frozenset({"on", "the", "of", "in", "and", ",", "at", "&", "for", "from", "starting", "about", "day", "days", "or", "/"})


_AFTER_PLURAL = frozenset({
    "at", "and", "or", "from", "between", "until", "to", "through", "works", "work", "are", "is", "only", "for", "in", "please", "on",
    "the", "if", "twice", "starting",
    "after", "before", "around", "about", "every", "each", "of", "would", "we", "i", "you", "noon", "except", "with", "but", "when",
    "do", "what", "too", "instead", "half", "quarter", "weekly", "am", "pm", "usually", "generally",
})  # fmt: skip


def any_weekday(ctx: Context, i: int) -> int | None:
    w = ctx.word(i)
    found = WEEKDAY_PLURALS.get(w)
    return found if found is not None else WEEKDAYS.get(w)


def repeats(ctx: Context, i: int) -> bool:
    """Whether token i begins or marks a repetition."""
    w, nxt = ctx.word(i), ctx.word(i + 1)
    if w in EVERY:
        if nxt == "single":
            return UNITS.get(ctx.word(i + 2)) in UNIT_FREQ or any_weekday(ctx, i + 2) is not None
        return nxt not in _NOT_UNITS and not (nxt == "other" and ctx.word(i + 2) in ("person", "", "'s"))
    if w in ADVERBS:
        return _adverbial(ctx, i)
    if w in WEEKDAY_PLURALS:
        if ctx.cardinal(i - 1) is not None and (nxt in ("from", "ago") or ctx.word(i - 2) == "in"):
            return False
        # "fridays lunch": a possessive whose apostrophe the transcript lost.
        owned = nxt.isalpha() and nxt not in _AFTER_PLURAL and any_weekday(ctx, i + 1) is None and (nxt not in PART_WORDS or nxt in MEALS)
        return not owned or ctx.word(i - 1) in ("on", "every", "all", "most", "and", "or")
    if (
        w in ("weekdays", "workdays", "weekends")
        and ctx.word(i - 1) not in ("few", "couple")
        and ctx.cardinal(i - 1) is None
        and ctx.word(i - 1) not in ("next", "last", "working", "business")
    ):
        return w != "workdays" or ctx.word(i - 1) in ("on", "all", "only")
    if w in ("once", "one") and nxt in ("a", "per", "an", "every", "each"):
        return UNITS.get(ctx.word(i + 2)) in UNIT_FREQ and (w == "once" or ctx.word(i + 2) == "day")
    if w in ("weekday", "weekend") and nxt in ("mornings", "afternoons", "evenings", "nights"):
        return True
    if w in ("twice", "thrice", "times") and nxt in ("a", "per", "an", "every", "each"):
        return UNITS.get(ctx.word(i + 2)) in ("day", "week", "month", "year", "fortnight", "hour")
    if w in WEEKDAYS and ctx.word(i - 2) in ("and", "&") and ctx.ordinal(i - 3) is not None:
        # "the second and fourth Friday", of no month in particular
        ranked = ctx.ordinal(i - 1) is not None or ctx.word(i - 1) == "last"
        return ranked and (nxt not in ("of", "in") or ctx.word(i + 2) in ("the", "each", "every"))
    return bool(
        (WEEKDAYS.get(w) is not None or w in PART_WORDS)
        and ctx.word(i + 1) in ("mornings", "afternoons", "evenings", "nights")
        and w in WEEKDAYS
    )


def _adverbial(ctx: Context, i: int) -> bool:
    """ "weekly on Mondays" repeats; in "my annual check-up" the word only describes."""
    w, nxt = ctx.word(i), ctx.word(i + 1)
    if (
        i + 1 >= len(ctx.tokens)
        or not nxt.isalpha()
        or nxt
        in GLUE_WORDS
        | {
            "please",
            "until",
            "from",
            "starting",
            "thanks",
            "except",
            "if",
            "with",
            "to",
            "but",
            "through",
            "between",
            "by",
            "before",
            "after",
            "i",
            "we",
            "would",
            "works",
            "is",
        }
    ):
        return w != "annual"
    if any_weekday(ctx, i + 1) is not None or nxt in MONTHS or nxt == "basis" or ctx.tokens[i + 1].kind != "word":
        return True
    if w in ("annual", "yearly"):
        return False
    return any(
        any_weekday(ctx, k) is not None and ctx.word(k - 1) in ("on", "every", "each", "for", "and")
        for k in range(i + 1, min(i + 7, len(ctx.tokens)))
    )


_WITHIN = frozenset({
    "on", "the", "of", "in", "and", ",", "at", "&", "last", "am", "pm", "noon", "to", "-", "end", "beginning", "day", "oclock",
    "first", "midnight",     "weekdays", "weekends",
})  # fmt: skip


def belongs(ctx: Context, i: int) -> bool:
    """Whether token i can be part of a repetition to its right."""
    t = ctx.tokens[i]
    w = t.text
    if t.kind == "num":
        return t.ordinal or (t.num is not None and t.num < 2400)
    return (
        t.kind == "clock" or w in WEEKDAYS or w in WEEKDAY_PLURALS or w in MONTHS or w in _WITHIN
    )  # fmt: skip
