"""What every page must pass in a real browser: readable by all, on a telephone and on paper, from our host alone."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import ConsoleMessage, Page, Request, ViewportSize

WIDE: ViewportSize = {"width": 1280, "height": 900}
WIDTHS = (390, 320)
"""Of telephones, in CSS pixels."""
SHEET = 690
"""And of what is printed on paper of a usual size."""

_COLOURS = ("color-contrast", "link-in-text-block")
"""What axe asks of colours; the dark scheme has other colours and is in nothing else different."""

_HOSTS: WeakKeyDictionary[Page, set[str]] = WeakKeyDictionary()
_REFUSED: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()

_WIDER_THAN_THE_WINDOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(
    element => element.getBoundingClientRect().right > width + 1 && !element.closest(".scroll"));
  return ["page"].concat(wide.map(element => element.tagName.toLowerCase() + "." + element.className));
}"""

_FOCUSED = """() => {
  const it = document.activeElement;
  const label = it.labels && it.labels.length ? it.labels[0].textContent : it.textContent;
  return label.trim().replace(/\\s+/g, " ");
}"""


def watch(page: Page) -> None:
    """Remember which hosts a page asks and what its policy refuses; the `page` fixture does this for every test."""
    hosts, refused = _HOSTS.setdefault(page, set()), _REFUSED.setdefault(page, [])

    def asked(request: Request) -> None:
        if host := urlsplit(request.url).hostname:
            hosts.add(host)

    def said(message: ConsoleMessage) -> None:
        if "Content Security" in message.text:
            refused.append(message.text)

    page.on("request", asked)
    page.on("console", said)


def open_all(page: Page) -> None:
    """Open everything that is behind a click."""
    page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true; })")


def assert_for_everybody(page: Page, widths: Iterable[int] = WIDTHS) -> None:
    """All that holds for every page, of a page as it stands: everything in it is opened, and it is loaded once."""
    open_all(page)
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page, _COLOURS)
    page.emulate_media(color_scheme="light")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 844})
        assert_no_sideways_scroll(page)
    page.set_viewport_size(WIDE)
    assert_only_ours(page)


def assert_on_paper(page: Page) -> None:
    """Printed, the page is no wider than its sheet, and nothing on it is there to be pressed."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 1000})
    assert_no_sideways_scroll(page)
    assert not page.locator("nav.site-nav").first.is_visible(), "there is navigation on paper"


def assert_accessible(page: Page, rules: Iterable[str] = ()) -> None:
    """Axe finds nothing to object to on the page as it stands, by all its rules or by these."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if chosen := list(rules):
        options["runOnly"] = chosen
    results = AxeResults(page.evaluate("options => axe.run(options)", options))
    assert results.violations_count == 0, results.generate_report()


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is no wider than its window. What is wider scrolls inside `.scroll`."""
    wide = page.evaluate(_WIDER_THAN_THE_WINDOW)
    assert wide == [], f"wider than the window: {wide}"


def assert_only_ours(page: Page) -> None:
    """Since it was opened the page asked nobody but us for anything, and nothing in it was against our policy."""
    assert _HOSTS[page] == {"127.0.0.1"}
    assert _REFUSED[page] == []


def assert_sheets(page: Page, most: int) -> None:
    """The page fits on so many sheets, in both usual sizes."""
    for sheet in ("Letter", "A4"):
        assert page.pdf(format=sheet).count(b"/Type /Page\n") <= most, sheet


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a link, field or button whose words begin so has the focus."""
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUSED).startswith(name):
            return
    pytest.fail(f"no way by keyboard to {name!r}")
