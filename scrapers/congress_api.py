"""What the sources of the api.congress.gov have in common: addresses, pages, days. Pure.

The key goes into a header (see `fetch.py`), so that no address that is stored or shown has it. `format=json` is sent
always, since the default became XML. Fields are absent rather than null, and `next` may hold a bare blank.
Format: https://github.com/LibraryOfCongress/api.congress.gov
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from scrapers.errors import DriftError
from scrapers.records import BillType
from scrapers.source import Document

HOST = "api.congress.gov"
API = f"https://{HOST}/v3/"
PAGE = 250
"""The most entries that a page may have."""


class Pagination(msgspec.Struct):
    next: str | None = None


class AssociatedBill(msgspec.Struct):
    congress: int
    number: str
    type: str


Answer = TypeVar("Answer")


def read(document: Document, kind: type[Answer]) -> Answer:
    """The answer as typed values. Raises DriftError."""
    try:
        return msgspec.json.decode(document.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DriftError(f"not the answer that was asked for: {error}", url=document.url) from error


def next_page(pagination: Pagination | None, document: Document, path: str) -> str | None:
    """The address of the next page of the list at a path; None on the last one."""
    found = pagination.next if pagination else None
    if not found:
        return None
    address = found.replace(" ", "+")
    if not address.startswith((f"{API}{path}?", f"{API}{path}/")):
        raise DriftError(f"the next page lies elsewhere: {found[:120]!r}", url=document.url)
    return address


def page_size(given: str | None) -> int:
    """How many entries a page has, where an option asks for another number than the most."""
    if given is None:
        return PAGE
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= PAGE):
        raise ValueError(f"limit takes a number from 1 to {PAGE}, not {given[:20]!r}")
    return int(given)


def bill_keys(found: list[AssociatedBill]) -> tuple[str, ...]:
    """Measures by our keys, `116-hr-6395`; what is no measure is left out."""
    return tuple(
        f"{bill.congress}-{bill.type.lower()}-{int(bill.number)}"
        for bill in found
        if bill.type.lower() in BillType._value2member_map_ and bill.number.isdigit()
    )
