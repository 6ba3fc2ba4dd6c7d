"""The countries family in a real browser: for everybody, on a phone, on paper, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import small_site
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll, open_all, requested_hosts
from tests.browser.serving import served
from tracker.linking.linker import packaged_content

pytestmark = pytest.mark.browser

KINDS = [
    "/countries", "/countries?q=guinea", "/countries?q=Egipt", "/countries/ISR", "/countries/HND", "/countries/AND",
    "/countries/EGY", "/countries/MEX", "/countries/Egipt", "/countries/ISR?state=VT",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small site's address, served from a thread."""
    template: Path = request.getfixturevalue("sqlite_template")
    with served(template, tmp_path_factory.mktemp("countries"), small_site.fill) as address:
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
    open_all(page)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("path", ["/countries", "/countries/MEX"])
def test_nothing_is_asked_of_another_host(page: Page, site: str, path: str) -> None:
    page.goto(site + path, wait_until="networkidle")
    assert requested_hosts(page) == {"127.0.0.1"}


def test_the_evidence_is_one_click_away(page: Page, site: str) -> None:
    page.goto(f"{site}/countries/ISR")
    proof = page.locator(".proof").first
    expect(proof.locator("mark").first).to_be_visible()
    found = proof.get_by_text("Found by rule; no editor has looked at it yet.")
    expect(found).not_to_be_visible()
    proof.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(found).to_be_visible()


def test_a_country_is_found_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/countries")
    page.get_by_label("Name, in any spelling, or ISO code").fill("burma")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Burma").click()
    assert page.url.endswith("/countries/MMR")
    context.close()


@pytest.mark.parametrize("code", sorted(packaged_content().briefs))
def test_a_brief_is_four_sheets_at_most(page: Page, site: str, code: str) -> None:
    page.goto(f"{site}/countries/{code}")
    for sheet in ("Letter", "A4"):
        assert page.pdf(format=sheet).count(b"/Type /Page\n") <= 4, sheet


def test_paper_says_where_the_sources_of_a_brief_are(page: Page, site: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{site}/countries/MEX")
    note = page.evaluate(
        "getComputedStyle(document.querySelector('ol.sources a[href^=http]'), '::after').content"
    )
    assert "https://" in note
    assert not page.locator("aside").first.is_visible()
