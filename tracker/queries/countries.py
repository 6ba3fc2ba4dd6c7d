"""Countries: how much is held on each, and what is held on one. Everything set by set, never country by country."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import cast

import msgspec
from sqlalchemy import Integer, Select, Table, bindparam, case, exists, func, select, true
from sqlalchemy.orm import Session

from tracker.content import CountryBrief
from tracker.linking.evidence import SCOPE
from tracker.linking.linker import packaged_content
from tracker.linking.targets import Target, target_of
from tracker.models import Bill, Change, Item, Judgement, Link, Verdict
from tracker.queries.bills import BillFilter, BillRow, Scope, bills_by_id, list_bills
from tracker.queries.changes import (
    ChangeFilter,
    ChangeRow,
    count_changes,
    day_begins,
    item_name,
    list_changes,
)
from tracker.queries.country_names import Country, Region, all_countries
from tracker.queries.links import ShownLink, items_about, items_in_scope
from tracker.queries.paging import START, Page, Place
from tracker.stages import Standing

BILL = cast(Table, Bill.__table__)
CHANGE = cast(Table, Change.__table__)
ITEM = cast(Table, Item.__table__)
JUDGEMENT = cast(Table, Judgement.__table__)
LINK = cast(Table, Link.__table__)

RECENT_DAYS = 90
"""How far "lately" reaches back, the last day included."""


def recent_since(until: date) -> date:
    """The first of the recent days that end on `until`."""
    return until - timedelta(days=RECENT_DAYS - 1)


# --- all of them ------------------------------------------------------------------------------------


class CountryRow(msgspec.Struct, frozen=True):
    """A country in a list, with how much is held on it.

    `in_scope` counts measures linked to it that concern security assistance, `current` those of them in the
    newest Congress held, `named` all that are linked to it. `changes` were recorded on those in scope in the
    recent days. `reviewed_on` is its brief's date, None where there is no brief.
    """

    country: Country
    in_scope: int = 0
    current: int = 0
    named: int = 0
    changes: int = 0
    reviewed_on: date | None = None


def newest_congress(session: Session) -> int | None:
    """The newest Congress of which anything is held."""
    return session.execute(_NEWEST_CONGRESS).scalar()


_NEWEST_CONGRESS = select(func.max(BILL.c.congress))


_IS_IN_SCOPE = LINK.c.item_id.in_(items_in_scope())
_COUNTS = (
    select(
        LINK.c.target,
        func.count().label("named"),
        func.sum(case((_IS_IN_SCOPE, 1), else_=0)).label("in_scope"),
        func.sum(
            case((_IS_IN_SCOPE & (BILL.c.congress == bindparam("congress", type_=Integer)), 1), else_=0)
        ),
    )
    .join_from(LINK, BILL, BILL.c.id == LINK.c.item_id)
    .where(LINK.c.target.in_(bindparam("targets", expanding=True)), LINK.c.is_shown == true())
    .group_by(LINK.c.target)
)
_CHANGE_COUNTS = (
    select(LINK.c.target, func.count())
    .join_from(CHANGE, LINK, LINK.c.item_id == CHANGE.c.item_id)
    .where(
        CHANGE.c.held.is_(False),
        CHANGE.c.first_seen_at >= bindparam("since"),
        LINK.c.target.in_(bindparam("targets", expanding=True)),
        LINK.c.is_shown == true(),
        _IS_IN_SCOPE,
    )
    .group_by(LINK.c.target)
)


def list_countries(session: Session, *, today: date) -> tuple[CountryRow, ...]:
    """Every country that the vocabulary has, in the order of names, those with nothing as well. Three questions."""
    targets = [country.target for country in all_countries().values()]
    asked = {"targets": targets, "congress": newest_congress(session)}
    counts = {target: numbers for target, *numbers in session.execute(_COUNTS, asked)}
    since = day_begins(recent_since(today))
    changes: Counter[str] = Counter()
    for target, count in session.execute(_CHANGE_COUNTS, {"targets": targets, "since": since}):
        changes[target] = count
    briefs = packaged_content().briefs
    rows = []
    for country in all_countries().values():
        named, in_scope, current = counts.get(country.target, (0, 0, 0))
        brief = briefs.get(country.code)
        rows.append(
            CountryRow(
                country, in_scope, current, named, changes[country.target],
                brief.reviewed_on if brief else None,
            )
        )  # fmt: skip
    return tuple(rows)


# --- one of them ------------------------------------------------------------------------------------


class Measure(msgspec.Struct, frozen=True):
    """A measure on a country's page. `link` says why: it is to the country, or to one of its regions."""

    bill: BillRow
    link: ShownLink


