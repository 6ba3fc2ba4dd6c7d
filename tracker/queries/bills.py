"""Measures: the list that lobbyists filter, and the one measure with everything on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, NamedTuple, TypeVar, cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from scrapers.records import (
    Action,
    BillType,
    Chamber,
    CommitteeActivity,
    CommitteeReport,
    CostEstimate,
    Law,
    RecordedVote,
)
from scrapers.roll_calls import session_on
from tracker.linking.targets import all_targets, judged_target
from tracker.models import (
    Bill,
    BillCommittee,
    BillCosponsor,
    BillDossier,
    BillRelation,
    BillSponsor,
    Item,
    Legislator,
)
from tracker.queries.changes import ChangeRow, latest_changes
from tracker.queries.committees import committee_names, display_name
from tracker.queries.full_text import matching_ids
from tracker.queries.links import (
    NOTHING,
    About,
    Bearing,
    about_items,
    items_about,
    items_bearing,
    items_in_scope,
    read_country_code,
    read_recommendation_slug,
)
from tracker.queries.official import vote_page
from tracker.queries.paging import (
    START,
    AnyRow,
    BadParameterError,
    Key,
    Ordered,
    Page,
    Place,
    read_day,
    read_ordered,
)
from tracker.queries.people import Person, find_people, person
from tracker.queries.provenance import COLUMNS, DOCUMENT, Provenance, provenance
from tracker.queries.spelling import Reference, read_reference
from tracker.queries.words import read_phrases
from tracker.sentences import (
    Kind,
    action_sentence,
    has_died,
    kind_of,
    measure_name,
    next_step_sentence,
    status_sentence,
)
from tracker.stages import Reading, Stage, Standing

ITEM = cast(Table, Item.__table__)
BILL = cast(Table, Bill.__table__)
DOSSIER = cast(Table, BillDossier.__table__)
SPONSOR = cast(Table, BillSponsor.__table__)
COSPONSOR = cast(Table, BillCosponsor.__table__)
COMMITTEE = cast(Table, BillCommittee.__table__)
RELATION = cast(Table, BillRelation.__table__)
LEGISLATOR = cast(Table, Legislator.__table__)

MOVEMENT_DAYS = 30

E = TypeVar("E", bound=StrEnum)


# --- values -----------------------------------------------------------------------------------------


class Sort(StrEnum):
    """The orders a list can have; each newest, largest or lowest number first, as a reader expects."""

    LATEST = "latest"
    INTRODUCED = "introduced"
    NUMBER = "number"
    COSPONSORS = "cosponsors"


class Scope(StrEnum):
    """Whether a list holds what concerns U.S. security assistance, or everything we have."""

    SECURITY_ASSISTANCE = "security-assistance"
    ALL = "all"


class BillFilter(msgspec.Struct, frozen=True):
    """Which measures; None or empty for any.

    `q` is words or a number in any spelling, `sponsor` a bioguide id or part of a name, `cosponsor` a
    bioguide id, `committee` a system code (a committee's own measures include its subcommittees'),
    `country` an ISO 3166 alpha-3 code, `about` any target of a link (`region:sahel`, `programme:fmf`),
    `recommendation` the slug of a recommendation or promise, `verdict` how the measure bears on that,
    or on any. `since` is the first day that the latest action may have. A number in `q` finds its measure
    whatever the scope.
    """

    q: str | None = None
    congress: int | None = None
    chamber: Chamber | None = None
    stages: tuple[Stage, ...] = ()
    committee: str | None = None
    sponsor: str | None = None
    cosponsor: str | None = None
    country: str | None = None
    about: str | None = None
    recommendation: str | None = None
    verdict: Bearing | None = None
    since: date | None = None
    scope: Scope = Scope.ALL


ANY_BILL = BillFilter()
"""Every measure there is. A reader's list begins with those in scope; see `read_bill_filter`."""


