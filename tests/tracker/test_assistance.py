"""Figures of assistance on both engines: releases beside each other, nothing written twice, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from scrapers.problems import ProblemKind
from scrapers.sources.foreign_assistance import URL
from tests.conftest import NOW, Collect, FakeClock
from tests.databases import writes_of
from tests.money import ALL, BUDGET, SAVED, collect_money, put_file, put_money, small
from tests.publishing import Mirror
from tests.sources.saved import addresses
from tracker.db import writing
from tracker.ingest.assistance import FIGURE, RELEASE, vintage_of
from tracker.models import Change, Status
from tracker.snapshot import export, load
from tracker.snapshot.copies import Period

NEWEST = (SAVED / ALL / "us_foreign_aid_country.csv").read_bytes()


def releases(engine: Engine) -> list[tuple[str, str, int]]:
    """Address's last part, vintage and number of figures."""
    with engine.connect() as connection:
        rows = connection.execute(
            select(RELEASE.c.url, RELEASE.c.vintage, func.count())
            .join_from(RELEASE, FIGURE, FIGURE.c.release_id == RELEASE.c.id)
            .group_by(RELEASE.c.id, RELEASE.c.url, RELEASE.c.vintage)
            .order_by(RELEASE.c.url, RELEASE.c.vintage)
        )
        return [(row.url.rpartition("/")[2], row.vintage, row[2]) for row in rows]


def countries_of(engine: Engine, place: str) -> set[str | None]:
    with engine.connect() as connection:
        return set(connection.execute(select(FIGURE.c.country).where(FIGURE.c.place == place)).scalars())


def test_every_release_is_kept_and_a_second_run_writes_nothing(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_money(mirror)
    assert {report.status for report in collect_money(collect)} == {Status.OK}
    of_all = [(vintage, count) for name, vintage, count in releases(engine) if name.endswith("country.csv")]
    assert of_all == [("2023-09", 121), ("2024-12", 141), ("2026-11-02", 137)]
    fake_clock.forward(days=1)
    with writes_of(engine) as written:
        assert {report.status for report in collect_money(collect)} == {Status.UNCHANGED}
    assert written == []


def test_a_new_release_leaves_the_old_one_and_is_no_news(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put(URL, NEWEST)
    collect(small(ALL))
    fake_clock.forward(days=30)
    mirror.put(URL, NEWEST.replace(b"175571588", b"175571589"))
    report = collect(small(ALL))
    assert (report.created, report.changes, report.held) == (137, 0, 0)
    assert [vintage for _, vintage, _ in releases(engine)] == ["2026-11-02", "2026-12-02"]
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(Change)).scalar_one() == 0


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(NEWEST.replace(b"\r\n", b"\n"), id="other line ends"),
        pytest.param(NEWEST.replace(b'"', b""), id="no quotes"),
    ],
)
def test_the_same_figures_in_other_bytes_are_no_new_release(
    engine: Engine, mirror: Mirror, collect: Collect, again: bytes
) -> None:
    mirror.put(URL, NEWEST)
    collect(small(ALL))
    mirror.put(URL, again)
    report = collect(small(ALL))
    assert (report.created, report.updated, report.unchanged) == (0, 0, 137)
    assert len(releases(engine)) == 1


