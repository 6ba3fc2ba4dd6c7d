"""Copies that only a mirror keeps: older releases and extracts, asked for after the publisher's address."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from scrapers.errors import FetchError, NotFoundError, RefusedError
from scrapers.fetch import LiveFetcher
from scrapers.mirror import MirrorFetcher, copy_path
from scrapers.registry import all_sources
from scrapers.source import Document, NotModified, Request

URL = "https://s3.amazonaws.com/files.explorer.devtechlab.com/us_foreign_aid_country.csv"
COPY = f"{URL}#copy=vintages/2023-09/us_foreign_aid_country.csv.gz"
SOURCE = all_sources()["foreign_assistance"]


def keep(root: Path, body: bytes) -> None:
    path = root / "vintages" / "2023-09" / "us_foreign_aid_country.csv.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(body)


def fetch(root: Path, url: str = COPY, limit: int = 1000) -> Document:
    found = MirrorFetcher(root).fetch(Request(url), replace(SOURCE, maximum_bytes=limit), None)
    assert not isinstance(found, NotModified)
    return found


def test_a_copy_comes_as_the_publisher_wrote_it(tmp_path: Path) -> None:
    keep(tmp_path, gzip.compress(b"a,b\n1,2\n", mtime=0))
    document = fetch(tmp_path)
    assert (document.body, document.content_type, document.url) == (b"a,b\n1,2\n", "text/csv", COPY)


@pytest.mark.parametrize(
    ("body", "error", "message"),
    [
        (b"not packed", FetchError, "cannot be unpacked"),
        (gzip.compress(b"x" * 100, mtime=0)[:-9], FetchError, "cannot be unpacked"),
        (gzip.compress(b"x" * 1001, mtime=0), RefusedError, "larger than 1000 bytes"),
    ],
)
def test_a_copy_that_cannot_be_unpacked_is_named(
    tmp_path: Path, body: bytes, error: type[FetchError], message: str
) -> None:
    keep(tmp_path, body)
    with pytest.raises(error, match=message):
        fetch(tmp_path)


def test_a_copy_lies_below_the_mirror(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="leads out of the mirror"):
        fetch(tmp_path, f"{URL}#copy=../../etc/passwd")
    with pytest.raises(NotFoundError, match="not in the mirror"):
        fetch(tmp_path, f"{URL}#copy=/etc/passwd")


def test_an_ordinary_fragment_names_no_copy() -> None:
    assert copy_path(f"{URL}#top") is None


def test_the_publisher_is_not_asked_for_a_copy() -> None:
    with LiveFetcher("https://example.org") as fetcher, pytest.raises(NotFoundError, match="only a mirror"):
        fetcher.fetch(Request(COPY), SOURCE, None)
