"""Money in a real browser: for everybody, on a phone, in the dark, on paper; the picture is drawn here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests import small_site
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll, open_all, requested_hosts
from tests.browser.serving import served

pytestmark = pytest.mark.browser

KINDS = [
    "/assistance",
    "/assistance?year=2020&sort=name",
    "/assistance/method",
    "/countries/UKR",
    "/countries/HND",
]


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small site's address, served from a thread."""
    template: Path = request.getfixturevalue("sqlite_template")
    with served(template, tmp_path_factory.mktemp("assistance"), small_site.fill) as address:
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


@pytest.mark.parametrize(
    ("width", "scheme", "query"),
    [
        (1280, "light", ""), (1280, "dark", "?theme=dark"), (390, "light", "?size=narrow"),
        (390, "dark", "?size=narrow&theme=dark"),
    ],
)  # fmt: skip
def test_the_picture_that_fits_is_drawn(page: Page, site: str, width: int, scheme: Any, query: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.goto(f"{site}/countries/EGY")
    picture = page.locator("figure.chart img")
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth; }") > 200
    assert picture.evaluate("image => image.currentSrc") == f"{site}/countries/EGY/assistance.svg{query}"
    assert messages == []
    assert requested_hosts(page) == {"127.0.0.1"}
