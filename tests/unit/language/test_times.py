"""Times in what callers say, through the one public door. Today is Tuesday the 10th of March 2026, ten o'clock."""

# ruff: noqa: DTZ001 (a naive reference is part of the contract)

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.language import ALL_OF_THEM, CLASH, LAST_HOURS, LAST_INCLUDED, TimeValue
from assistant.language.times import resolve

NOW = datetime(2026, 3, 10, 10, 0)


def read(text: str, now: datetime = NOW, country: str = "US") -> list[TimeValue]:
    return resolve(text, now, country=country)


def only(text: str, now: datetime = NOW, country: str = "US") -> TimeValue:
    values = read(text, now, country)
    assert len(values) == 1, f"{text!r}: {values}"
    return values[0]


def at(day: int, hour: int, minute: int = 0, month: int = 3, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("today", date(2026, 3, 10)),
        ("tomorrow", date(2026, 3, 11)),
        ("the day after tomorrow", date(2026, 3, 12)),
        ("friday", date(2026, 3, 13)),
        ("this friday", date(2026, 3, 13)),
        ("next friday", date(2026, 3, 20)),
        ("this coming friday", date(2026, 3, 13)),
        ("last friday", date(2026, 3, 6)),
        ("monday next week", date(2026, 3, 16)),
        ("next week on thursday", date(2026, 3, 19)),
        ("a week on Friday", date(2026, 3, 20)),
        ("Friday week", date(2026, 3, 20)),
        ("friday in two weeks", date(2026, 3, 27)),
        ("a fortnight today", date(2026, 3, 24)),
        ("in a fortnight", date(2026, 3, 24)),
        ("a week from saturday", date(2026, 3, 21)),
        ("next Tuesday but one", date(2026, 3, 24)),
        ("thursday after next", date(2026, 3, 19)),
        ("three mondays from now", date(2026, 3, 30)),
        ("in three days", date(2026, 3, 13)),
        ("3 days from now", date(2026, 3, 13)),
        ("ten days ago", date(2026, 2, 28)),
        ("in five working days", date(2026, 3, 17)),
        ("in a month", date(2026, 4, 10)),
        ("the twenty first", date(2026, 3, 21)),
        ("on the second", date(2026, 4, 2)),
        ("the 3rd", date(2026, 4, 3)),
        ("the fifth of next month", date(2026, 4, 5)),
        ("the 25th of this month", date(2026, 3, 25)),
        ("next 30th", date(2026, 3, 30)),
        ("april the fifth", date(2026, 4, 5)),
        ("the 5th of April, 2027", date(2027, 4, 5)),
        ("april fifth twenty twenty seven", date(2027, 4, 5)),
        ("april the fifth two thousand and twenty seven", date(2027, 4, 5)),
        ("5 april", date(2026, 4, 5)),
        ("Apr 5", date(2026, 4, 5)),
        ("january 2", date(2027, 1, 2)),
        ("4/5", date(2026, 4, 5)),
        ("13/4", date(2026, 4, 13)),
        ("05.04.2026", date(2026, 4, 5)),
        ("2026-04-05", date(2026, 4, 5)),
        ("tuesday the 17th", date(2026, 3, 17)),
        ("friday 13", date(2026, 3, 13)),
        ("wednesday, the 18th of march", date(2026, 3, 18)),
        ("the first monday in april", date(2026, 4, 6)),
        ("the last Friday of the month", date(2026, 3, 27)),
        ("last working day of the month", date(2026, 3, 31)),
        ("three days after christmas", date(2026, 12, 28)),
        ("the day before thanksgiving", date(2026, 11, 25)),
        ("the monday after easter", date(2026, 4, 6)),
        ("the closest monday to april 9th", date(2026, 4, 6)),
        ("thrusday", date(2026, 3, 12)),
        ("to morrow", date(2026, 3, 11)),
        ("um wednes day", date(2026, 3, 11)),
    ],
)
def test_days(said: str, expected: date) -> None:
    value = only(said)
    assert (value.kind, value.start, value.end) == ("date", expected, None)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("half three", time(15, 30)),
        ("half past three", time(15, 30)),
        ("quarter past nine", time(9, 15)),
        ("a quarter to five", time(16, 45)),
        ("twenty to four", time(15, 40)),
        ("five past two in the afternoon", time(14, 5)),
        ("twenty five to seven in the evening", time(18, 35)),
        ("oh nine thirty", time(9, 30)),
        ("oh nine hundred hours", time(9, 0)),
        ("nine oh five", time(9, 5)),
        ("twelve thirty", time(12, 30)),
        ("3 30", time(15, 30)),
        ("at 330", time(15, 30)),
        ("at 1530", time(15, 30)),
        ("ten a m", time(10, 0)),
        ("10 a.m.", time(10, 0)),
        ("9pm", time(21, 0)),
        ("5p", time(17, 0)),
        ("17:05", time(17, 5)),
        ("8.30 pm", time(20, 30)),
        ("15h30", time(15, 30)),
        ("three o'clock", time(15, 0)),
        ("3 o clock", time(15, 0)),
        ("twelve pm", time(12, 0)),
        ("12 am", time(0, 0)),
        ("noon", time(12, 0)),
        ("mid night", time(0, 0)),
        ("evening 5:30", time(17, 30)),
        ("9:45 at night", time(21, 45)),
        ("make it four", time(16, 0)),
        ("ok at 11", time(11, 0)),
        ("say five", time(17, 0)),
        ("how about nineish, at 9 ish", time(9, 0)),
    ],
)
def test_times_of_day(said: str, expected: time) -> None:
    value = read(said)[0]
    assert (value.kind, value.start) == ("time", expected)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("tomorrow at ten a m", at(11, 10)),
        ("friday at half past two", at(13, 14, 30)),
        ("at 9am on saturday", at(14, 9)),
        ("9 tomorrow morning", at(11, 9)),
        ("saturday morning at 9", at(14, 9)),
        ("tonight at 8", at(10, 20)),
        ("this afternoon at 2", at(10, 14)),
        ("the 14th at one in the afternoon", at(14, 13)),
        ("For the 12th in the evening 6.", at(12, 18)),
        ("next thursday at two fifteen", at(19, 14, 15)),
        ("tomorrow around noon", at(11, 12)),
        ("I'd like the 17th. Is there anything at quarter past 4?", at(17, 16, 15)),
        ("March 12th would suit me, but only at 10:30 am", at(12, 10, 30)),
        ("in half an hour", at(10, 10, 30)),
        ("in an hour and a half", at(10, 11, 30)),
        ("in two and a half hours", at(10, 12, 30)),
        ("20 minutes from now", at(10, 10, 20)),
        ("in three quarters of an hour", at(10, 10, 45)),
        ("um how about like thursday maybe around uh three thirty ish", at(12, 15, 30)),
        ("for 4 people at 7 30 pm on saturday", at(14, 19, 30)),
        ("the last friday of the month at noon", at(27, 12)),
        ("New Year's Eve at 8pm", at(31, 20, month=12)),
        ("tonight at midnight", at(11, 0)),
        ("april fifth at 5 30", at(5, 17, 30, month=4)),
        ("oct 5 2026 1045pm", at(5, 22, 45, month=10)),
    ],
)
def test_instants(said: str, expected: datetime) -> None:
    value = only(said)
    assert (value.kind, value.start) == ("instant", expected)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("between three and five", time(15), time(17)),
        ("from 9 to 5", time(9), time(17)),
        ("11 to 2 pm", time(11), time(14)),
        ("from 3:30 to six p.m.", time(15, 30), time(18)),
        ("any time after lunch", time(13), time(17)),
        ("not before ten", time(10), None),
        ("after 4", time(16), None),
        ("before noon", None, time(12)),
        ("no later than 5 pm", None, time(17)),
        ("any earlier than 4", None, time(16)),
        ("3 pm or later", time(15), None),
        ("between 3 and 5 on monday", at(16, 15), at(16, 17)),
        ("friday from 9:30 to 11", at(13, 9, 30), at(13, 11)),
        ("friday after 3", at(13, 15), None),
        ("saturday from 3 for two hours", at(14, 15), at(14, 17)),
        ("for two hours on saturday at 3", at(14, 15), at(14, 17)),
        ("tonight from 7 to 7:30", at(10, 19), at(10, 19, 30)),
        ("tomorrow afternoon", at(11, 12), at(11, 18)),
        ("first thing Monday", at(16, 8), at(16, 10)),
        ("late morning on thursday", at(12, 10), at(12, 12)),
        ("lunchtime tomorrow", at(11, 12), at(11, 14)),
        ("next week", date(2026, 3, 16), date(2026, 3, 23)),
        ("this weekend", date(2026, 3, 14), date(2026, 3, 16)),
        ("the week after next", date(2026, 3, 23), date(2026, 3, 30)),
        ("the week of the 6th of april", date(2026, 4, 6), date(2026, 4, 13)),
        ("next month", date(2026, 4, 1), date(2026, 5, 1)),
        ("early next week", date(2026, 3, 16), date(2026, 3, 19)),
        ("the rest of the week", date(2026, 3, 10), date(2026, 3, 16)),
        ("tuesday to thursday next week", date(2026, 3, 17), date(2026, 3, 20)),
        ("from the 5th to the 20th of april", date(2026, 4, 5), date(2026, 4, 21)),
        ("12 to 15 october", date(2026, 10, 12), date(2026, 10, 16)),
        ("30-31 october", date(2026, 10, 30), date(2026, 11, 1)),
        ("july 13 to 28", date(2026, 7, 13), date(2026, 7, 29)),
        ("from april 27th to the third", date(2026, 4, 27), date(2026, 5, 4)),
        ("december 30 to january 2", date(2026, 12, 30), date(2027, 1, 3)),
        ("arriving on the 12th and leaving on the 15th", date(2026, 3, 12), date(2026, 3, 16)),
        ("the next three days", date(2026, 3, 11), date(2026, 3, 14)),
        ("by friday", None, date(2026, 3, 14)),
        ("until the 20th", None, date(2026, 3, 20)),
        ("from monday onwards", date(2026, 3, 16), None),
        ("memorial day weekend", date(2026, 5, 23), date(2026, 5, 26)),
        # feasts of several days, from the evening on which they begin
        ("closed over hanukkah", date(2026, 12, 4), date(2026, 12, 13)),
        ("during passover 2027", date(2027, 4, 21), date(2027, 4, 30)),
        ("for earth hour", at(28, 20, 30), at(28, 21, 30)),
    ],
)
def test_intervals(said: str, start: object, end: object) -> None:
    value = only(said)
    assert (value.kind, value.start, value.end) == ("interval", start, end)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("every other Tuesday at nine", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=9;BYMINUTE=0"),
        ("every day at 8", "FREQ=DAILY;BYHOUR=8;BYMINUTE=0"),
        ("mondays and wednesdays at 5", "FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=17;BYMINUTE=0"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("the last friday of every month", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("the 1st and 15th of every month", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ("every first monday of the month at 10", "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=10;BYMINUTE=0"),
        ("every three months", "FREQ=MONTHLY;INTERVAL=3"),
        ("every six months on the 3rd", "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=3"),
        ("weekly on fridays", "FREQ=WEEKLY;BYDAY=FR"),
        ("my fortnightly appointment on mondays at 4", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=16;BYMINUTE=0"),
        ("every year on the 5th of may", "FREQ=YEARLY;BYMONTHDAY=5;BYMONTH=5"),
        ("remind me every night at ten", "FREQ=DAILY;BYHOUR=22;BYMINUTE=0"),
        ("every 20 minutes", "FREQ=MINUTELY;INTERVAL=20"),
        ("once a year", "FREQ=YEARLY"),
        ("every thursday for 6 times", "FREQ=WEEKLY;BYDAY=TH;COUNT=6"),
    ],
)
def test_repetition(said: str, rule: str) -> None:
    value = only(said)
    assert (value.kind, value.recurrence) == ("recurring", rule)


def test_a_repetition_keeps_its_hours_and_limits() -> None:
    hours = only("every tuesday and thursday from 6 to 7")
    assert (hours.recurrence, hours.duration) == ("FREQ=WEEKLY;BYDAY=TU,TH;BYHOUR=18;BYMINUTE=0", timedelta(hours=1))
    assert only("every monday at 9 starting next week").start == date(2026, 3, 16)
    assert only("every monday until the 1st of june").end == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("said", "length"),
    [
        ("for an hour and a half", timedelta(minutes=90)),
        ("45 minutes", timedelta(minutes=45)),
        ("two and a half hours", timedelta(minutes=150)),
        ("half an hour", timedelta(minutes=30)),
        ("a quarter of an hour", timedelta(minutes=15)),
        ("1 hour and 30 minutes", timedelta(minutes=90)),
        ("2h30m", timedelta(minutes=150)),
        ("a couple of hours", timedelta(hours=2)),
        ("two nights", timedelta(days=2)),
    ],
)
def test_durations(said: str, length: timedelta) -> None:
    value = only(said)
    assert (value.kind, value.duration) == ("duration", length)


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ("Tuesday, no, Wednesday at four", [at(11, 16)]),
        ("friday at three, no sorry, four", [at(13, 16)]),
        ("friday at four, actually make it saturday", [at(14, 16)]),
        ("thursday at 10 am, wait, 11", [at(12, 11)]),
        ("not thursday, friday", [date(2026, 3, 13)]),
        ("Make it for the 12th. And I actually want it to be for 13:00.", [at(12, 13)]),
        ("No, I'm sorry, March 13th at eleven am would be better", [at(13, 11)]),
    ],
)
def test_corrections_replace_what_they_correct(said: str, starts: list[object]) -> None:
    assert [v.start for v in read(said)] == starts


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ("move it from Monday at 9 to Friday at 10", [at(13, 10), at(16, 9)]),
        ("move my 3 o'clock to 4", [time(16), time(15)]),
        ("can you move my friday appointment to Thursday", [date(2026, 3, 12), date(2026, 3, 13)]),
        ("change my appointment from friday at two to half past three", [at(13, 15, 30), at(13, 14)]),
        ("reschedule thursday's 10 am for next monday at 2", [at(16, 14), at(12, 10)]),
        ("I can't do Thursday, how about Friday?", [date(2026, 3, 13), date(2026, 3, 12)]),
        ("Thursday doesn't work, Friday at 3 would", [at(13, 15), date(2026, 3, 12)]),
        ("I'd like Friday instead of Thursday", [date(2026, 3, 13), date(2026, 3, 12)]),
        ("saturday or sunday", [date(2026, 3, 14), date(2026, 3, 15)]),
        ("thursday or friday at 3 pm", [at(12, 15), at(13, 15)]),
        ("friday at 3 or 4 pm", [at(13, 15), at(13, 16)]),
        ("either 10 or 11 tomorrow", [at(11, 10), at(11, 11)]),
        ("thursday or friday next week", [date(2026, 3, 19), date(2026, 3, 20)]),
    ],
)
def test_several_times_come_with_the_one_asked_for_first(said: str, starts: list[object]) -> None:
    assert [v.start for v in read(said)] == starts


