"""What the sources of the Government Accountability Office share: numbers, statuses, recommendations. Pure.

GAO prints the number of a recommendation behind its text, in many spellings, and on old ones not at all. A
recommendation that is addressed to Congress is a "matter for congressional consideration".
"""

from __future__ import annotations

import re
from datetime import date, datetime

from scrapers.errors import DriftError
from scrapers.plain_text import one_line, tidy, unescaped
from scrapers.records import AuditKind

WATCHDOG = "gao"
PUBLISHER = "U.S. Government Accountability Office"
SITE = "https://www.gao.gov"
PRODUCTS = f"{SITE}/products/"
CONGRESS = "Congress"

# Two spellings of each: the export's two hyphens, the page's dash.
OPEN = frozenset({"Open", "Open--Partially Addressed", "Open – Partially Addressed"})
CLOSED = frozenset(
    f"Closed{dash}{outcome}"
    for dash in ("--", " – ")
    for outcome in ("Implemented", "Not Implemented", "No Longer Valid")
)

_NUMBER = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_ADDRESS = re.compile(rf"(?:{re.escape(SITE)})?/products/(?P<slug>[a-z0-9-]+)/?", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*[(\[]\s*(?P<kind>Recommendations?|Matters?(?: for (?:Congressional )?Consideration)?)\s+(?:No\. ?|#)?"
    r"(?P<number>\d+(?:-\d+)?[A-Za-z]?)\s*[)\]]?\s*\.?$",
    re.IGNORECASE,
)


def number_of(address: str) -> str:
    """The number of a product by its page's address: `…/products/gao-26-107879` → `GAO-26-107879`."""
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        raise DriftError(f"not the address of a product: {address[:80]!r}")
    return found["slug"].upper()


def product_number(text: str) -> str:
    """A number as printed, `GAO-25-107622`, `NSIAD-00-31`, `163434`. Raises DriftError."""
    number = one_line(text).upper()
    if not _NUMBER.fullmatch(number) or not re.search(r"\d", number):
        raise DriftError(f"not a product's number: {text[:40]!r}")
    return number


def is_same(number: str, other: str) -> bool:
    """Whether two numbers are one: the page of NSIAD-AIMD-00-329 is called nsiadaimd-00-329."""
    return number.replace("-", "") == other.replace("-", "")


def product_address(number: str) -> str:
    """The address of a product's page."""
    return f"{PRODUCTS}{number.lower()}"


def product_type(number: str) -> str:
    """What sort of product it is, which GAO says by the end of its number."""
    endings = {"T": "Testimony", "R": "Letter", "SP": "Special publication", "G": "Guide"}
    found = re.fullmatch(r"[A-Z]+-\d{2}-\d+(T|R|SP|G)", number)
    return endings[found[1]] if found else "Testimony" if number.startswith("T-") else "Report"


def numbered(text: str) -> tuple[str, str | None, bool]:
    """A recommendation's words, the number behind them if there is one, and whether it is called a matter."""
    words = tidy(unescaped(text))
    tail = _TAIL.search(words)
    if tail is None:
        return words, None, False
    return words[: tail.start()], tail["number"], tail["kind"].lower().startswith("matter")


def kind_of(addressee: str, *, is_matter: bool) -> AuditKind:
    """A matter is what is put to Congress, or is called so."""
    return AuditKind.MATTER if is_matter or addressee == CONGRESS else AuditKind.RECOMMENDATION


def short_day(text: str) -> date:
    """`Sep 8, 2026`, as GAO writes days. Raises DriftError."""
    words = one_line(text)
    for form in ("%b %d, %Y", "%B %d, %Y"):
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007  # a calendar date
        except ValueError:
            continue
    raise DriftError(f"not a day: {text[:40]!r}")
