"""Deadlines for programs: answers, files, and calendars whose events move and are withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import URL, create_engine, insert

from tests.answers import read_json, read_rows
from tests.conftest import NOW
from tests.law_site import act, put_texts
from tests.sites import SITE, Sites
from tracker.db import writing
from tracker.desk.fact_words import FACT_WORD
from tracker.models import Decision, DecisionKind, FactKind, LinkState

EGYPT = "119-hr-7148-f-7041-a-30-days"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def fill(url: URL, _folder: Path) -> None:
    """One act, of which an editor rejected a deadline."""
    engine = create_engine(url)
    with writing(engine) as connection:
        connection.execute(insert(FACT_WORD).values(
            bill_key="119-hr-7148", version="enr", kind=FactKind.DEADLINE, key="f-7042-by-2027-11-01", words="",
            state=LinkState.REJECTED, decided_by="An editor", decided_at=NOW,
        ))  # fmt: skip
        for _ in range(2):
            connection.execute(insert(Decision).values(
                kind=DecisionKind.REJECT, subject="fact:119-hr-7148/enr/deadline/f-7042-by-2027-11-01",
                made_by="An editor", made_at=NOW,
            ))  # fmt: skip
    put_texts(engine, act())
    engine.dispose()


@pytest.fixture
def reader(sites: Sites) -> FlaskClient:
    return sites(fill).test_client()


def test_a_deadline_has_its_day_its_act_and_its_words(reader: FlaskClient) -> None:
    found = read_json(reader, f"/api/v1/deadlines/{EGYPT}")
    expected = {
        "key": EGYPT, "kind": "deadline", "title": "Middle East: Egypt", "due": "2026-03-05", "days_left": -242,
        "group": "overdue", "duty": "report", "by": "Secretary of State", "act": "119-hr-7148", "law": "119-75",
        "is_in_force": True, "section": "division F, section 7041(a)", "countries": ["EGY"], "submission": None,
        "page": f"{SITE}/deadlines#{EGYPT}", "rule": "30 days after enactment",
    }  # fmt: skip
    assert expected.items() <= found.items()
    assert {"bill:119-hr-7148", "country:EGY"} <= set(found["links"])
    assert found["words"].startswith("(1) Not later than 30 days") or found["words"].startswith("(a) Egypt.")
    assert found["sources"][0]["sha256"] == "a" * 64


def test_a_list_comes_in_parts(reader: FlaskClient) -> None:
    first = read_json(reader, "/api/v1/deadlines?limit=2")
    rest = read_json(reader, f"/api/v1/deadlines?limit=2&after={first['next']}")
    assert (first["total"], len(first["items"]), len(rest["items"]), rest["next"]) == (3, 2, 1, None)
    assert first == read_json(reader, "/deadlines.json?limit=2")
    assert [one["key"] for one in read_json(reader, "/deadlines.json?country=EGY")["items"]] == [EGYPT]


@pytest.mark.parametrize(
    "path", ["/api/v1/deadlines/none", "/api/v1/deadlines/119-hr-7148-f-7042-by-2027-11-01"]
)
def test_what_is_not_there_is_not_found(reader: FlaskClient, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_a_filter_that_makes_no_sense_is_named(reader: FlaskClient) -> None:
    assert reader.get("/deadlines.json?group=x").get_json()["parameter"] == "group"
    assert reader.get("/calendar.json?kind=x").get_json()["parameter"] == "kind"


def events(reader: FlaskClient, path: str) -> dict[str, object]:
    response = reader.get(path)
    assert response.content_type.startswith("text/calendar")
    found = Calendar.from_ical(response.data)
    return {str(one["uid"]): one for one in found.walk("VEVENT")}


def test_events_keep_their_names_and_say_when_they_are_withdrawn(reader: FlaskClient) -> None:
    found = events(reader, "/deadlines.ics")
    egypt, gone = (
        found[f"deadline-{EGYPT}@tracker.example"],
        found["deadline-119-hr-7148-f-7042-by-2027-11-01@tracker.example"],
    )
    assert egypt["dtstart"].to_ical() == b"20260305"  # type: ignore[index]
    assert "status" not in egypt  # type: ignore[operator]
    assert (gone["status"], gone["sequence"]) == ("CANCELLED", 2)  # type: ignore[index]
    assert "deadline-119-hr-7148-f-7042-30-days-2026-11-30@tracker.example" in found


def test_a_countrys_calendar_has_what_acts_order_on_it(reader: FlaskClient) -> None:
    assert set(events(reader, "/countries/EGY.ics")) == {f"deadline-{EGYPT}@tracker.example"}
    assert set(events(reader, "/deadlines.ics?country=EGY")) == {f"deadline-{EGYPT}@tracker.example"}
    gone = events(reader, "/countries/COL.ics")
    assert [one["status"] for one in gone.values()] == ["CANCELLED"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "on"),
    [
        (f"deadline-{EGYPT}", b"20260305"),
        ("deadline-119-hr-7148-f-7042-30-days-2026-11-30", b"20261130"),
        ("deadline-119-hr-7148-f-7042-30-days-2026-09-01", b"20260901"),  # a round that is past
        ("continuing-resolution-119-hr-5371", b"20260130"),
    ],
)
def test_a_day_by_its_name_is_the_entry_that_the_whole_calendar_has(
    reader: FlaskClient, name: str, on: bytes
) -> None:
    ((uid, event),) = events(reader, f"/calendar/{name}.ics").items()
    assert uid == f"{name}@tracker.example"
    assert event["dtstart"].to_ical() == on  # type: ignore[index]


@pytest.mark.parametrize(
    "name", ["none", f"deadline-{EGYPT}-2026-03-06", "deadline-119-hr-7148-f-7042-30-days-2026-09-02"]
)
def test_a_day_that_is_none_is_not_found(reader: FlaskClient, name: str) -> None:
    assert reader.get(f"/calendar/{name}.ics").status_code == 404


def test_the_same_facts_give_the_same_calendar(reader: FlaskClient) -> None:
    assert reader.get("/deadlines.ics").data == reader.get("/deadlines.ics").data
    assert set(events(reader, "/calendar.ics?kind=deadline")) == {
        "deadline-119-hr-7148-f-7042-30-days-2026-11-30@tracker.example",
        "deadline-119-hr-7148-f-7042-by-2027-11-01@tracker.example",
    }


def test_files_have_a_line_for_each(reader: FlaskClient) -> None:
    rows = read_rows(reader, "/deadlines.csv")
    assert [row["due"] for row in rows] == ["2026-03-05", "2026-03-05", ""]
    assert rows[0]["evidence"] == "No public evidence of submission yet."
    days = read_rows(reader, "/calendar.csv?kind=deadline")
    assert [row["on"] for row in days] == ["2026-11-30"]
    assert [one["on"] for one in read_json(reader, "/calendar.json?kind=deadline")["items"]] == ["2026-11-30"]
