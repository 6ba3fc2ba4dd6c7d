"""Texts' own pages: whole, harmless, linked from the ladder and the measure, and honest about what is not here."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from flask import Flask
from sqlalchemy import URL, create_engine, update

from scrapers.records import BillText, BillType, Section
from tests import small_site
from tests.law_site import HOSTILE, SECTIONS, act, put_texts
from tests.sites import Sites, application
from tests.web.pages import Page, Reader, words
from tracker.db import writing
from tracker.models import WITHOUT_WORDS, BillTextVersion, Provision

OLD = tuple(
    Section(
        one.steps,
        one.text.replace("320,000,000", "300,000,000").replace("not later", "no later"),
        one.number,
        one.heading,
        one.parts,
    )
    for one in SECTIONS[:2]
)
PRIOR = BillText(
    118, BillType.HR, 2882, "enr", "https://www.govinfo.gov/content/pkg/old", OLD, title="An act"
)
LAW = "/bills/119-hr-7148/texts"
PAGES = [
    LAW, f"{LAW}/enr", f"{LAW}/enr?scope=all&country=EGY", f"{LAW}/enr?division=F", f"{LAW}/enr?country=FRA",
    f"{LAW}/enr/f-7041", f"{LAW}/enr/f-7042", f"{LAW}/eh..enr", f"{LAW}/eh..enr/f-7041", f"{LAW}/eh..enr/f-7042",
    f"{LAW}/118-hr-2882:enr..enr", f"{LAW}/118-hr-2882:enr..enr/f-7041?division=F&was=F",
    "/bills/118-hr-2882/texts/enr",
]  # fmt: skip


def with_words(url: URL, _folder: Path) -> None:
    """Two acts and a bill's two versions, with the law's words."""
    engine = create_engine(url)
    put_texts(engine, PRIOR, act("eh", OLD), act())
    engine.dispose()


def without_words(url: URL, folder: Path) -> None:
    """The same as a bundle has it."""
    with_words(url, folder)
    engine = create_engine(url)
    with writing(engine) as connection:
        connection.execute(update(BillTextVersion).values(digest=WITHOUT_WORDS))
        for one in connection.execute(Provision.__table__.select()).all():
            bare = Section(one.section.steps, "", one.section.number, one.section.heading)
            where = (Provision.text_id == one.text_id) & (Provision.position == one.position)
            connection.execute(update(Provision).where(where).values(section=bare))
    engine.dispose()


@pytest.fixture(params=[with_words, without_words])
def law_site(request: pytest.FixtureRequest, sites: Sites) -> Flask:
    """The application over them."""
    app = sites(request.param)
    app.extensions["is_worded"] = request.param is with_words
    return app


@pytest.fixture
def read_law(law_site: Flask) -> Reader:
    return Reader(law_site)


@pytest.fixture
def read_worded(read_law: Reader) -> Reader:
    if not read_law.app.extensions["is_worded"]:
        pytest.skip("of the law's words")
    return read_law


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole(read_law: Reader, path: str) -> None:
    assert "None" not in read_law(path).text


@pytest.mark.parametrize(
    "path",
    [
        "/bills/119-hr-9/texts",
        f"{LAW}/ih",
        f"{LAW}/enr/f-1",
        f"{LAW}/eh..ih",
        f"{LAW}/a..b..c",
        f"{LAW}/eh..enr/x",
        "/bills/x/texts",
    ],
)
def test_what_is_not_there_is_not_found(read_law: Reader, path: str) -> None:
    assert read_law.client.get(path).status_code == 404


def test_a_measure_says_which_countries_its_newest_text_names(
    read: Reader, sites: Sites, tmp_path: Path
) -> None:
    url = sites.database(small_site.fill)
    engine = create_engine(url)
    put_texts(engine, msgspec.structs.replace(act("eh"), number=5002))
    engine.dispose()
    with application(url, tmp_path) as app:
        page = Reader(app)("/bills/119-hr-5002")
    assert "3 countries in the sections on foreign and security assistance" in page.text
    assert [words(row) for row in page.all("tr") if row.findall("td")][-3:] == [
        "Egypt11", "Colombia1none found", "Kenya1none found",
    ]  # fmt: skip
    assert "/bills/119-hr-5002/texts/eh?country=EGY" in page.links
    assert "country by country" not in read("/bills/119-hr-5002").text


def test_a_version_lists_its_sections_with_their_facts(read_law: Reader) -> None:
    page = read_law(f"{LAW}/enr")
    assert page.heading == "H.R. 7148 (119th Congress): enrolled bill"
    assert (
        "3 sections on foreign and security assistance, with 1 condition on money, 4 deadlines and 2 dollar figures."
        in page.text
    )
    assert "$320,000,000 withheld, certification by the Secretary of State" in page.text
    assert f"{LAW}/enr/f-7041" in page.links


def test_a_section_has_its_words_with_the_facts_marked(read_worded: Reader) -> None:
    page = read_worded(f"{LAW}/enr/f-7041")
    assert any("shall be withheld" in words(one) for one in page.all("mark"))
    assert page.heading == "Middle East"
    assert {link for link in page.links if link.startswith("#fact-")} == {
        f"#fact-{number}" for number in range(3)
    }
    hostile = read_worded(f"{LAW}/enr/f-7042")
    assert HOSTILE in hostile.text
    assert "<script>alert" not in hostile.response.text


def test_two_versions_say_what_changed(read_worded: Reader) -> None:
    page = read_worded(f"{LAW}/118-hr-2882:enr..enr")
    assert "3 sections in both together: 1 changed, 1 added and 1 unchanged." in page.text
    assert (
        "7041(a): $320,000,000 withheld, certification by the Secretary of State. Egypt $300,000,000 → $320,000,000"
        in page.text
    )
    section = read_worded(f"{LAW}/118-hr-2882:enr..enr/f-7041")
    assert [words(one) for one in section.all("del")][1:] == ["dropped: $300,000,000 end of dropped"]
    assert [words(one) for one in section.all("ins")][1:] == ["added: $320,000,000 end of added"]


def test_without_its_words_a_page_says_so(read_law: Reader) -> None:
    if read_law.app.extensions["is_worded"]:
        pytest.skip("of the bundle")
    assert "come with the first collection" in read_law(f"{LAW}/enr").text
    assert "come with the first collection" in read_law(f"{LAW}/enr/f-7041").text
    page = read_law(f"{LAW}/118-hr-2882:enr..enr")
    assert "only facts are compared" in page.text
    assert "Added" not in page.text
    assert "Dropped" not in page.text


def test_the_ladder_leads_to_both(read_law: Reader) -> None:
    page: Page = read_law("/appropriations/2026-nsrp/conditions")
    assert f"{LAW}/enr/f-7041" in page.links
    assert f"{LAW}/118-hr-2882:enr..enr/f-7041?division=F&was=F" in page.links
