"""The gallery of components, and the error pages, as a browser draws them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask, render_template
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from playwright.sync_api import Page

from tests.browser.checks import assert_for_everybody, assert_no_sideways_scroll
from tests.browser.serving import serve
from tracker.linking.evidence import Evidence, FieldName
from tracker.linking.targets import Target
from tracker.queries.links import ShownLink
from tracker.web import static
from tracker.web.evidence import FILTERS

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
STYLESHEETS = [ROOT / "tracker/static/pico.classless.min.css", ROOT / "tracker/static/site.css"]
ADDRESSES = ["/", "/errors/400", "/errors/404", "/errors/500"]
LARGEST_PAGE = 60_000  # bytes of HTML and CSS, compressed

PLACEHOLDERS: dict[str, Any] = {
    "canonical_url": "https://example.org/gallery",
    "search_query": "placeholder",
    "navigation": [
        ("Bills", "#bills", True),
        *((label, f"#{label.lower()}", False) for label in ("Countries", "Money", "Watchdogs")),
        *((label, f"#{label.lower()}", False) for label in ("Recommendations", "Calendar", "Changes")),
    ],
    "health": {"sentence": "11 of 12 placeholder sources answered today.", "href": "/status"},
    "steps": [
        {"label": "Introduced", "note": "1 Jan 2000", "state": "done"},
        {"label": "Placeholder committee", "note": "discharge refused 2 Jan 2000", "state": "stopped"},
        {"label": "First chamber", "note": "", "state": "now"},
        {"label": "Second chamber", "note": "", "state": "ahead"},
        {"label": "President", "note": "", "state": "ahead"},
    ],
    "reason_rows": [
        {
            "kind": kind,
            "target": f"Placeholder that it {kind}",
            "href": f"#{kind}",
            "sentence": sentence,
            "quote": quote,
            "source": "placeholder source, 1 January 2000",
            "source_href": "",
        }
        for kind, sentence, quote in (
            ("advances", "An editor's placeholder reason.", ""),
            ("weakens", "A reason with words beside it.", "placeholder words"),
            ("concerns", "", "other placeholder words"),
        )
    ],
    "links": [
        ShownLink(
            Target("country:ZZZ", "country", "ZZZ", "Placeholder", "#country"),
            90,
            (
                Evidence(
                    "name-in-title",
                    FieldName.TITLE,
                    92,
                    "placeholder",
                    2,
                    "A placeholder act of the year 2000",
                    2,
                ),
                Evidence("crs-subject", FieldName.SUBJECT, 95, "Placeholder", 0, "Placeholder"),
            ),
            None,
            None,
            None,
        ),
        ShownLink(
            Target("country:ZZZ", "country", "ZZZ", "Placeholder", None),
            0,
            (),
            "an editor",
            None,
            "A reason.",
        ),
    ],
    "log_rows": [
        {
            "date": date(2000, 1, 2),
            "date_words": "2 Jan 2000",
            "text": "Second placeholder event.",
            "source": "",
        },
        {"date": date(2000, 1, 1), "date_words": "1 Jan 2000", "text": "First one.", "source": "Record 1"},
    ],
    "wide_columns": [("Placeholder", False), *((f"Column {number}", True) for number in range(12))],
    "wide_rows": [["Row", *(f"${number},000.0 m" for number in range(12))]],
    "filter_fields": [
        {"name": "words", "label": "Words", "kind": "search", "value": ""},
        {
            "name": "stage",
            "label": "Stage",
            "kind": "select",
            "value": "now",
            "options": [("", "Any stage"), ("now", "In committee")],
        },
        {"name": "since", "label": "Since", "kind": "date", "value": "2000-01-01"},
        {"name": "open", "label": "Still open", "kind": "checkbox", "value": True},
    ],
    "due": [
        {"on": date(2000, 1, 24), "text": "Placeholder deadline", "href": "#due"},
        {"on": date(2000, 12, 2), "text": "Placeholder hearing before a placeholder committee", "href": ""},
    ],
}


class Gallery(Flask):
    jinja_options = {"autoescape": True, "undefined": StrictUndefined}  # noqa: RUF012  (Flask's own spelling)


def create_gallery() -> Flask:
    """The components and the error pages, and nothing of the tracker."""
    app = Gallery(
        "gallery", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "tracker/static")
    )
    app.jinja_env.filters.update(FILTERS)
    static.register(app)
    app.jinja_env.loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(ROOT / "tests/web")]
    )

    @app.get("/")
    def gallery() -> str:
        return render_template("gallery.html.jinja", **PLACEHOLDERS)

    @app.get("/errors/<int:code>")
    def error(code: int) -> str:
        return render_template(f"errors/{code}.html")

    return app


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The gallery's address, served from a thread."""
    with serve(create_gallery()) as address:
        yield address


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_page_is_for_everybody(page: Page, gallery: str, address: str) -> None:
    page.goto(gallery + address)
    assert_for_everybody(page, (320, 390, 768))
    assert_no_sideways_scroll(page)


