"""What is to be noted with an appointment."""

from __future__ import annotations

import pytest

from assistant.language.remarks import remark_of


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("I'm allergic to latex", "I'm allergic to latex"),
        ("a cleaning please, and i am really nervous about the drill", "i am really nervous about the drill"),
        ("I have a latex allergy. Can I book a cleaning?", "I have a latex allergy"),
        ("I'm allergic to latex and I'd like a cleaning", "I'm allergic to latex"),
        ("my son is autistic", "my son is autistic"),
        ("it's for my mother, she uses a walker", "she uses a walker"),
        ("she can't climb stairs", "she can't climb stairs"),
        ("just so you know, I'll be bringing my daughter", "I'll be bringing my daughter"),
        ("can you make a note that I prefer the blue room", "I prefer the blue room"),
        ("I'm in a wheelchair, is there a ramp?", "I'm in a wheelchair"),
        ("is it a problem that I'm pregnant?", None),
        ("what if I have a pacemaker", None),
        ("my tooth is sensitive", None),
        ("I'm on my way", None),
        ("I have a cleaning on Tuesday", None),
        ("I'm sure", None),
    ],
)
def test_what_is_to_be_noted(text: str, remark: str | None) -> None:
    assert remark_of(text) == remark
