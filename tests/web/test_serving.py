"""Headers, hosts, caching, compression, errors, and the two addresses for machines."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from werkzeug.routing import Rule

from tests.conftest import NOW
from tests.sites import SITE, Sites, application, nothing, sqlite_url
from tracker import create_app
from tracker.config import PROJECT, Settings
from tracker.db import db, writing
from tracker.web.front import Watch, accepts_gzip
from tracker.web.security import CONTENT_POLICY

EXAMPLES = {"key": "119-hr-983", "bioguide": "S000033", "code": "EGY", "filename": "site.css", "path": "x"}


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def own_site(sqlite_engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    """A site of the test's own, to be written to. Its faults are answered, not raised."""
    with application(sqlite_engine.url, tmp_path) as app:
        app.testing = False
        yield app


def _addresses(app: Flask) -> list[str]:
    def filled(rule: Rule) -> str:
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda name: EXAMPLES.get(name[1], "x"), rule.rule)

    return [filled(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]


def test_every_address_answers_safely(site: Flask, client: FlaskClient) -> None:
    for address in [*_addresses(site), "/nowhere", "/bills?congress=x"]:
        response = client.get(address, buffered=True)
        assert response.status_code < 500, address
        assert response.headers["Content-Security-Policy"] == CONTENT_POLICY, address
        assert response.headers["X-Content-Type-Options"] == "nosniff", address
        is_proof = address.startswith(("/confirm/", "/manage", "/u/"))
        assert response.headers["Referrer-Policy"] == ("no-referrer" if is_proof else "same-origin"), address
        assert "Set-Cookie" not in response.headers or address.startswith("/desk"), address
        assert "Strict-Transport-Security" not in response.headers, address


def test_production_insists_on_https(sites: Sites, tmp_path: Path) -> None:
    with application(sites.database(nothing), tmp_path, production=True) as app:
        response = app.test_client().get("/healthz", base_url=SITE)
    assert "max-age=63072000" in response.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("host", "status"),
    [("tracker.example", 200), ("127.0.0.1:8000", 200), ("localhost", 200),
     ("evil.example", 400), ("tracker.example.evil", 400), ("", 400)],
)  # fmt: skip
def test_only_our_own_names_are_answered_to(site: Flask, host: str, status: int) -> None:
    client = site.test_client()
    for _ in range(2):  # made, then kept
        assert client.get("/about", headers={"Host": host}).status_code == status


def test_absolute_addresses_come_from_the_settings(client: FlaskClient) -> None:
    page = client.get("/bills/119-hr-983", base_url="http://localhost:1234").text
    assert '<link rel="canonical" href="https://tracker.example/bills/119-hr-983">' in page
    assert "localhost" not in page


# --- keeping ------------------------------------------------------------------------------------------------


