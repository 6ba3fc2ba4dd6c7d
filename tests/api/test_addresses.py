"""What stays stable: every address and field that docs/addresses.md promises, on a site that has something of each."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import html5lib
import pytest
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import URL

from tests import arms_sales, law_site, roll_calls, small_site, watchdogs
from tests.answers import read_json
from tests.conftest import NOW
from tests.sites import SITE, Sites
from tracker.config import PROJECT
from tracker.snapshot import BUNDLE, facts

PROMISED = (PROJECT / "docs" / "addresses.md").read_text()
ROWS = re.findall(r"^\| `(/[^`]*)`(?: \([^)]*\))? \| (.*?) ?\|$", PROMISED, re.MULTILINE)
PAGES = [(address, re.findall(r"`\.(\w+)`", forms)) for address, forms in ROWS if "/api/" not in address]
FORMS = [(address, form) for address, forms in PAGES for form in forms]
LISTS = [(address, re.findall(r"`(\w+)`", fields)) for address, fields in ROWS if "/api/" in address]
ONLY_DATA = re.findall(r"^\| `(/[^`]*)` \(only as data\)", PROMISED, re.MULTILINE)
EXAMPLES = {"119-s-1780": "119-hr-983", "gao-26-108061-2": "gao-25-107622-1"}
"""The small site has others than those that the document names, which are bundled."""
ITEM_FIELDS = ("key", "kind", "title", "url", "links", "sources")


def fill(url: URL, folder: Path) -> None:
    """Measures, people, money, an act, arms sales, reports and a day's changes."""
    for part in (small_site, arms_sales, watchdogs, roll_calls, law_site):
        part.fill(url, folder / part.__name__)


@pytest.fixture
def client(sites: Sites) -> Iterator[FlaskClient]:
    with time_machine.travel(NOW.replace(day=3, hour=18), tick=True):
        yield sites(fill).test_client()


def _here(address: str) -> str:
    for named, held in EXAMPLES.items():
        address = address.replace(named, held)
    return address


def _as(address: str, form: str) -> str:
    path, mark, query = _here(address).partition("?")
    return f"{path}.{form}{mark}{query}"


def test_the_document_has_the_tables() -> None:
    assert len(PAGES) > 25
    assert len(FORMS) > 50
    assert len(LISTS) == 14


def test_what_the_document_names_came_with_the_program() -> None:
    bundle = facts.read(BUNDLE / "119-security-assistance.jsonl.zst")
    held = {
        *(f"/bills/{line.congress}-{line.type}-{line.number}" for line in bundle.bills),
        *(f"/reports/{line.slug}" for line in bundle.reports),
        *(f"/audit-recommendations/{line.slug}" for line in bundle.audit_recommendations),
        *(f"/arms-sales/{line.transmittal}" for line in bundle.arms_sales),
        *(f"/legislators/{line.bioguide}" for line in bundle.legislators),
        *(f"/votes/{line.key[0]}" for line in bundle.votes),
    }
    lists = {address.rpartition("/")[0] for address in held}
    named = [address for address, _ in PAGES if address.rpartition("/")[0] in lists]
    assert len(named) == len(lists)
    assert set(named) <= held


@pytest.mark.parametrize("address", [address for address, _ in PAGES if address not in ONLY_DATA])
def test_every_page_is_there_and_names_its_other_forms(client: FlaskClient, address: str) -> None:
    response = client.get(_here(address), buffered=True)
    assert response.status_code == 200
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.text)
    media = {link.get("type") for link in root.iter("link") if link.get("rel") == "alternate"}
    linked = {link.get("href", "").partition("?")[0] for link in root.iter("a")}
    for form in dict(PAGES)[address]:
        assert MEDIA_TYPES[form] in media or _as(address, form).partition("?")[0] in linked, form


MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "atom": "application/atom+xml",
    "ics": "text/calendar",
}


