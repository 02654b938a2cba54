"""Counters and histograms for Prometheus; labels are codes and stages, never people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (25, 50, 100, 150, 200, 300, 450, 600, 900, 1200, 1500, 2000, 3000, 5000, 10000)


class Metrics:
    """One registry per server, so that tests can have their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.stages = Histogram(
            "assistant_turn_stage_ms", "Milliseconds after the end of the caller's speech", ["channel", "stage"], registry=self.registry,
            buckets=_BUCKETS,
        )  # fmt: skip
        self.turns = Counter("assistant_turns", "Turns handled", ["channel", "intent"], registry=self.registry)
        self.calls = Counter("assistant_calls_ended", "Calls by how they ended", ["reason"], registry=self.registry)
        self.frames = Histogram("assistant_frame_ms", "Milliseconds of work for a message of a caller's audio", registry=self.registry,
                                buckets=(0.25, 0.5, 1, 2, 3, 5, 10, 20, 50))  # fmt: skip
        self.requests = Histogram("assistant_http_ms", "Milliseconds to answer a request", ["route", "status"], registry=self.registry,
                                  buckets=(5, 10, 25, 50, 100, 250, 500, 1000, 5000))  # fmt: skip

    def gauge(self, name: str, what: str, read: Callable[[], float]) -> None:
        """A value that is read when somebody looks."""
        Gauge(name, what, registry=self.registry).set_function(read)

    def turn(self, channel: str, intent: str | None, stages: Mapping[str, float]) -> None:
        self.turns.labels(channel, intent or "none").inc()
        for stage, ms in stages.items():
            self.stages.labels(channel, stage).observe(ms)

    def render(self) -> bytes:
        return generate_latest(self.registry)
