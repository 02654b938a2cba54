"""Whole answers from streams: text, and JSON that is checked against its schema before anyone believes it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.domain.errors import EngineFailed
from assistant.domain.llm import ChatMessage, LanguageModel


async def complete(model: LanguageModel, messages: Sequence[ChatMessage], *, max_tokens: int, stop: Sequence[str] = ()) -> str:
    parts: list[str] = []
    async with contextlib.aclosing(model.generate(messages, max_tokens=max_tokens, stop=stop)) as stream:  # type: ignore[type-var]
        async for piece in stream:
            parts.append(piece)
    return "".join(parts).strip()


async def complete_json(
    model: LanguageModel, messages: Sequence[ChatMessage], *, schema: Mapping[str, Any], max_tokens: int
) -> dict[str, Any]:
    """An object that fits `schema` (types, required, enum, no extra keys), or `EngineFailed` with code `llm_not_json`.

    Servers promise constrained output; one that ignores the promise, or an answer cut by `max_tokens`, is caught here.
    """
    parts: list[str] = []
    async with contextlib.aclosing(model.generate(messages, max_tokens=max_tokens, json_schema=schema)) as stream:  # type: ignore[type-var]
        async for piece in stream:
            parts.append(piece)
    try:
        value = json.loads("".join(parts))
    except ValueError as error:
        raise EngineFailed("the model's answer is no JSON", code="llm_not_json") from error
    if not isinstance(value, dict) or not fits(value, schema):
        raise EngineFailed("the model's answer does not fit the schema", code="llm_not_json")
    return value


_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float), "null": type(None),
}  # fmt: skip


def fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """The part of JSON Schema that constrained output uses: type, enum, const, properties, required, items."""
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "const" in schema and value != schema["const"]:
        return False
    wanted = schema.get("type")
    if wanted is not None:
        names = wanted if isinstance(wanted, list) else [wanted]
        if not any(isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in names):
            return False
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        if any(name not in value for name in schema.get("required", ())):
            return False
        if properties and any(name not in properties for name in value):
            return False
        return all(fits(value[name], properties[name]) for name in value if name in properties)
    if isinstance(value, list) and "items" in schema:
        return all(fits(item, schema["items"]) for item in value)
    return True
