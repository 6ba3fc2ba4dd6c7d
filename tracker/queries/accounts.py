"""What the texts of appropriations measures give each account, amount by amount with its section. Nothing is added.

New money stands by itself; what the same texts take back, move or apply otherwise stands apart (`Kind`). An amount is
as printed, with the floor amendments printed behind it beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, cast

import msgspec
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from tracker.content.measures import Measure, Milestone, MilestoneKind, Printed, Subcommittee, printed
from tracker.models import BillTextVersion, FundingLine, Provision
from tracker.provisions.accounts import ACCOUNTS, SECURITY_ACCOUNTS, Account
from tracker.provisions.facts import AmountKind
from tracker.queries.appropriations import all_measures

TEXT = cast(Table, BillTextVersion.__table__)
PROVISION = cast(Table, Provision.__table__)
FUNDING = cast(Table, FundingLine.__table__)

NEW_MONEY = AmountKind.APPROPRIATION
BESIDE = (AmountKind.RESCISSION, AmountKind.TRANSFER, AmountKind.SUBSTITUTED)
"""What changes what may be spent and is no new money: shown by itself, never taken off or added."""


class Amount(msgspec.Struct, frozen=True):
    """One dollar figure for an account. `effective` is with the amendments printed after it; `place` is the section.

    `in_place_of` is of an amount that a continuing resolution puts in place of another.
    """

    account: str
    kind: AmountKind
    dollars: int
    effective: int
    place: str
    in_place_of: int | None = None


class Mark(StrEnum):
    """What stands in a cell of accounts by text: amounts, or why there are none."""

    AMOUNTS = "amounts"
    NO_HEADING = "no such heading"
    CONTINUED = "continued"
    NOT_COLLECTED = "not collected"
    NO_ACT = "no act yet"


class Cell(msgspec.Struct, frozen=True):
    """What a text gives an account as new money."""

    mark: Mark
    amounts: tuple[Amount, ...] = ()


class Printing(NamedTuple):
    """A milestone that printed a text, and whose it is."""

    measure: Measure
    milestone: Milestone

    @property
    def text(self) -> Printed | None:
        return text_of(self.milestone)

    @property
    def url(self) -> str:
        """Where its text is."""
        return self.milestone.text or next(
            (source.url for source in self.milestone.sources if printed(source.url)), ""
        )


def text_of(milestone: Milestone) -> Printed | None:
    """Which printed text a milestone is of; a supplemental or a continuing resolution names it as a source."""
    addresses = (milestone.text, *(source.url for source in milestone.sources))
    found = (printed(url) for url in addresses if url)
    return next((one for one in found if one and one.bill == milestone.bill), None)


class AccountAmounts(msgspec.Struct, frozen=True):
    """Every amount for an account of security assistance in the texts that measures name."""

    by_text: Mapping[tuple[str, str], tuple[Amount, ...]] = {}
    held: frozenset[tuple[str, str]] = frozenset()

    def of(self, printing: Printing) -> tuple[Amount, ...]:
        """Those of a measure's part of its text."""
        text, division = printing.text, printing.milestone.division
        if text is None:
            return ()
        amounts = self.by_text.get((text.bill, text.version), ())
        inside = f"division {division}, "
        return tuple(one for one in amounts if division is None or one.place.startswith(inside))

    def cell(self, printing: Printing, account: str) -> Cell:
        found = tuple(one for one in self.of(printing) if one.account == account and one.kind is NEW_MONEY)
        if found:
            return Cell(Mark.AMOUNTS, found)
        if printing.milestone.continues:
            return Cell(Mark.CONTINUED)
        text = printing.text
        is_held = text is not None and (text.bill, text.version) in self.held
        return Cell(Mark.NO_HEADING if is_held else Mark.NOT_COLLECTED)


def read_account_amounts(session: Session) -> AccountAmounts:
    """All at once: they are few, and change with a collection only. Two questions."""
    named = {(text.bill, text.version) for one in printings() if (text := one.text)}
    bills = {bill for bill, _ in named}
    texts = session.execute(
        select(TEXT.c.id, TEXT.c.bill_key, TEXT.c.version).where(TEXT.c.bill_key.in_(bills))
    )
    ids = {row.id: (row.bill_key, row.version) for row in texts if (row.bill_key, row.version) in named}
    found: dict[tuple[str, str], list[Amount]] = defaultdict(list)
    for row in session.execute(
        select(FUNDING, PROVISION.c.path)
        .join_from(
            FUNDING, PROVISION,
            (PROVISION.c.text_id == FUNDING.c.text_id) & (PROVISION.c.position == FUNDING.c.position),
        )
        .where(
            FUNDING.c.text_id.in_(ids),
            FUNDING.c.account.in_(SECURITY_ACCOUNTS),
            FUNDING.c.kind.in_((NEW_MONEY, *BESIDE)),
            FUNDING.c.is_sure,
        )
        .order_by(FUNDING.c.text_id, FUNDING.c.position, FUNDING.c.number)
    ):  # fmt: skip
        found[ids[row.text_id]].append(Amount(
            row.account, row.kind, row.dollars, row.effective, row.path + row.fact.label, row.fact.in_place_of,
        ))  # fmt: skip
    return AccountAmounts({text: tuple(amounts) for text, amounts in found.items()}, frozenset(ids.values()))


