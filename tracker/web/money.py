"""Dollars in words and figures, and the three marks of a table of money. Pure, but for the markup."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from tracker.queries.assistance import Cell, Mark

_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))


def about_dollars(dollars: int) -> str:
    """An amount as one says it: "$1.4 billion", "$61 million", "$19,000"; minus before the sign."""
    minus, amount = ("−" if dollars < 0 else ""), abs(dollars)
    for scale, name in _SCALES:
        if amount >= scale:
            return f"{minus}${_short(amount / scale)} {name}"
    return f"{minus}${amount:,}"


def _short(value: float) -> str:
    """With a tenth where the whole number is small: 1.4, 33.2, 181."""
    return f"{value:.1f}".removesuffix(".0") if value < 99.95 else f"{value:,.0f}"


def exact(dollars: int) -> str:
    """An amount to the dollar, for a column whose heading says dollars."""
    return f"{dollars:,}".replace("-", "−")


_WITHOUT = {
    mark: Markup('<span class="none">{}</span>').format(mark.value)
    for mark in (Mark.NOT_PUBLISHED, Mark.NOT_FOUND)
}


def cell_words(cell: Cell) -> Markup | str:
    """What stands in a table: the figure, 0 as well, or quietly why there is none."""
    return _WITHOUT[cell.mark] if cell.dollars is None else exact(cell.dollars)


def drawn_rows(columns: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Markup | str]]) -> Markup:
    """The rows of a ledger as its macro would draw them: eighty years by macro cost more than the rest of a page."""
    opening = [
        ("<td" if index else '<th scope="row"') + (' class="number">' if is_numeric else ">")
        for index, (_, is_numeric) in enumerate(columns)
    ]
    closing = ["</td>" if index else "</th>" for index in range(len(columns))]
    return Markup(  # noqa: S704  # every cell is escaped
        "".join(f"<tr>{''.join(map(_drawn_cell, opening, row, closing))}</tr>\n" for row in rows)
    )


def _drawn_cell(opening: str, cell: Markup | str, closing: str) -> str:
    return f"{opening}{escape(cell)}{closing}"


def percent_words(percent: float | None) -> Markup:
    """A share as a whole percentage."""
    if percent is None:
        return Markup('<span class="none">no share</span>')
    if 0 < percent < 1:
        return Markup("under 1%")
    return Markup("{}%").format(f"{percent:,.0f}")
