"""Strict reading of web pages with BeautifulSoup: selectors that fail when they find none or too many. Pure."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from scrapers.errors import DriftError
from scrapers.plain_text import one_line
from scrapers.source import Document

MAXIMUM_ELEMENTS = 20_000


def page_of(document: Document) -> BeautifulSoup:
    """The page. An empty one, one without markup or one nested past all sense is drift."""
    if not document.body.strip():
        raise DriftError("the document is empty", url=document.url)
    if document.body.count(b"<") > 2 * MAXIMUM_ELEMENTS:
        raise DriftError(f"the page has more than {MAXIMUM_ELEMENTS} elements", url=document.url)
    # The parser that is a part of libxml2 gives up on deep nesting, where Python's would take seconds.
    page = BeautifulSoup(document.body, "lxml", from_encoding="utf-8")
    if page.find(True) is None:
        raise DriftError("the document is no web page", url=document.url)
    return page


def all_of(within: Tag, selector: str) -> list[Tag]:
    """The elements that a selector finds, in the page's order."""
    return list(within.select(selector))


def one_of(within: Tag, selector: str) -> Tag:
    """The one element that a selector finds. None or more than one is drift."""
    found = all_of(within, selector)
    if len(found) != 1:
        raise DriftError(f"the page has {len(found)} of {selector}")
    return found[0]


def words_of(element: Tag) -> str:
    """The words of an element, on one line."""
    return one_line(element.get_text(" "))


def attribute(element: Tag, name: str) -> str:
    """An attribute's text; empty where there is none."""
    value = element.get(name)
    return value if isinstance(value, str) else ""
