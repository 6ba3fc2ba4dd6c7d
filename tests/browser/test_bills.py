"""The bills family in a real browser: by keyboard alone, for everybody, on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import small_site
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll, requested_hosts
from tests.browser.serving import served

pytestmark = pytest.mark.browser

KINDS = [
    "/", "/bills", "/bills?q=zzzz", "/bills/119-hr-983", "/bills/119-hr-5001", "/bills/119-hr-5006",
    "/bills/119-hr-983/leave-behind", "/bills/119-hr-77777", "/legislators", "/legislators/S000033", "/changes",
    "/search?q=military", "/search", "/status", "/about", "/bills?congress=x",
]  # fmt: skip


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small site's address, served from a thread."""
    template: Path = request.getfixturevalue("sqlite_template")
    with served(template, tmp_path_factory.mktemp("bills"), small_site.fill) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", KINDS)
def test_axe_has_nothing_to_object_to(page: Page, site: str, path: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(site + path)
    assert_accessible(page)


@pytest.mark.parametrize("path", KINDS)
def test_a_phone_never_scrolls_sideways(page: Page, site: str, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site + path)
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("path", KINDS)
def test_nothing_is_asked_of_another_host(page: Page, site: str, path: str) -> None:
    refused: list[str] = []
    page.on(
        "console",
        lambda message: refused.append(message.text) if "Content Security" in message.text else None,
    )
    page.goto(site + path, wait_until="networkidle")
    assert requested_hosts(page) == {"127.0.0.1"}
    assert refused == []


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the link, field or button of that name has the focus."""
    script = (
        "() => { const it = document.activeElement;"
        " const label = it.labels && it.labels.length ? it.labels[0].textContent : it.textContent;"
        " return label.trim().replace(/\\s+/g, ' '); }"
    )
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate(script) == name:
            return
    pytest.fail(f"no way by keyboard to {name!r}")


def test_from_the_front_page_to_a_sponsor_by_keyboard_alone(page: Page, site: str) -> None:
    page.goto(site)
    _tab_to(page, "Bills")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/bills")
    _tab_to(page, "Words or number")
    page.keyboard.type("foreign military sale")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bills?q=foreign+military+sale*")
    title = page.locator(".entries .title a").first.inner_text()
    _tab_to(page, title)
    page.keyboard.press("Enter")
    page.wait_for_url("**/bills/11*")
    sponsor = page.locator("aside a[href^='/legislators/']").first.inner_text()
    _tab_to(page, sponsor)
    page.keyboard.press("Enter")
    page.wait_for_url("**/legislators/*")
    expect(page.get_by_role("heading", name="Brought in")).to_be_visible()


def test_everything_works_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
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
    context.close()


def test_a_details_opens_with_the_keyboard(page: Page, site: str) -> None:
    page.goto(f"{site}/bills/119-hr-5001")
    summary = page.locator("details > summary", has_text="by name")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Cosponsors of H.R. 5001")).to_be_visible()


@pytest.mark.parametrize("key", ["119-hr-983", "119-sjres-33", "119-hr-5001", "117-s-4791"])
def test_the_leave_behind_is_one_sheet(page: Page, site: str, key: str) -> None:
    page.goto(f"{site}/bills/{key}/leave-behind")
    for sheet in ("Letter", "A4"):
        assert page.pdf(format=sheet).count(b"/Type /Page\n") == 1, sheet