class Together(msgspec.Struct, frozen=True):
    """A programme, law or region, and in how many measures in scope it stands."""

    target: Target
    count: int


class CountryDetail(msgspec.Struct, frozen=True):
    """A country with what is held on it. Measures are given by item id, the latest action first: see `read_measures`.

    `row` counts as in the list of countries. `moved` of those in scope had an official action from `moved_since`
    to `moved_until`. `advances` and `weakens` have every measure so judged, `concerns` and `names` the newest of
    those in scope and out of it that nobody judged, `regional` the newest in scope that name only a region of it.
    `sources_held` are the pages of those sources of its brief that the site itself holds.
    """

    row: CountryRow
    congress: int | None
    moved: int
    moved_since: date
    moved_until: date
    advances: tuple[int, ...]
    weakens: tuple[int, ...]
    concerns: tuple[int, ...]
    names: tuple[int, ...]
    regional: tuple[int, ...]
    regions: tuple[Together, ...]
    programmes: tuple[Together, ...]
    authorities: tuple[Together, ...]
    changes: tuple[ChangeRow, ...]
    changes_since: date
    changes_since_review: int
    sources_held: frozenset[str]

    @property
    def country(self) -> Country:
        return self.row.country


CONCERNS_SHOWN = 15
NAMES_SHOWN = 8
REGIONAL_SHOWN = 6
CHANGES_SHOWN = 12


class _Held(msgspec.Struct, frozen=True):
    """A measure that is linked to the country, before anything else is known of it."""

    item_id: int
    congress: int
    latest_action_on: date
    in_scope: bool


def read_country(
    session: Session,
    country: Country,
    *,
    today: date,
    known_until: date,
    congress: int | None = None,
    together: Sequence[Together] | None = None,
) -> CountryDetail:
    """What is held on a country. Nobody has looked for official actions after `known_until`.

    `congress` is the newest that is held, and `together` what `read_together` finds, where that is known already.
    """
    congress = newest_congress(session) if congress is None else congress
    held = _held(session, country)
    shown = _chosen(held, _verdicts(session, country))
    regional_rows = _regional(session, country)
    changed_since, moved_since = recent_since(today), recent_since(known_until)
    recent = ChangeFilter(country=country.code, since=changed_since)
    changes = list_changes(session, recent, Place(limit=CHANGES_SHOWN))
    brief = packaged_content().briefs.get(country.code)
    together = read_together(session, country) if together is None else together
    return CountryDetail(
        row=CountryRow(
            country,
            sum(one.in_scope for one in held),
            sum(one.in_scope and one.congress == congress for one in held),
            len(held),
            changes.total,
            brief.reviewed_on if brief else None,
        ),
        congress=congress,
        moved=sum(one.in_scope and one.latest_action_on >= moved_since for one in held),
        moved_since=moved_since,
        moved_until=known_until,
        **shown,
        regional=_only_regional(regional_rows, {one.item_id for one in held}),
        regions=_counted_regions(country.regions, regional_rows),
        programmes=tuple(one for one in together if one.target.kind == "programme"),
        authorities=tuple(one for one in together if one.target.kind == "authority"),
        changes=changes.items,
        changes_since=changed_since,
        changes_since_review=(
            count_changes(session, ChangeFilter(country=country.code, since=brief.reviewed_on))
            if brief
            else 0
        ),
        sources_held=_sources_held(session, brief) if brief else frozenset(),
    )


