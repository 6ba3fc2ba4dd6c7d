"""Roll calls and a reader's own lawmakers in a real browser: on a telephone, by keyboard without scripts, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.checks import assert_sheets
from tests.browser.serving import Address
from tests.roll_calls import DISCHARGE, fill_site

pytestmark = pytest.mark.browser


@pytest.fixture
def site(address_of: Address) -> str:
    """The small site with roll calls."""
    return address_of(fill_site)


def test_a_telephone_shows_who_voted_how_without_scrolling_a_table(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/votes/{DISCHARGE}")
    box = page.locator(".members tbody tr td").first.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390


def test_a_state_is_chosen_by_keyboard_and_without_scripts(plain_page: Page, site: str) -> None:
    page = plain_page
    page.goto(f"{site}/countries/ISR")
    page.get_by_label("State or territory").select_option("Vermont")
    page.get_by_label("State or territory").press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/countries/ISR?state=VT#lawmakers")
    page.get_by_role("link", name="The Senate refused to discharge S.J.Res. 33").click()
    page.get_by_label("State or territory").select_option("Maine")
    page.locator("#yours button").first.press("Enter")
    page.wait_for_url(f"**/votes/{DISCHARGE}?state=ME#yours")
    assert "Angus S. King, Jr." in page.locator("#yours").inner_text()


def test_paper_has_no_form_and_everybodys_vote(page: Page, site: str) -> None:
    page.goto(f"{site}/votes/{DISCHARGE}?state=VT")
    assert_sheets(page, 3)
    page.emulate_media(media="print")
    assert not page.locator("#yours form").first.is_visible()
    assert page.locator(".members tbody tr").last.is_visible()
