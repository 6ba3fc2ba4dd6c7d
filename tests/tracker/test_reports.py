"""Reports and audit recommendations from listings to rows and changes, on both engines."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, func, select

from scrapers.problems import ProblemKind
from scrapers.records import AuditKind, AuditListing, AuditRecommendation
from scrapers.source import Source
from tests.conftest import Collect, FakeClock
from tests.databases import rows_of, writes_of
from tests.publishing import Mirror
from tests.watchdogs import FIRST_WEEK, LIST, audit, later, listing_source, put_listing, report
from tracker.db import writing
from tracker.ingest.wanted import wanted_pages
from tracker.linking.apply import relink
from tracker.linking.linker import packaged_linker
from tracker.models import AuditAddressee, Change, Item, Link, Report, ReportDocument
from tracker.models import AuditRecommendation as AuditRow
from tracker.watchdogs.statuses import AuditStatus

ITEMS, AUDITS = Item.__table__, AuditRow.__table__
REPORTS, TOLD = Report.__table__, ReportDocument.__table__
SOURCE = listing_source()
FEED = "https://www.gao.gov/rss/reports.json"


def changes(engine: Engine) -> list[tuple[str, str, Any, Any]]:
    """Key, kind, old and new of every change."""
    with engine.connect() as connection:
        return [
            (row.key.partition(":")[2], row.kind, row.old, row.new)
            for row in connection.execute(
                select(Item.key, Change.kind, Change.old, Change.new)
                .join(Change, Change.item_id == Item.id)
                .order_by(Item.key, Change.id)
            )
        ]


def audit_of(engine: Engine, key: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(
            select(AUDITS)
            .join(ITEMS, ITEMS.c.id == AUDITS.c.id)
            .where(ITEMS.c.key == f"audit-recommendation:{key}")
        ).one()


# --- two weeks --------------------------------------------------------------------------------------

AGENCIES = ("Department of State", "Department of Defense", "U.S. Agency for International Development")


def a_week() -> list[AuditRecommendation]:
    """Six recommendations; the last is to three agencies, the one before has no number."""
    made = [audit(str(number)) for number in range(1, 7)]
    made.append(audit(None, report="GAO-04-1", text="The Secretary should report on end-use monitoring."))
    return made + [audit("7", agency) for agency in AGENCIES]


def the_next_week() -> list[AuditRecommendation]:
    """One row gone, one newly partial, one priority set, one comment changed, one re-spelled, three merged."""
    rows = {f"{one.report} {one.number}": later(one) for one in a_week() if one.number != "7"}
    del rows["GAO-25-107622 1"]
    rows["GAO-25-107622 2"] = msgspec.structs.replace(
        rows["GAO-25-107622 2"], status="Open--Partially Addressed"
    )
    rows["GAO-25-107622 3"] = msgspec.structs.replace(rows["GAO-25-107622 3"], is_priority=True)
    rows["GAO-25-107622 4"] = msgspec.structs.replace(
        rows["GAO-25-107622 4"], comments="As of October 2026, State had begun."
    )
    rows["GAO-25-107622 5"] = msgspec.structs.replace(
        rows["GAO-25-107622 5"],
        text="The Secretary should vet units in Egypt who get arms. (Recommendation 5)",
    )
    return [*rows.values(), later(audit("7", "; ".join(AGENCIES)))]


def test_two_weeks_of_a_list_make_exactly_the_right_changes_once(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_listing(mirror, a_week())
    first = collect(SOURCE)
    assert (first.status, first.created, first.changes) == ("ok", 8, 0)
    assert changes(engine) == []
    fake_clock.forward(days=7)
    put_listing(mirror, the_next_week())
    second = collect(SOURCE)
    assert (second.status, second.created, second.held, second.problems) == ("ok", 0, 0, [])
    since = "2025-03-04"
    assert changes(engine) == [
        (
            "gao-25-107622-1", "audit_disappeared", "open",
            {"since": since, "addressees": ["Department of State"]},
        ),
        (
            "gao-25-107622-2", "audit_status", "open", {"status": "partially_addressed", "since": since},
        ),
        ("gao-25-107622-3", "audit_priority", False, True),
        (
            "gao-25-107622-4", "audit_comment", "When we confirm what was done, we will say so.",
            {"text": "As of October 2026, State had begun.", "addressees": ["Department of State"]},
        ),
    ]  # fmt: skip
    assert second.changes == 4
    merged = audit_of(engine, "gao-25-107622-7")
    assert [one.name for one in merged.facts.addressees] == ["; ".join(AGENCIES)]
    assert audit_of(engine, "gao-25-107622-5").facts.text.startswith(
        "The Secretary should vet units in Egypt"
    )
    before = rows_of(engine, without=("collection", "source_document"))
    fake_clock.forward(days=1)
    with writes_of(engine) as written:
        assert collect(SOURCE).status == "unchanged"
    assert written == []
    put_listing(mirror, the_next_week())
    third = collect(SOURCE)  # brought again and read again
    assert (third.status, third.changes) == ("unchanged", 0)
    assert rows_of(engine, without=("collection", "source_document")) == before


def test_what_vanished_is_closed_by_its_page_and_open_again_when_listed_again(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    two = [audit("1"), audit("2")]
    put_listing(mirror, two)
    collect(SOURCE)
    fake_clock.forward(days=7)
    put_listing(mirror, [later(two[1])])
    collect(SOURCE)
    gone = audit_of(engine, "gao-25-107622-1")
    assert (gone.status, gone.gone_on, gone.listed_in) == ("no_longer_listed", date(2026, 10, 5), None)
    assert open_counts(engine) == [1]
    fake_clock.forward(days=1)
    page = listing_source("gao_page", "https://www.gao.gov/products/gao-25-107622.json")
    closed = audit(
        "1", status="Closed – Implemented", listing=AuditListing.WHOLE_REPORT, as_of=None, comments="Done."
    )
    put_listing(mirror, [closed], address=page.listing(closed) if page.listing else "")
    collect(page)
    confirmed = audit_of(engine, "gao-25-107622-1")
    assert (confirmed.status, confirmed.gone_on) == ("closed_implemented", None)
    fake_clock.forward(days=7)
    put_listing(mirror, [msgspec.structs.replace(one, as_of=fake_clock()) for one in two])
    collect(SOURCE)
    kinds = [kind for key, kind, _, _ in changes(engine) if key.endswith("-1")]
    assert kinds == ["audit_disappeared", "audit_status", "audit_comment", "audit_reopened", "audit_comment"]
    assert open_counts(engine) == [2]


def open_counts(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(select(REPORTS.c.open_count).order_by(REPORTS.c.id)).scalars())


def test_half_a_list_is_kept_dated_and_flagged(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    rows = [audit(str(number)) for number in range(1, 21)]
    put_listing(mirror, rows)
    collect(SOURCE)
    fake_clock.forward(days=7)
    put_listing(mirror, [later(one) for one in rows[:10]])
    half = collect(SOURCE)
    assert (half.status, half.changes) == ("quarantined", 0)
    assert [problem.kind for problem in half.problems] == [ProblemKind.DRIFT]
    assert "10 of 20" in half.problems[0].message
    assert audit_of(engine, "gao-25-107622-15").status is AuditStatus.OPEN
    assert audit_of(engine, "gao-25-107622-15").as_of == FIRST_WEEK  # its last good day
    put_listing(mirror, [later(one) for one in rows])
    assert collect(SOURCE).changes == 0


def test_what_moved_to_another_page_of_the_list_is_not_gone(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_listing(mirror, [audit("1"), audit("2")])
    put_listing(mirror, [audit("3")], address=f"{LIST}?page=2")
    collect(SOURCE, pages="2")
    fake_clock.forward(days=7)
    put_listing(mirror, [later(audit("1"))])
    put_listing(mirror, [later(audit("2")), later(audit("3"))], address=f"{LIST}?page=2")
    assert collect(SOURCE, pages="2").changes == 0
    assert {audit_of(engine, f"gao-25-107622-{number}").status for number in "123"} == {AuditStatus.OPEN}


def test_a_page_that_failed_closes_nothing(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_listing(mirror, [audit("1"), audit("2")])
    put_listing(mirror, [audit("3")], address=f"{LIST}?page=2")
    collect(SOURCE, pages="2")
    fake_clock.forward(days=7)
    put_listing(mirror, [later(audit("1"))])
    mirror.put(f"{LIST}?page=2", b"<html>Technical difficulties</html>")
    assert collect(SOURCE, pages="2").changes == 0
    assert audit_of(engine, "gao-25-107622-2").status is AuditStatus.OPEN


def test_a_wording_that_nobody_knows_is_a_problem_and_stops_nothing(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_listing(mirror, [audit("1"), audit("2", status="Paused")])
    outcome = collect(SOURCE)
    assert outcome.status == "quarantined"
    assert "no status of an audit recommendation that we know: Paused" in outcome.problems[0].message
    assert audit_of(engine, "gao-25-107622-2").status is AuditStatus.UNKNOWN


def test_an_older_listing_that_is_read_late_changes_nothing(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_listing(mirror, [later(audit("1", status="Open--Partially Addressed"))])
    collect(SOURCE)
    fake_clock.forward(days=1)
    put_listing(mirror, [audit("1")])
    assert collect(SOURCE).changes == 0
    assert audit_of(engine, "gao-25-107622-1").status is AuditStatus.PARTIALLY_ADDRESSED


def test_a_new_recommendation_is_news_once_the_list_is_known(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_listing(mirror, [audit("1")])
    collect(SOURCE)
    fake_clock.forward(days=7)
    matter = later(audit("1", "Congress", kind=AuditKind.MATTER, text="Congress should consider Egypt."))
    put_listing(mirror, [later(audit("1")), matter, *(later(audit("2", agency)) for agency in AGENCIES)])
    collect(SOURCE)
    assert [(key, kind, new["kind"], len(new["addressees"])) for key, kind, _, new in changes(engine)] == [
        ("gao-25-107622-2", "audit_opened", "recommendation", 3),
        ("gao-25-107622-matter-1", "audit_opened", "matter", 1),
    ]


# --- reports ----------------------------------------------------------------------------------------


def feed() -> Source:
    return listing_source("gao_feed", FEED)


def test_several_sources_tell_of_one_report_and_each_document_is_kept(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_listing(mirror, [audit("1")])
    collect(SOURCE)  # known by its recommendation
    put_listing(mirror, reports=[report("GAO-20-1")], address=FEED)
    collect(feed())
    fake_clock.forward(days=1)
    put_listing(mirror, reports=[report(released_on=None, topics=(), links=())], address=FEED)
    assert collect(feed()).changes == 1
    fake_clock.forward(days=1)
    record = listing_source("gao_record", "https://www.gao.gov/record.json")
    put_listing(mirror, reports=[report(summary=None)], address="https://www.gao.gov/record.json")
    assert collect(record).changes == 0
    with engine.connect() as connection:
        found = connection.execute(
            select(REPORTS.c.facts, REPORTS.c.summary, func.count(TOLD.c.id).label("count"))
            .join_from(REPORTS, ITEMS, ITEMS.c.id == REPORTS.c.id)
            .join(TOLD, TOLD.c.item_id == REPORTS.c.id)
            .where(ITEMS.c.key == "report:gao-25-107622")
            .group_by(REPORTS.c.facts, REPORTS.c.summary)
        ).one()
    assert found[2] == 2
    assert found.summary.startswith("Egypt received arms")
    assert (found.facts.topics, len(found.facts.links)) == (("International Affairs",), 1)
    ((key, kind, _, new),) = changes(engine)
    assert (key, kind, new["number"]) == ("gao-25-107622", "report_published", "GAO-25-107622")


def test_a_corrected_date_makes_no_second_report_and_is_told_once(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    wrong = report("GAO-25-107003", published_on=date(2004, 12, 12), released_on=date(2024, 12, 12))
    put_listing(mirror, reports=[wrong], address=FEED)
    collect(feed())
    fake_clock.forward(days=1)
    right = msgspec.structs.replace(wrong, published_on=date(2024, 12, 12))
    put_listing(mirror, reports=[right], address=FEED)
    assert (collect(feed()).created, collect(feed()).changes) == (0, 0)
    ((_, kind, old, new),) = changes(engine)
    assert (kind, old["value"], new["value"]) == ("report_corrected", "2004-12-12", "2024-12-12")


def test_two_records_of_one_report_in_one_run_are_one_and_no_news(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    early = report("GAO-25-107003", published_on=date(2004, 12, 12), released_on=date(2024, 12, 12))
    put_listing(mirror, reports=[early])
    put_listing(
        mirror,
        reports=[msgspec.structs.replace(early, published_on=date(2024, 12, 12))],
        address=f"{LIST}?page=2",
    )
    collect(SOURCE, pages="2")
    assert changes(engine) == []
    with engine.connect() as connection:
        (facts,) = connection.execute(select(REPORTS.c.facts)).scalars()
    assert facts.published_on == date(2024, 12, 12)
    assert facts.other_published_on == (date(2004, 12, 12),)


def test_a_report_that_is_issued_again_is_tied_to_its_original(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_listing(mirror, reports=[report("GAO-26-1", version="2")], address=FEED)
    collect(feed())
    fake_clock.forward(days=1)
    again = report("GAO-26-2", original="GAO-26-1", released_on=date(2026, 11, 2))
    put_listing(mirror, reports=[report("GAO-26-1", version="10"), again], address=FEED)
    collect(feed())
    assert [(key, kind) for key, kind, _, _ in changes(engine)] == [
        ("gao-26-1", "report_revised"), ("gao-26-1", "report_reissued"), ("gao-26-2", "report_published"),
    ]  # fmt: skip


def test_an_old_report_that_is_met_late_is_no_news(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_listing(mirror, reports=[report()], address=FEED)
    collect(feed())
    fake_clock.forward(days=1)
    old = report("RCED-86-9", published_on=date(1985, 10, 1), released_on=date(2002, 3, 1))
    put_listing(mirror, reports=[report(), old], address=FEED)
    assert (collect(feed()).created, changes(engine)) == (1, [])


def test_a_document_with_reports_and_recommendations_yields_both(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_listing(mirror, [audit("1")], [report()])
    outcome = collect(SOURCE)
    assert (outcome.created, outcome.records) == (2, 2)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(REPORTS)).scalar_one() == 1
        agencies = connection.execute(select(AuditAddressee.agency)).scalars().all()
    assert agencies == ["department-of-state"]


def test_hostile_words_and_addresses_do_not_get_in(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    bad = report(
        title="<script>alert(1)</script>A report\0", links=(msgspec.convert(
            {"label": "x", "url": "javascript:alert(1)"}, type(report().links[0])
        ),),
    )  # fmt: skip
    put_listing(mirror, [audit("1", text="Do\0 it <b>now</b>")], [bad])
    assert collect(SOURCE).status == "ok"
    with engine.connect() as connection:
        assert connection.execute(select(ITEMS.c.title)).scalars().first() == "A report"
        assert connection.execute(select(REPORTS.c.facts)).scalar_one().links == ()
    assert audit_of(engine, "gao-25-107622-1").facts.text.split() == ["Do", "it", "now"]


# --- links ------------------------------------------------------------------------------------------


def test_reports_and_recommendations_are_linked_with_their_words_and_stay_so(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_listing(mirror, [audit("1")], [report()])
    collect(SOURCE)
    with engine.connect() as connection:
        rows = connection.execute(
            select(Item.kind, Link.target, Link.evidence)
            .join(Link, Link.item_id == Item.id)
            .where(Link.is_shown)
        ).all()
    found = {(kind, target): evidence for kind, target, evidence in rows}
    for kind, label in (("report", "watchdog’s summary"), ("audit-recommendation", "recommendation")):
        assert found[kind, "country:EGY"][0].label == label
        assert found[kind, "country:EGY"][0].words == "Egypt"
        assert (kind, "scope:security-assistance") in found
    assert ("report", "authority:leahy-law") in found
    with writing(engine) as connection:
        again = relink(connection, packaged_linker(), everything=True)
    assert (again.links_created, again.links_changed, again.links_removed) == (0, 0, 0)


# --- how many ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1_200])
def test_a_thousand_records_load_in_seconds_and_a_rerun_writes_nothing(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock, count: int
) -> None:
    made = [report(f"GAO-26-{number}", title=f"Egypt: report {number}") for number in range(count)]
    put_listing(mirror, reports=made)
    began = time.process_time()
    assert collect(SOURCE).created == count
    assert time.process_time() - began < 5
    fake_clock.forward(days=1)
    with writes_of(engine) as written:
        assert collect(SOURCE).status == "unchanged"
        assert written == []
        put_listing(mirror, reports=made)
        assert collect(SOURCE).status == "unchanged"
    assert all("source_document" in statement for statement in written)  # when it was fetched


# --- the real sources -------------------------------------------------------------------------------


def test_the_pages_of_what_vanished_are_wanted_those_never_read_first(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    rows = [audit("1", report="GAO-25-1"), audit("1", report="GAO-25-2"), audit("1", report="GAO-25-3")]
    put_listing(mirror, rows)
    collect(SOURCE)
    fake_clock.forward(days=7)
    put_listing(mirror, [later(rows[2])])
    collect(SOURCE)
    page = "https://www.gao.gov/products/gao-25-1"
    fake_clock.forward(days=-60)  # read before it vanished
    old = {"listing": AuditListing.WHOLE_REPORT, "as_of": fake_clock()}
    put_listing(mirror, [msgspec.structs.replace(rows[0], **old)], address=page)
    collect(listing_source("gao_page", page))
    with engine.connect() as connection:
        assert list(wanted_pages(connection)) == [("https://www.gao.gov/products/gao-25-2",), (page,)]
