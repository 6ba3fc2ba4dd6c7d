"""Upstream HTML made safe: a few tags of running text, no attributes, no addresses."""

from __future__ import annotations

import re
from html import unescape

import nh3

_CLEANER = nh3.Cleaner(
    tags={"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "sub", "sup", "table", "tr", "td", "th"},
    attributes={},
    clean_content_tags={"script", "style", "title", "iframe", "object"},
)
_TAG = re.compile(r"<[^>]*>")


def safe_html(html: str) -> str:
    """Markup that may stand in a page."""
    return _CLEANER.clean(html).strip()


def plain_text(html: str) -> str:
    """The words of sanitised markup, for search."""
    text = _TAG.sub(" ", html)
    return (unescape(text) if "&" in text else text).strip()
