"""A small site to read: a few hundred measures, some with hostile titles, people, and a day's changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, create_engine

from scrapers.bodies import Bodies
from tests.conftest import ENGINES, FakeClock, collector, sqlite_url
from tests.postgresql import Server
from tests.publishing import Mirror, action, bill_file, cosponsor, file_url, person
from tests.small_site import IN_SCOPE
from tracker import create_app
from tracker.config import Settings
from tracker.db import db

SITE = "https://tracker.example"
MEASURES = 120
HOSTILE = {
    "119-hr-1": "=cmd|' /C calc'!A0",
    "119-hr-2": "<script>alert(1)</script> & \"quoted\" 'words'",
    "119-hr-3": "Right \u202eto left\u202c, emoji \U0001f54a\ufe0f and é",
    "119-hr-4": "@SUM(1+1) and Bcc: everyone@example.org",
    "119-hr-5": "]]> &amp; %0d%0a -- ; , \\n BEGIN:VEVENT",
}


def title_of(key: str) -> str:
    return HOSTILE.get(key, f"A measure about arms sales, number {key.rpartition('-')[2]}")


def one_file(key: str, updated: str = "2026-02-01T10:00:00Z", **parts: str) -> bytes:
    sponsor = person("B001299", "Rep. Banks, Jim [R-IN-3]")
    usual = {"sponsors": sponsor, **IN_SCOPE}
    return bill_file(key, updated=updated, title=escape(title_of(key)), **{**usual, **parts})


@pytest.fixture(scope="session", params=ENGINES)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over a database that a whole archive and then a day's batch were collected into."""
    yield from _application(request, request.param, tmp_path_factory.mktemp("site"), is_filled=True)


@pytest.fixture(scope="session", params=ENGINES)
def empty_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application before its first collection."""
    yield from _application(request, request.param, tmp_path_factory.mktemp("empty"), is_filled=False)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def empty_client(empty_site: Flask) -> FlaskClient:
    return empty_site.test_client()


def _application(
    request: pytest.FixtureRequest, kind: str, folder: Path, *, is_filled: bool
) -> Iterator[Flask]:
    url = _database(request, kind, folder)
    if is_filled:
        _fill(url, folder)
    settings = Settings(
        instance=folder,
        database_url=url.render_as_string(hide_password=False),
        public_url=SITE,
        secret_key="x",
    )
    app = create_app(settings)
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


def _database(request: pytest.FixtureRequest, kind: str, folder: Path) -> URL:
    """A database with the newest schema and nothing in it."""
    if kind == "sqlite":
        path = folder / "tracker.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return sqlite_url(path)
    server: Server = request.getfixturevalue("postgresql_server")
    return server.create(folder.name, request.getfixturevalue("postgresql_template"))


def _fill(url: URL, folder: Path) -> None:
    engine = create_engine(url)
    mirror, clock = Mirror(folder / "mirror"), FakeClock()
    collect = collector(engine, mirror.root, Bodies(folder / "bodies"), clock)
    keys = [f"119-hr-{number}" for number in range(1, MEASURES + 1)]
    mirror.put_zip({key: one_file(key) for key in keys})
    assert collect(congress="119", type="hr").created == MEASURES
    clock.forward(days=1)
    _publish_a_day(mirror)
    assert collect().changes > 10
    engine.dispose()


def _publish_a_day(mirror: Mirror) -> None:
    """A measure is reported and joined by many; another's only action is replaced; a third is new."""
    reported = (
        action(
            "2026-10-30", "Reported by the Committee on Foreign Affairs. H. Rept. 119-7.", actionCode="5000"
        )
        + action()
    )
    joined = "".join(
        cosponsor(f"A00{number:04}", f"Rep. Able{number}, Ann [D-MD-{number}]") for number in range(20)
    )
    other = action(text="Referred to the House Committee on Rules.")
    mirror.put_bill(
        one_file("119-hr-1", "2026-10-31T10:00:00Z", actions=reported, cosponsors=joined), "119-hr-1"
    )
    mirror.put_bill(one_file("119-hr-2", "2026-10-31T10:00:00Z", actions=other), "119-hr-2")
    mirror.put_bill(one_file("119-hr-999", "2026-10-31T10:00:00Z"), "119-hr-999")
    urls = [file_url(f"119-hr-{number}") for number in (1, 2, 999)]
    mirror.put_feed([("Sat, 31 Oct 2026 12:00:00 GMT", urls)])


def read_json(client: FlaskClient, address: str) -> Any:
    """The document at an address, which must be there and be JSON that anybody may read."""
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return json.loads(response.data)
