"""Recommendations and promises for programs: the lists, one of them, the table of countries, and their changes."""

from __future__ import annotations

import io
from typing import Any

import feedparser
import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from tests.answers import read_json, read_rows
from tests.sites import SITE
from tracker.queries.recommendations import all_measured

RESTRICT = "restrict-alliances-with-abusers"
OVERSIGHT = "increase-accountability-and-oversight"
ALL = [(one.path.split("/")[1], one.slug) for one in all_measured()]


# --- the lists --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("family", "count"), [("recommendations", 3), ("promises", 13)])
def test_a_list_in_parts_has_everything_once(client: FlaskClient, family: str, count: int) -> None:
    whole = read_json(client, f"/api/v1/{family}")
    keys = [item["key"] for item in whole["items"]]
    assert keys == [slug for name, slug in ALL if name == family]
    assert (len(keys), whole["total"], whole["next"]) == (count, count, None)
    parts: list[str] = []
    after: str | None = ""
    while after is not None:
        answer = read_json(client, f"/api/v1/{family}?limit=2&after={after}")
        parts += [item["key"] for item in answer["items"]]
        after = answer["next"]
    assert parts == keys


@pytest.mark.parametrize("family", ["recommendations", "promises"])
def test_every_item_says_what_it_is_and_where_it_comes_from(small_client: FlaskClient, family: str) -> None:
    for item in read_json(small_client, f"/api/v1/{family}")["items"]:
        assert item["kind"] == family.removesuffix("s")
        assert item["title"]
        assert item["asks"].endswith(".")
        assert item["url"] == item["source"]["url"]
        assert item["page"] == f"{SITE}/{family}/{item['key']}"
        assert item["of"]
        (source,) = item["sources"]
        assert source["fetched_at"].endswith("Z")
        assert len(source["sha256"]) == 64
        judged_ways = item["measures"]["advances"] + item["measures"]["weakens"]
        assert len(item["links"]) >= judged_ways
        for link in item["links"]:
            assert link["verdict"] in ("advances", "weakens")
            assert link["reason"].endswith(".")
            assert (link["made_by"], link["kind"]) == ("the editors", "bill")
            assert small_client.get(link["url"].removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("/api/v1/recommendations?limit=0", "limit"),
        ("/api/v1/promises?after=nobody", "after"),
        ("/recommendations.json?by=x", "by"),
        ("/recommendations.json?region=x", "region"),
        ("/recommendations.csv?congress=x", "congress"),
        ("/recommendations.csv?order=x", "order"),
        ("/recommendations.atom?after=x", "after"),
        ("/api/v1/changes?recommendation=x", "recommendation"),
        ("/api/v1/bills?verdict=x", "verdict"),
    ],
)
def test_a_bad_value_is_refused_by_name(client: FlaskClient, address: str, parameter: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert response.json is not None
    assert response.json["parameter"] == parameter
    assert parameter in response.json["error"]


# --- one of them ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("family", "key"), ALL)
def test_what_a_list_names_can_be_read_alone(small_client: FlaskClient, family: str, key: str) -> None:
    (item,) = (one for one in read_json(small_client, f"/api/v1/{family}")["items"] if one["key"] == key)
    alone = read_json(small_client, f"/api/v1/{family}/{key}")
    assert {field: alone[field] for field in item} == item
    assert read_json(small_client, f"/{family}/{key}.json") == alone
    for bearing, number in item["measures"].items():
        part = alone[bearing]
        assert part["total"] == number
        assert len(part["items"]) == min(number, 20)
        more = read_json(small_client, part["more"].removeprefix(SITE))
        assert more["total"] == number
        assert {bill["key"] for bill in part["items"]} <= {bill["key"] for bill in more["items"]}


def test_evidence_for_has_the_reason_and_what_concerns_it_the_words(small_client: FlaskClient) -> None:
    (measure,) = read_json(small_client, f"/api/v1/recommendations/{RESTRICT}")["advances"]["items"]
    assert measure["key"] == "117-hr-1574"
    reasons = {one["key"]: one["reason"] for one in measure["judgements"]}
    assert reasons[f"recommendation:{RESTRICT}"]
    answer = read_json(small_client, f"/api/v1/recommendations/{OVERSIGHT}")
    for measure in answer["concerns"]["items"]:
        (link,) = (one for one in measure["links"] if one["key"] == f"recommendation:{OVERSIGHT}")
        assert link["evidence"][0]["words"]
    assert answer["status"].startswith("In the editors’ judgement 1 measure advances")
    assert [part["key"] for part in answer["parts"]]
    assert answer["indicators"]
    assert answer["html"].startswith("<p>")
    israel = next(one for one in answer["countries"] if one["key"] == "ISR")
    assert israel["measures"] == {"advances": 0, "weakens": 0, "concerns": 2}


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/recommendations/x", f"/api/v1/promises/{RESTRICT}", "/api/v1/recommendations/ppd23-goal-1",
        "/recommendations/x.json", "/promises/x.atom", f"/promises/{RESTRICT}.json", "/promises/%00.json",
    ],
)  # fmt: skip
def test_what_is_not_here_is_said_with_what_is(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.json is not None
    assert ("ppd23-guideline-9" if "/promises" in address else RESTRICT) in response.json["error"]


@pytest.mark.parametrize(
    ("address", "shape"),
    [
        ("/api/v1/recommendations", "RecommendationList"),
        ("/api/v1/promises", "RecommendationList"),
        (f"/api/v1/recommendations/{OVERSIGHT}", "RecommendationAnswer"),
        ("/api/v1/promises/ppd23-goal-3", "RecommendationAnswer"),
    ],
)
def test_answers_have_the_shape_described(small_client: FlaskClient, address: str, shape: str) -> None:
    document = read_json(small_client, "/api/v1/openapi.json")
    schema = {"$ref": f"#/components/schemas/{shape}", "components": document["components"]}
    jsonschema_rs.Draft202012Validator(schema).validate(read_json(small_client, address))


# --- the table --------------------------------------------------------------------------------------


def test_the_overview_is_a_list_with_the_table(small_client: FlaskClient) -> None:
    answer = read_json(small_client, "/recommendations.json")
    assert [item["key"] for item in answer["items"]] == [slug for _, slug in ALL]
    assert (answer["total"], answer["next"]) == (16, None)
    rows = answer["matrix"]["rows"]
    assert [(row["key"], row["in_scope"]) for row in rows] == [("ISR", 2), ("HND", 1), ("SAU", 1)]
    cells = {row["key"]: {cell["key"]: cell["measures"] for cell in row["cells"]} for row in rows}
    assert cells["HND"][RESTRICT] == {"advances": 1, "weakens": 0, "concerns": 0}


@pytest.mark.parametrize("by", ["recommendations", "promises"])
def test_the_file_has_a_line_for_every_cell(small_client: FlaskClient, by: str) -> None:
    lines = read_rows(small_client, f"/recommendations.csv?by={by}")
    columns = {"recommendations": 3, "promises": 13}[by]
    assert len(lines) == 3 * columns
    assert len({(line["country"], line["recommendation"]) for line in lines}) == len(lines)
    for line in lines:
        listed = read_json(
            small_client, line["measures"].removeprefix(SITE).replace("/bills?", "/bills.json?")
        )
        assert listed["total"] == _different(line)


def _different(line: dict[str, str]) -> int:
    """How many measures a line counts; on the small site none is judged both ways."""
    return sum(int(line[bearing]) for bearing in ("advances", "weakens", "concerns"))


# --- feeds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/recommendations", *(f"/{family}/{slug}" for family, slug in ALL[:5])])
def test_a_feed_can_be_read(small_client: FlaskClient, path: str) -> None:
    response = small_client.get(f"{path}.atom")
    assert response.content_type == "application/atom+xml; charset=utf-8"
    found: Any = feedparser.parse(io.BytesIO(response.data))
    assert not found.bozo
    links = {link.rel: link.href for link in found.feed.links}
    assert links["alternate"] == SITE + path
    assert links["self"] == f"{SITE}{path}.atom"


def test_a_feed_has_what_the_log_has(small_client: FlaskClient) -> None:
    log = read_json(small_client, "/api/v1/changes?recommendation=any")
    found = feedparser.parse(io.BytesIO(small_client.get("/recommendations.atom").data))
    assert len(found.entries) == log["total"]


# --- before the first collection --------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/recommendations", "/api/v1/promises/ppd23-goal-1", "/recommendations.json", "/recommendations.csv",
        "/recommendations.atom", f"/recommendations/{RESTRICT}.atom",
    ],
)  # fmt: skip
def test_an_empty_site_answers_too(empty_client: FlaskClient, address: str) -> None:
    assert empty_client.get(address, buffered=True).status_code == 200
