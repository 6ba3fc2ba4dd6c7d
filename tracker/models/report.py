"""What watchdogs published, and what they told agencies and Congress to do."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scrapers import records
from scrapers.records import AuditKind, PublisherKind
from tracker.db import Base, Json, UtcDateTime, enum_type
from tracker.models.item import Item
from tracker.watchdogs.facts import ReportFacts
from tracker.watchdogs.lifecycle import AuditFacts
from tracker.watchdogs.statuses import AuditStatus


class Report(Item):
    """An audit, an inspection, a paper, a post: `report:gao-25-107622`, by its number, never by a date.

    `facts` is what all documents say together; the columns beside it are those that lists ask by. `public_on` is the
    day since which anybody could read it, as far as its dates can be believed. `summary` is the publisher's, in
    plain words. `open_count` counts its recommendations that nobody says are done with. A report that is known only
    from its recommendations has no documents of its own yet.
    """

    __tablename__ = "report"
    __mapper_args__ = {"polymorphic_identity": "report"}  # noqa: RUF012
    __table_args__ = (
        Index("ix_report_public", "public_on", "id"),
        Index("ix_report_open", "open_count", "public_on", "id"),
        Index("ix_report_watchdog", "watchdog", "public_on", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    watchdog: Mapped[str] = mapped_column(String(40))
    publisher: Mapped[str] = mapped_column(Text)
    publisher_kind: Mapped[PublisherKind] = mapped_column(enum_type(PublisherKind))
    number: Mapped[str | None] = mapped_column(Text)
    public_on: Mapped[date]
    open_count: Mapped[int] = mapped_column(default=0)
    summary: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[ReportFacts] = mapped_column(Json(ReportFacts))


class ReportDocument(Base):
    """What one document says of a report. A feed is one document for all reports that it tells of."""

    __tablename__ = "report_document"
    __table_args__ = (UniqueConstraint("item_id", "document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))
    told: Mapped[records.Report] = mapped_column(Json(records.Report))


class AuditRecommendation(Item):
    """What a watchdog told somebody to do: `audit-recommendation:gao-25-107622-4`, with all its addressees.

    `opened_on` is the day of its report, from which its age counts. `as_of` is of the newest listing that had it.
    `listed_in` is the list of open ones that has it, None once that list has it no more; `gone_on` says since when.
    """

    __tablename__ = "audit_recommendation"
    __mapper_args__ = {"polymorphic_identity": "audit-recommendation"}  # noqa: RUF012
    __table_args__ = (
        Index("ix_audit_recommendation_opened", "opened_on", "id"),
        Index("ix_audit_recommendation_status", "status", "opened_on", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    audit_kind: Mapped[AuditKind] = mapped_column(enum_type(AuditKind))
    number: Mapped[str | None] = mapped_column(Text)
    status: Mapped[AuditStatus] = mapped_column(enum_type(AuditStatus))
    is_priority: Mapped[bool | None]
    opened_on: Mapped[date]
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    listed_in: Mapped[int | None] = mapped_column(ForeignKey("source_document.id"), index=True)
    gone_on: Mapped[date | None]
    facts: Mapped[AuditFacts] = mapped_column(Json(AuditFacts))


class AuditAddressee(Base):
    """Who was told to do it, for lists that ask by agency: the name as an address has it."""

    __tablename__ = "audit_addressee"

    agency: Mapped[str] = mapped_column(String(80), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("audit_recommendation.id"), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(Text)
