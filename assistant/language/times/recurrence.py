"""Repetition: "every other Tuesday at nine", "the last Friday of each month", "weekdays at 8" become RRULEs."""

from __future__ import annotations

from assistant.language.times import clocks, dayparts, festivals
from assistant.language.times.dates import day_first, day_number, month_at, month_first, month_ref, rank_at
from assistant.language.times.durations import amount
from assistant.language.times.halves import clock_time
from assistant.language.times.lexicon import MODS, MONTHS, NOUNS_COUNTED, PART_WORDS, UNITS
from assistant.language.times.model import Context, Item
from assistant.language.times.repeated import ADVERBS, EVERY, GLUE_WORDS, PLAIN, UNIT_FREQ, any_weekday, belongs, repeats
from assistant.language.times.rule import CODES, Rule

_MONTH_ENDS = {"end": -1, "middle": 15, "beginning": 1, "start": 1}
_WORKDAYS, _WEEKEND = [0, 1, 2, 3, 4], [5, 6]


def read_rules(ctx: Context) -> tuple[list[Item], set[int]]:
    """The recurrences of the text and the tokens they use."""
    rules: list[Item] = []
    taken: set[int] = set()
    i, n = 0, len(ctx.tokens)
    floor = 0
    while i < n:
        if ctx.tokens[i].kind not in ("word", "num") or not repeats(ctx, i):
            i += 1
            continue
        lo = i
        while lo - 1 >= floor and i - lo < 14 and belongs(ctx, lo - 1):
            lo -= 1
        while lo < i and (ctx.word(lo) in ("of", "and", ",", "&", "in", "to", "-", "for")):
            lo += 1
        made = _parse(ctx, lo, i) or (_parse(ctx, i, i) if lo < i else None)
        if made is None:
            i += 1
            continue
        if rules and rules[-1].rule in PLAIN and made.rule and "BYDAY" in made.rule and "FREQ=WEEKLY" in made.rule:
            # "my fortnightly appointment on Mondays": how often was said before, the day now.
            every = PLAIN[rules[-1].rule or ""]
            first = rules.pop()
            made = Item(made.i, made.j, rule=made.rule.replace("FREQ=WEEKLY", every, 1), part=made.part, extra=[first])
        rules.append(made)
        taken.update(range(made.i, made.j))
        floor = made.j
        i = max(made.j, i + 1)
        if len(rules) >= 8:
            break
    return rules, taken


def _parse(ctx: Context, lo: int, trigger: int) -> Item | None:
    """Read elements from token lo; the repetition must be reached and pass."""
    rule, j, end, seen = Rule(), lo, lo, False
    n = len(ctx.tokens)
    start = -1
    while j < n and j - lo < 60:
        if seen and j > trigger and ctx.word(j) in ("starting", "from", "beginning") and _dated(ctx, j + 1):
            # "every Monday starting June 1st": when it begins is no part of what repeats.
            break
        if ctx.word(j) in GLUE_WORDS and not (ctx.word(j) == "for" and _count(ctx, j) is not None):
            step = _edge(ctx, j, rule) if seen else None
            if step is not None:
                j = end = step
                continue
            j += 1
            continue
        step = _element(ctx, j, rule, seen)
        if step is None:
            if j <= trigger:
                return None
            break
        if start < 0:
            start = j
        seen = seen or step > trigger
        j = end = step
    if not seen or end <= trigger or start < 0:
        return None
    if not (rule.freq or rule.byday or rule.bymonthday or rule.bymonth):
        return None
    end = _without(ctx, end, rule)
    return Item(start, end, rule=rule.text(), part=rule.part)


def _dated(ctx: Context, j: int) -> bool:
    """Whether a calendar day or a month begins at token j."""
    k = j + 1 if ctx.word(j) == "the" else j
    return ctx.word(k) in MONTHS or ctx.ordinal(k) is not None or (ctx.cardinal(k) is not None and ctx.word(k + 1) in MONTHS)


def _without(ctx: Context, end: int, rule: Rule) -> int:
    """ "Every day except Sunday": the days that are left out."""
    j = end + 1 if ctx.word(end) == "," else end
    if ctx.word(j) not in ("except", "but", "excluding", "apart", "besides"):
        return end
    j += 1
    out: set[str] = set()
    while (
        ctx.word(j) in ("for", "on", "from", "and", "the", ",", "or", "not")
        or any_weekday(ctx, j) is not None
        or ctx.word(j) in ("weekends", "weekend")
    ):
        weekday = any_weekday(ctx, j)
        if weekday is not None:
            out.add(CODES[weekday])
        elif ctx.word(j).startswith("weekend"):
            out |= {CODES[d] for d in _WEEKEND}
        j += 1
    if not out:
        return end
    rule.byday = [d for d in (rule.byday or list(CODES)) if d not in out]
    return j


