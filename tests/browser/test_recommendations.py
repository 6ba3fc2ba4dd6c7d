"""The recommendations family in a real browser: the table by keyboard, on paper, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import bundled
from tests.browser.checks import assert_no_sideways_scroll
from tests.browser.serving import Address

pytestmark = pytest.mark.browser

ONE = "/recommendations/restrict-alliances-with-abusers"


@pytest.fixture
def site(address_of: Address) -> str:
    """The bundled facts with their judgements."""
    return address_of(bundled.fill)


def test_the_table_scrolls_by_itself_and_keeps_the_countries_in_sight(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/recommendations?by=promises")
    region = page.get_by_role("region", name="Countries and promises")
    assert region.evaluate("element => element.scrollWidth > 2 * element.clientWidth")
    region.focus()
    for _ in range(100):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(20)
        if region.evaluate("element => element.scrollLeft") > 100:
            break
    else:
        pytest.fail("the arrow keys do not move the table")
    country = region.get_by_role("rowheader", name="Israel").bounding_box()
    box = region.bounding_box()
    assert country is not None
    assert box is not None
    assert country["x"] == box["x"]


def test_a_figure_is_reached_by_keyboard_and_never_hidden_by_the_countries(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/recommendations?by=promises")
    first = page.locator(".matrix .tally a").first
    last = page.locator(".matrix tbody tr").first.locator(".tally a").last
    last.focus()
    first.focus()
    place, header = first.bounding_box(), page.locator(".matrix tbody th").first.bounding_box()
    assert place is not None
    assert header is not None
    assert place["x"] >= header["x"] + header["width"] - 1


def test_from_a_figure_to_its_measures_without_scripts(plain_page: Page, site: str) -> None:
    page = plain_page
    page.goto(f"{site}/recommendations")
    page.get_by_label("Region").select_option("gulf")
    page.get_by_label("Columns").select_option("promises")
    page.get_by_role("button", name="Show", exact=True).click()
    assert "region=gulf" in page.url
    assert page.url.endswith("#matrix")
    figure = page.locator(".matrix .tally a").first
    number = figure.inner_text().split()[1]
    figure.click()
    assert page.locator(".entries .title").count() == int(number)


def test_paper_has_the_table_whole(page: Page, site: str) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 1000})
    page.goto(f"{site}/recommendations")
    assert not page.locator(".filters").is_visible()
    assert_no_sideways_scroll(page)
    table = page.locator(".matrix table").bounding_box()
    assert table is not None
    assert table["width"] <= 690


def test_the_evidence_is_one_click_away(page: Page, site: str) -> None:
    page.goto(site + ONE)
    summary = page.locator("#concerns summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#concerns details[open] mark").first).to_be_visible()
