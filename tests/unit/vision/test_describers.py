"""Models that see, behind their HTTP interfaces."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from assistant.domain.clock import ManualClock
from assistant.domain.errors import ConfigurationError, EngineFailed
from assistant.engines.vision.describe import MoondreamServer, OllamaVision

CLOCK = ManualClock(datetime(2026, 12, 1, tzinfo=UTC))
HOST = "http://127.0.0.1:9"


async def test_moondream_answers_questions_and_captions() -> None:
    asked: list[tuple[str, dict[str, str]]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        asked.append((request.url.path, body))
        return httpx.Response(200, json={"answer": "A dog."} if "question" in body else {"caption": "A dog on a lawn."})

    engine = MoondreamServer(HOST + "/v1", transport=httpx.MockTransport(handler))
    assert await engine.describe(b"pixels", "image/png", "what is it?") == "A dog."
    assert await engine.describe(b"pixels", "image/png", None) == "A dog on a lawn."
    assert [path for path, _ in asked] == ["/v1/query", "/v1/caption"]
    assert asked[0][1]["image_url"] == "data:image/png;base64,cGl4ZWxz"


def test_moondream_elsewhere_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        MoondreamServer("https://api.moondream.ai/v1")


async def test_a_failing_server_is_an_engine_failure() -> None:
    engine = MoondreamServer(HOST, transport=httpx.MockTransport(lambda request: httpx.Response(500)))
    with pytest.raises(EngineFailed):
        await engine.describe(b"x", "image/png", None)
    assert not await engine.ready()


async def test_ollama_takes_the_first_local_model_that_sees() -> None:
    shown: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/tags":
            return httpx.Response(200, json={"models": [{"name": "big:cloud"}, {"name": "llama3.2"}, {"name": "moondream:latest"}]})
        body = json.loads(request.content)
        if request.url.path == "/api/show":
            shown.append(body["model"])
            return httpx.Response(200, json={"capabilities": ["completion", *(["vision"] if body["model"].startswith("moon") else [])]})
        assert body["model"] == "moondream:latest" and body["messages"][1]["images"] == ["eA=="]
        return httpx.Response(200, json={"message": {"content": " A red\n bicycle. "}})

    engine = OllamaVision(HOST, CLOCK, transport=httpx.MockTransport(handler))
    assert await engine.ready() and shown == ["llama3.2", "moondream:latest"]
    assert await engine.describe(b"x", "image/png", "what is it") == "A red bicycle."
    assert engine.name == "ollama:moondream:latest"


async def test_no_ollama_is_not_ready() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    assert not await OllamaVision(HOST, CLOCK, transport=httpx.MockTransport(handler)).ready()
