"""Accounts of security assistance in words, tables and pictures: by measure, by year, and one account by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, abort, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from tracker.content.measures import MilestoneKind, Subcommittee
from tracker.db import db
from tracker.provisions.accounts import Account
from tracker.provisions.facts import AmountKind
from tracker.queries.accounts import (
    AccountAmounts,
    AccountRow,
    ActColumn,
    Amount,
    Cell,
    Found,
    Mark,
    Printing,
    account_of,
    account_rows,
    account_years,
    act_columns,
    act_rows,
    every_amount,
    is_aside,
    printings,
    read_account_amounts,
    steps_of,
)
from tracker.queries.appropriations import measure_of
from tracker.web import charts
from tracker.web.caching import current_version, remembered
from tracker.web.deadlines import as_of as texts_as_of
from tracker.web.formatting import capital, listed
from tracker.web.listing import formats
from tracker.web.money import about_dollars, exact

blueprint = Blueprint("accounts", __name__)

PATH = "/appropriations/accounts"

SUBCOMMITTEES = {
    Subcommittee.NSRP: "Foreign aid",
    Subcommittee.DEFENSE: "Defense",
}

STEP_WORDS = {
    MilestoneKind.HOUSE_REPORTED: "House committee",
    MilestoneKind.HOUSE_PASSED: "House",
    MilestoneKind.SENATE_REPORTED: "Senate committee",
    MilestoneKind.SENATE_PASSED: "Senate",
    MilestoneKind.ENACTED: "Act",
    MilestoneKind.SUPPLEMENTAL: "Supplemental act",
    MilestoneKind.CONTINUING: "Continuing resolution",
}

MARK_WORDS = {
    Mark.NO_HEADING: "no such heading",
    Mark.CONTINUED: "continued, no figure printed",
    Mark.NOT_COLLECTED: "text not collected",
    Mark.NO_ACT: "no act yet",
}

KIND_WORDS = {
    AmountKind.RESCISSION: "taken back",
    AmountKind.TRANSFER: "may be moved",
    AmountKind.SUBSTITUTED: "applied instead",
}

Rows = list[list[str | Markup]]


def amounts() -> AccountAmounts:
    """Every amount of the texts, asked for once a version."""
    return remembered(current_version(), "account amounts", lambda: read_account_amounts(db.session))


def printing_words(printing: Printing) -> str:
    """What a text is called: "House, 2026", "Act for 2025"."""
    year, milestone = printing.measure.fiscal_year, printing.milestone
    if milestone.kind is MilestoneKind.ENACTED:
        continued = milestone.continues
        return f"{year}: act for {continued[:4]} continued" if continued else f"Act for {year}"
    return f"{STEP_WORDS[milestone.kind]}, {year}"


class Table(NamedTuple):
    """What a ledger needs."""

    columns: list[tuple[str, bool]]
    rows: Rows


# --- a measure --------------------------------------------------------------------------------------


class Section(NamedTuple):
    """The accounts of one measure, text by text."""

    table: Table
    asides: Table
    places: list[tuple[str, str, str]]
    has_amended: bool
    chart_words: str


def measure_accounts(laid: Sequence[Printing], name: str) -> Section | None:
    """None where none of its texts has an account of ours."""
    held = amounts()
    rows = account_rows(laid, held)
    if not rows:
        return None
    found = [amount for row in rows for cell in row.cells for amount in cell.amounts]
    return Section(
        _table([printing_words(one) for one in laid], rows),
        aside_table([one for one in every_amount(laid, held) if is_aside(one)]),
        [(printing_words(one), one.url, _place_words(one, held)) for one in laid],
        any(amount.dollars != amount.effective for amount in found),
        chart_words(name, laid, rows),
    )


def _table(names: Sequence[str], rows: Sequence[AccountRow]) -> Table:
    columns = [("Account", False), *((name, True) for name in names)]
    return Table(columns, [[account_link(row.account), *map(cell_words, row.cells)] for row in rows])


def account_link(account: Account) -> Markup:
    return Markup('<a href="{}/{}"><abbr title="{}">{}</abbr></a>').format(
        PATH, account.code, account.name, account.code
    )


def cell_words(cell: Cell) -> str | Markup:
    """An amount as printed and, where floor amendments follow it, with them; or why there is none."""
    if not cell.amounts:
        return Markup('<span class="none">{}</span>').format(MARK_WORDS[cell.mark])
    if len(cell.amounts) == 1:
        return _amount_words(cell.amounts[0])
    return Markup("<br>").join(
        Markup('{} <span class="none">{}</span>').format(_amount_words(one), one.place.partition(",")[0])
        for one in cell.amounts
    )


def _amount_words(one: Amount) -> str | Markup:
    if one.effective == one.dollars:
        return exact(one.dollars)
    return Markup("{}<br>{} amended").format(exact(one.dollars), exact(one.effective))


def _place_words(printing: Printing, held: AccountAmounts) -> str:
    """Under which titles the new money stands."""
    titles = dict.fromkeys(
        found[0]
        for one in held.of(printing)
        if one.kind is AmountKind.APPROPRIATION and (found := _TITLE.search(one.place))
    )
    division = [f"division {printing.milestone.division}"] if printing.milestone.division else []
    return ", ".join([*division, *filter(None, [listed(list(titles))])]) if titles else ""


_TITLE = re.compile(r"\btitle [IVX]+\b")


def place_words(one: Amount) -> Markup:
    """The section, in one piece; new money stands under the account's own heading, which goes without saying."""
    words = one.place
    if one.kind is AmountKind.APPROPRIATION and (found := _TITLE.search(words)):
        words = words[: found.end()]
    return Markup('<span class="in-one-line">{}</span>').format(words)


