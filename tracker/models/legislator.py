"""Members of Congress and its committees."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.records import Chamber
from tracker.db import Base, UtcDateTime, enum_type


class Legislator(Base):
    """A member by bioguide id. One known only from a bill (a former member) has a printed name and no terms.

    `lis` is the id by which the Senate's roll calls know a senator.
    """

    __tablename__ = "legislator"

    bioguide: Mapped[str] = mapped_column(Text, primary_key=True)
    full_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    is_current: Mapped[bool]
    chamber: Mapped[Chamber | None] = mapped_column(enum_type(Chamber))
    party: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text, index=True)
    district: Mapped[int | None]
    website: Mapped[str | None] = mapped_column(Text)
    lis: Mapped[str | None] = mapped_column(Text)
    document_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LegislatorTerm(Base):
    """One term in one chamber, oldest first."""

    __tablename__ = "legislator_term"
    __table_args__ = ({"sqlite_with_rowid": False},)

    bioguide: Mapped[str] = mapped_column(ForeignKey("legislator.bioguide"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    chamber: Mapped[Chamber] = mapped_column(enum_type(Chamber))
    state: Mapped[str] = mapped_column(Text)
    party: Mapped[str] = mapped_column(Text)
    started_on: Mapped[date]
    ended_on: Mapped[date]
    district: Mapped[int | None]
    senate_class: Mapped[int | None]


class Committee(Base):
    """A committee or subcommittee by system code (`ssfr00`). Former ones are known from bills alone."""

    __tablename__ = "committee"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    chamber: Mapped[str | None] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(Text)
    is_current: Mapped[bool]
    document_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))


class CommitteeSeat(Base):
    """Who sits where, and in which order of seniority."""

    __tablename__ = "committee_seat"
    __table_args__ = (
        Index("ix_committee_seat_bioguide", "bioguide"),
        {"sqlite_with_rowid": False},
    )

    committee: Mapped[str] = mapped_column(ForeignKey("committee.code"), primary_key=True)
    bioguide: Mapped[str] = mapped_column(ForeignKey("legislator.bioguide"), primary_key=True)
    side: Mapped[str] = mapped_column(Text)
    rank: Mapped[int]
    title: Mapped[str | None] = mapped_column(Text)
