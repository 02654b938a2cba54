"""From tokens to atoms: at each place the longest reading that the grammar has."""

from __future__ import annotations

from collections.abc import Callable

from assistant.language.times import clocks, dayparts, days, periods, relative
from assistant.language.times.festivals import TABLE, stem
from assistant.language.times.lexicon import (
    LAST,
    MODS,
    MONTHS,
    MOVING,
    NEXT,
    NOT_HOURS_BEFORE,
    NOUNS_COUNTED,
    PART_WORDS,
    THIS,
    TODAY,
    UNITS,
    WEEKDAY_PLURALS,
    WEEKDAY_POSSESSIVES,
    WEEKDAYS,
)
from assistant.language.times.model import Context, Item

Reader = Callable[[Context, int], Item | None]

MAX_ITEMS = 60
_FIRM_BEFORE_HOUR = frozenset({"say", "at", "about", "@", "by", "until", "before", "after", "till", "past", "than", "between", "since"})
_STARTERS = (
    frozenset(WEEKDAYS) | frozenset(WEEKDAY_PLURALS) | frozenset(WEEKDAY_POSSESSIVES) | frozenset(MONTHS) | frozenset(TODAY)
    | frozenset(PART_WORDS)
    | frozenset(MODS) | THIS | NEXT | LAST | frozenset(UNITS)
    | frozenset({
        "am", "pm", "whole", "entire", "all", "the", "a", "an", "in", "within", "for", "after", "before", "at", "over", "during",
        "about", "early", "late", "mid", "later", "earlier", "first",
        "last", "end", "close", "start", "beginning", "begining", "middle", "rest", "remainder", "tonight", "tonights", "tonight's",
        "now", "right", "noon", "midday", "midnight", "half",
        "quarter", "eod", "cob", "eom", "eoy", "bom", "boy", "eow", "q", "w", "cw", "couple", "coupla", "few", "several", "one", "that",
        "very", "lasting", "year", "month", "week", "+", "season", "seasons", "h", "fy", "cy", "fiscal", "calendar", "financial", "tax",
        "ytd", "mtd", "midway", "halfway", "latter", "back", "penultimate",
        "small", "wee", "business", "office", "working", "between", "just", "atm", "immediately", "straight",
        "mid-week", "same", "½", "¼", "¾", "past", "by", "since",
        "closest", "nearest", "current", "today's", "spring", "summer", "autumn", "fall", "winter", "final", "around", "yesterday",
    })
)  # fmt: skip
_STREETS = frozenset({
    "street", "avenue", "road", "drive", "lane", "blvd", "boulevard", "ave", "rd", "way", "court", "square", "terrace", "crescent",
    "highway", "parkway",
})  # fmt: skip
# "book one for the morning": "one" stands for the appointment.
_PRONOUN_BEFORE = frozenset({
    "book", "that", "this", "the", "another", "get", "make", "want", "have", "need", "schedule", "set", "which", "second", "first",
    "last", "next", "any",
    "each", "every", "no", "some", "only", "me", "had", "cancel", "move", "find", "earlier", "later", "other", "got", "an", "arrange",
    "reserve",
})  # fmt: skip
# "a table for two tonight" counts guests.
_SEATED = frozenset({"table", "dinner", "lunch", "brunch", "breakfast", "supper", "room", "rooms", "seat", "seats", "party", "booth"})
_AFTER_HOUR = frozenset({
    ".", ",", "?", "!", "please", "instead", "then", "on", "in", "tomorrow", "today", "tonight", "if", "or", "and", "works", "is",
    "for", "thanks", "would", "but",
    "this", "next", "sharp", "with", "because", "so", "okay", "ok",
})  # fmt: skip
_OFFERED = frozenset(
    {
        ("it", "make"),
        ("it", "made"),
        ("about", "how"),
        ("about", "what"),
        ("with", "go"),
        ("with", "stick"),
        ("with", "fine"),
        ("it", "do"),
        ("do", "you"),
        ("do", "we"),
        ("for", "it"),
    }
)
_COUNTED_BEFORE = frozenset({
    "party", "table", "guests", "people", "number", "covers", "seats", "room", "volume", "size", "group", "pin", "temperature", "light",
    "lights", "brightness", "level", "channel", "code", "adults", "price", "amount", "quantity", "limit", "floor",
})  # fmt: skip
_BEFORE_FIGURES = frozenset({"is", "as", "be", "was", "time", "starts", "begins", "for", "anything", "something", "appointment", "slot"})
_MONEY = frozenset({
    "price", "prices", "cost", "costs", "charge", "charged", "pay", "paid", "bill", "fee", "fees", "spent", "spend", "transaction",
    "dollars", "much", "money", "euros", "pounds", "quid", "total", "amount",
})  # fmt: skip
_FIGURES = frozenset({"num", "clock", "dots", "slash", "iso", "dmy"})
_READERS: tuple[Reader, ...] = (
    relative.read_relative,
    periods.read_period,
    days.read_day,
    dayparts.read_part,
    clocks.read_clock,
    dayparts.read_tone,
)


