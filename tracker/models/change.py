"""The ledger: dated facts that are new to us."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Json, UtcDateTime
from tracker.models.item import Item


class Change(Base):
    """What became different about an item, old and new kept.

    Unique by (item, kind, natural_key), so that declaring it again is quiet. `occurred_on` is the source's
    date where it has one, `first_seen_at` ours: only the latter says what is new. A change that waits for an
    editor is `held` and shown nowhere; releasing gives it a new id, so that ids are the order of publication.
    """

    __tablename__ = "change"
    __table_args__ = (
        UniqueConstraint("item_id", "kind", "natural_key"),
        Index("ix_change_held_id", "held", "id"),
        Index("ix_change_collection", "collection_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    kind: Mapped[str] = mapped_column(String(40))
    natural_key: Mapped[str] = mapped_column(String(200))
    occurred_on: Mapped[date | None]
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    old: Mapped[Any] = mapped_column(Json(Any), nullable=True)
    new: Mapped[Any] = mapped_column(Json(Any), nullable=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))
    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.id"))
    held: Mapped[bool] = mapped_column(default=False)

    item: Mapped[Item] = relationship(lazy="raise")
