"""From meanings to values: days against the reference, halves of the day, time zones, and the readings that were not chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo

from dateutil.relativedelta import relativedelta

from assistant.domain.language import ALL_OF_THEM, LAST_HOURS, LAST_INCLUDED, Candidate, Moment, TimeKind, TimeValue
from assistant.language.times.counted import shifted_day
from assistant.language.times.dating import dated, day_date, safe_date
from assistant.language.times.halves import HALF_REASON, between, clock_time
from assistant.language.times.lexicon import AM_PARTS, PARTS
from assistant.language.times.model import Clock, Context, Day, Item, Span, with_time
from assistant.language.times.zones import zone_named


class Resolver:
    """Turns composed items into values for one text."""

    def __init__(self, ctx: Context, text: str, zone: tzinfo | None) -> None:
        self.ctx, self.text, self.zone = ctx, text, zone

    def local(self, moment: datetime, said: str = "") -> datetime:
        """The moment in the reference's zone; a naive reference gives a naive moment. `said` is a zone the caller named."""
        if self.zone is None:
            return moment
        elsewhere = zone_named(said) if said else None
        if elsewhere is not None:
            return moment.replace(tzinfo=elsewhere).astimezone(self.zone)
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
        others: list[tuple[TimeKind, Moment | None, Moment | None, str]] | None = None,
        duration: timedelta | None = None, recurrence: str | None = None,
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
        return self._last_moment(item) or self._point(item)

    def _last_moment(self, item: Item) -> TimeValue | None:
        """ "End of the day": its last second, as calendars have it, or the last hours of business, as a caller has it."""
        window = self._point(item) if item.part == "end of day" and item.clock is None and item.span is None else None
        if window is None:
            return None
        day = (day_date(item.day, self.ctx) if item.day is not None else None) or self.ctx.today
        others: list[tuple[TimeKind, Moment | None, Moment | None, str]] = [(window.kind, window.start, window.end, LAST_HOURS)]
        return self._value(item, "instant", self.local(datetime.combine(day, time(23, 59, 59))), grain="day", others=others)

    def _repetition(self, item: Item, rule: str) -> TimeValue:
        """A repetition: how long each time lasts where a range of hours was said, and the days it starts and ends."""
        lo, hi = item.lo, item.hi
        length: timedelta | None = None
        if lo is not None and hi is not None and lo.clock is not None and hi.clock is not None:
            a, b, _ = self._clock_ends(lo, hi, lo.part or item.part, item.part or hi.part)
            rule = with_time(rule, a.hour, a.minute)
            length = timedelta(minutes=(b.hour * 60 + b.minute - a.hour * 60 - a.minute) % 1440)
        limits = self._resolve(item.limits) if item.limits is not None else None
        start, end = (limits.start, limits.end) if limits is not None else (None, None)
        if item.amount is not None and end is None:  # "weekly for two months"
            end = shifted_day(start if isinstance(start, date) and not isinstance(start, datetime) else self.ctx.today, item.amount, 1)
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
            day, day_others = dated(item.day, ctx)
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
                first, last, _ = between(item.minutes_to, Clock((item.clock.hour + 1) % 24), item.part)
                alternatives.append(("interval", first, last, "may be a range of hours"))
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
        zone = item.clock.zone
        if item.clock.half == "midnight":
            later, others = 1, []
        later += item.clock.days_on
        at = datetime.combine(day + timedelta(later), t)
        listed: list[tuple[TimeKind, Moment | None, Moment | None, str]] = []
        if item.clock.half == "midnight":
            listed.append(("instant", self.local(datetime.combine(day, t), zone), None, "midnight may be the one before that day"))
        listed += [("instant", self.local(datetime.combine(day, o), zone), None, why) for o, why in others]
        listed += [("instant", self.local(datetime.combine(d, t), zone), None, why) for d, why in day_others]
        listed += [("instant", m, None, why) for m, why in (self._zone_notes(at) if not zone else [])]
        return self._value(item, "instant", self.local(at, zone), grain=item.clock.grain, others=listed)

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
        whole: list[tuple[TimeKind, Moment | None, Moment | None, str]] = []
        if span.all_from is not None:
            whole.append(("interval", span.all_from, span.end, ALL_OF_THEM))
        if span.grain == "day" and span.end - span.start == timedelta(1) and whole:
            return self._value(item, "date", span.start, grain="day", others=whole)
        return self._value(item, "interval", span.start, span.end, grain=span.grain, others=whole)

    # ------------------------------------------------------------------ ranges
    def _range(self, item: Item) -> TimeValue | None:
        lo, hi = item.lo, item.hi
        assert lo is not None and hi is not None
        lo, hi = self._as_clock(lo, 0), self._as_clock(hi, 1)
        part = item.part or lo.part or hi.part
        if lo.clock is not None and hi.clock is not None:
            lo_part = lo.part or item.part or (hi.part if not lo.clock.sure and hi.part not in AM_PARTS else None)
            lo_day, hi_day = item.day or lo.day, item.day or hi.day
            if lo_day is not None and hi_day is not None and lo_day != hi_day:
                # Each end has a day of its own, and so its own half of it.
                a, b = clock_time(lo.clock, lo.part)[0], clock_time(hi.clock, hi.part)[0]
                swaps: list[tuple[time, time]] = []
            else:
                a, b, swaps = self._clock_ends(lo, hi, lo_part, part)
            lo_day, hi_day = lo_day or hi_day, hi_day or lo_day
            span = item.span or lo.span or hi.span
            if lo_day is None or hi_day is None:
                if span is not None and (span.end - span.start).days >= 1:
                    lo_day = hi_day = Day(fixed=span.start)
                else:
                    return self._value(item, "interval", a, b, grain="minute", others=[("interval", x, y, HALF_REASON) for x, y in swaps])
            first, first_others = dated(lo_day, self.ctx)
            second = first if hi_day == lo_day else day_date(hi_day, self.ctx, first)
            if first is None or second is None:
                return None
            first += timedelta(lo.clock.days_on)
            second = first if hi_day == lo_day else second + timedelta(hi.clock.days_on)
            zone = hi.clock.zone or lo.clock.zone

            def ends(d1: date, d2: date, t1: time, t2: time) -> tuple[datetime, datetime]:
                start, end = datetime.combine(d1, t1), datetime.combine(d2, t2)
                if end <= start and d1 == d2:
                    end += timedelta(1)
                return self.local(start, zone), self.local(end, zone)

            value = ends(first, second, a, b)
            listed: list[tuple[TimeKind, Moment | None, Moment | None, str]] = [
                ("interval", *ends(first, second, x, y), HALF_REASON) for x, y in swaps
            ]
            if hi_day == lo_day:
                listed += [("interval", *ends(d, d, a, b), why) for d, why in first_others]
            return self._value(item, "interval", *value, grain="minute", others=listed)
        return self._day_range(item, lo, hi)

    def _as_clock(self, end: Item, which: int) -> Item:
        """A part of the day at an end of a range, as its edge: "after lunch until 4", "from morning till evening"."""
        if end.part is None or end.clock is not None or end.has_day:
            return end
        hours = PARTS[end.part][which]
        return replace(end, part=None, clock=Clock(int(hours) % 24, int(hours % 1 * 60), sure=True))

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
        return between(a_clock, b_clock, lo_part if not a_clock.sure and lo_part and hi.part is None else same_part)

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
            whole = lo.instant is not None and hi.span is not None and isinstance(b_value.end, date)
            if whole and isinstance(b_value.end, datetime):
                end = b_value.end
            elif whole and isinstance(b_value.end, date):
                end = self.local(datetime.combine(b_value.end, time()))
            elif isinstance(start, datetime) and isinstance(end, date) and not isinstance(end, datetime):
                end = self.local(datetime.combine(end, time()) + timedelta(1))
            elif isinstance(end, datetime) and isinstance(start, date) and not isinstance(start, datetime):
                start = self.local(datetime.combine(start, time()))
            if isinstance(start, datetime) and isinstance(end, datetime):
                if end <= start and hi.day is not None and hi.day.weekday is not None and hi.day.day is None:
                    end += timedelta(7)
                if end <= start:
                    return None
                return self._value(item, "interval", start, end, grain="minute")
            return None
        first, last = self._named_months(lo.span, hi.span) or self._ends_of_days(lo, hi)
        if first is None:
            if lo.part is not None and hi.part is not None and not hi.has_day:
                return self._value(item, "interval", self._part_times(lo.part)[0], self._part_times(hi.part)[1], grain="part")
            return None
        if last is None:
            return None
        if lo.part is not None or hi.part is not None:
            hi_day = last - timedelta(1)
            start_at = self._window(first, lo.part)[0] if lo.part else self.local(datetime.combine(first, time()))
            end_at = self._window(hi_day, hi.part)[1] if hi.part else self.local(datetime.combine(last, time()))
            return self._value(item, "interval", start_at, end_at, grain="part")
        others: list[tuple[TimeKind, Moment | None, Moment | None, str]] = []
        months = {"month": 1, "quarter": 3, "year": 12}.get(hi.span.grain, 0) if hi.span is not None else 0
        begins = last - relativedelta(months=months)
        if months and begins > first and not self._through(lo, hi):
            # "from August to October": until October begins, as calendars and programs write it, or to its end, as many a caller means it
            others.append(("interval", first, last, LAST_INCLUDED))
            last = begins
        return self._value(item, "interval", first, last, grain="day", others=others)

    def _through(self, lo: Item, hi: Item) -> bool:
        """Whether the words between two ends include the last: "January through March"."""
        return any(self.ctx.word(k) in ("through", "including", "inclusive") for k in range(lo.j, hi.i))

    def _ends_of_days(self, lo: Item, hi: Item) -> tuple[date | None, date | None]:
        """The first day of a range and the day after its last."""
        first = self._ongoing(lo.day, hi.day) or self._ends(lo)[0]
        anchored = hi.day is not None and hi.day.fixed is None and not hi.day.mod and hi.day.year is None
        return first, self._ends(hi, first if anchored else None)[1]

    def _ongoing(self, a: Day | None, b: Day | None) -> date | None:
        """The start of a range of named days that has begun already and is not over."""
        year = self.ctx.now.year
        if a is None or b is None or not (a.month and b.month and a.day and b.day) or a.year or b.year or a.fixed or b.fixed:
            return None
        start, end = safe_date(year, a.month, a.day), safe_date(year, b.month, b.day)
        return start if start and end and start <= self.ctx.today <= end else None

    def _named_months(self, lo: Span | None, hi: Span | None) -> tuple[date, date] | None:
        """A range of months without a year: the one that goes on now, or the coming one."""
        if lo is None or hi is None or not (lo.month and hi.month) or lo.year_given or lo.grain != "month" or hi.grain != "month":
            return None
        length = relativedelta(months=(hi.month - lo.month) % 12 + 1)
        began = (date(self.ctx.now.year - back, lo.month, 1) for back in (0, 1))
        first = next((day for day in began if day <= self.ctx.today < day + length), lo.start)
        return first, first + length

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
            return self._value(item, "interval", None, end, grain=value.grain)
        return value
