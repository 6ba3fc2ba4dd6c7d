"""Legislators, changes, search, sources, committees and freshness, on both engines."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from scrapers.records import Chamber
from scrapers.registry import all_sources
from tests.conftest import NOW, Collect
from tests.publishing import Mirror, bill_file
from tracker.models import Collection, Status
from tracker.queries.changes import (
    ChangeFilter,
    following_since,
    item_path,
    latest_changes,
    list_changes,
    read_change_filter,
)
from tracker.queries.committees import all_committee_names, committee_choices, display_name
from tracker.queries.freshness import data_version
from tracker.queries.home import congress_figures, read_front
from tracker.queries.legislators import (
    LegislatorFilter,
    held_states,
    list_legislators,
    read_legislator,
    read_legislator_filter,
)
from tracker.queries.official import law_page, measure_page, report_page, vote_page
from tracker.queries.paging import BadParameterError
from tracker.queries.people import find_people
from tracker.queries.search import search
from tracker.queries.sources import Health, Run, health, list_sources, site_health

TODAY = NOW.date()


# --- people -------------------------------------------------------------------------------------------------


def test_legislators_by_state_and_chamber(session: Session) -> None:
    page = list_legislators(session, LegislatorFilter(state="VT", chamber=Chamber.SENATE, is_current=True))
    assert page.total == len(page.items) > 0
    assert all(one.state == "VT" for one in page.items)
    assert "VT" in held_states(session)


@pytest.mark.parametrize("text", ["able", "ÁBLE", "Rep. Able", "ann able", "able, ann"])
def test_a_name_is_found_without_its_accents(session: Session, text: str) -> None:
    assert find_people(session, text) == ["A000001"]


@pytest.mark.parametrize("text", ["", "  ", "Rep.", "%", "_", "zzz"])
def test_no_name_is_nobody(session: Session, text: str) -> None:
    assert find_people(session, text) == []


def test_a_legislator_has_a_record(session: Session) -> None:
    detail = read_legislator(session, "A000001", today=TODAY)
    assert detail is not None
    assert detail.sponsored.total > 100
    assert not detail.person.is_current
    assert detail.terms == ()
    assert read_legislator(session, "Z999999", today=TODAY) is None


def test_legislator_parameters() -> None:
    which = read_legislator_filter({"state": "vt", "chamber": "house", "current": "1", "name": "x"})
    assert which == LegislatorFilter("VT", Chamber.HOUSE, True, "x")
    for args in ({"chamber": "x"}, {"current": "maybe"}):
        with pytest.raises(BadParameterError):
            read_legislator_filter(args)


# --- changes ------------------------------------------------------------------------------------------------


def test_the_log_is_newest_first_and_can_be_narrowed(session: Session) -> None:
    page = list_changes(session)
    ids = [change.id for change in page.items]
    assert ids == sorted(ids, reverse=True)
    of_item = list_changes(session, ChangeFilter(item="bill:119-hr-5001"))
    assert {change.item_key for change in of_item.items} == {"bill:119-hr-5001"}
    kinds = list_changes(session, ChangeFilter(kind="cosponsor_withdrawn"))
    assert {change.kind for change in kinds.items} == {"cosponsor_withdrawn"}
    assert list_changes(session, ChangeFilter(source="legislators")).total == 0
    assert list_changes(session, ChangeFilter(source="govinfo_billstatus")).total == page.total
    assert [change.id for change in latest_changes(session, limit=3)] == ids[:3]


def test_change_parameters() -> None:
    assert read_change_filter({"item": "S. 1780 119th"}).item == "bill:119-s-1780"
    assert read_change_filter({"item": "bill:119-s-1780"}).item == "bill:119-s-1780"
    assert read_change_filter({"item": "anything"}).item == "anything"
    with pytest.raises(BadParameterError):
        read_change_filter({"kind": "nonsense"})
    assert item_path("bill:119-s-1780") == "/bills/119-s-1780"


def test_the_front_gathers_changes_by_item(session: Session) -> None:
    front = read_front(session, today=TODAY)
    assert {item.name for item in front.changed} == {"H.R. 5001", "H.R. 5999"}
    assert front.latest_measures == ()
    assert front.following_since == following_since(session) is not None
    (reported,) = [item for item in front.changed if item.name == "H.R. 5001"]
    assert reported.changes[0].kind == "stage"
    assert [figures.congress for figures in congress_figures(session)] == [119, 118, 117]


def test_an_empty_front(engine: Engine) -> None:
    with Session(engine) as session:
        front = read_front(session, today=TODAY)
    assert (front.changed, front.latest_measures, front.following_since) == ((), (), None)


# --- search -------------------------------------------------------------------------------------------------


def test_a_number_leads_to_its_measure(session: Session) -> None:
    result = search(session, "S.J.Res. 33", today=TODAY)
    assert [bill.key for bill in result.measures] == ["119-sjres-33"]
    assert result.hits.total == 0


def test_a_number_we_do_not_hold_is_named(session: Session) -> None:
    result = search(session, "HR 77777", today=TODAY)
    assert result.reference is not None
    assert result.measures == ()


def test_words_are_marked_where_they_stand(session: Session) -> None:
    result = search(session, "foreign military", today=TODAY)
    hit = next(hit for hit in result.hits.items if hit.item.key == "119-sjres-33")
    assert {words.lower() for words, is_hit in hit.title if is_hit} >= {"foreign", "military"}
    assert "".join(words for words, _ in hit.title) == hit.item.title


def test_a_phrase_must_stand_together(session: Session) -> None:
    assert search(session, '"military foreign"', today=TODAY).hits.total == 0
    assert search(session, '"foreign military"', today=TODAY).hits.total > 0


# --- sources ------------------------------------------------------------------------------------------------


def test_every_source_is_listed(session: Session) -> None:
    statuses = {status.key: status for status in list_sources(session, NOW + timedelta(days=1))}
    assert statuses.keys() == all_sources().keys()
    bills = statuses["govinfo_billstatus"]
    assert bills.health is Health.CURRENT
    assert bills.items > 100
    assert bills.last_run is not None
    everything = site_health(session, NOW + timedelta(days=1))
    assert everything.total == len(all_sources())
    assert {state for _, state, _ in everything.others} <= {Health.NEVER}


def test_a_source_that_was_never_asked(engine: Engine) -> None:
    with Session(engine) as session:
        assert {status.health for status in list_sources(session, NOW)} == {Health.NEVER}
        assert site_health(session, NOW).last_good_at is None


@pytest.mark.parametrize(
    ("status", "hours_ago", "state"),
    [(Status.OK, 1, Health.CURRENT), (Status.UNCHANGED, 11, Health.CURRENT), (Status.OK, 13, Health.LATE),
     (Status.FAILED, 1, Health.BROKEN), (Status.QUARANTINED, 1, Health.BROKEN)],
)  # fmt: skip
def test_health_in_a_word(status: Status, hours_ago: int, state: Health) -> None:
    source = all_sources()["govinfo_billstatus"]
    at = NOW - timedelta(hours=hours_ago)
    run = Run(1, status, at, at, 0, 0, 0, 0, 0, 0, 0, None, ())
    good = Run(0, Status.OK, at, at, 0, 0, 0, 0, 0, 0, 0, None, ())
    assert health(source, run, good, NOW) is state


def test_a_source_that_never_answered_here_is_not_broken() -> None:
    """What a newcomer without a network sees: the bundled facts, and no alarm."""
    source = all_sources()["govinfo_billstatus"]
    bundled = Run(0, Status.OK, NOW, NOW, 0, 0, 0, 0, 0, 0, 0, None, (), bundled_as_of=NOW)
    for status in (Status.FAILED, Status.RUNNING):
        run = Run(1, status, NOW, NOW, 0, 0, 0, 0, 0, 0, 0, None, ())
        assert health(source, run, bundled, NOW) is Health.BUNDLED
        assert health(source, run, None, NOW) is Health.NEVER
    disbelieved = Run(1, Status.QUARANTINED, NOW, NOW, 0, 0, 0, 0, 0, 0, 0, None, ())
    assert health(source, disbelieved, bundled, NOW) is Health.BROKEN


def test_a_site_that_has_only_bundled_facts_is_as_of_its_measures(engine: Engine) -> None:
    """However old another part is; and once a source has answered, each has its own day."""
    days = {"gao_products": NOW - timedelta(days=300), "govinfo_billstatus": NOW - timedelta(days=150)}

    def collected(source: str, options: dict[str, str]) -> datetime | None:
        with engine.begin() as connection:
            connection.execute(insert(Collection).values(
                source=source, parser_version=1, options=options, started_at=NOW, finished_at=NOW, status=Status.OK
            ))  # fmt: skip
        with Session(engine) as session:
            return site_health(session, NOW).bundled_as_of

    for source, day in days.items():
        assert collected(source, {"snapshot": "x", "as_of": day.isoformat()}) == day
    assert collected("legislators", {}) is None


# --- committees and official pages --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "chamber", "parent", "shown"),
    [
        ("Senate Committee on Foreign Relations", "senate", None, "Senate Foreign Relations Committee"),
        ("House Committee on the Judiciary", "house", None, "House Judiciary Committee"),
        ("Foreign Relations Committee", "Senate", None, "Senate Foreign Relations Committee"),
        ("Joint Committee on Taxation", "joint", None, "Joint Committee on Taxation"),
        ("Select Committee on Intelligence", None, None, "Select Committee on Intelligence"),
        (
            "Europe",
            "house",
            "House Foreign Affairs Committee",
            "House Foreign Affairs Subcommittee on Europe",
        ),
        ("Health Subcommittee", "House", "House Energy Committee", "House Energy Subcommittee on Health"),
    ],
)
def test_committees_are_called_what_people_call_them(
    name: str, chamber: str | None, parent: str | None, shown: str
) -> None:
    assert display_name(name, chamber, parent) == shown


def test_committees_to_choose_from(session: Session) -> None:
    choices = committee_choices(session)
    assert ("ssfr00", "Senate Foreign Relations Committee") in [(one.code, one.name) for one in choices]
    assert all_committee_names(session)["ssfr00"] == "Senate Foreign Relations Committee"


def test_official_pages() -> None:
    from scrapers.records import BillType

    assert measure_page(117, BillType.SJRES, 31) == (
        "https://www.congress.gov/bill/117th-congress/senate-joint-resolution/31"
    )
    assert vote_page(Chamber.HOUSE, 119, 1, 281, date(2025, 10, 1)) == "https://clerk.house.gov/Votes/2025281"
    assert law_page("Public Law", "117-328") == "https://www.govinfo.gov/app/details/PLAW-117publ328"
    assert report_page("H. Rept. 117-400,Part 1") == (
        "https://www.congress.gov/congressional-report/117th-congress/house-report/400"
    )
    assert report_page("something else") is None


# --- freshness ----------------------------------------------------------------------------------------------


def test_the_version_changes_with_every_collection(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    def version() -> str:
        with Session(engine) as session:
            return data_version(session)

    versions = [version()]
    mirror.put_zip({"119-hr-1": bill_file()})
    collect(congress="119", type="hr")
    versions.append(version())
    assert version() == versions[-1]
    mirror.put_zip({"119-hr-1": bill_file(), "119-hr-2": bill_file("119-hr-2")})
    collect(congress="119", type="hr")
    versions.append(version())
    assert len(set(versions)) == 3
