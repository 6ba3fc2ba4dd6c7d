"""Arms sales in a real browser: a choice of them, and one on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import arms_sales
from tests.browser.serving import Address

pytestmark = pytest.mark.browser


@pytest.fixture
def site(address_of: Address) -> str:
    """A site with the saved notices."""
    return address_of(arms_sales.fill)


def test_a_choice_has_its_own_address(page: Page, site: str) -> None:
    page.goto(f"{site}/arms-sales")
    page.get_by_label("Country").select_option("SGP")
    page.get_by_role("button", name="Show").click()
    assert "country=SGP" in page.url
    expect(page.locator("ul.entries .title")).to_have_count(2)
    page.get_by_role("link", name="Guided Multiple Launch").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Singapore")


def test_on_paper_the_sentence_and_the_clock_stay(page: Page, site: str) -> None:
    page.goto(f"{site}/arms-sales/26-23")
    page.emulate_media(media="print")
    expect(page.get_by_text("ended on 28 March 2026")).to_be_visible()
    expect(page.get_by_text("A notification is not a sale")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).not_to_be_visible()
