"""What a printed version says of each country, counted as the page that lists its sections counts."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scrapers.records import BillText, BillType, Section, Step
from tests.law_site import SECTIONS, act, put_texts
from tracker.queries.texts import Named, countries_named, read_sections, text_versions

ELSEWHERE = Section(
    (Step("division", "A", "Legislative Branch Appropriations Act, 2026"),),
    "The clerk shall buy new flags for the chapel of Kenya.",
    "9",
    "Flags",
)


def test_countries_of_a_text_come_with_their_sections_and_conditions(engine: Engine) -> None:
    put_texts(engine, act(sections=(*SECTIONS, ELSEWHERE)))
    with Session(engine) as session:
        text = text_versions(session, "119-hr-7148")[-1]
        named = countries_named(session, text)
        assert named == [Named("EGY", 1, 1), Named("COL", 1, 0), Named("KEN", 1, 0)]
        for one in named:
            assert len(read_sections(session, text, country=one.country)) == one.sections


def test_a_text_that_names_no_country_has_none(engine: Engine) -> None:
    put_texts(
        engine, BillText(119, BillType.HR, 9, "ih", "https://www.govinfo.gov/content/pkg/x", (SECTIONS[0],))
    )
    with Session(engine) as session:
        assert countries_named(session, text_versions(session, "119-hr-9")[-1]) == []