def _element(ctx: Context, j: int, rule: Rule, seen: bool) -> int | None:
    """One element of a rule at token j, written into the rule; where it ends."""
    w = ctx.word(j)
    if w in EVERY:
        return _every(ctx, j, rule)
    if seen and w == "a" and any_weekday(ctx, j + 1) is not None:
        # "every six weeks on a Monday"
        return _element(ctx, j + 1, rule, seen)
    if w in _MONTH_ENDS and ctx.word(j + 1) == "of" and ctx.word(j + 2) in ("every", "each") and ctx.word(j + 3) == "month":
        rule.freq = "MONTHLY"
        rule.bymonthday.append(_MONTH_ENDS[w])
        return j + 4
    if w in ADVERBS:
        rule.freq, rule.interval = ADVERBS[w]
        if w == "nightly":
            rule.part = "night"
        return j + 1
    if w in ("twice", "thrice", "times") and ctx.word(j + 1) in ("a", "an", "per", "every", "each"):
        unit = UNITS.get(ctx.word(j + 2), "")
        if unit in UNIT_FREQ:
            # How often is said, not when: the period that repeats is all there is.
            rule.freq, rule.interval = UNIT_FREQ[unit]
            return j + 3
        return None
    if w in ("once", "one") and ctx.word(j + 1) in ("a", "an", "per", "every", "each"):
        unit = UNITS.get(ctx.word(j + 2), "")
        if unit in UNIT_FREQ:
            rule.freq, rule.interval = UNIT_FREQ[unit]
            return j + 3
        return None
    count = _count(ctx, j)
    if count is not None and (rule.freq or rule.byday):
        rule.count = count[0]
        return count[1]
    if w in ("weekdays", "workdays", "weekday"):
        rule.byday += [CODES[d] for d in _WORKDAYS]
        return j + 1
    if w in ("weekend", "weekends"):
        rule.byday += [CODES[d] for d in _WEEKEND]
        return j + 1
    ranked = _ranked(ctx, j, rule)
    if ranked is not None:
        return ranked
    weekday = any_weekday(ctx, j)
    if weekday is not None:
        return _weekdays(ctx, j, weekday, rule)
    dom = _month_day(ctx, j, rule)
    if dom is not None:
        return dom
    if ctx.tokens[j].kind in ("num", "clock", "dots") or w in ("noon", "midnight", "half", "quarter", "midday"):
        return _clock(ctx, j, rule)
    part = dayparts.read_part(ctx, j) if w in PART_WORDS or w in ("early", "late") else None
    if part is not None and part.part and seen:
        rule.part = part.part
        return part.j
    return None