_NOT_PLURAL = frozenset({
    "this", "onwards", "afterwards", "please", "thanks", "always", "perhaps", "tuesdays", "works", "suits", "sounds", "seems", "looks",
    "fits", "means", "helps", "starts", "begins", "finishes", "closes", "opens", "comes", "makes", "is", "unless", "across", "plus",
})  # fmt: skip


def _plural(word: str) -> bool:
    """Whether the word looks like several things."""
    return word.endswith("s") and len(word) > 4 and word not in _NOT_PLURAL and word not in WEEKDAY_PLURALS


def _stands_for_a_thing(ctx: Context, i: int) -> bool:
    """Whether "one" at token i is no number: "book one", "the Friday one", "that ten one"."""
    if ctx.word(i) != "one":
        return False
    before = ctx.word(i - 1)
    told_apart = before in WEEKDAYS or before in PART_WORDS or ctx.cardinal(i - 1) is not None
    return before in _PRONOUN_BEFORE or (told_apart and ctx.word(i - 2) in ("the", "that", "this", "your"))


def _bare_number_holds(ctx: Context, item: Item) -> bool:
    """Whether a bare number may be an hour at all: not a room, a price or a count of things."""
    if ctx.word(item.i - 1) in NOT_HOURS_BEFORE:
        return False
    if ctx.word(item.i - 1) == "of" and ctx.word(item.i - 2) in (
        "party",
        "group",
        "total",
        "out",
        "table",
        "team",
        "family",
        "all",
        "each",
        "maximum",
    ):
        return False
    after = ctx.word(item.j)
    if after in NOUNS_COUNTED and not (after == "night" and item.clock is not None and item.clock.minute):
        return False
    if after in PART_WORDS and _plural(ctx.word(item.j + 1)):
        # "two morning sessions"
        return False
    if (
        after == "-"
        and ctx.touching(item.j)
        and ctx.touching(item.j + 1)
        and ctx.tokens[item.j + 1].kind == "word"
        and ctx.word(item.j + 1) != "ish"
    ):
        return False
    if ctx.word(item.i - 1) == "for" and ctx.word(item.i - 2) in _SEATED and item.j == item.i + 1:
        guests = ctx.cardinal(item.i) or 99
        if ctx.word(item.i - 2) in ("table", "booth", "party", "seats", "room", "rooms") and guests <= 20:
            return False
        timed = any(t.kind == "clock" or t.text in ("am", "pm", "oclock") for t in ctx.tokens)
        if guests <= 6 or (timed and guests <= 20):
            return False
    if _stands_for_a_thing(ctx, item.i):
        return False
    if ctx.word(item.i) == "one" and after == "is" and ctx.cardinal(item.j + 1) is not None:
        return False  # "one is four and one is seven"
    if ctx.word(item.i - 1) == "is" and ctx.word(item.i - 2) in NOT_HOURS_BEFORE:
        return False  # "my extension is 16 30"
    if ctx.word(item.i) == "one" and (after in WEEKDAYS or after in PART_WORDS or after in MONTHS):
        return False
    if item.clock is not None and any(ctx.word(k) in _STREETS for k in range(item.j, item.j + 4)) and ctx.tokens[item.i].kind == "num":
        return False
    if after in ("/", "#", "+") and ctx.touching(item.j):
        return False
    if item.j < len(ctx.tokens) and ctx.tokens[item.j].glued and ctx.word(item.j) not in ("am", "pm", "p", "a", "h", "ish"):
        return False
    # Things that are counted: "at 3 locations".
    return not (_plural(after) and item.clock is not None and item.clock.minute == 0)


