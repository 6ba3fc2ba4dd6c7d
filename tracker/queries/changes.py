"""The public log: every change that is not held back, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, Integer, Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from scrapers.times import EASTERN
from tracker.arms_sales.words import TRANSMITTAL, sale_name
from tracker.changes import KINDS
from tracker.linking.targets import judged_target
from tracker.models import AuditRecommendation, Change, Collection, Item
from tracker.queries.links import (
    items_about,
    items_in_scope,
    items_measured,
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
    read_day,
    read_ordered,
)
from tracker.queries.provenance import COLUMNS, DOCUMENT, Provenance, provenance
from tracker.queries.spelling import read_key, read_reference
from tracker.sentences import measure_name
from tracker.watchdogs.names import AUDIT, REPORT, audit_name, report_name

CHANGE = cast(Table, Change.__table__)
ITEM = cast(Table, Item.__table__)
COLLECTION = cast(Table, Collection.__table__)
AUDIT_TABLE = cast(Table, AuditRecommendation.__table__)


class ChangeFilter(msgspec.Struct, frozen=True):
    """Which changes: of one kind, of one item (`bill:119-s-1780`; a report with its recommendations), from one
    source; None for any.

    `country` (`EGY`) leaves what changed on items in scope that are linked to it, `since` what we first saw on
    that day in Washington or later. `recommendation` (a slug, or ANY_RECOMMENDATION) leaves what changed on items
    that are linked to it or judged on it.
    """

    kind: str | None = None
    item: str | None = None
    source: str | None = None
    country: str | None = None
    since: date | None = None
    recommendation: str | None = None


ANY_CHANGE = ChangeFilter()
ANY_RECOMMENDATION = "any"


class ChangeRow(msgspec.Struct, frozen=True):
    """A change as the log shows it.

    `item_key` is whole (`bill:119-s-1780`), `item_name` short ("S. 1780"). `old` and `new` are the plain
    values that `phrases.change_sentence` understands. `occurred_on` is the source's date, if it has one.
    """

    id: int
    kind: str
    item_key: str
    item_kind: str
    item_name: str
    item_title: str
    occurred_on: date | None
    first_seen_at: datetime
    old: Any
    new: Any
    document: Provenance

    @property
    def path(self) -> str:
        """The item's page."""
        return item_path(self.item_key)


_CHANGES = select(
    CHANGE.c.id, CHANGE.c.kind, CHANGE.c.occurred_on, CHANGE.c.first_seen_at, CHANGE.c.old, CHANGE.c.new,
    ITEM.c.key, ITEM.c.kind.label("item_kind"), ITEM.c.title, *COLUMNS,
).select_from(
    CHANGE.join(ITEM, ITEM.c.id == CHANGE.c.item_id).join(DOCUMENT, DOCUMENT.c.id == CHANGE.c.document_id)
)  # fmt: skip


def item_name(key: str, title: str) -> str:
    """What an item is called in a list: by its number, or by its title where it has none."""
    kind, _, rest = key.partition(":")
    if kind == REPORT:
        return report_name(key, title)
    if kind == AUDIT:
        return audit_name(key)
    if kind == "arms-sale":
        return sale_name(rest) if TRANSMITTAL.fullmatch(rest) else title
    reference = read_key(key.removeprefix("bill:"))
    return measure_name(reference.type, reference.number) if reference else title


def item_path(key: str) -> str:
    """The address of an item's page: `/bills/119-s-1780`."""
    kind, _, rest = key.partition(":")
    return f"/{kind}s/{rest}"


def read_change_filter(args: Mapping[str, str]) -> ChangeFilter:
    """The filter that a query string asks for; unknown parameters are ignored.

    Raises BadParameterError for a kind or country that there is not, and for what is no day. An item may be
    spelled as people do.
    """
    kind = args.get("kind") or None
    if kind is not None and kind not in KINDS:
        raise BadParameterError("kind", f"There is no kind of change called “{kind[:40]}”.")
    item = (args.get("item") or "").replace("\0", "").strip() or None
    if item is not None and ":" not in item:
        reference = read_reference(item)
        item = f"bill:{reference.key}" if reference and reference.key else item
    return ChangeFilter(
        kind,
        item,
        (args.get("source") or "").replace("\0", "").strip() or None,
        read_country_code(args.get("country")),
        read_day(args, "since"),
        _recommendation(args.get("recommendation")),
    )


def _recommendation(text: str | None) -> str | None:
    return ANY_RECOMMENDATION if text == ANY_RECOMMENDATION else read_recommendation_slug(text)


def list_changes(session: Session, which: ChangeFilter = ANY_CHANGE, place: Place = START) -> Page[ChangeRow]:
    """A page of the log, newest first."""
    counted, found = _statements(which)
    total = session.execute(counted).scalar_one()
    return read_ordered(session, found, place, total, _change_rows)


def list_where(session: Session, condition: ColumnElement[bool], place: Place = START) -> Page[ChangeRow]:
    """A page of the published changes that fit a condition on change, item and document, newest first."""
    found = _CHANGES.where(CHANGE.c.held.is_(False), condition)
    total = session.execute(select(func.count()).select_from(found.subquery())).scalar_one()
    return read_ordered(session, Ordered(found, [Key(CHANGE.c.id, True, int)]), place, total, _change_rows)


