"""A measure before Congress, and the lists that hang on it.

Each list table has the columns of its record in `scrapers.records`, in the same order, after
(`item_id`, `position`); `tracker/ingest/bills.py` relies on that in both directions. What is derived by us
stands after the record's own columns.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.records import (
    BillType,
    Chamber,
    CommitteeActivity,
    CommitteeReport,
    CostEstimate,
    Law,
    RecordedVote,
)
from tracker.db import Base, Json, UtcDateTime, enum_type
from tracker.models.item import Item
from tracker.stages import Reading, Stage, Standing


class Bill(Item):
    """A bill or resolution. `published_at` is the publisher's edit stamp of the file that was stored last."""

    __tablename__ = "bill"
    __mapper_args__ = {"polymorphic_identity": "bill"}  # noqa: RUF012
    __table_args__ = (
        UniqueConstraint("congress", "type", "number"),
        Index("ix_bill_stage", "congress", "stage"),
        # The orders a list can have; see queries/bills.py.
        Index("ix_bill_latest", "latest_action_on", "id"),
        Index("ix_bill_congress_latest", "congress", "latest_action_on", "id"),
        Index("ix_bill_introduced", "introduced_on", "id"),
        Index("ix_bill_cosponsors", "cosponsor_count", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    congress: Mapped[int]
    type: Mapped[BillType] = mapped_column(enum_type(BillType))
    number: Mapped[int]
    introduced_on: Mapped[date]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    origin_chamber: Mapped[Chamber] = mapped_column(enum_type(Chamber))
    policy_area: Mapped[str | None] = mapped_column(Text)
    is_by_request: Mapped[bool]
    laws: Mapped[tuple[Law, ...]] = mapped_column(Json(tuple[Law, ...]))
    reports: Mapped[tuple[CommitteeReport, ...]] = mapped_column(Json(tuple[CommitteeReport, ...]))
    cost_estimates: Mapped[tuple[CostEstimate, ...]] = mapped_column(Json(tuple[CostEstimate, ...]))
    notes: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    # Derived: where it stands, and what lists sort and count by.
    stage: Mapped[Stage] = mapped_column(enum_type(Stage))
    standing: Mapped[Standing] = mapped_column(Json(Standing))
    latest_action_on: Mapped[date]
    cosponsor_count: Mapped[int]


class _Listed:
    """A row of one of a bill's lists, in the publisher's order."""

    item_id: Mapped[int] = mapped_column(ForeignKey("bill.id"), primary_key=True, sort_order=-2)
    position: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


_CLUSTERED = {"sqlite_with_rowid": False}


class BillAction(_Listed, Base):
    """A line of the official history, newest first, with our reading of what it means.

    `identity` tells lines apart without their text: the bundled facts have no texts.
    """

    __tablename__ = "bill_action"
    __table_args__ = (_CLUSTERED,)

    acted_on: Mapped[date]
    text: Mapped[str | None] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str | None] = mapped_column(Text)
    system: Mapped[str | None] = mapped_column(Text)
    acted_at: Mapped[str | None] = mapped_column(Text)
    committees: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    votes: Mapped[tuple[RecordedVote, ...]] = mapped_column(Json(tuple[RecordedVote, ...]))
    identity: Mapped[str] = mapped_column(Text)
    reading: Mapped[Reading | None] = mapped_column(Json(Reading))


class BillTitle(_Listed, Base):
    """A title the measure has or had."""

    __tablename__ = "bill_title"
    __table_args__ = (_CLUSTERED,)

    type: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    chamber: Mapped[str | None] = mapped_column(Text)


class BillSponsor(_Listed, Base):
    """Who introduced it, as printed then."""

    __tablename__ = "bill_sponsor"
    __table_args__ = (Index("ix_bill_sponsor_bioguide", "bioguide"), _CLUSTERED)

    bioguide: Mapped[str] = mapped_column(ForeignKey("legislator.bioguide"))
    name: Mapped[str] = mapped_column(Text)
    party: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    district: Mapped[int | None]


class BillCosponsor(_Listed, Base):
    """Who joined, when, and when the name was withdrawn."""

    __tablename__ = "bill_cosponsor"
    __table_args__ = (Index("ix_bill_cosponsor_bioguide", "bioguide"), _CLUSTERED)

    bioguide: Mapped[str] = mapped_column(ForeignKey("legislator.bioguide"))
    name: Mapped[str] = mapped_column(Text)
    sponsored_on: Mapped[date | None]
    is_original: Mapped[bool | None]
    party: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    district: Mapped[int | None]
    withdrawn_on: Mapped[date | None]


class BillCommittee(_Listed, Base):
    """A committee or subcommittee that has the measure, and what it did with it."""

    __tablename__ = "bill_committee"
    __table_args__ = (Index("ix_bill_committee_code", "code"), _CLUSTERED)

    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    chamber: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str | None] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(Text)
    activities: Mapped[tuple[CommitteeActivity, ...]] = mapped_column(Json(tuple[CommitteeActivity, ...]))


class BillSubject(_Listed, Base):
    """A legislative subject that the Congressional Research Service gave it."""

    __tablename__ = "bill_subject"
    __table_args__ = (_CLUSTERED,)

    name: Mapped[str] = mapped_column(Text)


class BillSummary(_Listed, Base):
    """A Congressional Research Service summary. `html` is sanitised; the bundled facts have none."""

    __tablename__ = "bill_summary"
    __table_args__ = (_CLUSTERED,)

    version_code: Mapped[str] = mapped_column(Text)
    acted_on: Mapped[date]
    description: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BillText(_Listed, Base):
    """A printed text version, with the publisher's addresses for it."""

    __tablename__ = "bill_text"
    __table_args__ = (_CLUSTERED,)

    type: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[date | None]
    urls: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))


class BillRelation(_Listed, Base):
    """Another measure that a chamber or the Congressional Research Service calls related, and how."""

    __tablename__ = "bill_relation"
    __table_args__ = (_CLUSTERED,)

    congress: Mapped[int]
    type: Mapped[BillType] = mapped_column(enum_type(BillType))
    number: Mapped[int]
    title: Mapped[str | None] = mapped_column(Text)
    relationships: Mapped[tuple[tuple[str, str], ...]] = mapped_column(Json(tuple[tuple[str, str], ...]))
