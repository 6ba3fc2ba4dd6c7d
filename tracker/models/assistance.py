"""Money by country and fiscal year: every published release of every figure, as it was printed.

A release is never changed by a later one: what differs between two of them is a revision, computed when it is
asked for. Types of amounts are kept apart; see `scrapers.records.AidType`.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.records import AidType
from tracker.db import Base, UtcDateTime, enum_type


class AssistanceRelease(Base):
    """A publisher's file as it was at one time. `url` is where it is published, whatever copy was read.

    `vintage` orders the releases of one address: the month of an older one (`2023-09`), else the day of which
    the publisher says it is, else the day on which we first saw it; the month or year in which a copy was taken, where
    no more is known of it. `digest` is of the figures, so that new
    quoting makes no new release. The document's own row may be of a later release by now: the checksum and the
    time of this one stand here (`fetched_until` as of a document).
    """

    __tablename__ = "assistance_release"
    __table_args__ = (UniqueConstraint("url", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    url: Mapped[str] = mapped_column(Text)
    vintage: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    document_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))
    fetched_until: Mapped[date | None]


class AssistanceFigure(Base):
    """Dollars for one place, fiscal year, type and account, in one release.

    `country` is the code of our own list, None where `place` is a region, an office or a state of old. `dollars` is
    nominal and None where the publisher left the cell blank. `year_order` sorts fiscal years, the transition
    quarter of 1976 behind its year. `account` is empty where the figure is of all accounts.
    """

    __tablename__ = "assistance_figure"
    __table_args__ = (
        Index("ix_assistance_figure_country", "country", "release_id"),
        {"sqlite_with_rowid": False},
    )

    release_id: Mapped[int] = mapped_column(ForeignKey("assistance_release.id"), primary_key=True)
    type: Mapped[AidType] = mapped_column(enum_type(AidType), primary_key=True)
    year_order: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    place: Mapped[str] = mapped_column(Text, primary_key=True)
    account: Mapped[str] = mapped_column(Text, primary_key=True)
    fiscal_year: Mapped[str] = mapped_column(String(6))
    country: Mapped[str | None] = mapped_column(String(3))
    account_name: Mapped[str | None] = mapped_column(Text)
    dollars: Mapped[int | None] = mapped_column(BigInteger)
    constant: Mapped[int | None] = mapped_column(BigInteger)
    base_year: Mapped[int | None]
    rows: Mapped[int]
