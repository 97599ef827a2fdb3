"""Numbers for operators, in Prometheus' form: how much is asked, how quickly, and how the bot is. No text, no ids."""

from __future__ import annotations

import math
from importlib.metadata import version
from typing import Literal

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

Outcome = Literal["answered", "not_found", "busy", "too_soon", "too_slow", "failed"]

_ANSWER = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
_LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)  # seconds; above 0.1 people notice


class Metrics:
    """What is counted, in a registry of its own. Any thread may use it."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        mine = self._registry = CollectorRegistry()
        self._questions = Counter(
            "wuzhen_questions",
            "Questions by where they were asked and what came of them.",
            ["surface", "outcome"],
            registry=mine,
        )
        self._seconds = Histogram(
            "wuzhen_answer_seconds", "From a question to its answer, waiting included.", registry=mine, buckets=_ANSWER
        )
        self._abstentions = Counter(
            "wuzhen_abstentions", "Questions that the articles do not answer, by why.", ["reason"], registry=mine
        )
        self._queue = Gauge("wuzhen_queue_length", "Questions that are being answered or wait for it.", registry=mine)
        self._lag = Histogram(
            "wuzhen_event_loop_lag_seconds", "How late the event loop does what is due.", registry=mine, buckets=_LAG
        )
        self._stalls = Counter(
            "wuzhen_event_loop_stalls", "How often the event loop was held up for more than 2 s.", registry=mine
        )
        self._gateway = Gauge("wuzhen_gateway_latency_seconds", "Discord's answer to a heartbeat.", registry=mine)
        self._votes = Counter("wuzhen_votes", "Votes on answers.", ["vote"], registry=mine)
        Info("wuzhen_build", "Which Wuzhen this is.", registry=mine).info({"version": version("wuzhen")})
        ProcessCollector(registry=mine)
        for vote in ("up", "down"):  # there from the start, so that the first one shows as a rise
            self._votes.labels(vote)

    def question(self, surface: str, outcome: Outcome, seconds: float) -> None:
        """A question was answered or refused, so many seconds after it was asked."""
        self._questions.labels(surface, outcome).inc()
        if outcome in ("answered", "not_found"):
            self._seconds.observe(seconds)

    def abstained(self, reason: str) -> None:
        """The articles do not say, for this reason of the Answer contract."""
        self._abstentions.labels(reason).inc()

    def queue(self, length: int) -> None:
        """So many questions are being answered or wait for it."""
        self._queue.set(length)

    def lag(self, seconds: float) -> None:
        """The event loop did something so much later than was due."""
        self._lag.observe(max(0.0, seconds))

    def stalled(self) -> None:
        """The event loop was held up."""
        self._stalls.inc()

    def gateway(self, seconds: float) -> None:
        """How long Discord takes to answer; before it ever did (nan, inf) there is nothing to tell."""
        if math.isfinite(seconds):
            self._gateway.set(seconds)

    def voted(self, vote: str) -> None:
        """Somebody voted "up" or "down"."""
        self._votes.labels(vote).inc()

    def text(self) -> bytes:
        """All of it, as Prometheus reads it (`content_type`)."""
        return generate_latest(self._registry)
