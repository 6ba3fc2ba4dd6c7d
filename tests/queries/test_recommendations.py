"""How measures bear on recommendations and promises, and that every figure is the length of the list it leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import Engine, create_engine, event, insert, select
from sqlalchemy.orm import Session

from tests import bundled
from tests.conftest import Collect, FakeClock
from tests.publishing import Mirror, bill_file, cosponsor, file_url
from tests.sites import Sites
from tests.small_site import IN_SCOPE
from tracker.db import writing
from tracker.linking.apply import relink
from tracker.linking.linker import packaged_linker
from tracker.models import Item, Judgement, Origin, Verdict
from tracker.queries.bills import BillFilter, Scope, list_bill_ids, list_bills, read_bill_filter
from tracker.queries.changes import ChangeFilter, list_changes
from tracker.queries.links import Bearing
from tracker.queries.paging import BadParameterError, Place
from tracker.queries.recommendations import (
    STAGE_GROUPS,
    By,
    Matrix,
    MatrixFilter,
    Order,
    Tally,
    all_measured,
    judged_measures,
    measured,
    page_of,
    read_matrix,
    read_matrix_filter,
    read_overview,
    read_recommendation,
)
from tracker.stages import Stage
from tracker.web.bearings import Figure, cell_figures, figures, in_scope_address, stage_rows

TODAY = date(2026, 11, 2)
RESTRICT = "recommendation:restrict-alliances-with-abusers"
ANALYSE = "promise:ppd23-guideline-7"
ABUSES = "To end aid to Egypt after gross violations of human rights"
ADVANCES, WEAKENS = Verdict.ADVANCES, Verdict.WEAKENS

MEASURES = {
    "119-hr-1": ABUSES,
    "119-hr-2": "On aid to the forces of Egypt and of Israel",
    "119-hr-3": f"{ABUSES}, in another way",
    "119-hr-4": "To honor the pyramids of Egypt",
    "119-hr-6": "On further aid to the forces of Egypt",
    "117-hr-5": f"{ABUSES}, in an earlier Congress",
}
JUDGEMENTS = [
    ("119-hr-2", RESTRICT, ADVANCES, Origin.CONTENT),
    ("119-hr-2", ANALYSE, ADVANCES, Origin.CONTENT),
    ("119-hr-3", RESTRICT, ADVANCES, Origin.CONTENT),
    ("119-hr-3", RESTRICT, WEAKENS, Origin.DESK),
    ("119-hr-4", RESTRICT, ADVANCES, Origin.CONTENT),
    ("119-hr-6", RESTRICT, ADVANCES, Origin.CONTENT),
    ("119-hr-6", RESTRICT, ADVANCES, Origin.DESK),
]
"""One measure is judged both ways, one out of scope, one twice alike."""


@pytest.fixture
def judged(engine: Engine, collect: Collect, mirror: Mirror) -> Iterator[Session]:
    """A session over a few measures on Egypt, each bearing on a recommendation in another way."""
    for congress in (117, 119):
        files = {key: _file(key) for key in MEASURES if key.startswith(str(congress))}
        mirror.put_zip(files, congress=congress)
        assert collect(congress=str(congress), type="hr").created == len(files)
    with writing(engine) as connection:
        ids = {key: item_id for item_id, key in connection.execute(select(Item.id, Item.key))}
        connection.execute(
            insert(Judgement),
            [
                {
                    "item_id": ids[f"bill:{key}"], "target": target, "verdict": verdict, "origin": origin,
                    "reason": f"It {verdict} it.", "made_on": TODAY, "made_by": "the editors",
                }
                for key, target, verdict, origin in JUDGEMENTS
            ],
        )  # fmt: skip
    with Session(engine) as session:
        yield session


def _file(key: str, **parts: str) -> bytes:
    scope = {} if key == "119-hr-4" else IN_SCOPE
    return bill_file(key, **{"title": MEASURES[key], **scope, **parts})


BAKER = cosponsor("B000001", "Rep. Baker, Bo", "2026-10-20")


def totals(session: Session, href: str) -> int:
    """How many measures the page at an address lists."""
    which = read_bill_filter(dict(parse_qsl(urlsplit(href).query)))
    return list_bill_ids(session, which, place=Place(limit=1)).total


def assert_exact(session: Session, shown: list[Figure]) -> None:
    for figure in shown:
        assert totals(session, figure.href) == figure.number, figure


def matrices(session: Session) -> Iterator[tuple[Matrix, MatrixFilter]]:
    for by in By:
        for congress in (None, 119):
            which = MatrixFilter(by=by, congress=congress)
            yield read_matrix(session, which), which


# --- a few measures, each another case --------------------------------------------------------------


def test_measures_bear_by_judgement_or_by_rule(judged: Session) -> None:
    tallies = read_overview(judged).by_target
    assert tallies[RESTRICT].all == Tally(advances=4, weakens=1, concerns=2)
    assert tallies[RESTRICT].current == Tally(advances=4, weakens=1, concerns=1)
    assert tallies[ANALYSE].all == Tally(advances=1)


def test_a_measure_counts_once_for_the_recommendations_together(judged: Session) -> None:
    overview = read_overview(judged)
    assert overview.congress == 119
    assert overview.recommended.all.advances == 4
    listed = list_bills(judged, BillFilter(scope=Scope.ALL), today=TODAY).items
    unjudged = [bill for bill in listed if bill.about.concerns and not bill.about.judgements]
    assert overview.recommended.all.concerns == len(unjudged) == 2


@pytest.mark.parametrize(
    ("bearing", "keys"),
    [
        (Bearing.ADVANCES, {"119-hr-2", "119-hr-3", "119-hr-4", "119-hr-6"}),
        (Bearing.WEAKENS, {"119-hr-3"}),
        (Bearing.CONCERNS, {"119-hr-1", "117-hr-5"}),
    ],
)
def test_the_list_of_measures_knows_the_three_ways(judged: Session, bearing: Bearing, keys: set[str]) -> None:
    slug = RESTRICT.partition(":")[2]
    which = BillFilter(recommendation=slug, verdict=bearing, scope=Scope.ALL)
    assert {bill.key for bill in list_bills(judged, which, today=TODAY).items} == keys
    anywhere = list_bills(judged, BillFilter(verdict=bearing, scope=Scope.ALL), today=TODAY).items
    assert keys <= {bill.key for bill in anywhere}


def test_the_table_has_countries_against_recommendations(judged: Session) -> None:
    matrix = read_matrix(judged, MatrixFilter())
    assert [column.target for column in matrix.columns].index(RESTRICT) == 1
    egypt, israel = matrix.rows
    assert (egypt.country.code, egypt.in_scope, egypt.cells[1]) == ("EGY", 5, Tally(4, 1, 2))
    assert (israel.country.code, israel.in_scope, israel.cells[1]) == ("ISR", 1, Tally(1, 0, 0))


def test_the_table_can_be_of_one_congress_one_region_or_the_promises(judged: Session) -> None:
    (egypt,) = read_matrix(judged, MatrixFilter(congress=117)).rows
    assert egypt.cells[1] == Tally(concerns=1)
    assert [row.country.code for row in read_matrix(judged, MatrixFilter(region="north-africa")).rows] == [
        "EGY"
    ]
    assert read_matrix(judged, MatrixFilter(region="sahel")).rows == ()
    promises = read_matrix(judged, MatrixFilter(by=By.PROMISES))
    assert len(promises.columns) == 13
    assert sum((cell.advances for row in promises.rows for cell in row.cells), 0) == 2


def test_every_figure_of_the_few_is_exact(judged: Session) -> None:
    for matrix, which in matrices(judged):
        for row in matrix.rows:
            assert totals(judged, in_scope_address(row, which)) == row.in_scope
            for column in range(len(matrix.columns)):
                assert_exact(judged, cell_figures(row, column, matrix, which))


def test_one_has_its_measures_with_their_reasons_and_words(judged: Session) -> None:
    one = measured("restrict-alliances-with-abusers")
    assert one is not None
    detail = read_recommendation(judged, one, today=TODAY)
    assert {measure.bill.key for measure in detail.advances} == {
        "119-hr-2",
        "119-hr-3",
        "119-hr-4",
        "119-hr-6",
    }
    (both,) = detail.weakens
    assert (both.bill.key, [judgement.verdict for judgement in both.judgements]) == ("119-hr-3", [WEAKENS])
    assert both.link is not None
    twice = next(measure for measure in detail.advances if measure.bill.key == "119-hr-6")
    assert len(twice.judgements) == 2
    for measure in detail.concerns:
        assert measure.judgements == ()
        assert measure.link is not None
        assert measure.link.evidence[0].words
    assert [(touched.country.code, touched.tally) for touched in detail.countries] == [
        ("EGY", Tally(4, 1, 2)), ("ISR", Tally(1, 0, 0)),
    ]  # fmt: skip


def test_what_changed_is_found_by_what_it_bears_on(
    judged: Session, collect: Collect, mirror: Mirror, fake_clock: FakeClock
) -> None:
    fake_clock.forward(days=1)
    for key in ("119-hr-1", "119-hr-2"):
        mirror.put_bill(_file(key, updated="2026-10-31T10:00:00Z", cosponsors=BAKER), key)
    mirror.put_feed([("Sat, 31 Oct 2026 12:00:00 GMT", map(file_url, ("119-hr-1", "119-hr-2")))])
    assert collect().changes
    judged.rollback()

    def changed(recommendation: str) -> set[str]:
        found = list_changes(judged, ChangeFilter(recommendation=recommendation)).items
        return {change.item_key.removeprefix("bill:") for change in found}

    assert changed("restrict-alliances-with-abusers") == changed("any") == {"119-hr-1", "119-hr-2"}
    assert changed("ppd23-guideline-7") == {"119-hr-2"}
    assert changed("ppd23-guideline-9") == set()


def test_judgements_by_target(judged: Session) -> None:
    found = judged_measures(judged)
    assert Counter(measure.key for measure in found[RESTRICT]) == Counter(
        {"119-hr-2": 1, "119-hr-3": 2, "119-hr-4": 1, "119-hr-6": 2}
    )
    assert [(one.key, one.name, one.judged.reason) for one in found[ANALYSE]] == [
        ("119-hr-2", "H.R. 2", "It advances it.")
    ]


# --- the small site and the bundle ------------------------------------------------------------------


def test_every_figure_of_the_small_site_is_exact(session: Session) -> None:
    seen = 0
    for matrix, which in matrices(session):
        for row in matrix.rows:
            assert totals(session, in_scope_address(row, which)) == row.in_scope
            for column in range(len(matrix.columns)):
                shown = cell_figures(row, column, matrix, which)
                assert_exact(session, shown)
                seen += len(shown)
    assert seen


@pytest.fixture(scope="module")
def bundle(sites: Sites) -> Iterator[Engine]:
    """The facts that come with the program, judged and linked."""
    engine = create_engine(sites.database(bundled.fill))
    with writing(engine) as connection:
        relink(connection, packaged_linker())
    yield engine
    engine.dispose()


def test_every_figure_of_the_bundle_is_exact(bundle: Engine) -> None:
    seen = 0
    with Session(bundle) as session:
        for by in By:
            which = MatrixFilter(by=by)
            matrix = read_matrix(session, which)
            assert len(matrix.rows) > 50
            for row in matrix.rows:
                assert totals(session, in_scope_address(row, which)) == row.in_scope
                for column in range(len(matrix.columns)):
                    shown = cell_figures(row, column, matrix, which)
                    assert_exact(session, shown)
                    seen += len(shown)
    assert seen > 300


def test_every_other_figure_of_the_bundle_is_exact(bundle: Engine) -> None:
    with Session(bundle) as session:
        overview = read_overview(session)
        for one in all_measured():
            tallies = overview.by_target.get(one.target)
            if tallies is None:
                continue
            assert_exact(session, figures(tallies.all, recommendation=one.slug))
            assert_exact(
                session, figures(tallies.current, recommendation=one.slug, congress=overview.congress)
            )
            for row in stage_rows(one, tallies):
                assert_exact(session, row.figures)
            detail = read_recommendation(session, one, today=TODAY)
            assert detail.tallies == tallies
            assert len(detail.advances) == tallies.all.advances
            assert len(detail.concerns) == min(tallies.all.concerns, 20)
            for country, tally in detail.countries:
                assert_exact(session, figures(tally, country=country.code, recommendation=one.slug))


def test_few_questions_whatever_is_held(bundle: Engine) -> None:
    asked: Counter[str] = Counter()

    def count(*_: object) -> None:
        asked["questions"] += 1

    event.listen(bundle, "before_cursor_execute", count)
    try:
        with Session(bundle) as session:
            read_overview(session)
            read_matrix(session, MatrixFilter(by=By.PROMISES))
            assert asked["questions"] <= 6  # one of them begins the transaction
            asked.clear()
            read_recommendation(session, all_measured()[0], today=TODAY)
            assert asked["questions"] <= 9
    finally:
        event.remove(bundle, "before_cursor_execute", count)


def test_rows_come_by_number_or_by_part_of_the_world(bundle: Engine) -> None:
    with Session(bundle) as session:
        rows = read_matrix(session, MatrixFilter()).rows
        assert [row.in_scope for row in rows] == sorted((row.in_scope for row in rows), reverse=True)
        grouped = read_matrix(session, MatrixFilter(order=Order.REGION)).rows
    assert {row.country.code for row in grouped} == {row.country.code for row in rows}
    groups = [row.country.group for row in grouped]
    assert groups == sorted(groups)


# --- parameters, stages, paging ---------------------------------------------------------------------


def test_a_table_is_asked_for_by_parameters(session: Session) -> None:
    asked = {"by": "promises", "region": "sahel", "congress": "119", "order": "region", "unknown": "x"}
    assert read_matrix_filter(session, asked) == MatrixFilter(By.PROMISES, "sahel", 119, Order.REGION)
    assert (
        read_matrix_filter(session, {"by": "", "region": "", "congress": "", "order": ""}) == MatrixFilter()
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("by", "x"), ("region", "atlantis"), ("congress", "116"), ("congress", "²"), ("congress", "119x"), ("order", "x")],
)  # fmt: skip
def test_a_value_that_there_is_not_is_refused_by_name(session: Session, name: str, value: str) -> None:
    with pytest.raises(BadParameterError) as error:
        read_matrix_filter(session, {name: value})
    assert error.value.name == name
    assert name in error.value.message


def test_every_stage_stands_in_one_group() -> None:
    assert Counter(stage for group in STAGE_GROUPS for stage in group.stages) == Counter(Stage)


def test_a_short_list_is_read_part_by_part() -> None:
    found = all_measured()
    seen, after = [], None
    while True:
        page = page_of(found, Place(after=after, limit=5))
        seen += [one.slug for one in page.items]
        assert page.total == 16
        if page.next is None:
            break
        after = page.next
    assert seen == [one.slug for one in found]
    with pytest.raises(BadParameterError):
        page_of(found, Place(after="nobody"))