def printings(measures: Sequence[Measure] | None = None) -> Iterator[Printing]:
    """Every milestone that printed a text, of all measures if none are named."""
    for measure in all_measures() if measures is None else measures:
        for milestone in measure.milestones:
            if text_of(milestone):
                yield Printing(measure, milestone)


# --- one measure: its texts side by side ------------------------------------------------------------


class AccountRow(NamedTuple):
    """An account in each text."""

    account: Account
    cells: tuple[Cell, ...]


def steps_of(measure: Measure) -> list[Printing]:
    """A measure's texts in the ladder's order; before them the last act before it that printed accounts anew."""
    own = [
        Printing(measure, milestone) for step in measure.steps if (milestone := measure.milestone(step.kind))
    ]
    acts = [
        Printing(one, one.enacted)
        for one in all_measures()
        if one.subcommittee is measure.subcommittee and one.fiscal_year < measure.fiscal_year
        and one.enacted is not None and one.enacted.text and not one.enacted.continues
    ]  # fmt: skip
    return [*acts[:1], *own] if own else []


def account_rows(laid: Sequence[Printing], amounts: AccountAmounts) -> list[AccountRow]:
    """The accounts that any of the texts has, in the order in which tables show them."""
    rows = [
        AccountRow(account, tuple(amounts.cell(printing, account.code) for printing in laid))
        for account in ACCOUNTS
    ]
    return [row for row in rows if any(cell.amounts for cell in row.cells)]


class Found(NamedTuple):
    """An amount, and the text that has it."""

    printing: Printing
    amount: Amount


def every_amount(laid: Iterable[Printing], amounts: AccountAmounts) -> list[Found]:
    """All amounts of these texts, each once: a continuing resolution stands in two measures."""
    found: dict[tuple[Printed | None, Amount], Found] = {}
    for printing in laid:
        for one in amounts.of(printing):
            found.setdefault((printing.text, one), Found(printing, one))
    return list(found.values())


def is_aside(found: Found) -> bool:
    """Whether it is taken back, moved or put in another's place."""
    return found.amount.kind in BESIDE


# --- acts by fiscal year ----------------------------------------------------------------------------


class ActColumn(NamedTuple):
    """A fiscal year's acts or its supplemental acts: what they are called, by subcommittee."""

    fiscal_year: int
    is_supplemental: bool
    printings: tuple[Printing, ...]


def act_columns() -> list[ActColumn]:
    """The acts of each fiscal year, the oldest first, and beside them their supplemental acts."""
    made = []
    for year in sorted({one.fiscal_year for one in all_measures()}):
        own = [one for one in all_measures() if one.fiscal_year == year]
        acts = tuple(Printing(one, one.enacted) for one in own if one.enacted is not None)
        added = tuple(one for one in printings(own) if one.milestone.kind is MilestoneKind.SUPPLEMENTAL)
        made.append(ActColumn(year, False, acts))
        if added:
            made.append(ActColumn(year, True, added))
    return made


def act_rows(columns: Sequence[ActColumn], amounts: AccountAmounts) -> list[AccountRow]:
    """Each account of the acts. It is looked for where the acts of its subcommittee print it."""
    rows = []
    for account in ACCOUNTS:
        homes = {
            printing.measure.subcommittee
            for printing in printings()
            if amounts.cell(printing, account.code).amounts
        }
        cells = tuple(_act_cell(column, account.code, homes, amounts) for column in columns)
        if any(cell.amounts for cell in cells):
            rows.append(AccountRow(account, cells))
    return rows


def _act_cell(column: ActColumn, account: str, homes: set[Subcommittee], amounts: AccountAmounts) -> Cell:
    own = [one for one in column.printings if one.measure.subcommittee in homes]
    if not own:
        return Cell(Mark.NO_HEADING if column.is_supplemental else Mark.NO_ACT)
    return next(
        (cell for one in own if (cell := amounts.cell(one, account)).amounts), amounts.cell(own[0], account)
    )


def account_of(code: str) -> Account | None:
    return next((one for one in ACCOUNTS if one.code == code), None)


class AccountYear(NamedTuple):
    """A fiscal year of one account: a printing for each of its texts that prints it or says why not."""

    fiscal_year: int
    cells: tuple[tuple[Printing, Cell], ...]


def account_years(account: str, amounts: AccountAmounts) -> list[AccountYear]:
    """The texts of an account's subcommittee by fiscal year, the newest first."""
    homes = {one.measure.subcommittee for one in printings() if amounts.cell(one, account).amounts}
    years = []
    for measure in all_measures():
        if measure.subcommittee in homes:
            own = [
                Printing(measure, milestone)
                for step in measure.steps
                if (milestone := measure.milestone(step.kind))
            ]
            own += [one for one in printings([measure]) if one.milestone.kind is MilestoneKind.SUPPLEMENTAL]
            years.append(
                AccountYear(measure.fiscal_year, tuple((one, amounts.cell(one, account)) for one in own))
            )
    return years
