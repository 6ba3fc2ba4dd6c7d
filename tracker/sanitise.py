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


_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def plain_words(text: str) -> str:
    """Words that are said to be plain: without markup that got in all the same, and without control characters."""
    seen = _UNSEEN.sub(" ", text)
    return plain_text(safe_html(seen)) if _MARKUP.search(seen) else seen.strip()
