"""Items as linking sees them, read back from the rows: the same fields that their records had.

A new kind of item is one reader in `READERS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Table, select

from tracker.linking.describe import (
    describe_audit,
    describe_report,
    describe_sale,
    described,
    summary_words,
)
from tracker.linking.evidence import Described
from tracker.models import (
    ArmsSale,
    ArmsSaleDocument,
    AuditRecommendation,
    Bill,
    BillCommittee,
    BillDossier,
    BillTextVersion,
    Item,
    Provision,
    Report,
)
from tracker.watchdogs.words import what_it_is

ITEM = cast(Table, Item.__table__)
BILL = cast(Table, Bill.__table__)
DOSSIER = cast(Table, BillDossier.__table__)
COMMITTEE = cast(Table, BillCommittee.__table__)
TEXT = cast(Table, BillTextVersion.__table__)
PROVISION = cast(Table, Provision.__table__)
SALE = cast(Table, ArmsSale.__table__)
SALE_DOCUMENT = cast(Table, ArmsSaleDocument.__table__)
REPORT = cast(Table, Report.__table__)
AUDIT = cast(Table, AuditRecommendation.__table__)

Reader = Callable[[Connection, Sequence[int]], dict[int, Described]]


def described_items(connection: Connection, ids: Sequence[int]) -> dict[int, Described]:
    """What linking may look at of these items, in the order of their ids."""
    found: dict[int, Described] = {}
    for read in READERS.values():
        found |= read(connection, ids)
    return dict(sorted(found.items()))


def _bills(connection: Connection, ids: Sequence[int]) -> dict[int, Described]:
    committees: dict[int, list[str]] = defaultdict(list)
    for item_id, code in connection.execute(
        select(COMMITTEE.c.item_id, COMMITTEE.c.code).where(COMMITTEE.c.item_id.in_(ids))
    ):
        committees[item_id].append(code)
    texts = text_fields(connection, ids)
    rows = connection.execute(
        select(
            ITEM.c.id, ITEM.c.key, ITEM.c.title, BILL.c.policy_area,
            DOSSIER.c.titles, DOSSIER.c.subjects, DOSSIER.c.summaries,
        )
        .join_from(ITEM, BILL, BILL.c.id == ITEM.c.id)
        .join(DOSSIER, DOSSIER.c.item_id == ITEM.c.id)
        .where(ITEM.c.id.in_(ids))
    )  # fmt: skip
    return {
        row.id: described(
            row.key,
            "bill",
            title=row.title,
            other_titles=((title.title, title.type) for title in row.titles),
            summary=summary_words(row.summaries),
            subjects=row.subjects,
            policy_area=row.policy_area,
            committees=committees[row.id],
            texts=texts.get(row.id, ()),
        )
        for row in rows
    }


def text_fields(connection: Connection, ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """The sections that matter of each measure's latest text, with the place of each."""
    latest: dict[int, Any] = {}
    versions = connection.execute(
        select(TEXT.c.id, TEXT.c.item_id, TEXT.c.version, TEXT.c.law, TEXT.c.issued_on).where(
            TEXT.c.item_id.in_(ids)
        )
    )
    for version in versions:
        if version.item_id not in latest or _recency(version) > _recency(latest[version.item_id]):
            latest[version.item_id] = version
    items = {version.id: version.item_id for version in latest.values()}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    if items:
        for row in connection.execute(
            select(PROVISION.c.text_id, PROVISION.c.path, PROVISION.c.section)
            .where(PROVISION.c.text_id.in_(items))
            .order_by(PROVISION.c.text_id, PROVISION.c.position)
        ):
            if row.section.text:  # bundled facts have none
                found[items[row.text_id]].append((row.section.text, row.path))
    return found


def _recency(row: Any) -> tuple[bool, bool, date, int]:
    """The law is later than its enrolled bill, and that than any other; enrolled bills often have no date."""
    return row.law is not None, row.version == "enr", row.issued_on or date.min, row.id


def _arms_sales(connection: Connection, ids: Sequence[int]) -> dict[int, Described]:
    """Those that turned out to be another sale have no words of their own."""
    headings: dict[int, list[str]] = defaultdict(list)
    for item_id, notice in connection.execute(
        select(SALE_DOCUMENT.c.item_id, SALE_DOCUMENT.c.notice).where(SALE_DOCUMENT.c.item_id.in_(ids))
    ):
        headings[item_id].append(notice.heading)
    rows = connection.execute(
        select(ITEM.c.id, ITEM.c.key, ITEM.c.title, SALE.c.facts)
        .join_from(ITEM, SALE, SALE.c.id == ITEM.c.id)
        .where(ITEM.c.id.in_(ids), SALE.c.same_as_id.is_(None))
    )
    return {row.id: describe_sale(row.key, row.title, row.facts, headings[row.id]) for row in rows}


def _reports(connection: Connection, ids: Sequence[int]) -> dict[int, Described]:
    asked: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in connection.execute(
        select(AUDIT.c.report_id, AUDIT.c.facts).where(AUDIT.c.report_id.in_(ids)).order_by(AUDIT.c.id)
    ):
        if row.facts.text:
            what = what_it_is(row.facts)
            asked[row.report_id].append((row.facts.text, f"text of {what[0].lower()}{what[1:]}"))
    rows = connection.execute(
        select(ITEM.c.id, ITEM.c.key, ITEM.c.title, REPORT.c.summary)
        .join_from(ITEM, REPORT, REPORT.c.id == ITEM.c.id)
        .where(ITEM.c.id.in_(ids))
    )
    return {
        row.id: describe_report(row.key.partition(":")[2], row.title, row.summary, asked[row.id])
        for row in rows
    }


def _audits(connection: Connection, ids: Sequence[int]) -> dict[int, Described]:
    rows = connection.execute(
        select(ITEM.c.id, ITEM.c.key, ITEM.c.title, AUDIT.c.facts)
        .join_from(ITEM, AUDIT, AUDIT.c.id == ITEM.c.id)
        .where(ITEM.c.id.in_(ids))
    )
    return {row.id: describe_audit(row.key.partition(":")[2], row.title, row.facts.text) for row in rows}


READERS: Mapping[str, Reader] = {
    "bill": _bills,
    "arms-sale": _arms_sales,
    "report": _reports,
    "audit-recommendation": _audits,
}
"""How the items of each kind are read back."""
