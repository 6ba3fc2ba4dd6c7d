"""A mail's own page, and what the mail had no room for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from scrapers.bodies import Bodies
from scrapers.records import Section
from tests.conftest import FakeClock
from tests.digests.site import Got, Site, told
from tests.digests.test_periods import people
from tests.law_site import ACT, act, put_texts
from tests.publishing import Mirror
from tests.sites import application

ONE = "119-hr-1"


@pytest.fixture
def got(sqlite_engine: Engine, mirror: Mirror, bodies: Bodies, fake_clock: FakeClock) -> Got:
    """A digest of more than one mail can tell."""
    site = Site(sqlite_engine, mirror, bodies, fake_clock)
    site.begin(ONE)
    put_texts(sqlite_engine, act(sections=tuple(map(_report_due, range(4, 16)))))
    reader = site.reader(f"bill:{ONE}", "country:KEN")
    site.publish(ONE, cosponsors=people(64))
    site.plan()
    return site.last(reader)


def _report_due(day: int) -> Section:
    words = f"Not later than November {day}, 2026, the Secretary of State shall submit a report on Kenya."
    return Section((ACT,), words, str(7000 + day), "Kenya")


@pytest.fixture
def client(sqlite_engine: Engine, tmp_path: Path, got: Got) -> Iterator[FlaskClient]:
    with application(sqlite_engine.url, tmp_path) as app:
        yield app.test_client()


def address(got: Got) -> str:
    match = re.search(r"/mail/[0-9a-f]{64}", got.words.html)
    assert match is not None
    return match[0]


def test_a_mails_page_is_the_mail_as_it_was_sent(client: FlaskClient, got: Got) -> None:
    response = client.get(address(got))
    assert response.status_code == 200
    page = response.get_data(as_text=True)
    assert page == re.sub("\ue000[a-z0-9-]+\ue001", "/manage", got.words.html)
    assert "/u/" not in page


def test_a_mails_page_is_kept_by_nobody_and_found_by_nobody(client: FlaskClient, got: Got) -> None:
    for path in (address(got), f"{address(got)}/rest/cosponsors"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert len(headers.getlist("Content-Security-Policy")) == 1
        assert "script-src 'unsafe" not in headers["Content-Security-Policy"]


def test_the_link_to_the_rest_leads_to_exactly_the_rest(client: FlaskClient, got: Got) -> None:
    assert len(told(got)) == 64
    assert "And 14 more" in got.words.text
    page = client.get(f"{address(got)}/rest/cosponsors").get_data(as_text=True)
    names = set(re.findall(r"Ann Number(\d+)\b", page))
    assert len(names) == 14
    assert names | set(re.findall(r"Ann Number(\d+)\b", got.words.text)) == {str(n) for n in range(1, 65)}


def test_last_days_that_had_no_room_are_behind_their_link(client: FlaskClient, got: Got) -> None:
    assert "And 2 more under “Act by”" in got.words.text
    page = client.get(f"{address(got)}/rest/act-by").get_data(as_text=True)
    days = set(re.findall(r"(\d+) November 2026, Washington time", page))
    assert days == {"14", "15"}
    mailed = re.findall(r"day,\s+(\d+)\s+November\s+2026,\s+Washington", got.words.text)
    assert mailed == [str(day) for day in range(4, 14)]


@pytest.mark.parametrize("path", ["/mail/" + 64 * "0", "/mail/short", "/mail/" + 64 * "0" + "/rest/votes"])
def test_names_that_are_none(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_section_that_had_room_has_no_rest(client: FlaskClient, got: Got) -> None:
    assert client.get(f"{address(got)}/rest/votes").status_code == 404
