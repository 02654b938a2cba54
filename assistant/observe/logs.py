"""Structured logs: for people in a terminal, JSON otherwise; an id on every line, personal data on none."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

Redact = Callable[[str], str]
#: keys whose values are ours (codes, ids, names of engines) and need no reading
_SAFE = {"event", "level", "timestamp", "logger", "request_id", "conversation", "call", "code", "engine", "kind"}

_NOISY = ("httpx", "httpcore", "chromadb", "faster_whisper", "urllib3", "sqlalchemy", "alembic", "asyncio", "PIL", "RapidOCR")


def configure_logs(level: str, redact: Redact, *, json: bool | None = None, stream: Any = None) -> None:
    """Set up structlog and the standard library's logging to write the same lines to `stream` (stderr)."""
    out = stream or sys.stderr
    as_json = not out.isatty() if json is None else json
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _Redactor(redact),
    ]
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=out.isatty())
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    for replaced in ("uvicorn", "uvicorn.error", "uvicorn.access", "dbos"):
        logging.getLogger(replaced).handlers[:] = [logging.NullHandler()]  # with none at all, dbos would bring its own
        logging.getLogger(replaced).propagate = True
    for chatty in ("uvicorn.access", "uvicorn.error"):  # a request line can hold a number
        logging.getLogger(chatty).setLevel(logging.WARNING)


class _Redactor:
    """Redacts every text on its way out, also inside exceptions and of other people's libraries."""

    def __init__(self, redact: Redact) -> None:
        self._redact = redact

    def __call__(self, logger: Any, method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for key, value in entry.items():
            if key == "event" and isinstance(value, str):
                entry[key] = self._redact(value)
            elif key not in _SAFE and isinstance(value, (str, bytes, dict, list, tuple)):
                entry[key] = self._redact(value if isinstance(value, str) else repr(value))
        return entry
