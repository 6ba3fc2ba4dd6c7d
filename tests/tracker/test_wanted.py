"""What the store asks sources to read: pages of what vanished, and summaries of what matters here."""

from __future__ import annotations

from sqlalchemy import Engine

from scrapers.records import AuditRecommendation
from tests.conftest import Collect, FakeClock
from tests.publishing import Mirror
from tests.sources.saved import FOLDER
from tests.watchdogs import audit, later, listing_source, put_listing
from tracker.ingest.wanted import wanted_details, wanted_pages

SOURCE = listing_source()
LIST = "https://api.congress.gov/v3/crsreport?sort=updateDate+desc&limit=250&format=json"
PAGE = "https://www.gao.gov/products/gao-25-{}"


def pages(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [url for (url,) in wanted_pages(connection)]


def test_a_page_that_does_not_come_keeps_no_other_from_being_asked_for(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    def rows(*numbers: int) -> list[AuditRecommendation]:
        return [audit("1", report=f"GAO-25-{number}") for number in numbers]

    put_listing(mirror, rows(1, 2, 3, 4))
    collect(SOURCE)
    fake_clock.forward(days=7)
    put_listing(mirror, [later(one) for one in rows(4)])
    collect(SOURCE)
    for first, second, third in ((1, 2, 3), (2, 3, 1), (3, 1, 2), (1, 2, 3)):
        assert pages(engine) == [PAGE.format(first), PAGE.format(second), PAGE.format(third)]
        fake_clock.forward(hours=2)
        collect("gao_products", page=f"gao-25-{first}")  # which this mirror lacks


def crs_list(title: str, day: str) -> bytes:
    found = (FOLDER / "crs_reports" / "list.json").read_text()
    edits = (
        ("Standing to Sue for Informational Injuries", title),
        ("2026-09-14T04:00:00Z", f"{day}T04:00:00Z"),
        ('"next"', '"last"'),
    )
    for old, new in edits:
        assert old in found
        found = found.replace(old, new)
    return found.encode()


def details(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [url.rpartition("/")[2] for (url,) in wanted_details(connection)]


def test_the_summary_of_a_crs_report_in_scope_is_asked_for_until_read_and_when_it_changed(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    title = "U.S. Security Assistance to Egypt: Foreign Military Financing and the Leahy Laws"
    mirror.put(LIST, crs_list(title, "2026-09-14"))
    assert collect("crs_reports").created == 2
    assert details(engine) == ["LSB11481"]  # the other is on immigration
    detail = (FOLDER / "crs_reports" / "93-792.json").read_text()
    detail = detail.replace('"id": "93-792"', '"id": "LSB11481"')
    detail = detail.replace("Social Security Benefits Are Not Paid for the Month of Death", title)
    mirror.put("https://api.congress.gov/v3/crsreport/LSB11481?format=json", detail.encode())
    fake_clock.forward(hours=12)
    assert collect("crs_reports").updated == 1
    assert details(engine) == []
    fake_clock.forward(days=1)
    mirror.put(LIST, crs_list(title, "2026-11-03"))
    assert collect("crs_reports").updated == 1
    assert details(engine) == ["LSB11481"]
