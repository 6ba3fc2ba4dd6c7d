"""The mirror's documents of watchdogs through the real sources into a database, and what a bad day does to them."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, select, text

from scrapers.bodies import Bodies
from scrapers.errors import FetchError
from scrapers.registry import all_sources
from scrapers.source import Document, Known, NotModified, Request, Source
from scrapers.sources.gao_open_recommendations import URL as EXPORT
from tests.conftest import Collect, FakeClock, collector, sqlite_url
from tests.databases import writes_of
from tests.effort import little_effort
from tests.mirror import mirror_root
from tests.publishing import Mirror
from tests.watchdog_documents import Row, document, product_page, product_url
from tracker.db import Base
from tracker.ingest import ingest
from tracker.models import Change, Item, Report, Status

pytestmark = pytest.mark.mirror

OPEN, PRODUCTS = "gao_open_recommendations", "gao_products"
RUNS: list[tuple[str, dict[str, str], int]] = [
    (OPEN, {}, 26),
    ("gao_reports", {}, 2),
    ("news_feeds", {"feed": "house_appropriations"}, 10),
    ("news_feeds", {"feed": "senate_appropriations"}, 15),
    ("crs_reports", {"limit": "2"}, 2),
    ("crs_reports", {"report": "93-792"}, 1),
    ("crs_reports", {"export": "2026-04-20"}, 15),
    ("congress_reports", {"report": "116-hrpt-617"}, 1),
    ("congress_reports", {"print": "117-house-48144"}, 1),
]
"""What the mirror has of each source, and how many records: all but the product records, which are many."""


@pytest.fixture(scope="module")
def whole(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Path]]:
    """Everything the mirror has, collected once."""
    folder = tmp_path_factory.mktemp("watchdogs")
    path = folder / "tracker.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    engine = create_engine(sqlite_url(path))
    run = collector(engine, mirror_root(), Bodies(folder / "bodies"), FakeClock())
    for key, options, records in RUNS:
        report = run(key, **options)
        assert (report.status, report.records, report.changes) == (Status.OK, records, 0), key
    report = run(PRODUCTS)
    assert (report.status, report.records, report.problems) == (Status.OK, 401, [])
    yield engine, folder
    engine.dispose()


def test_a_second_run_of_everything_writes_nothing(whole: tuple[Engine, Path], tmp_path: Path) -> None:
    engine, _ = whole
    run = collector(engine, mirror_root(), Bodies(tmp_path), FakeClock())
    with writes_of(engine) as written:
        statuses = {run(key, **options).status for key, options, _ in RUNS} | {run(PRODUCTS).status}
    assert statuses == {Status.UNCHANGED}
    assert written == []


@pytest.mark.parametrize("number", ["GAO-24-106315", "GAO-25-107003"])
def test_a_product_with_a_date_that_cannot_be_is_one_report(whole: tuple[Engine, Path], number: str) -> None:
    with whole[0].connect() as connection:
        count = connection.execute(
            select(func.count()).select_from(Report).where(Report.number == number)
        ).scalar_one()
    assert count == 1


def test_nobody_s_name_or_address_is_kept_in_the_rows_or_in_the_evidence(whole: tuple[Engine, Path]) -> None:
    engine, folder = whole
    personal = (
        "Osborn",
        "@mail.house.gov",
        "@gao.gov",
        "webmaster@",
        "Chelsa",
        "Kenney",
        "000-0000",
        "HowardK",
    )
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"')):
                found = " ".join(map(str, row))
                assert not any(word in found for word in personal), table.name
    bodies = Bodies(folder / "bodies")
    for path in (folder / "bodies").rglob("*.zst"):
        body = bodies.get(path.stem).decode("utf-8", "replace")
        assert not any(word in body for word in personal), path.name


def test_more_than_a_thousand_product_records_are_read_well_within_five_seconds() -> None:
    source = all_sources()[PRODUCTS]
    documents = [
        document(
            request.url,
            (mirror_root() / request.url.removeprefix("https://")).read_bytes(),
            "application/json",
        )
        for request in source.requests({})
    ]
    with little_effort(5):
        found = [record for one in documents * 3 for record in source.parse(one)]
    assert len(found) == 1_203


# --- two weeks of the real export ---------------------------------------------------------------------------

Edit = Callable[[list[list[str]]], list[list[str]]]


def export(edit: Edit = lambda rows: rows, as_of: str = "Sep 28, 2026 at 7:05 PM EST") -> bytes:
    """The mirror's export with its rows edited, as if made at another time."""
    lines = (mirror_root() / EXPORT.removeprefix("https://")).read_text(encoding="utf-8").split("\n", 5)
    header, *rows = csv.reader(io.StringIO(lines[5], newline=""))
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator="\n").writerows([header, *edit(rows)])
    preamble = "\n".join(lines[:5]).replace("Sep 28, 2026 at 7:05 PM EST", as_of)
    return f"{preamble}\n{made.getvalue()}".encode()


