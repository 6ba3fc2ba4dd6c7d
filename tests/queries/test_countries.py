"""Countries by any name, and counts that are those of the lists they stand for, on both engines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.conftest import NOW, Collect, FakeClock
from tests.publishing import Mirror, action, bill_file, file_url
from tests.small_site import IN_SCOPE
from tracker.linking.vocabulary import load_vocabulary
from tracker.queries.bills import BillFilter, Scope, list_bill_ids
from tracker.queries.changes import ChangeFilter, count_changes, read_change_filter
from tracker.queries.countries import (
    CONCERNS_SHOWN,
    CountryDetail,
    list_countries,
    list_measures,
    read_country,
    read_courses,
    read_measures,
    recent_since,
)
from tracker.queries.country_names import (
    ELSEWHERE,
    all_countries,
    country_named,
    find_countries,
    similar_countries,
)
from tracker.queries.links import Bearing
from tracker.queries.paging import BadParameterError, Place

TODAY = NOW.date()


def codes(text: str) -> list[str]:
    return [country.code for country in find_countries(text)]


# --- names --------------------------------------------------------------------------------------------------


def test_every_country_of_the_vocabulary_has_its_codes_and_its_place() -> None:
    entries = [key for key in load_vocabulary().entries if key.startswith("country:")]
    assert sorted(country.target for country in all_countries().values()) == sorted(entries)
    pairs = [country.alpha2 for country in all_countries().values()]
    assert len(set(pairs)) == len(pairs)
    assert all(len(pair) == 2 and pair.isupper() for pair in pairs)
    assert not [country.code for country in all_countries().values() if country.group == ELSEWHERE]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EGY", "EGY"), ("egy", "EGY"), ("EG", "EGY"), ("egypt", "EGY"), ("Egyptian", "EGY"),
        ("Türkiye", "TUR"), ("turkiye", "TUR"), ("Burma (Myanmar)", "MMR"), ("the gambia", "GMB"),
        ("cote-d’ivoire", "CIV"), ("Congo (Kinshasa)", "COD"), ("west_bank and gaza", "PSE"), ("XK", "XKX"),
        ("Niger", "NER"), ("Guinea", "GIN"), ("nowhere", None), ("", None), ("日本", None), ("\0", None),
        ("x" * 9000, None),
    ],
)  # fmt: skip
def test_a_country_in_any_spelling(text: str, code: str | None) -> None:
    found = country_named(text)
    assert (found.code if found else None) == code


def test_a_search_begins_at_words() -> None:
    assert {"GIN", "GNB", "GNQ", "PNG"} <= set(codes("guinea"))
    assert codes("mali") == ["MLI"]
    assert codes("Misr") == codes("zzzz") == []
    assert len(codes(" ")) == len(all_countries())
    names = [country.name for country in find_countries("")]
    assert names.index("Côte d'Ivoire") < names.index("Croatia")


def test_what_somebody_may_have_meant() -> None:
    assert similar_countries("Egipt")[0].code == "EGY"
    assert similar_countries("Zair")[0].code == "COD"
    assert similar_countries("") == similar_countries("日本") == ()


# --- counts are those of lists ------------------------------------------------------------------------------


def detail_of(session: Session, code: str) -> CountryDetail:
    return read_country(session, all_countries()[code], today=TODAY, known_until=TODAY)


def total(session: Session, **which: object) -> int:
    return list_bill_ids(session, BillFilter(**which)).total  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["ISR", "SAU", "HND", "EGY", "AND"])
def test_every_count_is_that_of_the_list_it_leads_to(session: Session, code: str) -> None:
    in_scope = Scope.SECURITY_ASSISTANCE
    detail = detail_of(session, code)
    row = next(row for row in list_countries(session, today=TODAY) if row.country.code == code)
    assert row == detail.row
    assert row.in_scope == total(session, country=code, scope=in_scope)
    assert row.current == total(session, country=code, scope=in_scope, congress=detail.congress)
    assert row.named == total(session, country=code)
    assert detail.moved == total(session, country=code, scope=in_scope, since=detail.moved_since)
    assert row.changes == count_changes(session, ChangeFilter(country=code, since=recent_since(TODAY)))
    assert len(detail.advances) == total(session, country=code, verdict=Bearing.ADVANCES)
    assert len(detail.weakens) == total(session, country=code, verdict=Bearing.WEAKENS)
    for one in detail.regions:
        assert one.count == total(session, about=one.target.key, scope=in_scope)
    for one in (*detail.programmes, *detail.authorities):
        assert one.count == total(session, country=code, about=one.target.key, scope=in_scope) > 0


def test_all_countries_are_listed_those_with_nothing_too(session: Session) -> None:
    rows = {row.country.code: row for row in list_countries(session, today=TODAY)}
    assert len(rows) == len(all_countries())
    assert (rows["ISR"].in_scope, rows["ISR"].current, rows["ISR"].named) == (2, 1, 2)
    assert (rows["AND"].in_scope, rows["AND"].named, rows["AND"].reviewed_on) == (0, 0, None)
    assert rows["MEX"].reviewed_on is not None


def test_a_measure_stands_in_the_groups_of_its_judgements(session: Session) -> None:
    detail = detail_of(session, "HND")
    measure = read_measures(session, detail.country, detail.advances, today=TODAY)[detail.advances[0]]
    assert measure.bill.key == "117-hr-1574"
    assert measure.link.target.key == "country:HND"
    assert measure.link.evidence
    assert [judged.verdict for judged in measure.bill.about.judgements] == ["advances", "advances"]
    assert detail.concerns == detail.names == ()


def test_a_region_stands_for_its_members_and_says_so(session: Session) -> None:
    detail = detail_of(session, "EGY")
    (measure,) = read_measures(session, detail.country, detail.regional, today=TODAY).values()
    assert (measure.bill.key, measure.link.target.key) == ("117-sjres-31", "region:middle-east")
    assert detail_of(session, "SAU").regional == ()


def test_all_measures_and_their_steps(session: Session) -> None:
    israel = all_countries()["ISR"]
    page = list_measures(session, israel, Scope.SECURITY_ASSISTANCE, today=TODAY, place=Place(limit=1))
    assert (len(page.items), page.total) == (1, 2)
    assert page.items[0].link.target.key == "country:ISR"
    courses = read_courses(session, israel)
    assert [course.name for course in courses] == ["S.J.Res. 111", "S.J.Res. 33"]
    assert all(course.standing.track for course in courses)
    assert read_courses(session, all_countries()["AND"]) == ()


# --- changes ------------------------------------------------------------------------------------------------


def test_changes_are_those_of_its_measures_in_scope_and_of_the_last_ninety_days(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    keys = {"119-hr-1": "Aid to Egypt", "119-hr-2": "Egypt’s cotton", "119-hr-3": "Aid to Chad’s neighbours"}

    def publish(updated: str, on: str) -> None:
        for key, title in keys.items():
            scope = {} if key == "119-hr-2" else IN_SCOPE
            body = bill_file(key, title=title, updated=updated, actions=action(on, f"Held at {on}."), **scope)
            mirror.put_bill(body, key)
        mirror.put_feed([(f"Mon, 02 Nov 2026 {updated[11:13]}:00:00 GMT", map(file_url, keys))])
        assert collect().status == "ok"

    publish("2026-02-01T10:00:00Z", "2026-01-05")
    fake_clock.forward(days=1)
    publish("2026-02-02T11:00:00Z", "2026-01-06")
    day = fake_clock().date()
    with Session(engine) as session:
        counts = {row.country.code: row.changes for row in list_countries(session, today=day)}
        expected = count_changes(session, ChangeFilter(item="bill:119-hr-1"))
        assert counts["EGY"] == expected > 0
        detail = read_country(session, all_countries()["EGY"], today=day, known_until=day)
        assert {change.item_key for change in detail.changes} == {"bill:119-hr-1"}
        assert (detail.row.in_scope, detail.row.named, detail.moved) == (1, 2, 0)
        later = day + timedelta(days=90)
        counts = {row.country.code: row.changes for row in list_countries(session, today=later)}
        assert counts["EGY"] == 0
        earlier = read_country(session, all_countries()["EGY"], today=day, known_until=date(2026, 1, 10))
        assert earlier.moved == 1


def test_a_long_list_shows_its_newest(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    number = CONCERNS_SHOWN + 5
    keys = {f"119-hr-{one}": f"Bill {one} on forces of Egypt" for one in range(1, number + 1)}
    mirror.put_zip({key: bill_file(key, title=title, **IN_SCOPE) for key, title in keys.items()})
    assert collect(congress="119", type="hr").created == number
    with Session(engine) as session:
        detail = read_country(session, all_countries()["EGY"], today=TODAY, known_until=TODAY)
        assert (len(detail.concerns), detail.row.in_scope) == (CONCERNS_SHOWN, number)


def test_parameters() -> None:
    which = read_change_filter({"country": "egy", "since": "2026-08-05"})
    assert (which.country, which.since) == ("EGY", date(2026, 8, 5))
    for args in ({"country": "XXX"}, {"since": "2026-02-30"}, {"since": "yesterday"}):
        with pytest.raises(BadParameterError):
            read_change_filter(args)
