"""The documents say what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_every_module_named_in_the_architecture_exists_and_every_face_is_named() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"`((?:assistant|tests|bench|deploy|console)/[\w/.-]+|\w+\.py)`", text))
    missing = [name for name in named if not (ROOT / name).exists() and not list(ROOT.rglob(name))]
    assert not missing
    for path in ROOT.glob("*.py"):
        assert f"`{path.name}`" in text, f"{path.name} is not in docs/architecture.md"
    for room in (ROOT / "assistant").iterdir():
        if (room / "__init__.py").exists():
            assert f"`assistant/{room.name}`" in text, f"assistant/{room.name} is not in docs/architecture.md"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    broken = [
        target
        for target in re.findall(r"\]\(([^)#\s]+)", path.read_text())
        if not target.startswith(("http://", "https://", "mailto:")) and not (path.parent / target).exists()
    ]
    assert not broken


def test_the_commands_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`?make ([a-z-]+)", (ROOT / "README.md").read_text())) <= targets
