"""Fetch a page and check what every page must be: valid, titled, headed once, with links that lead somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.test import TestResponse

_RESOLVED: dict[tuple[int, str], int] = {}


class Page:
    """A page that passed the checks, to ask for its words and links."""

    def __init__(self, response: TestResponse, root: Element) -> None:
        self.response = response
        self.root = root

    def all(self, tag: str) -> list[Element]:
        return list(self.root.iter(tag))

    @property
    def title(self) -> str:
        return words(self.all("title")[0])

    @property
    def heading(self) -> str:
        return words(self.all("h1")[0])

    @property
    def text(self) -> str:
        """The words of the main part, on one line."""
        return words(self.all("main")[0])

    @property
    def links(self) -> list[str]:
        return [link.get("href", "") for link in self.all("a")]


class Reader:
    """A reader of one site."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def __call__(self, path: str, status: int = 200) -> Page:
        response = self.client.get(path, buffered=True)
        assert response.status_code == status, (path, response.status_code, response.text[:500])
        assert response.content_type == "text/html; charset=utf-8"
        page = Page(
            response, html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.text)
        )
        self._check(path, page)
        return page

    def _check(self, path: str, page: Page) -> None:
        assert page.title.strip(), path
        assert len(page.all("title")) >= 1
        assert len(page.all("h1")) == 1, path
        assert page.heading.strip(), path
        ids = Counter(element.get("id") for element in page.root.iter() if element.get("id"))
        assert [name for name, count in ids.items() if count > 1] == [], path
        for link in page.all("a"):
            assert link.get("href"), (path, words(link))
            assert words(link).strip() or link.get("aria-label"), (path, link.get("href"))
        for href in _addresses(page.root):
            self._follow(path, href, ids)

    def _follow(self, path: str, href: str, ids: Counter[str | None]) -> None:
        """An address of ours must answer; a part of this page must be there."""
        split = urlsplit(href)
        if split.scheme or split.netloc:
            assert split.scheme == "https", (path, href)
            return
        address, fragment = urldefrag(urljoin(path, href))
        if address == urldefrag(path)[0] or not split.path:
            assert not fragment or ids[fragment], (path, href)
            return
        known = (id(self.app), address)
        if known not in _RESOLVED:
            _RESOLVED[known] = self.client.get(address, buffered=True).status_code
        assert _RESOLVED[known] in (200, 301, 302), (path, href, _RESOLVED[known])


def _addresses(root: Element) -> Iterator[str]:
    for tag, attribute in (("a", "href"), ("link", "href"), ("form", "action"), ("img", "src")):
        for element in root.iter(tag):
            if element.get("method") == "post":
                continue  # what is sent there changes something; it is not for reading
            if element.get("rel") != "canonical" and (found := element.get(attribute)):
                yield found


def words(element: Element) -> str:
    """The words in an element, on one line."""
    return " ".join("".join(element.itertext()).split())
