"""A small database to read pages and answers from: real files, hostile titles, and a day on which things changed.

The real files are those of `tests/sources`; the made ones have just enough to page and to be attacked with.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from sqlalchemy import URL, create_engine

from scrapers.bodies import Bodies
from scrapers.registry import all_sources
from scrapers.source import Source
from scrapers.sources import legislators
from tests.conftest import FakeClock, collector
from tests.money import collect_money, put_money
from tests.publishing import Mirror, action, bill_file, cosponsor, file_url, person

SOURCES = Path(__file__).parent / "sources"
MADE = 130
"""How many measures are made up: `119-hr-5001` and on."""

HOSTILE = {
    "119-hr-5001": "<script>alert(1)</script> & \"quoted\" 'words'",
    "119-hr-5002": "Right \u202eto left\u202c and \u2067isolated",
    "119-hr-5003": "Two\r\nlines\tand a tab",
    "119-hr-5004": '"></title><img src=x onerror=alert(1)>',
    "119-hr-5005": "{{ 7 * 7 }} {% raw %} %(name)s",
    "119-hr-5006": "An unbroken " + "Supercalifragilistic" * 12,
}
IN_SCOPE = {
    "policyArea": "<name>International Affairs</name>",
    "subjects": "<legislativeSubjects><item><name>Military assistance, sales, and agreements</name></item>"
    "</legislativeSubjects>",
}
"""Parts by which a measure concerns security assistance, whatever its title."""
ANN = person("A000001", "Rep. Áble, Ann [D-MD-4]")


def real_files() -> dict[str, bytes]:
    """The saved bill status files by key."""
    found = {}
    for path in sorted((SOURCES / "govinfo_billstatus").glob("BILLSTATUS-*.xml")):
        name = path.stem.removeprefix("BILLSTATUS-")
        congress, rest = name[:3], name[3:]
        number = rest.lstrip("abcdefghijklmnopqrstuvwxyz")
        found[f"{congress}-{rest.removesuffix(number)}-{number}"] = path.read_bytes()
    return found


def made_file(key: str, updated: str = "2026-02-01T10:00:00Z", **parts: str) -> bytes:
    """A made-up measure; the later its number, the later its only action, five to a day."""
    number = int(key.rpartition("-")[2])
    title = HOSTILE.get(key, f"A measure about vetted units, number {number}")
    acted = action(f"2025-03-{1 + (number - 5000) // 5:02}")
    usual = {"title": escape(title), "sponsors": ANN, "actions": acted, **IN_SCOPE}
    return bill_file(key, updated=updated, **{**usual, **parts})


def fill(url: URL, folder: Path) -> None:
    """Collect it all: people, an archive, single files, and a day later a batch with changes."""
    engine = create_engine(url)
    mirror, clock = Mirror(folder / "mirror"), FakeClock()
    collect = collector(engine, mirror.root, Bodies(folder / "bodies"), clock)
    for address in (legislators.MEMBERS, legislators.COMMITTEES, legislators.SEATS):
        mirror.put(address, (SOURCES / "legislators" / address.rpartition("/")[2]).read_bytes())
    assert collect(_small(all_sources()["legislators"])).status == "ok"
    real = real_files()
    for key, body in real.items():
        mirror.put_bill(body, key)
    mirror.put_feed([("Fri, 30 Oct 2026 12:00:00 GMT", [file_url(key) for key in real])])
    assert collect().created == len(real)
    made = {key: made_file(key) for key in (f"119-hr-{5000 + number}" for number in range(1, MADE + 1))}
    mirror.put_zip(made)
    assert collect(congress="119", type="hr").created == MADE
    put_money(mirror)
    collect_money(collect)
    clock.forward(days=1)
    _change(mirror)
    assert collect().changes
    engine.dispose()


def _small(source: Source) -> Source:
    """A source whose listings may be short: the saved ones are cut."""
    return replace(source, healthy=replace(source.healthy, minimum={}))


def _change(mirror: Mirror) -> None:
    """A hostile measure is reported and gains cosponsors, of whom one withdraws; a new one comes."""
    key = "119-hr-5001"
    actions = (
        action(
            "2026-10-30", "Reported by the Committee on Foreign Affairs. H. Rept. 119-7.", actionCode="5000"
        )
        + action()
    )
    people = "".join(
        cosponsor(
            f"B0000{number:02}", f"Rep. Baker{number}, Bo", "2026-10-20", party="DRI"[number % 3], state="CA"
        )
        for number in range(30)
    )
    people += cosponsor("C000001", "Rep. Coe, Cy", "2026-01-20", sponsorshipWithdrawnDate="2026-10-25")
    late = "2026-10-31T10:00:00Z"
    mirror.put_bill(made_file(key, late, actions=actions, cosponsors=people), key)
    mirror.put_bill(
        made_file("119-hr-5999", late, title="A new measure", actions=action("2026-10-30")), "119-hr-5999"
    )
    urls = [file_url(key), file_url("119-hr-5999")]
    mirror.put_feed([("Sat, 31 Oct 2026 12:00:00 GMT", urls)])