@pytest.mark.parametrize(
    "said",
    [
        "",
        "   ",
        "may I ask you something",
        "I need a second opinion",
        "the second one please",
        "one of them",
        "march over here",
        "at the moment",
        "my number is 555 123 4567",
        "call me on +1 (202) 555-0177",
        "it's five five five oh one three four two",
        "room 5",
        "two people",
        "it costs 20 dollars",
        "$12.50 please",
        "suite 400 on 5th avenue",
        "at 125 crescent drive",
        "press 1 for sales",
        "I'm 45 years old",
        "give me a minute",
        "hold on a second",
        "just a sec",
        "good morning",
        "have a good day",
        "have a nice weekend",
        "the first available appointment",
        "my email is sun at moon dot com",
        "I sat down and the cat sat in the sun",
        "on second thought",
    ],
)
def test_words_that_only_look_like_times(said: str) -> None:
    assert read(said) == []


@pytest.mark.parametrize("said", ["31 February", "on the 31st of June at three", "the 30th of february", "february 30th 2027", "31/4"])
def test_days_that_no_calendar_has_give_no_value(said: str) -> None:
    assert read(said) == []


def test_leap_days_and_year_ends() -> None:
    assert only("february 29th").start == date(2028, 2, 29)
    assert only("tomorrow", datetime(2027, 12, 31, 9)).start == date(2028, 1, 1)
    assert only("in two days", datetime(2028, 2, 28, 9)).start == date(2028, 3, 1)
    assert only("in a month", datetime(2026, 1, 31, 9)).start == date(2026, 2, 28)
    assert only("the 31st", datetime(2026, 4, 5)).start == date(2026, 5, 31)
    assert only("next monday", datetime(2026, 12, 30)).start == date(2027, 1, 4)
    assert only("january 5th", datetime(2026, 12, 30)).start == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("said", "country", "expected"),
    [
        ("christmas eve", "US", date(2026, 12, 24)),
        ("thanksgiving", "US", date(2026, 11, 26)),
        ("thanksgiving", "CA", date(2026, 10, 12)),
        ("labor day", "US", date(2026, 9, 7)),
        ("valentine's day next year", "US", date(2027, 2, 14)),
        ("easter monday", "GB", date(2026, 4, 6)),
        ("good friday", "US", date(2026, 4, 3)),
        ("mother's day", "US", date(2026, 5, 10)),
        ("mother's day", "GB", date(2026, 3, 15)),
        ("next halloween", "US", date(2026, 10, 31)),
        ("last easter", "US", date(2025, 4, 20)),
        ("mlk day", "US", date(2027, 1, 18)),
        ("black friday", "US", date(2026, 11, 27)),
        ("diwali 2026", "US", date(2026, 11, 8)),
        ("lunar new year 2027", "US", date(2027, 2, 6)),
        ("boxing day", "GB", date(2026, 12, 26)),
        ("election day", "US", date(2026, 11, 3)),
        ("world food day", "US", date(2026, 10, 16)),
        ("burns night", "GB", date(2027, 1, 25)),
    ],
)
def test_holidays_by_name(said: str, country: str, expected: date) -> None:
    value = only(said, country=country)
    assert (value.kind, value.start) == ("date", expected)


