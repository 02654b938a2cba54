"""An engine without a downloaded model: the n-gram classifier and the rules, the same on every machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.domain.business import BusinessProfile, Service
from assistant.domain.language import Understanding, UnderstandingContext
from nlu_engine import NLUEngine

NOW = datetime(2025, 12, 1, 15, tzinfo=UTC)
Understand = Callable[..., Understanding]

PROFILE = BusinessProfile(
    "Riverside Dental",
    "America/New_York",
    services=(
        Service("Cleaning", 45, ("teeth cleaning", "hygienist", "scale and polish")),
        Service("Check-up", 30, ("checkup", "exam", "consultation")),
    ),
)


@dataclass(frozen=True)
class FolderSettings:
    models_dir: Path


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> NLUEngine:
    return NLUEngine(FolderSettings(tmp_path_factory.mktemp("models")), profile=lambda: PROFILE)


@pytest.fixture
def understand(engine: NLUEngine) -> Understand:
    def call(text: str, **context: Any) -> Understanding:
        return engine.understand(text, now=NOW, timezone="America/New_York", context=UnderstandingContext(**context) if context else None)

    return call
