from __future__ import annotations

import math
from importlib.metadata import version

from prometheus_client.parser import text_string_to_metric_families

from bot.operations.metrics import Metrics


def samples(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(metrics.text().decode())
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return samples(metrics).get((name, tuple(sorted(labels.items()))))


def test_questions_are_counted_by_surface_and_outcome() -> None:
    metrics = Metrics()
    metrics.question("slash", "answered", 0.02)
    metrics.question("slash", "answered", 0.02)
    metrics.question("dm", "busy", 0.0)
    assert value(metrics, "wuzhen_questions_total", surface="slash", outcome="answered") == 2
    assert value(metrics, "wuzhen_questions_total", surface="dm", outcome="busy") == 1


def test_only_answers_have_a_latency_from_5_ms_to_10_s() -> None:
    metrics = Metrics()
    metrics.question("slash", "answered", 0.02)
    metrics.question("slash", "not_found", 7.0)
    metrics.question("slash", "busy", 0.001)
    buckets = {
        labels[0][1]: count
        for (name, labels), count in samples(metrics).items()
        if name == "wuzhen_answer_seconds_bucket"
    }
    assert next(iter(buckets)) == "0.005"
    assert list(buckets)[-2:] == ["10.0", "+Inf"]
    assert (buckets["0.005"], buckets["0.025"], buckets["5.0"], buckets["10.0"]) == (0, 1, 1, 2)


def test_the_other_numbers_show_under_their_names() -> None:
    metrics = Metrics()
    metrics.abstained("no_match")
    metrics.queue(3)
    metrics.lag(0.03)
    metrics.lag(-0.001)
    metrics.gateway(0.08)
    metrics.voted("down")
    assert value(metrics, "wuzhen_abstentions_total", reason="no_match") == 1
    assert value(metrics, "wuzhen_queue_length") == 3
    assert value(metrics, "wuzhen_event_loop_lag_seconds_count") == 2
    assert value(metrics, "wuzhen_event_loop_lag_seconds_sum") == 0.03
    assert value(metrics, "wuzhen_gateway_latency_seconds") == 0.08
    assert value(metrics, "wuzhen_votes_total", vote="down") == 1
    assert value(metrics, "wuzhen_votes_total", vote="up") == 0
    assert value(metrics, "wuzhen_build_info", version=version("wuzhen")) == 1


def test_a_latency_that_is_not_known_yet_changes_nothing() -> None:
    metrics = Metrics()
    metrics.gateway(0.08)
    metrics.gateway(math.nan)
    metrics.gateway(math.inf)
    assert value(metrics, "wuzhen_gateway_latency_seconds") == 0.08


def test_two_bots_in_one_process_count_for_themselves() -> None:
    one, other = Metrics(), Metrics()
    one.voted("up")
    assert value(other, "wuzhen_votes_total", vote="up") == 0