def test_the_country_orders_figures() -> None:
    assert only("4/5", country="US").start == date(2026, 4, 5)
    british = only("4/5", country="GB")
    assert british.start == date(2026, 5, 4)
    assert [c.value.start for c in british.candidates] == [date(2026, 4, 5)]


def test_a_bare_hour_carries_its_other_half() -> None:
    three, nine = only("at 3"), only("tomorrow at 9")
    assert three.start == time(15)
    assert [(c.value.start, c.reason) for c in three.candidates] == [(time(3), "said with neither am nor pm")]
    assert nine.start == at(11, 9)
    assert nine.candidates[0].value.start == at(11, 21)
    assert only("tomorrow at 9 am").candidates == ()


def test_open_questions_are_carried_as_candidates() -> None:
    next_friday = only("next friday")
    assert [c.value.start for c in next_friday.candidates] == [date(2026, 3, 13)]
    today_or_next = only("tuesday")
    assert today_or_next.start == date(2026, 3, 17)
    assert today_or_next.candidates[0].value.start == date(2026, 3, 10)
    spoken = only("ten to four")
    assert spoken.start == time(15, 50)
    assert any(c.value.kind == "interval" for c in spoken.candidates)


def test_the_span_is_where_the_words_stand() -> None:
    text = "Could I come in Friday at half past two, please?"
    value = only(text)
    assert text[value.span[0] : value.span[1]] == value.text == "Friday at half past two"