def aside_table(found: Sequence[Found]) -> Table:
    """What is taken back, moved or put in another's place: a row each, in the text's order."""
    rows: Rows = []
    for printing, one in found:
        what: str | Markup = KIND_WORDS[one.kind]
        if one.in_place_of is not None:
            what = f"{what} of {exact(one.in_place_of)}"
        rows.append([
            one.account, _text_link(printing), capital(str(what)), exact(one.effective), place_words(one),
        ])  # fmt: skip
    columns = [("Account", False), ("Text", False), ("What", False), ("Dollars", True), ("Where", False)]
    return Table(columns, rows)


def _text_link(printing: Printing) -> Markup:
    return Markup('<a href="{}">{}</a>').format(printing.url, printing_words(printing))


# --- acts by year -----------------------------------------------------------------------------------


def acts_table() -> Table | None:
    """The accounts of the acts by fiscal year; None where no text is held."""
    columns = act_columns()
    rows = act_rows(columns, amounts())
    return _table([_column_words(one) for one in columns], rows) if rows else None


def _column_words(column: ActColumn) -> str:
    return f"{column.fiscal_year}, supplemental" if column.is_supplemental else str(column.fiscal_year)


# --- one account ------------------------------------------------------------------------------------


@blueprint.get(f"{PATH}/<code>")
def show(code: str) -> str | Response:
    account = account_of(code)
    if account is None:
        meant = account_of(code.upper())
        return redirect(f"{PATH}/{meant.code}", 301) if meant else abort(404)
    held = amounts()
    years = account_years(account.code, held)
    figures = [(one, cell) for year in years for one, cell in year.cells]
    beside = [
        one for one in every_amount(printings(), held) if one.amount.account == account.code and is_aside(one)
    ]
    return render_template(
        "appropriations/account.html",
        account=account,
        sentence=account_sentence(account, figures),
        table=figure_table(figures),
        texts_as_of=texts_as_of(),
        asides=aside_table(beside),
        has_chart=any(cell.amounts for _, cell in figures),
        chart_words=account_chart_words(account, figures),
        formats=formats(f"{PATH}/{account.code}", {}, "json", "csv"),
    )


def account_sentence(account: Account, figures: Sequence[tuple[Printing, Cell]]) -> str:
    """The newest act's amount, and the newest bill's after it."""
    acts = [(p, c) for p, c in figures if p.milestone.kind is MilestoneKind.ENACTED and c.amounts]
    if not acts:
        return f"No act that is held here gives money to {account.name} by that heading."
    act, cell = acts[0]
    told = f"The act for {act.measure.fiscal_year} gives {account.name} {about_dollars(cell.amounts[0].effective)}"
    later = [(p, c) for p, c in figures if p.measure.fiscal_year > act.measure.fiscal_year and c.amounts]
    if not later:
        return f"{told}."
    bill, amount = later[-1]
    return f"{told}; the newest text after it, {printing_words(bill)}, {about_dollars(amount.amounts[0].effective)}."


