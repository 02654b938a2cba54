"""From meanings to values: days against the reference, halves of the day, time zones, and the readings that were not chosen."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

from dateutil.relativedelta import relativedelta

from assistant.domain.language import Candidate, Moment, TimeKind, TimeValue
from assistant.language.times.days import coming_weekday, safe_date
from assistant.language.times.lexicon import AM_PARTS, NIGHT_PARTS, PARTS, PM_PARTS
from assistant.language.times.model import Clock, Context, Day, Item, Span, with_time

_HALF_REASON = "said with neither am nor pm"


def day_date(day: Day, ctx: Context, after: date | None = None) -> date | None:
    """The date a day means, the coming one where the words leave it open; `after` is a day that it must not precede."""
    return _dates(day, ctx, after)[0]


def _dates(day: Day, ctx: Context, after: date | None = None) -> tuple[date | None, list[tuple[date, str]]]:
    today, others = ctx.today, list(day.others)
    if day.impossible:
        return None, []
    if day.fixed is not None:
        return day.fixed, others
    floor = after or today
    if day.month is not None and day.day is not None:
        return _month_day(day, day.month, day.day, floor, others)
    if day.day is not None:
        return _day_of_month(day, day.day, floor, today), others
    if day.weekday is None:
        return None, []
    return _weekday(day, day.weekday, floor, today, after is not None, others)


def _month_day(day: Day, month: int, dom: int, floor: date, others: list[tuple[date, str]]) -> tuple[date | None, list[tuple[date, str]]]:
    if day.year is not None:
        return safe_date(day.year, month, dom), others
    coming = [d for y in range(floor.year, floor.year + 9) if (d := safe_date(y, month, dom)) and d >= floor]
    if not coming:
        return None, []
    if day.mod in ("last", "this"):
        past = [d for y in range(floor.year - 9, floor.year + 1) if (d := safe_date(y, month, dom)) and d < floor]
        if day.mod == "this":
            return safe_date(floor.year, month, dom), others
        return (past[-1] if past else None), others
    if day.weekday is not None and coming[0].weekday() != day.weekday:
        recent = [d for y in (floor.year - 1, floor.year) if (d := safe_date(y, month, dom)) and d < floor and (floor - d).days < 45]
        if recent and recent[-1].weekday() == day.weekday:
            return recent[-1], [*others, (coming[0], "the weekday fits the date that has passed")]
        matching = next((d for d in coming if d.weekday() == day.weekday), None)
        near = coming[0] + timedelta((day.weekday - coming[0].weekday() + 3) % 7 - 3)
        clash = "the weekday and the date do not fall together"
        if matching and (matching - floor).days <= 400:
            return matching, [*others, (coming[0], clash), (near, clash)]
        return coming[0], [*others, (near, clash)]
    return coming[0], others


def _day_of_month(day: Day, dom: int, floor: date, today: date) -> date | None:
    first = floor.replace(day=1)
    if day.mod == "last":
        months = [first - relativedelta(months=k) for k in range(14)]
        return next((d for m in months if (d := safe_date(m.year, m.month, dom)) and d < today), None)
    months = [first + relativedelta(months=k) for k in range(40)]
    for m in months:
        d = safe_date(m.year, m.month, dom)
        if d is None or d < floor or (day.mod == "next" and d <= today):
            continue
        if day.weekday is None or d.weekday() == day.weekday:
            return d
    return None


def _weekday(
    day: Day, weekday: int, floor: date, today: date, anchored: bool, others: list[tuple[date, str]]
) -> tuple[date, list[tuple[date, str]]]:
    if anchored and not day.mod:
        return coming_weekday(floor, weekday), others
    coming = coming_weekday(today, weekday)
    this_week = today - timedelta(today.weekday()) + timedelta(weekday)
    if day.mod == "next":
        value = this_week + timedelta(7)
        if coming != value:
            others = [*others, (coming, "next may mean the coming one")]
        return value, others
    if day.mod == "last":
        value = today - timedelta((today.weekday() - weekday - 1) % 7 + 1)
        return value, others
    if day.mod == "this":
        return (today if weekday == today.weekday() else coming), others
    if weekday == today.weekday():
        others = [*others, (today, "today is that weekday")]
    return coming, others


def _sense(hour: int) -> int:
    """The hour of the day that a business most likely means by a bare hour."""
    return hour + 12 if 1 <= hour <= 6 else hour


def clock_time(clock: Clock, part: str | None = None) -> tuple[time, list[tuple[time, str]], int]:
    """The time of day, the other halves with reasons, and how many days on it lies (after midnight "tonight")."""
    hour, others, later = clock.hour, [], 0
    if clock.half == "midnight" and part is None:
        return time(0, 0), [], 0
    if not clock.sure and hour <= 12:
        if part in AM_PARTS:
            hour = 0 if hour == 12 and clock.minute and part in ("morning", "early morning") else hour
        elif part in PM_PARTS or part in ("noon", "lunch", "midday") or (part or "").startswith(("after ", "before ")):
            hour = hour if hour == 12 or (part in ("lunch", "noon", "midday") and hour in (10, 11)) else hour + 12
        elif part in NIGHT_PARTS:
            if hour == 12:
                hour, later = 0, int(part == "tonight")
            elif hour >= 6 or (part != "night" and hour >= 5):
                hour += 12
            else:
                later = int(part == "tonight")
        else:
            value = _sense(hour)
            other = (value + 12) % 24
            others.append((time(other, clock.minute, clock.second), _HALF_REASON))
            hour = value
    return time(hour % 24, clock.minute, clock.second), others, later


def _between(lo: Clock, hi: Clock, part: str | None) -> tuple[time, time, list[tuple[time, time]]]:
    """Both ends of a range of clock readings: a half said once holds for both where it can."""
    a, a_others, _ = clock_time(lo, part if not lo.sure else None)
    b, b_others, _ = clock_time(hi, part if not hi.sure else None)
    others: list[tuple[time, time]] = []
    half = 12 * 60
    am, bm = a.hour * 60 + a.minute, b.hour * 60 + b.minute
    if a_others and not b_others:
        # "3:30 to six pm": the latest reading of the first end that still comes before the second.
        options = sorted({am % 1440, (am + half) % 1440})
        fitting = [x for x in options if x < (bm or 1440)]
        am = fitting[-1] if fitting else options[0]
    elif b_others and not a_others:
        options = sorted({bm % 1440, (bm + half) % 1440})
        fitting = [x for x in options if x > am]
        bm = fitting[0] if fitting else options[0]
    elif a_others and b_others:
        base = bm % half
        bm = base if base > am else base + half
        if bm <= am:
            bm = base
        other_a, other_b = (am + half) % 1440, (bm + half) % 1440
        others.append((time(other_a // 60, other_a % 60), time(other_b // 60, other_b % 60)))
    elif part and bm <= am and not hi.sure and bm + half < 1440:
        bm += half
    return time(am // 60, am % 60, a.second), time(bm // 60, bm % 60, b.second), others


class Resolver:
    """Turns composed items into values for one text."""

    def __init__(self, ctx: Context, text: str, zone: tzinfo | None) -> None:
        self.ctx, self.text, self.zone = ctx, text, zone

    def local(self, moment: datetime) -> datetime:
        """The moment in the reference's zone; a naive reference gives a naive moment."""
        if self.zone is None:
            return moment
        aware = moment.replace(tzinfo=self.zone)
        back = datetime.fromtimestamp(aware.timestamp(), self.zone)
        return aware if back.replace(tzinfo=None) == moment else back

    def _zone_notes(self, moment: datetime) -> list[tuple[datetime, str]]:
        """The other readings that a change of the clocks makes."""
        if self.zone is None:
            return []
        first, second = moment.replace(tzinfo=self.zone, fold=0), moment.replace(tzinfo=self.zone, fold=1)
        if first.utcoffset() == second.utcoffset():
            return []
        if self.local(moment).replace(tzinfo=None) != moment:
            gap = (first.utcoffset() or timedelta()) - (second.utcoffset() or timedelta())
            earlier = self.local(moment - abs(gap)) if gap else first
            return [(earlier, "the clocks go forward: that hour does not exist on that day")]
        return [(second, "the clocks go back: that hour comes twice, and this is the second")]

    def span_of(self, item: Item) -> tuple[int, int]:
        """Where the item's words stand in the text."""
        tokens = self.ctx.tokens
        lo = min(min((x.i for x in item.extra), default=item.i), item.i)
        hi = max(max((x.j for x in item.extra), default=item.j), item.j)
        return tokens[lo].start, min(tokens[hi - 1].end, len(self.text))

    def _value(
        self, item: Item, kind: TimeKind, start: Moment | None, end: Moment | None = None, *, grain: str = "minute",
        others: list[tuple[TimeKind, Moment | None, Moment | None, str]] | None = None, duration: timedelta | None = None, recurrence: str | None = None,
    ) -> TimeValue:  # fmt: skip
        span = self.span_of(item)
        words = self.text[span[0] : span[1]]
        listed: list[Candidate] = []
        known = {(start, end, getattr(start, "fold", 0))}
        for k, a, b, reason in others or ():
            key = (a, b, getattr(a, "fold", 0))
            if key not in known:
                known.add(key)
                listed.append(Candidate(TimeValue(k, a, b, grain=grain, text=words, span=span), reason))
        return TimeValue(kind, start, end, duration, recurrence, grain, words, span, tuple(listed[:4]))

    def value(self, item: Item) -> TimeValue | None:
        """The value of one item; None when the calendar has no such day."""
        try:
            return self._resolve(item)
        except (OverflowError, ValueError):
            return None

    def _resolve(self, item: Item) -> TimeValue | None:
        if item.rule is not None:
            return self._repetition(item, item.rule)
        if item.bound:
            return self._bounded(item)
        if item.lo is not None and item.hi is not None:
            return self._range(item)
        return self._point(item)

    def _repetition(self, item: Item, rule: str) -> TimeValue:
        """A repetition: how long each time lasts where a range of hours was said, and the days it starts and ends."""
        lo, hi = item.lo, item.hi
        length: timedelta | None = None
        if lo is not None and hi is not None and lo.clock is not None and hi.clock is not None:
            a, b, _ = self._clock_ends(lo, hi, lo.part or item.part, item.part or hi.part)
            rule = with_time(rule, a.hour, a.minute)
            length = timedelta(minutes=(b.hour * 60 + b.minute - a.hour * 60 - a.minute) % 1440)
        limits = self._bounded(item.limits) if item.limits is not None else None
        start, end = (limits.start, limits.end) if limits is not None else (None, None)
        return self._value(item, "recurring", start, end, recurrence=rule, grain="day", duration=length)

    # ------------------------------------------------------------------ one point or window
    def _point(self, item: Item) -> TimeValue | None:
        ctx = self.ctx
        if item.instant is not None:
            start = self._elapsed(item.instant)
            return self._value(item, "instant", start, grain=item.grain or "minute")
        if item.amount is not None and not item.has_day and not item.has_time:
            return self._value(item, "duration", None, duration=item.amount.exact, grain=item.amount.unit)
        if item.day is not None:
            day, day_others = _dates(item.day, ctx)
            if day is None:
                return None
            if item.clock is not None:
                return self._instant(item, day, day_others)
            if item.part is not None:
                a, b = self._window(day, item.part)
                listed: list[tuple[TimeKind, Moment | None, Moment | None, str]] = [
                    ("interval", *self._window(d, item.part), why) for d, why in day_others
                ]
                return self._value(item, "interval", a, b, grain="part", others=listed)
            return self._value(item, "date", day, grain="day", others=[("date", d, None, why) for d, why in day_others])
        if item.span is not None:
            return self._period(item, item.span)
        if item.clock is not None:
            t, others, _ = clock_time(item.clock, item.part)
            alternatives: list[tuple[TimeKind, Moment | None, Moment | None, str]] = [("time", o, None, why) for o, why in others]
            if item.minutes_to is not None and item.minutes_to.hour <= 12:
                a, b, _rest = _between(item.minutes_to, Clock((item.clock.hour + 1) % 24), item.part)
                alternatives.append(("interval", a, b, "may be a range of hours"))
            return self._value(item, "time", t, grain=item.clock.grain, others=alternatives)
        if item.part is not None:
            a_t, b_t = self._part_times(item.part)
            return self._value(item, "interval", a_t, b_t, grain="part")
        return None

    def _elapsed(self, instant: datetime) -> datetime:
        """Now moved by a length: through the change of the clocks in real time."""
        if self.zone is None:
            return instant
        step = instant - self.ctx.now
        now = self.ctx.now.replace(tzinfo=self.zone)
        if abs(step) > timedelta(hours=36):
            return self.local(instant)
        return datetime.fromtimestamp(now.timestamp() + step.total_seconds(), self.zone)

    def _instant(self, item: Item, day: date, day_others: list[tuple[date, str]]) -> TimeValue:
        assert item.clock is not None
        t, others, later = clock_time(item.clock, item.part)
        if item.clock.half == "midnight":
            later, others = 1, []
        at = datetime.combine(day + timedelta(later), t)
        listed: list[tuple[TimeKind, Moment | None, Moment | None, str]] = []
        if item.clock.half == "midnight":
            listed.append(("instant", self.local(datetime.combine(day, t)), None, "midnight may be the one before that day"))
        listed += [("instant", self.local(datetime.combine(day, o)), None, why) for o, why in others]
        listed += [("instant", self.local(datetime.combine(d, t)), None, why) for d, why in day_others]
        listed += [("instant", m, None, why) for m, why in self._zone_notes(at)]
        return self._value(item, "instant", self.local(at), grain=item.clock.grain, others=listed)

    def _part_times(self, part: str) -> tuple[time, time]:
        a, b = PARTS[part]
        return time(int(a), int(a % 1 * 60)), time(int(b) % 24, int(b % 1 * 60))

    def _window(self, day: date, part: str) -> tuple[datetime, datetime]:
        a, b = PARTS[part]
        base = datetime.combine(day, time())
        return self.local(base + timedelta(hours=a)), self.local(base + timedelta(hours=b))

    def _period(self, item: Item, span: Span) -> TimeValue:
        if span.start_at is not None and span.end_at is not None:
            return self._value(item, "interval", self._elapsed(span.start_at), self._elapsed(span.end_at), grain=span.grain)
        if item.clock is not None:
            at, others, _ = clock_time(item.clock, item.part)
            listed: list[tuple[TimeKind, Moment | None, Moment | None, str]] = [
                ("instant", self.local(datetime.combine(span.start, o)), None, why) for o, why in others
            ]
            days = (span.end - span.start).days
            for k in range(1, min(days, 7)):
                listed.append(
                    ("instant", self.local(datetime.combine(span.start + timedelta(k), at)), None, "any day of the period may be meant")
                )
            return self._value(item, "instant", self.local(datetime.combine(span.start, at)), grain="minute", others=listed)
        return self._value(item, "interval", span.start, span.end, grain=span.grain)

    # ------------------------------------------------------------------ ranges
    def _range(self, item: Item) -> TimeValue | None:
        lo, hi = item.lo, item.hi
        assert lo is not None and hi is not None
        part = item.part or lo.part or hi.part
        if lo.clock is not None and hi.clock is not None:
            lo_part = (
                lo.part
                or (item.part if not hi.part or hi.part == item.part else item.part)
                or (hi.part if not lo.clock.sure and hi.part not in AM_PARTS else None)
            )
            a, b, swaps = self._clock_ends(lo, hi, lo_part, part)
            lo_day, hi_day = item.day or lo.day, item.day or hi.day
            lo_day, hi_day = lo_day or hi_day, hi_day or lo_day
            span = item.span or lo.span or hi.span
            if lo_day is None or hi_day is None:
                if span is not None and (span.end - span.start).days >= 1:
                    lo_day = hi_day = Day(fixed=span.start)
                else:
                    return self._value(item, "interval", a, b, grain="minute", others=[("interval", x, y, _HALF_REASON) for x, y in swaps])
            first, first_others = _dates(lo_day, self.ctx)
            second = first if hi_day == lo_day else day_date(hi_day, self.ctx, first)
            if first is None or second is None:
                return None

            def ends(d1: date, d2: date, t1: time, t2: time) -> tuple[datetime, datetime]:
                start, end = datetime.combine(d1, t1), datetime.combine(d2, t2)
                if end <= start and d1 == d2:
                    end += timedelta(1)
                return self.local(start), self.local(end)

            value = ends(first, second, a, b)
            listed: list[tuple[TimeKind, Moment | None, Moment | None, str]] = [
                ("interval", *ends(first, second, x, y), _HALF_REASON) for x, y in swaps
            ]
            if hi_day == lo_day:
                listed += [("interval", *ends(d, d, a, b), why) for d, why in first_others]
            return self._value(item, "interval", *value, grain="minute", others=listed)
        return self._day_range(item, lo, hi)

    def _clock_ends(self, lo: Item, hi: Item, lo_part: str | None, part: str | None) -> tuple[time, time, list[tuple[time, time]]]:
        assert lo.clock is not None and hi.clock is not None
        a_clock, b_clock = lo.clock, hi.clock
        if lo.part is not None and not lo.clock.sure:
            t, _, _ = clock_time(lo.clock, lo.part)
            a_clock = Clock(t.hour, t.minute, t.second, sure=True)
        if hi.part is not None and not hi.clock.sure:
            t, _, _ = clock_time(hi.clock, hi.part)
            b_clock = Clock(t.hour, t.minute, t.second, sure=True)
            if lo.part is None:
                lo_part = None
        elif lo.part is not None and lo.part in AM_PARTS:
            part = None
        if part in ("tonight", "night", "evening", "afternoon") and lo.part is None and hi.part is None:
            lo_part = part
        same_part = part if lo.part is None and hi.part is None else None
        return _between(a_clock, b_clock, lo_part if not a_clock.sure and lo_part and hi.part is None else same_part)

    def _ends(self, item: Item, after: date | None = None) -> tuple[date | None, date | None]:
        """The first day and the day after the last of an end of a range."""
        if item.span is not None:
            return item.span.start, item.span.end
        if item.day is not None:
            day = day_date(item.day, self.ctx, after)
            return day, day + timedelta(1) if day else None
        if item.instant is not None:
            return item.instant.date(), item.instant.date() + timedelta(1)
        return None, None

    def _day_range(self, item: Item, lo: Item, hi: Item) -> TimeValue | None:
        if lo.instant is not None or hi.instant is not None or lo.clock is not None or hi.clock is not None:
            a_value, b_value = self._resolve(lo), self._resolve(hi)
            if a_value is None or b_value is None:
                return None
            start, end = a_value.start, b_value.start
            if isinstance(start, datetime) and isinstance(end, date) and not isinstance(end, datetime):
                end = self.local(datetime.combine(end, time()) + timedelta(1))
            elif isinstance(end, datetime) and isinstance(start, date) and not isinstance(start, datetime):
                start = self.local(datetime.combine(start, time()))
            if isinstance(start, datetime) and isinstance(end, datetime):
                return self._value(item, "interval", start, end, grain="minute")
            return None
        first, _ = self._ends(lo)
        first = self._ongoing(lo, hi) or first
        if first is None:
            if lo.part is not None and hi.part is not None and not hi.has_day:
                return self._value(item, "interval", self._part_times(lo.part)[0], self._part_times(hi.part)[1], grain="part")
            return None
        anchored = hi.day is not None and hi.day.fixed is None and not hi.day.mod and hi.day.year is None
        _, last = self._ends(hi, first if anchored else None)
        if last is None:
            return None
        if lo.part is not None or hi.part is not None:
            hi_day = last - timedelta(1)
            start_at = self._window(first, lo.part)[0] if lo.part else self.local(datetime.combine(first, time()))
            end_at = self._window(hi_day, hi.part)[1] if hi.part else self.local(datetime.combine(last, time()))
            return self._value(item, "interval", start_at, end_at, grain="part")
        if last <= first and hi.span is not None and hi.span.month and not hi.span.year_given:
            last = last + relativedelta(years=1)
        return self._value(item, "interval", first, last, grain="day")

    def _ongoing(self, lo: Item, hi: Item) -> date | None:
        """The start of a range of named days or months that has begun already and is not over."""
        year = self.ctx.now.year
        a, b = lo.day, hi.day
        if a is not None and b is not None and a.month and b.month and a.day and b.day and not (a.year or b.year or a.fixed or b.fixed):
            start, end = safe_date(year, a.month, a.day), safe_date(year, b.month, b.day)
        elif (
            lo.span is not None
            and hi.span is not None
            and lo.span.month
            and hi.span.month
            and not (lo.span.year_given or hi.span.year_given)
        ):
            start, end = date(year, lo.span.month, 1), date(year, hi.span.month, 28)
        else:
            return None
        return start if start and end and start <= self.ctx.today <= end else None

    # ------------------------------------------------------------------ open ends
    def _bounded(self, item: Item) -> TimeValue | None:
        bound = item.bound
        inner = Item(item.i, item.j, item.day, item.clock, item.part, item.span, item.instant, extra=item.extra, grain=item.grain)
        value = self._point(inner)
        if value is None:
            return None
        opens = bound in ("after", "since", "from")
        start, end = value.start, value.end
        if value.kind == "date" and isinstance(start, date):
            others = []
            if bound == "after":
                return self._value(item, "interval", start + timedelta(1), None, grain="day")
            if bound in ("by", "latest", "through"):
                day_end = start + timedelta(1)
                return self._value(item, "interval", None, day_end, grain="day")
            if bound == "until":
                others = [("interval", None, start + timedelta(1), "the day itself may be meant too")]
            if opens:
                return self._value(item, "interval", start, None, grain="day")
            return self._value(item, "interval", None, start, grain="day", others=others)  # type: ignore[arg-type]
        if value.kind in ("instant", "time"):
            listed: list[tuple[TimeKind, Moment | None, Moment | None, str]] = [
                ("interval", c.value.start, None, c.reason) if opens else ("interval", None, c.value.start, c.reason)
                for c in value.candidates
            ]
            if opens:
                return self._value(item, "interval", start, None, grain=value.grain, others=listed)
            return self._value(item, "interval", None, start, grain=value.grain, others=listed)
        if value.kind == "interval":
            if bound == "after":
                edge = end if not (item.span is not None and item.span.part_of) else start
                return self._value(item, "interval", edge, None, grain=value.grain)
            if bound in ("since", "from"):
                return self._value(item, "interval", start, None, grain=value.grain)
            if bound == "before":
                ends = item.span is not None and item.span.part_of == "end"
                return self._value(item, "interval", None, end if ends else start, grain=value.grain)
            if bound == "by" and item.span is not None and item.span.part_of:
                midnight = self.local(datetime.combine(end, time())) if isinstance(end, date) and not isinstance(end, datetime) else end
                return self._value(item, "interval", self.local(self.ctx.now), midnight, grain=value.grain)
            return self._value(
                item, "interval", None, end if bound != "until" or value.grain in ("month", "year", "week") else end, grain=value.grain
            )
        return value
