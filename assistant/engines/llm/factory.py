"""From settings to the chain of engines, with the reasons for what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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
    """The part of the settings that chooses engines. `allow_remote` is a consent: words of callers would leave the machine."""

    engine: Literal["auto", "ollama", "openai", "llamacpp", "none"] = "auto"
    model: str = "llama3.2"
    ollama_host: str = "http://127.0.0.1:11434"
    openai_base_url: str | None = None
    openai_api_key: str | None = None
    models_dir: Path = Path(".models")
    embedded: str = EMBEDDED
    allow_remote: bool = False


def build(settings: LlmSettings, clock: Clock, *, llama: LlamaSettings | None = None) -> FallbackModel:
    """`auto`: Ollama, then the embedded model. A named engine comes first and the embedded one still catches its failures."""
    if settings.engine == "none":
        return FallbackModel([], clock)
    embedded = LlamaCppModel(settings.models_dir / settings.embedded, settings=llama)
    engines: list[LanguageModel] = []
    if settings.engine in ("auto", "ollama"):
        _check_place("OLLAMA_HOST", settings.ollama_host, settings)
        if is_hosted_model(settings.model):
            raise ConfigurationError(f"LLM_MODEL {settings.model} runs on Ollama's servers; choose a model without the cloud tag")
        engines.append(OllamaModel(settings.ollama_host, settings.model))
    elif settings.engine == "openai":
        if settings.openai_base_url is None:
            raise ConfigurationError("LLM_ENGINE is openai, so OPENAI_BASE_URL must be set")
        _check_place("OPENAI_BASE_URL", settings.openai_base_url, settings)
        engines.append(OpenAICompatibleModel(settings.openai_base_url, settings.model, api_key=settings.openai_api_key))
    return FallbackModel([*engines, embedded], clock)


def _check_place(setting: str, url: str, settings: LlmSettings) -> None:
    if not settings.allow_remote and not is_this_machine(url):
        raise ConfigurationError(f"{setting} is not on this machine: what callers say would leave it. Use a loopback address")