def test_the_same_bytes_read_by_a_better_parser_replace_what_they_were(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put(URL, NEWEST)
    source = small(ALL)
    halved = replace(source, parse=lambda document: islice(source.parse(document), 50))
    collect(halved)
    report = collect(replace(source, parser_version=2))
    assert (report.created, report.updated) == (0, 137)
    assert [count for _, _, count in releases(engine)] == [137]


def test_an_unknown_place_is_named_and_its_figures_kept(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    mirror.put(URL, NEWEST.replace(b"GHA,Ghana", b"GHX,Ghanaland"))
    report = collect(small(ALL))
    assert (report.status, report.created) == (Status.QUARANTINED, 137)
    (problem,) = report.problems
    assert (problem.kind, problem.message) == (
        ProblemKind.DRIFT,
        "no country or region that we know: Ghanaland",
    )
    assert countries_of(engine, "Ghanaland") == {None}
    fake_clock.forward(days=1)
    assert collect(small(ALL)).status is Status.QUARANTINED  # it is read again until somebody has looked


def test_a_place_that_the_vocabulary_knows_by_now_gets_its_country(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put(URL, NEWEST)
    collect(small(ALL))
    with writing(engine) as connection:
        connection.execute(update(FIGURE).where(FIGURE.c.place == "Ghana").values(country=None))
    report = collect(replace(small(ALL), parser_version=2))
    assert (report.created, report.updated) == (0, 3)
    assert countries_of(engine, "Ghana") == {"GHA"}


def test_regions_and_states_of_old_are_no_countries(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    put_money(mirror)
    collect_money(collect)
    for place, country in {
        "World": None, "Latin America and Caribbean Region": None, "Soviet Union (former)": None,
        "Global": None, "Egypt": "EGY", "Kosovo": "XKX", "China (Tibet)": "CHN", "The Gambia": "GMB",
        "The Bahamas": "BHS", "Egypt Debt Relief": None, "TOTAL": None, "Africa": None,
    }.items():  # fmt: skip
        assert countries_of(engine, place) <= {country}, place


def test_a_broken_table_leaves_the_others_and_the_last_good_one(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    put_money(mirror)
    collect(small(BUDGET))
    before = releases(engine)
    fake_clock.forward(days=1)
    (url,) = [url for url in addresses(BUDGET).values() if url.endswith("12.csv")]
    put_file(mirror, url, b"<!DOCTYPE html><title>Sign in</title>")
    report = collect(small(BUDGET))
    assert report.status is Status.QUARANTINED
    assert [problem.message for problem in report.problems] == ["a web page came in place of the table"]
    assert releases(engine) == before


@pytest.mark.parametrize(
    ("fragment", "last_modified", "vintage"),
    [
        ("copy=vintages/2023-09/us_foreign_aid_country.csv.gz", None, "2023-09"),
        ("copy=vintages/2023-09/x.gz", "Mon, 01 Jun 2026 12:00:00 GMT", "2023-09"),
        ("", "Mon, 01 Jun 2026 02:00:00 GMT", "2026-05-31"),  # still May in Washington
        ("", None, "2026-11-02"),
        ("", "yesterday", "2026-11-02"),
        ("copy=samples/x.csv", None, "2026-11-02"),
    ],
)
def test_which_release_it_is(fragment: str, last_modified: str | None, vintage: str) -> None:
    assert vintage_of(fragment, last_modified, NOW) == vintage


# --- bundled facts ------------------------------------------------------------------------------------------


def test_a_bundle_holds_every_release_and_a_collection_after_it_finds_nothing_new(
    engine: Engine, sqlite_engine: Engine, mirror: Mirror, collect: Collect, tmp_path: Path
) -> None:
    put_money(mirror)
    collect_money(collect)
    taken = Period(date(2026, 6, 1), date(2026, 6, 30))
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    export(engine, first, keys=[], taken={ALL: taken})
    load(sqlite_engine, first, NOW)
    assert [vintage for name, vintage, _ in releases(sqlite_engine) if name.endswith("country.csv")] == [
        "2023-09", "2024-12", "2026-06",
    ]  # fmt: skip
    export(sqlite_engine, second, keys=[])
    assert second.read_bytes() == first.read_bytes()
    assert load(sqlite_engine, first, NOW).counts["assistance"] == 0


def test_what_a_bundle_brought_is_unchanged_when_it_is_collected(
    engine: Engine, mirror: Mirror, collect: Collect, tmp_path: Path
) -> None:
    put_money(mirror)
    collect_money(collect)
    file = tmp_path / "facts.jsonl"
    export(engine, file, keys=[])
    with writing(engine) as connection:
        connection.execute(FIGURE.delete())
        connection.execute(RELEASE.delete())
    load(engine, file, NOW)
    mirror.put(URL, NEWEST)  # fetched again, the same
    report = collect(replace(small(ALL), parser_version=9))
    assert (report.status, report.created, report.unchanged) == (Status.UNCHANGED, 0, 137)
