"""Deadlines in words, and the rounds of what is repeated."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tracker.provisions.deadlines import next_round
from tracker.provisions.facts import Deadline, Duty
from tracker.provisions.words import days_words, deadline_title, evidence_words, rule_words, who_words


def due(**more: Any) -> Deadline:
    usual = {
        "label": "",
        "start": 0,
        "end": 0,
        "words": "",
        "certainty": 92,
        "duty": Duty.REPORT,
        "count": 30,
        "unit": "day",
    }
    return Deadline(**{**usual, **more})


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (due(by="Secretary of State", to="Committees on Appropriations"),
         "Report by the Secretary of State to the Committees on Appropriations"),
        (due(duty=Duty.CONSULTATION, by="each department", to="Congress"),
         "Consultation by each department with Congress"),
        (due(duty=Duty.DISBURSEMENT), "Payment of money"),
    ],
)  # fmt: skip
def test_who_owes_what_to_whom(deadline: Deadline, words: str) -> None:
    assert who_words(deadline) == words


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (due(), "30 days after enactment"),
        (due(count=1, unit="year"), "1 year after enactment"),
        (due(event="the receipt of such report"), "30 days after the receipt of such report"),
        (due(event=""), "30 days after an event that the act names"),
        (due(count=None, unit=None, day=date(2027, 11, 1)), "by 1 November 2027"),
        (due(every="every 90 days", until=date(2027, 9, 30)),
         "30 days after enactment, then every 90 days until 30 September 2027"),
    ],
)  # fmt: skip
def test_how_the_day_is_reckoned(deadline: Deadline, words: str) -> None:
    assert rule_words(deadline) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (None, "no day of its own"),
        (0, "due today"),
        (1, "1 day left"),
        (-1, "1 day overdue"),
        (-1285, "1,285 days overdue"),
    ],
)
def test_how_far_the_day_is(left: int | None, words: str) -> None:
    assert days_words(left) == words


def test_no_evidence_is_said_of_what_is_submitted_and_of_what_is_done() -> None:
    assert evidence_words(due()) == "No public evidence of submission yet."
    assert evidence_words(due(duty=Duty.DISBURSEMENT)) == "No public evidence that it was done yet."


def test_a_title_is_made_of_the_headings() -> None:
    assert (
        deadline_title(("Middle East and North Africa", "Israel"), "section 7041")
        == "Middle East and North Africa: Israel"
    )
    assert deadline_title((), "division F, section 7041") == "Division F, section 7041"


FIRST = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("every", "today", "expected"),
    [
        ("every 90 days", date(2026, 3, 1), FIRST),
        ("every 90 days", date(2026, 3, 6), date(2026, 6, 3)),
        ("every 90 days", date(2026, 11, 30), date(2026, 11, 30)),
        ("each month", date(2026, 11, 30), date(2026, 12, 5)),
        ("quarterly", date(2026, 11, 30), date(2026, 12, 5)),
        ("semiannually", date(2026, 11, 30), date(2027, 3, 5)),
        ("annually", date(2026, 11, 30), date(2027, 3, 5)),
        ("weekly", date(2026, 3, 6), date(2026, 3, 12)),
        ("at the start of each quarter", date(2026, 11, 30), None),
        ("every 90 days", date(2027, 9, 30), None),
    ],
)
def test_rounds_are_counted_from_the_first_day(every: str, today: date, expected: date | None) -> None:
    assert next_round(due(every=every, until=date(2027, 9, 30)), FIRST, today) == expected
