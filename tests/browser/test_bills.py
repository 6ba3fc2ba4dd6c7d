"""The bills family in a real browser: by keyboard alone, without scripts, on one sheet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import small_site
from tests.browser.checks import assert_sheets, tab_to
from tests.browser.serving import Address

pytestmark = pytest.mark.browser


@pytest.fixture
def site(address_of: Address) -> str:
    """The small site."""
    return address_of(small_site.fill)


def test_from_the_front_page_to_a_sponsor_by_keyboard_alone(page: Page, site: str) -> None:
    page.goto(site)
    tab_to(page, "Bills")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/bills")
    tab_to(page, "Words or number")
    page.keyboard.type("foreign military sale")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bills?q=foreign+military+sale*")
    title = page.locator(".entries .title a").first.inner_text()
    tab_to(page, title)
    page.keyboard.press("Enter")
    page.wait_for_url("**/bills/11*")
    sponsor = page.locator("aside a[href^='/legislators/']").first.inner_text()
    tab_to(page, sponsor)
    page.keyboard.press("Enter")
    page.wait_for_url("**/legislators/*")
    expect(page.get_by_role("heading", name="Brought in")).to_be_visible()


def test_everything_works_without_scripts(plain_page: Page, site: str) -> None:
    page = plain_page
    page.goto(f"{site}/bills")
    page.get_by_label("Began in").select_option("senate")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "chamber=senate" in page.url
    page.locator(".entries .title a").first.click()
    assert "/bills/11" in page.url
    page.get_by_role("link", name="One page to leave behind").click()
    assert page.url.endswith("/leave-behind")
    page.get_by_label("Search bills, countries and reports").fill("sjres33")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("a[href='/bills/119-sjres-33']")).to_be_visible()


def test_a_details_opens_with_the_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}/bills/119-hr-5001")
    summary = page.locator("details > summary", has_text="by name")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Cosponsors of H.R. 5001")).to_be_visible()


@pytest.mark.parametrize("key", ["119-hr-983", "119-sjres-33", "119-hr-5001", "117-s-4791"])
def test_the_leave_behind_is_one_sheet(page: Page, site: str, key: str) -> None:
    page.goto(f"{site}/bills/{key}/leave-behind")
    assert_sheets(page, 1)
