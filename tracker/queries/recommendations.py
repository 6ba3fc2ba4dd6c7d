"""The recommendations and promises: how measures bear on each, and country by country. Everything set by set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeVar, cast

import msgspec
from sqlalchemy import ColumnElement, Subquery, Table, Text, bindparam, func, literal, select, true, union
from sqlalchemy.orm import Session

from tracker.content import Recommendation
from tracker.linking.linker import packaged_content
from tracker.linking.targets import target_of
from tracker.models import Bill, Item, Judgement, Link
from tracker.queries.bills import BillRow, bills_by_id, held_congresses
from tracker.queries.changes import ChangeFilter, ChangeRow, list_changes
from tracker.queries.countries import newest_congress
from tracker.queries.country_names import Country, all_countries
from tracker.queries.links import Bearing, ShownJudgement, ShownLink, items_in_scope, pairs_bearing
from tracker.queries.paging import AnyRow, BadParameterError, Page, Place
from tracker.sentences import measure_name
from tracker.stages import Stage

BILL = cast(Table, Bill.__table__)
ITEM = cast(Table, Item.__table__)
JUDGEMENT = cast(Table, Judgement.__table__)
LINK = cast(Table, Link.__table__)


def _bearings(target: ColumnElement[str] | None = None) -> Subquery:
    """Every item with all it bears on, or with one thing, and how; each once, whoever judged it how often."""
    pairs = (
        pairs_bearing(bearing, target).add_columns(literal(bearing.value).label("bearing"))
        for bearing in Bearing
    )
    return union(*pairs).subquery("bearings")


_BEARINGS = _bearings()
_ON_ONE = _bearings(bindparam("target", type_=Text))


def all_measured() -> tuple[Recommendation, ...]:
    """What measures are held against: the recommendations, then the promises."""
    content = packaged_content()
    return (*content.recommendations, *content.promises)


def measured(slug: str) -> Recommendation | None:
    """The recommendation or promise with that short name."""
    return next((one for one in all_measured() if one.slug == slug), None)


# --- how many ---------------------------------------------------------------------------------------


class StageGroup(NamedTuple):
    """Stages that a reader takes for one."""

    name: str
    stages: tuple[Stage, ...]


STAGE_GROUPS = (
    StageGroup("Law", (Stage.BECAME_LAW,)),
    StageGroup("Agreed to", (Stage.AGREED_TO,)),
    StageGroup(
        "Passed by both chambers", (Stage.RESOLVING_DIFFERENCES, Stage.PASSED_BOTH, Stage.TO_PRESIDENT)
    ),
    StageGroup("Passed by one chamber", (Stage.PASSED_HOUSE, Stage.PASSED_SENATE)),
    StageGroup("Out of committee", (Stage.ORDERED_REPORTED, Stage.REPORTED, Stage.ON_CALENDAR)),
    StageGroup("Introduced or in committee", (Stage.INTRODUCED, Stage.IN_COMMITTEE)),
    StageGroup(
        "Voted down or vetoed", (Stage.FAILED_HOUSE, Stage.FAILED_SENATE, Stage.VETOED, Stage.VETO_SUSTAINED)
    ),
)
"""Every stage, those that count most first."""

_GROUP_OF = {stage: number for number, group in enumerate(STAGE_GROUPS) for stage in group.stages}


def stage_group(stage: Stage) -> StageGroup:
    return STAGE_GROUPS[_GROUP_OF[stage]]


class Tally(msgspec.Struct, frozen=True):
    """How many measures bear in each way. One that is judged both ways counts in both."""

    advances: int = 0
    weakens: int = 0
    concerns: int = 0

    def of(self, bearing: Bearing) -> int:
        return cast(int, getattr(self, bearing.value))

    @property
    def is_empty(self) -> bool:
        return not (self.advances or self.weakens or self.concerns)


EMPTY = Tally()


class Tallies(msgspec.Struct, frozen=True):
    """Measures of every Congress held, those of the newest, and where all of them stand, by name of group."""

    all: Tally = EMPTY
    current: Tally = EMPTY
    stages: Mapping[str, Tally] = {}

    @property
    def laws(self) -> Tally:
        return self.stages.get(STAGE_GROUPS[0].name, EMPTY)


NO_TALLIES = Tallies()


class Overview(msgspec.Struct, frozen=True):
    """How measures bear on each recommendation and promise, by target.

    `recommended` counts each measure that bears on any of the recommendations once; there it only concerns them
    if none of them was judged. `congress` is the newest held.
    """

    congress: int | None
    recommended: Tallies
    by_target: Mapping[str, Tallies]


_Counted = tuple[str, int, Stage, int]
_WHERE_IT_STANDS = (_BEARINGS.c.bearing, BILL.c.congress, BILL.c.stage)
_PER_TARGET = (
    select(_BEARINGS.c.target, *_WHERE_IT_STANDS, func.count())
    .join_from(_BEARINGS, BILL, BILL.c.id == _BEARINGS.c.item_id)
    .group_by(_BEARINGS.c.target, *_WHERE_IT_STANDS)
)
_JUDGED_AT_ALL = select(JUDGEMENT.c.item_id).where(JUDGEMENT.c.target.startswith("recommendation:"))
_RECOMMENDED = (
    select(*_WHERE_IT_STANDS, func.count(_BEARINGS.c.item_id.distinct()))
    .join_from(_BEARINGS, BILL, BILL.c.id == _BEARINGS.c.item_id)
    .where(
        _BEARINGS.c.target.startswith("recommendation:"),
        (_BEARINGS.c.bearing != Bearing.CONCERNS.value) | _BEARINGS.c.item_id.not_in(_JUDGED_AT_ALL),
    )
    .group_by(*_WHERE_IT_STANDS)
)


def read_overview(session: Session) -> Overview:
    """The figures of all recommendations and promises: three questions."""
    congress = newest_congress(session)
    by_target: dict[str, list[_Counted]] = defaultdict(list)
    for target, bearing, number, stage, count in session.execute(_PER_TARGET):
        by_target[target].append((bearing, number, stage, count))
    recommended = [tuple(row) for row in session.execute(_RECOMMENDED)]
    return Overview(
        congress,
        _tallies(cast(list[_Counted], recommended), congress),
        {target: _tallies(counts, congress) for target, counts in by_target.items()},
    )


def _tallies(counts: Iterable[_Counted], congress: int | None) -> Tallies:
    everything: dict[str, int] = defaultdict(int)
    current: dict[str, int] = defaultdict(int)
    stages: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for bearing, number, stage, count in counts:
        everything[bearing] += count
        stages[stage_group(stage).name][bearing] += count
        if number == congress:
            current[bearing] += count
    return Tallies(
        Tally(**everything), Tally(**current), {name: Tally(**found) for name, found in stages.items()}
    )


class JudgedMeasure(msgspec.Struct, frozen=True):
    """A measure that an editor judged, by key and title, and what the judgement says."""

    key: str
    name: str
    title: str
    congress: int
    judged: ShownJudgement


_JUDGED = (
    select(JUDGEMENT, ITEM.c.title, BILL.c.congress, BILL.c.type, BILL.c.number, ITEM.c.key.label("item_key"))
    .join_from(JUDGEMENT, ITEM, ITEM.c.id == JUDGEMENT.c.item_id)
    .join(BILL, BILL.c.id == ITEM.c.id)
    .order_by(
        JUDGEMENT.c.made_on.desc(), JUDGEMENT.c.verdict, BILL.c.congress.desc(), BILL.c.type, BILL.c.number
    )
)


def judged_measures(session: Session) -> dict[str, list[JudgedMeasure]]:
    """Every judgement there is, by target, the newest first."""
    found: dict[str, list[JudgedMeasure]] = defaultdict(list)
    for row in session.execute(_JUDGED):
        judged = ShownJudgement(target_of(row.target), row.verdict, row.reason, row.made_on, row.made_by)
        name, key = measure_name(row.type, row.number), row.item_key.removeprefix("bill:")
        found[row.target].append(JudgedMeasure(key, name, row.title, row.congress, judged))
    return dict(found)


# --- country by country -----------------------------------------------------------------------------


class By(StrEnum):
    """What the columns are."""

    RECOMMENDATIONS = "recommendations"
    PROMISES = "promises"


class Order(StrEnum):
    """The order of the rows: most measures first, or part of the world by part."""

    MEASURES = "measures"
    REGION = "region"


class MatrixFilter(msgspec.Struct, frozen=True):
    """Which table: `region` is the short name of a region whose countries it has, `congress` one Congress."""

    by: By = By.RECOMMENDATIONS
    region: str | None = None
    congress: int | None = None
    order: Order = Order.MEASURES


class MatrixRow(msgspec.Struct, frozen=True):
    """A country: how many measures about it are in scope, and a tally for each column."""

    country: Country
    in_scope: int
    cells: tuple[Tally, ...]

    @property
    def judged(self) -> int:
        return sum(cell.advances + cell.weakens for cell in self.cells)


class Matrix(msgspec.Struct, frozen=True):
    """Countries against recommendations or promises. A country of which nothing is in scope or judged is left out."""

    columns: tuple[Recommendation, ...]
    rows: tuple[MatrixRow, ...]


E = TypeVar("E", bound=StrEnum)


def read_matrix_filter(session: Session, args: Mapping[str, str]) -> MatrixFilter:
    """The table that a query string asks for; unknown parameters are ignored.

    Raises BadParameterError for a value that its parameter cannot have.
    """
    region, congress = args.get("region") or None, args.get("congress") or None
    if region is not None and region not in matrix_regions():
        raise BadParameterError("region", "region takes the short name of a region, such as sahel.")
    if congress is not None and congress not in map(str, held_congresses(session)):
        raise BadParameterError(
            "congress", "congress takes the number of a Congress that is held, such as 119."
        )
    return MatrixFilter(
        by=_one_of(args, "by", By.RECOMMENDATIONS),
        region=region,
        congress=int(congress) if congress else None,
        order=_one_of(args, "order", Order.MEASURES),
    )


def _one_of(args: Mapping[str, str], name: str, usual: E) -> E:
    value = args.get(name)
    try:
        return type(usual)(value) if value else usual
    except ValueError as error:
        raise BadParameterError(name, f"{name} takes one of: {', '.join(type(usual))}.") from error


def matrix_regions() -> Mapping[str, str]:
    """The regions that countries belong to: names by short name, in the order of names."""
    regions = {region.key: region.name for one in all_countries().values() for region in one.regions}
    ordered = sorted(regions.items(), key=lambda pair: pair[1])
    return {key.partition(":")[2]: name for key, name in ordered}


_TO_A_COUNTRY = (LINK.c.is_shown == true(), LINK.c.target.startswith("country:"))
_IN_SCOPE = (
    select(LINK.c.target, func.count().label("number"))
    .join_from(LINK, BILL, BILL.c.id == LINK.c.item_id)
    .where(*_TO_A_COUNTRY, LINK.c.item_id.in_(items_in_scope()))
    .group_by(LINK.c.target)
)
_PER_COUNTRY = (
    select(LINK.c.target, _BEARINGS.c.target, _BEARINGS.c.bearing, func.count())
    .join_from(LINK, _BEARINGS, _BEARINGS.c.item_id == LINK.c.item_id)
    .join(BILL, BILL.c.id == LINK.c.item_id)
    .where(*_TO_A_COUNTRY)
    .group_by(LINK.c.target, _BEARINGS.c.target, _BEARINGS.c.bearing)
)


def read_matrix(session: Session, which: MatrixFilter) -> Matrix:
    """The table, row by row: two questions, however many countries there are."""
    content = packaged_content()
    columns = content.recommendations if which.by is By.RECOMMENDATIONS else content.promises
    conditions = [] if which.congress is None else [BILL.c.congress == which.congress]
    in_scope = {row.target: row.number for row in session.execute(_IN_SCOPE.where(*conditions))}
    cells = _cells(session, [column.target for column in columns], conditions)
    rows = [
        MatrixRow(
            country,
            in_scope.get(country.target, 0),
            tuple(cells.get((country.target, column.target), EMPTY) for column in columns),
        )
        for country in all_countries().values()
        if which.region is None or f"region:{which.region}" in {region.key for region in country.regions}
    ]
    held = [row for row in rows if row.in_scope or not all(cell.is_empty for cell in row.cells)]
    held.sort(key=lambda row: -row.in_scope)
    if which.order is Order.REGION:
        held.sort(key=lambda row: row.country.group)
    return Matrix(columns, tuple(held))


def _cells(
    session: Session, targets: Sequence[str], conditions: Sequence[ColumnElement[bool]] = ()
) -> dict[tuple[str, str], Tally]:
    """How measures about each country bear on each of the targets."""
    return _tallied(session.execute(_PER_COUNTRY.where(_BEARINGS.c.target.in_(targets), *conditions)))


def _tallied(rows: Iterable[AnyRow]) -> dict[tuple[str, str], Tally]:
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for country, target, bearing, count in rows:
        counts[country, target][bearing] = count
    return {pair: Tally(**found) for pair, found in counts.items()}


# --- one of them ------------------------------------------------------------------------------------


class Measure(msgspec.Struct, frozen=True):
    """A measure that bears on the thing: the judgements on it that say so, and the words that suggest it."""

    bill: BillRow
    judgements: tuple[ShownJudgement, ...]
    link: ShownLink | None


class Touched(NamedTuple):
    """A country, and how the measures about it bear on the thing."""

    country: Country
    tally: Tally


class RecommendationDetail(msgspec.Struct, frozen=True):
    """A recommendation or promise with what is held on it.

    Measures are in the order of STAGE_GROUPS, and in each by their latest action, newest first. `advances` and
    `weakens` have those that were judged so, `concerns` the newest of the others.
    """

    one: Recommendation
    congress: int | None
    tallies: Tallies
    advances: tuple[Measure, ...]
    weakens: tuple[Measure, ...]
    concerns: tuple[Measure, ...]
    countries: tuple[Touched, ...]
    changes: tuple[ChangeRow, ...]
    changes_total: int


_MOST = {Bearing.ADVANCES: 100, Bearing.WEAKENS: 100, Bearing.CONCERNS: 20}
_CHANGES_SHOWN = 12

_ON_IT = (
    select(_ON_ONE.c.bearing, BILL.c.id, BILL.c.stage, BILL.c.congress)
    .join_from(_ON_ONE, BILL, BILL.c.id == _ON_ONE.c.item_id)
    .order_by(BILL.c.latest_action_on.desc(), BILL.c.id.desc())
)


def read_recommendation(
    session: Session, one: Recommendation, *, today: date, names: Mapping[str, str] | None = None
) -> RecommendationDetail:
    """What is held on a recommendation or promise. `names` are those of all committees, if they are at hand."""
    outline = read_outline(session, one)
    shown = outline.shown
    bills = bills_by_id(session, [it.item_id for found in shown.values() for it in found], today, names)
    measures = {
        bearing: tuple(_measure(bills[it.item_id], one.target, bearing) for it in found)
        for bearing, found in shown.items()
    }
    return RecommendationDetail(
        one,
        outline.congress,
        outline.tallies,
        measures[Bearing.ADVANCES],
        measures[Bearing.WEAKENS],
        measures[Bearing.CONCERNS],
        read_touched(session, one),
        outline.changes,
        outline.changes_total,
    )


class OnIt(NamedTuple):
    """A measure that bears on the thing, before anything else is known of it."""

    item_id: int
    stage: Stage


class Outline(msgspec.Struct, frozen=True):
    """What is held on a recommendation or promise, with its measures by item id: see `read_measures`.

    `shown` has the measures of RecommendationDetail in the same order.
    """

    congress: int | None
    tallies: Tallies
    shown: Mapping[Bearing, tuple[OnIt, ...]]
    changes: tuple[ChangeRow, ...]
    changes_total: int


def read_outline(session: Session, one: Recommendation, congress: int | None = None) -> Outline:
    """Which measures bear on it, where they stand, and what changed on them lately.

    `congress` is the newest that is held, where that is known already.
    """
    congress = newest_congress(session) if congress is None else congress
    held: dict[Bearing, list[OnIt]] = {bearing: [] for bearing in Bearing}
    counts: list[_Counted] = []
    for bearing, item_id, stage, number in session.execute(_ON_IT, {"target": one.target}):
        held[Bearing(bearing)].append(OnIt(item_id, stage))
        counts.append((bearing, number, stage, 1))
    changes = list_changes(session, ChangeFilter(recommendation=one.slug), Place(limit=_CHANGES_SHOWN))
    return Outline(
        congress,
        _tallies(counts, congress),
        {
            bearing: tuple(sorted(found[: _MOST[bearing]], key=lambda it: _GROUP_OF[it.stage]))
            for bearing, found in held.items()
        },
        changes.items,
        changes.total,
    )


def read_measures(
    session: Session,
    one: Recommendation,
    bearing: Bearing,
    ids: Sequence[int],
    *,
    today: date,
    names: Mapping[str, str] | None = None,
) -> dict[int, Measure]:
    """Measures that bear on it in that way, by item id and in that order."""
    bills = bills_by_id(session, ids, today, names)
    return {item_id: _measure(bills[item_id], one.target, bearing) for item_id in ids}


def _measure(bill: BillRow, target: str, bearing: Bearing) -> Measure:
    about = bill.about
    return Measure(
        bill,
        tuple(one for one in about.judgements if one.target.key == target and one.verdict == bearing.value),
        next((link for link in about.concerns if link.target.key == target), None),
    )


_TOUCHED = (
    select(LINK.c.target, _ON_ONE.c.target, _ON_ONE.c.bearing, func.count())
    .join_from(LINK, _ON_ONE, _ON_ONE.c.item_id == LINK.c.item_id)
    .join(BILL, BILL.c.id == LINK.c.item_id)
    .where(*_TO_A_COUNTRY)
    .group_by(LINK.c.target, _ON_ONE.c.target, _ON_ONE.c.bearing)
)


def read_touched(session: Session, one: Recommendation) -> tuple[Touched, ...]:
    """Countries that measures on it are about, those with most judgements first."""
    cells = _tallied(session.execute(_TOUCHED, {"target": one.target}))
    found = [
        Touched(country, cells[country.target, one.target])
        for country in all_countries().values()
        if (country.target, one.target) in cells
    ]
    return tuple(
        sorted(found, key=lambda one: (-one.tally.advances - one.tally.weakens, -one.tally.concerns))
    )


def page_of(found: Sequence[Recommendation], place: Place) -> Page[Recommendation]:
    """Part of a list that is short and in our own order; a cursor is the short name of the last one shown."""
    slugs = [one.slug for one in found]
    if place.after is not None and place.after not in slugs:
        raise BadParameterError(
            "after", "This is not the address of a page of this list. Start from the first page."
        )
    start = slugs.index(place.after) + 1 if place.after else 0
    shown = tuple(found[start : start + place.limit])
    following = shown[-1].slug if shown and start + len(shown) < len(found) else None
    return Page(shown, len(found), start + 1, start + len(shown), following)
