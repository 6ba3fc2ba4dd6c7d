"""What a run leaves in the database, on both engines: rows, the ledger of changes, and the record of the run."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scrapers import records
from scrapers.bodies import Bodies
from scrapers.problems import ProblemKind
from scrapers.registry import all_sources
from scrapers.source import Document, Healthy
from scrapers.sources.govinfo_billstatus import BATCH_FEED
from scrapers.sources.legislators import COMMITTEES, MEMBERS, SEATS
from tests.conftest import NOW, Collect, FakeClock, collector
from tests.databases import FOUND, count, differences, facts_of, rows_of
from tests.mirror import mirror_root
from tests.publishing import (
    Mirror,
    action,
    archive_url,
    bill_file,
    cosponsor,
    file_url,
    member_name,
    member_url,
    person,
    zip_of,
)
from tracker.ingest import Report
from tracker.models import (
    Bill,
    BillCosponsor,
    BillDossier,
    Change,
    Collection,
    Committee,
    CommitteeSeat,
    Item,
    Legislator,
    SourceDocument,
    Status,
)

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For tables of cases that are not about the engine."""

BILLS = all_sources()["govinfo_billstatus"]
ONE, TWO, THREE = "119-hr-1", "119-hr-2", "119-hr-3"
HOUSE_BILLS: Mapping[str, str] = {"congress": "119", "type": "hr"}

FIRST, LATER, LATEST = "2026-02-01T10:00:00Z", "2026-03-01T10:00:00Z", "2026-04-01T10:00:00Z"
INTRODUCED = action("2025-01-03", "Introduced in House", actionCode="Intro-H")
REPORTED = action("2026-02-20", "Reported by the Committee on Foreign Affairs. H. Rept. 119-7.")


def verdicts(report: Report) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, stale."""
    return report.created, report.updated, report.unchanged, report.stale


def changes(engine: Engine, kind: str | None = None, *, held: bool = False) -> list[tuple[str, str, str]]:
    """The ledger: (item, kind, key) in the order of writing."""
    wanted = select(Item.key, Change.kind, Change.natural_key).join_from(Change, Item).order_by(Change.id)
    wanted = wanted.where(Change.held.is_(held))
    if kind:
        wanted = wanted.where(Change.kind == kind)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(wanted)]  # type: ignore[misc]


def one(engine: Engine, model: type[Any], **by: Any) -> Any:
    """The one row of a model with these values."""
    with Session(engine) as session:
        return session.execute(select(model).filter_by(**by)).scalar_one()


def collections(engine: Engine) -> list[Collection]:
    with Session(engine) as session:
        return list(session.scalars(select(Collection).order_by(Collection.id)))


def feed(mirror: Mirror, *keys: str, at: str = "Sun, 01 Nov 2026 08:00:00 +0000") -> str:
    """Publish a batch feed that lists these bills' files."""
    return mirror.put_feed([(at, [file_url(key) for key in keys])])


# --- created, updated, unchanged, stale ---------------------------------------------------------------------


