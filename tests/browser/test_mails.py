"""Mails in a real browser: readable by all, narrow and dark, without pictures and without styles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.digests.mails import short_mails

GOLDEN = Path(__file__).parent.parent / "digests/golden"
MAILS = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted(GOLDEN.glob("*.html"))
} | short_mails()

_SMALL = """() => [...document.querySelectorAll("body *")].filter(element =>
  [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()) &&
  getComputedStyle(element).display !== "none" &&
  parseFloat(getComputedStyle(element).fontSize) < 16).map(element => element.outerHTML.slice(0, 80))"""

_PRINTED = """() => [...document.querySelectorAll("a[href]")].map(
  link => [link.getAttribute("href"), getComputedStyle(link, "::after").content])"""

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_mail_is_accessible(browser: Browser, name: str, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 600, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.set_content(MAILS[name])
    assert_accessible(page)
    assert page.evaluate(_SMALL) == []
    context.close()


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_fits_a_small_telephone(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_content(MAILS[name])
    assert_no_sideways_scroll(page)


@pytest.mark.parametrize("name", MAILS)
def test_on_paper_a_link_is_its_address_but_for_the_readers_own(page: Page, name: str) -> None:
    page.set_content(MAILS[name])
    page.emulate_media(media="print")
    printed: list[list[str]] = page.evaluate(_PRINTED)
    assert printed
    for address, shown in printed:
        is_own = address.startswith(("https://tracker.example/u/", "https://tracker.example/confirm/"))
        assert shown == ("none" if is_own or address.startswith("#") else f'" ({address})"'), address


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_reads_without_styles(page: Page, name: str) -> None:
    """The same words in the same order, headings as headings; the preheader, if there is one, comes before them."""
    page.set_content(MAILS[name])
    styled = [heading.inner_text() for heading in page.locator("h1, h2, h3").all()]
    words = page.locator("main").inner_text().split()
    bare = re.sub(r"<style>.*?</style>", "", MAILS[name], flags=re.DOTALL)
    page.set_content(re.sub(r' style="[^"]*"', "", bare))
    assert [heading.inner_text() for heading in page.locator("h1, h2, h3").all()] == styled
    assert page.locator("main").inner_text().split()[-len(words) :] == words
    assert_accessible(page)
