"""Families of expressions, each with its siblings. Today is Tuesday the 10th of March 2026, ten o'clock."""

# ruff: noqa: DTZ001 (a naive reference is part of the contract)

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from assistant.language.times import resolve

NOW = datetime(2026, 3, 10, 10, 0)


def windows(said: str, country: str = "US") -> list[tuple[object, object]]:
    return [(v.start, v.end) for v in resolve(said, NOW, country=country)]


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("not before the 20th", date(2026, 3, 20), None),
        ("not until monday", date(2026, 3, 16), None),
        ("i'm not free until monday", date(2026, 3, 16), None),
        ("we don't open until nine", time(9), None),
        ("not after the 12th", None, date(2026, 3, 13)),
        ("up to and including friday", None, date(2026, 3, 14)),
        ("ending on the 12th", None, date(2026, 3, 13)),
        ("in more than a week", date(2026, 3, 17), None),
        ("more than two weeks ago", None, date(2026, 2, 24)),
        ("by the end of tomorrow", None, at(11, 18)),
        ("until lunch", None, time(14)),
        (">= april 5", date(2026, 4, 5), None),
        ("<= 5 pm", None, time(17)),
        ("any year greater than 2027", date(2028, 1, 1), None),
    ],
)
def test_open_ends(said: str, start: object, end: object) -> None:
    assert windows(said) == [(start, end)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("after the 12th and before the 20th", [(date(2026, 3, 13), date(2026, 3, 20))]),
        ("after march 5 but before march 20", [(date(2026, 3, 6), date(2026, 3, 20))]),
        ("before 9 or after 5", [(None, time(9)), (time(17), None)]),
        ("after 9 and before 5", [(time(9), time(17))]),
        ("evenings after 6", [(time(18), None)]),
        ("mornings before 10", [(None, time(10))]),
    ],
)
def test_open_ends_that_face_each_other_close(said: str, expected: list[tuple[object, object]]) -> None:
    assert windows(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("this week or next", [(date(2026, 3, 9), date(2026, 3, 16)), (date(2026, 3, 16), date(2026, 3, 23))]),
        ("this or next week", [(date(2026, 3, 9), date(2026, 3, 16)), (date(2026, 3, 16), date(2026, 3, 23))]),
        ("not this month but next", [(date(2026, 4, 1), date(2026, 5, 1)), (date(2026, 3, 1), date(2026, 4, 1))]),
        ("next week or the week after", [(date(2026, 3, 16), date(2026, 3, 23)), (date(2026, 3, 23), date(2026, 3, 30))]),
        ("between 9 and 10 or 2 and 3", [(time(9), time(10)), (time(14), time(15))]),
        ("mon/wed/fri at noon", [(at(16, 12), None), (at(11, 12), None), (at(13, 12), None)]),
        ("this friday or next", [(date(2026, 3, 13), None), (date(2026, 3, 20), None)]),
        ("tomorrow or friday between 9 and 10", [(at(11, 9), at(11, 10)), (at(13, 9), at(13, 10))]),
        ("9.30 or 10.15", [(time(9, 30), None), (time(10, 15), None)]),
        ("move tuesday at two to friday, same time", [(at(13, 14), None), (at(17, 14), None)]),
        ("move my 3 o'clock on thursday to the same time next week", [(at(19, 15), None), (at(12, 15), None)]),
        ("friday or the day after", [(date(2026, 3, 13), None), (date(2026, 3, 14), None)]),
    ],
)
def test_what_is_said_once_for_two(said: str, expected: list[tuple[object, object]]) -> None:
    assert windows(said) == expected


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("the night before christmas", at(24, 19, month=12), at(25, 0, month=12)),
        ("the morning after the 4th of july", at(5, 6, month=7), at(5, 12, month=7)),
        ("within 3 days of christmas", date(2026, 12, 22), date(2026, 12, 29)),
        ("within 24 hours", at(10, 10), at(11, 10)),
        ("last quarter of the year", date(2026, 10, 1), date(2027, 1, 1)),
        ("june 11-16, 2027", date(2027, 6, 11), date(2027, 6, 17)),
        ("from may 3 to 5 2027", date(2027, 5, 3), date(2027, 5, 6)),
        ("in the next minute", at(10, 10), at(10, 10, 1)),
        ("from 3 for 45 minutes", time(15), time(15, 45)),
        ("the last half hour", at(10, 9, 30), at(10, 10)),
        ("tomorrow during business hours", at(11, 9), at(11, 17)),
        ("in the small hours of friday", at(13, 0), at(13, 5)),
        ("before april is out", None, date(2026, 5, 1)),
        ("the latter half of april", date(2026, 4, 16), date(2026, 5, 1)),
        ("halfway through june", date(2026, 6, 11), date(2026, 6, 21)),
        ("midweek next week", date(2026, 3, 18), date(2026, 3, 21)),
        ("around the middle of the day", time(11), time(13)),
        ("monday 9-11", at(16, 9), at(16, 11)),
        ("earliest 10 latest 4", time(10), time(16)),
        ("10 onwards", time(10), None),
        ("friday or sooner", None, date(2026, 3, 14)),
        ("mid-morning tomorrow", at(11, 9), at(11, 11)),
        ("mid afternoon on friday", at(13, 14), at(13, 16)),
        ("mid to late april", date(2026, 4, 11), date(2026, 5, 1)),
        ("in the next week or two", date(2026, 3, 10), date(2026, 3, 25)),
        ("in a day or two", date(2026, 3, 11), date(2026, 3, 13)),
        ("between two and three weeks from now", date(2026, 3, 24), date(2026, 4, 1)),
        ("in less than two hours", at(10, 10), at(10, 12)),
        ("from now until the end of the month", at(10, 10), at(1, 0, month=4)),
        ("monday at 9 until tuesday at 3", at(16, 9), at(17, 15)),
        ("sunday through the following saturday", date(2026, 3, 15), date(2026, 3, 22)),
        ("the week prior to easter", date(2026, 3, 23), date(2026, 3, 30)),
        ("week one of june", date(2026, 6, 1), date(2026, 6, 8)),
        ("the last weekend before easter", date(2026, 3, 28), date(2026, 3, 30)),
        ("the first weekend after the 10th of may", date(2026, 5, 16), date(2026, 5, 18)),
    ],
)
def test_windows(said: str, start: object, end: object) -> None:
    assert windows(said) == [(start, end)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("half an hour before 9 tomorrow", at(11, 8, 30)),
        ("in 48 hours", at(12, 10)),
        ("two hours before tomorrow at noon", at(11, 10)),
        ("half an hour before april 5 at 10", at(5, 9, 30, month=4)),
        ("sunday - april 5", date(2026, 4, 5)),
        ("in 2h30", at(10, 12, 30)),
        ("in 6 mos", date(2026, 9, 10)),
        ("monday three weeks", date(2026, 4, 6)),
        ("the second friday from now", date(2026, 3, 20)),
        ("nine-oh-five tomorrow", at(11, 9, 5)),
        ("close to 4", time(16)),
        ("can we push it to 4", time(16)),
        ("3-15 pm", time(15, 15)),
        ("at 3 on the dot", time(15)),
        ("the second sunday after easter", date(2026, 4, 19)),
        ("the last friday before christmas", date(2026, 12, 18)),
        ("the last working day before christmas", date(2026, 12, 24)),
        ("any friday in april", date(2026, 4, 3)),
        ("friday just gone", date(2026, 3, 6)),
        ("on the first of the month", date(2026, 4, 1)),
        ("next year's easter", date(2027, 3, 28)),
        ("the penultimate friday of june", date(2026, 6, 19)),
        ("the first available monday in april", date(2026, 4, 6)),
        ("the day after next", date(2026, 3, 12)),
        ("immediately", at(10, 10)),
    ],
)
def test_moments(said: str, expected: object) -> None:
    assert windows(said) == [(expected, None)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("half passed three", time(15, 30)),
        ("quarter too four", time(15, 45)),
        ("at for thirty pm", time(16, 30)),
        ("at too thirty", time(14, 30)),
        ("ate o'clock", time(8)),
        ("the forth of may", date(2026, 5, 4)),
        ("the twentyfirst of may", date(2026, 5, 21)),
        ("tomorrowmorning at nine", at(11, 9)),
        ("monay at 9", at(16, 9)),
        ("nex friday", date(2026, 3, 20)),
        ("Monday at 10th.", at(16, 10)),
        ("quarter to fourth", time(15, 45)),
        ("Order to four.", time(15, 45)),
        ("half past tooth", time(14, 30)),
        ("half pass two", time(14, 30)),
        ("Round 4.", time(16)),
        ("First day at two would be good.", at(12, 14)),
        ("1/2 past nine", time(9, 30)),
        ("in 1/2 h", at(10, 10, 30)),
    ],
)
def test_slips_of_the_ear_and_the_thumb(said: str, expected: object) -> None:
    assert windows(said) == [(expected, None)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("around two or three", [(time(14), time(15))]),
        ("around 6 or 7", [(time(18), time(19))]),
        ("tuesday around four or five", [(at(17, 16), at(17, 17))]),
        ("about ten or eleven tomorrow", [(at(11, 10), at(11, 11))]),
        ("around 2 or 4", [(time(14), None), (time(16), None)]),
        ("at 6 or 7", [(time(18), None), (time(19), None)]),
        ("two morning sessions", [(time(6), time(12))]),
        ("I met them at 2 morning sessions", [(time(6), time(12))]),
        ("friday the 20th and the following monday", [(date(2026, 3, 20), None), (date(2026, 3, 23), None)]),
        ("the following friday", [(date(2026, 3, 20), None)]),
        ("set a timer for ten minutes", [(at(10, 10, 10), None)]),
        ("my order to four people", []),
        ("my first day at work", []),
    ],
)
def test_between_and_beside(said: str, expected: list[tuple[object, object]]) -> None:
    assert windows(said) == expected


