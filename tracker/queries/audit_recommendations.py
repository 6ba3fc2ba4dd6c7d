"""Audit recommendations: the list, how many are open for how long, those of a report, and one with its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from scrapers.records import AuditKind
from tracker.linking.targets import judged_target
from tracker.models import AuditAddressee, AuditRecommendation, Item, Report
from tracker.queries.bills import Scope
from tracker.queries.changes import ChangeRow, latest_changes
from tracker.queries.full_text import matching_ids
from tracker.queries.links import (
    NOTHING,
    About,
    ShownLink,
    about_items,
    items_about,
    items_in_scope,
    read_country_code,
    read_recommendation_slug,
)
from tracker.queries.paging import (
    START,
    AnyRow,
    BadParameterError,
    Key,
    Ordered,
    Page,
    Place,
    read_choice,
    read_ordered,
    read_word,
)
from tracker.queries.provenance import COLUMNS, DOCUMENT, Provenance, provenance
from tracker.queries.words import read_phrases
from tracker.watchdogs.lifecycle import AuditFacts
from tracker.watchdogs.names import AUDIT as KIND
from tracker.watchdogs.names import REPORT as REPORT_KIND
from tracker.watchdogs.names import agency_slug, audit_name, slug
from tracker.watchdogs.statuses import OPEN_STATUSES, AuditStatus
from tracker.watchdogs.words import AGES, age_of, age_words, audit_sentence, what_it_is, years_before

ITEM = cast(Table, Item.__table__)
AUDIT = cast(Table, AuditRecommendation.__table__)
REPORT = cast(Table, Report.__table__)
ADDRESSEE = cast(Table, AuditAddressee.__table__)
_OF_REPORT = ITEM.alias("report_item")


class AuditSort(StrEnum):
    """The orders of the list: by the day of the report, the newest or the oldest first."""

    LATEST = "latest"
    OLDEST = "oldest"


ANY_OPEN, ANY_CLOSED = "any-open", "any-closed"
"""Words for `status` beside the statuses themselves: those that nobody says are done with, and the others."""

STATUSES: Mapping[str, tuple[AuditStatus, ...]] = {
    ANY_OPEN: OPEN_STATUSES,
    ANY_CLOSED: tuple(status for status in AuditStatus if status.value.startswith("closed")),
    **{status.value: (status,) for status in AuditStatus},
}


class AuditFilter(msgspec.Struct, frozen=True):
    """Which recommendations; None for any.

    `status` is one of STATUSES, `agency` an addressee as an address has it (`department-of-state`), `age` the key of
    one of AGES, `report` the key of a report, `country` and `recommendation` as in the list of reports.
    """

    q: str | None = None
    status: str | None = None
    agency: str | None = None
    priority: bool | None = None
    country: str | None = None
    recommendation: str | None = None
    age: str | None = None
    report: str | None = None
    scope: Scope = Scope.ALL


ANY_AUDIT = AuditFilter()


class AuditRow(msgspec.Struct, frozen=True):
    """A recommendation in a list. `key` is `gao-25-107622-4`, `name` says report and number.

    `sentence` says where it stands and for how long, `age` how old it is, as of the `today` that was asked for.
    `last_seen_at` is the time of the newest listing that had it.
    """

    id: int
    key: str
    name: str
    what: str
    report_key: str
    report_name: str
    report_title: str
    url: str
    kind: AuditKind
    status: AuditStatus
    is_priority: bool | None
    opened_on: date
    age: str
    sentence: str
    gone_on: date | None
    facts: AuditFacts
    about: About
    first_seen_at: datetime
    last_seen_at: datetime
    changed_at: datetime
    document: Provenance

    @property
    def title(self) -> str:
        """What its report is called, which is what it is found by."""
        return self.report_title

    @property
    def path(self) -> str:
        """Its page."""
        return f"/audit-recommendations/{self.key}"

    @property
    def report_path(self) -> str:
        """The page of its report."""
        return f"/reports/{self.report_key}"

    @property
    def is_open(self) -> bool:
        """Nobody says that it is done with."""
        return self.status in OPEN_STATUSES

    @property
    def addressees(self) -> tuple[str, ...]:
        """Who was told to do it."""
        return tuple(one.name for one in self.facts.addressees)


class AuditDetail(msgspec.Struct, frozen=True):
    """A recommendation with its history. `about` has what its report is about as well."""

    audit: AuditRow
    publisher: str
    about: About
    changes: tuple[ChangeRow, ...]


# --- the list ---------------------------------------------------------------------------------------

_KEYS = {
    AuditSort.LATEST: (Key(AUDIT.c.opened_on, True, date), Key(AUDIT.c.id, True, int)),
    AuditSort.OLDEST: (Key(AUDIT.c.opened_on, False, date), Key(AUDIT.c.id, False, int)),
}
_AUDITS = (
    select(
        AUDIT.c.id, AUDIT.c.audit_kind, AUDIT.c.status, AUDIT.c.is_priority, AUDIT.c.opened_on, AUDIT.c.gone_on,
        AUDIT.c.as_of, AUDIT.c.facts, AUDIT.c.report_id,
        ITEM.c.key, ITEM.c.url, ITEM.c.first_seen_at, ITEM.c.changed_at,
        _OF_REPORT.c.key.label("report_key"), _OF_REPORT.c.title.label("report_title"),
        _OF_REPORT.c.url.label("report_url"), REPORT.c.number, REPORT.c.publisher, *COLUMNS,
    )
    .join_from(AUDIT, ITEM, ITEM.c.id == AUDIT.c.id)
    .join(REPORT, REPORT.c.id == AUDIT.c.report_id)
    .join(_OF_REPORT, _OF_REPORT.c.id == AUDIT.c.report_id)
    .join(DOCUMENT, DOCUMENT.c.id == ITEM.c.document_id)
)  # fmt: skip
_BY_ID = _AUDITS.where(AUDIT.c.id.in_(bindparam("ids", expanding=True)))


def read_audit_filter(args: Mapping[str, str]) -> AuditFilter:
    """The filter that a query string asks for; unknown parameters are ignored, empty ones mean any.

    A reader's list begins with what is in scope. Raises BadParameterError for a value that its parameter cannot have.
    """
    given = {name: read_word(args, name) for name in PARAMETERS}
    _check(given, "status", STATUSES)
    _check(given, "priority", ("0", "1"))
    _check(given, "age", [age.key for age in AGES])
    return AuditFilter(
        q=given["q"][:200] or None,
        status=given["status"] or None,
        agency=agency_slug(given["agency"]) or None,
        priority=given["priority"] == "1" if given["priority"] else None,
        country=read_country_code(given["country"]),
        recommendation=read_recommendation_slug(given["recommendation"]),
        age=given["age"] or None,
        report=slug(given["report"])[:60] or None,
        scope=read_choice(args, "scope", Scope) or Scope.SECURITY_ASSISTANCE,
    )


PARAMETERS = ("q", "status", "agency", "priority", "country", "recommendation", "age", "report", "scope")


def _check(given: Mapping[str, str], name: str, allowed: Sequence[str] | Mapping[str, object]) -> None:
    if given[name] and given[name] not in allowed:
        raise BadParameterError(name, f"{name} takes one of: {', '.join(allowed)}.")


def read_audit_sort(args: Mapping[str, str]) -> AuditSort:
    """The order that a query string asks for. Raises BadParameterError."""
    return read_choice(args, "sort", AuditSort) or AuditSort.LATEST


def list_audits(
    session: Session,
    which: AuditFilter = ANY_AUDIT,
    *,
    today: date,
    sort: AuditSort = AuditSort.LATEST,
    place: Place = START,
) -> Page[AuditRow]:
    """A page of recommendations. Raises BadParameterError for a strange cursor."""
    conditions = _conditions(session, which, today)
    total = session.execute(select(func.count()).select_from(AUDIT).where(*conditions)).scalar_one()
    found = Ordered(_AUDITS.where(*conditions), _KEYS[sort])
    return read_ordered(session, found, place, total, lambda rows: _rows(session, rows, today))


def _conditions(session: Session, which: AuditFilter, today: date) -> list[ColumnElement[bool]]:
    conditions = _fixed(msgspec.structs.replace(which, q=None, age=None))
    if which.age is not None:
        age = next(age for age in AGES if age.key == which.age)
        if age.years:
            conditions.append(AUDIT.c.opened_on <= years_before(today, age.years))
        if age.below is not None:
            conditions.append(AUDIT.c.opened_on > years_before(today, age.below))
    if which.q:
        phrases = read_phrases(which.q)
        words = AUDIT.c.id.in_(matching_ids(session, phrases)) if phrases else AUDIT.c.id.is_(None)
        conditions.append(words)
    return conditions


def _fixed(which: AuditFilter) -> list[ColumnElement[bool]]:
    """What does not hang on the day or on words."""
    return list(_remembered(which))


@lru_cache(maxsize=128)
def _remembered(which: AuditFilter) -> tuple[ColumnElement[bool], ...]:
    conditions: list[ColumnElement[bool]] = []
    if which.scope is Scope.SECURITY_ASSISTANCE:
        # A recommendation of a report that is in scope is in scope with it.
        in_scope = items_in_scope()
        conditions.append(AUDIT.c.id.in_(in_scope) | AUDIT.c.report_id.in_(in_scope))
    if which.status is not None:
        conditions.append(AUDIT.c.status.in_(STATUSES[which.status]))
    if which.agency is not None:
        told = select(ADDRESSEE.c.item_id).where(ADDRESSEE.c.agency == which.agency)
        conditions.append(AUDIT.c.id.in_(told))
    if which.priority is not None:
        conditions.append(AUDIT.c.is_priority == which.priority)
    if which.country is not None:
        conditions.append(_is_about(f"country:{which.country}"))
    if which.recommendation is not None:
        conditions.append(_is_about(judged_target(which.recommendation) or ""))
    if which.report is not None:
        report = select(ITEM.c.id).where(ITEM.c.key == f"{REPORT_KIND}:{which.report}").scalar_subquery()
        conditions.append(AUDIT.c.report_id == report)
    return tuple(conditions)


def _is_about(target: str) -> ColumnElement[bool]:
    """A recommendation is about what its own words name, and what its report is about."""
    return AUDIT.c.id.in_(items_about(target)) | AUDIT.c.report_id.in_(items_about(target))


def audits_by_id(session: Session, ids: Sequence[int], today: date) -> dict[int, AuditRow]:
    """Recommendations by item id, for lists that another question ordered."""
    rows = session.execute(_BY_ID, {"ids": list(ids)}).all() if ids else ()
    return {row.id: row for row in _rows(session, rows, today)}


def audits_of(session: Session, report_id: int, today: date) -> tuple[AuditRow, ...]:
    """The recommendations of a report in the order of their numbers, matters for Congress last."""
    rows = session.execute(_AUDITS.where(AUDIT.c.report_id == report_id)).all()
    found = _rows(session, rows, today)
    return tuple(sorted(found, key=lambda one: (one.kind is AuditKind.MATTER, _in_order(one))))


def _in_order(one: AuditRow) -> tuple[bool, tuple[int, ...], str]:
    number = one.facts.number
    parts = tuple(int(part[:9]) for part in (number or "").split("-") if part.isdecimal())
    return number is None, parts, one.key


def _rows(session: Session, rows: Sequence[AnyRow], today: date) -> list[AuditRow]:
    about = about_items(session, [row.id for row in rows]) if rows else {}
    return [_row(row, about.get(row.id, NOTHING), today) for row in rows]


def _row(row: AnyRow, about: About, today: date) -> AuditRow:
    facts: AuditFacts = row.facts
    return AuditRow(
        id=row.id,
        key=row.key.partition(":")[2],
        name=audit_name(row.key),
        what=what_it_is(facts),
        report_key=row.report_key.partition(":")[2],
        report_name=row.number or row.report_title,
        report_title=row.report_title,
        url=row.report_url,
        kind=row.audit_kind,
        status=row.status,
        is_priority=row.is_priority,
        opened_on=row.opened_on,
        age=age_words(row.opened_on, today),
        sentence=audit_sentence(facts, row.opened_on, today),
        gone_on=row.gone_on,
        facts=facts,
        about=about,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.as_of,
        changed_at=row.changed_at,
        document=provenance(row),
    )


# --- how many, for how long -------------------------------------------------------------------------


class AgeCount(msgspec.Struct, frozen=True):
    """How many open ones are of an age: those of which nothing is done yet, and those partly addressed."""

    key: str
    label: str
    open: int
    partial: int

    @property
    def total(self) -> int:
        return self.open + self.partial


def open_by_age(session: Session, which: AuditFilter, *, today: date) -> tuple[AgeCount, ...]:
    """Open recommendations by age, youngest first, with the filter's other conditions. One question."""
    wanted = msgspec.structs.replace(which, status=ANY_OPEN, age=None)
    rows = session.execute(
        select(AUDIT.c.opened_on, AUDIT.c.status, func.count())
        .where(*_conditions(session, wanted, today))
        .group_by(AUDIT.c.opened_on, AUDIT.c.status)
    )
    counts: Counter[tuple[str, bool]] = Counter()
    for opened_on, status, count in rows:
        counts[age_of(opened_on, today).key, status is AuditStatus.PARTIALLY_ADDRESSED] += count
    return tuple(AgeCount(age.key, age.label, counts[age.key, False], counts[age.key, True]) for age in AGES)


