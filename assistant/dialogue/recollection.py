"""What a conversation keeps of itself: its words within a token budget, the rest summed up; and a summary for the owner afterwards."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from assistant.dialogue.state import DialogueState
from assistant.domain.llm import LanguageModel
from assistant.memory.conversation import ConversationMemory, Memory, Turn

#: of running words; far below what the smallest model reads, and small enough to be sealed with every turn
BUDGET = 900
#: a conversation shorter than this is told by what was done in it
WORTH_A_MODEL = 8
MODEL_SECONDS = 60.0


def tokens(text: str) -> int:
    """About how many tokens a model makes of it, rather too many than too few."""
    return len(text) // 4 + 1


class Recollection:
    """Keeps the running memory (never with a model: a turn must not wait for one) and writes summaries of what is over."""

    def __init__(self, model: LanguageModel | None = None, *, budget: int = BUDGET) -> None:
        self._running = ConversationMemory(tokens, budget=budget)
        self._model = model
        self._afterwards = ConversationMemory(tokens, budget=budget, model=model)
        self._one_at_a_time = asyncio.Semaphore(1)  # two cores: a summary is in no hurry, the calls that go on are

    @property
    def writes(self) -> bool:
        """Is there a model that could write about what is over?"""
        return self._model is not None

    async def fold(self, state: DialogueState) -> DialogueState:
        """The state with its history within the budget; what is too old moves into its summary."""
        before = Memory(state.summary, state.summarized, tuple(Turn(role, text) for role, text in state.history))
        after = await self._running.add(before)
        if after.summarized == before.summarized:
            return state
        return state.but(summary=after.summary, summarized=after.summarized, history=tuple((turn.role, turn.text) for turn in after.turns))

    async def afterwards(self, said: Sequence[tuple[str, str]]) -> str | None:
        """A few sentences about a longer conversation by the language model; None without one, or when nothing of it stands."""
        if self._model is None or len(said) < WORTH_A_MODEL or not (await self._model.state()).available:
            return None
        turns = [Turn(role, text) for role, text in said if text]
        async with self._one_at_a_time:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(MODEL_SECONDS):
                    return await self._afterwards.summary_of(turns) or None
        return None
