"""The mirror's bill texts as sections, read once a run."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from scrapers.mirror import mirror_content_type, mirror_path
from scrapers.records import BillText, Section
from scrapers.source import Document
from scrapers.sources.govinfo_bill_text import parse
from tests.mirror import mirror_root
from tracker.provisions.read import Provision, read_provisions

ACT_OF_2026 = "BILLS-119hr7148enr/xml/BILLS-119hr7148enr.xml"
ACT_OF_2024 = "BILLS-118hr2882enr/xml/BILLS-118hr2882enr.xml"


def document(address: str) -> Document:
    """A text of the mirror as the fetcher would bring it."""
    url = f"https://www.govinfo.gov/content/pkg/{address}"
    path = mirror_path(url)
    body = (mirror_root() / path).read_bytes()
    return Document(
        url=url, body=body, content_type=mirror_content_type(path, body),
        fetched_at=datetime(2026, 11, 2, 9, tzinfo=UTC),
        sha256=sha256(body).hexdigest(),
    )  # fmt: skip


@cache
def bill_text(address: str) -> BillText:
    (text,) = parse(document(address))
    return text


@cache
def division(address: str, number: str | None) -> tuple[Section, ...]:
    """The sections of one division; of the whole text where it has none."""
    return tuple(
        section
        for section in bill_text(address).sections
        if number is None or (section.steps and section.steps[0].number == number)
    )


@cache
def provisions(address: str, number: str | None = None) -> tuple[Provision, ...]:
    return tuple(read_provisions(division(address, number)))


def section(number: str | None, text: str, **rest: object) -> Section:
    """A section made for a test."""
    return Section(steps=(), number=number, text=text, **rest)  # type: ignore[arg-type]
