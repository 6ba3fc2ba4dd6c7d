"""An act with deadlines, put into the small database: what pages, answers and calendars show of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
from sqlalchemy import URL, Engine, create_engine, insert, select

from scrapers.records import BillText, BillType, Part, Section, Step
from tests.conftest import NOW
from tracker.db import writing
from tracker.ingest.texts import store_texts
from tracker.models import SourceDocument

ACT = Step(
    "division", "F", "National Security, Department of State, and Related Programs Appropriations Act, 2026"
)
DUE = "Not later than 30 days after the date of enactment of this Act, the Secretary of State shall submit a report"
HOSTILE = "<script>alert(1)</script> & “quotes”"
_EGYPT = (
    f"(a) Egypt.—(1) {DUE} to the Committees on Appropriations on Egypt.\n"
    "(2) Of the funds under the heading “Foreign Military Financing Program”, $320,000,000 shall be withheld from "
    "obligation until the Secretary of State certifies to the Committees on Appropriations that it is so."
)
SECTIONS = (
    Section((ACT,), "For necessary expenses, $6,158,397,000.", heading="Foreign Military Financing Program"),
    Section((ACT,), _EGYPT, "7041", "Middle East", (Part("(a)", 0, len(_EGYPT), "Egypt"),)),
    Section(
        (ACT,),
        f"{DUE[:62]}, and every 90 days thereafter until September 30, 2027{DUE[62:]} on {HOSTILE}.\n"
        "Not later than November 1, 2027, the President shall submit a report on vetting in Colombia.\n"
        "Not later than 15 days after such determination, the Secretary shall notify Congress.\n"
        "60 days after the date of enactment of this Act, the Secretary shall submit a report on Kenya.",
        "7042",
        "Reports",
    ),
)


def act(version: str = "enr", sections: tuple[Section, ...] = SECTIONS, **more: object) -> BillText:
    """The act of 2026 in a version, in force since 3 February 2026."""
    url = f"https://www.govinfo.gov/content/pkg/BILLS-119hr7148{version}/xml/BILLS-119hr7148{version}.xml"
    enacted_on = date(2026, 2, 3) if version == "enr" else None
    return BillText(119, BillType.HR, 7148, version, url, sections, enacted_on=enacted_on, **more)  # type: ignore[arg-type]


def put_texts(engine: Engine, *texts: BillText) -> None:
    """Store them as a collection would."""
    with writing(engine) as connection:
        for text in texts:
            document_id = connection.execute(
                select(SourceDocument.id).where(SourceDocument.url == text.url)
            ).scalar()
            if document_id is None:
                document = insert(SourceDocument).values(
                    source="govinfo_bill_text",
                    url=text.url,
                    sha256="a" * 64,
                    fetched_at=NOW,
                    parser_version=1,
                )
                document_id = connection.execute(document.returning(SourceDocument.id)).scalar_one()
            store_texts(connection, [text], document_id)


OLD = tuple(
    msgspec.structs.replace(one, text=one.text.replace("320,000,000", "300,000,000")) for one in SECTIONS[:2]
)


def fill(url: URL, _folder: Path) -> None:
    """The act as it became law."""
    _fill(url, act())


def fill_with_versions(url: URL, _folder: Path) -> None:
    """The same, and as the House passed it: another sum in one section, and a section less."""
    _fill(url, act("eh", OLD), act())


def _fill(url: URL, *texts: BillText) -> None:
    engine = create_engine(url)
    put_texts(engine, *texts)
    engine.dispose()