def _every(ctx: Context, j: int, rule: Rule) -> int | None:
    """What follows "every": a unit, a count of units, a weekday, a month, a holiday."""
    k = j + 1
    if ctx.word(k) == "single":
        k += 1
    n = 1
    if ctx.word(j).startswith("alternat"):
        k = j
    if ctx.word(k) == "second" and k + 1 >= len(ctx.tokens):
        rule.freq = "SECONDLY"
        return k + 1
    of_month = ctx.word(k) == "second" and any_weekday(ctx, k + 1) is not None and ctx.word(k + 2) in ("of", "in")
    if (
        ctx.word(k) in ("other", "alternate", "alternating", "second")
        and not of_month
        and not (ctx.word(k) == "second" and _is_end(ctx, k + 1))
    ):
        n, k = 2, k + 1
    elif ctx.ordinal(k) is not None and (UNITS.get(ctx.word(k + 1)) is not None or any_weekday(ctx, k + 1) is not None):
        ref = month_ref(ctx, k + 2) if ctx.word(k + 2) in ("of", "in") else None
        if any_weekday(ctx, k + 1) is not None and ref is not None:
            return k
        n, k = int(ctx.ordinal(k) or 1), k + 1
    elif ctx.word(k) in ("half",) and ctx.word(k + 1) in ("hour", "an"):
        rule.freq, rule.interval = "MINUTELY", 30
        return k + (3 if ctx.word(k + 1) == "an" else 2)
    elif ctx.cardinal(k) is not None and month_at(ctx, k + 1) is not None:
        return k  # "every 25 December"
    elif ctx.word(k) in ("few", "couple") or ctx.cardinal(k) is not None:
        length = amount(ctx, k)
        if length is None or length[0].unit not in UNIT_FREQ or length[0].count != int(length[0].count) or not length[0].count:
            return None
        freq, base = UNIT_FREQ[length[0].unit]
        rule.freq, rule.interval = freq, base * int(length[0].count)
        if length[0].unit == "weekend":
            rule.byday += [CODES[d] for d in _WEEKEND]
        return length[1]
    w = ctx.word(k)
    if ctx.ordinal(k) is not None or w == "last":
        # "every 2nd of the month", "every first Monday": the day is read next, by the month.
        rule.freq = "MONTHLY"
        return k
    unit = UNITS.get(w)
    if unit in UNIT_FREQ:
        freq, base = UNIT_FREQ[unit]
        rule.freq, rule.interval = rule.freq if rule.bymonthday and freq == "DAILY" else freq, base * n
        if unit == "workday":
            rule.byday += [CODES[d] for d in _WORKDAYS]
        if unit == "weekend":
            rule.byday += [CODES[d] for d in _WEEKEND]
        if unit == "night":
            rule.part = "night"
        return k + 1
    weekday = any_weekday(ctx, k)
    if weekday is not None:
        rule.freq, rule.interval = rule.freq or "WEEKLY", n
        return _weekdays(ctx, k, weekday, rule)
    if w in PART_WORDS:
        rule.freq, rule.interval, rule.part = rule.freq or "DAILY", n, PART_WORDS[w]
        return k + 1
    if w == "noon" or w == "midnight":
        rule.freq = "DAILY"
        return _clock(ctx, k, rule)
    if w in MONTHS:
        rule.freq = "YEARLY"
        rule.interval = n
        dom = _month_day(ctx, k, rule)
        return dom if dom is not None else None
    words = [ctx.word(x) for x in range(k, min(k + 8, len(ctx.tokens)))]
    found = festivals.match(words, ctx.country)
    if found is not None:
        fixed = festivals.dates_of(found[0], ctx.now.year)
        if fixed and len(found[0]) == 5:
            rule.freq, rule.bymonth, rule.bymonthday = "YEARLY", [fixed[0].month], [fixed[0].day]
            return k + found[1]
        counted = found[0].split()
        if fixed and len(counted) == 3:
            # "4th 3 11": the nth weekday of a month
            rank, weekday_no, month = counted[0].rstrip("stndrh"), int(counted[1]), int(counted[2])
            rule.freq, rule.bymonth, rule.byday = "YEARLY", [month], [f"{rank}{CODES[weekday_no]}"]
            return k + found[1]
    return None


def _is_end(ctx: Context, k: int) -> bool:
    return (
        k >= len(ctx.tokens)
        or ctx.word(k) in (".", ",", "of", "!", "?")
        or not (UNITS.get(ctx.word(k)) or any_weekday(ctx, k) is not None or ctx.word(k) in PART_WORDS)
    )


def _weekdays(ctx: Context, j: int, first: int, rule: Rule) -> int:
    """A weekday, or a run of them ("Tuesday to Saturday")."""
    k = j + 1
    if ctx.word(k) in ("-", "to", "through", "until") and any_weekday(ctx, k + 1) is not None:
        last = any_weekday(ctx, k + 1) or 0
        rule.byday += [CODES[(first + d) % 7] for d in range((last - first) % 7 + 1)]
        return k + 2
    rule.byday.append(CODES[first])
    if not rule.count and ctx.word(j).endswith("s"):
        rule.count = _next_few(ctx, j)
    if ctx.word(k) in ("mornings", "afternoons", "evenings", "nights"):
        rule.part = PART_WORDS[ctx.word(k)]
        k += 1
    return k


def _next_few(ctx: Context, j: int) -> int:
    """ "The next two Mondays", "the coming couple of Fridays": how many of the weekday at token j."""
    k = j - 2 if ctx.word(j - 1) == "of" else j - 1
    n = {"couple": 2, "few": 3}.get(ctx.word(k)) or ctx.cardinal(k)
    return n if n is not None and 1 < n <= 52 and MODS.get(ctx.word(k - 1)) == "next" else 0


