"""What every page must pass in a real browser: readable by all, no sideways scroll, no other host."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request

_HOSTS: WeakKeyDictionary[Page, set[str]] = WeakKeyDictionary()

_WIDER_THAN_THE_WINDOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.body.querySelectorAll("*")].filter(
    element => element.getBoundingClientRect().right > width + 1 && !element.closest(".scroll"));
  return ["page"].concat(wide.map(element => element.tagName.toLowerCase() + "." + element.className));
}"""


def record_requests(page: Page) -> None:
    """Starts remembering which hosts `page` asks; the `page` fixture does this for every test."""
    hosts = _HOSTS.setdefault(page, set())
    page.on("request", _remember_in(hosts))


def requested_hosts(page: Page) -> set[str]:
    """Every host that `page` asked for anything since it was opened, whether or not it answered."""
    return set(_HOSTS[page])


def open_all(page: Page) -> None:
    """Open everything that is behind a click."""
    page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true; })")


def assert_accessible(page: Page) -> None:
    """Axe finds nothing to object to on the page as it stands."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is no wider than its window. What is wider scrolls inside `.scroll`."""
    wide = page.evaluate(_WIDER_THAN_THE_WINDOW)
    assert wide == [], f"wider than the window: {wide}"


def _remember_in(hosts: set[str]) -> Callable[[Request], None]:
    def remember(request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host:
            hosts.add(host)

    return remember
