"""The documentation shows the table that runs."""

from pathlib import Path

from assistant.dialogue.diagram import document, mermaid
from assistant.dialogue.machine import TABLE
from assistant.dialogue.skills import SKILLS
from assistant.domain.language import INTENTS

DOCUMENT = Path(__file__).parents[3] / "docs" / "conversation.md"


def test_the_document_is_what_the_code_would_write() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert document(text) == text, "run: python -m assistant.dialogue.diagram docs/conversation.md"


def test_every_row_has_a_name_of_its_own_and_a_reason() -> None:
    assert len({row.name for row in TABLE}) == len(TABLE)
    assert all(row.why and row.targets and row.sources for row in TABLE)
    assert all(source in row.sources and target in row.targets for row in TABLE for source, target in row.shown)
    assert "confirming --> closing : yes" in mermaid()


def test_every_intent_is_served() -> None:
    social = {"greeting", "goodbye", "affirm", "deny", "help", "repeat"}
    assert set(INTENTS) - social <= {intent for skill in SKILLS for intent in skill.intents}
    assert len({skill.name for skill in SKILLS}) == len(SKILLS)