# Of one country's few links each is looked up by itself: a set of all that is in scope would be made for each question.
_SCOPE_LINK = LINK.alias("scope_link")
_ONE_IS_IN_SCOPE = exists().where(
    _SCOPE_LINK.c.item_id == LINK.c.item_id, _SCOPE_LINK.c.target == SCOPE, _SCOPE_LINK.c.is_shown == true()
)
_HELD = (
    select(BILL.c.id, BILL.c.congress, BILL.c.latest_action_on, _ONE_IS_IN_SCOPE.label("in_scope"))
    .join_from(LINK, BILL, BILL.c.id == LINK.c.item_id)
    .where(LINK.c.target == bindparam("target"), LINK.c.is_shown == true())
    .order_by(BILL.c.latest_action_on.desc(), BILL.c.id.desc())
)


def _held(session: Session, country: Country) -> list[_Held]:
    """Every measure that is linked to the country, latest action first."""
    rows = session.execute(_HELD, {"target": country.target})
    return [_Held(item_id, congress, latest, bool(in_scope)) for item_id, congress, latest, in_scope in rows]


def measures_in_scope(country: Country) -> Select[tuple[int]]:
    """Ids of the measures on security assistance that are linked to the country."""
    return _measures_in_scope(country.target)


@lru_cache(maxsize=512)
def _measures_in_scope(target: str) -> Select[tuple[int]]:
    return _HELD_IN_SCOPE.where(LINK.c.target == target)


_HELD_IN_SCOPE = select(LINK.c.item_id).where(LINK.c.is_shown == true(), _ONE_IS_IN_SCOPE)
_VERDICTS = select(JUDGEMENT.c.item_id, JUDGEMENT.c.verdict).where(
    JUDGEMENT.c.item_id.in_(
        select(LINK.c.item_id).where(LINK.c.target == bindparam("target"), LINK.c.is_shown == true())
    )
)


def _verdicts(session: Session, country: Country) -> dict[int, set[Verdict]]:
    """What editors hold the measures to do that are linked to the country."""
    found: dict[int, set[Verdict]] = defaultdict(set)
    for item_id, verdict in session.execute(_VERDICTS, {"target": country.target}):
        found[item_id].add(verdict)
    return found


def _chosen(held: Sequence[_Held], verdicts: Mapping[int, set[Verdict]]) -> dict[str, tuple[int, ...]]:
    """Which measures each group shows."""
    unjudged = [one for one in held if one.item_id not in verdicts]
    return {
        "advances": tuple(one.item_id for one in held if Verdict.ADVANCES in verdicts.get(one.item_id, ())),
        "weakens": tuple(one.item_id for one in held if Verdict.WEAKENS in verdicts.get(one.item_id, ())),
        "concerns": tuple(one.item_id for one in unjudged if one.in_scope)[:CONCERNS_SHOWN],
        "names": tuple(one.item_id for one in unjudged if not one.in_scope)[:NAMES_SHOWN],
    }


def _sources_held(session: Session, brief: CountryBrief) -> frozenset[str]:
    """Pages of the items that the brief's sources name, where there are such items."""
    paths = {source.item: source.path for source in brief.sources if source.item and source.path}
    held = session.execute(select(ITEM.c.key).where(ITEM.c.key.in_(paths))).scalars()
    return frozenset(paths[key] for key in held)


# --- its regions, and what stands beside it ---

_REGIONAL = (
    select(LINK.c.item_id, LINK.c.target)
    .join_from(LINK, BILL, BILL.c.id == LINK.c.item_id)
    .where(
        LINK.c.target.in_(bindparam("targets", expanding=True)), LINK.c.is_shown == true(), _ONE_IS_IN_SCOPE
    )
    .order_by(BILL.c.latest_action_on.desc(), BILL.c.id.desc())
)


def _regional(session: Session, country: Country) -> list[tuple[int, str]]:
    """Measures in scope and the regions of the country that they name, latest action first."""
    targets = [region.key for region in country.regions]
    return [(row.item_id, row.target) for row in session.execute(_REGIONAL, {"targets": targets})]


