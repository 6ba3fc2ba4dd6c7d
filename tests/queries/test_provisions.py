"""What is due, what a version says, and what an account gets, as pages ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scrapers.records import BillText, BillType, Part, Section, Step
from tests.conftest import NOW
from tracker.db import writing
from tracker.ingest.texts import store_texts
from tracker.models import SourceDocument
from tracker.queries.provisions import (
    account_lines,
    conditions_of,
    deadlines_in_force,
    read_in,
    version_of,
    versions_of,
)

ACT = Step("division", "F", "Department of State Appropriations Act, 2026")
EGYPT = (
    "(a) Egypt.—Of the funds under the heading “Foreign Military Financing Program”, $320,000,000 shall be withheld "
    "from obligation until the Secretary of State certifies to the Committees on Appropriations that it is so."
)
SECTIONS = (
    Section((ACT,), "For necessary expenses, $6,158,397,000.", heading="Foreign Military Financing Program"),
    Section((ACT,), EGYPT, "7041", "Middle East", (Part("(a)", 0, len(EGYPT), "Egypt"),)),
    Section(
        (ACT,),
        "Not later than 30 days after the date of enactment of this Act, the Secretary of State shall submit a report "
        "to Congress.",
        "7042",
    ),
    Section((ACT,), "Nothing of ours stands here.", "7043"),
)


def text(version: str, **more: object) -> BillText:
    url = f"https://www.govinfo.gov/content/pkg/{version}"
    return BillText(119, BillType.HR, 7148, version, url, SECTIONS, **more)  # type: ignore[arg-type]


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        document = SourceDocument(
            source="govinfo_bill_text", url="https://www.govinfo.gov/x", sha256="0" * 64, fetched_at=NOW,
            parser_version=1,
        )  # fmt: skip
        session.add(document)
        session.commit()
        document_id = document.id
    with writing(engine) as connection:
        law = text("law", law="119-75", enacted_on=date(2026, 2, 3), issued_on=date(2026, 2, 3))
        store_texts(connection, [text("enr"), text("eh", issued_on=date(2026, 1, 23)), law], document_id)
        assert store_texts(connection, [law], document_id) == (0, 0, 1)
    with Session(engine) as session:
        yield session


def test_versions_come_in_their_order(session: Session) -> None:
    assert [one.version for one in versions_of(session, "119-hr-7148")] == ["eh", "enr", "law"]
    assert version_of(session, "119-hr-7148", "ih") is None


def test_an_act_is_due_once_with_its_day(session: Session) -> None:
    (due,) = deadlines_in_force(session)
    assert (due.version.version, due.provision.number, due.due) == ("law", "7042", date(2026, 3, 5))
    assert (due.days_left(date(2026, 3, 1)), due.days_left(date(2026, 3, 6))) == (4, -1)


def test_sections_of_foreign_aid_are_all_kept(session: Session) -> None:
    version = version_of(session, "119-hr-7148", "law")
    assert version is not None
    assert [one.provision.number for one in read_in(session, version.id)] == [None, "7041", "7042", "7043"]
    (egypt,) = read_in(session, version.id, "EGY")
    assert (egypt.figures[0].dollars, egypt.conditions[0].dollars) == (320_000_000, 320_000_000)
    assert [one.place for one in conditions_of(session, version.id, "EGY")] == ["7041(a)"]


def test_an_account_is_told_version_by_version(session: Session) -> None:
    found = account_lines(session, "FMF", 2026)
    assert [(one.version.version, one.line.effective) for one in found] == [
        ("enr", 6_158_397_000), ("eh", 6_158_397_000), ("law", 6_158_397_000)
    ]  # fmt: skip
