"""Bills into rows and changes, a batch at a time.

A new bill is written with executemany; a known one is read back into the record it came from, compared, and
only what differs is written again. `tracker/models/bill.py` keeps the columns of each list that is a table in
the order of its record, so both directions are one loop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

import msgspec
from msgspec.structs import astuple
from sqlalchemy import Connection, Table, bindparam, delete, select, update

from scrapers import records
from tracker.bulk import allocate_ids, insert_rows
from tracker.changes import Draft, Told, action_identities, differences, introduced, roll_calls
from tracker.ingest.documents import DOCUMENT
from tracker.ingest.people import People
from tracker.linking.apply import link_again, link_new
from tracker.linking.describe import describe_bill
from tracker.linking.evidence import Described, FieldName
from tracker.linking.linker import packaged_linker
from tracker.linking.stored import text_fields
from tracker.models import (
    Bill,
    BillCommittee,
    BillCosponsor,
    BillDossier,
    BillRelation,
    BillSponsor,
    Item,
    Via,
    VoteMeasure,
)
from tracker.sanitise import safe_html
from tracker.search import SearchText, index_items, search_text
from tracker.stages import Reading, read_action, read_standing

ITEM = cast(Table, Item.__table__)
BILL = cast(Table, Bill.__table__)
DOSSIER = cast(Table, BillDossier.__table__)
VOTE_MEASURE = cast(Table, VoteMeasure.__table__)


class ListTable(NamedTuple):
    """One of a bill's lists that is a table: the record's field, the table, and the type of one entry."""

    field: str
    table: Table
    entry: type[records.Record]


LISTS = (
    ListTable("sponsors", cast(Table, BillSponsor.__table__), records.Sponsor),
    ListTable("cosponsors", cast(Table, BillCosponsor.__table__), records.Cosponsor),
    ListTable("committees", cast(Table, BillCommittee.__table__), records.BillCommittee),
    ListTable("related", cast(Table, BillRelation.__table__), records.RelatedBill),
)

Row = tuple[Any, ...]


class Arrival(NamedTuple):
    """A bill as it came: the document it stands in, and whether it would be news if we did not have it."""

    bill: records.Bill
    document_id: int
    is_news: bool


@dataclass(slots=True)
class Stored:
    """A bill as we hold it, with the document that is its evidence and the parser that read that."""

    item_id: int
    told: Told
    missing_since: datetime | None
    document_id: int
    parser_version: int


class Outcome(NamedTuple):
    """What became of one arrival."""

    key: str
    verdict: str  # created, updated, unchanged
    item_id: int
    document_id: int
    drafts: list[Draft]


def tell(bill: records.Bill) -> Told:
    """The record with our reading of it."""
    readings = [read_action(action) for action in bill.actions]
    return tell_again(bill, action_identities(bill.actions), readings)


def tell_again(bill: records.Bill, identities: Sequence[str], readings: Sequence[Reading | None]) -> Told:
    """A record whose lines were read before; their texts may be gone, the standing is the same."""
    standing = read_standing(
        bill.type,
        bill.congress,
        bill.introduced_on,
        [
            (action.acted_on, reading, action.committees)
            for action, reading in zip(bill.actions, readings, strict=True)
            if reading is not None
        ],
    )
    return Told(bill, identities, readings, standing)


def store_bills(
    connection: Connection,
    arrivals: Sequence[Arrival],
    held: Mapping[str, Stored],
    people: People,
    now: datetime,
) -> list[Outcome]:
    """Create, update or leave each. `held` is what `read_bills` found for them; none may be older than it."""
    outcomes = [
        _update(connection, held[arrival.bill.key], arrival, people, now)
        for arrival in arrivals
        if arrival.bill.key in held
    ]
    created = [
        (arrival, tell(_cleaned(arrival.bill))) for arrival in arrivals if arrival.bill.key not in held
    ]
    return outcomes + create_bills(connection, created, people, now)


def _cleaned(bill: records.Bill) -> records.Bill:
    """Upstream's HTML sanitised before anything else looks at it."""
    if not bill.summaries:
        return bill
    summaries = tuple(
        msgspec.structs.replace(summary, html=safe_html(summary.html)) if summary.html else summary
        for summary in bill.summaries
    )
    return msgspec.structs.replace(bill, summaries=summaries)


# --- writing ----------------------------------------------------------------------------------------


