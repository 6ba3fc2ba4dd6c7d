"""The first schema: sources and documents, items, bills and their lists, people, changes, full text."""

import sqlalchemy as sa
from alembic import op

from tracker.search import CREATE

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("parser_version", sa.Integer(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("held_because", sa.Text(), nullable=True),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
    )
    op.create_index("ix_collection_source_started", "collection", ["source", "started_at"])

    op.create_table(
        "source_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("container_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("crc", sa.BigInteger(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parser_version", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["container_id"],
            ["source_document.id"],
            name=op.f("fk_source_document_container_id_source_document"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_document")),
        sa.UniqueConstraint("url", name=op.f("uq_source_document_url")),
    )
    op.create_index("ix_source_document_container_id", "source_document", ["container_id"])

    op.create_table(
        "committee",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("chamber", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["source_document.id"], name=op.f("fk_committee_document_id_source_document")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_committee")),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["source_document.id"], name=op.f("fk_item_document_id_source_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("key", name=op.f("uq_item_key")),
    )
    op.create_table(
        "legislator",
        sa.Column("bioguide", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("chamber", sa.String(length=40), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("district", sa.Integer(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["source_document.id"], name=op.f("fk_legislator_document_id_source_document")
        ),
        sa.PrimaryKeyConstraint("bioguide", name=op.f("pk_legislator")),
    )
    op.create_index("ix_legislator_state", "legislator", ["state"])

    op.create_table(
        "bill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("introduced_on", sa.Date(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin_chamber", sa.String(length=40), nullable=False),
        sa.Column("policy_area", sa.Text(), nullable=True),
        sa.Column("is_by_request", sa.Boolean(), nullable=False),
        sa.Column("laws", sa.Text(), nullable=False),
        sa.Column("reports", sa.Text(), nullable=False),
        sa.Column("cost_estimates", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("latest_action_on", sa.Date(), nullable=False),
        sa.Column("cosponsor_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["item.id"], name=op.f("fk_bill_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill")),
        sa.UniqueConstraint("congress", "type", "number", name=op.f("uq_bill_congress_type_number")),
    )
    op.create_index("ix_bill_latest", "bill", ["latest_action_on", "id"])
    op.create_index("ix_bill_stage", "bill", ["congress", "stage"])

    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("natural_key", sa.String(length=200), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_change_collection_id_collection")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["source_document.id"], name=op.f("fk_change_document_id_source_document")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_change_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint(
            "item_id", "kind", "natural_key", name=op.f("uq_change_item_id_kind_natural_key")
        ),
    )
    op.create_index("ix_change_collection", "change", ["collection_id"])
    op.create_index("ix_change_held_id", "change", ["held", "id"])

    op.create_table(
        "committee_seat",
        sa.Column("committee", sa.Text(), nullable=False),
        sa.Column("bioguide", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bioguide"], ["legislator.bioguide"], name=op.f("fk_committee_seat_bioguide_legislator")
        ),
        sa.ForeignKeyConstraint(
            ["committee"], ["committee.code"], name=op.f("fk_committee_seat_committee_committee")
        ),
        sa.PrimaryKeyConstraint("committee", "bioguide", name=op.f("pk_committee_seat")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_committee_seat_bioguide", "committee_seat", ["bioguide"])

    op.create_table(
        "legislator_term",
        sa.Column("bioguide", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("chamber", sa.String(length=40), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("district", sa.Integer(), nullable=True),
        sa.Column("senate_class", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bioguide"], ["legislator.bioguide"], name=op.f("fk_legislator_term_bioguide_legislator")
        ),
        sa.PrimaryKeyConstraint("bioguide", "position", name=op.f("pk_legislator_term")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bill_action",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("acted_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("system", sa.Text(), nullable=True),
        sa.Column("acted_at", sa.Text(), nullable=True),
        sa.Column("committees", sa.Text(), nullable=False),
        sa.Column("votes", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f("fk_bill_action_item_id_bill")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_bill_action")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bill_committee",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("chamber", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("activities", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f("fk_bill_committee_item_id_bill")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_bill_committee")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bill_committee_code", "bill_committee", ["code"])

    op.create_table(
        "bill_cosponsor",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("bioguide", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sponsored_on", sa.Date(), nullable=True),
        sa.Column("is_original", sa.Boolean(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("district", sa.Integer(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bioguide"], ["legislator.bioguide"], name=op.f("fk_bill_cosponsor_bioguide_legislator")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f("fk_bill_cosponsor_item_id_bill")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_bill_cosponsor")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bill_cosponsor_bioguide", "bill_cosponsor", ["bioguide"])

    op.create_table(
        "bill_relation",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("congress", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("relationships", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f("fk_bill_relation_item_id_bill")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_bill_relation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bill_sponsor",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("bioguide", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("district", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bioguide"], ["legislator.bioguide"], name=op.f("fk_bill_sponsor_bioguide_legislator")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f("fk_bill_sponsor_item_id_bill")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_bill_sponsor")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bill_sponsor_bioguide", "bill_sponsor", ["bioguide"])

    op.create_table(
        "bill_subject",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f("fk_bill_subject_item_id_bill")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_bill_subject")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bill_summary",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_code", sa.Text(), nullable=False),
        sa.Column("acted_on", sa.Date(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f("fk_bill_summary_item_id_bill")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_bill_summary")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bill_text",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("urls", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f("fk_bill_text_item_id_bill")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_bill_text")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bill_title",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("chamber", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name=op.f("fk_bill_title_item_id_bill")),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_bill_title")),
        sqlite_with_rowid=False,
    )
    for statement in CREATE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE item_search")
    op.drop_table("bill_title")
    op.drop_table("bill_text")
    op.drop_table("bill_summary")
    op.drop_table("bill_subject")
    op.drop_index("ix_bill_sponsor_bioguide", "bill_sponsor")

    op.drop_table("bill_sponsor")
    op.drop_table("bill_relation")
    op.drop_index("ix_bill_cosponsor_bioguide", "bill_cosponsor")

    op.drop_table("bill_cosponsor")
    op.drop_index("ix_bill_committee_code", "bill_committee")

    op.drop_table("bill_committee")
    op.drop_table("bill_action")
    op.drop_table("legislator_term")
    op.drop_index("ix_committee_seat_bioguide", "committee_seat")

    op.drop_table("committee_seat")
    op.drop_index("ix_change_held_id", "change")
    op.drop_index("ix_change_collection", "change")

    op.drop_table("change")
    op.drop_index("ix_bill_stage", "bill")
    op.drop_index("ix_bill_latest", "bill")

    op.drop_table("bill")
    op.drop_index("ix_legislator_state", "legislator")

    op.drop_table("legislator")
    op.drop_table("item")
    op.drop_table("committee")
    op.drop_index("ix_source_document_container_id", "source_document")

    op.drop_table("source_document")
    op.drop_index("ix_collection_source_started", "collection")

    op.drop_table("collection")