class Held(msgspec.Struct, frozen=True):
    """What a filter can choose from: agencies by name with how many they were told, and how many there are in all."""

    agencies: tuple[tuple[str, str, int], ...]
    total: int
    in_scope: int
    newest: datetime | None


def held_audits(session: Session) -> Held:
    """Whom recommendations in scope are addressed to; and how many are held, as of which listing."""
    in_scope = _fixed(AuditFilter(scope=Scope.SECURITY_ASSISTANCE))
    wanted = select(AUDIT.c.id).where(*in_scope)
    rows = session.execute(
        select(ADDRESSEE.c.agency, func.max(ADDRESSEE.c.name), func.count())
        .where(ADDRESSEE.c.item_id.in_(wanted))
        .group_by(ADDRESSEE.c.agency)
        .order_by(ADDRESSEE.c.agency)
    ).all()
    total, newest = session.execute(select(func.count(), func.max(AUDIT.c.as_of))).one()
    counted: Select[int] = select(func.count()).select_from(wanted.subquery())
    return Held(
        tuple((agency, name, count) for agency, name, count in rows),
        total,
        session.execute(counted).scalar_one(),
        newest,
    )


# --- one of them ------------------------------------------------------------------------------------


def read_audit(session: Session, key: str, *, today: date) -> AuditDetail | None:
    """The recommendation of that key (`gao-25-107622-4`); None if there is none."""
    if not key.isprintable():
        return None
    found = session.execute(_AUDITS.where(ITEM.c.key == f"{KIND}:{key}")).one_or_none()
    if found is None:
        return None
    (row,) = _rows(session, [found], today)
    report = about_items(session, [found.report_id]).get(found.report_id, NOTHING)
    changes = latest_changes(session, item_id=row.id, limit=50)
    return AuditDetail(row, found.publisher, _together(row.about, report), changes)


def _together(own: About, report: About) -> About:
    """What a recommendation is about by its own words, then what only its report is about."""

    def both(one: Sequence[ShownLink], other: Sequence[ShownLink]) -> tuple[ShownLink, ...]:
        known = {link.target.key for link in one}
        return (*one, *(link for link in other if link.target.key not in known))

    return About(
        scope=own.scope or report.scope,
        countries=both(own.countries, report.countries),
        regions=both(own.regions, report.regions),
        programmes=both(own.programmes, report.programmes),
        authorities=both(own.authorities, report.authorities),
        concerns=both(own.concerns, report.concerns),
        judgements=(*own.judgements, *report.judgements),
    )