def _firm(ctx: Context, item: Item) -> bool:
    """Whether the words before a bare number make it an hour."""
    k = item.i - 1
    while ctx.word(k) in ("exactly", "like", "precisely", "just", "roughly", "approximately", "maybe") and item.i - k < 3:
        k -= 1
    before = ctx.word(k)
    after = ctx.word(item.j)
    ends = item.j >= len(ctx.tokens) or after in _AFTER_HOUR
    if before == "from" and (item.j >= len(ctx.tokens) or after in (".", ",", "?", "!", "on", "onwards", "onward", "for")):
        return True
    if ends and ((before, ctx.word(k - 1)) in _OFFERED or (before in ("prefer", "take") and ctx.word(k - 1) not in ("to",))):
        return True
    if before == "to" and ends and k > 0:
        # "can we push it to 4", but not "change the party to 8"
        said = {t.text for t in ctx.tokens[:k]}
        return bool(said & MOVING) and not said & _COUNTED_BEFORE
    if before in ("the", "that") and _stands_for_a_thing(ctx, item.j):
        return True
    if k < 0 and item.j - item.i == 2 and item.clock is not None and item.clock.minute:
        # An answer begins with two figures: "6 15, I have a table".
        return True
    if (
        after in ("onwards", "onward")
        or before in ("earliest", "latest")
        or (after == "at" and ctx.word(item.j + 1) == "the" and ctx.word(item.j + 2) in ("earliest", "latest"))
    ):
        return True
    if ends and before in _BEFORE_FIGURES and _hours_and_minutes(ctx, item):
        # "the appointment is 12 00", "is there anything 6 15"
        return True
    if (
        (after, ctx.word(item.j + 1)) == ("or", "so")
        and before in ("", "thinking", "maybe", ",", "well")
        and (ctx.cardinal(item.i) or 99) <= 12
    ):
        return True
    if before in ("would", "does", "will") and after in ("work", "suit", "do", "be"):
        return True
    if before == "is" and after in ("free", "available", "ok", "okay", "good", "possible", "open", "fine", "taken", "still"):
        return True
    if after in ("works", "would", "sounds", "is", "suits", "should") and (
        k < 0 or before in (",", ".", "!", "?", "yes", "yeah", "then", "so", "think", "and", "or")
    ):
        return item.j + 1 < len(ctx.tokens)
    if before in _FIRM_BEFORE_HOUR:
        if before == "than":
            return ctx.word(k - 1) in ("earlier", "later", "sooner", "rather")
        if before in ("past", "since", "between", "by") and item.clock is not None and item.clock.minute == 0:
            if before == "between":
                return True
            return before != "past" or ctx.word(k - 1) in ("anytime", "time")
        if before == "at" and ctx.word(k - 1) in ("look", "looking", "good", "aimed"):
            return False
        if before == "about" and ctx.word(k - 1) in ("question", "talk", "what", "asking", "worried"):
            return ctx.word(k - 1) == "what" and item.j >= len(ctx.tokens) - 1
        return True
    return False


def _hours_and_minutes(ctx: Context, item: Item) -> bool:
    """Whether both were said: "6 15", or "6.15" where nobody talks of money."""
    if ctx.tokens[item.i].kind == "dots":
        return not any(t.text in _MONEY for t in ctx.tokens)
    return item.j - item.i == 2 and ctx.tokens[item.i + 1].width == 2


def _answers(ctx: Context, item: Item) -> bool:
    """Whether the whole utterance is little more than this number: "four", "make it 4 please", "ok, 15 35 then"."""
    filler = {
        "please", "yes", "yeah", "ok", "okay", "make", "it", "no", "then", "let's", "lets", "say", "um", "uh", "maybe", "how", "about",
        "what", ",", ".", "?", "!",
        "for", "to", "the", "works", "is", "fine", "good", "i", "said", "sure", "that's", "actually", "sorry", "oh", "well", "hmm",
        "and", "great", "want", "would", "be",
        "better", "like", "i'd", "prefer", "thanks", "thank", "you", "go", "with", "do", "can", "we", "change", "my", "instead", "so",
        "just",
    }  # fmt: skip
    rest = [t.text for k, t in enumerate(ctx.tokens) if not item.i <= k < item.j]
    joined = [w for w in rest if w not in filler]
    return not joined and len(rest) <= 9


def scan(ctx: Context, taken: set[int]) -> list[Item]:
    """The atoms of the text in order; `taken` tokens are left alone."""
    items: list[Item] = []
    i, n = 0, len(ctx.tokens)
    while i < n and len(items) < MAX_ITEMS:
        t = ctx.tokens[i]
        if i in taken or not (t.kind in _FIGURES or t.text in _STARTERS or _holiday_start(t.text)):
            i += 1
            continue
        best = _best(ctx, i, taken)
        if best is None:
            i += 1
            continue
        items.append(best)
        i = best.j
    return items


def _holiday_start(word: str) -> bool:

    return stem(word) in TABLE


def _best(ctx: Context, i: int, taken: set[int]) -> Item | None:
    best: Item | None = None
    for reader in _READERS:
        item = reader(ctx, i)
        if item is None or any(k in taken for k in range(item.i, item.j)):
            continue
        if best is None or item.j > best.j or (item.j == best.j and best.amount is not None and item.amount is None):
            best = item
    if best is None:
        return None
    if best.minutes_to is not None and _is_range(ctx, best):
        best = Item(i, i + 1, clock=best.minutes_to, weak=True)
    if best.clock is not None and best.day is None and best.weak:
        if not _bare_number_holds(ctx, best):
            return None
        if _firm(ctx, best) or _answers(ctx, best):
            best.weak = False
    return best


def _is_range(ctx: Context, item: Item) -> bool:
    """Whether "ten to four" was said as a range: after from or between."""
    for k in range(item.i - 1, max(-1, item.i - 4), -1):
        if ctx.word(k) in ("from", "between"):
            return True
        if ctx.word(k) not in ("about", "the", ",", "in"):
            return False
    return False
