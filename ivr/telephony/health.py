"""Whether the helpline is alive, whether it can take calls, and its figures."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

WAITS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240)  # seconds
#: Read by prometheus_client when it is imported, so it is set before any web process begins.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_BEGINS = "Answered"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds


class Figures:
    """What is counted here; no numbers of callers, no words.

    Where several processes serve and FOLDER is set, each counts in a file of its own there, and whichever is
    asked tells the sum.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._also: list[Collector] = []
        self._calls = Counter("ivr_calls", "Calls answered", registry=self.registry)
        self._turns = Counter("ivr_turns", "Turns given", ["place", "event"], registry=self.registry)
        self._turned: dict[tuple[str, str], Counter] = {}
        self._webhooks = Counter(
            "ivr_webhooks", "Webhooks answered, by HTTP status", ["status"], registry=self.registry
        )
        self._answered: dict[int, Counter] = {}
        self._seconds = Histogram(
            "ivr_turn_seconds", "Time to answer a webhook", buckets=BUCKETS, registry=self.registry
        )
        self._waits = Histogram(
            "ivr_wait_seconds",
            "Time of a caller in a queue, by how it ended; reached: somebody has taken the call",
            ["how"],
            buckets=WAITS,
            registry=self.registry,
        )
        self._legs = Counter(
            "ivr_legs", "What came of phones that were rung, by why", ["by", "what"], registry=self.registry
        )

    def turned(self, place: str, event: str) -> None:
        """A turn was given at a place, after an event."""
        counter = self._turned.get((place, event))
        if counter is None:
            counter = self._turned[place, event] = self._turns.labels(place, event)
        counter.inc()
        if event == _BEGINS:
            self._calls.inc()

    def took(self, seconds: float, status: int = 200) -> None:
        """A webhook was answered in so many seconds."""
        self._seconds.observe(seconds)
        counter = self._answered.get(status)
        if counter is None:
            counter = self._answered[status] = self._webhooks.labels(f"{status:d}")
        counter.inc()

    def waited(self, how: str, seconds: int) -> None:
        """A caller's time in a queue has ended."""
        self._waits.labels(how).observe(seconds)

    def leg(self, what: str, by: str) -> None:
        """Something is told of a phone: rung for a `queue`, by `dial`, for a `call-back` or a `ring-back`."""
        self._legs.labels(by, what).inc()

    def also(self, state: Collector) -> None:
        """Tell this too, as it is when somebody asks."""
        self._also.append(state)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        told = CollectorRegistry()
        if os.environ.get(FOLDER):
            MultiProcessCollector(told)  # type: ignore[no-untyped-call]
        else:
            told.register(self.registry)
        for each in self._also:
            told.register(each)
        return generate_latest(told)


def health(ready: Callable[[], tuple[bool, Mapping[str, Any]]], figures: Figures) -> Blueprint:
    """GET /healthz, /readyz and /metrics; `ready` says whether calls can be taken, and all that is known."""
    blueprint = Blueprint("health", __name__)
    blueprint.add_url_rule("/healthz", "healthz", lambda: Response("alive\n", mimetype="text/plain"))
    blueprint.add_url_rule("/readyz", "readyz", lambda: _ready(*ready()))
    blueprint.add_url_rule("/metrics", "metrics", lambda: _metrics(figures))
    return blueprint


def _ready(can: bool, known: Mapping[str, Any]) -> Response:
    answer = jsonify({"ready": can, **known})
    answer.status_code = 200 if can else 503
    return answer


def _metrics(figures: Figures) -> Response:
    return Response(figures.text(), content_type=CONTENT_TYPE_LATEST)