def test_a_page_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/bills")
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = client.get("/bills", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert client.get("/bills?congress=119").headers["ETag"] != etag


def test_an_unchanged_page_asks_the_database_nothing(site: Flask, client: FlaskClient) -> None:
    client.get("/about")  # SQLite's second file begins with the first question
    for path in Path(site.extensions["settings"].instance).glob("tracker.db*"):
        os.utime(path, (1, 1))  # stored long ago
    etag = client.get("/bills/119-hr-983").headers["ETag"]
    questions = []
    with site.app_context():
        from sqlalchemy import event

        from tracker.db import db

        event.listen(db.engine, "before_cursor_execute", lambda *facts: questions.append(facts[2]))
        assert client.get("/bills/119-hr-983", headers={"If-None-Match": etag}).status_code == 304
        assert client.get("/bills/119-hr-983").status_code == 200
    assert questions == []


def test_a_server_has_read_what_pages_need_before_it_is_asked(tmp_path: Path) -> None:
    asked = "import wsgi, gc\nfrom tracker.linking.linker import packaged_linker as linker\n"
    asked += "print(linker.cache_info().currsize, gc.get_freeze_count() > 10_000)"
    environment = {"PATH": os.environ["PATH"], "INSTANCE": str(tmp_path), "PYTHONPATH": str(PROJECT)}
    for more, expected in (({}, "1 True"), ({"FLASK_RUN_FROM_CLI": "true"}, "0 True")):
        printed = subprocess.run(
            [sys.executable, "-c", asked],
            env={**environment, **more},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert printed.strip() == expected


def test_a_new_day_is_a_new_page(client: FlaskClient) -> None:
    etag = client.get("/bills").headers["ETag"]
    with time_machine.travel(NOW.replace(day=9), tick=True):
        assert client.get("/bills").headers["ETag"] != etag


def test_a_collection_makes_every_page_new(own_site: Flask, sqlite_engine: Engine) -> None:
    client = own_site.test_client()
    etags = [client.get("/about").headers["ETag"]]
    for status in ("ok", "unchanged"):
        with sqlite_engine.begin() as connection:
            connection.execute(text(
                "INSERT INTO collection (source, parser_version, options, started_at, status, documents, records,"
                " created, updated, unchanged, stale, changes, held, problems) VALUES"
                " ('legislators', 1, '{}', '2026-11-01 00:00:00', :status, 0, 0, 0, 0, 0, 0, 0, 0, '[]')"
            ), {"status": status})  # fmt: skip
        etags.append(client.get("/about").headers["ETag"])
    assert len(set(etags)) == 3


def test_pages_are_compressed_for_those_who_can(client: FlaskClient) -> None:
    plain = client.get("/bills")
    packed = client.get("/bills", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert len(packed.data) + 13_000 < 60_000


def test_head_has_no_body(client: FlaskClient) -> None:
    for _ in range(2):
        response = client.head("/bills")
        assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize(
    ("accepted", "yes"),
    [("gzip", True), ("gzip, br", True), ("br;q=1, gzip;q=0.5", True), ("*", True), ("", False), ("br", False),
     ("gzip;q=0", False), ("identity", False), ("GZIP", True)],
)  # fmt: skip
def test_who_takes_gzip(accepted: str, yes: bool) -> None:
    assert accepts_gzip(accepted) is yes


def test_the_watch_sees_every_commit(tmp_path: Path) -> None:
    path = tmp_path / "tracker.db"
    engine = create_engine(sqlite_url(path))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE thing (id integer)"))
    watch, asked = Watch(sqlite_url(path)), []

    def ask() -> str:
        asked.append(1)
        return str(len(asked))

    for number in range(5):
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO thing VALUES (1)"))
        before = len(asked)
        watch.version(ask)
        assert len(asked) == before + 1, number
    engine.dispose()


# --- static files, errors, health ---------------------------------------------------------------------------


def test_static_files_are_named_by_content_and_kept(client: FlaskClient) -> None:
    address = re.search(r'href="(/static/site\.css\?v=[0-9a-f]+)"', client.get("/about").text)
    assert address is not None
    response = client.get(address[1], headers={"Accept-Encoding": "gzip"})
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"--paper" in gzip.decompress(response.data)
    assert client.get("/static/site.css", buffered=True).headers["Cache-Control"] == "public, max-age=3600"
    font = client.get("/static/fonts/public-sans-latin.woff2", buffered=True)
    assert (font.status_code, font.content_type) == (200, "font/woff2")
    assert client.get("/static/../config.py").status_code == 404


def test_health_and_readiness(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    unready = create_app(Settings(instance=tmp_path, secret_key="x", database_url="")).test_client()
    assert unready.get("/healthz").status_code == 200
    assert unready.get("/readyz").status_code == 503


def test_a_fault_of_ours_is_told_in_words(tmp_path: Path) -> None:
    app = create_app(Settings(instance=tmp_path, secret_key="x", database_url=""))
    response = app.test_client().get("/bills")
    assert response.status_code == 500
    assert "Something broke on our side" in response.text
    assert "Traceback" not in response.text


def test_pages_can_only_be_read(client: FlaskClient) -> None:
    response = client.post("/bills")
    assert response.status_code == 405
    assert "can be read, but not written to" in response.text


def test_a_database_that_is_busy_is_no_fault(own_site: Flask, sqlite_engine: Engine) -> None:
    """While a collection is being stored nobody else can write; who tries is asked to come again."""

    @own_site.post("/write")
    def write() -> str:
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=50")
        with writing(db.engine):
            return "written"

    client = own_site.test_client()
    with writing(sqlite_engine):
        answer = client.post("/write")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
        assert "try again in a minute" in answer.text
        assert client.get("/bills").status_code == 200, "and reading goes on"
    assert client.post("/write").text == "written"
