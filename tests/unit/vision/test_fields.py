"""From lines of writing to what the document is."""

from __future__ import annotations

import pytest

from assistant.engines.vision.fields import extract
from tests.support import pictures


def test_an_appointment_letter_gives_the_appointment_and_not_its_own_date() -> None:
    kind, fields = extract(pictures.LETTER)
    assert kind == "letter"
    assert (fields["date"], fields["time"], fields["name"]) == ("Thursday, March 4", "9:15 am", "Dr. Haddad")
    assert fields["phone"] == "+12025550143"


def test_a_business_card() -> None:
    kind, fields = extract(pictures.CARD)
    assert kind == "card"
    assert fields == {
        "kind": "card",
        "name": "Marta Lindqvist",
        "company": "Northgate Studio Ltd",
        "phone": "+12025550177",
        "email": "marta@northgate.example.com",
        "website": "www.northgate.example.com",
    }


def test_a_receipt_gives_its_total_and_not_the_subtotal() -> None:
    kind, fields = extract([line.replace("      ", "  ") for line in pictures.RECEIPT])
    assert kind == "receipt"
    assert (fields["total"], fields["name"]) == ("10.85", "Corner Bakery")


@pytest.mark.parametrize("lines", [["WET PAINT"], ["No parking", "between 8 and 6"], ["Chapter one", "It was a dark night"]])
def test_other_writing_is_just_text(lines: list[str]) -> None:
    assert extract(lines)[0] == "text"


def test_nothing_written_is_a_picture() -> None:
    assert extract([]) == ("picture", {})
