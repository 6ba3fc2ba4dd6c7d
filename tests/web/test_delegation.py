""" "Your lawmakers on this": nothing is asked before a state is chosen, and every seat is accounted for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests.web.pages import Page, Reader, words
from tracker.db import db

SUBJECTS = ["/countries/ISR", "/recommendations/restrict-alliances-with-abusers", "/promises/ppd23-goal-1"]
CHOICES = [
    "", "?state=VT", "?state=vt&district=1", "?state=ME&district=2", "?state=GU", "?state=PR", "?state=ZZ",
    "?state=GA&district=99",
]  # fmt: skip


def section(page: Page) -> str:
    (found,) = (part for part in page.all("section") if part.get("id") == "lawmakers")
    return words(found)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("choice", CHOICES)
def test_a_page_is_whole_whatever_is_chosen(read: Reader, subject: str, choice: str) -> None:
    page = read(subject + choice)
    assert section(page).startswith("Your lawmakers on this ")
    assert "None" not in section(page)
    (canonical,) = (link.get("href") for link in page.all("link") if link.get("rel") == "canonical")
    assert canonical == f"https://tracker.example{subject}"  # a choice makes no page of its own


def test_a_page_is_whole_before_the_first_collection(read_empty: Reader) -> None:
    said = section(read_empty("/countries/ISR?state=VT"))
    assert "No member of Congress for Vermont is in what we hold." in said


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ("state=ZZ", "There is no state or territory “ZZ”."),
        ("state=GA&district=99", "Georgia has 14 districts, and none is numbered “99”."),
        ("state=GA&district=3", "For district 3 of Georgia the list of members of 2 November 2026 names nobody: it is"),
        ("state=GA&district=2", "For both seats of Georgia in the Senate the list of members of 2 November 2026 names"),
        ("state=ME", "For one of Maine’s two seats in the Senate the list of members of 2 November 2026 names nobody"),
        ("state=GU", "Guam has no senators, and its member of the House has no vote when the House passes a bill."),
        ("state=GU", "James C. Moylan Delegate, Republican."),
        ("state=PR", "Pablo José Hernández Resident Commissioner, Democrat."),
        ("state=GA&district=2", "Sanford D. Bishop, Jr. Representative for district 2, Democrat."),
        ("state=VT", "Bernard Sanders Senator, Independent."),
        ("state=VT", "For Vermont’s seat in the House the list of members of 2 November 2026 names nobody"),
    ],
)  # fmt: skip
def test_every_seat_is_accounted_for(read: Reader, choice: str, sentence: str) -> None:
    assert sentence in section(read(f"/countries/ISR?{choice}"))


def test_who_brought_in_a_measure_is_shown_with_it(read: Reader) -> None:
    said = section(read("/countries/ISR?state=VT"))
    assert "Brought in S.J.Res. 33, 10 March 2025" in said


def test_a_figure_leads_to_that_many_measures(read: Reader) -> None:
    page = read("/countries/ISR?state=AL")
    found = [link for link in page.all("a") if "committee=" in (link.get("href") or "")]
    for link in found:
        (count,) = re.findall(r"\d+", words(link))
        assert read(link.get("href", "")).text.count("Latest action") == int(count)


def test_without_a_choice_nothing_is_asked(site: Flask) -> None:
    """The second time, too: what is drawn for one reader's choice is not kept for others."""
    asked: list[str] = []

    def note(*facts: Any) -> None:
        asked.append(facts[2])

    client = site.test_client()
    with site.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            for query in ("?for=nobody", "?state=VT&for=me", "?for=nobody-again"):
                asked.clear()
                page = client.get(f"/countries/ISR{query}").text
                of_people = [
                    one for one in asked if "legislator.is_current" in one or "committee_seat" in one
                ]
                assert len(of_people) == (2 if "state" in query else 0)
                assert ("Bernard Sanders</a></h3>" in page) is ("state" in query)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
