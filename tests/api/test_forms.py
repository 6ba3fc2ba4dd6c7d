"""The pages' other forms: CSV without formulas, feeds that validate, calendars of what happened."""

from __future__ import annotations

import io
from datetime import date

import feedparser
import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from lxml import etree

from tests.answers import read_rows
from tests.api.conftest import HOSTILE, MEASURES, title_of
from tests.sites import SITE

_ATOM = {"a": "http://www.w3.org/2005/Atom"}
FEEDS = (
    "/.atom",
    "/index.atom",
    "/changes.atom",
    "/bills.atom",
    "/bills/119-hr-1.atom",
    "/bills/119-hr-7.atom",
)


# --- CSV --------------------------------------------------------------------------------------------


def test_the_file_has_every_measure_whatever_the_page_shows(client: FlaskClient) -> None:
    rows = read_rows(client, "/bills.csv?limit=5")
    assert len(rows) == len({row["key"] for row in rows}) == MEASURES + 1
    assert len(read_rows(client, "/bills.csv?stage=reported")) == 1


def test_no_cell_of_a_measure_is_a_formula(client: FlaskClient) -> None:
    rows = {row["key"]: row for row in read_rows(client, "/bills.csv")}
    for key in HOSTILE:
        title = title_of(key)
        assert rows[key]["title"] == (f"'{title}" if title[0] in "=@" else title)
    cells = [cell for row in rows.values() for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert rows["119-hr-1"]["status"].startswith("Sent to the full House")
    assert len(rows["119-hr-1"]["source_sha256"]) == 64


def test_the_log_as_a_file(client: FlaskClient) -> None:
    rows = read_rows(client, "/changes.csv")
    assert [int(row["id"]) for row in rows] == sorted((int(row["id"]) for row in rows), reverse=True)
    assert all(row["sentence"] for row in rows)
    assert len(read_rows(client, "/changes.csv?kind=stage")) == 1


# --- feeds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_can_be_read(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.content_type == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(io.BytesIO(response.data))
    assert not found.bozo
    root = etree.fromstring(response.data)
    ids = [element.text for element in root.iterfind(".//a:id", _ATOM)]
    assert len(set(ids)) == len(ids)
    assert all(name and name.startswith("tag:tracker.example,2026:") for name in ids)
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", _ATOM)}
    assert links["self"] == SITE + address.replace("/index", "/")
    assert links["alternate"] in {SITE + address.replace(ending, "") for ending in (".atom", "index.atom")}
    for entry in found.entries:
        assert entry.link.startswith(f"{SITE}/bills/")
        assert entry.summary


def test_an_entry_keeps_its_name_in_every_feed(client: FlaskClient) -> None:
    def ids(address: str) -> set[str]:
        return {entry.id for entry in feedparser.parse(io.BytesIO(client.get(address).data)).entries}

    assert ids("/bills/119-hr-1.atom") < ids("/changes.atom") == ids("/.atom")
    assert "tag:tracker.example,2026:bill:119-hr-999/introduced/introduced" in ids("/.atom")


def test_a_feed_of_measures_has_the_filters_of_the_page(client: FlaskClient) -> None:
    content = client.get("/bills.atom?stage=reported&limit=9").data
    found = feedparser.parse(io.BytesIO(content))
    assert [entry.title for entry in found.entries] == [f"H.R. 1: {title_of('119-hr-1')}"]
    links = {link.rel: link.href for link in found.feed.links}
    assert links["alternate"] == f"{SITE}/bills?stage=reported"


def test_feeds_of_one_list_follow_one_another(client: FlaskClient) -> None:
    seen: list[str] = []
    address: str | None = "/bills.atom?limit=50"
    while address:
        found = feedparser.parse(io.BytesIO(client.get(address).data))
        seen += [entry.id for entry in found.entries]
        following = [link.href for link in found.feed.links if link.rel == "next"]
        address = following[0].removeprefix(SITE) if following else None
    assert len(seen) == len(set(seen)) == MEASURES + 1


def test_strange_parameters_leave_a_feed_whole(client: FlaskClient) -> None:
    for query in ("q=%00%ff<b>", "q=%ED%A0%80", "x=%0d%0aBcc:"):
        response = client.get(f"/bills.atom?{query}")
        assert response.status_code == 200
        etree.fromstring(response.data)


# --- calendars --------------------------------------------------------------------------------------


def test_a_calendar_holds_what_happened_and_nothing_else(client: FlaskClient) -> None:
    response = client.get("/bills/119-hr-1.ics")
    assert response.content_type == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(response.data).walk("VEVENT")
    days = {str(event["UID"]): event.decoded("DTSTART") for event in events}
    assert days["119-hr-1-introduced-2025-01-03-house@tracker.example"] == date(2025, 1, 3)
    assert days["119-hr-1-reported-2026-10-30-house@tracker.example"] == date(2026, 10, 30)
    assert len(days) == len(events)
    assert client.get("/bills/119-hr-1.ics").data == response.data
    assert all(str(event["URL"]) == f"{SITE}/bills/119-hr-1" for event in events)
