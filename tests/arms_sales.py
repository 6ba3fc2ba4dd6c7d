"""Arms sales for tests: the saved notices at their addresses, edited as a test needs, and a site that holds them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from sqlalchemy import URL, create_engine

from scrapers.bodies import Bodies
from scrapers.sources.federal_register_arms_sales import NEWEST
from tests.conftest import FakeClock, collector
from tests.publishing import Mirror, action, file_url
from tests.small_site import made_file
from tests.sources.saved import FOLDER, addresses

REGISTER, STATE = "federal_register_arms_sales", "state_arms_sales"
ADDRESSES = {name: url for key in (REGISTER, STATE) for name, url in addresses(key).items()}
JORDAN, SINGAPORE, SWEDEN, JAPAN = "2026-07278.txt", "2026-09003.txt", "2026-07237.txt", "2026-09109.txt"
GERMANY, CORRECTION = "2026-11403.txt", "2026-00029.txt"
NOTICES = (JORDAN, SINGAPORE, SWEDEN, JAPAN, GERMANY, CORRECTION)
TUNISIA, HELLFIRE = "tunisia.html", "singapore.html"


def saved(name: str) -> str:
    """A saved document."""
    key = STATE if name.endswith(".html") else REGISTER
    return (FOLDER / key / name).read_text(encoding="utf-8")


def publish(mirror: Mirror, *names: str, **edited: str) -> None:
    """Notices and releases, and a list that names the notices; `edited` are texts by the name's digits."""
    texts = {name: edited.get(f"n{name.partition('-')[2][:5]}") or saved(name) for name in names}
    for name, text in texts.items():
        mirror.put(ADDRESSES[name], text.encode())
    put_list(mirror, [ADDRESSES[name] for name in names if name.endswith(".txt")])


def put_list(mirror: Mirror, urls: list[str], address: str = NEWEST) -> None:
    """The list of these notices."""
    results = [_listed(url) for url in urls]
    body = {"count": len(results), "total_pages": 1, "results": results}
    mirror.put(address, json.dumps(body).encode())


def _listed(url: str) -> dict[str, Any]:
    *_, year, month, day, name = urlsplit(url).path.split("/")
    return {
        "title": "Arms Sales Notification",
        "document_number": name.removesuffix(".txt"),
        "publication_date": f"{year}-{month}-{day}",
        "raw_text_url": url,
    }


RESOLUTION = "119-sjres-900"
OTHER_RESOLUTION = "119-sjres-901"


def resolution_file(key: str, country: str, words: str) -> bytes:
    """A joint resolution against a sale to a country, with what its summary says."""
    title = f"Providing for congressional disapproval of the proposed foreign military sale to {country}."
    summary = (
        "<summary><versionCode>00</versionCode><actionDate>2026-03-05</actionDate>"
        "<actionDesc>Introduced in Senate</actionDesc><updateDate>2026-03-06T10:00:00Z</updateDate>"
        f"<text><![CDATA[<p>{escape(words)}</p>]]></text></summary>"
    )
    return made_file(
        key, title=title, introducedDate="2026-03-05", actions=action("2026-03-05"), summaries=summary
    )


def fill(url: URL, folder: Path) -> None:
    """Everything that is saved, a resolution that names 26-23, and one that names another transmittal."""
    engine = create_engine(url)
    mirror, clock = Mirror(folder / "mirror"), FakeClock()
    collect = collector(engine, mirror.root, Bodies(folder / "bodies"), clock)
    publish(mirror, *NOTICES, TUNISIA, HELLFIRE)
    assert collect(REGISTER).created == len(NOTICES)
    assert collect(STATE).created == 2
    named = "It prohibits the sale described in Transmittal No. 26–23, submitted under section 36(b)(1)."
    other = "It prohibits the sale described in Transmittal No. 25–99 of Ku band radars."
    mirror.put_bill(resolution_file(RESOLUTION, "Jordan", named), RESOLUTION)
    mirror.put_bill(resolution_file(OTHER_RESOLUTION, "Jordan", other), OTHER_RESOLUTION)
    mirror.put_feed(
        [("Fri, 30 Oct 2026 12:00:00 GMT", [file_url(key) for key in (RESOLUTION, OTHER_RESOLUTION)])]
    )
    assert collect().created == 2
    engine.dispose()