@pytest.mark.parametrize(
    ("said", "length"),
    [
        ("one hundred and twenty minutes", timedelta(hours=2)),
        ("two and three quarter hours", timedelta(hours=2, minutes=45)),
        ("a few minutes", timedelta(minutes=3)),
        ("I'm out for the hour", timedelta(hours=1)),
    ],
)
def test_lengths(said: str, length: timedelta) -> None:
    assert [v.duration for v in resolve(said, NOW)] == [length]


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("the second and fourth friday", "FREQ=MONTHLY;BYDAY=2FR,4FR"),
        ("every 6 weeks on a monday", "FREQ=WEEKLY;INTERVAL=6;BYDAY=MO"),
        ("daily except weekends", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("at the end of each month", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("on a fortnightly basis", "FREQ=WEEKLY;INTERVAL=2"),
        ("every december 21st and 31st", "FREQ=YEARLY;BYMONTHDAY=21,31;BYMONTH=12"),
    ],
)
def test_repetition(said: str, rule: str) -> None:
    assert [v.recurrence for v in resolve(said, NOW)] == [rule]


@pytest.mark.parametrize(
    "said", ["give me a couple of minutes", "a last minute booking", "change the party to 8", "my name is frida", "that is too late for me"]
)
def test_manners_of_speaking(said: str) -> None:
    assert windows(said) == []


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("2215 hrs", time(22, 15), None),
        ("the guard's shift is ten pm to six am", time(22), time(6)),
        ("Sat 18 - Sun 19 April", date(2026, 4, 18), date(2026, 4, 20)),
        ("four nights from the 20th of june", date(2026, 6, 20), date(2026, 6, 24)),
        ("the three days before easter", date(2026, 4, 2), date(2026, 4, 5)),
        ("the two weeks after christmas", date(2026, 12, 26), date(2027, 1, 9)),
        ("i'm free any day from thursday", date(2026, 3, 12), None),
        ("the first four months of 2027", date(2027, 1, 1), date(2027, 5, 1)),
        ("the last five months of next year", date(2027, 8, 1), date(2028, 1, 1)),
        ("sales for the year to date", date(2026, 1, 1), date(2026, 3, 11)),
        ("the '80s", date(1980, 1, 1), date(1990, 1, 1)),
        ("the late 1980s", date(1986, 1, 1), date(1990, 1, 1)),
        ("the year 1789", date(1789, 1, 1), date(1790, 1, 1)),
        ("St. Patrick's Day 2028", date(2028, 3, 17), None),
        ("Memorial Day weekend 2028", date(2028, 5, 27), date(2028, 5, 30)),
        ("a day later than the 22nd", date(2026, 3, 23), None),
        ("two days earlier than friday the 20th", date(2026, 3, 18), None),
        ("an hour earlier than 4 pm", time(15), None),
        ("friday at 5 suits me", at(13, 17), None),
        ("book court 3 on friday at 5", at(13, 17), None),
        ("we land with LH 1130 on friday at 9 pm", at(13, 21), None),
        ("20.4.2026 / 18:15", at(20, 18, 15, month=4), None),
        ("book me in for two weeks from today", date(2026, 3, 24), None),
        ("see you 2moro at 4", at(11, 16), None),
        ("a table for nine on the 25th from one to three pm", at(25, 13), at(25, 15)),
        ("20260314", date(2026, 3, 14), None),
        ("nails done tmrw b4 3pm", None, at(11, 15)),
        ("r u open 2day at 5pm", at(10, 17), None),
        ("is there any thing next weak", date(2026, 3, 16), date(2026, 3, 23)),
        ("a party for nine year olds on friday at 3 pm", at(13, 15), None),
        ("postpone it until the 28th", date(2026, 3, 28), None),
        ("thursday at the very latest", None, date(2026, 3, 13)),
        ("i will come day after at four pm", at(12, 16), None),
        ("a table for twelve on saturday", date(2026, 3, 14), None),
        ("can i come tomorrow at eight uh eight forty five a m", at(11, 8, 45), None),
        ("school ends at half three so anything from a quarter to four", time(15, 45), None),
        ("dinner for two on friday at 8", at(13, 20), None),
        ("room for fifteen on friday the 20th", date(2026, 3, 20), None),
        ("hair and nails for two on the 24th at 16:30", at(24, 16, 30), None),
        ("a ninety minute massage on saturday at 11 am", at(14, 11), None),
        ("in june, from the 11th to the 15th", date(2026, 6, 11), date(2026, 6, 16)),
        ("between the 6th and the 19th of last month", date(2026, 2, 6), date(2026, 2, 20)),
        ("two nights, in on april 2, out on april 4", date(2026, 4, 2), date(2026, 4, 5)),
        ("i meant friday not thursday, 3 pm like i said", at(13, 15), None),
        ("arrives Fri 6:10 am+1", at(14, 6, 10), None),
        ("25 April 2305-0715+1", at(25, 23, 5, month=4), at(26, 7, 15, month=4)),
        ("5 - 14", date(2026, 5, 14), None),
        ("Pentecost Sunday 2027", date(2027, 5, 16), None),
        ("20260314T0926", at(14, 9, 26), None),
        ("2026-W23-4", date(2026, 6, 4), None),
        ("in the last 24h", at(9, 10), at(10, 10)),
    ],
)
def test_less_usual_forms(said: str, start: object, end: object) -> None:
    assert windows(said)[:1] == [(start, end)]