class BillRow(msgspec.Struct, frozen=True):
    """A measure in a list. `key` is `119-s-1780`, `name` "S. 1780"; dates are Washington's.

    `status` and `next_step` are sentences as of the `today` that was asked for. `changed_at` is when what we
    hold of it last became different; `missing_since` when its publisher stopped listing it. `about` is what
    it is linked to, and how it is judged.
    """

    key: str
    name: str
    title: str
    url: str
    congress: int
    type: BillType
    number: int
    origin_chamber: Chamber
    introduced_on: date
    latest_action_on: date
    stage: Stage
    status: str
    next_step: str
    has_died: bool
    cosponsor_count: int
    policy_area: str | None
    sponsor: Person | None
    changed_at: datetime
    missing_since: datetime | None
    document: Provenance
    about: About = NOTHING

    @property
    def kind(self) -> Kind:
        """What sort of measure it is, for sentences."""
        return kind_of(self.type, self.congress, self.title)


class Cosponsor(msgspec.Struct, frozen=True):
    """Who joined, when (None where the publisher does not say), and when the name was withdrawn."""

    person: Person
    sponsored_on: date | None
    is_original: bool | None
    withdrawn_on: date | None


class Movement(msgspec.Struct, frozen=True):
    """Who joined and who withdrew on the days after `since` up to `until`."""

    since: date
    until: date
    joined: tuple[Cosponsor, ...]
    withdrawn: tuple[Cosponsor, ...]


class Vote(msgspec.Struct, frozen=True):
    """A roll call. `sentence` says what was decided; counts are None where the line does not give them.

    `url` is the publisher's data, `page` the chamber's page for people.
    """

    chamber: Chamber
    congress: int
    session: int
    roll: int
    on: date
    yeas: int | None
    nays: int | None
    sentence: str
    url: str | None
    page: str


class TimelineEntry(msgspec.Struct, frozen=True):
    """One thing that happened. `text` is the official line, or our reading of it where `is_ours`.

    `at` is Eastern time `HH:MM:SS`, on the House floor only; `system` is the publisher's own source.
    """

    on: date
    at: str | None
    text: str
    is_ours: bool
    system: str | None
    reading: Reading | None
    committees: tuple[str, ...]
    votes: tuple[Vote, ...]


class Title(msgspec.Struct, frozen=True):
    """A title, and upstream's word for its kind ("Short Title(s) as Introduced")."""

    type: str
    title: str


class CommitteeWork(msgspec.Struct, frozen=True):
    """A committee that has or had the measure, and what it did with it, as published."""

    code: str
    name: str
    is_subcommittee: bool
    holds_it: bool
    activities: tuple[CommitteeActivity, ...]


class Summary(msgspec.Struct, frozen=True):
    """A summary by the Congressional Research Service. `html` is sanitised; None where we hold no words."""

    version_code: str
    acted_on: date
    description: str | None
    html: str | None


class TextVersion(msgspec.Struct, frozen=True):
    """A printed text and its addresses."""

    type: str
    issued_on: date | None
    urls: tuple[str, ...]


class Relation(msgspec.Struct, frozen=True):
    """A related measure, how it is related and who says so; `is_held` when we have a page for it."""

    key: str
    name: str
    congress: int
    title: str | None
    relationships: tuple[tuple[str, str], ...]
    is_held: bool


class BillDetail(msgspec.Struct, frozen=True):
    """A measure with all we hold of it. Lists are as published unless they say otherwise.

    `actions` is newest first with each thing once, although two systems may have told it; `names` are display
    names of every committee in it by code; `movement` covers the 30 days up to `today`.
    """

    bill: BillRow
    standing: Standing
    names: Mapping[str, str]
    published_at: datetime
    first_seen_at: datetime
    is_by_request: bool
    official_title: str | None
    titles: tuple[Title, ...]
    sponsors: tuple[Person, ...]
    cosponsors: tuple[Cosponsor, ...]
    withdrawn: tuple[Cosponsor, ...]
    movement: Movement
    committees: tuple[CommitteeWork, ...]
    actions: tuple[TimelineEntry, ...]
    votes: tuple[Vote, ...]
    texts: tuple[TextVersion, ...]
    related: tuple[Relation, ...]
    subjects: tuple[str, ...]
    summaries: tuple[Summary, ...]
    laws: tuple[Law, ...]
    reports: tuple[CommitteeReport, ...]
    cost_estimates: tuple[CostEstimate, ...]
    notes: tuple[str, ...]
    changes: tuple[ChangeRow, ...]


