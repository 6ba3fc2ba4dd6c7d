"""Recommendations and promises for programs: the lists, one of them, the table of countries, and their changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from flask import abort

from tracker.api import compose
from tracker.api.answers import (
    BillItem,
    ChangeItem,
    LatestBills,
    Next,
    PageUrl,
    SourceDocument,
    Sources,
    Total,
    Url,
    note,
)
from tracker.api.asking import Args, site
from tracker.api.parameters import read_place
from tracker.api.tables import Table
from tracker.content import Kind, Recommendation
from tracker.db import db
from tracker.linking.linker import packaged_content
from tracker.models import Verdict
from tracker.queries.links import Bearing
from tracker.queries.recommendations import (
    NO_TALLIES,
    JudgedMeasure,
    Matrix,
    MatrixFilter,
    MatrixRow,
    Measure,
    Overview,
    RecommendationDetail,
    Tally,
    Touched,
    all_measured,
    judged_measures,
    measured,
    page_of,
    read_matrix,
    read_matrix_filter,
    read_overview,
    read_recommendation,
)
from tracker.queries.sources import newest_documents
from tracker.web.bearings import answer_sentence, list_address
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.freshness import bills_as_of
from tracker.web.measure_rows import committee_names

_BILL_STATUS = "govinfo_billstatus"


# --- shapes -----------------------------------------------------------------------------------------


class TallyAnswer(msgspec.Struct, frozen=True):
    """How many measures bear in each way. One that editors judge both ways counts in both."""

    advances: Annotated[int, note("In the editors' judgement.")]
    weakens: Annotated[int, note("In the editors' judgement.")]
    concerns: Annotated[int, note("Found by rule, and judged by nobody yet.")]


class CitedSourceAnswer(msgspec.Struct, frozen=True):
    """Who made the recommendation or promise, and where. `date` is ISO, as exactly as it is known."""

    publisher: str
    title: str | None
    date: str
    url: str


class MeasureLink(msgspec.Struct, frozen=True):
    """A measure that editors judged, and why."""

    key: Annotated[str, msgspec.Meta(examples=["bill:119-s-1780"])]
    kind: str
    name: str
    title: str
    congress: int
    url: PageUrl
    verdict: Verdict
    reason: str
    made_on: date
    made_by: str


class RecommendationItem(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation, or a promise of the government, and how many measures bear on it."""

    key: Annotated[str, msgspec.Meta(examples=["restrict-alliances-with-abusers", "ppd23-guideline-7"])]
    kind: Annotated[str, note("recommendation or promise.")]
    sort: Annotated[Kind, note("Promises are goals or guidelines.")]
    number: Annotated[int, note("Its place among those of its sort.")]
    title: str
    url: Url
    page: PageUrl
    asks: Annotated[str, note("What it asks, in our words.")]
    of: Annotated[tuple[str, ...], note("Whom it asks.")]
    source: CitedSourceAnswer
    measures: Annotated[TallyAnswer, note("Of every Congress held.")]
    measures_current: Annotated[TallyAnswer, note("Those of them in the newest Congress.")]
    measures_law: Annotated[TallyAnswer, note("Those of them that became law.")]
    reviewed_on: date
    review_due: date
    links: Annotated[
        tuple[MeasureLink, ...], note("Measures that editors judged on it, newest judgement first.")
    ]
    sources: Sources


class PartAnswer(msgspec.Struct, frozen=True):
    """One of the things that a recommendation asks for."""

    key: str
    asks: str


class TouchedAnswer(msgspec.Struct, frozen=True):
    """A country, and how the measures that name it bear."""

    key: Annotated[str, msgspec.Meta(examples=["EGY"])]
    name: str
    page: PageUrl
    measures: TallyAnswer


class RecommendationAnswer(RecommendationItem, frozen=True, kw_only=True):
    """A recommendation or promise with the evidence: measures for it, against it, and not judged.

    Each measure's `judgements` have the reasons, its `links` the words. `more` leads to all of them.
    """

    status: Annotated[str, note("The figures in a sentence.")]
    parts: tuple[PartAnswer, ...]
    indicators: Annotated[tuple[str, ...], note("How we would know.")]
    html: Annotated[str, note("What we wrote on it.")]
    advances: LatestBills
    weakens: LatestBills
    concerns: LatestBills
    countries: tuple[TouchedAnswer, ...]
    recent_changes: Annotated[
        tuple[ChangeItem, ...], note("The newest; /api/v1/changes?recommendation= has all.")
    ]


