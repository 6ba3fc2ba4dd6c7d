"""Money in a real browser: the picture is drawn, narrow and wide, in light and in the dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests import small_site
from tests.browser.checks import assert_only_ours
from tests.browser.serving import Address

pytestmark = pytest.mark.browser


@pytest.fixture
def site(address_of: Address) -> str:
    """The small site."""
    return address_of(small_site.fill)


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
    assert_only_ours(page)
