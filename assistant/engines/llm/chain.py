"""Engines in order of preference: one that fails is skipped for a while and its successor takes over, with the reason kept."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.domain.clock import Clock
from assistant.domain.errors import InvalidInput, Unavailable
from assistant.domain.llm import ChatMessage, EngineState, LanguageModel


class Breaker:
    """Opens after `failures` in a row, for `cool_down` seconds; then one try decides whether it closes or opens again."""

    def __init__(self, clock: Clock, *, failures: int = 2, cool_down: float = 30.0) -> None:
        self._clock = clock
        self._limit = failures
        self._cool_down = cool_down
        self._failed = 0
        self._open_until: float | None = None
        self._trying = False

    @property
    def is_open(self) -> bool:
        return self._open_until is not None and (self._trying or self._clock.monotonic() < self._open_until)

    def allow(self) -> bool:
        """Whether a call may go through now; in the half-open state only the first asker may."""
        if self._open_until is None:
            return True
        if self._trying or self._clock.monotonic() < self._open_until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        self._failed, self._open_until, self._trying = 0, None, False

    def failed(self) -> None:
        self._failed += 1
        if self._trying or self._failed >= self._limit:
            self._open_until = self._clock.monotonic() + self._cool_down
        self._trying = False

    def abandoned(self) -> None:
        """The caller stopped listening: that says nothing about the engine."""
        self._trying = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why an engine did not serve the last request."""

    engine: str
    code: str


class FallbackModel:
    """A `LanguageModel` made of others. With none at all it is the honest answer that there is no model.

    An engine that fails before its first word is replaced without a trace in the text. One that breaks off later raises: what
    was said cannot be taken back, and a second model would tell it differently.
    """

    def __init__(self, engines: Sequence[LanguageModel], clock: Clock, *, failures: int = 2, cool_down: float = 30.0) -> None:
        self._engines = [(engine, Breaker(clock, failures=failures, cool_down=cool_down)) for engine in engines]
        self.skipped: tuple[Skipped, ...] = ()
        self.served_by: str | None = None

    @property
    def name(self) -> str:
        return self.served_by or (self._engines[0][0].name if self._engines else "none")

    @property
    def context_tokens(self) -> int:
        """The smallest of all, so that a prompt fits whoever serves it."""
        return min((engine.context_tokens for engine, _ in self._engines), default=0)

    async def generate(
        self,
        messages: Sequence[ChatMessage],
        *,
        max_tokens: int,
        json_schema: Mapping[str, Any] | None = None,
        stop: Sequence[str] = (),
        temperature: float = 0.0,
        model: str | None = None,
    ) -> AsyncIterator[str]:
        skipped: list[Skipped] = []
        for engine, breaker in self._engines:
            if not breaker.allow():
                skipped.append(Skipped(engine.name, "resting"))
                continue
            begun = False
            settled = False
            try:
                pieces = engine.generate(
                    messages, max_tokens=max_tokens, json_schema=json_schema, stop=stop, temperature=temperature, model=model
                )
                async with contextlib.aclosing(pieces) as stream:  # type: ignore[type-var]
                    async for piece in stream:
                        if not begun:
                            begun, self.served_by, self.skipped = True, engine.name, tuple(skipped)
                        yield piece
                breaker.succeeded()
                settled = True
                self.served_by, self.skipped = engine.name, tuple(skipped)
                return
            except InvalidInput:
                raise  # the request is wrong, not the engine: its successor would refuse it too
            except Unavailable as error:
                breaker.failed()
                settled = True
                skipped.append(Skipped(engine.name, error.reason))
                if begun:
                    raise
            finally:
                if not settled:
                    breaker.abandoned()
        self.skipped, self.served_by = tuple(skipped), None
        raise Unavailable("no language model can serve", code="no_language_model")

    async def warm(self, prefix: Sequence[ChatMessage]) -> None:
        """Warms the first engine that can; a machine without one is no error here."""
        for engine, breaker in self._engines:
            if breaker.is_open:
                continue
            try:
                await engine.warm(prefix)
                return
            except Unavailable:
                breaker.failed()

    async def states(self) -> list[EngineState]:
        """Every engine in order, with the reason it is or is not used; one that rests says so."""
        states = []
        for engine, breaker in self._engines:
            state = await engine.state()
            if state.available and breaker.is_open:
                state = EngineState(state.name, False, f"{state.reason}, but it failed lately and is left alone for a moment")
            states.append(state)
        return states

    async def state(self) -> EngineState:
        states = await self.states()
        for state in states:
            if state.available:
                return state
        why = "; ".join(state.reason for state in states) or "LLM_ENGINE is none"
        return EngineState("none", False, f"no language model ({why}); rules, retrieval and fixed answers serve")

    async def aclose(self) -> None:
        for engine, _ in self._engines:
            await engine.aclose()
