"""What followed targets have come to match, so that an item that only now does is told once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, UtcDateTime


class WatchedTarget(Base):
    """A followed target of which we know what it matched: a search, a country, a recommendation, a promise.

    What it matched when we first looked is no news.
    """

    __tablename__ = "watched_target"
    __table_args__ = ({"sqlite_with_rowid": False},)

    target: Mapped[str] = mapped_column(String(200), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class TargetMatch(Base):
    """An item that a watched target matches. Ids ascend in the order in which matches were found.

    `is_news` is False for what a target matched from the beginning. A match that is lost stays, so that it is not
    news a second time.
    """

    __tablename__ = "target_match"
    __table_args__ = (UniqueConstraint("target", "item_id"), Index("ix_target_match_news", "is_news", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(String(200))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_news: Mapped[bool]