def create_bills(
    connection: Connection, created: Sequence[tuple[Arrival, Told]], people: People, now: datetime
) -> list[Outcome]:
    """Bills that we do not have yet."""
    ids = allocate_ids(connection, ITEM, len(created))
    items, bills, dossiers, described, outcomes = [], [], [], [], []
    lists: dict[Table, list[Row]] = {listed.table: [] for listed in LISTS}
    for item_id, (arrival, told) in zip(ids, created, strict=True):
        people.meet(told.bill, arrival.document_id)
        items.append((item_id, *_item_values(told, arrival.document_id).values(), now, now, None))
        bills.append((item_id, *_bill_values(told).values()))
        dossiers.append((item_id, *_dossier_values(told).values()))
        for listed in LISTS:
            lists[listed.table] += _list_rows(item_id, told.bill, listed)
        drafts = [introduced(told)] if arrival.is_news else []
        outcomes.append(Outcome(told.bill.key, "created", item_id, arrival.document_id, drafts))
        described.append((item_id, describe_bill(told.bill)))
    people.write()
    insert_rows(connection, ITEM, items)
    insert_rows(connection, BILL, bills)
    insert_rows(connection, DOSSIER, dossiers)
    for table, rows in lists.items():
        insert_rows(connection, table, rows)
    insert_rows(connection, VOTE_MEASURE, [row for _, told in created for row in _references(told)])
    index_items(connection, [_search_text(item_id, item) for item_id, item in described])
    link_new(connection, described, packaged_linker())
    return outcomes


def _update(connection: Connection, held: Stored, arrival: Arrival, people: People, now: datetime) -> Outcome:
    told = tell(_cleaned(arrival.bill))
    drafts = list(differences(held.told, told))
    values, dossier = _bill_values(told), _dossier_values(told)
    differing = [
        listed
        for listed in LISTS
        if getattr(told.bill, listed.field) != getattr(held.told.bill, listed.field)
    ]
    is_same = (
        not differing
        and values == _bill_values(held.told)
        and dossier == _dossier_values(held.told)
        and told.bill.title == held.told.bill.title
        and held.missing_since is None
    )
    if not is_same:
        people.meet(told.bill, arrival.document_id)
        people.write()
        item_values = _item_values(told, arrival.document_id)
        connection.execute(
            update(ITEM).where(ITEM.c.id == held.item_id)
            .values(**item_values, changed_at=now, missing_since=None)
        )  # fmt: skip
        connection.execute(update(BILL).where(BILL.c.id == held.item_id).values(**values))
        connection.execute(update(DOSSIER).where(DOSSIER.c.item_id == held.item_id).values(**dossier))
        for listed in differing:
            connection.execute(delete(listed.table).where(listed.table.c.item_id == held.item_id))
            insert_rows(connection, listed.table, _list_rows(held.item_id, told.bill, listed))
        if roll_calls(told) != roll_calls(held.told):
            connection.execute(
                delete(VOTE_MEASURE).where(
                    VOTE_MEASURE.c.item_key == f"bill:{told.bill.key}", VOTE_MEASURE.c.via == Via.REFERENCE
                )
            )
            insert_rows(connection, VOTE_MEASURE, _references(told))
        texts = text_fields(connection, [held.item_id]).get(held.item_id, ())
        item = describe_bill(told.bill, texts)
        index_items(connection, [_search_text(held.item_id, item)], replace=True)
        link_again(connection, {held.item_id: item}, packaged_linker())
    verdict = "unchanged" if is_same else "updated"
    return Outcome(told.bill.key, verdict, held.item_id, arrival.document_id, drafts)


def _item_values(told: Told, document_id: int) -> dict[str, Any]:
    """What the bill says of the item, in the table's order after `id`."""
    bill = told.bill
    return {
        "key": f"bill:{bill.key}",
        "kind": "bill",
        "title": bill.title,
        "url": congress_gov_url(bill),
        "occurred_on": bill.introduced_on,
        "document_id": document_id,
    }


def _bill_values(told: Told) -> dict[str, Any]:
    """The bill's own columns, in the table's order after `id`."""
    bill = told.bill
    return {
        "congress": bill.congress,
        "type": bill.type,
        "number": bill.number,
        "introduced_on": bill.introduced_on,
        "published_at": bill.updated_at,
        "origin_chamber": bill.origin_chamber,
        "policy_area": bill.policy_area,
        "is_by_request": bill.is_by_request,
        "laws": bill.laws,
        "reports": bill.reports,
        "cost_estimates": bill.cost_estimates,
        "notes": bill.notes,
        "stage": told.standing.stage,
        "standing": told.standing,
        "latest_action_on": max((action.acted_on for action in bill.actions), default=bill.introduced_on),
        "cosponsor_count": sum(person.withdrawn_on is None for person in bill.cosponsors),
    }


def _dossier_values(told: Told) -> dict[str, Any]:
    """The lists that are kept whole, in the table's order after `item_id`."""
    bill = told.bill
    return {
        "titles": bill.titles,
        "subjects": bill.subjects,
        "actions": bill.actions,
        "identities": tuple(told.identities),
        "readings": tuple(told.readings),
        "summaries": bill.summaries,
        "texts": bill.texts,
    }


