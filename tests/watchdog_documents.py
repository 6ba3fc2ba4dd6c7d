"""Documents of watchdogs that tests make: pages of GAO products, exports of open recommendations, feeds.

They have the mark-up that is known of the publishers' own, and real facts where a test is about facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from scrapers.records import AnyRecord
from scrapers.registry import all_sources
from scrapers.source import Document, Request
from tests.sources.saved import FOLDER, Saved, addresses

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def document(url: str, body: bytes | str, content_type: str = "text/html") -> Document:
    raw = body.encode() if isinstance(body, str) else body
    return Document(url, raw, content_type, AT, sha256(raw).hexdigest())


def saved_document(key: str, name: str) -> Document:
    return Saved(key, FOLDER / key / name, addresses(key)[name]).document()


def records_of(key: str, found: Document) -> list[Any]:
    """What a source reads from a document, after what is personal was taken out."""
    source = all_sources()[key]
    body = source.redact(found.body) if source.redact else found.body
    read: Iterator[AnyRecord | Request] = source.parse(
        Document(found.url, body, found.content_type, AT, found.sha256)
    )
    return list(read)


class Row(NamedTuple):
    """A recommendation on a product's page."""

    agency: str
    text: str
    status: str
    comment: str = ""
    is_priority: bool = False
    is_matter: bool = False


def product_page(
    number: str, title: str, dates: str, rows: Sequence[Row], topics: Sequence[str] = (), summary: str = ""
) -> str:
    """The page of a GAO product. `dates` as printed: `Published: Mar 13, 2024. Publicly Released: Mar 13, 2024.`"""
    sections = "".join(
        _section(block, heading, [row for row in rows if row.is_matter == is_matter])
        for block, heading, is_matter in (
            ("block-1", "Recommendations for Executive Action", False),
            ("block-3", "Matter for Congressional Consideration", True),
        )
    )
    links = "".join(
        f'<div class="views-field views-field-field-topic"><span class="field-content"><a href="/topics/x">'
        f"{escape(topic)}</a></span></div>"
        for topic in topics
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><title>{escape(title)} | U.S. GAO</title>\n'
        f'<meta property="og:title" content="U.S. GAO - {escape(title)}" />\n'
        f'<meta name="description" content="{escape(summary)}" /></head><body>\n'
        f"<h1>{escape(title)}</h1>\n"
        f'<span class="d-block text-small"><strong>{number}</strong>\n{dates}</span>\n{links}\n{sections}\n'
        "</body></html>\n"
    )


def _section(block: str, heading: str, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    body = "".join(
        f'<tr><td class="views-field views-field-name">{escape(row.agency)}'
        f"{'<br><strong>Priority Rec.</strong>' if row.is_priority else ''}</td>"
        f'<td class="views-field views-field-field-recommendation">{escape(row.text)}</td>'
        f'<td class="views-field views-field-field-status-code"><div class="code">{escape(row.status)}</div>'
        f'<div class="comment">{escape(row.comment)}</div></td></tr>\n'
        for row in rows
    )
    return (
        f'<section class="view view--recommendations--{block}"><h2>{heading}</h2><table><thead><tr>'
        f"<th>Agency Affected</th><th>Recommendation</th><th>Status</th></tr></thead><tbody>{body}</tbody></table>"
        "</section>\n"
    )


def product_url(number: str) -> str:
    return f"https://www.gao.gov/products/{number.lower()}"


def mirror_bytes(root: Path, path: str) -> bytes:
    return (root / path).read_bytes()
