"""Dollars in words and figures, and the three marks of a table of money. Pure, but for the markup."""

from __future__ import annotations

from markupsafe import Markup

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


def cell_words(cell: Cell) -> Markup:
    """What stands in a table: the figure, 0 as well, or quietly why there is none."""
    if cell.mark is Mark.FIGURE and cell.dollars is not None:
        return Markup(exact(cell.dollars))  # noqa: S704  # digits
    return Markup('<span class="none">{}</span>').format(cell.mark.value)


def percent_words(percent: float | None) -> Markup:
    """A share as a whole percentage."""
    if percent is None:
        return Markup('<span class="none">no share</span>')
    if 0 < percent < 1:
        return Markup("under 1%")
    return Markup("{}%").format(f"{percent:,.0f}")
