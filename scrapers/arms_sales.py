"""What the two publishers of arms-sale notices have in common: amounts, transmittal numbers, lists of articles. Pure.

Used by the sources `federal_register_arms_sales` and `state_arms_sales`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import cast

from lxml import html
from lxml.html import HtmlElement

from scrapers.errors import DriftError
from scrapers.records import SaleArticle
from scrapers.source import Document

DOLLARS = r"\$\s*(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:\s+(?:thousand|million|billion))?"
"""An amount as notices print it: `$ 0`, `$82.50 million`, `$1.2 billion`."""
DAY = r"[A-Z][a-z]+\s+\d{1,2},\s+\d{4}"
"""A day as notices print it: `February 26, 2026`."""
TRANSMITTAL = r"\d{2}-[0-9A-Z]{2,4}"
"""A transmittal number: `26-23`, for an enhancement `26-1C` or `17-0A`."""

_AMOUNT = re.compile(r"\$\s*(?P<number>[\d,]*\.?\d+)(?:\s+(?P<unit>thousand|million|billion))?")
_UNITS = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_EMERGENCY = re.compile(r"\bemergency\s+exists\b", re.IGNORECASE)
_ESTIMATE = re.compile(
    rf"(?:estimated\s+total|total\s+estimated)\s+(?:(?:program|case)\s+)?(?:cost|value)\s+is\s+(?P<dollars>{DOLLARS})",
    re.IGNORECASE,
)


def html_root(document: Document) -> HtmlElement:
    """The root of an HTML page; scripts and styles are left out."""
    if not document.body or document.body.isspace():
        raise DriftError("the document is empty", url=document.url)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = html.document_fromstring(document.body, parser=parser)
    for element in elements(root, "//script | //style"):
        element.drop_tree()
    return root


def elements(root: HtmlElement, path: str) -> list[HtmlElement]:
    """The elements at a path."""
    return cast(list[HtmlElement], root.xpath(path))


def one_line(text: str) -> str:
    """Wrapped lines as one. A line that ends in a hyphen or a stroke goes on without a blank (`AN/`, `multi-`)."""
    return " ".join(re.sub(r"(?<=[A-Za-z0-9][-/])\s*\n\s*(?=\w)", "", text).split())


def text_digest(text: str) -> str:
    """The SHA-256 of the words, however they are wrapped."""
    return sha256(" ".join(text.split()).encode()).hexdigest()


def dollars(text: str) -> int:
    """Whole dollars of an amount. Raises DriftError."""
    match = _AMOUNT.fullmatch(" ".join(text.split()))
    if match is None:
        raise DriftError(f"not an amount: {text[:40]!r}")
    amount = Decimal(match["number"].replace(",", "")) * _UNITS.get(match["unit"], 1)
    if amount != amount.to_integral_value():
        raise DriftError(f"not whole dollars: {text[:40]!r}")
    return int(amount)


def estimated_total(text: str) -> int | None:
    """What "the estimated total cost is" gives; None where no such words stand."""
    match = _ESTIMATE.search(text)
    return dollars(match["dollars"]) if match else None


def written_day(text: str) -> date:
    """A day in words, `February 26, 2026`. Raises DriftError."""
    try:
        return datetime.strptime(" ".join(text.split()), "%B %d, %Y").date()  # noqa: DTZ007  # a calendar date
    except ValueError as error:
        raise DriftError(f"not a day: {text[:40]!r}") from error


def states_emergency(text: str) -> bool:
    """Whether the sale is notified as an emergency, for which the law sets no waiting period."""
    return bool(_EMERGENCY.search(text))


# --- articles ---------------------------------------------------------------------------------------

_QUANTITY = re.compile(
    r"(?:(?:an|up to|additional|an additional)\s+)*[A-Za-z]+(?:[- ][a-z]+)*\s+\((?P<number>\d[\d,]*)\)\s+(?P<name>.+)",
    re.DOTALL,
)
# Every list ends so; it names nothing.
_BOILERPLATE = re.compile(
    r"(?:and\s+)?(?:other\s+)?related\s+elements\s+of\s+(?:logistics|program)\b", re.IGNORECASE
)


def articles(text: str, *, is_major: bool | None) -> Iterator[SaleArticle]:
    """The articles of a list with semicolons between them."""
    for part in one_line(text).rstrip(" .").split(";"):
        name = part.strip().removeprefix("and ").strip()
        if name and not _BOILERPLATE.match(name):
            yield article(name, is_major=is_major)


def article(text: str, *, is_major: bool | None) -> SaleArticle:
    """One article; its quantity is the figure that stands in brackets behind the word: `Twenty (20) M142 …`."""
    match = _QUANTITY.fullmatch(text)
    if match is None or match["name"].startswith(("years of ", "months of ")):
        return SaleArticle(text, is_major=is_major)
    return SaleArticle(match["name"], int(match["number"].replace(",", "")), is_major)
