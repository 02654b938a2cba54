"""What a turn does besides asking: danger, thanks, doubt, another language."""

from __future__ import annotations

import pytest

from assistant.language.acts import find_acts
from assistant.language.foreign import foreign_language


@pytest.mark.parametrize(
    "text",
    [
        "I have chest pain", "he can't breathe", "call 911", "she is bleeding heavily", "it won't stop bleeding and there is blood everywhere", "I think he's having a heart attack",
        "my wife passed out", "there's a fire in the kitchen", "i want to kill myself", "this is an emergency", "she's not breathing", "my throat is closing",
    ],
)  # fmt: skip
def test_danger_is_heard(text: str) -> None:
    assert "emergency" in find_acts(text)


@pytest.mark.parametrize(
    "text",
    [
        "my tooth hurts", "do you have emergency appointments", "it's not an emergency but it hurts", "what is your emergency number", "I'd like to quit smoking", "my gums bleed a little",
        "i had a heart attack last year", "this haircut is a disaster", "i burned my tongue on coffee", "what counts as an emergency", "my heart medication", "i'm dying for a coffee",
    ],
)  # fmt: skip
def test_everyday_complaints_are_no_danger(text: str) -> None:
    assert "emergency" not in find_acts(text)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("thanks so much", "thanks"),
        ("I meant Wednesday", "correction"),
        ("actually make it friday", "correction"),
        ("um... let me see", "hesitation"),
        ("are you a robot?", "identity"),
        ("who am I speaking to", "identity"),
        ("you stupid machine", "abuse"),
        ("hold on a second", "hold_on"),
        ("one moment please", "hold_on"),
        ("I'd rather not say", "refuse"),
        ("it's for my son", "for_someone_else"),
        ("this is ridiculous, I already told you", "frustration"),
        ("can you explain that in more detail", "more_detail"),
        ("i don't know", "unclear"),
        ("STOP", "opt_out"),
        ("START", "start"),
        ("forget me", "forget_me"),
        ("delete all my data", "forget_me"),
        ("what do you know about me", "export_me"),
        ("EXPORT", "export_me"),
        ("okay, I have sent it now", "sending"),
        ("I'm texting it to you", "sending"),
        ("sent!", "sending"),
        ("the photo is on its way", "sending"),
    ],
)
def test_acts(text: str, act: str) -> None:
    assert act in find_acts(text)


@pytest.mark.parametrize(
    "text",
    [
        "hola quiero una cita para mañana", "bonjour je voudrais prendre rendez-vous", "guten tag ich hätte gern einen termin", "buongiorno vorrei prenotare un appuntamento",
        "olá gostaria de marcar uma consulta", "dzień dobry chciałbym umówić się na wizytę", "do you speak spanish", "привет я хочу записаться", "你好我要预约", "hola",
    ],
)  # fmt: skip
def test_other_languages_are_noticed(text: str) -> None:
    assert foreign_language(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "i'd like to book a cleaning", "my name is jose de la cruz", "put me down for a la carte", "no no no", "it's siobhan", "adios amigo thanks", "my son an der berg", "we ate at el camino", "ja",
        "i need to come in on die date we said", "cafe on main street", "um no me and my wife",
    ],
)  # fmt: skip
def test_english_with_foreign_words_is_english(text: str) -> None:
    assert foreign_language(text) is None


@pytest.mark.parametrize(
    "text", ["yes, send it", "can you text me", "I'm sending my wife in a minute early", "I'm on my way", "it's recent"]
)
def test_not_every_sending_is_on_its_way_to_us(text: str) -> None:
    assert "sending" not in find_acts(text)
