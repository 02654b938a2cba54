"""Engines that fail are skipped with a reason; what was begun is never told twice."""

from __future__ import annotations

from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.domain.clock import ManualClock
from assistant.domain.errors import ConfigurationError, EngineFailed, InvalidInput, Unavailable
from assistant.domain.llm import MODES, ChatMessage, ResponseMode
from assistant.engines.llm import FallbackModel, LlamaCppModel, LlmSettings, OllamaModel, Reply, ScriptedModel, Skipped, build, complete
from assistant.engines.llm.places import is_hosted_model, is_this_machine
from assistant.engines.llm.tokens import count, estimate_tokens, fit
from assistant.engines.llm.whole import complete_json, fits

ASK = [ChatMessage("system", "Be brief."), ChatMessage("user", "Hello?")]
SCHEMA = {"type": "object", "properties": {"intent": {"enum": ["book", "cancel"]}, "n": {"type": "integer"}}, "required": ["intent"]}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 12, 1, tzinfo=UTC))


async def test_the_successor_takes_over_and_the_reason_is_kept(clock: ManualClock) -> None:
    chain = FallbackModel([ScriptedModel(name="first"), ScriptedModel(["Hi there."], name="second")], clock)
    assert await complete(chain, ASK, max_tokens=20) == "Hi there."
    assert chain.served_by == "second"
    assert chain.skipped == (Skipped("first", "llm_unreachable"),)


async def test_an_engine_that_keeps_failing_rests_and_gets_one_try_afterwards(clock: ManualClock) -> None:
    first = ScriptedModel(name="first")
    chain = FallbackModel([first, ScriptedModel(["a", "b", "c", "d"], name="second")], clock, failures=2, cool_down=30)
    for _ in range(3):
        await complete(chain, ASK, max_tokens=20)
    assert len(first.asked) == 2
    assert chain.skipped == (Skipped("first", "resting"),)
    await clock.advance(31)
    await complete(chain, ASK, max_tokens=20)
    assert len(first.asked) == 3


async def test_an_engine_that_works_again_is_first_again(clock: ManualClock) -> None:
    first = ScriptedModel([Reply.failing(), Reply.failing(), "back", "still"], name="first")
    chain = FallbackModel([first, ScriptedModel(["b", "b"], name="second")], clock, failures=2, cool_down=30)
    assert [await complete(chain, ASK, max_tokens=20) for _ in range(2)] == ["b", "b"]
    await clock.advance(31)
    assert [await complete(chain, ASK, max_tokens=20) for _ in range(2)] == ["back", "still"]


async def test_an_answer_that_breaks_off_is_an_error_not_a_second_answer(clock: ManualClock) -> None:
    second = ScriptedModel(["other"], name="second")
    chain = FallbackModel([ScriptedModel([Reply.failing("Half an ", code="llm_broke_off")]), second], clock)
    heard = []
    with pytest.raises(EngineFailed):
        async for piece in chain.generate(ASK, max_tokens=20):
            heard.append(piece)
    assert heard == ["Half an "]
    assert second.asked == []


async def test_hanging_up_stops_the_model_and_blames_nobody(clock: ManualClock) -> None:
    model = ScriptedModel(["one two three", "four"], name="only")
    chain = FallbackModel([model], clock, failures=1)
    async with aclosing(chain.generate(ASK, max_tokens=20)) as stream:
        async for _ in stream:
            break
    assert model.stopped_early == 1
    assert await complete(chain, ASK, max_tokens=20) == "four"


async def test_a_wrong_request_is_not_the_engines_fault(clock: ManualClock) -> None:
    broken = ScriptedModel([Reply((), error=InvalidInput("too long")), "fine"])
    chain = FallbackModel([broken], clock, failures=1)
    with pytest.raises(InvalidInput):
        await complete(chain, ASK, max_tokens=20)
    assert await complete(chain, ASK, max_tokens=20) == "fine"