def _only_regional(rows: Sequence[tuple[int, str]], held: set[int]) -> tuple[int, ...]:
    """The newest that do not name the country itself, each once."""
    return tuple(dict.fromkeys(item_id for item_id, _ in rows if item_id not in held))[:REGIONAL_SHOWN]


def _counted_regions(regions: Sequence[Region], rows: Sequence[tuple[int, str]]) -> tuple[Together, ...]:
    counts = Counter(target for _, target in rows)
    return tuple(Together(target_of(region.key), counts[region.key]) for region in regions)


_BESIDE = LINK.alias()
_TOGETHER = (
    select(_BESIDE.c.target, func.count())
    .join_from(LINK, _BESIDE, _BESIDE.c.item_id == LINK.c.item_id)
    .join(BILL, BILL.c.id == LINK.c.item_id)
    .where(
        LINK.c.target == bindparam("target"),
        LINK.c.is_shown == true(),
        _ONE_IS_IN_SCOPE,
        _BESIDE.c.is_shown == true(),
        _BESIDE.c.target.like("programme:%") | _BESIDE.c.target.like("authority:%"),
    )
    .group_by(_BESIDE.c.target)
    .order_by(func.count().desc(), _BESIDE.c.target)
)


def read_together(session: Session, country: Country) -> list[Together]:
    """Programmes and laws that measures in scope name beside the country, the most frequent first."""
    rows = session.execute(_TOGETHER, {"target": country.target})
    return [Together(target_of(target), count) for target, count in rows]


# --- its measures -----------------------------------------------------------------------------------


def read_measures(
    session: Session,
    country: Country,
    ids: Sequence[int],
    *,
    today: date,
    names: Mapping[str, str] | None = None,
) -> dict[int, Measure]:
    """Measures by item id, each with its link to the country, or else to the nearest of the regions it names.

    `names` are display names of all committees, from a caller that has them at hand.
    """
    bills = bills_by_id(session, ids, today, names)
    found = ((item_id, bill, _link_to(bill, country)) for item_id, bill in bills.items())
    return {item_id: Measure(bill, link) for item_id, bill, link in found if link is not None}


def _link_to(bill: BillRow, country: Country) -> ShownLink | None:
    links = {link.target.key: link for link in (*bill.about.regions, *bill.about.countries)}
    targets = (country.target, *(region.key for region in country.regions))
    return next((links[target] for target in targets if target in links), None)


# --- all its measures, for data and calendars -------------------------------------------------------


def list_measures(
    session: Session, country: Country, scope: Scope, *, today: date, place: Place = START
) -> Page[Measure]:
    """A page of the measures that are linked to a country, latest action first."""
    page = list_bills(session, BillFilter(country=country.code, scope=scope), today=today, place=place)
    found = ((bill, _link_to(bill, country)) for bill in page.items)
    items = tuple(Measure(bill, link) for bill, link in found if link is not None)
    return Page(items, page.total, page.first, page.last, page.next, page.previous)


class Course(msgspec.Struct, frozen=True):
    """A measure with the steps that it took. `name` is short: "S. 1780"."""

    key: str
    name: str
    title: str
    changed_at: datetime
    standing: Standing


def read_courses(session: Session, country: Country) -> tuple[Course, ...]:
    """Every measure in scope that is linked to a country, with its steps."""
    rows = session.execute(
        select(ITEM.c.key, ITEM.c.title, ITEM.c.changed_at, BILL.c.standing)
        .join_from(BILL, ITEM, ITEM.c.id == BILL.c.id)
        .where(BILL.c.id.in_(items_about(country.target)), BILL.c.id.in_(items_in_scope()))
        .order_by(BILL.c.id)
    )
    return tuple(
        Course(
            row.key.removeprefix("bill:"),
            item_name(row.key, row.title),
            row.title,
            row.changed_at,
            row.standing,
        )
        for row in rows
    )
