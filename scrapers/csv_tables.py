"""Strict reading of publishers' CSV tables: text, header, rows, whole numbers.

Whatever is not as the source promises is a DriftError that names the line. No helper reads the network, a file
or the clock.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence, Set

from scrapers.errors import DriftError
from scrapers.source import Document

_WEB_PAGE = re.compile(r"\s*<(!doctype|html|head|body)\b", re.IGNORECASE)
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3}){0,5}", re.ASCII)

Row = tuple[int, list[str]]
"""A row's cells, after the number of the line on which it ends."""


def text_of(document: Document, *, windows_bytes: Set[int] = frozenset()) -> str:
    """The document's text, which is UTF-8; or Windows-1252 with no other bytes past ASCII than these.

    A login page that is served in place of a table, whatever it calls itself, is drift.
    """
    text = _decoded(document, windows_bytes)
    if _WEB_PAGE.match(text):
        raise DriftError("a web page came in place of the table", url=document.url, place="line 1")
    return text.removeprefix("\ufeff")


def _decoded(document: Document, windows_bytes: Set[int]) -> str:
    body = document.body
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if windows_bytes and {byte for byte in body if byte > 127} <= windows_bytes:
            return body.decode("cp1252")
        line = body.count(b"\n", 0, error.start) + 1
        raise DriftError(
            f"the byte 0x{body[error.start]:02x} is not UTF-8", url=document.url, place=f"line {line}"
        ) from error


def table_rows(document: Document, text: str, *, header: Sequence[str]) -> Iterator[Row]:
    """The rows below a header that is exactly this. A row with another number of cells is drift."""
    rows = rows_of(document, text)
    _, found = next(rows, (1, []))
    if found != list(header):
        raise DriftError(header_difference(found, header), url=document.url, place="line 1")
    for line, cells in rows:
        if len(cells) != len(header):
            raise DriftError(
                f"a row has {len(cells)} cells, not {len(header)}: {cells[0][:40]!r}" if cells
                else "an empty row",
                url=document.url, place=f"line {line}",
            )  # fmt: skip
        yield line, cells


def rows_of(document: Document, text: str) -> Iterator[Row]:
    """Every row, the header as well, whatever their length."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise DriftError(
            f"not a CSV table: {error}", url=document.url, place=f"line {reader.line_num}"
        ) from error


def header_difference(found: Sequence[str], promised: Sequence[str]) -> str:
    """What is wrong with a header, in words."""
    more = [name for name in found if name not in promised]
    less = [name for name in promised if name not in found]
    if not more and not less:
        return "the columns are in another order, or one stands twice"
    parts = [
        f"{verb} {', '.join(repr(name[:60]) for name in names[:5])}"
        for verb, names in (("there is", more), ("missing", less))
        if names
    ]
    return f"the columns changed: {'; '.join(parts)}"


def whole(cell: str) -> int:
    """A whole number without separators, maybe negative. Raises DriftError."""
    if not _WHOLE.fullmatch(cell):
        raise DriftError(f"not a whole number: {cell[:40]!r}")
    return int(cell)


def grouped(cell: str) -> int:
    """A whole number with commas between thousands, where a lone hyphen is zero. Raises DriftError."""
    if cell == "-":
        return 0
    if not _GROUPED.fullmatch(cell):
        raise DriftError(f"not a number with its thousands grouped: {cell[:40]!r}")
    return int(cell.replace(",", ""))
