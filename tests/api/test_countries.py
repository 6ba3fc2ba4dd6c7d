"""Countries for programs: the list and its parts, one country, its measures, its changes and its calendar."""

from __future__ import annotations

import io
from typing import Any

import feedparser
import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from tests.answers import read_json, read_rows
from tests.sites import SITE
from tracker.queries.country_names import all_countries

# --- the list -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/api/v1/countries", "/countries.json"])
def test_the_list_in_parts_has_every_country_once(client: FlaskClient, address: str) -> None:
    whole = read_json(client, f"{address}?limit=1000")
    keys = [item["key"] for item in whole["items"]]
    assert keys == sorted(all_countries())
    assert (whole["total"], whole["next"]) == (len(keys), None)
    parts: list[str] = []
    after: str | None = ""
    while after is not None:
        answer = read_json(client, f"{address}?limit=70&after={after}")
        parts += [item["key"] for item in answer["items"]]
        after = answer["next"]
    assert parts == keys


def test_an_item_says_what_it_is_and_where_its_counts_come_from(small_client: FlaskClient) -> None:
    (item,) = read_json(small_client, "/api/v1/countries?q=israel")["items"]
    assert (item["key"], item["kind"], item["title"]) == ("ISR", "country", "Israel")
    assert item["url"] == item["page"] == f"{SITE}/countries/ISR"
    assert (item["measures"], item["measures_current"], item["measures_named"]) == (2, 1, 2)
    assert {"key": "region:middle-east", "name": "Middle East"} in item["regions"]
    (source,) = item["sources"]
    assert source["key"] == "govinfo_billstatus"
    assert len(source["sha256"]) == 64


@pytest.mark.parametrize(("query", "count"), [("guinea", 4), ("EG", 1), ("burma", 1), ("nowhere at all", 0)])
def test_the_search_is_that_of_the_page(client: FlaskClient, query: str, count: int) -> None:
    assert read_json(client, f"/api/v1/countries?q={query}")["total"] == count
    assert len(read_rows(client, f"/countries.csv?q={query}")) == count


@pytest.mark.parametrize("code", ["ISR", "HND"])
def test_counts_are_those_of_the_measures(small_client: FlaskClient, code: str) -> None:
    (item,) = read_json(small_client, f"/api/v1/countries?q={code}")["items"]
    assert item["measures"] == read_json(small_client, f"/api/v1/bills?country={code}")["total"]
    assert (
        item["measures_named"] == read_json(small_client, f"/api/v1/bills?country={code}&scope=all")["total"]
    )
    assert item["changes"] == read_json(small_client, f"/api/v1/changes?country={code}")["total"]


def test_the_list_as_a_file(small_client: FlaskClient) -> None:
    rows = {row["key"]: row for row in read_rows(small_client, "/countries.csv")}
    assert len(rows) == len(all_countries())
    assert (rows["ISR"]["measures"], rows["AND"]["measures_named"]) == ("2", "0")
    assert rows["MEX"]["brief_reviewed_on"] == "2026-11-22"


# --- one country --------------------------------------------------------------------------------------------


def test_a_country_has_its_measures_with_the_words_that_link_them(small_client: FlaskClient) -> None:
    country = read_json(small_client, "/api/v1/countries/HND")
    assert [bill["key"] for bill in country["advances"]] == ["117-hr-1574"]
    (bill,) = country["advances"]
    (link,) = [link for link in bill["links"] if link["key"] == "country:HND"]
    assert link["evidence"][0]["words"] == "Honduras"
    assert {judged["verdict"] for judged in bill["judgements"]} == {"advances"}
    assert country["brief"] is None
    assert country["status"].startswith("1 measure on U.S. security assistance names Honduras")


def test_a_brief_comes_with_what_it_cites(client: FlaskClient) -> None:
    brief = read_json(client, "/countries/MEX.json")["brief"]
    assert brief["html"].startswith('<h2 id="what-the-united-states-gives">')
    assert [cited["number"] for cited in brief["cites"]] == list(range(1, len(brief["cites"]) + 1))
    assert all(cited["url"].startswith("https://") and cited["date"] for cited in brief["cites"])


@pytest.mark.parametrize("code", ["ISR", "AND", "MEX"])
def test_answers_have_the_shape_described(small_client: FlaskClient, code: str) -> None:
    document: Any = read_json(small_client, "/api/v1/openapi.json")
    for shape, address in (
        ("CountryList", "/api/v1/countries"),
        ("CountryAnswer", f"/api/v1/countries/{code}"),
    ):
        schema = {"$ref": f"#/components/schemas/{shape}", "components": document["components"]}
        jsonschema_rs.Draft202012Validator(schema).validate(read_json(small_client, address))


@pytest.mark.parametrize("ending", ["json", "csv", "atom", "ics"])
@pytest.mark.parametrize("key", ["XXX", "egypt", "egy", "%00"])
def test_only_a_key_is_a_key(client: FlaskClient, key: str, ending: str) -> None:
    response = client.get(f"/countries/{key}.{ending}")
    assert response.status_code == 404
    assert response.json is not None
    assert response.json["error"]
    assert client.get(f"/api/v1/countries/{key}").status_code == 404


# --- its other forms ----------------------------------------------------------------------------------------


def test_its_measures_as_a_file_say_why(small_client: FlaskClient) -> None:
    rows = read_rows(small_client, "/countries/ISR.csv")
    assert {row["key"] for row in rows} == {"118-sjres-111", "119-sjres-33"}
    for row in rows:
        assert row["linked_words"] in row["linked_quote"]
        assert row["linked_by_rule"]
        assert len(row["source_sha256"]) == 64
    assert read_rows(small_client, "/countries/AND.csv") == []
    assert small_client.get("/countries/ISR.csv?scope=some").status_code == 400


def test_its_calendar_has_the_steps_of_its_measures(small_client: FlaskClient) -> None:
    response = small_client.get("/countries/ISR.ics")
    assert response.content_type == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(response.data).walk("VEVENT")
    urls = {str(event["URL"]) for event in events}
    assert urls == {f"{SITE}/bills/118-sjres-111", f"{SITE}/bills/119-sjres-33"}
    alone = Calendar.from_ical(small_client.get("/bills/119-sjres-33.ics").data).walk("VEVENT")
    assert {str(event["UID"]) for event in alone} < {str(event["UID"]) for event in events}


def test_a_calendar_without_events_is_still_one(small_client: FlaskClient) -> None:
    found = Calendar.from_ical(small_client.get("/countries/AND.ics").data)
    assert found.walk("VEVENT") == []
    assert found.subcomponents, "RFC 5545 wants a component in every calendar"


@pytest.mark.parametrize("code", ["ISR", "AND"])
def test_its_feed_can_be_read(small_client: FlaskClient, code: str) -> None:
    response = small_client.get(f"/countries/{code}.atom")
    assert response.content_type == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(io.BytesIO(response.data))
    assert not found.bozo
    assert found.feed.title.startswith(f"{all_countries()[code].name}: what changed")
    assert {link.rel: link.href for link in found.feed.links}["alternate"] == f"{SITE}/countries/{code}"


@pytest.mark.parametrize("address", ["/countries.json", "/countries.csv", "/countries/MEX.json", "/countries/EGY.csv",
                                     "/countries/EGY.atom", "/countries/EGY.ics", "/api/v1/countries/EGY"])  # fmt: skip
def test_an_empty_site_answers_too(empty_client: FlaskClient, address: str) -> None:
    assert empty_client.get(address, buffered=True).status_code == 200