def _ranked(ctx: Context, j: int, rule: Rule) -> int | None:
    """ "first and third Friday", "the 2nd to last Monday", "last day": ranks and the weekday they count."""
    ranks: list[int] = []
    k = j
    while True:
        rank = rank_at(ctx, k)
        if rank is None:
            break
        ranks.append(rank[0])
        k = rank[1]
        following = k
        while ctx.word(following) in ("and", ",", "the", "&"):
            following += 1
        if following > k and rank_at(ctx, following) is not None and any_weekday(ctx, k) is None:
            k = following
            continue
        break
    if not ranks:
        return None
    weekday = any_weekday(ctx, k)
    if weekday is not None:
        rule.byday += [f"{n}{CODES[weekday]}" for n in ranks]
        return k + 1
    if UNITS.get(ctx.word(k)) == "workday":
        rule.byday += [CODES[d] for d in _WORKDAYS]
        return k + 1
    if all(1 <= n <= 31 or n == -1 for n in ranks):
        if -1 in ranks and ctx.word(k) not in ("day", "of"):
            return None
        if ctx.word(k) in ("of", "in", "day") or ctx.word(k) not in UNITS:
            month = ctx.word(k + 1) if ctx.word(k) in ("of", "in") else ctx.word(k)
            rule.bymonthday += ranks
            if ctx.word(k) == "day":
                k += 1
            if month in MONTHS:
                rule.bymonth.append(MONTHS[month])
                return k + (2 if ctx.word(k) in ("of", "in") else 1)
            if ctx.word(k) in ("of", "in") and ctx.word(k + 1) == "the" and ctx.word(k + 2) == "month":
                rule.freq = rule.freq or "MONTHLY"
                return k + 3
            return k
    return None


def _month_day(ctx: Context, j: int, rule: Rule) -> int | None:
    """A month with or without its days: "december 21st and 31st", "25 Dec", "in november"."""
    item = day_first(ctx, j) if ctx.tokens[j].kind == "num" else month_first(ctx, j) if ctx.word(j) in MONTHS else None
    if item is not None and item.day is not None and item.day.month and item.day.day:
        rule.bymonth.append(item.day.month)
        rule.bymonthday.append(item.day.day)
        end = item.j
        while ctx.word(end) in ("and", "&", ",") and (more := day_number(ctx, end + 1)) and (more > 12 or ctx.tokens[end + 1].ordinal):
            if month_at(ctx, end + 2) is not None:
                break
            rule.bymonthday.append(more)  # "December 21st and 31st"
            end += 2
        return end
    if ctx.word(j) in MONTHS:
        rule.bymonth.append(MONTHS[ctx.word(j)])
        return j + 1
    if ctx.word(j) == "month" and rule.bymonthday:
        return j + 1
    return None


def _edge(ctx: Context, j: int, rule: Rule) -> int | None:
    """ "at the end", "at the beginning": of the month that repeats."""
    if (
        ctx.word(j) in ("at", "on", "in")
        and ctx.word(j + 1) == "the"
        and ctx.word(j + 2) in ("end", "beginning", "start", "middle")
        and rule.freq in ("MONTHLY", "YEARLY")
    ):
        rule.bymonthday.append(_MONTH_ENDS[ctx.word(j + 2)])
        return j + 3
    return None


def _clock(ctx: Context, j: int, rule: Rule) -> int | None:
    """A time of day within the rule."""
    item = clocks.read_clock(ctx, j)
    if item is None or item.clock is None or (item.weak and (ctx.word(item.j) in UNITS or ctx.word(item.j) in NOUNS_COUNTED)):
        return None
    before = ctx.word(j - 1)
    if item.weak and before not in ("at", "and", ",", "about", "@") and not (rule.byday or rule.freq):
        return None
    if item.weak and before not in ("at", "about", "@") and not rule.times:
        return None
    end, part = item.j, rule.part
    k = end
    while ctx.word(k) in ("in", "the", "at"):
        k += 1
    follow = dayparts.read_part(ctx, k) if k < len(ctx.tokens) and ctx.word(k) in PART_WORDS else None
    if follow is not None:
        part, end = follow.part, follow.j
    t, _, _ = clock_time(item.clock, part)
    rule.times.append((t.hour, t.minute))
    return end


def _count(ctx: Context, j: int) -> tuple[int, int] | None:
    """ "for 5 times", "3x", "twice": how often in all."""
    k = j + 1 if ctx.word(j) == "for" else j
    if ctx.word(k) == "twice":
        return (2, k + 1) if ctx.word(k + 1) not in ("a", "per", "every", "each", "weekly") else None
    n = ctx.cardinal(k)
    if n is not None and ctx.word(k + 1) in ("times", "occurrences", "x", "sessions", "visits", "appointments"):
        return (n, k + 2) if ctx.word(k + 2) not in ("a", "per", "every", "each") else None
    return None
