"""Appropriations in a real browser: the ladder, the picture and the leave-behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import bundled
from tests.browser.checks import assert_sheets
from tests.browser.serving import Address

pytestmark = pytest.mark.browser


@pytest.fixture
def site(address_of: Address) -> str:
    """A site with the bundled facts."""
    return address_of(bundled.fill)


def test_the_ladder_is_readable_on_paper(page: Page, site: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{site}/appropriations/2026-nsrp/conditions")
    expect(page.get_by_text("Changed: share, 15 percent → 30 percent.").first).to_be_visible()
    table = page.locator("#glance table")
    box, sheet = table.bounding_box(), page.locator("main").bounding_box()
    assert box is not None
    assert sheet is not None
    assert box["width"] <= sheet["width"] + 1


def test_a_row_of_the_table_leads_to_its_country(page: Page, site: str) -> None:
    page.goto(f"{site}/appropriations/2026-nsrp/conditions")
    page.get_by_role("link", name="Mexico: Share of security assistance withheld").click()
    expect(page.locator("#country-mex h2")).to_be_in_viewport()


@pytest.mark.parametrize("path", ["/appropriations/2025-nsrp", "/appropriations/accounts/FMF"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_picture_is_drawn_and_fits(page: Page, site: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(site + path)
    picture = page.locator("figure.chart img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") > 200
    box = picture.bounding_box()
    assert box is not None
    assert box["width"] <= width


@pytest.mark.parametrize("key", ["119-hr-7148", "119-hr-1939", "119-s-2882", "119-hr-4016"])
def test_the_leave_behind_of_a_full_measure_is_one_sheet(page: Page, site: str, key: str) -> None:
    page.goto(f"{site}/bills/{key}/leave-behind")
    assert_sheets(page, 1)
