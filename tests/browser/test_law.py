"""What the law orders, in a real browser: for everybody, on a phone, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import URL, create_engine

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.browser.serving import served
from tests.law_site import SECTIONS, act, put_texts

pytestmark = pytest.mark.browser

LAW = "/bills/119-hr-7148/texts"
PAGES = [
    "/deadlines", "/deadlines?group=overdue&country=EGY", "/calendar", f"{LAW}/enr", f"{LAW}/enr/f-7041",
    f"{LAW}/eh..enr", f"{LAW}/eh..enr/f-7041",
]  # fmt: skip
OLD = tuple(
    msgspec.structs.replace(one, text=one.text.replace("320,000,000", "300,000,000")) for one in SECTIONS[:2]
)


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site that holds one act, served from a thread."""
    template: Path = request.getfixturevalue("sqlite_template")
    with served(template, tmp_path_factory.mktemp("law"), _fill) as address:
        yield address


def _fill(url: URL, _folder: Path) -> None:
    engine = create_engine(url)
    put_texts(engine, act("eh", OLD), act())
    engine.dispose()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_has_nothing_to_object_to(page: Page, site: str, path: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(site + path)
    assert_accessible(page)


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("path", PAGES)
def test_a_phone_never_scrolls_sideways(page: Page, site: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(site + path)
    assert_no_sideways_scroll(page)


def test_the_laws_words_are_on_paper(page: Page, site: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{site}/deadlines")
    expect(page.locator("blockquote").first).to_be_visible()
    expect(page.locator("mark").first).to_have_text(
        "Not later than 30 days after the date of enactment of this Act"
    )


def test_a_link_to_a_deadline_leads_to_it(page: Page, site: str) -> None:
    page.goto(f"{site}/calendar")
    page.get_by_role("link", name="Report by the President: Reports").click()
    expect(page.locator("#\\31 19-hr-7148-f-7042-by-2027-11-01")).to_be_in_viewport()


def test_differences_are_on_paper_with_what_stands(page: Page, site: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{site}{LAW}/eh..enr/f-7041")
    expect(page.locator(".statute del")).to_be_visible()
    expect(page.locator(".statute ins")).to_be_visible()
    expect(page.get_by_text("shall be withheld from obligation").first).to_be_visible()
    expect(page.get_by_text("Committees on Appropriations on Egypt.")).to_be_visible()


def test_a_fact_leads_to_its_words(page: Page, site: str) -> None:
    page.goto(f"{site}{LAW}/enr/f-7041")
    page.get_by_role("link", name="$320,000,000 withheld, certification by the Secretary of State").click()
    expect(page.locator("#fact-0")).to_be_attached()
    expect(page.locator("mark").last).to_be_in_viewport()
