"""Money by country on both engines: cells and their marks, revisions, the balance, the overview."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scrapers.records import AidType
from tests.conftest import NOW, Collect
from tests.money import ALL, collect_money, put_money
from tests.publishing import Mirror
from tracker.queries.assistance import (
    COLUMNS,
    NOT_FOUND,
    NOT_PUBLISHED,
    Balance,
    Cell,
    CountryAssistance,
    Holdings,
    Mark,
    Release,
    differences,
    every_figure,
    read_country_assistance,
    read_holdings,
    read_military_world,
    read_overview,
)


@pytest.fixture
def session(engine: Engine, mirror: Mirror, collect: Collect) -> Iterator[Session]:
    put_money(mirror)
    collect_money(collect)
    with Session(engine) as session:
        yield session


def country(session: Session, code: str) -> CountryAssistance:
    return read_country_assistance(session, code, read_holdings(session))


def test_releases_come_newest_first(session: Session) -> None:
    held = read_holdings(session)
    assert [release.vintage for release in held.of(ALL)] == ["2026-11-02", "2024-12", "2023-09"]
    assert held.newest(ALL) == held.of(ALL)[0]
    assert len(held.current) == 1 + 1 + 1 + 4


def test_a_year_has_a_cell_for_each_type_and_a_mark_where_there_is_no_figure(session: Session) -> None:
    years = {year.fiscal_year: year for year in country(session, "EGY").years}
    newest = years["2024"]
    assert [cell.dollars for cell in newest.cells] == [32_963_729, 40_813_052, None, 1_436_808_500]
    assert newest.cell(AidType.PLANNED) == NOT_PUBLISHED  # of nobody
    assert newest.cell(AidType.OBLIGATIONS).base_year == 2022
    ghana = {year.fiscal_year: year for year in country(session, "GHA").years}
    assert ghana["2020"].cell(AidType.OBLIGATIONS).dollars == -63_823_269
    assert ghana["2020"].cell(AidType.DISBURSEMENTS) == NOT_FOUND  # others have some


def test_the_transition_quarter_lies_between_the_years(session: Session) -> None:
    years = [year.fiscal_year for year in country(session, "ISR").years]
    assert years[-3:] == ["1977", "1976tq", "1976"]
    assert years[0] == "2024"


def test_the_two_newest_years_are_in_part(session: Session) -> None:
    partial = [year.fiscal_year for year in country(session, "EGY").years if year.is_partial]
    assert partial == ["2024", "2023"]


def test_a_country_printed_in_parts_is_added_and_its_parts_are_named(session: Session) -> None:
    found = country(session, "CHN")
    assert found.places[ALL] == ("China (P.R.C.)", "China (Tibet)")
    cell = next(year for year in found.years if year.fiscal_year == "2012").cell(AidType.OBLIGATIONS)
    assert cell.rows == 2
    gambia = {year.fiscal_year: year.cell for year in country(session, "GMB").military}
    assert gambia["2012"].mark is Mark.FIGURE


def test_a_blank_cell_is_not_published_and_a_zero_is_a_figure(session: Session) -> None:
    military = {year.fiscal_year: year.cell for year in country(session, "EGY").military}
    assert military["1996"] == NOT_PUBLISHED
    assert military["2015"].dollars == 1_305_800_000
    budget = {year.fiscal_year: year for year in country(session, "MEX").budget}
    assert [cell.dollars for cell in budget["2012"].cells] == [
        7_000_000,
        1_190_000,
        248_500_000,
        5_380_000,
        0,
    ]
    assert (budget["2012"].type, budget["2010"].type) == (AidType.REQUEST, AidType.ACTUAL)


def test_transactions_keep_their_number_of_rows(session: Session) -> None:
    drawdowns = {
        one.fiscal_year: (one.dollars, one.rows)
        for one in country(session, "UKR").accounts
        if one.account == "97xDPDA"
    }
    assert drawdowns["2022"][1] == 3


def test_a_revision_has_every_release_that_could_have_the_figure(session: Session) -> None:
    revisions = {(one.fiscal_year, one.type): one.steps for one in country(session, "HND").revisions}
    assert [(step.vintage, step.dollars) for step in revisions["2023", AidType.OBLIGATIONS]] == [
        ("2023-09", 80_462_055), ("2024-12", 181_680_029), ("2026-11-02", 175_571_588),
    ]  # fmt: skip
    assert [step.vintage for step in revisions["2024", AidType.OBLIGATIONS]] == ["2024-12", "2026-11-02"]
    gone = {one.fiscal_year: one.steps for one in country(session, "CUW").revisions}["2023"]
    assert gone[-1].dollars is None
    assert gone[-2].dollars is not None


def test_a_year_that_an_older_release_could_not_have_is_no_revision(session: Session) -> None:
    kinds = {(one.type, one.fiscal_year) for one in country(session, "EGY").revisions}
    assert (AidType.ALLOCATIONS, "2019") not in kinds  # withdrawn as a whole
    assert all(len(one.steps) >= 2 for one in country(session, "EGY").revisions)


def test_releases_are_compared_one_with_the_next(session: Session) -> None:
    newest, older = differences(session, read_holdings(session))
    assert (newest.old, newest.new, older.old) == ("2024-12", "2026-11-02", "2023-09")
    assert newest.common + newest.added == 137
    assert newest.common + newest.gone == 141
    assert (newest.added, newest.gone) == (1, 5)
    assert newest.revised > 10


@pytest.mark.parametrize(
    ("military", "all_aid", "percent"),
    [
        (50, 200, 25.0), (0, 200, 0.0), (300, 200, 150.0), (None, 200, None), (50, None, None), (-1, 200, None),
        (50, -200, None), (50, 0, None),
    ],
)  # fmt: skip
def test_there_is_no_share_of_what_is_missing_or_negative(
    military: int | None, all_aid: int | None, percent: float | None
) -> None:
    def cell(dollars: int | None) -> Cell:
        return NOT_FOUND if dollars is None else Cell(Mark.FIGURE, dollars)

    assert Balance("2015", cell(military), cell(all_aid)).percent == percent


def test_the_overview_has_a_year_and_keeps_regions_apart(session: Session) -> None:
    held = read_holdings(session)
    found = read_overview(session, held)
    assert found is not None
    assert (found.fiscal_year, found.is_partial) == ("2024", True)
    rows = {row.country: row for row in found.rows}
    assert rows["EGY"].obligations.dollars == 32_963_729
    assert rows["XKX"].disbursements.mark is Mark.FIGURE
    assert found.total == found.elsewhere + sum(row.obligations.dollars or 0 for row in found.rows)
    of_2020 = read_overview(session, held, "2020")
    assert of_2020 is not None
    assert {row.country: row.obligations.dollars for row in of_2020.rows}["GHA"] == -63_823_269
    unknown = read_overview(session, held, "1066")
    assert unknown is not None
    assert unknown.fiscal_year == "2024"


def test_military_aid_to_the_world_keeps_regions_apart(session: Session) -> None:
    found = read_military_world(session, read_holdings(session))
    assert found is not None
    assert found.largest[0][0] == "AFG"
    assert found.total == found.countries + found.regions
    assert found.recipients >= found.over_a_million > 3


def test_every_figure_is_told_with_its_release(session: Session) -> None:
    figures = list(every_figure(session, "EGY", read_holdings(session)))
    assert {figure.release.vintage for figure in figures} >= {"2023-09", "2024-12", "2026-11-02"}
    assert {figure.is_newest for figure in figures if figure.release.vintage == "2023-09"} == {False}
    assert sum(figure.release.source == ALL and figure.is_newest for figure in figures) == sum(
        cell.mark is Mark.FIGURE
        for year in country(session, "EGY").years
        for cell in year.cells
        if len(COLUMNS) == 4
    )


def test_before_the_first_collection_there_is_nothing(engine: Engine) -> None:
    with Session(engine) as session:
        held = read_holdings(session)
        assert held == Holdings()
        assert country(session, "EGY").is_empty
        assert read_overview(session, held) is None
        assert read_military_world(session, held) is None
        assert differences(session, held) == ()


# --- a copy that may be older than its day ------------------------------------------------------------------

ADDRESS = "https://a.example/f"
NEWEST = Release(2, ALL, ADDRESS, "2026-06", NOW, "")
BEFORE = Release(1, ALL, ADDRESS, "2024-12", NOW, "")


@pytest.mark.parametrize(
    ("newest", "before", "doubted"),
    [
        ({"2023": 9, "2024": 4}, {"2023": 9, "2024": 5}, True),
        ({"2023": 9}, {"2023": 9, "2024": 5}, True),
        ({"2023": 8, "2024": 5}, {"2023": 9, "2024": 5}, False),
        ({"2024": 6, "2025": 1}, {"2024": 5}, False),
        ({"2024": 6}, {}, False),
    ],
)
def test_a_release_that_has_less_of_a_new_year_is_doubted(
    newest: dict[str, int], before: dict[str, int], doubted: bool
) -> None:
    published = {
        release.id: {(AidType.OBLIGATIONS, year): figures for year, figures in years.items()}
        for release, years in ((NEWEST, newest), (BEFORE, before))
    }
    assert (Holdings((NEWEST, BEFORE), published).doubt is not None) is doubted
    assert Holdings((NEWEST,), published).doubt is None