async def test_without_any_engine_it_says_so(clock: ManualClock) -> None:
    chain = build(LlmSettings(engine="none"), clock)
    with pytest.raises(Unavailable) as caught:
        await complete(chain, ASK, max_tokens=20)
    state = await chain.state()
    assert caught.value.reason == "no_language_model"
    assert not state.available
    assert "LLM_ENGINE is none" in state.reason
    await chain.warm(ASK)


async def test_states_say_why_each_engine_is_not_used(clock: ManualClock, tmp_path: Path) -> None:
    chain = build(LlmSettings(ollama_host="http://127.0.0.1:9", models_dir=tmp_path), clock)
    states = await chain.states()
    await chain.aclose()
    assert [state.available for state in states] == [False, False]
    assert "Ollama does not answer" in states[0].reason
    assert "models pull qwen-1.5b" in states[1].reason


@pytest.mark.parametrize(
    "settings",
    [
        LlmSettings(ollama_host="http://192.168.1.7:11434"),
        LlmSettings(engine="openai", openai_base_url="https://api.example.com/v1"),
        LlmSettings(engine="openai"),
        LlmSettings(model="gpt-oss:120b-cloud"),
    ],
)
def test_words_do_not_leave_the_machine_by_a_setting(settings: LlmSettings, clock: ManualClock) -> None:
    with pytest.raises(ConfigurationError):
        build(settings, clock)


def test_which_addresses_are_this_machine() -> None:
    assert all(map(is_this_machine, ["http://127.0.0.1:11434", "localhost:11434", "http://[::1]:1/v1", "http://127.9.9.9"]))
    assert not any(
        map(is_this_machine, ["http://0.0.0.0", "http://localhost.evil.example", "http://10.0.0.1", "", "http://127.0.0.1.nip.io"])
    )
    assert is_hosted_model("qwen3-coder:480b-cloud")
    assert not is_hosted_model("llama3.2")


async def test_constrained_output_is_checked_all_the_same() -> None:
    assert await complete_json(ScriptedModel(['{"intent": "book"}']), ASK, schema=SCHEMA, max_tokens=20) == {"intent": "book"}
    for bad in ('{"intent": "fly"}', '{"intent": "bo', "[]", '{"n": 1}', '{"intent": "book", "n": "1"}', '{"intent": "book", "x": 1}'):
        with pytest.raises(EngineFailed) as caught:
            await complete_json(ScriptedModel([Reply((bad,))]), ASK, schema=SCHEMA, max_tokens=20)
        assert caught.value.reason == "llm_not_json"
    assert not fits(True, {"type": "integer"})
    assert fits([1, 2], {"type": "array", "items": {"type": "integer"}})


def test_the_oldest_turns_go_first_and_the_question_never() -> None:
    turns = [ChatMessage("user" if i % 2 == 0 else "assistant", f"turn {i} " + "word " * 40) for i in range(9)]
    kept = fit([ChatMessage("system", "rules"), *turns], budget=200)
    assert kept[0].role == "system"
    assert kept[1].role == "user"
    assert kept[-1] == turns[-1]
    assert count(kept) <= 200 < count([ChatMessage("system", "rules"), *turns])
    with pytest.raises(InvalidInput):
        fit([ChatMessage("user", "word " * 500)], budget=200)
    assert estimate_tokens("") == 0


def test_modes_check_themselves() -> None:
    assert [MODES[name].sentences for name in ("fast", "balanced", "detailed")] == [1, 2, 4]
    with pytest.raises(ValueError, match="fast"):
        ResponseMode("fast", use_model=True, max_tokens=4, passages=1, sentences=1)


async def test_a_missing_model_file_is_no_crash(tmp_path: Path) -> None:
    model = LlamaCppModel(tmp_path / "nothing")
    with pytest.raises(Unavailable) as caught:
        await complete(model, ASK, max_tokens=5)
    assert caught.value.reason == "model_missing"


def test_a_hosted_model_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput):
        OllamaModel("http://127.0.0.1:11434", "deepseek-v3.1:671b-cloud")
