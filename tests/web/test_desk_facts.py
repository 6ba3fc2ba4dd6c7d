"""The desk's queue of facts: what an editor sees and does, and what readers then see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, create_engine, insert

from tests.conftest import NOW
from tests.law_site import HOSTILE, act, put_texts
from tests.sites import Sites, application
from tests.web.pages import Reader
from tests.web.test_desk import add_ann, log_in, post
from tracker.db import writing
from tracker.models import Collection, Status

KENYA = "f-7042-60-days"


def fill(url: URL, folder: Path) -> None:
    """An act with one deadline that waits; Ann is an editor."""
    engine = create_engine(url)
    put_texts(engine, act())
    with writing(engine) as connection:  # pages are kept by what was collected and decided
        connection.execute(insert(Collection).values(
            source="govinfo_bill_text", parser_version=1, options={}, started_at=NOW, status=Status.OK
        ))  # fmt: skip
    engine.dispose()
    with application(url, folder) as app:
        add_ann(app)


@pytest.fixture
def desk(sites: Sites, tmp_path: Path) -> Iterator[Flask]:
    """The application over it."""
    with application(sites.database(fill), tmp_path) as app:
        yield app


@pytest.fixture
def ann(desk: Flask) -> FlaskClient:
    client = desk.test_client()
    assert log_in(client).location == "/desk"
    return client


def chosen(client: FlaskClient) -> list[str]:
    found = re.findall(r'type="hidden" name="fact" value="([^"]+)"', client.get("/desk/facts").text)
    return list(dict.fromkeys(found))


def send(client: FlaskClient, path: str, **form: Any) -> str:
    post(client, path, **{"next": "/desk/facts", **form})
    return client.get("/desk/facts").text


def test_a_fact_waits_with_its_words(ann: FlaskClient) -> None:
    page = ann.get("/desk/facts").text
    assert "1 fact waits for an editor" in page
    assert "<mark>60 days after the date of enactment of this Act</mark>" in page
    assert "deadline, certainty 50" in page
    assert "<script>alert" not in page
    assert HOSTILE not in page


def test_confirming_puts_it_on_the_board_and_undoing_takes_it_off(desk: Flask, ann: FlaskClient) -> None:
    read = Reader(desk)
    assert "Kenya" not in read("/deadlines").text
    page = send(ann, "/desk/facts", decision="confirm", fact=chosen(ann))
    assert "Nothing waits." in page
    assert f"Last you confirmed the deadline {KENYA} in H.R. 7148" in page
    board = read("/deadlines").text
    assert "Kenya" in board
    assert "Confirmed by Ann" in board
    (number,) = re.findall(r'name="decision" value="(\d+)"', page)
    assert "1 fact waits" in send(ann, "/desk/undo", decision=number)
    assert "Kenya" not in read("/deadlines").text
    assert "took back" in ann.get("/desk/log").text


def test_a_fact_is_put_right(desk: Flask, ann: FlaskClient) -> None:
    (fact,) = chosen(ann)
    assert "Nothing is put right" in send(ann, "/desk/facts/correct", fact=fact, duty="report")
    page = send(ann, "/desk/facts/correct", fact=fact, duty="briefing", by="Inspector General")
    assert "Nothing waits." in page
    assert "Briefing by the Inspector General" in Reader(desk)("/deadlines").text


def test_what_makes_no_sense_is_refused(ann: FlaskClient) -> None:
    (fact,) = chosen(ann)
    assert "Choose at least one fact." in send(ann, "/desk/facts", decision="confirm")
    assert post(ann, "/desk/facts", decision="confirm", fact="x").status_code == 400
    assert post(ann, "/desk/facts", decision="perhaps", fact=fact).status_code == 400
    assert ann.get("/desk/facts?kind=x").status_code == 400
    assert "look again" in send(ann, "/desk/facts", decision="confirm", fact=f"{fact[:-16]}{'0' * 16}")


def test_the_queue_is_narrowed(ann: FlaskClient) -> None:
    assert "No waiting fact fits." in ann.get("/desk/facts?kind=figure").text
    assert KENYA in ann.get("/desk/facts?kind=deadline&bill=119-hr-7148").text
