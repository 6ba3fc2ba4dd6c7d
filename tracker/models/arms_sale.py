"""A proposed arms sale of which Congress was notified, and the documents that say so."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.records import ArmsSaleNotice, SaleKind
from tracker.arms_sales.facts import SaleFacts
from tracker.db import Base, Json, enum_type
from tracker.models.item import Item


class ArmsSale(Item):
    """A notification, by its transmittal number (`arms-sale:26-23`); a release without one by its page.

    `facts` is what all documents say together; the columns beside it are those that lists ask by. `country` is the
    code of our own list, None where the purchaser is an organisation or not known. A release that got its number
    later stays an item of its own, and `same_as_id` says which sale it turned out to be.
    """

    __tablename__ = "arms_sale"
    __mapper_args__ = {"polymorphic_identity": "arms-sale"}  # noqa: RUF012
    __table_args__ = (
        Index("ix_arms_sale_notified", "notified_on", "id"),
        Index("ix_arms_sale_country", "country", "notified_on", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    country: Mapped[str | None] = mapped_column(String(3))
    notified_on: Mapped[date]
    sale_kind: Mapped[SaleKind] = mapped_column(enum_type(SaleKind))
    transmittal: Mapped[str | None] = mapped_column(String(20))
    original: Mapped[str | None] = mapped_column(String(20), index=True)
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("arms_sale.id"))
    facts: Mapped[SaleFacts] = mapped_column(Json(SaleFacts))


class ArmsSaleDocument(Base):
    """One document on a sale, with what it alone says. `url` is its page for people."""

    __tablename__ = "arms_sale_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("arms_sale.id"), index=True)
    url: Mapped[str] = mapped_column(Text, unique=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))
    notice: Mapped[ArmsSaleNotice] = mapped_column(Json(ArmsSaleNotice))
