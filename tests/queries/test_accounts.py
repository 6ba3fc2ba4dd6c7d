"""Accounts by text on both engines: new money, what is taken back beside it, and why a cell is empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scrapers.records import BillText, BillType, Section, Step
from tests.conftest import NOW
from tracker.content.measures import Measure
from tracker.db import writing
from tracker.ingest.texts import store_texts
from tracker.models import SourceDocument
from tracker.provisions.facts import AmountKind
from tracker.queries.accounts import (
    Mark,
    account_rows,
    account_years,
    act_columns,
    act_rows,
    every_amount,
    is_aside,
    read_account_amounts,
    steps_of,
)
from tracker.queries.appropriations import measure_of

F = Step("division", "F", "Department of State Appropriations Act, 2026")
A = Step("division", "A", "Department of Defense Appropriations Act, 2026")
SECTIONS = (
    Section((A,), "For the Counter-ISIS fund, $342,516,000.", heading="Counter-ISIS Train and Equip Fund"),
    Section((F,), "For necessary expenses, $6,158,397,000, of which $5,000,000 may be for travel.",
            heading="Foreign Military Financing Program"),
    Section((F,), "Of the unobligated balances from amounts made available under the heading “International Narcotics "
            "Control and Law Enforcement” in prior Acts, $179,306,000 are rescinded.", "7072", "Rescissions"),
)  # fmt: skip


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        document = SourceDocument(
            source="govinfo_bill_text",
            url="https://www.govinfo.gov/x",
            sha256="0" * 64,
            fetched_at=NOW,
            parser_version=1,
        )
        session.add(document)
        session.commit()
        document_id = document.id
    url = "https://www.govinfo.gov/content/pkg/BILLS-119hr7148enr/xml/BILLS-119hr7148enr.xml"
    with writing(engine) as connection:
        store_texts(connection, [BillText(119, BillType.HR, 7148, "enr", url, SECTIONS)], document_id)
    with Session(engine) as session:
        yield session


def measure(key: str) -> Measure:
    found = measure_of(key)
    assert found is not None
    return found


def test_a_measure_has_its_own_division(session: Session) -> None:
    amounts = read_account_amounts(session)
    laid = steps_of(measure("2026-nsrp"))
    rows = {row.account.code: row.cells for row in account_rows(laid, amounts)}
    assert rows.keys() == {"FMF"}
    assert [cell.mark for cell in rows["FMF"]] == [
        Mark.NOT_COLLECTED, Mark.NOT_COLLECTED, Mark.NOT_COLLECTED, Mark.AMOUNTS,
    ]  # fmt: skip
    (amount,) = rows["FMF"][-1].amounts
    assert (amount.dollars, amount.effective) == (6_158_397_000, 6_158_397_000)
    assert amount.place == "division F, Foreign Military Financing Program"
    defense = account_rows(steps_of(measure("2026-defense")), amounts)
    assert [row.account.code for row in defense] == ["CTEF"]


def test_parts_and_rescissions_are_no_new_money(session: Session) -> None:
    found = every_amount(steps_of(measure("2026-nsrp")), read_account_amounts(session))
    assert [(one.amount.account, one.amount.dollars, is_aside(one)) for one in found] == [
        ("FMF", 6_158_397_000, False), ("INCLE", 179_306_000, True),
    ]  # fmt: skip
    assert found[-1].amount.kind is AmountKind.RESCISSION


def test_a_year_says_why_it_has_no_figure(session: Session) -> None:
    amounts = read_account_amounts(session)
    columns = act_columns()
    rows = {row.account.code: row.cells for row in act_rows(columns, amounts)}
    marks = {
        (column.fiscal_year, column.is_supplemental): cell.mark
        for column, cell in zip(columns, rows["FMF"], strict=True)
    }
    assert marks == {
        (2024, False): Mark.NOT_COLLECTED, (2024, True): Mark.NOT_COLLECTED, (2025, False): Mark.CONTINUED,
        (2026, False): Mark.AMOUNTS, (2027, False): Mark.NO_ACT,
    }  # fmt: skip


def test_an_accounts_years_are_those_of_its_subcommittee(session: Session) -> None:
    amounts = read_account_amounts(session)
    assert {one.measure.subcommittee for year in account_years("CTEF", amounts) for one, _ in year.cells} == {
        "defense"
    }
    assert account_years("PKO", amounts) == []
