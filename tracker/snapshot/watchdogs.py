"""Reports and audit recommendations in a file of facts: from rows to lines, and back to what the store takes.

Of what a watchdog wrote there are titles, numbers, dates, statuses, names and addresses, and no prose. Where words
were, a mark stands for them, so that the first collection fills them in and announces nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Table, exists, or_, select

from scrapers import records
from tracker.ingest.audit_recommendations import AUDITS, Bundled
from tracker.ingest.reports import ITEM, REPORTS, TOLD, Known
from tracker.linking.evidence import SCOPE
from tracker.models import Link
from tracker.snapshot.parts import Part
from tracker.watchdogs.lifecycle import Addressee, AuditFacts
from tracker.watchdogs.names import AUDIT, REPORT
from tracker.watchdogs.statuses import AuditStatus

if TYPE_CHECKING:
    from tracker.snapshot import facts

LINK = cast(Table, Link.__table__)


class AddresseePart(Part, frozen=True):
    """Somebody who was told, and where it stands with them; a mark stands for the watchdog's comment."""

    name: str
    raw: str
    status: AuditStatus
    is_priority: bool | None = None
    comment_mark: str = ""
    closed_on: date | None = None
    gone_on: date | None = None


# --- rows to lines ----------------------------------------------------------------------------------


def _is_in_scope(item: Any) -> Any:
    return exists().where(LINK.c.item_id == item, LINK.c.target == SCOPE, LINK.c.is_shown)


_REPORTS = (
    select(
        ITEM.c.key, ITEM.c.url, ITEM.c.document_id.label("item_document_id"), REPORTS.c.watchdog,
        REPORTS.c.publisher, REPORTS.c.publisher_kind, REPORTS.c.number, REPORTS.c.facts, TOLD.c.told,
        TOLD.c.document_id,
    )
    .join_from(REPORTS, ITEM, ITEM.c.id == REPORTS.c.id)
    .outerjoin(TOLD, TOLD.c.item_id == REPORTS.c.id)
    .order_by(ITEM.c.key, TOLD.c.document_id)
)  # fmt: skip
_OF_REPORT = ITEM.alias("report_item")
_AUDITS = (
    select(
        ITEM.c.key, ITEM.c.document_id, AUDITS.c.facts, AUDITS.c.as_of, AUDITS.c.listed_in,
        _OF_REPORT.c.key.label("report_key"),
    )
    .join_from(AUDITS, ITEM, ITEM.c.id == AUDITS.c.id)
    .join(_OF_REPORT, _OF_REPORT.c.id == AUDITS.c.report_id)
    .order_by(ITEM.c.key)
)  # fmt: skip


def report_rows(connection: Connection) -> list[Any]:
    """What each document says of each report on security assistance, and reports known by a recommendation on it."""
    asked = exists().where(AUDITS.c.report_id == REPORTS.c.id, _is_in_scope(AUDITS.c.id))
    return list(connection.execute(_REPORTS.where(or_(_is_in_scope(REPORTS.c.id), asked))))


def audit_rows(connection: Connection) -> list[Any]:
    """The audit recommendations on security assistance, by their own words or their report's."""
    wanted = or_(_is_in_scope(AUDITS.c.id), _is_in_scope(AUDITS.c.report_id))
    return list(connection.execute(_AUDITS.where(wanted)))


def report_fields(row: Any) -> dict[str, Any]:
    """A line's fields but for the document: what the document says, or what only recommendations tell."""
    key = row.key.partition(":")[2]
    if row.told is None:
        return {
            "slug": key, "is_known_only": True, "watchdog": row.watchdog, "publisher": row.publisher,
            "publisher_kind": row.publisher_kind, "number": row.number, "title": row.facts.title,
            "url": row.facts.url, "published_on": row.facts.published_on, "topics": row.facts.topics,
        }  # fmt: skip
    told = {name: getattr(row.told, name) for name in records.Report.__struct_fields__ if name != "summary"}
    return {"slug": key, **told}


def audit_fields(row: Any) -> dict[str, Any]:
    """A line's fields but for the documents."""
    facts: AuditFacts = row.facts
    kept = ("number", "text_mark", "topics", "issued_on", "questioned_cents", "better_use_cents")
    return {
        "slug": row.key.partition(":")[2],
        "report": row.report_key.partition(":")[2],
        "audit_kind": facts.kind,
        "as_of": row.as_of,
        "addressees": tuple(
            AddresseePart(
                name=one.name, raw=one.raw, status=one.status, is_priority=one.is_priority,
                comment_mark=one.comment_mark, closed_on=one.closed_on, gone_on=one.gone_on,
            )
            for one in facts.addressees
        ),
        **{name: getattr(facts, name) for name in kept},
    }  # fmt: skip


# --- lines to what the store takes ------------------------------------------------------------------


def told_of(line: facts.Report) -> records.Report:
    """The record, as its source would yield it if the publisher wrote no summary."""
    names = (name for name in records.Report.__struct_fields__ if name != "summary")
    return records.Report(**{name: getattr(line, name) for name in names})


def known_of(line: facts.Report) -> Known:
    """As much as recommendations tell of their report."""
    return Known(
        line.watchdog, line.publisher, line.publisher_kind, line.number or line.slug, line.title,
        line.published_on, line.topics, line.url,
    )  # fmt: skip


def audits_of(lines: Iterable[facts.AuditRecommendation], ids: Mapping[str, int]) -> Iterator[Bundled]:
    """Recommendations as they were held; `ids` are those of documents by their addresses."""
    for line in lines:
        facts = AuditFacts(
            kind=line.audit_kind, number=line.number, text_mark=line.text_mark, topics=line.topics,
            issued_on=line.issued_on, questioned_cents=line.questioned_cents,
            better_use_cents=line.better_use_cents,
            addressees=tuple(
                Addressee(
                    name=one.name, raw=one.raw, status=one.status, is_priority=one.is_priority,
                    comment_mark=one.comment_mark, closed_on=one.closed_on, gone_on=one.gone_on,
                )
                for one in line.addressees
            ),
        )  # fmt: skip
        listed_in = ids[line.listed_in] if line.listed_in else None
        yield Bundled(
            f"{AUDIT}:{line.slug}",
            f"{REPORT}:{line.report}",
            facts,
            line.as_of,
            ids[line.document],
            listed_in,
        )
