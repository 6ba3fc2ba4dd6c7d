"""The description for programs is valid, in plain words, and true."""

from __future__ import annotations

import os
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok

from tests.api.conftest import SITE, read_json

ADDRESS = "/api/v1/openapi.json"


@pytest.fixture
def document(client: FlaskClient) -> Any:
    return read_json(client, ADDRESS)


def operations(document: Any) -> list[tuple[str, Any]]:
    return [(path, methods["get"]) for path, methods in document["paths"].items()]


def test_every_address_is_described(document: Any) -> None:
    names = (
        "bills",
        "countries",
        "recommendations",
        "promises",
        "reports",
        "audit-recommendations",
        "appropriations",
        "arms-sales",
        "deadlines",
        "changes",
        "votes",
        "legislators",
        "sources",
        "search",
    )
    lists = {f"/api/v1/{name}" for name in names}
    alone = {f"{name}/{{key}}" for name in lists if not name.endswith("search")}
    parts = {"/api/v1/countries/{key}/assistance"}
    assert set(document["paths"]) == lists | alone | parts
    assert document["servers"] == [{"url": SITE}]
    assert document["openapi"].startswith("3.1")


def test_every_operation_has_plain_words(document: Any) -> None:
    for path, operation in operations(document):
        assert operation["summary"].endswith("."), path
        assert len(operation["description"]) > 60, path
        assert operation["operationId"]
        for parameter in operation["parameters"]:
            assert parameter["description"], f"{path}: {parameter['name']}"
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(names)) == len(names)


def test_every_reference_leads_somewhere(document: Any) -> None:
    schemas = document["components"]["schemas"]

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for entry in value.values() for found in references(entry)]
        return [found for entry in value for found in references(entry)] if isinstance(value, list) else []

    for reference in references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas


@pytest.mark.parametrize(
    ("address", "shape"),
    [
        ("/api/v1/bills", "BillList"),
        ("/api/v1/bills/119-hr-1", "BillAnswer"),
        ("/api/v1/changes", "ChangeList"),
        ("/api/v1/changes/1", "ChangeItem"),
        ("/api/v1/legislators", "LegislatorList"),
        ("/api/v1/legislators/B001299", "LegislatorAnswer"),
        ("/api/v1/sources", "SourceList"),
        ("/api/v1/sources/govinfo_billstatus", "SourceItem"),
        ("/api/v1/search?q=arms", "SearchList"),
    ],
)
def test_answers_have_the_shape_described(
    client: FlaskClient, document: Any, address: str, shape: str
) -> None:
    schema = {"$ref": f"#/components/schemas/{shape}", "components": document["components"]}
    jsonschema_rs.Draft202012Validator(schema).validate(read_json(client, address))


def test_the_index_points_here(client: FlaskClient) -> None:
    index = read_json(client, "/api/v1/")
    assert index["openapi"] == f"{SITE}{ADDRESS}"
    for address in index["lists"].values():
        query = "?q=arms" if address.endswith("search") else ""
        assert client.get(address.removeprefix(SITE) + query).status_code == 200


def test_no_request_breaks_the_site(site: Flask) -> None:
    """Requests made up from the description, good and bad, get an answer and never a failure."""
    schema = schemathesis.openapi.from_wsgi(ADDRESS, site)
    examples = int(os.environ.get("API_EXAMPLES", "12"))
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=examples, deadline=None, phases=[Phase.generate], derandomize=True,
            suppress_health_check=list(HealthCheck), database=None,
        )  # fmt: skip
        def answers(case: Any) -> None:
            response = case.call()
            case.validate_response(response, checks=[not_a_server_error])

        answers()