# --- the list ---------------------------------------------------------------------------------------

_KEYS: dict[Sort, tuple[Key, ...]] = {
    Sort.LATEST: (Key(BILL.c.latest_action_on, True, date), Key(BILL.c.id, True, int)),
    Sort.INTRODUCED: (Key(BILL.c.introduced_on, True, date), Key(BILL.c.id, True, int)),
    Sort.NUMBER: (
        Key(BILL.c.congress, True, int),
        Key(BILL.c.type, False, BillType),
        Key(BILL.c.number, False, int),
    ),
    Sort.COSPONSORS: (Key(BILL.c.cosponsor_count, True, int), Key(BILL.c.id, True, int)),
}
_ROW = (
    ITEM.c.key, ITEM.c.title, ITEM.c.url, ITEM.c.changed_at, ITEM.c.missing_since,
    BILL.c.id, BILL.c.congress, BILL.c.type, BILL.c.number, BILL.c.origin_chamber, BILL.c.introduced_on,
    BILL.c.latest_action_on, BILL.c.standing, BILL.c.cosponsor_count, BILL.c.policy_area,
    SPONSOR.c.bioguide, SPONSOR.c.name.label("printed_name"), SPONSOR.c.party, SPONSOR.c.state,
    SPONSOR.c.district, LEGISLATOR.c.full_name,
    *COLUMNS,
)  # fmt: skip
_MEASURE_WIDTH = 15  # how many of them are the measure's own; see _bill_row
_FROM = (
    BILL.join(ITEM, ITEM.c.id == BILL.c.id)
    .join(DOCUMENT, DOCUMENT.c.id == ITEM.c.document_id)
    .outerjoin(SPONSOR, (SPONSOR.c.item_id == BILL.c.id) & (SPONSOR.c.position == 0))
    .outerjoin(LEGISLATOR, LEGISLATOR.c.bioguide == SPONSOR.c.bioguide)
)

# Built once: putting a statement of so many columns together costs as much as running it.
_BILLS = select(*_ROW).select_from(_FROM)

_BY_ID = _BILLS.where(BILL.c.id.in_(bindparam("ids", expanding=True)))

_BIOGUIDE = re.compile(r"[A-Z]\d{6}")


def read_bill_filter(args: Mapping[str, str]) -> BillFilter:
    """The filter that a query string asks for. Unknown parameters are ignored, empty ones mean any.

    Raises BadParameterError for a value that its parameter cannot have.
    """
    return BillFilter(
        q=_words(args, "q"),
        congress=_congress(args.get("congress")),
        chamber=_member(args, "chamber", Chamber),
        stages=tuple(_one_of(name, "stage", Stage) for name in (args.get("stage") or "").split(",") if name),
        committee=(_words(args, "committee") or "").lower() or None,
        sponsor=_words(args, "sponsor"),
        cosponsor=(_words(args, "cosponsor") or "").upper() or None,
        country=read_country_code(args.get("country")),
        about=_target(args.get("about")),
        recommendation=read_recommendation_slug(args.get("recommendation")),
        verdict=_member(args, "verdict", Bearing),
        since=read_day(args, "since"),
        scope=_member(args, "scope", Scope) or Scope.SECURITY_ASSISTANCE,
    )


def read_sort(args: Mapping[str, str]) -> Sort:
    """The order that a query string asks for."""
    return _member(args, "sort", Sort) or Sort.LATEST