class RecommendationList(msgspec.Struct, frozen=True):
    """Part of the list of recommendations, or of promises, in their own order."""

    items: tuple[RecommendationItem, ...]
    next: Next
    total: Total


class CellAnswer(msgspec.Struct, frozen=True):
    """How measures about a country bear on one recommendation or promise."""

    key: str
    measures: TallyAnswer


class MatrixRowAnswer(msgspec.Struct, frozen=True):
    """A country: its measures on security assistance, and a cell for each column."""

    key: str
    name: str
    page: PageUrl
    in_scope: int
    cells: tuple[CellAnswer, ...]


class MatrixAnswer(msgspec.Struct, frozen=True):
    """Countries against recommendations or promises. It is no ranking: a measure stands in each country it names."""

    by: str
    region: str | None
    congress: int | None
    rows: tuple[MatrixRowAnswer, ...]


class OverviewAnswer(msgspec.Struct, frozen=True):
    """All recommendations and promises with the table of countries."""

    items: tuple[RecommendationItem, ...]
    next: Next
    total: Total
    as_of: Annotated[date | None, note("When bill status last answered.")]
    matrix: MatrixAnswer


# --- asking -----------------------------------------------------------------------------------------


def recommendations(args: Args) -> RecommendationList:
    return _list(packaged_content().recommendations, args)


def promises(args: Args) -> RecommendationList:
    return _list(packaged_content().promises, args)


def _list(found: Sequence[Recommendation], args: Args) -> RecommendationList:
    page = page_of(found, read_place(args))
    return RecommendationList(_items(page.items), page.next, page.total)


def recommendation_of(family: str, key: str) -> Recommendation:
    """The recommendation or promise of a key, else 404 that names those there are."""
    one = measured(key)
    if one is None or one.path != f"/{family}/{key}":
        known = ", ".join(other.slug for other in all_measured() if other.path.startswith(f"/{family}/"))
        abort(404, f"There is no {family.removesuffix('s')} {key[:80]} here. There are: {known}.")
    return one


def recommendation(family: str, key: str) -> RecommendationAnswer:
    one = recommendation_of(family, key)
    return _answer(read_recommendation(db.session, one, today=today(), names=committee_names()))


def overview(args: Args) -> OverviewAnswer:
    which = read_matrix_filter(db.session, args)
    items = _items(all_measured())
    return OverviewAnswer(
        items, None, len(items), bills_as_of(), _matrix(read_matrix(db.session, which), which)
    )


# --- composing --------------------------------------------------------------------------------------


def _items(found: Sequence[Recommendation]) -> tuple[RecommendationItem, ...]:
    return tuple(RecommendationItem(**_fields(one)) for one in found)


def _fields(one: Recommendation) -> dict[str, Any]:
    overview, judged = _figures()
    tallies = overview.by_target.get(one.target, NO_TALLIES)
    source = one.source
    return {
        "key": one.slug,
        "kind": one.target.partition(":")[0],
        "sort": one.kind,
        "number": one.number,
        "title": one.title,
        "url": source.url,
        "page": f"{site()}{one.path}",
        "asks": one.asks,
        "of": one.of,
        "source": CitedSourceAnswer(source.publisher, source.title, str(source.date), source.url),
        "measures": _tally(tallies.all),
        "measures_current": _tally(tallies.current),
        "measures_law": _tally(tallies.laws),
        "reviewed_on": one.reviewed_on,
        "review_due": one.review_due,
        "links": tuple(map(_link, judged.get(one.target, ()))),
        "sources": _sources(),
    }


def _figures() -> tuple[Overview, dict[str, list[JudgedMeasure]]]:
    return remembered(
        current_version(), "judged measures", lambda: (read_overview(db.session), judged_measures(db.session))
    )


