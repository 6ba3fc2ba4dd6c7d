"""Reports and audit recommendations in a real browser: a choice, the picture, and paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import watchdogs
from tests.browser.serving import Address

pytestmark = pytest.mark.browser


@pytest.fixture
def site(address_of: Address) -> str:
    """A site with reports and two weeks of audit recommendations."""
    return address_of(watchdogs.fill)


def test_a_choice_has_its_own_address(page: Page, site: str) -> None:
    page.goto(f"{site}/audit-recommendations")
    page.get_by_label("Status", exact=True).select_option("no_longer_listed")
    page.get_by_role("button", name="Show").click()
    assert "status=no_longer_listed" in page.url
    expect(page.locator("ul.entries .title")).to_have_count(1)
    page.locator("ul.entries .title a").click()
    expect(page.locator(".lede")).to_contain_text("No longer in the list of open recommendations")


def test_the_picture_is_drawn_and_the_table_has_its_figures(page: Page, site: str) -> None:
    page.goto(f"{site}/audit-recommendations", wait_until="networkidle")
    picture = page.locator("figure.chart img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("one => one.naturalWidth") > 200
    page.emulate_media(media="print")
    expect(picture).not_to_be_visible()
    expect(page.get_by_role("cell", name="6", exact=True)).to_be_visible()


def test_on_paper_the_finding_and_what_became_of_it_stay(page: Page, site: str) -> None:
    page.goto(f"{site}/reports/gao-25-107622")
    page.emulate_media(media="print")
    expect(page.locator(".lede")).to_be_visible()
    expect(page.get_by_text("4 open, 1 partially addressed, 1 no longer listed.")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).not_to_be_visible()
