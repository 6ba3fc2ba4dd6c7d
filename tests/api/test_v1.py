"""The addresses under /api/v1: every thing once, every error by name, every fact with its document."""

from __future__ import annotations

import io
from typing import Any

import feedparser
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from scrapers.registry import all_sources
from tests.api.conftest import MEASURES, SITE, read_json, title_of
from tracker.changes import KINDS
from tracker.db import db, writing
from tracker.models import Change

LISTS = ("bills", "changes", "legislators", "sources")


def read_all(client: FlaskClient, address: str, limit: int) -> list[Any]:
    """A whole list, part by part, as a program reads it."""
    items: list[Any] = []
    after: str | None = ""
    while after is not None:
        mark = "&" if "?" in address else "?"
        answer = read_json(client, f"{address}{mark}limit={limit}&after={after}")
        assert len(answer["items"]) <= limit
        items += answer["items"]
        after = answer["next"]
    return items


# --- lists ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *(f"/api/v1/{name}" for name in LISTS),
        *(f"/api/v1/bills?sort={order}" for order in ("latest", "introduced", "number", "cosponsors")),
        "/api/v1/search?q=arms",
        "/bills.json",
        "/legislators.json",
        "/changes.json",
    ],
)
def test_the_parts_of_a_list_have_everything_once(client: FlaskClient, address: str) -> None:
    whole = read_all(client, address, 1000)
    keys = [item["key"] for item in whole]
    assert len(set(keys)) == len(keys) == read_json(client, address)["total"]
    assert [item["key"] for item in read_all(client, address, 7)] == keys


@pytest.mark.parametrize("name", LISTS)
def test_every_item_says_what_it_is_and_where_it_comes_from(client: FlaskClient, name: str) -> None:
    for item in read_json(client, f"/api/v1/{name}")["items"]:
        assert all(item[field] for field in ("key", "kind", "title", "url")), item
        for link in item["links"]:
            assert link["key"].partition(":")[0] == link["kind"]
            assert link["evidence"] or link["confirmed_by"]
        assert item["sources"] or item.get("health") == "never collected"
        for source in item["sources"]:
            assert source["name"]
            assert source["url"].startswith("https://")
            assert source["fetched_at"].endswith("Z")
            assert len(source["sha256"]) == 64


@pytest.mark.parametrize("name", LISTS)
def test_what_a_list_names_can_be_read_alone(client: FlaskClient, name: str) -> None:
    for item in read_json(client, f"/api/v1/{name}?limit=3")["items"]:
        alone = read_json(client, f"/api/v1/{name}/{item['key']}")
        assert {field: alone[field] for field in item} == item