@pytest.mark.parametrize(("address", "form"), FORMS)
def test_every_page_has_its_other_forms(client: FlaskClient, address: str, form: str) -> None:
    response = client.get(_as(address, form), buffered=True)
    assert response.status_code == 200, response.text[:300]
    assert response.content_type.startswith(MEDIA_TYPES[form])
    if form == "json":
        assert isinstance(json.loads(response.data), dict)
    elif form == "csv":
        header, *lines = csv.reader(io.StringIO(response.data.decode(), newline=""), strict=True)
        assert len(set(header)) == len(header) > 3
        assert {len(line) for line in lines} <= {len(header)}
    elif form == "atom":
        assert not feedparser.parse(io.BytesIO(response.data)).bozo
    else:
        assert Calendar.from_ical(response.data).get("prodid")


@pytest.mark.parametrize(
    "address", ["/bills.json", "/bills.csv", "/bills.atom", "/calendar.ics", "/api/v1/countries"]
)
def test_an_answer_is_the_same_compressed(client: FlaskClient, address: str) -> None:
    plain = client.get(address, buffered=True)
    packed = client.get(address, buffered=True, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    if len(plain.data) > 1400 or address.endswith(".csv"):
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(packed.data) < len(plain.data) / 2
        assert gzip.decompress(packed.data) == plain.data
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] == packed.headers["ETag"]


@pytest.mark.parametrize(("address", "fields"), LISTS)
def test_every_list_of_the_api_has_what_is_promised(
    client: FlaskClient, address: str, fields: list[str]
) -> None:
    mark = "&" if "?" in address else "?"
    whole = read_json(client, f"{address}{mark}limit=1000")
    assert whole["items"]
    assert whole.keys() >= {"items", "next", "total"}
    for item in whole["items"]:
        assert [field for field in (*ITEM_FIELDS, *fields) if field not in item] == [], item["key"]
        assert all(item[field] for field in ("key", "kind", "title", "url")), item
        assert item["sources"] or _is_not_held(item), item["key"]
        for source in item["sources"]:
            assert all(source[field] for field in ("name", "url", "fetched_at", "sha256")), item["key"]
    keys: list[str] = []
    after: Any = ""
    while after is not None:
        part = read_json(client, f"{address}{mark}limit=40&after={after}")
        keys += [item["key"] for item in part["items"]]
        after = part["next"]
    assert keys == [item["key"] for item in whole["items"]]


def _is_not_held(item: dict[str, Any]) -> bool:
    """A source that was never asked, and a measure of which the site has no text, have no document."""
    return item.get("health") == "never collected" or item["kind"] == "appropriations"


@pytest.mark.parametrize("address", [address for address, _ in LISTS if "?" not in address])
def test_the_whole_of_an_item_is_behind_its_key(client: FlaskClient, address: str) -> None:
    (item, *_) = read_json(client, f"{address}?limit=1")["items"]
    alone = read_json(client, f"{address}/{item['key']}")
    assert [field for field in ITEM_FIELDS if field not in alone] == []
    assert alone["key"] == item["key"]


@pytest.mark.parametrize(("address", "_fields"), LISTS)
def test_more_than_a_thousand_is_refused_by_name(
    client: FlaskClient, address: str, _fields: list[str]
) -> None:
    response = client.get(f"{address}{'&' if '?' in address else '?'}limit=1001")
    assert response.status_code == 400
    assert response.get_json()["parameter"] == "limit"


def test_scope_all_has_everything(client: FlaskClient) -> None:
    some = read_json(client, "/api/v1/bills?limit=1")["total"]
    assert read_json(client, "/api/v1/bills?limit=1&scope=all")["total"] > some > 0


def test_every_form_that_is_served_is_promised(client: FlaskClient) -> None:
    """What is there and not written down would be changed without a thought."""
    served = {
        re.sub(r"<[^>]*>", "*", rule.rule)
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint.startswith("api_forms.")
    }
    promised = {_as(address, form).partition("?")[0] for address, form in FORMS}
    patterns = {pattern: re.compile(re.escape(pattern).replace(r"\*", "[^/]+")) for pattern in served}
    assert [pattern for pattern, found in patterns.items() if not any(map(found.fullmatch, promised))] == []


def test_the_index_names_every_list(client: FlaskClient) -> None:
    lists = read_json(client, "/api/v1/")["lists"]
    assert {address.removeprefix(SITE) for address in lists.values()} == {
        address.partition("?")[0] for address, _ in LISTS
    }