def list_bills(
    session: Session,
    which: BillFilter = ANY_BILL,
    *,
    today: date,
    sort: Sort = Sort.LATEST,
    place: Place = START,
) -> Page[BillRow]:
    """A page of measures, with how many there are in all. Raises BadParameterError for a strange cursor."""
    page = list_bill_ids(session, which, sort=sort, place=place)
    bills = bills_by_id(session, page.items, today)
    rows = tuple(bills[item_id] for item_id in page.items if item_id in bills)
    return Page(rows, page.total, page.first, page.last, page.next, page.previous)


def list_bill_ids(
    session: Session, which: BillFilter = ANY_BILL, *, sort: Sort = Sort.LATEST, place: Place = START
) -> Page[int]:
    """The same page as item ids. First which, then what of them: so that what an engine sorts stays narrow."""
    if which.q or which.sponsor:
        counted, found = _statements((*_conditions(which), *_found_first(session, which)), sort)
    else:
        counted, found = _kept_statements(which, sort)
    total = session.execute(counted).scalar_one()
    return read_ordered(session, found, place, total, lambda rows: [row.id for row in rows])


def _statements(conditions: Sequence[ColumnElement[bool]], sort: Sort) -> tuple[Select[int], Ordered]:
    """How many there are, and which."""
    counted = select(func.count()).select_from(BILL).where(*conditions)
    return counted, Ordered(select(BILL.c.id).where(*conditions), _KEYS[sort])


@lru_cache(maxsize=256)
def _kept_statements(which: BillFilter, sort: Sort) -> tuple[Select[int], Ordered]:
    """The same for a filter that is all in the statement: putting them together costs more than running them."""
    return _statements(_conditions(which), sort)


def bills_by_id(
    session: Session, ids: Sequence[int], today: date, names: Mapping[str, str] | None = None
) -> dict[int, BillRow]:
    """Measures by item id, for lists that another question ordered.

    `names` are display names of all committees, from a caller that has them at hand.
    """
    if not ids:
        return {}
    rows = session.execute(_BY_ID, {"ids": list(ids)}).all()
    bills = _bill_rows(session, rows, today, names)
    return {row.id: bill for row, bill in zip(rows, bills, strict=True)}


def held_measures(session: Session, reference: Reference, today: date) -> tuple[BillRow, ...]:
    """The measures that a reference may mean, newest Congress first."""
    conditions = [BILL.c.type == reference.type, BILL.c.number == reference.number]
    if reference.congress is not None:
        conditions.append(BILL.c.congress == reference.congress)
    statement = _BILLS.where(*conditions).order_by(BILL.c.congress.desc())
    return _bill_rows(session, session.execute(statement).all(), today)


def held_congresses(session: Session) -> tuple[int, ...]:
    """The Congresses that we hold measures of, newest first."""
    # A walk from one Congress to the next lower one: a DISTINCT would read the index of every measure.
    found: list[int] = []
    highest = select(func.max(BILL.c.congress))
    congress = session.execute(highest).scalar()
    while congress is not None:
        found.append(congress)
        congress = session.execute(highest.where(BILL.c.congress < congress)).scalar()
    return tuple(found)


def _bill_rows(
    session: Session, rows: Sequence[AnyRow], today: date, names: Mapping[str, str] | None = None
) -> tuple[BillRow, ...]:
    if names is None:
        names = committee_names(session, _codes(row.standing for row in rows))
    about = about_items(session, [row.id for row in rows])
    return tuple(_bill_row(row, today, names, about.get(row.id, NOTHING)) for row in rows)


def _codes(standings: Iterable[Standing]) -> set[str]:
    codes: set[str] = set()
    for standing in standings:
        codes.update(standing.committees)
        for milestone in standing.track:
            codes.update(milestone.committees)
    return codes


