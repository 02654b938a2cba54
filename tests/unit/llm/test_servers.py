"""The clients against real HTTP servers: streaming, hanging up, time limits, refusals, and a line that breaks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import aclosing

import httpx
import pytest

from assistant.domain.errors import EngineFailed, InvalidInput, Unavailable
from assistant.domain.llm import ChatMessage
from assistant.engines.llm import Limits, OllamaModel, OpenAICompatibleModel, complete
from tests.support.ollama_shim import OllamaShim, scripted_backend

ASK = [ChatMessage("system", "Be brief."), ChatMessage("user", "Hello?")]


async def test_ollama_streams_and_asks_for_the_same_context_each_time() -> None:
    with OllamaShim(scripted_backend(["Good ", "morning."])) as shim:
        model = OllamaModel(shim.url, "smollm2", context_tokens=1024)
        assert await complete(model, ASK, max_tokens=20, stop=("\n",)) == "Good morning."
        await model.warm(ASK[:1])
        await model.aclose()
    first, second = shim.requests
    assert first["options"] == {"num_ctx": 1024, "num_predict": 20, "temperature": 0.0, "stop": ["\n"]}
    assert second["options"]["num_ctx"] == 1024
    assert first["keep_alive"] == "30m"
    assert second["messages"][0] == first["messages"][0]


async def test_hanging_up_reaches_the_server() -> None:
    gate = threading.Event()
    with OllamaShim(scripted_backend(["One "] + ["more "] * 2000, gate=gate)) as shim:
        model = OllamaModel(shim.url, "smollm2")
        async with aclosing(model.generate(ASK, max_tokens=2000)) as stream:
            async for piece in stream:
                assert piece == "One "
                break
        gate.set()
        assert await asyncio.to_thread(shim.stopped.wait, 5)
        await model.aclose()


async def test_a_task_that_is_cancelled_stops_the_stream() -> None:
    gate = threading.Event()
    with OllamaShim(scripted_backend(["One "] + ["more "] * 2000, gate=gate)) as shim:
        model = OllamaModel(shim.url, "smollm2")
        begun = asyncio.Event()

        async def listen() -> None:
            async for _ in model.generate(ASK, max_tokens=2000):
                begun.set()

        task = asyncio.create_task(listen())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.set()
        assert await asyncio.to_thread(shim.stopped.wait, 5)
        await model.aclose()


@pytest.mark.parametrize("gate_after", [0, 1])
async def test_a_silent_server_is_given_up(gate_after: int) -> None:
    gate = threading.Event()
    with OllamaShim(scripted_backend(["One ", "two"], gate=gate, gate_after=gate_after)) as shim:
        model = OllamaModel(shim.url, "smollm2", limits=Limits(first=0.1, between=0.1, total=5))
        with pytest.raises(EngineFailed) as caught:
            await complete(model, ASK, max_tokens=20)
        gate.set()
        await model.aclose()
    assert caught.value.reason == "llm_timeout"


async def test_a_line_that_breaks_is_not_the_end_of_an_answer() -> None:
    with OllamaShim(scripted_backend(["One ", "two ", "three"])) as shim:
        shim.cut_after = 1
        model = OllamaModel(shim.url, "smollm2")
        with pytest.raises(EngineFailed):
            await complete(model, ASK, max_tokens=20)
        await model.aclose()


async def test_a_model_that_was_not_pulled() -> None:
    with OllamaShim(scripted_backend(["x"])) as shim:
        model = OllamaModel(shim.url, "llama3.2")
        state = await model.state()
        with pytest.raises(Unavailable) as caught:
            await complete(model, ASK, max_tokens=20)
        there = await OllamaModel(shim.url, "smollm2").state()
        await model.aclose()
    assert caught.value.reason == "model_missing"
    assert "ollama pull llama3.2" in state.reason
    assert there.available


async def test_nobody_at_home() -> None:
    model = OllamaModel("http://127.0.0.1:9", "smollm2")
    with pytest.raises(EngineFailed) as caught:
        await complete(model, ASK, max_tokens=20)
    await model.aclose()
    assert caught.value.reason == "llm_unreachable"


# -- OpenAI-compatible ---------------------------------------------------------------------------------------------------------------


def openai(*lines: str, status: int = 200, seen: list[httpx.Request] | None = None) -> OpenAICompatibleModel:
    async def body() -> AsyncIterator[bytes]:
        for line in lines:
            yield f"{line}\n\n".encode()

    def answer(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        return httpx.Response(status, content=body())

    return OpenAICompatibleModel("http://127.0.0.1:1/v1", "m", api_key="k", transport=httpx.MockTransport(answer))


def delta(text: str, finish: str = "null") -> str:
    return f'data: {{"choices": [{{"delta": {{"content": "{text}"}}, "finish_reason": {finish}}}]}}'


async def test_openai_streams_with_its_key_and_schema() -> None:
    seen: list[httpx.Request] = []
    model = openai(delta("Good "), ": comment", delta("day."), delta("", '"stop"'), "data: [DONE]", seen=seen)
    parts = [piece async for piece in model.generate(ASK, max_tokens=9, json_schema={"type": "object"})]
    assert parts == ["Good ", "day."]
    assert seen[0].headers["authorization"] == "Bearer k"
    assert b'"max_tokens":9' in seen[0].content
    assert b'"json_schema"' in seen[0].content


@pytest.mark.parametrize(
    ("model", "error", "reason"),
    [
        (openai(status=404), Unavailable, "model_missing"),
        (openai(status=401), Unavailable, "llm_key_refused"),
        (openai(status=400), InvalidInput, "llm_refused"),
        (openai(status=500), EngineFailed, "llm_refused"),
        (openai(delta("Half")), EngineFailed, "llm_broke_off"),
        (openai("data: nonsense"), EngineFailed, "llm_refused"),
        (openai('data: {"error": {"message": "x"}}'), EngineFailed, "llm_broke_off"),
    ],
)
async def test_openai_refusals(model: OpenAICompatibleModel, error: type[Exception], reason: str) -> None:
    with pytest.raises(error) as caught:
        await complete(model, ASK, max_tokens=9)
    assert getattr(caught.value, "reason", None) == reason