def test_a_clock_that_jumps_forward_skips_an_hour() -> None:
    zone = ZoneInfo("America/New_York")
    value = only("tomorrow at 2:30 am", datetime(2026, 3, 7, 12, tzinfo=zone))
    assert value.start == datetime(2026, 3, 8, 3, 30, tzinfo=zone)
    assert any("does not exist" in c.reason for c in value.candidates)


def test_a_clock_that_goes_back_has_an_hour_twice() -> None:
    zone = ZoneInfo("America/New_York")
    value = only("tomorrow at 1:30 am", datetime(2026, 10, 31, 12, tzinfo=zone))
    assert isinstance(value.start, datetime)
    assert value.start.utcoffset() == timedelta(hours=-4)
    twice = [c for c in value.candidates if "twice" in c.reason]
    assert [c.value.start.utcoffset() for c in twice if isinstance(c.value.start, datetime)] == [timedelta(hours=-5)]


def test_hours_pass_in_real_time_over_a_change_of_the_clocks() -> None:
    zone = ZoneInfo("America/New_York")
    value = only("in two hours", datetime(2026, 3, 8, 1, 30, tzinfo=zone))
    assert value.start == datetime(2026, 3, 8, 4, 30, tzinfo=zone)


def test_an_aware_reference_gives_aware_values_in_its_zone() -> None:
    zone = ZoneInfo("Europe/Berlin")
    value = only("friday at 3 pm", datetime(2026, 3, 10, 10, tzinfo=zone))
    assert isinstance(value.start, datetime)
    assert value.start.tzinfo is zone
    window = only("friday afternoon", datetime(2026, 3, 10, 10, tzinfo=zone))
    assert isinstance(window.end, datetime)
    assert window.end.tzinfo is zone
    naive = only("friday at 3 pm").start
    assert isinstance(naive, datetime)
    assert naive.tzinfo is None


