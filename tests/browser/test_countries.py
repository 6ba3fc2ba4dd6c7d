"""The countries family in a real browser: evidence, briefs on paper, and the list without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import small_site
from tests.browser.checks import assert_sheets
from tests.browser.serving import Address
from tracker.linking.linker import packaged_content

pytestmark = pytest.mark.browser


@pytest.fixture
def site(address_of: Address) -> str:
    """The small site."""
    return address_of(small_site.fill)


def test_the_evidence_is_one_click_away(page: Page, site: str) -> None:
    page.goto(f"{site}/countries/ISR")
    proof = page.locator(".proof").first
    expect(proof.locator("mark").first).to_be_visible()
    found = proof.get_by_text("Found by rule; no editor has looked at it yet.")
    expect(found).not_to_be_visible()
    proof.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(found).to_be_visible()


def test_a_country_is_found_without_scripts(plain_page: Page, site: str) -> None:
    page = plain_page
    page.goto(f"{site}/countries")
    page.get_by_label("Name, in any spelling, or ISO code").fill("burma")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Burma").click()
    assert page.url.endswith("/countries/MMR")


@pytest.mark.parametrize("code", sorted(packaged_content().briefs))
def test_a_brief_is_four_sheets_at_most(page: Page, site: str, code: str) -> None:
    page.goto(f"{site}/countries/{code}")
    assert_sheets(page, 4)


def test_paper_says_where_the_sources_of_a_brief_are(page: Page, site: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{site}/countries/MEX")
    note = page.evaluate(
        "getComputedStyle(document.querySelector('ol.sources a[href^=http]'), '::after').content"
    )
    assert "https://" in note
    assert not page.locator("aside").first.is_visible()