def figure_table(figures: Sequence[tuple[Printing, Cell]]) -> Table:
    """A row a figure, with its own source."""
    rows: Rows = []
    for printing, cell in figures:
        year, text = str(printing.measure.fiscal_year), _text_link(printing)
        for one in cell.amounts:
            amended = (
                exact(one.effective)
                if one.effective != one.dollars
                else Markup('<span class="none">none</span>')
            )
            rows.append([year, text, exact(one.dollars), amended, place_words(one)])
        if not cell.amounts:
            rows.append([year, text, cell_words(cell), "", ""])
    columns = [("Fiscal year", False), ("Text", False), ("As printed", True), ("With floor amendments", True),
               ("Where it stands", False)]  # fmt: skip
    return Table(columns, rows)


# --- pictures ---------------------------------------------------------------------------------------


@blueprint.get("/appropriations/<key>/accounts.svg")
def measure_chart(key: str) -> Response:
    """A measure's accounts text by text: `theme` light or dark, `size` wide or narrow."""
    measure = measure_of(key) or abort(404)
    laid = steps_of(measure)
    rows = account_rows(laid, amounts())
    values = [
        (row.account.code, str(index), amount.dollars, amount.effective)
        for row in rows
        for index, cell in enumerate(row.cells)
        for amount in cell.amounts
    ]
    names = [
        (str(index), printing_words(one), one.milestone.kind if one.measure is measure else None)
        for index, one in enumerate(laid)
    ]
    return _drawn(values, names, f"Accounts of {measure.name} by text", chart_words(measure.name, laid, rows))


@blueprint.get(f"{PATH}/<code>.svg")
def account_chart(code: str) -> Response:
    """An account's years text by text."""
    account = account_of(code) or abort(404)
    figures = [pair for year in account_years(account.code, amounts()) for pair in year.cells]
    values = [
        (str(one.measure.fiscal_year), one.milestone.kind.value, amount.dollars, amount.effective)
        for one, cell in figures
        if one.milestone.kind is not MilestoneKind.SUPPLEMENTAL
        for amount in cell.amounts
    ]
    names = [(kind.value, STEP_WORDS[kind], kind) for kind in _STEP_COLOURS]
    return _drawn(
        values, names, f"{account.name} by fiscal year and text", account_chart_words(account, figures)
    )


_STEP_COLOURS = (
    MilestoneKind.HOUSE_REPORTED,
    MilestoneKind.HOUSE_PASSED,
    MilestoneKind.SENATE_REPORTED,
    MilestoneKind.SENATE_PASSED,
    MilestoneKind.ENACTED,
)


def _drawn(
    values: Sequence[tuple[str, str, int, int]],
    names: Sequence[tuple[str, str, MilestoneKind | None]],
    title: str,
    description: str,
) -> Response:
    """`names` are a text's key, its words, and what kind it is; none for the act of the year before."""
    if not values:
        abort(404)
    colours = charts.THEMES.get(request.args.get("theme", ""), charts.THEMES["light"])
    width, _ = charts.SIZES.get(request.args.get("size", ""), charts.SIZES["wide"])
    used = {key for _, key, _, _ in values}
    names = [name for name in names if name[0] in used]
    series = [
        charts.Series(key, name, colours.steps[0 if kind is None else 1 + _STEP_COLOURS.index(kind)])
        for key, name, kind in names
    ]
    drawn = charts.steps_chart(
        values, series, colours=colours, width=width - 60, title=title, description=description
    )
    return Response(drawn, mimetype=charts.MEDIA_TYPE)


def chart_words(name: str, laid: Sequence[Printing], rows: Sequence[AccountRow]) -> str:
    """The picture in words: the largest account, first and last."""
    if not rows or not laid:
        return ""
    top = max(rows, key=lambda row: max((a.effective for c in row.cells for a in c.amounts), default=0))
    told = [
        f"{printing_words(one)} {about_dollars(cell.amounts[0].effective)}"
        for one, cell in zip(laid, top.cells, strict=True)
        if cell.amounts
    ]
    return f"{name}: {len(rows)} accounts. The largest, {top.account.name}: {'; '.join(told)}. The table below has all."


def account_chart_words(account: Account, figures: Sequence[tuple[Printing, Cell]]) -> str:
    told = [
        f"{printing.measure.fiscal_year}, {about_dollars(cell.amounts[0].effective)}"
        for printing, cell in figures
        if printing.milestone.kind is MilestoneKind.ENACTED and cell.amounts
    ]
    return (
        f"{account.name} by fiscal year and text. Acts: {'; '.join(told) or 'none'}. The table below has all."
    )
