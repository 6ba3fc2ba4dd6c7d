"""Money for programs: every figure of a country with its release, all countries in a year, and the files."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from sqlalchemy import URL, create_engine

from scrapers.bodies import Bodies
from tests.answers import read_json, read_rows
from tests.conftest import FakeClock, collector
from tests.money import collect_money, put_money
from tests.publishing import Mirror
from tests.sites import Sites


def fill(url: URL, folder: Path) -> None:
    """The saved files of assistance."""
    engine = create_engine(url)
    mirror = Mirror(folder / "mirror")
    put_money(mirror)
    collect_money(collector(engine, mirror.root, Bodies(folder / "bodies"), FakeClock()))
    engine.dispose()


@pytest.fixture
def money(sites: Sites) -> FlaskClient:
    return sites(fill).test_client()


@pytest.mark.parametrize("address", ["/api/v1/countries/HND/assistance", "/countries/HND/assistance.json"])
def test_a_country_has_every_figure_with_its_release(money: FlaskClient, address: str) -> None:
    answer = read_json(money, address)
    assert answer["total"] == len(answer["items"])
    of_2023 = {
        item["release"]: item["dollars"]
        for item in answer["items"]
        if (item["fiscal_year"], item["type"]) == ("2023", "obligations")
    }
    assert of_2023 == {"2026-11-02": 175_571_588, "2024-12": 181_680_029, "2023-09": 80_462_055}
    assert {item["source"] for item in answer["items"]} == {source["key"] for source in answer["sources"]}
    assert all(len(source["sha256"]) == 64 and "#" not in source["url"] for source in answer["sources"])
    newest = [
        item for item in answer["items"] if item["source"] == "foreign_assistance" and item["is_newest"]
    ]
    assert {item["release"] for item in newest} == {"2026-11-02"}


def test_the_balance_has_both_numbers_or_no_share(money: FlaskClient) -> None:
    balance = {
        one["fiscal_year"]: one for one in read_json(money, "/api/v1/countries/EGY/assistance")["balance"]
    }
    assert balance["1996"] == {
        "fiscal_year": "1996", "military_and_police": None, "military_and_police_mark": "not published",
        "all_aid_obligated": None, "all_aid_mark": "not found", "percent": None,
    }  # fmt: skip
    assert balance["2015"]["military_and_police"] == 1_305_800_000


def test_a_blank_cell_is_null_and_the_transition_quarter_is_text(money: FlaskClient) -> None:
    items = read_json(money, "/api/v1/countries/EGY/assistance")["items"]
    assert None in {item["dollars"] for item in items if item["type"] == "military_police"}
    assert "1976tq" in {item["fiscal_year"] for item in items}


def test_the_answer_is_as_described(money: FlaskClient) -> None:
    described = read_json(money, "/api/v1/openapi.json")
    schema = {
        "$ref": "#/components/schemas/AssistanceAnswer",
        "components": described["components"],
    }
    jsonschema_rs.validator_for(schema).validate(read_json(money, "/api/v1/countries/UKR/assistance"))


def test_the_file_has_the_same_figures_with_their_documents(money: FlaskClient) -> None:
    rows = read_rows(money, "/countries/UKR/assistance.csv")
    items = read_json(money, "/countries/UKR/assistance.json")["items"]
    assert [(row["fiscal_year"], row["type"], row["account"], row["dollars"]) for row in rows] == [
        (item["fiscal_year"], item["type"], item["account"],
         "" if item["dollars"] is None else str(item["dollars"]))
        for item in items
    ]  # fmt: skip
    drawdown = next(row for row in rows if row["account"] == "97xDPDA" and row["fiscal_year"] == "2022")
    assert (drawdown["rows"], drawdown["source"]) == ("3", "foreign_assistance_rows")
    assert drawdown["document_url"].endswith("us_foreign_aid_complete.csv")


def test_all_countries_in_a_year(money: FlaskClient) -> None:
    answer = read_json(money, "/assistance.json?year=2020")
    assert (answer["fiscal_year"], answer["is_partial"]) == ("2020", False)
    ghana = next(item for item in answer["items"] if item["key"] == "GHA")
    assert (ghana["obligations"], ghana["obligations_mark"]) == (-63_823_269, "figure")
    assert (ghana["disbursements"], ghana["disbursements_mark"]) == (None, "not found")
    rows = {row["key"]: row for row in read_rows(money, "/assistance.csv?year=2020")}
    assert rows.keys() == {item["key"] for item in answer["items"]}
    assert rows["GHA"]["obligations"] == "-63823269"
    assert (rows["GHA"]["disbursements"], rows["GHA"]["disbursements_mark"]) == ("", "not found")


def test_an_unknown_country_is_404(money: FlaskClient) -> None:
    for address in ("/api/v1/countries/XXX/assistance", "/countries/XXX/assistance.csv"):
        assert money.get(address).status_code == 404


def test_before_the_first_collection_answers_are_empty(empty_client: FlaskClient) -> None:
    answer = read_json(empty_client, "/api/v1/countries/EGY/assistance")
    assert (answer["items"], answer["balance"], answer["sources"]) == ([], [], [])
    assert read_json(empty_client, "/assistance.json")["items"] == []
    assert read_rows(empty_client, "/assistance.csv") == []
