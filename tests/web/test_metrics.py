"""Figures for a monitor: what they say, and whom they are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from scrapers.registry import all_sources
from tests.sites import Sites, application, nothing

TOKEN = "a long word"


@pytest.fixture
def guarded(sites: Sites, tmp_path: Path) -> Iterator[FlaskClient]:
    """A site with a token and nothing in its database."""
    with application(sites.database(nothing), tmp_path, metrics_token=TOKEN) as app:
        yield app.test_client()


def _read(client: FlaskClient) -> dict[frozenset[str], float]:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=")
    assert response.headers["Cache-Control"] == "no-store"
    return {
        frozenset((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_every_source_has_its_health_and_when_it_last_answered(site: Flask) -> None:
    found = _read(site.test_client())
    for key in all_sources():
        states = [value for name, value in found.items() if name >= {"tracker_source_health", key}]
        assert sorted(states)[-2:] == [0, 1], key
    assert found[frozenset(("tracker_source_items", "govinfo_billstatus"))] > 100
    assert found[frozenset(("tracker_source_last_good_timestamp_seconds", "govinfo_billstatus"))] > 1.7e9
    assert (
        frozenset(("tracker_source_last_good_timestamp_seconds", "news_feeds")) not in found
    )  # never: no line, not 0
    with site.test_client() as client:
        total = client.get("/changes.json?limit=1").get_json()["total"]
    assert found[frozenset(("tracker_changes", "false"))] == total
    assert found[frozenset(("tracker_mails_unsent", "queued"))] == 0


def test_an_empty_database_has_figures_too(guarded: FlaskClient) -> None:
    assert _read(guarded)[frozenset(("tracker_changes", "true"))] == 0


@pytest.mark.parametrize(
    ("remote", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.5", {}, 403),
        ("203.0.113.5", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.5"}, 403),  # a proxy on this machine asks for somebody
        ("127.0.0.1", {"Forwarded": "for=203.0.113.5"}, 403),
        ("203.0.113.5", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("203.0.113.5", {"Authorization": "Bearer another"}, 403),
        ("203.0.113.5", {"Authorization": "Bearer "}, 403),
    ],
)
def test_only_this_machine_or_the_token_may_read(
    guarded: FlaskClient, remote: str, headers: dict[str, str], status: int
) -> None:
    asked = guarded.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": remote})
    assert asked.status_code == status


def test_without_a_token_set_an_empty_one_opens_nothing(site: Flask) -> None:
    asked = site.test_client().get(
        "/metrics", headers={"Authorization": "Bearer "}, environ_overrides={"REMOTE_ADDR": "203.0.113.5"}
    )
    assert asked.status_code == 403