def _bill_row(row: AnyRow, today: date, names: Mapping[str, str], about: About) -> BillRow:
    # Taken apart at once: reading thirty columns by name, row for row, took longer than fetching them.
    (
        key, title, url, changed_at, missing_since, _, congress, type_, number, origin_chamber, introduced_on,
        latest_action_on, standing, cosponsor_count, policy_area,
    ) = row[:_MEASURE_WIDTH]  # fmt: skip
    kind = kind_of(type_, congress, title)
    return BillRow(
        key=key.removeprefix("bill:"),
        name=measure_name(type_, number),
        title=title,
        url=url,
        congress=congress,
        type=type_,
        number=number,
        origin_chamber=origin_chamber,
        introduced_on=introduced_on,
        latest_action_on=latest_action_on,
        stage=standing.stage,
        status=status_sentence(standing, kind, today, names),
        next_step=next_step_sentence(standing, kind, today, names),
        has_died=has_died(standing, kind, today),
        cosponsor_count=cosponsor_count,
        policy_area=policy_area,
        sponsor=person(row) if row.bioguide else None,
        changed_at=changed_at,
        missing_since=missing_since,
        document=provenance(row),
        about=about,
    )


def _words(args: Mapping[str, str], name: str) -> str | None:
    return (args.get(name) or "").replace("\0", "").strip()[:200] or None


def _congress(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 3):
        raise BadParameterError("congress", "congress takes a number such as 119.")
    return int(text)


def _member(args: Mapping[str, str], name: str, of: type[E]) -> E | None:
    value = args.get(name)
    return _one_of(value, name, of) if value else None


def _one_of(value: str, name: str, of: type[E]) -> E:
    try:
        return of(value)
    except ValueError as error:
        raise BadParameterError(name, f"{name} takes one of: {', '.join(of)}.") from error


def _target(text: str | None) -> str | None:
    kind, _, slug = (text or "").strip().partition(":")
    key = f"{kind.lower()}:{slug.upper() if kind.lower() == 'country' else slug.lower()}" if kind else None
    if key is not None and key not in all_targets():
        raise BadParameterError("about", "about takes what measures are linked to, such as programme:fmf.")
    return key


def _conditions(which: BillFilter) -> list[ColumnElement[bool]]:
    """What a statement can ask for by itself; for the rest see `_found_first`."""
    conditions: list[ColumnElement[bool]] = []
    if which.scope is Scope.SECURITY_ASSISTANCE and not (which.q and read_reference(which.q)):
        conditions.append(BILL.c.id.in_(items_in_scope()))
    if which.country:
        conditions.append(BILL.c.id.in_(items_about(f"country:{which.country}")))
    if which.about:
        conditions.append(BILL.c.id.in_(items_about(which.about)))
    if which.since is not None:
        conditions.append(BILL.c.latest_action_on >= which.since)
    if which.verdict and not which.recommendation:
        conditions.append(BILL.c.id.in_(items_bearing(None, which.verdict)))
    if which.recommendation:
        target = judged_target(which.recommendation) or ""
        bearing = items_bearing(target, which.verdict) if which.verdict else items_about(target)
        conditions.append(BILL.c.id.in_(bearing))
    if which.congress is not None:
        conditions.append(BILL.c.congress == which.congress)
    if which.chamber is not None:
        conditions.append(BILL.c.origin_chamber == which.chamber)
    if which.stages:
        conditions.append(BILL.c.stage.in_(which.stages))
    if which.committee:
        theirs = select(COMMITTEE.c.item_id).where(COMMITTEE.c.code == which.committee)
        conditions.append(BILL.c.id.in_(theirs))
    if which.cosponsor:
        joined = select(COSPONSOR.c.item_id).where(
            COSPONSOR.c.bioguide == which.cosponsor, COSPONSOR.c.withdrawn_on.is_(None)
        )
        conditions.append(BILL.c.id.in_(joined))
    return conditions


def _found_first(session: Session, which: BillFilter) -> list[ColumnElement[bool]]:
    """The parts of a filter that have to be looked up to become a condition: words and names."""
    conditions = _about(session, which.q) if which.q else []
    if which.sponsor:
        people = [which.sponsor] if _is_bioguide(which.sponsor) else find_people(session, which.sponsor)
        conditions.append(BILL.c.id.in_(select(SPONSOR.c.item_id).where(SPONSOR.c.bioguide.in_(people))))
    return conditions


