"""GAO's export of its open recommendations: one row for each addressee, and no word of those that were closed.

What closes disappears from the export, so that only a comparison of two exports shows it, and only the product's
page says how it was closed (`gao_products`). The names and telephone numbers of GAO's directors, two of the
columns, are taken out before anything is kept. GAO's robots.txt allows the path and asks for seven minutes
between visits: one visit a day is far from that.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from scrapers.csv_tables import header_difference, rows_of, text_of
from scrapers.errors import DriftError
from scrapers.gao import OPEN, SITE, WATCHDOG, kind_of, numbered, product_number, short_day
from scrapers.plain_text import one_line, tidy, unescaped, without_contacts
from scrapers.records import AuditListing, AuditRecommendation
from scrapers.source import Document, Healthy, Request, Source
from scrapers.times import EASTERN

URL = f"{SITE}/open-recs2-csv?q="

HEADER = (
    "Publication Name", "Publication  Number", "Date Publication Issued", "Director Name", "Director Phone",
    "Agency", "Recommendation", "Status", "Priority", "Comments", "Topics",
)  # fmt: skip
_PEOPLE = (HEADER.index("Director Name"), HEADER.index("Director Phone"))
_PREAMBLE = 5
# "EST" is printed all the year, and means the time in Washington.
_AS_OF = re.compile(
    r"Source: GAO recommendations database, status as of (\w{3} \d{1,2}, \d{4}) at (\d{1,2}:\d\d [AP]M) E[SD]?T"
)
_PRIORITY = {"Yes": True, "No": False}


def requests(_: Mapping[str, str]) -> Iterator[Request]:
    """The one export."""
    yield Request(URL)


def parse(document: Document) -> Iterator[AuditRecommendation]:
    """A record for each row. A row that says the same as another is read once."""
    preamble, table = _split(text_of(document))
    as_of = _as_of(document, preamble)
    rows = rows_of(document, table)
    _, header = next(rows, (0, []))
    if tuple(header) != HEADER:
        raise DriftError(header_difference(header, HEADER), url=document.url, place=f"line {_PREAMBLE + 1}")
    seen: set[AuditRecommendation] = set()
    for below, cells in rows:
        line = _PREAMBLE + below
        if len(cells) != len(HEADER):
            raise DriftError(
                f"a row has {len(cells)} cells, not {len(HEADER)}", url=document.url, place=f"line {line}"
            )
        try:
            record = _row(dict(zip(HEADER, cells, strict=True)), as_of)
        except DriftError as error:
            raise DriftError(error.message, url=document.url, place=f"line {line}") from error
        if record not in seen:
            seen.add(record)
            yield record


def _split(text: str) -> tuple[list[str], str]:
    """The lines above the table, which are not quite CSV, and the table."""
    lines = text.split("\n", _PREAMBLE)
    return lines[:_PREAMBLE], lines[_PREAMBLE] if len(lines) > _PREAMBLE else ""


def _as_of(document: Document, preamble: list[str]) -> datetime:
    for line in preamble:
        found = _AS_OF.search(one_line(line))
        if found:
            at = datetime.strptime(f"{found[1]} {found[2]}", "%b %d, %Y %I:%M %p")  # noqa: DTZ007
            return at.replace(tzinfo=EASTERN).astimezone(UTC)
    raise DriftError("the preamble does not say when the list was made", url=document.url, place="line 1")


def _row(cells: Mapping[str, str], as_of: datetime) -> AuditRecommendation:
    words, number, is_matter = numbered(cells["Recommendation"])
    addressee = one_line(unescaped(cells["Agency"]))
    status, priority = one_line(cells["Status"]), cells["Priority"]
    if not words or not addressee:
        raise DriftError("a row without a recommendation or an agency")
    if status not in OPEN:
        raise DriftError(f"a status that the export never had: {status[:60]!r}")
    if priority not in _PRIORITY:
        raise DriftError(f"priority is {priority[:40]!r}, neither Yes nor No")
    return AuditRecommendation(
        watchdog=WATCHDOG,
        report=product_number(cells["Publication  Number"]),
        kind=kind_of(addressee, is_matter=is_matter),
        addressee=addressee,
        text=without_contacts(words),
        status=status,
        listing=AuditListing.OPEN_ONLY,
        number=number,
        report_title=one_line(unescaped(cells["Publication Name"])),
        issued_on=short_day(cells["Date Publication Issued"]),
        is_priority=_PRIORITY[priority],
        comments=without_contacts(tidy(unescaped(cells["Comments"]))) or None,
        topics=tuple(topic for part in cells["Topics"].split(";") if (topic := one_line(unescaped(part)))),
        as_of=as_of,
    )


def without_people(body: bytes) -> bytes:
    """The export without what stands in the columns of the directors. Anything but the export stays as it is."""
    try:
        preamble, table = _split(body.decode("utf-8"))
        rows = list(csv.reader(io.StringIO(table, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return body
    if not rows or tuple(rows[0]) != HEADER:
        return body
    for row in rows[1:]:
        for place in _PEOPLE:
            if place < len(row):
                row[place] = ""
    kept = io.StringIO(newline="")
    csv.writer(kept, lineterminator="\n").writerows(rows)
    return "\n".join([*preamble, kept.getvalue()]).encode()


SOURCE = Source(
    key="gao_open_recommendations",
    name="Open recommendations of GAO",
    publisher="U.S. Government Accountability Office",
    covers="Every recommendation to an agency and matter for Congress that GAO counts as open, with its status, "
    "priority and GAO's comment on what was done.",
    home_url=f"{SITE}/reports-testimonies/recommendations-database",
    licence="U.S. government work, public domain",
    rhythm=timedelta(days=1),
    hosts=frozenset({"www.gao.gov"}),
    parser_version=1,
    # A day on which GAO revises many comments is ordinary. The export has more than five thousand rows, a mirror
    # keeps twenty-six; half a list is noticed by the store, which compares it with what the last one had.
    healthy=Healthy(normal_day=150, minimum={"AuditRecommendation": 20}),
    requests=requests,
    parse=parse,
    redact=without_people,
    listing=lambda _: URL,
    content_types=frozenset({"text/csv", "text/plain", "application/csv", "application/octet-stream"}),
    maximum_bytes=60 * 1024 * 1024,
    maximum_member_bytes=60 * 1024 * 1024,
)