def test_a_zone_that_is_said_is_turned_into_the_references() -> None:
    zone = ZoneInfo("America/New_York")
    now = datetime(2026, 3, 10, 10, tzinfo=zone)
    assert only("tomorrow at 3 pm pacific time", now).start == datetime(2026, 3, 11, 18, tzinfo=zone)
    assert only("friday at 9 am GMT", now).start == datetime(2026, 3, 13, 5, tzinfo=zone)
    assert only("tomorrow at 3 pm eastern time", now).start == datetime(2026, 3, 11, 15, tzinfo=zone)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("after 2 but before 4", [(time(14), time(16))]),
        ("before 3 pm and after 10 am", [(time(10), time(15))]),
        ("after lunch until 4", [(time(13), time(16))]),
        ("in 2 to 3 weeks", [(date(2026, 3, 24), date(2026, 4, 1))]),
        ("the first two weeks of april", [(date(2026, 4, 1), date(2026, 4, 15))]),
        ("between 9 and 5 monday to friday", [(time(9), time(17)), (date(2026, 3, 16), date(2026, 3, 21))]),
        ("late afternoon next week", [(date(2026, 3, 16), date(2026, 3, 23)), (time(15), time(18))]),
        ("from friday 6pm to sunday 6pm", [(at(13, 18), at(15, 18))]),
        ("may 3 4pm to may 5 10am", [(at(3, 16, month=5), at(5, 10, month=5))]),
    ],
)
def test_windows_from_more_than_one_phrase(said: str, expected: list[tuple[object, object]]) -> None:
    assert [(v.start, v.end) for v in read(said)] == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("april fifteenth or sixteenth", [date(2026, 4, 15), date(2026, 4, 16)]),
        ("the fifteenth or the sixteenth of april", [date(2026, 4, 15), date(2026, 4, 16)]),
        ("march 24 and 25", [date(2026, 3, 24), date(2026, 3, 25)]),
        ("cancel fridays lunch", [date(2026, 3, 13)]),
        ("my booking for 9 days from now", [date(2026, 3, 19)]),
        ("not this friday but next friday", [date(2026, 3, 20), date(2026, 3, 13)]),
        ("that's all for now", []),
        ("a table for a party of 6 tomorrow", [date(2026, 3, 11)]),
        ("make it for a quarter to 10 in the morning", [time(9, 45)]),
        ("I'll take the two thirty one", [time(14, 30)]),
        ("2 works for me", [time(14)]),
        ("every second wednesday of the month", [None]),
    ],
)
def test_how_callers_put_it(said: str, expected: list[object]) -> None:
    assert [v.start for v in read(said)] == expected


