"""Deadlines: what is due, by whom, to whom, and on which day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.provisions.documents import section
from tracker.provisions.deadlines import after, due_on
from tracker.provisions.facts import Deadline
from tracker.provisions.read import read_provisions

ENACTED = date(2026, 2, 3)


def deadline(text: str, **rest: object) -> Deadline:
    (found,) = read_provisions([section("1", text, **rest)])[0].deadlines
    return found


@pytest.mark.parametrize(
    ("text", "due", "duty", "by", "to"),
    [
        ("Not later than 30 days after the date of enactment of this Act, the Secretary of State shall submit a report "
         "to the Committees on Appropriations.", date(2026, 3, 5), "report", "Secretary of State",
         "Committees on Appropriations"),
        ("Funds shall be disbursed within 30 days of enactment of this Act.", date(2026, 3, 5), "disbursement", None,
         None),
        ("Not later than 4 months after the date of the enactment of this Act, the President shall brief Congress.",
         date(2026, 6, 3), "briefing", "President", "Congress"),
        ("Not later than one year after the date of enactment of this Act, the Attorney General shall certify it.",
         date(2027, 2, 3), "certification", "Attorney General", None),
        ("Not later than 45 days following the receipt of such report, the agency shall post it.", None, "report",
         "agency", None),
        ("Not later than November 1, 2027, the Secretary of State shall submit a report.", date(2027, 11, 1), "report",
         "Secretary of State", None),
        ("Not later than 60 days after the date of enactment of the Taiwan Enhanced Resilience Act, the President "
         "shall report.", None, "report", "President", None),
    ],
)  # fmt: skip
def test_deadlines(text: str, due: date | None, duty: str, by: str | None, to: str | None) -> None:
    found = deadline(text)
    assert (due_on(found, ENACTED), found.duty, found.by, found.to) == (due, duty, by, to)


def test_what_is_repeated_says_how_often_and_until_when() -> None:
    found = deadline(
        "Not later than 30 days after the date of enactment of this Act, and every 90 days thereafter until "
        "September 30, 2027, the Secretary of State shall submit a report."
    )
    assert (found.every, found.until) == ("every 90 days", date(2027, 9, 30))


def test_words_that_amend_another_law_have_no_day_here() -> None:
    text = "“Not later than 90 days after the date of enactment of this Act, the President shall report.”"
    assert due_on(deadline(text, quoted=((0, len(text)),)), ENACTED) is None


@pytest.mark.parametrize(
    ("start", "count", "unit", "end"),
    [
        (date(2026, 1, 31), 1, "month", date(2026, 2, 28)),
        (date(2024, 2, 29), 1, "year", date(2025, 2, 28)),
        (date(2026, 11, 30), 3, "month", date(2027, 2, 28)),
        (date(2026, 12, 31), 2, "week", date(2027, 1, 14)),
    ],
)
def test_months_that_are_too_short_end_on_their_last_day(
    start: date, count: int, unit: str, end: date
) -> None:
    assert after(start, count, unit) == end
