"""Two digests of real documents: what became of some measures in a week, and two arms sales of a month.

The publishers' files are those of `tests/sources`. What the week before looked like is the same file with its newest
lines taken off, so that everything told is in the real file.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree
from sqlalchemy import Engine

from scrapers.bodies import Bodies
from tests.arms_sales import GERMANY, JAPAN, JORDAN, REGISTER, SINGAPORE, SWEDEN, publish
from tests.conftest import FakeClock
from tests.digests.site import Got, Site, at
from tests.publishing import Mirror, file_url
from tests.small_site import real_files

LAW, DISAPPROVAL, STAR_PRINT = "119-hr-983", "118-sjres-111", "119-s-2844"
BEFORE, AFTER = "2025-12-07T10:00:00Z", "2025-12-12T20:00:00Z"


def as_of(body: bytes, stamp: str, *, lines: int = 0, without: tuple[str, ...] = ()) -> bytes:
    """A bill status file as of a stamp, before its newest action lines; `without` names lists that were empty then."""
    root = etree.fromstring(body)
    bill = root.find("bill")
    assert bill is not None
    actions = bill.find("actions")
    assert actions is not None
    for item in actions.findall("item")[:lines]:
        actions.remove(item)
    for name in without:
        for element in bill.findall(name):
            for child in list(element):
                element.remove(child)
    updated = bill.find("updateDate")
    assert updated is not None
    updated.text = stamp
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def measures(engine: Engine, folder: Path) -> Got:
    """A reader of three measures in the week in which one of them became law."""
    mirror, clock = Mirror(folder / "mirror"), FakeClock(at("2025-12-08T15:00:00"))
    site = Site(engine, mirror, Bodies(folder / "bodies"), clock)
    real = real_files()
    keys = (LAW, DISAPPROVAL, STAR_PRINT)
    before = {
        LAW: as_of(real[LAW], BEFORE, lines=5, without=("laws", "textVersions")),
        DISAPPROVAL: as_of(real[DISAPPROVAL], BEFORE, lines=2),
        STAR_PRINT: as_of(real[STAR_PRINT], BEFORE, lines=1),
    }
    _put(site, before, "Mon, 08 Dec 2025 15:00:00 GMT")
    reader = site.reader(*(f"bill:{key}" for key in keys), zone="America/New_York", hour=7)
    clock.at = at("2025-12-13T11:00:00")
    _put(site, {key: as_of(real[key], AFTER) for key in keys}, "Sat, 13 Dec 2025 11:00:00 GMT")
    clock.at = at("2025-12-13T12:00:00")
    site.plan(days=0)
    return site.last(reader)


def sales(engine: Engine, folder: Path) -> Got:
    """A reader of arms sales, and of Singapore, in the month of two new notices."""
    mirror, clock = Mirror(folder / "mirror"), FakeClock(at("2026-05-05T15:00:00"))
    site = Site(engine, mirror, Bodies(folder / "bodies"), clock)
    publish(mirror, JORDAN, SWEDEN, JAPAN)
    assert site.collect(REGISTER).status == "ok"
    reader = site.reader("topic:arms-sales", "country:SGP")
    clock.at = at("2026-06-10T08:00:00")
    publish(mirror, JORDAN, SWEDEN, JAPAN, SINGAPORE, GERMANY)
    assert site.collect(REGISTER).created == 2
    site.plan(days=0)
    return site.last(reader)


def _put(site: Site, files: dict[str, bytes], day: str) -> None:
    for key, body in files.items():
        site.mirror.put_bill(body, key)
    site.mirror.put_feed([(day, map(file_url, files))])
    report = site.collect()
    assert report.status == "ok", report
