"""What the law orders, in a real browser: on paper, and where links lead."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import law_site
from tests.browser.serving import Address

pytestmark = pytest.mark.browser

LAW = "/bills/119-hr-7148/texts"


@pytest.fixture
def site(address_of: Address) -> str:
    """A site that holds one act."""
    return address_of(law_site.fill_with_versions)


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
