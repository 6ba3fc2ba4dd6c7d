"""The recommendations and promises: all of them with the table of countries, and what is held on one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from msgspec.structs import astuple
from werkzeug.wrappers import Response

from tracker.content import Kind, Recommendation
from tracker.db import db
from tracker.queries.bills import held_congresses
from tracker.queries.home import by_item
from tracker.queries.links import Bearing, items_about
from tracker.queries.recommendations import (
    NO_TALLIES,
    STAGE_GROUPS,
    By,
    Matrix,
    MatrixFilter,
    MatrixRow,
    Measure,
    OnIt,
    Order,
    Outline,
    Overview,
    Tallies,
    all_measured,
    matrix_regions,
    measured,
    read_matrix,
    read_matrix_filter,
    read_measures,
    read_outline,
    read_overview,
    read_touched,
    stage_group,
)
from tracker.sentences import ordinal, written_date
from tracker.web import bearings
from tracker.web.caching import current_version, drawn_part, remembered
from tracker.web.clock import today
from tracker.web.delegation import Subject, lawmakers
from tracker.web.freshness import bills_as_of
from tracker.web.listing import chosen, formats
from tracker.web.measure_rows import committee_names, drawn, macro
from tracker.web.reports import reports_on

blueprint = Blueprint("recommendations", __name__)

PATH = "/recommendations"
PARAMETERS = ("by", "region", "congress", "order")


@blueprint.get(PATH)
def index() -> str:
    which = read_matrix_filter(db.session, request.args)
    parameters = chosen(*PARAMETERS)
    overview = remembered(current_version(), "recommendations", lambda: read_overview(db.session))
    return render_template(
        "recommendations/index.html",
        overview=overview,
        families=_families(overview),
        sentence=bearings.overview_sentence(overview.recommended),
        table=_table(which),
        fields=_fields(parameters),
        is_narrowed=bool(parameters),
        bearings=bearings,
        as_of=_as_of(),
        formats=formats(PATH, parameters, "json", "csv"),
    )


@blueprint.get("/promises")
def promises() -> Response:
    """The promises stand beside the recommendations, with which they are compared."""
    return redirect(f"{PATH}#promises", 302)


@blueprint.get("/<any(recommendations, promises):family>/<slug>")
def show(family: str, slug: str) -> str | Response:
    one = measured(slug.lower())
    if one is None:
        return _unknown(family)
    if one.path != f"/{family}/{slug}":
        return redirect(one.path, 301)
    outline = read_outline(db.session, one, next(iter(_congresses()), None))
    touched = _touched(one)
    return render_template(
        "recommendations/show.html",
        one=one,
        body=Markup(one.body.html),  # noqa: S704  # sanitised when it was read
        detail=outline,
        sentence=bearings.answer_sentence(one, outline.tallies),
        stages=bearings.stage_rows(one, outline.tallies),
        sections=_sections(one, outline),
        laws=_laws(one, outline),
        touched=touched,
        watchdogs=drawn_part((one.slug, "reports"), lambda: _reports_drawn(one)),
        changed=by_item(outline.changes),
        lawmakers=lawmakers(_subject(one)),
        beside=[other for other in all_measured() if _is_beside(one, other)],
        bearings=bearings,
        as_of=_as_of(),
        formats=formats(one.path, {}, "json", "atom"),
    )


def _subject(one: Recommendation) -> Subject:
    noun = bearings.noun(one)
    filters = {"recommendation": one.slug, "scope": "all"}
    return Subject(
        one.path, f"this {noun}", f"that bears on this {noun}", f"that bear on this {noun}",
        items_about(one.target), filters,
    )  # fmt: skip


def _reports_drawn(one: Recommendation) -> str:
    return render_template(
        "reports/section.html",
        watchdogs=reports_on(one),
        of=one.title,
        what=f"reports that the editors say put this {bearings.noun(one)} to the test, and for others with words that "
        "are a sign of it",
    )


def _unknown(family: str) -> Response:
    page = render_template(
        "recommendations/unknown.html",
        noun=family.removesuffix("s"),
        known=all_measured(),
        canonical_url="",  # whatever was asked for, it is no address of ours
    )
    return Response(page, status=404, mimetype="text/html")


def _congresses() -> tuple[int, ...]:
    return remembered(current_version(), "congresses", lambda: held_congresses(db.session))


def _as_of() -> str:
    day = bills_as_of()
    return f"as of {written_date(day)}" if day else "before the first collection"


def _is_beside(one: Recommendation, other: Recommendation) -> bool:
    """Whether the other is of the same family: both recommendations, or both promises."""
    return other is not one and (one.kind is Kind.RECOMMENDATION) is (other.kind is Kind.RECOMMENDATION)


# --- parts of the overview --------------------------------------------------------------------------


class Family(NamedTuple):
    """Recommendations or promises of one kind with their figures."""

    kind: Kind
    members: tuple[tuple[Recommendation, Tallies], ...]


def _families(overview: Overview) -> list[Family]:
    return [
        Family(
            kind,
            tuple(
                (one, overview.by_target.get(one.target, NO_TALLIES))
                for one in all_measured()
                if one.kind is kind
            ),
        )
        for kind in Kind
    ]


class Table(NamedTuple):
    """The table of countries: what it holds, in a sentence, and the table drawn; empty where it has no row."""

    sentence: str
    html: Markup


def _table(which: MatrixFilter) -> Table:
    """Drawn once a version where it is large: its thousand figures take longer than the questions."""
    if which.region is not None:
        return _drawn(which)
    return remembered(current_version(), ("matrix", *astuple(which)), lambda: _drawn(which))


def _drawn(which: MatrixFilter) -> Table:
    matrix = read_matrix(db.session, which)
    draw_table = macro("recommendations/matrix.html", "matrix_table")
    groups = grouped_rows(matrix, which)
    html = draw_table(groups, matrix, which, f"Countries and {which.by}", bearings) if groups else Markup()
    return Table(bearings.matrix_sentence(matrix, which), html)


def grouped_rows(matrix: Matrix, which: MatrixFilter) -> list[tuple[str, list[MatrixRow]]]:
    """The rows under the parts of the world, where that is the order; else all of them under none."""
    if which.order is not Order.REGION:
        return [("", list(matrix.rows))] if matrix.rows else []
    return [(name, list(rows)) for name, rows in groupby(matrix.rows, key=lambda row: row.country.group)]


def _fields(parameters: Mapping[str, str]) -> list[dict[str, object]]:
    every = [(str(one), f"{ordinal(one)} Congress") for one in _congresses()]
    choices: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "by": ("Columns", list(_COLUMNS.items())),
        "region": ("Region", [("", "Every region"), *matrix_regions().items()]),
        "congress": ("Congress", [("", "Every Congress we hold"), *every]),
        "order": ("Rows", list(_ORDERS.items())),
    }
    return [
        {
            "name": name,
            "label": label,
            "kind": "select",
            "options": options,
            "value": parameters.get(name, ""),
        }
        for name, (label, options) in choices.items()
    ]


_COLUMNS = {By.RECOMMENDATIONS.value: "The three recommendations", By.PROMISES.value: "The thirteen promises"}
_ORDERS = {Order.MEASURES.value: "Most measures first", Order.REGION.value: "By part of the world"}


# --- parts of the page of one -----------------------------------------------------------------------


class Section(NamedTuple):
    """The measures that bear on it in one way: how many there are, and those shown by where they stand."""

    bearing: Bearing
    total: int
    shown: int
    groups: tuple[tuple[str, list[Markup]], ...]


def _sections(one: Recommendation, outline: Outline) -> list[Section]:
    return [
        Section(bearing, outline.tallies.all.of(bearing), len(found), _by_stage(one, bearing, found))
        for bearing, found in outline.shown.items()
    ]


def _by_stage(
    one: Recommendation, bearing: Bearing, found: Sequence[OnIt]
) -> tuple[tuple[str, list[Markup]], ...]:
    def entries(missing: list[int]) -> Iterator[tuple[int, Markup]]:
        entry_of = macro("recommendations/parts.html", "measure_entry")
        for item_id, measure in _measures(one, bearing, missing).items():
            yield item_id, entry_of(measure, one.title)

    where = (one.target, bearing)
    entry = dict(zip(ids := [it.item_id for it in found], drawn(where, ids, today(), entries), strict=True))
    groups = groupby(found, key=lambda it: stage_group(it.stage).name)
    return tuple((name, [entry[it.item_id] for it in members]) for name, members in groups)


def _measures(one: Recommendation, bearing: Bearing, ids: Sequence[int]) -> dict[int, Measure]:
    return read_measures(db.session, one, bearing, ids, today=today(), names=committee_names())


def _laws(one: Recommendation, outline: Outline) -> list[Measure]:
    """The measures that were judged and became law."""

    def read() -> list[Measure]:
        found: list[Measure] = []
        for bearing in (Bearing.ADVANCES, Bearing.WEAKENS):
            laws = [it.item_id for it in outline.shown[bearing] if it.stage in STAGE_GROUPS[0].stages]
            found += _measures(one, bearing, laws).values()
        return found

    return remembered(current_version(), ("laws", one.target, today()), read)


class Touched(NamedTuple):
    """Countries named: the table of those named most, and of the others, each empty where it has no row."""

    most: Markup
    others: Markup
    others_count: int


_NAMED_MOST = 12


def _touched(one: Recommendation) -> Touched:
    """Drawn once a version: its hundreds of figures take longer than all the rest of the page."""

    def draw() -> Touched:
        found = read_touched(db.session, one)
        table_of = macro("recommendations/parts.html", "country_table")
        most, others = found[:_NAMED_MOST], found[_NAMED_MOST:]
        return Touched(
            table_of(most, one, "Countries named most", bearings) if most else Markup(),
            table_of(others, one, "Other countries named", bearings) if others else Markup(),
            len(others),
        )

    return remembered(current_version(), ("touched", one.target), draw)