def _sources() -> tuple[SourceDocument, ...]:
    """The document that was fetched last: what the counts are as of."""
    newest = remembered(current_version(), "newest documents", lambda: newest_documents(db.session))
    return (compose.source_document(newest[_BILL_STATUS]),) if _BILL_STATUS in newest else ()


def _tally(tally: Tally) -> TallyAnswer:
    return TallyAnswer(tally.advances, tally.weakens, tally.concerns)


def _link(measure: JudgedMeasure) -> MeasureLink:
    judged = measure.judged
    return MeasureLink(
        f"bill:{measure.key}", "bill", measure.name, measure.title, measure.congress,
        f"{site()}/bills/{measure.key}", judged.verdict, judged.reason, judged.made_on, judged.made_by,
    )  # fmt: skip


def _answer(detail: RecommendationDetail) -> RecommendationAnswer:
    one = detail.one
    return RecommendationAnswer(
        **_fields(one),
        status=answer_sentence(one, detail.tallies),
        parts=tuple(PartAnswer(part.key, part.asks) for part in one.parts),
        indicators=one.indicators,
        html=one.body.html,
        advances=_latest(detail, Bearing.ADVANCES, detail.advances),
        weakens=_latest(detail, Bearing.WEAKENS, detail.weakens),
        concerns=_latest(detail, Bearing.CONCERNS, detail.concerns),
        countries=tuple(map(_touched, detail.countries)),
        recent_changes=tuple(compose.change_item(site(), change) for change in detail.changes),
    )


def _latest(detail: RecommendationDetail, bearing: Bearing, measures: Sequence[Measure]) -> LatestBills:
    more = list_address(recommendation=detail.one.slug, verdict=bearing.value)
    items: tuple[BillItem, ...] = tuple(compose.bill_item(site(), measure.bill) for measure in measures)
    return LatestBills(items, detail.tallies.all.of(bearing), f"{site()}/api/v1{more}")


def _touched(one: Touched) -> TouchedAnswer:
    code = one.country.code
    return TouchedAnswer(code, one.country.name, f"{site()}/countries/{code}", _tally(one.tally))


def _matrix(matrix: Matrix, which: MatrixFilter) -> MatrixAnswer:
    rows = tuple(_row(row, matrix) for row in matrix.rows)
    return MatrixAnswer(which.by.value, which.region, which.congress, rows)


def _row(row: MatrixRow, matrix: Matrix) -> MatrixRowAnswer:
    return MatrixRowAnswer(
        row.country.code,
        row.country.name,
        f"{site()}/countries/{row.country.code}",
        row.in_scope,
        tuple(
            CellAnswer(column.slug, _tally(cell))
            for column, cell in zip(matrix.columns, row.cells, strict=True)
        ),
    )


# --- the file ---------------------------------------------------------------------------------------


class Cell(msgspec.Struct, frozen=True):
    """One line of the file: a country against a recommendation or promise."""

    row: MatrixRow
    column: Recommendation
    tally: Tally
    congress: int | None


def cells(args: Args) -> list[Cell]:
    """Every cell of the table that the filters leave, also those in which nothing was found."""
    which = read_matrix_filter(db.session, args)
    matrix = read_matrix(db.session, which)
    return [
        Cell(row, column, tally, which.congress)
        for row in matrix.rows
        for column, tally in zip(matrix.columns, row.cells, strict=True)
    ]


def _list_of(cell: Cell, site: str) -> str:
    return site + list_address(
        country=cell.row.country.code, recommendation=cell.column.slug, congress=cell.congress
    )


CELLS = Table(
    (
        ("country", lambda cell, _: cell.row.country.code),
        ("country_name", lambda cell, _: cell.row.country.name),
        ("part_of_the_world", lambda cell, _: cell.row.country.group),
        ("measures_on_security_assistance", lambda cell, _: cell.row.in_scope),
        ("recommendation", lambda cell, _: cell.column.slug),
        ("recommendation_title", lambda cell, _: cell.column.title),
        ("congress", lambda cell, _: cell.congress),
        ("advances", lambda cell, _: cell.tally.advances),
        ("weakens", lambda cell, _: cell.tally.weakens),
        ("concerns", lambda cell, _: cell.tally.concerns),
        ("measures", _list_of),
    )
)
