"""Roll calls, how each member voted, and which measures they are about; senators' own ids."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BATCH = 500

MEASURE = sa.table(
    "vote_measure", sa.column("vote_key", sa.String()), sa.column("item_key", sa.String()), sa.column("via", sa.String())
)


def upgrade() -> None:
    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(24), nullable=False),
        sa.Column("chamber", sa.String(40), nullable=False),
        sa.Column("congress", sa.Integer(), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("roll", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("yeas", sa.Integer(), nullable=False),
        sa.Column("nays", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("not_voting", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("majority", sa.String(40), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("in_committee_of_the_whole", sa.Boolean(), nullable=False),
        sa.Column("amendment", sa.Text(), nullable=True),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("tie_breaker", sa.Text(), nullable=True),
        sa.Column("tie_vote", sa.String(40), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("party_totals", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["source_document.id"], name="fk_vote_document_id_source_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_vote"),
        sa.UniqueConstraint("key", name="uq_vote_key"),
    )
    op.create_table(
        "vote_position",
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("position", sa.String(40), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("bioguide", sa.Text(), nullable=True),
        sa.Column("lis", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name="fk_vote_position_vote_id_vote"),
        sa.PrimaryKeyConstraint("vote_id", "place", name="pk_vote_position"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_vote_position_bioguide", "vote_position", ["bioguide", "vote_id"])
    op.create_table(
        "vote_measure",
        sa.Column("vote_key", sa.String(24), nullable=False),
        sa.Column("item_key", sa.String(80), nullable=False),
        sa.Column("via", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("vote_key", "item_key", "via", name="pk_vote_measure"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_vote_measure_item_key", "vote_measure", ["item_key", "vote_key"])
    op.add_column("legislator", sa.Column("lis", sa.Text(), nullable=True))
    for rows in _references():
        op.get_bind().execute(sa.insert(MEASURE), rows)


def downgrade() -> None:
    op.drop_column("legislator", "lis")
    op.drop_table("vote_measure")
    op.drop_table("vote_position")
    op.drop_table("vote")


def _references() -> Iterator[list[dict[str, str]]]:
    """The roll calls that the histories of the measures already held refer to, a batch of measures at a time."""
    item = sa.table("item", sa.column("id", sa.Integer()), sa.column("key", sa.String()))
    dossier = sa.table(
        "bill_dossier", sa.column("item_id", sa.Integer()), sa.column("actions", sa.Text()),
        sa.column("readings", sa.Text()),
    )
    ids = op.get_bind().execute(sa.select(dossier.c.item_id).order_by(dossier.c.item_id)).scalars().all()
    for start in range(0, len(ids), BATCH):
        found = op.get_bind().execute(
            sa.select(item.c.key, dossier.c.actions, dossier.c.readings)
            .select_from(dossier.join(item, item.c.id == dossier.c.item_id))
            .where(dossier.c.item_id.in_(ids[start : start + BATCH]))
        ).all()
        rows = [
            {"vote_key": key, "item_key": item_key, "via": "reference"}
            for item_key, actions, readings in found
            for key in sorted(_keys(item_key, msgspec.json.decode(actions), msgspec.json.decode(readings)))
        ]
        if rows:
            yield rows


def _keys(item_key: str, actions: list[Any], readings: list[Any]) -> set[str]:
    """By the publisher's reference, or by the number in a line without one."""
    keys = set()
    for action, reading in zip(actions, readings, strict=True):
        for vote in action.get("votes") or ():
            keys.add(f"{vote['congress']}-{vote['chamber'][0]}{vote['session']}-{vote['roll']}")
        if not action.get("votes") and reading and reading.get("roll") and reading.get("chamber"):
            session = 2 - (date.fromisoformat(action["acted_on"]) - timedelta(days=2)).year % 2
            congress = item_key.partition(":")[2].partition("-")[0]
            keys.add(f"{congress}-{reading['chamber'][0]}{session}-{reading['roll']}")
    return keys
