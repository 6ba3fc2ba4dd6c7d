"""A publisher for tests: documents put into a folder that the mirror's fetcher reads, and files to put there.

`bill_file` makes the smallest bill status file that is whole, so that a test states only what matters to it.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from scrapers.mirror import copy_path, mirror_path
from scrapers.sources.govinfo_billstatus import BATCH_FEED, BULK

_FIRST_TIME = 1_767_225_600_000_000_000  # any instant; each document put later gets a later one


class Mirror:
    """A mirror directory. Every document put into it counts as changed, however quickly it follows."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._puts = 0
        root.mkdir(parents=True, exist_ok=True)

    def put(self, url: str, body: bytes) -> str:
        """Publish a document; answers its address."""
        path = self.root / (copy_path(url) or mirror_path(url))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        self._puts += 1
        moment = _FIRST_TIME + self._puts * 1_000_000_000
        os.utime(path, ns=(moment, moment))
        return url

    def remove(self, url: str) -> None:
        """Withdraw a document."""
        (self.root / mirror_path(url)).unlink()

    def put_bill(self, body: bytes, key: str) -> str:
        """Publish a bill status file under the address of the bill with this key (`119-hr-1`)."""
        return self.put(file_url(key), body)

    def put_zip(self, members: Mapping[str, bytes], congress: int = 119, bill_type: str = "hr") -> str:
        """Publish a whole Congress's archive of one type; members by bill key."""
        named = {member_name(key): body for key, body in members.items()}
        return self.put(archive_url(congress, bill_type), zip_of(named))

    def put_feed(self, batches: Iterable[tuple[str, Iterable[str]]]) -> str:
        """Publish the batch feed: (date as in RSS, addresses) for each batch."""
        return self.put(BATCH_FEED, batch_feed(batches))


def zip_of(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with these members by name, equal bytes for equal members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, body in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), body, compression)
    return packed.getvalue()


def member_name(key: str) -> str:
    """`BILLSTATUS-119hr1.xml` for `119-hr-1`."""
    return f"BILLSTATUS-{key.replace('-', '')}.xml"


def file_url(key: str) -> str:
    """The address of a single bill status file."""
    congress, bill_type, _ = key.split("-")
    return f"{BULK}/{congress}/{bill_type}/{member_name(key)}"


def archive_url(congress: int = 119, bill_type: str = "hr") -> str:
    """The address of the archive of a Congress's bills of one type."""
    return f"{BULK}/{congress}/{bill_type}/BILLSTATUS-{congress}-{bill_type}.zip"


def member_url(key: str) -> str:
    """The address that we give to a member of such an archive."""
    congress, bill_type, _ = key.split("-")
    return f"{archive_url(int(congress), bill_type)}#{member_name(key)}"


def batch_feed(batches: Iterable[tuple[str, Iterable[str]]], quote: str = "") -> bytes:
    """The publisher's feed of batches. Its links stand in HTML inside the description, without quotes."""
    items = "".join(
        f"<item><title>BILLSTATUS batch update complete</title><description>{_links(urls, quote)}"
        f"</description><pubDate>{date}</pubDate></item>"
        for date, urls in batches
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()


def _links(urls: Iterable[str], quote: str) -> str:
    return escape("<br/>".join(f"<a href={quote}{url}{quote}>{url.rpartition('/')[2]}</a>" for url in urls))


def action(
    on: str = "2025-01-03",
    text: str | None = "Referred to the House Committee on Foreign Affairs.",
    **more: str,
) -> str:
    """One line of a bill's history; `more` are further elements by name, their content as XML."""
    said = {} if text is None else {"text": escape(text)}
    return _element("item", {"actionDate": on, **said, "type": "IntroReferral", **more})


def person(bioguide: str = "X000009", name: str = "Rep. Sample, Kim [R-IN-3]", **more: str) -> str:
    """A sponsor or cosponsor."""
    return _element(
        "item",
        {"bioguideId": bioguide, "fullName": name, "party": "R", "state": "IN", "district": "3", **more},
    )


def cosponsor(bioguide: str, name: str, on: str = "2025-01-09", **more: str) -> str:
    """A cosponsor, from a day on."""
    return person(bioguide, name, sponsorshipDate=on, isOriginalCosponsor="False", **more)


def _element(name: str, children: Mapping[str, str]) -> str:
    return f"<{name}>{''.join(f'<{child}>{body}</{child}>' for child, body in children.items())}</{name}>"


def bill_parts(
    key: str = "119-hr-1", *, updated: str = "2026-02-01T10:00:00Z", **parts: Any
) -> dict[str, str]:
    """The children of `<bill>` by name. `parts` replaces the content of one, or with None leaves it out."""
    congress, bill_type, number = key.split("-")
    first_day = f"{2 * int(congress) + 1787}-01-03"
    usual: dict[str, str | None] = {
        "number": number,
        "updateDate": updated,
        "originChamber": "House" if bill_type.startswith("h") else "Senate",
        "type": bill_type.upper(),
        "introducedDate": first_day,
        "congress": congress,
        "sponsors": person(),
        "actions": action(first_day),
        "title": f"A measure about reports, number {number}",
        "titles": _element("item", {"titleType": "Display Title", "title": f"A measure, number {number}"}),
    }
    return {name: body for name, body in (usual | parts).items() if body is not None}


def bill_file(
    key: str = "119-hr-1", *, updated: str = "2026-02-01T10:00:00Z", version: str = "3.0.0", **parts: Any
) -> bytes:
    """A bill status file of schema 3.0.0: the least that is whole, with `parts` put in or taken out."""
    body = "".join(
        f"<{name}>{content}</{name}>" for name, content in bill_parts(key, updated=updated, **parts).items()
    )
    head = '<?xml version="1.0" encoding="utf-8" standalone="no"?>'
    return f"{head}<billStatus><version>{version}</version><bill>{body}</bill></billStatus>".encode()
