"""The simulated callers, one test each; those written before the code always run, the rest with the slow tests."""

from pathlib import Path

import pytest

from tests.support.scenarios import run, scenarios

ALL = scenarios()
FIRST = [item for item in ALL if item["file"] == "first.yaml"]
REST = [item for item in ALL if item["file"] != "first.yaml"]


async def play(scenario: dict, folder: Path) -> None:
    report = await run(scenario, folder)
    if scenario.get("known_failure"):
        assert report.problems, f"{report.id} passes now: take its known_failure away"
        pytest.xfail(scenario["known_failure"])
    assert not report.problems, "\n".join([*report.problems, report.transcript()])


@pytest.mark.parametrize("scenario", FIRST, ids=[item["id"] for item in FIRST])
async def test_a_caller_written_before_the_code(scenario: dict, tmp_path: Path) -> None:
    await play(scenario, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", REST, ids=[item["id"] for item in REST])
async def test_a_caller(scenario: dict, tmp_path: Path) -> None:
    await play(scenario, tmp_path)


def test_there_are_enough_callers_and_each_has_its_own_name() -> None:
    names = [item["id"] for item in ALL]
    assert len(names) >= 60 and len(FIRST) >= 20
    assert len(set(names)) == len(names)