@pytest.mark.parametrize(
    ("said", "asked_for"),
    [
        ("i have to cancel thursday i can't make it but monday would work for me", date(2026, 3, 16)),
        ("my perm was going to be thursday at two but let's make it friday at three", at(13, 15)),
        ("i have a slot on thursday at ten could it be friday instead same time", at(13, 10)),
        ("we booked for friday at eight pm but we'd prefer nine pm", at(13, 21)),
        ("make it seven fifteen instead of six thirty this evening", at(10, 19, 15)),
        ("look at it on friday at 11 am sorry did i say friday i meant thursday", at(12, 11)),
        ("sorry i meant saturday not friday saturday at twelve noon", at(14, 12)),
        ("not this thursday the thursday after", date(2026, 3, 19)),
    ],
)
def test_what_is_asked_for_comes_first(said: str, asked_for: object) -> None:
    assert windows(said)[0] == (asked_for, None)


def test_every_date_of_a_year_said_day_first() -> None:
    assert [v.recurrence for v in resolve("every 25 december at noon", NOW)] == [
        "FREQ=YEARLY;BYMONTHDAY=25;BYMONTH=12;BYHOUR=12;BYMINUTE=0"
    ]


@pytest.mark.parametrize(
    "said",
    [
        "my extension is 16 30",
        "i grind my teeth, i want a night guard",
        "the spring in the garage door has gone",
        "he's in 10th standard",
        "it's under the name april lund",
    ],
)
def test_words_of_time_that_mean_something_else(said: str) -> None:
    assert windows(said) == []
