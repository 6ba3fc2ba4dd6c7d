"""The digest of an address, before it goes out: nothing is sent, nothing is moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from flask import Flask
from sqlalchemy import Engine, update

from tests.arms_sales import JORDAN, SWEDEN, publish
from tests.databases import rows_of
from tests.digests.site import SECRET, SENDER, SUBSCRIBER, Site
from tests.publishing import cosponsor
from tests.sites import application
from tracker.db import writing
from tracker.digests.preview import Preview, preview
from tracker.tokens import address_key

ONE = "119-hr-1"
JOINED = cosponsor("A000001", "Rep. Able, Ann [D-MD-4]", "2026-10-30")


def known(site: Site, address: str, *targets: str) -> int:
    reader = site.reader(*targets, address=address)
    with writing(site.engine) as connection:
        connection.execute(
            update(SUBSCRIBER)
            .where(SUBSCRIBER.c.id == reader)
            .values(address_key=address_key(SECRET, address))
        )
    return reader


def shown(site: Site, address: str, **options: bool) -> Preview:
    return preview(site.engine, SENDER, SECRET, site.clock(), address, **options)


def test_it_is_what_the_planner_would_make_and_moves_nothing(site: Site) -> None:
    site.begin(ONE)
    reader = known(site, "ann@example.org", f"bill:{ONE}", "search:reports")
    site.plan()
    site.publish(ONE, cosponsors=JOINED)
    before = rows_of(site.engine)
    found = shown(site, "Ann@Example.org")
    assert rows_of(site.engine) == before
    assert (found.is_due, found.size, found.notice) == (True, 1, "")
    site.plan(days=0.9)
    site.plan(days=0.1)
    assert site.last(reader).words.subject == found.words.subject
    assert "Ann Able" in found.words.text


def test_nothing_new_is_said_and_everything_can_be_shown(site: Site) -> None:
    site.begin(ONE)
    known(site, "ann@example.org", f"bill:{ONE}")
    site.publish(ONE, cosponsors=JOINED)
    site.plan()
    quiet, everything = shown(site, "ann@example.org"), shown(site, "ann@example.org", all_changes=True)
    assert not quiet.is_due
    assert "no mail would go out" in quiet.words.text
    assert (everything.is_due, everything.size) == (False, 1)
    assert "also what earlier mails told" in everything.words.html


def test_a_stranger_sees_an_example_of_the_last_changes(site: Site) -> None:
    site.begin(ONE)
    site.publish(ONE, cosponsors=JOINED)
    found = shown(site, "nobody@example.org")
    assert "This is an example, made of the last change on security assistance" in found.notice
    assert "Ann Able" in found.words.text
    assert not found.is_due


def test_with_an_empty_ledger_the_example_is_of_the_facts_and_says_so(site: Site) -> None:
    site.begin(ONE, "119-hr-2")
    publish(site.mirror, JORDAN, SWEDEN)
    assert site.collect("federal_register_arms_sales").status == "ok"
    found = shown(site, "nobody@example.org")
    assert "nothing has changed here yet" in " ".join(found.words.text.split())
    assert "H.R. 2" in found.words.text
    assert "Transmittal 26-23" in found.words.html
    assert "“in committee”" in found.words.text


@pytest.fixture
def app(sqlite_engine: Engine, tmp_path: Path) -> Iterator[Flask]:
    with application(sqlite_engine.url, tmp_path) as made:
        yield made


def test_the_commands(app: Flask, tmp_path: Path) -> None:
    message = tmp_path / "example.eml"
    with app.app_context():
        run = app.test_cli_runner().invoke
        assert run(args=["digest", "preview", "a@example.org", "--to", str(message)]).exit_code == 0
        assert b"multipart/alternative" in message.read_bytes()
        page = tmp_path / "example.html"
        assert run(args=["digest", "preview", "a@example.org", "--html", "--to", str(page)]).exit_code == 0
        assert page.read_text().startswith("<!DOCTYPE html>")
        answer = run(args=["digest", "preview", "a@example.org", "--json"])
        assert msgspec.json.decode(answer.stdout)["would_be_sent"] is False
        answer = run(args=["digest", "plan", "--at", "2026-11-02T09:00", "--json"])
        assert msgspec.json.decode(answer.stdout)["due"] == 0
        assert run(args=["digest", "plan", "--at", "yesterday"]).exit_code == 2
        assert "No digests are held." in run(args=["digest", "release"]).stdout
