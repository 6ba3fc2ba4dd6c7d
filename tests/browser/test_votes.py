"""Roll calls and a reader's own lawmakers in a real browser: for everybody, on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import URL

from tests import roll_calls, small_site
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll, open_all, requested_hosts
from tests.browser.serving import served
from tests.roll_calls import DISCHARGE, NAMED

pytestmark = pytest.mark.browser

KINDS = [
    "/votes?member=S000033", f"/votes/{DISCHARGE}?state=VT", f"/votes/{NAMED}", "/bills/119-sjres-33",
    "/legislators/S000033", "/countries/ISR?state=VT",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small site with roll calls, served from a thread."""

    def fill(url: URL, folder: Path) -> None:
        small_site.fill(url, folder)
        roll_calls.fill(url, folder)

    template: Path = request.getfixturevalue("sqlite_template")
    with served(template, tmp_path_factory.mktemp("votes"), fill) as address:
        yield address


@pytest.mark.parametrize("path", KINDS)
def test_a_page_is_for_everybody(page: Page, site: str, path: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(site + path)
        open_all(page)
        assert_accessible(page)
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert_no_sideways_scroll(page)
    assert requested_hosts(page) == {"127.0.0.1"}


def test_a_phone_shows_who_voted_how_without_scrolling_a_table(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/votes/{DISCHARGE}")
    box = page.locator(".members tbody tr td").first.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390


def test_a_state_is_chosen_by_keyboard_and_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
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
    context.close()


def test_paper_has_no_form_and_everybodys_vote(page: Page, site: str) -> None:
    page.goto(f"{site}/votes/{DISCHARGE}?state=VT")
    page.emulate_media(media="print")
    assert not page.locator("#yours form").first.is_visible()
    assert page.locator(".members tbody tr").last.is_visible()
