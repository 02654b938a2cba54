"""Models that may follow after the start: fetched while the rest already works."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import structlog

from assistant.api.live import LiveEvents
from assistant.domain.errors import AssistantError
from assistant.engines.models import Model, ModelStore, Progress
from config import Settings

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Download:
    model: str
    done: int = 0
    total: int = 0
    problem: str | None = None


class BackgroundModels:
    """One thread, one model after the other; the thread never keeps the process from ending."""

    def __init__(self, store: ModelStore, settings: Settings, events: LiveEvents) -> None:
        self._store = store
        self._wanted = settings.llm_engine in ("auto", "llamacpp")
        self._events = events
        self._stopping = threading.Event()
        self.downloads: dict[str, Download] = {}

    def start(self) -> None:
        models = self._store.missing(background=True) if self._wanted else []
        if models:
            threading.Thread(target=self._fetch, args=(models,), name="models", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _fetch(self, models: list[Model]) -> None:
        for model in models:
            download = self.downloads[model.name] = Download(model.name, total=model.size)
            last = -1

            def report(progress: Progress, download: Download = download) -> None:
                nonlocal last
                if self._stopping.is_set():
                    raise SystemExit  # ends this thread alone; what is on disk is used next time
                download.done, download.total = progress.done, progress.total
                percent = 100 * progress.done // max(progress.total, 1)
                if percent != last:
                    last = percent
                    self._events.publish("model.download", None, {"model": progress.model, "done": progress.done, "total": progress.total})

            try:
                self._store.pull(model, report)
                log.info("model is ready", model=model.name)
            except AssistantError as error:
                download.problem = error.detail
                log.warning("model could not be fetched; it is tried again at the next start", model=model.name, code=error.reason)