def _list_rows(item_id: int, bill: records.Bill, listed: ListTable) -> list[Row]:
    entries: Iterable[records.Record] = getattr(bill, listed.field)
    return [(item_id, position, *astuple(entry)) for position, entry in enumerate(entries)]


def _references(told: Told) -> list[Row]:
    """The roll calls that the history refers to, whether or not they are held."""
    return [(str(key), f"bill:{told.bill.key}", Via.REFERENCE) for key in sorted(roll_calls(told))]


_ADDRESS = {
    records.BillType.HR: "house-bill", records.BillType.S: "senate-bill",
    records.BillType.HJRES: "house-joint-resolution", records.BillType.SJRES: "senate-joint-resolution",
    records.BillType.HCONRES: "house-concurrent-resolution",
    records.BillType.SCONRES: "senate-concurrent-resolution",
    records.BillType.HRES: "house-resolution", records.BillType.SRES: "senate-resolution",
}  # fmt: skip


def congress_gov_url(bill: records.Bill) -> str:
    """The official page for people: `https://www.congress.gov/bill/119th-congress/senate-bill/1780`."""
    ending = (
        "th"
        if bill.congress % 100 in (11, 12, 13)
        else {1: "st", 2: "nd", 3: "rd"}.get(bill.congress % 10, "th")
    )
    return (
        f"https://www.congress.gov/bill/{bill.congress}{ending}-congress/{_ADDRESS[bill.type]}/{bill.number}"
    )


def _search_text(item_id: int, item: Described) -> SearchText:
    """What linking reads is also what can be searched."""
    texts: dict[FieldName, list[str]] = defaultdict(list)
    for field in item.fields:
        texts[field.name].append(field.text)
    return search_text(
        item_id,
        title=item.fields[0].text,
        other_titles=texts[FieldName.OTHER_TITLE],
        summary="".join(texts[FieldName.SUMMARY]),
        words=texts[FieldName.SUBJECT] + texts[FieldName.POLICY_AREA],
    )


# --- reading back -----------------------------------------------------------------------------------


def read_bills(connection: Connection, keys: list[str]) -> dict[str, Stored]:
    """The bills of those keys as we hold them, with all their lists."""
    found = connection.execute(_HELD, {"keys": [f"bill:{key}" for key in keys]}).all()
    if not found:
        return {}
    ids = [row.id for row in found]
    lists = {listed: _entries_by_item(connection, listed, ids) for listed in LISTS}
    stored = (_stored(row, {listed.field: tuple(lists[listed][row.id]) for listed in LISTS}) for row in found)
    return {held.told.bill.key: held for held in stored}


# Built once: every batch of a run asks it.
_HELD = (
    select(ITEM.c.title, ITEM.c.missing_since, ITEM.c.document_id, DOCUMENT.c.parser_version,
           *BILL.columns, *(column for column in DOSSIER.columns if column is not DOSSIER.c.item_id))
    .join_from(ITEM, BILL, ITEM.c.id == BILL.c.id)
    .join(DOSSIER, DOSSIER.c.item_id == BILL.c.id)
    .join(DOCUMENT, DOCUMENT.c.id == ITEM.c.document_id)
    .where(ITEM.c.key.in_(bindparam("keys", expanding=True)))
)  # fmt: skip


def _entries_by_item(
    connection: Connection, listed: ListTable, ids: list[int]
) -> dict[int, list[records.Record]]:
    table = listed.table
    entries: dict[int, list[records.Record]] = defaultdict(list)
    for row in connection.execute(
        select(table).where(table.c.item_id.in_(ids)).order_by(table.c.item_id, table.c.position)
    ):
        entries[row.item_id].append(listed.entry(*row[2:]))
    return entries


def _stored(row: Any, lists: Mapping[str, Any]) -> Stored:
    bill = records.Bill(
        congress=row.congress,
        type=row.type,
        number=row.number,
        title=row.title,
        introduced_on=row.introduced_on,
        updated_at=row.published_at,
        origin_chamber=row.origin_chamber,
        policy_area=row.policy_area,
        is_by_request=row.is_by_request,
        laws=row.laws,
        reports=row.reports,
        cost_estimates=row.cost_estimates,
        notes=row.notes,
        titles=row.titles,
        subjects=row.subjects,
        actions=row.actions,
        summaries=row.summaries,
        texts=row.texts,
        **lists,
    )
    told = Told(bill, row.identities, row.readings, row.standing)
    return Stored(row.id, told, row.missing_since, row.document_id, row.parser_version)
