"""Language models: Ollama, OpenAI-compatible servers, the embedded llama.cpp, a scripted fake, and the chain over them."""

from assistant.engines.llm.chain import Breaker, FallbackModel, Skipped
from assistant.engines.llm.factory import LlmSettings, build
from assistant.engines.llm.fake import Reply, ScriptedModel
from assistant.engines.llm.llamacpp import LlamaCppModel, LlamaSettings
from assistant.engines.llm.ollama import OllamaModel
from assistant.engines.llm.openai_compatible import OpenAICompatibleModel
from assistant.engines.llm.timeouts import Limits
from assistant.engines.llm.tokens import estimate_tokens
from assistant.engines.llm.whole import complete, complete_json

__all__ = [
    "Breaker", "FallbackModel", "Limits", "LlamaCppModel", "LlamaSettings", "LlmSettings", "OllamaModel", "OpenAICompatibleModel",
    "Reply", "ScriptedModel", "Skipped", "build", "complete", "complete_json", "estimate_tokens",
]  # fmt: skip
