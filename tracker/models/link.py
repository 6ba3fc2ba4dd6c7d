"""What an item is about: links with their evidence, who decided what about them, and judgements."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.content.model import Verdict
from tracker.db import Base, Json, UtcDateTime, enum_type
from tracker.linking.evidence import CONFIDENT, Evidence
from tracker.models.item import Item


class LinkState(StrEnum):
    """Who stands behind a link: the rules alone, or an editor who looked."""

    AUTO = "auto"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


def is_shown(state: LinkState, score: int) -> bool:
    """Readers see what an editor confirmed and what the rules are sure of; the rest waits at the desk."""
    return state is LinkState.CONFIRMED or (state is LinkState.AUTO and score >= CONFIDENT)


class Link(Base):
    """An item is about a target: `country:EGY`, `programme:fmf`, `recommendation:SLUG`, `scope:security-assistance`.

    `evidence` is strongest first; it is empty only where an editor added the link by hand. A link that an
    editor decided about is never changed by a re-run, and a rejected one stays, so that it does not come back.
    """

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("item_id", "target"),
        Index("ix_link_target", "target", "is_shown", "item_id"),
        Index("ix_link_waiting", "state", "is_shown", "score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    target: Mapped[str] = mapped_column(String(80))
    score: Mapped[int]
    state: Mapped[LinkState] = mapped_column(enum_type(LinkState))
    is_shown: Mapped[bool]
    evidence: Mapped[tuple[Evidence, ...]] = mapped_column(Json(tuple[Evidence, ...]))
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)

    item: Mapped[Item] = relationship(lazy="raise")


class Origin(StrEnum):
    """Where a judgement was written."""

    CONTENT = "content"
    DESK = "desk"


class Judgement(Base):
    """An item advances or weakens a recommendation or promise, says an editor, with a sentence of reason.

    Those of `content/` are signed "the editors" and follow their files; those of the desk carry the login.
    """

    __tablename__ = "judgement"
    __table_args__ = (
        UniqueConstraint("item_id", "target", "verdict", "origin"),
        Index("ix_judgement_target", "target", "verdict", "item_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    target: Mapped[str] = mapped_column(String(80))
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict))
    reason: Mapped[str] = mapped_column(Text)
    made_on: Mapped[date]
    made_by: Mapped[str] = mapped_column(Text)
    origin: Mapped[Origin] = mapped_column(enum_type(Origin))

    item: Mapped[Item] = relationship(lazy="raise")


class DecisionKind(StrEnum):
    """What an editor did."""

    CONFIRM = "confirm"
    REJECT = "reject"
    ADD = "add"
    JUDGE = "judge"
    WITHDRAW = "withdraw"
    RELEASE = "release"
    DROP = "drop"
    CONFIRM_FACT = "confirm_fact"
    REJECT_FACT = "reject_fact"
    UNDO = "undo"


class Decision(Base):
    """The desk's log: who did what, when, and what stood before and after, so that it can be undone.

    `subject` names what was decided about: an item's key, `collection:ID`, or a fact of a text by
    `fact:BILL/VERSION/KIND/KEY`. `undoes` is the decision that
    this one took back.
    """

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_item", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DecisionKind] = mapped_column(enum_type(DecisionKind))
    subject: Mapped[str] = mapped_column(String(120))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    target: Mapped[str | None] = mapped_column(String(80))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))


class LinkedWith(Base):
    """What the links were last made with: each vocabulary entry and rule, its digest, and its words.

    Comparing it with the vocabulary of today says which items a change touches. The words are kept because
    an entry that lost one must find the items that had it.
    """

    __tablename__ = "linked_with"

    entry: Mapped[str] = mapped_column(String(120), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    words: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
