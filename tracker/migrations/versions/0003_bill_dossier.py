"""Lists of a bill that are only ever read whole become one row of JSON a bill."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The old tables' own columns: what JSON text is taken over as it stands, dates are ISO 8601.
TEXT, JSON, DAY, INSTANT = sa.Text(), sa.Text(), sa.Date(), sa.DateTime(timezone=True)
ENTRIES: dict[str, dict[str, Any]] = {
    "actions": {"acted_on": DAY, "text": TEXT, "code": TEXT, "type": TEXT, "system": TEXT, "acted_at": TEXT,
                "committees": JSON, "votes": JSON},
    "titles": {"type": TEXT, "title": TEXT, "chamber": TEXT},
    "summaries": {"version_code": TEXT, "acted_on": DAY, "description": TEXT, "html": TEXT,
                  "updated_at": INSTANT},
    "texts": {"type": TEXT, "issued_on": DAY, "urls": JSON},
}
TABLES = {"actions": "bill_action", "titles": "bill_title", "summaries": "bill_summary", "texts": "bill_text",
          "subjects": "bill_subject"}
LISTS = ("titles", "subjects", "actions", "identities", "readings", "summaries", "texts")
NULLABLE = {"text", "code", "system", "acted_at", "chamber", "description", "html", "updated_at", "issued_on"}
BATCH = 500

DOSSIER = sa.table("bill_dossier", sa.column("item_id", sa.Integer()), *(sa.column(name, TEXT) for name in LISTS))


def upgrade() -> None:
    op.create_table(
        "bill_dossier",
        sa.Column("item_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in LISTS),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f("fk_bill_dossier_item_id_bill")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_bill_dossier")),
    )
    for ids in _batches():
        found = {item_id: dict.fromkeys(LISTS, "[]") | {"item_id": item_id} for item_id in ids}
        for name in TABLES:
            for item_id, rows in groupby(_rows(name, ids), itemgetter(0)):
                found[item_id].update(_gathered(name, list(rows)))
        op.get_bind().execute(sa.insert(DOSSIER), list(found.values()))
    for table in TABLES.values():
        op.drop_table(table)


def downgrade() -> None:
    for name, table in TABLES.items():
        op.create_table(
            table,
            sa.Column("item_id", sa.Integer(), nullable=False),
            sa.Column("position", sa.Integer(), nullable=False),
            *(sa.Column(column.name, column.type, nullable=_is_nullable(name, column.name))
              for column in _columns(name)),
            sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f(f"fk_{table}_item_id_bill")),
            sa.PrimaryKeyConstraint("item_id", "position", name=op.f(f"pk_{table}")),
            sqlite_with_rowid=False,
        )
    for ids in _batches():
        dossiers = op.get_bind().execute(sa.select(DOSSIER).where(DOSSIER.c.item_id.in_(ids))).mappings().all()
        for name in TABLES:
            rows = [row for dossier in dossiers for row in _scattered(name, dossier)]
            if rows:
                op.get_bind().execute(sa.insert(_table(name)), rows)
    op.drop_table("bill_dossier")


def _batches() -> Iterator[list[int]]:
    bill = sa.table("bill", sa.column("id", sa.Integer()))
    ids = op.get_bind().execute(sa.select(bill.c.id).order_by(bill.c.id)).scalars().all()
    for start in range(0, len(ids), BATCH):
        yield list(ids[start : start + BATCH])


def _columns(name: str) -> list[Any]:
    if name == "subjects":
        return [sa.column("name", TEXT)]
    columns = [sa.column(field, kind) for field, kind in ENTRIES[name].items()]
    return [*columns, sa.column("identity", TEXT), sa.column("reading", TEXT)] if name == "actions" else columns


def _is_nullable(name: str, column: str) -> bool:
    return column in NULLABLE or (name, column) in (("actions", "type"), ("actions", "reading"))


def _table(name: str) -> Any:
    return sa.table(TABLES[name], sa.column("item_id", sa.Integer()), sa.column("position", sa.Integer()),
                    *_columns(name))


def _rows(name: str, ids: list[int]) -> Any:
    table = _table(name)
    return op.get_bind().execute(
        sa.select(table).where(table.c.item_id.in_(ids)).order_by(table.c.item_id, table.c.position)
    )


def _gathered(name: str, rows: list[Any]) -> dict[str, str]:
    """One bill's rows of an old table as the lists they become."""
    if name == "subjects":
        return {"subjects": _encoded([row.name for row in rows])}
    found = {name: _encoded([
        {field: _to_json(row._mapping[field], kind) for field, kind in ENTRIES[name].items()} for row in rows
    ])}
    if name == "actions":
        found["identities"] = _encoded([row.identity for row in rows])
        found["readings"] = _encoded([_to_json(row.reading, JSON) for row in rows])
    return found


def _scattered(name: str, dossier: Any) -> Iterator[dict[str, Any]]:
    """One bill's list as the rows it was."""
    entries = msgspec.json.decode(dossier[name])
    identities, readings = msgspec.json.decode(dossier["identities"]), msgspec.json.decode(dossier["readings"])
    for position, entry in enumerate(entries):
        row = {"item_id": dossier["item_id"], "position": position}
        if name == "subjects":
            yield row | {"name": entry}
            continue
        row |= {field: _from_json(entry.get(field), kind) for field, kind in ENTRIES[name].items()}
        if name == "actions":
            row |= {"identity": identities[position], "reading": _from_json(readings[position], JSON)}
        yield row


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _to_json(value: Any, kind: Any) -> Any:
    if value is not None and kind is JSON:
        return msgspec.Raw(value.encode())
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value


def _from_json(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    if kind is JSON:
        return _encoded(value)
    if kind is DAY:
        return date.fromisoformat(value)
    if kind is INSTANT:
        at = datetime.fromisoformat(value)
        return at.replace(tzinfo=None) if op.get_bind().dialect.name == "sqlite" else at
    return value