def test_a_list_says_where_it_goes_on(client: FlaskClient) -> None:
    response = client.get("/api/v1/bills?limit=2&congress=119")
    after = response.json["next"] if response.json else ""
    assert response.headers["Link"] == (
        f'<{SITE}/api/v1/bills?limit=2&congress=119&after={after}>; rel="next"'
    )
    assert "Link" not in client.get("/api/v1/bills?limit=1000").headers


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", MEASURES + 1),
        ("scope=all", MEASURES + 1),
        ("congress=119", MEASURES + 1),
        ("congress=117", 0),
        ("chamber=senate", 0),
        ("stage=reported", 1),
        ("stage=reported,in_committee", MEASURES + 1),
        ("q=H.R.+7", 1),
        ("cosponsor=A000001", 1),
        ("sponsor=Banks", MEASURES + 1),
        ("country=", MEASURES + 1),
    ],
)
def test_filters_are_those_of_the_page(client: FlaskClient, query: str, count: int) -> None:
    assert read_json(client, f"/api/v1/bills?{query}")["total"] == count
    assert read_json(client, f"/bills.json?{query}")["total"] == count


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/api/v1/bills?limit=0", "limit"),
        ("/api/v1/bills?limit=1001", "limit"),
        ("/api/v1/bills?limit=ten", "limit"),
        ("/api/v1/bills?after=nonsense", "after"),
        ("/api/v1/bills?stage=lost", "stage"),
        ("/api/v1/bills?congress=x", "congress"),
        ("/api/v1/bills?chamber=star", "chamber"),
        ("/api/v1/bills?sort=random", "sort"),
        ("/api/v1/bills?scope=some", "scope"),
        ("/api/v1/changes?kind=x", "kind"),
        ("/api/v1/changes?after=%00", "after"),
        ("/api/v1/legislators?chamber=x", "chamber"),
        ("/api/v1/sources?limit=-1", "limit"),
        ("/api/v1/search", "q"),
        ("/api/v1/search?q=arms&after=x", "after"),
        ("/bills.json?limit=0", "limit"),
        ("/bills.csv?stage=x", "stage"),
        ("/bills.atom?limit=x", "limit"),
        ("/changes.csv?kind=x", "kind"),
    ],
)
def test_a_bad_value_is_refused_by_name(client: FlaskClient, address: str, parameter: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert response.content_type == "application/json"
    assert response.json is not None
    assert response.json["parameter"] == parameter
    assert parameter in response.json["error"]


# --- one thing --------------------------------------------------------------------------------------


def test_a_measure_says_where_it_stands_and_what_comes_next(client: FlaskClient) -> None:
    bill = read_json(client, "/api/v1/bills/119-hr-1")
    assert bill["stage"] == "reported"
    assert bill["status"].startswith("Sent to the full House")
    assert bill["next_step"].endswith(".")
    assert (bill["congress"], bill["type"], bill["number"]) == (119, "hr", 1)
    assert bill["introduced_on"] == "2025-01-03"
    assert bill["latest_action_on"] == "2026-10-30"
    assert bill["sponsor"]["bioguide"] == "B001299"
    assert bill["cosponsor_count"] == len(bill["cosponsors"]) == 20
    assert bill["page"] == f"{SITE}/bills/119-hr-1"
    assert bill["track"][0]["event"] == "introduced"
    assert bill["changes"][0]["title"]


@pytest.mark.parametrize("key", [f"119-hr-{number}" for number in range(1, 6)])
def test_hostile_titles_are_given_as_they_are(client: FlaskClient, key: str) -> None:
    assert read_json(client, f"/bills/{key}.json")["title"] == title_of(key)


def test_a_change_says_what_and_when(client: FlaskClient) -> None:
    kinds = {}
    for item in read_json(client, "/api/v1/changes?limit=1000")["items"]:
        kinds[item["kind"]] = item
        assert item["kind"] in KINDS
        assert item["title"].endswith((".", "…"))
        assert item["first_seen_at"] == "2026-11-03T09:00:00Z"
    stage = kinds["stage"]
    assert stage["title"] == "It moved from “in committee” to “reported by committee” on 30 October 2026."
    assert stage["recorded"] == "recorded 4 days later"
    assert stage["item"]["key"] == "119-hr-1"
    assert kinds["introduced"]["item"]["key"] == "119-hr-999"
    assert kinds["action_removed"]["title"].startswith("The publisher no longer lists this action")


def test_a_legislator_has_measures(client: FlaskClient) -> None:
    person = read_json(client, "/api/v1/legislators/B001299")
    assert person["sponsored"]["total"] == MEASURES + 1
    assert person["sponsored"]["more"] == f"{SITE}/api/v1/bills?sponsor=B001299"
    more = person["sponsored"]["more"].removeprefix(SITE)
    assert read_json(client, more)["total"] == MEASURES + 1


def test_sources_tell_how_they_are(client: FlaskClient) -> None:
    source = read_json(client, "/api/v1/sources/govinfo_billstatus")
    assert source["items"] == MEASURES + 1
    assert source["last_run"]["status"] == "ok"
    assert read_json(client, "/api/v1/sources/legislators")["health"] == "never collected"
    status = read_json(client, "/status.json")
    assert [one["key"] for one in status["sources"]] == sorted(all_sources())
    assert status["total"] == len(all_sources())


def test_search_finds_a_number_and_words(client: FlaskClient) -> None:
    assert [item["key"] for item in read_json(client, "/search.json?q=hr7")["items"]] == ["119-hr-7"]
    found = read_json(client, "/api/v1/search?q=arms+sales&limit=5")
    assert len(found["items"]) == 5
    assert found["query"] == "arms sales"


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/bills/119-hr-0", "/api/v1/bills/x", "/api/v1/changes/0", "/api/v1/changes/x",
        "/api/v1/changes/99999999999999999999", "/api/v1/legislators/X000000", "/api/v1/sources/nobody",
        "/api/v1/nothing/here", "/api/v1/countries/XXX", "/bills/x.json", "/bills/x.atom", "/bills/x.ics",
        "/legislators/x.json", "/api/v1/bills/%00", "/api/v1/legislators/%00", "/bills/%00.atom",
    ],
)  # fmt: skip
def test_what_is_not_here_is_said_in_json(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.json is not None
    assert response.json["error"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_what_an_editor_holds_back_is_shown_nowhere(site: Flask, client: FlaskClient) -> None:
    before = read_json(client, "/api/v1/changes")
    newest = before["items"][0]["key"]
    with site.app_context():
        hold(int(newest), held=True)
    try:
        assert client.get(f"/api/v1/changes/{newest}").status_code == 404
        assert read_json(client, "/api/v1/changes")["total"] == before["total"] - 1
        assert len(client.get("/changes.csv").text.splitlines()) == before["total"]
    finally:
        with site.app_context():
            hold(int(newest), held=False)


def hold(change_id: int, *, held: bool) -> None:
    with writing(db.engine) as connection:
        connection.execute(update(Change).where(Change.id == change_id).values(held=held))


# --- before the first collection --------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/bills", "/api/v1/changes", "/api/v1/legislators", "/api/v1/sources", "/api/v1/search?q=arms",
        "/bills.json", "/bills.csv", "/bills.atom", "/changes.json", "/changes.csv", "/changes.atom", "/.atom",
        "/legislators.json", "/search.json?q=arms", "/status.json", "/api/v1/", "/api/v1/openapi.json",
    ],
)  # fmt: skip
def test_an_empty_site_answers_too(empty_client: FlaskClient, address: str) -> None:
    response = empty_client.get(address, buffered=True)
    assert response.status_code == 200
    if response.content_type.startswith("application/atom"):
        assert not feedparser.parse(io.BytesIO(response.data)).bozo


# --- readers that come again ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/api/v1/bills", "/bills/119-hr-1.json", "/.atom", "/bills.csv", "/bills/119-hr-1.ics"]
)
def test_a_reader_with_the_newest_answer_is_told_so(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    other = client.get(f"{address}?limit=3", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_nothing_can_be_written(client: FlaskClient) -> None:
    assert client.post("/api/v1/bills").status_code == 405
    assert client.delete("/api/v1/bills/119-hr-1").status_code == 405
