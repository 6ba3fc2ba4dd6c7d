"""What the documents on one sale say together. Pure.

The Federal Register's text is the formal one: where it speaks, it counts before a release, and a later one before
an earlier one, since a correction puts right what came before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from scrapers.records import ArmsSaleNotice, EarlierReport, SaleArticle, SaleKind


class SaleFacts(msgspec.Struct, frozen=True):
    """One proposed sale. `published_on` is of the first notice in the Federal Register, `announced_on` of the first
    release. `kind` is a correction only where nothing else is held of the sale.
    """

    transmittal: str | None
    kind: SaleKind
    section: str | None
    title: str | None
    purchaser: str | None
    major_dollars: int | None
    other_dollars: int | None
    total_dollars: int | None
    articles: tuple[SaleArticle, ...]
    funding_source: str | None
    military_department: str | None
    cases: tuple[str, ...]
    prior_cases: str | None
    sales_commission: str | None
    sensitivity: str | None
    classification: str | None
    is_emergency: bool
    delivered_on: date | None
    published_on: date | None
    announced_on: date | None
    corrected_on: date | None
    original: str | None
    earlier: tuple[EarlierReport, ...]

    @property
    def notified_on(self) -> date:
        """The day that lists go by: of delivery to Congress, or else the first on which it was told of."""
        first = self.delivered_on or self.announced_on or self.published_on
        assert first is not None  # every document has its day
        return first


_FROM_NOTICES = (
    "section", "title", "purchaser", "major_dollars", "other_dollars", "total_dollars", "articles",
    "funding_source", "military_department", "cases", "prior_cases", "sales_commission", "sensitivity",
    "classification", "delivered_on", "original", "earlier",
)  # fmt: skip


def is_formal(notice: ArmsSaleNotice) -> bool:
    """Whether it is from the Federal Register, which numbers its documents."""
    return notice.number is not None


def main_notice(notices: Sequence[ArmsSaleNotice]) -> ArmsSaleNotice:
    """The document that speaks for the sale: a formal notice before a release, a correction last."""
    return max(
        notices,
        key=lambda one: (one.kind is not SaleKind.CORRECTION, is_formal(one), one.published_on, one.url),
    )


def together(notices: Sequence[ArmsSaleNotice]) -> SaleFacts:
    """The facts of one sale from all its documents."""
    ordered = sorted(notices, key=lambda one: (is_formal(one), one.published_on, one.url), reverse=True)
    formal = [one for one in notices if is_formal(one)]
    told: dict[str, Any] = {
        name: next((value for one in ordered if (value := getattr(one, name)) not in (None, ())), None)
        for name in _FROM_NOTICES
    }
    for name in ("articles", "cases", "earlier"):
        told[name] = told[name] or ()
    return SaleFacts(
        transmittal=next((one.transmittal for one in ordered if one.transmittal), None),
        kind=_kind(notices),
        is_emergency=any(one.is_emergency for one in notices),
        published_on=_first(formal),
        announced_on=_first(one for one in notices if not is_formal(one)),
        corrected_on=max(
            (one.published_on for one in notices if one.kind is SaleKind.CORRECTION), default=None
        ),
        **told,
    )


def _kind(notices: Iterable[ArmsSaleNotice]) -> SaleKind:
    kinds = {one.kind for one in notices}
    return next(
        kind for kind in (SaleKind.ENHANCEMENT, SaleKind.NOTIFICATION, SaleKind.CORRECTION) if kind in kinds
    )


def _first(notices: Iterable[ArmsSaleNotice]) -> date | None:
    return min((one.published_on for one in notices), default=None)
