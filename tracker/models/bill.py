"""A measure before Congress, and the lists that hang on it.

Lists that are asked who or what is in them are tables: one row an entry, with the columns of its record in
`scrapers.records`, in the same order, after (`item_id`, `position`); `tracker/ingest/bills.py` relies on that
in both directions. Lists that are only ever read whole stand together in one row of `BillDossier`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.records import (
    Action,
    BillType,
    Chamber,
    CommitteeActivity,
    CommitteeReport,
    CostEstimate,
    Law,
    Summary,
    TextVersion,
    Title,
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


class BillDossier(Base):
    """What only the measure's own page shows: each list whole, in the publisher's order.

    Beside the bill and not in it, so that lists of bills read past none of this. `identities` and `readings`
    go with `actions`, entry by entry: the first tells lines apart without their text, which the bundled facts
    do not have, the second is our reading of what a line means. The summaries' `html` is sanitised.
    """

    __tablename__ = "bill_dossier"

    item_id: Mapped[int] = mapped_column(ForeignKey("bill.id"), primary_key=True)
    titles: Mapped[tuple[Title, ...]] = mapped_column(Json(tuple[Title, ...]))
    subjects: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    actions: Mapped[tuple[Action, ...]] = mapped_column(Json(tuple[Action, ...]))
    identities: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    readings: Mapped[tuple[Reading | None, ...]] = mapped_column(Json(tuple[Reading | None, ...]))
    summaries: Mapped[tuple[Summary, ...]] = mapped_column(Json(tuple[Summary, ...]))
    texts: Mapped[tuple[TextVersion, ...]] = mapped_column(Json(tuple[TextVersion, ...]))


class _Listed:
    """A row of one of a bill's lists, in the publisher's order."""

    item_id: Mapped[int] = mapped_column(ForeignKey("bill.id"), primary_key=True, sort_order=-2)
    position: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


_CLUSTERED = {"sqlite_with_rowid": False}


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


class BillRelation(_Listed, Base):
    """Another measure that a chamber or the Congressional Research Service calls related, and how."""

    __tablename__ = "bill_relation"
    __table_args__ = (_CLUSTERED,)

    congress: Mapped[int]
    type: Mapped[BillType] = mapped_column(enum_type(BillType))
    number: Mapped[int]
    title: Mapped[str | None] = mapped_column(Text)
    relationships: Mapped[tuple[tuple[str, str], ...]] = mapped_column(Json(tuple[tuple[str, str], ...]))
