"""The project itself: what is written about it agrees with what it does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scrapers.registry import all_sources
from tracker import create_app, models
from tracker.changes import KINDS
from tracker.config import PROJECT, Settings
from tracker.ingest.bills import LISTS, ListTable
from tracker.phrases import kind_label

README = (PROJECT / "README.md").read_text()


@pytest.fixture
def commands(tmp_path: Path) -> list[str]:
    app = create_app(Settings(instance=tmp_path, _env_file=None))  # type: ignore[call-arg]
    return [name for name in app.cli.list_commands(None) if name not in ("run", "shell", "routes")]  # type: ignore[arg-type]


def test_the_readme_lists_every_command(commands: list[str]) -> None:
    assert [name for name in commands if f"`{name}" not in README] == []


def test_the_readme_lists_every_setting() -> None:
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in README] == []


def test_every_path_that_the_documents_name_is_there() -> None:
    for document in (PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")):
        linked = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", document.read_text())
        assert [path for path in linked if not (document.parent / path).exists()] == [], document


def test_the_tests_that_show_each_promise_are_there() -> None:
    rows = re.findall(
        r"^\| (\d+) \|.*$", (text := (PROJECT / "docs" / "acceptance.md").read_text()), re.MULTILINE
    )
    assert rows == [str(number) for number in range(1, 17)]
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", text)
    assert len(named) > 30
    missing = [(path, name) for path, name in named if f"\ndef {name}(" not in (PROJECT / path).read_text()]
    assert missing == []


def test_every_source_says_who_publishes_what_and_how_often() -> None:
    for source in all_sources().values():
        assert all((source.name, source.publisher, source.covers, source.licence, source.hosts)), source.key
        assert source.home_url.startswith("https://")
        assert source.rhythm.total_seconds() > 0


def test_every_kind_of_change_has_a_label() -> None:
    assert [kind for kind in KINDS if not kind_label(kind)] == []


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.field)
def test_a_list_table_has_its_records_fields_in_their_order(listed: ListTable) -> None:
    """Writing and reading back are one loop that relies on it."""
    names = [column.name for column in listed.table.columns]
    assert names == ["item_id", "position", *listed.entry.__struct_fields__]


def test_models_are_all_exported() -> None:
    assert [name for name in models.__all__ if not hasattr(models, name)] == []


def test_nothing_generated_lies_outside_instance() -> None:
    ignored = (PROJECT / ".gitignore").read_text().split()
    assert "/instance/" in ignored
    assert "/.venv/" in ignored
