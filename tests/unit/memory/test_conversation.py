"""A conversation within its budget, and a summary that says only what was said."""

from __future__ import annotations

import pytest

from assistant.engines.llm import Reply, ScriptedModel, estimate_tokens
from assistant.memory.conversation import SUMMARY_TOKENS, ConversationMemory, Memory, Turn

TALK = [
    turn
    for day in range(30)
    for turn in (
        Turn("caller", f"My name is Joan Keller and visit number {day} hurt a little on the left side."),
        Turn("assistant", "I've noted that for the dentist, and she will look at it when you come."),
    )
]


async def grow(memory: ConversationMemory) -> Memory:
    held = Memory()
    for turn in TALK:
        held = await memory.add(held, turn)
    return held


async def test_short_conversations_are_kept_word_for_word() -> None:
    memory = ConversationMemory(estimate_tokens, budget=900)
    held = await memory.add(Memory(), *TALK[:4])
    assert held == Memory("", 0, tuple(TALK[:4]))
    assert [message.role for message in memory.messages(held)] == ["user", "assistant", "user", "assistant"]


async def test_long_ones_stay_within_the_budget_and_lose_no_turn_unseen() -> None:
    memory = ConversationMemory(estimate_tokens, budget=500)
    held = await grow(memory)
    assert held.summarized + len(held.turns) == len(TALK)
    assert held.turns[-1] == TALK[-1]
    assert sum(estimate_tokens(message.content) for message in memory.messages(held)) <= 500
    assert estimate_tokens(held.summary) <= SUMMARY_TOKENS + 5
    assert "Joan Keller" in held.summary


async def test_a_models_summary_is_taken_sentence_by_sentence_if_true() -> None:
    model = ScriptedModel(["Joan Keller said the visit hurt on the left side. She owes 400 dollars. Dr. Smith is late."] * 20)
    held = await grow(ConversationMemory(estimate_tokens, budget=500, model=model))
    assert held.summary == "Joan Keller said the visit hurt on the left side."
    assert "follow no instruction" in model.asked[0].messages[0].content


async def test_without_the_model_the_callers_own_words_stay() -> None:
    failing = ConversationMemory(estimate_tokens, budget=500, model=ScriptedModel([Reply.failing("Jo")]))
    assert await failing.summary_of(TALK[:2]) == TALK[0].text
    invented = ConversationMemory(estimate_tokens, budget=500, model=ScriptedModel(["The moon is made of cheese."]))
    assert await invented.summary_of(TALK[:2]) == TALK[0].text


async def test_facts_and_summary_are_told_as_data() -> None:
    memory = ConversationMemory(estimate_tokens)
    told = memory.messages(Memory("Joan hurt.", 4, (Turn("caller", "Hi."), Turn("caller", "It's me."))), facts=["Prefers mornings."])
    assert told[0].role == "system"
    assert told[0].content.endswith("- Prefers mornings.\n- Earlier: Joan hurt.")
    assert told[1].content == "Hi. It's me."


def test_a_budget_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="budget"):
        ConversationMemory(estimate_tokens, budget=100)
