"""Last days: in every digest on what is followed, and at once when they are near."""

from __future__ import annotations

from tests.arms_sales import JORDAN, REGISTER, SWEDEN, publish, saved
from tests.digests.site import Site, at
from tests.publishing import cosponsor

ONE = "119-hr-1"
NOTICE = saved(JORDAN).replace(
    "Date Report Delivered to Congress: February 26, 2026",
    "Date Report Delivered to Congress: October 8, 2026",
)
"""Thirty days to a country that is no member of NATO: until 7 November 2026."""


def begin(site: Site) -> None:
    site.begin(ONE)
    publish(site.mirror, JORDAN, SWEDEN, n07278=NOTICE)
    assert site.collect(REGISTER).status == "ok"


def test_a_digest_begins_with_what_ends_soon_but_is_not_sent_for_that(site: Site) -> None:
    begin(site)
    reader = site.reader("topic:arms-sales")
    assert site.plan().quiet == 1
    site.follow(reader, f"bill:{ONE}")
    site.publish(ONE, cosponsors=cosponsor("A000001", "Rep. Able, Ann [D-MD-4]", "2026-11-01"))
    site.plan()
    words = site.last(reader).words
    for part in (words.text, words.html):
        assert "Act by" in part
        assert "Saturday, 7 November 2026, 3 days left" in part
        assert "/arms-sales/26-23.ics" in part
    assert "Transmittal 26-23" in words.html.partition("Sources")[0]
    other = site.reader(f"bill:{ONE}")
    site.publish(ONE, cosponsors="")
    site.plan()
    assert "Act by" not in site.last(other).words.text


def test_a_last_day_is_mailed_at_once_three_days_before_and_once(site: Site) -> None:
    begin(site)
    reader, calm = site.reader("topic:arms-sales", at_once=True), site.reader("topic:arms-sales")
    site.clock.at = at("2026-11-03T15:00:00")
    assert site.plan(days=0).urgent == 0
    assert site.plan().urgent == 1
    for _ in range(3):
        assert site.plan().urgent == 0
    (got,) = site.digests(reader, "urgent")
    assert got.words.subject == "Last day 7 November 2026: Transmittal 26-23"
    assert "1 last day near, on what you follow." in got.words.text
    assert "to forbid it by joint resolution" in got.words.html
    assert site.digests(calm, "urgent") == []
    assert site.digests(reader) == []