def test_a_wide_table_scrolls_inside_its_own_region(page: Page, gallery: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(gallery)
    region = page.get_by_role("region", name="Placeholder of many columns")
    assert region.evaluate("element => element.scrollWidth > element.clientWidth")


def test_our_faces_are_the_ones_drawn(page: Page, gallery: str) -> None:
    page.goto(gallery, wait_until="networkidle")
    loaded = page.evaluate(
        "() => document.fonts.ready.then(() =>"
        " [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family.replaceAll('\"', '')))"
    )
    assert set(loaded) == {"Public Sans", "Source Serif 4"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_keyboard_is_always_seen(page: Page, gallery: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(gallery)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = skip.bounding_box()
    assert box is not None
    assert box["y"] >= 0

    stops = 1
    while page.evaluate("document.activeElement !== document.body"):
        ring = page.evaluate(
            "() => { const style = getComputedStyle(document.activeElement);"
            " return [document.activeElement.outerHTML, style.outlineStyle, style.outlineWidth]; }"
        )
        assert ring[1:] == ["solid", "3px"], ring
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 200, "the keyboard never leaves the page"
    assert stops > 30


def test_the_skip_link_leads_to_the_page(page: Page, gallery: str) -> None:
    page.goto(gallery)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_track_reads_aloud(page: Page, gallery: str) -> None:
    page.goto(gallery)
    steps = page.get_by_role("list", name="Stages of the placeholder measure").get_by_role("listitem")
    assert [" ".join(words.split()) for words in steps.all_text_contents()] == [
        "done: Introduced, 1 Jan 2000",
        "stopped here: Placeholder committee, discharge refused 2 Jan 2000",
        "now: First chamber",
        "not reached: Second chamber",
        "not reached: President",
    ]


def test_paper_has_no_navigation_and_says_where_links_lead(page: Page, gallery: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(gallery)
    for hidden in ("nav.site-nav", "form.search", ".filters", ".pagination", ".actions", ".skip"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.get_by_text("Printed from https://example.org/gallery").is_visible()
    note = page.evaluate("getComputedStyle(document.querySelector('main a[href^=http]'), '::after').content")
    assert "https://example.org/document" in note
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_the_masthead_is_the_name_with_the_search_and_one_line_for_the_bar(page: Page, gallery: str) -> None:
    page.goto(gallery, wait_until="networkidle")
    header = page.locator(".site-header").bounding_box()
    assert header is not None
    assert header["height"] < 110
    name, search = page.locator(".mark").bounding_box(), page.locator(".site-header search").bounding_box()
    assert name is not None
    assert search is not None
    assert abs(name["y"] + name["height"] / 2 - search["y"] - search["height"] / 2) < 8


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_markup_is_valid(address: str) -> None:
    with create_gallery().test_client() as client:
        html5lib.HTMLParser(strict=True).parse(client.get(address).text)


def test_a_page_and_its_styles_are_light() -> None:
    with create_gallery().test_client() as client:
        documents = [client.get("/").data, *(path.read_bytes() for path in STYLESHEETS)]
    assert sum(len(gzip.compress(document)) for document in documents) <= LARGEST_PAGE