NUMBER, AGENCY, TEXT, STATUS, PRIORITY, COMMENTS = 1, 5, 6, 7, 8, 9
MINERALS = "GAO-22-104824"


def a_week_later(rows: list[list[str]]) -> list[list[str]]:
    """One row gone, one newly partial, one priority set, one comment changed, one re-spelled, three agencies merged."""
    kept = [list(row) for row in rows]
    gone = next(
        row for row in kept if row[NUMBER] == "GAO-26-108061" and row[AGENCY] == "Department of Justice"
    )
    kept.remove(gone)
    of = {row[NUMBER]: row for row in kept}
    of["GAO-26-108127"][STATUS] = "Open--Partially Addressed"
    of["GAO-23-105211"][PRIORITY] = "Yes"
    of["GAO-26-107955"][COMMENTS] = "As of October 2026, DOD had begun."
    respelled = of["GAO-26-108017"][TEXT]
    of["GAO-26-108017"][TEXT] = respelled.replace("systematically", "routinely").replace(
        "(Recommendation 2)", "[recommendation 2]"
    )
    assert of["GAO-26-108017"][TEXT] != respelled
    merged = [row for row in kept if row[NUMBER] == MINERALS]
    for row in merged[1:]:
        kept.remove(row)
    merged[0][AGENCY] = "; ".join(row[AGENCY] for row in merged)
    merged[0][PRIORITY] = "Yes"  # as it is to one of them
    return kept


