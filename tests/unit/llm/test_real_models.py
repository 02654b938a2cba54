"""The same clients with a real small model behind them: Ollama's API over HTTP, and the embedded worker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from assistant.domain.errors import EngineFailed, InvalidInput
from assistant.domain.llm import ChatMessage
from assistant.engines.llm import Limits, LlamaCppModel, LlamaSettings, OllamaModel, OpenAICompatibleModel, complete, complete_json
from assistant.engines.llm.tokens import estimate_tokens
from tests.support.ollama_shim import OllamaShim, llama_backend

pytestmark = pytest.mark.slow
HANDBOOK = Path(__file__).resolve().parents[2] / "documents" / "handbook.md"
MODEL = Path(__file__).resolve().parents[3] / ".models" / "smollm2"
ASK = [ChatMessage("system", "You answer in one short sentence."), ChatMessage("user", "What is the capital of France?")]
SCHEMA = {"type": "object", "properties": {"colour": {"enum": ["red", "blue"]}}, "required": ["colour"]}
PATIENT = Limits(first=90, between=90, total=180)  # the machine may be busy with other tests
needs_model = pytest.mark.skipif(not (MODEL / "model.gguf").is_file(), reason="no weights: python main.py models pull smollm2")


@pytest.fixture(scope="module")
def shim() -> Iterator[OllamaShim]:
    with OllamaShim(llama_backend(MODEL / "model.gguf")) as running:
        yield running


@pytest.fixture
async def embedded() -> AsyncIterator[LlamaCppModel]:
    model = LlamaCppModel(MODEL, settings=LlamaSettings(context_tokens=1024, cache_mib=64, nice=0), limits=PATIENT)
    yield model
    await model.aclose()


@needs_model
async def test_ollama_client_with_a_real_model(shim: OllamaShim) -> None:
    model = OllamaModel(shim.url, "smollm2", context_tokens=1024, limits=PATIENT)
    assert (await model.state()).available
    assert "Paris" in await complete(model, ASK, max_tokens=30)
    chosen = await complete_json(model, [ChatMessage("user", "Pick the colour of the sky.")], schema=SCHEMA, max_tokens=40)
    assert chosen["colour"] in ("red", "blue")
    async with aclosing(model.generate([ChatMessage("user", "Tell a very long story.")], max_tokens=800)) as stream:
        async for _ in stream:
            break
    assert await asyncio.to_thread(shim.stopped.wait, 90)
    await model.aclose()


@needs_model
async def test_embedded_streams_and_stops_in_the_middle(embedded: LlamaCppModel) -> None:
    assert "starts on first use" in (await embedded.state()).reason
    assert "Paris" in await complete(embedded, ASK, max_tokens=30)
    assert "running" in (await embedded.state()).reason
    async with aclosing(embedded.generate([ChatMessage("user", "Tell a very long story.")], max_tokens=800)) as stream:
        pieces = [piece async for _, piece in _first(stream, 3)]
    assert len(pieces) == 3
    assert "Paris" in await complete(embedded, ASK, max_tokens=30)


@needs_model
async def test_embedded_json_fits_its_schema(embedded: LlamaCppModel) -> None:
    assert (await complete_json(embedded, [ChatMessage("user", "The sky?")], schema=SCHEMA, max_tokens=40))["colour"] in ("red", "blue")


@needs_model
async def test_a_warm_prefix_is_read_only_once(embedded: LlamaCppModel) -> None:
    rules = ChatMessage("system", "Rules. " + " ".join(f"Rule {i}: speak kindly about number {i}." for i in range(60)))
    await embedded.warm([ChatMessage("system", "x")])
    cold = await _first_token(embedded, [ChatMessage("system", rules.content[::-1][:1800]), ASK[1]])
    await embedded.warm([rules])
    warm = await _first_token(embedded, [rules, ASK[1]])
    assert warm < cold / 2, (warm, cold)


@needs_model
async def test_the_worker_starts_again_after_it_died(embedded: LlamaCppModel) -> None:
    await complete(embedded, ASK, max_tokens=5)
    process = embedded._process  # the only way to hurt it
    assert process is not None
    process.kill()
    await process.wait()
    assert "Paris" in await complete(embedded, ASK, max_tokens=30)


@needs_model
async def test_the_workers_port_needs_its_key(embedded: LlamaCppModel) -> None:
    await complete(embedded, ASK, max_tokens=5)
    client = embedded._client
    assert client is not None
    stranger = OpenAICompatibleModel(str(client._client.base_url), "smollm2")
    assert not (await stranger.state()).available
    await stranger.aclose()


@needs_model
async def test_limits_hold_for_a_real_model() -> None:
    model = LlamaCppModel(MODEL, limits=PATIENT)
    with pytest.raises(InvalidInput):
        await complete(model, [ChatMessage("user", "word " * 4000)], max_tokens=20)
    slow = LlamaCppModel(MODEL, limits=Limits(first=0.01, between=0.01, total=0.5))
    with pytest.raises(EngineFailed) as caught:
        await complete(slow, [ChatMessage("user", "word " * 1200)], max_tokens=20)
    await model.aclose()
    await slow.aclose()
    assert caught.value.reason == "llm_timeout"


@needs_model
async def test_the_token_estimate_is_on_the_safe_side(embedded: LlamaCppModel) -> None:
    await complete(embedded, ASK, max_tokens=2)
    client = embedded._client
    assert client is not None
    handbook = HANDBOOK.read_text()
    samples = [handbook[i : i + 800] for i in range(0, 8000, 800)] + [
        "call 202-555-0144 on 3/4 at 9:15, $1,200.50",
        "Grüße aus Köln — schön!",
    ]
    for sample in samples:
        response = await client._client.post(str(client._client.base_url).replace("/v1/", "/tokenize"), json={"content": sample})
        real = len(response.json()["tokens"])
        assert real * 0.95 <= estimate_tokens(sample) <= real * 1.8 + 4, (real, estimate_tokens(sample), sample[:60])


async def _first(stream: AsyncIterator[str], count: int) -> AsyncIterator[tuple[int, str]]:
    index = 0
    async for piece in stream:
        yield index, piece
        index += 1
        if index == count:
            return


async def _first_token(model: LlamaCppModel, messages: list[ChatMessage]) -> float:
    began = time.perf_counter()
    async with aclosing(model.generate(messages, max_tokens=4)) as stream:
        async for _ in stream:
            return time.perf_counter() - began
    raise AssertionError("no token came")
