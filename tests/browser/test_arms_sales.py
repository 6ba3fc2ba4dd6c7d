"""Arms sales in a real browser: for everybody, on a phone, on paper, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import arms_sales
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll, open_all, requested_hosts
from tests.browser.serving import served

pytestmark = pytest.mark.browser

KINDS = [
    "/arms-sales", "/arms-sales?country=FRA", "/arms-sales/26-23", "/arms-sales/26-1C", "/arms-sales/24-48",
    "/arms-sales/2026-06-singapore-hellfire-missiles", "/arms-sales/99-99", "/countries/SGP", "/search?q=radars",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with the saved notices, served from a thread."""
    template: Path = request.getfixturevalue("sqlite_template")
    with served(template, tmp_path_factory.mktemp("arms"), arms_sales.fill) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", KINDS)
def test_axe_has_nothing_to_object_to(page: Page, site: str, path: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(site + path)
    open_all(page)
    assert_accessible(page)


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("path", KINDS)
def test_a_phone_never_scrolls_sideways(page: Page, site: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(site + path)
    assert_no_sideways_scroll(page)


def test_nothing_is_asked_of_another_host(page: Page, site: str) -> None:
    page.goto(f"{site}/arms-sales/26-23", wait_until="networkidle")
    assert requested_hosts(page) == {"127.0.0.1"}


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
