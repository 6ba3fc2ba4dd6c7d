"""What texts say: a measure's printed versions, their sections that matter, conditions, and what is due by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from scrapers.records import Section
from tracker.models import (
    BillTextVersion,
    FundingLine,
    Provision,
    ProvisionCountry,
    TextCondition,
    TextDeadline,
)
from tracker.provisions.deadlines import due_on
from tracker.provisions.facts import AmountKind, Condition, Deadline, Figure
from tracker.provisions.ladder import Place


class Read(NamedTuple):
    """A section that matters, with the facts read in it."""

    provision: Provision
    figures: Sequence[Figure]
    conditions: Sequence[Condition]
    deadlines: Sequence[Deadline]


class Due(NamedTuple):
    """Something that an act in force orders. `due` is None where its day hangs on another event."""

    version: BillTextVersion
    provision: Provision
    deadline: Deadline
    due: date | None
    is_sure: bool

    def days_left(self, today: date) -> int | None:
        """Below zero it is overdue."""
        return (self.due - today).days if self.due else None


class AccountLine(NamedTuple):
    """New money for an account in one printed version."""

    version: BillTextVersion
    provision: Provision
    line: FundingLine


def versions_of(session: Session, bill_key: str) -> Sequence[BillTextVersion]:
    """A measure's printed versions that were read, the oldest first; the law and its enrolled bill are the last."""
    found = (
        session.execute(select(BillTextVersion).where(BillTextVersion.bill_key == bill_key)).scalars().all()
    )
    return sorted(found, key=_age)


def version_of(session: Session, bill_key: str, version: str) -> BillTextVersion | None:
    return session.execute(
        select(BillTextVersion).where(
            BillTextVersion.bill_key == bill_key, BillTextVersion.version == version
        )
    ).scalar_one_or_none()


def _age(version: BillTextVersion) -> tuple[bool, bool, date, int]:
    return version.law is not None, version.version == "enr", version.issued_on or date.min, version.id


def read_in(session: Session, text_id: int, country: str | None = None) -> list[Read]:
    """The sections of a version that matter, in its order, with their facts; of one country if it is named."""
    asked = select(Provision).where(Provision.text_id == text_id).order_by(Provision.position)
    if country is not None:
        asked = asked.join(
            ProvisionCountry,
            (ProvisionCountry.text_id == Provision.text_id)
            & (ProvisionCountry.position == Provision.position),
        ).where(ProvisionCountry.country == country)
    figures: dict[int, list[Figure]] = defaultdict(list)
    conditions: dict[int, list[Condition]] = defaultdict(list)
    deadlines: dict[int, list[Deadline]] = defaultdict(list)
    for line in session.execute(select(FundingLine).where(FundingLine.text_id == text_id)).scalars():
        figures[line.position].append(line.fact)
    for condition in session.execute(select(TextCondition).where(TextCondition.text_id == text_id)).scalars():
        conditions[condition.position].append(condition.fact)
    for deadline in session.execute(select(TextDeadline).where(TextDeadline.text_id == text_id)).scalars():
        deadlines[deadline.position].append(deadline.fact)
    return [
        Read(one, figures[one.position], conditions[one.position], deadlines[one.position])
        for one in session.execute(asked).scalars()
    ]


def sections_of(session: Session, text_id: int) -> list[Section]:
    """The sections that matter as they stand, for `tracker.provisions.ladder.ladder`."""
    rows = session.execute(
        select(Provision.section).where(Provision.text_id == text_id).order_by(Provision.position)
    )
    return list(rows.scalars())


def conditions_of(session: Session, text_id: int, country: str | None = None) -> list[Place]:
    """Conditions with their sections, for `condition_ladder`; of one country if it is named."""
    rows = session.execute(
        select(TextCondition.fact, Provision.number, Provision.heading)
        .join(
            Provision,
            (Provision.text_id == TextCondition.text_id) & (Provision.position == TextCondition.position),
        )
        .where(TextCondition.text_id == text_id)
        .order_by(TextCondition.position, TextCondition.number)
    )
    return [
        Place(row.number or row.heading or "", row.fact)
        for row in rows
        if country is None or country in row.fact.countries
    ]


def account_lines(session: Session, account: str, fiscal_year: int) -> list[AccountLine]:
    """What each printed version appropriates to an account for a fiscal year. Never added up across versions."""
    rows = session.execute(
        select(BillTextVersion, Provision, FundingLine)
        .join(BillTextVersion, BillTextVersion.id == FundingLine.text_id)
        .join(
            Provision,
            (Provision.text_id == FundingLine.text_id) & (Provision.position == FundingLine.position),
        )
        .where(
            FundingLine.account == account,
            FundingLine.fiscal_year == fiscal_year,
            FundingLine.kind == AmountKind.APPROPRIATION,
        )
        .order_by(FundingLine.text_id, FundingLine.position, FundingLine.number)
    )
    return [AccountLine(*row) for row in rows]


def deadlines_in_force(session: Session) -> list[Due]:
    """Everything due under the acts that we have read, by day; what has no day of its own comes last.

    An act stands once, as the law where we have that text and else as its enrolled bill.
    """
    acts: dict[str, BillTextVersion] = {}
    for version in session.execute(
        select(BillTextVersion).where(BillTextVersion.enacted_on.is_not(None))
    ).scalars():
        if version.bill_key not in acts or _age(version) > _age(acts[version.bill_key]):
            acts[version.bill_key] = version
    by_id = {version.id: version for version in acts.values()}
    rows = session.execute(
        select(TextDeadline, Provision)
        .join(
            Provision,
            (Provision.text_id == TextDeadline.text_id) & (Provision.position == TextDeadline.position),
        )
        .where(TextDeadline.text_id.in_(by_id))
        .order_by(TextDeadline.text_id, TextDeadline.position, TextDeadline.number)
    )
    found = [_due(by_id[row.text_id], provision, row) for row, provision in rows]
    return sorted(found, key=lambda one: (one.due is None, one.due or date.max))


def _due(version: BillTextVersion, provision: Provision, row: TextDeadline) -> Due:
    assert version.enacted_on is not None
    return Due(version, provision, row.fact, due_on(row.fact, version.enacted_on), row.is_sure)