def changes(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(
            select(Item.key, Change.kind)
            .join(Change, Change.item_id == Item.id)
            .order_by(Change.kind, Item.key)
        )
        return [(row.key.partition(":")[2], row.kind) for row in rows]


def test_two_weeks_of_the_export_make_exactly_the_right_changes_once(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put(EXPORT, export())
    assert collect(OPEN).changes == 0
    fake_clock.forward(days=7)
    mirror.put(EXPORT, export(a_week_later, "Oct 5, 2026 at 7:05 PM EST"))
    report = collect(OPEN)
    assert (report.status, report.problems) == (Status.OK, [])
    expected = [
        ("gao-26-107955-1", "audit_comment"),
        ("gao-26-108061-3", "audit_disappeared"),
        ("gao-23-105211-1", "audit_priority"),
        ("gao-26-108127-1", "audit_status"),
    ]
    assert changes(engine) == expected
    fake_clock.forward(days=1)
    mirror.put(EXPORT, export(a_week_later, "Oct 6, 2026 at 7:05 PM EST"))
    assert collect(OPEN).changes == 0
    assert changes(engine) == expected


def test_the_product_s_page_says_how_what_vanished_was_closed(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put(EXPORT, export())
    collect(OPEN)
    fake_clock.forward(days=7)
    mirror.put(EXPORT, export(a_week_later, "Oct 5, 2026 at 7:05 PM EST"))
    collect(OPEN)
    rows = [
        Row(
            row[AGENCY],
            row[TEXT],
            "Closed – Implemented" if row[AGENCY] == "Department of Justice" else "Open",
        )
        for row in csv.reader(io.StringIO(export().decode().split("\n", 5)[5], newline=""))
        if row[NUMBER] == "GAO-26-108061"
    ]
    dates = "Published: Sep 28, 2026. Publicly Released: Sep 28, 2026."
    mirror.put(product_url("GAO-26-108061"), product_page("GAO-26-108061", "Firearms", dates, rows).encode())
    fake_clock.forward(hours=2)
    report = collect(PRODUCTS)  # the store names the page; the records are not in this mirror
    assert (report.status, report.documents) == (Status.OK, 1)
    assert {problem.message for problem in report.problems} == {"not in the mirror"}
    assert ("gao-26-108061-3", "audit_status") in changes(engine)


# --- bad days -----------------------------------------------------------------------------------------------


class Refusing:
    """A publisher that lets nobody in."""

    def fetch(self, request: Request, source: Source, known: Known | None) -> Document | NotModified:
        raise FetchError("we are not let in (status 403)", url=request.url)


HTML = b"<!DOCTYPE html>\n<html><head><title>Access Denied</title></head><body>Reference #18</body></html>"
BAD_DAYS: list[tuple[str, bytes | None, Status, str]] = [
    ("403", None, Status.FAILED, "we are not let in (status 403)"),
    ("a web page", HTML, Status.QUARANTINED, "the content type is text/html"),
    ("nothing", b"", Status.QUARANTINED, ""),
    ("an empty list", b"empty", Status.QUARANTINED, "the document holds nothing that we read"),
    ("half a list", b"half", Status.QUARANTINED, "only 13 records"),
]


@pytest.mark.parametrize(
    ("body", "status", "message"), [row[1:] for row in BAD_DAYS], ids=[row[0] for row in BAD_DAYS]
)
def test_on_a_bad_day_what_we_have_is_kept_and_the_day_flagged(
    engine: Engine, mirror: Mirror, collect: Collect, bodies: Bodies, fake_clock: FakeClock,
    body: bytes | None, status: Status, message: str,
) -> None:  # fmt: skip
    mirror.put(EXPORT, export())
    collect(OPEN)
    before = facts(engine)
    fake_clock.forward(days=1)
    if body is None:
        report = ingest(engine, all_sources()[OPEN], Refusing(), bodies, {}, fake_clock)
    else:
        made = {b"empty": export(lambda _: []), b"half": export(lambda rows: rows[:13])}.get(body, body)
        mirror.put(EXPORT, made)
        report = collect(OPEN)
    assert report.status == status
    assert report.needs_a_person
    assert any(message in problem.message and problem.source == OPEN for problem in report.problems)
    assert facts(engine) == before
    assert changes(engine) == []
    fake_clock.forward(days=1)
    mirror.put(EXPORT, export(as_of="Sep 30, 2026 at 7:05 PM EST"))
    assert not collect(OPEN).needs_a_person
    assert changes(engine) == []


def facts(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return [
            tuple(row)
            for name in ("item", "report", "audit_recommendation", "audit_addressee")
            for row in connection.execute(text(f'SELECT * FROM "{name}" ORDER BY 1, 2'))
        ]


def test_a_feed_that_died_is_reported_and_keeps_no_other_from_being_read(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    root = mirror_root()
    mirror.put(
        "https://appropriations.house.gov/rss.xml", (root / "appropriations.house.gov/rss.xml").read_bytes()
    )
    mirror.put("https://www.hrw.org/rss/news", HTML)
    report = collect("news_feeds")
    assert report.created == 10
    named = {problem.document: problem.message for problem in report.problems}
    assert named["https://www.hrw.org/rss/news"] == "the content type is text/html"
    assert named["https://www.fcnl.org/feed"] == "not in the mirror"
    assert len(named) == 12
