"""Sentence vectors: the stand-in everywhere, the real model where it has been downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.errors import EngineFailed, Unavailable
from assistant.engines.embed import HashingEmbedder, MiniLM, load_minilm
from config import Settings


def _alike(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_texts_that_share_words_are_near_each_other() -> None:
    parking, same, hours = HashingEmbedder().embed(
        ["free parking behind the building", "is there parking behind the building", "open monday to friday"]
    )
    assert _alike(parking, same) > _alike(parking, hours) + 0.2
    assert _alike(parking, parking) == pytest.approx(1.0)


def test_an_empty_text_still_has_a_unit_vector() -> None:
    assert _alike(*(HashingEmbedder(16).embed(["", ""]))) == pytest.approx(1.0)


def test_a_folder_without_a_model_gives_none_and_the_constructor_says_what_is_missing(tmp_path: Path) -> None:
    assert load_minilm(tmp_path) is None
    with pytest.raises(Unavailable, match=r"model\.onnx"):
        MiniLM(tmp_path)


def test_a_damaged_model_is_an_engine_failure(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"broken")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(EngineFailed):
        load_minilm(tmp_path)


@pytest.mark.slow
def test_the_real_model_puts_meaning_together() -> None:
    model = load_minilm(Settings().models_dir / "minilm")
    if model is None:
        pytest.skip("the embedding model is not downloaded")
    cancel, drop, weather, empty = model.embed(["I need to cancel my appointment", "please drop my booking", "will it rain tomorrow", ""])
    assert len(cancel) == model.dimensions
    assert _alike(cancel, drop) > _alike(cancel, weather) + 0.15
    assert _alike(empty, empty) == pytest.approx(1.0, abs=1e-4)
