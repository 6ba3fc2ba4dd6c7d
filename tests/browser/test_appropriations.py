"""Appropriations in a real browser: for everybody, on a phone, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import bundled
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.browser.serving import served

pytestmark = pytest.mark.browser

KINDS = [
    "/appropriations", "/appropriations/2026-nsrp", "/appropriations/2025-nsrp/conditions",
    "/appropriations/2026-nsrp/conditions", "/appropriations/2027-defense", "/appropriations/none", "/countries/EGY",
    "/appropriations/accounts/FMF",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with the bundled facts, served from a thread."""
    template: Path = request.getfixturevalue("sqlite_template")
    with served(template, tmp_path_factory.mktemp("appropriations"), bundled.fill) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", KINDS)
def test_axe_has_nothing_to_object_to(page: Page, site: str, path: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(site + path)
    assert_accessible(page)


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("path", KINDS)
def test_a_phone_never_scrolls_sideways(page: Page, site: str, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(site + path)
    assert_no_sideways_scroll(page)


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
    for sheet in ("Letter", "A4"):
        assert page.pdf(format=sheet).count(b"/Type /Page\n") == 1, sheet
