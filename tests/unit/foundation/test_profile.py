"""business.toml: twelve kinds of mistakes and more, each with its line; and a reload that never breaks what works."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.business import OpenPeriod
from assistant.profile import LiveProfile, ProfileError, load_profile, parse_profile
from config import ROOT

GOOD = """\
name = "Elm Street Vets"
timezone = "Europe/London"
country = "GB"
transfer_to = "+442079460123"

[hours]
mon = ["09:00-12:00", "13:00-17:00"]
saturday = "10:00-24:00"

[booking]
slot_minutes = 20

[[services]]
name = "Vaccination"
aliases = ["jab"]
minutes = 20

[[services]]
name = "Grooming"
minutes = 60

[[closures]]
from = "2026-12-24"
to = 2026-12-27
"""


def test_the_example_in_the_repository_is_good() -> None:
    profile = load_profile(ROOT / "business.toml")
    assert profile.service("scale and polish") is profile.service("Cleaning") is not None


def test_reads_what_is_written() -> None:
    profile = parse_profile(GOOD)
    assert profile.zone.key == "Europe/London"
    assert profile.booking.slot_minutes == 20 and profile.booking.parallel == 1
    assert [len(day) for day in profile.hours] == [2, 0, 0, 0, 0, 1, 0]
    assert isinstance(profile.hours[5][0], OpenPeriod) and profile.hours[5][0].end.hour == 23
    assert profile.closures[0].end.day == 27
    assert "Elm Street Vets" in profile.greeting


@pytest.mark.parametrize(
    ("replace", "by", "line", "says"),
    [
        ('"Europe/London"', '"Europe/Lodon"', 2, 'did you mean "Europe/London"?'),
        ('"GB"', '"XX"', 3, "two letters"),
        ('"+442079460123"', '"12"', 4, "is not a phone number"),
        ('"13:00-17:00"', '"11:00-17:00"', 7, "overlap at 11:00"),
        ('"13:00-17:00"', '"17:00-13:00"', 7, "ends before it starts"),
        ('"13:00-17:00"', '"1pm-5pm"', 7, 'write it like "09:00-17:00"'),
        ('"13:00-17:00"', '"13:00-25:00"', 7, "does not exist"),
        ("saturday =", "satday =", 8, "is not a day"),
        ("slot_minutes = 20", "slot_minutes = 7", 11, "multiple of 5"),
        ("slot_minutes = 20", "slot_minuets = 20", 11, "did you mean slot_minutes?"),
        ("minutes = 60", "", 18, '"minutes" is missing'),
        ("minutes = 60", 'minutes = "60"', 20, "whole number"),
        ('name = "Grooming"', 'name = "jab"', 18, "names two services"),
        ("to = 2026-12-27", 'to = "2026-12-20"', 24, "swap from and to"),
        ('from = "2026-12-24"', 'from = "Christmas"', 23, "is not a day"),
        ('name = "Elm Street Vets"', 'name = "Elm Street Vets', 1, "Check quotes"),
        ('name = "Elm Street Vets"', "", 1, '"name" is missing'),
        ("[booking]", "[bookings]", 10, "did you mean booking?"),
    ],
)
def test_every_mistake_has_its_line_and_its_mend(replace: str, by: str, line: int, says: str) -> None:
    with pytest.raises(ProfileError) as error:
        parse_profile(GOOD.replace(replace, by, 1), "shop.toml")
    assert any(problem.startswith(f"shop.toml:{line}: ") and says in problem for problem in error.value.problems), error.value.problems


def test_no_hours_and_no_services_are_two_mistakes() -> None:
    with pytest.raises(ProfileError) as error:
        parse_profile('name = "X"\ntimezone = "UTC"')
    assert len(error.value.problems) == 2


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="BUSINESS_FILE"):
        load_profile(tmp_path / "none.toml")


def test_a_bad_edit_keeps_the_old_profile(tmp_path: Path) -> None:
    path = tmp_path / "business.toml"
    path.write_text(GOOD)
    live = LiveProfile(path)
    heard: list[str] = []
    live.on_change(lambda profile: heard.append(profile.name))

    path.write_text(GOOD.replace("Elm Street", "Oak Street"))
    assert live.reload() and live().name == "Oak Street Vets" and heard == ["Oak Street Vets"]

    path.write_text("name =")
    assert not live.reload()
    assert live().name == "Oak Street Vets" and "business.toml:1" in live.problems[0]

    path.write_text(GOOD)
    assert live.reload() and live.problems == ()
