"""Figures for a monitor (Prometheus), for this machine itself or with the token, and for nobody else.

Read from the database at every call, so that any process of any number answers the same.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime
from ipaddress import ip_address

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from tracker.db import db
from tracker.queries.operation import Operation, read_operation
from tracker.queries.sources import Health, SourceStatus, list_sources
from tracker.web.clock import now

blueprint = Blueprint("metrics", __name__)

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@blueprint.get("/metrics")
def show() -> Response:
    """Sources, mails and jobs as gauges."""
    if not (_has_token() or _is_this_machine()):
        abort(403)
    registry = CollectorRegistry()
    registry.register(Figures(list_sources(db.session, now()), read_operation(db.session)))
    response = Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def _has_token() -> bool:
    """Whether the request carries METRICS_TOKEN as a bearer's; never where none is set."""
    token: str = current_app.extensions["settings"].metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _is_this_machine() -> bool:
    """Whether it comes from this machine itself, and not through a proxy on it, which says for whom it asks."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


class Figures(Collector):
    """What was read, in Prometheus' words."""

    def __init__(self, sources: Iterable[SourceStatus], operation: Operation) -> None:
        self._sources = tuple(sources)
        self._operation = operation

    def collect(self) -> Iterator[Metric]:
        """Every family; instants are Unix seconds, and what never happened has no line."""
        yield from self._of_sources()
        yield from self._of_mails_and_changes()
        yield from self._of_jobs()

    def _of_sources(self) -> Iterator[Metric]:
        health = _family("source_health", "1 for the health that a source has.", "source", "health")
        good = _family("source_last_good_timestamp_seconds", "When a source last answered well.", "source")
        items = _family("source_items", "Items held of a source.", "source")
        failures = _family("source_failures", "Its last runs that failed in a row.", "source")
        for source in self._sources:
            for state in Health:
                health.add_metric([source.key, state.value], float(source.health is state))
            if source.last_good_at is not None:
                good.add_metric([source.key], _seconds(source.last_good_at))
            items.add_metric([source.key], source.items)
            failures.add_metric([source.key], source.failures)
        yield from (health, good, items, failures)

    def _of_mails_and_changes(self) -> Iterator[Metric]:
        found = self._operation
        changes = _family("changes", "Entries of the public log, and those held for a person.", "held")
        changes.add_metric(["false"], found.changes)
        changes.add_metric(["true"], found.changes_held)
        mails = _family("mails_unsent", "Mails that were not sent, by how each stands.", "state")
        for state, count in found.unsent.items():
            mails.add_metric([state.value], count)
        oldest = _family(
            "mail_oldest_queued_timestamp_seconds", "When the oldest mail that waits was queued."
        )
        if found.oldest_unsent_at is not None:
            oldest.add_metric([], _seconds(found.oldest_unsent_at))
        yield from (changes, mails, oldest)

    def _of_jobs(self) -> Iterator[Metric]:
        runs = _family("job_runs", "Slots of a job that are kept, by how each ended.", "job", "status")
        for (job, status), count in self._operation.runs.items():
            runs.add_metric([job, status.value], count)
        good = _family("job_last_good_timestamp_seconds", "When a job last ended well.", "job")
        for job, at in self._operation.last_good_runs.items():
            good.add_metric([job], _seconds(at))
        yield from (runs, good)


def _family(name: str, what: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"tracker_{name}", what, labels=labels)


def _seconds(at: datetime) -> float:
    return at.timestamp()
