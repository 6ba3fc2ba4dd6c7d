"""What the texts of measures say: printed versions, the sections that matter, and the facts read out of them.

A text may be of a measure that we do not hold, as the acts of earlier years are: `bill_key` names it all the same.
Each fact is a row with the columns that lists filter and sort by, and beside them the fact whole, as
`tracker.provisions.facts` describes it. Its `key` is unique within the text and the same when the text is read
again. `is_sure` is false where a person should look, and where one looked and rejected it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scrapers.records import Section
from tracker.db import Base, Json, UtcDateTime, enum_type
from tracker.models.link import LinkState
from tracker.provisions.facts import (
    AmountKind,
    Condition,
    ConditionKind,
    Deadline,
    Duty,
    Figure,
    Mention,
)

WITHOUT_WORDS = ""
"""The digest of a text that the bundled facts tell of and no collection has read."""


class BillTextVersion(Base):
    """One printed version. `version` is the publisher's code, `law` for the act itself; `digest` is of its sections.

    `rules` says which of our rules its facts were read with.
    Of a text without words the facts and places are here and none of its sentences: sections have no text, facts no
    `words`, and what a waiver, a demand or an exception says is empty.
    """

    __tablename__ = "bill_text_version"
    __table_args__ = (
        UniqueConstraint("bill_key", "version"),
        Index("ix_bill_text_version_item", "item_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("bill.id"))
    bill_key: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    title: Mapped[str | None] = mapped_column(Text)
    law: Mapped[str | None] = mapped_column(String(20))
    issued_on: Mapped[date | None]
    enacted_on: Mapped[date | None]
    url: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[int] = mapped_column(ForeignKey("source_document.id"))
    rules: Mapped[int] = mapped_column(default=0)

    @property
    def has_words(self) -> bool:
        """Whether its sentences are here too."""
        return self.digest != WITHOUT_WORDS


class Provision(Base):
    """One section of a text that concerns a country, an account or a deadline, at its place among all sections.

    `concerns_aid`: it is about foreign or security assistance, not about something else in the same act.
    """

    __tablename__ = "provision"
    __table_args__ = ({"sqlite_with_rowid": False},)

    text_id: Mapped[int] = mapped_column(ForeignKey("bill_text_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(Text)
    heading: Mapped[str | None] = mapped_column(Text)
    fiscal_year: Mapped[int | None]
    section: Mapped[Section] = mapped_column(Json(Section))
    mentions: Mapped[tuple[Mention, ...]] = mapped_column(Json(tuple[Mention, ...]))
    concerns_aid: Mapped[bool] = mapped_column(default=True)


class _OfProvision:
    """A fact of a provision, in the text's order."""

    text_id: Mapped[int] = mapped_column(ForeignKey("bill_text_version.id"), primary_key=True, sort_order=-3)
    position: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    number: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


_CLUSTERED = {"sqlite_with_rowid": False}


class FundingLine(_OfProvision, Base):
    """A dollar figure. `account` is its first; `dollars` as printed, `effective` with the amendments printed after."""

    __tablename__ = "funding_line"
    __table_args__ = (Index("ix_funding_line_account", "account", "fiscal_year"), _CLUSTERED)

    kind: Mapped[AmountKind] = mapped_column(enum_type(AmountKind))
    account: Mapped[str | None] = mapped_column(Text)
    fiscal_year: Mapped[int | None]
    dollars: Mapped[int] = mapped_column(BigInteger)
    effective: Mapped[int] = mapped_column(BigInteger)
    is_sure: Mapped[bool]
    fact: Mapped[Figure] = mapped_column(Json(Figure))
    key: Mapped[str] = mapped_column(String(160))
    state: Mapped[LinkState] = mapped_column(enum_type(LinkState), default=LinkState.AUTO)


class TextCondition(_OfProvision, Base):
    """A string tied to money."""

    __tablename__ = "text_condition"
    __table_args__ = (_CLUSTERED,)

    kind: Mapped[ConditionKind] = mapped_column(enum_type(ConditionKind))
    is_sure: Mapped[bool]
    fact: Mapped[Condition] = mapped_column(Json(Condition))
    key: Mapped[str] = mapped_column(String(160))
    state: Mapped[LinkState] = mapped_column(enum_type(LinkState), default=LinkState.AUTO)


class TextDeadline(_OfProvision, Base):
    """Something due. When, follows from `fact` and the day of enactment."""

    __tablename__ = "text_deadline"
    __table_args__ = (_CLUSTERED,)

    duty: Mapped[Duty] = mapped_column(enum_type(Duty))
    is_sure: Mapped[bool]
    fact: Mapped[Deadline] = mapped_column(Json(Deadline))
    key: Mapped[str] = mapped_column(String(160))
    state: Mapped[LinkState] = mapped_column(enum_type(LinkState), default=LinkState.AUTO)


class ProvisionCountry(Base):
    """A country that a provision names."""

    __tablename__ = "provision_country"
    __table_args__ = (Index("ix_provision_country_country", "country", "text_id"), _CLUSTERED)

    text_id: Mapped[int] = mapped_column(ForeignKey("bill_text_version.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(3), primary_key=True)


class FactKind(StrEnum):
    """Which of a text's facts somebody decided about."""

    FIGURE = "figure"
    CONDITION = "condition"
    DEADLINE = "deadline"


class FactWord(Base):
    """What an editor said of a fact. It outlives the fact's row, which is written anew when the text is read again.

    `words` are those that the editor saw; where the text says something else at that place, the word is not of it.
    `fact` is the fact as the editor corrected it.
    """

    __tablename__ = "fact_word"
    __table_args__ = (UniqueConstraint("bill_key", "version", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bill_key: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    kind: Mapped[FactKind] = mapped_column(enum_type(FactKind))
    key: Mapped[str] = mapped_column(String(160))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[LinkState] = mapped_column(enum_type(LinkState))
    fact: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