def count_changes(session: Session, which: ChangeFilter) -> int:
    """How many changes a filter leaves."""
    counted, _ = _statements(which)
    return session.execute(counted).scalar_one()


@lru_cache(maxsize=256)
def _statements(which: ChangeFilter) -> tuple[Select[int], Ordered]:
    """How many there are, and which: putting the statements together costs more than running them."""
    conditions = _conditions(which)
    counted = _joined(select(func.count()), which).where(*conditions)
    return counted, Ordered(_CHANGES.where(*conditions), [Key(CHANGE.c.id, True, int)])


_NEWEST = (
    _CHANGES.where(CHANGE.c.held.is_(False))
    .order_by(CHANGE.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_NEWEST_OF_ITEM = _NEWEST.where(CHANGE.c.item_id == bindparam("item_id"))
_NEWEST_IN_SCOPE = _NEWEST.where(CHANGE.c.item_id.in_(items_in_scope()))


def latest_changes(session: Session, *, item_id: int | None = None, limit: int) -> tuple[ChangeRow, ...]:
    """The newest changes, of one item or of all that concern security assistance, without counting."""
    if item_id is None:
        rows = session.execute(_NEWEST_IN_SCOPE, {"most": limit})
    else:
        rows = session.execute(_NEWEST_OF_ITEM, {"most": limit, "item_id": item_id})
    return tuple(_change_rows(rows.all()))


def following_since(session: Session) -> datetime | None:
    """When the first collection ended well: what happened before that is history and not in the ledger."""
    return cast(
        datetime | None,
        session.execute(
            select(COLLECTION.c.finished_at)
            .where(COLLECTION.c.status == "ok")
            .order_by(COLLECTION.c.id)
            .limit(1)
        ).scalar(),
    )


def _conditions(which: ChangeFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [CHANGE.c.held.is_(False)]
    if which.kind is not None:
        conditions.append(CHANGE.c.kind == which.kind)
    if which.item is not None:
        conditions.append(_of_item(which.item))
    if which.source is not None:
        conditions.append(DOCUMENT.c.source == which.source)
    if which.country is not None:
        conditions += [
            CHANGE.c.item_id.in_(items_about(f"country:{which.country}")),
            CHANGE.c.item_id.in_(items_in_scope()),
        ]
    if which.recommendation == ANY_RECOMMENDATION:
        conditions.append(CHANGE.c.item_id.in_(items_measured()))
    elif which.recommendation is not None:
        target = judged_target(which.recommendation) or ""
        conditions.append(CHANGE.c.item_id.in_(items_about(target)))
    if which.since is not None:
        conditions.append(CHANGE.c.first_seen_at >= day_begins(which.since))
    return conditions


def _of_item(key: str) -> ColumnElement[bool]:
    """Changes of an item; those of a report are its recommendations' as well."""
    wanted = select(ITEM.c.id).where(ITEM.c.key == key).scalar_subquery()
    if not key.startswith(f"{REPORT}:"):
        return CHANGE.c.item_id == wanted
    asked = select(AUDIT_TABLE.c.id).where(AUDIT_TABLE.c.report_id == wanted)
    return (CHANGE.c.item_id == wanted) | CHANGE.c.item_id.in_(asked)


def day_begins(day: date) -> datetime:
    """The instant at which a day begins in Washington."""
    return datetime.combine(day, time(), EASTERN).astimezone(UTC)


def _joined(statement: Select[Any], which: ChangeFilter) -> Select[Any]:
    """Counting needs the document only where the source is asked for."""
    if which.source is None:
        return statement.select_from(CHANGE)
    return statement.select_from(CHANGE.join(DOCUMENT, DOCUMENT.c.id == CHANGE.c.document_id))


def _change_rows(rows: Sequence[AnyRow]) -> list[ChangeRow]:
    return [_row(row) for row in rows]


def _row(row: AnyRow) -> ChangeRow:
    return ChangeRow(
        row.id,
        row.kind,
        row.key,
        row.item_kind,
        item_name(row.key, row.title),
        row.title,
        row.occurred_on,
        row.first_seen_at,
        row.old,
        row.new,
        provenance(row),
    )


# --- one change, for the API and feeds --------------------------------------------------------------


def read_change(session: Session, change_id: int) -> ChangeRow | None:
    """The change of that number; None if there is none, or an editor holds it back."""
    row = session.execute(
        _CHANGES.where(CHANGE.c.id == change_id, CHANGE.c.held.is_(False))
    ).one_or_none()  # fmt: skip
    return None if row is None else _row(row)


def natural_keys(session: Session, changes: Sequence[ChangeRow]) -> dict[int, str]:
    """What names each change for good, by its number: the same in any database, unique with item and kind."""
    wanted = [change.id for change in changes]
    rows = session.execute(select(CHANGE.c.id, CHANGE.c.natural_key).where(CHANGE.c.id.in_(wanted)))
    return {row.id: row.natural_key for row in rows}
