"""Every source reads its saved documents as expected; one test finds them all."""

from __future__ import annotations

import pytest

from scrapers.registry import all_sources
from tests.sources.saved import FOLDER, Saved, addresses, all_saved, saved_documents

KEYS = sorted(all_sources())
SAVED = list(all_saved())
SMALL = 40_000


@pytest.mark.parametrize("saved", SAVED, ids=str)
def test_a_source_reads_its_saved_document_as_expected(saved: Saved) -> None:
    assert saved.found() == saved.expected()


@pytest.mark.parametrize("saved", SAVED, ids=str)
def test_reading_a_document_twice_gives_the_same(saved: Saved) -> None:
    assert saved.found() == saved.found()


@pytest.mark.parametrize("key", KEYS)
def test_every_source_has_saved_documents_that_its_readme_lists(key: str) -> None:
    names = [path.name for path in saved_documents(key)]
    assert names
    assert names == sorted(addresses(key))


@pytest.mark.parametrize("key", KEYS)
def test_saved_documents_are_small_and_come_from_the_sources_own_hosts(key: str) -> None:
    assert [path.name for path in saved_documents(key) if path.stat().st_size > SMALL] == []
    hosts = {url.split("/")[2] for url in addresses(key).values()}
    assert hosts <= all_sources()[key].hosts


def test_every_folder_belongs_to_a_source() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders <= set(KEYS)