@pytest.mark.parametrize("said", ["june is my sister", "my name is april", "we are open 24/7", "sat here waiting", "book one please"])
def test_names_and_manners_of_speaking_are_no_times(said: str) -> None:
    assert read(said) == []


def test_a_range_of_months_says_that_its_last_may_be_included() -> None:
    value = only("from august to october")
    assert (value.start, value.end) == (date(2026, 8, 1), date(2026, 10, 1))
    assert [(c.value.end, c.reason) for c in value.candidates] == [(date(2026, 11, 1), LAST_INCLUDED)]


@pytest.mark.parametrize(
    ("said", "last", "all_from"),
    [
        ("upcoming two days", date(2026, 3, 12), date(2026, 3, 11)),
        ("three upcoming weeks", date(2026, 3, 30), date(2026, 3, 16)),
        ("2 upcoming years", date(2028, 1, 1), date(2027, 1, 1)),
    ],
)
def test_upcoming_units_are_the_last_of_them_or_all(said: str, last: date, all_from: date) -> None:
    value = only(said)
    assert value.start == last
    assert [(c.value.start, c.reason) for c in value.candidates] == [(all_from, ALL_OF_THEM)]


@pytest.mark.parametrize("said", ["in the upcoming two weeks", "the next two weeks"])
def test_a_time_to_choose_from_is_whole(said: str) -> None:
    value = only(said)
    assert isinstance(value.start, date) and isinstance(value.end, date) and (value.end - value.start).days >= 14


