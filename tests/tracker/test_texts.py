"""Texts of measures into rows: what is stored, that a rerun is quiet, and that links rest on the text."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scrapers.sources.govinfo_bill_text import requests
from tests.conftest import Collect
from tests.databases import rows_of
from tests.publishing import Mirror, action, bill_file
from tests.sources.saved import FOLDER
from tracker.models import (
    BillTextVersion,
    FundingLine,
    Item,
    Link,
    Provision,
    ProvisionCountry,
    Status,
    TextCondition,
    TextDeadline,
)
from tracker.provisions.facts import AmountKind, Duty

PACKAGES = "https://www.govinfo.gov/content/pkg"
RS = f"{PACKAGES}/BILLS-119s1780rs/xml/BILLS-119s1780rs.xml"
EH = f"{PACKAGES}/BILLS-118hr8771eh/html/BILLS-118hr8771eh.htm"
LAW = f"{PACKAGES}/PLAW-119publ18/uslm/PLAW-119publ18.xml"
SAVED = FOLDER / "govinfo_bill_text"


def texts(*addresses: str) -> str:
    formats = "".join(f"<item><type>XML</type><url>{url}</url></item>" for url in addresses)
    return (
        "<item><type>Reported in Senate</type><date>2025-06-18T04:00:00Z</date>"
        f"<formats>{formats}</formats></item>"
    )


def put_measure(mirror: Mirror, title: str = "A measure on cooperation", **parts: str) -> None:
    parts = {"title": title, "textVersions": texts(RS), "actions": action("2025-05-15"), **parts}
    mirror.put_bill(bill_file("119-s-1780", **parts), "119-s-1780")
    mirror.put_zip({"119-s-1780": bill_file("119-s-1780", **parts)}, bill_type="s")
    mirror.put(RS, (SAVED / "reported-in-senate.xml").read_bytes())


def test_a_measures_text_is_read_and_linked(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    put_measure(mirror)
    collect(congress="119", type="s")
    report = collect("govinfo_bill_text", bill="119-s-1780")
    assert (report.status, report.created, report.problems) == (Status.OK, 1, [])
    with Session(engine) as session:
        version = session.execute(select(BillTextVersion)).scalar_one()
        assert (version.bill_key, version.version, str(version.issued_on)) == (
            "119-s-1780",
            "rs",
            "2025-06-18",
        )
        assert set(session.execute(select(ProvisionCountry.country)).scalars()) == {"MEX"}
        paths = session.execute(select(Provision.path).order_by(Provision.position)).scalars().all()
        assert paths == ["section 1", "section 2", "section 3"]
        deadline = session.execute(select(TextDeadline)).scalars().first()
        assert deadline is not None
        assert (deadline.duty, deadline.fact.count, deadline.is_sure) == (Duty.REPORT, 180, True)
        (link,) = session.execute(
            select(Link).join(Item, Item.id == Link.item_id).where(Link.target == "country:MEX")
        ).scalars()
        assert link.is_shown
        assert (link.evidence[0].field, link.evidence[0].label) == ("text", "section 1")


def test_collecting_again_asks_for_nothing_and_writes_nothing(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_measure(mirror)
    collect(congress="119", type="s")
    collect("govinfo_bill_text", bill="119-s-1780")
    before = rows_of(engine)
    mirror.put(RS, b"what is printed once is not asked for again")
    assert collect("govinfo_bill_text", bill="119-s-1780").status is Status.UNCHANGED
    assert rows_of(engine) == before


def test_a_measure_that_changes_keeps_the_links_of_its_text(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_measure(mirror)
    collect(congress="119", type="s")
    collect("govinfo_bill_text", bill="119-s-1780")
    put_measure(mirror, "Another title", updateDate="2026-03-01T10:00:00Z")
    assert collect(congress="119", type="s").updated == 1
    with Session(engine) as session:
        targets = set(session.execute(select(Link.target)).scalars())
    assert "country:MEX" in targets


def test_only_measures_in_scope_are_asked_for(mirror: Mirror, collect: Collect) -> None:
    put_measure(mirror, "A bill about school buses")
    collect(congress="119", type="s")
    assert collect("govinfo_bill_text").documents == 0
    put_measure(mirror, "Mexico Security Assistance Accountability Act", updateDate="2026-03-01T10:00:00Z")
    collect(congress="119", type="s")
    assert collect("govinfo_bill_text").documents == 1


def test_an_act_of_a_measure_that_we_do_not_hold_is_kept(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    mirror.put(EH, (SAVED / "engrossed.htm").read_bytes())
    assert collect("govinfo_bill_text", package="BILLS-118hr8771eh", format="html").created == 1
    with Session(engine) as session:
        version = session.execute(select(BillTextVersion)).scalar_one()
        assert (version.item_id, version.bill_key) == (None, "118-hr-8771")
        line = session.execute(select(FundingLine).where(FundingLine.account == "INCLE")).scalars().first()
        assert line is not None
        assert (line.kind, line.fiscal_year) == (AmountKind.APPROPRIATION, 2025)
        assert (line.dollars, line.effective) == (1_566_183_000, 2_066_183_000)
        conditions = session.execute(select(TextCondition)).scalars().all()
        assert any(
            one.fact.countries == ("EGY",) and one.fact.trigger == "certification" for one in conditions
        )


def test_a_law_names_its_measure_and_its_day(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    mirror.put(LAW, (SAVED / "public-law.xml").read_bytes())
    collect("govinfo_bill_text", package="PLAW-119publ18")
    with Session(engine) as session:
        version = session.execute(select(BillTextVersion)).scalar_one()
    assert (version.bill_key, version.version, version.law) == ("119-s-160", "law", "119-18")
    assert str(version.enacted_on) == "2025-06-12"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<html><form>Log in</form></html>", "expected|does not|without sections"),
        (b'<!DOCTYPE bill [<!ENTITY a "b">]><bill/>', "DOCTYPE"),
        ((SAVED / "reported-in-senate.xml").read_bytes().replace(b"S. 1780", b"S. 9"), "not of s 1780"),
        (
            (SAVED / "reported-in-senate.xml").read_bytes().replace(b"Mexico", b"Mexico\x92s", 1),
            "utf-8|UTF-8|encod",
        ),
    ],
)
def test_what_is_not_the_text_is_set_aside(
    mirror: Mirror, collect: Collect, body: bytes, problem: str
) -> None:
    put_measure(mirror)
    collect(congress="119", type="s")
    mirror.put(RS, body)
    report = collect("govinfo_bill_text", bill="119-s-1780")
    assert report.status is Status.QUARANTINED
    (found,) = report.problems
    assert found.document == RS
    assert any(words in found.message for words in problem.split("|"))


@pytest.mark.parametrize(
    "options",
    [
        {"package": "../../etc/passwd"},
        {"package": "BILLS-118hr2882enr", "format": "pdf"},
        {"format": "xml"},
        {"package": "BILLS-118hr2882enr", "bill": "119-s-1"},
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="option"):
        list(requests(options))


def test_a_login_page_in_place_of_a_text_loses_nothing(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_measure(mirror)
    collect(congress="119", type="s")
    collect("govinfo_bill_text", bill="119-s-1780")
    before = {table: rows for table, rows in rows_of(engine).items() if table in _OF_TEXTS}
    later = RS.replace("1780rs", "1780es")
    put_measure(mirror, textVersions=texts(RS) + texts(later), updateDate="2026-03-01T10:00:00Z")
    mirror.put(later, b"<html><form>Log in</form></html>")
    collect(congress="119", type="s")
    assert collect("govinfo_bill_text", bill="119-s-1780").status is Status.QUARANTINED
    assert {table: rows for table, rows in rows_of(engine).items() if table in _OF_TEXTS} == before


_OF_TEXTS = {
    "bill_text_version",
    "provision",
    "funding_line",
    "text_condition",
    "text_deadline",
    "provision_country",
}
