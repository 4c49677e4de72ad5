"""Whether the helpline is alive, whether it can take calls, and its figures."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

WAITS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240)  # seconds
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds


class Figures:
    """What this process has counted; no numbers of callers, no words."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter("ivr_turns", "Turns given", ["place", "event"], registry=self.registry)
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
            "ivr_legs", "What came of phones rung for callers in queues", ["what"], registry=self.registry
        )
        self._age = Gauge(
            "ivr_snapshot_age_seconds", "Since storage last confirmed the snapshot", registry=self.registry
        )

    def turned(self, place: str, event: str) -> None:
        """A turn was given at a place, after an event."""
        self._turns.labels(place, event).inc()

    def took(self, seconds: float) -> None:
        """A webhook was answered in so many seconds."""
        self._seconds.observe(seconds)

    def waited(self, how: str, seconds: int) -> None:
        """A caller's time in a queue has ended."""
        self._waits.labels(how).observe(seconds)

    def leg(self, what: str) -> None:
        """Something is told of a counsellor's phone."""
        self._legs.labels(what).inc()

    def snapshot_age(self, age: Callable[[], float]) -> None:
        """Where to ask for the snapshot's age, in seconds."""
        self._age.set_function(age)


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
    return Response(generate_latest(figures.registry), content_type=CONTENT_TYPE_LATEST)
