"""Anything tracked: the base of joined-table inheritance."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, UtcDateTime
from tracker.models.collection import SourceDocument


class Item(Base):
    """A bill today; a report, an arms sale tomorrow. `key` is its public name: `bill:119-s-1780`.

    `first_seen_at` is ours and never a date of the source. Nothing is deleted because upstream went quiet:
    `missing_since` says from when the publisher no longer listed it, and the last good data stays.
    """

    __tablename__ = "item"
    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    occurred_on: Mapped[date]
    document_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    missing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)

    document: Mapped[SourceDocument] = relationship(lazy="raise")
