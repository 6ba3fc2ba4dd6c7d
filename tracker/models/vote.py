"""Roll calls: what each was on, and how each member voted.

A roll call is no item of its own. It is evidence about measures, and whoever follows a measure hears of it there
(`vote_reference`, `vote_positions` and `vote_corrected` are changes of the measure).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.records import Chamber, Majority, Outcome, Position, VoteAmendment, VoteDocument
from tracker.db import Base, Json, UtcDateTime, enum_type
from tracker.votes.tally import PartyTotal


class Vote(Base):
    """A roll call. `key` is its public name, `119-h1-212`: Congress, chamber with session, the chamber's number.

    The columns from `chamber` to `modified_at` are those of `scrapers.records.RollCall` in its order, without the
    members, who are rows of `VotePosition`; counts are of members. The day for readers is `voted_at` in Washington.
    `party_totals` is counted from the positions.
    """

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(24))
    chamber: Mapped[Chamber] = mapped_column(enum_type(Chamber))
    congress: Mapped[int]
    session: Mapped[int]
    roll: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    voted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    question: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    yeas: Mapped[int]
    nays: Mapped[int]
    present: Mapped[int]
    not_voting: Mapped[int]
    statement: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    method: Mapped[str | None] = mapped_column(Text)
    majority: Mapped[Majority | None] = mapped_column(enum_type(Majority))
    outcome: Mapped[Outcome | None] = mapped_column(enum_type(Outcome))
    in_committee_of_the_whole: Mapped[bool]
    amendment: Mapped[VoteAmendment | None] = mapped_column(Json(VoteAmendment))
    documents: Mapped[tuple[VoteDocument, ...]] = mapped_column(Json(tuple[VoteDocument, ...]))
    tie_breaker: Mapped[str | None] = mapped_column(Text)
    tie_vote: Mapped[Position | None] = mapped_column(enum_type(Position))
    modified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    party_totals: Mapped[tuple[PartyTotal, ...]] = mapped_column(Json(tuple[PartyTotal, ...]))
    document_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VotePosition(Base):
    """How one member voted, as printed, in the publisher's order.

    `bioguide` points at `legislator` where that row exists: a member of years ago may be known from votes alone. A
    senator is printed with `lis` only and gets the bioguide id from the listing of members; one who is not in it has
    none, and is shown by name. `state` is `XX` where the House printed none (delegates in the Committee of the Whole).
    """

    __tablename__ = "vote_position"
    __table_args__ = (
        Index("ix_vote_position_bioguide", "bioguide", "vote_id"),
        {"sqlite_with_rowid": False},
    )

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    party: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    position: Mapped[Position] = mapped_column(enum_type(Position))
    said: Mapped[str] = mapped_column(Text)
    bioguide: Mapped[str | None] = mapped_column(Text)
    lis: Mapped[str | None] = mapped_column(Text)


class Via(StrEnum):
    """What ties a roll call to a measure: a line of the measure's history, or the roll call's own document."""

    REFERENCE = "reference"
    DOCUMENT = "document"


class VoteMeasure(Base):
    """That a roll call is about a measure, by their keys: either may not be held (yet).

    `item_key` is that of `item` (`bill:119-s-1780`). A reference without a `vote` is one that was not collected.
    """

    __tablename__ = "vote_measure"
    __table_args__ = (
        Index("ix_vote_measure_item_key", "item_key", "vote_key"),
        {"sqlite_with_rowid": False},
    )

    vote_key: Mapped[str] = mapped_column(String(24), primary_key=True)
    item_key: Mapped[str] = mapped_column(String(80), primary_key=True)
    via: Mapped[Via] = mapped_column(enum_type(Via), primary_key=True)
