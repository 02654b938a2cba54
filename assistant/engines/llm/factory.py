"""From settings to the chain of engines, with the reasons for what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from assistant.domain.clock import Clock
from assistant.domain.errors import ConfigurationError
from assistant.domain.llm import LanguageModel
from assistant.engines.llm.chain import FallbackModel
from assistant.engines.llm.llamacpp import LlamaCppModel, LlamaSettings
from assistant.engines.llm.ollama import OllamaModel
from assistant.engines.llm.openai_compatible import OpenAICompatibleModel
from assistant.engines.llm.places import is_hosted_model, is_this_machine

EMBEDDED = "qwen-1.5b"


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """The part of the settings that chooses engines."""

    engine: Literal["auto", "ollama", "openai", "llamacpp", "none"] = "auto"
    model: str = "llama3.2"
    ollama_host: str = "http://127.0.0.1:11434"
    openai_base_url: str | None = None
    openai_api_key: str | None = None
    models_dir: Path = Path(".models")
    embedded: str = EMBEDDED


def build(
    settings: LlmSettings, clock: Clock, *, llama: LlamaSettings | None = None, door: httpx.AsyncBaseTransport | None = None
) -> FallbackModel:
    """`auto`: Ollama, then the embedded model. A named engine comes first and the embedded one still catches its failures.

    `door` is the guarded way to the OpenAI-compatible server where that is not on this machine; without it such an address is refused.
    """
    if settings.engine == "none":
        return FallbackModel([], clock)
    embedded = LlamaCppModel(settings.models_dir / settings.embedded, settings=llama)
    engines: list[LanguageModel] = []
    if settings.engine in ("auto", "ollama"):
        if not is_this_machine(settings.ollama_host):
            raise ConfigurationError("OLLAMA_HOST is not on this machine: what callers say would leave it. Use a loopback address")
        if is_hosted_model(settings.model):
            raise ConfigurationError(f"LLM_MODEL {settings.model} runs on Ollama's servers; choose a model without the cloud tag")
        engines.append(OllamaModel(settings.ollama_host, settings.model))
    elif settings.engine == "openai":
        if settings.openai_base_url is None:
            raise ConfigurationError("LLM_ENGINE is openai, so OPENAI_BASE_URL must be set")
        here = is_this_machine(settings.openai_base_url)
        if not here and door is None:
            raise ConfigurationError("OPENAI_BASE_URL is not on this machine: what callers say would leave it. Use a loopback address")
        engines.append(
            OpenAICompatibleModel(
                settings.openai_base_url,
                settings.model,
                api_key=settings.openai_api_key,
                transport=None if here else door,
                whole=not here,
            )
        )
    return FallbackModel([*engines, embedded], clock)
