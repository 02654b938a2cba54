"""Names and places that nobody told us of: found in small letters as in capitals, and plain talk left as it is."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import privacy
from assistant.domain.errors import ConfigurationError
from assistant.language.pii import Redactor
from assistant.language.pii.lexicon import LISTS
from assistant.language.pii.tagger import WEIGHTS, Tagger
from bench.pii_lessons import PHRASES, own_lessons


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hello my name is tamsin okonkwo", "tamsin okonkwo"),
        ("remove brennagh's alarm", "brennagh"),
        ("could you ring jebediah back after four", "jebediah"),
        ("i'm shanelle and i need a haircut", "shanelle"),
        ("can i speak to mr fitzgerald please", "mr fitzgerald"),
        ("change the booking for quentin to friday", "quentin"),
        ("my daughter aoife has a fever", "aoife"),
        ("it's under the name of ludmila petrenko", "ludmila petrenko"),
        ("send the invoice to kwabena mensah-bonsu", "kwabena mensah-bonsu"),
        ("Good afternoon, this is Wilhelmina Achterberg.", "Wilhelmina Achterberg"),
        ("I have an appointment with Anna Keller on Tuesday", "Anna Keller"),
        ("ich heiße jürgen müller und möchte einen termin", "jürgen müller"),
    ],
)
def test_a_name_in_a_sentence_is_masked_whole(text: str, name: str) -> None:
    masked = privacy.redact(text)
    assert masked.text == text.replace(name, "[PERSON_1]")
    assert masked.restore(masked.text) == text


def test_a_name_among_words_of_another_language_is_gone_and_the_request_stays() -> None:
    masked = privacy.redact("me llamo guadalupe herrera y quiero una cita el martes")
    assert "guadalupe" not in masked.text and "herrera" not in masked.text
    assert masked.text.endswith("y quiero una cita el martes")


@pytest.mark.parametrize(
    ("text", "place", "kind"),
    [
        ("i live in ashby de la zouch", "ashby de la zouch", "LOCATION"),
        ("i'm calling from leeds", "leeds", "LOCATION"),
        ("We are flying to Norway next week", "Norway", "LOCATION"),
        ("send it to 14 elm street apartment 4b", "14 elm street apartment 4b", "ADDRESS"),
        ("my address is 221b baker street london", "221b baker street london", "ADDRESS"),
        ("we are at 9 rue de la paix paris", "9 rue de la paix paris", "ADDRESS"),
        ("My address is Lindenstraße 12, 10969 Berlin", "Lindenstraße 12, 10969 Berlin", "ADDRESS"),
        ("Deliver to PO Box 441, Springfield", "PO Box 441, Springfield", "ADDRESS"),
    ],
)
def test_a_place_is_masked_whole(text: str, place: str, kind: str) -> None:
    assert privacy.redact(text).text == text.replace(place, f"[{kind}_1]")


@pytest.mark.parametrize(
    "text",
    [
        "Can I come Tuesday at three for a check-up?",
        "can i come tuesday at three for a check-up",
        "May I change my appointment to May 5th?",
        "will you be open in april",
        "mark it as done please",
        "bill me later please",
        "i hope that works for you",
        "do you have anything on the first of august",
        "from 12 january to 15 february please",
        "is the office open on christmas eve",
        "i'd like to move my cleaning from monday to wednesday morning",
        "what does a root canal cost",
        "remind me to water the plants at six",
        "order number 5550143 has not arrived",
        "invoice 2024-0193 is wrong",
        "a table for four at eight tonight",
        "is the vegan burger gluten free",
        "physio session at noon",
        "I'd like to speak to the manager about my bill.",
        "Do you have time on Wednesday, March 4th at 2:30 pm?",
        "buenos días quiero una cita el lunes por la mañana",
        "Your appointment is confirmed for Friday at 10:30 AM with the hygienist.",
    ],
)
def test_plain_talk_is_left_as_it_is(text: str) -> None:
    assert privacy.redact(text).text == text


def test_what_is_public_is_nobodys_name() -> None:
    redactor = Redactor()
    asked = "I would like a Hot Stone Massage with Brunhilde Okafor please"
    assert redactor.redact(asked).text != asked
    redactor.spare(["Hot Stone Massage", "Riverside Dental"])
    assert redactor.redact(asked).text == "I would like a Hot Stone Massage with [PERSON_1] please"


def test_a_name_read_once_is_masked_wherever_it_stands() -> None:
    masked = privacy.redact("my name is tamsin okonkwo. spelled like okonkwo sounds")
    assert "okonkwo" not in masked.text and masked.restore(masked.text).count("okonkwo") == 2


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("call me on 07700 900123", "07700 900123"),
        ("you can reach us at 71-33-52-22", "71-33-52-22"),
        ("Mobile: 432 03 163", "432 03 163"),
        ("ring +46 (0)8 928 571 38", "+46 (0)8 928 571 38"),
        ("my fax is 604-696-5272x565", "604-696-5272x565"),
        ("my number is five five five oh one two three four five six", "five five five oh one two three four five six"),
    ],
)
def test_a_number_that_is_said_to_be_a_phone_is_one(text: str, number: str) -> None:
    assert privacy.redact(text).text == text.replace(number, "[PHONE_1]")


def test_several_numbers_in_a_row_are_all_masked() -> None:
    masked = privacy.redact("call 202-555-0143 202-555-0144 202-555-0145")
    assert not any(char.isdigit() for char in masked.text.replace("[PHONE_1]", "").replace("[PHONE_2]", "").replace("[PHONE_3]", ""))
    assert [span.type for span in masked.spans] == ["PHONE"] * 3


@pytest.mark.parametrize(
    "text",
    [
        "my order number is 5550143",
        "ticket 555-0143-22",
        "my driver's licence is 6940579",
        "at 2007-03-23 18:43:36",
        "version 10.2.0.1234 of 2026-11-21 10",
        "one two three testing",
    ],
)
def test_other_numbers_are_no_phones(text: str) -> None:
    assert "PHONE" not in privacy.redact(text).text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to sam at gmail dot com", "EMAIL"),
        ("my iban is de89 3704 0044 0532 0130 00", "IBAN"),
        ("IBAN DE89 3704 0044 0532 0130 00 is mine", "IBAN"),
        ("the host is 192.168.1.20.", "IP"),
        ("my ssn is 219099999", "SSN"),
        ("see example.org for more", "URL"),
    ],
)
def test_forms_as_people_write_them(text: str, kind: str) -> None:
    assert [span.type for span in privacy.redact(text).spans] == [kind]


_LINES = [
    "Application startup complete.",
    "Kafka consumer closed after 3 retries",
    "Ollama is not reachable, using xllamacpp",
    "Faster Whisper model base loaded",
    "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database is locked",
    "Traceback (most recent call last):\n  File \"/srv/app/assistant/turn/loop.py\", line 88, in _run\nKeyError: 'GreetingSkill'",
    "Failed to create DirectML provider, running on CPU",
    "OnnxRuntimeError: Load model from minilm failed",
    "DBOS launched with TypedDict BaseModel config",
    "barge-in after 320 ms, Smart Turn says complete 0.93",
]


@pytest.mark.parametrize("line", _LINES)
def test_a_log_line_keeps_its_technical_words(line: str) -> None:
    assert privacy.redact_text(line) == line


@pytest.mark.parametrize("said", ["Siobhan Daly", "could not call Peter Keller back", "heard 'my name is natasha okoro'"])
def test_a_log_line_loses_a_sure_name(said: str) -> None:
    assert "[PERSON_1]" in privacy.redact_text(said)


def test_what_was_masked_before_stays_and_its_placeholders_are_not_used_again() -> None:
    text = "call [PERSON_1] and tell tamsin okonkwo"
    masked = privacy.redact(text)
    assert masked.text == "call [PERSON_1] and tell [PERSON_2]"
    assert masked.restore(masked.text) == text


def test_each_spelling_comes_back_as_it_was() -> None:
    redactor = Redactor()
    redactor.know(["Siobhan Daly"])
    masked = redactor.redact("hello siobhan, is that SIOBHAN or Siobhan?")
    assert "iobhan" not in masked.text.lower()
    assert masked.restore(masked.text) == "hello siobhan, is that SIOBHAN or Siobhan?"


_PIECES = st.sampled_from(
    [
        "my name is ",
        "tamsin",
        " Okonkwo",
        " at 12 Elm Street",
        ", ",
        "\n",
        "call 07700 900123",
        "[PERSON_1]",
        "’s",
        "Åsa",
        "李雷",
        "مريم",
        "🙂",
        "\x00",
        "\ud800",
        " ",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=25).map("".join)))
def test_any_text_gives_ordered_spans_and_comes_back(text: str) -> None:
    for technical in (False, True):
        masked = Redactor().redact(text, technical=technical)
        assert masked.restore(masked.text) == text
        ends = [0]
        for span in masked.spans:
            assert ends[-1] <= span.start < span.end <= len(text) and span.type
            ends.append(span.end)
    assert privacy.redact(text) == privacy.redact(text)


def test_a_long_text_is_read_to_its_end_in_bounded_time() -> None:
    filler = "can i move my cleaning from monday to wednesday morning please. "
    text = filler * 400 + "my name is tamsin okonkwo"
    privacy.redact(filler)
    started = time.perf_counter()
    masked = privacy.redact(text)
    assert time.perf_counter() - started < 2  # some 25,000 characters; about 0.1 s on an idle core
    assert masked.text == filler * 400 + "my name is [PERSON_1]"


def test_weights_that_are_missing_or_of_another_make_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="missing"):
        Tagger.load(tmp_path / "pii.npz")
    np.savez(
        tmp_path / "pii.npz",
        header=np.asarray('{"labels": ["O"], "features": 0, "scale": 1}'),
        weights=np.zeros((1, 1), dtype=np.int8),
        transitions=np.zeros((1, 1)),
        starts=np.zeros(1),
    )
    with pytest.raises(ConfigurationError, match="trained for other features"):
        Tagger.load(tmp_path / "pii.npz")


def test_the_weights_belong_to_these_lists_and_phrases() -> None:
    provenance = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))
    lists = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in LISTS.glob("*.txt")}
    assert provenance["lists"] == lists, "run bench/train_pii.py again"
    assert provenance["own_phrases"]["sha256"] == hashlib.sha256(PHRASES.read_bytes()).hexdigest(), "run bench/train_pii.py again"


def test_lessons_come_out_the_same_each_time_and_label_what_was_filled_in() -> None:
    lessons = own_lessons()
    assert lessons == own_lessons()
    named = [each for each in lessons if "B-PERSON" in each.labels]
    assert len(named) > 500 and len(lessons) - len(named) > 500
    assert not any(mark in each.text for each in lessons for mark in ("<", "|", "[", "]"))
