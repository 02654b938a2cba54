"""The committed phrases and weights belong together, and the classifier reads them."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest

from assistant.domain.errors import ConfigurationError
from assistant.domain.language import INTENTS
from assistant.engines.embed import HashingEmbedder
from assistant.language.classifier import WEIGHTS, IntentClassifier
from assistant.language.features import simplify, sparse
from assistant.language.phrasebook import expand, phrases, said, written


def test_every_intent_has_phrases_of_our_own() -> None:
    found = phrases()
    assert set(found) == set(INTENTS)
    assert all(len(texts) >= 75 for texts in found.values())
    assert sum(map(len, found.values())) > 3000


def test_every_intent_has_what_single_callers_said() -> None:
    found = said()
    assert set(found) == set(INTENTS)
    assert all(len(texts) >= 170 for texts in found.values())
    alone = [text for texts in found.values() for text in texts]
    assert len({simplify(text) for text in alone}) > 0.98 * len(alone)


def test_patterns_expand_completely_and_the_same_way_each_time() -> None:
    words = {"day": ["monday", "friday"]}
    once = expand("(book|make) it [for {day}]", words, most=6, chance=random.Random(1))
    assert once == expand("(book|make) it [for {day}]", words, most=6, chance=random.Random(1))
    assert set(once) <= {"book it", "make it", "book it for monday", "book it for friday", "make it for monday", "make it for friday"}
    assert not any(mark in text for texts in phrases().values() for text in texts for mark in "()[]{}|")


def test_the_weights_were_trained_on_these_very_phrases() -> None:
    provenance = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))
    assert provenance["own_phrases"]["sha256"] == hashlib.sha256(written().encode()).hexdigest(), "run bench/train_intents.py again"


def test_the_weights_are_small_and_say_where_they_come_from() -> None:
    assert WEIGHTS.stat().st_size < 2_000_000
    provenance = json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))
    assert set(provenance["corpora"]) <= set(provenance["corpus_licences"])


def test_days_months_and_digits_look_alike_to_the_classifier() -> None:
    assert simplify("Tuesday, March 9th at 10:30") == simplify("Friday, May 8th at 11:45")


def test_features_are_the_same_on_every_machine() -> None:
    by_word, by_char = sparse("cancel it")
    assert sorted(by_word)[:3] == sorted(sparse("CANCEL it!")[0])[:3]
    assert len(by_word) == 9  # 4 single, 3 double and 2 triple, edges included
    assert by_char


def test_confidences_are_shares() -> None:
    scored = IntentClassifier().classify(["please cancel my appointment", "what's the weather"])
    assert [item.intent for item in scored] == ["cancel_appointment", "weather"]
    assert all(abs(sum(share for _, share in item.ranked) - 1) < 1e-3 for item in scored)
    assert scored[0].of("cancel_appointment") == scored[0].confidence


def test_an_embedder_of_another_make_is_left_out() -> None:
    assert not IntentClassifier(embedder=HashingEmbedder(384)).uses_vectors


def test_weights_for_other_features_are_refused(tmp_path: Path) -> None:
    import numpy as np

    with np.load(WEIGHTS) as stored:
        arrays = {key: stored[key] for key in stored.files}
    header = json.loads(str(arrays["header"]))
    header["features"] = -1
    arrays["header"] = np.asarray(json.dumps(header))
    np.savez(tmp_path / "other.npz", **arrays)
    with pytest.raises(ConfigurationError):
        IntentClassifier(tmp_path / "other.npz")