def _is_bioguide(text: str) -> bool:
    return _BIOGUIDE.fullmatch(text) is not None


def _about(session: Session, text: str) -> list[ColumnElement[bool]]:
    """Measures of that number, or else those with all those words in them."""
    reference = read_reference(text)
    if reference is not None:
        found = [BILL.c.type == reference.type, BILL.c.number == reference.number]
        return found + ([BILL.c.congress == reference.congress] if reference.congress else [])
    phrases = read_phrases(text)
    if not phrases:
        return [BILL.c.id.is_(None)]
    return [BILL.c.id.in_(matching_ids(session, phrases))]


# --- one measure ------------------------------------------------------------------------------------

_DETAIL = (
    _BILLS.add_columns(
        BILL.c.published_at, BILL.c.is_by_request, BILL.c.laws, BILL.c.reports, BILL.c.cost_estimates,
        BILL.c.notes, ITEM.c.first_seen_at, DOSSIER.c.titles, DOSSIER.c.subjects, DOSSIER.c.actions,
        DOSSIER.c.identities, DOSSIER.c.readings, DOSSIER.c.summaries, DOSSIER.c.texts,
    )
    .join(DOSSIER, DOSSIER.c.item_id == BILL.c.id)
    .where(ITEM.c.key == bindparam("key"))
)  # fmt: skip
_CHANGES_SHOWN = 12


def read_bill(
    session: Session,
    key: str,
    *,
    today: date,
    known_until: date | None = None,
    names: Mapping[str, str] | None = None,
) -> BillDetail | None:
    """The measure of a key in our spelling (`119-s-1780`) with everything on it; None if we hold none.

    `today` is Washington's day: it decides whether the Congress has ended. The 30 days of cosponsors end on
    `known_until`, the last day that the source is known for: nobody has looked since. `names` are display names
    of all committees, from a caller that has them at hand.
    """
    row = session.execute(_DETAIL, {"key": f"bill:{key}"}).one_or_none()
    if row is None:
        return None
    standing: Standing = row.standing
    lines = tuple(map(_Line, row.actions, row.identities, row.readings))
    committees = session.execute(_COMMITTEES, {"item_id": row.id}).all()
    codes = _codes([standing]) | {committee.code for committee in committees}
    codes.update(code for action in row.actions for code in action.committees)
    names = _with_printed(committee_names(session, codes) if names is None else names, codes, committees)
    titles = tuple(Title(title.type, title.title) for title in row.titles)
    people = _cosponsors(session, row.id)
    timeline = _timeline(lines, names, row.congress)
    return BillDetail(
        bill=_bill_row(row, today, names, about_items(session, [row.id]).get(row.id, NOTHING)),
        standing=standing,
        names=names,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        is_by_request=row.is_by_request,
        official_title=official_title(titles),
        titles=titles,
        sponsors=_sponsors(session, row.id),
        cosponsors=tuple(one for one in people if one.withdrawn_on is None),
        withdrawn=tuple(one for one in people if one.withdrawn_on is not None),
        movement=movement(people, known_until or today),
        committees=tuple(_committee_work(committee, names, standing) for committee in committees),
        actions=timeline,
        votes=_distinct_votes(timeline),
        texts=tuple(TextVersion(text.type, text.issued_on, text.urls) for text in row.texts),
        related=_related(session, row.id),
        subjects=row.subjects,
        summaries=tuple(
            Summary(one.version_code, one.acted_on, one.description, one.html) for one in row.summaries
        ),
        laws=row.laws,
        reports=row.reports,
        cost_estimates=row.cost_estimates,
        notes=row.notes,
        changes=latest_changes(session, item_id=row.id, limit=_CHANGES_SHOWN),
    )


def official_title(titles: Sequence[Title]) -> str | None:
    """The title that says what the measure does, as introduced: the long one that the law has."""
    official = [title.title for title in titles if title.type.startswith("Official Title")]
    return official[0] if official else None


# --- its people ---


