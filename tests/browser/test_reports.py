"""Reports and audit recommendations in a real browser: for everybody, on a phone, on paper, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import watchdogs
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll, open_all, requested_hosts
from tests.browser.serving import served

pytestmark = pytest.mark.browser

KINDS = [
    "/reports", "/reports?q=nothing", "/reports/gao-25-107622", "/reports/gao-25-107003", "/reports/gao-99-1",
    "/audit-recommendations", "/audit-recommendations/gao-25-107622-3", "/audit-recommendations/x",
    "/countries/EGY", "/recommendations/restrict-alliances-with-abusers", "/search?q=vetting",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with the reports of `tests.watchdogs`, served from a thread."""
    template: Path = request.getfixturevalue("sqlite_template")
    with served(template, tmp_path_factory.mktemp("reports"), watchdogs.fill) as address:
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
    page.goto(f"{site}/audit-recommendations", wait_until="networkidle")
    assert requested_hosts(page) == {"127.0.0.1"}


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
