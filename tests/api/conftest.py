"""A small site to read: a few hundred measures, some with hostile titles, people, and a day's changes."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL, create_engine

from scrapers.bodies import Bodies
from tests import small_site
from tests.answers import read_json as read_json
from tests.conftest import ENGINES, FakeClock, collector
from tests.publishing import Mirror, action, bill_file, cosponsor, file_url, person
from tests.sites import SITE as SITE
from tests.sites import Sites, nothing
from tests.small_site import IN_SCOPE

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
def site(request: pytest.FixtureRequest, sites: Sites) -> Flask:
    """The application over a database that a whole archive and then a day's batch were collected into."""
    return sites(fill, request.param)


@pytest.fixture(scope="session", params=ENGINES)
def empty_site(request: pytest.FixtureRequest, sites: Sites) -> Flask:
    """The application before its first collection."""
    return sites(nothing, request.param)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def empty_client(empty_site: Flask) -> FlaskClient:
    return empty_site.test_client()


@pytest.fixture
def small_client(sites: Sites) -> FlaskClient:
    """A reader of the small site, where measures name countries and some are judged."""
    return sites(small_site.fill).test_client()


def fill(url: URL, folder: Path) -> None:
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