def _sponsors(session: Session, item_id: int) -> tuple[Person, ...]:
    return tuple(person(row) for row in session.execute(_named(SPONSOR), {"item_id": item_id}))


def _cosponsors(session: Session, item_id: int) -> tuple[Cosponsor, ...]:
    return tuple(
        Cosponsor(person(row), row.sponsored_on, row.is_original, row.withdrawn_on)
        for row in session.execute(_named(COSPONSOR), {"item_id": item_id})
    )


@cache
def _named(table: Table) -> Select[Any]:
    """A list of people with the names they have now beside the printed ones."""
    return (
        select(table, table.c.name.label("printed_name"), LEGISLATOR.c.full_name)
        .select_from(table.join(LEGISLATOR, LEGISLATOR.c.bioguide == table.c.bioguide))
        .where(table.c.item_id == bindparam("item_id"))
        .order_by(table.c.position)
    )  # fmt: skip


def movement(people: Sequence[Cosponsor], today: date, days: int = MOVEMENT_DAYS) -> Movement:
    """Who joined and who withdrew on the `days` days up to `today`, today included."""
    since = today - timedelta(days=days)
    return Movement(
        since,
        today,
        joined=tuple(one for one in people if one.sponsored_on and since < one.sponsored_on <= today),
        withdrawn=tuple(one for one in people if one.withdrawn_on and since < one.withdrawn_on <= today),
    )


# --- its committees and relations ---


_COMMITTEES = (
    select(COMMITTEE).where(COMMITTEE.c.item_id == bindparam("item_id")).order_by(COMMITTEE.c.position)
)


def _with_printed(
    known: Mapping[str, str], codes: Iterable[str], printed: Sequence[AnyRow]
) -> dict[str, str]:
    """Names of all the codes; one that no listing knows is called what the measure prints."""
    names = {code: known[code] for code in codes if code in known}
    for row in printed:
        if row.code not in names:
            names[row.code] = display_name(row.name, row.chamber, names.get(row.parent or ""))
    return names


def _committee_work(row: AnyRow, names: Mapping[str, str], standing: Standing) -> CommitteeWork:
    return CommitteeWork(
        row.code, names[row.code], row.parent is not None, row.code in standing.committees, row.activities
    )


_RELATED = (
    select(
        RELATION.c.congress, RELATION.c.type, RELATION.c.number, RELATION.c.title, RELATION.c.relationships,
        BILL.c.id.label("held_id"),
    )
    .select_from(
        RELATION.outerjoin(
            BILL,
            (BILL.c.congress == RELATION.c.congress)
            & (BILL.c.type == RELATION.c.type)
            & (BILL.c.number == RELATION.c.number),
        )
    )
    .where(RELATION.c.item_id == bindparam("item_id"))
    .order_by(RELATION.c.position)
)  # fmt: skip


def _related(session: Session, item_id: int) -> tuple[Relation, ...]:
    rows = session.execute(_RELATED, {"item_id": item_id})
    return tuple(
        Relation(
            key=f"{row.congress}-{row.type.value}-{row.number}",
            name=measure_name(row.type, row.number),
            congress=row.congress,
            title=row.title,
            relationships=row.relationships,
            is_held=row.held_id is not None,
        )
        for row in rows
    )


# --- its history ---


_SECOND_TELLER = "Library of Congress"
_Thing = tuple[str, int]


class _Line(NamedTuple):
    """A line of the official history, its name among the others, and what it means."""

    action: Action
    identity: str
    reading: Reading | None


def _timeline(lines: Sequence[_Line], names: Mapping[str, str], congress: int) -> tuple[TimelineEntry, ...]:
    """Each thing that happened once, newest first."""
    things = _things(lines)
    told: dict[_Thing, list[_Line]] = {}
    for line, thing in zip(lines, _told_again(lines, things), strict=True):
        told.setdefault(thing, []).append(line)
    entries = [_entry(twins, names, congress) for twins in told.values()]
    return tuple(sorted(entries, key=lambda entry: entry.on, reverse=True))