@pytest.mark.parametrize("said", ["end of day thursday", "thursday, at the end of the day", "the end of thursday"])
def test_the_end_of_a_day_is_its_last_second_or_the_last_hours_of_business(said: str) -> None:
    value = only(said)
    assert value.start == datetime(2026, 3, 12, 23, 59, 59)
    assert [(c.value.start, c.value.end, c.reason) for c in value.candidates] == [
        (datetime(2026, 3, 12, 16), datetime(2026, 3, 12, 18), LAST_HOURS)
    ]


@pytest.mark.parametrize(
    ("said", "now", "day", "other"),
    [
        ("the 3rd of march", datetime(2026, 3, 10, 9), date(2026, 3, 3), date(2027, 3, 3)),
        ("december 28", datetime(2026, 1, 3, 9), date(2025, 12, 28), date(2026, 12, 28)),
        ("february 20", datetime(2026, 3, 10, 9), date(2027, 2, 20), None),
        ("march 3 next year", datetime(2026, 3, 10, 9), date(2027, 3, 3), None),
    ],
)
def test_a_date_that_has_just_passed_is_that_one_not_the_one_in_a_year(said: str, now: datetime, day: date, other: date | None) -> None:
    (value,) = resolve(said, now)
    assert value.start == day
    assert [c.value.start for c in value.candidates] == ([other] if other else [])


def test_through_includes_the_last_month() -> None:
    value = only("january through march")
    assert (value.start, value.end, value.candidates) == (date(2026, 1, 1), date(2026, 4, 1), ())


def test_a_range_of_months_that_has_begun_goes_on() -> None:
    value = only("from february to june")
    assert (value.start, value.end) == (date(2026, 2, 1), date(2026, 6, 1))
    around_the_year = only("from november to april")
    assert (around_the_year.start, around_the_year.end) == (date(2025, 11, 1), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("said", "literal", "dated", "beside"),
    [
        ("friday the 19th of march", date(2027, 3, 19), date(2026, 3, 19), date(2026, 3, 20)),
        ("monday december 25th", date(2028, 12, 25), date(2026, 12, 25), date(2026, 12, 28)),
        ("saturday the 13th", date(2026, 6, 13), date(2026, 3, 13), date(2026, 3, 14)),
    ],
)
def test_a_weekday_beside_another_date_is_a_year_away_or_a_slip(said: str, literal: date, dated: date, beside: date) -> None:
    value = only(said)
    assert value.start == literal
    assert [(c.value.start, c.reason) for c in value.candidates] == [(dated, CLASH), (beside, CLASH)]


def test_late_this_morning_is_today() -> None:
    value = only("let's meet late this morning")
    assert (value.start, value.end) == (at(10, 10), at(10, 12))


def test_a_range_may_end_now() -> None:
    value = only("any calls between eight o'clock and now")
    assert (value.start, value.end) == (at(10, 8), at(10, 10))
