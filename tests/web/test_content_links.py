"""Every link in our own texts, and every item that a source names, leads to a page that this site has or can have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from tracker.content import broken_links
from tracker.linking.linker import packaged_content
from tracker.linking.targets import all_targets
from tracker.queries.spelling import read_key

OWN = ("/recommendations/", "/promises/")
"""Which of these there are, content itself says."""


@pytest.fixture
def known(site: Flask) -> Callable[[str], bool]:
    """Whether the site answers at a path. An item need not be held: it comes with a collection."""
    adapter = site.url_map.bind("")

    def is_known(path: str) -> bool:
        try:
            adapter.match(path)
        except (NotFound, RequestRedirect):
            return False
        key = path.rpartition("/")[2]
        if path.startswith("/countries/"):
            return f"country:{key}" in all_targets()
        return not path.startswith(OWN) and (not path.startswith("/bills/") or read_key(key) is not None)

    return is_known


def test_no_link_of_our_texts_is_broken(known: Callable[[str], bool]) -> None:
    content = packaged_content()
    assert len(content.links) > 50
    assert broken_links(content, known) == []


@pytest.mark.parametrize(
    ("path", "is_known"),
    [
        ("/bills/119-s-1780", True), ("/bills", True), ("/countries/EGY", True), ("/bills/119-sx-1780", False),
        ("/countries/XXX", False), ("/recomendations/x", False), ("/promises/ppd23-goal-5", False),
    ],
)  # fmt: skip
def test_the_checker_knows_one_from_the_other(
    known: Callable[[str], bool], path: str, is_known: bool
) -> None:
    assert known(path) is is_known