def test_a_new_bill_is_stored_with_all_its_lists(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    body = bill_file(
        ONE, cosponsors=cosponsor("X000002", "Rep. Other, Bo [D-OH-2]"),
        policyArea="<name>International Affairs</name>",
        subjects="<legislativeSubjects><item><name>Sanctions</name></item></legislativeSubjects>",
    )  # fmt: skip
    mirror.put_zip({ONE: body})
    report = collect(**HOUSE_BILLS)
    assert (report.status, verdicts(report)) == (Status.OK, (1, 0, 0, 0))
    bill = one(engine, Bill, key=f"bill:{ONE}")
    assert (bill.congress, bill.type, bill.number, bill.policy_area) == (
        119,
        "hr",
        1,
        "International Affairs",
    )
    assert bill.first_seen_at == bill.changed_at == NOW
    assert bill.cosponsor_count == 1
    dossier = one(engine, BillDossier)
    assert (len(dossier.actions), len(dossier.titles), len(dossier.subjects)) == (1, 1, 1)
    assert count(engine, "bill_sponsor") == 1
    assert one(engine, BillCosponsor).bioguide == "X000002"


def test_a_newer_file_updates_only_the_bill_that_differs(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put_zip({ONE: bill_file(ONE), TWO: bill_file(TWO)})
    collect(**HOUSE_BILLS)
    later = fake_clock.forward(days=1)
    mirror.put_zip({ONE: bill_file(ONE, updated=LATER, title="A better title"), TWO: bill_file(TWO)})
    report = collect(**HOUSE_BILLS)
    assert verdicts(report) == (0, 1, 0, 0)
    first, second = one(engine, Bill, key=f"bill:{ONE}"), one(engine, Bill, key=f"bill:{TWO}")
    assert (first.title, first.first_seen_at, first.changed_at) == ("A better title", NOW, later)
    assert (second.first_seen_at, second.changed_at) == (NOW, NOW)


def test_a_file_that_says_the_same_with_other_bytes_is_unchanged(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put_zip({ONE: bill_file(ONE)})
    collect(**HOUSE_BILLS)
    before = facts_of(engine, without_tables=("source_document",))
    fake_clock.forward(days=1)
    mirror.put_zip({ONE: bill_file(ONE).replace(b"><", b">\n<")})
    report = collect(**HOUSE_BILLS)
    assert (report.status, verdicts(report)) == (Status.UNCHANGED, (0, 0, 1, 0))
    assert facts_of(engine, without_tables=("source_document",)) == before


def test_an_older_file_never_overwrites_newer_facts_and_is_noted(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({ONE: bill_file(ONE, updated=LATER, title="The newer title")})
    collect(**HOUSE_BILLS)
    before = facts_of(engine, without_tables=("source_document",))
    feed(mirror, ONE)
    url = mirror.put_bill(bill_file(ONE, updated=FIRST, title="The older title"), ONE)
    report = collect()
    assert verdicts(report) == (0, 0, 0, 1)
    assert [(problem.kind, problem.document) for problem in report.problems] == [(ProblemKind.STALE, url)]
    assert ONE in report.problems[0].message
    assert facts_of(engine, without_tables=("source_document",)) == before


def test_a_stale_copy_at_the_same_address_does_not_become_the_evidence_for_newer_facts(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    """A cache may serve yesterday's file again: the facts stay, and so must what they point at."""
    feed(mirror, ONE)
    mirror.put_bill(bill_file(ONE, updated=LATER), ONE)
    collect()
    item = one(engine, Item, key=f"bill:{ONE}")
    evidence = one(engine, SourceDocument, id=item.document_id).sha256
    fake_clock.forward(days=2)
    feed(mirror, ONE, at="Tue, 03 Nov 2026 08:00:00 +0000")
    mirror.put_bill(bill_file(ONE, updated=FIRST), ONE)
    assert collect().stale == 1
    item = one(engine, Item, key=f"bill:{ONE}")
    assert one(engine, SourceDocument, id=item.document_id).sha256 == evidence


@pytest.mark.parametrize("order", [("old/", "new/"), ("new/", "old/")], ids="then ".join)
def test_of_two_members_for_one_bill_the_newer_wins_in_either_order(
    engine: Engine, mirror: Mirror, collect: Collect, order: tuple[str, str]
) -> None:
    bodies = {
        "old/": bill_file(ONE, updated=FIRST, title="Older"),
        "new/": bill_file(ONE, updated=LATER, title="Newer"),
    }
    mirror.put(archive_url(), zip_of({folder + member_name(ONE): bodies[folder] for folder in order}))
    collect(**HOUSE_BILLS)
    assert one(engine, Item, key=f"bill:{ONE}").title == "Newer"


def test_what_a_bill_loses_is_gone_from_its_lists(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    mirror.put_zip({ONE: bill_file(ONE, actions=REPORTED + INTRODUCED, policyArea="<name>Congress</name>")})
    collect(**HOUSE_BILLS)
    mirror.put_zip({ONE: bill_file(ONE, updated=LATER, actions=INTRODUCED)})
    collect(**HOUSE_BILLS)
    (action,) = one(engine, BillDossier).actions
    assert action.acted_on == date(2025, 1, 3)
    assert one(engine, Bill).policy_area is None


# --- storing twice is quiet ---------------------------------------------------------------------------------


def test_a_second_run_writes_nothing_but_its_own_record(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put_zip({ONE: bill_file(ONE), TWO: bill_file(TWO)})
    collect(**HOUSE_BILLS)
    before = rows_of(engine)
    fake_clock.forward(days=1)
    report = collect(**HOUSE_BILLS)
    assert report.status == Status.UNCHANGED
    assert rows_of(engine) == before
    assert len(collections(engine)) == 2


def test_a_second_run_of_the_feed_writes_nothing(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    feed(mirror, ONE, TWO)
    for key in (ONE, TWO):
        mirror.put_bill(bill_file(key), key)
    assert collect().created == 2
    before = rows_of(engine)
    fake_clock.forward(days=1)
    assert collect().status == Status.UNCHANGED
    assert rows_of(engine) == before


def test_two_databases_that_read_the_same_hold_the_same(
    engine: Engine,
    sqlite_engine: Engine,
    mirror: Mirror,
    collect: Collect,
    bodies: Bodies,
    fake_clock: FakeClock,
) -> None:
    put_saved(mirror)
    collect()
    collector(sqlite_engine, mirror.root, bodies, fake_clock)()
    assert differences(facts_of(engine), facts_of(sqlite_engine)) == {}


SAVED = Path(__file__).resolve().parent.parent / "sources" / "govinfo_billstatus"


def put_saved(mirror: Mirror) -> list[str]:
    """Publish the saved bill status files as single files, with a feed that lists them."""
    keys = []
    for path in sorted(SAVED.glob("BILLSTATUS-*.xml")):
        congress, rest = path.stem.removeprefix("BILLSTATUS-")[:3], path.stem.removeprefix("BILLSTATUS-")[3:]
        number = rest.lstrip("abcdefghijklmnopqrstuvwxyz")
        keys.append(f"{congress}-{rest.removesuffix(number)}-{number}")
        mirror.put_bill(path.read_bytes(), keys[-1])
    feed(mirror, *keys)
    return keys


def test_whether_single_files_or_archives_come_first_the_facts_are_the_same(
    engine: Engine,
    sqlite_engine: Engine,
    mirror: Mirror,
    collect: Collect,
    bodies: Bodies,
    fake_clock: FakeClock,
) -> None:
    newer = bill_file(ONE, updated=LATER, actions=REPORTED + INTRODUCED, title="Newer")
    older = bill_file(TWO, updated=FIRST, title="Older")
    mirror.put_zip(
        {ONE: bill_file(ONE, actions=INTRODUCED), TWO: bill_file(TWO, updated=LATER), THREE: bill_file(THREE)}
    )
    mirror.put_bill(newer, ONE)
    mirror.put_bill(older, TWO)
    feed(mirror, ONE, TWO)
    other = collector(sqlite_engine, mirror.root, bodies, fake_clock)
    collect(**HOUSE_BILLS)
    collect()
    other()
    other(**HOUSE_BILLS)
    tables = ("change", "source_document")
    ours, theirs = (facts_of(one, FOUND, tables) for one in (engine, sqlite_engine))
    assert differences(ours, theirs) == {}
    assert one(engine, Item, key=f"bill:{ONE}").title == "Newer"


# --- the ledger ---------------------------------------------------------------------------------------------


def test_the_first_reading_of_a_listing_is_history_and_no_news(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({ONE: bill_file(ONE, actions=REPORTED + INTRODUCED)})
    assert collect(**HOUSE_BILLS).changes == 0
    assert changes(engine) == []


def test_a_bill_new_in_a_listing_that_was_read_is_one_change(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put_zip({ONE: bill_file(ONE)})
    collect(**HOUSE_BILLS)
    later = fake_clock.forward(days=1)
    mirror.put_zip({ONE: bill_file(ONE), TWO: bill_file(TWO, actions=REPORTED + INTRODUCED)})
    assert collect(**HOUSE_BILLS).changes == 1
    assert changes(engine) == [(f"bill:{TWO}", "introduced", "introduced")]
    change = one(engine, Change)
    assert (change.occurred_on, change.first_seen_at) == (date(2025, 1, 3), later)


def test_a_bill_from_the_feed_is_news_only_after_its_listing_was_read(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put_bill(bill_file(ONE), ONE)
    feed(mirror, ONE)
    collect()
    assert changes(engine) == []
    mirror.put_zip({ONE: bill_file(ONE)})
    collect(**HOUSE_BILLS)
    assert changes(engine) == []
    fake_clock.forward(days=2)
    mirror.put_bill(bill_file(TWO), TWO)
    feed(mirror, TWO, at="Tue, 03 Nov 2026 08:00:00 +0000")
    collect()
    assert changes(engine) == [(f"bill:{TWO}", "introduced", "introduced")]


def test_the_listing_of_another_type_makes_nothing_news(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({ONE: bill_file(ONE)})
    collect(**HOUSE_BILLS)
    mirror.put_bill(bill_file("119-s-5"), "119-s-5")
    feed(mirror, "119-s-5")
    collect()
    assert changes(engine) == []


def test_a_listing_that_was_not_believed_makes_nothing_news(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    keys = [f"119-hr-{number}" for number in range(1, 11)]
    mirror.put_zip({key: bill_file(key) if number > 2 else b"<broken" for number, key in enumerate(keys)})
    assert collect(**HOUSE_BILLS).status == Status.QUARANTINED
    mirror.put_zip({key: bill_file(key) for key in keys})
    assert verdicts(collect(**HOUSE_BILLS)) == (10, 0, 0, 0)
    assert changes(engine) == []


def test_a_change_is_written_once_however_often_it_is_seen(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put_zip({ONE: bill_file(ONE, actions=INTRODUCED)})
    collect(**HOUSE_BILLS)
    body = bill_file(ONE, updated=LATER, actions=REPORTED + INTRODUCED)
    mirror.put_zip({ONE: body})
    collect(**HOUSE_BILLS)
    before = changes(engine)
    assert Counter(kind for _, kind, _ in before) == {"action": 1, "stage": 1}
    mirror.put_bill(body, ONE)  # the same again, as a single file
    feed(mirror, ONE)
    fake_clock.forward(days=1)
    collect()
    mirror.put_zip({ONE: bill_file(ONE, updated=LATEST, actions=REPORTED + INTRODUCED), TWO: bill_file(TWO)})
    collect(**HOUSE_BILLS)
    assert [change for change in changes(engine) if change[0] == f"bill:{ONE}"] == before


def test_a_fact_that_goes_and_comes_back_is_told_each_time_it_goes(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    with_report, without = REPORTED + INTRODUCED, INTRODUCED
    stamps = [f"2026-0{month}-01T10:00:00Z" for month in range(1, 6)]
    for stamp, actions in zip(stamps, (with_report, without, with_report, without, with_report), strict=True):
        mirror.put_zip({ONE: bill_file(ONE, updated=stamp, actions=actions)})
        collect(**HOUSE_BILLS)
    kinds = Counter(kind for _, kind, _ in changes(engine))
    assert (kinds["action_removed"], kinds["stage"]) == (2, 4)


CHANGES: list[tuple[str, dict[str, Any], dict[str, Any], set[str]]] = [
    ("an action", {"actions": INTRODUCED}, {"actions": action("2026-02-20", "Spoken.") + INTRODUCED}, {"action"}),
    ("a stage", {"actions": INTRODUCED}, {"actions": REPORTED + INTRODUCED}, {"action", "stage"}),
    ("a cosponsor", {}, {"cosponsors": cosponsor("X000002", "Rep. B, A")}, {"cosponsor_added"}),
    ("a withdrawal", {"cosponsors": cosponsor("X000002", "Rep. B, A")},
     {"cosponsors": cosponsor("X000002", "Rep. B, A", sponsorshipWithdrawnDate="2026-02-01")}, {"cosponsor_withdrawn"}),
    ("a committee", {},
     {"committees": "<item><systemCode>hsfa00</systemCode><name>Foreign Affairs Committee</name></item>"},
     {"committee_referral"}),
    ("a report", {}, {"committeeReports": "<committeeReport><citation>H. Rept. 119-7</citation></committeeReport>"},
     {"report"}),
    ("a text version", {},
     {"textVersions": "<item><type>Introduced in House</type><date/><formats/></item>"}, {"text_version"}),
    ("a summary", {},
     {"summaries": "<summary><versionCode>00</versionCode><actionDate>2025-01-03</actionDate></summary>"}, {"summary"}),
    ("a law", {}, {"laws": "<item><type>Public Law</type><number>119-9</number></item>"}, {"became_law"}),
    ("a related bill", {}, {"relatedBills": "<item><congress>119</congress><type>S</type><number>7</number></item>"},
     {"related_bill"}),
    ("a title", {}, {"title": "Another title"}, {"title"}),
    ("a policy area", {}, {"policyArea": "<name>International Affairs</name>"}, {"policy_area"}),
    ("a sponsor", {"sponsors": None}, {"sponsors": person()}, {"sponsor"}),
    ("a subject", {}, {"subjects": "<legislativeSubjects><item><name>Sanctions</name></item></legislativeSubjects>"},
     {"subject"}),
    ("an edit stamp alone", {}, {}, set()),
]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(("says", "before", "after", "kinds"), CHANGES, ids=[row[0] for row in CHANGES])
def test_each_kind_of_news_becomes_its_kind_of_change(
    engine: Engine, mirror: Mirror, collect: Collect, says: str,
    before: dict[str, Any], after: dict[str, Any], kinds: set[str],
) -> None:  # fmt: skip
    mirror.put_zip({ONE: bill_file(ONE, **before)})
    collect(**HOUSE_BILLS)
    mirror.put_zip({ONE: bill_file(ONE, updated=LATER, **after)})
    report = collect(**HOUSE_BILLS)
    found = [kind for _, kind, _ in changes(engine)]
    assert (set(found), report.changes) == (kinds, len(kinds))


# --- changes that wait for a person -------------------------------------------------------------------------


def test_more_changes_than_a_normal_day_brings_are_held(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    calm = replace(BILLS, healthy=Healthy(normal_day=2))
    keys = [ONE, TWO, THREE]
    mirror.put_zip({key: bill_file(key) for key in keys})
    collect(calm, **HOUSE_BILLS)
    mirror.put_zip({key: bill_file(key, updated=LATER, title="Retitled") for key in keys})
    report = collect(calm, **HOUSE_BILLS)
    assert (report.changes, report.held) == (0, 3)
    assert report.held_because is not None
    assert "3 changes" in report.held_because
    assert changes(engine) == []
    assert len(changes(engine, held=True)) == 3
    assert one(engine, Item, key=f"bill:{ONE}").title == "Retitled"


def test_as_many_changes_as_a_normal_day_brings_are_not_held(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    calm = replace(BILLS, healthy=Healthy(normal_day=2))
    mirror.put_zip({key: bill_file(key) for key in (ONE, TWO)})
    collect(calm, **HOUSE_BILLS)
    mirror.put_zip({key: bill_file(key, updated=LATER, title="Retitled") for key in (ONE, TWO)})
    assert (collect(calm, **HOUSE_BILLS).held, len(changes(engine))) == (0, 2)


def reading_titles_loudly(document: Document) -> Iterator[Any]:
    """A later version of the parser, which reads titles in another way."""
    for found in BILLS.parse(document):
        yield (
            msgspec.structs.replace(found, title=found.title.upper())
            if isinstance(found, records.Bill)
            else found
        )


LOUD = replace(BILLS, parse=reading_titles_loudly, parser_version=BILLS.parser_version + 1)


def test_changes_that_only_a_new_parser_sees_are_held_and_the_facts_stored(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({ONE: bill_file(ONE), TWO: bill_file(TWO)})
    collect(**HOUSE_BILLS)
    report = collect(LOUD, **HOUSE_BILLS)  # the same bytes: they are read again all the same
    assert (verdicts(report), report.held, report.changes) == ((0, 2, 0, 0), 2, 0)
    assert report.held_because is not None
    assert "parser" in report.held_because
    assert changes(engine) == []
    assert one(engine, Item, key=f"bill:{ONE}").title.isupper()


def test_the_run_after_the_parsers_first_is_not_held(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({ONE: bill_file(ONE)})
    collect(**HOUSE_BILLS)
    collect(LOUD, **HOUSE_BILLS)
    mirror.put_zip({ONE: bill_file(ONE, updated=LATER, title="Another")})
    assert (collect(LOUD, **HOUSE_BILLS).changes, len(changes(engine))) == (1, 1)


def test_a_new_parser_is_held_whatever_it_reads_first(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    """Reading one archive anew must not let through what the parser sees differently in another."""
    mirror.put_zip({ONE: bill_file(ONE)})
    mirror.put_zip({"119-s-1": bill_file("119-s-1")}, bill_type="s")
    collect(congress="119", type="hr")
    collect(congress="119", type="s")
    assert collect(LOUD, congress="119", type="hr").held == 1
    assert collect(LOUD, congress="119", type="s").held == 1


# --- what an archive no longer lists ------------------------------------------------------------------------

TEN = [f"119-hr-{number}" for number in range(1, 11)]


def put_ten(mirror: Mirror, without: tuple[str, ...] = ()) -> None:
    mirror.put_zip({key: bill_file(key) for key in TEN if key not in without})


def missing(engine: Engine) -> dict[str, datetime]:
    with Session(engine) as session:
        return {item.key: item.missing_since for item in session.scalars(select(Item)) if item.missing_since}


def test_a_bill_that_leaves_the_archive_is_missing_since_then_and_comes_back(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_ten(mirror)
    collect(**HOUSE_BILLS)
    facts = facts_of(engine, FOUND, ("source_document",))
    left_at = fake_clock.forward(days=1)
    put_ten(mirror, without=(TWO,))
    collect(**HOUSE_BILLS)
    assert missing(engine) == {f"bill:{TWO}": left_at}
    assert facts_of(engine, FOUND, ("source_document",)) == facts  # nothing of it is deleted
    fake_clock.forward(days=1)
    mirror.put_zip({key: bill_file(key) for key in TEN if key != TWO} | {"119-hr-11": bill_file("119-hr-11")})
    collect(**HOUSE_BILLS)
    assert missing(engine) == {f"bill:{TWO}": left_at}  # still since the first time
    put_ten(mirror)
    report = collect(**HOUSE_BILLS)
    assert f"bill:{TWO}" not in missing(engine)
    assert report.updated == 1
    assert {kind for _, kind, _ in changes(engine)} == {"introduced"}  # of H.R. 11, which came later


def test_a_bill_last_told_by_a_single_file_is_missing_too_when_it_leaves_the_archive(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_ten(mirror)
    collect(**HOUSE_BILLS)
    mirror.put_bill(bill_file(TWO, updated=LATER, title="Retitled"), TWO)
    feed(mirror, TWO)
    collect()
    left_at = fake_clock.forward(days=1)
    put_ten(mirror, without=(TWO,))
    collect(**HOUSE_BILLS)
    assert missing(engine) == {f"bill:{TWO}": left_at}


def test_an_archive_that_lost_more_than_a_fifth_changes_nothing(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_ten(mirror)
    collect(**HOUSE_BILLS)
    before = rows_of(engine)
    fake_clock.forward(days=1)
    put_ten(mirror, without=tuple(TEN[:3]))
    report = collect(**HOUSE_BILLS)
    assert report.status == Status.QUARANTINED
    assert [problem.kind for problem in report.problems] == [ProblemKind.SHRUNK]
    assert report.problems[0].document == archive_url()
    assert rows_of(engine) == before
    put_ten(mirror)
    assert collect(**HOUSE_BILLS).status == Status.UNCHANGED


def test_an_archive_is_compared_with_its_last_reading_and_not_with_all_it_ever_had(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    """Two withdrawals a year apart are no collapse."""
    for without in ((), (ONE, TWO), (ONE, TWO, THREE)):
        put_ten(mirror, without=without)
        report = collect(**HOUSE_BILLS)
    assert report.status == Status.OK or report.status == Status.UNCHANGED
    assert report.problems == []
    assert len(missing(engine)) == 3


# --- validators ---------------------------------------------------------------------------------------------


def test_validators_are_kept_only_of_a_document_that_was_stored_whole(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    bodies = {key: bill_file(key) for key in TEN} | {"119-hr-11": b"<broken"}
    mirror.put_zip(bodies)
    report = collect(**HOUSE_BILLS)
    assert (report.status, report.created, len(report.problems)) == (Status.QUARANTINED, 10, 1)
    assert one(engine, SourceDocument, url=archive_url()).etag is None
    report = collect(**HOUSE_BILLS)  # asked for again, though not a byte changed
    assert (report.status, len(report.problems)) == (Status.QUARANTINED, 1)
    mirror.put_zip(bodies | {"119-hr-11": bill_file("119-hr-11")})
    report = collect(**HOUSE_BILLS)
    assert (report.status, verdicts(report)) == (Status.OK, (1, 0, 0, 0))
    assert one(engine, SourceDocument, url=archive_url()).etag is not None


@pytest.mark.parametrize("how", ["missing", "broken"])
def test_the_feed_is_asked_for_again_until_all_that_it_lists_came(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock, how: str
) -> None:
    feed(mirror, ONE, TWO)
    mirror.put_bill(bill_file(ONE), ONE)
    if how == "broken":
        mirror.put_bill(b"<broken", TWO)
    assert (collect().created, one(engine, SourceDocument, url=BATCH_FEED).etag) == (1, None)
    fake_clock.forward(hours=4)
    mirror.put_bill(bill_file(TWO), TWO)
    assert verdicts(collect()) == (1, 0, 0, 0)
    assert one(engine, SourceDocument, url=BATCH_FEED).etag is not None


# --- runs that fail -----------------------------------------------------------------------------------------


def test_every_run_has_a_record_with_its_source_options_and_times(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put_zip({ONE: bill_file(ONE)})
    collect(**HOUSE_BILLS)
    (run,) = collections(engine)
    assert (run.source, run.options, run.status) == ("govinfo_billstatus", dict(HOUSE_BILLS), Status.OK)
    assert (run.started_at, run.finished_at, run.parser_version) == (NOW, NOW, BILLS.parser_version)
    assert (run.documents, run.records, run.created, run.problems) == (1, 1, 1, ())


def crashing(document: Document) -> Iterator[Any]:
    for number, found in enumerate(BILLS.parse(document)):
        if document.url.endswith("hr2.xml"):
            raise ZeroDivisionError("a bug in the parser")
        yield found
        assert number == 0


def test_a_crash_keeps_the_old_data_and_is_recorded_with_its_place(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({ONE: bill_file(ONE)})
    collect(**HOUSE_BILLS)
    before = rows_of(engine)
    mirror.put_zip({ONE: bill_file(ONE, updated=LATER), TWO: bill_file(TWO), THREE: bill_file(THREE)})
    report = collect(replace(BILLS, parse=crashing), **HOUSE_BILLS)
    assert report.status == Status.FAILED
    (problem,) = report.problems
    assert (problem.kind, problem.source) == (ProblemKind.CRASH, "govinfo_billstatus")
    assert "a bug in the parser" in problem.message
    assert "crashing" in problem.place
    assert rows_of(engine) == before
    last = collections(engine)[-1]
    assert (last.status, last.problems, last.created) == (Status.FAILED, (problem,), 0)
    assert last.finished_at is not None
    assert verdicts(collect(**HOUSE_BILLS)) == (2, 1, 0, 0)


def test_a_source_that_does_not_answer_is_a_failed_run(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    report = collect(**HOUSE_BILLS)
    assert report.status == Status.FAILED
    assert [(problem.kind, problem.document) for problem in report.problems] == [
        (ProblemKind.FETCH, archive_url())
    ]
    assert collections(engine)[0].problems == tuple(report.problems)


def test_one_type_that_does_not_come_leaves_the_others(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({ONE: bill_file(ONE)})
    report = collect(congress="119")
    assert report.created == 1
    assert Counter(problem.kind for problem in report.problems) == {ProblemKind.FETCH: 7}


def test_a_wrong_option_is_a_failed_run_that_says_so(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    for options in (
        {"congres": "119"},
        {"congress": "107"},
        {"congress": "119", "type": "amdt"},
        {"type": "hr"},
    ):
        report = collect(**options)
        assert report.status == Status.FAILED
        assert any(value in report.problems[0].message for value in (*options, *options.values()))


def test_of_very_many_problems_some_are_kept(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    mirror.put_zip({f"119-hr-{number}": b"<broken" for number in range(1, 401)})
    report = collect(**HOUSE_BILLS)
    assert report.status == Status.QUARANTINED
    assert len(report.problems) >= 400
    kept = collections(engine)[0].problems
    assert len(kept) == 200


def test_the_record_of_a_disbelieved_run_says_why_it_was_not_believed(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    """However many members are broken, the reason itself must be among what is kept."""
    mirror.put_zip({f"119-hr-{number}": b"<broken" for number in range(1, 401)})
    collect(**HOUSE_BILLS)
    messages = [problem.message for problem in collections(engine)[0].problems]
    assert any("400 of 400 documents" in message for message in messages)


# --- a large archive, parsed by a second process ------------------------------------------------------------


def test_a_large_archive_is_stored_like_a_small_one(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    keys = [f"119-hr-{number}" for number in range(1, 1_101)]
    mirror.put_zip({key: bill_file(key) for key in keys})
    report = collect(**HOUSE_BILLS)
    assert (report.status, report.created, count(engine, "bill"), count(engine, "bill_dossier")) == (
        Status.OK, 1_100, 1_100, 1_100,
    )  # fmt: skip
    before = rows_of(engine)
    mirror.put_zip({key: bill_file(key) for key in reversed(keys)})  # other bytes, the same members
    assert collect(**HOUSE_BILLS).status == Status.UNCHANGED
    assert rows_of(engine, ("collection", "source_document")) == {
        name: rows for name, rows in before.items() if name != "source_document"
    }


# --- members, committees and seats --------------------------------------------------------------------------

SMALL_LISTS = replace(
    all_sources()["legislators"],
    healthy=Healthy(normal_day=60, minimum={"Legislator": 4, "Committee": 2, "CommitteeMembership": 2}),
)


def member(bioguide: str, last: str, party: str = "Independent", state: str = "VT") -> dict[str, Any]:
    term = {
        "type": "sen",
        "start": "2025-01-03",
        "end": "2031-01-03",
        "state": state,
        "class": 1,
        "party": party,
    }
    return {"id": {"bioguide": bioguide}, "name": {"first": "Ann", "last": last}, "terms": [term]}


PEOPLE = [member(f"X00000{number}", f"Example{number}") for number in range(1, 6)]
HOUSE_COMMITTEES = [{"type": "senate", "name": "Foreign Relations", "thomas_id": "SSFR", "subcommittees": [
    {"name": "Africa", "thomas_id": "09"}]}]  # fmt: skip
PLACES = {"SSFR": [{"bioguide": "X000001", "rank": 1, "party": "majority", "title": "Chairman"},
                   {"bioguide": "X000002", "rank": 1, "party": "minority"}]}  # fmt: skip


def put_lists(
    mirror: Mirror, people: list[Any] = PEOPLE, committees: list[Any] = HOUSE_COMMITTEES, seats: Any = None
) -> None:
    mirror.put(MEMBERS, msgspec.json.encode(people))
    mirror.put(COMMITTEES, msgspec.json.encode(committees))
    mirror.put(SEATS, msgspec.json.encode(PLACES if seats is None else seats))


def test_the_lists_of_members_committees_and_seats_are_stored(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_lists(mirror)
    report = collect(SMALL_LISTS)
    assert (report.status, report.created) == (Status.OK, 9)
    assert one(engine, Legislator, bioguide="X000001").is_current
    assert one(engine, Committee, code="ssfr09").parent == "ssfr00"
    assert one(engine, CommitteeSeat, bioguide="X000001").title == "Chairman"
    before = rows_of(engine)
    assert collect(SMALL_LISTS).status == Status.UNCHANGED
    assert rows_of(engine) == before


def test_a_short_list_is_quarantined_and_nobody_leaves(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_lists(mirror)
    collect(SMALL_LISTS)
    before = rows_of(engine)
    put_lists(mirror, PEOPLE[:3])
    report = collect(SMALL_LISTS)
    assert report.status == Status.QUARANTINED
    assert [problem.kind for problem in report.problems] == [ProblemKind.SHORT]
    assert "3 records of kind Legislator" in report.problems[0].message
    assert rows_of(engine) == before
    put_lists(mirror)
    collect(SMALL_LISTS)
    assert {name: rows for name, rows in rows_of(engine).items() if name != "source_document"} == {
        name: rows for name, rows in before.items() if name != "source_document"
    }


@pytest.mark.parametrize(("url", "body"), [(MEMBERS, b"[]"), (COMMITTEES, b"[]"), (SEATS, b"{}")])
def test_a_list_that_came_empty_empties_nothing(
    engine: Engine, mirror: Mirror, collect: Collect, url: str, body: bytes
) -> None:
    put_lists(mirror)
    collect(SMALL_LISTS)
    before = rows_of(engine, ("collection", "source_document"))
    mirror.put(url, body)
    assert collect(SMALL_LISTS).status == Status.QUARANTINED
    assert rows_of(engine, ("collection", "source_document")) == before


BAD_LISTS = [
    ("not JSON", MEMBERS, b"<html>"), ("cut short", MEMBERS, b'[{"id": {"bioguide": "X0'), ("empty", MEMBERS, b""),
    ("another shape", MEMBERS, b'{"members": []}'), ("no terms", MEMBERS, b'[{"id":{"bioguide":"X000001"},"name":'
                                                     b'{"first":"A","last":"B"},"terms":[]}]'),
    ("a bioguide that is none", MEMBERS, b'[{"id":{"bioguide":"1"},"name":{"first":"A","last":"B"},"terms":[]}]'),
    ("an unknown chamber", COMMITTEES, b'[{"type":"moon","name":"A","thomas_id":"SSFR"}]'),
    ("an unknown side", SEATS, b'{"SSFR":[{"bioguide":"X000001","rank":1,"party":"third"}]}'),
    ("UTF-16", MEMBERS, "[]".encode("utf-16")), ("deep", MEMBERS, b"[" * 100_000),
]  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(("says", "url", "body"), BAD_LISTS, ids=[row[0] for row in BAD_LISTS])
def test_a_list_that_is_not_what_it_was_changes_nothing_and_is_named(
    engine: Engine, mirror: Mirror, collect: Collect, says: str, url: str, body: bytes
) -> None:
    put_lists(mirror)
    collect(SMALL_LISTS)
    before = rows_of(engine)
    mirror.put(url, body)
    report = collect(SMALL_LISTS)
    assert report.status in (Status.QUARANTINED, Status.FAILED)
    assert (report.problems[0].kind, report.problems[0].document) == (ProblemKind.DRIFT, url)
    assert rows_of(engine) == before


def test_a_member_who_leaves_stays_as_a_former_one_and_may_return(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_lists(mirror)
    collect(SMALL_LISTS)
    put_lists(mirror, PEOPLE[:4])
    assert collect(SMALL_LISTS).updated == 1
    left = one(engine, Legislator, bioguide="X000005")
    assert (left.is_current, left.last_name) == (False, "Example5")
    assert count(engine, "legislator_term") == 5
    put_lists(mirror)
    collect(SMALL_LISTS)
    assert one(engine, Legislator, bioguide="X000005").is_current


def test_a_member_known_from_a_bill_is_made_whole_by_the_list(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({ONE: bill_file(ONE, sponsors=person("X000001", "Sen. Printed, A. [I-VT]"))})
    collect(**HOUSE_BILLS)
    assert not one(engine, Legislator, bioguide="X000001").is_current
    put_lists(mirror)
    collect(SMALL_LISTS)
    found = one(engine, Legislator, bioguide="X000001")
    assert (found.is_current, found.full_name, found.party) == (True, "Ann Example1", "Independent")


def test_a_bill_never_takes_back_what_the_list_says_of_a_member(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_lists(mirror)
    collect(SMALL_LISTS)
    before = rows_of(engine)["legislator"]
    mirror.put_zip({ONE: bill_file(ONE, sponsors=person("X000001", "Sen. Printed, A. [I-VT]"))})
    collect(**HOUSE_BILLS)
    assert rows_of(engine)["legislator"] == before


def test_a_seat_is_moved_and_given_up(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    put_lists(mirror)
    collect(SMALL_LISTS)
    moved = {"SSFR": [{"bioguide": "X000002", "rank": 1, "party": "majority", "title": "Chairman"},
                      {"bioguide": "X000003", "rank": 1, "party": "minority"},
                      {"bioguide": "X999999", "rank": 2, "party": "minority"}]}  # fmt: skip
    put_lists(mirror, seats=moved)
    assert collect(SMALL_LISTS).status == Status.OK
    with Session(engine) as session:
        found = {seat.bioguide: (seat.side, seat.rank) for seat in session.scalars(select(CommitteeSeat))}
    assert found == {"X000002": ("majority", 1), "X000003": ("minority", 1)}  # nobody knows X999999


def test_a_member_whom_nobody_knew_gets_the_seat_once_the_member_is_known(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    """A freshman's seat may be listed a day before the member."""
    seats = PLACES | {"SSFR": [*PLACES["SSFR"], {"bioguide": "X000006", "rank": 2, "party": "minority"}]}
    put_lists(mirror, seats=seats)
    collect(SMALL_LISTS)
    mirror.put(MEMBERS, msgspec.json.encode([*PEOPLE, member("X000006", "Example6")]))
    collect(SMALL_LISTS)
    assert one(engine, CommitteeSeat, bioguide="X000006").rank == 2


# --- the publisher's own files ------------------------------------------------------------------------------

REAL = ["119-hr-983", "119-hres-214", "119-sconres-29", "119-sjres-33"]


def real(root: Path, key: str) -> tuple[bytes, bytes]:
    """A bill as its archive has it, and as its single file."""
    congress, bill_type, _ = key.split("-")
    folder = root / "www.govinfo.gov" / "bulkdata" / "BILLSTATUS" / congress / bill_type
    with zipfile.ZipFile(folder / f"BILLSTATUS-{congress}-{bill_type}.zip") as archive:
        return archive.read(member_name(key)), (folder / member_name(key)).read_bytes()


def put_member(mirror: Mirror, key: str, body: bytes) -> dict[str, str]:
    congress, bill_type, _ = key.split("-")
    mirror.put_zip({key: body}, int(congress), bill_type)
    return {"congress": congress, "type": bill_type}


UPDATES: dict[str, dict[str, int]] = {
    "119-hr-983": {"other_title": 1},
    "119-sconres-29": {"related_bill": 1},
    "119-hres-214": {"other_title": 1, "action_removed": 3},
}


@pytest.mark.mirror
@pytest.mark.parametrize("key", UPDATES)
def test_a_newer_single_file_gives_exactly_its_changes_once(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock, key: str
) -> None:
    older, newer = real(mirror_root(), key)
    collect(**put_member(mirror, key, older))
    mirror.put_bill(newer, key)
    feed(mirror, key)
    assert collect().updated == 1
    assert Counter(kind for _, kind, _ in changes(engine)) == UPDATES[key]
    before = rows_of(engine)
    fake_clock.forward(days=1)
    collect()
    collect(**put_member(mirror, key, older + b"\n"))
    assert rows_of(engine)["change"] == before["change"]
    assert rows_of(engine)["bill_dossier"] == before["bill_dossier"]


@pytest.mark.mirror
def test_an_older_single_file_is_stale_and_changes_nothing(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    older, newer = reversed(real(mirror_root(), "119-sjres-33"))
    collect(**put_member(mirror, "119-sjres-33", newer))
    before = facts_of(engine, without_tables=("source_document",))
    mirror.put_bill(older, "119-sjres-33")
    feed(mirror, "119-sjres-33")
    report = collect()
    assert (report.stale, [problem.kind for problem in report.problems]) == (1, [ProblemKind.STALE])
    assert facts_of(engine, without_tables=("source_document",)) == before


@pytest.mark.mirror
def test_in_the_other_order_the_discharge_vote_the_policy_area_and_the_summary_are_changes(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    newer, older = real(mirror_root(), "119-sjres-33")
    mirror.put_bill(older, "119-sjres-33")
    feed(mirror, "119-sjres-33")
    collect()
    report = collect(**put_member(mirror, "119-sjres-33", newer))
    assert report.updated == 1
    found = Counter(kind for _, kind, _ in changes(engine))
    assert {"vote_reference", "policy_area", "summary", "setback"} <= found.keys()
    assert found["vote_reference"] == found["policy_area"] == found["summary"] == 1
    setback = one(engine, Change, kind="setback").new
    assert (setback["yeas"], setback["nays"]) == (15, 82)
    assert "stage" not in found


@pytest.mark.mirror
def test_the_publishers_files_end_in_the_same_facts_in_either_order(
    engine: Engine,
    sqlite_engine: Engine,
    mirror: Mirror,
    collect: Collect,
    bodies: Bodies,
    fake_clock: FakeClock,
) -> None:
    other = collector(sqlite_engine, mirror.root, bodies, fake_clock)
    archives = []
    for key in REAL:
        in_archive, single = real(mirror_root(), key)
        archives.append(put_member(mirror, key, in_archive))
        mirror.put_bill(single, key)
    feed(mirror, *REAL)
    for options in archives:
        collect(**options)
    collect()
    other()
    for options in archives:
        other(**options)
    tables = ("change", "source_document")
    assert differences(*(facts_of(one, FOUND, tables) for one in (engine, sqlite_engine))) == {}


@pytest.mark.mirror
def test_the_real_lists_of_members_are_healthy_and_quiet_the_second_time(
    engine: Engine, bodies: Bodies, fake_clock: FakeClock
) -> None:
    run = collector(engine, mirror_root(), bodies, fake_clock)
    report = run("legislators")
    assert (report.status, report.problems) == (Status.OK, [])
    assert count(engine, "legislator") == 537
    before = rows_of(engine)
    assert run("legislators").status == Status.UNCHANGED
    assert rows_of(engine) == before


def test_a_member_is_found_by_its_archives_address_and_name(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put_zip({ONE: bill_file(ONE)})
    collect(**HOUSE_BILLS)
    found = one(engine, SourceDocument, url=member_url(ONE))
    assert found.container_id == one(engine, SourceDocument, url=archive_url()).id
    assert found.fetched_at == NOW