def _things(lines: Sequence[_Line]) -> list[_Thing]:
    """What each line tells: its day and wording, and which of several equal lines it is.

    Lines of one day and one wording are twins: told by two systems, or by one under two codes, as the Library
    of Congress does. Equal lines of one system under one code (two committees) are two things.
    """
    seen: Counter[tuple[str, str | None, str | None]] = Counter()
    things = []
    for line in lines:
        wording = ":".join(line.identity.split(":")[:2])  # without the number that tells equal lines apart
        told = (wording, line.action.system, line.action.code)
        things.append((wording, seen[told]))
        seen[told] += 1
    return things


def _told_again(lines: Sequence[_Line], things: Sequence[_Thing]) -> list[_Thing]:
    """The same, where the Library of Congress tells a chamber's step of the day in other words as well."""
    steps: dict[tuple[Any, ...], set[_Thing]] = {}
    for line, thing in zip(lines, things, strict=True):
        if line.reading and line.action.system != _SECOND_TELLER:
            steps.setdefault(_step(line, line.reading), set()).add(thing)
    found = []
    for line, thing in zip(lines, things, strict=True):
        same: set[_Thing] = set()
        if line.reading and line.action.system == _SECOND_TELLER:
            same = steps.get(_step(line, line.reading), same)
        found.append(next(iter(same)) if len(same) == 1 else thing)
    return found


def _step(line: _Line, reading: Reading) -> tuple[Any, ...]:
    return line.action.acted_on, reading.event, reading.chamber


def _entry(twins: Sequence[_Line], names: Mapping[str, str], congress: int) -> TimelineEntry:
    best = max(twins, key=_fullness)
    reading = next((line.reading for line in twins if line.reading is not None), None)
    codes = dict.fromkeys(code for line in twins for code in line.action.committees)
    committees = tuple(names[code] for code in codes if code in names)
    ours = action_sentence(reading, best.action.acted_on, committees) if reading else ""
    return TimelineEntry(
        on=best.action.acted_on,
        at=next((line.action.acted_at for line in twins if line.action.acted_at), None),
        text=best.action.text or ours or _NO_WORDS,
        is_ours=not best.action.text,
        system=best.action.system,
        reading=reading,
        committees=committees,
        votes=_votes(twins, reading, ours, congress),
    )


_NO_WORDS = "The publisher lists a step on this day without saying what it was."


def _fullness(line: _Line) -> tuple[bool, bool, bool]:
    """Of two lines that say the same, the chamber's own is the one to show."""
    return bool(line.action.text), line.action.system != _SECOND_TELLER, bool(line.action.votes)


def _votes(twins: Sequence[_Line], reading: Reading | None, sentence: str, congress: int) -> tuple[Vote, ...]:
    """The roll calls of one line: as published, or by the number that its text gives."""
    on = twins[0].action.acted_on
    published: list[RecordedVote] = [vote for line in twins for vote in line.action.votes]
    if not published and reading and reading.roll and reading.chamber:
        published = [RecordedVote(reading.chamber, congress, session_on(on), reading.roll)]
    found = {(vote.chamber, vote.session, vote.roll): vote for vote in reversed(published)}
    return tuple(
        Vote(
            vote.chamber, vote.congress, vote.session, vote.roll, on,
            reading.yeas if reading else None, reading.nays if reading else None, sentence, vote.url,
            vote_page(vote.chamber, vote.congress, vote.session, vote.roll, on),
        )
        for vote in reversed(found.values())
    )  # fmt: skip


def _distinct_votes(timeline: Sequence[TimelineEntry]) -> tuple[Vote, ...]:
    """Every roll call once, newest first; of two lines about one, the line that says what was decided."""
    found: dict[tuple[Chamber, int, int], Vote] = {}
    for entry in timeline:
        for vote in entry.votes:
            name = (vote.chamber, vote.session, vote.roll)
            if name not in found or (vote.sentence and not found[name].sentence):
                found[name] = vote
    return tuple(found.values())
