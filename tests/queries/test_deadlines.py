"""The board: which acts count, what is overdue, what an editor withdrew, and the real act's days."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from scrapers.records import BillText, BillType, Part, Section, Step
from tests.conftest import NOW
from tests.provisions.documents import ACT_OF_2026, bill_text
from tracker.db import writing
from tracker.desk.fact_words import FACT_WORD
from tracker.ingest.texts import store_texts
from tracker.models import FactKind, LinkState, SourceDocument
from tracker.queries.calendar import days_to_come
from tracker.queries.deadlines import (
    DeadlineFilter,
    Entry,
    Group,
    chosen_entries,
    read_deadline_filter,
    read_entries,
    superseded_by,
)
from tracker.queries.paging import BadParameterError

TODAY = date(2026, 11, 30)
ACT = Step(
    "division", "F", "National Security, Department of State, and Related Programs Appropriations Act, 2026"
)
OTHER = Step("division", "D", "Transportation Appropriations Act, 2026")
DUE = "Not later than 30 days after the date of enactment of this Act, the Secretary of State shall submit a report"
EGYPT = f"(a) Egypt.—{DUE} to Congress on Egypt."
ROUNDS = f"{DUE[:62]}, and every 90 days thereafter until September 30, 2027{DUE[62:]}."
SECTIONS = (
    Section((ACT,), EGYPT, "7041", "Middle East", (Part("(a)", 0, len(EGYPT), "Egypt"),)),
    Section(
        (ACT,),
        f"{ROUNDS}\n"
        "Not later than November 1, 2027, the President shall submit a report on vetting.\n"
        "Not later than 15 days after such determination, the Secretary shall notify Congress.\n"
        "60 days after the date of enactment of this Act, the Secretary shall submit a report.",
        "7042",
        "Reports",
    ),
    Section((OTHER,), f"{DUE}.", "1"),
)


def text(number: int, version: str, enacted_on: date | None, *sections: Section) -> BillText:
    url = f"https://www.govinfo.gov/content/pkg/{number}{version}"
    return BillText(
        119, BillType.HR, number, version, url, sections, title="Making appropriations", enacted_on=enacted_on
    )


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writing(engine) as connection:
        document_id = document(connection)
        store_texts(
            connection,
            [
                text(7148, "enr", date(2026, 2, 3), *SECTIONS),
                text(7148, "eh", None, *SECTIONS),
                text(5371, "enr", date(2025, 11, 12), Section((), f"{SECTIONS[0].text}", "101", "Reports")),
            ],
            document_id,
        )
    with Session(engine) as session:
        yield session


def document(connection: object) -> int:
    made = connection.execute(  # type: ignore[attr-defined]
        insert(SourceDocument.__table__).values(  # type: ignore[arg-type]
            source="govinfo_bill_text", url="https://www.govinfo.gov/x", sha256="0" * 64, fetched_at=NOW,
            parser_version=1,
        ).returning(SourceDocument.__table__.c.id)
    )  # fmt: skip
    found: int = made.scalar_one()
    return found


def board(session: Session, **which: object) -> list[Entry]:
    return chosen_entries(read_entries(session, today=TODAY), DeadlineFilter(**which), TODAY)  # type: ignore[arg-type]


def keys(found: list[Entry]) -> list[str]:
    return [one.key for one in found]


def test_the_board_has_what_acts_order_by_day(session: Session) -> None:
    found = board(session, act="119-hr-7148")
    assert keys(found) == [
        "119-hr-7148-f-7041-a-30-days",
        "119-hr-7148-f-7042-30-days",
        "119-hr-7148-f-7042-by-2027-11-01",
        "119-hr-7148-f-7042-15-days-after-event",
    ]
    assert [one.group(TODAY) for one in found] == [Group.OVERDUE, Group.REPEATED, Group.LATER, Group.UNDATED]
    assert [one.days_left(TODAY) for one in found] == [-270, 0, 336, None]
    assert (found[1].due, found[1].next_on) == (date(2026, 3, 5), TODAY)


def test_a_deadline_says_where_it_stands_and_in_which_words(session: Session) -> None:
    (found,) = board(session, country="EGY", act="119-hr-7148")
    assert (found.path, found.label, found.headings) == (
        "division F, section 7041",
        "(a)",
        ("Middle East", "Egypt"),
    )
    assert (
        found.clause[found.start : found.end]
        == "Not later than 30 days after the date of enactment of this Act"
    )
    assert found.clause.endswith("on Egypt.")
    assert found.document.url == "https://www.govinfo.gov/x"


def test_what_the_rules_are_unsure_of_is_not_on_the_board(session: Session) -> None:
    assert not any("60-days" in key for key in keys(board(session, everything=True)))


def test_other_matters_of_the_same_act_are_one_click_away(session: Session) -> None:
    extra = set(keys(board(session, act="119-hr-7148", everything=True))) - set(keys(board(session)))
    assert extra == {"119-hr-7148-d-1-30-days"}


def test_an_act_that_gave_way_keeps_its_deadlines_as_past(session: Session) -> None:
    (old,) = board(session, act="119-hr-5371", everything=True)
    assert (old.act.superseded_by, old.group(TODAY)) == ("Public Law 119-75", Group.PAST)
    assert superseded_by("119-hr-7148") is None
    assert superseded_by("118-hr-2882") == "Public Law 119-75"
    assert superseded_by("118-hr-815") is None  # a supplemental act stands beside the yearly ones
    assert superseded_by("119-s-1") is None


def test_filters_leave_what_they_say(session: Session) -> None:
    assert keys(board(session, actor="president")) == ["119-hr-7148-f-7042-by-2027-11-01"]
    assert {one.group(TODAY) for one in board(session, group=Group.OVERDUE)} == {Group.OVERDUE}
    target = "recommendation:restrict-alliances-with-abusers"
    assert all(target in one.concerns for one in board(session, recommendation=target))


@pytest.mark.parametrize(
    "args", [{"group": "soonish"}, {"scope": "none"}, {"recommendation": "x"}, {"country": "Egypt"}]
)
def test_a_filter_that_makes_no_sense_is_refused(args: dict[str, str]) -> None:
    with pytest.raises(BadParameterError):
        read_deadline_filter(args)


def test_what_an_editor_rejected_is_withdrawn(engine: Engine, session: Session) -> None:
    session.close()
    with writing(engine) as connection:
        connection.execute(insert(FACT_WORD).values(
            bill_key="119-hr-7148", version="enr", kind=FactKind.DEADLINE, key="f-7041-a-30-days", words="",
            state=LinkState.REJECTED, decided_by="An editor", decided_at=NOW,
        ))  # fmt: skip
        store_texts(connection, [text(7148, "enr", date(2026, 2, 3), *SECTIONS[:2])], 1)
    assert "119-hr-7148-f-7041-a-30-days" not in keys(board(session))
    (gone,) = [one for one in read_entries(session, today=TODAY) if one.is_withdrawn]
    assert gone.key == "119-hr-7148-f-7041-a-30-days"


def test_the_calendar_has_days_to_come_only(session: Session) -> None:
    entries = read_entries(session, today=TODAY)
    found = days_to_come(session, entries, today=TODAY)
    assert [(one.on, one.name) for one in found] == [
        (TODAY, "deadline-119-hr-7148-f-7042-30-days-2026-11-30"),
        (date(2026, 12, 11), "continuing-resolution-119-hr-6500"),
        (date(2027, 11, 1), "deadline-119-hr-7148-f-7042-by-2027-11-01"),
    ]
    before = days_to_come(session, entries, today=date(2026, 1, 1))
    assert (date(2026, 1, 30), "continuing-resolution-119-hr-5371") in [(one.on, one.name) for one in before]


@pytest.mark.mirror
def test_every_day_of_the_act_is_on_the_board(sqlite_engine: Engine) -> None:
    """The hand-made key of division F, as readers see it."""
    real = bill_text(ACT_OF_2026)
    with writing(sqlite_engine) as connection:
        act = BillText(
            119, BillType.HR, 7148, "enr", real.url,
            tuple(one for one in real.sections if one.steps and one.steps[0].number == "F"),
            enacted_on=date(2026, 2, 3),
        )  # fmt: skip
        store_texts(connection, [act], document(connection))
    with (Path(__file__).parent.parent / "provisions" / "fy2026_deadlines.tsv").open(
        encoding="utf-8"
    ) as file:
        expected = sorted(
            (row["due"], row["section"], row["part"], row["duty"])
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        )
    with Session(sqlite_engine) as session:
        found = sorted(
            (
                str(one.due),
                one.path.rpartition(", ")[2].removeprefix("section "),
                one.label,
                one.deadline.duty.value,
            )
            for one in board(session)
            if one.deadline.is_after_enactment and one.deadline.unit == "day"
        )
    assert len(found) == 42
    assert [one[0] for one in found] == [one[0] for one in expected]
    assert [(due, label, duty) for due, _, label, duty in found] == [
        (due, part, duty) for due, _, part, duty in expected
    ]
